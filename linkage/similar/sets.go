package similar

import "math/bits"

// Jaccard is the share of characters common to both among the characters of
// either, each character counted once (as DuckDB's jaccard). Two empty strings
// are equal.
func Jaccard(a, b string) float64 {
	if a == b {
		return 1
	}
	if !ascii(a) || !ascii(b) {
		return jaccardRunes(a, b)
	}
	a0, a1 := letters(a)
	b0, b1 := letters(b)
	all := bits.OnesCount64(a0|b0) + bits.OnesCount64(a1|b1)
	return float64(bits.OnesCount64(a0&b0)+bits.OnesCount64(a1&b1)) / float64(all)
}

func letters(s string) (uint64, uint64) {
	var lo, hi uint64
	for i := 0; i < len(s); i++ {
		if s[i] < 64 {
			lo |= 1 << s[i]
		} else {
			hi |= 1 << (s[i] & 63)
		}
	}
	return lo, hi
}

func jaccardRunes(a, b string) float64 {
	seen := map[rune]int{}
	for _, r := range a {
		seen[r] |= 1
	}
	for _, r := range b {
		seen[r] |= 2
	}
	both := 0
	for _, in := range seen {
		if in == 3 {
			both++
		}
	}
	return float64(both) / float64(len(seen))
}

// Shared counts the items two sorted lists without repeats have in common.
func Shared[T ~uint32 | ~string](a, b []T) int {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}
