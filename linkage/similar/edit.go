package similar

// Levenshtein is the least number of insertions, deletions and replacements of
// characters that turn a into b. ASCII with one side of up to 64 characters
// takes Myers' bit-parallel method (A fast bit-vector algorithm for approximate
// string matching, JACM 46, 1999).
func Levenshtein(a, b string) int { return edits(a, b, false) }

// Damerau also counts the exchange of two neighbours as one edit, no substring
// being edited twice: the "optimal string alignment" distance. Bit-parallel
// after Hyyrö (A bit-vector algorithm for computing Levenshtein and Damerau
// edit distances, 2003).
func Damerau(a, b string) int { return edits(a, b, true) }

func edits(a, b string, exchange bool) int {
	if a == b {
		return 0
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if !ascii(a) || !ascii(b) {
		return editsRunes([]rune(a), []rune(b), exchange)
	}
	if len(a) == 0 {
		return len(b)
	}
	if len(a) <= 64 {
		return editsBits(a, b, exchange)
	}
	return editsRunes([]rune(a), []rune(b), exchange)
}

// editsBits runs down the columns of the table of distances, one bit a row.
// 1 <= len(p) <= 64.
func editsBits(p, t string, exchange bool) int {
	var at [128]uint64
	for i := 0; i < len(p); i++ {
		at[p[i]&127] |= 1 << uint(i)
	}
	last := uint64(1) << uint(len(p)-1)
	up, down := ^uint64(0), uint64(0)
	var diag, before uint64
	dist := len(p)
	for j := 0; j < len(t); j++ {
		eq := at[t[j]&127]
		var swap uint64
		if exchange {
			swap = ((^diag & eq) << 1) & before
		}
		diag = (((eq & up) + up) ^ up) | eq | down | swap
		plus := down | ^(diag | up)
		minus := diag & up
		if plus&last != 0 {
			dist++
		}
		if minus&last != 0 {
			dist--
		}
		plus = plus<<1 | 1
		minus <<= 1
		up = minus | ^(diag | plus)
		down = plus & diag
		before = eq
	}
	return dist
}

// editsRunes is the textbook table, three rows of it.
func editsRunes(a, b []rune, exchange bool) int {
	two, one, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(one[j]+1, now[j-1]+1, one[j-1]+cost)
			if exchange && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], two[j-2]+1)
			}
		}
		two, one, now = one, now, two
	}
	return one[len(b)]
}
