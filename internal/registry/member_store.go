package registry

import (
	"cmp"
	"context"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// join writes the membership of p in p.FamilyID and adjusts the family.
func join(ctx context.Context, tx *db.Tx, p Person, since civil.Date, reason string) error {
	err := tx.Insert(ctx, membershipTable, tx.NewID(), string(p.FamilyID), string(p.ID), int(p.Relation), since, nil, reason)
	if err != nil {
		return err
	}
	return resize(ctx, tx, p.FamilyID, +1)
}

// moveFamily ends the membership in the old family and begins one in the new.
func moveFamily(ctx context.Context, tx *db.Tx, old, p Person, from Origin) error {
	today := civil.Of(tx.Now.Std())
	if old.FamilyID != "" {
		ended, err := db.All(ctx, tx, db.Self[string], `UPDATE membership SET until_on = $4, reason = $5
			WHERE regency = $1 AND person_id = $2 AND family_id = $3 AND until_on IS NULL RETURNING id`,
			tx.Actor.Regency(), string(p.ID), string(old.FamilyID), today, from.Reason)
		if err != nil {
			return err
		}
		tx.Touch(membershipTable, ended...)
		if err := resize(ctx, tx, old.FamilyID, -1); err != nil {
			return err
		}
	}
	if p.FamilyID == "" {
		return nil
	}
	return join(ctx, tx, p, today, from.Source)
}

// moveBack undoes moveFamily: the newer membership never was, the one that it
// ended goes on.
func moveBack(ctx context.Context, tx *db.Tx, old, p Person, from Origin) error {
	regency := tx.Actor.Regency()
	if old.FamilyID != "" {
		gone, err := db.All(ctx, tx, db.Self[string], `DELETE FROM membership
			WHERE regency = $1 AND person_id = $2 AND family_id = $3 AND until_on IS NULL RETURNING id`,
			regency, string(p.ID), string(old.FamilyID))
		if err != nil {
			return err
		}
		tx.Touch(membershipTable, gone...)
		if err := resize(ctx, tx, old.FamilyID, -1); err != nil {
			return err
		}
	}
	if p.FamilyID == "" {
		return nil
	}
	last, found, err := db.One(ctx, tx, db.Self[string], `SELECT id FROM membership
		WHERE regency = $1 AND person_id = $2 AND family_id = $3 AND until_on IS NOT NULL ORDER BY id DESC LIMIT 1`,
		regency, string(p.ID), string(p.FamilyID))
	if err != nil {
		return err
	}
	if !found {
		return join(ctx, tx, p, civil.Date{}, from.Source)
	}
	_, err = tx.ExecMany(ctx, "UPDATE membership SET until_on = NULL, relation = $3 WHERE regency = $1 AND id = $2", regency, last, int(p.Relation))
	if err != nil {
		return err
	}
	tx.Touch(membershipTable, last)
	return resize(ctx, tx, p.FamilyID, +1)
}

// relate writes the relation of p into the membership that is open.
func relate(ctx context.Context, tx *db.Tx, p Person) error {
	open, err := db.All(ctx, tx, db.Self[string], `UPDATE membership SET relation = $4
		WHERE regency = $1 AND person_id = $2 AND family_id = $3 AND until_on IS NULL RETURNING id`,
		tx.Actor.Regency(), string(p.ID), string(p.FamilyID), int(p.Relation))
	tx.Touch(membershipTable, open...)
	return err
}

// rehead elects the head of a family anew and keeps the copied name in step.
func rehead(ctx context.Context, tx *db.Tx, family id.Family) error {
	return resize(ctx, tx, family, 0)
}

// resize adds n members to a family and elects its head anew. The count is
// added to, never overwritten, and that update locks the family before its
// members are read: two writers never lose each other's member.
func resize(ctx context.Context, tx *db.Tx, family id.Family, n int) error {
	regency := tx.Actor.Regency()
	f, found, err := db.One(ctx, tx, scanFamily, `UPDATE family SET members_n = members_n + $3, updated_at = $4
		WHERE regency = $1 AND id = $2 RETURNING `+families.bare, regency, string(family), n, tx.Now)
	if err != nil || !found {
		return err
	}
	if n > 0 && f.MergedInto != "" {
		return fault.NewConflict("registry.merged_away", f.HeadName)
	}
	tx.Touch(families.table, string(family))
	before := f
	before.Members -= n
	if err := retally(ctx, tx, before, f); err != nil {
		return err
	}
	members, err := Members(ctx, tx, regency, family)
	if err != nil {
		return err
	}
	headID, headName := head(members)
	if headID == f.HeadID && headName == f.HeadName {
		return nil
	}
	_, err = tx.ExecMany(ctx, "UPDATE family SET head_id = $3, head_name = $4, head_key = $5 WHERE regency = $1 AND id = $2",
		regency, string(family), string(headID), headName, Key(headName))
	return err
}

// head returns who heads a family of the given people: of those alive and
// here, whom the card calls head, else husband or wife of the head, else the
// oldest. A family without people has no head.
func head(members []Person) (id.Person, string) {
	if len(members) == 0 {
		return "", ""
	}
	first := slices.MinFunc(members, func(a, b Person) int { return cmp.Or(bySeniority(a, b), cmp.Compare(a.ID, b.ID)) })
	return first.ID, first.Name
}

// bySeniority orders people of one family by their claim to be its head.
func bySeniority(a, b Person) int {
	if c := cmp.Compare(standing(a), standing(b)); c != 0 {
		return c
	}
	switch {
	case a.BirthOn == b.BirthOn:
		return 0
	case a.BirthOn.IsZero():
		return 1
	case b.BirthOn.IsZero():
		return -1
	}
	return a.BirthOn.Compare(b.BirthOn)
}

func standing(p Person) int {
	n := 2
	switch p.Relation {
	case HeadOfFamily:
		n = 0
	case Husband, Wife:
		n = 1
	}
	if p.Life != Alive {
		n += 3
	}
	return n
}
