package registry_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

func TestTheHeadFollowsThePeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := card(1, midai, "JUMADI", "SITI")
		c.People = append(c.People, registry.Person{Name: "NENEK", BirthOn: civil.Date{Year: 1950, Month: 1, Day: 1}, Relation: 7})
		c = register(t, d, c)[0]
		change := func(who int, f func(p *registry.Person)) {
			t.Helper()
			err := write(t, d, func(tx *db.Tx) error {
				p, err := registry.PersonByID(t.Context(), tx, whole(), c.People[who].ID)
				if err != nil {
					return err
				}
				f(&p)
				_, err = registry.ChangePerson(t.Context(), tx, p, registry.Origin{Source: "dukcapil"})
				return cmpErr(err, tx.Record("test", "", "", nil))
			})
			if err != nil {
				t.Fatal(err)
			}
			sound(t, d)
		}
		headed := func(want string) {
			t.Helper()
			f, err := registry.FamilyByID(t.Context(), d.Read(), whole(), c.Family.ID)
			if err != nil || f.HeadName != want {
				t.Fatalf("the head is %q, want %q, %v", f.HeadName, want, err)
			}
		}
		headed("JUMADI")
		change(0, func(p *registry.Person) { p.Life = registry.Dead })
		headed("SITI")
		change(0, func(p *registry.Person) { p.Life = registry.Alive })
		headed("JUMADI")
		change(0, func(p *registry.Person) { p.FamilyID = "" })
		headed("SITI")
		change(1, func(p *registry.Person) { p.Name = "SITI AMINAH" })
		headed("SITI AMINAH")
		change(2, func(p *registry.Person) { p.Relation = registry.HeadOfFamily })
		headed("NENEK")
		change(2, func(p *registry.Person) { p.FamilyID = "" })
		change(1, func(p *registry.Person) { p.FamilyID = "" })
		headed("")
	})
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// town is a few families, and commands that draw what happens to them.
type town struct {
	t     *rapid.T
	d     *db.DB
	cards []registry.Card
	n     int
}

func (w *town) write(f func(tx *db.Tx) error) {
	err := w.d.Write(w.t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
		return cmpErr(f(tx), tx.Record("test", "", "", nil))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) anybody() registry.Person {
	var all []registry.Person
	err := registry.People(w.t.Context(), w.d.Read(), whole(), func(p *registry.Person) error { all = append(all, *p); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(w.t, "who")]
}

func (w *town) family() registry.Family {
	c := rapid.SampledFrom(w.cards).Draw(w.t, "family")
	f, err := registry.FamilyByID(w.t.Context(), w.d.Read(), whole(), c.Family.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// step does one random thing as part of batch.
func (w *town) step(batch id.Batch) {
	from := registry.Origin{Source: "dtsen", Batch: batch}
	w.n++
	switch rapid.IntRange(0, 3).Draw(w.t, "do") {
	case 0:
		p := registry.Person{Name: fmt.Sprint("ANAK ", w.n), Village: midai, FamilyID: w.family().ID, Relation: registry.Relation(rapid.IntRange(0, 4).Draw(w.t, "relation"))}
		w.write(func(tx *db.Tx) error { _, err := registry.AddPerson(w.t.Context(), tx, p, from); return err })
	case 1:
		f := w.family()
		f.Desil, f.Village = rapid.IntRange(0, 2).Draw(w.t, "desil"), rapid.SampledFrom([]region.Code{midai, sedap}).Draw(w.t, "village")
		w.write(func(tx *db.Tx) error { _, err := registry.ChangeFamily(w.t.Context(), tx, f, from); return err })
	case 2:
		c := card(100+w.n, sedap, "BARU", "BARUH")
		c.Origin = from
		p := w.anybody()
		w.write(func(tx *db.Tx) error {
			c, err := registry.AddCard(w.t.Context(), tx, c)
			if err != nil {
				return err
			}
			p.FamilyID = c.Family.ID // somebody moves in with the new ones
			_, err = registry.ChangePerson(w.t.Context(), tx, p, from)
			return err
		})
	case 3:
		p := w.anybody()
		p.Name = rapid.SampledFrom([]string{"JUMADI", "SITI AMINAH", "HASAN"}).Draw(w.t, "name")
		p.Life = rapid.SampledFrom([]registry.Life{registry.Alive, registry.Dead, registry.Moved}).Draw(w.t, "life")
		p.Relation = registry.Relation(rapid.IntRange(0, 4).Draw(w.t, "relation"))
		p.BirthOn = rapid.SampledFrom([]civil.Date{{}, {Year: 1990, Month: 1, Day: 1}, {Year: 1960, Month: 1, Day: 1}}).Draw(w.t, "birth")
		p.FamilyID = rapid.SampledFrom([]id.Family{p.FamilyID, "", w.cards[0].Family.ID, w.cards[1].Family.ID}).Draw(w.t, "to")
		w.write(func(tx *db.Tx) error { _, err := registry.ChangePerson(w.t.Context(), tx, p, from); return err })
	}
}

// Whatever a batch does, what is derived is right after every command, a
// rebuild changes nothing, and undoing the batch brings back what was there.
func TestWhatIsDerivedFollowsAndComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			defer clear(t, d)
			w := &town{t: rt, d: d, cards: register(t, d, card(1, midai, "JUMADI", "SITI"), card(2, sedap, "HASAN", "NUR"))}
			for range rapid.IntRange(0, 3).Draw(rt, "earlier") {
				w.step("")
			}
			before := snapshot(t, d)
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				w.step("b9")
				sound(rt, d)
			}
			names, seen := nameIndex(rt, d), snapshot(t, d)
			w.write(func(tx *db.Tx) error { return registry.Rebuild(rt.Context(), tx) })
			if diff := cmp.Diff(names, nameIndex(rt, d)) + cmp.Diff(seen, snapshot(t, d)); diff != "" {
				rt.Fatalf("the rebuild changed something: %s", diff)
			}
			w.write(func(tx *db.Tx) error { _, err := registry.UndoBatch(rt.Context(), tx, "b9"); return err })
			sound(rt, d)
			if diff := cmp.Diff(before, snapshot(t, d)); diff != "" {
				rt.Fatal(diff)
			}
		})
	})
}

func nameIndex(t tb, d *db.DB) []string {
	t.Helper()
	list, err := db.All(t.Context(), d.Read(), db.Self[string], "SELECT word || ' ' || person_id FROM person_name WHERE regency = $1 ORDER BY word, person_id", "2103")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestUndoOfAMoveLeavesTheMembershipsAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := register(t, d, card(1, midai, "JUMADI", "SITI"))[0].People[1]
		memberships := func() []registry.Membership {
			list, err := registry.Memberships(t.Context(), d.Read(), "2103", p.ID)
			if err != nil {
				t.Fatal(err)
			}
			for i := range list {
				list[i].Reason = "" // the end wrote its own
			}
			return list
		}
		before := memberships()
		err := write(t, d, func(tx *db.Tx) error {
			c, err := registry.AddCard(t.Context(), tx, withBatch(card(2, sedap, "HASAN", "NUR"), "b9"))
			if err != nil {
				return err
			}
			p.FamilyID = c.Family.ID
			_, err = registry.ChangePerson(t.Context(), tx, p, c.Origin)
			return cmpErr(err, tx.Record("test", "", "", nil))
		})
		if err != nil || len(memberships()) != 2 {
			t.Fatal(memberships(), err)
		}
		err = write(t, d, func(tx *db.Tx) error {
			_, err := registry.UndoBatch(t.Context(), tx, "b9")
			return cmpErr(err, tx.Record("test", "", "", nil))
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, memberships()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestUndoRefusesWhenSomebodyChangedARecordInBetween(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := register(t, d, card(1, midai, "JUMADI", "SITI"))[0]
		for i, batch := range []id.Batch{"b9", "", "b9"} {
			err := write(t, d, func(tx *db.Tx) error {
				f := c.Family
				f.Version, f.Desil = i+1, i+1
				_, err := registry.ChangeFamily(t.Context(), tx, f, registry.Origin{Batch: batch})
				return cmpErr(err, tx.Record("test", "", "", nil))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := write(t, d, func(tx *db.Tx) error { _, err := registry.UndoBatch(t.Context(), tx, "b9"); return err })
		if fault.KindOf(err) != fault.Conflict {
			t.Fatalf("the change in between was taken back as well: %v", err)
		}
	})
}

// Many writers at once, on few families: no member and no cell is lost.
func TestCountsSurviveManyWriters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, rounds = 8, 12
		cards := register(t, d, card(1, midai, "JUMADI", "SITI"), card(2, sedap, "HASAN", "NUR"))
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for n := range rounds {
					c := cards[(i+n)%2]
					err := d.Write(t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
						return cmpErr(jostle(t, tx, c, cards[(i+n+1)%2], i, n), tx.Record("test", "", "", nil))
					})
					if err != nil && fault.KindOf(err) != fault.Conflict {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		sound(t, d)
	})
}

// jostle adds a member, moves one over or changes desil or standing.
func jostle(t *testing.T, tx *db.Tx, c, other registry.Card, writer, n int) error {
	from := registry.Origin{Source: "uji"}
	if writer%2 == 0 {
		f, err := registry.FamilyByID(t.Context(), tx, whole(), c.Family.ID)
		if err != nil {
			return err
		}
		if n%2 == 0 {
			want := registry.Standing{Receives: []string{"PKH", ""}[writer/2%2], Review: f.Review}
			_, err = registry.SetStandings(t.Context(), tx, []registry.Family{f}, map[id.Family]registry.Standing{f.ID: want})
			return err
		}
		f.Desil = 1 + (writer+n)%4
		_, err = registry.ChangeFamily(t.Context(), tx, f, from)
		return err
	}
	p, err := registry.AddPerson(t.Context(), tx, registry.Person{Name: fmt.Sprint("ANAK ", writer, n), Village: midai, FamilyID: c.Family.ID}, from)
	if err != nil || n%3 > 0 {
		return err
	}
	p.FamilyID = other.Family.ID
	_, err = registry.ChangePerson(t.Context(), tx, p, from)
	return err
}

func TestAFamilyMovedByHandTakesItsPeopleAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := card(1, midai, "JUMADI", "SITI")
		c.People = append(c.People, registry.Person{Name: "PERANTAU", Village: "2103072001"})
		c = register(t, d, c)[0]
		err := write(t, d, func(tx *db.Tx) error {
			f := c.Family
			f.Village = sedap
			_, err := registry.CorrectFamily(t.Context(), tx, f, "pindah rumah")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		old, now := region.NewScope("2103", midai.Kecamatan()), region.NewScope("2103", sedap.Kecamatan())
		for i, p := range c.People {
			_, errOld := registry.PersonByID(t.Context(), d.Read(), old, p.ID)
			_, errNow := registry.PersonByID(t.Context(), d.Read(), now, p.ID)
			if fault.KindOf(errOld) != fault.NotFound || (errNow == nil) != (i < 2) {
				t.Errorf("%s: old area %v, new area %v", p.Name, errOld, errNow)
			}
		}
		hist, err := registry.History(t.Context(), d.Read(), "2103", 10, string(c.People[1].ID))
		if err != nil || len(hist) != 2 {
			t.Fatalf("%d changes, %v", len(hist), err)
		}
		if diff := cmp.Diff(registry.Diff{"village": {string(midai), string(sedap)}}, hist[0].Fields); diff != "" || hist[0].Reason != "pindah rumah" {
			t.Errorf("the provenance says %q %s", hist[0].Reason, diff)
		}
		sound(t, d)
	})
}

// An operator of one village finds his own people, however many elsewhere
// carry the name.
func TestSearchInANarrowAreaFindsACommonName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		// Index entries of 12,000 others; no more of them is needed here.
		err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
				INSERT INTO person_name (regency, word, person_id) SELECT '2103', 'SITI', '-' || i FROM n`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		register(t, d, card(1, midai, "JUMADI", "SITI AMINAH"), card(2, sedap, "HASAN", "ST. ZUBAIDAH"), card(3, midai, "SALEH", "NUR SITI"))
		only := region.NewScope("2103", midai.Kecamatan(), "2103072001")
		for text, want := range map[string][]string{
			"SITI": {"NUR SITI", "SITI AMINAH"}, "sit": {"NUR SITI", "SITI AMINAH"}, "siti am": {"SITI AMINAH"}, "siti zubaidah": nil, "iti": nil, "": nil,
		} {
			found, err := registry.Search(t.Context(), d.Read(), only, text)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Person.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q: %s", text, diff)
			}
		}
	})
}
