package intake

import (
	"context"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// regency of the batch: areas lie in one.
func (b Batch) regency() string { return string(b.Regency()) }

func (b Batch) wholeRegency() region.Scope { return region.NewScope(b.Regency()) }

// today is the day on which the batch came, by which its dates are judged.
func (b Batch) today() civil.Date {
	return civil.ZoneOfProvince(string(b.area.Province())).Today(b.CreatedAt.Std())
}

// source of the batch in the provenance and among the policies of matching.
func (b Batch) source() string {
	l, ok := LayoutNamed(b.Layout)
	if !ok {
		return ""
	}
	return l.Source
}

// matcher compares the rows of b with the registry.
func (b Batch) matcher(ctx context.Context, q db.Querier) (*registry.Matcher, error) {
	return registry.NewMatcher(ctx, q, b.regency(), b.source(), b.today())
}

// Apply brings the ready rows in, a chunk at a time. Killed in the middle, it
// goes on with the first chunk that is not in when it is called again. A row
// that meanwhile agrees with the registry, or needs a look, is counted as such.
func (s *Service) Apply(ctx context.Context, actor db.Actor, batch id.Batch, progress Progress) (Batch, error) {
	b, err := s.startApply(ctx, actor, batch)
	if err != nil || b.State == Applied {
		return b, err
	}
	if err := s.applyRows(ctx, actor, &b, progress); err != nil {
		return b, halted(fault.Wrap("intake.Apply", err), "intake.halted_apply", b.Counts.Added+b.Counts.Updated)
	}
	var out Batch
	err = s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = b
		out.State, out.AppliedAt = Applied, tx.Now
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		if err := s.after(ctx, tx, out); err != nil {
			return err
		}
		c := out.Counts
		return tx.Record("import.applied", string(out.ID), out.Village, map[string]any{"say": []any{out.FileName, c.Added, c.Updated}})
	})
	return out, fault.Wrap("intake.Apply", err)
}

func (s *Service) startApply(ctx context.Context, actor db.Actor, batch id.Batch) (Batch, error) {
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		var err error
		if out, err = batchForUpdate(ctx, tx, tx.Actor.Regency(), batch); err != nil {
			return err
		}
		if out.State == Applying || out.State == Applied {
			tx.Unchanged()
			return nil
		}
		if out.State != Checked {
			return fault.NewConflict("intake.state")
		}
		if err := refuseAgain(ctx, tx, out); err != nil {
			return err
		}
		out.State, out.AppliedBy, out.AppliedAs, out.AppliedAt = Applying, tx.Actor.User, tx.Actor.Name, tx.Now
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		return tx.Record("import.applying", string(out.ID), out.Village, said(out))
	})
	if db.IsUnique(err) {
		err = fault.NewConflict("intake.already_applied", out.AppliedAt, out.AppliedAs, out.FileName).Because(err)
	}
	return out, fault.Wrap("intake.Apply", err)
}

func (s *Service) applyRows(ctx context.Context, actor db.Actor, b *Batch, progress Progress) error {
	a, err := s.applier(*b)
	if err != nil {
		return err
	}
	r, err := NewReader(*b, actor.Scope.Regency())
	if err != nil {
		return err
	}
	chunks, err := chunksOf(ctx, s.DB.Read(), actor.Regency(), b.ID)
	if err != nil {
		return err
	}
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return err
	}
	defer f.Close()
	*b = b.Within(actor.Scope)
	if b.Target == (registryApplier{}).Target() && !r.layout.Family() {
		if b.cards, err = f.cards(ctx, *b, r); err != nil {
			return err
		}
	}
	in := readAhead(ctx, f, *b, r)
	defer in.Close()
	done := 0
	total := int64(b.Counts.Rows)
	return in.each(func(c *chunk) error {
		if c.n >= len(chunks) || chunks[c.n].first != c.items[0].Row || chunks[c.n].rows != len(c.items) {
			return fault.NewConflict("intake.file_differs")
		}
		done += len(c.items)
		if chunks[c.n].state == "applied" {
			return nil
		}
		if err := s.applyChunk(ctx, actor, a, b, c, chunks[c.n]); err != nil {
			return err
		}
		progress.say(int64(done), total, PhaseApply)
		return nil
	})
}

// applyChunk brings one chunk in. A fault of single rows may come from somebody
// who wrote at the same moment, so the chunk is tried twice as it is; then the
// rows are held for a person, and the others go in.
func (s *Service) applyChunk(ctx context.Context, actor db.Actor, a Applier, b *Batch, c *chunk, row chunkRow) error {
	held := map[int]bool{}
	for try := 0; ; try++ {
		err := s.applyOnce(ctx, actor, a, b, c, row, held)
		rows := clashing(err)
		if len(rows) == 0 {
			return err
		}
		if try == 0 {
			continue
		}
		before := len(held)
		for _, n := range rows {
			held[n] = true
		}
		if len(held) == before {
			return err
		}
	}
}

// applyOnce brings one chunk in as one command, without the rows that are held.
func (s *Service) applyOnce(ctx context.Context, actor db.Actor, a Applier, b *Batch, c *chunk, row chunkRow, held map[int]bool) error {
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = *b
		stored, err := rowsBetween(ctx, tx, tx.Actor.Regency(), out.ID, row.first, row.last)
		if err != nil {
			return err
		}
		if len(stored) != len(c.items) || digestOf(stored) != row.digest {
			return fault.NewConflict("intake.rows_changed", row.first, row.last)
		}
		items, at := readyItems(c.items, stored)
		for i := range items {
			if held[items[i].Row] {
				items[i].hold("intake.clash", "")
			}
		}
		counts, err := s.bring(ctx, tx, a, out, items)
		if err != nil {
			return err
		}
		if err := writeBack(ctx, tx, &out, items, at, stored); err != nil {
			return err
		}
		out.Counts.Added += counts.Added
		out.Counts.Updated += counts.Updated
		if _, err := tx.Exec(ctx, "UPDATE import_chunk SET state = 'applied', digest = $3 WHERE regency = $1 AND id = $2",
			tx.Actor.Regency(), row.id, digestOf(stored)); err != nil {
			return err
		}
		tx.Touch(chunkTable, row.id)
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		return tx.Record("import.applied_chunk", string(out.ID), out.Village, map[string]any{
			"say": []any{out.FileName, row.first, row.last}, "added": counts.Added, "updated": counts.Updated})
	})
	if err == nil {
		*b = out
	}
	return err
}

// readyItems returns the rows that were found ready, and where they are stored.
// They are copies: a command may be run again.
func readyItems(items []Item, stored []RowResult) ([]Item, []int) {
	var out []Item
	var at []int
	for i := range items {
		if stored[i].Outcome != Ready {
			continue
		}
		it := items[i]
		it.Findings = slices.Clone(decodeFindings(stored[i].findings))
		it.Outcome, it.Note = Ready, stored[i].Note
		out, at = append(out, it), append(at, i)
	}
	return out, at
}

// bring matches again, since the registry has moved on, and applies what is
// still ready.
func (s *Service) bring(ctx context.Context, tx *db.Tx, a Applier, b Batch, items []Item) (Counts, error) {
	if len(items) == 0 {
		return Counts{}, nil
	}
	if err := rematch(ctx, tx, b, items); err != nil {
		return Counts{}, err
	}
	mine, err := ownOf(ctx, tx)
	if err != nil {
		return Counts{}, err
	}
	b.own = mine
	before := make([]Outcome, len(items))
	for i := range items {
		before[i] = items[i].Outcome
	}
	if err := a.Check(ctx, tx, b, items); err != nil {
		return Counts{}, err
	}
	for i := range items {
		items[i].keep(before[i])
		if items[i].Outcome == Ready && mine.touches(&items[i]) {
			items[i].hold("intake.own_family", "")
		}
	}
	ready := make([]Item, 0, len(items))
	var from []int
	for i := range items {
		if items[i].Outcome == Ready {
			ready, from = append(ready, items[i]), append(from, i)
		}
	}
	if len(ready) == 0 {
		return Counts{}, nil
	}
	counts, err := a.Apply(ctx, tx, b, ready)
	for k, i := range from {
		items[i].Note = ready[k].Note
	}
	return counts, err
}

// rematch finds the people again. By NIK that is certain and cheap; rows that
// were matched by more than a number are so again.
func rematch(ctx context.Context, tx *db.Tx, b Batch, items []Item) error {
	l, _ := LayoutNamed(b.Layout)
	matcher, err := b.matcher(ctx, tx)
	if err != nil {
		return err
	}
	profiles := make([]registry.Profile, len(items))
	for i := range items {
		profiles[i] = items[i].Record.Profile()
		// Spares the search for namesakes, which Check did; unless it found one.
		profiles[i].NumberOnly = profiles[i].NIK != "" && items[i].Note == ""
	}
	matches, err := matcher.Lookup(ctx, tx, profiles)
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		it.Match = matches[i]
		switch {
		case it.Record.Village != "" && !b.Reaches(it.Record.Village):
			it.hold("intake.outside_area", FieldVillage)
		case it.strays(b.scope):
			it.hold("intake.same_outside", FieldNIK)
		case !l.Family():
			it.doubtAgain()
		}
	}
	return nil
}

// doubtAgain sends to a person what no longer agrees. A target that knows
// better, by the family card, takes it back as it did before.
func (it *Item) doubtAgain() {
	known := it.Match.Verdict == registry.Same
	stolen := it.Match.Verdict == registry.LookName
	if known || it.Record.NIK != "" && !stolen {
		return
	}
	it.Outcome = Look
	if stolen && !it.about(FieldNIK) {
		it.Warn("intake.x1_outside", FieldNIK)
	}
}

// writeBack stores what the application changed about the rows, in the
// database and in stored, so that counts and digest stay true.
func writeBack(ctx context.Context, tx *db.Tx, b *Batch, items []Item, at []int, stored []RowResult) error {
	tally := map[tallyKey]int{}
	for k := range items {
		it, row := &items[k], &stored[at[k]]
		findings := encodeFindings(it.Findings)
		if it.Outcome == row.Outcome && it.Note == row.Note && findings == row.findings {
			continue
		}
		for _, f := range decodeFindings(row.findings) {
			tally[tallyKey{f.Key, row.Outcome}]--
		}
		for _, f := range it.Findings {
			tally[tallyKey{f.Key, it.Outcome}]++
		}
		b.Counts = b.Counts.Minus(countOf(row.Outcome)).Plus(countOf(it.Outcome))
		row.Outcome, row.Note, row.findings = it.Outcome, it.Note, findings
		marked := 0
		if it.Outcome != Ready || findings != "" {
			marked = 1
		}
		_, err := tx.ExecMany(ctx, `UPDATE import_row SET outcome = $4, findings = $5, note = $6, marked = $7
			WHERE regency = $1 AND batch_id = $2 AND row_n = $3`,
			tx.Actor.Regency(), string(b.ID), row.Row, string(row.Outcome), row.findings, row.Note, marked)
		if err != nil {
			return err
		}
	}
	for key, n := range tally {
		if n == 0 {
			delete(tally, key)
		}
	}
	return addTally(ctx, tx, b.ID, tally)
}

// Undo takes a batch out again, whole or, when its application was
// interrupted, as far as it went. The target refuses when something depends on
// it. reason is kept and shown.
func (s *Service) Undo(ctx context.Context, actor db.Actor, batch id.Batch, reason string, progress Progress) (Batch, error) {
	if reason = tidy(reason); reason == "" {
		return Batch{}, fault.NewInvalid("intake.reason_missing").At("reason")
	}
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		var err error
		if out, err = batchForUpdate(ctx, tx, tx.Actor.Regency(), batch); err != nil {
			return err
		}
		if !out.CanUndo() {
			return fault.NewConflict("intake.state")
		}
		a, err := s.applier(out)
		if err != nil {
			return err
		}
		progress.say(0, int64(out.Counts.Rows), PhaseUndo)
		if err := a.Undo(ctx, tx, out); err != nil {
			return err
		}
		out.State, out.Reason = Undone, reason
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		if err := s.after(ctx, tx, out); err != nil {
			return err
		}
		return tx.Record("import.undone", string(out.ID), out.Village, map[string]any{"say": []any{out.FileName, reason}})
	})
	if err == nil {
		progress.say(int64(out.Counts.Rows), int64(out.Counts.Rows), PhaseUndo)
	}
	return out, fault.Wrap("intake.Undo", err)
}
