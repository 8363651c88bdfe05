package program_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// A regency of the size of Donggala: 320,000 people in 80,000 families, judged
// under the rules for the elderly, ranked and cut. The benchmark reports
// separately what reading the registry and keeping every line cost.
func BenchmarkRank320k(b *testing.B) {
	const families, size = 80_000, 4
	d := dbtest.SQLite(b)
	ctx := b.Context()
	populate(b, d, families, size)
	five, old := 5, 65
	t := terms(rules.Person, 2000, rules.Clause{ID: "usia", Kind: rules.Age, Min: &old}, rules.Clause{ID: "desil", Kind: rules.Desil, Max: &five},
		rules.Clause{ID: "domisili", Kind: rules.Domicile, Areas: []region.Code{natuna}}, rules.Clause{ID: "hidup", Kind: rules.Alive})
	v := startBench(b, d, t)
	b.ResetTimer()
	for b.Loop() {
		begin := time.Now()
		var j *program.Judged
		var spent program.Timing
		err := d.Snapshot(ctx, func(q db.Querier) error {
			var err error
			j, spent, err = program.JudgeTimed(ctx, q, natuna, v, today)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		judged := time.Since(begin)
		if j.Counts.Subjects != families*size || j.Counts.In != 2000 {
			b.Fatalf("%+v", j.Counts)
		}
		begin = time.Now()
		err = d.Write(ctx, officer("kabid"), func(tx *db.Tx) error {
			_, err := program.Keep(ctx, tx, j)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(spent.Engine.Seconds(), "engine-s")
		b.ReportMetric((judged - spent.Engine).Seconds(), "load-s")
		b.ReportMetric(time.Since(begin).Seconds(), "keep-s")
	}
}

func startBench(b *testing.B, d *db.DB, t program.Terms) program.RuleVersion {
	b.Helper()
	ctx := b.Context()
	var v program.RuleVersion
	write(b, d, officer("kabid"), func(ctx context.Context, tx *db.Tx) error {
		p, err := program.CreateProgram(ctx, tx, program.Program{Code: "BST-LANSIA", Name: "Lansia", Unit: rules.Person, Fund: program.APBD, Channel: program.Post})
		if err != nil {
			return err
		}
		if v, err = program.DraftVersion(ctx, tx, p.ID, t); err != nil {
			return err
		}
		return program.Propose(ctx, tx, v.ID, v.Version)
	})
	write(b, d, officer("kadis"), func(ctx context.Context, tx *db.Tx) error { return program.Activate(ctx, tx, v.ID, 2) })
	v, err := program.VersionByID(ctx, d.Read(), whole(), v.ID)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

func write(b *testing.B, d *db.DB, actor db.Actor, f func(ctx context.Context, tx *db.Tx) error) {
	b.Helper()
	if err := d.Write(b.Context(), actor, func(tx *db.Tx) error { return f(b.Context(), tx) }); err != nil {
		b.Fatal(err)
	}
}

// populate registers families of invented people, 5,000 in a transaction.
func populate(b *testing.B, d *db.DB, families, size int) {
	b.Helper()
	villages := region.Villages(natuna)
	for from := 0; from < families; from += 5000 {
		write(b, d, dbtest.Actor(natuna), func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < min(from+5000, families); i++ {
				if _, err := registry.AddCard(ctx, tx, card(i, size, villages[i%len(villages)].Code)); err != nil {
					return err
				}
			}
			return tx.Record("uji", "uji", "", nil)
		})
	}
}

func card(i, size int, village region.Code) registry.Card {
	h := registry.Card{Origin: registry.Origin{Source: "uji"}, Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399%010d", i)), Village: village,
		Desil: i%10 + 1, RankRegency: i + 1, RankedOn: today}}
	for m := range size {
		h.People = append(h.People, registry.Person{NIK: nik.NIK(fmt.Sprintf("210399%09d%d", i, m)), Name: fmt.Sprintf("ORANG %d", m), Sex: nik.Male,
			BirthOn: civil.Date{Year: 1935 + (i*7+m*23)%85, Month: 7, Day: 12}, BirthPrecision: registry.ByDay, Relation: registry.Relation(m + 1)})
	}
	return h
}
