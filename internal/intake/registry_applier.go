package intake

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

// registryApplier brings rows into the registry: people with their families,
// or families with their heads.
type registryApplier struct{}

// Target is "registry".
func (registryApplier) Target() string { return "registry" }

// known is what the registry already has about a chunk.
type known struct {
	byKK map[nik.KK]registry.Family
	byID map[id.Family]registry.Family
}

func load(ctx context.Context, q db.Querier, b Batch, items []Item) (known, error) {
	var k known
	var cards []nik.KK
	var ids []id.Family
	for i := range items {
		if kk := items[i].Record.KK; kk != "" {
			cards = append(cards, kk)
		}
		if f := items[i].Match.Person.FamilyID; f != "" {
			ids = append(ids, f)
		}
	}
	var err error
	if k.byKK, err = registry.FamiliesByKK(ctx, q, b.regency(), unique(cards)); err != nil {
		return k, err
	}
	k.byID, err = registry.FamiliesByID(ctx, q, b.wholeRegency(), unique(ids))
	return k, err
}

func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	out := list[:0]
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// Check finds what would change.
func (registryApplier) Check(ctx context.Context, q db.Querier, b Batch, items []Item) error {
	l, _ := LayoutNamed(b.Layout)
	k, err := load(ctx, q, b, items)
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		if l.Family() {
			if it.Outcome == Ready || it.Outcome == Look {
				k.checkFamily(it, l.Source, b.today())
			}
			continue
		}
		if it.Outcome == Ready {
			k.checkPerson(it, l.Source, b.today())
		}
	}
	return nil
}

// checkPerson compares a person's row with what is known.
func (k known) checkPerson(it *Item, source string, today civil.Date) {
	rec := &it.Record
	if it.Match.Verdict != registry.Same {
		return // somebody new, with a NIK
	}
	p := it.Match.Person
	it.Note = string(p.ID)
	f, have := k.byKK[rec.KK]
	moved := !have || f.ID != p.FamilyID
	if moved || changed(p, mergePerson(p, rec, source)) {
		return
	}
	if f == mergeFamily(f, rec, source, speaksForHome(rec, f, p), today) {
		it.Outcome = Same
	}
}

// speaksForHome lets one row, the head's, say where a family lives.
func speaksForHome(rec *Record, f registry.Family, p registry.Person) bool {
	return rec.Relation == registry.HeadOfFamily || f.HeadID == p.ID
}

func changed(a, b registry.Person) bool { return a != b }

// checkFamily finds the family of a row about a family: by card, else by the
// NIK of the head. Two answers that differ are for a person.
func (k known) checkFamily(it *Item, source string, today civil.Date) {
	f, found := k.familyOf(it)
	if it.Outcome != Ready {
		return
	}
	if !found {
		return
	}
	it.Note = string(f.ID)
	if f == mergeFamily(f, &it.Record, source, true, today) {
		it.Outcome = Same
	}
}

// familyOf sets the outcome to Ready or Look.
func (k known) familyOf(it *Item) (registry.Family, bool) {
	rec, m := &it.Record, it.Match
	byCard, hasCard := k.byKK[rec.KK]
	byHead, hasHead := k.byID[m.Person.FamilyID]
	hasCard = hasCard && rec.KK != ""
	hasHead = hasHead && m.Person.FamilyID != "" && m.Verdict == registry.Same
	it.Outcome = Ready
	switch {
	case hasCard && hasHead && byCard.ID != byHead.ID:
		it.lookAt("intake.kk_other_family", FieldKK)
	case hasCard && !hasHead && rec.NIK != "" && m.Verdict == registry.LookName:
		it.lookAt("intake.x1_outside", FieldNIK)
	case hasCard && !hasHead && registry.Similar(rec.Name, byCard.HeadName) < sameHead:
		it.lookAt("intake.kk_other_head", FieldKK)
	case hasCard:
		return byCard, true
	case hasHead:
		return byHead, true
	case m.Verdict == registry.LookName:
		it.lookAt("intake.x1_outside", FieldNIK)
	case m.Verdict == registry.LookNumber || m.Verdict == registry.LookFuzzy:
		it.lookAt("intake.similar_outside", FieldNIK)
	case m.Verdict == registry.Same: // known, but in no family
		return registry.Family{}, false
	case rec.NIK == "":
		it.lookAt("intake.head_unknown", FieldNIK)
	}
	return registry.Family{}, false
}

// sameHead is how alike the names of the head must be when only the card
// agrees; as strict as one NIK with two spellings.
const sameHead = 75

func (it *Item) lookAt(key string, field Field) {
	it.Warn(key, field)
	it.Outcome = Look
}
