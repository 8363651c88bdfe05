package db

import (
	"context"
	"database/sql"
	"os"
	"time"
)

// BareInsert is the yardstick of imports: it stores n rows of a civil registry
// extract's width with one prepared statement, in transactions of 5,000 rows,
// by the same driver and with the same durability, and nothing around it. The
// rows go to a table of their own that is gone afterwards; on SQLite to a file
// of its own beside the database.
func (d *DB) BareInsert(ctx context.Context, n int) (time.Duration, error) {
	pool := d.write
	if d.engine == SQLite {
		path := d.path + ".bench"
		own, err := sql.Open("sqlite", sqliteURL(path))
		if err != nil {
			return 0, err
		}
		own.SetMaxOpenConns(1)
		defer os.Remove(path)
		defer own.Close()
		pool = own
	}
	if _, err := pool.ExecContext(ctx, "CREATE TABLE bench_bare (n BIGINT PRIMARY KEY, nik TEXT, kk TEXT, name TEXT, born TEXT, place TEXT, mother TEXT, address TEXT, village TEXT)"); err != nil {
		return 0, err
	}
	begun := time.Now()
	for start := 0; start < n; start += 5000 {
		if err := bareChunk(ctx, pool, start, min(start+5000, n)); err != nil {
			return 0, err
		}
	}
	took := time.Since(begun)
	_, err := pool.ExecContext(ctx, "DROP TABLE bench_bare")
	return took, err
}

func bareChunk(ctx context.Context, pool *sql.DB, from, to int) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit this does nothing
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO bench_bare VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		if _, err := stmt.ExecContext(ctx, i, "7203991207850012", "7203990101200034", "SITI AMINAH BINTI SALEH", "1985-07-12", "DONGGALA",
			"ROHANI", "JL. TRANS SULAWESI NO. 12", "7203082001"); err != nil {
			return err
		}
	}
	return tx.Commit()
}
