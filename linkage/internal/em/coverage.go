package em

import (
	"cmp"
	"slices"

	"tepat/linkage/internal/calibrate"
)

// coverage estimates which share of a class the rules propose, from its pairs by
// the rules that proposed them.
func (f *fitter) coverage(byRules map[uint64]float64) float64 {
	catches := make([]calibrate.Catch, 0, len(byRules))
	for rules, n := range byRules {
		catches = append(catches, calibrate.Catch{Rules: rules, Count: n})
	}
	slices.SortFunc(catches, func(x, y calibrate.Catch) int { return cmp.Compare(x.Rules, y.Rules) })
	return calibrate.Cover(catches, f.p.Forced).Share
}
