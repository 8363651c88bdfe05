package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Comparison says who came in and who fell out from one ranking to the next.
type Comparison struct {
	Stayed  int
	CameIn  int
	FellOut int
	Changes []Change // inside the reader's scope, those who came in first, at most Limit
}

// Change is one subject whose place differs. A state is empty for who was not
// judged by that ranking.
type Change struct {
	Person  id.Person
	Family  id.Family
	Village region.Code
	Name    string
	Before  PlaceState
	After   PlaceState
	Why     [2]string // of the later ranking, or of the earlier when he is not in it
}

// InLang returns Why in lang.
func (c Change) InLang(lang string) string { return inLang(c.Why, lang) }

// CompareLimit is how many changes a comparison lists.
const CompareLimit = 1000

// Compare sets two rankings beside each other, also of two versions of a rule:
// the counts are those of the whole regency, the names those of scope.
func Compare(ctx context.Context, q db.Querier, scope region.Scope, before, after id.Ranking) (Comparison, error) {
	var c Comparison
	whole := region.NewScope(scope.Regency())
	old, err := placesOf(ctx, q, whole, before)
	if err != nil {
		return c, err
	}
	now, err := placesOf(ctx, q, whole, after)
	if err != nil {
		return c, err
	}
	for who, l := range now {
		was := old[who]
		switch {
		case l == PlaceIn && was == PlaceIn:
			c.Stayed++
		case l == PlaceIn:
			c.CameIn++
		}
	}
	for who, l := range old {
		if l == PlaceIn && now[who] != PlaceIn {
			c.FellOut++
		}
	}
	same, _, err := registry.Forwards(ctx, q, string(scope.Regency()))
	if err != nil {
		return c, fault.Wrap("program.Compare", err)
	}
	in := func(l *Line) bool { return l.State == PlaceIn && old[same.Of(l.Person)] != PlaceIn }
	out := func(l *Line) bool { return l.State != PlaceIn && old[same.Of(l.Person)] == PlaceIn }
	for _, wanted := range []func(*Line) bool{in, out} {
		err := EachLine(ctx, q, scope, after, LineFilter{}, func(l *Line) error {
			if wanted(l) && len(c.Changes) < CompareLimit {
				c.Changes = append(c.Changes, Change{l.Person, l.Family, l.Village, l.Name, old[same.Of(l.Person)], l.State, l.Text})
			}
			return nil
		})
		if err != nil {
			return c, fault.Wrap("program.Compare", err)
		}
	}
	err = EachLine(ctx, q, scope, before, LineFilter{State: PlaceIn}, func(l *Line) error {
		if now[same.Of(l.Person)] == "" && len(c.Changes) < CompareLimit {
			c.Changes = append(c.Changes, Change{l.Person, l.Family, l.Village, l.Name, PlaceIn, "", l.Text})
		}
		return nil
	})
	return c, fault.Wrap("program.Compare", err)
}

// placesOf maps everybody who was judged to the place; somebody listed twice
// counts by the line that has a place, and so does one of two merged records.
func placesOf(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking) (map[id.Person]PlaceState, error) {
	type row struct {
		person id.Person
		state  PlaceState
		place  int
	}
	var w db.Where
	w.Within("", "village", scope)
	w.And("ranking_id = ?", string(ranking))
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.person, &r.state, &r.place} },
		"SELECT person_id, state, place_no FROM ranking_line"+w.String(), w.Args...)
	if err != nil {
		return nil, fault.Wrap("program.placesOf", err)
	}
	same, _, err := registry.Forwards(ctx, q, string(scope.Regency()))
	out := make(map[id.Person]PlaceState, len(rows))
	for _, r := range rows {
		person := same.Of(r.person)
		if was, there := out[person]; !there || r.place > 0 && was != PlaceIn {
			out[person] = r.state
		}
	}
	return out, fault.Wrap("program.placesOf", err)
}
