package ledger

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

// fill writes n entries in commands of at most 1,000, one sealed row each.
func fill(t testing.TB, d *db.DB, n int) {
	t.Helper()
	ctx := t.Context()
	for n > 0 {
		part := min(n, 1000)
		err := d.Write(ctx, dbtest.Actor(regency), func(tx *db.Tx) error {
			for range part {
				id := tx.NewID()
				if err := tx.Insert(ctx, thing, id, "benda", int64(n)); err != nil {
					return err
				}
				if err := tx.Record("thing.added", id, "2103052001", map[string]string{"name": "benda", "desil": "1"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n -= part
	}
}

// TestManyChunks: a log that several readers check at once gives the findings
// of one that is read in a row, wherever the damage is.
func TestManyChunks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		o := newOutside(t, l)
		for _, n := range []int{1, 4095, 900, 3196, 2000} { // sizes 1, 4096, 4996, 8192, 10192
			fill(t, d, n)
			o.sign(t, l, d)
		}
		opt := o.options(t, l)
		opt.Mirrors = nil
		opt.Workers = 3
		r := verify(t, d, opt)
		if !r.OK() || r.Size != 10192 || r.Rows != 10192 || r.Checkpoints != 5 || r.Unsigned != 0 {
			t.Fatalf("%+v", r)
		}
		rng := rand.New(rand.NewPCG(3, 4))
		for _, seq := range []int64{0, 4095, 4096, 8191, 8192, 10191, rng.Int64N(10192), rng.Int64N(10192)} {
			hashes, _, err := db.One(t.Context(), d.Read(), db.Self[[]byte],
				"SELECT hashes FROM ledger_entry WHERE regency = $1 AND seq = $2", regency, seq)
			if err != nil {
				t.Fatal(err)
			}
			bad := slices.Clone(hashes)
			bad[len(bad)-1-rng.IntN(32)] ^= 1 << rng.IntN(8) // the highest level: what spans chunks
			set := "UPDATE ledger_entry SET hashes = $3 WHERE regency = $1 AND seq = $2"
			tamper(t, d, set, regency, seq, bad)
			r := verify(t, d, opt)
			if len(r.Findings) != 1 || r.Findings[0].Seq != seq {
				t.Fatalf("entry %d: %+v", seq, r.Findings)
			}
			tamper(t, d, set, regency, seq, hashes)
		}
		tamper(t, d, "DELETE FROM ledger_entry WHERE seq >= 4000 AND seq < 9000")
		r = verify(t, d, opt)
		if len(r.Findings) == 0 || r.Findings[0].Kind != FindGap || r.Findings[0].Seq != 4000 {
			t.Fatalf("%+v", r.Findings[:min(3, len(r.Findings))])
		}
	})
}

func engines(b *testing.B, f func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { f(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { f(b, dbtest.Postgres(b)) })
}

// BenchmarkAppend: entries a second with 1, 10 and 100 a commit, sequencing
// included.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			engines(b, func(b *testing.B, d *db.DB) {
				l := prepare(b, d)
				for b.Loop() {
					err := d.Write(b.Context(), dbtest.Actor(regency), func(tx *db.Tx) error {
						for i := range n {
							if err := tx.Record("thing.seen", "0190b2f4-7c1e-7000-8000-000000000001", "2103052001", i); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				sequence(b, l, d)
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "entries/s")
			})
		})
	}
}

// BenchmarkVerify checks a log of 1,000,000 entries and as many sealed rows;
// 10,000 with -short.
func BenchmarkVerify(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	engines(b, func(b *testing.B, d *db.DB) {
		l := prepare(b, d)
		fill(b, d, n)
		sequence(b, l, d)
		for name, tables := range map[string][]*db.Table{"log": nil, "log+rows": {thing}} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					r, err := Verify(b.Context(), d, VerifyOptions{Regency: regency, Tables: tables})
					if err != nil || !r.OK() || r.Size != int64(n) {
						b.Fatal(r, err)
					}
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "entries/s")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapSys)/1e6, "heap-MB")
			})
		}
	})
}
