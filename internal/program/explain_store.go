package program

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// Explanation says for one person, clause by clause, how a version judges him
// with what is known now.
type Explanation struct {
	Person  id.Person
	Name    string
	Truth   rules.Truth
	Why     string
	Clauses []ClauseLine
}

// ClauseLine is a clause with where its value comes from.
type ClauseLine struct {
	rules.Line
	Sources []SourceNote // empty: the registry's own record
}

// SourceNote is a source and the day of what it states.
type SourceNote struct {
	Source string
	On     civil.Date
}

// Explain judges one family of scope by v as of day, without keeping anything:
// its head, or every member of a programme for persons.
func Explain(ctx context.Context, q db.Querier, scope region.Scope, v RuleVersion, family id.Family, day civil.Date, lang string) ([]Explanation, error) {
	p, err := ProgramByID(ctx, q, scope, v.Program)
	if err != nil {
		return nil, err
	}
	b, err := newBench(ctx, q, scope.Regency(), RuleProgram{p, v}, day)
	if err != nil {
		return nil, err
	}
	if b.census, err = loadHome(ctx, q, scope, family); err != nil {
		return nil, err
	}
	facts, err := evidence.FactsOf(ctx, q, scope, "", family)
	if err != nil {
		return nil, err
	}
	same, _, err := registry.Forwards(ctx, q, string(scope.Regency()))
	if err != nil {
		return nil, err
	}
	for i := range facts {
		facts[i].Person = same.Of(facts[i].Person)
	}
	f, err := registry.FamilyByID(ctx, q, scope, family)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(ctx, q, scope, b.census)
	if err != nil {
		return nil, err
	}
	var out []Explanation
	for _, c := range contend(b.census, p.Unit) {
		if c.soul < 0 {
			return nil, fault.NewConflict("program.family_empty")
		}
		b.world.subject(b.census, c.soul, c.home, &b.subject)
		verdict := b.compiled.Evaluate(&b.subject, day)
		e := Explanation{Person: b.census.souls[c.soul].id, Truth: verdict.Truth, Why: b.compiled.Why(verdict, &b.subject, day, lang)}
		e.Name = names[e.Person]
		for i, line := range b.compiled.Explain(&b.subject, day, lang) {
			e.Clauses = append(e.Clauses, ClauseLine{line, sourcesOf(b.compiled.Clause(i), e.Person, &f, facts)})
		}
		out = append(out, e)
	}
	return out, nil
}

func namesOf(ctx context.Context, q db.Querier, scope region.Scope, c *census) (map[id.Person]string, error) {
	ids := make([]id.Person, len(c.souls))
	for i := range c.souls {
		ids[i] = c.souls[i].id
	}
	people, err := registry.PeopleByID(ctx, q, region.NewScope(scope.Regency()), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Person]string, len(people))
	for k, p := range people {
		out[k] = p.Name
	}
	return out, nil
}

// sourcesOf names the sources behind the answer to a clause. A clause about
// one person cites what is said about him, one about the family everything.
func sourcesOf(c *rules.Clause, person id.Person, f *registry.Family, facts []evidence.Fact) []SourceNote {
	if c.Kind == rules.Desil && !f.RankedOn.IsZero() {
		return []SourceNote{{"dtsen", f.RankedOn}}
	}
	var out []SourceNote
	for _, x := range facts {
		if !x.Retracted.IsZero() || !concerns(c, &x) {
			continue
		}
		if c.Scope == rules.ScopePerson && x.Person != person || c.Kind == rules.Alive && x.Person != person {
			continue
		}
		note := SourceNote{x.Source, x.On}
		if !contains(out, note) {
			out = append(out, note)
		}
	}
	return out
}

// concerns reports whether a fact answers the question of a clause.
func concerns(c *rules.Clause, x *evidence.Fact) bool {
	switch c.Kind {
	case rules.Alive:
		return x.Kind == evidence.Death
	case rules.Fact, rules.FactNot:
		return contains(c.Facts, string(x.Kind))
	case rules.Receives, rules.ReceivesNot:
		named := contains(c.Programs, x.Value) || contains(c.Programs, rules.AnyProgram) && !contains(c.Except, x.Value)
		return x.Kind == evidence.Receives && named
	}
	return false
}

// Sentences prints the rules of v as numbered sentences for screen and decree.
func Sentences(ctx context.Context, q db.Querier, regency string, v RuleVersion, lang string) ([]rules.Line, error) {
	vocab, err := Vocabulary(ctx, q, regency)
	if err != nil {
		return nil, err
	}
	c, err := rules.Compile(v.Rules, vocab)
	if err != nil {
		return nil, err
	}
	return c.Sentences(lang), nil
}

// RankingSentences prints the order, quota and draw of v.
func RankingSentences(v RuleVersion, lang string) []string { return v.Spec.Sentences(lang, areaName) }
