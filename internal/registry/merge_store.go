package registry

import (
	"context"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// MergePeople joins two records of one person. Both lie in the actor's area,
// neither is of his own family, and he says why. The memberships of Drop end,
// its number becomes a former number of Keep, and a family that it leaves empty
// goes on in Keep's. Unmerge undoes it. It records the event person.merged.
func MergePeople(ctx context.Context, tx *db.Tx, m PersonMerge) (id.Merge, error) {
	reason, err := sayable(m.Reason)
	if err != nil {
		return "", err
	}
	if err := take(ctx, tx, people.table, string(m.Keep), string(m.Drop)); err != nil {
		return "", err
	}
	keep, err := mergeable(ctx, tx, m.Keep, m.KeepVersion)
	if err != nil {
		return "", err
	}
	drop, err := mergeable(ctx, tx, m.Drop, m.DropVersion)
	if err != nil {
		return "", err
	}
	if keep.ID == drop.ID {
		return "", fault.NewInvalid("registry.merge_itself")
	}
	after, conflicts, err := people.unite(keep, drop, personGroups, m.Take)
	if err != nil {
		return "", err
	}
	var a album
	if err := a.lookAtPair(ctx, tx, keep, drop); err != nil {
		return "", err
	}
	from := Origin{Source: mergeSource, Batch: m.From.Batch, Row: m.From.Row, Reason: reason}
	if err := joinPeople(ctx, tx, drop, keep, after, from); err != nil {
		return "", err
	}
	act := Merge{Kind: OfPeople, Keep: string(keep.ID), Drop: string(drop.ID), KeepName: after.Name, DropName: drop.Name,
		Village: after.Village, Source: m.From.Source, Reason: reason, Conflicts: conflicts}
	if err := act.begin(ctx, tx); err != nil {
		return "", err
	}
	if err := a.keep(ctx, tx, act.ID); err != nil {
		return "", err
	}
	return act.ID, tx.Record("person.merged", act.Keep, act.Village, map[string]any{"say": []string{drop.Name, after.Name, reason},
		"merge": act.ID, "dropped": act.Drop, "taken": m.Take, "conflicts": conflicts})
}

// take keeps records to this command until it ends, in one order, before they
// are read: two merges at once, of A into B and of B into A, follow each other.
func take(ctx context.Context, tx *db.Tx, table *db.Table, ids ...string) error {
	slices.Sort(ids)
	for _, one := range ids {
		_, err := tx.ExecMany(ctx, "UPDATE "+table.Name+" SET version = version WHERE regency = $1 AND id = $2", tx.Actor.Regency(), one)
		if err != nil {
			return err
		}
	}
	return nil
}

// mergeable returns a person of the actor's area who may be joined or taken
// apart as he was read.
func mergeable(ctx context.Context, tx *db.Tx, person id.Person, version int) (Person, error) {
	p, err := PersonByID(ctx, tx, tx.Actor.Scope, person)
	if err != nil {
		return p, err
	}
	if p.MergedInto != "" {
		return p, fault.NewConflict("registry.merged_away", p.Name)
	}
	if version != 0 && version != p.Version {
		return p, fault.NewConflict("registry.changed_meanwhile", p.Name)
	}
	return p, refuseOwn(ctx, tx, p.FamilyID, p.NIK)
}

// lookAtPair takes pictures of all that a merge of two people may change.
func (a *album) lookAtPair(ctx context.Context, tx *db.Tx, keep, drop Person) error {
	for _, f := range []id.Family{drop.FamilyID, keep.FamilyID} {
		if err := a.lookAtFamily(ctx, tx, f); err != nil {
			return err
		}
	}
	views := []view{
		{people.table, "merged_into", string(drop.ID)}, {people.table, "id", string(drop.ID)}, {people.table, "id", string(keep.ID)},
		{membershipTable, "person_id", string(drop.ID)}, {membershipTable, "person_id", string(keep.ID)},
		{formerTable, "subject_id", string(drop.ID)}, {formerTable, "subject_id", string(keep.ID)},
	}
	return a.lookAll(ctx, tx, views)
}

func (a *album) lookAtFamily(ctx context.Context, tx *db.Tx, family id.Family) error {
	if family == "" {
		return nil
	}
	return a.lookAll(ctx, tx, []view{{families.table, "merged_into", string(family)}, {families.table, "id", string(family)},
		{formerTable, "subject_id", string(family)}})
}

func (a *album) lookAll(ctx context.Context, tx *db.Tx, views []view) error {
	for _, v := range views {
		if err := a.look(ctx, tx, v.table, v.where, v.value); err != nil {
			return err
		}
	}
	return nil
}

// joinPeople lets after, which is keep as it will be, speak for drop. Drop goes
// first: the number it carries may be the one that keep takes.
func joinPeople(ctx context.Context, tx *db.Tx, drop, keep, after Person, from Origin) error {
	gone := drop
	gone.MergedInto, gone.FamilyID = keep.ID, ""
	if _, err := changePerson(ctx, tx, gone, from, moveFamily); err != nil {
		return err
	}
	if err := turn(ctx, tx, people.table, string(drop.ID), string(keep.ID)); err != nil {
		return err
	}
	if drop.NIK != "" && drop.NIK != after.NIK {
		if err := keepNumber(ctx, tx, "nik", drop.NIK.Reveal(), string(keep.ID), from.Source); err != nil {
			return err
		}
	}
	if _, err := changePerson(ctx, tx, after, from, moveFamily); err != nil {
		return err
	}
	for _, left := range []id.Family{drop.FamilyID, keep.FamilyID} {
		if err := closeEmpty(ctx, tx, left, after.FamilyID, from); err != nil {
			return err
		}
	}
	return nil
}

// turn makes the arrows that ended at drop end at keep.
func turn(ctx context.Context, tx *db.Tx, table *db.Table, drop, keep string) error {
	turned, err := db.All(ctx, tx, db.Self[string], "UPDATE "+table.Name+` SET merged_into = $3
		WHERE regency = $1 AND merged_into = $2 AND merged_into <> '' RETURNING id`, tx.Actor.Regency(), drop, keep)
	tx.Touch(table, turned...)
	return err
}

// closeEmpty lets a family that has lost its last member go on in another.
func closeEmpty(ctx context.Context, tx *db.Tx, left, to id.Family, from Origin) error {
	if left == "" || to == "" || left == to {
		return nil
	}
	f, err := familyNow(ctx, tx, left)
	if err != nil || f.Members > 0 {
		return err
	}
	into, err := familyNow(ctx, tx, to)
	if err != nil {
		return err
	}
	return closeFamily(ctx, tx, f, into, into.KK.Reveal(), from)
}

// closeFamily lets another family speak for f; kk is the card that the other
// carries from now on.
func closeFamily(ctx context.Context, tx *db.Tx, f, into Family, kk string, from Origin) error {
	closed := f
	closed.MergedInto = into.ID
	if _, err := changeFamily(ctx, tx, closed, from); err != nil {
		return err
	}
	if err := turn(ctx, tx, families.table, string(f.ID), string(into.ID)); err != nil {
		return err
	}
	if f.KK == "" || f.KK.Reveal() == kk {
		return nil
	}
	return keepNumber(ctx, tx, "kk", f.KK.Reveal(), string(into.ID), from.Source)
}

// MergeFamilies joins two records of one family: the people of Drop move to
// Keep, and Keep speaks for Drop from now on. Who headed Drop is of unknown
// relation in Keep when that has a head of its own. It records family.merged.
func MergeFamilies(ctx context.Context, tx *db.Tx, m FamilyMerge) (id.Merge, error) {
	reason, err := sayable(m.Reason)
	if err != nil {
		return "", err
	}
	if err := take(ctx, tx, families.table, string(m.Keep), string(m.Drop)); err != nil {
		return "", err
	}
	keep, err := mergeableFamily(ctx, tx, m.Keep, m.KeepVersion)
	if err != nil {
		return "", err
	}
	drop, err := mergeableFamily(ctx, tx, m.Drop, m.DropVersion)
	if err != nil {
		return "", err
	}
	if keep.ID == drop.ID {
		return "", fault.NewInvalid("registry.merge_itself")
	}
	after, conflicts, err := families.unite(keep, drop, familyGroups, m.Take)
	if err != nil {
		return "", err
	}
	var a album
	if err := a.lookAtFamilies(ctx, tx, keep, drop); err != nil {
		return "", err
	}
	from := Origin{Source: mergeSource, Batch: m.From.Batch, Row: m.From.Row, Reason: reason}
	if err := joinFamilies(ctx, tx, drop, keep, after, from); err != nil {
		return "", err
	}
	act := Merge{Kind: OfFamilies, Keep: string(keep.ID), Drop: string(drop.ID), KeepName: keep.HeadName, DropName: drop.HeadName,
		Village: after.Village, Source: m.From.Source, Reason: reason, Conflicts: conflicts}
	if err := act.begin(ctx, tx); err != nil {
		return "", err
	}
	if err := a.keep(ctx, tx, act.ID); err != nil {
		return "", err
	}
	return act.ID, tx.Record("family.merged", act.Keep, act.Village, map[string]any{"say": []string{drop.HeadName, keep.HeadName, reason},
		"merge": act.ID, "dropped": act.Drop, "taken": m.Take, "conflicts": conflicts})
}

func mergeableFamily(ctx context.Context, tx *db.Tx, family id.Family, version int) (Family, error) {
	f, err := FamilyByID(ctx, tx, tx.Actor.Scope, family)
	if err != nil {
		return f, err
	}
	if f.MergedInto != "" {
		return f, fault.NewConflict("registry.merged_away", f.HeadName)
	}
	if version != 0 && version != f.Version {
		return f, fault.NewConflict("registry.changed_meanwhile", f.HeadName)
	}
	return f, refuseOwn(ctx, tx, f.ID, "")
}

func (a *album) lookAtFamilies(ctx context.Context, tx *db.Tx, keep, drop Family) error {
	for _, f := range []id.Family{drop.ID, keep.ID} {
		if err := a.lookAtFamily(ctx, tx, f); err != nil {
			return err
		}
	}
	views := []view{{people.table, "family_id", string(drop.ID)}, {people.table, "family_id", string(keep.ID)},
		{membershipTable, "family_id", string(drop.ID)}, {membershipTable, "family_id", string(keep.ID)}}
	return a.lookAll(ctx, tx, views)
}

func joinFamilies(ctx context.Context, tx *db.Tx, drop, keep, after Family, from Origin) error {
	moving, err := Members(ctx, tx, tx.Actor.Regency(), drop.ID)
	if err != nil {
		return err
	}
	staying, err := Members(ctx, tx, tx.Actor.Regency(), keep.ID)
	if err != nil {
		return err
	}
	for _, p := range moving {
		if p.Relation == HeadOfFamily && keep.HeadID != "" {
			p.Relation = 0
		}
		if err := bring(ctx, tx, p, drop.Village, after, from); err != nil {
			return err
		}
	}
	for _, p := range staying {
		if err := bring(ctx, tx, p, keep.Village, after, from); err != nil {
			return err
		}
	}
	// Moving people has counted in both families, but changed no version.
	left, err := familyNow(ctx, tx, drop.ID)
	if err != nil {
		return err
	}
	if err := closeFamily(ctx, tx, left, after, after.KK.Reveal(), from); err != nil {
		return err
	}
	_, err = changeFamily(ctx, tx, after, from)
	return err
}

// bring puts p into a family; who lived with the old one lives with it.
func bring(ctx context.Context, tx *db.Tx, p Person, lived region.Code, into Family, from Origin) error {
	p.FamilyID = into.ID
	if p.Village == lived {
		p.Village = into.Village
	}
	_, err := changePerson(ctx, tx, p, from, moveFamily)
	return err
}

// begin stores a merge that is being done, by the actor and now.
func (m *Merge) begin(ctx context.Context, tx *db.Tx) error {
	m.ID, m.At, m.By, m.ByName = id.Merge(tx.NewID()), tx.Now, tx.Actor.User, tx.Actor.Name
	if m.Source == "" {
		m.Source = manual
	}
	return tx.Insert(ctx, mergeTable, string(m.ID), string(m.Kind), m.Keep, m.Drop, m.KeepName, m.DropName, string(m.Village), m.At,
		string(m.By), m.ByName, m.Source, m.Reason, strings.Join(m.Conflicts, " "), nil, "", "", "")
}

const mergeColumns = `m.id, m.kind, m.keep_id, m.drop_id, m.keep_name, m.drop_name, m.village, m.at, m.actor_id, m.actor_name, m.source, m.reason,
	m.conflicts, m.undone_at, m.undone_by, m.undone_name, m.undo_reason`

type mergeRow struct {
	Merge
	conflicts string
}

func scanMerge(r *mergeRow) []any {
	return []any{&r.ID, &r.Kind, &r.Keep, &r.Drop, &r.KeepName, &r.DropName, &r.Village, &r.At, &r.By, &r.ByName, &r.Source, &r.Reason,
		&r.conflicts, &r.UndoneAt, &r.UndoneBy, &r.UndoneName, &r.UndoReason}
}

func (r mergeRow) merge() Merge {
	r.Conflicts = strings.Fields(r.conflicts)
	return r.Merge
}

// MergeByID returns a merge whose surviving record lay in scope when it was done.
func MergeByID(ctx context.Context, q db.Querier, scope region.Scope, merge id.Merge) (Merge, error) {
	var w db.Where
	w.Within("m.", "village", scope)
	w.And("m.id = ?", string(merge))
	r, found, err := db.One(ctx, q, scanMerge, "SELECT "+mergeColumns+" FROM merge m"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("registry.merge_gone")
	}
	return r.merge(), err
}

// Merges returns the merges and splits of the given people or families, newest
// first, those that were undone too. Ask with all records of one person, see SamePerson.
func Merges(ctx context.Context, q db.Querier, regency string, subjects ...string) ([]Merge, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	var w db.Where
	marks := make([]string, len(subjects))
	regencyArg := w.Arg(regency)
	for i, s := range subjects {
		marks[i] = w.Arg(s)
	}
	list := strings.Join(marks, ", ")
	rows, err := db.All(ctx, q, scanMerge, "SELECT "+mergeColumns+" FROM merge m WHERE m.regency = "+regencyArg+
		" AND (m.keep_id IN ("+list+") OR m.drop_id IN ("+list+")) ORDER BY m.at DESC, m.id DESC", w.Args...)
	out := make([]Merge, len(rows))
	for i, r := range rows {
		out[i] = r.merge()
	}
	return out, err
}
