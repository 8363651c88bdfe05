package region

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestScope(t *testing.T) {
	whole := NewScope("2103")
	part := NewScope("2103", "210304", "2103052007")
	for _, c := range []struct {
		name  string
		scope Scope
		code  Code
		want  bool
	}{
		{"the zero scope sees nothing", Scope{}, "2103052007", false},
		{"the zero scope does not see nowhere", Scope{}, "", false},
		{"a whole scope sees its villages", whole, "2103052007", true},
		{"a whole scope sees itself", whole, "2103", true},
		{"nobody sees another regency", whole, "7203", false},
		{"nobody sees the province", whole, "21", false},
		{"a record without area is not inside", whole, "", false},
		{"a kecamatan sees its villages", part, "2103041003", true},
		{"a kecamatan is itself inside", part, "210304", true},
		{"a village does not show its kecamatan", part, "210305", false},
		{"a part does not see the regency", part, "2103", false},
		{"a part does not see its neighbours", part, "2103052012", false},
	} {
		if got := c.scope.Contains(c.code); got != c.want {
			t.Errorf("%s: Contains(%s) = %v", c.name, c.code, got)
		}
	}
	if !part.Overlaps("210305") || !part.Overlaps("2103") || part.Overlaps("210306") {
		t.Error("Overlaps must show what is partly seen, and no more")
	}
}

func TestAMistakeNarrowsAScope(t *testing.T) {
	for _, s := range []Scope{
		NewScope(""), NewScope("21"), NewScope("210304"), NewScope("2103", "720304"), NewScope("2103", ""),
	} {
		if !s.IsZero() || s.Whole() || s.Regency() != "" {
			t.Errorf("%+v must see nothing", s)
		}
	}
	if s := NewScope("2103", "720304", "210304"); !slices.Equal(s.Areas(), []Code{"210304"}) {
		t.Errorf("areas %v", s.Areas())
	}
	if !NewScope("2103", "210304", "2103").Whole() {
		t.Error("the regency among the areas is the whole")
	}
}

func TestScopeLabel(t *testing.T) {
	for want, s := range map[string]Scope{
		"":                                {},
		"Kabupaten Natuna":                NewScope("2103"),
		"Kecamatan Midai, Kecamatan Subi": NewScope("2103", "210309", "210304"),
		"Desa Malino":                     NewScope("7203", "7203122015"),
		"Kecamatan Midai, Kecamatan Serasan, Kecamatan Subi +2": NewScope("2103", "210304", "210306", "210309", "210310", "210311"),
	} {
		if got := s.Label(); got != want {
			t.Errorf("Label() = %q, want %q", got, want)
		}
	}
}

// anArea draws an existing place of Natuna or, rarely, of elsewhere.
var anArea = rapid.Custom(func(t *rapid.T) Code {
	var all []Code
	for _, r := range append(Children("2103"), Villages("2103")...) {
		all = append(all, r.Code)
	}
	return rapid.SampledFrom(append(all, "2103", "720304", "")).Draw(t, "area")
})

func TestScopeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := rapid.SliceOfN(anArea, 1, 8).Draw(t, "areas")
		s := NewScope("2103", areas...)
		c := anArea.Draw(t, "c")
		inside := slices.ContainsFunc(areas, func(a Code) bool { return Code("2103").Contains(a) && a.Contains(c) })
		if s.Contains(c) != inside {
			t.Fatalf("areas %v: Contains(%s) = %v", areas, c, !inside)
		}
		if s.Contains(c) && !s.Overlaps(c) {
			t.Fatalf("%s is inside but does not overlap", c)
		}
		if again := NewScope(s.Regency(), s.Areas()...); again.Label() != s.Label() || !again.Covers(s) || !s.Covers(again) {
			t.Fatalf("%v does not survive being taken apart", areas)
		}
		narrower := NewScope("2103", c)
		if s.Covers(narrower) != (narrower.IsZero() || s.Contains(c)) {
			t.Fatalf("areas %v: Covers(%s) disagrees with Contains", areas, c)
		}
	})
}

func TestTiles(t *testing.T) {
	for _, r := range Regencies() {
		seen := map[[2]int]Code{}
		tiles := Tiles(r.Code)
		for _, p := range tiles {
			at := [2]int{p.X, p.Y}
			if other, taken := seen[at]; taken {
				t.Errorf("%s and %s share a tile", p.Code, other)
			}
			seen[at] = p.Code
			x, y, inset, ok := Tile(p.Code)
			if !ok || x != p.X || y != p.Y || inset != p.Inset || !Exists(p.Code) || p.X < 0 || p.Y < 0 {
				t.Errorf("Tile(%s) = %d, %d, %v, %v; listed as %+v", p.Code, x, y, inset, ok, p)
			}
		}
		if len(tiles) != len(Children(r.Code)) {
			t.Errorf("%s has %d tiles for %d kecamatan", r.Code, len(tiles), len(Children(r.Code)))
		}
	}
	if _, _, _, ok := Tile("210399"); ok || Tiles("21") != nil {
		t.Error("no tile for what is no kecamatan")
	}
}
