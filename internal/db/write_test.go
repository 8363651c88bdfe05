package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/region"
)

// memo is a sealed table made for these tests only.
var memo = db.NewTable("memo", "title", "amount_idr", "due_on", "version")

type collect struct {
	mu     sync.Mutex
	events []db.Event
	seals  []db.Seal
}

func (c *collect) Append(_ context.Context, _ *db.Tx, events []db.Event, seals []db.Seal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events, c.seals = append(c.events, events...), append(c.seals, seals...)
	return nil
}

func withMemo(t *testing.T, d *db.DB) *collect {
	t.Helper()
	c := &collect{}
	d.Keep(c)
	kind := map[db.Engine]string{db.SQLite: "INTEGER", db.Postgres: "BIGINT"}[d.Engine()]
	err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), fmt.Sprintf(`CREATE TABLE IF NOT EXISTS memo (regency TEXT NOT NULL, id TEXT NOT NULL,
			title TEXT, amount_idr %[1]s NOT NULL, due_on TEXT, version %[1]s NOT NULL, PRIMARY KEY (regency, id))`, kind))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACommandThatRecordsNothingIsUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withMemo(t, d)
		ctx := t.Context()
		err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			return tx.Insert(ctx, memo, "a", "beras", 10, nil, 1)
		})
		if !errors.Is(err, db.ErrSilent) {
			t.Fatalf("err = %v, want ErrSilent", err)
		}
		if n := count(t, d); n != 0 {
			t.Fatalf("%d rows survive a command without an event", n)
		}
	})
}

func TestUnchangedRollsBackQuietly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withMemo(t, d)
		ctx := t.Context()
		err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			tx.Unchanged()
			return nil
		})
		if err != nil || count(t, d) != 0 {
			t.Fatalf("err = %v, rows = %d", err, count(t, d))
		}
		err = d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			if err := tx.Insert(ctx, memo, "a", "beras", 10, nil, 1); err != nil {
				return err
			}
			tx.Unchanged()
			return tx.Record("memo.added", "a", "", nil)
		})
		if !errors.Is(err, db.ErrHalf) || count(t, d) != 0 {
			t.Fatalf("work was dropped with success: err = %v, rows = %d", err, count(t, d))
		}
	})
}

func TestSealsFollowTheStoredRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := withMemo(t, d)
		ctx := t.Context()
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				return tx.Record("memo.changed", "a", "", nil)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) error { return tx.Insert(ctx, memo, "a", "beras", 10, "2026-01-02", 1) })
		if got := stored(t, d)["a"]; got != c.seals[0].Digest {
			t.Fatal("the seal of an inserted row is not the digest of the stored row")
		}
		write(func(tx *db.Tx) error {
			if err := tx.Insert(ctx, memo, "b", nil, 0, nil, 1); err != nil {
				return err
			}
			tx.Touch(memo, "a", "b")
			_, err := tx.Exec(ctx, "UPDATE memo SET amount_idr = amount_idr + 1 WHERE regency = $1", "2103")
			return err
		})
		last := map[string]db.Digest{}
		for _, s := range c.seals {
			last[s.ID] = s.Digest
		}
		now := stored(t, d)
		if last["a"] != now["a"] || last["b"] != now["b"] || now["a"] == c.seals[0].Digest {
			t.Fatal("the last seals are not the digests of the changed rows")
		}
		write(func(tx *db.Tx) error {
			tx.Touch(memo, "a")
			_, err := tx.Exec(ctx, "DELETE FROM memo WHERE regency = $1 AND id = $2", "2103", "a")
			return err
		})
		if s := c.seals[len(c.seals)-1]; s.ID != "a" || s.Digest != (db.Digest{}) {
			t.Fatalf("a removed row must be sealed as absent, got %v", s)
		}
	})
}

func TestEnginesRefuseWhatTheyWouldStoreDifferently(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withMemo(t, d)
		ctx := t.Context()
		for _, bad := range []any{time.Now(), 1.5, float32(1)} {
			err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
				return tx.Insert(ctx, memo, "a", bad, 10, nil, 1)
			})
			if err == nil || errors.Is(err, db.ErrSilent) {
				t.Errorf("%T was accepted: %v", bad, err)
			}
		}
	})
}

func TestWritersOfOneRowDoNotLoseUpdates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withMemo(t, d)
		ctx := t.Context()
		add := func(f func(tx *db.Tx) error) error {
			return d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
				if err := f(tx); err != nil {
					return err
				}
				return tx.Record("memo.changed", "a", "", nil)
			})
		}
		if err := add(func(tx *db.Tx) error { return tx.Insert(ctx, memo, "a", "beras", 0, nil, 1) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		const writers, each = 8, 10
		errs := make(chan error, writers*each)
		for range writers {
			wg.Go(func() {
				for range each {
					errs <- add(func(tx *db.Tx) error {
						tx.Touch(memo, "a")
						_, err := tx.Exec(ctx, "UPDATE memo SET amount_idr = amount_idr + 1 WHERE regency = $1 AND id = $2", "2103", "a")
						return err
					})
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		n, _, err := db.One(ctx, d.Read(), db.Self[int], "SELECT amount_idr FROM memo WHERE regency = $1", "2103")
		if err != nil || n != writers*each {
			t.Fatalf("amount = %d, %v; want %d", n, err, writers*each)
		}
	})
}

func TestAreasNarrowLists(t *testing.T) {
	scopes := map[string]region.Scope{
		" WHERE 1 = 0":                {},
		" WHERE p.regency = $1 AND x": region.NewScope("2103"),
		" WHERE p.regency = $1 AND ((p.village >= $2 AND p.village < $3)) AND x": region.NewScope("2103", "210305"),
	}
	for want, s := range scopes {
		var w db.Where
		w.Within("p.", "village", s)
		if !s.IsZero() {
			w.And("x")
		}
		if got := w.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestConstraintsAreToldByCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		withMemo(t, d)
		ctx := t.Context()
		err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			if err := tx.Insert(ctx, memo, "a", "x", 0, nil, 1); err != nil {
				return err
			}
			return tx.Insert(ctx, memo, "a", "y", 0, nil, 1)
		})
		if !db.IsUnique(err) || fault.KindOf(err) != fault.Internal {
			t.Fatalf("err = %v", err)
		}
	})
}

func TestOpenRefusesAFileThatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	if _, err := db.Open(t.Context(), dir, db.Options{}); err == nil {
		t.Fatal("a folder was opened as a database")
	}
	if _, err := db.Open(t.Context(), filepath.Join(dir, "a", "b.db"), db.Options{}); err != nil {
		t.Fatalf("folders are made on the way: %v", err)
	}
}

func count(t *testing.T, d *db.DB) int {
	t.Helper()
	n, _, err := db.One(t.Context(), d.Read(), db.Self[int], "SELECT count(*) FROM memo")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func stored(t *testing.T, d *db.DB) map[string]db.Digest {
	t.Helper()
	out := map[string]db.Digest{}
	err := memo.Digests(t.Context(), d.Read(), "2103", func(id string, g db.Digest) error {
		out[id] = g
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
