package evidence

import (
	"context"
	"fmt"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

// Applier brings the rows of agencies' lists in as facts: intake's target
// "fact". The zero value is ready.
type Applier struct{}

var _ intake.Applier = Applier{}

// Target names the applier in the layouts.
func (Applier) Target() string { return "fact" }

// Check says of each row whether the person is known, whether the same was
// stated before, and what does not fit. It writes nothing.
func (Applier) Check(ctx context.Context, q db.Querier, b intake.Batch, items []intake.Item) error {
	kind, err := kindOf(b)
	if err != nil {
		return err
	}
	regency := string(b.Regency())
	cards, err := cardsOf(ctx, q, regency, items)
	if err != nil {
		return err
	}
	rows := make([]int, 0, len(items))
	facts := make([]Fact, 0, len(items))
	for n := range items {
		it := &items[n]
		if it.Settled() {
			continue
		}
		f, ok := read(kind, b, it, cards)
		if ok {
			rows, facts = append(rows, n), append(facts, f)
		}
	}
	known, err := keysOf(ctx, q, regency, facts)
	if err != nil {
		return fmt.Errorf("evidence: known facts: %w", err)
	}
	days, err := daysOf(ctx, q, regency, kind, facts)
	if err != nil {
		return err
	}
	for n, f := range facts {
		it := &items[rows[n]]
		it.Note = string(f.Person)
		if f.Person == "" {
			it.Note = string(f.Family)
		}
		if !b.Reaches(f.Village) {
			it.Outcome = intake.Look
			warn(it, "intake.same_outside", intake.FieldKK)
			continue
		}
		if known[f.key()] {
			it.Outcome = intake.Same
			continue
		}
		known[f.key()] = true
		it.Outcome = intake.Ready
		if other := days[f.Person]; !other.IsZero() && !f.On.IsZero() && other != f.On {
			warn(it, "evidence.other_date", intake.FieldEventOn, other.String())
		}
	}
	return nil
}

// Apply stores the facts of the ready rows, opens the indications they make and
// brings the families' standing up to date.
func (Applier) Apply(ctx context.Context, tx *db.Tx, b intake.Batch, items []intake.Item) (intake.Counts, error) {
	var done intake.Counts
	kind, err := kindOf(b)
	if err != nil {
		return done, err
	}
	cards, err := cardsOf(ctx, tx, tx.Actor.Regency(), items)
	if err != nil {
		return done, err
	}
	var facts []Fact
	for n := range items {
		if items[n].Outcome != intake.Ready {
			continue
		}
		// A row that was ready at the check and whose person is gone now is left out.
		if f, ok := read(kind, b, &items[n], cards); ok {
			facts = append(facts, f)
		}
	}
	known, err := keysOf(ctx, tx, tx.Actor.Regency(), facts)
	if err != nil {
		return done, fmt.Errorf("evidence: known facts: %w", err)
	}
	o := occasion{fresh: map[subject]bool{}, batch: b.ID}
	fresh := facts[:0]
	for _, f := range facts {
		if known[f.key()] {
			continue
		}
		known[f.key()] = true
		fresh = append(fresh, f)
		o.about(f)
	}
	if err := insert(ctx, tx, fresh); err != nil {
		return done, err
	}
	done.Added = len(fresh)
	if b.Grows(done.Added) {
		tx.AnalyzeLater(ctx, "fact", "family")
	}
	o.people, o.families = distinct(o.people), distinct(o.families)
	opened, err := evaluate(ctx, tx, o)
	if err != nil || opened == 0 {
		return done, err
	}
	return done, tx.Record("indication.opened", string(b.ID), "", map[string]any{"say": []int{opened}, "kind": kind, "source": b.Sender})
}

// about adds the people and families whose matters f touches.
func (o *occasion) about(f Fact) {
	if f.Kind == Receives {
		o.families = append(o.families, f.Family)
		return
	}
	o.people = append(o.people, f.Person)
	o.fresh[subject{f.Person, f.Kind}] = true
}

// Undo takes out the facts of a batch and the indications that rest on them
// alone. A decision that cites one of them stands in the way.
func (Applier) Undo(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	regency := tx.Actor.Regency()
	facts, err := db.All(ctx, tx, scanFact, "SELECT "+factColumns+" FROM fact f WHERE f.regency = $1 AND f.batch_id = $2 AND f.batch_id <> ''",
		regency, string(b.ID))
	if err != nil {
		return fmt.Errorf("evidence.Undo: %w", err)
	}
	ids := make([]id.Fact, len(facts))
	o := occasion{batch: b.ID}
	for n, f := range facts {
		ids[n] = f.ID
		o.people = append(o.people, f.Person)
		o.families = append(o.families, f.Family)
	}
	name, err := decidedOn(ctx, tx, regency, ids)
	if err != nil {
		return fmt.Errorf("evidence.Undo: %w", err)
	}
	if name != "" {
		return fault.NewConflict("evidence.undo_decided", name)
	}
	// Indications point at facts: first look at everything as if these were gone.
	for _, f := range ids {
		if _, err := tx.ExecMany(ctx, "UPDATE fact SET retracted_at = $3 WHERE regency = $1 AND id = $2", regency, string(f), tx.Now); err != nil {
			return fmt.Errorf("evidence.Undo: %w", err)
		}
		tx.Touch(factTable, string(f))
	}
	o.people, o.families = distinct(o.people), distinct(o.families)
	if _, err := evaluate(ctx, tx, o); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM fact WHERE regency = $1 AND batch_id = $2 AND batch_id <> ''", regency, string(b.ID))
	return fault.Wrap("evidence.Undo", err)
}

// card is a family known by its number, with the people on it.
type card struct {
	family registry.Family
	people []registry.Person
}

// sameOnCard is how alike a name must be to one on the known card to be that
// person, when the NIK of the row is of no use.
const sameOnCard = 92

// named returns the one person on c called name, the zero Person for none or
// for two.
func (c card) named(name string) registry.Person {
	var hit registry.Person
	for _, p := range c.people {
		if name == "" || registry.Similar(name, p.Name) < sameOnCard {
			continue
		}
		if hit.ID != "" {
			return registry.Person{}
		}
		hit = p
	}
	return hit
}

// cardsOf loads the families of rows whose person is not known by NIK.
func cardsOf(ctx context.Context, q db.Querier, regency string, items []intake.Item) (map[nik.KK]card, error) {
	var numbers []nik.KK
	for n := range items {
		if items[n].Match.Verdict != registry.Same && items[n].Record.KK != "" {
			numbers = append(numbers, items[n].Record.KK)
		}
	}
	families, err := registry.FamiliesByKK(ctx, q, regency, distinct(numbers))
	if err != nil {
		return nil, err
	}
	out := make(map[nik.KK]card, len(families))
	for kk, f := range families {
		people, err := registry.Members(ctx, q, regency, f.ID)
		if err != nil {
			return nil, err
		}
		out[kk] = card{f, people}
	}
	return out, nil
}

// daysOf returns the day that another source already names for each person.
func daysOf(ctx context.Context, q db.Querier, regency string, kind Kind, facts []Fact) (map[id.Person]civil.Date, error) {
	out := map[id.Person]civil.Date{}
	if kind == Receives {
		return out, nil
	}
	people := make([]id.Person, len(facts))
	for n, f := range facts {
		people[n] = f.Person
	}
	type row struct {
		person id.Person
		on     civil.Date
	}
	all, to, err := registry.Selves(ctx, q, regency, distinct(people))
	if err != nil {
		return nil, fault.Wrap("evidence: days", err)
	}
	err = db.Chunks(all, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("person_id", part...)
		w.And("kind = ?", string(kind))
		w.And("retracted_at IS NULL AND on_date IS NOT NULL")
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.person, &r.on} }, "SELECT person_id, on_date FROM fact"+w.String(), w.Args...)
		for _, r := range rows {
			out[to.Of(r.person)] = r.on
		}
		return err
	})
	return out, fault.Wrap("evidence: days", err)
}
