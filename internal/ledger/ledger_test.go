package ledger

import (
	"fmt"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

const regency = "2103"

// thing is the sealed table that these tests keep books about.
var thing = db.NewTable("ledger_thing", "name", "n")

// prepare gives d a log and the table thing.
func prepare(t testing.TB, d *db.DB) *Log {
	t.Helper()
	l := New(Options{})
	d.Keep(l)
	err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `CREATE TABLE IF NOT EXISTS ledger_thing (
			regency TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (regency, id))`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// add stores a thing and returns its id.
func add(t testing.TB, d *db.DB, name string) string {
	t.Helper()
	var id string
	err := d.Write(t.Context(), dbtest.Actor(regency), func(tx *db.Tx) error {
		id = tx.NewID()
		if err := tx.Insert(t.Context(), thing, id, name, int64(0)); err != nil {
			return err
		}
		return tx.Record("thing.added", id, "2103052001", map[string]string{"name": name})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// bump adds one to thing id.
func bump(t testing.TB, d *db.DB, id string) error {
	return d.Write(t.Context(), dbtest.Actor(regency), func(tx *db.Tx) error {
		n, err := tx.Exec(t.Context(), "UPDATE ledger_thing SET n = n + 1 WHERE regency = $1 AND id = $2", regency, id)
		if err != nil || n != 1 {
			return fmt.Errorf("bump: %d rows, %w", n, err)
		}
		tx.Touch(thing, id)
		return tx.Record("thing.bumped", id, "2103052001", nil)
	})
}

func sequence(t testing.TB, l *Log, d *db.DB) {
	t.Helper()
	if _, err := l.Sequence(t.Context(), d, regency); err != nil {
		t.Fatal(err)
	}
}

func size(t testing.TB, d *db.DB) int64 {
	t.Helper()
	edge, err := readEdge(t.Context(), d.Read(), regency)
	if err != nil {
		t.Fatal(err)
	}
	return edge.Size
}

// TestEveryEventIsALeaf is the contract of the journal: each event of each
// command is one leaf, and the stored hashes are those of RFC 6962.
func TestEveryEventIsALeaf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		ctx := t.Context()
		for i := range 20 {
			id := add(t, d, fmt.Sprint("benda ", i))
			if err := bump(t, d, id); err != nil {
				t.Fatal(err)
			}
		}
		sequence(t, l, d)
		edge, err := readEdge(ctx, d.Read(), regency)
		if err != nil || edge.Size != 40 {
			t.Fatalf("%d leaves, %v; want 40", edge.Size, err)
		}
		root, err := tlog.TreeHash(edge.Size, stored(ctx, d.Read(), regency))
		if err != nil || root != edge.Root() {
			t.Fatalf("stored hashes give another root: %v", err)
		}
		leaves, err := db.All(ctx, d.Read(), db.Self[[]byte], "SELECT leaf FROM ledger_entry WHERE regency = $1 ORDER BY seq", regency)
		if err != nil {
			t.Fatal(err)
		}
		for i, leaf := range leaves {
			path, err := tlog.ProveRecord(edge.Size, int64(i), stored(ctx, d.Read(), regency))
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(path, edge.Size, root, int64(i), tlog.RecordHash(leaf)); err != nil {
				t.Fatalf("leaf %d: %v", i, err)
			}
		}
	})
}

// TestOneCommandOneTurn: many events of one command stay together and in order.
func TestManyEventsOfOneCommand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		const n = 1200 // more than one part of the outbox
		err := d.Write(t.Context(), dbtest.Actor(regency), func(tx *db.Tx) error {
			for i := range n {
				if err := tx.Record("thing.seen", fmt.Sprint(i), "", i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		sequence(t, l, d)
		objects, err := db.All(t.Context(), d.Read(), db.Self[string],
			"SELECT object FROM ledger_entry WHERE regency = $1 ORDER BY seq", regency)
		if err != nil || len(objects) != n {
			t.Fatalf("%d entries, %v", len(objects), err)
		}
		for i, o := range objects {
			if o != fmt.Sprint(i) {
				t.Fatalf("entry %d is about %s", i, o)
			}
		}
	})
}

func TestAppendRefuses(t *testing.T) {
	d := dbtest.SQLite(t)
	prepare(t, d)
	record := func(a db.Actor, kind string) error {
		return d.Write(t.Context(), a, func(tx *db.Tx) error { return tx.Record(kind, "", "", nil) })
	}
	if err := record(db.Actor{}, "thing.seen"); err == nil {
		t.Error("an actor without a regency wrote")
	}
	for _, kind := range []string{"", "thing", "Thing.seen", "thing.<b>", "thing..x"} {
		if err := record(dbtest.Actor(regency), kind); err == nil {
			t.Errorf("kind %q was accepted", kind)
		}
	}
	if got := size(t, d); got != 0 {
		t.Errorf("%d leaves of refused commands", got)
	}
}

// TestAppendOnly: mistakes are stopped by the database itself.
func TestAppendOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		add(t, d, "satu")
		sequence(t, l, d)
		for _, stmt := range []string{
			"UPDATE ledger_entry SET actor_name = 'x'",
			"UPDATE ledger_entry SET payload = NULL, salt = NULL",
			"UPDATE ledger_entry SET payload = NULL, salt = NULL, payload_digest = leaf, kind = 'a.b'",
			"DELETE FROM ledger_entry",
			"UPDATE ledger_tree SET size = 0",
			"DELETE FROM ledger_tree",
		} {
			err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), stmt)
				return err
			})
			if err == nil {
				t.Errorf("%s was allowed", stmt)
			}
		}
	})
}

// TestConcurrentWriters: many writers, the same rows, several sequencers; one
// leaf for every event, and the last seal of every row is the row.
func TestConcurrentWriters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		ids := []string{add(t, d, "a"), add(t, d, "b"), add(t, d, "c")}
		const writers, each = 8, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					if err := bump(t, d, ids[(w+i)%len(ids)]); err != nil {
						t.Error(err)
						return
					}
					if i%5 == w%5 {
						if _, err := l.Sequence(t.Context(), d, regency); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		sequence(t, l, d)
		if got := size(t, d); got != writers*each+3 {
			t.Fatalf("%d leaves, want %d", got, writers*each+3)
		}
		mustVerify(t, d)
	})
}
