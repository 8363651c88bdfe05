package registry

import (
	"context"
	"hash/fnv"

	"tepat/internal/db"
	"tepat/internal/id"
)

// Drift is how far the derived tables of a regency are from what they follow
// from. The zero Drift is how it should be; Rebuild brings it about.
type Drift struct {
	Cells int  // of the counts behind the facets, that are wrong
	Names bool // the index behind name search is not that of the names
}

// cellsOfFamilies counts families into cells, as family_tally should hold them.
const cellsOfFamilies = `SELECT regency, village, COALESCE(desil, 0) AS desil, receives, review, count(*) AS families_n, sum(members_n) AS people_n
	FROM family WHERE regency = $1 AND merged_into = '' GROUP BY regency, village, COALESCE(desil, 0), receives, review`

// DriftOf compares the derived tables with people and families. q should be a
// Snapshot: it reads everybody, and somebody may write meanwhile.
func DriftOf(ctx context.Context, q db.Querier, regency string) (Drift, error) {
	var d Drift
	var err error
	d.Cells, _, err = db.One(ctx, q, db.Self[int], `SELECT count(*) FROM (
		SELECT village, desil, receives, review FROM (
			SELECT village, desil, receives, review, families_n, people_n FROM family_tally WHERE regency = $1
			UNION ALL SELECT village, desil, receives, review, -families_n, -people_n FROM (`+cellsOfFamilies+`) c
		) b GROUP BY village, desil, receives, review HAVING sum(families_n) <> 0 OR sum(people_n) <> 0) w`, regency)
	if err != nil {
		return d, err
	}
	stored, want := &wordSet{}, &wordSet{}
	type entry struct {
		person id.Person
		text   string
	}
	cols := func(e *entry) []any { return []any{&e.person, &e.text} }
	err = db.Each(ctx, q, cols, func(e *entry) error { stored.add(e.text, e.person); return nil },
		"SELECT person_id, word FROM person_name WHERE regency = $1", regency)
	if err != nil {
		return d, err
	}
	err = db.Each(ctx, q, cols, func(e *entry) error {
		for _, w := range distinct(Words(e.text)) {
			want.add(w, e.person)
		}
		return nil
	}, "SELECT id, name FROM person WHERE regency = $1 AND merged_into = ''", regency)
	d.Names = *stored != *want
	return d, err
}

// wordSet tells two sets of words of people apart whatever their order, in no
// memory: a million people have three million words.
type wordSet struct {
	n   int
	sum uint64
}

func (s *wordSet) add(word string, person id.Person) {
	h := fnv.New64a()
	h.Write([]byte(person))
	h.Write([]byte{0})
	h.Write([]byte(word))
	s.n++
	s.sum += h.Sum64()
}
