package ledger

import (
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/ledger/signer"
	"tepat/internal/ledger/tree"
	"tepat/internal/ledger/witness"
)

// outside is what remembers the log beyond the database.
type outside struct {
	signer *signer.Client
	key    string
	w      Witness
	mirror *witness.Client
	folder string
}

func newOutside(t *testing.T, l *Log) *outside {
	t.Helper()
	ring, err := signer.OpenKeyring(filepath.Join(t.TempDir(), "signer"))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(signer.Handler(ring, "rahasia"))
	o := &outside{signer: signer.NewClient(s.Listener.Addr().String(), "rahasia"), folder: filepath.Join(t.TempDir(), "witness")}
	if o.key, err = o.signer.VKey(t.Context(), l.Origin(regency)); err != nil {
		t.Fatal(err)
	}
	w, err := witness.Open(o.folder, "inspektorat")
	if err != nil {
		t.Fatal(err)
	}
	if err := witness.AddLog(o.folder, o.key); err != nil {
		t.Fatal(err)
	}
	ws := httptest.NewServer(witness.Handler(w, "audit"))
	o.mirror = witness.NewClient(ws.URL, "audit")
	o.w = Witness{Client: o.mirror, VKey: w.VKey()}
	t.Cleanup(func() { s.Close(); ws.Close(); ring.Close(); w.Close() })
	return o
}

func (o *outside) sign(t *testing.T, l *Log, d *db.DB) tree.Checkpoint {
	t.Helper()
	cp, err := l.SignNow(t.Context(), d, regency, o.signer)
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

func (o *outside) seal(t *testing.T, l *Log, d *db.DB) tree.Checkpoint {
	t.Helper()
	cp := o.sign(t, l, d)
	if err := l.WitnessNow(t.Context(), d, regency, []Witness{o.w}); err != nil {
		t.Fatal(err)
	}
	return cp
}

func (o *outside) options(t *testing.T, l *Log) VerifyOptions {
	t.Helper()
	last, err := o.signer.Last(t.Context(), l.Origin(regency))
	if err != nil {
		t.Fatal(err)
	}
	return VerifyOptions{LogKey: o.key, WitnessKeys: []string{o.w.VKey}, SignerState: last,
		Mirrors: []Mirror{o.mirror, witness.Folder(o.folder)}}
}

func TestSignAndWitness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		o := newOutside(t, l)
		if cp := o.seal(t, l, d); cp.Size != 0 {
			t.Fatal("an empty log was signed")
		}
		for i := range 5 {
			id := add(t, d, "benda")
			if i%2 == 0 {
				if err := bump(t, d, id); err != nil {
					t.Fatal(err)
				}
			}
			o.seal(t, l, d)
			o.seal(t, l, d) // again, with nothing new
		}
		r := verify(t, d, o.options(t, l))
		if !r.OK() || r.Size != 8 || r.Checkpoints != 5 || r.Cosignatures != 5 || r.Unsigned != 0 {
			t.Fatalf("%+v", r)
		}
		s, err := StateOf(t.Context(), d.Read(), regency)
		if err != nil || s.Size != 8 || s.SignedSize != 8 || s.WitnessedSize != 8 || s.Witness != "inspektorat" || s.Root != r.Root {
			t.Fatalf("%+v, %v", s, err)
		}
	})
}

// rewrite is the owner of the database at his best: he changes what entry seq
// says, recomputes everything that follows and throws old checkpoints away.
func rewrite(t *testing.T, d *db.DB, seq int64) {
	t.Helper()
	type row struct {
		seq                                 int64
		kind, at, actor, name, object, area string
		payload, seals, salt, leaf, hashes  []byte
		digest                              []byte
	}
	rows, err := db.All(t.Context(), d.Read(), func(r *row) []any {
		return []any{&r.seq, &r.kind, &r.at, &r.actor, &r.name, &r.object, &r.area, &r.payload, &r.digest, &r.seals, &r.salt, &r.leaf}
	}, `SELECT seq, kind, at, actor_id, actor_name, object, area, payload, payload_digest, seals, salt, leaf
		FROM ledger_entry WHERE regency = $1 ORDER BY seq`, regency)
	if err != nil {
		t.Fatal(err)
	}
	var edge tree.Edge
	for _, r := range rows {
		if r.seq == seq {
			r.payload = []byte(`{"name":"orang lain"}`)
			digest, _ := payloadDigest(nil, r.salt, r.payload, []byte(r.name), []byte(r.area))
			commit, _ := commitment(nil, digest, r.seals)
			r.leaf = appendLeaf(nil, r.kind, r.at, r.actor, r.object, commit)
		}
		hashes := tree.JoinHashes(edge.Append(nil, tlog.RecordHash(r.leaf)))
		tamper(t, d, "UPDATE ledger_entry SET payload = $3, leaf = $4, hashes = $5 WHERE regency = $1 AND seq = $2",
			regency, r.seq, r.payload, r.leaf, hashes)
	}
	tamper(t, d, "UPDATE ledger_tree SET edge = $2 WHERE regency = $1", regency, edge.Bytes())
	tamper(t, d, "DELETE FROM ledger_cosignature WHERE regency = $1", regency)
	tamper(t, d, "DELETE FROM ledger_checkpoint WHERE regency = $1", regency)
}

func kinds(r *Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Kind)
	}
	return out
}

// TestFullRewrite: a consistent rewrite passes every check that looks at the
// database alone. The signer's memory and the witness expose it; the mirror
// names the entry. The signer refuses to sign it, the witness to cosign it.
func TestFullRewrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := books(t, d)
		o := newOutside(t, l)
		o.seal(t, l, d)
		rewrite(t, d, 2)
		mustVerify(t, d)

		opt := o.options(t, l)
		r := verify(t, d, VerifyOptions{LogKey: opt.LogKey, SignerState: opt.SignerState})
		if !slices.Equal(kinds(r), []string{FindFork}) {
			t.Fatalf("signer: %+v", r.Findings)
		}
		for _, m := range opt.Mirrors {
			r = verify(t, d, VerifyOptions{LogKey: opt.LogKey, Mirrors: []Mirror{m}})
			if !slices.Equal(kinds(r), []string{FindFork}) || r.Findings[0].Seq != 2 {
				t.Fatalf("mirror %s: %+v", m.Name(), r.Findings)
			}
		}
		stranger := witness.NewClient(o.mirror.Name(), "") // may not read leaves
		r = verify(t, d, VerifyOptions{LogKey: opt.LogKey, Mirrors: []Mirror{stranger}})
		if !slices.Equal(kinds(r), []string{FindFork}) {
			t.Fatalf("without leaves: %+v", r.Findings)
		}
		add(t, d, "lima")
		_, err := l.SignNow(t.Context(), d, regency, o.signer)
		if f := fault.From(err); f == nil || f.Key != "ledger.fork" {
			t.Fatalf("the signer signed a rewritten past: %v", err)
		}
		// Even with the key in hand, the witness stands in the way.
		thief := newOutside(t, l)
		thief.sign(t, l, d)
		if err := l.WitnessNow(t.Context(), d, regency, []Witness{o.w}); err == nil {
			t.Fatal("the witness cosigned a rewritten past")
		}
	})
}

// TestRollback: an old backup put back is refused and named.
func TestRollback(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		o := newOutside(t, l)
		for range 5 {
			add(t, d, "benda")
		}
		o.seal(t, l, d)
		edge := tree.Edge{}
		leaves, err := db.All(t.Context(), d.Read(), db.Self[[]byte], "SELECT leaf FROM ledger_entry WHERE regency = $1 AND seq < 3 ORDER BY seq", regency)
		if err != nil {
			t.Fatal(err)
		}
		for _, leaf := range leaves {
			edge.Append(nil, tlog.RecordHash(leaf))
		}
		ids, err := db.All(t.Context(), d.Read(), db.Self[string], "SELECT object FROM ledger_entry WHERE regency = $1 AND seq >= 3", regency)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			tamper(t, d, "DELETE FROM ledger_thing WHERE id = $1", id)
		}
		tamper(t, d, "DELETE FROM ledger_entry WHERE seq >= 3")
		tamper(t, d, "DELETE FROM ledger_checkpoint")
		tamper(t, d, "DELETE FROM ledger_cosignature")
		tamper(t, d, "UPDATE ledger_tree SET size = 3, edge = $1", edge.Bytes())
		mustVerify(t, d)
		r := verify(t, d, o.options(t, l))
		if !slices.Equal(kinds(r), []string{FindRollback, FindRollback, FindRollback}) {
			t.Fatalf("%+v", r.Findings)
		}
		_, err = l.SignNow(t.Context(), d, regency, o.signer)
		if f := fault.From(err); f == nil || f.Key != "ledger.rollback" {
			t.Fatalf("an old backup was signed: %v", err)
		}
	})
}

// TestSilentWitness: who does not answer is named, and stops nothing.
func TestSilentWitness(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := books(t, d)
	o := newOutside(t, l)
	o.sign(t, l, d)
	opt := o.options(t, l)
	opt.Mirrors = []Mirror{witness.NewClient("http://127.0.0.1:1", "")}
	r := verify(t, d, opt)
	if !r.OK() || !slices.Equal(r.Compared, []string{"signer"}) || !slices.Equal(r.Unreached, []string{"http://127.0.0.1:1"}) {
		t.Fatalf("%+v", r)
	}
}

// TestForgedCheckpoints: notes in the database that the log's key did not sign.
func TestForgedCheckpoints(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := books(t, d)
	o := newOutside(t, l)
	o.seal(t, l, d)
	thief := newOutside(t, l)
	last := o.options(t, l).SignerState
	tamper(t, d, "DELETE FROM ledger_checkpoint")
	thief.sign(t, l, d)
	r := verify(t, d, VerifyOptions{LogKey: o.key, SignerState: last})
	if !slices.Equal(kinds(r), []string{FindSignature}) {
		t.Fatalf("%+v", r.Findings)
	}
	tamper(t, d, "UPDATE ledger_checkpoint SET note = 'x'")
	if r := verify(t, d, VerifyOptions{LogKey: o.key}); !slices.Equal(kinds(r), []string{FindSignature}) {
		t.Fatalf("%+v", r.Findings)
	}
	tamper(t, d, "UPDATE ledger_checkpoint SET note = $1, size = 9", last)
	if r := verify(t, d, VerifyOptions{LogKey: o.key}); !slices.Equal(kinds(r), []string{FindCheckpoint}) {
		t.Fatalf("%+v", r.Findings)
	}
}

func TestProofOfAnEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := prepare(t, d)
		o := newOutside(t, l)
		ctx := t.Context()
		var ids []string
		for range 7 {
			ids = append(ids, add(t, d, "benda"))
		}
		sequence(t, l, d)
		_, err := Proof(ctx, d.Read(), regency, 3)
		if f := fault.From(err); f == nil || f.Key != "ledger.unsigned" {
			t.Fatalf("a proof without a checkpoint: %v", err)
		}
		o.seal(t, l, d)
		text, err := Proof(ctx, d.Read(), regency, 3)
		if err != nil {
			t.Fatal(err)
		}
		p, err := CheckProof(text, o.key, o.w.VKey)
		if err != nil || p.Seq != 3 || p.Object != ids[3] || p.Kind != "thing.added" || !slices.Equal(p.Witnesses, []string{"inspektorat"}) {
			t.Fatalf("%+v, %v", p, err)
		}
		op, err := Open(ctx, d.Read(), regency, 3)
		if err != nil || !p.Shows(op) {
			t.Fatalf("the opening does not fit: %v", err)
		}
		op.Payload = []byte(`{"name":"lain"}`)
		if p.Shows(op) {
			t.Fatal("another payload fits")
		}
		if _, err := CheckProof(text, newOutside(t, l).key); err == nil {
			t.Fatal("the proof fits another log")
		}
		_, err = Proof(ctx, d.Read(), regency, 99)
		if err == nil {
			t.Fatal("a proof of nothing")
		}
	})
}
