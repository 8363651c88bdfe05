package db_test

import (
	"strings"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

func TestMigratingTwiceDoesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		done, err := d.Migrate(t.Context())
		if err != nil || len(done) != 0 {
			t.Fatalf("second run took %d steps, %v", len(done), err)
		}
		pending, err := d.Pending(t.Context())
		if err != nil || len(pending) != 0 {
			t.Fatalf("pending %d, %v", len(pending), err)
		}
	})
}

// Both engines must end with the same tables and columns: the marks in the
// migrations may differ in indexes and triggers only.
func TestSchemaIsTheSameOnBothEngines(t *testing.T) {
	lite := columns(t, dbtest.SQLite(t), `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1`)
	pg := columns(t, dbtest.Postgres(t), `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' ORDER BY 1`)
	if lite != pg {
		t.Fatalf("columns differ:\nsqlite\n%s\npostgres\n%s", lite, pg)
	}
}

// Every table of records is keyed by its regency first: on Citus it is the
// distribution column.
func TestTheRegencyLeadsEveryKey(t *testing.T) {
	d := dbtest.SQLite(t)
	keys := columns(t, d, `SELECT m.name || ' ' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND c.pk = 1 ORDER BY 1`)
	for _, line := range strings.Split(keys, "\n") {
		table, first, _ := strings.Cut(line, " ")
		switch table {
		case "schema_migration", "session", "login_attempt", "login_name": // no records of a regency
			continue
		}
		if first != "regency" {
			t.Errorf("the key of %s begins with %s, not with regency", table, first)
		}
	}
}

func columns(t *testing.T, d *db.DB, query string) string {
	t.Helper()
	names, err := db.All(t.Context(), d.Read(), db.Self[string], query)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}
