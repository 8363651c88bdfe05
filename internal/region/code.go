package region

import (
	"strings"

	"tepat/internal/fault"
)

// Code is a Kemendagri region code without dots: "21" (province), "2103"
// (regency), "210305" (kecamatan) or "2103052001" (village). The zero value is
// no region. A Code says nothing about existence; ByCode does.
type Code string

// Level is the depth of a region. The zero value means any or none.
type Level int

// The four levels that have a Kemendagri code.
const (
	AnyLevel Level = iota
	Province
	Regency
	Kecamatan
	Village
)

var levelNames = [...]string{"any", "province", "regency", "kecamatan", "village"}

// String returns the English name of l, for logs.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return "unknown"
	}
	return levelNames[l]
}

// digits a code of each level has.
var levelDigits = [...]int{0, 2, 4, 6, 10}

// Level returns the depth of c, AnyLevel when c has no proper length.
func (c Code) Level() Level {
	for l := Province; l <= Village; l++ {
		if len(c) == levelDigits[l] {
			return l
		}
	}
	return AnyLevel
}

// Valid reports whether c has the shape of a code: 2, 4, 6 or 10 digits, the
// first not zero, and a village's kind digit 1 to 3 (kelurahan, desa, desa adat).
func (c Code) Valid() bool {
	if c.Level() == AnyLevel || c[0] == '0' || !allDigits(string(c)) {
		return false
	}
	return c.Level() != Village || (c[6] >= '1' && c[6] <= '3')
}

// Dotted returns c as official letters write it, "21.03.05.2001". Code has no
// String method, so that forms, keys and queries always carry the bare digits.
func (c Code) Dotted() string {
	var parts []string
	for l := Province; l <= Village && len(c) >= levelDigits[l]; l++ {
		parts = append(parts, string(c[levelDigits[l-1]:levelDigits[l]]))
	}
	return strings.Join(parts, ".")
}

// Parent returns the region around c, or "" for a province.
func (c Code) Parent() Code {
	l := c.Level()
	if l <= Province {
		return ""
	}
	return c[:levelDigits[l-1]]
}

// Province returns the province of c, or "".
func (c Code) Province() Code { return c.at(Province) }

// Regency returns the kabupaten or kota of c, or "" above that level.
func (c Code) Regency() Code { return c.at(Regency) }

// Kecamatan returns the kecamatan of c, or "" above that level.
func (c Code) Kecamatan() Code { return c.at(Kecamatan) }

func (c Code) at(l Level) Code {
	if c.Level() < l {
		return ""
	}
	return c[:levelDigits[l]]
}

// Contains reports whether other is c or lies in it. No code contains the
// zero Code, and the zero Code contains nothing.
func (c Code) Contains(other Code) bool {
	if c.Level() == AnyLevel || other.Level() == AnyLevel {
		return false
	}
	return strings.HasPrefix(string(other), string(c))
}

// ParseCode reads a Kemendagri code in digits ("2103052001") or in groups
// split by dots, commas, spaces or hyphens ("21.03.05.2001"). It fails with the fault
// "region.code" when the digits or the groups are not those of a code.
func ParseCode(s string) (Code, error) {
	c, _, ok := splitCode(s)
	if !ok || !c.Valid() {
		return "", fault.NewInvalid("region.code")
	}
	return c, nil
}

// separators stand between the groups of a code; a comma is what Excel makes
// of the dot in an Indonesian cell.
const separators = ".,- \u00a0"

// splitCode removes the separators of s and reports whether there were any.
// Groups must be whole: "7.203" is damage, not Donggala.
func splitCode(s string) (Code, bool, bool) {
	groups := strings.FieldsFunc(s, func(r rune) bool {
		return strings.ContainsRune(separators, r)
	})
	joined := strings.Join(groups, "")
	if joined == "" || len(joined) > levelDigits[Village] || !allDigits(joined) {
		return "", false, false
	}
	if len(groups) == 1 {
		return Code(joined), false, true
	}
	for i, g := range groups {
		if i >= int(Village) || len(g) != levelDigits[i+1]-levelDigits[i] {
			return "", true, false
		}
	}
	return Code(joined), true, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
