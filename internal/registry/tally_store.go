package registry

import (
	"cmp"
	"context"

	"tepat/internal/db"
	"tepat/internal/region"
)

// tally adds (sign +1) or removes (-1) a family in the counts behind the facets.
// A family that was merged away is in none of them.
func tally(ctx context.Context, tx *db.Tx, f Family, sign int) error {
	if f.MergedInto != "" {
		return nil
	}
	return count(ctx, tx, f, sign, sign*f.Members)
}

// count adds families and people to the cell that f lies in.
func count(ctx context.Context, tx *db.Tx, f Family, families, people int) error {
	_, err := tx.ExecMany(ctx, `INSERT INTO family_tally (regency, village, desil, receives, review, families_n, people_n)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (regency, village, desil, receives, review) DO UPDATE SET
			families_n = family_tally.families_n + excluded.families_n,
			people_n = family_tally.people_n + excluded.people_n`,
		tx.Actor.Regency(), string(f.Village), f.Desil, f.Receives, string(f.Review), families, people)
	return err
}

// retally moves a family from one cell to another. The cells are locked in one
// order, so that two writers going opposite ways do not block each other.
func retally(ctx context.Context, tx *db.Tx, before, after Family) error {
	order := byCell(before, after)
	if order == 0 && before.MergedInto != after.MergedInto {
		order = -1
	}
	switch order {
	case 0:
		if before.Members == after.Members || after.MergedInto != "" {
			return nil
		}
		return count(ctx, tx, after, 0, after.Members-before.Members)
	case -1:
		if err := tally(ctx, tx, before, -1); err != nil {
			return err
		}
		return tally(ctx, tx, after, +1)
	}
	if err := tally(ctx, tx, after, +1); err != nil {
		return err
	}
	return tally(ctx, tx, before, -1)
}

func byCell(a, b Family) int {
	return cmp.Or(cmp.Compare(a.Village, b.Village), cmp.Compare(a.Desil, b.Desil), cmp.Compare(a.Receives, b.Receives), cmp.Compare(a.Review, b.Review))
}

// Tally is a cell of the counts: families of one village, desil (0 is
// unranked), set of programmes received and state of review.
type Tally struct {
	Village  region.Code
	Desil    int
	Receives string
	Review   Review
	Families int
	People   int
}

// Tallies returns the non-empty cells inside scope, a few thousand at most.
func Tallies(ctx context.Context, q db.Querier, scope region.Scope) ([]Tally, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("families_n <> 0")
	return db.All(ctx, q, func(t *Tally) []any {
		return []any{&t.Village, &t.Desil, &t.Receives, &t.Review, &t.Families, &t.People}
	},
		"SELECT village, desil, receives, review, families_n, people_n FROM family_tally"+w.String(), w.Args...)
}
