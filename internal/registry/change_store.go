package registry

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Change is one entry of the provenance of a person or family.
type Change struct {
	ID      string
	Kind    string // "person" or "family"
	Subject string
	Version int
	At      db.Time
	Actor   string
	Origin
	Fields Diff // nil for a creation
}

// OfMerge reports whether the change was part of a merge, a split or the undoing
// of one; see Merges.
func (c Change) OfMerge() bool {
	return c.Source == mergeSource || c.Source == unmergeSource || c.Source == splitSource
}

// ChangePerson stores p over the version it was read at. Nothing changed is
// no error and writes nothing (the returned Diff is empty). Somebody else's
// change in between is a Conflict. It records no event; CorrectPerson does.
func ChangePerson(ctx context.Context, tx *db.Tx, p Person, from Origin) (Diff, error) {
	if p.MergedInto != "" {
		return nil, fault.NewConflict("registry.merged_away", p.Name)
	}
	return changePerson(ctx, tx, p, from, moveFamily)
}

// mover takes a person from old.FamilyID to p.FamilyID, either of which may be "".
type mover func(ctx context.Context, tx *db.Tx, old, p Person, from Origin) error

func changePerson(ctx context.Context, tx *db.Tx, p Person, from Origin, move mover) (Diff, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	old, err := personNow(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	d := people.diff(&old, &p)
	if len(d) == 0 {
		return d, nil
	}
	if old.MergedInto != "" {
		return nil, fault.NewConflict("registry.merged_away", old.Name)
	}
	if old.Version != p.Version {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.Name)
	}
	n, err := tx.ExecMany(ctx, people.update, people.changed(tx.Actor.Regency(), string(p.ID), p.Version, tx.Now, &p)...)
	if err != nil {
		return nil, uniqueNumber(err)
	}
	if n == 0 {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.Name)
	}
	tx.Touch(people.table, string(p.ID))
	if err := followPerson(ctx, tx, old, p, from, move); err != nil {
		return nil, err
	}
	return d, addChange(ctx, tx, subjectPerson, string(p.ID), p.Version+1, from, d)
}

func personNow(ctx context.Context, tx *db.Tx, person id.Person) (Person, error) {
	p, found, err := db.One(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person p WHERE p.regency = $1 AND p.id = $2",
		tx.Actor.Regency(), string(person))
	if err == nil && !found {
		err = fault.NewNotFound("registry.person_gone")
	}
	return p, err
}

// followPerson keeps what hangs on a person in step: former NIK, name index,
// memberships, the head of the family.
func followPerson(ctx context.Context, tx *db.Tx, old, p Person, from Origin, move mover) error {
	// A number that leaves with a split belonged to the other person.
	if old.NIK != p.NIK && old.NIK != "" && from.Source != splitSource {
		if err := keepNumber(ctx, tx, "nik", old.NIK.Reveal(), string(p.ID), from.Source); err != nil {
			return err
		}
	}
	if err := reindexName(ctx, tx, old, p); err != nil {
		return err
	}
	if old.FamilyID != p.FamilyID {
		return move(ctx, tx, old, p, from)
	}
	if p.FamilyID == "" {
		return nil
	}
	if old.Relation != p.Relation {
		if err := relate(ctx, tx, p); err != nil {
			return err
		}
	}
	if old.Name == p.Name && bySeniority(old, p) == 0 {
		return nil // neither who is head nor what he is called can have changed
	}
	return rehead(ctx, tx, p.FamilyID)
}

// ChangeFamily is ChangePerson for families. HeadID, HeadName and Members
// follow from the people, Receives and Review from evidence: none of them is
// changed here.
func ChangeFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Diff, error) {
	if f.MergedInto != "" {
		return nil, fault.NewConflict("registry.merged_away", f.HeadName)
	}
	return changeFamily(ctx, tx, f, from)
}

func changeFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Diff, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	old, err := familyNow(ctx, tx, f.ID)
	if err != nil {
		return nil, err
	}
	d := families.diff(&old, &f)
	if len(d) == 0 {
		return d, nil
	}
	if old.MergedInto != "" {
		return nil, fault.NewConflict("registry.merged_away", old.HeadName)
	}
	if old.Version != f.Version {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.HeadName)
	}
	// Count and standing may have moved since old was read: they have no version.
	// What the update returns is the truth, for now the row is ours.
	now, found, err := db.One(ctx, tx, scanFamily, families.update+" RETURNING "+families.bare,
		families.changed(tx.Actor.Regency(), string(f.ID), f.Version, tx.Now, &f)...)
	if err != nil {
		return nil, uniqueNumber(err)
	}
	if !found {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.HeadName)
	}
	tx.Touch(families.table, string(f.ID))
	if old.KK != f.KK && old.KK != "" {
		if err := keepNumber(ctx, tx, "kk", old.KK.Reveal(), string(f.ID), from.Source); err != nil {
			return nil, err
		}
	}
	old.Members, old.Receives, old.Review = now.Members, now.Receives, now.Review
	if err := retally(ctx, tx, old, now); err != nil {
		return nil, err
	}
	return d, addChange(ctx, tx, subjectFamily, string(f.ID), f.Version+1, from, d)
}

func familyNow(ctx context.Context, tx *db.Tx, family id.Family) (Family, error) {
	f, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE f.regency = $1 AND f.id = $2",
		tx.Actor.Regency(), string(family))
	if err == nil && !found {
		err = fault.NewNotFound("registry.family_gone")
	}
	return f, err
}

func keepNumber(ctx context.Context, tx *db.Tx, kind, number, subject, source string) error {
	return tx.Insert(ctx, formerTable, tx.NewID(), kind, number, subject, tx.Now, source)
}

func uniqueNumber(err error) error {
	if db.IsUnique(err) {
		return fault.NewConflict("registry.number_taken").Because(err)
	}
	return err
}

// SetLife writes the outcome of a decided case: dead or moved on a day, or
// alive again ("hidupkan"). Of somebody who was merged away it is said of who
// speaks for him. It records no event; the case does.
func SetLife(ctx context.Context, tx *db.Tx, person id.Person, life Life, on civil.Date, from Origin) error {
	p, err := personNow(ctx, tx, person)
	if err != nil {
		return err
	}
	if p.MergedInto != "" {
		if p, err = personNow(ctx, tx, p.MergedInto); err != nil {
			return err
		}
	}
	p.Life, p.LifeOn = life, on
	_, err = ChangePerson(ctx, tx, p, from)
	return err
}
