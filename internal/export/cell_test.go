package export

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var nasty = rapid.OneOf(rapid.String(), rapid.StringMatching(`['=+\-@\t\r\nA_x05F ]{0,12}`), rapid.StringOfN(rapid.Rune(), 0, 40, -1),
	rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "bytes")) }))

func TestInjectionTable(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"Siti":               "Siti",
		"=1+1":               "'=1+1",
		"+62812":             "'+62812",
		"-1":                 "'-1",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"\n=1":               "'\n=1",
		"\x00=1":             "'\x00=1",
		"＝1+1":               "'＝1+1",
		"＠x":                 "'＠x",
		"'Aisyah":            "'Aisyah",
		"'=1":                "''=1",
		"''=1":               "'''=1",
		"a=1":                "a=1",
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
	} {
		if got := Guard(in); got != want {
			t.Errorf("Guard(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGuardLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nasty.Draw(t, "s")
		if dangerous(Guard(s)) {
			t.Fatalf("Guard(%q) is still dangerous", s)
		}
		if Unguard(Guard(s)) != s {
			t.Fatalf("%q came back as %q", s, Unguard(Guard(s)))
		}
	})
}

func TestCutKeepsWithinTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, limit := clean(nasty.Draw(t, "s")), rapid.IntRange(1, 30).Draw(t, "limit")
		got := cut(s, limit)
		units := 0
		for _, r := range got {
			units++
			if r > 0xffff {
				units++
			}
		}
		if units > limit || got != s && !strings.HasSuffix(got, "…") || !strings.HasPrefix(s, strings.TrimSuffix(got, "…")) {
			t.Fatalf("cut(%q, %d) = %q", s, limit, got)
		}
	})
}

func TestSheetNames(t *testing.T) {
	for in, want := range map[string]string{
		"": "Data", "///": "Data", "history": "Data", "O'Neil: [1]/2": "O Neil 1 2",
		"Daftar penerima bantuan sosial lanjut usia": "Daftar penerima bantuan sosial…",
	} {
		if got := sheetName(in, "Data"); got != want {
			t.Errorf("sheetName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDangerousTextHasTheQuotePrefix(t *testing.T) {
	var buf bytes.Buffer
	if _, err := people(t).WriteXLSX(&buf); err != nil {
		t.Fatal(err)
	}
	f := open(t, buf.Bytes())
	sheet := f.GetSheetName(0)
	for ref, want := range map[string]bool{"A2": false, "A3": true, "A4": false} {
		id, err := f.GetCellStyle(sheet, ref)
		if err != nil {
			t.Fatal(err)
		}
		q := f.Styles.CellXfs.Xf[id].QuotePrefix
		if got := q != nil && *q; got != want {
			t.Errorf("%s has quote prefix: %v", ref, got)
		}
	}
}
