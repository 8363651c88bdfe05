package db_test

import (
	"context"
	"fmt"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

type sealBook map[string]db.Digest

func (s sealBook) Append(_ context.Context, _ *db.Tx, _ []db.Event, seals []db.Seal) error {
	for _, one := range seals {
		s[one.ID] = one.Digest
	}
	return nil
}

// TestManyRowsAreSealedLikeOne inserts and changes more rows than go into one
// statement, and compares the seals with the stored rows.
func TestManyRowsAreSealedLikeOne(t *testing.T) {
	const n = 237
	table := db.NewTable("import_mapping", "sender", "fingerprint", "layout", "mapping", "used_at")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seals := sealBook{}
		d.Keep(seals)
		ids, rows := make([]string, n), make([][]any, n)
		for i := range n {
			ids[i], rows[i] = fmt.Sprintf("id-%03d", i), []any{"capil", fmt.Sprint(i), "dukcapil", "{}", "2026-11-22T01:15:00Z"}
		}
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			err := d.Write(t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				return tx.Record("test", "", "", nil)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) error { return tx.InsertMany(t.Context(), table, ids, rows) })
		compareSeals(t, d, table, seals, n)
		write(func(tx *db.Tx) error {
			tx.Touch(table, ids...)
			if _, err := tx.Exec(t.Context(), "DELETE FROM import_mapping WHERE id < 'id-100'"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "UPDATE import_mapping SET layout = 'asn' WHERE id >= 'id-200'")
			return err
		})
		compareSeals(t, d, table, seals, n-100)
	})
}

func compareSeals(t *testing.T, d *db.DB, table *db.Table, seals sealBook, want int) {
	t.Helper()
	found := 0
	err := table.Digests(t.Context(), d.Read(), "2103", func(id string, is db.Digest) error {
		found++
		if seals[id] != is {
			t.Errorf("%s is not what was sealed", id)
		}
		return nil
	})
	if err != nil || found != want {
		t.Fatalf("%d rows, %v", found, err)
	}
	gone := 0
	for _, s := range seals {
		if s == (db.Digest{}) {
			gone++
		}
	}
	if gone != len(seals)-want {
		t.Errorf("%d rows are sealed as gone", gone)
	}
}
