package intake

import (
	"context"
	"encoding/json"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

var (
	batchTable = db.NewTable("import_batch", "area", "sender", "file_name", "sha256", "size_n", "sheet_n", "header_row_n", "layout", "target",
		"subject", "village", "mapping", "state", "rows_n", "ready_n", "same_n", "fix_n", "look_n", "skipped_n", "added_n", "updated_n",
		"message", "message_args", "reason", "created_by", "created_name", "created_at", "applied_by", "applied_name", "applied_at", "version", "trusted")
	chunkTable   = db.NewTable("import_chunk", "batch_id", "n", "first_n", "last_n", "rows_n", "digest", "state")
	mappingTable = db.NewTable("import_mapping", "sender", "fingerprint", "layout", "mapping", "used_at")
)

// Tables lists the sealed tables of intake, for the verifier. The rows of a
// batch are sealed by the digests of its chunks.
func Tables() []*db.Table { return []*db.Table{batchTable, chunkTable, mappingTable} }

const batchColumns = `id, area, sender, file_name, sha256, size_n, sheet_n, header_row_n, layout, target, subject, village, mapping, state,
	rows_n, ready_n, same_n, fix_n, look_n, skipped_n, added_n, updated_n, message, message_args, reason,
	created_by, created_name, created_at, applied_by, applied_name, applied_at, version, trusted`

func scanBatch(b *Batch) []any {
	c := &b.Counts
	return []any{&b.ID, &b.area, &b.Sender, &b.FileName, &b.SHA256, &b.Size, &b.Sheet, &b.HeaderRow, &b.Layout, &b.Target, &b.Subject, &b.Village,
		db.JSON{To: &b.Mapping}, &b.State, &c.Rows, &c.Ready, &c.Same, &c.Fix, &c.Look, &c.Skipped, &c.Added, &c.Updated, &b.Message, db.JSON{To: &b.Args},
		&b.Reason, &b.CreatedBy, &b.Creator, &b.CreatedAt, &b.AppliedBy, &b.AppliedAs, &b.AppliedAt, &b.Version, &b.trusted}
}

func batchValues(b *Batch) ([]any, error) {
	mapping, err := json.Marshal(b.Mapping)
	if err != nil {
		return nil, err
	}
	args, err := json.Marshal(b.Args)
	if err != nil {
		return nil, err
	}
	trusted := 0
	if b.trusted {
		trusted = 1
	}
	c := b.Counts
	return []any{string(b.area), b.Sender, b.FileName, b.SHA256, b.Size, b.Sheet, b.HeaderRow, b.Layout, b.Target, b.Subject, string(b.Village),
		string(mapping), string(b.State), c.Rows, c.Ready, c.Same, c.Fix, c.Look, c.Skipped, c.Added, c.Updated, b.Message, string(args),
		b.Reason, string(b.CreatedBy), b.Creator, b.CreatedAt, string(b.AppliedBy), b.AppliedAs, b.AppliedAt, b.Version, trusted}, nil
}

// insertBatch stores a new batch.
func insertBatch(ctx context.Context, tx *db.Tx, b *Batch) error {
	b.ID, b.Version, b.CreatedAt = id.Batch(tx.NewID()), 1, tx.Now
	values, err := batchValues(b)
	if err != nil {
		return err
	}
	return tx.Insert(ctx, batchTable, string(b.ID), values...)
}

// saveBatch stores b over the version it was read at. Somebody else's change
// in between is a Conflict.
func saveBatch(ctx context.Context, tx *db.Tx, b *Batch) error {
	before := b.Version
	b.Version++
	values, err := batchValues(b)
	if err != nil {
		return err
	}
	args := append([]any{tx.Actor.Regency(), string(b.ID), before}, values...)
	n, err := tx.ExecMany(ctx, `UPDATE import_batch SET area = $4, sender = $5, file_name = $6, sha256 = $7, size_n = $8, sheet_n = $9, header_row_n = $10,
		layout = $11, target = $12, subject = $13, village = $14, mapping = $15, state = $16, rows_n = $17, ready_n = $18, same_n = $19, fix_n = $20,
		look_n = $21, skipped_n = $22, added_n = $23, updated_n = $24, message = $25, message_args = $26, reason = $27, created_by = $28,
		created_name = $29, created_at = $30, applied_by = $31, applied_name = $32, applied_at = $33, version = $34, trusted = $35
		WHERE regency = $1 AND id = $2 AND version = $3`, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("intake.changed_meanwhile", b.FileName)
	}
	tx.Touch(batchTable, string(b.ID))
	return nil
}

// batchForUpdate reads the batch inside a command, whatever the area: who may
// touch it was judged when the page loaded it.
func batchForUpdate(ctx context.Context, q db.Querier, regency string, batch id.Batch) (Batch, error) {
	b, found, err := db.One(ctx, q, scanBatch, "SELECT "+batchColumns+" FROM import_batch WHERE regency = $1 AND id = $2", regency, string(batch))
	if err == nil && !found {
		err = fault.NewNotFound("intake.batch_gone")
	}
	return b, err
}

// chunkRow is one stored chunk.
type chunkRow struct {
	id          string
	n           int
	first, last int // rows in the file
	rows        int
	digest      string
	state       string
}

func (c *chunkRow) cols() []any {
	return []any{&c.id, &c.n, &c.first, &c.last, &c.rows, &c.digest, &c.state}
}

func chunksOf(ctx context.Context, q db.Querier, regency string, batch id.Batch) ([]chunkRow, error) {
	return db.All(ctx, q, (*chunkRow).cols, `SELECT id, n, first_n, last_n, rows_n, digest, state FROM import_chunk
		WHERE regency = $1 AND batch_id = $2 ORDER BY n`, regency, string(batch))
}

// RowResult is the stored outcome of one row.
type RowResult struct {
	Row      int
	Outcome  Outcome
	Findings []Finding
	Note     string
	findings string
}

func scanRow(r *RowResult) []any { return []any{&r.Row, &r.Outcome, &r.findings, &r.Note} }

// rowsBetween returns the stored rows from first to last.
func rowsBetween(ctx context.Context, q db.Querier, regency string, batch id.Batch, first, last int) ([]RowResult, error) {
	return db.All(ctx, q, scanRow, `SELECT row_n, outcome, findings, note FROM import_row
		WHERE regency = $1 AND batch_id = $2 AND row_n >= $3 AND row_n <= $4 ORDER BY row_n`, regency, string(batch), first, last)
}
