package intake

import (
	"context"
	"strconv"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// Check gives every row of the file its outcome and stores it. A check that
// was killed goes on behind its last whole chunk when it is called again; one
// that is done returns the batch as it is.
func (s *Service) Check(ctx context.Context, actor db.Actor, batch id.Batch, progress Progress) (Batch, error) {
	b, err := batchForUpdate(ctx, s.DB.Read(), actor.Regency(), batch)
	if err != nil || b.State == Checked {
		return b, err
	}
	if b.State != Mapped {
		return b, fault.NewConflict("intake.state")
	}
	err = s.checkRows(ctx, actor, &b, progress)
	if fault.KindOf(err) == fault.Invalid {
		return s.fail(ctx, actor, b, fault.From(err))
	}
	if err != nil {
		return b, halted(fault.Wrap("intake.Check", err), "intake.halted_check", b.Counts.Rows)
	}
	var out Batch
	err = s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = b
		if out.Counts.Rows == 0 {
			return fault.NewInvalid("intake.no_rows")
		}
		out.State = Checked
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		c := out.Counts
		return tx.Record("import.checked", string(out.ID), out.Village, map[string]any{"say": []any{out.FileName, c.Rows, c.Ready, c.Fix + c.Look},
			"same": c.Same, "skipped": c.Skipped})
	})
	if fault.KindOf(err) == fault.Invalid {
		return s.fail(ctx, actor, b, fault.From(err))
	}
	return out, fault.Wrap("intake.Check", err)
}

// fail ends a batch whose file cannot be read to its end.
func (s *Service) fail(ctx context.Context, actor db.Actor, b Batch, why *fault.Fault) (Batch, error) {
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = b
		if err := forgetRows(ctx, tx, &out); err != nil {
			return err
		}
		out.State, out.Message, out.Args = Failed, why.Key, argsText(why.Args)
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		return tx.Record("import.failed", string(out.ID), out.Village, said(out, "why", why.Key))
	})
	if err != nil {
		return b, err
	}
	return out, why
}

// argsText spells the arguments of a fault, numbers in digits.
func argsText(args []any) []string {
	var out []string
	for _, a := range args {
		switch v := a.(type) {
		case string:
			out = append(out, v)
		case int:
			out = append(out, strconv.Itoa(v))
		case int64:
			out = append(out, strconv.FormatInt(v, 10))
		}
	}
	return out
}

// checkRows reads in one goroutine, judges in a second and writes in this one.
func (s *Service) checkRows(ctx context.Context, actor db.Actor, b *Batch, progress Progress) error {
	a, err := s.applier(*b)
	if err != nil {
		return err
	}
	r, err := NewReader(*b, actor.Scope.Regency())
	if err != nil {
		return err
	}
	done, err := chunksOf(ctx, s.DB.Read(), actor.Regency(), b.ID)
	if err != nil {
		return err
	}
	*b = b.Within(actor.Scope)
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return err
	}
	defer f.Close()
	total, err := f.estimate(*b)
	if err != nil {
		return err
	}
	matcher, err := b.matcher(ctx, s.DB.Read())
	if err != nil {
		return err
	}
	in := readAhead(ctx, f, *b, r)
	defer in.Close()
	j := &judge{batch: *b, layout: r.layout, scope: actor.Scope, applier: a, matcher: matcher, seen: newRepeats()}
	checked := stage(in, func(c *chunk) error {
		if c.n < len(done) {
			j.remember(c.items)
			return nil
		}
		return j.check(ctx, s.DB.Read(), c)
	})
	defer checked.close()
	progress.say(int64(b.Counts.Rows), total, PhaseCheck)
	return checked.each(func(c *chunk) error {
		if c.n < len(done) {
			return nil
		}
		if err := s.writeChunk(ctx, actor, b, c); err != nil {
			return err
		}
		progress.say(int64(b.Counts.Rows), total, PhaseCheck)
		return nil
	})
}

// estimate guesses how many rows the file has: exactly only at its end.
func (f *file) estimate(b Batch) (int64, error) {
	_, head, err := f.header(b.Sheet, b.HeaderRow)
	if err != nil {
		return 0, err
	}
	bytes := 0
	for _, row := range head {
		for _, c := range row.Cells {
			bytes += len(c.Text) + 1
		}
	}
	if bytes == 0 || len(head) < headRows || f.book.Sheets()[b.Sheet].Delimiter == 0 {
		return 0, nil
	}
	return f.blob.Size() * int64(len(head)) / int64(bytes), nil
}

// writeChunk stores a judged chunk as one command.
func (s *Service) writeChunk(ctx context.Context, actor db.Actor, b *Batch, c *chunk) error {
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = *b
		out.Counts = out.Counts.Plus(c.counts)
		if err := insertRows(ctx, tx, out.ID, c); err != nil {
			return err
		}
		if err := addTally(ctx, tx, out.ID, c.tally); err != nil {
			return err
		}
		if err := registry.AddMatchTally(ctx, tx, out.today(), out.source(), c.matched); err != nil {
			return err
		}
		first, last := c.items[0].Row, c.items[len(c.items)-1].Row
		err := tx.Insert(ctx, chunkTable, tx.NewID(), string(out.ID), c.n, first, last, len(c.items), c.digest, "checked")
		if err != nil {
			return err
		}
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		return tx.Record("import.checked_chunk", string(out.ID), out.Village, map[string]any{"say": []any{out.FileName, first, last}, "digest": c.digest})
	})
	if err == nil {
		*b = out
	}
	return err
}

// rowsPerInsert bounds the parameters of one statement; both engines take
// more, but gain nothing by it.
const rowsPerInsert = 200

// insertRows stores the outcomes. Most rows are ready and have nothing to say:
// those need one parameter each.
func insertRows(ctx context.Context, tx *db.Tx, batch id.Batch, c *chunk) error {
	plain := rowInserter{ctx: ctx, tx: tx, perRow: 1, tail: ", 'ready', '', '', 0)"}
	other := rowInserter{ctx: ctx, tx: tx, perRow: 5, tail: ")"}
	for _, in := range []*rowInserter{&plain, &other} {
		in.start = []any{tx.Actor.Regency(), string(batch)}
		in.args = append(in.args, in.start...)
	}
	for i := range c.items {
		it := &c.items[i]
		if it.Outcome == Ready && c.findings[i] == "" && it.Note == "" {
			if err := plain.add(it.Row); err != nil {
				return err
			}
			continue
		}
		marked := 1
		if it.Outcome == Ready && c.findings[i] == "" {
			marked = 0
		}
		if err := other.add(it.Row, string(it.Outcome), c.findings[i], it.Note, marked); err != nil {
			return err
		}
	}
	if err := plain.flush(); err != nil {
		return err
	}
	return other.flush()
}

// rowInserter gathers rows of import_row into statements of many rows.
type rowInserter struct {
	ctx    context.Context
	tx     *db.Tx
	perRow int
	tail   string
	start  []any
	args   []any
	rows   int
}

func (in *rowInserter) add(values ...any) error {
	in.args = append(in.args, values...)
	in.rows++
	if in.rows == rowsPerInsert {
		return in.flush()
	}
	return nil
}

func (in *rowInserter) flush() error {
	if in.rows == 0 {
		return nil
	}
	_, err := in.tx.ExecMany(in.ctx, in.query(), in.args...)
	in.args, in.rows = append(in.args[:0], in.start...), 0
	return err
}

func (in *rowInserter) query() string {
	var b strings.Builder
	b.WriteString("INSERT INTO import_row (regency, batch_id, row_n, outcome, findings, note, marked) VALUES ")
	at := 3
	for i := range in.rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($1, $2")
		for range in.perRow {
			b.WriteString(", $")
			b.WriteString(strconv.Itoa(at))
			at++
		}
		b.WriteString(in.tail)
	}
	return b.String()
}

// addTally adds to the counts behind the grouping by cause.
func addTally(ctx context.Context, tx *db.Tx, batch id.Batch, tally map[tallyKey]int) error {
	for k, n := range tally {
		_, err := tx.ExecMany(ctx, `INSERT INTO import_tally (regency, batch_id, finding, outcome, rows_n) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (regency, batch_id, finding, outcome) DO UPDATE SET rows_n = import_tally.rows_n + excluded.rows_n`,
			tx.Actor.Regency(), string(batch), k.finding, string(k.outcome), n)
		if err != nil {
			return err
		}
	}
	return nil
}
