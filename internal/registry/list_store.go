package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/nik"
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
	return each(ctx, q, scanFamily, fn, "SELECT "+familyColumns+" FROM family f"+w.String()+" ORDER BY village, head_key, id", w.Args...)
}

func (f Filter) where(w *db.Where, scope region.Scope) {
	w.Within("", "village", scope)
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
		w.And("review = ?", string(ReviewOpen))
	}
	for _, code := range f.Receives {
		// Codes hold no spaces, so a padded search finds whole codes only.
		w.And("(' ' || receives || ' ') <> replace(' ' || receives || ' ', ?, '')", " "+code+" ")
	}
}

// Found is one line of a search: a person and, when known, the family.
type Found struct {
	Person   Person
	KK       nik.KK
	HeadName string
}

// SearchLimit is how many people a search shows at most.
const SearchLimit = 50

// Search finds people inside scope by what somebody typed: 16 digits are a NIK
// or KK now or formerly carried, anything else is a name whose words may stand
// in any order and be spelled in several ways; the last word may be cut short.
func Search(ctx context.Context, q db.Querier, scope region.Scope, text string) ([]Found, error) {
	if digits := nik.Clean(text); len(digits) == 16 && strings.Trim(digits, "0123456789") == "" {
		return searchNumber(ctx, q, scope, digits)
	}
	words := distinct(Words(text))
	if len(words) == 0 {
		return nil, nil
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	var w db.Where
	w.Within("p.", "village", scope)
	for i, word := range words {
		n := fmt.Sprintf("n%d", i)
		w.And("EXISTS (SELECT 1 FROM person_name "+n+" WHERE "+n+".regency = p.regency AND "+n+".person_id = p.id AND "+
			n+".word >= ? AND "+n+".word < ?)", word, word+"~")
	}
	return found(ctx, q, &w, words[0])
}

func searchNumber(ctx context.Context, q db.Querier, scope region.Scope, digits string) ([]Found, error) {
	var w db.Where
	w.Within("p.", "village", scope)
	w.And(`p.id IN (SELECT id FROM person WHERE regency = ? AND nik = ? AND nik <> ''
		UNION SELECT m.id FROM person m JOIN family f ON f.regency = m.regency AND f.id = m.family_id WHERE f.regency = ? AND f.kk = ? AND f.kk <> ''
		UNION SELECT subject_id FROM former_number WHERE regency = ? AND kind = 'nik' AND number = ?
		UNION SELECT m.id FROM person m JOIN former_number o ON o.regency = m.regency AND o.subject_id = m.family_id WHERE o.regency = ? AND o.kind = 'kk' AND o.number = ?)`,
		string(scope.Regency()), digits, string(scope.Regency()), digits, string(scope.Regency()), digits, string(scope.Regency()), digits)
	return found(ctx, q, &w, "")
}

// found reads people with their family. lead is the longest word searched for:
// starting from its index entries keeps a search fast at a million people.
func found(ctx context.Context, q db.Querier, w *db.Where, lead string) ([]Found, error) {
	from := " FROM person p"
	if lead != "" {
		from = " FROM person_name lead JOIN person p ON p.regency = lead.regency AND p.id = lead.person_id"
		w.And("lead.regency = p.regency AND lead.word >= ? AND lead.word < ?", lead, lead+"~")
	}
	return db.All(ctx, q, func(r *Found) []any { return append(scanPerson(&r.Person), &r.KK, &r.HeadName) },
		"SELECT DISTINCT "+personColumns+", COALESCE(f.kk, ''), COALESCE(f.head_name, '')"+from+
			" LEFT JOIN family f ON f.regency = p.regency AND f.id = p.family_id"+w.String()+
			" ORDER BY p.name, p.id LIMIT "+w.Arg(SearchLimit), w.Args...)
}
