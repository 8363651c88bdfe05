package registry_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

func merge(t *testing.T, d *db.DB, keep, drop registry.Person, take ...string) id.Merge {
	t.Helper()
	var m id.Merge
	err := write(t, d, func(tx *db.Tx) error {
		var err error
		m, err = registry.MergePeople(t.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, Take: take, Reason: "orang yang sama"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func unmerge(t *testing.T, d *db.DB, m id.Merge) error {
	t.Helper()
	return write(t, d, func(tx *db.Tx) error { return registry.Unmerge(t.Context(), tx, m, "ternyata keliru") })
}

func person(t *testing.T, d *db.DB, p id.Person) registry.Person {
	t.Helper()
	out, err := registry.PersonByID(t.Context(), d.Read(), whole(), p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func faultKey(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	return ""
}

// A woman stands in the registry twice: once on her husband's card, once alone
// with another number. One record goes on and whatever names the other finds it.
func TestOneOfTwoRecordsGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		alone := card(2, midai, "ST. AMINAH", "")
		alone.People = alone.People[:1]
		alone.People[0].Occupation, alone.People[0].Sex = "NELAYAN", nik.Female
		cs := register(t, d, card(1, midai, "JUMADI", "SITI AMINAH"), alone)
		keep, drop := cs[0].People[1], cs[1].People[0]
		m := merge(t, d, keep, drop, "birth_on")
		sound(t, d)
		now, gone := person(t, d, keep.ID), person(t, d, drop.ID)
		if now.Name != "SITI AMINAH" || now.NIK != keep.NIK || now.BirthOn != drop.BirthOn || now.Occupation != "NELAYAN" || now.MotherName != "ROHANI" {
			t.Errorf("the record that goes on is %+v", now)
		}
		if gone.MergedInto != keep.ID || gone.FamilyID != "" || gone.NIK != drop.NIK {
			t.Errorf("the other record is %+v", gone)
		}
		closed, err := registry.FamilyByID(t.Context(), d.Read(), whole(), cs[1].Family.ID)
		if err != nil || closed.MergedInto != cs[0].Family.ID || closed.Members != 0 {
			t.Errorf("her own card was left empty and is %+v, %v", closed, err)
		}
		found(t, d, drop.NIK, cs[1].Family.KK, keep.ID, cs[0].Family.ID)
		list, err := registry.FamilyList(t.Context(), d.Read(), whole(), registry.Filter{}, 0, 10)
		if err != nil || len(list) != 1 {
			t.Errorf("the list shows %d families, %v", len(list), err)
		}
		same, err := registry.SamePerson(t.Context(), d.Read(), "2103", drop.ID)
		if diff := cmp.Diff([]id.Person{keep.ID, drop.ID}, same); diff != "" || err != nil {
			t.Error(diff, err)
		}
		acts, err := registry.Merges(t.Context(), d.Read(), "2103", string(keep.ID))
		if err != nil || len(acts) != 1 || !acts[0].Standing() || !slices.Equal(acts[0].Conflicts, []string{"nik", "name", "birth_on", "family_id"}) {
			t.Errorf("the history says %+v, %v", acts, err)
		}
		if err := unmerge(t, d, m); err != nil {
			t.Fatal(err)
		}
		sound(t, d)
		people, err := registry.PeopleByNIK(t.Context(), d.Read(), "2103", []nik.NIK{drop.NIK, keep.NIK})
		if err != nil || people[drop.NIK].ID != drop.ID || people[keep.NIK].ID != keep.ID || people[drop.NIK].FamilyID != cs[1].Family.ID {
			t.Errorf("apart again they are %+v, %v", people, err)
		}
		if err := unmerge(t, d, m); faultKey(err) != "registry.unmerge_done" {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// found asks every lookup for the numbers that a merge left behind.
func found(t *testing.T, d *db.DB, n nik.NIK, kk nik.KK, want id.Person, home id.Family) {
	t.Helper()
	people, err := registry.PeopleByNIK(t.Context(), d.Read(), "2103", []nik.NIK{n})
	if err != nil || people[n].ID != want {
		t.Errorf("the number of the other record leads to %q, %v", people[n].ID, err)
	}
	cards, err := registry.FamiliesByKK(t.Context(), d.Read(), "2103", []nik.KK{kk})
	if err != nil || cards[kk].ID != home {
		t.Errorf("the card of the other record leads to %q, %v", cards[kk].ID, err)
	}
	for _, text := range []string{n.Reveal(), kk.Reveal(), "siti"} {
		hits, err := registry.Search(t.Context(), d.Read(), whole(), text)
		if err != nil || !slices.ContainsFunc(hits, func(f registry.Found) bool { return f.Person.ID == want }) {
			t.Errorf("search does not find her, %d hits, %v", len(hits), err)
		}
		for _, h := range hits {
			if h.Person.MergedInto != "" {
				t.Errorf("search shows %s, who was merged away", h.Person.Name)
			}
		}
	}
}

func TestChainsOfMergesLeadToTheLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "SITI", "A"), card(2, midai, "ST. SITI", "B"), card(3, sedap, "SITTI", "C"))
		a, b, c := cs[0].People[0], cs[1].People[0], cs[2].People[0]
		first := merge(t, d, b, c)
		second := merge(t, d, a, b, "nik")
		sound(t, d)
		people, err := registry.PeopleByNIK(t.Context(), d.Read(), "2103", []nik.NIK{a.NIK, b.NIK, c.NIK})
		for _, n := range []nik.NIK{a.NIK, b.NIK, c.NIK} {
			if people[n].ID != a.ID || err != nil {
				t.Errorf("%s leads to %q, %v", n, people[n].ID, err)
			}
		}
		to, err := registry.Resolve(t.Context(), d.Read(), "2103", []id.Person{a.ID, b.ID, c.ID})
		if diff := cmp.Diff(registry.Forward{b.ID: a.ID, c.ID: a.ID}, to); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if err := unmerge(t, d, first); faultKey(err) != "registry.unmerge_later" {
			t.Errorf("the first of two was undone before the second: %v", err)
		}
		for _, m := range []id.Merge{second, first} {
			if err := unmerge(t, d, m); err != nil {
				t.Fatal(err)
			}
			sound(t, d)
		}
	})
}

func TestDeathIsNeverMergedAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "HASAN", "A"), card(2, midai, "HASAN", "B"))
		keep, drop := cs[0].People[0], cs[1].People[0]
		day := civil.Date{Year: 2026, Month: 3, Day: 1}
		err := write(t, d, func(tx *db.Tx) error {
			return cmpErr(registry.SetLife(t.Context(), tx, drop.ID, registry.Dead, day, registry.Origin{Source: "evidence"}), tx.Record("test", "", "", nil))
		})
		if err != nil {
			t.Fatal(err)
		}
		m := merge(t, d, keep, drop)
		if p := person(t, d, keep.ID); p.Life != registry.Dead || p.LifeOn != day {
			t.Errorf("he is %s since %s", p.Life, p.LifeOn)
		}
		sound(t, d)
		// "Hidupkan" after the merge speaks of who goes on, whichever record is named.
		err = write(t, d, func(tx *db.Tx) error {
			return cmpErr(registry.SetLife(t.Context(), tx, drop.ID, registry.Alive, civil.Date{}, registry.Origin{Source: "evidence"}), tx.Record("test", "", "", nil))
		})
		if p := person(t, d, keep.ID); err != nil || p.Life != registry.Alive {
			t.Errorf("he is %s, %v", p.Life, err)
		}
		if err := unmerge(t, d, m); err != nil || person(t, d, keep.ID).Life != registry.Alive || person(t, d, drop.ID).Life != registry.Dead {
			t.Errorf("apart again: %v", err)
		}
	})
}

func TestMergesKeepToAreasFamiliesAndVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "SITI", "A"), card(2, sedap, "SITI", "B"), card(3, midai, "SITI", "C"))
		a, b, c := cs[0].People[0], cs[1].People[0], cs[2].People[0]
		actor := dbtest.Actor("2103")
		actor.User = "u1"
		relative(t, d, actor, c.NIK)
		local := actor
		local.Scope = region.NewScope("2103", midai.Kecamatan())
		for name, x := range map[string]struct {
			actor db.Actor
			merge registry.PersonMerge
			want  string
		}{
			"outside":    {local, registry.PersonMerge{Keep: a.ID, Drop: b.ID, Reason: "orang sama"}, "registry.person_gone"},
			"own family": {actor, registry.PersonMerge{Keep: a.ID, Drop: c.ID, Reason: "orang sama"}, "account.own_family"},
			"itself":     {actor, registry.PersonMerge{Keep: a.ID, Drop: a.ID, Reason: "orang sama"}, "registry.merge_itself"},
			"no reason":  {actor, registry.PersonMerge{Keep: a.ID, Drop: b.ID}, "registry.reason_missing"},
			"old":        {actor, registry.PersonMerge{Keep: a.ID, Drop: b.ID, DropVersion: 7, Reason: "orang sama"}, "registry.changed_meanwhile"},
			"no field":   {actor, registry.PersonMerge{Keep: a.ID, Drop: b.ID, Take: []string{"version"}, Reason: "orang sama"}, "registry.merge_field"},
		} {
			err := d.Write(t.Context(), x.actor, func(tx *db.Tx) error {
				_, err := registry.MergePeople(t.Context(), tx, x.merge)
				return err
			})
			if faultKey(err) != x.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		m := merge(t, d, a, b)
		err := d.Write(t.Context(), local, func(tx *db.Tx) error { return registry.Unmerge(t.Context(), tx, m, "ternyata keliru") })
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("undone by who may not see one of the two: %v", err)
		}
		again := func() error {
			return write(t, d, func(tx *db.Tx) error {
				_, err := registry.MergePeople(t.Context(), tx, registry.PersonMerge{Keep: c.ID, Drop: b.ID, Reason: "orang sama"})
				return err
			})
		}
		if err := again(); faultKey(err) != "registry.merged_away" {
			t.Errorf("merged away twice: %v", err)
		}
		edit := person(t, d, b.ID)
		edit.Name = "LAIN"
		err = write(t, d, func(tx *db.Tx) error {
			_, err := registry.CorrectPerson(t.Context(), tx, edit, "salah ketik")
			return err
		})
		if faultKey(err) != "registry.merged_away" {
			t.Errorf("a record that was merged away was edited: %v", err)
		}
	})
}

// relative declares the bearer of n a relative of the actor.
func relative(t *testing.T, d *db.DB, actor db.Actor, n nik.NIK) {
	t.Helper()
	err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk, password_hash, active,
			must_change, lang, version, created_at, changed_at) VALUES ($1, $2, 'u', 'U', 'operator', '', '', '', '', '', '', 1, 0, '', 1, $3, $3)`,
			actor.Regency(), string(actor.User), tx.Now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), actor, func(tx *db.Tx) error {
		return account.DeclareRelative(t.Context(), tx, account.Relative{NIK: n, Relation: "sibling"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALaterChangeStandsInTheWayOfUndoing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "SITI", "A"), card(2, midai, "ST. AMINAH", "B"))
		keep, drop := cs[0].People[0], cs[1].People[0]
		m := merge(t, d, keep, drop, "name")
		rename := func(name string) {
			t.Helper()
			p := person(t, d, keep.ID)
			p.Name = name
			err := write(t, d, func(tx *db.Tx) error { _, err := registry.CorrectPerson(t.Context(), tx, p, "sesuai KK"); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		other := person(t, d, keep.ID)
		other.Occupation = "PETANI" // a field that the merge left alone
		if err := write(t, d, func(tx *db.Tx) error {
			_, err := registry.CorrectPerson(t.Context(), tx, other, "sesuai KK")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		rename("SITI AMINAH")
		err := unmerge(t, d, m)
		f := fault.From(err)
		if faultKey(err) != "registry.unmerge_changed" || f.Args[0] != "ST. AMINAH" || f.Args[2] != "name" {
			t.Fatalf("the change of the name was lost: %v", err)
		}
		rename("ST. AMINAH")
		if err := unmerge(t, d, m); err != nil {
			t.Fatal(err)
		}
		if p := person(t, d, keep.ID); p.Name != "SITI" || p.Occupation != "PETANI" {
			t.Errorf("apart again she is %s, %s", p.Name, p.Occupation)
		}
		sound(t, d)
	})
}

func TestAnImportIsNotTakenFromUnderAMerge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, withBatch(card(1, midai, "SITI", "A"), "b8"), withBatch(card(2, midai, "ST. SITI", "B"), "b9"))
		m := merge(t, d, cs[0].People[0], cs[1].People[0])
		undo := func(batch id.Batch) error {
			return write(t, d, func(tx *db.Tx) error {
				_, err := registry.UndoBatch(t.Context(), tx, batch)
				return cmpErr(err, tx.Record("test", "", "", nil))
			})
		}
		for batch, other := range map[id.Batch]string{"b8": "ST. SITI", "b9": "SITI"} {
			err := undo(batch)
			if f := fault.From(err); faultKey(err) != "registry.undo_merged" || f.Args[1] != other {
				t.Errorf("%s: %v", batch, err)
			}
		}
		if err := unmerge(t, d, m); err != nil {
			t.Fatal(err)
		}
		if err := undo("b9"); err != nil {
			t.Fatal(err)
		}
		sound(t, d)
	})
}

func TestFamiliesAreMergedWithTheirPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, two := card(1, midai, "JUMADI", "SITI"), card(2, sedap, "DJUMADI", "NUR")
		two.Family.Desil = 3
		cs := register(t, d, one, two)
		var m id.Merge
		err := write(t, d, func(tx *db.Tx) error {
			var err error
			m, err = registry.MergeFamilies(t.Context(), tx, registry.FamilyMerge{Keep: cs[0].Family.ID, Drop: cs[1].Family.ID, Take: []string{"kk", "address"}, Reason: "satu keluarga"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sound(t, d)
		f, err := registry.FamilyByID(t.Context(), d.Read(), whole(), cs[0].Family.ID)
		if err != nil || f.Members != 4 || f.HeadName != "JUMADI" || f.KK != cs[1].Family.KK || f.Desil != 3 {
			t.Errorf("together they are %+v, %v", f, err)
		}
		if p := person(t, d, cs[1].People[0].ID); p.Relation != 0 || p.FamilyID != f.ID {
			t.Errorf("the head of the other is %+v", p)
		}
		for _, c := range cs {
			for _, p := range c.People {
				if at := person(t, d, p.ID).Village; at != sedap {
					t.Errorf("the family lives in %s, %s in %s", f.Village, p.Name, at)
				}
			}
		}
		cards, err := registry.FamiliesByKK(t.Context(), d.Read(), "2103", []nik.KK{cs[0].Family.KK, cs[1].Family.KK})
		if err != nil || cards[cs[0].Family.KK].ID != f.ID || cards[cs[1].Family.KK].ID != f.ID {
			t.Errorf("the cards lead to %+v, %v", cards, err)
		}
		if err := unmerge(t, d, m); err != nil {
			t.Fatal(err)
		}
		sound(t, d)
	})
}

// A file put two people into one record; the other one gets his own, with the
// number, the old card and the place in the family that are his.
func TestAWronglyJoinedPersonIsTakenApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := register(t, d, card(1, midai, "JUMADI", "SITI"))[0]
		old := c.People[1]
		spans, err := registry.Memberships(t.Context(), d.Read(), "2103", old.ID)
		if err != nil {
			t.Fatal(err)
		}
		var m id.Merge
		var other id.Person
		err = write(t, d, func(tx *db.Tx) error {
			var err error
			m, other, err = registry.SplitPerson(t.Context(), tx, registry.Split{From: old.ID, Version: old.Version,
				New: registry.Person{Name: "SITI  ROHANI", NIK: old.NIK, Village: sedap}, Clear: []string{"nik", "mother_name"},
				Memberships: []id.Membership{spans[0].ID}, Reason: "dua orang dalam satu baris"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		sound(t, d)
		was, is := person(t, d, old.ID), person(t, d, other)
		if was.NIK != "" || was.FamilyID != "" || was.MotherName != "" || is.NIK != old.NIK || is.FamilyID != c.Family.ID || is.Relation != registry.Wife || is.Name != "SITI ROHANI" {
			t.Errorf("apart they are %+v and %+v", was, is)
		}
		if err := unmerge(t, d, m); err != nil {
			t.Fatal(err)
		}
		sound(t, d)
		if p := person(t, d, old.ID); p.NIK != old.NIK || p.FamilyID != c.Family.ID {
			t.Errorf("one again he is %+v", p)
		}
		if _, err := registry.PersonByID(t.Context(), d.Read(), whole(), other); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the other record is still there: %v", err)
		}
	})
}

// Officers merge the same people in all directions at once: nobody ends up
// merged into himself by way of another.
func TestMergesAtOnceMakeNoCircle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "SITI", "A"), card(2, midai, "SITI", "B"), lone(3), lone(4))
		var wg sync.WaitGroup
		for i := range 12 {
			keep, drop := cs[i%4].People[0], cs[(i+1+i/4)%4].People[0]
			wg.Go(func() {
				err := d.Write(t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
					_, err := registry.MergePeople(t.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, Reason: "orang sama"})
					return err
				})
				if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.Invalid && k != fault.Unavailable {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sound(t, d)
		people, families, err := registry.Forwards(t.Context(), d.Read(), "2103")
		if err != nil || len(people) == 0 || len(people) == 4 {
			t.Fatalf("%d of 4 lead elsewhere, %v", len(people), err)
		}
		for from, to := range people {
			if people[to] != "" {
				t.Errorf("%s leads to %s, who leads on", from, to)
			}
		}
		for from, to := range families {
			if families[to] != "" {
				t.Errorf("family %s leads to %s, which leads on", from, to)
			}
		}
	})
}

func TestNobodyPutsAPersonBackIntoHisOwnFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cs := register(t, d, card(1, midai, "SITI", "A"), card(2, midai, "ST. AMINAH", "B"))
		actor := dbtest.Actor("2103")
		actor.User = "u1"
		relative(t, d, actor, cs[1].People[1].NIK)
		m := merge(t, d, cs[0].People[0], cs[1].People[0])
		err := d.Write(t.Context(), actor, func(tx *db.Tx) error { return registry.Unmerge(t.Context(), tx, m, "ternyata keliru") })
		if faultKey(err) != "account.own_family" {
			t.Errorf("undone by a relative of the family that gets its member back: %v", err)
		}
	})
}
