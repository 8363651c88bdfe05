package em

import "math"

// starts returns the states to begin from: careful, ordinary and sloppy records,
// so that a poor local maximum is left to the likelihood to refuse.
func (f *fitter) starts() []*state {
	var list []*state
	for _, top := range []float64{0.75, 0.9, 0.55} {
		list = append(list, f.start(top))
	}
	f.setAnchors(list[0])
	if f.given() {
		return list[:1]
	}
	return list
}

// given says that m is known beforehand, so that all starts are the same.
func (f *fitter) given() bool {
	for _, c := range f.p.Comparisons {
		for _, m := range c.M {
			if !(m > 0) {
				return false
			}
		}
	}
	return true
}

// start spreads m over the levels of each comparison from top downwards, and
// takes u, or where it is unknown the frequencies among all patterns.
func (f *fitter) start(top float64) *state {
	s := &state{houses: f.p.Household >= 0 && f.p.Household < len(f.p.Comparisons)}
	for class := range s.dist {
		s.dist[class] = make([][]float64, len(f.p.Comparisons))
	}
	for k, c := range f.p.Comparisons {
		s.dist[match][k] = fill(c.M, c.FixedM, falling(len(c.M), top))
		s.dist[other][k] = fill(c.U, nil, f.marginal(k))
		s.dist[house][k] = houseStart(s.dist[match][k], s.dist[other][k])
		s.dist[kin][k] = houseStart(s.dist[match][k], s.dist[other][k])
	}
	if s.houses {
		h := f.p.Household
		s.dist[house][h] = falling(len(f.p.Comparisons[h].U), 0.98)
	}
	f.startShares(s)
	return s
}

// startShares guesses the shares of the classes in each view: the prior odds
// times what agreement on all that the rule reads is worth.
func (f *fitter) startShares(s *state) {
	prior := f.startPrior()
	s.share = make([][classes]float64, len(f.views))
	for i, v := range f.views {
		odds := prior / (1 - prior)
		for k := range f.p.Comparisons {
			if v.mask>>(4*k)&1 == 0 {
				odds *= s.dist[match][k][0] / s.dist[other][k][0]
			}
		}
		share := odds / (1 + odds)
		if v.rule >= 0 {
			share = min(max(share, 1e-4), 0.9)
		}
		s.share[i][match] = share
		if s.houses {
			s.share[i][house] = min(share, (1-share)/2)
		}
		s.share[i][other] = 1 - s.share[i][match] - s.share[i][house]
	}
}

// afresh is a start that keeps only what is fixed of the m given beforehand: they
// may come from an earlier fit that took relatives for matches.
func (f *fitter) afresh(top float64) *state {
	s := f.start(top)
	for k, c := range f.p.Comparisons {
		m := make([]float64, len(c.M))
		for l := range m {
			if c.FixedM != nil && c.FixedM[l] {
				m[l] = c.M[l]
			}
		}
		s.dist[match][k] = fill(m, c.FixedM, falling(len(m), top))
	}
	return s
}

// startPrior is the given prior or, without one, a match for every second
// record: n records make about n²/2 pairs.
func (f *fitter) startPrior() float64 {
	if f.p.Prior > 0 {
		return min(f.p.Prior, 0.9)
	}
	return min(0.5/math.Sqrt(2*f.pairs), 0.3)
}

// falling is top for the first level, then each a third of the one before,
// and no less than a hundredth, summing to 1.
func falling(levels int, top float64) []float64 {
	d := make([]float64, levels)
	rest, sum := 1.0, 0.0
	for l := range d {
		if l > 0 {
			rest /= 3
		}
		d[l] = max(rest, 0.03)
		if l > 0 {
			sum += d[l]
		}
	}
	d[0] = top
	for l := 1; l < levels; l++ {
		d[l] *= (1 - top) / sum
	}
	if levels == 1 {
		d[0] = 1
	}
	return d
}

// houseStart lies between strangers and one person: relatives share some.
func houseStart(m, u []float64) []float64 {
	d := make([]float64, len(m))
	for l := range d {
		d[l] = 0.15*m[l] + 0.85*u[l]
	}
	return d
}

// fill takes known values and shares what they leave in the proportions of
// want among the unknown ones. Without fixed marks known values are scaled too
// when all are known, so that the result sums to 1.
func fill(known []float64, fixed []bool, want []float64) []float64 {
	d := make([]float64, len(known))
	room, open := 1.0, 0.0
	for l, v := range known {
		if v > 0 && !math.IsInf(v, 0) {
			d[l] = v
			room -= v
			continue
		}
		open += want[l]
	}
	for l := range d {
		if d[l] == 0 {
			d[l] = max(room, 1e-9) * want[l] / open
		}
	}
	return normalised(d, fixed)
}

func normalised(d []float64, fixed []bool) []float64 {
	room, free := 1.0, 0.0
	for l, v := range d {
		if fixed != nil && fixed[l] {
			room -= v
			continue
		}
		free += v
	}
	for l := range d {
		if (fixed == nil || !fixed[l]) && free > 0 {
			d[l] *= max(room, 1e-9) / free
		}
		d[l] = clampProbability(d[l])
	}
	return d
}

// marginal is the distribution of comparison k over all patterns, smoothed.
func (f *fitter) marginal(k int) []float64 {
	d := make([]float64, len(f.p.Comparisons[k].U))
	for l := range d {
		d[l] = 0.5
	}
	for i := range f.p.Patterns {
		if l := f.p.Patterns[i].Level(k); l > 0 {
			d[l-1] += f.p.Patterns[i].Count
		}
	}
	return normalised(d, nil)
}

// setAnchors fixes the Dirichlet means: the ordinary start, so that a level
// never seen keeps a sober probability.
func (f *fitter) setAnchors(s *state) {
	for class := range s.dist {
		f.anchor[class] = make([][]float64, len(s.dist[class]))
		for k, d := range s.dist[class] {
			f.anchor[class][k] = append([]float64(nil), d...)
		}
	}
}
