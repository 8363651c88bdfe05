package db

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Copied counts the rows of one table that CopyTo moved.
type Copied struct {
	Table string
	Rows  int64
}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+) \(`)

// tableNames lists every table in the order of its creation, so that a row's
// foreign keys exist before the row.
func tableNames() ([]string, error) {
	all, err := Migrations()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range all {
		for _, found := range createTable.FindAllStringSubmatch(m.sql, -1) {
			out = append(out, found[1])
		}
	}
	return out, nil
}

// CopyTo copies every row of d, as of one moment, into to, which must be
// migrated and empty. Either may be SQLite or PostgreSQL: this is how a backup
// is made and restored, and how an office moves to the other engine. Nothing
// is visible in to until all of it is there.
func (d *DB) CopyTo(ctx context.Context, to *DB, progress func(Copied)) ([]Copied, error) {
	names, err := tableNames()
	if err != nil {
		return nil, err
	}
	var out []Copied
	err = d.Snapshot(ctx, func(q Querier) error {
		return to.Housekeep(ctx, func(tx *Tx) error {
			out = nil
			for _, name := range names {
				n, err := copyTable(ctx, q, tx, name)
				if err != nil {
					return fmt.Errorf("copy %s: %w", name, err)
				}
				out = append(out, Copied{name, n})
				if progress != nil {
					progress(Copied{name, n})
				}
			}
			return tx.skipTurns(ctx)
		})
	})
	return out, err
}

func copyTable(ctx context.Context, q Querier, tx *Tx, name string) (int64, error) {
	var have int64
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+name).Scan(&have); err != nil {
		return 0, err
	}
	if have > 0 {
		return 0, fmt.Errorf("the target is not empty: %s has %d rows", name, have)
	}
	cols, err := columnsOf(ctx, q, name)
	if err != nil {
		return 0, err
	}
	marks := make([]string, len(cols))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	list := strings.Join(cols, ", ")
	insert := "INSERT INTO " + name + " (" + list + ") VALUES (" + strings.Join(marks, ", ") + ")"
	rows, err := q.Query(ctx, "SELECT "+list+" FROM "+name)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, ptrs := scanBuffer(len(cols))
	var n int64
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return n, err
		}
		if _, err := tx.ExecMany(ctx, insert, values...); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

func columnsOf(ctx context.Context, q Querier, name string) ([]string, error) {
	rows, err := q.Query(ctx, "SELECT t.* FROM "+name+" t WHERE 1 = 0") // names only, no rows
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return cols, rows.Err()
}

// skipTurns moves PostgreSQL's sequence behind the turns that came along.
func (tx *Tx) skipTurns(ctx context.Context) error {
	if tx.db.engine != Postgres {
		return nil
	}
	_, err := tx.tx.ExecContext(ctx, "SELECT setval('ledger_turn', GREATEST((SELECT COALESCE(max(turn), 0) FROM ledger_outbox), (SELECT last_value FROM ledger_turn)) + 1)")
	return err
}

// BackupFile writes a consistent copy of d into a new SQLite file at path,
// which must not exist, while others go on reading and writing. On SQLite it is
// VACUUM INTO; copying the live file by hand would lose what is in the WAL.
func (d *DB) BackupFile(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("db.BackupFile: %s exists", path)
	}
	if d.engine == SQLite {
		return d.vacuumInto(ctx, path)
	}
	to, err := Open(ctx, path, Options{Now: d.now, Mint: d.mint})
	if err != nil {
		return err
	}
	if _, err := to.Migrate(ctx); err != nil {
		to.Close()
		return err
	}
	if _, err := d.CopyTo(ctx, to, nil); err != nil {
		to.Close()
		return err
	}
	if err := to.Close(); err != nil {
		return err
	}
	return syncFile(path)
}

// vacuumInto uses a connection of its own: the read pool may not write, not
// even another file, and the writer must stay free.
func (d *DB) vacuumInto(ctx context.Context, path string) error {
	own, err := sql.Open("sqlite", sqliteURL(d.path))
	if err != nil {
		return err
	}
	defer own.Close()
	if _, err := own.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return fmt.Errorf("db.BackupFile: %w", classify(err))
	}
	return syncFile(path)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// IntegrityCheck asks the engine whether its own structures are sound; the
// answer is "ok" or what is broken. It says nothing about who wrote the rows.
func (d *DB) IntegrityCheck(ctx context.Context) (string, error) {
	if d.engine == Postgres {
		return "ok", nil // PostgreSQL checks page checksums on every read
	}
	lines, err := All(ctx, d.Read(), Self[string], "SELECT integrity_check FROM pragma_integrity_check")
	return strings.Join(lines, "; "), err
}
