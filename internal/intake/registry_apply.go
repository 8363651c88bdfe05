package intake

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

// Apply writes the ready rows. Rows of one card in a chunk become one family.
func (registryApplier) Apply(ctx context.Context, tx *db.Tx, b Batch, items []Item) (Counts, error) {
	l, _ := LayoutNamed(b.Layout)
	k, err := load(ctx, tx, b, items)
	if err != nil {
		return Counts{}, err
	}
	w := &writer{ctx: ctx, tx: tx, known: k, source: l.Source, batch: b, moved: map[id.Family]bool{}}
	if b.Grows(len(items)) {
		tx.AnalyzeLater(ctx, "family", "person", "person_name", "membership")
	}
	if l.Family() {
		for i := range items {
			if err := w.family(&items[i]); err != nil {
				return Counts{}, AtRows(err, items[i].Row)
			}
		}
		return w.counts, nil
	}
	for _, group := range byCard(items) {
		if err := w.card(group); err != nil {
			return Counts{}, AtRows(err, rowsOf(group)...)
		}
	}
	return w.counts, nil
}

func rowsOf(group []*Item) []int {
	out := make([]int, len(group))
	for i, it := range group {
		out[i] = it.Row
	}
	return out
}

// Undo takes the people, families and changes of the batch out.
func (registryApplier) Undo(ctx context.Context, tx *db.Tx, b Batch) error {
	_, err := registry.UndoBatch(ctx, tx, b.ID)
	return err
}

// UndoRow takes out what one row did.
func (registryApplier) UndoRow(ctx context.Context, tx *db.Tx, b Batch, row int) (Counts, error) {
	created, err := registry.UndoRow(ctx, tx, b.ID, row)
	if created {
		return Counts{Added: 1}, err
	}
	return Counts{Updated: 1}, err
}

// byCard groups items by KK in the order of their first rows.
func byCard(items []Item) [][]*Item {
	at := map[nik.KK]int{}
	var out [][]*Item
	for i := range items {
		kk := items[i].Record.KK
		n, ok := at[kk]
		if !ok {
			n = len(out)
			at[kk] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], &items[i])
	}
	return out
}

// writer applies one chunk.
type writer struct {
	ctx context.Context
	tx  *db.Tx
	known
	source string
	batch  Batch
	counts Counts
	moved  map[id.Family]bool // somebody came or went since it was read
}

func (w *writer) origin(it *Item) registry.Origin {
	return registry.Origin{Source: w.source, Batch: w.batch.ID, Row: it.Row}
}

// card writes the rows of one card.
func (w *writer) card(group []*Item) error {
	f, found, err := w.cardFamily(group)
	if err != nil {
		return err
	}
	if !found && allNew(group) {
		return w.addCard(group)
	}
	if !found {
		first := group[0]
		if f, err = registry.AddFamily(w.ctx, w.tx, newFamily(&first.Record, w.today), w.origin(first)); err != nil {
			return err
		}
		w.remember(f)
	}
	for _, it := range group {
		if f, err = w.member(it, f); err != nil {
			return AtRows(err, it.Row)
		}
	}
	return nil
}

// cardFamily finds the family of a card. When the card is new but its head is
// the head of a known family, the family got a new card; unless the file still
// names the old one: then the head left, and the others kept it.
func (w *writer) cardFamily(group []*Item) (registry.Family, bool, error) {
	f, found := w.byKK[group[0].Record.KK]
	if found {
		f, err := w.now(f)
		return f, true, err
	}
	for _, it := range group {
		p := it.Match.Person
		f, ok := w.byID[p.FamilyID]
		if !ok || it.Record.Relation != registry.HeadOfFamily || w.batch.cards.has(f.KK) {
			continue
		}
		f, err := w.now(f)
		if err != nil || f.HeadID != p.ID {
			return f, false, err
		}
		old := f.KK
		f.KK = it.Record.KK
		if f, err = w.change(f, it); err != nil {
			return f, false, err
		}
		delete(w.byKK, old)
		return f, true, nil
	}
	return registry.Family{}, false, nil
}

// now returns f as it is, which differs from what was read when people came or
// went: who heads it follows from them.
func (w *writer) now(f registry.Family) (registry.Family, error) {
	if !w.moved[f.ID] {
		return f, nil
	}
	fresh, err := registry.FamilyByID(w.ctx, w.tx, w.batch.wholeRegency(), f.ID)
	if err != nil {
		return f, err
	}
	delete(w.moved, f.ID)
	w.remember(fresh)
	return fresh, nil
}

// change stores f for the row it, and for the later rows of the chunk.
func (w *writer) change(f registry.Family, it *Item) (registry.Family, error) {
	d, err := registry.ChangeFamily(w.ctx, w.tx, f, w.origin(it))
	if err != nil {
		return f, err
	}
	if len(d) > 0 {
		f.Version++
	}
	w.remember(f)
	return f, nil
}

func allNew(group []*Item) bool {
	for _, it := range group {
		if it.Match.Verdict == registry.Same {
			return false
		}
	}
	return true
}

func (w *writer) addCard(group []*Item) error {
	lead := group[0]
	for _, it := range group {
		if it.Record.Relation == registry.HeadOfFamily {
			lead = it
			break
		}
	}
	h := registry.Card{Family: newFamily(&lead.Record, w.today), Origin: w.origin(lead)}
	for _, it := range group {
		h.People = append(h.People, newPerson(&it.Record))
		h.Rows = append(h.Rows, it.Row)
	}
	h, err := registry.AddCard(w.ctx, w.tx, h)
	w.counts.Added += len(group)
	w.remember(h.Family)
	return err
}

// member writes one row into family f and returns f as it is then.
func (w *writer) member(it *Item, f registry.Family) (registry.Family, error) {
	rec, from := &it.Record, w.origin(it)
	if it.Match.Verdict != registry.Same {
		p := newPerson(rec)
		p.FamilyID = f.ID
		_, err := registry.AddPerson(w.ctx, w.tx, p, from)
		w.counts.Added++
		w.moved[f.ID] = true
		return f, err
	}
	p := mergePerson(it.Match.Person, rec, w.trust)
	if p.FamilyID != f.ID {
		w.moved[p.FamilyID], w.moved[f.ID] = true, true
	}
	p.FamilyID = f.ID
	if _, err := registry.ChangePerson(w.ctx, w.tx, p, from); err != nil {
		return f, err
	}
	w.counts.Updated++
	next := mergeFamily(f, rec, w.trust, speaksForHome(rec, f, p), w.today)
	if next == f {
		return f, nil
	}
	return w.change(next, it)
}

// family writes a row about a family with its head.
func (w *writer) family(it *Item) error {
	rec, from := &it.Record, w.origin(it)
	f, found := w.familyOf(it)
	if it.Outcome != Ready { // another row of this chunk got in its way
		return fault.NewConflict("intake.clash")
	}
	if found {
		w.counts.Updated++
		_, err := w.change(mergeFamily(f, rec, w.trust, true, w.today), it)
		return err
	}
	w.counts.Added++
	if it.Match.Verdict == registry.Same { // the head is known and in no family yet
		f, err := registry.AddFamily(w.ctx, w.tx, newFamily(rec, w.today), from)
		if err != nil {
			return err
		}
		w.remember(f)
		p := mergePerson(it.Match.Person, rec, w.trust)
		p.FamilyID, p.Relation = f.ID, registry.HeadOfFamily
		_, err = registry.ChangePerson(w.ctx, w.tx, p, from)
		return err
	}
	head := newPerson(rec)
	head.Relation = registry.HeadOfFamily
	c, err := registry.AddCard(w.ctx, w.tx, registry.Card{
		Family: newFamily(rec, w.today), People: []registry.Person{head}, Origin: from, Rows: []int{it.Row},
	})
	w.remember(c.Family)
	return err
}

// remember keeps what this chunk changed, for its later rows.
func (w *writer) remember(f registry.Family) {
	if w.byID == nil {
		w.byID = map[id.Family]registry.Family{}
	}
	w.byID[f.ID] = f
	if f.KK != "" {
		w.byKK[f.KK] = f
	}
}
