package em

import (
	"math"
	"sync"
	"sync/atomic"
)

// counts is what an expectation step gathers.
type counts struct {
	level [classes][MaxComparisons][16]float64
	share [][classes]float64
	total float64 // log likelihood
	parts []*counts
}

// partSights is how many sights make a part: parts are gathered by several
// workers and added up in their order.
const partSights = 1024

func (f *fitter) newCounts() *counts {
	c := &counts{share: make([][classes]float64, len(f.views))}
	for range (len(f.sights) + partSights - 1) / partSights {
		c.parts = append(c.parts, &counts{share: make([][classes]float64, len(f.views))})
	}
	return c
}

func (c *counts) reset() {
	clear(c.share)
	c.level, c.total = [classes][MaxComparisons][16]float64{}, 0
}

// gather is the counts of all sights.
func (f *fitter) gather(t *tables, acc *counts) {
	var wg sync.WaitGroup
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < len(acc.parts); i = int(next.Add(1)) - 1 {
			acc.parts[i].reset()
			acc.parts[i].see(t, f.sights[i*partSights:min((i+1)*partSights, len(f.sights))], len(f.p.Comparisons))
		}
	}
	for range min(f.p.Workers, len(acc.parts)) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	for _, p := range acc.parts {
		acc.merge(p, len(f.p.Comparisons))
	}
}

func (c *counts) see(t *tables, sights []sight, comparisons int) {
	for i := range sights {
		g := &sights[i]
		post, ll := t.classify(&g.Pattern, g.view)
		c.total += g.Count * ll
		c.add(g, &post, comparisons)
		for class, q := range post {
			c.share[g.view][class] += q * g.Count
		}
	}
}

func (c *counts) merge(o *counts, comparisons int) {
	c.total += o.total
	for class := range c.level {
		for k := range comparisons {
			for l, n := range o.level[class][k] {
				c.level[class][k][l] += n
			}
		}
	}
	for v := range c.share {
		for class, n := range o.share[v] {
			c.share[v][class] += n
		}
	}
}

// expect classifies every sight under s, gathers expected counts into acc and
// returns the objective: the composite log likelihood, unseen pairs counted as
// non-matches in the view without a rule, plus the log density of the priors.
func (f *fitter) expect(s *state, acc *counts) float64 {
	acc.reset()
	t := newTables(s)
	f.gather(t, acc)
	total := acc.total
	if v := &f.views[0]; v.size > 0 {
		unseen := f.pairs - f.seen
		acc.share[0][other] += unseen
		total += unseen * t.share[0][other]
	}
	for i := range f.p.Matches {
		acc.add(&sight{Pattern: f.p.Matches[i], learn: ^uint64(0)}, &[classes]float64{match: 1}, len(f.p.Comparisons))
		total += f.p.Matches[i].Count * t.density(&f.p.Matches[i], match)
	}
	for i := range f.p.NonMatches {
		g := &f.p.NonMatches[i]
		post, ll := t.classifyNonMatch(g)
		acc.add(&sight{Pattern: *g, learn: ^uint64(0)}, &post, len(f.p.Comparisons))
		total += g.Count * ll
	}
	return total + f.logPrior(s)
}

// add counts a sight by its posterior, for each class the comparisons that may be
// learned. Kin are a class of proposed pairs only, seen through the very rules
// that relatives share, so there every comparison counts.
func (c *counts) add(g *sight, post *[classes]float64, comparisons int) {
	for class, p := range post {
		if p == 0 {
			continue
		}
		n := p * g.Count
		levels := g.Levels
		if class != kin {
			levels &= g.learn
		}
		for k := range comparisons {
			c.level[class][k][levels&15] += n
			levels >>= 4
		}
	}
}

func (f *fitter) logPrior(s *state) float64 {
	sum := 0.0
	active := s.active()
	for class := range s.dist {
		if !active[class] {
			continue
		}
		for k, d := range s.dist[class] {
			for l, v := range d {
				sum += f.smooth * f.anchor[class][k][l] * math.Log(v)
			}
		}
		for v := range s.share {
			sum += sharePrior * math.Log(max(s.share[v][class], 1e-300))
		}
	}
	return sum
}

// found is what the views together say of the pairs proposed: each pair has the
// mean of the posteriors of the views that hold it.
type found struct {
	total   [classes]float64
	byRules [classes]map[uint64]float64
}

func (f *fitter) count(s *state) found {
	var out found
	for class := range out.byRules {
		out.byRules[class] = map[uint64]float64{}
	}
	t := newTables(s)
	for i := range f.p.Patterns {
		g := f.p.Patterns[i]
		var mean [classes]float64
		views := 0.0
		for v := range f.views {
			if !f.holds(v, &g) {
				continue
			}
			views++
			seen := g
			seen.Levels &= f.views[v].mask
			post, _ := t.classify(&seen, v)
			for class, q := range post {
				mean[class] += q
			}
		}
		for class, q := range mean {
			if q > 0 {
				out.total[class] += q / views * g.Count
				out.byRules[class][g.Rules] += q / views * g.Count
			}
		}
	}
	return out
}
