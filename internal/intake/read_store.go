package intake

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake/sheet"
	"tepat/internal/region"
)

// Batches returns the batches of scope, newest first, at most limit.
func Batches(ctx context.Context, q db.Querier, scope region.Scope, offset, limit int) ([]Batch, error) {
	var w db.Where
	w.Within("", "area", scope)
	query := "SELECT " + batchColumns + " FROM import_batch" + w.String() + " ORDER BY created_at DESC, id DESC LIMIT " +
		w.Arg(min(limit, 500)) + " OFFSET " + w.Arg(max(offset, 0))
	return db.All(ctx, q, scanBatch, query, w.Args...)
}

// CountBatches counts the batches of scope by state.
func CountBatches(ctx context.Context, q db.Querier, scope region.Scope) (map[State]int, error) {
	var w db.Where
	w.Within("", "area", scope)
	type count struct {
		state State
		n     int
	}
	rows, err := db.All(ctx, q, func(c *count) []any { return []any{&c.state, &c.n} },
		"SELECT state, count(*) FROM import_batch"+w.String()+" GROUP BY state", w.Args...)
	out := make(map[State]int, len(rows))
	for _, c := range rows {
		out[c.state] = c.n
	}
	return out, err
}

// BatchByID returns the batch when it belongs to scope, else a NotFound that
// does not tell whether it exists.
func BatchByID(ctx context.Context, q db.Querier, scope region.Scope, batch id.Batch) (Batch, error) {
	var w db.Where
	w.Within("", "area", scope)
	w.And("id = ?", string(batch))
	b, found, err := db.One(ctx, q, scanBatch, "SELECT "+batchColumns+" FROM import_batch"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("intake.batch_gone")
	}
	return b, err
}

// Impact tells what a checked batch would do: rows that add, and rows that
// change what is known.
func Impact(ctx context.Context, q db.Querier, b Batch) (int, int, error) {
	changes, _, err := db.One(ctx, q, db.Self[int], `SELECT count(*) FROM import_row
		WHERE regency = $1 AND batch_id = $2 AND outcome = 'ready' AND note <> ''`, b.regency(), string(b.ID))
	return b.Counts.Ready - changes, changes, err
}

// FindingCount is how many rows of an outcome have a finding.
type FindingCount struct {
	Key     string
	Outcome Outcome
	Rows    int
}

// FindingCounts groups the rows of a batch by cause, the most frequent first.
// A row with two causes counts under both.
func FindingCounts(ctx context.Context, q db.Querier, b Batch) ([]FindingCount, error) {
	return db.All(ctx, q, func(c *FindingCount) []any { return []any{&c.Key, &c.Outcome, &c.Rows} },
		`SELECT finding, outcome, rows_n FROM import_tally WHERE regency = $1 AND batch_id = $2 AND rows_n > 0
		ORDER BY CASE outcome WHEN 'fix' THEN 0 WHEN 'look' THEN 1 ELSE 2 END, rows_n DESC, finding`, b.regency(), string(b.ID))
}

// RowFilter narrows the rows of a batch. The zero RowFilter shows all.
type RowFilter struct {
	Outcome Outcome // "" for any
	Finding string  // catalogue key; "" for any
	Problem bool    // only rows to fix or to look at
}

// RowView is a stored row with its cells as they stand in the file. The cells
// hold NIK and KK in digits: show them through Masked.
type RowView struct {
	RowResult
	Cells []sheet.Cell
}

// Rows returns one page of b's rows in the order of the file, and how many
// there are under the filter.
func (s *Service) Rows(ctx context.Context, b Batch, f RowFilter, offset, limit int) ([]RowView, int, error) {
	q := s.DB.Read()
	total, err := countRows(ctx, q, b, f)
	if err != nil || total == 0 {
		return nil, 0, err
	}
	w := f.where(b)
	rows, err := db.All(ctx, q, scanRow, "SELECT row_n, outcome, findings, note FROM import_row"+w.String()+
		" ORDER BY row_n LIMIT "+w.Arg(min(limit, 500))+" OFFSET "+w.Arg(max(offset, 0)), w.Args...)
	if err != nil {
		return nil, 0, err
	}
	views, err := s.withCells(ctx, b, rows)
	return views, total, err
}

func countRows(ctx context.Context, q db.Querier, b Batch, f RowFilter) (int, error) {
	if f.Finding == "" && !f.Problem {
		switch f.Outcome {
		case "":
			return b.Counts.Rows, nil
		case Ready:
			return b.Counts.Ready, nil
		}
	}
	w := f.where(b)
	n, _, err := db.One(ctx, q, db.Self[int], "SELECT count(*) FROM import_row"+w.String(), w.Args...)
	return n, err
}

func (f RowFilter) where(b Batch) *db.Where {
	w := &db.Where{}
	w.And("regency = ?", b.regency())
	w.And("batch_id = ?", string(b.ID))
	if f.Outcome != "" {
		w.And("outcome = ?", string(f.Outcome))
	}
	if f.Problem {
		w.And("outcome IN ('fix', 'look')")
	}
	if f.Finding != "" {
		// Keys are words of ours, so a text that holds one has that finding.
		w.And("findings <> replace(findings, ?, '')", f.Finding+partSplit)
	}
	if f.Problem || f.Finding != "" || f.Outcome != "" && f.Outcome != Ready {
		w.And("marked = 1") // lets both engines use the partial index
	}
	return w
}

// withCells reads the cells of rows, which are in order, from the file.
func (s *Service) withCells(ctx context.Context, b Batch, rows []RowResult) ([]RowView, error) {
	out := make([]RowView, len(rows))
	for i := range rows {
		rows[i].Findings = decodeFindings(rows[i].findings)
		out[i] = RowView{RowResult: rows[i]}
	}
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	i := 0
	err = f.eachRow(ctx, b, func(row sheet.Row) error {
		if i < len(out) && row.N == out[i].Row {
			out[i].Cells = row.Clone().Cells
			i++
		}
		if i == len(out) {
			return errStop
		}
		return nil
	})
	if err == errStop {
		err = nil
	}
	return out, err
}

// problemsAfter returns up to limit rows to fix or to look at behind row after.
func problemsAfter(ctx context.Context, q db.Querier, b Batch, after, limit int) ([]RowResult, error) {
	rows, err := db.All(ctx, q, scanRow, `SELECT row_n, outcome, findings, note FROM import_row
		WHERE regency = $1 AND batch_id = $2 AND marked = 1 AND outcome IN ('fix', 'look') AND row_n > $3 ORDER BY row_n LIMIT $4`,
		b.regency(), string(b.ID), after, limit)
	for i := range rows {
		rows[i].Findings = decodeFindings(rows[i].findings)
	}
	return rows, err
}

// CheckDigests recomputes the digests of b's chunks from the stored rows and
// returns the first rows of those that differ: rows touched behind our back.
// The chunks themselves are sealed in the ledger.
func CheckDigests(ctx context.Context, q db.Querier, b Batch) ([]int, error) {
	chunks, err := chunksOf(ctx, q, b.regency(), b.ID)
	if err != nil {
		return nil, err
	}
	var wrong []int
	for _, c := range chunks {
		rows, err := rowsBetween(ctx, q, b.regency(), b.ID, c.first, c.last)
		if err != nil {
			return nil, err
		}
		if digestOf(rows) != c.digest {
			wrong = append(wrong, c.first)
		}
	}
	return wrong, nil
}
