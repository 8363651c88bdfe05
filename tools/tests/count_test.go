package main

import (
	"strings"
	"testing"
)

func TestCountGo(t *testing.T) {
	for _, c := range []struct {
		says   string
		events string
		want   count
		shows  string
		hides  string
	}{
		{"a test with subtests counts as its subtests", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/x"}
{"Action":"run","Package":"p","Test":"TestA/y"}
{"Action":"output","Package":"p","Test":"TestA/x","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA/x"}
{"Action":"skip","Package":"p","Test":"TestA/y"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p"}`, count{1, 1, 0}, "ok  \tp", "quiet"},
		{"a failing subtest is one failure", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/x"}
{"Action":"output","Package":"p","Test":"TestA/x","Output":"it is wrong\n"}
{"Action":"fail","Package":"p","Test":"TestA/x"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}`, count{0, 0, 1}, "it is wrong", ""},
		{"a parent that fails by itself is a failure", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/x"}
{"Action":"pass","Package":"p","Test":"TestA/x"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`, count{1, 0, 1}, "", ""},
		{"a package that does not build is a failure", `
{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:3: undefined: x\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}`, count{0, 0, 1}, "undefined: x", ""},
		{"so is one that dies", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: oh\n"}
{"Action":"fail","Package":"p"}`, count{0, 0, 1}, "panic: oh", ""},
		{"a package without tests counts nothing", `
{"Action":"output","Package":"p","Output":"?   \tp\t[no test files]\n"}
{"Action":"skip","Package":"p"}`, count{}, "no test files", ""},
	} {
		var shown strings.Builder
		got, err := countGo(strings.NewReader(strings.TrimSpace(c.events)), &shown)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.says, got, err, c.want)
		}
		if !strings.Contains(shown.String(), c.shows) || (c.hides != "" && strings.Contains(shown.String(), c.hides)) {
			t.Errorf("%s: shows %q", c.says, shown.String())
		}
	}
}

func TestCountTAP(t *testing.T) {
	tap := `TAP version 13
# Subtest: signs in
ok 1 - signs in
  ---
  duration_ms: 3
  ...
not ok 2 - hands over
1..2
# tests 4
# pass 1
# fail 1
# cancelled 1
# skipped 1
# todo 0
`
	var shown strings.Builder
	got, err := countTAP(strings.NewReader(tap), &shown)
	if want := (count{1, 1, 2}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if shown.String() != "ok 1 - signs in\nnot ok 2 - hands over\n" {
		t.Errorf("shows %q", shown.String())
	}
}
