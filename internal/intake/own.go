package intake

import (
	"context"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// own is the actor's own family and those of the relatives whom he declared.
// Rows about them are for a colleague (UU 30/2014, articles 42 to 45).
type own struct {
	people   map[nik.NIK]bool
	cards    map[nik.KK]bool
	families map[id.Family]bool
}

// ownOf loads the actor's families once for many rows.
func ownOf(ctx context.Context, tx *db.Tx) (own, error) {
	var o own
	numbers, cards, err := account.OwnNumbers(ctx, tx, tx.Actor.User)
	if err != nil || len(numbers)+len(cards) == 0 {
		return o, err
	}
	o = own{people: set(numbers), cards: set(cards), families: map[id.Family]bool{}}
	regency := tx.Actor.Regency()
	people, err := registry.PeopleByNIK(ctx, tx, regency, numbers)
	if err != nil {
		return o, err
	}
	var lived []id.Family
	for _, p := range people {
		lived = append(lived, p.FamilyID)
	}
	byID, err := registry.FamiliesByID(ctx, tx, region.NewScope(tx.Actor.Scope.Regency()), lived)
	if err != nil {
		return o, err
	}
	byKK, err := registry.FamiliesByKK(ctx, tx, regency, cards)
	if err != nil {
		return o, err
	}
	for _, f := range byID {
		o.add(f)
	}
	for _, f := range byKK {
		o.add(f)
	}
	return o, nil
}

func (o own) add(f registry.Family) {
	o.families[f.ID] = true
	if f.KK != "" {
		o.cards[f.KK] = true
	}
}

// touches reports whether a row is about one of the actor's own: by a number
// that it carries, or by whom it was found to mean.
func (o own) touches(it *Item) bool {
	r, p := &it.Record, &it.Match.Person
	return o.people[r.NIK] || o.cards[r.KK] || it.Match.Verdict != registry.New && (o.people[p.NIK] || o.families[p.FamilyID])
}

func set[T comparable](list []T) map[T]bool {
	out := make(map[T]bool, len(list))
	for _, v := range list {
		out[v] = true
	}
	return out
}
