package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Found is one line of a search: a person and, when known, the family.
type Found struct {
	Person   Person
	KK       nik.KK
	HeadName string
}

const (
	// SearchLimit is how many people a search shows at most.
	SearchLimit = 50
	// searchReach is how many people with the rarest word are looked at. Beyond
	// it a search is too wide to be useful, and the page asks for another word.
	searchReach = 10_000
)

// Search finds people inside scope by what somebody typed: 16 digits are a NIK
// or KK now or formerly carried, anything else is a name whose words may stand
// in any order, be spelled in several ways and be cut short.
func Search(ctx context.Context, q db.Querier, scope region.Scope, text string) ([]Found, error) {
	if scope.IsZero() {
		return nil, nil
	}
	if digits := nik.Clean(text); len(digits) == 16 && strings.Trim(digits, "0123456789") == "" {
		return searchNumber(ctx, q, scope, digits)
	}
	words := distinct(Words(text))
	if len(words) == 0 {
		return nil, nil
	}
	return searchName(ctx, q, scope, words[:min(len(words), 6)])
}

// searchName starts from the people who carry the rarest word. In a narrow
// area it starts from the people who live there when they are fewer, or when
// the word is so frequent that its reach might end before the area begins.
func searchName(ctx context.Context, q db.Querier, scope region.Scope, words []string) ([]Found, error) {
	rare, carriers, err := rarest(ctx, q, scope, words)
	if err != nil {
		return nil, err
	}
	if !scope.Whole() {
		living, err := inhabitants(ctx, q, scope)
		if err != nil {
			return nil, err
		}
		if carriers > searchReach || living < carriers {
			return searchArea(ctx, q, scope, words)
		}
	}
	var w db.Where
	regency, from, until, reach := w.Arg(string(scope.Regency())), w.Arg(words[rare]), w.Arg(words[rare]+"~"), w.Arg(searchReach)
	// MATERIALIZED keeps both engines from turning the join around.
	query := "WITH lead AS MATERIALIZED (SELECT DISTINCT person_id FROM person_name WHERE regency = " + regency +
		" AND word >= " + from + " AND word < " + until + " LIMIT " + reach + ") SELECT " + foundColumns +
		" FROM lead JOIN person p ON p.regency = " + regency + " AND p.id = lead.person_id" + foundFamily
	w.Within("p.", "village", scope)
	return found(ctx, q, query, &w, words)
}

// searchArea reads the names of an area from the index person_village, and
// stops as soon as it has enough.
func searchArea(ctx context.Context, q db.Querier, scope region.Scope, words []string) ([]Found, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("merged_into = ''")
	for _, word := range words {
		// name_key is Words joined by spaces: a space in front finds where words begin.
		w.And("(' ' || name_key) <> replace(' ' || name_key, ?, '')", " "+word)
	}
	lead := "WITH lead AS MATERIALIZED (SELECT id FROM person" + w.String() + " LIMIT " + w.Arg(SearchLimit) + ") SELECT " + foundColumns
	regency := w.Arg(string(scope.Regency()))
	all := db.Where{Args: w.Args}
	return found(ctx, q, lead+" FROM lead JOIN person p ON p.regency = "+regency+" AND p.id = lead.id"+foundFamily, &all, words)
}

// inhabitants counts the people of an area from the tallies: good enough to
// choose the shorter way.
func inhabitants(ctx context.Context, q db.Querier, scope region.Scope) (int, error) {
	var w db.Where
	w.Within("", "village", scope)
	n, _, err := db.One(ctx, q, db.Self[int], "SELECT COALESCE(sum(people_n), 0) FROM family_tally"+w.String(), w.Args...)
	return n, err
}

// rarest returns the index of the word that fewest people carry, and how many
// they are, counted up to one more than searchReach. In a whole regency a
// single word needs no counting.
func rarest(ctx context.Context, q db.Querier, scope region.Scope, words []string) (int, int, error) {
	best, fewest := 0, searchReach+1
	if len(words) == 1 && scope.Whole() {
		return best, fewest, nil
	}
	for i, word := range words {
		n, _, err := db.One(ctx, q, db.Self[int], `SELECT count(*) FROM (SELECT 1 FROM person_name
			WHERE regency = $1 AND word >= $2 AND word < $3 LIMIT $4) t`, string(scope.Regency()), word, word+"~", searchReach+1)
		if err != nil {
			return 0, 0, err
		}
		if n < fewest {
			best, fewest = i, n
		}
	}
	return best, fewest, nil
}

func searchNumber(ctx context.Context, q db.Querier, scope region.Scope, digits string) ([]Found, error) {
	var w db.Where
	regency, number := w.Arg(string(scope.Regency())), w.Arg(digits)
	at := func(text string) string { return strings.NewReplacer(":r", regency, ":n", number).Replace(text) }
	// A number that a merge left behind leads to who speaks for its bearer.
	query := "WITH lead AS MATERIALIZED (" + at(`SELECT id AS person_id FROM person WHERE regency = :r AND nik = :n AND nik <> '' AND merged_into = ''
		UNION SELECT m.id FROM family f JOIN person m ON m.regency = f.regency AND m.family_id = f.id
			WHERE f.regency = :r AND f.kk = :n AND f.kk <> '' AND f.merged_into = ''
		UNION SELECT CASE WHEN s.merged_into = '' THEN s.id ELSE s.merged_into END FROM former_number o
			JOIN person s ON s.regency = o.regency AND s.id = o.subject_id WHERE o.regency = :r AND o.kind = 'nik' AND o.number = :n
		UNION SELECT m.id FROM former_number o JOIN family s ON s.regency = o.regency AND s.id = o.subject_id
			JOIN person m ON m.regency = s.regency AND m.family_id = CASE WHEN s.merged_into = '' THEN s.id ELSE s.merged_into END
			WHERE o.regency = :r AND o.kind = 'kk' AND o.number = :n`) + ") SELECT " + foundColumns +
		" FROM lead JOIN person p ON p.regency = " + regency + " AND p.id = lead.person_id" + foundFamily
	w.Within("p.", "village", scope)
	return found(ctx, q, query, &w, nil)
}

var foundColumns = personColumns + ", COALESCE(f.kk, ''), COALESCE(f.head_name, '')"

const foundFamily = " LEFT JOIN family f ON f.regency = p.regency AND f.id = p.family_id"

// errEnough ends a search that has found as many as it shows.
var errEnough = errors.New("enough")

// found reads people until SearchLimit of them carry all words, and sorts them
// by name. The other words are judged here, on the name just read: an index
// cannot serve a range of words and a person at once.
func found(ctx context.Context, q db.Querier, query string, w *db.Where, words []string) ([]Found, error) {
	var list []Found
	err := db.Each(ctx, q, func(r *Found) []any { return append(scanPerson(&r.Person), &r.KK, &r.HeadName) }, func(r *Found) error {
		if !carries(r.Person.Name, words) {
			return nil
		}
		list = append(list, *r)
		if len(list) == SearchLimit {
			return errEnough
		}
		return nil
	}, query+w.String(), w.Args...)
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	slices.SortFunc(list, func(a, b Found) int {
		return cmp.Or(strings.Compare(a.Person.Name, b.Person.Name), strings.Compare(string(a.Person.ID), string(b.Person.ID)))
	})
	return list, nil
}

// carries reports whether each of words begins some word of name.
func carries(name string, words []string) bool {
	have := Words(name)
	for _, word := range words {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, word) }) {
			return false
		}
	}
	return true
}
