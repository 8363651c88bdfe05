package simulate

import (
	"math"
	"math/rand/v2"
	"sort"

	"tepat/linkage/internal/em"
)

// Pair is a candidate with what the engine may see and the truth.
type Pair struct {
	A, B    uint32
	Levels  uint64
	Rules   uint64
	Shift   float32
	Match   bool
	SameHub bool
}

// Levels a comparison has: equal, misspelt, alike by chance, different.
const levels = 4

// Compare returns the level of two cells of field k, 0 when one is missing.
func (w *World) Compare(k int, a, b Value) int {
	switch kin := w.Fields[k].Kin; {
	case a == 0 || b == 0:
		return 0
	case a == b:
		return 1
	case a.base() == b.base():
		return 2
	case kin > 0 && a.base()/kin == b.base()/kin:
		return 3
	}
	if k == 0 && w.Fields[k].Name == "nik" && a.base()^1 == b.base() {
		return 2
	}
	return 4
}

func (w *World) key(r Record, rule []int) (uint64, bool) {
	h := uint64(14695981039346656037)
	for _, f := range rule {
		x := uint64(0)
		if f >= 0 {
			x = uint64(r.Cells[f])
		} else if v := r.Cells[-1-f]; v != 0 {
			x = uint64(v.base()/max(w.Fields[-1-f].Kin, 1)) + 1
		}
		if x == 0 {
			return 0, false
		}
		h = (h ^ x) * 1099511628211
		h ^= h >> 29
	}
	return h, true
}

// Forced are the fields each rule reads.
func (w *World) Forced() []uint64 {
	forced := make([]uint64, len(w.Blocking))
	for r, rule := range w.Blocking {
		for _, f := range rule {
			if f < 0 {
				f = -1 - f
			}
			forced[r] |= 1 << f
		}
	}
	return forced
}

// Pairs blocks and compares.
func (w *World) Pairs(maxBlock int) []Pair {
	found := map[[2]uint32]uint64{}
	for r, rule := range w.Blocking {
		blocks := map[uint64][]uint32{}
		for i, rec := range w.Records {
			if h, ok := w.key(rec, rule); ok {
				blocks[h] = append(blocks[h], uint32(i))
			}
		}
		for _, b := range blocks {
			if len(b) > maxBlock {
				continue
			}
			for i, x := range b {
				for _, y := range b[i+1:] {
					if w.allowed(int(x), int(y)) {
						found[[2]uint32{x, y}] |= 1 << r
					}
				}
			}
		}
	}
	return w.compareAll(found)
}

func (w *World) allowed(a, b int) bool {
	s := w.Records[a].Source
	same := s == w.Records[b].Source
	return !same || (!w.LinkOnly && !(s < len(w.Clean) && w.Clean[s]))
}

func (w *World) compareAll(found map[[2]uint32]uint64) []Pair {
	freq := w.frequencies()
	pairs := make([]Pair, 0, len(found))
	for p, rules := range found {
		x := w.pair(p[0], p[1], freq)
		x.Rules = rules
		pairs = append(pairs, x)
	}
	sort.Slice(pairs, func(i, j int) bool {
		return pairs[i].A < pairs[j].A || (pairs[i].A == pairs[j].A && pairs[i].B < pairs[j].B)
	})
	return pairs
}

// Weigher compares any two records of the world.
func (w *World) Weigher() func(a, b uint32) Pair {
	freq := w.frequencies()
	return func(a, b uint32) Pair { return w.pair(a, b, freq) }
}

func (w *World) pair(a, b uint32, freq []map[Value]float64) Pair {
	p := Pair{A: a, B: b}
	ra, rb := w.Records[a], w.Records[b]
	for k := range w.Fields {
		l := w.Compare(k, ra.Cells[k], rb.Cells[k])
		p.Levels |= uint64(l) << (4 * k)
		if l == 1 && w.Fields[k].TF {
			p.Shift += float32(math.Log2(freq[k][0] / freq[k][ra.Cells[k]]))
		}
	}
	p.Match = ra.Person == rb.Person
	p.SameHub = ra.House == rb.House
	return p
}

// frequencies are the shares of values by field; under 0 the chance that two
// records agree.
func (w *World) frequencies() []map[Value]float64 {
	freq := make([]map[Value]float64, len(w.Fields))
	for k := range w.Fields {
		f := map[Value]float64{}
		n := 0.0
		for _, r := range w.Records {
			if v := r.Cells[k]; v != 0 {
				f[v]++
				n++
			}
		}
		agree := 0.0
		for v := range f {
			f[v] /= n
			agree += f[v] * f[v]
		}
		f[0] = agree
		freq[k] = f
	}
	return freq
}

// AllPairs and Matches count the pairs that could be compared and those that match.
func (w *World) AllPairs() (float64, float64) {
	all, matches := 0.0, 0.0
	last := map[int][]int{}
	for i, r := range w.Records {
		for _, j := range last[r.Person] {
			if w.allowed(j, i) {
				matches++
			}
		}
		last[r.Person] = append(last[r.Person], i)
	}
	bySource := map[int]float64{}
	for _, r := range w.Records {
		bySource[r.Source]++
	}
	n := float64(len(w.Records))
	all = n * (n - 1) / 2
	for s, c := range bySource {
		if w.LinkOnly || (s < len(w.Clean) && w.Clean[s]) {
			all -= c * (c - 1) / 2
		}
	}
	return all, matches
}

// SampleU estimates u from random pairs and, for equal cells, from frequencies.
func (w *World) SampleU(n int, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 5))
	u := make([][]float64, len(w.Fields))
	for k := range u {
		u[k] = []float64{0.1, 0.1, 0.1, 0.1}
	}
	for range n {
		a, b := r.IntN(len(w.Records)), r.IntN(len(w.Records))
		if a == b || !w.allowed(a, b) {
			continue
		}
		for k := range w.Fields {
			if l := w.Compare(k, w.Records[a].Cells[k], w.Records[b].Cells[k]); l > 0 {
				u[k][l-1]++
			}
		}
	}
	freq := w.frequencies()
	for k := range u {
		sum := u[k][1] + u[k][2] + u[k][3]
		for l := 1; l < levels; l++ {
			u[k][l] *= (1 - freq[k][0]) / sum
		}
		u[k][0] = freq[k][0]
	}
	return u
}

// Problem is the world as the engine sees it.
func (w *World) Problem(pairs []Pair, seed uint64) em.Problem {
	all, _ := w.AllPairs()
	p := em.Problem{Pairs: all, Forced: w.Forced(), Household: w.Household}
	u := w.SampleU(400000, seed)
	for k, f := range w.Fields {
		p.Comparisons = append(p.Comparisons, em.Comparison{Name: f.Name, M: make([]float64, levels), U: u[k]})
	}
	p.Patterns = Patterns(pairs)
	return p
}

// Patterns counts pairs by levels, rules and shift, the shift in halves.
func Patterns(pairs []Pair) []em.Pattern {
	type key struct {
		levels, rules uint64
		shift         float32
	}
	count := map[key]float64{}
	for _, p := range pairs {
		count[key{p.Levels, p.Rules, float32(math.Round(float64(p.Shift)*2) / 2)}]++
	}
	out := make([]em.Pattern, 0, len(count))
	for k, n := range count {
		out = append(out, em.Pattern{Levels: k.levels, Rules: k.rules, Shift: k.shift, Count: n})
	}
	sort.Slice(out, func(i, j int) bool {
		x, y := out[i], out[j]
		if x.Levels != y.Levels {
			return x.Levels < y.Levels
		}
		if x.Rules != y.Rules {
			return x.Rules < y.Rules
		}
		return x.Shift < y.Shift
	})
	return out
}
