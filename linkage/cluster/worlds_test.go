package cluster_test

import (
	"math"
	"testing"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/internal/calibrate"
	"tepat/linkage/internal/em"
	"tepat/linkage/internal/simulate"
	"tepat/linkage/measure"
)

type scored struct {
	w      simulate.World
	links  []linkage.Link
	truth  []int32
	r      em.Result
	choice calibrate.Choice
	weigh  func(a, b int) float64
}

func (s scored) probability(w float64) float64 { return calibrate.Logistic(w) }

func score(t *testing.T, w simulate.World, seed uint64) scored {
	pairs := w.Pairs(2000)
	p := w.Problem(pairs, seed)
	p.Relatives = true
	r, err := em.Fit(p)
	if err != nil {
		t.Fatal(err)
	}
	post := r.Posterior()
	s := scored{w: w, r: r}
	var sc []calibrate.Score
	odds := func(x simulate.Pair) float64 {
		q := post.Of(em.Pattern{Levels: x.Levels, Shift: x.Shift})
		return math.Log2(q+1e-300) - math.Log2(1-q+1e-18)
	}
	for _, x := range pairs {
		o := odds(x)
		sc = append(sc, calibrate.Score{Probability: calibrate.Logistic(o), Count: 1})
		if o > -12 {
			s.links = append(s.links, linkage.Link{A: x.A, B: x.B, Weight: float32(o)})
		}
	}
	s.choice = calibrate.Threshold(sc, r.Matches/r.Coverage-r.Matches)
	for _, rec := range w.Records {
		s.truth = append(s.truth, int32(rec.Person))
	}
	weigher := w.Weigher()
	s.weigh = func(a, b int) float64 { return odds(weigher(uint32(min(a, b)), uint32(max(a, b)))) }
	return s
}

func TestWorldsReport(t *testing.T) {
	for _, w := range simulate.Worlds(20000, 1) {
		s := score(t, w, 1)
		best, at := 0.0, 0.0
		for o := -4.0; o < 14; o += 0.5 {
			if f := measure.Pairwise(cluster.Components(len(s.truth), s.links, o), s.truth).F1; f > best {
				best, at = f, o
			}
		}
		mw := math.Log2(s.choice.Threshold / (1 - s.choice.Threshold))
		t.Logf("%s: threshold %.3f expected %.4f R %.4f; components best %.4f at %.1f; at default %v", w.Name, s.choice.Threshold, s.choice.F1, s.choice.Recall, best, at, measure.Pairwise(cluster.Components(len(s.truth), s.links, mw), s.truth))
		for _, absent := range []float64{0.01, 0.1, 0.25, 0.4} {
			o := cluster.Options{MinWeight: mw, Probability: s.probability, AbsentProbability: absent}
			t.Logf("   absent %.2f: %v", absent, measure.Pairwise(cluster.Constrained(len(s.truth), s.links, o).Of, s.truth))
		}
		o := cluster.Options{MinWeight: mw, Probability: s.probability, Weigh: s.weigh}
		t.Logf("   weigh: %v", measure.Pairwise(cluster.Constrained(len(s.truth), s.links, o).Of, s.truth))
		o.Source = func(i int) int { return w.Records[i].Source }
		o.Clean = w.Clean
		t.Logf("   weigh, clean: %v", measure.Pairwise(cluster.Constrained(len(s.truth), s.links, o).Of, s.truth))
		o.Weigh = nil
		for _, d := range []float64{-2, -1, 1, 2, 3, 4} {
			o.MinWeight = mw + d
			t.Logf("   clean, weight %+.0f: %v", d, measure.Pairwise(cluster.Constrained(len(s.truth), s.links, o).Of, s.truth))
		}
	}
}
