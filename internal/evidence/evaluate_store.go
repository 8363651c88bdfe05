package evidence

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// occasion is why the machine looks at people and families again.
type occasion struct {
	people   []id.Person // about whom something was stated or withdrawn
	families []id.Family // whose aid changed
	fresh    map[subject]bool
	watched  bool
	follow   bool // records were joined or taken apart: open matters go to where their people live
	batch    id.Batch
}

type subject struct {
	person id.Person
	kind   Kind
}

// evaluate opens, changes and drops indications and brings the standing of the
// families up to date. It returns how many it opened and records no event.
func evaluate(ctx context.Context, tx *db.Tx, o occasion) (int, error) {
	regency := tx.Actor.Regency()
	people, err := concerned(ctx, tx, regency, o)
	if err != nil {
		return 0, fmt.Errorf("evidence: who is concerned: %w", err)
	}
	persons, err := speakers(ctx, tx, regency, people)
	if err != nil {
		return 0, err
	}
	matters, err := mattersOf(ctx, tx, regency, persons)
	if err != nil {
		return 0, fmt.Errorf("evidence: matters: %w", err)
	}
	families := slices.Clone(o.families)
	for _, m := range matters {
		families = append(families, m.person.FamilyID)
		if m.current != nil {
			families = append(families, m.current.Family)
		}
	}
	if families, err = speakingFamilies(ctx, tx, regency, families); err != nil {
		return 0, err
	}
	aids, err := aidOf(ctx, tx, regency, families, civil.Of(tx.Now.Std()))
	if err != nil {
		return 0, err
	}
	opened := 0
	for _, m := range matters {
		m.aid, m.watched, m.fresh, m.follow = aids[m.person.FamilyID], o.watched, o.fresh[subject{m.person.ID, m.kind}], o.follow
		n, err := settle(ctx, tx, m, o.batch)
		if err != nil {
			return 0, err
		}
		opened += n
	}
	return opened, restand(ctx, tx, families, aids)
}

// settle stores what the machine makes of one matter; 1 when it opened one.
func settle(ctx context.Context, tx *db.Tx, m matter, batch id.Batch) (int, error) {
	for _, twin := range m.twins {
		if err := remove(ctx, tx, twin.ID); err != nil {
			return 0, err
		}
	}
	what, i := m.judge()
	switch what {
	case open:
		i.ID, i.OpenedAt, i.Batch = id.Indication(tx.NewID()), tx.Now, batch
		return 1, tx.Insert(ctx, indicationTable, string(i.ID), indicationValues(i)...)
	case update, supersede:
		if err := store(ctx, tx, &i); err != nil {
			return 0, err
		}
		return 0, addStep(ctx, tx, i, string(what), "")
	case refresh:
		return 0, store(ctx, tx, &i)
	case drop:
		return 0, remove(ctx, tx, i.ID)
	}
	return 0, nil
}

// concerned lists the people of o: those named, and those of the families
// about whom something is stated that may speak against aid.
func concerned(ctx context.Context, q db.Querier, regency string, o occasion) ([]id.Person, error) {
	families, _, err := registry.FamilySelves(ctx, q, regency, o.families)
	if err != nil {
		return nil, err
	}
	people := slices.Clone(o.people)
	for _, who := range []string{
		"SELECT DISTINCT p.id FROM person p JOIN fact f ON f.regency = p.regency AND f.person_id = p.id",
		// What was stated about a record that was merged into a member's.
		`SELECT DISTINCT p.id FROM person p JOIN person o ON o.regency = p.regency AND o.merged_into = p.id AND o.merged_into <> ''
			JOIN fact f ON f.regency = o.regency AND f.person_id = o.id`,
	} {
		err := db.Chunks(families, func(part []any) error {
			var w db.Where
			w.And("p.regency = ?", regency)
			w.In("p.family_id", part...)
			w.And("f.kind <> ?", string(Receives))
			more, err := db.All(ctx, q, db.Self[id.Person], who+w.String(), w.Args...)
			people = append(people, more...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return distinct(people), nil
}

// speakers returns the people who speak for the given records, by their own id.
func speakers(ctx context.Context, q db.Querier, regency string, people []id.Person) (map[id.Person]registry.Person, error) {
	to, err := registry.Resolve(ctx, q, regency, people)
	if err != nil {
		return nil, err
	}
	ids := make([]id.Person, len(people))
	for n, p := range people {
		ids[n] = to.Of(p)
	}
	return registry.PeopleByID(ctx, q, region.NewScope(region.Code(regency)), distinct(ids))
}

// speakingFamilies replaces families that were merged away by those who speak
// for them.
func speakingFamilies(ctx context.Context, q db.Querier, regency string, families []id.Family) ([]id.Family, error) {
	to, err := registry.ResolveFamilies(ctx, q, regency, families)
	out := make([]id.Family, len(families))
	for n, f := range families {
		out[n] = to.Of(f)
	}
	return distinct(out), err
}

// mattersOf loads the facts and indications of people, in a fixed order. What
// is stored under a record that was merged away is theirs who speak for it.
func mattersOf(ctx context.Context, q db.Querier, regency string, persons map[id.Person]registry.Person) ([]matter, error) {
	byKey := map[subject]*matter{}
	get := func(person id.Person, kind Kind) *matter {
		k := subject{person, kind}
		if byKey[k] == nil {
			byKey[k] = &matter{person: persons[person], kind: kind}
		}
		return byKey[k]
	}
	all, to, err := registry.Selves(ctx, q, regency, slices.Sorted(maps.Keys(persons)))
	if err != nil {
		return nil, err
	}
	err = db.Chunks(all, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("person_id", part...)
		list, err := db.All(ctx, q, scanIndication, "SELECT "+indicationColumns+" FROM indication i"+w.String()+" ORDER BY i.id", w.Args...)
		if err != nil {
			return err
		}
		for n := range list {
			get(to.Of(list[n].Person), list[n].Kind).take(&list[n])
		}
		w.And("kind <> ?", string(Receives))
		w.And("retracted_at IS NULL")
		facts, err := db.All(ctx, q, scanFact, "SELECT "+factColumns+" FROM fact f"+w.String()+" ORDER BY f.id", w.Args...)
		for _, f := range facts {
			m := get(to.Of(f.Person), f.Kind)
			m.facts = append(m.facts, f)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]matter, 0, len(byKey))
	for _, m := range byKey {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b matter) int {
		if a.person.ID != b.person.ID {
			return cmp.Compare(a.person.ID, b.person.ID)
		}
		return cmp.Compare(a.kind, b.kind)
	})
	return out, nil
}

// distinct sorts ids and drops doubles and empty ones.
func distinct[T ~string](ids []T) []T {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 && ids[0] == "" {
		return ids[1:]
	}
	return ids
}

// aidOf reads what families receive on day: of each programme the newest
// statement, so that a list repeated every quarter is not added up. What a
// family receives that was merged away, it receives as the one that speaks.
func aidOf(ctx context.Context, q db.Querier, regency string, families []id.Family, day civil.Date) (map[id.Family]aid, error) {
	type row struct {
		family id.Family
		code   string
		amount money.Rupiah
		until  civil.Date
	}
	type part struct {
		family id.Family
		code   string
	}
	all, to, err := registry.FamilySelves(ctx, q, regency, families)
	if err != nil {
		return nil, err
	}
	newest := map[part]money.Rupiah{}
	err = db.Chunks(all, func(ids []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("family_id", ids...)
		w.And("kind = ?", string(Receives))
		w.And("retracted_at IS NULL")
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.family, &r.code, &r.amount, &r.until} },
			"SELECT family_id, value, amount_idr, until_on FROM fact"+w.String()+" ORDER BY id", w.Args...)
		for _, r := range rows {
			if r.until.IsZero() || !r.until.Before(day) {
				newest[part{to.Of(r.family), r.code}] = r.amount
			}
		}
		return err
	})
	out := map[id.Family]aid{}
	for p, amount := range newest {
		a := out[p.family]
		a.programs = joinCode(a.programs, p.code)
		a.amount += amount
		out[p.family] = a
	}
	for from, speaks := range to {
		if a, ok := out[speaks]; ok {
			out[from] = a
		}
	}
	return out, fault.Wrap("evidence: aid", err)
}

// restand writes what families receive and whether a case is open into the
// registry, for those where it changed.
func restand(ctx context.Context, tx *db.Tx, families []id.Family, aids map[id.Family]aid) error {
	regency := tx.Actor.Regency()
	known, err := registry.FamiliesByID(ctx, tx, region.NewScope(region.Code(regency)), families)
	if err != nil {
		return err
	}
	review, err := underReview(ctx, tx, regency, families)
	if err != nil {
		return err
	}
	read := make([]registry.Family, 0, len(known))
	want := make(map[id.Family]registry.Standing, len(known))
	for _, f := range families {
		if _, there := known[f]; !there {
			continue
		}
		s := registry.Standing{Receives: aids[f].programs}
		if review[f] {
			s.Review = registry.ReviewOpen
		}
		read, want[f] = append(read, known[f]), s
	}
	_, err = registry.SetStandings(ctx, tx, read, want)
	return fault.Wrap("evidence: standing", err)
}

func underReview(ctx context.Context, q db.Querier, regency string, families []id.Family) (map[id.Family]bool, error) {
	out := map[id.Family]bool{}
	all, to, err := registry.FamilySelves(ctx, q, regency, families)
	if err != nil {
		return nil, err
	}
	err = db.Chunks(all, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("family_id", part...)
		w.In("state", string(Indicated), string(Proven), string(Unproven), string(Reviving))
		open, err := db.All(ctx, q, db.Self[id.Family], "SELECT DISTINCT family_id FROM indication"+w.String(), w.Args...)
		for _, f := range open {
			out[to.Of(f)] = true
		}
		return err
	})
	return out, fault.Wrap("evidence: open cases", err)
}

// refreshStanding is restand for families whose aid is not loaded.
func refreshStanding(ctx context.Context, tx *db.Tx, families ...id.Family) error {
	families, err := speakingFamilies(ctx, tx, tx.Actor.Regency(), families)
	if err != nil {
		return err
	}
	aids, err := aidOf(ctx, tx, tx.Actor.Regency(), families, civil.Of(tx.Now.Std()))
	if err != nil {
		return err
	}
	return restand(ctx, tx, families, aids)
}
