package ledger

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/ledger/signer"
	"tepat/internal/ledger/tree"
)

// SignNow has the tree of regency signed as it is and keeps the checkpoint. It
// returns the zero Checkpoint when the log is empty. It fails with the fault
// "ledger.rollback" when the signer has signed a longer log, and with
// "ledger.fork" when it has signed another one: both mean that the database is
// not the one it was, and nothing may be signed until a person has looked.
func (l *Log) SignNow(ctx context.Context, d *db.DB, regency string, s *signer.Client) (tree.Checkpoint, error) {
	if _, err := l.Sequence(ctx, d, regency); err != nil {
		return tree.Checkpoint{}, err
	}
	cp, signed, err := l.sign(ctx, d, regency, s)
	if errors.Is(err, signer.ErrRefused) { // another process may have signed meanwhile
		cp, signed, err = l.sign(ctx, d, regency, s)
	}
	if errors.Is(err, signer.ErrRefused) {
		err = fault.NewConflict("ledger.fork", cp.Size).Because(err)
	}
	if err != nil || cp.Size == 0 {
		return tree.Checkpoint{}, fault.Wrap("ledger.SignNow", err)
	}
	err = d.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO ledger_checkpoint (regency, size, at, note) VALUES ($1, $2, $3, $4)
			ON CONFLICT (regency, size) DO NOTHING`, regency, cp.Size, tx.Now, signed)
		return err
	})
	return cp, fault.Wrap("ledger.SignNow", err)
}

func (l *Log) sign(ctx context.Context, d *db.DB, regency string, s *signer.Client) (tree.Checkpoint, string, error) {
	key, err := verifierOf(ctx, s, l.Origin(regency))
	if err != nil {
		return tree.Checkpoint{}, "", err
	}
	last, err := s.Last(ctx, l.Origin(regency))
	if err != nil {
		return tree.Checkpoint{}, "", err
	}
	older := tree.Checkpoint{Origin: l.Origin(regency)}
	if last != "" {
		if older, err = tree.Open(last, key); err != nil {
			return tree.Checkpoint{}, "", err
		}
	}
	cp, proof, err := l.growth(ctx, d, regency, older.Size)
	if err != nil || cp.Size == 0 {
		return cp, "", err
	}
	signed, err := s.Sign(ctx, older.Size, proof, cp)
	if err != nil {
		return cp, "", err
	}
	if got, err := tree.Open(signed, key); err != nil || got != cp {
		return cp, "", errors.Join(errors.New("ledger: the signer signed something else"), err)
	}
	return cp, signed, nil
}

func verifierOf(ctx context.Context, s *signer.Client, origin string) (note.Verifier, error) {
	vkey, err := s.VKey(ctx, origin)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(vkey)
}

// growth returns the tree as it is and the proof that its first old leaves are
// the tree that somebody outside knows.
func (l *Log) growth(ctx context.Context, d *db.DB, regency string, old int64) (tree.Checkpoint, []tlog.Hash, error) {
	var cp tree.Checkpoint
	var proof []tlog.Hash
	err := d.Snapshot(ctx, func(q db.Querier) error {
		edge, err := readEdge(ctx, q, regency)
		if err != nil {
			return err
		}
		cp = tree.Checkpoint{Origin: l.Origin(regency), Size: edge.Size, Root: edge.Root()}
		if old > cp.Size {
			return fault.NewConflict("ledger.rollback", old, cp.Size)
		}
		proof, err = prove(ctx, q, regency, old, cp.Size)
		return err
	})
	return cp, proof, err
}

func prove(ctx context.Context, q db.Querier, regency string, old, size int64) ([]tlog.Hash, error) {
	if old == 0 || old == size {
		return nil, nil
	}
	return tlog.ProveTree(size, old, stored(ctx, q, regency))
}

// State is the condition of a log, for the audit page and the dashboard.
type State struct {
	Size        int64
	Root        tlog.Hash
	Fingerprint string // of Root, "7F3A-92C1-…"
	Waiting     int64  // entries the sequencer has not placed yet

	SignedSize    int64 // 0 when nothing was signed
	SignedAt      db.Time
	WitnessedSize int64 // 0 when nobody cosigned
	WitnessedAt   db.Time
	Witness       string // who cosigned last
}

// StateOf returns the condition of the log of regency.
func StateOf(ctx context.Context, q db.Querier, regency string) (State, error) {
	edge, err := readEdge(ctx, q, regency)
	if err != nil {
		return State{}, fmt.Errorf("ledger.StateOf: %w", err)
	}
	s := State{Size: edge.Size, Root: edge.Root()}
	s.Fingerprint = tree.Fingerprint(s.Root)
	s.Waiting, _, err = db.One(ctx, q, db.Self[int64], "SELECT count(*) FROM ledger_outbox WHERE regency = $1", regency)
	if err != nil {
		return State{}, fmt.Errorf("ledger.StateOf: %w", err)
	}
	type mark struct {
		size int64
		at   db.Time
		who  string
	}
	signed, _, err := db.One(ctx, q, func(m *mark) []any { return []any{&m.size, &m.at} },
		"SELECT size, at FROM ledger_checkpoint WHERE regency = $1 ORDER BY size DESC LIMIT 1", regency)
	if err != nil {
		return State{}, fmt.Errorf("ledger.StateOf: %w", err)
	}
	seen, _, err := db.One(ctx, q, func(m *mark) []any { return []any{&m.size, &m.at, &m.who} },
		"SELECT size, at, witness FROM ledger_cosignature WHERE regency = $1 ORDER BY size DESC, at DESC LIMIT 1", regency)
	if err != nil {
		return State{}, fmt.Errorf("ledger.StateOf: %w", err)
	}
	s.SignedSize, s.SignedAt = signed.size, signed.at
	s.WitnessedSize, s.WitnessedAt, s.Witness = seen.size, seen.at, seen.who
	return s, nil
}
