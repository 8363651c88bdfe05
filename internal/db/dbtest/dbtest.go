// Package dbtest gives every test a real, migrated database on both engines.
//
// It owns the temporary databases; it refuses mocks. PostgreSQL is taken from
// TEPAT_TEST_POSTGRES, a server made for tests; without it the PostgreSQL half
// is skipped, except under CI=true, where its absence fails.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/region"
)

// Epoch is the instant at which the clock of every test database stands still.
var Epoch = time.Date(2026, 11, 22, 1, 15, 0, 0, time.UTC)

// Each runs f on SQLite and on PostgreSQL, each with an empty migrated
// database whose clock stands at Epoch. The journal is one that keeps nothing;
// tests of the ledger set their own with Keep.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// Actor is a system actor of the whole of regency, such as "2103".
func Actor(regency region.Code) db.Actor {
	return db.Actor{Name: "uji", Role: "system", Scope: region.NewScope(regency)}
}

type silent struct{}

func (silent) Append(context.Context, *db.Tx, []db.Event, []db.Seal) error { return nil }

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{Now: func() time.Time { return Epoch }})
	if err != nil {
		t.Fatal(err)
	}
	d.Keep(silent{})
	return d
}

var template struct {
	once sync.Once
	file []byte
	err  error
}

// SQLite returns an empty migrated database in a file that lives as long as t.
// The schema is made once per process and copied, which takes milliseconds.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	template.once.Do(func() {
		dir, err := os.MkdirTemp("", "tepat-dbtest-")
		if err != nil {
			template.err = err
			return
		}
		defer os.RemoveAll(dir)
		template.file, template.err = migratedFile(filepath.Join(dir, "t.db"))
	})
	if template.err != nil {
		t.Fatal(template.err)
	}
	path := filepath.Join(t.TempDir(), "tepat.db")
	if err := os.WriteFile(path, template.file, 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	t.Cleanup(func() { d.Close() })
	return d
}

func migratedFile(path string) ([]byte, error) {
	ctx := context.Background()
	d, err := db.Open(ctx, path, db.Options{Now: func() time.Time { return Epoch }})
	if err != nil {
		return nil, err
	}
	if _, err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil { // checkpoints the WAL into the file
		return nil, err
	}
	return os.ReadFile(path)
}

var spare struct {
	sync.Mutex
	n    int
	free []string
}

// Postgres returns an empty migrated database on the server named by
// TEPAT_TEST_POSTGRES.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	server := os.Getenv("TEPAT_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("TEPAT_TEST_POSTGRES is not set, and CI must test PostgreSQL")
		}
		t.Skip("TEPAT_TEST_POSTGRES is not set: NOT TESTED ON POSTGRESQL")
	}
	dsn := takeDatabase(t, server)
	d := open(t, dsn)
	t.Cleanup(func() {
		defer d.Close()
		empty(t, dsn)
		spare.Lock()
		defer spare.Unlock()
		spare.free = append(spare.free, dsn)
	})
	return d
}

func takeDatabase(t testing.TB, server string) string {
	t.Helper()
	spare.Lock()
	defer spare.Unlock()
	if n := len(spare.free); n > 0 {
		dsn := spare.free[n-1]
		spare.free = spare.free[:n-1]
		return dsn
	}
	spare.n++
	name := fmt.Sprintf("tepat_test_%d_%d", os.Getpid(), spare.n)
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	// C is byte order, as on SQLite; template0 allows a collation of its own.
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	d := open(t, u.String())
	defer d.Close()
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// empty removes all rows without firing the triggers that keep the ledger
// append-only; deleting is many times faster than a new database.
func empty(t testing.TB, dsn string) {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	rows, err := pool.Query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	stmts := []string{"SET session_replication_role = replica"}
	for _, n := range names {
		stmts = append(stmts, "DELETE FROM "+n)
	}
	for _, s := range stmts {
		if _, err := pool.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}
