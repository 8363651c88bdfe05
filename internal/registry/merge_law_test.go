package registry_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// Any sequence of merges and splits, undone in reverse, leaves the registry as
// it was, step by step; and whatever follows from people and families is right
// after each of them.
func TestMergesAndSplitsComeBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			defer clear(t, d)
			w := &town{t: rt, d: d, cards: register(t, d, card(1, midai, "JUMADI", "SITI"), card(2, sedap, "HASAN", "NUR"), lone(3), lone(4))}
			earlier := rapid.IntRange(0, 3).Draw(rt, "earlier")
			for range earlier {
				w.step("")
			}
			var done []id.Merge
			var before []string
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				was := w.dump()
				if m := w.rearrange(); m != "" {
					done, before = append(done, m), append(before, was)
				}
				w.sound()
			}
			for i := len(done) - 1; i >= 0; i-- {
				w.write(func(tx *db.Tx) error { return registry.Unmerge(rt.Context(), tx, done[i], "ternyata keliru") })
				w.sound()
				if diff := cmp.Diff(before[i], w.dump()); diff != "" {
					rt.Fatalf("undoing step %d left: %s", i+1, diff)
				}
			}
			if earlier == 0 { // an import can be taken back as if nothing had happened in between
				w.write(func(tx *db.Tx) error { _, err := registry.UndoBatch(rt.Context(), tx, "b1"); return err })
			}
		})
	})
}

// lone is a card with one person, which a merge may leave empty.
func lone(n int) registry.Card {
	c := card(n, midai, fmt.Sprint("SENDIRI ", n), "")
	c.People = c.People[:1]
	return c
}

// rearrange does one merge or split; "" when what was drawn cannot be.
func (w *town) rearrange() id.Merge {
	var m id.Merge
	do := rapid.IntRange(0, 3).Draw(w.t, "merge or split")
	keep, drop := w.anybody(), w.anybody()
	first, second := w.family(), w.family()
	err := w.d.Write(w.t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
		var err error
		switch do {
		case 0, 1:
			m, err = registry.MergePeople(w.t.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, KeepVersion: keep.Version,
				DropVersion: drop.Version, Take: w.some(registry.Fields()), Reason: "orang yang sama"})
		case 2:
			m, err = registry.MergeFamilies(w.t.Context(), tx, registry.FamilyMerge{Keep: first.ID, Drop: second.ID, Take: w.some(registry.FamilyFields()), Reason: "satu keluarga"})
		default:
			m, err = w.split(tx, keep)
		}
		return err
	})
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		w.t.Fatal(err)
	}
	if err != nil {
		return ""
	}
	return m
}

func (w *town) split(tx *db.Tx, p registry.Person) (id.Merge, error) {
	s := registry.Split{From: p.ID, Version: p.Version, New: registry.Person{Name: "YANG LAIN", Village: sedap}, Reason: "dua orang",
		Clear: w.some([]string{"nik", "mother_name", "birth_on", "occupation", "family_id"})}
	if len(s.Clear) > 0 && s.Clear[0] == "nik" {
		s.New.NIK = p.NIK
	}
	if rapid.Bool().Draw(w.t, "into a family") {
		s.New.FamilyID = w.family().ID
	}
	spans, err := registry.Memberships(w.t.Context(), tx, "2103", p.ID)
	if err != nil {
		return "", err
	}
	for _, m := range spans {
		if m.PersonID == p.ID && rapid.Bool().Draw(w.t, "goes along") {
			s.Memberships = append(s.Memberships, m.ID)
		}
	}
	numbers, err := registry.FormerNumbers(w.t.Context(), tx, "2103", string(p.ID))
	if err != nil {
		return "", err
	}
	for _, n := range numbers {
		s.Numbers = append(s.Numbers, n.ID)
	}
	m, _, err := registry.SplitPerson(w.t.Context(), tx, s)
	return m, err
}

func (w *town) some(of []string) []string {
	var out []string
	for _, one := range of {
		if rapid.Bool().Draw(w.t, one) {
			out = append(out, one)
		}
	}
	return out
}

// sound checks all that follows, by its rule and against a rebuild, and that
// nobody who was merged away is seen or carries a number that leads astray.
func (w *town) sound() {
	sound(w.t, w.d)
	names, cells := nameIndex(w.t, w.d), w.rows("family_tally", "village", "desil", "receives", "review", "families_n", "people_n")
	w.write(func(tx *db.Tx) error { return registry.Rebuild(w.t.Context(), tx) })
	after := w.rows("family_tally", "village", "desil", "receives", "review", "families_n", "people_n")
	if diff := cmp.Diff(names, nameIndex(w.t, w.d)) + cmp.Diff(cells, after); diff != "" {
		w.t.Fatalf("a rebuild changes something: %s", diff)
	}
	people, families, err := registry.Forwards(w.t.Context(), w.d.Read(), "2103")
	if err != nil {
		w.t.Fatal(err)
	}
	for from, to := range people {
		if people[to] != "" {
			w.t.Fatalf("%s leads to %s, who was merged away", from, to)
		}
	}
	for from, to := range families {
		if families[to] != "" {
			w.t.Fatalf("family %s leads to %s, which was merged away", from, to)
		}
	}
}

// dump writes out the tables that merges touch, without the counters that only
// go up.
func (w *town) dump() string {
	return strings.Join([]string{
		w.rows("person", "id", "nik", "name", "name_key", "sex", "birth_on", "birth_precision", "birth_place", "mother_name", "occupation",
			"life", "life_on", "village", "family_id", "relation", "merged_into", "created_at"),
		w.rows("family", "id", "kk", "head_id", "head_name", "head_key", "address", "rt", "rw", "hamlet", "village", "desil", "rank_regency",
			"ranked_on", "members_n", "receives", "review", "merged_into", "created_at"),
		w.rows("membership", "id", "family_id", "person_id", "relation", "from_on", "until_on", "reason"),
		w.rows("former_number", "id", "kind", "number", "subject_id", "until_at", "source"),
		w.rows("person_name", "word", "person_id"),
		w.rows("family_tally", "village", "desil", "receives", "review", "families_n", "people_n"),
	}, "\n\n")
}

func (w *town) rows(table string, columns ...string) string {
	var texts []string
	for _, c := range columns {
		texts = append(texts, "COALESCE(CAST("+c+" AS TEXT), 'NULL')")
	}
	where := ""
	if table == "family_tally" {
		where = " AND families_n <> 0"
	}
	list, err := db.All(w.t.Context(), w.d.Read(), db.Self[string], "SELECT "+strings.Join(texts, " || ' | ' || ")+" AS line FROM "+table+
		" WHERE regency = '2103'"+where+" ORDER BY line")
	if err != nil {
		w.t.Fatal(err)
	}
	return table + ":\n" + strings.Join(list, "\n")
}
