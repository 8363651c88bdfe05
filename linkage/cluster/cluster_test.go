package cluster_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/internal/calibrate"
	"tepat/linkage/internal/em"
	"tepat/linkage/internal/simulate"
	"tepat/linkage/measure"
)

// draw makes links among n records, weights on a grid so that ties happen.
func draw(t *rapid.T, most int) (int, []linkage.Link) {
	n := rapid.IntRange(1, most).Draw(t, "records")
	seen := map[cluster.Pair]bool{}
	var links []linkage.Link
	for range rapid.IntRange(0, 3*n).Draw(t, "links") {
		a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
		p := cluster.Pair{A: uint32(min(a, b)), B: uint32(max(a, b))}
		if a == b || seen[p] {
			continue
		}
		seen[p] = true
		links = append(links, linkage.Link{A: p.A, B: p.B, Weight: float32(rapid.IntRange(-16, 32).Draw(t, "weight")) / 4})
	}
	slices.SortFunc(links, func(x, y linkage.Link) int {
		if x.A != y.A {
			return int(x.A) - int(y.A)
		}
		return int(x.B) - int(y.B)
	})
	return n, links
}

// canonical renumbers labels by first record.
func canonical(of []int32) []int32 {
	number := map[int32]int32{}
	out := make([]int32, len(of))
	for i, l := range of {
		if _, ok := number[l]; !ok {
			number[l] = int32(len(number))
		}
		out[i] = number[l]
	}
	return out
}

// options draws constraints.
func options(t *rapid.T, n int) cluster.Options {
	o := cluster.Options{Key: make([]uint64, n), Identity: make([]uint64, n)}
	sources := make([]int, n)
	for i := range n {
		o.Key[i] = uint64(i)*0x9e3779b97f4a7c15 + 7
		o.Identity[i] = uint64(max(rapid.IntRange(-6, 2).Draw(t, "identity"), 0))
		sources[i] = rapid.IntRange(0, 3).Draw(t, "source")
	}
	o.Source = func(i int) int { return sources[i] }
	o.Clean = []bool{rapid.Bool().Draw(t, "clean")}
	for range rapid.IntRange(0, 2).Draw(t, "cannot") {
		a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
		if a != b {
			o.Cannot = append(o.Cannot, cluster.Pair{A: uint32(a), B: uint32(b)})
		}
	}
	return o
}

// TestOrderIndependent shuffles records and links and changes the number of
// workers: the same people must be together, also in parts that count as huge.
func TestOrderIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, links := draw(t, 90)
		huge := rapid.SampledFrom([]int{0, 64}).Draw(t, "huge")
		o := options(t, n).Huge(huge)
		want := cluster.Constrained(n, links, o)
		to := rapid.Permutation(indices(n)).Draw(t, "to")
		p := cluster.Options{Key: make([]uint64, n), Identity: make([]uint64, n), Clean: o.Clean, Workers: 5}
		from := make([]int, n)
		for i, j := range to {
			p.Key[j], p.Identity[j], from[j] = o.Key[i], o.Identity[i], i
		}
		p.Source = func(i int) int { return o.Source(from[i]) }
		for _, c := range o.Cannot {
			p.Cannot = append(p.Cannot, cluster.Pair{A: uint32(to[c.A]), B: uint32(to[c.B])})
		}
		moved := slices.Clone(links)
		for i, l := range moved {
			a, b := uint32(to[l.A]), uint32(to[l.B])
			moved[i].A, moved[i].B = min(a, b), max(a, b)
		}
		slices.SortFunc(moved, func(x, y linkage.Link) int {
			if x.A != y.A {
				return int(x.A) - int(y.A)
			}
			return int(x.B) - int(y.B)
		})
		got := cluster.Constrained(n, moved, p.Huge(huge))
		back := make([]int32, n)
		for i, j := range to {
			back[i] = got.Of[j]
		}
		if d := cmp.Diff(canonical(want.Of), canonical(back)); d != "" {
			t.Fatal(d)
		}
	})
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestConstraintsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, links := draw(t, 90)
		o := options(t, n)
		r := cluster.Constrained(n, links, o)
		whole := cluster.Components(n, links, o.MinWeight)
		for a := range n {
			for b := a + 1; b < n; b++ {
				if r.Of[a] != r.Of[b] {
					continue
				}
				if whole[a] != whole[b] {
					t.Fatalf("%d and %d are together without a chain", a, b)
				}
				if o.Identity[a] != 0 && o.Identity[b] != 0 && o.Identity[a] != o.Identity[b] {
					t.Fatalf("%d and %d have two identities", a, b)
				}
				if o.Clean[0] && o.Source(a) == 0 && o.Source(b) == 0 {
					t.Fatalf("%d and %d are of one clean source", a, b)
				}
				if slices.Contains(o.Cannot, cluster.Pair{A: uint32(a), B: uint32(b)}) || slices.Contains(o.Cannot, cluster.Pair{A: uint32(b), B: uint32(a)}) {
					t.Fatalf("%d and %d were told apart", a, b)
				}
			}
		}
		for _, c := range r.Cuts {
			if r.Of[c.A] == r.Of[c.B] || c.Reason == "" {
				t.Fatalf("%+v", c)
			}
		}
	})
}

func TestComponentsAgreeWithSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, links := draw(t, 40)
		got := cluster.Components(n, links, 1)
		want := make([]int32, n)
		for i := range want {
			want[i] = int32(i)
		}
		for changed := true; changed; {
			changed = false
			for _, l := range links {
				if l.Weight >= 1 && want[l.A] != want[l.B] {
					low := min(want[l.A], want[l.B])
					want[l.A], want[l.B], changed = low, low, true
				}
			}
		}
		if d := cmp.Diff(canonical(want), got); d != "" {
			t.Fatal(d)
		}
	})
}

func link(a, b uint32, w float32) linkage.Link { return linkage.Link{A: a, B: b, Weight: w} }

func TestBridgeIsCut(t *testing.T) {
	// A father 0 1, a son 3 4 of one name, and a list of names 2 between them.
	links := []linkage.Link{link(0, 1, 20), link(0, 2, 3), link(0, 3, -9), link(1, 2, 3), link(1, 4, -9), link(2, 3, 2), link(3, 4, 20)}
	r := cluster.Constrained(5, links, cluster.Options{})
	if d := cmp.Diff([]int32{0, 0, 0, 1, 1}, r.Of); d != "" {
		t.Error(d)
	}
	if len(r.Cuts) != 1 || r.Cuts[0].Reason != cluster.Weak || r.Cuts[0].A != 2 || r.Cuts[0].B != 3 {
		t.Errorf("%+v", r.Cuts)
	}
}

func TestPeopleDecide(t *testing.T) {
	links := []linkage.Link{link(0, 1, 20), link(1, 2, 20)}
	must := cluster.Options{Must: []cluster.Pair{{A: 3, B: 0}}, Cannot: []cluster.Pair{{A: 2, B: 1}}}
	r := cluster.Constrained(4, links, must)
	if d := cmp.Diff([]int32{0, 0, 1, 0}, r.Of); d != "" {
		t.Error(d)
	}
	both := cluster.Options{Must: []cluster.Pair{{A: 0, B: 1}}, Identity: []uint64{7, 8, 0}}
	r = cluster.Constrained(3, links, both)
	if r.Of[0] != r.Of[1] || len(r.Contradictions) != 1 || r.Contradictions[0].Reason != cluster.Identities {
		t.Errorf("%+v", r)
	}
}

// TestLargeComponentIsFast runs the sparse solver on one chain of everybody.
func TestLargeComponentIsFast(t *testing.T) {
	const n = 30000
	var links []linkage.Link
	for i := range uint32(n - 1) {
		links = append(links, link(i, i+1, float32(i%7)-1))
	}
	r := cluster.Constrained(n, links, cluster.Options{Conflict: func(a, b int) bool { return false }})
	if r.Count < n/8 || r.Count > n {
		t.Errorf("%d clusters", r.Count)
	}
}

// TestBetterThanChains measures on simulated populations.
func TestBetterThanChains(t *testing.T) {
	for _, w := range simulate.Worlds(4000, 1) {
		pairs := w.Pairs(2000)
		p := w.Problem(pairs, 1)
		p.Relatives = true
		fit, err := em.Fit(p)
		if err != nil {
			t.Fatal(err)
		}
		links, odds, truth := scored(w, pairs, fit)
		var scores []calibrate.Score
		for _, l := range links {
			scores = append(scores, calibrate.Score{Probability: calibrate.Logistic(float64(l.Weight) + odds), Count: 1})
		}
		choice := calibrate.Threshold(scores, fit.Matches/fit.Coverage-fit.Matches)
		at := func(probability float64) float64 { return calibrate.Log2Odds(probability) - odds }
		o := cluster.Options{MinWeight: at(choice.Threshold), Probability: func(x float64) float64 { return calibrate.Logistic(x + odds) }}
		chains := measure.Pairwise(cluster.Components(len(truth), links, o.MinWeight), truth).F1
		got := measure.Pairwise(cluster.Constrained(len(truth), links, o).Of, truth).F1
		best := got
		for bits := -3.0; bits <= 6; bits++ {
			x := o
			x.MinWeight += bits
			best = max(best, measure.Pairwise(cluster.Constrained(len(truth), links, x).Of, truth).F1)
		}
		t.Logf("%s: chains %.4f, constrained %.4f, best threshold %.4f", w.Name, chains, got, best)
		if got < chains-0.002 || got < best-0.03 {
			t.Errorf("%s: chains %.4f, constrained %.4f, best threshold %.4f", w.Name, chains, got, best)
		}
	}
}

func scored(w simulate.World, pairs []simulate.Pair, fit em.Result) ([]linkage.Link, float64, []int32) {
	post := fit.Posterior()
	odds := calibrate.Log2Odds(fit.Prior)
	var links []linkage.Link
	for _, x := range pairs {
		q := post.Of(em.Pattern{Levels: x.Levels, Shift: x.Shift})
		links = append(links, linkage.Link{A: x.A, B: x.B, Weight: float32(calibrate.Log2Odds(q) - odds)})
	}
	truth := make([]int32, len(w.Records))
	for i, r := range w.Records {
		truth[i] = int32(r.Person)
	}
	return links, odds, truth
}

func BenchmarkConstrained(b *testing.B) {
	const n = 100000
	var links []linkage.Link
	for i := range uint32(n - 4) {
		if i%4 != 3 {
			links = append(links, link(i, i+1, 8), link(i, i+3-i%4, 2))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		cluster.Constrained(n, links, cluster.Options{})
	}
}
