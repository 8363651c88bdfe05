package em

import (
	"cmp"
	"math"
	"slices"
)

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
	share    [][classes]float64   // by view, the shares of the classes among its pairs
	houses   bool
	personal uint64 // comparisons on which kin are as strangers are; 0: no such class
}

func (s *state) clone() *state {
	c := &state{houses: s.houses, personal: s.personal, share: slices.Clone(s.share)}
	for class := range s.dist {
		c.dist[class] = make([][]float64, len(s.dist[class]))
		for k, d := range s.dist[class] {
			c.dist[class][k] = slices.Clone(d)
		}
	}
	return c
}

// fitter holds what does not change between iterations.
type fitter struct {
	p        *Problem
	whole    bool // one view of all pairs; else one for each rule
	views    []view
	sights   []sight
	pairs    float64
	seen     float64
	smooth   float64
	anchor   [classes][][]float64 // the means of the Dirichlet priors
	coverage [classes]float64     // share of the pairs of a class that a rule proposes
}

// view is pairs that are classified with the same shares of the classes.
type view struct {
	rule int     // pairs it proposes; -1: see holds
	mask uint64  // the bits of a pattern that count
	size float64 // pairs, for the view without a rule the unseen ones too
}

// sight is a pattern as a view sees it.
type sight struct {
	Pattern        // of which the bits of the mask count
	learn   uint64 // the bits of the comparisons that may be learned from it
	view    int
}

// Fit learns the model. The error says that the problem contradicts itself;
// poor data give warnings instead.
//
// Pairs that a blocking rule proposed agree on what the rule reads whether they
// match or not. Two ways out rest on conditional independence, and each has its
// place.
//
// Rule by rule: each rule is a view of its own, all the pairs it proposes, the
// comparisons that read its fields left out and the share of matches free. The
// others are distributed in the view as they are everywhere, so m is common to all
// views and the sum of their log likelihoods a composite likelihood (Lindsay,
// Composite likelihood methods, 1988), which EM climbs. Splink too trains rule by
// rule, but fits m anew for each and averages.
//
// As a whole: a pair is classified once, by all its comparisons and the prior over
// all pairs, and a comparison is learned only from pairs that some rule proposed
// which does not read it: that some such rule holds says nothing about it.
//
// The whole uses more of each pair and alone can tell a person from a brother
// under a rule that reads the names, so it serves the households and relatives.
// But it takes a few per cent more agreeing strangers than independence allows
// (names go by region and generation) for as many matches: on lists of names and
// birth dates it found 200,000 instead of 1,000, while the views found 1,290. So
// without further classes the views are used, and relatives found without a
// household are believed only if the whole expects hardly more matches.
//
// The prior over all pairs is the expected number of matches proposed, divided
// by the share of matches that blocking proposes, by the number of pairs; see
// calibrate.Cover.
func Fit(p Problem) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	f := newFitter(&p, p.Household >= 0 && p.Household < len(p.Comparisons))
	plain, trace, converged := f.search()
	if !p.Relatives {
		return f.result(plain, trace, converged), nil
	}
	g, start, before := f, plain, trace
	if !f.whole {
		g = newFitter(&p, true)
		start, before, _ = g.search()
	}
	r := f.result(plain.clone(), trace, converged)
	found, trace := g.searchRelatives(start, before)
	if found == start {
		return r, nil
	}
	if with := g.result(found, trace, true); with.Matches <= believable*r.Matches {
		return with, nil
	}
	return r, nil
}

// believable is how many times the matches of the plain fit a fit with relatives
// may expect.
const believable = 1.3

func newFitter(p *Problem, whole bool) *fitter {
	f := &fitter{p: p, whole: whole, smooth: p.Smooth, coverage: [classes]float64{1, 1, 1, 1}}
	if f.smooth <= 0 {
		f.smooth = 1
	}
	for _, g := range p.Patterns {
		f.seen += g.Count
	}
	f.pairs = max(p.Pairs, f.seen, 1)
	f.views = append(f.views, view{rule: -1, mask: ^uint64(0)})
	always := f.always()
	if !whole {
		for r, forced := range p.Forced {
			f.views = append(f.views, view{rule: r, mask: bitsOf(^forced | always)})
		}
	}
	for v := range f.views {
		f.look(v, always)
	}
	return f
}

// always is the set of comparisons that every rule reads. They are learned all
// the same: biased towards agreement, which warnings tells.
func (f *fitter) always() uint64 {
	if len(f.p.Forced) == 0 {
		return 0
	}
	set := ^uint64(0)
	for _, forced := range f.p.Forced {
		set &= forced
	}
	return set
}

// bitsOf are the bits of a pattern that hold a set of comparisons.
func bitsOf(comparisons uint64) uint64 {
	var mask uint64
	for k := range MaxComparisons + 1 {
		if comparisons>>k&1 == 1 {
			mask |= 15 << (4 * k)
		}
	}
	return mask
}

// free are the comparisons that some rule of a set does not read.
func (f *fitter) free(rules uint64) uint64 {
	if rules == 0 {
		return ^uint64(0)
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

// holds reports that a pattern is in a view.
func (f *fitter) holds(v int, g *Pattern) bool {
	if r := f.views[v].rule; r >= 0 {
		return g.Rules>>r&1 == 1
	}
	return f.whole || g.Rules == 0
}

// look gathers the sights of a view, shifts rounded to half a bit.
func (f *fitter) look(number int, always uint64) {
	v := &f.views[number]
	type key struct {
		levels, learn uint64
		shift         float32
	}
	count := make(map[key]float64)
	for i := range f.p.Patterns {
		g := &f.p.Patterns[i]
		if !f.holds(number, g) {
			continue
		}
		learn := v.mask
		if f.whole {
			learn = bitsOf(f.free(g.Rules) | always)
		}
		count[key{g.Levels & v.mask, learn, float32(math.Round(float64(g.Shift)*2) / 2)}] += g.Count
		v.size += g.Count
	}
	from := len(f.sights)
	for k, n := range count {
		f.sights = append(f.sights, sight{Pattern{Levels: k.levels, Shift: k.shift, Count: n}, k.learn, number})
	}
	slices.SortFunc(f.sights[from:], func(x, y sight) int {
		return cmp.Or(cmp.Compare(x.Levels, y.Levels), cmp.Compare(x.learn, y.learn), cmp.Compare(x.Shift, y.Shift))
	})
	if v.rule < 0 && (v.size > 0 || f.seen == 0) {
		v.size += f.pairs - f.seen
	}
}

// search runs every start for a while and the most likely one to the end.
func (f *fitter) search() (*state, []float64, bool) {
	const trial = 8
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
	return best, trace, converged
}

// settle learns the coverage of the whole and fits again until both agree.
func (f *fitter) settle(s *state, converged bool) bool {
	f.coverage = [classes]float64{1, 1, 1, 1}
	for range 3 {
		if !f.whole || !f.cover(s) {
			break
		}
		_, converged = f.run(s, f.limit())
	}
	return converged
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
		if change < 1e-4 {
			return trace, true
		}
	}
	return trace, false
}

// maximise moves s to the maximum of the expected objective and returns the
// largest change of a probability or of the logarithm of a share of matches.
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
	return max(change, f.updateShares(s, acc))
}

// update re-estimates the levels of comparison k in a class and returns the
// largest change of a probability.
func (f *fitter) update(s *state, acc *counts, class, k int, fixed []bool) float64 {
	d := s.dist[class][k]
	n := acc.level[class][k][1 : len(d)+1]
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
