package em

import (
	"cmp"
	"math"
	"slices"

	"tepat/linkage/internal/calibrate"
)

// cover estimates the coverage of the classes that rules are to find and
// reports whether one changed enough to fit again.
func (f *fitter) cover(s *state) bool {
	n := f.count(s)
	changed := false
	for _, class := range []int{match, house} {
		if class == house && !s.houses {
			continue
		}
		c := f.caught(n.byRules[class])
		changed = changed || math.Abs(c-f.coverage[class]) > 0.01
		f.coverage[class] = c
	}
	return changed
}

// caught estimates which share of a class the rules propose, from its pairs by
// the rules that proposed them.
func (f *fitter) caught(byRules map[uint64]float64) float64 {
	catches := make([]calibrate.Catch, 0, len(byRules))
	for rules, n := range byRules {
		catches = append(catches, calibrate.Catch{Rules: rules, Count: n})
	}
	slices.SortFunc(catches, func(x, y calibrate.Catch) int { return cmp.Compare(x.Rules, y.Rules) })
	return calibrate.Cover(catches, f.p.Forced).Share
}
