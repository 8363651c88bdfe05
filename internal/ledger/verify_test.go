package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
)

func verify(t testing.TB, d *db.DB, opt VerifyOptions) *Report {
	t.Helper()
	opt.Regency, opt.Tables = regency, []*db.Table{thing}
	r, err := Verify(t.Context(), d, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustVerify(t testing.TB, d *db.DB) *Report {
	t.Helper()
	r := verify(t, d, VerifyOptions{})
	if !r.OK() {
		t.Fatalf("an honest log has findings: %+v", r.Findings)
	}
	return r
}

// tamper does what the owner of the database can: it goes around the triggers.
func tamper(t testing.TB, d *db.DB, stmt string, args ...any) {
	t.Helper()
	ctx := t.Context()
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		if d.Engine() == db.Postgres {
			if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
				return err
			}
		} else {
			names, err := db.All(ctx, tx, db.Self[string], "SELECT name FROM sqlite_master WHERE type = 'trigger'")
			if err != nil {
				return err
			}
			for _, name := range names {
				if _, err := tx.Exec(ctx, "DROP TRIGGER "+name); err != nil {
					return err
				}
			}
		}
		n, err := tx.Exec(ctx, stmt, args...)
		if err == nil && n == 0 {
			err = fmt.Errorf("%s touched nothing", stmt)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// books makes a small honest log: three things, changed, one removed, one of
// them erased from the log.
func books(t testing.TB, d *db.DB) (*Log, []string) {
	t.Helper()
	l := prepare(t, d)
	ids := []string{add(t, d, "satu"), add(t, d, "dua"), add(t, d, "tiga"), add(t, d, "empat")}
	for range 2 {
		for _, id := range ids {
			if err := bump(t, d, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	sequence(t, l, d)
	ctx := t.Context()
	err := d.Write(ctx, dbtest.Actor(regency), func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM ledger_thing WHERE regency = $1 AND id = $2", regency, ids[3]); err != nil {
			return err
		}
		tx.Touch(thing, ids[3])
		if _, err := Erase(ctx, tx, ids[3], "permintaan"); err != nil {
			return err
		}
		return tx.Record("thing.removed", "x", "", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence(t, l, d)
	return l, ids[:3]
}

func TestHonestLogVerifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		books(t, d)
		r := mustVerify(t, d)
		if r.Size != 14 || r.Rows != 3 || r.Erased != 3 || r.Waiting != 0 {
			t.Fatalf("%+v", r)
		}
	})
}

// TestWaitingEntriesCount: on PostgreSQL what is committed but not sequenced
// is no finding.
func TestWaitingEntriesCount(t *testing.T) {
	d := dbtest.Postgres(t)
	l := prepare(t, d)
	id := add(t, d, "satu")
	sequence(t, l, d)
	if err := bump(t, d, id); err != nil {
		t.Fatal(err)
	}
	add(t, d, "dua")
	r := mustVerify(t, d)
	if r.Size != 1 || r.Waiting != 2 || r.Rows != 2 {
		t.Fatalf("%+v", r)
	}
	tamper(t, d, "UPDATE ledger_thing SET n = 7 WHERE id = $1", id)
	r = verify(t, d, VerifyOptions{})
	if len(r.Findings) != 1 || r.Findings[0].Kind != FindRowChanged || r.Findings[0].Entry.Kind != "thing.bumped" {
		t.Fatalf("%+v", r.Findings)
	}
}

// TestSingleBits flips a bit in every byte of every stored column of the log.
func TestSingleBits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		books(t, d)
		step := 1
		if d.Engine() == db.Postgres || testing.Short() {
			step = 9
		}
		rng := rand.New(rand.NewPCG(1, 2))
		flips := 0
		for _, col := range []string{"leaf", "hashes", "payload", "payload_digest", "seals", "salt"} {
			flips += flipColumn(t, d, rng, step, col)
		}
		if flips*step < 1000 {
			t.Fatalf("only %d flips", flips)
		}
		mustVerify(t, d)
	})
}

func flipColumn(t *testing.T, d *db.DB, rng *rand.Rand, step int, col string) int {
	t.Helper()
	type row struct {
		seq   int64
		value []byte
	}
	rows, err := db.All(t.Context(), d.Read(), func(r *row) []any { return []any{&r.seq, &r.value} },
		"SELECT seq, "+col+" FROM ledger_entry WHERE regency = $1 AND seq IN (0, 3, 7, 13) ORDER BY seq", regency)
	if err != nil {
		t.Fatal(err)
	}
	set := "UPDATE ledger_entry SET " + col + " = $3 WHERE regency = $1 AND seq = $2"
	flips := 0
	for _, r := range rows {
		for i := rng.IntN(step); i < len(r.value); i += step {
			bad := slices.Clone(r.value)
			bad[i] ^= 1 << rng.IntN(8)
			tamper(t, d, set, regency, r.seq, bad)
			rep := verify(t, d, VerifyOptions{})
			if rep.OK() || rep.Findings[0].Seq != r.seq {
				t.Fatalf("%s of entry %d, byte %d: %+v", col, r.seq, i, rep.Findings)
			}
			flips++
		}
		if r.value != nil {
			tamper(t, d, set, regency, r.seq, r.value)
		}
	}
	return flips
}

// TestEditsOfTheLog: every column and structure, one edit at a time, with the
// finding that names it.
func TestEditsOfTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		stmt string
		kind string
		seq  int64
	}{
		"kind":             {"UPDATE ledger_entry SET kind = 'thing.lost' WHERE seq = 5", FindColumns, 5},
		"time":             {"UPDATE ledger_entry SET at = '2026-11-22T01:15:00.000001Z' WHERE seq = 5", FindColumns, 5},
		"actor":            {"UPDATE ledger_entry SET actor_id = 'x' WHERE seq = 5", FindColumns, 5},
		"actor's name":     {"UPDATE ledger_entry SET actor_name = 'orang lain' WHERE seq = 5", FindCommitment, 5},
		"object":           {"UPDATE ledger_entry SET object = 'x' WHERE seq = 5", FindColumns, 5},
		"area":             {"UPDATE ledger_entry SET area = '2103052002' WHERE seq = 5", FindCommitment, 5},
		"payload gone":     {"UPDATE ledger_entry SET payload = NULL, salt = NULL WHERE seq = 5", FindCommitment, 5},
		"seals gone":       {"UPDATE ledger_entry SET seals = NULL WHERE seq = 5", FindCommitment, 5},
		"entry gone":       {"DELETE FROM ledger_entry WHERE seq = 5", FindGap, 5},
		"log cut":          {"DELETE FROM ledger_entry WHERE seq > 9", FindTree, 10},
		"everything gone":  {"DELETE FROM ledger_entry", FindTree, 0},
		"entry moved":      {"UPDATE ledger_entry SET seq = 105 WHERE seq = 5", FindGap, 5},
		"tree's size":      {"UPDATE ledger_tree SET size = 13", FindTree, 13},
		"tree's edge":      {"UPDATE ledger_tree SET edge = zeroblob(length(edge))", FindTree, 14},
		"hashes truncated": {"UPDATE ledger_entry SET hashes = leaf WHERE seq = 5", FindNode, 5},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			books(t, d)
			tamper(t, d, c.stmt)
			r := verify(t, d, VerifyOptions{})
			if r.OK() || !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Kind == c.kind && f.Seq == c.seq }) {
				t.Fatalf("%+v", r.Findings)
			}
		})
	}
}

// TestBlankingMustBeSaid: who blanks a payload as Erase does, but without the
// entry, is found.
func TestBlankingMustBeSaid(t *testing.T) {
	d := dbtest.SQLite(t)
	books(t, d)
	o, err := Open(t.Context(), d.Read(), regency, 5)
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := payloadDigest(nil, o.Salt, o.Payload, []byte(o.ActorName), []byte(o.Area))
	tamper(t, d, "UPDATE ledger_entry SET payload = NULL, salt = NULL, payload_digest = $1 WHERE seq = 5", digest[:])
	r := verify(t, d, VerifyOptions{})
	if len(r.Findings) != 1 || r.Findings[0].Kind != FindErased || r.Findings[0].Seq != 5 {
		t.Fatalf("%+v", r.Findings)
	}
}

// TestEditsOfRows: a row changed, removed, added or put back behind the log's
// back is named, with the last entry that touched it in the open.
func TestEditsOfRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		_, ids := books(t, d)
		gone := "00000000-0000-7000-8000-000000000000"
		tamper(t, d, "UPDATE ledger_thing SET n = n + 1 WHERE regency = $1 AND id = $2", regency, ids[1])
		tamper(t, d, "DELETE FROM ledger_thing WHERE regency = $1 AND id = $2", regency, ids[0])
		tamper(t, d, "INSERT INTO ledger_thing (regency, id, name, n) VALUES ($1, $2, 'hantu', 1)", regency, gone)
		tamper(t, d, "INSERT INTO ledger_thing (regency, id, name, n) VALUES ($1, 'bukan uuid', 'hantu', 1)", regency)
		r := verify(t, d, VerifyOptions{})
		type named struct {
			kind, id string
			seq      int64
		}
		var got []named
		for _, f := range r.Findings {
			if f.Table != "ledger_thing" || f.Key != "ledger.find."+f.Kind {
				t.Fatalf("%+v", f)
			}
			if f.Seq >= 0 && (f.Entry == nil || f.Entry.Kind != "thing.bumped" || f.Entry.Actor != "uji") {
				t.Fatalf("not explained: %+v", f)
			}
			got = append(got, named{f.Kind, f.ID, f.Seq})
		}
		want := []named{{FindRowRemoved, ids[0], 8}, {FindRowChanged, ids[1], 9}, {FindRowAdded, gone, -1}, {FindRowAdded, "bukan uuid", -1}}
		if !slices.Equal(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
	})
}

func TestRowPutBack(t *testing.T) {
	d := dbtest.SQLite(t)
	l := prepare(t, d)
	id := add(t, d, "satu")
	ctx := t.Context()
	err := d.Write(ctx, dbtest.Actor(regency), func(tx *db.Tx) error {
		tx.Touch(thing, id)
		if _, err := tx.Exec(ctx, "DELETE FROM ledger_thing WHERE id = $1", id); err != nil {
			return err
		}
		return tx.Record("thing.removed", id, "", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence(t, l, d)
	mustVerify(t, d)
	tamper(t, d, "INSERT INTO ledger_thing (regency, id, name, n) VALUES ($1, $2, 'satu', 0)", regency, id)
	r := verify(t, d, VerifyOptions{})
	if len(r.Findings) != 1 || r.Findings[0].Kind != FindRowRevived || r.Findings[0].Entry.Kind != "thing.removed" {
		t.Fatalf("%+v", r.Findings)
	}
}
