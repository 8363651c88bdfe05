package rules

import (
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/region"
)

func ptr(n int) *int { return &n }

// ask compiles a rule set of one clause and returns its raw truth.
func ask(t *testing.T, cl Clause, s Subject) Truth {
	t.Helper()
	cl.ID = "c"
	c := compiled(t, RuleSet{Unit: Person, Require: []Clause{cl}})
	return c.Evaluate(&s, decreeDay).Raw
}

func with(change func(*Subject)) Subject {
	var s Subject
	change(&s)
	return s
}

func TestEveryClause(t *testing.T) {
	age := Clause{Kind: Age, Min: ptr(60), Max: ptr(69)}
	newYear := Clause{Kind: Age, Min: ptr(60), At: civil.Date{Year: 2026, Month: time.January, Day: 1}}
	desil := Clause{Kind: Desil, Min: ptr(1), Max: ptr(5)}
	home := Clause{Kind: Domicile, Areas: []region.Code{"210399", "2103982001"}}
	pkhOwn := Clause{Kind: Receives, Programs: []string{"pkh"}, Scope: ScopePerson}
	pkhFamily := Clause{Kind: Receives, Programs: []string{"pkh"}, Scope: ScopeFamily}
	noAid := Clause{Kind: ReceivesNot, Programs: []string{AnyProgram}, Except: []string{"lansia"}, Scope: ScopePerson}
	retired := Clause{Kind: FactNot, Facts: []string{"pension", "asn"}, Scope: ScopePerson}
	born := func(first, last string) Subject {
		return Subject{Birth: date(first), BirthLast: date(last)}
	}
	tests := []struct {
		name string
		cl   Clause
		s    Subject
		want Truth
	}{
		{"age inside", age, born("1960-01-01", ""), Yes},
		{"age lowest", age, born("1965-08-01", ""), Yes},
		{"age a day short", age, born("1965-08-02", ""), No},
		{"age above", age, born("1955-08-01", ""), No},
		{"age unknown", age, born("", ""), Unknown},
		{"born after the decree", age, born("2026-01-01", ""), Unknown},
		{"year known, inside all year", age, born("1960-01-01", "1960-12-31"), Yes},
		{"year known, outside all year", age, born("1970-01-01", "1970-12-31"), No},
		{"year known, on the edge", age, born("1965-01-01", "1965-12-31"), Unknown},
		{"stretch upside down", age, born("1960-12-31", "1955-01-01"), Unknown},
		{"age on a fixed day", newYear, born("1965-12-31", ""), Yes},
		{"member: nobody known", Clause{Kind: MemberAge, Max: ptr(6)}, Subject{}, Unknown},
		{"member: no members", Clause{Kind: MemberAge, Max: ptr(6)}, Subject{Members: []civil.Date{}}, No},
		{"member: one fits", Clause{Kind: MemberAge, Max: ptr(6)}, Subject{Members: []civil.Date{{}, date("2022-01-01")}}, Yes},
		{"member: one unknown", Clause{Kind: MemberAge, Max: ptr(6)}, Subject{Members: []civil.Date{{}, date("1980-01-01")}}, Unknown},
		{"desil 1", desil, Subject{Desil: 1, DesilState: DesilRanked}, Yes},
		{"desil 5", desil, Subject{Desil: 5, DesilState: DesilRanked}, Yes},
		{"desil 6", desil, Subject{Desil: 6, DesilState: DesilRanked}, No},
		{"desil 0 is no desil", desil, Subject{Desil: 0, DesilState: DesilRanked}, Unknown},
		{"desil 11 is no desil", desil, Subject{Desil: 11, DesilState: DesilRanked}, Unknown},
		{"desil unranked", desil, Subject{Desil: 3, DesilState: DesilUnranked}, Unknown},
		{"desil absent", desil, Subject{Desil: 3}, Unknown},
		{"lives inside", home, Subject{Village: "2103992001"}, Yes},
		{"lives in the named village", home, Subject{Village: "2103982001"}, Yes},
		{"lives outside", home, Subject{Village: "2103972001"}, No},
		{"only the kecamatan around is known", home, Subject{Village: "210398"}, Unknown},
		{"domicile unknown", home, Subject{}, Unknown},
		{"domicile damaged", home, Subject{Village: "21039"}, Unknown},
		{"desa", Clause{Kind: InDesa}, Subject{Village: "2103992001"}, Yes},
		{"kelurahan", Clause{Kind: InDesa}, Subject{Village: "2103991001"}, No},
		{"kecamatan only", Clause{Kind: InDesa}, Subject{Village: "210399"}, Unknown},
		{"alive", Clause{Kind: Alive}, Subject{Alive: Yes}, Yes},
		{"dead", Clause{Kind: Alive}, Subject{Alive: No}, No},
		{"alive unknown", Clause{Kind: Alive}, Subject{}, Unknown},
		{"receives", pkhOwn, with(func(s *Subject) { s.Receives.Set(0, Yes) }), Yes},
		{"receives another", pkhOwn, with(func(s *Subject) { s.Receives.Set(0, No); s.Receives.Set(1, Yes) }), No},
		{"receipt unknown", pkhOwn, Subject{}, Unknown},
		{"family's receipt is not one's own", pkhOwn, with(func(s *Subject) { s.FamilyReceives.Set(0, Yes) }), Unknown},
		{"one's own receipt is the family's", pkhFamily, with(func(s *Subject) { s.Receives.Set(0, Yes); s.FamilyReceives.Set(0, No) }), Yes},
		{"family receives", pkhFamily, with(func(s *Subject) { s.FamilyReceives.Set(0, Yes) }), Yes},
		{"no aid at all", noAid, with(func(s *Subject) { s.Receives.Fill(3, No) }), Yes},
		{"only the excepted aid", noAid, with(func(s *Subject) { s.Receives.Fill(2, No); s.Receives.Set(2, Yes) }), Yes},
		{"some aid", noAid, with(func(s *Subject) { s.Receives.Set(1, Yes) }), No},
		{"one aid unknown", noAid, with(func(s *Subject) { s.Receives.Set(0, No) }), Unknown},
		{"no pension, not ASN", retired, with(func(s *Subject) { s.Facts.Fill(2, No) }), Yes},
		{"ASN", retired, with(func(s *Subject) { s.Facts.Set(1, Yes) }), No},
		{"pension unknown", retired, with(func(s *Subject) { s.Facts.Set(1, No) }), Unknown},
		{"has a fact", Clause{Kind: Fact, Facts: []string{"dtks"}, Scope: ScopeFamily}, with(func(s *Subject) { s.FamilyFacts.Set(2, Yes) }), Yes},
		{"component", Clause{Kind: Component, Components: []string{"elderly"}}, with(func(s *Subject) { s.Components.Set(0, Yes) }), Yes},
		{"component absent", Clause{Kind: Component, Components: []string{"elderly"}}, with(func(s *Subject) { s.Components.Set(0, No) }), No},
		{"sex", Clause{Kind: Sex, Sex: "P"}, Subject{Sex: "P"}, Yes},
		{"other sex", Clause{Kind: Sex, Sex: "P"}, Subject{Sex: "L"}, No},
		{"sex unknown", Clause{Kind: Sex, Sex: "P"}, Subject{}, Unknown},
		{"head", Clause{Kind: Head}, Subject{Head: Yes}, Yes},
		{"not head", Clause{Kind: Head}, Subject{Head: No}, No},
	}
	asked := map[Kind]bool{All: true, Any: true}
	for _, tt := range tests {
		asked[tt.cl.Kind] = true
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(t, tt.cl, tt.s); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	for k := range allowed {
		if !asked[k] {
			t.Errorf("kind %s has no row", k)
		}
	}
}

func TestProblemsAreFound(t *testing.T) {
	alive := Clause{ID: "hidup", Kind: Alive}
	req := func(cs ...Clause) RuleSet { return RuleSet{Unit: Person, Require: cs} }
	deep := Clause{ID: "g1", Kind: All, Clauses: []Clause{{ID: "g2", Kind: Any, Clauses: []Clause{{ID: "g3", Kind: All, Clauses: []Clause{alive}}}}}}
	pkh := func(id string, k Kind) Clause {
		return Clause{ID: id, Kind: k, Programs: []string{"pkh"}, Scope: ScopePerson}
	}
	many := make([]Clause, 65)
	for i := range many {
		many[i] = Clause{ID: "c" + letter(i), Kind: Alive}
	}
	tests := []struct {
		name, key, field string
		rs               RuleSet
	}{
		{"no unit", "rules.unit", "", RuleSet{Require: []Clause{alive}}},
		{"no condition", "rules.empty", "", RuleSet{Unit: Family}},
		{"future format", "rules.format", "", RuleSet{Format: 2, Unit: Person, Require: []Clause{alive}}},
		{"too many", "rules.too_many", "", req(many...)},
		{"kind", "rules.unknown_kind", "x", req(Clause{ID: "x", Kind: "height"})},
		{"foreign field", "rules.foreign_field", "x", req(Clause{ID: "x", Kind: Alive, Min: ptr(3)})},
		{"policy on a group", "rules.foreign_field", "x", req(Clause{ID: "x", Kind: All, IfUnknown: Fail, Clauses: []Clause{alive}})},
		{"policy word", "rules.if_unknown", "x", req(Clause{ID: "x", Kind: Alive, IfUnknown: "maybe"})},
		{"id", "rules.id", "Usia 1", req(Clause{ID: "Usia 1", Kind: Alive})},
		{"id twice", "rules.id_twice", "hidup", req(alive, alive)},
		{"too deep", "rules.too_deep", "g3", req(deep)},
		{"empty group", "rules.group_empty", "x", req(Clause{ID: "x", Kind: Any, Clauses: []Clause{}})},
		{"no limit", "rules.no_limit", "x", req(Clause{ID: "x", Kind: Age})},
		{"age", "rules.age_range", "x", req(Clause{ID: "x", Kind: Age, Min: ptr(-1)})},
		{"desil 0", "rules.desil_range", "x", req(Clause{ID: "x", Kind: Desil, Min: ptr(0), Max: ptr(5)})},
		{"desil 11", "rules.desil_range", "x", req(Clause{ID: "x", Kind: Desil, Max: ptr(11)})},
		{"min above max", "rules.min_above_max", "x", req(Clause{ID: "x", Kind: Age, Min: ptr(70), Max: ptr(60)})},
		{"no day", "rules.at", "x", req(Clause{ID: "x", Kind: Age, Min: ptr(70), At: civil.Date{Year: 2025, Month: 2, Day: 30}})},
		{"no area", "rules.area_empty", "x", req(Clause{ID: "x", Kind: Domicile})},
		{"bad area", "rules.area", "x", req(Clause{ID: "x", Kind: Domicile, Areas: []region.Code{"21.03"}})},
		{"any and one", "rules.any_program", "x", req(Clause{ID: "x", Kind: ReceivesNot, Programs: []string{"*", "pkh"}, Scope: ScopePerson})},
		{"except without any", "rules.any_program", "x", req(Clause{ID: "x", Kind: ReceivesNot, Programs: []string{"pkh"}, Except: []string{"lansia"}, Scope: ScopePerson})},
		{"no programme", "rules.nothing_named", "x", req(Clause{ID: "x", Kind: Receives, Scope: ScopePerson})},
		{"programme twice", "rules.code", "x", req(Clause{ID: "x", Kind: Receives, Programs: []string{"pkh", "pkh"}, Scope: ScopePerson})},
		{"no scope", "rules.scope", "x", req(Clause{ID: "x", Kind: Receives, Programs: []string{"pkh"}})},
		{"sex", "rules.sex", "x", req(Clause{ID: "x", Kind: Sex, Sex: "X"})},
		{"ages apart", "rules.nobody_passes", "b", req(Clause{ID: "a", Kind: Age, Max: ptr(6)}, Clause{ID: "b", Kind: Age, Min: ptr(60)})},
		{"desil required and rejected", "rules.nobody_passes", "b", RuleSet{Unit: Person,
			Require: []Clause{{ID: "a", Kind: Desil, Max: ptr(3)}}, Reject: []Clause{{ID: "b", Kind: Desil, Max: ptr(5)}}}},
		{"areas apart", "rules.nobody_passes", "b", req(Clause{ID: "a", Kind: Domicile, Areas: []region.Code{"2103"}}, Clause{ID: "b", Kind: Domicile, Areas: []region.Code{"7203"}})},
		{"area required and rejected", "rules.nobody_passes", "b", RuleSet{Unit: Person,
			Require: []Clause{{ID: "a", Kind: Domicile, Areas: []region.Code{"210399"}}}, Reject: []Clause{{ID: "b", Kind: Domicile, Areas: []region.Code{"2103"}}}}},
		{"both sexes", "rules.nobody_passes", "b", req(Clause{ID: "a", Kind: Sex, Sex: "L"}, Clause{ID: "b", Kind: Sex, Sex: "P"})},
		{"receives and not", "rules.nobody_passes", "b", req(pkh("a", Receives), pkh("b", ReceivesNot))},
		{"receives and rejected", "rules.nobody_passes", "b", RuleSet{Unit: Person, Require: []Clause{pkh("a", Receives)}, Reject: []Clause{pkh("b", Receives)}}},
		{"alive required and rejected", "rules.nobody_passes", "b", RuleSet{Unit: Person, Require: []Clause{alive}, Reject: []Clause{{ID: "b", Kind: Alive}}}},
		{"no branch possible", "rules.nobody_passes", "g", req(Clause{ID: "a", Kind: Age, Min: ptr(60)},
			Clause{ID: "g", Kind: Any, Clauses: []Clause{{ID: "b", Kind: Age, Max: ptr(6)}, {ID: "c", Kind: All, Clauses: []Clause{{ID: "d", Kind: Age, Max: ptr(10)}, alive}}}})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := tt.rs.Problems()
			if len(p) == 0 {
				t.Fatalf("nothing found, want %s", tt.key)
			}
			if p[0].Key != tt.key || p[0].Field != tt.field {
				t.Errorf("found %s at %q, want %s at %q", p[0].Key, p[0].Field, tt.key, tt.field)
			}
			if tt.rs.Validate() == nil {
				t.Error("Validate is silent")
			}
		})
	}
}

func TestPossibleRuleSetsAreAccepted(t *testing.T) {
	possible := []RuleSet{
		{Unit: Person, Require: []Clause{{ID: "a", Kind: Domicile, Areas: []region.Code{"2103"}}}, Reject: []Clause{{ID: "b", Kind: Domicile, Areas: []region.Code{"210399"}}}},
		{Unit: Person, Require: []Clause{{ID: "a", Kind: Age, Min: ptr(60)}, {ID: "b", Kind: Age, Max: ptr(59), At: date("2020-01-01")}}},
		{Unit: Person, Require: []Clause{{ID: "a", Kind: Receives, Programs: []string{"pkh", "sembako"}, Scope: ScopePerson}, {ID: "b", Kind: ReceivesNot, Programs: []string{"pkh"}, Scope: ScopePerson}}},
		{Unit: Person, Require: []Clause{{ID: "a", Kind: Receives, Programs: []string{"pkh"}, Scope: ScopeFamily}, {ID: "b", Kind: ReceivesNot, Programs: []string{"pkh"}, Scope: ScopePerson}}},
		{Unit: Person, Require: []Clause{{ID: "a", Kind: Desil, Max: ptr(5)}}, Reject: []Clause{{ID: "b", Kind: Desil, Min: ptr(5)}}},
	}
	for i, rs := range possible {
		if err := rs.Validate(); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestCompileKnowsItsVocabulary(t *testing.T) {
	tests := map[string]Clause{
		"rules.unknown_program":   {ID: "x", Kind: Receives, Programs: []string{"prakerja"}, Scope: ScopePerson},
		"rules.unknown_fact":      {ID: "x", Kind: Fact, Facts: []string{"boat"}, Scope: ScopePerson},
		"rules.unknown_component": {ID: "x", Kind: Component, Components: []string{"infant"}},
	}
	for key, cl := range tests {
		_, err := Compile(RuleSet{Unit: Person, Require: []Clause{cl}}, vocabulary())
		expectKey(t, err, key)
	}
	_, err := Compile(RuleSet{Unit: Person, Require: []Clause{{ID: "x", Kind: Alive}}}, Vocabulary{Facts: make([]Term, MaxTerms+1)})
	expectKey(t, err, "rules.vocabulary")
}
