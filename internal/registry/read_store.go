package registry

import (
	"context"
	"encoding/json"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// PersonByID returns the person inside scope, or a NotFound that does not tell
// whether the person exists elsewhere. A record that was merged away is
// returned as it was; MergedInto names who speaks for it.
func PersonByID(ctx context.Context, q db.Querier, scope region.Scope, person id.Person) (Person, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("id = ?", string(person))
	p, found, err := db.One(ctx, q, scanPerson, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("registry.person_gone")
	}
	return p, err
}

// FamilyByID returns the family inside scope; see PersonByID.
func FamilyByID(ctx context.Context, q db.Querier, scope region.Scope, family id.Family) (Family, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("id = ?", string(family))
	f, found, err := db.One(ctx, q, scanFamily, "SELECT "+familyColumns+" FROM family f"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("registry.family_gone")
	}
	return f, err
}

// FamiliesByID returns those of the families that lie inside scope, by id.
func FamiliesByID(ctx context.Context, q db.Querier, scope region.Scope, ids []id.Family) (map[id.Family]Family, error) {
	out := make(map[id.Family]Family, len(ids))
	err := db.Chunks(ids, func(part []any) error {
		var w db.Where
		w.Within("", "village", scope)
		w.In("id", part...)
		list, err := db.All(ctx, q, scanFamily, "SELECT "+familyColumns+" FROM family f"+w.String(), w.Args...)
		for _, f := range list {
			out[f.ID] = f
		}
		return err
	})
	return out, err
}

// PeopleByID returns those of the people that lie inside scope, by id.
func PeopleByID(ctx context.Context, q db.Querier, scope region.Scope, ids []id.Person) (map[id.Person]Person, error) {
	out := make(map[id.Person]Person, len(ids))
	err := db.Chunks(ids, func(part []any) error {
		var w db.Where
		w.Within("", "village", scope)
		w.In("id", part...)
		list, err := db.All(ctx, q, scanPerson, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
		for _, p := range list {
			out[p.ID] = p
		}
		return err
	})
	return out, err
}

// Members returns the people of a family now, head first, then by age.
func Members(ctx context.Context, q db.Querier, regency string, family id.Family) ([]Person, error) {
	return db.All(ctx, q, scanPerson, "SELECT "+personColumns+` FROM person p WHERE regency = $1 AND family_id = $2
		ORDER BY CASE WHEN p.relation = 0 THEN 99 ELSE p.relation END, p.birth_on NULLS LAST, p.id`, regency, string(family))
}

// Memberships returns every family a person belonged to, newest first.
func Memberships(ctx context.Context, q db.Querier, regency string, person id.Person) ([]Membership, error) {
	return db.All(ctx, q, func(m *Membership) []any {
		return []any{&m.ID, &m.FamilyID, &m.PersonID, &m.Relation, &m.From, &m.Until, &m.Reason}
	}, `SELECT id, family_id, person_id, relation, from_on, until_on, reason FROM membership
		WHERE regency = $1 AND person_id = $2 ORDER BY id DESC`, regency, string(person))
}

// History returns the changes of the given subjects, newest first, at most limit.
// It sorts by time before id: by id alone, a planner walks the primary key of
// everything instead of the index of the subjects.
func History(ctx context.Context, q db.Querier, regency string, limit int, subjects ...string) ([]Change, error) {
	var w db.Where
	w.And("regency = ?", regency)
	args := make([]any, len(subjects))
	for i, s := range subjects {
		args[i] = s
	}
	w.In("subject_id", args...)
	type row struct {
		Change
		fields string
	}
	rows, err := db.All(ctx, q, func(r *row) []any {
		return []any{&r.ID, &r.Kind, &r.Subject, &r.Version, &r.At, &r.Actor, &r.Source, &r.Batch, &r.Row, &r.Reason, &r.fields}
	}, `SELECT id, subject_kind, subject_id, version, at, actor_name, source, batch_id, row_n, reason, fields FROM change`+
		w.String()+" ORDER BY at DESC, id DESC LIMIT "+w.Arg(limit), w.Args...)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = r.Change
		if r.fields == "" {
			continue
		}
		if err := json.Unmarshal([]byte(r.fields), &out[i].Fields); err != nil {
			return nil, fmt.Errorf("change %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// People reads every person inside scope in order of id, for rules and
// detectors that look at all; fn must not keep p. Who was merged away is not
// counted twice.
func People(ctx context.Context, q db.Querier, scope region.Scope, fn func(p *Person) error) error {
	var w db.Where
	w.Within("", "village", scope)
	w.And("merged_into = ''")
	return db.Each(ctx, q, scanPerson, fn, "SELECT "+personColumns+" FROM person p"+w.String()+" ORDER BY id", w.Args...)
}

// Families reads every family inside scope in order of id; see People.
func Families(ctx context.Context, q db.Querier, scope region.Scope, fn func(f *Family) error) error {
	var w db.Where
	w.Within("", "village", scope)
	w.And("merged_into = ''")
	return db.Each(ctx, q, scanFamily, fn, "SELECT "+familyColumns+" FROM family f"+w.String()+" ORDER BY id", w.Args...)
}
