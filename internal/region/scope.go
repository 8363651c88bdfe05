package region

import (
	"fmt"
	"slices"
	"strings"
)

// Scope is the working area of a user: one regency, whole or some kecamatan
// and villages of it. The zero Scope sees nothing; there is no Scope that sees
// everything, because records of two regencies never meet.
type Scope struct {
	regency Code
	areas   []Code // sorted, none inside another; empty means the whole regency
}

// NewScope returns the scope of regency, narrowed to areas when any are given.
// Areas outside the regency are dropped; when none is left, or regency is not
// the code of a regency, the result is the zero Scope: a mistake narrows, it
// never widens.
func NewScope(regency Code, areas ...Code) Scope {
	if regency.Level() != Regency || !regency.Valid() {
		return Scope{}
	}
	if len(areas) == 0 {
		return Scope{regency: regency}
	}
	inside := slices.DeleteFunc(slices.Clone(areas), func(a Code) bool {
		return !a.Valid() || !regency.Contains(a)
	})
	if len(inside) == 0 {
		return Scope{}
	}
	slices.Sort(inside)
	kept := inside[:1]
	for _, a := range inside[1:] {
		if !kept[len(kept)-1].Contains(a) {
			kept = append(kept, a)
		}
	}
	if kept[0] == regency {
		return Scope{regency: regency}
	}
	return Scope{regency: regency, areas: kept}
}

// Regency returns the regency of s, "" for the zero Scope.
func (s Scope) Regency() Code { return s.regency }

// Areas returns the kecamatan and villages that s is narrowed to, sorted; it
// is empty when s is whole or zero, so ask Whole or IsZero first.
func (s Scope) Areas() []Code { return slices.Clone(s.areas) }

// IsZero reports whether s sees nothing.
func (s Scope) IsZero() bool { return s.regency == "" }

// Whole reports whether s sees its whole regency.
func (s Scope) Whole() bool { return s.regency != "" && len(s.areas) == 0 }

// Contains reports whether c lies wholly inside s.
func (s Scope) Contains(c Code) bool {
	if s.IsZero() || !s.regency.Contains(c) {
		return false
	}
	return s.Whole() || slices.ContainsFunc(s.areas, func(a Code) bool { return a.Contains(c) })
}

// Overlaps reports whether s sees c or any part of it; menus and maps show
// such a region, lists of people ask Contains.
func (s Scope) Overlaps(c Code) bool {
	return s.Contains(c) || slices.ContainsFunc(s.areas, func(a Code) bool { return c.Contains(a) })
}

// Covers reports whether s sees all that other sees. Nobody hands out a wider
// area than their own.
func (s Scope) Covers(other Scope) bool {
	if other.IsZero() {
		return true
	}
	if other.Whole() {
		return s.Whole() && s.regency == other.regency
	}
	for _, a := range other.areas {
		if !s.Contains(a) {
			return false
		}
	}
	return true
}

// labelled is how many areas a label names before it counts the rest.
const labelled = 3

// Label names s for people: the regency, or its areas ("Midai, Subi, Serasan
// +2"). It is empty for the zero Scope.
func (s Scope) Label() string {
	if s.IsZero() {
		return ""
	}
	if s.Whole() {
		return title(s.regency)
	}
	var names []string
	for _, a := range s.areas[:min(len(s.areas), labelled)] {
		names = append(names, title(a))
	}
	label := strings.Join(names, ", ")
	if rest := len(s.areas) - labelled; rest > 0 {
		label += fmt.Sprintf(" +%d", rest)
	}
	return label
}

func title(c Code) string {
	r, ok := ByCode(c)
	if !ok {
		return c.Dotted()
	}
	return r.Title()
}
