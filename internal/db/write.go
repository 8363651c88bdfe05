package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tepat/internal/id"
	"tepat/internal/region"
)

// Actor is who acts, as far as a transaction and the ledger must know.
// An empty User is the system itself (jobs, housekeeping).
type Actor struct {
	User  id.User
	Name  string
	Role  string
	Scope region.Scope
}

// Regency returns the code that leads every key the actor writes, "2103".
func (a Actor) Regency() string { return string(a.Scope.Regency()) }

// Event is one sentence of the ledger: what happened to what.
type Event struct {
	Kind    string      // "person.changed"; a catalogue key names the sentence
	Object  string      // identifier of the thing, never a NIK
	Area    region.Code // village or kecamatan of the thing; may be empty
	Payload []byte      // JSON, stored and hashed as these bytes
}

// Journal is told, inside the transaction and just before commit, what a
// command did. The ledger implements it.
type Journal interface {
	Append(ctx context.Context, tx *Tx, events []Event, seals []Seal) error
}

// Tx is one command in progress. It is not safe for concurrent use.
type Tx struct {
	reader
	Now   Time
	Actor Actor

	db        *DB
	tx        *sql.Tx
	events    []Event
	seals     []Seal
	sealed    map[[2]string]int // position in seals
	touched   map[[2]string]*Table
	order     [][2]string
	stmts     map[string]*sql.Stmt
	buf       []byte
	unchanged bool
	after     []func()
}

// ErrSilent is returned by Write when a command neither recorded an event nor
// said that nothing changed. It is a mistake of the programmer.
var ErrSilent = errors.New("db: the command recorded nothing")

// ErrHalf is returned by Write when a command said Unchanged although it had
// already written. It is a mistake of the programmer.
var ErrHalf = errors.New("db: the command wrote something and then said that nothing changed")

const maxAttempts = 8

// Write runs fn as one command: one transaction, at least one event. fn may be
// run again after a deadlock or a busy database, so it must not do anything
// that a rollback does not undo; see Tx.AfterCommit for the rest.
func (d *DB) Write(ctx context.Context, actor Actor, fn func(tx *Tx) error) error {
	return d.retry(ctx, func() error { return d.writeOnce(ctx, actor, fn, false) })
}

// Housekeep writes without an event to the few tables that are not records:
// sessions, job queue, caches. The arch test lists who may call it.
func (d *DB) Housekeep(ctx context.Context, fn func(tx *Tx) error) error {
	return d.retry(ctx, func() error { return d.writeOnce(ctx, Actor{}, fn, true) })
}

func (d *DB) retry(ctx context.Context, once func() error) error {
	for attempt := 1; ; attempt++ {
		err := once()
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return classify(err)
		}
		pause := time.Duration(attempt*attempt) * time.Millisecond * time.Duration(2+rand.IntN(5))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (d *DB) writeOnce(ctx context.Context, actor Actor, fn func(tx *Tx) error, housekeeping bool) error {
	sqlTx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{reader: reader{sqlTx}, Now: TimeOf(d.now()), Actor: actor, db: d, tx: sqlTx}
	defer sqlTx.Rollback() //nolint:errcheck // after Commit this does nothing
	if err := fn(tx); err != nil {
		return err
	}
	if tx.unchanged {
		return tx.nothingDone()
	}
	if !housekeeping {
		if err := tx.journal(ctx); err != nil {
			return err
		}
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// nothingDone refuses a command that says that nothing changed after it has
// done something: rolling that back with success would lose it unseen.
func (tx *Tx) nothingDone() error {
	if len(tx.events)+len(tx.seals)+len(tx.order) > 0 {
		return ErrHalf
	}
	return nil
}

func (tx *Tx) journal(ctx context.Context) error {
	if len(tx.events) == 0 {
		return ErrSilent
	}
	digests, err := tx.touchedDigests(ctx)
	if err != nil {
		return err
	}
	for _, key := range tx.order {
		tx.setSeal(key[0], key[1], digests[key])
	}
	if tx.db.journal == nil {
		return errors.New("db: no journal is kept")
	}
	return tx.db.journal.Append(ctx, tx, tx.events, tx.seals)
}

// Engine returns the engine the transaction runs on.
func (tx *Tx) Engine() Engine { return tx.db.engine }

// NewID mints an identifier that sorts by the time of the transaction.
func (tx *Tx) NewID() string { return tx.db.mint.New(tx.Now.t) }

// Record adds an event. payload becomes JSON; numbers of type nik.NIK and
// nik.KK are masked by their types. A payload with a list under "say" fills
// the sentence "event.<kind>" of the catalogue with it.
func (tx *Tx) Record(kind, object string, area region.Code, payload any) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("record %s: %w", kind, err)
	}
	tx.events = append(tx.events, Event{Kind: kind, Object: object, Area: area, Payload: b})
	return nil
}

// Unchanged ends a command that found nothing to do: Write rolls back and
// returns nil. It is for replays, not for errors.
func (tx *Tx) Unchanged() { tx.unchanged = true }

// AfterCommit runs f once the transaction is durable.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Exec runs a statement and returns the number of rows it changed. Follow a
// change to a sealed table with Touch.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := checkArgs(args); err != nil {
		return 0, err
	}
	res, err := tx.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// ExecMany is Exec with a prepared statement that lives as long as the Tx.
func (tx *Tx) ExecMany(ctx context.Context, query string, args ...any) (int64, error) {
	if err := checkArgs(args); err != nil {
		return 0, err
	}
	stmt, err := tx.prepared(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (tx *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := tx.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := tx.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if tx.stmts == nil {
		tx.stmts = make(map[string]*sql.Stmt)
	}
	tx.stmts[query] = stmt
	return stmt, nil
}

// Insert stores a row of a sealed table: values follow t.Columns; regency and
// id come first in the table. The seal is computed from the values given.
func (tx *Tx) Insert(ctx context.Context, t *Table, id string, values ...any) error {
	if len(values) != len(t.Columns) {
		return fmt.Errorf("db: %s has %d columns, got %d values", t.Name, len(t.Columns), len(values))
	}
	if err := checkArgs(values); err != nil {
		return err
	}
	stmt, err := tx.prepared(ctx, t.insert)
	if err != nil {
		return err
	}
	args := make([]any, 0, len(values)+2)
	args = append(append(args, tx.Actor.Regency(), id), values...)
	if _, err := stmt.ExecContext(ctx, args...); err != nil {
		return fmt.Errorf("insert %s: %w", t.Name, err)
	}
	var d Digest
	if d, tx.buf, err = t.digest(tx.buf, id, values); err != nil {
		return err
	}
	tx.setSeal(t.Name, id, d)
	return nil
}

// rowsPerInsert bounds the parameters of one statement; engines take more, but
// gain nothing by it.
const rowsPerInsert = 100

// InsertMany is Insert for many rows: ids and rows go together. It asks the
// engine once per hundred rows.
func (tx *Tx) InsertMany(ctx context.Context, t *Table, ids []string, rows [][]any) error {
	if len(ids) != len(rows) {
		return fmt.Errorf("db: %d ids for %d rows of %s", len(ids), len(rows), t.Name)
	}
	for len(rows) >= rowsPerInsert {
		if err := tx.insertGroup(ctx, t, ids[:rowsPerInsert], rows[:rowsPerInsert]); err != nil {
			return err
		}
		ids, rows = ids[rowsPerInsert:], rows[rowsPerInsert:]
	}
	for i := range rows {
		if err := tx.Insert(ctx, t, ids[i], rows[i]...); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertGroup(ctx context.Context, t *Table, ids []string, rows [][]any) error {
	args := make([]any, 0, len(rows)*(len(t.Columns)+2))
	for i, values := range rows {
		if len(values) != len(t.Columns) {
			return fmt.Errorf("db: %s has %d columns, got %d values", t.Name, len(t.Columns), len(values))
		}
		if err := checkArgs(values); err != nil {
			return err
		}
		args = append(append(args, tx.Actor.Regency(), ids[i]), values...)
	}
	stmt, err := tx.prepared(ctx, t.insertSome(len(rows)))
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, args...); err != nil {
		return fmt.Errorf("insert %s: %w", t.Name, err)
	}
	for i, values := range rows {
		var d Digest
		if d, tx.buf, err = t.digest(tx.buf, ids[i], values); err != nil {
			return err
		}
		tx.setSeal(t.Name, ids[i], d)
	}
	return nil
}

// Touch says that row id of t was changed or removed by Exec. Its seal is
// taken from the stored row just before commit.
func (tx *Tx) Touch(t *Table, ids ...string) {
	if tx.touched == nil {
		tx.touched = make(map[[2]string]*Table)
	}
	for _, id := range ids {
		key := [2]string{t.Name, id}
		if tx.touched[key] == nil {
			tx.touched[key] = t
			tx.order = append(tx.order, key)
		}
	}
}

func (tx *Tx) setSeal(table, id string, d Digest) {
	key := [2]string{table, id}
	if tx.touched[key] != nil {
		if i, ok := tx.sealed[key]; ok {
			tx.seals[i].Digest = d
			return
		}
		if tx.sealed == nil {
			tx.sealed = make(map[[2]string]int)
		}
		tx.sealed[key] = len(tx.seals)
	}
	// A row inserted and touched in one command is sealed twice; the later one counts.
	tx.seals = append(tx.seals, Seal{table, id, d})
}
