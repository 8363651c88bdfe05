package em

import "fmt"

func (f *fitter) result(s *state, trace []float64, converged bool) Result {
	converged = f.settle(s, converged)
	n := f.count(s)
	r := Result{
		M: s.dist[match], U: s.dist[other], Matches: n.total[match], Coverage: f.caught(n.byRules[match]),
		Iterations: len(trace) - 1, Converged: converged, LogLikelihood: trace[len(trace)-1], Trace: trace,
	}
	r.Prior = min(max(r.Matches/r.Coverage, 0.5)/f.pairs, 0.9)
	if s.houses {
		r.H = s.dist[house]
		r.HouseholdPrior = min(max(n.total[house]/f.caught(n.byRules[house]), 0.5)/f.pairs, 0.05)
	}
	if s.personal != 0 {
		r.K, r.Personal = s.dist[kin], s.personal
		r.RelativesPrior = min(max(n.total[kin], 0.5)/f.pairs, 0.04)
	}
	r.Warnings = f.warnings(s, r.Matches, converged)
	return r
}

// warnings names what the patterns could not teach.
func (f *fitter) warnings(s *state, matches float64, converged bool) []string {
	var w []string
	if f.seen == 0 {
		return append(w, "no pairs to learn from: the parameters are defaults; loosen the blocking rules or add records")
	}
	if !converged {
		w = append(w, "EM did not settle within the iterations allowed; the parameters may be off")
	}
	if matches < 10 {
		w = append(w, fmt.Sprintf("only %.1f matches expected among the pairs: the parameters are mostly defaults", matches))
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
	rest := 1 - r.Prior - r.HouseholdPrior - r.RelativesPrior
	s.share = [][classes]float64{{match: r.Prior, house: r.HouseholdPrior, kin: r.RelativesPrior, other: rest}}
	return Posterior{newTables(s)}
}

// Of returns the probability that a pair with this pattern matches. Count and
// Rules are not read.
func (p Posterior) Of(g Pattern) float64 {
	post, _ := p.t.classify(&g, 0)
	return post[match]
}
