package intake_test

import (
	"context"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/intake"
)

// full is a disk that is full once some chunks are in.
type full struct {
	intake.Applier
	room int
}

func (f *full) Apply(ctx context.Context, tx *db.Tx, b intake.Batch, items []intake.Item) (intake.Counts, error) {
	if f.room--; f.room < 0 {
		return intake.Counts{}, fault.NewUnavailable("db.full")
	}
	return f.Applier.Apply(ctx, tx, b, items)
}

// A full disk in the middle of a file says what is in, not that nothing is.
func TestAFullDiskTellsWhatIsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		disk := &full{s.Appliers["registry"], 0}
		s.Appliers["registry"] = disk
		b := check(t, s, receive(t, s, "besar.csv", people(t, 2100)))
		_, err := s.Apply(t.Context(), actor(), b.ID, nil)
		wantKey(t, err, "db.full") // nothing is in, and that is what it says
		disk.room = 1
		_, err = s.Apply(t.Context(), actor(), b.ID, nil)
		wantKey(t, err, "intake.halted_apply")
		if rows := fault.From(err).Args[0]; rows != 2000 {
			t.Errorf("%v rows are said to be in", rows)
		}
		disk.room = 10
		if b = apply(t, s, b); b.State != intake.Applied || b.Counts.Added != b.Counts.Rows {
			t.Errorf("%s %+v", b.State, b.Counts)
		}
	})
}
