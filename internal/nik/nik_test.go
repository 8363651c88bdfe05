package nik

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/civil"
)

func TestParseNIK(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want NIK
		lv   Level
	}{
		{"2103991207850012", "2103991207850012", ""},
		{"'2103991207850012", "2103991207850012", ""},
		{" 2103 9912 0785 0012\u00a0", "2103991207850012", ""},
		{"210399.120785.0012", "2103991207850012", ""},
		{"", "", ""},
		{"NULL", "", ""},
		{"210399120785001", "", E1},
		{"2,10399E+15", "", E1},
		{"21O3991207850012", "", E1},
		{"0000000000000000", "", E2},
		{"9999999999999999", "", E2},
		{"0103991207850012", "", E2},
		{"2103991207850000", "", E3},
		{"2103993207850012", "", E4},
		{"2103994113850012", "", E4},
		{"2103997207850012", "", E4},
	} {
		got, lv := ParseNIK(c.raw)
		if got != c.want || lv != c.lv {
			t.Errorf("ParseNIK(%q) = %q %q, want %q %q", c.raw, got.Reveal(), lv, c.want.Reveal(), c.lv)
		}
	}
}

func TestWomenAreBornFortyDaysLater(t *testing.T) {
	today := civil.Date{Year: 2026, Month: 11, Day: 22}
	for _, c := range []struct {
		n    NIK
		want string
		sex  Sex
	}{
		{"2103991207850012", "1985-07-12", Male},
		{"2103995207850012", "1985-07-12", Female},
		{"2103990101260001", "2026-01-01", Male},
		{"2103990112260001", "1926-12-01", Male},
		{"7203996902970001", "", Female},
	} {
		d, sex, ok := c.n.Birth(today)
		if ok != (c.want != "") || sex != c.sex || (ok && d.String() != c.want) {
			t.Errorf("%s: %v %v %v", c.n.Reveal(), d, sex, ok)
		}
	}
}

func TestNothingPrintsTheDigits(t *testing.T) {
	n, k := NIK("2103991207850012"), KK("2103991207850034")
	j, err := json.Marshal(map[string]any{"nik": n, "kk": k})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %s %#v %+v %v %#v %q", n, n, n, struct{ N NIK }{n}, k, k, k) + string(j) + n.LogValue().String()
	if strings.Contains(all, "12078500") {
		t.Fatalf("digits leak: %s", all)
	}
	if n.String() != "2103**********12" {
		t.Fatal(n.String())
	}
}

func FuzzParseNIK(f *testing.F) {
	for _, s := range []string{"2103991207850012", "'21 03.99", "ｏ", "９９９９", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		n, lv := ParseNIK(raw)
		if n != "" && (lv != "" || len(n) != 16 || strings.Trim(n.Reveal(), "0123456789") != "") {
			t.Fatalf("accepted %q as %q %q", raw, n.Reveal(), lv)
		}
		if again, _ := ParseNIK(n.Reveal()); again != n {
			t.Fatalf("not idempotent: %q", raw)
		}
	})
}

func TestCleanKeepsValidNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{15}`).Draw(t, "digits")
		noisy := rapid.StringMatching("[ .'\u00a0]{0,3}").Draw(t, "pre") + digits[:6] + rapid.StringMatching("[ .-]{0,2}").Draw(t, "mid") + digits[6:]
		if got := Clean(noisy); got != digits {
			t.Fatalf("Clean(%q) = %q", noisy, got)
		}
	})
}
