package intake

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
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
	w := &writer{ctx: ctx, tx: tx, known: k, source: l.Source, today: b.today(), batch: b}
	if l.Family() {
		for i := range items {
			if err := w.family(&items[i]); err != nil {
				return Counts{}, err
			}
		}
		return w.counts, nil
	}
	for _, group := range byCard(items) {
		if err := w.household(group); err != nil {
			return Counts{}, err
		}
	}
	return w.counts, nil
}

// Undo takes the people, families and changes of the batch out.
func (registryApplier) Undo(ctx context.Context, tx *db.Tx, b Batch) error {
	_, err := registry.UndoBatch(ctx, tx, b.ID)
	return err
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
	today  civil.Date
	batch  Batch
	counts Counts
}

func (w *writer) origin(it *Item) registry.Origin {
	return registry.Origin{Source: w.source, Batch: w.batch.ID, Row: it.Row}
}

// household writes the rows of one card.
func (w *writer) household(group []*Item) error {
	f, found, err := w.cardFamily(group)
	if err != nil {
		return err
	}
	if !found && allNew(group) {
		return w.addHousehold(group)
	}
	if !found {
		first := group[0]
		if f, err = registry.AddFamily(w.ctx, w.tx, newFamily(&first.Record, w.today), w.origin(first)); err != nil {
			return err
		}
	}
	for _, it := range group {
		if f, err = w.member(it, f); err != nil {
			return err
		}
	}
	return nil
}

// cardFamily finds the family of a card. When the card is new but its head is
// the head of a known family, the family got a new card.
func (w *writer) cardFamily(group []*Item) (registry.Family, bool, error) {
	f, found := w.byKK[group[0].Record.KK]
	if found {
		return f, true, nil
	}
	for _, it := range group {
		p := it.Match.Person
		f, ok := w.byID[p.FamilyID]
		if !ok || it.Record.Relation != registry.HeadOfFamily || f.HeadID != p.ID {
			continue
		}
		f.KK = it.Record.KK
		if _, err := registry.ChangeFamily(w.ctx, w.tx, f, w.origin(it)); err != nil {
			return f, false, err
		}
		f.Version++
		return f, true, nil
	}
	return registry.Family{}, false, nil
}

func allNew(group []*Item) bool {
	for _, it := range group {
		if it.Match.Verdict == registry.Same {
			return false
		}
	}
	return true
}

func (w *writer) addHousehold(group []*Item) error {
	lead := group[0]
	for _, it := range group {
		if it.Record.Relation == registry.HeadOfFamily {
			lead = it
			break
		}
	}
	h := registry.Household{Family: newFamily(&lead.Record, w.today), Origin: w.origin(lead)}
	for _, it := range group {
		h.People = append(h.People, newPerson(&it.Record))
		h.Rows = append(h.Rows, it.Row)
	}
	_, err := registry.AddHousehold(w.ctx, w.tx, h)
	w.counts.Added += len(group)
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
		return f, err
	}
	p := mergePerson(it.Match.Person, rec, w.source)
	p.FamilyID = f.ID
	if _, err := registry.ChangePerson(w.ctx, w.tx, p, from); err != nil {
		return f, err
	}
	w.counts.Updated++
	next := mergeFamily(f, rec, w.source, speaksForHome(rec, f, p), w.today)
	if next == f {
		return f, nil
	}
	if _, err := registry.ChangeFamily(w.ctx, w.tx, next, from); err != nil {
		return f, err
	}
	next.Version++
	return next, nil
}

// family writes a row about a family with its head.
func (w *writer) family(it *Item) error {
	rec, from := &it.Record, w.origin(it)
	f, found := w.familyOf(it)
	if found {
		if now, ok := w.byID[f.ID]; ok && now.Version > f.Version {
			f = now
		}
		next := mergeFamily(f, rec, w.source, true, w.today)
		if _, err := registry.ChangeFamily(w.ctx, w.tx, next, from); err != nil {
			return err
		}
		next.Version++
		w.remember(next)
		w.counts.Updated++
		return nil
	}
	w.counts.Added++
	if it.Match.Verdict == registry.Same { // the head is known and in no family yet
		f, err := registry.AddFamily(w.ctx, w.tx, newFamily(rec, w.today), from)
		if err != nil {
			return err
		}
		p := mergePerson(it.Match.Person, rec, w.source)
		p.FamilyID, p.Relation = f.ID, registry.HeadOfFamily
		_, err = registry.ChangePerson(w.ctx, w.tx, p, from)
		return err
	}
	head := newPerson(rec)
	head.Relation = registry.HeadOfFamily
	_, err := registry.AddHousehold(w.ctx, w.tx, registry.Household{
		Family: newFamily(rec, w.today), People: []registry.Person{head}, Origin: from, Rows: []int{it.Row},
	})
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
