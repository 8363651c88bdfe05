package measure

import (
	"math"

	"tepat/linkage"
	"tepat/linkage/internal/calibrate"
)

// Estimate is what the probabilities themselves say about a result.
type Estimate struct {
	Linked, Matches           float64 // pairs linked, and expected matches, missed ones too
	Precision, Recall, F1     float64 // expected, 0..1
	PrecisionIn, RecallIn, In Interval
}

// doubt is by how many bits the odds may be wrong: conditional independence makes
// them a little too sure either way.
const doubt = 1.0

// EstimateWithoutLabels expects precision, recall and F1 of linking every pair of
// at least the threshold from the probabilities of the compared pairs. The links
// must reach well below the threshold, for the matches there are counted too;
// missed is the number of matches never compared (0 when unknown).
//
// With TP the sum of the probabilities of the linked pairs, precision is
// TP/linked and recall TP/matches. The intervals take the chance in TP (the
// variance of a sum of unequal coins) and, since the model is never quite right,
// odds that are wrong by a factor of two either way; they are an honest guess and
// not a substitute for judging a sample of pairs.
func EstimateWithoutLabels(links []linkage.Link, probability func(weight float64) float64, threshold, missed float64) Estimate {
	var at [3]sums // odds halved, as they are, doubled
	for i := range links {
		p := probability(float64(links[i].Weight))
		linked := p >= threshold
		for k, bits := range []float64{-doubt, 0, doubt} {
			at[k].add(shifted(p, bits), linked)
		}
	}
	e := at[1].estimate(missed)
	low, high := at[0].estimate(missed), at[2].estimate(missed)
	chance := z95 * math.Sqrt(at[1].variance)
	e.PrecisionIn = around(min(low.Precision, e.Precision), max(high.Precision, e.Precision), chance/max(e.Linked, 1))
	e.RecallIn = around(min(low.Recall, high.Recall, e.Recall), max(low.Recall, high.Recall, e.Recall), chance/max(e.Matches, 1))
	e.In = around(min(low.F1, high.F1, e.F1), max(low.F1, high.F1, e.F1), 2*chance/max(e.Linked+e.Matches, 1))
	return e
}

// shifted multiplies the odds of p by 2^bits.
func shifted(p, bits float64) float64 {
	if p <= 0 || p >= 1 {
		return min(max(p, 0), 1)
	}
	return calibrate.Logistic(math.Log2(p/(1-p)) + bits)
}

type sums struct{ linked, tp, below, variance float64 }

func (s *sums) add(p float64, linked bool) {
	if !linked {
		s.below += p
		return
	}
	s.linked++
	s.tp += p
	s.variance += p * (1 - p)
}

func (s *sums) estimate(missed float64) Estimate {
	e := Estimate{Linked: s.linked, Matches: s.tp + s.below + max(missed, 0), Precision: 1, Recall: 1, F1: 1}
	if s.linked > 0 {
		e.Precision = s.tp / s.linked
	}
	if e.Matches > 0 {
		e.Recall = s.tp / e.Matches
	}
	if s.linked+e.Matches > 0 {
		e.F1 = 2 * s.tp / (s.linked + e.Matches)
	}
	return e
}

func around(low, high, half float64) Interval { return Interval{max(low-half, 0), min(high+half, 1)} }
