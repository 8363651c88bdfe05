package evidence

import (
	"context"
	"fmt"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Decide is the first person's word on an indication, with the reason. version
// is the one that was read. It fails for officers of the same family, for those
// who brought the fact in themselves, and outside the working area.
func Decide(ctx context.Context, tx *db.Tx, indication id.Indication, proven bool, reason string, version int) error {
	c, err := openCase(ctx, tx, indication, version)
	if err != nil {
		return err
	}
	if err := c.decide(proven, reason, tx.Actor, tx.Now); err != nil {
		return err
	}
	by, err := db.All(ctx, tx, db.Self[id.User], "SELECT recorded_by FROM fact WHERE regency = $1 AND id = $2", tx.Actor.Regency(), string(c.Fact))
	if err != nil {
		return fmt.Errorf("evidence.Decide: %w", err)
	}
	if len(by) == 1 && by[0] == tx.Actor.User {
		return fault.NewDenied("evidence.own_entry")
	}
	return c.save(ctx, tx, string(c.State), c.Reason)
}

// Withdraw takes the actor's own decision back before the second person acts.
func Withdraw(ctx context.Context, tx *db.Tx, indication id.Indication) error {
	c, err := openCase(ctx, tx, indication, anyVersion)
	if err != nil {
		return err
	}
	if err := c.withdraw(tx.Actor); err != nil {
		return err
	}
	return c.save(ctx, tx, "withdrawn", "")
}

// Confirm is the second person's word: on a decision, or on the wish to undo a
// confirmed one. Agreement makes it count: a death with evidence of grade A or B
// is written into the registry, weaker evidence keeps payment held; "not proven"
// closes the matter. Disagreement, with a note, sends it back.
func Confirm(ctx context.Context, tx *db.Tx, indication id.Indication, agree bool, note string, version int) error {
	c, err := openCase(ctx, tx, indication, version)
	if err != nil {
		return err
	}
	was := c.State
	if err := c.confirm(agree, note, tx.Actor, tx.Now); err != nil {
		return err
	}
	if err := c.write(ctx, tx, was); err != nil {
		return err
	}
	deed := map[bool]string{true: "agreed", false: "returned"}[agree]
	if was == Reviving {
		deed = map[bool]string{true: "revived", false: "kept"}[agree]
	}
	return c.save(ctx, tx, deed, tidy(note))
}

// Revert asks to undo a confirmed indication ("hidupkan"); another person
// confirms it with Confirm.
func Revert(ctx context.Context, tx *db.Tx, indication id.Indication, reason string, version int) error {
	c, err := openCase(ctx, tx, indication, version)
	if err != nil {
		return err
	}
	if err := c.revive(reason, tx.Actor, tx.Now); err != nil {
		return err
	}
	return c.save(ctx, tx, "revival", c.RevivedWhy)
}

// dossier is an indication in the hands of an officer who may act on it.
type dossier struct {
	Indication
	person registry.Person // who speaks for the person it was opened about
	all    []id.Person     // all his records
}

const anyVersion = -1

// openCase loads an indication of the actor's area and checks that the actor is
// not of the family.
func openCase(ctx context.Context, tx *db.Tx, indication id.Indication, version int) (*dossier, error) {
	i, err := byID(ctx, tx, tx.Actor.Scope, indication)
	if err != nil {
		return nil, err
	}
	if version != anyVersion && version != i.Version {
		return nil, fault.NewConflict("evidence.changed_meanwhile")
	}
	whole := region.NewScope(tx.Actor.Scope.Regency())
	all, err := registry.SamePerson(ctx, tx, tx.Actor.Regency(), i.Person)
	if err != nil {
		return nil, err
	}
	records, err := registry.PeopleByID(ctx, tx, whole, all)
	if err != nil {
		return nil, err
	}
	p, there := records[all[0]]
	if !there {
		return nil, fault.NewNotFound("evidence.gone")
	}
	cards, err := cardNumbers(ctx, tx, whole, p.FamilyID, i.Family)
	if err != nil {
		return nil, err
	}
	var numbers []nik.NIK
	for _, r := range records {
		if r.NIK != "" {
			numbers = append(numbers, r.NIK)
		}
	}
	related, err := account.Related(ctx, tx, tx.Actor.User, numbers, cards)
	if err != nil {
		return nil, err
	}
	if related {
		return nil, account.OwnFamily()
	}
	return &dossier{i, p, all}, nil
}

func cardNumbers(ctx context.Context, q db.Querier, scope region.Scope, families ...id.Family) ([]nik.KK, error) {
	known, err := registry.FamiliesByID(ctx, q, scope, distinct(families))
	var out []nik.KK
	for _, f := range known {
		if f.KK != "" {
			out = append(out, f.KK)
		}
	}
	return out, err
}

// write carries a confirmed or undone matter into the registry, as far as the
// evidence allows.
func (c *dossier) write(ctx context.Context, tx *db.Tx, was State) error {
	life := c.Kind.trait().life
	if was == Reviving && c.State == Cancelled && c.Ended {
		from := registry.Origin{Source: "evidence", Reason: c.RevivedWhy}
		c.Ended = false
		return registry.SetLife(ctx, tx, c.person.ID, registry.Alive, civil.Date{}, from)
	}
	if was != Proven || c.State != Confirmed || life == "" {
		return nil
	}
	var w db.Where
	w.And("f.regency = ?", tx.Actor.Regency())
	w.And(oneOf(&w, "f.person_id", c.all))
	w.And("f.kind = ?", string(c.Kind))
	w.And("f.retracted_at IS NULL")
	facts, err := db.All(ctx, tx, scanFact, "SELECT "+factColumns+" FROM fact f"+w.String()+" ORDER BY f.id", w.Args...)
	if err != nil {
		return fmt.Errorf("evidence: facts of the case: %w", err)
	}
	cited := best(facts)
	if cited < 0 || !enough(c.Kind, facts[cited].Grade) {
		return nil
	}
	f := facts[cited]
	c.Ended = true
	return registry.SetLife(ctx, tx, c.person.ID, life, f.On, registry.Origin{Source: f.Source, Reason: c.Reason})
}

// save stores the case, its step, the standing of the family and the event.
func (c *dossier) save(ctx context.Context, tx *db.Tx, deed, note string) error {
	if err := store(ctx, tx, &c.Indication); err != nil {
		return err
	}
	if err := addStep(ctx, tx, c.Indication, deed, note); err != nil {
		return err
	}
	if c.Family != "" {
		if err := refreshStanding(ctx, tx, c.Family); err != nil {
			return err
		}
	}
	return tx.Record("indication."+deed, string(c.ID), c.Village,
		map[string]any{"say": []string{c.person.Name}, "kind": c.Kind, "state": c.State, "note": note, "ended": c.Ended, "version": c.Version})
}
