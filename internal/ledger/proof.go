package ledger

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/ledger/tree"
)

// Proof packs the evidence that entry seq is in the log: its leaf, its path
// and the newest cosigned checkpoint that covers it, or the newest signed one.
// It fails with "ledger.unsigned" while no checkpoint covers the entry.
func Proof(ctx context.Context, q db.Querier, regency string, seq int64) (string, error) {
	size, signed, err := coveringNote(ctx, q, regency, seq)
	if err != nil {
		return "", fault.Wrap("ledger.Proof", err)
	}
	leaf, found, err := db.One(ctx, q, db.Self[[]byte],
		"SELECT leaf FROM ledger_entry WHERE regency = $1 AND seq = $2", regency, seq)
	if err == nil && !found {
		err = fault.NewNotFound("ledger.no_entry", seq)
	}
	if err != nil {
		return "", fault.Wrap("ledger.Proof", err)
	}
	path, err := tlog.ProveRecord(size, seq, stored(ctx, q, regency))
	if err != nil {
		return "", fmt.Errorf("ledger.Proof: %w", err)
	}
	return tree.Proof{Index: seq, Leaf: leaf, Path: path, Note: signed}.Text(), nil
}

func coveringNote(ctx context.Context, q db.Querier, regency string, seq int64) (int64, string, error) {
	type row struct {
		size int64
		note string
	}
	scan := func(r *row) []any { return []any{&r.size, &r.note} }
	r, found, err := db.One(ctx, q, scan, `SELECT c.size, c.note FROM ledger_checkpoint c
		WHERE c.regency = $1 AND c.size > $2 AND EXISTS (SELECT 1 FROM ledger_cosignature s
			WHERE s.regency = c.regency AND s.size = c.size) ORDER BY c.size DESC LIMIT 1`, regency, seq)
	if err == nil && !found {
		r, found, err = db.One(ctx, q, scan, `SELECT size, note FROM ledger_checkpoint
			WHERE regency = $1 AND size > $2 ORDER BY size DESC LIMIT 1`, regency, seq)
	}
	if err == nil && !found {
		err = fault.NewUnavailable("ledger.unsigned", seq)
	}
	if err != nil {
		return 0, "", err
	}
	lines, err := db.All(ctx, q, db.Self[string],
		"SELECT note FROM ledger_cosignature WHERE regency = $1 AND size = $2 ORDER BY witness", regency, r.size)
	return r.size, r.note + strings.Join(lines, ""), err
}

// Proven is what a proof shows once it is checked.
type Proven struct {
	Seq        int64
	Kind       string
	At         db.Time
	ActorID    string
	Object     string
	Checkpoint tree.Checkpoint
	Witnesses  []string // those of the given keys that cosigned

	commitment [32]byte
}

// CheckProof verifies what Proof packed, against keys known beforehand. It
// needs no database and no network.
func CheckProof(text, logKey string, witnessKeys ...string) (Proven, error) {
	key, err := note.NewVerifier(logKey)
	if err != nil {
		return Proven{}, fmt.Errorf("ledger.CheckProof: %w", err)
	}
	witnesses, err := cosignKeys(witnessKeys)
	if err != nil {
		return Proven{}, fmt.Errorf("ledger.CheckProof: %w", err)
	}
	p, err := tree.ParseProof(text)
	if err != nil {
		return Proven{}, fault.NewInvalid("ledger.bad_proof").Because(err)
	}
	cp, names, err := p.Check(key, witnesses...)
	if err != nil {
		return Proven{}, fault.NewInvalid("ledger.bad_proof").Because(err)
	}
	parts, ok := parseLeaf(p.Leaf)
	if !ok {
		return Proven{}, fault.NewInvalid("ledger.bad_proof")
	}
	out := Proven{Seq: p.Index, Kind: string(parts.kind), ActorID: string(parts.actor), Object: string(parts.object),
		Checkpoint: cp, Witnesses: names, commitment: [32]byte(parts.commit)}
	if err := out.At.Scan(string(parts.at)); err != nil {
		return Proven{}, fault.NewInvalid("ledger.bad_proof").Because(err)
	}
	return out, nil
}

// Opening is what must be shown beside a proof to reveal what an entry says.
type Opening struct {
	Payload, Seals, Salt []byte
	ActorName, Area      string
}

// Open returns the opening of entry seq. It fails with "ledger.erased" when the
// payload is gone.
func Open(ctx context.Context, q db.Querier, regency string, seq int64) (Opening, error) {
	o, found, err := db.One(ctx, q, func(o *Opening) []any {
		return []any{&o.Payload, &o.Seals, &o.Salt, &o.ActorName, &o.Area}
	}, "SELECT payload, seals, salt, actor_name, area FROM ledger_entry WHERE regency = $1 AND seq = $2", regency, seq)
	switch {
	case err != nil:
		return Opening{}, fmt.Errorf("ledger.Open: %w", err)
	case !found:
		return Opening{}, fault.NewNotFound("ledger.no_entry", seq)
	case o.Payload == nil:
		return Opening{}, fault.NewNotFound("ledger.erased", seq)
	}
	return o, nil
}

// Shows reports whether o is what the proven entry committed to.
func (p Proven) Shows(o Opening) bool {
	digest, scratch := payloadDigest(nil, o.Salt, o.Payload, []byte(o.ActorName), []byte(o.Area))
	commit, _ := commitment(scratch, digest, o.Seals)
	return len(o.Salt) == saltSize && commit == p.commitment
}
