package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
)

// queue writes drafts to the outbox of PostgreSQL. nextval runs here, at the
// end of the transaction: two commands that changed one row cannot both be
// here at once, so their turns are in the order of their commits.
func queue(ctx context.Context, tx *db.Tx, regency string, drafts []draft) error {
	if len(drafts) > maxRows {
		return queueMany(ctx, tx, regency, drafts)
	}
	var b strings.Builder
	b.WriteString(`WITH t AS (SELECT nextval('ledger_turn') AS turn) INSERT INTO ledger_outbox (regency, turn, n, kind, at,
		actor_id, actor_name, object, area, payload, seals, salt, leaf) SELECT $1, t.turn, e.n, e.kind, $2, $3, $4, e.object, e.area,
		e.payload, e.seals, e.salt, e.leaf FROM t, (VALUES `)
	args := []any{regency, drafts[0].at, drafts[0].actorID, drafts[0].actorName}
	for i := range drafts {
		d := &drafts[i]
		if i > 0 {
			b.WriteString(", ")
		}
		n := len(args)
		fmt.Fprintf(&b, "($%d::bigint, $%d::text, $%d::text, $%d::text, $%d::bytea, $%d::bytea, $%d::bytea, $%d::bytea)",
			n+1, n+2, n+3, n+4, n+5, n+6, n+7, n+8)
		args = append(args, i, d.kind, d.object, d.area, d.payload, d.seals, d.salt, d.leaf)
	}
	b.WriteString(") AS e(n, kind, object, area, payload, seals, salt, leaf)")
	if _, err := tx.Exec(ctx, b.String(), args...); err != nil {
		return fmt.Errorf("ledger: outbox: %w", err)
	}
	return nil
}

// maxRows keeps the number of arguments far below PostgreSQL's 65,535.
const maxRows = 500

func queueMany(ctx context.Context, tx *db.Tx, regency string, drafts []draft) error {
	// Later parts draw later turns; no other command can need to come between.
	for len(drafts) > 0 {
		n := min(maxRows, len(drafts))
		if err := queue(ctx, tx, regency, drafts[:n]); err != nil {
			return err
		}
		drafts = drafts[n:]
	}
	return nil
}

// batch is how many entries one transaction of the sequencer moves.
const batch = 4000

// Sequence moves every entry that waits in the outbox of regency into the tree
// and returns how many it moved. On SQLite nothing waits but what a backup of
// PostgreSQL brought along. Any number of processes may call it; one works at a
// time.
func (l *Log) Sequence(ctx context.Context, d *db.DB, regency string) (int, error) {
	if d.Engine() != db.Postgres {
		_, found, err := db.One(ctx, d.Read(), db.Self[int64], "SELECT turn FROM ledger_outbox WHERE regency = $1 LIMIT 1", regency)
		if err != nil || !found {
			return 0, err
		}
	}
	total := 0
	for {
		moved := 0
		err := d.Housekeep(ctx, func(tx *db.Tx) error {
			n, err := moveBatch(ctx, tx, regency)
			moved = n
			return err
		})
		if err != nil {
			return total, fmt.Errorf("ledger.Sequence: %w", err)
		}
		total += moved
		if moved < batch {
			return total, nil
		}
	}
}

// waiting is what the sequencer must know of an entry in the outbox.
type waiting struct {
	turn, n int64
	leaf    []byte
}

// lockTree keeps other sequencers out; SQLite has one writer anyway.
func lockTree(ctx context.Context, tx *db.Tx, regency string) error {
	if tx.Engine() != db.Postgres {
		return nil
	}
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1, $2)", 0x7e9a7, lockNumber(regency)); err != nil {
		return err
	}
	// The row lock guards against a program that ignores the advisory lock.
	_, err := tx.Exec(ctx, "SELECT size FROM ledger_tree WHERE regency = $1 FOR UPDATE", regency)
	return err
}

func moveBatch(ctx context.Context, tx *db.Tx, regency string) (int, error) {
	if err := lockTree(ctx, tx, regency); err != nil {
		return 0, err
	}
	edge, err := readEdge(ctx, tx, regency)
	if err != nil {
		return 0, err
	}
	rows, err := db.All(ctx, tx, func(w *waiting) []any { return []any{&w.turn, &w.n, &w.leaf} },
		"SELECT turn, n, leaf FROM ledger_outbox WHERE regency = $1 ORDER BY turn, n LIMIT $2", regency, batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	turns, ns, hashes := make([]int64, len(rows)), make([]int64, len(rows)), make([][]byte, len(rows))
	first := edge.Size
	var scratch []tlog.Hash
	for i, w := range rows {
		scratch = edge.Append(scratch[:0], tlog.RecordHash(w.leaf))
		turns[i], ns[i], hashes[i] = w.turn, w.n, tree.JoinHashes(scratch)
	}
	moved, err := tx.Exec(ctx, `INSERT INTO ledger_entry (regency, seq, kind, at, actor_id, actor_name, object, area,
		payload, seals, salt, leaf, hashes) SELECT o.regency, $2 + p.pos - 1, o.kind, o.at, o.actor_id, o.actor_name, o.object, o.area,
		o.payload, o.seals, o.salt, o.leaf, p.hashes
		FROM unnest($3::bigint[], $4::bigint[], $5::bytea[]) WITH ORDINALITY AS p(turn, n, hashes, pos)
		JOIN ledger_outbox o ON o.regency = $1 AND o.turn = p.turn AND o.n = p.n`, regency, first, turns, ns, hashes)
	if err != nil {
		return 0, err
	}
	gone, err := tx.Exec(ctx, `DELETE FROM ledger_outbox o USING unnest($2::bigint[], $3::bigint[]) AS p(turn, n)
		WHERE o.regency = $1 AND o.turn = p.turn AND o.n = p.n`, regency, turns, ns)
	if err != nil {
		return 0, err
	}
	if moved != int64(len(rows)) || gone != moved {
		return 0, fmt.Errorf("ledger: moved %d and removed %d of %d entries", moved, gone, len(rows))
	}
	return len(rows), writeEdge(ctx, tx, regency, &edge)
}

func lockNumber(regency string) int32 {
	h := fnv.New32a()
	h.Write([]byte(regency))
	return int32(h.Sum32())
}

func (l *Log) wake() {
	select {
	case l.woken <- struct{}{}:
	default:
	}
}

// Run sequences every regency whenever this process has written, and once a
// second for what other processes wrote, until ctx ends. On SQLite it only
// waits. report is told of failures, which do not end the loop; it may be nil.
func (l *Log) Run(ctx context.Context, d *db.DB, report func(error)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-l.woken:
		}
		if err := l.sequenceAll(ctx, d); err != nil && ctx.Err() == nil && report != nil {
			report(err)
		}
	}
}

func (l *Log) sequenceAll(ctx context.Context, d *db.DB) error {
	if d.Engine() != db.Postgres {
		return nil
	}
	regencies, err := db.All(ctx, d.Read(), db.Self[string], "SELECT DISTINCT regency FROM ledger_outbox")
	if err != nil {
		return err
	}
	var failed []error
	for _, regency := range regencies {
		if _, err := l.Sequence(ctx, d, regency); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
