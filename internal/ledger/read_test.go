package ledger

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/region"
)

// said writes one event a command, by users a and b in turn, in two villages.
func said(t *testing.T, d *db.DB, n int) {
	t.Helper()
	for i := range n {
		a := dbtest.Actor(regency)
		a.User = id.User([]string{"a", "b"}[i%2])
		err := d.Write(t.Context(), a, func(tx *db.Tx) error {
			return tx.Record(fmt.Sprint("thing.k", i%3), fmt.Sprint("o", i%4), []region.Code{"2103052001", "2103062001"}[i/2%2], i)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func places(entries []Entry) []int64 {
	var out []int64
	for _, e := range entries {
		out = append(out, e.Seq)
	}
	return out
}

func TestEntriesFilter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		said(t, d, 12)
		sequence(t, l, d)
		whole := region.NewScope(regency)
		at := db.TimeOf(dbtest.Epoch)
		for name, c := range map[string]struct {
			f    Filter
			want []int64
		}{
			"everything":      {Filter{Scope: whole}, []int64{11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
			"nothing":         {Filter{}, nil},
			"page":            {Filter{Scope: whole, Before: 8, Limit: 3}, []int64{7, 6, 5}},
			"actor":           {Filter{Scope: whole, Actor: "b", Limit: 2}, []int64{11, 9}},
			"kind":            {Filter{Scope: whole, Kind: "thing.k1"}, []int64{10, 7, 4, 1}},
			"object":          {Filter{Scope: whole, Object: "o2"}, []int64{10, 6, 2}},
			"village":         {Filter{Scope: whole, Area: "2103062001"}, []int64{11, 10, 7, 6, 3, 2}},
			"kecamatan":       {Filter{Scope: whole, Area: "210305"}, []int64{9, 8, 5, 4, 1, 0}},
			"narrow scope":    {Filter{Scope: region.NewScope(regency, "210306")}, []int64{11, 10, 7, 6, 3, 2}},
			"another regency": {Filter{Scope: region.NewScope("7203")}, nil},
			"from now":        {Filter{Scope: whole, From: at, Limit: 1}, []int64{11}},
			"to now":          {Filter{Scope: whole, To: at}, nil},
			"day and actor":   {Filter{Scope: whole, From: at, To: at.Add(1000), Actor: "a", Limit: 1}, []int64{10}},
		} {
			got, err := Entries(t.Context(), d.Read(), c.f)
			if err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(c.want, places(got)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		got, err := Entries(t.Context(), d.Read(), Filter{Scope: whole, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := Entry{Seq: 11, Kind: "thing.k2", At: at, ActorID: "b", Actor: "uji", Object: "o3", Area: "2103062001", Payload: []byte("11")}
		if diff := cmp.Diff(want, got[0], cmp.Comparer(func(a, b db.Time) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
	})
}

// TestTimeLineShowsWhatWaits: who has just acted sees it at once.
func TestTimeLineShowsWhatWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		said(t, d, 5)
		sequence(t, l, d)
		said(t, d, 1)
		got, err := EntriesOf(t.Context(), d.Read(), regency, "o0")
		if err != nil {
			t.Fatal(err)
		}
		want := []int64{5, 4, 0}
		if d.Engine() == db.Postgres {
			want[0] = -1
		}
		if diff := cmp.Diff(want, places(got)); diff != "" {
			t.Fatal(diff)
		}
		if got[0].Waiting != (d.Engine() == db.Postgres) || got[0].Erased {
			t.Fatalf("%+v", got[0])
		}
	})
}

// TestRunSequences: what is written reaches the tree without anybody asking.
func TestRunSequences(t *testing.T) {
	d := dbtest.Postgres(t)
	l := prepare(t, d)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Run(ctx, d, func(err error) { t.Error(err) })
	}()
	said(t, d, 20)
	for size(t, d) < 20 {
		runtime.Gosched()
	}
	stop()
	<-done
	mustVerify(t, d)
}
