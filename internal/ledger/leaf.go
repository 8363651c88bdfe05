package ledger

import (
	"context"
	"encoding/hex"

	"tepat/internal/db"
	"tepat/internal/fault"
)

// LeafHash returns the RFC 6962 hash of entry seq in lower-case hexadecimal. It
// shows that the entry exists to whoever may not read it.
func LeafHash(ctx context.Context, q db.Querier, regency string, seq int64) (string, error) {
	hashes, found, err := db.One(ctx, q, db.Self[[]byte],
		"SELECT hashes FROM ledger_entry WHERE regency = $1 AND seq = $2", regency, seq)
	if err == nil && (!found || len(hashes) < 32) {
		err = fault.NewNotFound("ledger.no_entry", seq)
	}
	if err != nil {
		return "", fault.Wrap("ledger.LeafHash", err)
	}
	return hex.EncodeToString(hashes[:32]), nil
}
