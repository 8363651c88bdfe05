package region

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/fault"
)

func TestParseCode(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want Code
	}{
		{"21", "21"},
		{"2103", "2103"},
		{"21.03", "2103"},
		{"21,03", "2103"},
		{" 21.03.05.2001 ", "2103052001"},
		{"21 03 05 2001", "2103052001"},
		{"21-03-05", "210305"},
		{"2103052001", "2103052001"},
	} {
		got, err := ParseCode(c.raw)
		if err != nil || got != c.want {
			t.Errorf("ParseCode(%q) = %q, %v; want %q", c.raw, string(got), err, string(c.want))
		}
	}
}

func TestParseCodeRefusesDamage(t *testing.T) {
	for _, raw := range []string{
		"", "0", "7.203", "210", "21030", "21.3", "21.03.5", "2103054001", "0103", "21O3",
		"210305200", "21.03.05.2001.1", "21.03.05.20012", "2,1E+09", strings.Repeat("1", 40),
	} {
		got, err := ParseCode(raw)
		if fault.KindOf(err) != fault.Invalid || got != "" {
			t.Errorf("ParseCode(%q) = %q, %v; want an invalid fault", raw, string(got), err)
		}
	}
}

func TestCodeParts(t *testing.T) {
	c := Code("2103052007")
	if c.Dotted() != "21.03.05.2007" || c.Level() != Village || c.Parent() != "210305" ||
		c.Kecamatan() != "210305" || c.Regency() != "2103" || c.Province() != "21" {
		t.Errorf("parts of %s are wrong", c)
	}
	if Code("21").Parent() != "" || Code("21").Regency() != "" || Code("2103").Kecamatan() != "" {
		t.Error("a code above a level must not invent one below")
	}
	if Code("").Contains("21") || Code("21").Contains("") || Code("2103").Contains("21") {
		t.Error("the zero Code contains nothing and nothing contains its parent")
	}
}

// aCode draws a code of the real shape, existing or not.
var aCode = rapid.Custom(func(t *rapid.T) Code {
	s := rapid.StringMatching(`[1-9][0-9]([0-9]{2}([0-9]{2}([1-3][0-9]{3})?)?)?`).Draw(t, "code")
	return Code(s)
})

func TestCodeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := aCode.Draw(t, "c")
		if !c.Valid() {
			t.Fatalf("%q must be valid", string(c))
		}
		back, err := ParseCode(c.Dotted())
		if err != nil || back != c {
			t.Fatalf("ParseCode(Dotted(%s)) = %q, %v", c, string(back), err)
		}
		if !c.Contains(c) {
			t.Fatalf("%s must contain itself", c)
		}
		for up := c.Parent(); up != ""; up = up.Parent() {
			if !up.Contains(c) || c.Contains(up) || up.Level() >= c.Level() {
				t.Fatalf("%s must lie in %s and not the reverse", c, up)
			}
		}
	})
}

func TestContainsIsAPartialOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := aCode.Draw(t, "a")
		b := rapid.OneOf(aCode, rapid.Just(a), rapid.Just(a.Province())).Draw(t, "b")
		c := rapid.OneOf(aCode, rapid.Just(b), rapid.Just(a.Regency())).Draw(t, "c")
		if a.Contains(b) && b.Contains(a) && a != b {
			t.Fatalf("%q and %q contain each other", string(a), string(b))
		}
		if a.Contains(b) && b.Contains(c) && !a.Contains(c) {
			t.Fatalf("%q ⊇ %q ⊇ %q but not through", string(a), string(b), string(c))
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"21.03.05.2001", "7203", "72 03", "7.203", "", "9999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCode(s)
		if err != nil {
			if c != "" {
				t.Fatalf("%q fails with %q", s, string(c))
			}
			return
		}
		again, err := ParseCode(c.Dotted())
		if err != nil || again != c || !c.Valid() {
			t.Fatalf("%q gives %q, which reads back as %q, %v", s, string(c), string(again), err)
		}
	})
}
