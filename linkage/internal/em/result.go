package em

import (
	"fmt"
	"math"
)

func (f *fitter) result(s *state, trace []float64, converged bool) Result {
	acc := f.newCounts()
	f.expect(s, acc)
	r := Result{
		M: s.dist[match], U: s.dist[other], Prior: s.prior[match], Matches: acc.class[match], Coverage: f.coverage[match],
		Iterations: len(trace) - 1, Converged: converged, LogLikelihood: trace[len(trace)-1], Trace: trace,
	}
	if s.houses {
		r.H, r.HouseholdPrior = s.dist[house], s.prior[house]
	}
	if s.personal != 0 {
		r.K, r.RelativesPrior, r.Personal = s.dist[kin], s.prior[kin], s.personal
	}
	r.Warnings = f.warnings(s, acc, converged)
	return r
}

// warnings names what the patterns could not teach.
func (f *fitter) warnings(s *state, acc *counts, converged bool) []string {
	var w []string
	if f.seen == 0 {
		return append(w, "no pairs to learn from: the parameters are defaults; loosen the blocking rules or add records")
	}
	if !converged {
		w = append(w, "EM did not settle within the iterations allowed; the parameters may be off")
	}
	if acc.class[match] < 10 {
		w = append(w, fmt.Sprintf("only %.1f matches expected among the pairs: the parameters are mostly defaults", acc.class[match]))
	}
	useful := 0
	for k, c := range f.p.Comparisons {
		switch {
		case f.silent(k):
			w = append(w, fmt.Sprintf("comparison %q: no pair has both values, or all fall in one level; it says nothing", c.Name))
			continue
		case f.everForced(k):
			w = append(w, fmt.Sprintf("comparison %q: every blocking rule reads its fields, so its agreement is overrated; add a rule without them", c.Name))
		case s.dist[match][k][0] < s.dist[other][k][0]:
			w = append(w, fmt.Sprintf("comparison %q: its first level speaks against a match; check its levels", c.Name))
		}
		useful++
	}
	if useful < 3 {
		w = append(w, fmt.Sprintf("only %d comparisons say anything; with fewer than 3 the classes are not identified", useful))
	}
	return w
}

// silent reports that comparison k never varies.
func (f *fitter) silent(k int) bool {
	first := 0
	for i := range f.p.Patterns {
		l := f.p.Patterns[i].Level(k)
		switch {
		case l == 0 || f.p.Patterns[i].Count == 0 || l == first:
		case first == 0:
			first = l
		default:
			return false
		}
	}
	return true
}

// Posterior classifies pairs by a fitted model.
type Posterior struct{ t *tables }

// Posterior returns the classifier of the model.
func (r Result) Posterior() Posterior {
	s := &state{houses: r.H != nil, personal: r.Personal}
	s.dist[match], s.dist[house], s.dist[kin], s.dist[other] = r.M, r.H, r.K, r.U
	s.prior[match], s.prior[house], s.prior[kin] = r.Prior, r.HouseholdPrior, r.RelativesPrior
	s.prior[other] = 1 - r.Prior - r.HouseholdPrior - r.RelativesPrior
	return Posterior{newTables(s)}
}

// Of returns the probability that a pair with this pattern matches. Count is not
// read.
func (p Posterior) Of(g Pattern) float64 {
	post, _ := p.t.classify(&g)
	return post[match]
}

// Weight is the log2 Bayes factor of match against all else with this pattern.
func (p Posterior) Weight(g Pattern) float64 {
	post, _ := p.t.classify(&g)
	rest := post[house] + post[kin] + post[other]
	prior := math.Exp(p.t.prior[match])
	return math.Log2(max(post[match], 1e-300)) - math.Log2(max(rest, 1e-300)) - math.Log2(prior/(1-prior))
}
