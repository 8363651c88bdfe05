package db_test

import (
	"path/filepath"
	"strings"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

// A backup can be taken from either engine and restored into either.
func TestBackupCarriesEveryRowAcrossEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			c, err := registrytest.Register(ctx, tx, registry.Card{
				Family: registry.Family{Village: "2103041001", Desil: 2},
				People: []registry.Person{{NIK: "2103991207850001", Name: "JUMADI", Relation: 1}, {Name: "SITI"}, {NIK: "2103991207850002", Name: "DJUMADI"}},
			})
			if err != nil {
				return err
			}
			_, err = registry.MergePeople(ctx, tx, registry.PersonMerge{Keep: c.People[0].ID, Drop: c.People[2].ID, Reason: "orang yang sama"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "cadangan.db")
		if err := d.BackupFile(ctx, file); err != nil {
			t.Fatal(err)
		}
		if err := d.BackupFile(ctx, file); err == nil {
			t.Fatal("a backup was overwritten")
		}
		saved, err := db.Open(ctx, file, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer saved.Close()
		for _, target := range []*db.DB{dbtest.SQLite(t), dbtest.Postgres(t)} {
			if _, err := saved.CopyTo(ctx, target, nil); err != nil {
				t.Fatal(err)
			}
			for _, table := range registry.Tables() {
				want, got := digests(t, d, table), digests(t, target, table)
				if len(want) == 0 && !strings.HasPrefix(table.Name, "match_") || len(want) != len(got) {
					t.Fatalf("%s on %s: %d rows, want %d", table.Name, target.Engine(), len(got), len(want))
				}
				for id := range want {
					if want[id] != got[id] {
						t.Fatalf("%s on %s: row %s differs", table.Name, target.Engine(), id)
					}
				}
			}
			if _, err := saved.CopyTo(ctx, target, nil); err == nil {
				t.Fatal("a backup was poured over a database in use")
			}
		}
	})
}

func digests(t *testing.T, d *db.DB, table *db.Table) map[string]db.Digest {
	t.Helper()
	out := map[string]db.Digest{}
	err := table.Digests(t.Context(), d.Read(), "2103", func(id string, g db.Digest) error {
		out[id] = g
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
