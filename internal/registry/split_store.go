package registry

import (
	"context"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Split says that one record holds two people who were never two records: a
// file mixed them up. New is the other person, with what is known of him; Clear
// lists the fields that From loses, for they were his; former numbers and
// memberships that are named go along.
type Split struct {
	From        id.Person
	Version     int // as it was read; 0 is not checked
	New         Person
	Clear       []string
	Numbers     []string // ids of FormerNumbers of From
	Memberships []id.Membership
	Reason      string
	Origin      Origin
}

// SplitPerson takes a wrongly joined person apart and returns the new record.
// Areas, own family and reason are as in MergePeople; Unmerge undoes it, as
// long as nothing points at the new record. It records person.split.
func SplitPerson(ctx context.Context, tx *db.Tx, s Split) (id.Merge, id.Person, error) {
	reason, err := sayable(s.Reason)
	if err != nil {
		return "", "", err
	}
	if err := take(ctx, tx, people.table, string(s.From)); err != nil {
		return "", "", err
	}
	old, err := mergeable(ctx, tx, s.From, s.Version)
	if err != nil {
		return "", "", err
	}
	fresh, err := s.newPerson(ctx, tx)
	if err != nil {
		return "", "", err
	}
	moving, err := s.moving(ctx, tx, &fresh)
	if err != nil {
		return "", "", err
	}
	var a album
	if err := a.lookAtSplit(ctx, tx, old, fresh); err != nil {
		return "", "", err
	}
	from := Origin{Source: splitSource, Batch: s.Origin.Batch, Row: s.Origin.Row, Reason: reason}
	if err := s.part(ctx, tx, old, fresh, moving, from); err != nil {
		return "", "", err
	}
	act := Merge{Kind: OfSplit, Keep: string(old.ID), Drop: string(fresh.ID), KeepName: old.Name, DropName: fresh.Name,
		Village: old.Village, Source: s.Origin.Source, Reason: reason}
	if err := act.begin(ctx, tx); err != nil {
		return "", "", err
	}
	if err := a.keep(ctx, tx, act.ID); err != nil {
		return "", "", err
	}
	return act.ID, fresh.ID, tx.Record("person.split", act.Keep, act.Village, map[string]any{"say": []string{fresh.Name, old.Name, reason},
		"merge": act.ID, "new": act.Drop, "cleared": s.Clear})
}

// newPerson completes the other person and checks where he is to live.
func (s Split) newPerson(ctx context.Context, tx *db.Tx) (Person, error) {
	p := s.New
	p.ID, p.MergedInto, p.Name = id.Person(tx.NewID()), "", strings.Join(strings.Fields(p.Name), " ")
	p.Version, p.CreatedAt, p.UpdatedAt = 1, tx.Now, tx.Now
	if p.Life == "" {
		p.Life = Alive
	}
	if err := p.Check(); err != nil {
		return p, err
	}
	if !tx.Actor.Scope.Contains(p.Village) {
		return p, fault.NewInvalid("registry.village_outside").At("village")
	}
	if p.FamilyID == "" {
		return p, nil
	}
	_, err := mergeableFamily(ctx, tx, p.FamilyID, 0)
	return p, err
}

// moving loads the memberships that go along. One that is still open puts the
// new person into its family.
func (s Split) moving(ctx context.Context, tx *db.Tx, fresh *Person) ([]Membership, error) {
	all, err := Memberships(ctx, tx, tx.Actor.Regency(), s.From)
	if err != nil {
		return nil, err
	}
	var out []Membership
	for _, m := range all {
		if !slices.Contains(s.Memberships, m.ID) {
			continue
		}
		out = append(out, m)
		if !m.Until.IsZero() {
			continue
		}
		if fresh.FamilyID != "" && fresh.FamilyID != m.FamilyID {
			return nil, fault.NewInvalid("registry.split_family").At("family_id")
		}
		fresh.FamilyID = m.FamilyID
		if fresh.Relation == 0 {
			fresh.Relation = m.Relation
		}
	}
	if len(out) != len(s.Memberships) {
		return nil, fault.NewConflict("registry.split_gone")
	}
	return out, nil
}

func (a *album) lookAtSplit(ctx context.Context, tx *db.Tx, old, fresh Person) error {
	for _, f := range []id.Family{old.FamilyID, fresh.FamilyID} {
		if err := a.lookAtFamily(ctx, tx, f); err != nil {
			return err
		}
	}
	return a.lookAll(ctx, tx, []view{
		{people.table, "id", string(old.ID)}, {people.table, "id", string(fresh.ID)},
		{membershipTable, "person_id", string(old.ID)}, {membershipTable, "person_id", string(fresh.ID)},
		{formerTable, "subject_id", string(old.ID)}, {formerTable, "subject_id", string(fresh.ID)},
	})
}

// part does it: the old record loses what was never its own, then the new one
// stands up with it. A number is free before the other takes it.
func (s Split) part(ctx context.Context, tx *db.Tx, old, fresh Person, moving []Membership, from Origin) error {
	after := old
	if err := people.clear(&after, personGroups, s.Clear); err != nil {
		return err
	}
	if after.Life == "" {
		after.Life = Alive
	}
	if after.Village == "" {
		after.Village = old.Village // he lives somewhere, with or without a family
	}
	open := slices.IndexFunc(moving, func(m Membership) bool { return m.Until.IsZero() })
	move := mover(moveFamily)
	if open >= 0 {
		after.FamilyID, after.Relation, move = "", 0, leaveOnly
	}
	if _, err := changePerson(ctx, tx, after, from, move); err != nil {
		return err
	}
	if err := tx.Insert(ctx, people.table, string(fresh.ID), people.values(&fresh)...); err != nil {
		return uniqueNumber(err)
	}
	if err := indexName(ctx, tx, fresh.ID, fresh.Name); err != nil {
		return err
	}
	if err := addChange(ctx, tx, subjectPerson, string(fresh.ID), 1, from, nil); err != nil {
		return err
	}
	if err := s.hand(ctx, tx, fresh, moving); err != nil || fresh.FamilyID == "" {
		return err
	}
	if open < 0 {
		err := tx.Insert(ctx, membershipTable, tx.NewID(), string(fresh.FamilyID), string(fresh.ID), int(fresh.Relation), nil, nil, from.Source)
		if err != nil {
			return err
		}
	}
	return resize(ctx, tx, fresh.FamilyID, +1)
}

// leaveOnly takes a person out of a family whose membership goes to another.
func leaveOnly(ctx context.Context, tx *db.Tx, old, _ Person, _ Origin) error {
	return resize(ctx, tx, old.FamilyID, -1)
}

// hand gives the new person the memberships and former numbers that are his.
func (s Split) hand(ctx context.Context, tx *db.Tx, fresh Person, moving []Membership) error {
	regency := tx.Actor.Regency()
	for _, m := range moving {
		relation := m.Relation
		if m.Until.IsZero() {
			relation = fresh.Relation
		}
		_, err := tx.ExecMany(ctx, "UPDATE membership SET person_id = $3, relation = $4 WHERE regency = $1 AND id = $2",
			regency, string(m.ID), string(fresh.ID), int(relation))
		if err != nil {
			return err
		}
		tx.Touch(membershipTable, string(m.ID))
	}
	for _, number := range s.Numbers {
		n, err := tx.ExecMany(ctx, "UPDATE former_number SET subject_id = $3 WHERE regency = $1 AND id = $2 AND subject_id = $4",
			regency, number, string(fresh.ID), string(s.From))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NewConflict("registry.split_gone")
		}
		tx.Touch(formerTable, number)
	}
	return nil
}
