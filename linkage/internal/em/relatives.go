package em

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// maxPersonal is how many comparisons may set relatives apart.
const maxPersonal = 4

// leastGain is by how many nats a pair of relatives must speak for the class: in
// simulation sloppy records give 0.2 to 0.5, families of one surname and place
// 0.8 to 1, twins with neighbouring numbers 2.
const leastGain = 0.6

// searchRelatives looks for a class of relatives, beside the household class or
// without one: families of one surname and place, twins of one birth date.
//
// A free class would as well take up the matches of sloppy records, and
// lose them. What tells relatives from a badly written person is that on some
// comparison (given name, birth date, number) they agree no more often than
// strangers do. So the class is held to u on a set of comparisons, which is
// found greedily by likelihood, and is otherwise free; it stays if the gain
// exceeds the Bayesian information criterion and leastGain for each pair in it.
func (f *fitter) searchRelatives(plain *state, trace []float64) (*state, []float64) {
	f.coverage = [classes]float64{1, 1, 1, 1}
	best, objective := plain, trace[len(trace)-1]
	need := f.relativesPenalty()
	for bits.OnesCount64(best.personal) < maxPersonal {
		next, value := f.addPersonal(best, plain)
		if next == nil || value < objective+max(need, leastGain*f.expected(next, kin)) {
			break
		}
		best, objective = next, value
		need = 1
	}
	if best == plain {
		return plain, trace
	}
	more, _ := f.run(best, f.limit())
	gain := more[len(more)-1] - trace[len(trace)-1]
	if !f.plausible(best) || gain < leastGain*f.expected(best, kin) {
		return plain, trace
	}
	return best, append(trace, more...)
}

// relativesPenalty is the criterion's price of the class.
func (f *fitter) relativesPenalty() float64 {
	parameters := 1
	for _, c := range f.p.Comparisons {
		parameters += len(c.U) - 1
	}
	return 0.5 * float64(parameters) * float64(bits.Len64(uint64(f.seen)))
}

// addPersonal tries every further comparison on which relatives are strangers,
// for a few iterations, and those that promise most for some more.
func (f *fitter) addPersonal(from, plain *state) (*state, float64) {
	const glance, trial, promising = 5, 15, 4
	type attempt struct {
		s     *state
		value float64
	}
	var list []attempt
	for k := range f.p.Comparisons {
		if from.personal>>k&1 == 1 || f.silent(k) {
			continue
		}
		s := f.withRelatives(from, plain, k)
		trace, _ := f.run(s, glance)
		list = append(list, attempt{s, trace[len(trace)-1]})
	}
	slices.SortStableFunc(list, func(x, y attempt) int { return cmp.Compare(y.value, x.value) })
	var best *state
	value := 0.0
	for i, a := range list {
		if i >= promising && best != nil {
			break
		}
		trace, _ := f.run(a.s, trial-glance)
		if v := trace[len(trace)-1]; f.plausible(a.s) && (best == nil || v > value) {
			best, value = a.s, v
		}
	}
	return best, value
}

// withRelatives is from with comparison k among the personal ones. From plain,
// whose matches may be half relatives, relatives begin as those matches and
// matches afresh.
func (f *fitter) withRelatives(from, plain *state, k int) *state {
	s := from.clone()
	s.personal |= 1 << k
	if from == plain {
		fresh := f.afresh(0.75)
		s.dist[kin], s.dist[match] = s.dist[match], fresh.dist[match]
		for v := range s.share {
			s.share[v][match] /= 2
			s.share[v][kin] = s.share[v][match]
		}
	}
	copy(s.dist[kin][k], s.dist[other][k])
	return s
}

// expected is the number of pairs of a class in all views, those in several
// counted for each, as the objective does.
func (f *fitter) expected(s *state, class int) float64 {
	sum := 0.0
	for v := range f.views {
		sum += s.share[v][class] * f.views[v].size
	}
	return sum
}

// plausible reports that matches agree clearly more than relatives where these
// are strangers, and lie farther from strangers over all comparisons (by relative
// entropy); else the classes have changed places. Matches must also still err on
// the personal comparisons, not much more rarely than elsewhere: a class that
// takes up all of one error is made of matches.
func (f *fitter) plausible(s *state) bool {
	var distance [classes]float64
	errs := 0.0
	for k := range s.dist[match] {
		for _, class := range []int{match, kin} {
			for l, v := range s.dist[class][k] {
				distance[class] += v * math.Log(v/s.dist[other][k][l])
			}
		}
		errs += differs(s.dist[match][k]) / float64(len(s.dist[match]))
	}
	for k := range s.dist[match] {
		m := s.dist[match][k]
		if s.personal>>k&1 == 1 && (m[0] < 2*s.dist[kin][k][0] || differs(m) < errs/4) {
			return false
		}
	}
	return distance[match] > distance[kin] && f.expected(s, match) >= 10 && f.expected(s, kin) >= 10
}

// differs is the probability of the last level.
func differs(d []float64) float64 { return d[len(d)-1] }
