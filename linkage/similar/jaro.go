package similar

import "math/bits"

// Winkler's constants: what a common prefix adds per character, of how many
// characters at most, and from which Jaro similarity on.
const (
	prefixScale = 0.1
	prefixMost  = 4
	boostFrom   = 0.7
)

// Jaro is the similarity of Jaro (1989), from 0 (nothing in common) to 1
// (equal). The greedy search for common characters depends on which string is
// looked through first; the shorter one, or the lesser of two equally long, is
// always taken as the pattern, so that Jaro(a, b) = Jaro(b, a). Two empty
// strings are equal.
func Jaro(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a) <= 64 && len(b) <= 64 && ascii(a) && ascii(b) {
		if after(a, b) {
			a, b = b, a
		}
		return jaroBits(a, b)
	}
	return jaroRunes([]rune(a), []rune(b))
}

// JaroWinkler is Jaro with Winkler's reward for a common prefix of up to four
// characters, given from a Jaro similarity of 0.7 on (Winkler, String
// comparator metrics and enhanced decision rules, 1990; as in DuckDB and
// therefore Splink).
func JaroWinkler(a, b string) float64 {
	j := Jaro(a, b)
	if j <= boostFrom {
		return j
	}
	return j + prefixScale*float64(commonPrefix(a, b))*(1-j)
}

// commonPrefix counts equal leading characters, up to prefixMost.
func commonPrefix(a, b string) int {
	n := 0
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] >= 0x80 {
			return commonRunes(a, b)
		}
		n++
		if n == prefixMost {
			break
		}
	}
	return n
}

func commonRunes(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && n < prefixMost && x[n] == y[n] {
		n++
	}
	return n
}

// after says whether a must stand second.
func after(a, b string) bool {
	return len(a) > len(b) || len(a) == len(b) && a > b
}

// ascii says whether s has ASCII only.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// jaroBits finds the common characters with one word of bits per letter of the
// pattern p (the method of the rapidfuzz library). len(p) <= len(t) <= 64.
func jaroBits(p, t string) float64 {
	var at [128]uint64
	for i := 0; i < len(p); i++ {
		at[p[i]&127] |= 1 << uint(i)
	}
	bound := max(len(t)/2-1, 0)
	window := uint64(1)<<uint(bound+1) - 1
	var inP, inT uint64
	for j := 0; j < len(t); j++ {
		free := at[t[j]&127] & window &^ inP
		inP |= free & -free
		if free != 0 {
			inT |= 1 << uint(j)
		}
		window <<= 1
		if j < bound {
			window |= 1
		}
	}
	m := bits.OnesCount64(inP)
	if m == 0 {
		return 0
	}
	moved := 0
	for inT != 0 {
		first := inP & -inP
		if at[t[bits.TrailingZeros64(inT)]&127]&first == 0 {
			moved++
		}
		inT &= inT - 1
		inP ^= first
	}
	return jaroOf(m, moved, len(p), len(t))
}

// jaroOf is Jaro's mean of three shares.
func jaroOf(common, moved, n1, n2 int) float64 {
	c := float64(common)
	return (c/float64(n1) + c/float64(n2) + (c-float64(moved/2))/c) / 3
}

// jaroRunes is the textbook method, for anything.
func jaroRunes(p, t []rune) float64 {
	if len(p) > len(t) || len(p) == len(t) && runesAfter(p, t) {
		p, t = t, p
	}
	bound := max(len(t)/2-1, 0)
	inP, inT := make([]bool, len(p)), make([]bool, len(t))
	m := 0
	for j, r := range t {
		for i := max(0, j-bound); i < len(p) && i <= j+bound; i++ {
			if !inP[i] && p[i] == r {
				inP[i], inT[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	moved, i := 0, 0
	for j, r := range t {
		if !inT[j] {
			continue
		}
		for !inP[i] {
			i++
		}
		if p[i] != r {
			moved++
		}
		i++
	}
	return jaroOf(m, moved, len(p), len(t))
}

func runesAfter(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}
