package linkage

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// sampleRecords is how many records random pairs are drawn from. They are those
// with the smallest hashes of their identities: a random sample that does not
// depend on the order of the input, and small enough to stay in the cache of
// the processor.
const sampleRecords = 1 << 15

// sampleParts is into how many parts the drawing is cut. Each has a generator
// of its own and sums are added up in the order of the parts, so that the
// number of workers does not matter.
const sampleParts = 32

// sample is what random pairs showed.
type sample struct {
	pairs  int64
	levels [][]int64 // by comparison, level; 0 missing
	// tf has, by comparison and level, the sum over the pairs of the inverse
	// frequency to the power of the adjustment, and their number.
	tf    [][]tfSum
	drawn []drawn
}

// drawn is one random pair.
type drawn struct {
	a, b    uint32
	pattern uint64
}

type tfSum struct {
	sum float64
	n   int64
}

func newSample(p *program) *sample {
	s := &sample{}
	for _, c := range p.comps {
		s.levels = append(s.levels, make([]int64, len(c.levels)+1))
		s.tf = append(s.tf, make([]tfSum, len(c.levels)+1))
	}
	return s
}

func (s *sample) add(p *program, e *evaluator, t *Table, i, j uint32) {
	a, b := t.row(int(i)), t.row(int(j))
	pattern := e.pattern(a, b)
	s.drawn = append(s.drawn, drawn{i, j, pattern})
	s.pairs++
	for k := range p.comps {
		level := pattern >> (4 * k) & 15
		s.levels[k][level]++
		if tf := p.comps[k].tf; tf != nil && level > 0 && tf[level-1] != nil {
			t := tf[level-1]
			if adjust := t.of(a, b); adjust != 0 {
				s.tf[k][level].sum += math.Exp2(adjust - t.power*t.base)
				s.tf[k][level].n++
			}
		}
	}
}

func (s *sample) merge(o *sample) {
	s.pairs += o.pairs
	s.drawn = append(s.drawn, o.drawn...)
	for k := range s.levels {
		for l := range s.levels[k] {
			s.levels[k][l] += o.levels[k][l]
			s.tf[k][l].sum += o.tf[k][l].sum
			s.tf[k][l].n += o.tf[k][l].n
		}
	}
}

// draw compares random pairs; all pairs when there are no more than wanted.
func draw(m *Model, t *Table, p *program, o Options) *sample {
	total := newSample(p)
	wanted := o.sampleU()
	if n := int64(t.n); n*(n-1)/2 <= wanted {
		drawAll(m, t, p, total)
		return total
	}
	skip, _ := skipWithin(m, t)
	from := t.someRecords(sampleRecords)
	parts := make([]*sample, sampleParts)
	evals := make([]*evaluator, o.workers())
	eachBy(sampleParts, o.workers(), func(w, part int) {
		if evals[w] == nil {
			evals[w] = newEvaluator(p)
		}
		rng := rand.New(rand.NewPCG(m.Seed, uint64(part)))
		s := newSample(p)
		for tries := int64(0); s.pairs < wanted/sampleParts && tries < 4*wanted/sampleParts; tries++ {
			i, j := rng.IntN(len(from)), rng.IntN(len(from))
			x, y := t.row(int(from[i])), t.row(int(from[j]))
			if i == j || x[0] == y[0] && skip[x[0]] {
				continue
			}
			s.add(p, evals[w], t, from[i], from[j])
		}
		parts[part] = s
	})
	for _, s := range parts {
		total.merge(s)
	}
	return total
}

func (o Options) sampleU() int64 {
	if o.SampleU > 0 {
		return o.SampleU
	}
	return 300_000
}

func drawAll(m *Model, t *Table, p *program, s *sample) {
	skip, _ := skipWithin(m, t)
	e := newEvaluator(p)
	order := t.someRecords(t.n)
	for i := range order {
		x := t.row(int(order[i]))
		for _, j := range order[:i] {
			if y := t.row(int(j)); x[0] != y[0] || !skip[x[0]] {
				s.add(p, e, t, order[i], j)
			}
		}
	}
}

// someRecords returns the records with the n smallest hashes of their
// identities, in that order.
func (t *Table) someRecords(n int) []uint32 {
	type item struct {
		hash uint64
		i    uint32
	}
	limit := uint64(math.MaxUint64)
	if t.n > 2*n {
		limit = uint64(float64(n) * 1.1 / float64(t.n) * math.MaxUint64)
	}
	names := make([]uint64, len(t.sources))
	for s := range t.sources {
		names[s] = hashBytes([]byte(t.sources[s].Name))
	}
	var items []item
	for i := range t.n {
		if h := hash2(hashBytes(t.id(i)), names[t.row(i)[0]]); h <= limit {
			items = append(items, item{h, uint32(i)})
		}
	}
	slices.SortFunc(items, func(x, y item) int { return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.i, y.i)) })
	items = items[:min(n, len(items))]
	out := make([]uint32, len(items))
	for k := range items {
		out[k] = items[k].i
	}
	return out
}

// agreeing counts exactly the comparable pairs with equal values in a column,
// and those where both have one.
func agreeing(m *Model, t *Table, c *column) (float64, float64) {
	skip, _ := skipWithin(m, t)
	groups := make([][]uint64, 1) // values of all records, then of each source that is not compared within
	place := make([]int, len(skip))
	for s, k := range skip {
		if k {
			place[s] = len(groups)
			groups = append(groups, nil)
		}
	}
	for i := range t.n {
		row := t.row(i)
		if v := c.key(row); v != 0 {
			groups[0] = append(groups[0], v)
			if k := place[row[0]]; k > 0 {
				groups[k] = append(groups[k], v)
			}
		}
	}
	same, both := pairsOfEqual(groups[0])
	for _, g := range groups[1:] {
		s, b := pairsOfEqual(g)
		same, both = same-s, both-b
	}
	return same, both
}

// key is a cell as one number, 0 when missing.
func (c *column) key(row []uint32) uint64 {
	if c.wide {
		return uint64(c.number(row))
	}
	return uint64(row[c.word])
}

func pairsOfEqual(values []uint64) (float64, float64) {
	n := float64(len(values))
	counts := countEqual(values)
	same := 0.0
	for _, c := range counts {
		same += float64(c) * float64(c-1) / 2
	}
	return same, n * (n - 1) / 2
}

// countEqual counts how often each value stands; only counts above 1 matter.
func countEqual(values []uint64) []int {
	const direct = 1 << 23
	top := uint64(0)
	for _, v := range values {
		top = max(top, v)
	}
	if top < direct {
		counts := make([]int, top+1)
		for _, v := range values {
			counts[v]++
		}
		return counts
	}
	slices.Sort(values)
	var counts []int
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j] == values[i] {
			j++
		}
		if j > i+1 {
			counts = append(counts, j-i)
		}
		i = j
	}
	return counts
}
