package linkage

import (
	"fmt"
	"math"
)

// tfTerm is a TF at work: the log2 frequency of every value or word of its
// column.
type tfTerm struct {
	col    *column
	words  bool
	power  float64
	base   float64   // log2
	rarest float64   // log2, for values never seen
	log    []float32 // by code; log2 of the frequency, the floor applied
}

// frequencies makes ready the term-frequency adjustments of a model.
func (p *program) frequencies(m *Model, t *Table) error {
	for k, c := range m.Comparisons {
		for i, level := range c.Levels {
			if level.TF == nil || level.TF.Weight == 0 {
				continue
			}
			term, err := newTerm(m, level, t)
			if err != nil {
				return fmt.Errorf("linkage: comparison %q, level %d (%s): %w", c.Name, i+1, level.Label, err)
			}
			if p.comps[k].tf == nil {
				p.comps[k].tf = make([]*tfTerm, len(c.Levels))
			}
			p.comps[k].tf[i] = term
		}
	}
	return nil
}

func newTerm(m *Model, level Level, tab *Table) (*tfTerm, error) {
	c := tab.layout.byName[level.TF.Column]
	switch {
	case c == nil:
		return nil, fmt.Errorf("term frequencies of column %q, which is not in the model", level.TF.Column)
	case !c.coded():
		return nil, fmt.Errorf("term frequencies of column %q of kind %q; they are kept of texts only", c.Name, c.Kind)
	}
	given := m.Frequencies[frequencyKey(c.Name, level.TF.Words)]
	if given == nil && tab.stateless {
		return nil, nil
	}
	t := &tfTerm{col: c, words: level.TF.Words, power: level.TF.Weight}
	d, counts := c.dict, c.count
	if t.words {
		w := c.words()
		d, counts = w.dict, w.count
	}
	even := t.fill(d, counts, given, level.TF.Floor)
	switch {
	case level.TF.Base > 0:
		t.base = math.Log2(level.TF.Base)
	case level.U > 0 && level.Test.Op == Exact && !t.words:
		t.base = math.Log2(level.U)
	default:
		t.base = math.Log2(even)
	}
	return t, nil
}

func frequencyKey(column string, words bool) string {
	if words {
		return column + " words"
	}
	return column
}

// fill works out the logarithms and returns the chance that two draws agree.
func (t *tfTerm) fill(d *dict, counts []uint32, given map[string]float64, floor float64) float64 {
	total := 0.0
	for _, n := range counts[1:] {
		total += float64(n)
	}
	least := max(floor, 1/max(total, 1))
	if given != nil {
		least = max(floor, rarestOf(given))
	}
	t.rarest = math.Log2(least)
	t.log = make([]float32, d.len())
	even := 0.0
	for code := 1; code < d.len(); code++ {
		f := least
		switch {
		case given != nil:
			f = max(given[d.get(uint32(code))], least)
			even += f * f
		case total > 0:
			f = float64(counts[code]) / total
			even += f * f
			f = max(f, least)
		}
		t.log[code] = float32(math.Log2(f))
	}
	return max(even, least)
}

func rarestOf(given map[string]float64) float64 {
	least := 1.0
	for _, f := range given {
		if f > 0 {
			least = min(least, f)
		}
	}
	return least
}

// of is what a pair's agreeing value adds to the weight, in log2.
func (t *tfTerm) of(a, b []uint32) float64 {
	x, y := a[t.col.word], b[t.col.word]
	if x == 0 || y == 0 {
		return 0
	}
	if t.words {
		return t.ofWords(x, y)
	}
	return t.power * (t.base - max(t.at(x), t.at(y)))
}

func (t *tfTerm) at(code uint32) float64 {
	if int(code) < len(t.log) {
		return float64(t.log[code])
	}
	return t.rarest
}

// ofWords takes the rarest word both values hold; without one it says nothing.
func (t *tfTerm) ofWords(x, y uint32) float64 {
	w := t.col.feats.words
	least, found := 0.0, false
	other := w.of(y)
	for _, word := range w.of(x) {
		if f := t.at(word); (!found || f < least) && contains(other, word) {
			least, found = f, true
		}
	}
	if !found {
		return 0
	}
	return t.power * (t.base - least)
}

// tfOf is the term-frequency adjustment of one comparison of a pair with this
// pattern, in log2.
func (p *program) tfOf(k int, pattern uint64, a, b []uint32) float64 {
	c := &p.comps[k]
	level := pattern >> (4 * k) & 15
	if c.tf == nil || level == 0 || c.tf[level-1] == nil {
		return 0
	}
	return c.tf[level-1].of(a, b)
}

// move is what frequencies and dependence add to the weight of a comparison.
func (p *program) move(k int, pattern uint64, a, b []uint32) float64 {
	c := &p.comps[k]
	if c.tf == nil && c.link.on < 0 {
		return 0
	}
	level := pattern >> (4 * k) & 15
	if level == 0 {
		return 0
	}
	return p.given(k, pattern, c.u[level-1], p.tfOf(k, pattern, a, b))
}

// shift is the sum of move over the comparisons.
func (p *program) shift(pattern uint64, a, b []uint32) float64 {
	sum := 0.0
	for k := range p.comps {
		sum += p.move(k, pattern, a, b)
	}
	return sum
}
