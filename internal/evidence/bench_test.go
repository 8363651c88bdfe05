package evidence_test

import (
	"flag"
	"fmt"
	"testing"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

var benchFamilies = flag.Int("families", 2000, "families of the benchmark; a regency of 320,000 people has about 90,000")

// BenchmarkLoad reads all that rules may ask, for a regency in which half of
// the families receive something. Apply is reported as rows/s of the set-up.
func BenchmarkLoad(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			d.Keep(&book{})
			people, took := populate(b, d, *benchFamilies)
			b.Run("rules", func(b *testing.B) {
				for b.Loop() {
					known, err := evidence.Load(b.Context(), d.Read(), "2103", civil.Of(dbtest.Epoch))
					if err != nil || len(known.FamilyReceives) != *benchFamilies/2 {
						b.Fatal(len(known.FamilyReceives), err)
					}
				}
				b.ReportMetric(took, "applied-rows/s")
			})
			b.Run("suspended-1000", func(b *testing.B) {
				for b.Loop() {
					if _, err := evidence.Suspended(b.Context(), d.Read(), "2103", people[:min(1000, len(people))]); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func populate(b *testing.B, d *db.DB, families int) ([]id.Person, float64) {
	b.Helper()
	var people []id.Person
	var rows []registry.Person
	for start := 0; start < families; start += 2000 {
		err := d.Write(b.Context(), system(), func(tx *db.Tx) error {
			for n := start; n < min(start+2000, families); n++ {
				h := registry.Card{Family: registry.Family{KK: nik.KK(fmt.Sprintf("2103990101%06d", n)), Village: midai},
					People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("2103991207%06d", n)), Name: "JUMADI", Relation: registry.HeadOfFamily}}}
				h, err := registry.AddCard(b.Context(), tx, h)
				if err != nil {
					return err
				}
				people = append(people, h.People[0].ID)
				rows = append(rows, h.People[0])
			}
			return tx.Record("test", "", "", nil)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	batch := intake.Batch{ID: "b", Sender: "Kemensos", Layout: "bnba", CreatedAt: db.TimeOf(dbtest.Epoch)}
	before := b.Elapsed()
	b.StartTimer()
	for start := 0; start < families/2; start += 2000 {
		items := make([]intake.Item, 0, 2000)
		for n := start; n < min(start+2000, families/2); n++ {
			items = append(items, intake.Item{Row: n, Outcome: intake.Ready, Record: aided(rows[n], "PKH", 600_000),
				Match: registry.Match{Verdict: registry.Same, Person: rows[n]}})
		}
		err := d.Write(b.Context(), system(), func(tx *db.Tx) error {
			if _, err := (evidence.Applier{}).Apply(b.Context(), tx, batch, items); err != nil {
				return err
			}
			return tx.Record("test", "", "", nil)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return people, float64(families/2) / (b.Elapsed() - before).Seconds()
}
