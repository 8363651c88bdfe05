package linkage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tepat/linkage/internal/calibrate"
	"tepat/linkage/internal/em"
)

// rounds is how often u is corrected for the matches among the pairs it was
// counted from, and m learned again.
const rounds = 3

// Train learns m, u, the prior, the term-frequency bases, the household class
// when Household names a comparison, and the threshold, without labels.
//
// u comes from random pairs, and exactly from the frequencies of the values
// where a level is equality of one column. Both contain matches; after each EM
// run the expected matches are taken out again, so that u means what it says
// even for identifying numbers and small tables, where most agreeing pairs are
// matches. m, the prior and the household class come from EM over counts of
// comparison vectors (see the package em). The same table and seed give the
// same model bit for bit, whatever the order of the records and the number of
// workers.
func (m *Model) Train(ctx context.Context, t *Table, o Options) (Training, error) {
	return m.train(ctx, t, nil, o)
}

// TrainLabels is Train with judged pairs beside the candidates: they count as
// what they are said to be.
func (m *Model) TrainLabels(t *Table, labels []Label, o Options) error {
	_, err := m.train(context.Background(), t, labels, o)
	return err
}

func (m *Model) train(ctx context.Context, t *Table, labels []Label, o Options) (Training, error) {
	t.rest()
	if t.n < 2 {
		return Training{}, fmt.Errorf("linkage: %d records in the table; training needs more", t.n)
	}
	r := &trainer{m: m, t: t, o: o, total: comparablePairs(m, t)}
	if r.total < 1 {
		return Training{}, fmt.Errorf("linkage: no pair may be compared with link type %q and these sources; check it and which sources are clean", m.Link)
	}
	if err := r.look(ctx); err != nil {
		return Training{}, err
	}
	if err := r.judged(labels); err != nil {
		return Training{}, err
	}
	if err := r.learn(ctx); err != nil {
		return Training{}, err
	}
	if err := r.decide(); err != nil {
		return Training{}, err
	}
	return r.report, nil
}

// trainer is one run of Train.
type trainer struct {
	m      *Model
	t      *Table
	o      Options
	p      *program
	total  float64 // comparable pairs
	random *sample
	apart  []weighted  // random pairs that no rule proposes, in pairs of the sample
	exact  [][]float64 // by comparison: pairs in the first level and pairs with both values, counted exactly; nil when not
	cache  *pairCache
	vector []em.Pattern
	yes    []em.Pattern
	no     []em.Pattern
	report Training
	fit    em.Result
}

// look compares: random pairs, frequencies, candidates.
func (r *trainer) look(ctx context.Context) error {
	p, err := compile(r.m, r.t.layout, r.o)
	if err != nil {
		return err
	}
	r.p = p
	p.prepare()
	r.clearBases()
	r.m.Dependences = nil
	if err := p.frequencies(r.m, r.t); err != nil {
		return err
	}
	r.o.tell("sample", 0, r.o.sampleU())
	r.random = draw(r.m, r.t, p, r.o)
	r.exact = make([][]float64, len(p.comps))
	each(len(p.comps), r.o.workers(), func(k int) { r.exact[k] = r.countExact(k) })
	r.setBases()
	if err := p.frequencies(r.m, r.t); err != nil {
		return err
	}
	r.o.tell("sample", r.random.pairs, r.random.pairs)
	r.cache, err = collect(ctx, r.m, r.t, p, r.o)
	if err != nil {
		return err
	}
	r.t.pairs = r.cache
	r.vectors()
	r.setApart()
	r.report.Sampled, r.report.Candidates, r.report.Patterns = r.random.pairs, int64(float64(r.cache.compared)/r.cache.share), len(r.cache.classes)
	return nil
}

// vectors states the classes as counts of comparison vectors, with what
// frequencies and dependences add under the model as it stands.
func (r *trainer) vectors() {
	r.vector = r.vector[:0]
	for _, c := range r.cache.classes {
		shift := 0.0
		for k := range r.p.comps {
			if level := c.pattern >> (4 * k) & 15; level > 0 {
				tf := float64(c.tf[k]) / float64(c.count) / shiftUnit
				shift += r.p.given(k, c.pattern, r.m.Comparisons[k].Levels[level-1].U, tf)
			}
		}
		r.vector = append(r.vector, em.Pattern{
			Levels: c.pattern, Rules: c.rules, Count: float64(c.count) / r.cache.share, Shift: float32(shift),
		})
	}
}

// setApart counts the patterns of the random pairs that no rule proposes:
// hardly a match is among them, while what the rules propose is known better
// from the candidates.
func (r *trainer) setApart() {
	b := r.cache.b
	parts := make([]*classTable, sampleParts)
	n := len(r.random.drawn)
	each(sampleParts, r.o.workers(), func(k int) {
		parts[k] = newClassTable()
		for _, d := range r.random.drawn[n*k/sampleParts : n*(k+1)/sampleParts] {
			if !b.reaches(int(d.a), int(d.b)) {
				parts[k].list[parts[k].number(d.pattern, 0, 0)].count++
			}
		}
	})
	classes, _ := mergeClasses(parts)
	for _, c := range classes {
		r.apart = append(r.apart, weighted{c.pattern, float64(c.count)})
	}
	r.random.drawn = nil
}

// countExact counts the pairs of the first level of a comparison when it is
// equality of one column.
func (r *trainer) countExact(k int) []float64 {
	first := r.p.comps[k].levels[0]
	if first.op != Exact {
		return nil
	}
	same, both := agreeing(r.m, r.t, first.a)
	return []float64{same, both}
}

// clearBases forgets the bases of an earlier training.
func (r *trainer) clearBases() {
	r.m.eachTF(func(_, _ int, tf *TF) { tf.Base = 0 })
}

// eachTF calls f with a copy of every TF in place of the old one: presets may
// share them.
func (m *Model) eachTF(f func(k, i int, tf *TF)) {
	for k := range m.Comparisons {
		for i := range m.Comparisons[k].Levels {
			level := &m.Comparisons[k].Levels[i]
			if level.TF != nil {
				tf := *level.TF
				f(k, i, &tf)
				level.TF = &tf
			}
		}
	}
}

// fewest is how many random pairs must show a level before its base is taken
// from them.
const fewest = 30

// setBases finds, for every adjusted level, the frequency that adjusts by
// nothing: the one for which the mean Bayes factor of the adjustment among
// strangers is 1. For equal values that is the sum of the squared frequencies,
// as in Splink; for other levels it is taken from the random pairs.
func (r *trainer) setBases() {
	r.m.eachTF(func(k, i int, tf *TF) {
		term := r.p.comps[k].tf
		if term == nil || term[i] == nil {
			return
		}
		s := r.random.tf[k][i+1]
		whole := r.p.comps[k].levels[i].op == Exact && !tf.Words && r.p.comps[k].levels[i].a == term[i].col
		tf.Base = math.Exp2(term[i].base)
		if !whole && s.n >= fewest && term[i].power > 0 {
			tf.Base = math.Pow(s.sum/float64(s.n), -1/term[i].power)
		}
	})
}

// judged puts labelled pairs beside the candidates.
func (r *trainer) judged(labels []Label) error {
	e := newEvaluator(r.p)
	for i, l := range labels {
		a, b := min(l.A, l.B), max(l.A, l.B)
		if a < 0 || b >= r.t.n || a == b {
			return fmt.Errorf("linkage: label %d is about records %d and %d, but the table has 0 to %d", i+1, l.A, l.B, r.t.n-1)
		}
		x, y := r.t.row(a), r.t.row(b)
		pattern := e.pattern(x, y)
		v := em.Pattern{Levels: pattern, Count: 1, Shift: float32(r.p.shift(pattern, x, y))}
		if l.Match {
			r.yes = append(r.yes, v)
		} else {
			r.no = append(r.no, v)
		}
	}
	return nil
}

// learn fits, corrects u and the dependences, and fits again.
func (r *trainer) learn(ctx context.Context) error {
	strangers := r.guess()
	start := em.Result{}
	for round := range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.o.tell("train", int64(round), rounds)
		problem := r.problem(r.probabilities(strangers), start)
		problem.Relatives = round != 1 || start.K != nil // between the first and the last fit only those found
		fit, err := em.Fit(problem)
		if err != nil {
			return fmt.Errorf("linkage: training: %w", err)
		}
		r.fit, start = fit, fit
		r.report.Iterations += fit.Iterations
		r.store(problem)
		if round == rounds-1 {
			break
		}
		if strangers, err = r.strangers(); err != nil {
			return err
		}
		r.m.Dependences = dependences(r.m, strangers)
		if err := r.p.depend(r.m); err != nil {
			return err
		}
		r.vectors()
	}
	r.o.tell("train", rounds, rounds)
	r.report.Converged, r.report.Matches = r.fit.Converged, r.fit.Matches
	r.report.Warnings = append(r.report.Warnings, r.fit.Warnings...)
	return nil
}

// guess takes all random pairs for strangers.
func (r *trainer) guess() []weighted {
	out := slices.Clone(r.apart)
	scale := float64(r.random.pairs) / r.total
	for _, c := range r.cache.classes {
		out = append(out, weighted{c.pattern, float64(c.count) / r.cache.share * scale})
	}
	return out
}

// strangers are the pairs that neither match nor are of one house or family, by
// pattern, in pairs of the random sample: those no rule proposes, and of the
// candidates as many as the model expects.
func (r *trainer) strangers() ([]weighted, error) {
	s, err := newScorer(r.m)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(r.apart)
	scale := float64(r.random.pairs) / r.total
	for _, v := range r.vector {
		out = append(out, weighted{v.Levels, (1 - s.familiar(v.Levels, float64(v.Shift))) * v.Count * scale})
	}
	return out, nil
}

// problem states the EM problem with given u, beginning from an earlier fit.
func (r *trainer) problem(u [][]float64, start em.Result) em.Problem {
	p := em.Problem{
		Patterns: r.vector, Forced: forcedBy(r.m), Pairs: r.total, Household: -1,
		Matches: r.yes, NonMatches: r.no, Prior: start.Prior, Relatives: true, Workers: r.o.workers(),
	}
	for k, c := range r.m.Comparisons {
		e := em.Comparison{Name: c.Name, U: u[k], M: make([]float64, len(c.Levels)), FixedM: make([]bool, len(c.Levels)), FixedU: make([]bool, len(c.Levels))}
		for i, level := range c.Levels {
			e.FixedM[i], e.FixedU[i] = level.FixedM, true
			switch {
			case level.FixedM:
				e.M[i] = level.M
			case start.M != nil:
				e.M[i] = start.M[k][i]
			}
		}
		if c.Name == r.m.Household {
			p.Household = k
		}
		p.Comparisons = append(p.Comparisons, e)
	}
	return p
}

// probabilities are u: the levels of the strangers, those of equality counted
// exactly where no matches need to be told apart.
func (r *trainer) probabilities(strangers []weighted) [][]float64 {
	out := make([][]float64, len(r.p.comps))
	for k, c := range r.p.comps {
		u := make([]float64, len(c.levels))
		for _, v := range strangers {
			if level := v.pattern >> (4 * k) & 15; level > 0 {
				u[level-1] += v.count
			}
		}
		sum := 0.0
		for i := range u {
			u[i] = max(u[i], 0.5)
			if i == 0 && r.exact[k] != nil {
				u[i] = r.equality(k, strangers, u[i])
			}
			sum += u[i]
		}
		for i := range u {
			u[i] /= sum
		}
		out[k] = r.keepFixed(k, u)
	}
	return out
}

// equality counts strangers equal in a column. Those apart from the candidates
// are all equal pairs less the candidates among them, which is exact; the
// candidates were counted by the caller.
func (r *trainer) equality(k int, strangers []weighted, counted float64) float64 {
	scale := float64(r.random.pairs) / r.total
	apart, candidates, all := 0.0, 0.0, r.exact[k][0]*scale
	for _, v := range r.apart {
		if v.pattern>>(4*k)&15 == 1 {
			apart += v.count
		}
	}
	for _, c := range r.cache.classes {
		if c.pattern>>(4*k)&15 == 1 {
			candidates += float64(c.count) / r.cache.share * scale
		}
	}
	among := 0.0
	for _, v := range strangers[len(r.apart):] {
		if v.pattern>>(4*k)&15 == 1 {
			among += v.count
		}
	}
	return max(among+max(all-candidates, 0), (0.5+r.exact[k][0]/1000)*scale)
}

// keepFixed puts fixed probabilities back and scales the others to the rest.
func (r *trainer) keepFixed(k int, u []float64) []float64 {
	fixed, free := 0.0, 0.0
	levels := r.m.Comparisons[k].Levels
	for i, level := range levels {
		if level.FixedU {
			fixed += level.U
		} else {
			free += u[i]
		}
	}
	for i, level := range levels {
		switch {
		case level.FixedU:
			u[i] = level.U
		case fixed > 0 && free > 0:
			u[i] *= max(1-fixed, least) / free
		}
	}
	return u
}

// unseen is how many matches a level that none was seen at is taken to have
// (the prior of Jeffreys, 1946): never seen among 6,000 is rare, not impossible,
// and no single disagreement may forbid what everything else says.
const unseen = 0.5

// store writes the fit into the model.
func (r *trainer) store(p em.Problem) {
	m := r.m
	m.Prior, m.HouseholdPrior, m.RelativesPrior = r.fit.Prior, r.fit.HouseholdPrior, r.fit.RelativesPrior
	for k := range m.Comparisons {
		for i := range m.Comparisons[k].Levels {
			level := &m.Comparisons[k].Levels[i]
			level.U = p.Comparisons[k].U[i]
			if !level.FixedM {
				level.M = max(r.fit.M[k][i], unseen/(r.fit.Matches+1))
			}
		}
	}
	m.HouseholdU, m.RelativesU = m.byName(r.fit.H), m.byName(r.fit.K)
}

// byName gives the levels of a class their names; nil for no class.
func (m *Model) byName(levels [][]float64) map[string][]float64 {
	if levels == nil {
		return nil
	}
	out := map[string][]float64{}
	for k, c := range m.Comparisons {
		out[c.Name] = levels[k]
	}
	return out
}

// decide chooses the threshold.
func (r *trainer) decide() error {
	s, err := newScorer(r.m)
	if err != nil {
		return err
	}
	var scores []calibrate.Score
	for _, v := range r.vector {
		scores = append(scores, calibrate.Score{Probability: r.m.Probability(s.weight(v.Levels, float64(v.Shift))), Count: v.Count})
	}
	missed := 0.0
	if c := r.fit.Coverage; c > 0 && c < 1 {
		missed = r.fit.Matches * (1 - c) / c
	}
	r.m.Threshold = min(max(calibrate.Threshold(scores, missed).Threshold, 0.01), 0.999)
	return nil
}
