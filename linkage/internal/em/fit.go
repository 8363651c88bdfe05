package em

import "math"

// The classes of pairs: one person; one household, two people; relatives without
// a name, see searchRelatives; strangers.
const (
	match = iota
	house
	kin
	other
	classes
)

// state is a model on its way.
type state struct {
	dist     [classes][][]float64 // by class, comparison, level
	prior    [classes]float64
	houses   bool
	personal uint64 // comparisons on which kin are as strangers are; 0: no such class
}

// fitter holds what does not change between iterations.
type fitter struct {
	p        *Problem
	patterns []pattern
	pairs    float64
	seen     float64
	smooth   float64
	anchor   [classes][][]float64 // the means of the Dirichlet priors
	coverage [classes]float64     // share of the pairs of a class that a rule proposes
}

// pattern is a Pattern with the comparisons that some rule that fired leaves free.
type pattern struct {
	Pattern
	news uint64
}

// Fit learns the model. The error says that the problem contradicts itself;
// poor data give warnings instead.
//
// Pairs that a blocking rule proposed agree on what the rule reads whether they
// match or not. A comparison is therefore learned only from pairs that at least
// one rule not reading its fields proposed: given conditional independence the
// event "some rule that leaves k free holds" says nothing about k, so each
// estimating equation is unbiased, while the classification of a pair uses all
// its comparisons and the prior over all pairs. Splink's remedy, one EM run for
// each rule with the blocked comparisons left out and the estimates averaged,
// rests on the same argument but classifies pairs with less evidence.
//
// The prior over all pairs is the expected number of matches seen, divided by
// the share of matches that blocking proposes; see coverageOf.
func Fit(p Problem) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	f := newFitter(&p)
	best, trace, converged := f.search()
	for range 3 {
		if !f.cover(best) {
			break
		}
		_, converged = f.run(best, f.limit())
	}
	return f.result(best, trace, converged), nil
}

func newFitter(p *Problem) *fitter {
	f := &fitter{p: p, smooth: p.Smooth, coverage: [classes]float64{1, 1, 1, 1}}
	if f.smooth <= 0 {
		f.smooth = 1
	}
	for _, g := range p.Patterns {
		f.seen += g.Count
	}
	f.pairs = max(p.Pairs, f.seen, 1)
	f.compact()
	return f
}

// compact merges patterns that differ in rules alone, as long as the rules leave
// the same comparisons free. A comparison that every rule reads is learned from
// all pairs: biased towards agreement, which warnings tells.
func (f *fitter) compact() {
	var always uint64
	for k := range f.p.Comparisons {
		if f.everForced(k) {
			always |= 1 << k
		}
	}
	type key struct {
		levels, news uint64
		shift        float32
	}
	place := make(map[key]int, len(f.p.Patterns))
	free := map[uint64]uint64{}
	for _, g := range f.p.Patterns {
		news, ok := free[g.Rules]
		if !ok {
			news = f.free(g.Rules) | always
			free[g.Rules] = news
		}
		k := key{g.Levels, news, g.Shift}
		i, ok := place[k]
		if !ok {
			i = len(f.patterns)
			place[k] = i
			f.patterns = append(f.patterns, pattern{Pattern{Levels: g.Levels, Shift: g.Shift}, news})
		}
		f.patterns[i].Count += g.Count
	}
}

// free returns the comparisons that some rule of the set does not read.
func (f *fitter) free(rules uint64) uint64 {
	if rules == 0 {
		return math.MaxUint64
	}
	var free uint64
	for r, forced := range f.p.Forced {
		if rules>>r&1 == 1 {
			free |= ^forced
		}
	}
	return free
}

// everForced reports that every rule reads comparison k.
func (f *fitter) everForced(k int) bool {
	for _, forced := range f.p.Forced {
		if forced>>k&1 == 0 {
			return false
		}
	}
	return len(f.p.Forced) > 0
}

// search runs every start for a while and the most likely one to the end.
func (f *fitter) search() (*state, []float64, bool) {
	const trial = 12
	var best *state
	var bestTrace []float64
	for _, s := range f.starts() {
		trace, _ := f.run(s, trial)
		if best == nil || trace[len(trace)-1] > bestTrace[len(bestTrace)-1] {
			best, bestTrace = s, trace
		}
	}
	more, converged := f.run(best, max(f.limit()-trial, 1))
	trace := append(bestTrace, more[1:]...)
	if f.p.Relatives {
		return f.searchRelatives(best, trace, converged)
	}
	return best, trace, converged
}

func (f *fitter) limit() int {
	if f.p.MaxIterations > 0 {
		return f.p.MaxIterations
	}
	return 300
}

// run iterates s in place and returns the objective before and after each
// iteration, and whether it settled.
func (f *fitter) run(s *state, limit int) ([]float64, bool) {
	acc := f.newCounts()
	trace := []float64{f.expect(s, acc)}
	for range limit {
		change := f.maximise(s, acc)
		trace = append(trace, f.expect(s, acc))
		if change < 1e-5 {
			return trace, true
		}
	}
	return trace, false
}

// counts is what an expectation step gathers.
type counts struct {
	level [classes][][]float64
	class [classes]float64
}

func (f *fitter) newCounts() *counts {
	c := &counts{}
	for class := range c.level {
		c.level[class] = make([][]float64, len(f.p.Comparisons))
		for k, cmp := range f.p.Comparisons {
			c.level[class][k] = make([]float64, len(cmp.U)+1)
		}
	}
	return c
}

func (c *counts) reset() {
	c.class = [classes]float64{}
	for class := range c.level {
		for k := range c.level[class] {
			clear(c.level[class][k])
		}
	}
}

// expect classifies every pattern under s, gathers expected counts into acc and
// returns the objective: the log likelihood of all pairs, unseen ones counted as
// non-matches, plus the log density of the Dirichlet priors.
func (f *fitter) expect(s *state, acc *counts) float64 {
	acc.reset()
	t := newTables(s)
	total := (f.pairs - f.seen) * math.Log(max(s.prior[other], 1e-300))
	for i := range f.patterns {
		g := &f.patterns[i]
		post, ll := t.classify(&g.Pattern)
		total += g.Count * ll
		acc.add(&g.Pattern, post, g.news)
	}
	for i := range f.p.Matches {
		acc.add(&f.p.Matches[i], [classes]float64{match: 1}, math.MaxUint64)
		total += f.p.Matches[i].Count * t.density(&f.p.Matches[i], match)
	}
	for i := range f.p.NonMatches {
		g := &f.p.NonMatches[i]
		post, ll := t.classifyNonMatch(g)
		acc.add(g, post, math.MaxUint64)
		total += g.Count * ll
	}
	return total + f.logPrior(s)
}

// add counts a pattern by its posterior: for each class the comparisons in news.
// Kin are a class of candidate pairs only, seen through
// the very rules that relatives share, so there every comparison counts.
func (c *counts) add(g *Pattern, post [classes]float64, news uint64) {
	for class, p := range post {
		if p == 0 {
			continue
		}
		news := news
		if class == kin {
			news = math.MaxUint64
		}
		n := p * g.Count
		c.class[class] += n
		levels := g.Levels
		for k := range c.level[class] {
			if news>>k&1 == 1 {
				c.level[class][k][levels&15] += n
			}
			levels >>= 4
		}
	}
}

func (f *fitter) logPrior(s *state) float64 {
	sum := 0.0
	for class := range s.dist {
		for k, d := range s.dist[class] {
			for l, v := range d {
				sum += f.smooth * f.anchor[class][k][l] * math.Log(v)
			}
		}
	}
	return sum
}

// maximise moves s to the maximum of the expected objective and returns the
// largest change of any log2 weight that matters or of the log prior.
func (f *fitter) maximise(s *state, acc *counts) float64 {
	change := 0.0
	for k, c := range f.p.Comparisons {
		change = max(change, f.update(s, acc, match, k, c.FixedM))
		if f.p.LearnU {
			change = max(change, f.update(s, acc, other, k, c.FixedU))
		}
		if s.houses && k != f.p.Household {
			change = max(change, f.update(s, acc, house, k, nil))
		}
		if s.personal>>k&1 == 1 {
			copy(s.dist[kin][k], s.dist[other][k])
		} else if s.personal != 0 {
			change = max(change, f.update(s, acc, kin, k, nil))
		}
	}
	old := s.prior
	s.prior[match] = min(max(acc.class[match], 1e-3)/f.coverage[match]/f.pairs, 0.9)
	if s.houses {
		s.prior[house] = min(max(acc.class[house], 1e-3)/f.coverage[house]/f.pairs, 0.09)
	}
	if s.personal != 0 {
		s.prior[kin] = min(max(acc.class[kin], 1e-3)/f.pairs, 0.09)
	}
	s.prior[other] = 1 - s.prior[match] - s.prior[house] - s.prior[kin]
	return max(change, math.Abs(math.Log(s.prior[match]/old[match])))
}

// update re-estimates the levels of comparison k in a class and returns the
// largest change of a probability.
func (f *fitter) update(s *state, acc *counts, class, k int, fixed []bool) float64 {
	d := s.dist[class][k]
	n := acc.level[class][k][1:]
	room, total := 1.0, 0.0
	for l := range d {
		if fixed != nil && fixed[l] {
			room -= d[l]
			continue
		}
		total += n[l] + f.smooth*f.anchor[class][k][l]
	}
	change := 0.0
	for l := range d {
		if (fixed != nil && fixed[l]) || total <= 0 {
			continue
		}
		v := max(room*(n[l]+f.smooth*f.anchor[class][k][l])/total, 1e-15)
		change = max(change, math.Abs(v-d[l]))
		d[l] = v
	}
	return change
}
