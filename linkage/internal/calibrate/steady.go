package calibrate

import (
	"math"
	"slices"
)

// steadyBits is from how many bits above even odds the level of Steady is taken.
const steadyBits = 3

// Steady holds probabilities to a shape: below even odds matches must not grow
// more common, bit for bit, as the weight falls. The weights of matches have one
// hump and a falling left tail (so Belin and Rubin, JASA 90, 1995, and the local
// false discovery rate of Efron, JASA 99, 2004); expectation-maximisation, which
// knows no such shape, takes a part of the strangers that agree more often than
// independence allows for matches, and where strangers are many that is a second
// hump. The expected matches of a bit below even odds are cut to the mean of the
// first bits above. The scores keep their places.
func Steady(scores []Score) []Score {
	out := slices.Clone(scores)
	expected := map[int]float64{}
	for _, x := range scores {
		expected[bitOf(x.Probability)] += x.Probability * x.Count
	}
	level := 0.0
	for b := range steadyBits {
		level += expected[b] / steadyBits
	}
	if level <= 0 {
		return out
	}
	for i, x := range out {
		if b := bitOf(x.Probability); b < 0 && expected[b] > level {
			out[i].Probability = x.Probability * level / expected[b]
		}
	}
	return out
}

// bitOf is the whole part of the log2 odds.
func bitOf(p float64) int { return int(math.Floor(Log2Odds(p))) }
