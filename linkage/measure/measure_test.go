package measure_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"tepat/linkage"
	"tepat/linkage/measure"
)

func partitions(t *rapid.T) ([]int32, []int32) {
	n := rapid.IntRange(0, 40).Draw(t, "records")
	found, truth := make([]int32, n), make([]int32, n)
	for i := range n {
		found[i], truth[i] = int32(rapid.IntRange(-1, 8).Draw(t, "found")), int32(rapid.IntRange(-1, 8).Draw(t, "truth"))
	}
	return found, truth
}

func together(labels []int32, i, j int) bool { return labels[i] >= 0 && labels[i] == labels[j] }

func TestPairwiseAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, truth := partitions(t)
		var nf, nt, nb int64
		for i := range found {
			for j := range i {
				f, m := together(found, i, j), together(truth, i, j)
				if f {
					nf++
				}
				if m {
					nt++
				}
				if f && m {
					nb++
				}
			}
		}
		if got, want := measure.Pairwise(found, truth), measure.NewScore(nb, nf, nt); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestBCubedAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, truth := partitions(t)
		n := float64(len(found))
		if n == 0 {
			return
		}
		precision, recall := 0.0, 0.0
		for i := range found {
			f, m, b := 1.0, 1.0, 1.0
			for j := range found {
				if i == j {
					continue
				}
				x, y := together(found, i, j), together(truth, i, j)
				if x {
					f++
				}
				if y {
					m++
				}
				if x && y {
					b++
				}
			}
			precision += b / f / n
			recall += b / m / n
		}
		p, r, f := measure.BCubed(found, truth)
		if math.Abs(p-precision) > 1e-9 || math.Abs(r-recall) > 1e-9 || f > 1+1e-9 {
			t.Fatalf("got %v %v, want %v %v", p, r, precision, recall)
		}
	})
}

func TestWilsonHoldsTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "good")
		i := measure.Wilson(float64(k), float64(n))
		p := float64(k) / float64(n)
		if i.Low > p+1e-12 || i.High < p-1e-12 || i.Low < 0 || i.High > 1 {
			t.Fatalf("%d of %d: %+v", k, n, i)
		}
	})
	// Newcombe (Statistics in Medicine 17, 1998): 81 of 263.
	if i := measure.Wilson(81, 263); math.Abs(i.Low-0.2553) > 5e-5 || math.Abs(i.High-0.3662) > 5e-5 {
		t.Errorf("%+v", i)
	}
}

func links() []linkage.Link {
	return []linkage.Link{{A: 0, B: 1, Weight: 9.5}, {A: 1, B: 2, Weight: 3.2}, {A: 2, B: 3, Weight: 3.7}}
}

func TestThresholds(t *testing.T) {
	rows := measure.Thresholds(links(), []int32{0, 0, 1, 1})
	if len(rows) != 2 || rows[0].Weight != 3 || rows[0].Both != 2 || rows[0].Found != 3 || rows[1].Both != 1 {
		t.Errorf("%+v", rows)
	}
	if best := measure.Best(rows); best.Weight != 3 {
		t.Errorf("%+v", best)
	}
	labels := []measure.Judged{{A: 1, B: 0, Match: true}, {A: 1, B: 2}, {A: 5, B: 6, Match: true}}
	rows = measure.ThresholdsFromLabels(links(), labels)
	if rows[0].Found != 2 || rows[0].True != 2 || rows[0].Both != 1 {
		t.Errorf("%+v", rows)
	}
}

func TestEstimateWithoutLabels(t *testing.T) {
	sure := func(w float64) float64 {
		if w > 3.5 {
			return 0.9
		}
		return 0.2
	}
	e := measure.EstimateWithoutLabels(links(), sure, 0.5, 1)
	if e.Linked != 2 || math.Abs(e.Precision-0.9) > 1e-9 || math.Abs(e.Recall-1.8/3) > 1e-9 {
		t.Errorf("%+v", e)
	}
	if e.PrecisionIn.Low >= 0.9 || e.PrecisionIn.High <= 0.9 || e.In.Low > e.F1 || e.In.High < e.F1 {
		t.Errorf("%+v", e)
	}
	if none := measure.EstimateWithoutLabels(nil, sure, 0.5, 0); none.F1 != 1 {
		t.Errorf("%+v", none)
	}
}

func ExamplePairwise() {
	found := []int32{0, 0, 0, 1, 2}
	truth := []int32{0, 0, 1, 2, 2}
	fmt.Println(measure.Pairwise(found, truth))
	// Output: P 0.3333 R 0.5000 F1 0.4000 (3 linked, 2 matching, 1 both)
}

func BenchmarkPairwise(b *testing.B) {
	const n = 1_000_000
	found, truth := make([]int32, n), make([]int32, n)
	for i := range n {
		found[i], truth[i] = int32(i/3), int32(i/2)
	}
	for b.Loop() {
		measure.Pairwise(found, truth)
	}
}
