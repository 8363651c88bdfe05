package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
)

// guarded runs an UPDATE of one row that names the version or state it was read
// in, and refuses when no row is left: under READ COMMITTED somebody else may
// have changed it between reading and now, and then nothing that was judged
// here holds.
func guarded(ctx context.Context, tx *db.Tx, t *db.Table, key, query string, args ...any) error {
	n, err := tx.Exec(ctx, query, args...)
	if err != nil {
		return unique(err)
	}
	if n == 0 {
		return fault.NewConflict("program.moved")
	}
	tx.Touch(t, key)
	return nil
}

// unique turns the violation of a unique index, which is how the second of two
// commands at once ends, into a conflict.
func unique(err error) error {
	if db.IsUnique(err) {
		return fault.NewConflict("program.moved").Because(err)
	}
	return err
}
