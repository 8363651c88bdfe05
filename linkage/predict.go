package linkage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Estimate measures the blocking rules without comparing: exact sizes, and what
// would be done about oversized blocks.
func (m *Model) Estimate(t *Table, o Options) ([]RuleSize, error) {
	t.rest()
	b, err := newBlocker(m, t, o)
	if err != nil {
		return nil, err
	}
	sizes, _, err := b.run(context.Background(), nil)
	nameRules(m, sizes)
	return sizes, err
}

// Predict compares every candidate pair and returns those with a probability of
// at least floor. The result does not depend on the number of workers.
func (m *Model) Predict(ctx context.Context, t *Table, floor float64, o Options) (*Links, error) {
	t.rest()
	s, err := newScorer(m)
	if err != nil {
		return nil, err
	}
	cache := t.pairs
	t.pairs = nil
	if cache != nil && cache.print != fingerprint(m, o) {
		cache = nil
	}
	if cache == nil || cache.share < 1 {
		return m.stream(ctx, t, s, floor, cache, o)
	}
	t.pairs = cache
	p, err := m.program(t, o)
	if err != nil {
		return nil, err
	}
	links := &Links{Pairs: cache.links(t, p, s, m.Weight(floor), o.workers()), Compared: cache.compared, Rules: cache.rules}
	links.report(o)
	return links, nil
}

func (l *Links) report(o Options) {
	for _, r := range l.Rules {
		l.Skipped = append(l.Skipped, r.Oversize...)
	}
	o.tell("score", l.Compared, l.Compared)
}

// stream compares and scores without keeping what falls below the floor.
// The blocks sorted in training, if they were, are used again.
func (m *Model) stream(ctx context.Context, t *Table, s *scorer, floor float64, cache *pairCache, o Options) (*Links, error) {
	p, err := m.program(t, o)
	if err != nil {
		return nil, err
	}
	var b *blocker
	if cache != nil {
		b = cache.b
		b.o, b.below = o, 0
	} else if b, err = newBlocker(m, t, o); err != nil {
		return nil, err
	}
	q := newQuick(p, s, m.Weight(floor))
	lists := make([][]Link, o.workers())
	evals := make([]*evaluator, o.workers())
	for w := range evals {
		evals[w] = newEvaluator(p)
	}
	links := &Links{}
	links.Rules, links.Compared, err = b.run(ctx, func(w, _ int, i, j uint32) {
		x, y := t.row(int(i)), t.row(int(j))
		pattern, ok := q.pattern(evals[w], x, y)
		if !ok {
			return
		}
		if weight := s.weight(pattern, p.shift(pattern, x, y)); weight >= q.floor {
			lists[w] = append(lists[w], Link{A: i, B: j, Weight: float32(weight), Pattern: pattern})
		}
	})
	if err != nil {
		return nil, err
	}
	nameRules(m, links.Rules)
	links.Pairs = inOrder(t.n, lists, o.workers())
	links.report(o)
	return links, nil
}

// program compiles the comparisons with their term frequencies.
func (m *Model) program(t *Table, o Options) (*program, error) {
	p, err := compile(m, t.layout, o)
	if err != nil {
		return nil, err
	}
	p.prepare()
	if err := p.frequencies(m, t); err != nil {
		return nil, err
	}
	if err := p.depend(m); err != nil {
		return nil, err
	}
	return p, nil
}

// links scores the pairs and keeps those from floor on, by A, then B.
func (c *pairCache) links(t *Table, p *program, s *scorer, least float64, workers int) []Link {
	lists := make([][]Link, len(c.pairs))
	each(len(c.pairs), workers, func(w int) {
		for _, ab := range c.pairs[w] {
			pattern := c.classes[ab.class].pattern
			shift := p.shift(pattern, t.row(int(ab.a)), t.row(int(ab.b)))
			if weight := s.weight(pattern, shift); weight >= least {
				lists[w] = append(lists[w], Link{A: ab.a, B: ab.b, Weight: float32(weight), Pattern: pattern})
			}
		}
	})
	return inOrder(t.n, lists, workers)
}

// inOrder joins lists of links of n records and sorts them by A, then B: by
// counting, and the few links of a record by comparing.
func inOrder(n int, lists [][]Link, workers int) []Link {
	start := make([]uint32, n+1)
	for _, list := range lists {
		for i := range list {
			start[list[i].A+1]++
		}
	}
	for i := range n {
		start[i+1] += start[i]
	}
	out := make([]Link, start[n])
	at := slices.Clone(start[:n])
	for _, list := range lists {
		for i := range list {
			a := list[i].A
			out[at[a]] = list[i]
			at[a]++
		}
	}
	const parts = 64
	each(parts, workers, func(p int) {
		for i := n * p / parts; i < n*(p+1)/parts; i++ {
			if few := out[start[i]:start[i+1]]; len(few) > 1 {
				slices.SortFunc(few, func(x, y Link) int { return cmp.Compare(x.B, y.B) })
			}
		}
	})
	return out
}

// Score is the weight and pattern of one pair of a table, blocked or not.
func (m *Model) Score(t *Table, pairs [][2]int, o Options) ([]Link, error) {
	t.rest()
	s, err := newScorer(m)
	if err != nil {
		return nil, err
	}
	p, err := m.program(t, o)
	if err != nil {
		return nil, err
	}
	e := newEvaluator(p)
	out := make([]Link, len(pairs))
	for i, ab := range pairs {
		a, b := min(ab[0], ab[1]), max(ab[0], ab[1])
		if a < 0 || b >= t.n || a == b {
			return nil, fmt.Errorf("linkage: pair %d is %v, but the table has records 0 to %d", i, ab, t.n-1)
		}
		x, y := t.row(a), t.row(b)
		pattern := e.pattern(x, y)
		out[i] = Link{A: uint32(a), B: uint32(b), Weight: float32(s.weight(pattern, p.shift(pattern, x, y))), Pattern: pattern}
	}
	return out, nil
}
