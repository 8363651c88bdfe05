package duplicate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// thrice adds a third record of the woman of twice(0): a cluster of three.
func (o *office) thrice() {
	o.Helper()
	a, _ := o.twice(0)
	o.card(registry.Card{Origin: registry.Origin{Source: "desa"}, Family: registry.Family{Village: midai, RT: "2", RW: "1"},
		People: []registry.Person{{Name: a.Name, Sex: a.Sex, BirthOn: a.BirthOn, BirthPrecision: registry.ByDay, MotherName: "ROKIAH", Relation: 1}}})
}

func TestAClusterIsDecidedPairByPairAndTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.thrice()
		before := o.people()
		if out := o.search(); out.Fresh != 3 {
			t.Fatalf("%+v", out)
		}
		list := o.queue(duplicate.Filter{})
		if list[0].Group != 3 || len(o.view(list[0].ID).Group) != 2 {
			t.Fatalf("%+v", list)
		}
		var n int
		o.must(officer("ani"), func(tx *db.Tx) error {
			var err error
			n, err = o.s.ConfirmGroup(t.Context(), tx, list[0].ID, "terdaftar_dua_kali")
			return err
		})
		if n != 2 || len(o.queue(duplicate.Filter{})) != 0 || len(o.people()) != len(before)-2 {
			t.Fatalf("%d merges, %d people, %d wait", n, len(o.people()), len(o.queue(duplicate.Filter{})))
		}
		for range n {
			if err := o.undo(officer("ani")); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("the registry differs after the undo:\n%s", diff)
		}
		if _, err := o.judge(officer("ani"), list[0].ID, duplicate.VerdictDifferent, ""); err != nil {
			t.Fatal(err)
		}
		err := d.Write(t.Context(), officer("ani"), func(tx *db.Tx) error {
			_, err := o.s.ConfirmGroup(t.Context(), tx, list[1].ID, "terdaftar_dua_kali")
			return err
		})
		if list[1].Group == 3 && keyOf(err) != "duplicate.group_apart" {
			t.Errorf("a group with two people in it was merged: %v", err)
		}
	})
}

// Whatever is said, confirmed, searched and taken back: the counts of the head
// are those of the lists, and taking everything back leaves the registry as it was.
func TestTheQueueAddsUpAndEverythingComesBack(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d)
	o.thrice()
	a, b := o.twice(1)
	o.receives(a, "PKH", 400_000)
	o.receives(b, "SEMBAKO", 200_000)
	o.search()
	people := []string{"ani", "budi", "kabid"}
	before := o.people()
	all := duplicate.Filter{States: []duplicate.State{duplicate.Open, duplicate.Field, duplicate.Proposed, duplicate.Same, duplicate.Different, duplicate.Left, duplicate.Gone}}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			who := officer(rapid.SampledFrom(people).Draw(rt, "who"))
			list := o.queue(all)
			s := list[rapid.IntRange(0, len(list)-1).Draw(rt, "which")].ID
			var err error
			switch rapid.IntRange(0, 5).Draw(rt, "deed") {
			case 0:
				_, err = o.judge(who, s, duplicate.VerdictSame, "")
			case 1:
				_, err = o.judge(who, s, duplicate.VerdictDifferent, "")
			case 2:
				_, err = o.judge(who, s, duplicate.VerdictField, "")
			case 3:
				_, err = o.confirm(who, s, rapid.Bool().Draw(rt, "agree"))
			case 4:
				err = o.undo(who)
			default:
				o.search()
			}
			if err != nil && keyOf(err) == err.Error() {
				rt.Fatal(err) // not a fault that people read
			}
			o.addsUp(rt, all)
		}
		for left := true; left; {
			left = false
			for _, name := range people {
				err := o.undo(officer(name))
				if key := keyOf(err); key != "" && key != "duplicate.nothing_to_undo" && key != "registry.unmerge_later" {
					rt.Fatalf("%s: %v", name, err)
				}
				left = left || err == nil
			}
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			rt.Fatalf("the registry differs after everything was taken back:\n%s", diff)
		}
	})
}

// addsUp compares the head of the queue with its lists.
func (o *office) addsUp(rt *rapid.T, all duplicate.Filter) {
	o.Helper()
	c, err := duplicate.CountsOf(o.Context(), o.d.Read(), whole(), duplicate.Filter{Reader: "kabid"})
	if err != nil {
		rt.Fatal(err)
	}
	byState := map[duplicate.State]int{}
	seen := map[id.Suspicion]bool{}
	for _, l := range o.queue(all) {
		byState[l.State]++
		seen[l.ID] = true
	}
	sum := 0
	for _, a := range c.Areas {
		sum += a.N
	}
	total := 0
	for _, n := range byState {
		total += n
	}
	if total != len(seen) || c.Open != byState[duplicate.Open]+byState[duplicate.Field] || c.Open != sum || c.Field != byState[duplicate.Field] ||
		c.Second != len(o.queue(duplicate.Filter{Second: true, Reader: "kabid"})) || c.Paying != len(o.queue(duplicate.Filter{Paying: true})) {
		rt.Fatalf("%+v beside %v", c, byState)
	}
}

func TestOnlyWhatChangedIsLookedAtAfterTheFirstSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.search()
		o.twice(2)
		out, err := o.s.Search(t.Context(), system(), false, nil)
		if err != nil || out.Whole || out.Fresh != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		m, err := registry.NewMatcher(t.Context(), d.Read(), "2103", registry.RegistrySource, civil.Date{})
		if err != nil {
			t.Fatal(err)
		}
		a, b := o.twice(3)
		families, err := registry.FamiliesByID(t.Context(), d.Read(), whole(), []id.Family{a.FamilyID, b.FamilyID})
		if err != nil {
			t.Fatal(err)
		}
		found, err := m.Neighbours(t.Context(), d.Read(), []registry.Person{a, b}, families)
		if err != nil || len(found[0]) != 1 || len(found[1]) != 1 || found[0][0].Person.ID != b.ID || found[1][0].Person.ID != a.ID {
			t.Fatalf("%d and %d neighbours, %v", len(found[0]), len(found[1]), err)
		}
		if found[0][0].Weight != found[1][0].Weight {
			t.Errorf("%.3f one way, %.3f the other", found[0][0].Weight, found[1][0].Weight)
		}
	})
}
