package indonesia

import "strings"

// Likeness says how two written names agree, strongest first.
type Likeness uint8

// The degrees.
const (
	Unlike    Likeness = iota // no word in common, or a name is missing
	SomeWord                  // at least one word other than the commonest is shared
	Contained                 // every word of the shorter has its word or initial in the longer
	SameSound                 // the same words by ear, in any order
	SameWords                 // the same canonical words, in any order
	SameText                  // the same canonical words in the same order
)

// SameName compares two names as written. It is symmetric. It says how alike
// the writing is, not whether the bearers are one person.
func SameName(a, b string) Likeness {
	var x, y list
	x.name(a)
	y.name(b)
	if x.count == 0 || y.count == 0 {
		return Unlike
	}
	if x.equal(&y) {
		return SameText
	}
	x.sort()
	y.sort()
	if x.equal(&y) {
		return SameWords
	}
	if NameSound(a) == NameSound(b) {
		return SameSound
	}
	if x.count > y.count {
		x, y = y, x
	}
	if x.count < y.count && contained(&x, &y) || x.count == y.count && (contained(&x, &y) || contained(&y, &x)) {
		return Contained
	}
	if shareWord(&x, &y) {
		return SomeWord
	}
	return Unlike
}

func (l *list) equal(o *list) bool {
	if l.count != o.count {
		return false
	}
	for i := range l.count {
		if string(l.at(i)) != string(o.at(i)) {
			return false
		}
	}
	return true
}

// contained reports whether every word of a finds its own word in b, equal by
// ear or as its initial, and at least one of them is a whole word.
func contained(a, b *list) bool {
	var used [maxWords]bool
	whole := false
	for i := range a.count {
		found := -1
		for j := range b.count {
			if used[j] {
				continue
			}
			if alike(a.at(i), b.at(j)) {
				found = j
				break
			}
			if found < 0 && initial(a.at(i), b.at(j)) {
				found = j
			}
		}
		if found < 0 {
			return false
		}
		used[found] = true
		whole = whole || len(a.at(i)) > 1 && len(b.at(found)) > 1
	}
	return whole
}

func alike(a, b []byte) bool {
	if string(a) == string(b) {
		return true
	}
	if len(a) < 2 || len(b) < 2 {
		return false
	}
	var p, q [maxInput + 16]byte
	return string(sound(p[:0], a)) == string(sound(q[:0], b))
}

func initial(a, b []byte) bool {
	return (len(a) == 1 || len(b) == 1) && a[0] == b[0]
}

func shareWord(a, b *list) bool {
	for i := range a.count {
		w := a.at(i)
		if len(w) < 3 || common[string(w)] {
			continue
		}
		for j := range b.count {
			if alike(w, b.at(j)) {
				return true
			}
		}
	}
	return false
}

// Words tells the canonical words of a name.
func Words(name string) []string { return strings.Fields(NormalizeName(name)) }
