package em_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/linkage/internal/em"
	"tepat/linkage/internal/simulate"
)

// TestRecoversUnderBlocking learns from blocked pairs only and must come near the
// truth about all pairs.
func TestRecoversUnderBlocking(t *testing.T) {
	for _, w := range simulate.Worlds(4000, 3) {
		t.Run(w.Name, func(t *testing.T) {
			pairs := w.Pairs(2000)
			p := w.Problem(pairs, 3)
			p.Relatives = true
			r := fit(t, p)
			all, matches := w.AllPairs()
			if ratio := r.Prior * all / matches; ratio < 0.65 || ratio > 1.35 {
				t.Errorf("prior is %.2f of the truth", ratio)
			}
			for k, f := range w.Fields {
				if true0 := agreement(pairs, k); math.Abs(r.M[k][0]-true0) > 0.16 {
					t.Errorf("%s: m of equality %.3f, among blocked matches %.3f", f.Name, r.M[k][0], true0)
				}
			}
		})
	}
}

// agreement is the share of equal cells among matching pairs.
func agreement(pairs []simulate.Pair, k int) float64 {
	equal, both := 0.0, 0.0
	for _, p := range pairs {
		if l := p.Levels >> (4 * k) & 15; p.Match && l > 0 {
			both++
			if l == 1 {
				equal++
			}
		}
	}
	return equal / both
}

func fit(t *testing.T, p em.Problem) em.Result {
	t.Helper()
	r, err := em.Fit(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestIgnoringRulesIsWorse shows what the rules are for: without them forced
// agreement passes for agreement.
func TestIgnoringRulesIsWorse(t *testing.T) {
	w := simulate.Historical(4000, 3)
	pairs := w.Pairs(2000)
	p := w.Problem(pairs, 3)
	with := fit(t, p)
	p.Forced = nil
	for i := range p.Patterns {
		p.Patterns[i].Rules = 0
	}
	without := fit(t, p)
	_, matches := w.AllPairs()
	if d := math.Abs(with.Prior*p.Pairs - matches); d > math.Abs(without.Prior*p.Pairs-matches) {
		t.Errorf("expected matches %.0f with rules, %.0f without; truth %.0f", with.Prior*p.Pairs, without.Prior*p.Pairs, matches)
	}
}

func TestFamiliesAreToldApart(t *testing.T) {
	w := simulate.Parish(5000, 2)
	pairs := w.Pairs(2000)
	p := w.Problem(pairs, 2)
	plain := fit(t, p)
	p.Relatives = true
	r := fit(t, p)
	if r.K == nil || r.Personal&1 == 0 {
		t.Fatalf("no class of relatives who differ in given name: personal %b", r.Personal)
	}
	in := 0.0
	for _, x := range pairs {
		if x.Match {
			in++
		}
	}
	if d, e := math.Abs(r.Matches-in), math.Abs(plain.Matches-in); d > 0.25*in || d > e {
		t.Errorf("expected matches %.0f with the class, %.0f without, truth %.0f", r.Matches, plain.Matches, in)
	}
}

func TestTwinsAreToldApart(t *testing.T) {
	w := simulate.Register(20000, 1)
	p := w.Problem(w.Pairs(2000), 1)
	p.Relatives = true
	r := fit(t, p)
	if r.H == nil || r.K == nil {
		t.Fatal("want a class of households and one of twins")
	}
	const nik, name = 0, 2
	if r.Personal != 1<<name || r.K[nik][1] < 0.9 {
		t.Errorf("twins differ in name and have neighbouring numbers; got personal %b, slip of number %.2f", r.Personal, r.K[nik][1])
	}
}

func TestRelativesAreNotInvented(t *testing.T) {
	for _, w := range []simulate.World{simulate.Typing(4000, 5), simulate.Historical(4000, 5), simulate.Sparse(4000, 5)} {
		p := w.Problem(w.Pairs(2000), 5)
		p.Relatives = true
		if r := fit(t, p); r.K != nil {
			t.Errorf("%s: %b", w.Name, r.Personal)
		}
	}
}

// problem draws a small problem without structure.
func problem(t *rapid.T) em.Problem {
	p := em.Problem{Household: -1}
	n := rapid.IntRange(1, 5).Draw(t, "comparisons")
	for range n {
		levels := rapid.IntRange(1, 4).Draw(t, "levels")
		u := make([]float64, levels)
		sum := 0.0
		for l := range u {
			u[l] = rapid.Float64Range(0.001, 1).Draw(t, "u")
			sum += u[l]
		}
		for l := range u {
			u[l] /= sum
		}
		p.Comparisons = append(p.Comparisons, em.Comparison{Name: "c", M: make([]float64, levels), U: u})
	}
	for range rapid.IntRange(0, 30).Draw(t, "patterns") {
		g := em.Pattern{Count: float64(rapid.IntRange(0, 1000).Draw(t, "count")), Shift: float32(rapid.IntRange(-3, 6).Draw(t, "shift"))}
		for k := range n {
			g.Levels |= uint64(rapid.IntRange(0, len(p.Comparisons[k].U)).Draw(t, "level")) << (4 * k)
		}
		p.Patterns = append(p.Patterns, g)
	}
	p.Pairs = float64(rapid.IntRange(0, 1000000).Draw(t, "pairs"))
	p.LearnU = rapid.Bool().Draw(t, "learn u")
	if rapid.Bool().Draw(t, "house") {
		p.Household = rapid.IntRange(0, n-1).Draw(t, "household")
	}
	return p
}

func TestLikelihoodNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t)
		p.Pairs += 1000 // priors are bounded, which may cost likelihood when nearly all pairs match
		for _, g := range p.Patterns {
			p.Pairs += 20 * g.Count
		}
		r, err := em.Fit(p)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(r.Trace); i++ {
			if r.Trace[i] < r.Trace[i-1]-1e-6*(1+math.Abs(r.Trace[i-1])) {
				t.Fatalf("iteration %d: %v after %v", i, r.Trace[i], r.Trace[i-1])
			}
		}
	})
}

func TestResultsAreDistributions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t)
		p.Relatives = rapid.Bool().Draw(t, "relatives")
		r, err := em.Fit(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, class := range [][][]float64{r.M, r.U, r.H, r.K} {
			for k, d := range class {
				sum := 0.0
				for _, v := range d {
					if !(v > 0 && v <= 1) {
						t.Fatalf("comparison %d: %v", k, d)
					}
					sum += v
				}
				if math.Abs(sum-1) > 1e-6 {
					t.Fatalf("comparison %d sums to %v", k, sum)
				}
			}
		}
		if !(r.Prior > 0 && r.Prior < 1) || r.HouseholdPrior < 0 || r.Coverage <= 0 || r.Coverage > 1 {
			t.Fatalf("prior %v, household %v, coverage %v", r.Prior, r.HouseholdPrior, r.Coverage)
		}
		post := r.Posterior()
		for _, g := range p.Patterns {
			if q := post.Of(g); !(q >= 0 && q <= 1) {
				t.Fatalf("posterior %v of %x", q, g.Levels)
			}
		}
	})
}

func TestOrderOfPatternsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t)
		r, _ := em.Fit(p)
		slices.Reverse(p.Patterns)
		q, _ := em.Fit(p)
		if math.Abs(math.Log(r.Prior/q.Prior)) > 1e-6 {
			t.Fatalf("%v and %v", r.Prior, q.Prior)
		}
	})
}

func TestLabelsCount(t *testing.T) {
	w := simulate.Typing(3000, 1)
	p := w.Problem(w.Pairs(2000), 1)
	before := fit(t, p)
	differ := em.Pattern{Levels: 0x1111411, Count: 500}
	p.Matches = []em.Pattern{differ}
	p.NonMatches = []em.Pattern{{Levels: 0x4444144, Count: 500}}
	after := fit(t, p)
	if after.M[2][3] < before.M[2][3]+0.1 {
		t.Errorf("500 judged matches that differ in the third: %.3f before, %.3f after", before.M[2][3], after.M[2][3])
	}
}

func TestFixedLevelsStay(t *testing.T) {
	w := simulate.Typing(3000, 1)
	p := w.Problem(w.Pairs(2000), 1)
	p.Comparisons[0].M = []float64{0.5, 0, 0, 0}
	p.Comparisons[0].FixedM = []bool{true, false, false, false}
	if r := fit(t, p); r.M[0][0] != 0.5 {
		t.Errorf("fixed at 0.5, is %v", r.M[0][0])
	}
}

func TestPoorDataAreNamed(t *testing.T) {
	p := em.Problem{Household: -1, Comparisons: []em.Comparison{
		{Name: "same", M: []float64{0, 0}, U: []float64{0.5, 0.5}},
		{Name: "gone", M: []float64{0, 0}, U: []float64{0.5, 0.5}},
	}, Patterns: []em.Pattern{{Levels: 0x01, Count: 100}}}
	text := strings.Join(fit(t, p).Warnings, "\n")
	for _, want := range []string{`"same"`, `"gone"`, "not identified"} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning with %s in:\n%s", want, text)
		}
	}
	p.Patterns = nil
	if w := fit(t, p).Warnings; len(w) != 1 || !strings.Contains(w[0], "no pairs") {
		t.Errorf("%q", w)
	}
}

func TestContradictionsAreErrors(t *testing.T) {
	c := em.Comparison{Name: "c", M: []float64{0, 0}, U: []float64{0.5, 0.5}}
	for name, p := range map[string]em.Problem{
		"no comparisons":  {},
		"unequal levels":  {Comparisons: []em.Comparison{{Name: "c", M: []float64{0}, U: []float64{0.5, 0.5}}}},
		"level beyond":    {Comparisons: []em.Comparison{c}, Patterns: []em.Pattern{{Levels: 3, Count: 1}}},
		"pattern beyond":  {Comparisons: []em.Comparison{c}, Patterns: []em.Pattern{{Levels: 0x11, Count: 1}}},
		"negative count":  {Comparisons: []em.Comparison{c}, Patterns: []em.Pattern{{Levels: 1, Count: -1}}},
		"count not known": {Comparisons: []em.Comparison{c}, Patterns: []em.Pattern{{Levels: 1, Count: math.NaN()}}},
	} {
		if _, err := em.Fit(p); !errors.Is(err, em.ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	w := simulate.Register(8000, 1)
	p := w.Problem(w.Pairs(2000), 1)
	p.Relatives = true
	for b.Loop() {
		if _, err := em.Fit(p); err != nil {
			b.Fatal(err)
		}
	}
}
