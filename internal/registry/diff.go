package registry

import (
	"maps"
	"slices"
	"strconv"
)

// Diff holds the changed fields of one change: column to old and new text.
type Diff map[string][2]string

func (d Diff) names() []string { return slices.Sorted(maps.Keys(d)) }

// FieldNames lists every field that a change of a person or family may hold,
// each once.
func FieldNames() []string {
	out := people.names()
	for _, name := range families.names() {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func itoa(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// atoi reads what itoa wrote; anything else is 0.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
