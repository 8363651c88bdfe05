package em

import "math"

// sharePrior is the weight, in pairs, of each class in each view beforehand.
const sharePrior = 0.5

// updateShares re-estimates the shares of the classes in each view and returns
// the largest change of the logarithm of a share of matches, in hundredths. In
// the whole the classes that rules are to find are made up for those they missed.
func (f *fitter) updateShares(s *state, acc *counts) float64 {
	change := 0.0
	active := s.active()
	for v := range f.views {
		share, count := &s.share[v], &acc.share[v]
		old, total := share[match], 0.0
		for class, on := range active {
			if on {
				total += count[class] + sharePrior
			}
		}
		strangers := 1.0
		for class, on := range active {
			if on && class != other {
				share[class] = (count[class] + sharePrior) / total / f.coverage[class]
				strangers -= share[class]
			}
		}
		share[other] = max(strangers, 1e-9)
		if f.views[v].size*share[match] >= 1 {
			change = max(change, 0.01*math.Abs(math.Log(share[match]/old)))
		}
	}
	return change
}
