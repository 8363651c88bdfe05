package duplicate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// aidOf returns what runs on day for people and their families: what sources
// state they receive, and the lines of signed decrees whose months are not over.
func aidOf(ctx context.Context, q db.Querier, regency string, people []registry.Person, day civil.Date) (running, error) {
	r := running{map[id.Person][]Aid{}, map[id.Family][]Aid{}}
	var persons []id.Person
	var families []id.Family
	for _, p := range people {
		persons = append(persons, p.ID)
		if p.FamilyID != "" {
			families = append(families, p.FamilyID)
		}
	}
	slices.Sort(families)
	selves, forward, err := registry.Selves(ctx, q, regency, persons)
	if err != nil {
		return r, err
	}
	homes, homeForward, err := registry.FamilySelves(ctx, q, regency, slices.Compact(families))
	if err != nil {
		return r, err
	}
	load := aidLoad{ctx, q, regency, day, r, forward, homeForward}
	if err := db.Chunks(selves, func(part []any) error { return load.both("person_id", part) }); err != nil {
		return r, fmt.Errorf("duplicate: aid of people: %w", err)
	}
	if err := db.Chunks(homes, func(part []any) error { return load.both("family_id", part) }); err != nil {
		return r, fmt.Errorf("duplicate: aid of families: %w", err)
	}
	return r, nil
}

type aidLoad struct {
	ctx      context.Context
	q        db.Querier
	regency  string
	day      civil.Date
	into     running
	people   registry.Forward
	families registry.FamilyForward
}

type aidRow struct {
	person id.Person
	family id.Family
	Aid
	from   civil.Date
	months int
}

func (l aidLoad) both(column string, part []any) error {
	var stated db.Where
	stated.And("f.regency = ?", l.regency)
	stated.In("f."+column, part...)
	stated.And("f.kind = 'receives' AND f.retracted_at IS NULL AND (f.until_on IS NULL OR f.until_on >= ?)", l.day)
	rows, err := db.All(l.ctx, l.q, func(r *aidRow) []any { return []any{&r.person, &r.family, &r.Program, &r.Monthly} },
		"SELECT COALESCE(f.person_id, ''), COALESCE(f.family_id, ''), f.value, f.amount_idr FROM fact f"+stated.String(), stated.Args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		r.Source = "fact"
		l.put(column, r)
	}
	var decreed db.Where
	decreed.And("l.regency = ?", l.regency)
	decreed.In("l."+column, part...)
	decreed.And("l.state = 'decreed' AND d.state = 'signed'")
	lines, err := db.All(l.ctx, l.q, func(r *aidRow) []any { return []any{&r.person, &r.family, &r.Program, &r.Monthly, &r.from, &r.months} },
		`SELECT l.person_id, l.family_id, p.code, d.amount_month_idr, d.month_from, d.months_n FROM decree_line l
		JOIN decree d ON d.regency = l.regency AND d.id = l.decree_id JOIN program p ON p.regency = d.regency AND p.id = d.program_id`+decreed.String(), decreed.Args...)
	for _, r := range lines {
		r.Source = "decree"
		if stillRuns(r.from, r.months, l.day) {
			l.put(column, r)
		}
	}
	return err
}

func (l aidLoad) put(column string, r aidRow) {
	if column == "person_id" {
		who := l.people.Of(r.person)
		l.into.person[who] = append(l.into.person[who], r.Aid)
		return
	}
	home := l.families.Of(r.family)
	l.into.family[home] = append(l.into.family[home], r.Aid)
}

// barred says of each programme with active rules which others it excludes.
type barred map[string][]string

// barredOf reads the exclusions of the active rules.
func barredOf(ctx context.Context, q db.Querier, regency string) (barred, error) {
	type row struct{ code, rules string }
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.code, &r.rules} }, `SELECT p.code, v.rules FROM rule_version v
		JOIN program p ON p.regency = v.regency AND p.id = v.program_id WHERE v.regency = $1 AND v.state = 'active'`, regency)
	if err != nil {
		return nil, err
	}
	out := barred{}
	for _, r := range rows {
		var set rules.RuleSet
		if err := json.Unmarshal([]byte(r.rules), &set); err != nil {
			return nil, fmt.Errorf("duplicate: rules of %s: %w", r.code, err)
		}
		for _, c := range set.Require {
			if c.Kind == rules.ReceivesNot && len(c.Except) == 0 {
				out[r.code] = append(out[r.code], c.Programs...)
			}
		}
	}
	return out, nil
}

// between names a programme of one side that excludes one of the other, and that one.
func (b barred) between(x, y []Aid) (string, string, bool) {
	for _, sides := range [][2][]Aid{{x, y}, {y, x}} {
		for _, p := range sides[0] {
			for _, other := range sides[1] {
				not := b[p.Program]
				if p.Program != other.Program && (slices.Contains(not, other.Program) || slices.Contains(not, rules.AnyProgram)) {
					return p.Program, other.Program, true
				}
			}
		}
	}
	return "", "", false
}

// peopleOf reads people of a regency by id, whatever the reader's area, with
// their families.
func peopleOf(ctx context.Context, q db.Querier, regency string, ids []id.Person) (map[id.Person]registry.Person, map[id.Family]registry.Family, error) {
	whole := region.NewScope(region.Code(regency))
	people, err := registry.PeopleByID(ctx, q, whole, ids)
	if err != nil {
		return nil, nil, err
	}
	var homes []id.Family
	for _, p := range people {
		if p.FamilyID != "" {
			homes = append(homes, p.FamilyID)
		}
	}
	slices.Sort(homes)
	families, err := registry.FamiliesByID(ctx, q, whole, slices.Compact(homes))
	return people, families, err
}
