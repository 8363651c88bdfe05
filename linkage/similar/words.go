package similar

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// MostWords is how many words of a name are aligned; further ones are left out.
const MostWords = 8

// Words aligns two names word by word: every word of the name with fewer words
// gets a partner of its own in the other, and the answer is the similarity of
// the worst of these couples in the best alignment. Couples are measured by
// Word. A name without words is like nothing.
func Words(a, b string) float64 {
	x, y := strings.Fields(a), strings.Fields(b)
	return Align(len(x), len(y), func(i, j int) float64 { return Word(x[i], y[j]) })
}

// Word is JaroWinkler, except that an initial (a word of one letter) is wholly
// like any word that begins with it.
func Word(a, b string) float64 {
	if a == b {
		return 1
	}
	if initialOf(a, b) || initialOf(b, a) {
		return 1
	}
	return JaroWinkler(a, b)
}

func initialOf(a, b string) bool {
	if len(a) == 0 || len(a) > utf8.UTFMax || len(b) <= len(a) {
		return false
	}
	_, size := utf8.DecodeRuneInString(a)
	return size == len(a) && b[:size] == a
}

// Align finds the alignment of n and m words that maximises the similarity of
// its worst couple, every word of the shorter side having a partner of its
// own. sim(i, j) is the similarity of word i of the first and j of the second.
// Only the first MostWords words count.
func Align(n, m int, sim func(i, j int) float64) float64 {
	n, m = min(n, MostWords), min(m, MostWords)
	if n == 0 || m == 0 {
		return 0
	}
	if n > m {
		return Align(m, n, func(i, j int) float64 { return sim(j, i) })
	}
	if n == 1 {
		best := 0.0
		for j := range m {
			best = max(best, sim(0, j))
		}
		return best
	}
	// best[s] is the answer when the first |s| words take the partners s.
	var best [1 << MostWords]float64
	best[0] = 1
	most := 0.0
	for s := 0; s < 1<<m; s++ {
		i := bits.OnesCount(uint(s))
		if best[s] <= most {
			continue
		}
		if i == n {
			most = best[s]
			continue
		}
		for j := range m {
			if s>>j&1 == 0 {
				t := s | 1<<j
				best[t] = max(best[t], min(best[s], sim(i, j)))
			}
		}
	}
	return most
}
