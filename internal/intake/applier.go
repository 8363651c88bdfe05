package intake

import (
	"context"
	"errors"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
)

// Applier is where the rows of a layout go. The registry's lives here;
// evidence and program bring theirs, and the wiring hands them over.
type Applier interface {
	// Target is the name that layouts use.
	Target() string
	// Check adds what only the target knows to a chunk of items whose values are
	// read and whose Match is set: already there (Same), unknown person (Look or
	// Fix). It judges items that are not Settled, and may take Look back where it
	// knows better, as by a family card. It is asked again, inside the
	// transaction, before Apply. It writes nothing.
	Check(ctx context.Context, q db.Querier, b Batch, items []Item) error
	// Apply writes the Ready items of one chunk in the chunk's transaction and
	// counts Added and Updated. The event of the chunk is recorded by intake. A
	// fault that concerns some rows only says so with AtRows.
	Apply(ctx context.Context, tx *db.Tx, b Batch, items []Item) (Counts, error)
	// Undo takes the whole batch out again, or returns a fault.Conflict that names
	// what depends on it.
	Undo(ctx context.Context, tx *db.Tx, b Batch) error
}

// AtRows says of an error which rows of the file it is about, unless it says
// so already. Intake then sends those rows to a person and brings the rest in.
func AtRows(err error, rows ...int) error {
	var known *rowsError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &rowsError{rows, err}
}

type rowsError struct {
	rows []int
	err  error
}

func (e *rowsError) Error() string { return fmt.Sprintf("row %d: %v", e.rows[0], e.err) }

func (e *rowsError) Unwrap() error { return e.err }

// clashing returns the rows that stand in the way of their chunk, nil when err
// is about something else: the machine, or the batch as a whole.
func clashing(err error) []int {
	var at *rowsError
	if !errors.As(err, &at) {
		return nil
	}
	switch fault.KindOf(err) {
	case fault.Conflict, fault.NotFound, fault.Invalid:
		return at.rows
	}
	if db.IsUnique(err) || db.IsForeign(err) {
		return at.rows
	}
	return nil
}
