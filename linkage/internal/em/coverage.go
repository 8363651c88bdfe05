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
	changed := false
	for _, class := range []int{match, house} {
		if class == house && !s.houses {
			continue
		}
		c := f.coverageOf(s, class)
		changed = changed || math.Abs(c-f.coverage[class]) > 0.01
		f.coverage[class] = c
	}
	return changed
}

// coverageOf counts the pairs of a class by the rules that proposed them, and
// estimates the share of the class they are.
func (f *fitter) coverageOf(s *state, class int) float64 {
	by := map[uint64]float64{}
	t := newTables(s)
	for i := range f.p.Patterns {
		g := &f.p.Patterns[i]
		if post, _ := t.classify(g); post[class]*g.Count > 1e-6 {
			by[g.Rules] += post[class] * g.Count
		}
	}
	catches := make([]calibrate.Catch, 0, len(by))
	for rules, n := range by {
		catches = append(catches, calibrate.Catch{Rules: rules, Count: n})
	}
	slices.SortFunc(catches, func(x, y calibrate.Catch) int { return cmp.Compare(x.Rules, y.Rules) })
	return calibrate.Cover(catches, f.p.Forced).Share
}
