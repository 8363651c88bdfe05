package evidence

import (
	"context"
	"fmt"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// insert stores new facts and completes them in place.
func insert(ctx context.Context, tx *db.Tx, facts []Fact) error {
	ids, rows := make([]string, len(facts)), make([][]any, len(facts))
	for n := range facts {
		f := &facts[n]
		if err := f.Check(); err != nil {
			return intake.AtRows(err, f.Row)
		}
		f.ID, f.At, f.By, f.ByName = id.Fact(tx.NewID()), tx.Now, tx.Actor.User, tx.Actor.Name
		ids[n], rows[n] = string(f.ID), factValues(*f)
	}
	return tx.InsertMany(ctx, factTable, ids, rows)
}

// Note takes in one fact that somebody brings in by hand: a field worker's word
// about a death, a letter. Village and, when empty, Family come from the person,
// who must live in the actor's area. The same statement again changes nothing.
func Note(ctx context.Context, tx *db.Tx, f Fact) (Fact, error) {
	p, err := registry.PersonByID(ctx, tx, tx.Actor.Scope, f.Person)
	if err == nil && p.MergedInto != "" {
		p, err = registry.PersonByID(ctx, tx, tx.Actor.Scope, p.MergedInto)
	}
	if err != nil {
		return f, err
	}
	f.Person = p.ID
	f.Village = p.Village
	if f.Family == "" {
		f.Family = p.FamilyID
	}
	known, err := keysOf(ctx, tx, tx.Actor.Regency(), []Fact{f})
	if err != nil {
		return f, err
	}
	if known[f.key()] {
		tx.Unchanged()
		return f, nil
	}
	one := []Fact{f}
	if err := insert(ctx, tx, one); err != nil {
		return f, err
	}
	f = one[0]
	o := occasion{people: []id.Person{f.Person}, fresh: map[subject]bool{{f.Person, f.Kind}: true}}
	if f.Kind == Receives && f.Family != "" {
		o.families = []id.Family{f.Family}
	}
	if _, err := evaluate(ctx, tx, o); err != nil {
		return f, err
	}
	return f, tx.Record("fact.stated", string(f.Person), f.Village,
		map[string]any{"say": []string{p.Name, f.Source}, "fact": f.ID, "kind": f.Kind, "grade": f.Grade})
}

// Retract withdraws a fact that is wrong; it stays in the history. A fact on
// which people decided cannot go: the decision is undone first.
func Retract(ctx context.Context, tx *db.Tx, fact id.Fact, reason string) error {
	if !sayable(reason) {
		return fault.NewInvalid("evidence.reason_missing").At("reason")
	}
	reason = tidy(reason)
	f, err := factByID(ctx, tx, tx.Actor.Scope, fact)
	if err != nil {
		return err
	}
	name, err := decidedOn(ctx, tx, tx.Actor.Regency(), []id.Fact{fact})
	if err != nil {
		return err
	}
	if name != "" {
		return fault.NewConflict("evidence.retract_decided", name)
	}
	if _, err := tx.Exec(ctx, "UPDATE fact SET retracted_at = $3, retract_reason = $4 WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), string(fact), tx.Now, reason); err != nil {
		return fmt.Errorf("evidence.Retract: %w", err)
	}
	tx.Touch(factTable, string(fact))
	var o occasion
	if f.Person != "" {
		o.people = []id.Person{f.Person}
	}
	if f.Family != "" {
		o.families = []id.Family{f.Family}
	}
	if _, err := evaluate(ctx, tx, o); err != nil {
		return err
	}
	return tx.Record("fact.retracted", string(f.Person), f.Village,
		map[string]any{"say": []string{f.Source}, "fact": fact, "kind": f.Kind, "reason": reason})
}

func factByID(ctx context.Context, q db.Querier, scope region.Scope, fact id.Fact) (Fact, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("id = ?", string(fact))
	w.And("retracted_at IS NULL")
	f, found, err := db.One(ctx, q, scanFact, "SELECT "+factColumns+" FROM fact f"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("evidence.fact_gone")
	}
	return f, err
}

// Watch opens the indications that a fact about a member makes for families
// that stand for something new: candidates, who may receive nothing yet. The
// caller is a command that records its own event. It returns how many opened.
func Watch(ctx context.Context, tx *db.Tx, families []id.Family) (int, error) {
	return evaluate(ctx, tx, occasion{families: distinct(families), watched: true})
}

// keysOf returns which of the facts are stated already: same subject, source,
// grade, value, day and document, and not retracted.
func keysOf(ctx context.Context, q db.Querier, regency string, facts []Fact) (map[key]bool, error) {
	var people []id.Person
	var families []id.Family
	for _, f := range facts {
		if f.Person != "" {
			people = append(people, f.Person)
			continue
		}
		families = append(families, f.Family)
	}
	all, to, err := registry.Selves(ctx, q, regency, distinct(people))
	if err != nil {
		return nil, err
	}
	cards, toFamily, err := registry.FamilySelves(ctx, q, regency, distinct(families))
	if err != nil {
		return nil, err
	}
	out := map[key]bool{}
	read := func(col string, extra string, part []any) error {
		var w db.Where
		w.And("f.regency = ?", regency)
		w.In(col, part...)
		w.And("f.retracted_at IS NULL")
		if extra != "" {
			w.And(extra)
		}
		list, err := db.All(ctx, q, scanFact, "SELECT "+factColumns+" FROM fact f"+w.String(), w.Args...)
		for _, f := range list {
			f.Person, f.Family = to.Of(f.Person), toFamily.Of(f.Family)
			out[f.key()] = true
		}
		return err
	}
	if err := db.Chunks(all, func(part []any) error { return read("f.person_id", "", part) }); err != nil {
		return nil, err
	}
	err = db.Chunks(cards, func(part []any) error { return read("f.family_id", "f.person_id IS NULL", part) })
	return out, err
}

// FactsOf returns every fact about a person or a family of scope, newest first,
// retracted ones too; either may be empty. Facts of a person that were stated
// while in another family are included, and those about records merged into
// either.
func FactsOf(ctx context.Context, q db.Querier, scope region.Scope, person id.Person, family id.Family) ([]Fact, error) {
	if scope.IsZero() {
		return nil, nil
	}
	var w db.Where
	w.Within("f.", "village", scope)
	var of []string
	if person != "" {
		all, err := registry.SamePerson(ctx, q, string(scope.Regency()), person)
		if err != nil {
			return nil, fault.Wrap("evidence.FactsOf", err)
		}
		of = append(of, oneOf(&w, "f.person_id", all))
	}
	if family != "" || person == "" {
		all, err := registry.SameFamily(ctx, q, string(scope.Regency()), family)
		if err != nil {
			return nil, fault.Wrap("evidence.FactsOf", err)
		}
		of = append(of, oneOf(&w, "f.family_id", all))
	}
	w.And("(" + strings.Join(of, " OR ") + ")")
	list, err := db.All(ctx, q, scanFact, "SELECT "+factColumns+" FROM fact f"+w.String()+" ORDER BY f.id DESC", w.Args...)
	return list, fault.Wrap("evidence.FactsOf", err)
}

// oneOf is the condition that col is one of ids, with their arguments in w.
func oneOf[T ~string](w *db.Where, col string, ids []T) string {
	marks := make([]string, len(ids))
	for n, one := range ids {
		marks[n] = w.Arg(string(one))
	}
	return col + " IN (" + strings.Join(marks, ", ") + ")"
}

// decidedOn returns the name of somebody about whom people decided on one of
// the facts, "" for nobody.
func decidedOn(ctx context.Context, q db.Querier, regency string, facts []id.Fact) (string, error) {
	who := ""
	err := db.Chunks(facts, func(part []any) error {
		if who != "" {
			return nil
		}
		var w db.Where
		w.And("i.regency = ?", regency)
		w.In("i.fact_id", part...)
		w.And("i.state <> ?", string(Indicated))
		name, found, err := db.One(ctx, q, db.Self[string],
			"SELECT p.name FROM indication i JOIN person p ON p.regency = i.regency AND p.id = i.person_id"+w.String()+" ORDER BY i.id LIMIT 1", w.Args...)
		if found {
			who = name
		}
		return err
	})
	return who, err
}
