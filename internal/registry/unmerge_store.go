package registry

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Unmerge undoes a merge or split: every row that it touched gets back what it
// changed, and nothing else. It refuses, by name, when one of those fields was
// changed since or another merge stands on top. Areas, own family and reason
// are as in MergePeople. It records person.unmerged, family.unmerged or
// person.rejoined.
func Unmerge(ctx context.Context, tx *db.Tx, merge id.Merge, reason string) error {
	m, err := MayUnmerge(ctx, tx, merge, reason)
	if err != nil {
		return err
	}
	reason, err = sayable(reason)
	if err != nil {
		return err
	}
	table := people.table
	if m.Kind == OfFamilies {
		table = families.table
	}
	if err := take(ctx, tx, table, m.Keep, m.Drop); err != nil {
		return err
	}
	steps, err := stepsOf(ctx, tx, merge)
	if err != nil {
		return err
	}
	slices.Reverse(steps)
	slices.SortStableFunc(steps, func(x, y step) int { return cmp.Compare(x.rank(), y.rank()) })
	b := back{merge: m, from: Origin{Source: unmergeSource, Reason: reason}, grown: map[id.Family]int{}}
	for i := range steps {
		if err := b.check(ctx, tx, &steps[i]); err != nil {
			return err
		}
	}
	if err := b.take(ctx, tx, steps); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE merge SET undone_at = $3, undone_by = $4, undone_name = $5, undo_reason = $6
		WHERE regency = $1 AND id = $2 AND undone_at IS NULL`, tx.Actor.Regency(), string(merge), tx.Now, string(tx.Actor.User), tx.Actor.Name, reason)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("registry.unmerge_done", m.DropName)
	}
	tx.Touch(mergeTable, string(merge))
	kind := map[MergeKind]string{OfPeople: "person.unmerged", OfFamilies: "family.unmerged", OfSplit: "person.rejoined"}[m.Kind]
	return tx.Record(kind, m.Keep, m.Village, map[string]any{"say": []string{m.DropName, m.KeepName, reason}, "merge": merge, "dropped": m.Drop})
}

// MayUnmerge returns a standing merge both records of which the actor may take
// apart, for that reason.
func MayUnmerge(ctx context.Context, tx *db.Tx, merge id.Merge, reason string) (Merge, error) {
	if _, err := sayable(reason); err != nil {
		return Merge{}, err
	}
	m, err := undoable(ctx, tx, merge)
	if err != nil {
		return m, err
	}
	steps, err := stepsOf(ctx, tx, merge)
	if err != nil {
		return m, err
	}
	return m, refuseHomes(ctx, tx, steps)
}

// refuseHomes refuses to put anybody back into the actor's own family, which
// the record that was merged away does not name any more.
func refuseHomes(ctx context.Context, tx *db.Tx, steps []step) error {
	for _, s := range steps {
		home, ok := s.Fields["family_id"][0].(string)
		if s.Kind != people.table.Name || !ok || home == "" {
			continue
		}
		if err := refuseOwn(ctx, tx, id.Family(home), ""); err != nil {
			return err
		}
	}
	return nil
}

// undoable returns a standing merge both records of which the actor may touch.
func undoable(ctx context.Context, tx *db.Tx, merge id.Merge) (Merge, error) {
	m, err := MergeByID(ctx, tx, tx.Actor.Scope, merge)
	if err != nil {
		return m, err
	}
	if !m.Standing() {
		return m, fault.NewConflict("registry.unmerge_done", m.DropName)
	}
	for _, subject := range []string{m.Keep, m.Drop} {
		if m.Kind == OfFamilies {
			f, err := FamilyByID(ctx, tx, tx.Actor.Scope, id.Family(subject))
			if err != nil {
				return m, err
			}
			if err := refuseOwn(ctx, tx, f.ID, ""); err != nil {
				return m, err
			}
			continue
		}
		p, err := PersonByID(ctx, tx, tx.Actor.Scope, id.Person(subject))
		if err != nil {
			return m, err
		}
		if err := refuseOwn(ctx, tx, p.FamilyID, p.NIK); err != nil {
			return m, err
		}
	}
	return m, nil
}

// back is the way back from one merge.
type back struct {
	merge Merge
	from  Origin
	grown map[id.Family]int // members that families gain by it
}

// tableOf returns what a step is about, nil for nothing of ours.
func tableOf(kind string) *db.Table {
	for _, t := range Tables() {
		if t.Name == kind {
			return t
		}
	}
	return nil
}

// check refuses a step whose fields somebody has changed since. A field that
// has its old value already needs nothing.
func (b *back) check(ctx context.Context, tx *db.Tx, s *step) error {
	table := tableOf(s.Kind)
	if table == nil {
		return fmt.Errorf("registry: merge step %s is about %q", s.ID, s.Kind)
	}
	rows, err := pictures(ctx, tx, view{table, "id", s.Row})
	if err != nil {
		return err
	}
	now := rows[s.Row]
	if now == nil {
		return b.moved(ctx, tx, s)
	}
	for _, column := range s.columns() {
		pair := s.Fields[column]
		if now[column] != pair[1] && (s.Made || now[column] != pair[0]) {
			return b.moved(ctx, tx, s)
		}
	}
	return nil
}

// moved says what stands in the way of undoing s: a later merge, or a change.
func (b *back) moved(ctx context.Context, tx *db.Tx, s *step) error {
	type later struct{ drop, keep string }
	over, found, err := db.One(ctx, tx, func(l *later) []any { return []any{&l.drop, &l.keep} },
		`SELECT m.drop_name, m.keep_name FROM merge_step s JOIN merge m ON m.regency = s.regency AND m.id = s.merge_id
		WHERE s.regency = $1 AND s.row_id = $2 AND m.id > $3 AND m.undone_at IS NULL ORDER BY m.id DESC LIMIT 1`,
		tx.Actor.Regency(), s.Row, string(b.merge.ID))
	if err != nil {
		return err
	}
	if found {
		return fault.NewConflict("registry.unmerge_later", over.drop, over.keep)
	}
	name := b.merge.KeepName
	if s.Row == b.merge.Drop {
		name = b.merge.DropName
	}
	changes, err := History(ctx, tx, tx.Actor.Regency(), 1, s.Row)
	if err != nil {
		return err
	}
	if len(changes) == 0 || changes[0].Source == mergeSource {
		return fault.NewConflict("registry.unmerge_moved", name)
	}
	by := changes[0].Actor
	if by == "" {
		by = changes[0].Source
	}
	return fault.NewConflict("registry.unmerge_changed", name, by, strings.Join(changes[0].Fields.names(), ", "))
}

// take puts the rows back, the last touched first, and then what follows from
// them. The families are locked before anything is read for their counts.
func (b *back) take(ctx context.Context, tx *db.Tx, steps []step) error {
	before, err := b.lockFamilies(ctx, tx, steps)
	if err != nil {
		return err
	}
	for i := range steps {
		s := &steps[i]
		switch s.Kind {
		case people.table.Name:
			err = b.takePerson(ctx, tx, s)
		case families.table.Name:
			err = b.takeFamily(ctx, tx, s)
		default:
			err = s.put(ctx, tx)
		}
		if err != nil {
			return err
		}
	}
	return b.settle(ctx, tx, before)
}

// lockFamilies returns the families that steps touch or whose people they touch,
// as they are now, and keeps other writers from them.
func (b *back) lockFamilies(ctx context.Context, tx *db.Tx, steps []step) ([]Family, error) {
	touched := map[string]bool{}
	for _, s := range steps {
		switch s.Kind {
		case families.table.Name:
			touched[s.Row] = true
		case people.table.Name:
			p, err := personNow(ctx, tx, id.Person(s.Row))
			if err != nil {
				return nil, err
			}
			touched[string(p.FamilyID)] = true
			if f, ok := s.Fields["family_id"][0].(string); ok {
				touched[f] = true
			}
		}
	}
	var out []Family
	for _, family := range slices.Sorted(maps.Keys(touched)) {
		f, found, err := db.One(ctx, tx, scanFamily, "UPDATE family SET updated_at = $3 WHERE regency = $1 AND id = $2 RETURNING "+families.bare,
			tx.Actor.Regency(), family, tx.Now)
		if err != nil {
			return nil, err
		}
		if found {
			tx.Touch(families.table, family)
			out = append(out, f)
		}
	}
	return out, nil
}

func (b *back) takePerson(ctx context.Context, tx *db.Tx, s *step) error {
	was, err := personNow(ctx, tx, id.Person(s.Row))
	if err != nil {
		return err
	}
	if err := s.put(ctx, tx); err != nil {
		return inUse(uniqueNumber(err), was.Name)
	}
	if was.FamilyID != "" {
		b.grown[was.FamilyID]--
	}
	if s.Made {
		if was.MergedInto != "" {
			return nil
		}
		return unindexName(ctx, tx, was.ID, was.Name)
	}
	is, err := personNow(ctx, tx, was.ID)
	if err != nil {
		return err
	}
	if is.FamilyID != "" {
		b.grown[is.FamilyID]++
	}
	if err := reindexName(ctx, tx, was, is); err != nil {
		return err
	}
	return addChange(ctx, tx, subjectPerson, s.Row, is.Version, b.from, people.diff(&was, &is))
}

func (b *back) takeFamily(ctx context.Context, tx *db.Tx, s *step) error {
	was, err := familyNow(ctx, tx, id.Family(s.Row))
	if err != nil {
		return err
	}
	if err := s.put(ctx, tx); err != nil {
		return uniqueNumber(err)
	}
	is, err := familyNow(ctx, tx, was.ID)
	if err != nil {
		return err
	}
	return addChange(ctx, tx, subjectFamily, s.Row, is.Version, b.from, families.diff(&was, &is))
}

// settle brings members, heads and counts of the families in step, and refuses
// to put anybody into a family that another one speaks for by now.
func (b *back) settle(ctx context.Context, tx *db.Tx, before []Family) error {
	sums := tallySums{}
	for _, was := range before {
		is, err := familyNow(ctx, tx, was.ID)
		if err != nil {
			return err
		}
		is.Members += b.grown[was.ID]
		if is.Members > 0 && is.MergedInto != "" {
			return fault.NewConflict("registry.unmerge_moved", was.HeadName)
		}
		members, err := Members(ctx, tx, tx.Actor.Regency(), was.ID)
		if err != nil {
			return err
		}
		is.HeadID, is.HeadName = head(members)
		_, err = tx.ExecMany(ctx, "UPDATE family SET members_n = members_n + $3, head_id = $4, head_name = $5, head_key = $6 WHERE regency = $1 AND id = $2",
			tx.Actor.Regency(), string(was.ID), b.grown[was.ID], string(is.HeadID), is.HeadName, Key(is.HeadName))
		if err != nil {
			return err
		}
		sums.add(was, -1)
		sums.add(is, +1)
	}
	return sums.write(ctx, tx)
}

// rank orders an undo: what points at people before people, a person who was
// made before the one who gets his number back, families last.
func (s *step) rank() int {
	switch {
	case s.Kind == families.table.Name:
		return 3
	case s.Kind != people.table.Name:
		return 0
	case s.Made:
		return 1
	}
	return 2
}

// put gives a row its old values back; a row that the merge made goes.
func (s *step) put(ctx context.Context, tx *db.Tx) error {
	table := tableOf(s.Kind)
	tx.Touch(table, s.Row)
	if s.Made {
		_, err := tx.Exec(ctx, "DELETE FROM "+table.Name+" WHERE regency = $1 AND id = $2", tx.Actor.Regency(), s.Row)
		return err
	}
	args := []any{tx.Actor.Regency(), s.Row}
	var sets []string
	if table == people.table || table == families.table {
		args = append(args, tx.Now)
		sets = append(sets, "version = version + 1", "updated_at = $3")
	}
	for _, column := range s.columns() {
		args = append(args, s.Fields[column][0])
		sets = append(sets, column+" = $"+strconv.Itoa(len(args)))
	}
	_, err := tx.Exec(ctx, "UPDATE "+table.Name+" SET "+strings.Join(sets, ", ")+" WHERE regency = $1 AND id = $2", args...)
	return err
}
