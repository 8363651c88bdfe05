package evidence

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// store writes i over the version it was read at and counts it up. Somebody
// else's change in between is a Conflict.
func store(ctx context.Context, tx *db.Tx, i *Indication) error {
	n, err := tx.ExecMany(ctx, `UPDATE indication SET family_id = $4, village = $5, fact_id = $6, programs = $7, amount_idr = $8, weight = $9,
		severity = $10, state = $11, ended = $12, decided_by = $13, decided_name = $14, decided_at = $15, reason = $16,
		confirmed_by = $17, confirmed_name = $18, confirmed_at = $19, note = $20, revived_by = $21, revived_name = $22, revived_at = $23,
		revived_why = $24, closed_at = $25, version = version + 1 WHERE regency = $1 AND id = $2 AND version = $3`,
		tx.Actor.Regency(), string(i.ID), i.Version, textOrNull(string(i.Family)), string(i.Village), string(i.Fact), i.Programs, int64(i.Amount),
		weigh(i.Programs, i.Amount), string(i.Severity), string(i.State), flag(i.Ended), string(i.DecidedBy), i.DecidedName, i.DecidedAt, i.Reason,
		string(i.ConfirmedBy), i.ConfirmedName, i.ConfirmedAt, i.Note, string(i.RevivedBy), i.RevivedName, i.RevivedAt,
		i.RevivedWhy, i.ClosedAt)
	if err != nil {
		return fmt.Errorf("evidence: store indication: %w", err)
	}
	if n == 0 {
		return fault.NewConflict("evidence.changed_meanwhile")
	}
	i.Version++
	tx.Touch(indicationTable, string(i.ID))
	return nil
}

// remove takes out an indication on which nobody has decided, with its steps.
func remove(ctx context.Context, tx *db.Tx, indication id.Indication) error {
	regency := tx.Actor.Regency()
	steps, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM indication_step WHERE regency = $1 AND indication_id = $2", regency, string(indication))
	if err != nil {
		return err
	}
	tx.Touch(stepTable, steps...)
	if _, err := tx.Exec(ctx, "DELETE FROM indication_step WHERE regency = $1 AND indication_id = $2", regency, string(indication)); err != nil {
		return err
	}
	tx.Touch(indicationTable, string(indication))
	_, err = tx.Exec(ctx, "DELETE FROM indication WHERE regency = $1 AND id = $2", regency, string(indication))
	return err
}

// Step is one thing that happened to an indication; "evidence.step.<Deed>" names it.
type Step struct {
	ID    string
	Deed  string
	State State // after it
	At    db.Time
	Actor id.User
	Name  string
	Note  string
}

func addStep(ctx context.Context, tx *db.Tx, i Indication, deed, note string) error {
	return tx.Insert(ctx, stepTable, tx.NewID(), string(i.ID), deed, string(i.State), tx.Now, string(tx.Actor.User), tx.Actor.Name, note)
}

func steps(ctx context.Context, q db.Querier, regency string, i Indication) ([]Step, error) {
	return db.All(ctx, q, func(s *Step) []any {
		return []any{&s.ID, &s.Deed, &s.State, &s.At, &s.Actor, &s.Name, &s.Note}
	}, `SELECT id, deed, state, at, actor_id, actor_name, note FROM indication_step
		WHERE regency = $1 AND indication_id = $2 ORDER BY id`, regency, string(i.ID))
}
