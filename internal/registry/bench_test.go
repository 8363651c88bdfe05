package registry_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/demo"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// benchPeople is the size of the registry that reads are measured on; the
// figures in docs/benchmarks.md are at 1,000,000.
var benchPeople = flag.Int("people", 50_000, "people in the registry of the benchmarks")

// populate fills d with an invented regency.
func populate(b *testing.B, d *db.DB, people int) {
	b.Helper()
	w, err := demo.Generate(demo.Options{Regency: "7203", People: people, Seed: 7})
	if err != nil {
		b.Fatal(err)
	}
	var chunk []registry.Card
	flush := func() {
		err := d.Write(b.Context(), dbtest.Actor("7203"), func(tx *db.Tx) error {
			for _, h := range chunk {
				if _, err := registry.AddCard(b.Context(), tx, h); err != nil {
					return err
				}
			}
			return tx.Record("bench", "", "", nil)
		})
		if err != nil {
			b.Fatal(err)
		}
		chunk = chunk[:0]
	}
	w.Families(func(f demo.Family) bool {
		chunk = append(chunk, benchHousehold(f))
		if len(chunk) == 1500 {
			flush()
		}
		return true
	})
	flush()
}

func benchHousehold(f demo.Family) registry.Card {
	h := registry.Card{Origin: registry.Origin{Source: "bench"},
		Family: registry.Family{KK: f.KK, Village: f.Village.Code, Desil: 1 + int(f.Key)%10, RankRegency: int(f.Key) + 1}}
	for i, m := range f.Members {
		rel := registry.Child
		if i == 0 {
			rel = registry.HeadOfFamily
		}
		h.People = append(h.People, registry.Person{NIK: m.NIK, Name: m.Name, Sex: m.Sex, BirthOn: m.Born, BirthPrecision: registry.ByDay, Relation: rel})
	}
	return h
}

// measure reports percentiles of fn in milliseconds.
func measure(b *testing.B, fn func(r *rand.Rand)) {
	r := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		fn(r)
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	ms := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Microseconds()) / 1000 }
	b.ReportMetric(ms(0.50), "p50-ms")
	b.ReportMetric(ms(0.95), "p95-ms")
}

func BenchmarkReads(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			begun := time.Now()
			populate(b, d, *benchPeople)
			b.Logf("%d people added in %v", *benchPeople, time.Since(begun).Round(time.Millisecond))
			benchReads(b, d)
		})
	}
}

// BenchmarkAdd is the way of the importer: 1,500 families a command.
func BenchmarkAdd(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				d := open(b)
				b.StartTimer()
				populate(b, d, *benchPeople)
			}
			b.ReportMetric(float64(*benchPeople*b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}

func benchReads(b *testing.B, d *db.DB) {
	scope := region.NewScope("7203")
	villages := region.Villages("7203")
	names := []string{"siti aminah", "muhammad yusuf", "abdul", "rahma", "ahmad sal", "nurhayati", "yus"}
	var family registry.Family
	b.Run("list+facets", func(b *testing.B) {
		measure(b, func(r *rand.Rand) {
			f := registry.Filter{}
			if r.IntN(3) > 0 {
				f.Areas = []region.Code{villages[r.IntN(len(villages))].Code.Kecamatan()}
			}
			if r.IntN(2) == 0 {
				f.Desil = []int{1 + r.IntN(4)}
			}
			cells, err := registry.Tallies(b.Context(), d.Read(), scope)
			if err != nil {
				b.Fatal(err)
			}
			n := registry.FacetsOf(cells, f).Families
			list, err := registry.FamilyList(b.Context(), d.Read(), scope, f, 50*r.IntN(max(n/50, 1)), 50)
			if err != nil || len(list) == 0 {
				b.Fatal(len(list), err)
			}
			family = list[0]
		})
	})
	b.Run("search name", func(b *testing.B) {
		measure(b, func(r *rand.Rand) {
			if _, err := registry.Search(b.Context(), d.Read(), scope, names[r.IntN(len(names))]); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("search name in an area", func(b *testing.B) {
		measure(b, func(r *rand.Rand) {
			area := villages[r.IntN(len(villages))].Code
			if r.IntN(2) == 0 {
				area = area.Kecamatan()
			}
			if _, err := registry.Search(b.Context(), d.Read(), region.NewScope("7203", area), names[r.IntN(len(names))]); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("profile", func(b *testing.B) {
		measure(b, func(*rand.Rand) {
			if _, err := registry.FamilyByID(b.Context(), d.Read(), scope, family.ID); err != nil {
				b.Fatal(err)
			}
			if _, err := registry.Members(b.Context(), d.Read(), "7203", family.ID); err != nil {
				b.Fatal(err)
			}
			if _, err := registry.History(b.Context(), d.Read(), "7203", 50, string(family.ID)); err != nil {
				b.Fatal(err)
			}
		})
	})
}
