package registry

import (
	"context"
	"encoding/json"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// UndoBatch takes out what a batch put in: people and families it created are
// removed, fields it changed get their former values. It refuses when somebody
// changed one of the records afterwards, naming the first; the caller adds
// what else may depend on them. It returns how many changes it took back and
// records no event. It is one transaction, linear in those changes.
func UndoBatch(ctx context.Context, tx *db.Tx, batch id.Batch) (int, error) {
	traces, n, err := tracesOf(ctx, tx, batch)
	if err != nil {
		return 0, err
	}
	u := undo{tx: tx, doomed: map[id.Family]bool{}}
	for _, t := range traces {
		if t.kind == subjectFamily && t.created {
			u.doomed[id.Family(t.subject)] = true
		}
	}
	// People first: a family can go only when nobody belongs to it.
	for _, kind := range []string{subjectPerson, subjectFamily} {
		for _, t := range traces {
			if t.kind != kind {
				continue
			}
			if err := u.take(ctx, t); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

// trace is all that one batch did to one record.
type trace struct {
	kind, subject string
	version       int  // the record's after the batch
	created       bool // the batch made the record
	torn          bool // somebody else changed it between two of the batch's changes
	before        Diff // the fields it changed; only the old values count
}

// tracesOf returns the traces of a batch, newest first, and how many changes
// they hold.
func tracesOf(ctx context.Context, tx *db.Tx, batch id.Batch) ([]*trace, int, error) {
	type row struct {
		kind, subject, fields string
		version               int
	}
	rows, err := db.All(ctx, tx, func(r *row) []any { return []any{&r.kind, &r.subject, &r.version, &r.fields} },
		`SELECT subject_kind, subject_id, version, fields FROM change WHERE regency = $1 AND batch_id = $2 AND batch_id <> '' ORDER BY id DESC`,
		tx.Actor.Regency(), string(batch))
	if err != nil {
		return nil, 0, err
	}
	var out []*trace
	bySubject, oldest := map[string]*trace{}, map[string]int{}
	for _, r := range rows {
		t := bySubject[r.subject]
		if t == nil {
			t = &trace{kind: r.kind, subject: r.subject, version: r.version, before: Diff{}}
			bySubject[r.subject] = t
			out = append(out, t)
		} else if r.version != oldest[r.subject]-1 {
			t.torn = true
		}
		oldest[r.subject] = r.version
		if r.fields == "" {
			t.created = true
			continue
		}
		var d Diff
		if err := json.Unmarshal([]byte(r.fields), &d); err != nil {
			return nil, 0, fmt.Errorf("registry: undo %s %s: %w", r.kind, r.subject, err)
		}
		for field, v := range d {
			t.before[field] = v // an older change comes later and stays
		}
	}
	return out, len(rows), nil
}

type undo struct {
	tx     *db.Tx
	doomed map[id.Family]bool // go as a whole: their counts need no keeping
}

// take undoes one trace. A record that is gone already needs nothing.
func (u undo) take(ctx context.Context, t *trace) error {
	var err error
	if t.kind == subjectPerson {
		err = u.takePerson(ctx, t)
	} else {
		err = u.takeFamily(ctx, t)
	}
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func (u undo) takePerson(ctx context.Context, t *trace) error {
	p, err := personNow(ctx, u.tx, id.Person(t.subject))
	if err != nil {
		return err
	}
	if t.torn || p.Version != t.version {
		return fault.NewConflict("registry.undo_changed", p.Name)
	}
	if t.created {
		return u.removePerson(ctx, p)
	}
	if err := people.revert(&p, t.before); err != nil {
		return err
	}
	_, err = changePerson(ctx, u.tx, p, Origin{Source: "undo", Reason: "undo"}, moveBack)
	return err
}

func (u undo) takeFamily(ctx context.Context, t *trace) error {
	f, err := familyNow(ctx, u.tx, id.Family(t.subject))
	if err != nil {
		return err
	}
	if t.torn || f.Version != t.version {
		return fault.NewConflict("registry.undo_changed", f.HeadName)
	}
	if t.created {
		return u.removeFamily(ctx, f)
	}
	if err := families.revert(&f, t.before); err != nil {
		return err
	}
	_, err = ChangeFamily(ctx, u.tx, f, Origin{Source: "undo", Reason: "undo"})
	return err
}

func (u undo) removePerson(ctx context.Context, p Person) error {
	tx, regency := u.tx, u.tx.Actor.Regency()
	if err := unindexName(ctx, tx, p.ID, p.Name); err != nil {
		return err
	}
	gone, err := db.All(ctx, tx, db.Self[string], "DELETE FROM membership WHERE regency = $1 AND person_id = $2 RETURNING id", regency, string(p.ID))
	if err != nil {
		return err
	}
	tx.Touch(membershipTable, gone...)
	tx.Touch(people.table, string(p.ID))
	n, err := tx.ExecMany(ctx, "DELETE FROM person WHERE regency = $1 AND id = $2 AND version = $3", regency, string(p.ID), p.Version)
	if err != nil {
		return inUse(err, p.Name)
	}
	if n == 0 {
		return fault.NewConflict("registry.undo_changed", p.Name)
	}
	if p.FamilyID == "" || u.doomed[p.FamilyID] {
		return nil
	}
	return resize(ctx, tx, p.FamilyID, -1)
}

// removeFamily takes out a family that nobody belongs to any more, with the
// memberships of those whom the batch led through it.
func (u undo) removeFamily(ctx context.Context, f Family) error {
	tx, regency := u.tx, u.tx.Actor.Regency()
	gone, err := db.All(ctx, tx, db.Self[string], `DELETE FROM membership
		WHERE regency = $1 AND family_id = $2 AND until_on IS NOT NULL RETURNING id`, regency, string(f.ID))
	if err != nil {
		return err
	}
	tx.Touch(membershipTable, gone...)
	tx.Touch(families.table, string(f.ID))
	removed, err := db.All(ctx, tx, scanFamily, "DELETE FROM family WHERE regency = $1 AND id = $2 AND version = $3 RETURNING "+families.bare,
		regency, string(f.ID), f.Version)
	if err != nil {
		return inUse(err, f.HeadName)
	}
	if len(removed) == 0 {
		return fault.NewConflict("registry.undo_changed", f.HeadName)
	}
	return tally(ctx, tx, removed[0], -1)
}

func inUse(err error, name string) error {
	if db.IsForeign(err) {
		return fault.NewConflict("registry.undo_in_use", name).Because(err)
	}
	return err
}
