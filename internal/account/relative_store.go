package account

import (
	"context"
	"fmt"
	"slices"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
)

// Relative is a person or family close to an officer, declared by him.
type Relative struct {
	ID       string
	NIK      nik.NIK // may be empty when KK is known
	KK       nik.KK  // may be empty when NIK is known
	Relation string  // one of Relations
}

// Relations lists the ties that are declared: the degrees in which an official
// must step aside (UU 30/2014, articles 42 to 45, on conflicts of interest).
func Relations() []string {
	return []string{"spouse", "parent", "child", "sibling", "in_law", "grandparent", "uncle_aunt", "cousin", "household", "other"}
}

// DeclareRelative enters a relative of the actor himself.
func DeclareRelative(ctx context.Context, tx *db.Tx, r Relative) error {
	if tx.Actor.User == "" {
		return fault.NewDenied("account.not_self_only")
	}
	if r.NIK == "" && r.KK == "" {
		return fault.NewInvalid("account.relative_empty").At("nik")
	}
	if !slices.Contains(Relations(), r.Relation) {
		return fault.NewInvalid("account.relation_unknown").At("relation")
	}
	held, err := Relatives(ctx, tx, tx.Actor.User)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.NIK == r.NIK && h.KK == r.KK {
			return fault.NewConflict("account.relative_known").At("nik")
		}
	}
	r.ID = tx.NewID()
	if err := tx.Insert(ctx, relativeTable, r.ID, string(tx.Actor.User), r.KK.Reveal(), r.NIK.Reveal(), r.Relation, tx.Now, nil); err != nil {
		return fmt.Errorf("account.DeclareRelative: %w", err)
	}
	return tx.Record(EventDeclared, string(tx.Actor.User), "", said(tx.Actor.Name,
		"relative", r.ID, "relation", r.Relation, "nik", r.NIK, "kk", r.KK))
}

// WithdrawRelative ends a declaration. An administrator does it, never the
// officer himself: he would withdraw, approve and declare again.
func WithdrawRelative(ctx context.Context, tx *db.Tx, user id.User, relative string) error {
	whose, err := target(ctx, tx, user)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE declared_relative SET withdrawn_at = $1
		WHERE regency = $2 AND id = $3 AND user_id = $4 AND withdrawn_at IS NULL`,
		tx.Now, tx.Actor.Regency(), relative, string(user))
	if err != nil {
		return fmt.Errorf("account.WithdrawRelative: %w", err)
	}
	if n == 0 {
		return fault.NewNotFound("account.relative_not_found")
	}
	tx.Touch(relativeTable, relative)
	return tx.Record(EventWithdrawn, string(user), "", said(whose.Name, "relative", relative))
}

// Relatives returns what user has declared and nobody has withdrawn.
func Relatives(ctx context.Context, q db.Querier, user id.User) ([]Relative, error) {
	out, err := db.All(ctx, q, func(r *Relative) []any { return []any{&r.ID, &r.NIK, &r.KK, &r.Relation} },
		"SELECT id, nik, kk, relation FROM declared_relative WHERE user_id = $1 AND withdrawn_at IS NULL ORDER BY id", string(user))
	return out, fault.Wrap("account.Relatives", err)
}

// Related reports whether one of the numbers is the officer's own or that of a
// declared relative. Records packages ask it inside the transaction of a
// decision and answer with OwnFamily. The system, an empty user, has no family.
func Related(ctx context.Context, q db.Querier, user id.User, niks []nik.NIK, kks []nik.KK) (bool, error) {
	if len(niks)+len(kks) == 0 {
		return false, nil
	}
	heldNIKs, heldKKs, err := OwnNumbers(ctx, q, user)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(heldNIKs, func(n nik.NIK) bool { return slices.Contains(niks, n) }) ||
		slices.ContainsFunc(heldKKs, func(k nik.KK) bool { return slices.Contains(kks, k) }), nil
}

// OwnNumbers returns the officer's own numbers and those of his declared
// relatives, for commands that compare many rows with them. The system has none.
func OwnNumbers(ctx context.Context, q db.Querier, user id.User) ([]nik.NIK, []nik.KK, error) {
	if user == "" {
		return nil, nil, nil
	}
	held, err := db.All(ctx, q, func(r *Relative) []any { return []any{&r.NIK, &r.KK} },
		`SELECT nik, kk FROM user_account WHERE id = $1
		UNION ALL SELECT nik, kk FROM declared_relative WHERE user_id = $1 AND withdrawn_at IS NULL`, string(user))
	if err != nil {
		return nil, nil, fmt.Errorf("account.OwnNumbers: %w", err)
	}
	var niks []nik.NIK
	var kks []nik.KK
	for _, h := range held {
		if h.NIK != "" {
			niks = append(niks, h.NIK)
		}
		if h.KK != "" {
			kks = append(kks, h.KK)
		}
	}
	return niks, kks, nil
}

// OwnFamily is the answer to an officer who would act on his own family.
func OwnFamily() *fault.Fault { return fault.NewDenied("account.own_family") }
