package evidence

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// MergePeople is registry.MergePeople with what follows here: facts and
// indications of both records speak about one person from now on, open matters
// are one matter, and both families' standing is brought up to date.
func MergePeople(ctx context.Context, tx *db.Tx, m registry.PersonMerge) (id.Merge, error) {
	o, err := occasionOf(ctx, tx, m.Keep, m.Drop)
	if err != nil {
		return "", err
	}
	merge, err := registry.MergePeople(ctx, tx, m)
	if err != nil {
		return "", err
	}
	_, err = evaluate(ctx, tx, o)
	return merge, err
}

// MergeFamilies is registry.MergeFamilies with what follows here; see MergePeople.
func MergeFamilies(ctx context.Context, tx *db.Tx, m registry.FamilyMerge) (id.Merge, error) {
	merge, err := registry.MergeFamilies(ctx, tx, m)
	if err != nil {
		return "", err
	}
	_, err = evaluate(ctx, tx, occasion{families: []id.Family{m.Keep, m.Drop}, follow: true})
	return merge, err
}

// SplitPerson is registry.SplitPerson with the facts that were about the other
// person all along. Those about aid follow him into his family.
func SplitPerson(ctx context.Context, tx *db.Tx, s registry.Split, facts []id.Fact) (id.Merge, id.Person, error) {
	o, err := occasionOf(ctx, tx, s.From)
	if err != nil {
		return "", "", err
	}
	old, err := registry.PersonByID(ctx, tx, tx.Actor.Scope, s.From)
	if err != nil {
		return "", "", err
	}
	merge, other, err := registry.SplitPerson(ctx, tx, s)
	if err != nil {
		return "", "", err
	}
	fresh, err := registry.PersonByID(ctx, tx, tx.Actor.Scope, other)
	if err != nil {
		return "", "", err
	}
	name, err := decidedOn(ctx, tx, tx.Actor.Regency(), facts)
	if err != nil {
		return "", "", err
	}
	if name != "" {
		return "", "", fault.NewConflict("evidence.split_decided", name)
	}
	for _, f := range facts {
		n, err := hand(ctx, tx, "id = $5", string(f), old, fresh)
		if err != nil {
			return "", "", err
		}
		if n == 0 {
			return "", "", fault.NewConflict("evidence.fact_gone")
		}
	}
	o.people, o.families = append(o.people, other), append(o.families, fresh.FamilyID)
	_, err = evaluate(ctx, tx, o)
	return merge, other, err
}

// hand makes facts of one person, by a condition on $5, another's; aid that
// was stated of the one's family is the other's family's then.
func hand(ctx context.Context, tx *db.Tx, where, value string, from, to registry.Person) (int, error) {
	family := to.FamilyID
	if family == "" {
		family = from.FamilyID
	}
	moved, err := db.All(ctx, tx, db.Self[string], `UPDATE fact SET person_id = $3, family_id = CASE WHEN family_id = $4 THEN $6 ELSE family_id END
		WHERE regency = $1 AND person_id = $2 AND `+where+" RETURNING id",
		tx.Actor.Regency(), string(from.ID), string(to.ID), string(from.FamilyID), value, textOrNull(string(family)))
	if err != nil {
		return 0, fmt.Errorf("evidence: move facts: %w", err)
	}
	tx.Touch(factTable, moved...)
	return len(moved), nil
}

// Unmerge is registry.Unmerge with what follows here. When a split is undone,
// everything that was said about the other record since is about the one again;
// a decision about it that is not undone stands in the way.
func Unmerge(ctx context.Context, tx *db.Tx, merge id.Merge, reason string) error {
	m, err := registry.MergeByID(ctx, tx, tx.Actor.Scope, merge)
	if err != nil {
		return err
	}
	var o occasion
	if m.Kind == registry.OfFamilies {
		o = occasion{families: []id.Family{id.Family(m.Keep), id.Family(m.Drop)}, follow: true}
	} else if o, err = occasionOf(ctx, tx, id.Person(m.Keep), id.Person(m.Drop)); err != nil {
		return err
	}
	if m.Kind == registry.OfSplit && m.Standing() {
		if err := rejoin(ctx, tx, m); err != nil {
			return err
		}
	}
	if err := registry.Unmerge(ctx, tx, merge, reason); err != nil {
		return err
	}
	if m.Kind == registry.OfPeople {
		after, err := occasionOf(ctx, tx, id.Person(m.Keep), id.Person(m.Drop))
		if err != nil {
			return err
		}
		o.families = append(o.families, after.families...)
	}
	_, err = evaluate(ctx, tx, o)
	return err
}

// rejoin gives the facts of a person who is going to vanish back, and takes out
// what the machine opened about him.
func rejoin(ctx context.Context, tx *db.Tx, m registry.Merge) error {
	both, err := registry.PeopleByID(ctx, tx, tx.Actor.Scope, []id.Person{id.Person(m.Keep), id.Person(m.Drop)})
	if err != nil {
		return err
	}
	keep, other := both[id.Person(m.Keep)], both[id.Person(m.Drop)]
	if keep.ID == "" || other.ID == "" {
		return fault.NewNotFound("registry.person_gone")
	}
	list, err := db.All(ctx, tx, scanIndication, "SELECT "+indicationColumns+" FROM indication i WHERE i.regency = $1 AND i.person_id = $2",
		tx.Actor.Regency(), string(other.ID))
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.State != Indicated {
			return fault.NewConflict("evidence.split_decided", other.Name)
		}
		if err := remove(ctx, tx, i.ID); err != nil {
			return err
		}
	}
	_, err = hand(ctx, tx, "id <> $5", "", other, keep)
	return err
}

// occasionOf is that records of people were joined or taken apart, seen from
// where they live now.
func occasionOf(ctx context.Context, tx *db.Tx, people ...id.Person) (occasion, error) {
	o := occasion{people: people, follow: true}
	known, err := registry.PeopleByID(ctx, tx, region.NewScope(tx.Actor.Scope.Regency()), people)
	for _, p := range known {
		o.families = append(o.families, p.FamilyID)
	}
	return o, err
}
