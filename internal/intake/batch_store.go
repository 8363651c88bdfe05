package intake

import (
	"context"
	"errors"
	"io"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake/sheet"
	"tepat/internal/region"
)

// Upload says what is known about a file when it arrives. All may be empty.
type Upload struct {
	FileName string
	Sender   string      // agency or village
	Subject  string      // programme's id for candidates, its code for a BNBA
	Village  region.Code // of all rows, for files that do not name it
}

// Receive stores the file, looks into it and opens a batch with the best guess
// of sheet, header and columns. Faults: those of sheet.Open for what is no
// table, intake.no_rows for a header without rows, intake.already_applied.
func (s *Service) Receive(ctx context.Context, actor db.Actor, r io.Reader, up Upload) (Batch, error) {
	ref, existed, err := s.Blobs.Put(ctx, r, MaxUpload)
	if err != nil {
		return Batch{}, err
	}
	regency := actor.Scope.Regency()
	b := Batch{
		Sender: tidy(up.Sender), FileName: safeName(up.FileName), SHA256: ref.SHA256, Size: ref.Size,
		Subject: up.Subject, Village: up.Village, State: Received, CreatedBy: actor.User, Creator: actor.Name,
	}
	if b.Village == "" {
		b.Village = villageInName(b.FileName, regency)
	}
	if err := s.guess(ctx, actor, &b); err != nil {
		if !existed && fault.KindOf(err) == fault.Invalid {
			err = errors.Join(err, s.Blobs.Remove(ref.SHA256))
		}
		return Batch{}, err
	}
	b.area, b.trusted = areaOf(b, actor.Scope), actor.Scope.Whole()
	err = s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		if err := refuseAgain(ctx, tx, b); err != nil {
			return err
		}
		if err := insertBatch(ctx, tx, &b); err != nil {
			return err
		}
		return tx.Record("import.received", string(b.ID), b.Village, said(b, "sha256", b.SHA256, "size", b.Size))
	})
	return b, fault.Wrap("intake.Receive", err)
}

// said is the payload of an event about b: its sentence names the file.
func said(b Batch, more ...any) map[string]any {
	p := map[string]any{"say": []any{b.FileName}}
	for i := 0; i+1 < len(more); i += 2 {
		p[more[i].(string)] = more[i+1]
	}
	return p
}

// refuseAgain refuses a file that is in already, for the same purpose.
func refuseAgain(ctx context.Context, q db.Querier, b Batch) error {
	old, found, err := db.One(ctx, q, scanBatch, "SELECT "+batchColumns+` FROM import_batch WHERE regency = $1 AND sha256 = $2 AND id <> $3
		AND subject = $4 AND (target = $5 OR $5 = '') AND state IN ('applying', 'applied') ORDER BY id DESC LIMIT 1`,
		b.regency(), b.SHA256, string(b.ID), b.Subject, b.Target)
	if err != nil || !found {
		return err
	}
	at := old.AppliedAt
	if at.IsZero() {
		at = old.CreatedAt
	}
	return fault.NewConflict("intake.already_applied", at, old.AppliedAs, old.FileName).At(string(old.ID))
}

// guess chooses the sheet that looks like a known layout, and its columns.
func (s *Service) guess(ctx context.Context, actor db.Actor, b *Batch) error {
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return err
	}
	defer f.Close()
	best := -1.0
	for i, info := range f.book.Sheets() {
		if info.State != sheet.Visible {
			continue
		}
		h, head, err := f.header(i, 0)
		if err != nil {
			return err
		}
		if !h.Found() || h.Score <= best || !hasRows(h, head) {
			continue
		}
		best = h.Score
		b.Sheet, b.HeaderRow = i, head[h.Index].N
		if err := s.recognise(ctx, actor, b, h.Names); err != nil {
			return err
		}
	}
	if best < 0 {
		return fault.NewInvalid("intake.no_rows")
	}
	return nil
}

func hasRows(h sheet.Header, head []sheet.Row) bool { return h.Data < len(head) }

// recognise fills layout, target and mapping: as remembered, else as guessed.
func (s *Service) recognise(ctx context.Context, actor db.Actor, b *Batch, headers []string) error {
	b.Layout, b.Target, b.Mapping = "", "", nil
	l, m, _, _ := Recognise(headers)
	if b.Sender == "" {
		b.Sender = l.Sender
	}
	kept, found, err := remembered(ctx, s.DB.Read(), actor.Regency(), b.Sender, Fingerprint(headers))
	if err != nil {
		return err
	}
	if found {
		if old, ok := LayoutNamed(kept.layout); ok {
			l, m = old, kept.mapping
		}
	}
	b.Layout, b.Target, b.Mapping = l.Name, l.Target, m
	return nil
}

type memory struct {
	layout  string
	mapping Mapping
}

// remembered returns how the sender's last file with these headers was read;
// when that sender has none, how anybody's was.
func remembered(ctx context.Context, q db.Querier, regency, sender, fingerprint string) (memory, bool, error) {
	return db.One(ctx, q, func(m *memory) []any { return []any{&m.layout, db.JSON{To: &m.mapping}} },
		`SELECT layout, mapping FROM import_mapping WHERE regency = $1 AND fingerprint = $2
		ORDER BY CASE WHEN sender = $3 THEN 0 ELSE 1 END, used_at DESC LIMIT 1`, regency, fingerprint, sender)
}

// Choice is what a person decided about a file.
type Choice struct {
	Sheet, HeaderRow int // HeaderRow 0 finds it
	Layout           string
	Sender           string
	Subject          string
	Village          region.Code
	Mapping          Mapping // nil takes the guess
}

// SetMapping writes the choice and makes the batch ready to be checked. What
// an earlier check found is forgotten. Faults: intake.layout_unknown,
// intake.column_missing and intake.column_twice at the field's name,
// intake.subject_missing, intake.state.
func (s *Service) SetMapping(ctx context.Context, actor db.Actor, batch id.Batch, c Choice) (Batch, error) {
	b, err := batchForUpdate(ctx, s.DB.Read(), actor.Regency(), batch)
	if err != nil {
		return b, err
	}
	headers, err := s.choose(ctx, &b, c)
	if err != nil {
		return b, err
	}
	var out Batch
	err = s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		out = b
		if !out.CanMap() {
			return fault.NewConflict("intake.state")
		}
		if err := forgetRows(ctx, tx, &out); err != nil {
			return err
		}
		out.State, out.area, out.trusted = Mapped, areaOf(out, actor.Scope), out.trusted && actor.Scope.Whole()
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		if err := remember(ctx, tx, out, Fingerprint(headers)); err != nil {
			return err
		}
		return tx.Record("import.mapped", string(out.ID), out.Village, said(out, "layout", out.Layout, "sheet", out.Sheet, "header_row", out.HeaderRow))
	})
	return out, fault.Wrap("intake.SetMapping", err)
}

// choose puts c into b after looking whether the file agrees.
func (s *Service) choose(ctx context.Context, b *Batch, c Choice) ([]string, error) {
	l, ok := LayoutNamed(c.Layout)
	if !ok {
		return nil, fault.NewInvalid("intake.layout_unknown").At("layout")
	}
	if c.Village != "" && (c.Village.Level() != region.Village || !region.Exists(c.Village)) {
		return nil, fault.NewInvalid("region.code").At("village")
	}
	f, err := s.open(ctx, b.SHA256, b.FileName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, head, err := f.header(c.Sheet, c.HeaderRow)
	if err != nil {
		return nil, err
	}
	if !h.Found() || !hasRows(h, head) {
		return nil, fault.NewInvalid("intake.no_rows").At("header_row")
	}
	if c.Mapping == nil {
		c.Mapping, _ = l.Map(h.Names)
	}
	if f := l.missing(c.Mapping); f != "" {
		return nil, fault.NewInvalid("intake.column_missing").At(string(f))
	}
	used := map[int]bool{}
	for _, f := range c.Mapping.Fields() {
		i := c.Mapping[f]
		if i < 0 || used[i] {
			return nil, fault.NewInvalid("intake.column_twice").At(string(f))
		}
		used[i] = true
	}
	_, hasProgram := c.Mapping[FieldProgram]
	if c.Subject == "" && (l.Program == "subject" || l.Program == "ask" && !hasProgram) {
		return nil, fault.NewInvalid("intake.subject_missing").At("subject")
	}
	b.Sheet, b.HeaderRow, b.Layout, b.Target, b.Mapping = c.Sheet, head[h.Index].N, l.Name, l.Target, c.Mapping
	b.Subject, b.Village = c.Subject, c.Village
	if c.Sender != "" {
		b.Sender = tidy(c.Sender)
	}
	return h.Names, nil
}

// remember keeps the mapping for the next file of the sender.
func remember(ctx context.Context, tx *db.Tx, b Batch, fingerprint string) error {
	values, err := batchValues(&b)
	if err != nil {
		return err
	}
	mapping := values[11]
	old, found, err := db.One(ctx, tx, db.Self[string], "SELECT id FROM import_mapping WHERE regency = $1 AND sender = $2 AND fingerprint = $3",
		tx.Actor.Regency(), b.Sender, fingerprint)
	if err != nil {
		return err
	}
	if !found {
		return tx.Insert(ctx, mappingTable, tx.NewID(), b.Sender, fingerprint, b.Layout, mapping, tx.Now)
	}
	_, err = tx.Exec(ctx, "UPDATE import_mapping SET layout = $3, mapping = $4, used_at = $5 WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), old, b.Layout, mapping, tx.Now)
	tx.Touch(mappingTable, old)
	return err
}

// forgetRows removes what a check stored.
func forgetRows(ctx context.Context, tx *db.Tx, b *Batch) error {
	b.Counts = Counts{}
	chunks, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM import_chunk WHERE regency = $1 AND batch_id = $2", tx.Actor.Regency(), string(b.ID))
	if err != nil || len(chunks) == 0 {
		return err
	}
	for _, query := range []string{
		"DELETE FROM import_row WHERE regency = $1 AND batch_id = $2",
		"DELETE FROM import_tally WHERE regency = $1 AND batch_id = $2",
		"DELETE FROM import_chunk WHERE regency = $1 AND batch_id = $2",
	} {
		if _, err := tx.Exec(ctx, query, tx.Actor.Regency(), string(b.ID)); err != nil {
			return err
		}
	}
	tx.Touch(chunkTable, chunks...)
	return nil
}

// Auto takes the guess of Receive as the decision, for the command line. It
// fails with intake.not_recognised when a person has to choose.
func (s *Service) Auto(ctx context.Context, actor db.Actor, b Batch) (Batch, error) {
	p, err := s.Inspect(ctx, b, b.Sheet, b.HeaderRow)
	if err != nil {
		return b, err
	}
	if b.Layout == "" || !p.Sure {
		return b, fault.NewInvalid("intake.not_recognised")
	}
	return s.SetMapping(ctx, actor, b.ID, Choice{Sheet: b.Sheet, HeaderRow: b.HeaderRow, Layout: b.Layout, Subject: b.Subject,
		Village: b.Village, Mapping: b.Mapping})
}

// Cancel gives a batch up before anything went in. The file stays.
func (s *Service) Cancel(ctx context.Context, actor db.Actor, batch id.Batch, reason string) (Batch, error) {
	var out Batch
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		var err error
		if out, err = batchForUpdate(ctx, tx, tx.Actor.Regency(), batch); err != nil {
			return err
		}
		if !out.CanCancel() {
			return fault.NewConflict("intake.state")
		}
		out.State, out.Reason = Cancelled, tidy(reason)
		if err := saveBatch(ctx, tx, &out); err != nil {
			return err
		}
		return tx.Record("import.cancelled", string(out.ID), out.Village, said(out, "reason", out.Reason))
	})
	return out, fault.Wrap("intake.Cancel", err)
}
