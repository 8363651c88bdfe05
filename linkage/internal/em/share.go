package em

import "math"

// sharePrior is the weight, in pairs, of each class in each view beforehand.
const sharePrior = 0.5

// updateShares re-estimates the shares of the classes in each view and returns
// the largest change of the logarithm of a share of matches, in hundredths.
//
// The share of strangers is free in every view, for how many of them agree on
// what a rule reads follows no independence. The classes of people who have to
// do with each other are tied across views when there are several: their shares
// are as their rates among all pairs times the chance that they agree on what the
// rule reads. Otherwise a view that hides the names could not tell a match from a
// brother.
func (f *fitter) updateShares(s *state, acc *counts) float64 {
	change := 0.0
	active := s.active()
	rate := f.rates(s, acc)
	for v := range f.views {
		share, count := &s.share[v], &acc.share[v]
		old := share[match]
		total := 0.0
		for class := range share {
			if active[class] {
				total += count[class] + sharePrior
			}
		}
		strangers := (count[other] + sharePrior) / total
		if rate != nil && f.views[v].rule >= 0 {
			f.tie(s, v, 1-strangers, rate)
		} else {
			for class := range share {
				if active[class] {
					share[class] = (count[class] + sharePrior) / total
				}
			}
		}
		share[other] = strangers
		if f.views[v].size*share[match] >= 1 {
			change = max(change, 0.01*math.Abs(math.Log(share[match]/old)))
		}
	}
	return change
}

// rates are how common the classes are among all pairs, up to a factor: their
// pairs in all views over the chances of being there. nil without further classes.
func (f *fitter) rates(s *state, acc *counts) *[classes]float64 {
	if !s.houses && s.personal == 0 {
		return nil
	}
	var rate [classes]float64
	for class, on := range s.active() {
		if !on || class == other {
			continue
		}
		pairs, chance := sharePrior, 1e-12
		for v := range f.views {
			if f.views[v].rule >= 0 {
				pairs += acc.share[v][class]
				chance += f.chance(s, v, class)
			}
		}
		rate[class] = pairs / chance
	}
	return &rate
}

// chance is the probability that a pair of a class shows the usual levels of
// what the view hides.
func (f *fitter) chance(s *state, v, class int) float64 {
	p := 1.0
	for k := range f.p.Comparisons {
		if l := f.views[v].usual[k]; f.views[v].hidden>>k&1 == 1 && l > 0 {
			p *= s.dist[class][k][l-1]
		}
	}
	return p
}

// tie divides a share of a view among the classes other than strangers.
func (f *fitter) tie(s *state, v int, room float64, rate *[classes]float64) {
	var want [classes]float64
	sum := 0.0
	for class, on := range s.active() {
		if on && class != other {
			want[class] = max(rate[class]*f.chance(s, v, class), 1e-300)
			sum += want[class]
		}
	}
	for class, w := range want {
		if w > 0 {
			s.share[v][class] = max(room*w/sum, 1e-15)
		}
	}
}
