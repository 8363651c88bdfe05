package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tepat/internal/region"
)

// Querier reads. The read pool, a Snapshot and a Tx are Queriers.
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type reader struct{ q querier }

func (r reader) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := checkArgs(args); err != nil {
		return nil, err
	}
	return r.q.QueryContext(ctx, query, args...)
}

func (r reader) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return r.q.QueryRowContext(ctx, query, args...)
}

// Read returns the read pool. Two reads through it may see two states of the
// database; a page that compares numbers uses Snapshot.
func (d *DB) Read() Querier { return reader{d.read} }

// Snapshot runs fn on one unchanging state of the database.
func (d *DB) Snapshot(ctx context.Context, fn func(q Querier) error) error {
	opt := &sql.TxOptions{ReadOnly: true}
	if d.engine == Postgres {
		opt.Isolation = sql.LevelRepeatableRead
	}
	tx, err := d.read.BeginTx(ctx, opt)
	if err != nil {
		return fmt.Errorf("db.Snapshot: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // a read-only transaction has nothing to lose
	return fn(reader{tx})
}

// All reads every row of query into a T through the pointers that cols returns.
func All[T any](ctx context.Context, q Querier, cols func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(cols(&v)...); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// Each calls fn with every row of query, read as All does, and keeps none: fn
// gets the same T again and again.
func Each[T any](ctx context.Context, q Querier, cols func(*T) []any, fn func(*T) error, query string, args ...any) error {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var v, zero T
	ptrs := cols(&v)
	for rows.Next() {
		v = zero
		if err := rows.Scan(ptrs...); err != nil {
			return err
		}
		if err := fn(&v); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Chunks calls fn with at most 500 values at a time, for Where.In: every engine
// takes as many.
func Chunks[T ~string](values []T, fn func(part []any) error) error {
	const size = 500
	for part := range slices.Chunk(values, size) {
		args := make([]any, len(part))
		for i, v := range part {
			args[i] = string(v)
		}
		if err := fn(args); err != nil {
			return err
		}
	}
	return nil
}

// One reads the first row of query; found is false when there is none.
func One[T any](ctx context.Context, q Querier, cols func(*T) []any, query string, args ...any) (T, bool, error) {
	var v T
	if err := checkArgs(args); err != nil {
		return v, false, err
	}
	err := q.QueryRow(ctx, query, args...).Scan(cols(&v)...)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// Self is the column list of a single value, for All and One.
func Self[T any](v *T) []any { return []any{v} }

// Where builds an optional filter with numbered arguments. The zero value is
// ready; String returns " WHERE a AND b", or "" when nothing was added.
type Where struct {
	parts []string
	Args  []any
}

// And adds a condition; each ? in it becomes the next $N.
func (w *Where) And(cond string, args ...any) {
	var b strings.Builder
	n := len(w.Args)
	for i := range len(cond) {
		if cond[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(cond[i])
	}
	w.Args = append(w.Args, args...)
	w.parts = append(w.parts, b.String())
}

// Arg adds an argument and returns its placeholder, "$3".
func (w *Where) Arg(v any) string {
	w.Args = append(w.Args, v)
	return "$" + strconv.Itoa(len(w.Args))
}

// In adds "col IN (…)"; no values match nothing.
func (w *Where) In(col string, values ...any) {
	if len(values) == 0 {
		w.parts = append(w.parts, "1 = 0")
		return
	}
	w.And(col+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", values...)
}

// Within adds the working area: the regency column equals scope's regency and
// the village column lies in one of its areas. The zero Scope matches nothing.
// prefix qualifies the columns, "p." or "".
func (w *Where) Within(prefix, villageCol string, scope region.Scope) {
	if scope.IsZero() {
		w.parts = append(w.parts, "1 = 0")
		return
	}
	w.And(prefix+"regency = ?", string(scope.Regency()))
	if scope.Whole() {
		return
	}
	var ors []string
	var args []any
	col := prefix + villageCol
	for _, a := range scope.Areas() {
		// Codes are digits, so "~" closes the range of everything below a.
		ors = append(ors, "("+col+" >= ? AND "+col+" < ?)")
		args = append(args, string(a), string(a)+"~")
	}
	w.And("("+strings.Join(ors, " OR ")+")", args...)
}

// String returns the clause.
func (w *Where) String() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// checkArgs refuses what the two engines would store differently.
func checkArgs(args []any) error {
	for i, a := range args {
		switch a.(type) {
		case time.Time, *time.Time:
			return fmt.Errorf("db: argument %d is a time.Time; use db.Time", i+1)
		case float32, float64:
			return fmt.Errorf("db: argument %d is a float; money and counts are integers", i+1)
		}
	}
	return nil
}
