package intake

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake/sheet"
	"tepat/internal/registry"
)

// EachWaiting calls fn with the rows of an applied batch that wait for a person,
// matched anew, in the order of the file. It reads the file once, and nothing
// of the database beyond those rows. fn may keep what it gets.
func (s *Service) EachWaiting(ctx context.Context, actor db.Actor, b Batch, fn func(it *Item) error) error {
	if b.Counts.Look == 0 {
		return nil
	}
	r, err := NewReader(b, actor.Scope.Regency())
	if err != nil {
		return err
	}
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &waiting{service: s, batch: b, fn: fn}
	if w.matcher, err = b.matcher(ctx, s.DB.Read()); err != nil {
		return err
	}
	if err := w.next(ctx); err != nil {
		return err
	}
	err = f.eachRow(ctx, b, func(row sheet.Row) error { return w.row(ctx, r, row) })
	if err == errStop {
		err = nil
	}
	if err != nil {
		return err
	}
	return w.flush(ctx)
}

// waiting walks the file beside the stored rows that wait.
type waiting struct {
	service *Service
	batch   Batch
	matcher *registry.Matcher
	fn      func(it *Item) error
	page    []RowResult
	more    bool
	items   []Item
}

const waitingPage = 500

func (w *waiting) next(ctx context.Context) error {
	after := 0
	if len(w.items) > 0 {
		after = w.items[len(w.items)-1].Row
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	rows, err := lookingAfter(ctx, w.service.DB.Read(), w.batch, after, waitingPage)
	w.page, w.more = rows, len(rows) == waitingPage
	return err
}

func (w *waiting) row(ctx context.Context, r *Reader, row sheet.Row) error {
	if len(w.page) == 0 {
		return errStop
	}
	if row.N != w.page[0].Row {
		return nil
	}
	var it Item
	r.Read(row, &it)
	it.Findings, it.Outcome, it.Note = w.page[0].Findings, Look, w.page[0].Note
	w.items = append(w.items, it)
	w.page = w.page[1:]
	if len(w.page) == 0 && w.more {
		return w.next(ctx)
	}
	return nil
}

// flush matches what was gathered and hands it over.
func (w *waiting) flush(ctx context.Context) error {
	if len(w.items) == 0 {
		return nil
	}
	profiles := make([]registry.Profile, len(w.items))
	for i := range w.items {
		profiles[i] = w.items[i].Record.Profile()
	}
	matches, err := w.matcher.Lookup(ctx, w.service.DB.Read(), profiles)
	if err != nil {
		return err
	}
	for i := range w.items {
		w.items[i].Match = matches[i]
		if err := w.fn(&w.items[i]); err != nil {
			return err
		}
	}
	w.items = nil
	return nil
}

func lookingAfter(ctx context.Context, q db.Querier, b Batch, after, limit int) ([]RowResult, error) {
	rows, err := db.All(ctx, q, scanRow, `SELECT row_n, outcome, findings, note FROM import_row
		WHERE regency = $1 AND batch_id = $2 AND marked = 1 AND outcome = 'look' AND row_n > $3 ORDER BY row_n LIMIT $4`,
		b.regency(), string(b.ID), after, limit)
	for i := range rows {
		rows[i].Findings = decodeFindings(rows[i].findings)
	}
	return rows, err
}

// Word is what a person decided about a row that waited.
type Word struct {
	Row    int
	Record Record
	Person id.Person // whom the row is about; "" for somebody who is not registered yet
	Leave  bool      // the row is left out
	Reason string
}

// Settle carries out a person's word on a row of an applied batch: it goes in
// about that person, or about somebody new, or is left out. The row is part of
// its batch as if it had been ready, and is undone with it. Faults:
// intake.state, intake.row_settled when it no longer waits, intake.still_unclear
// when the target cannot take it like that, account.own_family.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, batch id.Batch, word Word) (RowResult, error) {
	d, err := s.openRow(ctx, tx, batch, word.Row, Look)
	if err != nil {
		return RowResult{}, err
	}
	it := Item{Row: word.Row, Record: word.Record, Findings: d.stored[d.at].Findings, Outcome: Ready, Note: d.stored[d.at].Note}
	if word.Leave {
		it.Outcome = Skipped
		it.Warn("intake.left_out", "")
	} else if err := s.takeIn(ctx, tx, d, &it, word); err != nil {
		return RowResult{}, err
	}
	if err := d.save(ctx, tx, it); err != nil {
		return RowResult{}, err
	}
	return d.stored[d.at], tx.Record("import.row_settled", string(batch), d.batch.Village,
		map[string]any{"say": []any{d.batch.FileName, word.Row}, "outcome": it.Outcome, "person": word.Person, "reason": word.Reason})
}

// takeIn applies one row as the person said.
func (s *Service) takeIn(ctx context.Context, tx *db.Tx, d *rowDesk, it *Item, word Word) error {
	a, err := s.applier(d.batch)
	if err != nil {
		return err
	}
	it.Match = registry.Match{Verdict: registry.New}
	if word.Person != "" {
		p, err := registry.PersonByID(ctx, tx, tx.Actor.Scope, word.Person)
		if err != nil {
			return err
		}
		it.Match = registry.Match{Verdict: registry.Same, Person: p, Score: registry.Similar(word.Record.Name, p.Name)}
		f, err := registry.FamiliesByID(ctx, tx, d.batch.wholeRegency(), []id.Family{p.FamilyID})
		if err != nil {
			return err
		}
		// The file is not read again: as if it still named the old card, so that
		// one doubtful row never gives a whole family another card.
		if n := cardNumber(f[p.FamilyID].KK); n != 0 {
			d.batch.cards = cardSet{n}
		}
	}
	mine, err := ownOf(ctx, tx)
	if err != nil {
		return err
	}
	if mine.touches(it) {
		return fault.NewDenied("account.own_family")
	}
	items := []Item{*it}
	if err := a.Check(ctx, tx, d.batch, items); err != nil {
		return err
	}
	if items[0].Outcome == Look || items[0].Outcome == Fix {
		return fault.NewConflict("intake.still_unclear")
	}
	if items[0].Outcome == Ready {
		counts, err := a.Apply(ctx, tx, d.batch, items)
		if err != nil {
			return err
		}
		d.batch.Counts.Added += counts.Added
		d.batch.Counts.Updated += counts.Updated
	}
	*it = items[0]
	return nil
}

// RowUndoer is an Applier that can take one row out again.
type RowUndoer interface {
	UndoRow(ctx context.Context, tx *db.Tx, b Batch, row int) (Counts, error)
}

// Unsettle takes a person's word on a row back: it waits again. A row that went
// in comes out when its target can do that and nothing depends on it, else
// fault intake.row_stays.
func (s *Service) Unsettle(ctx context.Context, tx *db.Tx, batch id.Batch, row int, reason string) error {
	d, err := s.openRow(ctx, tx, batch, row, "")
	if err != nil {
		return err
	}
	old := d.stored[d.at]
	if old.Outcome == Ready {
		a, err := s.applier(d.batch)
		if err != nil {
			return err
		}
		u, can := a.(RowUndoer)
		if !can {
			return fault.NewConflict("intake.row_stays")
		}
		counts, err := u.UndoRow(ctx, tx, d.batch, row)
		if err != nil {
			return err
		}
		d.batch.Counts.Added -= counts.Added
		d.batch.Counts.Updated -= counts.Updated
	}
	it := Item{Row: row, Outcome: Look}
	for _, f := range old.Findings {
		if f.Key != "intake.left_out" {
			it.Findings = append(it.Findings, f)
		}
	}
	if err := d.save(ctx, tx, it); err != nil {
		return err
	}
	return tx.Record("import.row_unsettled", string(batch), d.batch.Village, map[string]any{"say": []any{d.batch.FileName, row}, "reason": reason})
}

// rowDesk is one row of an applied batch, with the chunk that seals it.
type rowDesk struct {
	batch  Batch
	chunk  chunkRow
	stored []RowResult
	at     int
}

// openRow loads a row; want "" takes it whatever its outcome.
func (s *Service) openRow(ctx context.Context, tx *db.Tx, batch id.Batch, row int, want Outcome) (*rowDesk, error) {
	b, err := batchForUpdate(ctx, tx, tx.Actor.Regency(), batch)
	if err != nil {
		return nil, err
	}
	if b.State != Applied {
		return nil, fault.NewConflict("intake.state")
	}
	d := &rowDesk{batch: b.Within(tx.Actor.Scope), at: -1}
	c, found, err := db.One(ctx, tx, (*chunkRow).cols, `SELECT id, n, first_n, last_n, rows_n, digest, state FROM import_chunk
		WHERE regency = $1 AND batch_id = $2 AND first_n <= $3 AND last_n >= $3`, tx.Actor.Regency(), string(batch), row)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NewNotFound("intake.row_gone")
	}
	d.chunk = c
	if d.stored, err = rowsBetween(ctx, tx, tx.Actor.Regency(), batch, c.first, c.last); err != nil {
		return nil, err
	}
	if digestOf(d.stored) != c.digest {
		return nil, fault.NewConflict("intake.rows_changed", c.first, c.last)
	}
	for i := range d.stored {
		if d.stored[i].Row == row {
			d.at = i
			d.stored[i].Findings = decodeFindings(d.stored[i].findings)
		}
	}
	if d.at < 0 {
		return nil, fault.NewNotFound("intake.row_gone")
	}
	if want != "" && d.stored[d.at].Outcome != want {
		return nil, fault.NewConflict("intake.row_settled")
	}
	return d, nil
}

// save stores the row as it is now, with the digest of its chunk and the counts.
func (d *rowDesk) save(ctx context.Context, tx *db.Tx, it Item) error {
	if err := writeBack(ctx, tx, &d.batch, []Item{it}, []int{d.at}, d.stored); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE import_chunk SET digest = $3 WHERE regency = $1 AND id = $2", tx.Actor.Regency(), d.chunk.id, digestOf(d.stored))
	if err != nil {
		return err
	}
	tx.Touch(chunkTable, d.chunk.id)
	return saveBatch(ctx, tx, &d.batch)
}
