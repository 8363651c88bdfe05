package em

import "math"

// counts is what an expectation step gathers.
type counts struct {
	level [classes][][]float64
	share [][classes]float64
}

func (f *fitter) newCounts() *counts {
	c := &counts{share: make([][classes]float64, len(f.views))}
	for class := range c.level {
		c.level[class] = make([][]float64, len(f.p.Comparisons))
		for k, cmp := range f.p.Comparisons {
			c.level[class][k] = make([]float64, len(cmp.U)+1)
		}
	}
	return c
}

func (c *counts) reset() {
	clear(c.share)
	for class := range c.level {
		for k := range c.level[class] {
			clear(c.level[class][k])
		}
	}
}

// expect classifies every sight under s, gathers expected counts into acc and
// returns the objective: the composite log likelihood, unseen pairs counted as
// non-matches in the view without a rule, plus the log density of the priors.
func (f *fitter) expect(s *state, acc *counts) float64 {
	acc.reset()
	t := newTables(s)
	total := 0.0
	for i := range f.sights {
		g := &f.sights[i]
		post, ll := t.classify(&g.Pattern, g.view)
		total += g.Count * ll
		acc.add(g, post)
		for class, q := range post {
			acc.share[g.view][class] += q * g.Count
		}
	}
	if v := &f.views[0]; v.size > 0 {
		unseen := f.pairs - f.seen
		acc.share[0][other] += unseen
		total += unseen * t.share[0][other]
	}
	for i := range f.p.Matches {
		acc.add(&sight{Pattern: f.p.Matches[i], learn: ^uint64(0)}, [classes]float64{match: 1})
		total += f.p.Matches[i].Count * t.density(&f.p.Matches[i], match)
	}
	for i := range f.p.NonMatches {
		g := &f.p.NonMatches[i]
		post, ll := t.classifyNonMatch(g)
		acc.add(&sight{Pattern: *g, learn: ^uint64(0)}, post)
		total += g.Count * ll
	}
	return total + f.logPrior(s)
}

// add counts a sight by its posterior, for each class the comparisons that may be
// learned. Kin are a class of proposed pairs only, seen through the very rules
// that relatives share, so there every comparison counts.
func (c *counts) add(g *sight, post [classes]float64) {
	for class, p := range post {
		if p == 0 {
			continue
		}
		n := p * g.Count
		levels := g.Levels
		if class != kin {
			levels &= g.learn
		}
		for k := range c.level[class] {
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
