package intake_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/db/dbtest"
	"tepat/internal/intake"
)

// TestNoRowIsLost draws dirty tables: whatever stands in them, every row of
// the file has one outcome, and the counts of the batch, of its rows and of
// what went in agree.
func TestNoRowIsLost(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newService(t, d)
	good := strings.Split(people(t, 40), "\n")[1:81]
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) string {
			cells := strings.Split(rapid.SampledFrom(good).Draw(rt, "row"), ";")
			for range rapid.IntRange(0, 3).Draw(rt, "damages") {
				i := rapid.IntRange(0, len(cells)-1).Draw(rt, "cell")
				cells[i] = rapid.SampledFrom([]string{"", "0", "-", "2,1E+15", "2103", "#N/A", "99/99/9999", "JUMLAH", "\"", "🙂", "2103991207850000", "ATLANTIS", cells[i] + ";"}).Draw(rt, "damage")
			}
			return strings.Join(cells, ";")
		}), 1, 60).Draw(rt, "rows")
		text := siakHeader + good[n%len(good)] + "\n" + strings.Join(rows, "\n") + "\n"
		b, err := s.Receive(t.Context(), actor(), strings.NewReader(text), intake.Upload{FileName: "acak.csv"})
		if err != nil {
			return // the same table was drawn before and went in
		}
		if b, err = s.Auto(t.Context(), actor(), b); err != nil {
			rt.Fatal(err)
		}
		if b, err = s.Check(t.Context(), actor(), b.ID, nil); err != nil {
			rt.Fatal(err)
		}
		compare(t, rt, s, b)
		if b, err = s.Apply(t.Context(), actor(), b.ID, nil); err != nil {
			rt.Fatal(err)
		}
		compare(t, rt, s, b)
		if b.Counts.Ready != b.Counts.Added+b.Counts.Updated {
			rt.Fatalf("%+v: rows that went in do not add up", b.Counts)
		}
		if wrong, err := intake.CheckDigests(t.Context(), d.Read(), b); err != nil || len(wrong) > 0 {
			rt.Fatal(wrong, err)
		}
	})
}

func compare(t *testing.T, rt *rapid.T, s *intake.Service, b intake.Batch) {
	views, total, err := s.Rows(t.Context(), b, intake.RowFilter{}, 0, 500)
	if err != nil {
		rt.Fatal(err)
	}
	var c intake.Counts
	for _, v := range views {
		c.Rows++
		switch v.Outcome {
		case intake.Ready:
			c.Ready++
		case intake.Same:
			c.Same++
		case intake.Fix:
			c.Fix++
		case intake.Look:
			c.Look++
		case intake.Skipped:
			c.Skipped++
		default:
			rt.Fatalf("row %d is %q", v.Row, v.Outcome)
		}
	}
	c.Added, c.Updated = b.Counts.Added, b.Counts.Updated
	if c != b.Counts || total != c.Rows || !c.AddUp() {
		rt.Fatalf("the rows say %+v, the batch %+v, the page %d", c, b.Counts, total)
	}
}
