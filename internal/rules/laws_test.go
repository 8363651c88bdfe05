package rules

import (
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
)

var anyTruth = rapid.SampledFrom([]Truth{No, Unknown, Yes})

func TestKleeneLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyTruth.Draw(t, "a"), anyTruth.Draw(t, "b"), anyTruth.Draw(t, "c")
		laws := map[string]bool{
			"and commutes":        a.And(b) == b.And(a),
			"or commutes":         a.Or(b) == b.Or(a),
			"and associates":      a.And(b).And(c) == a.And(b.And(c)),
			"or associates":       a.Or(b).Or(c) == a.Or(b.Or(c)),
			"and distributes":     a.And(b.Or(c)) == a.And(b).Or(a.And(c)),
			"or distributes":      a.Or(b.And(c)) == a.Or(b).And(a.Or(c)),
			"de morgan":           a.And(b).Not() == a.Not().Or(b.Not()),
			"double negation":     a.Not().Not() == a,
			"absorption":          a.And(a.Or(b)) == a,
			"yes is neutral":      a.And(Yes) == a && a.Or(No) == a,
			"no settles and":      a.And(No) == No && a.Or(Yes) == Yes,
			"unknown is no guess": Unknown.Not() == Unknown && Unknown.Or(Unknown.Not()) == Unknown,
		}
		for law, holds := range laws {
			if !holds {
				t.Fatalf("%s fails for %v %v %v", law, a, b, c)
			}
		}
	})
}

// drawLeaf draws a clause that Validate accepts.
func drawLeaf(t *rapid.T, id string, policies []IfUnknown) Clause {
	c := Clause{ID: id, IfUnknown: rapid.SampledFrom(policies).Draw(t, "policy")}
	c.Kind = rapid.SampledFrom([]Kind{Age, MemberAge, Desil, Domicile, InDesa, Alive, Receives, ReceivesNot, Fact, FactNot, Component, Sex, Head}).Draw(t, "kind")
	scope := rapid.SampledFrom([]Scope{ScopePerson, ScopeFamily})
	switch c.Kind {
	case Age, MemberAge:
		c.Min = ptr(rapid.IntRange(0, 80).Draw(t, "min"))
	case Desil:
		c.Max = ptr(rapid.IntRange(1, 10).Draw(t, "max"))
	case Domicile:
		c.Areas = []region.Code{rapid.SampledFrom([]region.Code{"21", "2103", "210399", "2103992001", "7203"}).Draw(t, "area")}
	case Receives, ReceivesNot:
		c.Programs, c.Scope = []string{rapid.SampledFrom([]string{"pkh", "sembako", "*"}).Draw(t, "programme")}, scope.Draw(t, "scope")
	case Fact, FactNot:
		c.Facts, c.Scope = []string{rapid.SampledFrom([]string{"pension", "asn"}).Draw(t, "fact")}, scope.Draw(t, "scope")
	case Component:
		c.Components = []string{"elderly"}
	case Sex:
		c.Sex = "P"
	}
	return c
}

// drawRules draws a rule set with groups; impossible ones are drawn again.
func drawRules(t *rapid.T, policies []IfUnknown) RuleSet {
	next := 0
	var list func(depth, least int) []Clause
	list = func(depth, least int) []Clause {
		out := []Clause{}
		for range rapid.IntRange(least, 3).Draw(t, "n") {
			next++
			id := "c" + letter(next)
			if depth < maxDepth && rapid.IntRange(0, 3).Draw(t, "group") == 0 {
				out = append(out, Clause{ID: id, Kind: rapid.SampledFrom([]Kind{All, Any}).Draw(t, "join"), Clauses: list(depth+1, 1)})
				continue
			}
			out = append(out, drawLeaf(t, id, policies))
		}
		return out
	}
	rs := RuleSet{Unit: Person, Require: list(0, 1), Reject: list(0, 0)}
	if rs.Validate() != nil {
		t.Skip("impossible rules")
	}
	return rs
}

func drawSubject(t *rapid.T) Subject {
	s := Subject{
		Birth:      rapid.SampledFrom([]civil.Date{{}, date("1940-05-05"), date("1965-08-01"), date("2020-02-29")}).Draw(t, "birth"),
		Desil:      rapid.IntRange(0, 10).Draw(t, "desil"),
		DesilState: rapid.SampledFrom([]DesilState{DesilAbsent, DesilUnranked, DesilRanked}).Draw(t, "state"),
		Village:    rapid.SampledFrom([]region.Code{"", "21", "2103", "210399", "2103992001", "2103991001", "7203992001"}).Draw(t, "village"),
		Alive:      anyTruth.Draw(t, "alive"), Head: anyTruth.Draw(t, "head"),
	}
	if rapid.Bool().Draw(t, "sex known") {
		s.Sex = "P"
	}
	if rapid.Bool().Draw(t, "members known") {
		s.Members = []civil.Date{s.Birth}
	}
	for _, set := range []*Truths{&s.Receives, &s.FamilyReceives, &s.Facts, &s.FamilyFacts, &s.Components} {
		for i := range 3 {
			set.Set(i, anyTruth.Draw(t, "truth"))
		}
	}
	return s
}

// learn returns s with every unknown value replaced by some known one.
func learn(t *rapid.T, s Subject) Subject {
	if s.Birth.IsZero() {
		s.Birth = rapid.SampledFrom([]civil.Date{date("1930-01-01"), date("1970-01-01"), date("2024-01-01")}).Draw(t, "learnt birth")
		if s.Members != nil {
			s.Members = []civil.Date{s.Birth}
		}
	}
	if s.DesilState != DesilRanked || s.Desil == 0 {
		s.DesilState, s.Desil = DesilRanked, rapid.IntRange(1, 10).Draw(t, "learnt desil")
	}
	if len(s.Village) < 10 {
		s.Village += region.Code("2103992001"[len(s.Village):])
	}
	if s.Members == nil {
		s.Members = []civil.Date{s.Birth}
	}
	if s.Sex == "" {
		s.Sex = rapid.SampledFrom([]nik.Sex{"L", "P"}).Draw(t, "learnt sex")
	}
	known := rapid.SampledFrom([]Truth{No, Yes})
	for _, v := range []*Truth{&s.Alive, &s.Head} {
		if !v.Known() {
			*v = known.Draw(t, "learnt")
		}
	}
	for _, set := range []*Truths{&s.Receives, &s.FamilyReceives, &s.Facts, &s.FamilyFacts, &s.Components} {
		for i := range 3 {
			if !set.At(i).Known() {
				set.Set(i, known.Draw(t, "learnt"))
			}
		}
	}
	return s
}

// Unknown is never silently in or out: a verdict reached by fact survives
// whatever is learnt later, with everything known nothing is left unknown, and
// where a policy decided, Raw says so.
func TestLearningNeverContradictsADecidedVerdict(t *testing.T) {
	policies := map[string][]IfUnknown{"review only": {"", Review}, "all policies": {"", Review, Pass, Fail}}
	for name, allowed := range policies {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c, err := Compile(drawRules(t, allowed), vocabulary())
				if err != nil {
					t.Fatal(err)
				}
				s := drawSubject(t)
				full := learn(t, s)
				before, after := c.Evaluate(&s, decreeDay), c.Evaluate(&full, decreeDay)
				if before.Raw.Known() && (after.Raw != before.Raw || before.Truth != before.Raw) {
					t.Fatalf("%v became %v", before, after)
				}
				if !after.Raw.Known() || after.Open != 0 {
					t.Fatalf("all is known, verdict %v", after)
				}
				if len(allowed) == 2 && before.Truth != before.Raw {
					t.Fatalf("no policy, yet %v is not %v", before.Truth, before.Raw)
				}
				if before.Raw == Unknown && before.Open == 0 {
					t.Fatal("unknown, but nothing is left open")
				}
			})
		})
	}
}

// Explain agrees with Evaluate, and the deciding clause is the reason it claims.
func TestExplanationAgreesWithTheVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := Compile(drawRules(t, []IfUnknown{"", Pass, Fail}), vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		s := drawSubject(t)
		v := c.Evaluate(&s, decreeDay)
		lines, all := c.Explain(&s, decreeDay, "id"), Yes
		for _, l := range lines {
			if l.Depth == 0 {
				all = all.And(l.Truth)
			}
		}
		if all != v.Truth {
			t.Fatalf("lines say %v, verdict %v", all, v.Truth)
		}
		if v.Deciding == Undecided {
			if v.Truth != Yes {
				t.Fatalf("%v without a deciding clause", v.Truth)
			}
			return
		}
		if l := lines[v.Deciding]; l.Truth != v.Truth || l.Depth != 0 {
			t.Fatalf("decided by %+v, verdict %v", l, v.Truth)
		}
	})
}

// What contradictions reports as impossible is passed by nobody drawn.
func TestImpossibleMeansImpossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawLeaf(t, "a", []IfUnknown{""}), drawLeaf(t, "b", []IfUnknown{""})
		rs := RuleSet{Unit: Person, Require: []Clause{a}, Reject: []Clause{b}}
		if rapid.Bool().Draw(t, "both required") {
			rs = RuleSet{Unit: Person, Require: []Clause{a, b}}
		}
		if rs.Validate() == nil {
			return
		}
		c := &Compiled{unit: rs.Unit, vocab: vocabulary()}
		if c.add(rs.Require, false, 0) != nil || c.add(rs.Reject, true, 0) != nil {
			t.Skip("vocabulary")
		}
		s := learn(t, drawSubject(t))
		if v := c.Evaluate(&s, decreeDay); v.Raw == Yes {
			t.Fatalf("called impossible, but %+v passes %+v", s, rs)
		}
	})
}
