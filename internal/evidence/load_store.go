package evidence

import (
	"context"
	"fmt"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// Load reads everything rules may ask about the people of a regency that holds
// on day (zero: whatever was ever stated and not retracted). It takes four
// queries whatever the number of people; a regency has far fewer facts than
// people. What is stored under a merged record counts for who speaks for it.
func Load(ctx context.Context, q db.Querier, regency string, day civil.Date) (*Known, error) {
	k := newKnown()
	var err error
	if k.people, k.families, err = registry.Forwards(ctx, q, regency); err != nil {
		return nil, fmt.Errorf("evidence.Load: %w", err)
	}
	if err := k.facts(ctx, q, regency, day); err != nil {
		return nil, fmt.Errorf("evidence.Load: %w", err)
	}
	var w db.Where
	w.And("regency = ?", regency)
	if err := k.outcomes(ctx, q, &w); err != nil {
		return nil, fmt.Errorf("evidence.Load: %w", err)
	}
	return k, nil
}

func newKnown() *Known {
	return &Known{
		People: map[id.Person]Findings{}, PersonReceives: map[id.Person]string{}, FamilyReceives: map[id.Family]string{},
		Listed: map[Kind]bool{}, Programs: map[string]bool{},
	}
}

func (k *Known) facts(ctx context.Context, q db.Querier, regency string, day civil.Date) error {
	rows, err := q.Query(ctx, `SELECT kind, COALESCE(person_id, ''), COALESCE(family_id, ''), value, until_on FROM fact
		WHERE regency = $1 AND retracted_at IS NULL`, regency)
	if err != nil {
		return err
	}
	defer rows.Close()
	var kind Kind
	var person id.Person
	var family id.Family
	var value string
	var until civil.Date
	for rows.Next() {
		if err := rows.Scan(&kind, &person, &family, &value, &until); err != nil {
			return err
		}
		k.Listed[kind] = true
		if kind == Receives {
			k.Programs[value] = true
		}
		if !until.IsZero() && !day.IsZero() && until.Before(day) {
			continue
		}
		k.state(kind, person, family, value)
	}
	return rows.Err()
}

// state notes one standing fact.
func (k *Known) state(kind Kind, person id.Person, family id.Family, value string) {
	person, family = k.people.Of(person), k.families.Of(family)
	if kind == Receives {
		if person != "" {
			k.PersonReceives[person] = joinCode(k.PersonReceives[person], value)
		}
		if family != "" {
			k.FamilyReceives[family] = joinCode(k.FamilyReceives[family], value)
		}
		return
	}
	if person == "" {
		return
	}
	f := k.People[person]
	if kind.Opens() {
		f.set(kind, Stated)
	} else {
		f.set(kind, Found)
	}
	k.People[person] = f
}

// outcomes lays what people decided over what was stated. The newest matter
// about a person and kind counts; identifiers sort by time.
func (k *Known) outcomes(ctx context.Context, q db.Querier, w *db.Where) error {
	type row struct {
		kind   Kind
		person id.Person
		state  State
		closed db.Time
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.kind, &r.person, &r.state, &r.closed} },
		"SELECT kind, person_id, state, closed_at FROM indication"+w.String()+" ORDER BY id", w.Args...)
	if err != nil {
		return err
	}
	settled := map[id.Person]*Findings{}
	var order []id.Person
	for _, r := range rows {
		if settled[r.person] == nil {
			settled[r.person] = &Findings{}
			order = append(order, r.person)
		}
		found := Stated
		switch r.state {
		case Confirmed, Reviving:
			found = Found
		case Cancelled:
			found = Cleared
		}
		settled[r.person].set(r.kind, found)
	}
	k.lay(settled, order)
	return nil
}

// lay puts outcomes over what was stated. Of two records of one person, the
// outcome that weighs more counts: found, then open, then cleared.
func (k *Known) lay(settled map[id.Person]*Findings, order []id.Person) {
	weight := [...]int{Silent: 0, Cleared: 1, Stated: 2, Found: 3}
	outcome := map[id.Person]Findings{}
	for _, record := range order {
		person := k.people.Of(record)
		o := outcome[person]
		for n, v := range settled[record] {
			if weight[v] > weight[o[n]] {
				o[n] = v
			}
		}
		outcome[person] = o
	}
	for person, o := range outcome {
		f := k.People[person]
		for n, v := range o {
			if v != Silent {
				f[n] = v
			}
		}
		k.People[person] = f
	}
}

// FindingsOf is Load for some people: what is stated and settled about each of
// them, whatever the reader's area. People about whom nothing is said are absent.
func FindingsOf(ctx context.Context, q db.Querier, regency string, people []id.Person) (map[id.Person]Findings, error) {
	k := newKnown()
	type row struct {
		kind   Kind
		person id.Person
	}
	all, to, err := registry.Selves(ctx, q, regency, distinct(slices.Clone(people)))
	if err != nil {
		return nil, err
	}
	k.people = to
	err = db.Chunks(all, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("person_id", part...)
		said := w
		said.And("retracted_at IS NULL")
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.kind, &r.person} },
			"SELECT DISTINCT kind, person_id FROM fact"+said.String(), said.Args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.kind != Receives {
				k.state(r.kind, r.person, "", "")
			}
		}
		return k.outcomes(ctx, q, &w)
	})
	for from, speaks := range to {
		if f, ok := k.People[speaks]; ok {
			k.People[from] = f
		}
	}
	return k.People, err
}

// ReceivesOf returns the programmes that families receive on day, as sources
// state it: codes, sorted, separated by spaces. Families without any are absent.
func ReceivesOf(ctx context.Context, q db.Querier, regency string, families []id.Family, day civil.Date) (map[id.Family]string, error) {
	aid, err := aidOf(ctx, q, regency, families, day)
	out := make(map[id.Family]string, len(aid))
	for f, a := range aid {
		out[f] = a.programs
	}
	return out, err
}

// Suspended returns those of the people who must not be paid now, with the
// reason: the registry says dead or moved away, or an indication holds. Whatever
// was said about any record of a person holds for all of them.
func Suspended(ctx context.Context, q db.Querier, regency string, people []id.Person) (map[id.Person]Hold, error) {
	all, to, err := registry.Selves(ctx, q, regency, distinct(slices.Clone(people)))
	if err != nil {
		return nil, fmt.Errorf("evidence.Suspended: %w", err)
	}
	out := map[id.Person]Hold{}
	err = db.Chunks(all, func(part []any) error { return suspended(ctx, q, regency, part, to, out) })
	if err != nil {
		return nil, fmt.Errorf("evidence.Suspended: %w", err)
	}
	for from, speaks := range to {
		if h, ok := out[speaks]; ok {
			out[from] = h
		}
	}
	return out, nil
}

func suspended(ctx context.Context, q db.Querier, regency string, part []any, to registry.Forward, out map[id.Person]Hold) error {
	var held db.Where
	held.And("regency = ?", regency)
	held.In("person_id", part...)
	held.And("state <> ?", string(Cancelled))
	held.And("severity = ?", string(HoldPayment))
	type row struct {
		indication id.Indication
		kind       Kind
		person     id.Person
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.indication, &r.kind, &r.person} },
		"SELECT id, kind, person_id FROM indication"+held.String()+" ORDER BY id DESC", held.Args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if was := out[to.Of(r.person)]; was.Key == "" || was.Indication != "" && r.indication < was.Indication {
			out[to.Of(r.person)] = Hold{Key: "evidence.hold." + string(r.kind), Indication: r.indication}
		}
	}
	var gone db.Where
	gone.And("regency = ?", regency)
	gone.In("id", part...)
	gone.And("life <> ?", string(registry.Alive))
	gone.And("merged_into = ''") // a merge has carried a death along
	type life struct {
		person id.Person
		life   registry.Life
	}
	lives, err := db.All(ctx, q, func(r *life) []any { return []any{&r.person, &r.life} },
		"SELECT id, life FROM person"+gone.String(), gone.Args...)
	for _, l := range lives {
		out[l.person] = Hold{Key: "evidence.hold." + string(l.life), Indication: out[l.person].Indication}
	}
	return err
}
