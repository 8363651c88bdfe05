package registry_test

import (
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

func TestDriftIsSeenAndRebuiltOnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, dbtest.Actor("2103"), f); err != nil {
				t.Fatal(err)
			}
		}
		drift := func() registry.Drift {
			t.Helper()
			x, err := registry.DriftOf(ctx, d.Read(), "2103")
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		if x := drift(); x != (registry.Drift{}) {
			t.Fatalf("an empty registry: %+v", x)
		}
		for _, regency := range []string{"2103", "7203"} {
			village := registry.Family{Village: "2103041003", Desil: 3}
			if regency == "7203" {
				village.Village = "7203072001"
			}
			if err := d.Write(ctx, dbtest.Actor(village.Village.Regency()), func(tx *db.Tx) error {
				_, err := registrytest.Register(ctx, tx, registry.Card{Origin: registry.Origin{Source: "dukcapil"}, Family: village,
					People: []registry.Person{{Name: "SITI SITI AMINAH", Relation: 1}, {Name: "HASAN"}}})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if x := drift(); x != (registry.Drift{}) {
			t.Fatalf("a sound registry: %+v", x)
		}
		write(func(tx *db.Tx) error {
			for _, q := range []string{"UPDATE family_tally SET desil = 4 WHERE regency = '2103'", "DELETE FROM person_name WHERE regency = '2103' AND word = 'HASAN'"} {
				if _, err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			return tx.Record("test", "", "", nil)
		})
		if x := drift(); x != (registry.Drift{Cells: 2, Names: true}) {
			t.Fatalf("after a fault: %+v", x)
		}
		write(func(tx *db.Tx) error { return registry.Rebuild(ctx, tx) })
		if x := drift(); x != (registry.Drift{}) {
			t.Fatalf("after Rebuild: %+v", x)
		}
	})
}
