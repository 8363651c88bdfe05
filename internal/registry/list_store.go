package registry

import (
	"context"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/region"
)

// Filter narrows the list of families. The zero Filter shows all in scope.
type Filter struct {
	Areas    []region.Code // kecamatan or villages; any of them
	Desil    []int         // 0 is unranked; any of them
	Receives []string      // programme codes; all of them
	None     bool          // receives nothing
	Clear    bool          // no validation case is open
	Open     bool          // a validation case is open
}

// matches reports whether a cell of the counts passes f.
func (f Filter) matches(t Tally) bool {
	if len(f.Areas) > 0 && !slices.ContainsFunc(f.Areas, func(a region.Code) bool { return a.Contains(t.Village) }) {
		return false
	}
	if len(f.Desil) > 0 && !slices.Contains(f.Desil, t.Desil) {
		return false
	}
	if f.None && t.Receives != "" || f.Clear && t.Review != ReviewClear || f.Open && t.Review != ReviewOpen {
		return false
	}
	have := strings.Fields(t.Receives)
	for _, code := range f.Receives {
		if !slices.Contains(have, code) {
			return false
		}
	}
	return true
}

// Count is one value of a facet.
type Count struct {
	Value string
	N     int
}

// Facets counts families by each facet, every facet under the other filters,
// so that choosing a value shows what the list will hold.
type Facets struct {
	Families, People int // under the whole filter
	Kecamatan        []Count
	Village          []Count // of the chosen kecamatan only
	Desil            []Count
	Receives         []Count // "" is "receives nothing"
	Review           []Count // "" is clear
}

// FacetsOf counts cells under f. It is exact at any size, because the cells
// are few: villages × desil × sets of programmes.
func FacetsOf(cells []Tally, f Filter) Facets {
	kec, vil, des, rec, rev := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	var out Facets
	noArea, noDesil, noReceives, noReview := f, f, f, f
	noArea.Areas, noDesil.Desil, noReceives.Receives, noReceives.None = nil, nil, nil, false
	noReview.Clear, noReview.Open = false, false
	for _, t := range cells {
		if f.matches(t) {
			out.Families += t.Families
			out.People += t.People
		}
		if noArea.matches(t) {
			kec[string(t.Village.Kecamatan())] += t.Families
			if slices.ContainsFunc(f.Areas, func(a region.Code) bool { return t.Village.Kecamatan().Contains(a) || a.Contains(t.Village) }) {
				vil[string(t.Village)] += t.Families
			}
		}
		if noDesil.matches(t) {
			des[itoa(t.Desil)] += t.Families
		}
		if noReview.matches(t) {
			rev[string(t.Review)] += t.Families
		}
		if noReceives.matches(t) {
			for _, code := range strings.Fields(t.Receives) {
				rec[code] += t.Families
			}
			if t.Receives == "" {
				rec[""] += t.Families
			}
		}
	}
	out.Kecamatan, out.Village, out.Desil, out.Receives = counts(kec), counts(vil), counts(des), counts(rec)
	out.Review = counts(rev)
	return out
}

func counts(m map[string]int) []Count {
	out := make([]Count, 0, len(m))
	for v, n := range m {
		out = append(out, Count{v, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return strings.Compare(a.Value, b.Value) })
	return out
}

// FamilyList returns one page of families inside scope under f, by village and
// name of head. offset and limit count rows; limit is at most 1,000.
func FamilyList(ctx context.Context, q db.Querier, scope region.Scope, f Filter, offset, limit int) ([]Family, error) {
	var w db.Where
	f.where(&w, scope)
	query := "SELECT " + familyColumns + " FROM family f" + w.String() +
		" ORDER BY village, head_key, id LIMIT " + w.Arg(min(limit, 1000)) + " OFFSET " + w.Arg(max(offset, 0))
	return db.All(ctx, q, scanFamily, query, w.Args...)
}

// EachFamily streams the whole list in the same order, for exports.
func EachFamily(ctx context.Context, q db.Querier, scope region.Scope, f Filter, fn func(*Family) error) error {
	var w db.Where
	f.where(&w, scope)
	return db.Each(ctx, q, scanFamily, fn, "SELECT "+familyColumns+" FROM family f"+w.String()+" ORDER BY village, head_key, id", w.Args...)
}

func (f Filter) where(w *db.Where, scope region.Scope) {
	w.Within("", "village", scope)
	w.And("merged_into = ''")
	if len(f.Areas) > 0 {
		var ors []string
		var args []any
		for _, a := range f.Areas {
			ors = append(ors, "(village >= ? AND village < ?)")
			args = append(args, string(a), string(a)+"~")
		}
		w.And("("+strings.Join(ors, " OR ")+")", args...)
	}
	if len(f.Desil) > 0 {
		var ors []string
		var args []any
		for _, d := range f.Desil {
			if d == 0 {
				ors = append(ors, "desil IS NULL")
				continue
			}
			ors = append(ors, "desil = ?")
			args = append(args, d)
		}
		w.And("("+strings.Join(ors, " OR ")+")", args...)
	}
	if f.None {
		w.And("receives = ''")
	}
	if f.Clear {
		w.And("review = ''")
	}
	if f.Open {
		w.And("review = ? AND review <> ''", string(ReviewOpen)) // the second half lets both engines use the partial index
	}
	for _, code := range f.Receives {
		// Codes hold no spaces, so a padded search finds whole codes only.
		w.And("(' ' || receives || ' ') <> replace(' ' || receives || ' ', ?, '')", " "+code+" ")
	}
}
