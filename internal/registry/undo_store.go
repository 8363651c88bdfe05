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
	traces, n, err := tracesOf(ctx, tx, batch, anyRow)
	if err != nil {
		return 0, err
	}
	return n, undoTraces(ctx, tx, traces, Origin{Source: "undo", Reason: "undo"})
}

// UndoRow is UndoBatch for one row, which stays part of the batch: undoing that
// later meets it as it was before. created says whether the row had made
// somebody rather than changed a record.
func UndoRow(ctx context.Context, tx *db.Tx, batch id.Batch, row int) (bool, error) {
	traces, _, err := tracesOf(ctx, tx, batch, row)
	if err != nil {
		return false, err
	}
	created := false
	for _, t := range traces {
		created = created || t.created && t.kind == subjectPerson
	}
	return created, undoTraces(ctx, tx, traces, Origin{Source: "undo", Reason: "undo", Batch: batch, Row: row})
}

func undoTraces(ctx context.Context, tx *db.Tx, traces []*trace, from Origin) error {
	u := undo{tx: tx, from: from, doomed: map[id.Family]bool{}}
	var err error
	if u.merged, err = merged(ctx, tx); err != nil {
		return err
	}
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
				return err
			}
		}
	}
	return nil
}

// trace is all that one batch did to one record.
type trace struct {
	kind, subject string
	version       int  // the record's after the batch
	created       bool // the batch made the record
	torn          bool // somebody else changed it between two of the batch's changes
	before        Diff // the fields it changed; only the old values count
}

// anyRow stands for every row of a batch: rows count from 1.
const anyRow = 0

// tracesOf returns the traces of a batch or of one row of it, newest first, and
// how many changes they hold.
func tracesOf(ctx context.Context, tx *db.Tx, batch id.Batch, row int) ([]*trace, int, error) {
	type change struct {
		kind, subject, fields string
		version               int
	}
	rows, err := db.All(ctx, tx, func(c *change) []any { return []any{&c.kind, &c.subject, &c.version, &c.fields} },
		`SELECT subject_kind, subject_id, version, fields FROM change WHERE regency = $1 AND batch_id = $2 AND batch_id <> ''
		AND ($3 = 0 OR row_n = $3) ORDER BY id DESC`, tx.Actor.Regency(), string(batch), row)
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
	from   Origin
	doomed map[id.Family]bool // go as a whole: their counts need no keeping
	merged map[string]Merge   // by record: the merge or split that stands on it
}

// merged returns the records that standing merges and splits joined, changed or
// made to speak for others.
func merged(ctx context.Context, tx *db.Tx) (map[string]Merge, error) {
	type row struct {
		subject string
		merge   Merge
	}
	rows, err := db.All(ctx, tx, func(r *row) []any {
		return []any{&r.subject, &r.merge.Keep, &r.merge.Drop, &r.merge.KeepName, &r.merge.DropName}
	}, `SELECT s.row_id, m.keep_id, m.drop_id, m.keep_name, m.drop_name FROM merge m
		JOIN merge_step s ON s.regency = m.regency AND s.merge_id = m.id
		WHERE m.regency = $1 AND m.undone_at IS NULL AND s.kind IN ('person', 'family') ORDER BY m.id`, tx.Actor.Regency())
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make(map[string]Merge, len(rows))
	for _, r := range rows {
		out[r.subject], out[r.merge.Keep], out[r.merge.Drop] = r.merge, r.merge, r.merge
	}
	_, families, err := Forwards(ctx, tx, tx.Actor.Regency())
	for from, to := range families {
		if _, known := out[string(to)]; !known {
			out[string(to)] = out[string(from)]
		}
	}
	return out, err
}

// refuse says why the trace of a record called name, which has version now,
// cannot be undone; nil when it can. A merge that was undone has changed the
// version and nothing else.
func (u undo) refuse(ctx context.Context, t *trace, name string, version int) error {
	if m, ok := u.merged[t.subject]; ok {
		other := m.KeepName
		if t.subject == m.Keep {
			other = m.DropName
		}
		return fault.NewConflict("registry.undo_merged", name, other)
	}
	if t.torn {
		return fault.NewConflict("registry.undo_changed", name)
	}
	if t.version == version {
		return nil
	}
	n, _, err := db.One(ctx, u.tx, db.Self[int], `SELECT count(*) FROM change WHERE regency = $1 AND subject_id = $2 AND version > $3
		AND source <> $4 AND source <> $5 AND source <> $6`, u.tx.Actor.Regency(), t.subject, t.version, mergeSource, unmergeSource, splitSource)
	if err == nil && n > 0 {
		err = fault.NewConflict("registry.undo_changed", name)
	}
	return err
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
	if err := u.refuse(ctx, t, p.Name, p.Version); err != nil {
		return err
	}
	if t.created {
		return u.removePerson(ctx, p)
	}
	if err := people.revert(&p, t.before); err != nil {
		return err
	}
	_, err = changePerson(ctx, u.tx, p, u.from, moveBack)
	return err
}

func (u undo) takeFamily(ctx context.Context, t *trace) error {
	f, err := familyNow(ctx, u.tx, id.Family(t.subject))
	if err != nil {
		return err
	}
	if err := u.refuse(ctx, t, f.HeadName, f.Version); err != nil {
		return err
	}
	if t.created {
		return u.removeFamily(ctx, f)
	}
	if err := families.revert(&f, t.before); err != nil {
		return err
	}
	_, err = ChangeFamily(ctx, u.tx, f, u.from)
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
