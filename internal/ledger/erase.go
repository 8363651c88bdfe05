package ledger

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
)

// Erase blanks payload and salt of the entries about object and records that
// it did, with the reason. Leaves, seals and every proof stay valid; only what
// the entries said is gone. It fails with "ledger.waiting" while entries about
// object wait for the sequencer, and with "ledger.nothing_to_erase".
func Erase(ctx context.Context, tx *db.Tx, object, reason string) (int, error) {
	regency := tx.Actor.Regency()
	waits, _, err := db.One(ctx, tx, db.Self[int64],
		"SELECT count(*) FROM ledger_outbox WHERE regency = $1 AND object = $2", regency, object)
	if err != nil {
		return 0, fmt.Errorf("ledger.Erase: %w", err)
	}
	if waits > 0 {
		return 0, fault.NewUnavailable("ledger.waiting")
	}
	type row struct {
		seq           int64
		name, area    string
		payload, salt []byte
	}
	rows, err := db.All(ctx, tx, func(r *row) []any { return []any{&r.seq, &r.name, &r.area, &r.payload, &r.salt} },
		`SELECT seq, actor_name, area, payload, salt FROM ledger_entry
		WHERE regency = $1 AND object = $2 AND payload IS NOT NULL AND kind <> $3 ORDER BY seq`, regency, object, KindErased)
	if err != nil {
		return 0, fmt.Errorf("ledger.Erase: %w", err)
	}
	if len(rows) == 0 {
		return 0, fault.NewNotFound("ledger.nothing_to_erase")
	}
	e := erasure{Reason: reason}
	for _, r := range rows {
		digest, _ := payloadDigest(nil, r.salt, r.payload, []byte(r.name), []byte(r.area))
		if _, err := tx.ExecMany(ctx, `UPDATE ledger_entry SET payload = NULL, salt = NULL, payload_digest = $3
			WHERE regency = $1 AND seq = $2`, regency, r.seq, digest[:]); err != nil {
			return 0, fmt.Errorf("ledger.Erase: %w", err)
		}
		e.Entries = append(e.Entries, r.seq)
	}
	return len(rows), tx.Record(KindErased, object, "", e)
}
