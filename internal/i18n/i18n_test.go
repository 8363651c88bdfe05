package i18n

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/money"
)

func tree(text string) fstest.MapFS {
	return fstest.MapFS{FileName: {Data: []byte(text)}}
}

func load(t *testing.T, text string) *Catalogue {
	t.Helper()
	c, err := Load(tree(text))
	if err != nil {
		t.Fatal(err)
	}
	c.OnMissing(func(key string) { t.Errorf("missing text %q", key) })
	return c
}

func TestSpelling(t *testing.T) {
	c := load(t, `{}`)
	at := time.Date(2026, 11, 22, 1, 15, 0, 0, time.UTC)
	day := civil.Date{Year: 2026, Month: 11, Day: 22}
	for _, v := range []struct{ lang, got, want string }{
		{"id", c.Printer("id").Num(1234567), "1.234.567"},
		{"en", c.Printer("en").Num(1234567), "1,234,567"},
		{"id", c.Printer("id").Num(-1200), "−1.200"},
		{"id", c.Printer("id").Rupiah(1574400000), "Rp\u00a01.574.400.000"},
		{"en", c.Printer("en").Rupiah(-2500), "−Rp\u00a02,500"},
		{"id", c.Printer("id").Pct(6180, 9742), "63,4%"},
		{"en", c.Printer("en").Pct(6180, 9742), "63.4%"},
		{"id", c.Printer("id").Pct(9999, 10000), ">99,9%"},
		{"id", c.Printer("id").Pct(1, 100000), "<0,1%"},
		{"id", c.Printer("id").Pct(0, 7), "0%"},
		{"id", c.Printer("id").Pct(7, 7), "100%"},
		{"id", c.Printer("id").Pct(3, 0), "–"},
		{"id", c.Printer("id").Decimal(-0.25, 1), "−0,2"},
		{"id", c.Printer("id").Date(day), "22 November 2026"},
		{"id", c.Printer("id").DateDay(day), "Minggu, 22 November 2026"},
		{"id", c.Printer("id").DateShort(civil.Date{}), "–"},
		{"id", c.Printer("id").Clock(at), "08.15 WIB"},
		{"id", c.Printer("id").In(civil.WITA).Clock(at), "09.15 WITA"},
		{"en", c.Printer("en").Clock(at), "08:15 WIB"},
		{"id", c.Printer("id").When(at), "22 Nov 2026, 08.15 WIB"},
		{"id", c.Printer("id").Size(1234567), "1,2\u00a0MB"},
		{"?", c.Printer("fr").Num(1000), "1.000"},
	} {
		if v.got != v.want {
			t.Errorf("%s: %q, want %q", v.lang, v.got, v.want)
		}
	}
}

func TestArgumentsAreSpeltForTheLanguage(t *testing.T) {
	c := load(t, `{"a": ["%[2]v dari %[1]v keluarga, 100%%", "%[2]v of %[1]v {1|family|families}, 100%%"],
		"b": ["dibayar %[1]v", "paid %[1]v"], "c": ["polos 5 persen", "plain"]}`)
	for _, v := range []struct{ got, want string }{
		{c.Printer("id").T("a", 24318, int64(1998)), "1.998 dari 24.318 keluarga, 100%"},
		{c.Printer("en").T("a", 24318, 1998), "1,998 of 24,318 families, 100%"},
		{c.Printer("en").T("a", 1, "<b>"), "<b> of 1 family, 100%"},
		{c.Printer("id").T("b", money.Rupiah(5000)), "dibayar Rp\u00a05.000"},
		{c.Printer("id").T("b", civil.Date{Year: 2026, Month: 1, Day: 2}), "dibayar 2 Januari 2026"},
		{c.Printer("id").T("c", 1, 2), "polos 5 persen"},
	} {
		if v.got != v.want {
			t.Errorf("%q, want %q", v.got, v.want)
		}
	}
}

func TestBadCataloguesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"one language":     `{"a": ["satu"]}`,
		"empty":            `{"a": ["satu", ""]}`,
		"arguments differ": `{"a": ["%[1]v", "none"]}`,
		"bare verb":        `{"a": ["%d", "%d"]}`,
		"taken":            `{"fault.internal": ["a", "b"]}`,
		"no JSON":          `{`,
	} {
		if _, err := Load(tree(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := Load(tree(`{"a": ["1","1"]}`), tree(`{"a": ["2","2"]}`)); err == nil {
		t.Error("a key in two files: accepted")
	}
}

func TestUnknownKeysShowAndReport(t *testing.T) {
	c := load(t, `{"short": ["%[1]v dan %[2]v", "%[1]v and %[2]v"]}`)
	var seen []string
	c.OnMissing(func(key string) { seen = append(seen, key) })
	p := c.Printer("id")
	if got := p.T("people.nothing"); got != "[people.nothing]" {
		t.Errorf("got %q", got)
	}
	p.T("people.nothing")
	if got := p.T("short", 1); got != "[short]" {
		t.Errorf("a missing argument printed %q", got)
	}
	if strings.Join(seen, " ") != "people.nothing short" {
		t.Errorf("reported %v, want each once", seen)
	}
}

func TestFaultsHaveSentences(t *testing.T) {
	c := load(t, `{"x.changed": ["Diubah %[1]v", "Changed by %[1]v"]}`)
	p := c.Printer("id")
	if got := p.Fault(fault.Wrap("op", fault.NewConflict("x.changed", "Siti"))); got != "Diubah Siti" {
		t.Errorf("got %q", got)
	}
	if got := p.Fault(strings.NewReader("").UnreadByte()); got != p.T("fault.internal") {
		t.Errorf("an unforeseen error printed %q", got)
	}
	for k, name := range kindKeys {
		if !c.Has("fault." + name) {
			t.Errorf("kind %v has no sentence", k)
		}
	}
}
