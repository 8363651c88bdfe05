package calibrate

import (
	"cmp"
	"math"
	"slices"
)

// Score is a number of pairs with one posterior probability of a match.
type Score struct {
	Probability float64
	Count       float64
}

// Choice is a threshold and what to expect of linking every pair at or above it.
type Choice struct {
	Threshold             float64 // probability, 0..1
	Precision, Recall, F1 float64 // expected, 0..1
	Linked, Matches       float64 // pairs linked; matches, those never compared included
}

// Threshold chooses the probability from which pairs are linked so that the
// expected F1 is greatest: with TP the sum of the probabilities of the linked
// pairs, F1 = 2 TP / (linked + matches), where matches counts missed ones too:
// those compared but below the threshold and those no rule proposed. The best
// threshold is half the best F1 (Lipton, Elkan and Naryanaswamy, Optimal
// thresholding of classifiers to maximize F1 measure, 2014), hence below one
// half whenever the posterior is right. missed is the number of matches that
// were never compared. Without scores the threshold is one half.
//
// The probabilities are first held to a shape, see Steady; the threshold is on
// the scale of those given.
func Threshold(scores []Score, missed float64) Choice {
	given := slices.Clone(scores)
	slices.SortFunc(given, func(x, y Score) int {
		return cmp.Or(cmp.Compare(y.Probability, x.Probability), cmp.Compare(y.Count, x.Count))
	})
	s := Steady(given)
	total := max(missed, 0)
	for _, x := range s {
		total += x.Probability * x.Count
	}
	best := Choice{Threshold: 0.5, Matches: total}
	held := 0.5
	tp, linked := 0.0, 0.0
	for i, x := range s {
		tp += x.Probability * x.Count
		linked += x.Count
		if i+1 < len(s) && given[i+1].Probability == given[i].Probability {
			continue
		}
		if f := 2 * tp / (linked + total); f > best.F1 {
			best = Choice{given[i].Probability, tp / linked, tp / total, f, linked, total}
			held = x.Probability
		}
	}
	if best.F1 > 0 && held == best.Threshold {
		best.Threshold = min(best.Threshold, best.F1/2)
	}
	return best
}

// Expect is what to expect of linking every pair at or above a threshold.
func Expect(scores []Score, threshold, missed float64) Choice {
	c := Choice{Threshold: threshold, Matches: max(missed, 0)}
	tp := 0.0
	for _, x := range scores {
		c.Matches += x.Probability * x.Count
		if x.Probability >= threshold {
			tp += x.Probability * x.Count
			c.Linked += x.Count
		}
	}
	if c.Linked > 0 {
		c.Precision = tp / c.Linked
	}
	if c.Matches > 0 {
		c.Recall = tp / c.Matches
		c.F1 = 2 * tp / (c.Linked + c.Matches)
	}
	return c
}

// Logistic is the probability of log2 odds.
func Logistic(log2odds float64) float64 { return 1 / (1 + math.Exp2(-log2odds)) }

// Log2Odds is the inverse of Logistic; probabilities of 0 and 1 give ±50.
func Log2Odds(p float64) float64 {
	const edge = 0x1p-50
	p = min(max(p, edge), 1-edge)
	return math.Log2(p / (1 - p))
}
