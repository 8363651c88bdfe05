package linkage

import (
	"fmt"
	"math"
	"slices"
)

// MaxComparisons and MaxLevels are what a pattern has room for.
const (
	MaxComparisons = 15
	MaxLevels      = 14
)

// program is the comparisons of a model, made ready for a table.
type program struct {
	comps []comp
	slots []slot
}

// comp is a Comparison at work.
type comp struct {
	name   string
	levels []node
	tf     []*tfTerm // by level; nil when none has one
	u      []float64 // by level, as the model had it
	link   hanging
}

// node is a Test at work.
type node struct {
	op     Op
	a, b   *column
	limit  float64
	slot   int // of a similarity
	of     []node
	custom func(a, b string) bool
}

// slot is a similarity or distance that several tests may share.
type slot struct {
	op  Op
	col *column
}

// verdict of a test: a missing cell decides nothing.
type verdict uint8

const (
	unknown verdict = iota
	no
	yes
)

func verdictOf(v bool) verdict {
	if v {
		return yes
	}
	return no
}

// compile makes the comparisons of m ready for the columns of l. Errors name
// the comparison and the level.
func compile(m *Model, l *layout, o Options) (*program, error) {
	if len(m.Comparisons) == 0 || len(m.Comparisons) > MaxComparisons {
		return nil, fmt.Errorf("linkage: %d comparisons; a model has 1 to %d", len(m.Comparisons), MaxComparisons)
	}
	p := &program{}
	for _, c := range m.Comparisons {
		if len(c.Levels) == 0 || len(c.Levels) > MaxLevels {
			return nil, fmt.Errorf("linkage: comparison %q has %d levels; 1 to %d fit", c.Name, len(c.Levels), MaxLevels)
		}
		k := comp{name: c.Name, link: hanging{on: -1}}
		for i, level := range c.Levels {
			n, err := p.node(level.Test, l, o)
			if err != nil {
				return nil, fmt.Errorf("linkage: comparison %q, level %d (%s): %w", c.Name, i+1, level.Label, err)
			}
			k.levels = append(k.levels, n)
			k.u = append(k.u, level.U)
		}
		if k.levels[len(k.levels)-1].op != Else {
			return nil, fmt.Errorf("linkage: comparison %q: its last level must have the test %q", c.Name, Else)
		}
		p.comps = append(p.comps, k)
	}
	return p, nil
}

// node compiles one test.
func (p *program) node(t Test, l *layout, o Options) (node, error) {
	n := node{op: t.Op, limit: t.Threshold}
	for _, sub := range t.Of {
		s, err := p.node(sub, l, o)
		if err != nil {
			return n, err
		}
		n.of = append(n.of, s)
	}
	if err := n.columns(t, l); err != nil {
		return n, err
	}
	switch t.Op {
	case And, Or:
		slices.SortStableFunc(n.of, func(a, b node) int { return a.cost() - b.cost() })
	case Exact:
		if len(t.Columns) > 1 {
			return exactAll(n, t, l)
		}
	case JaroWinkler, Jaro, Levenshtein, Damerau, Jaccard, Words, Overlap:
		n.slot = p.slot(t.Op, n.a)
	case Custom:
		if n.custom = o.Tests[t.Func]; n.custom == nil {
			return n, fmt.Errorf("test %q is not known; give it in Options.Tests", t.Func)
		}
		n.slot = len(p.slots) // of its own: two tests are not known to be one
		p.slots = append(p.slots, slot{Custom, n.a})
	}
	return n, nil
}

// exactAll makes "equal in several columns" an And.
func exactAll(n node, t Test, l *layout) (node, error) {
	all := node{op: And}
	for _, name := range t.Columns {
		all.of = append(all.of, node{op: Exact, a: l.byName[name]})
		if l.byName[name] == nil {
			return n, fmt.Errorf("column %q is not in the model", name)
		}
	}
	return all, nil
}

// wants says how many columns a test needs and of which kinds.
var wants = map[Op]struct {
	columns int
	kinds   []Kind
}{
	Exact: {1, nil}, JaroWinkler: {1, nil}, Jaro: {1, nil}, Levenshtein: {1, nil}, Damerau: {1, nil}, Jaccard: {1, nil},
	Words: {1, []Kind{Name, Text, Set}}, Overlap: {1, []Kind{Set, Name, Text}}, Swapped: {2, nil}, Prefix: {1, nil}, Custom: {1, nil},
	DateSwap: {1, []Kind{Date}}, DateSlip: {1, []Kind{Date}}, DateWithin: {1, []Kind{Date}}, DateYear: {1, []Kind{Date}},
	Within: {1, []Kind{Number}}, WithinPart: {1, []Kind{Number}}, Kilometres: {1, []Kind{Point}}, DigitSlip: {1, []Kind{Digits}},
	And: {}, Or: {}, Not: {}, Else: {},
}

// columns finds the columns of a test and refuses those it cannot read.
func (n *node) columns(t Test, l *layout) error {
	want, ok := wants[t.Op]
	if !ok {
		return fmt.Errorf("test %q is not known", t.Op)
	}
	switch {
	case (t.Op == And || t.Op == Or) && len(t.Of) == 0, t.Op == Not && len(t.Of) != 1:
		return fmt.Errorf("test %q has %d tests in it; and/or need at least one, not needs one", t.Op, len(t.Of))
	case len(t.Columns) < want.columns || t.Op != Exact && len(t.Columns) > want.columns:
		return fmt.Errorf("test %q names %d columns; it needs %d", t.Op, len(t.Columns), want.columns)
	case math.IsNaN(t.Threshold) || t.Threshold < 0:
		return fmt.Errorf("test %q has threshold %v; it must be 0 or more", t.Op, t.Threshold)
	}
	for i, name := range t.Columns {
		c := l.byName[name]
		if c == nil {
			return fmt.Errorf("column %q is not in the model", name)
		}
		if want.kinds != nil && !slices.Contains(want.kinds, c.Kind) {
			return fmt.Errorf("test %q cannot read column %q of kind %q; it needs %v", t.Op, name, c.Kind, want.kinds)
		}
		if i == 0 {
			n.a = c
		} else {
			n.b = c
		}
	}
	return nil
}

func (p *program) slot(op Op, c *column) int {
	for i, s := range p.slots {
		if s.op == op && s.col == c {
			return i
		}
	}
	p.slots = append(p.slots, slot{op, c})
	return len(p.slots) - 1
}

// cost orders tests: cheap ones first.
func (n node) cost() int {
	switch n.op {
	case Exact, DateYear, Else:
		return 0
	case DateSwap, DateSlip, DateWithin, Within, WithinPart, DigitSlip, Prefix, Swapped:
		return 1
	case And, Or, Not:
		most := 0
		for _, s := range n.of {
			most = max(most, s.cost())
		}
		return most
	}
	return 2
}

// prepare works out the facts on distinct values that the program reads, so
// that comparing only reads.
func (p *program) prepare() {
	for _, s := range p.slots {
		if s.op == Words || s.op == Overlap {
			s.col.words()
		}
	}
	for i := range p.comps {
		for k := range p.comps[i].levels {
			p.comps[i].levels[k].prepare()
		}
	}
}

func (n *node) prepare() {
	switch n.op {
	case Within, WithinPart:
		n.a.numbers()
	case Kilometres:
		n.a.points()
	}
	for i := range n.of {
		n.of[i].prepare()
	}
}
