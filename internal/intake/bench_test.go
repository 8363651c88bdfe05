package intake_test

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/intake"
	"tepat/internal/region"
)

var benchRows = flag.Int("rows", 200_000, "rows of the file in benchmarks")

// siakFile streams n rows of a civil registry extract, three people a family.
func siakFile(n int) io.Reader {
	villages := region.Villages("2103")
	r, w := io.Pipe()
	go func() {
		buf := make([]byte, 0, 1<<16)
		buf = append(buf, siakHeader...)
		for i := range n {
			v := villages[i/400%len(villages)]
			family, serial := i/3, i/(28*12*60)+1
			day, month, year := i%28+1, i/28%12+1, i/(28*12)%60
			relation := [3]string{"KEPALA KELUARGA", "ISTRI", "ANAK"}[i%3]
			sex, shift := "Laki-Laki", 0
			if i%3 == 1 {
				sex, shift = "Perempuan", 40
			}
			buf = fmt.Appendf(buf, "210399%02d%02d%02d%04d;2103%02d%02d%02d%02d%04d;%s %s;%s;RANAI;%d-%02d-%02d;%s;ROHANI;JL. LAUT NO. %d;001;002;21;3;%s;%s;%s\n",
				day+shift, month, (year+40)%100, serial, 10+family/100_000_000%80, family/1000000%28+1, family/10000%12+1, family/100000%90+10, family%9999+1,
				word(i), word(i/7), sex, 1940+year, month, day, relation, i%200, v.Code[4:6], v.Code[6:], v.Name)
			if len(buf) > 60_000 {
				if _, err := w.Write(buf); err != nil {
					return
				}
				buf = buf[:0]
			}
		}
		w.Write(buf)
		w.Close()
	}()
	return r
}

// BenchmarkCheck compares a whole check, every row read, matched and stored,
// with a bare prepared insert of the same rows of results.
func BenchmarkCheck(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name+"/bare-insert", func(b *testing.B) {
			for range b.N {
				bareInsert(b, engine.open(b))
			}
			b.ReportMetric(float64(*benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(engine.name+"/check", func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s := newService(b, engine.open(b))
				batch := receiveAs(b, s, siakFile(*benchRows), intake.Upload{FileName: "besar.csv"})
				peak := watchMemory(b)
				b.StartTimer()
				batch = check(b, s, batch)
				b.StopTimer()
				b.ReportMetric(peak(), "peak-MB")
				if batch.Counts.Rows != *benchRows || batch.Counts.Ready < *benchRows*9/10 {
					b.Fatalf("%+v %v", batch.Counts, findings(b, s, batch))
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(*benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// watchMemory samples the heap and returns what gives its peak in megabytes.
func watchMemory(b *testing.B) func() float64 {
	var peak atomic.Uint64
	stop := make(chan struct{})
	go func() {
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapInuse))
			}
		}
	}()
	return func() float64 { close(stop); return float64(peak.Load()) / 1e6 }
}

func bareInsert(b *testing.B, d *db.DB) {
	const perTx = 2000
	for start := 0; start < *benchRows; start += perTx {
		err := d.Write(b.Context(), actor(), func(tx *db.Tx) error {
			for n := start; n < min(start+perTx, *benchRows); n++ {
				_, err := tx.ExecMany(b.Context(), `INSERT INTO import_row (regency, batch_id, row_n, outcome, findings, note, marked)
					VALUES ($1, $2, $3, $4, $5, $6, $7)`, "2103", "bare", n, "ready", "", "", 0)
				if err != nil {
					return err
				}
			}
			return tx.Record("bench", "", "", nil)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRead measures the reading of values alone.
func BenchmarkRead(b *testing.B) {
	d := dbtest.SQLite(b)
	s := newService(b, d)
	batch := receiveAs(b, s, siakFile(2000), intake.Upload{FileName: "kecil.csv"})
	rows, _, err := s.Rows(b.Context(), check(b, s, batch), intake.RowFilter{}, 0, 500)
	if err != nil {
		b.Fatal(err)
	}
	r, err := intake.NewReader(batch, "2103")
	if err != nil {
		b.Fatal(err)
	}
	var it intake.Item
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		row := rows[n%len(rows)]
		r.Read(sheetRow(row), &it)
	}
}
