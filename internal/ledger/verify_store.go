package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
)

func cosignKeys(vkeys []string) ([]note.Verifier, error) {
	var out []note.Verifier
	for _, k := range vkeys {
		v, err := fnote.NewVerifierForCosignatureV1(k)
		if err != nil {
			return nil, fmt.Errorf("witness key %.60q: %w", k, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// checkpoints returns what the database, the signer and the mirrors claim, by
// size. A note that cannot be read, or lies under another size, is a finding
// of the last pass only.
func (v *verifier) checkpoints(ctx context.Context, q db.Querier) ([]probe, error) {
	type row struct {
		size int64
		note string
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.size, &r.note} },
		"SELECT size, note FROM ledger_checkpoint WHERE regency = $1 ORDER BY size", v.opt.Regency)
	if err != nil {
		return nil, err
	}
	probes := slices.Clone(v.outside)
	for _, r := range rows {
		c, err := tree.Peek(r.note)
		if err != nil || c.Size != r.size {
			c = tree.Checkpoint{Size: r.size} // its root is wrong, and so it will be reported
		}
		probes = append(probes, probe{size: r.size, root: c.Root, note: r.note})
	}
	slices.SortStableFunc(probes, func(a, b probe) int { return cmp.Compare(a.size, b.size) })
	return probes, nil
}

func (v *verifier) storedEdge(ctx context.Context, q db.Querier) error {
	type row struct {
		size int64
		edge []byte
	}
	r, _, err := db.One(ctx, q, func(r *row) []any { return []any{&r.size, &r.edge} },
		"SELECT size, edge FROM ledger_tree WHERE regency = $1", v.opt.Regency)
	if err != nil {
		return err
	}
	if r.size != v.tree.Size || !bytes.Equal(r.edge, v.tree.Bytes()) {
		v.report.add(find(FindTree, min(r.size, v.tree.Size), r.size, v.tree.Size))
	}
	return nil
}

// outbox checks the entries that wait: they are committed, so their seals
// count, though no tree protects them yet.
func (v *verifier) outbox(ctx context.Context, q db.Querier) error {
	rows, err := q.Query(ctx, `SELECT kind, at, actor_id, actor_name, object, area, payload, seals, salt, leaf
		FROM ledger_outbox WHERE regency = $1 ORDER BY turn, n`, v.opt.Regency)
	if err != nil {
		return err
	}
	defer rows.Close()
	s := scanner{regency: v.opt.Regency}
	var c chunk
	for rows.Next() {
		r := record{seq: v.tree.Size + int64(len(v.queue))}
		if err := rows.Scan(&r.kind, &r.at, &r.actorID, &r.actorName, &r.object, &r.area, &r.payload, &r.seals, &r.salt, &r.leaf); err != nil {
			return err
		}
		s.content(&c, &r)
		e := Entry{Seq: r.seq, Kind: string(r.kind), ActorID: string(r.actorID), Actor: string(r.actorName),
			Object: string(r.object), Waiting: true}
		if err := e.At.Scan(string(r.at)); err != nil {
			c.add(find(FindColumns, r.seq, r.seq))
		}
		v.queue = append(v.queue, e)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	v.report.Waiting = int64(len(v.queue))
	v.report.add(c.findings...)
	for _, seq := range c.said {
		v.said[seq] = true
	}
	for _, s := range c.seals {
		if err := v.state.apply(s.bytes, s.seq); err != nil {
			v.report.add(find(FindCommitment, s.seq, s.seq))
		}
	}
	return nil
}

// cosignatures checks the stored signature lines of the witnesses we know.
func (v *verifier) cosignatures(ctx context.Context, q db.Querier) error {
	if len(v.witnesses) == 0 {
		return nil
	}
	type row struct {
		size              int64
		witness, line, cp string
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.size, &r.witness, &r.line, &r.cp} },
		`SELECT s.size, s.witness, s.note, c.note FROM ledger_cosignature s
		JOIN ledger_checkpoint c ON c.regency = s.regency AND c.size = s.size
		WHERE s.regency = $1 ORDER BY s.size, s.witness`, v.opt.Regency)
	if err != nil {
		return err
	}
	for _, r := range rows {
		known := slices.ContainsFunc(v.witnesses, func(w note.Verifier) bool { return w.Name() == r.witness })
		if !known {
			continue
		}
		names, err := tree.Cosigners(r.cp+r.line, v.witnesses...)
		if err != nil || !slices.Contains(names, r.witness) {
			v.report.add(find(FindSignature, r.size-1, r.size))
			continue
		}
		v.report.Cosignatures++
	}
	return nil
}

var errStop = errors.New("stop")

// firstDifference names the first entry that differs from a forked mirror's.
func (v *verifier) firstDifference(ctx context.Context, q db.Querier) error {
	for _, m := range v.opt.Mirrors {
		if !v.forked[m.Name()] {
			continue
		}
		seq, found, err := compareLeaves(ctx, q, v.opt.Regency, v.key.Name(), m)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			continue // the fork is proven by the roots; only its place stays unknown
		}
		for i := range v.report.Findings {
			f := &v.report.Findings[i]
			if found && f.Kind == FindFork && f.Args[0] == m.Name() {
				f.Seq, f.Key, f.Args = seq, "ledger.find.fork_at", append(f.Args, seq)
			}
		}
	}
	return nil
}

func compareLeaves(ctx context.Context, q db.Querier, regency, origin string, m Mirror) (int64, bool, error) {
	rows, err := q.Query(ctx, "SELECT leaf FROM ledger_entry WHERE regency = $1 ORDER BY seq", regency)
	if err != nil {
		return 0, false, err
	}
	defer rows.Close()
	seq, found := int64(-1), false
	err = m.Leaves(ctx, origin, func(theirs []byte) error {
		seq++
		if !rows.Next() {
			return errStop
		}
		var ours []byte
		if err := rows.Scan(&ours); err != nil {
			return err
		}
		if found = !bytes.Equal(ours, theirs); found {
			return errStop
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return 0, false, err
	}
	return seq, found, rows.Err()
}

// rows compares every row of the sealed tables with what the log says last.
func (v *verifier) rows(ctx context.Context, q db.Querier) error {
	for _, t := range v.opt.Tables {
		states := v.state[t.Name]
		if states == nil {
			states = &rowStates{}
		}
		err := t.Digests(ctx, q, v.opt.Regency, func(id string, digest db.Digest) error {
			v.report.Rows++
			s, known := states.take(keyOf(id))
			switch {
			case !known:
				v.rowFinding(FindRowAdded, t.Name, id, -1)
			case s.digest == (db.Digest{}):
				v.rowFinding(FindRowRevived, t.Name, id, s.seq)
			case s.digest != digest:
				v.rowFinding(FindRowChanged, t.Name, id, s.seq)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		v.removed(t.Name, states)
	}
	return v.explain(ctx, q)
}

func (v *verifier) removed(table string, states *rowStates) {
	for uuid, s := range states.uuids {
		if s.digest != (db.Digest{}) {
			v.rowFinding(FindRowRemoved, table, rowKey{uuid: uuid}.String(), s.seq)
		}
	}
	for text, s := range states.texts {
		if s.digest != (db.Digest{}) {
			v.rowFinding(FindRowRemoved, table, text, s.seq)
		}
	}
}

func (v *verifier) rowFinding(kind, table, id string, seq int64) {
	f := find(kind, seq)
	f.Table, f.ID = table, id
	v.report.add(f)
}

// explain adds to each finding about a row who touched it last in the open.
func (v *verifier) explain(ctx context.Context, q db.Querier) error {
	for i := range v.report.Findings {
		f := &v.report.Findings[i]
		if f.Table == "" {
			continue
		}
		f.Args = []any{f.Table, f.ID}
		if f.Seq < 0 {
			continue
		}
		e, err := v.entry(ctx, q, f.Seq)
		if err != nil {
			return err
		}
		f.Entry = &e
		f.Args = append(f.Args, e.Seq, e.At, strings.TrimSpace(e.Actor), e.Kind)
	}
	return nil
}

func (v *verifier) entry(ctx context.Context, q db.Querier, seq int64) (Entry, error) {
	if at := seq - v.tree.Size; at >= 0 && at < int64(len(v.queue)) {
		return v.queue[at], nil
	}
	e, found, err := EntryBySeq(ctx, q, v.opt.Regency, seq)
	if err == nil && !found {
		e = Entry{Seq: seq}
	}
	return e, err
}

// rootAt recomputes the root of the first size leaves from stored hashes.
func rootAt(ctx context.Context, q db.Querier, regency string, size int64) (tlog.Hash, error) {
	if size == 0 {
		var empty tree.Edge
		return empty.Root(), nil
	}
	return tlog.TreeHash(size, stored(ctx, q, regency))
}
