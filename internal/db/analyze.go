package db

import (
	"context"
	"fmt"
	"regexp"
)

var tableName = regexp.MustCompile(`^[a-z_]+$`)

// Analyze tells PostgreSQL how many rows tables have now. After a command that
// stored thousands its planner would read whole tables until autovacuum looks,
// a minute later. SQLite plans by its indexes and needs no telling.
func (d *DB) Analyze(ctx context.Context, tables ...string) error {
	if d.engine != Postgres {
		return nil
	}
	for _, t := range tables {
		if !tableName.MatchString(t) {
			return fmt.Errorf("db.Analyze: %q is no table", t)
		}
		if _, err := d.write.ExecContext(ctx, "ANALYZE "+t); err != nil {
			return fmt.Errorf("db.Analyze %s: %w", t, err)
		}
	}
	return nil
}

// AnalyzeLater is Analyze once the command is durable. That it fails is no
// failure of the command: what follows is slower for a minute.
func (tx *Tx) AnalyzeLater(ctx context.Context, tables ...string) {
	tx.AfterCommit(func() {
		_ = tx.db.Analyze(ctx, tables...) //nolint:errcheck // see above
	})
}
