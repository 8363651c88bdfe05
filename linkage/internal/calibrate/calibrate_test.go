package calibrate_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tepat/linkage/internal/calibrate"
	"tepat/linkage/internal/em"
	"tepat/linkage/internal/simulate"
)

// TestThresholdOnSimulators holds the threshold chosen without labels against the
// best there is, on populations that have nothing in common.
func TestThresholdOnSimulators(t *testing.T) {
	for _, w := range simulate.Worlds(4000, 7) {
		pairs := w.Pairs(2000)
		p := w.Problem(pairs, 7)
		p.Relatives = true
		fit, err := em.Fit(p)
		if err != nil {
			t.Fatal(err)
		}
		post := fit.Posterior()
		probability := make([]float64, len(pairs))
		var scores []calibrate.Score
		for i, x := range pairs {
			probability[i] = post.Of(em.Pattern{Levels: x.Levels, Shift: x.Shift})
			scores = append(scores, calibrate.Score{Probability: probability[i], Count: 1})
		}
		choice := calibrate.Threshold(scores, fit.Matches/fit.Coverage-fit.Matches)
		_, matches := w.AllPairs()
		got, best := f1(pairs, probability, choice.Threshold, matches), 0.0
		for odds := -8.0; odds <= 12; odds += 0.25 {
			best = max(best, f1(pairs, probability, calibrate.Logistic(odds), matches))
		}
		t.Logf("%s: F1 %.4f at %.3f, best %.4f, expected %.4f", w.Name, got, choice.Threshold, best, choice.F1)
		if got < best-0.02 {
			t.Errorf("%s: F1 %.4f at %.3f, best %.4f", w.Name, got, choice.Threshold, best)
		}
	}
}

func f1(pairs []simulate.Pair, probability []float64, threshold, matches float64) float64 {
	both, linked := 0.0, 0.0
	for i, x := range pairs {
		if probability[i] >= threshold {
			linked++
			if x.Match {
				both++
			}
		}
	}
	return 2 * both / (linked + matches)
}

func TestThresholdIsTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var scores []calibrate.Score
		for range rapid.IntRange(1, 40).Draw(t, "scores") {
			scores = append(scores, calibrate.Score{
				Probability: rapid.Float64Range(0.5, 0.999).Draw(t, "p"),
				Count:       float64(rapid.IntRange(1, 50).Draw(t, "n")),
			})
		}
		missed := rapid.Float64Range(0, 100).Draw(t, "missed")
		choice := calibrate.Threshold(scores, missed)
		for _, x := range scores {
			if f := calibrate.Expect(scores, x.Probability, missed).F1; f > choice.F1+1e-9 {
				t.Fatalf("F1 %v at %v, chosen %v at %v", f, x.Probability, choice.F1, choice.Threshold)
			}
		}
		if e := calibrate.Expect(scores, choice.Threshold, missed); math.Abs(e.F1-choice.F1) > 1e-9 {
			t.Fatalf("chosen %+v, expected at it %+v", choice, e)
		}
		slices.Reverse(scores)
		if again := calibrate.Threshold(scores, missed); again.Threshold != choice.Threshold {
			t.Fatalf("%v, reversed %v", choice.Threshold, again.Threshold)
		}
	})
}

func TestSteadyCutsTheSecondHump(t *testing.T) {
	var scores []calibrate.Score
	for bit := -6; bit < 10; bit++ {
		n := 100.0
		if bit < 0 {
			n = 100000
		}
		scores = append(scores, calibrate.Score{Probability: calibrate.Logistic(float64(bit) + 0.5), Count: n})
	}
	for i, x := range calibrate.Steady(scores) {
		if x.Probability > scores[i].Probability || (x.Count > 100 && x.Probability*x.Count > 100) {
			t.Errorf("%v pairs of probability %.4f", x.Count, x.Probability)
		}
	}
}

func TestNothingToDecide(t *testing.T) {
	if c := calibrate.Threshold(nil, 0); c.Threshold != 0.5 {
		t.Errorf("%+v", c)
	}
}

func TestCoverageOnSimulators(t *testing.T) {
	for _, w := range simulate.Worlds(4000, 1) {
		by := map[uint64]float64{}
		in := 0.0
		for _, p := range w.Pairs(2000) {
			if p.Match {
				by[p.Rules]++
				in++
			}
		}
		var catches []calibrate.Catch
		for rules, n := range by {
			catches = append(catches, calibrate.Catch{Rules: rules, Count: n})
		}
		_, matches := w.AllPairs()
		c := calibrate.Cover(catches, w.Forced())
		if math.Abs(c.Share-in/matches) > 0.08 || c.Low > c.Share || c.High < c.Share {
			t.Errorf("%s: %+v, truth %.3f", w.Name, c, in/matches)
		}
	}
}

// TestOneErrorEach is what fools capture and recapture: no match is caught by
// both of two rules that read different fields.
func TestOneErrorEach(t *testing.T) {
	catches := []calibrate.Catch{{Rules: 0b0011, Count: 500}, {Rules: 0b1100, Count: 480}, {Rules: 0b1111, Count: 40}}
	c := calibrate.Cover(catches, []uint64{1, 1, 2, 2})
	if c.Share < 0.95 {
		t.Errorf("%+v", c)
	}
}
