package delivery_test

import (
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/ledger"
)

// BenchmarkHandOver measures durable hand-overs, ledger leaf included, one a
// command and MaxBatch a command, beside a bare insert of the same row in
// batches of the same size.
func BenchmarkHandOver(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			d := engine.open(b)
			d.Keep(ledger.New(ledger.Options{}))
			o := open(b, d, 9_000)
			run := func(name string, size int) {
				var all []delivery.LineView
				b.Run(name, func(b *testing.B) {
					o.TB = b
					o.Decree = o.Sign(12)
					all = o.every(o.Freeze(quarter(1)))
					b.ResetTimer()
					n := 0
					for b.Loop() {
						if n+size > len(all) {
							b.StopTimer()
							o.Decree, n = o.Sign(12), 0
							all = o.every(o.Freeze(quarter(1)))
							b.StartTimer()
						}
						statements := make([]delivery.Statement, size)
						for i := range statements {
							statements[i] = give(all[n+i])
						}
						o.submit(actor(officer), statements...)
						n += size
					}
					b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "handovers/s")
				})
			}
			run("one", 1)
			run("batch", delivery.MaxBatch)
			b.Run("bare-insert", func(b *testing.B) {
				for b.Loop() {
					err := d.Housekeep(b.Context(), func(tx *db.Tx) error {
						for range delivery.MaxBatch {
							if _, err := tx.ExecMany(b.Context(), `INSERT INTO person_name (regency, word, person_id) VALUES ('2103', $1, $2)`,
								string(newID()), tx.NewID()); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(delivery.MaxBatch*b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		})
	}
}

// every reads all lines of a list.
func (o *office) every(l delivery.PayList) []delivery.LineView {
	o.Helper()
	var out []delivery.LineView
	err := delivery.EachLine(o.Context(), o.DB.Read(), whole(), l.ID, delivery.LineFilter{}, func(v *delivery.LineView) error {
		out = append(out, *v)
		return nil
	})
	if err != nil {
		o.Fatal(err)
	}
	return out
}
