package intake

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
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

	trust trust
	today civil.Date
	reach func(region.Code) bool
}

func load(ctx context.Context, q db.Querier, b Batch, items []Item) (known, error) {
	k := known{trust: b.trust(), today: b.today(), reach: b.Reaches}
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
			if !it.Settled() {
				k.checkFamily(it)
			}
			continue
		}
		if it.Outcome == Ready {
			k.checkPerson(it)
		}
	}
	return nil
}

// checkPerson compares a person's row with what is known.
func (k known) checkPerson(it *Item) {
	rec := &it.Record
	if f, ok := k.byKK[rec.KK]; ok && k.strays(it, f, FieldKK) {
		return
	}
	if f, ok := k.byID[it.Match.Person.FamilyID]; ok && it.Match.Verdict == registry.Same && k.strays(it, f, FieldNIK) {
		return
	}
	if it.Match.Verdict != registry.Same {
		return // somebody new, with a NIK
	}
	p := it.Match.Person
	it.Note = string(p.ID)
	f, have := k.byKK[rec.KK]
	moved := !have || f.ID != p.FamilyID
	if moved || changed(p, mergePerson(p, rec, k.trust)) {
		return
	}
	if f == mergeFamily(f, rec, k.trust, speaksForHome(rec, f, p), k.today) {
		it.Outcome = Same
	}
}

// strays holds a row that would change a family outside the working area.
func (k known) strays(it *Item, f registry.Family, field Field) bool {
	if k.reach(f.Village) {
		return false
	}
	it.hold("intake.same_outside", field)
	return true
}

// speaksForHome lets one row, the head's, say where a family lives.
func speaksForHome(rec *Record, f registry.Family, p registry.Person) bool {
	return rec.Relation == registry.HeadOfFamily || f.HeadID == p.ID
}

func changed(a, b registry.Person) bool { return a != b }

// checkFamily finds the family of a row about a family: by card, else by the
// NIK of the head. Two answers that differ are for a person.
func (k known) checkFamily(it *Item) {
	f, found := k.familyOf(it)
	if it.Outcome != Ready || !found || k.strays(it, f, FieldKK) {
		return
	}
	it.Note = string(f.ID)
	if f == mergeFamily(f, &it.Record, k.trust, true, k.today) {
		it.Outcome = Same
	}
}

// familyOf sets the outcome to Ready or Look. It is asked about rows that are
// not settled.
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
