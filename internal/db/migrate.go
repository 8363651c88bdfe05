package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migration is one step of the schema, forward only.
type Migration struct {
	Version int
	Name    string
	SHA256  string // of the file, so that an edited step is noticed
	sql     string
}

// Migrations returns every step of this program, in order.
func Migrations() ([]Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []Migration
	for _, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(strings.TrimPrefix(name, "migrations/"), ".sql")
		num, title, ok := strings.Cut(base, "_")
		v, err := strconv.Atoi(num)
		if err != nil || !ok || v != len(out)+1 {
			return nil, fmt.Errorf("migration %s: number out of order", name)
		}
		sum := sha256.Sum256(b)
		out = append(out, Migration{v, title, hex.EncodeToString(sum[:]), string(b)})
	}
	return out, nil
}

// Migrate brings the schema up to this program's, in one transaction, and
// returns the steps it took. Several processes may call it at once.
func (d *DB) Migrate(ctx context.Context) ([]Migration, error) {
	all, err := Migrations()
	if err != nil {
		return nil, err
	}
	var done []Migration
	err = d.Housekeep(ctx, func(tx *Tx) error {
		done = nil
		have, err := tx.schema(ctx)
		if err != nil {
			return err
		}
		for _, m := range all {
			if sum, ok := have[m.Version]; ok {
				if sum != m.SHA256 {
					return fmt.Errorf("migration %d (%s) was edited after it ran", m.Version, m.Name)
				}
				continue
			}
			if err := tx.step(ctx, m); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.Version, m.Name, err)
			}
			done = append(done, m)
		}
		if len(have) > len(all) {
			return errors.New("the database was made by a newer tepat; use that version")
		}
		return nil
	})
	return done, err
}

// Pending returns the steps that the database still lacks.
func (d *DB) Pending(ctx context.Context) ([]Migration, error) {
	all, err := Migrations()
	if err != nil {
		return nil, err
	}
	var n int
	if err := d.Read().QueryRow(ctx, "SELECT count(*) FROM schema_migration").Scan(&n); err != nil {
		return all, nil //nolint:nilerr // a database without the table lacks every step
	}
	if n > len(all) {
		return nil, errors.New("the database was made by a newer tepat; use that version")
	}
	return all[n:], nil
}

func (tx *Tx) schema(ctx context.Context) (map[int]string, error) {
	if tx.db.engine == Postgres {
		if _, err := tx.tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7210399)"); err != nil {
			return nil, err
		}
	}
	if _, err := tx.tx.ExecContext(ctx, portable(tx.db.engine, `CREATE TABLE IF NOT EXISTS schema_migration (
	version BIGINT PRIMARY KEY,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	at TEXT NOT NULL
);`)); err != nil {
		return nil, err
	}
	type row struct {
		v   int
		sum string
	}
	rows, err := All(ctx, tx, func(r *row) []any { return []any{&r.v, &r.sum} },
		"SELECT version, sha256 FROM schema_migration")
	if err != nil {
		return nil, err
	}
	have := make(map[int]string, len(rows))
	for _, r := range rows {
		have[r.v] = r.sum
	}
	return have, nil
}

func (tx *Tx) step(ctx context.Context, m Migration) error {
	for _, stmt := range statements(portable(tx.db.engine, m.sql)) {
		if _, err := tx.tx.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("%w in: %.120s", err, stmt)
		}
	}
	_, err := tx.Exec(ctx, "INSERT INTO schema_migration (version, name, sha256, at) VALUES ($1, $2, $3, $4)",
		m.Version, m.Name, m.SHA256, tx.Now)
	return err
}

var (
	onlyLine = regexp.MustCompile(`(?m)^(.*)-- only: (sqlite|postgres)$`)
	liteType = strings.NewReplacer("BIGINT", "INTEGER", "BYTEA", "BLOB", "\n);", "\n) STRICT;", "\n) /* keyed */;", "\n) STRICT, WITHOUT ROWID;")
)

// portable turns a migration into one engine's dialect. Files are written for
// PostgreSQL; a line that ends in "-- only: sqlite" or "-- only: postgres"
// stays only there; types and STRICT are mapped for SQLite. A table closed by
// ") /* keyed */;" is stored by its key alone there: good for narrow rows.
func portable(engine Engine, text string) string {
	text = onlyLine.ReplaceAllStringFunc(text, func(line string) string {
		m := onlyLine.FindStringSubmatch(line)
		if m[2] == string(engine) {
			return m[1]
		}
		return ""
	})
	if engine == SQLite {
		text = liteType.Replace(text)
	}
	return text
}

// statements splits at semicolons that end a line; a trigger body keeps its
// inner ones by ending them with "; --".
func statements(text string) []string {
	var out []string
	for _, s := range strings.Split(text, ";\n") {
		if hasCode(s) {
			out = append(out, s)
		}
	}
	return out
}

func hasCode(s string) bool {
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") {
			return true
		}
	}
	return false
}
