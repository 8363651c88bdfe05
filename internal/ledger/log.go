package ledger

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io"
	"regexp"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
)

// Texts holds the sentences of this package, Indonesian and English.
//
//go:embed texts.json
var Texts embed.FS

// Options configure New. The zero value is usable in production.
type Options struct {
	// Origin names the log of a regency in checkpoints; it is also the name of
	// its key and must never change. Nil means "tepat/" + regency.
	Origin func(regency string) string
	// Rand gives the salts; nil means the operating system. Demo data may repeat.
	Rand io.Reader
}

// Log is the journal of a database. It is safe for concurrent use.
type Log struct {
	origin func(string) string
	rand   io.Reader
	woken  chan struct{}
}

var _ db.Journal = (*Log)(nil)

// New returns a Log; give it to db.Keep.
func New(opt Options) *Log {
	l := &Log{origin: opt.Origin, rand: opt.Rand, woken: make(chan struct{}, 1)}
	if l.origin == nil {
		l.origin = func(regency string) string { return "tepat/" + regency }
	}
	if l.rand == nil {
		l.rand = rand.Reader
	}
	return l
}

// Origin returns the name of the log of regency.
func (l *Log) Origin(regency string) string { return l.origin(regency) }

// draft is an entry before it has a place in the tree.
type draft struct {
	kind, at, actorID, actorName, object, area string
	payload, seals, salt, leaf                 []byte
}

// kindShape keeps kinds usable as catalogue keys.
var kindShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// ErrNoRegency is returned when an actor without a regency writes: there is no
// log that the entry belongs to.
var ErrNoRegency = errors.New("ledger: the actor has no regency")

// Append writes the events of one command, with its seals on the last.
func (l *Log) Append(ctx context.Context, tx *db.Tx, events []db.Event, seals []db.Seal) error {
	regency := tx.Actor.Regency()
	if regency == "" {
		return ErrNoRegency
	}
	if len(events) == 0 {
		return nil
	}
	drafts, err := l.drafts(tx, events, seals)
	if err != nil {
		return err
	}
	if tx.Engine() == db.Postgres {
		tx.AfterCommit(l.wake)
		return queue(ctx, tx, regency, drafts)
	}
	return plant(ctx, tx, regency, drafts)
}

func (l *Log) drafts(tx *db.Tx, events []db.Event, seals []db.Seal) ([]draft, error) {
	salts := make([]byte, saltSize*len(events))
	if _, err := io.ReadFull(l.rand, salts); err != nil {
		return nil, fmt.Errorf("ledger: salt: %w", err)
	}
	at := tx.Now.String()
	out := make([]draft, len(events))
	var scratch []byte
	for i, e := range events {
		if !kindShape.MatchString(e.Kind) {
			return nil, fmt.Errorf("ledger: %q is no kind of event", e.Kind)
		}
		d := draft{kind: e.Kind, at: at, actorID: string(tx.Actor.User), actorName: tx.Actor.Name,
			object: e.Object, area: string(e.Area), payload: e.Payload, salt: salts[i*saltSize : (i+1)*saltSize]}
		if d.payload == nil {
			d.payload = []byte{} // NULL would say "erased"
		}
		if i == len(events)-1 {
			d.seals = encodeSeals(seals)
		}
		var digest, commit [32]byte
		digest, scratch = payloadDigest(scratch, d.salt, d.payload, d.actorName, d.area)
		commit, scratch = commitment(scratch, digest, d.seals)
		d.leaf = appendLeaf(make([]byte, 0, 160), d.kind, d.at, d.actorID, d.object, commit)
		out[i] = d
	}
	return out, nil
}

const insertEntry = `INSERT INTO ledger_entry (regency, seq, kind, at, actor_id, actor_name, object, area,
	payload, seals, salt, leaf, hashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

// plant adds drafts to the tree inside the transaction of their command. Only
// SQLite does so: its single writer is the order.
func plant(ctx context.Context, tx *db.Tx, regency string, drafts []draft) error {
	edge, err := readEdge(ctx, tx, regency)
	if err != nil {
		return err
	}
	var hashes []tlog.Hash
	for i := range drafts {
		d := &drafts[i]
		seq := edge.Size
		hashes = edge.Append(hashes[:0], tlog.RecordHash(d.leaf))
		if _, err := tx.ExecMany(ctx, insertEntry, regency, seq, d.kind, d.at, d.actorID, d.actorName, d.object, d.area,
			d.payload, d.seals, d.salt, d.leaf, tree.JoinHashes(hashes)); err != nil {
			return fmt.Errorf("ledger: entry %d: %w", seq, err)
		}
	}
	return writeEdge(ctx, tx, regency, &edge)
}

func readEdge(ctx context.Context, q db.Querier, regency string) (tree.Edge, error) {
	type row struct {
		size int64
		edge []byte
	}
	r, found, err := db.One(ctx, q, func(r *row) []any { return []any{&r.size, &r.edge} },
		"SELECT size, edge FROM ledger_tree WHERE regency = $1", regency)
	if err != nil || !found {
		return tree.Edge{}, err
	}
	return tree.ParseEdge(r.size, r.edge)
}

func writeEdge(ctx context.Context, tx *db.Tx, regency string, edge *tree.Edge) error {
	_, err := tx.Exec(ctx, `INSERT INTO ledger_tree (regency, size, edge) VALUES ($1, $2, $3)
		ON CONFLICT (regency) DO UPDATE SET size = excluded.size, edge = excluded.edge`, regency, edge.Size, edge.Bytes())
	if err != nil {
		return fmt.Errorf("ledger: tree: %w", err)
	}
	return nil
}
