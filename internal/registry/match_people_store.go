package registry

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/id"
)

// EachProfile streams everybody who stands for himself, in order of id, as
// matching sees him; fn must not keep p.
func EachProfile(ctx context.Context, q db.Querier, regency string, fn func(who id.Person, p *Profile) error) error {
	type row struct {
		who id.Person
		Profile
	}
	return db.Each(ctx, q, func(r *row) []any {
		return []any{&r.who, &r.NIK, &r.Name, &r.BirthOn, &r.Precision, &r.Sex, &r.Mother, &r.Village, &r.KK, &r.RT, &r.RW, &r.Hamlet}
	}, func(r *row) error { return fn(r.who, &r.Profile) },
		`SELECT p.id, p.nik, p.name, p.birth_on, p.birth_precision, p.sex, p.mother_name, p.village, COALESCE(f.kk, ''), COALESCE(f.rt, ''),
		COALESCE(f.rw, ''), COALESCE(f.hamlet, '') FROM person p LEFT JOIN family f ON f.regency = p.regency AND f.id = p.family_id
		WHERE p.regency = $1 AND p.merged_into = '' ORDER BY p.id`, regency)
}

// ChangedSince returns the people who came in or changed after a moment, at
// most limit, in order of id.
func ChangedSince(ctx context.Context, q db.Querier, regency string, since db.Time, limit int) ([]id.Person, error) {
	return db.All(ctx, q, db.Self[id.Person], `SELECT id FROM person WHERE regency = $1 AND updated_at > $2 AND merged_into = ''
		ORDER BY id LIMIT $3`, regency, since, limit)
}

// Neighbours returns, for each of people, who else may be the same person:
// those above the review weight, who are not plainly somebody else. families
// are those of people, by id.
func (m *Matcher) Neighbours(ctx context.Context, q db.Querier, people []Person, families map[id.Family]Family) ([][]Candidate, error) {
	profiles, rest := make([]Profile, len(people)), make([]int, len(people))
	for i := range people {
		f := families[people[i].FamilyID]
		profiles[i], rest[i] = ProfileOf(&people[i], &f), i
	}
	c := newCandidates(m, profiles, rest)
	if err := c.load(ctx, q); err != nil {
		return nil, err
	}
	x, err := m.explainer(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([][]Candidate, len(people))
	for i := range people {
		p := &profiles[i]
		list, err := x.score(c, i, map[id.Person]bool{people[i].ID: true})
		if err != nil {
			return nil, err
		}
		for _, other := range list {
			if other.Weight >= m.Policy.LookWeight && !apart(p, &other.Person) {
				out[i] = append(out[i], other)
			}
		}
	}
	return out, nil
}
