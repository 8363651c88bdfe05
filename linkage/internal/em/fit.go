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

// fitter holds what does not change between iterations.
type fitter struct {
	p      *Problem
	views  []view
	sights []sight
	pairs  float64
	seen   float64
	smooth float64
	anchor [classes][][]float64 // the means of the Dirichlet priors
}

// view is all pairs that one rule proposes. What the rule reads is hidden.
type view struct {
	rule   int // -1: pairs seen without blocking
	hidden uint64
	usual  [MaxComparisons]int // by hidden comparison, its most common level; 0 for missing
	size   float64             // pairs, for the view without a rule the unseen ones too
}

// sight is a pattern as a view sees it: hidden comparisons are missing.
type sight struct {
	Pattern
	view int
}

// Fit learns the model. The error says that the problem contradicts itself;
// poor data give warnings instead.
//
// Pairs that a blocking rule proposed agree on what the rule reads whether they
// match or not. So each rule is a view of its own: all the pairs it proposes
// (whatever other rules do), the comparisons that read its fields hidden, and
// shares of the classes of its own. Given conditional independence the other
// comparisons are distributed in the view as they are everywhere, so m is common
// to all views and each likelihood is right; their sum is a composite likelihood
// (Lindsay 1988), which EM climbs. Splink likewise trains rule by rule leaving out
// what the rule reads, but fits m anew for each and averages.
//
// Two other ways were tried on the worlds of the package simulate and on lists
// of names and birth dates. A single mixture over all candidates with the prior
// over all pairs uses more of each pair, but takes a few per cent more agreeing
// strangers than independence allows (names go by region and generation) for as
// many matches: 200,000 instead of 1,000. Ignoring what the rules force
// overrates every blocked comparison.
//
// The prior over all pairs is the expected number of matches proposed, divided
// by the share of matches that blocking proposes, by the number of pairs; see
// calibrate.Cover.
func Fit(p Problem) (Result, error) {
	if err := p.check(); err != nil {
		return Result{}, err
	}
	f := newFitter(&p)
	best, trace, converged := f.search()
	return f.result(best, trace, converged), nil
}

func newFitter(p *Problem) *fitter {
	f := &fitter{p: p, smooth: p.Smooth}
	if f.smooth <= 0 {
		f.smooth = 1
	}
	for _, g := range p.Patterns {
		f.seen += g.Count
	}
	f.pairs = max(p.Pairs, f.seen, 1)
	f.makeViews()
	for v := range f.views {
		f.look(v)
	}
	return f
}

// makeViews makes a view for each rule and one for pairs without a rule. A
// comparison that every rule reads is never hidden: biased towards agreement,
// which warnings tells.
func (f *fitter) makeViews() {
	always := ^uint64(0)
	for _, forced := range f.p.Forced {
		always &= forced
	}
	f.views = append(f.views, view{rule: -1})
	for r, forced := range f.p.Forced {
		f.views = append(f.views, view{rule: r, hidden: forced &^ always})
	}
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
func (v *view) holds(g *Pattern) bool {
	return (v.rule < 0 && g.Rules == 0) || (v.rule >= 0 && g.Rules>>v.rule&1 == 1)
}

// see hides what the view hides.
func (v *view) see(levels uint64) uint64 {
	for k := range MaxComparisons {
		if v.hidden>>k&1 == 1 {
			levels &^= 15 << (4 * k)
		}
	}
	return levels
}

// look gathers the sights of a view, shifts rounded to half a bit.
func (f *fitter) look(number int) {
	v := &f.views[number]
	type key struct {
		levels uint64
		shift  float32
	}
	count := make(map[key]float64)
	var levels [MaxComparisons][16]float64
	for i := range f.p.Patterns {
		if g := &f.p.Patterns[i]; v.holds(g) {
			count[key{v.see(g.Levels), float32(math.Round(float64(g.Shift)*2) / 2)}] += g.Count
			v.size += g.Count
			for k := range f.p.Comparisons {
				levels[k][g.Level(k)] += g.Count
			}
		}
	}
	for k := range v.usual {
		v.usual[k] = modal(levels[k][:])
	}
	from := len(f.sights)
	for k, n := range count {
		f.sights = append(f.sights, sight{Pattern{Levels: k.levels, Shift: k.shift, Count: n}, number})
	}
	slices.SortFunc(f.sights[from:], func(x, y sight) int {
		return cmp.Or(cmp.Compare(x.Levels, y.Levels), cmp.Compare(x.Shift, y.Shift))
	})
	if v.rule < 0 && (v.size > 0 || f.seen == 0) {
		v.size += f.pairs - f.seen
	}
}

// modal is the place of the largest count, the first of equal ones.
func modal(count []float64) int {
	best := 0
	for i, n := range count {
		if n > count[best] {
			best = i
		}
	}
	return best
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
