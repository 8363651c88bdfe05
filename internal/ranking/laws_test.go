package ranking

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tepat/internal/money"
	"tepat/internal/region"
)

var villages = []region.Code{"", "2103992001", "2103992002", "2103982001", "7203992001"}

func drawCandidates(t *rapid.T, keys int) []Candidate {
	n := rapid.IntRange(0, 14).Draw(t, "candidates")
	values := rapid.OneOf(rapid.Int64Range(0, 3), rapid.SampledFrom([]int64{math.MinInt64, -1, math.MaxInt64}))
	same := rapid.Bool().Draw(t, "equal costs")
	out := make([]Candidate, n)
	for i := range out {
		c := Candidate{ID: fmt.Sprint("id-", i), Village: rapid.SampledFrom(villages).Draw(t, "village"), Cost: 10}
		for k := range keys {
			c.Keys = append(c.Keys, values.Draw(t, "key"))
			if rapid.IntRange(0, 5).Draw(t, "known") == 0 {
				c.Missing |= 1 << k
			}
		}
		if !same {
			c.Cost = money.Rupiah(rapid.IntRange(0, 20).Draw(t, "cost"))
		}
		out[i] = c
	}
	return out
}

func drawSpec(t *rapid.T, floors, budget bool) Spec {
	s := Spec{Quota: rapid.IntRange(0, 10).Draw(t, "quota"), Reserve: rapid.IntRange(0, 5).Draw(t, "reserve"), Seed: rapid.StringMatching("[a-z]{1,4}").Draw(t, "seed")}
	for k := range rapid.IntRange(0, 3).Draw(t, "keys") {
		order := rapid.SampledFrom([]Direction{Ascending, Descending}).Draw(t, "order")
		s.Keys = append(s.Keys, KeySpec{Name: fmt.Sprint("k", k), Order: order, Missing: MissingAfter})
	}
	if budget && rapid.Bool().Draw(t, "with budget") {
		s.Budget = money.Rupiah(rapid.IntRange(1, 120).Draw(t, "budget"))
	}
	for _, area := range []region.Code{"21", "2103", "210399", "2103992001", "210398", "7203"} {
		if floors && rapid.IntRange(0, 2).Draw(t, "floor") == 0 {
			s.Floors = append(s.Floors, Floor{area, rapid.IntRange(1, 4).Draw(t, "min")})
		}
	}
	if s.Validate() != nil {
		s.Floors = nil
	}
	return s
}

func drawn(t *rapid.T, s Spec, cs []Candidate) *Result {
	r, err := Rank(s, cs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(r *Result, states ...State) []string {
	var out []string
	for _, p := range r.Places {
		if len(states) == 0 || slices.Contains(states, p.State) {
			out = append(out, p.ID)
		}
	}
	return out
}

func TestRankingIsAPermutationWithinItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, true)
		cs := drawCandidates(t, len(s.Keys))
		r := drawn(t, s, cs)
		want := make([]string, len(cs))
		for i, c := range cs {
			want[i] = c.ID
		}
		if !slices.Equal(slices.Sorted(slices.Values(ids(r))), slices.Sorted(slices.Values(want))) {
			t.Fatal("somebody is lost or doubled")
		}
		in, spent := 0, money.Rupiah(0)
		for i, p := range r.Places {
			if p.Rank != i+1 || p.State == Out || (p.State == Reserve) != (p.ReserveNo > 0) {
				t.Fatalf("place %+v", p)
			}
			if p.State == In {
				in++
				spent += p.Cost
			}
		}
		if in > s.Quota || in != r.In || spent != r.Spent || (s.Budget > 0 && spent > s.Budget) {
			t.Fatalf("%d of %d in, %d of %d spent", in, s.Quota, spent, s.Budget)
		}
		if want := min(s.Reserve, len(cs)-in); len(ids(r, Reserve)) != want {
			t.Fatalf("reserve of %d, want %d", len(ids(r, Reserve)), want)
		}
		if s.Budget == 0 && in != min(s.Quota, len(cs)) {
			t.Fatal("places are left while people wait")
		}
	})
}

func TestInputOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, true)
		cs := drawCandidates(t, len(s.Keys))
		r := drawn(t, s, cs)
		again := drawn(t, s, rapid.Permutation(cs).Draw(t, "shuffled"))
		if d := cmp.Diff(r, again, cmpopts.IgnoreUnexported(Result{})); d != "" {
			t.Fatal(d)
		}
	})
}

// Without a budget every floor is met as far as its area has candidates; and
// nobody without a floor is in above somebody better of no protected area.
func TestFloorsHoldWhenTheyCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, false)
		cs := drawCandidates(t, len(s.Keys))
		r := drawn(t, s, cs)
		for _, f := range r.Floors {
			n, in := 0, 0
			for _, p := range r.Places {
				if f.Area.Contains(p.Village) {
					n++
					if p.State == In {
						in++
					}
				}
			}
			if n != f.Candidates || in != f.In || in < min(f.Min, n) || !f.Met() {
				t.Fatalf("floor %+v has %d in of %d", f, in, n)
			}
		}
		for i, p := range r.Places {
			if p.State == In || i >= r.Line {
				continue
			}
			t.Fatalf("%s stands above the line %d and is not in", p.ID, r.Line)
		}
	})
}

// Exchanging one who is in by a floor for a better one left out always breaks
// a floor: the choice is the best possible.
func TestFloorsDisplaceNobodyNeedlessly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, false)
		r := drawn(t, s, drawCandidates(t, len(s.Keys)))
		for i, low := range r.Places {
			for _, high := range r.Places[:i] {
				if low.State != In || high.State == In {
					continue
				}
				broken := slices.ContainsFunc(r.Floors, func(f FloorResult) bool {
					return f.In == min(f.Min, f.Candidates) && f.Area.Contains(low.Village) && !f.Area.Contains(high.Village)
				})
				if !broken {
					t.Fatalf("%s could give place to %s", low.ID, high.ID)
				}
			}
		}
	})
}

func better(t *rapid.T, s Spec, c Candidate) Candidate {
	k := rapid.IntRange(0, len(s.Keys)-1).Draw(t, "better in")
	c.Keys = slices.Clone(c.Keys)
	switch v := &c.Keys[k]; {
	case c.Missing>>k&1 != 0:
		c.Missing &^= 1 << k // learning a value never harms
	case s.Keys[k].Order == Ascending && *v > math.MinInt64:
		*v -= 1
	case s.Keys[k].Order == Descending && *v < math.MaxInt64:
		*v += 1
	}
	return c
}

func TestABetterKeyNeverHarms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, false)
		cs := drawCandidates(t, len(s.Keys))
		if len(cs) == 0 || len(s.Keys) == 0 {
			return
		}
		i := rapid.IntRange(0, len(cs)-1).Draw(t, "who")
		find := func(r *Result) Place {
			return r.Places[slices.IndexFunc(r.Places, func(p Place) bool { return p.ID == cs[i].ID })]
		}
		before := find(drawn(t, s, cs))
		cs[i] = better(t, s, cs[i])
		after := find(drawn(t, s, cs))
		if after.Rank > before.Rank || (before.State == In && after.State != In) {
			t.Fatalf("from %d %s to %d %s", before.Rank, before.State, after.Rank, after.State)
		}
	})
}

func TestQuotaAndFloorsDoNotChangeTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, true)
		cs := drawCandidates(t, len(s.Keys))
		other := s
		other.Quota, other.Floors, other.Budget, other.Reserve = rapid.IntRange(0, 20).Draw(t, "other quota"), nil, 0, 9
		if !slices.Equal(ids(drawn(t, s, cs)), ids(drawn(t, other, cs))) {
			t.Fatal("the order changed")
		}
	})
}

// Without floors and budget, whatever the drops and their grouping, those who
// are in are the first of the list and reserve who are not out.
func TestReplacementKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, false, false)
		first := drawn(t, s, drawCandidates(t, len(s.Keys)))
		listed := ids(first, In, Reserve)
		r, out := first, []string{}
		for range rapid.IntRange(0, 3).Draw(t, "rounds") {
			drop := []string{}
			for _, id := range ids(r, In, Reserve, Below) {
				if rapid.IntRange(0, 3).Draw(t, "drop") == 0 {
					drop = append(drop, id)
				}
			}
			next, err := r.Replace(rapid.Permutation(drop).Draw(t, "any order"))
			if err != nil {
				t.Fatal(err)
			}
			r, out = next, append(out, drop...)
		}
		want := slices.DeleteFunc(listed, func(id string) bool { return slices.Contains(out, id) })
		want = want[:min(first.In, len(want))]
		if d := cmp.Diff(want, ids(r, In), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		if !slices.Equal(ids(first), ids(r)) || r.In != len(want) {
			t.Fatal("a replacement changed the order")
		}
	})
}

// With floors and budget too, limits hold after drops, a floor is not left
// unmet while the reserve could meet it, and the whole can be replayed.
func TestReplacementKeepsLimitsAndReplays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t, true, true)
		first := drawn(t, s, drawCandidates(t, len(s.Keys)))
		var drop []string
		for _, id := range ids(first, In, Reserve) {
			if rapid.IntRange(0, 3).Draw(t, "drop") == 0 {
				drop = append(drop, id)
			}
		}
		r, err := first.Replace(drop)
		if err != nil {
			t.Fatal(err)
		}
		if r.In > first.In || (s.Budget > 0 && r.Spent > s.Budget) {
			t.Fatalf("%d in, %d spent", r.In, r.Spent)
		}
		for i, f := range r.Floors {
			able := func(p Place) bool { return p.State == Reserve && f.Area.Contains(p.Village) }
			if s.Budget == 0 && f.In < min(f.Min, first.Floors[i].In) && slices.ContainsFunc(r.Places, able) {
				t.Fatalf("floor %+v is not met, though a reserve could", f)
			}
		}
		var text bytes.Buffer
		if _, err := r.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		again, err := Replay(text.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, text.String())
		}
		if d := cmp.Diff(r, again, cmpopts.IgnoreUnexported(Result{}), cmpopts.EquateEmpty(), cmp.Transformer("known", onlyKnown)); d != "" {
			t.Fatal(d)
		}
	})
}

// onlyKnown forgets values that are marked missing; the text does not hold them.
func onlyKnown(c Candidate) string {
	s := fmt.Sprint(c.ID, c.Village, c.Cost, c.Missing)
	for k, v := range c.Keys {
		if c.Missing>>k&1 == 0 {
			s += fmt.Sprint(" ", v)
		}
	}
	return s
}

// Any change to the text is found: a byte altered, a line left out or doubled.
func TestReplayFindsEveryChange(t *testing.T) {
	r := ranked(t, rule(3, 2), people())
	r, err := r.Replace([]string{"samsudin"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	text := b.Bytes()
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i := range lines[:len(lines)-1] {
		cut := bytes.Join(slices.Concat(lines[:i], lines[i+1:]), nil)
		if _, err := Replay(cut); err == nil && !bytes.HasPrefix(lines[i], []byte("drop")) && i < len(lines)-3 {
			t.Errorf("line %d left out, not found", i+1)
		}
		double := bytes.Join(slices.Concat(lines[:i+1], lines[i:]), nil)
		if _, err := Replay(double); err == nil {
			t.Errorf("line %d doubled, not found", i+1)
		}
	}
	whole, err := r.Digest()
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		changed := slices.Clone(text)
		changed[i] ^= 1
		again, err := Replay(changed)
		if err != nil {
			continue
		}
		// A consistent forgery (another cost, another seed) gives another digest.
		if d, err := again.Digest(); err != nil || d == whole {
			t.Errorf("byte %d changed, same digest", i)
		}
	}
}
