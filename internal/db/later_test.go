package db_test

import (
	"context"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

// A column that a later release brings leaves the digests of rows that hold
// nothing in it, and counts for those that do.
func TestALaterColumnLeavesOldSealsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &collect{}
		d.Keep(c)
		ctx := t.Context()
		kind := map[db.Engine]string{db.SQLite: "INTEGER", db.Postgres: "BIGINT"}[d.Engine()]
		change := func(stmts ...string) {
			t.Helper()
			if err := d.Housekeep(context.WithoutCancel(ctx), func(tx *db.Tx) error {
				for _, stmt := range stmts {
					if _, err := tx.Exec(context.WithoutCancel(ctx), stmt); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		letter := db.NewTable("letter", "title", "version")
		change("CREATE TABLE letter (regency TEXT NOT NULL, id TEXT NOT NULL, title TEXT, version " + kind + " NOT NULL, PRIMARY KEY (regency, id))")
		t.Cleanup(func() { change("DROP TABLE letter") })
		run := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				return tx.Record("letter.written", "a", "", nil)
			}); err != nil {
				t.Fatal(err)
			}
		}
		run(func(tx *db.Tx) error { return tx.Insert(ctx, letter, "a", "beras", 1) })
		change("ALTER TABLE letter ADD COLUMN phone TEXT NOT NULL DEFAULT ''", "ALTER TABLE letter ADD COLUMN copies_n "+kind+" NOT NULL DEFAULT 0",
			"ALTER TABLE letter ADD COLUMN seen_on TEXT", "ALTER TABLE letter ADD COLUMN kin TEXT NOT NULL DEFAULT ''")
		newer := letter.Later("phone", "copies_n").Later("seen_on", "kin")
		now := func() db.Digest {
			t.Helper()
			var out db.Digest
			if err := newer.Digests(ctx, d.Read(), "2103", func(_ string, x db.Digest) error { out = x; return nil }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		before := c.seals[0].Digest
		if now() != before {
			t.Fatal("the migration alone changed what the row's seal says")
		}
		seen := map[db.Digest]string{before: "empty"}
		for _, set := range []string{"phone = '0811'", "phone = '', kin = '0811'", "kin = '', copies_n = 2", "copies_n = 0, seen_on = '2026-11-22'"} {
			run(func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE letter SET "+set)
				tx.Touch(newer, "a")
				return err
			})
			x := now()
			if other, taken := seen[x]; taken {
				t.Errorf("%q has the digest of %q", set, other)
			}
			seen[x] = set
			if last := c.seals[len(c.seals)-1].Digest; last != x {
				t.Errorf("%q was sealed as %x and reads %x", set, last, x)
			}
		}
		run(func(tx *db.Tx) error { return tx.Insert(ctx, letter, "b", "minyak", 1) })
		plain := c.seals[len(c.seals)-1].Digest
		run(func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, "DELETE FROM letter")
			tx.Touch(newer, "a", "b")
			return err
		})
		run(func(tx *db.Tx) error { return tx.Insert(ctx, newer, "b", "minyak", 1, "", 0, nil, "") })
		if c.seals[len(c.seals)-1].Digest != plain {
			t.Error("an older and a newer program seal the same row differently")
		}
	})
}
