package intake

import (
	"context"

	"tepat/internal/db"
)

// Applier is where the rows of a layout go. The registry's lives here;
// evidence and program bring theirs, and the wiring hands them over.
type Applier interface {
	// Target is the name that layouts use.
	Target() string
	// Check adds what only the target knows to a chunk of items whose values are
	// read and whose Match is set: already there (Same), unknown person (Look or
	// Fix). It judges items that are Ready, and may take Look back where it knows
	// better, as by a family card; Fix, Same and Skipped stay what they are. It is
	// asked again, inside the transaction, before Apply. It writes nothing.
	Check(ctx context.Context, q db.Querier, b Batch, items []Item) error
	// Apply writes the Ready items of one chunk in the chunk's transaction and
	// counts Added and Updated. The event of the chunk is recorded by intake.
	Apply(ctx context.Context, tx *db.Tx, b Batch, items []Item) (Counts, error)
	// Undo takes the whole batch out again, or returns a fault.Conflict that names
	// what depends on it.
	Undo(ctx context.Context, tx *db.Tx, b Batch) error
}
