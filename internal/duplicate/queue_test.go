package duplicate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/id"
	"tepat/internal/registry"
)

func TestASearchAsksOnceAndKeepsWhatPeopleSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.twice(0)
		if out := o.search(); out.Fresh != 1 || out.Found != 1 || out.People != 26 {
			t.Fatalf("%+v", out)
		}
		list := o.queue(duplicate.Filter{})
		if len(list) != 1 || list[0].NameA != a.Name || list[0].NameB != b.Name || list[0].Impact != duplicate.NoAid {
			t.Fatalf("%+v", list)
		}
		if out := o.search(); out.Fresh != 0 || out.Withdrawn != 0 || len(o.queue(duplicate.Filter{})) != 1 {
			t.Fatalf("asked again: %+v", out)
		}
		if _, err := o.judge(officer("ani"), list[0].ID, duplicate.VerdictDifferent, ""); err != nil {
			t.Fatal(err)
		}
		if out := o.search(); out.Fresh != 0 || len(o.queue(duplicate.Filter{})) != 0 {
			t.Fatalf("a decision did not hold: %+v", out)
		}
		o.must(system(), func(tx *db.Tx) error {
			people, err := registry.PeopleByID(t.Context(), tx, whole(), []id.Person{b.ID})
			if err != nil {
				return err
			}
			p := people[b.ID]
			p.MotherName = "ROKIAH"
			_, err = registry.CorrectPerson(t.Context(), tx, p, "sesuai KK")
			return err
		})
		if out := o.search(); out.Fresh != 1 || len(o.queue(duplicate.Filter{})) != 1 {
			t.Fatalf("a changed record is not asked about: %+v", out)
		}
	})
}

func TestSameMergesAtOnceWhereNoMoneyHangsOnItAndComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.twice(0)
		o.search()
		before := o.people()
		s := o.queue(duplicate.Filter{})[0].ID
		v := o.view(s)
		if v.Second || !v.A.Keeps || v.Headline.Key == "" || len(v.For) == 0 || len(v.Fields) != 8 {
			t.Fatalf("%+v", v)
		}
		if state, err := o.judge(officer("ani"), s, duplicate.VerdictSame, ""); err != nil || state != duplicate.Same {
			t.Fatal(state, err)
		}
		people, err := registry.PeopleByID(t.Context(), d.Read(), whole(), []id.Person{a.ID, b.ID})
		if err != nil || people[b.ID].MergedInto != a.ID || people[a.ID].MergedInto != "" {
			t.Fatalf("%q, %v", people[b.ID].MergedInto, err)
		}
		if len(o.queue(duplicate.Filter{Mine: true, Reader: "ani"})) != 1 {
			t.Error("what ani decided is not listed")
		}
		if key := keyOf(o.undo(officer("budi"))); key != "duplicate.nothing_to_undo" {
			t.Errorf("somebody else undid it: %s", key)
		}
		if err := o.undo(officer("ani")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("the registry differs after the undo:\n%s", diff)
		}
		if list := o.queue(duplicate.Filter{}); len(list) != 1 || list[0].State != duplicate.Open {
			t.Errorf("%+v", list)
		}
	})
}

func TestWhereMoneyHangsOnItASecondPersonConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.twice(0)
		o.receives(a, "PKH", 400_000)
		o.receives(b, "BLT-DD", 300_000)
		o.search()
		before := o.people()
		line := o.queue(duplicate.Filter{Paying: true})[0]
		if line.Impact != duplicate.BothSides || line.Monthly != 300_000 || line.Programs != 2 {
			t.Fatalf("%+v", line)
		}
		if state, err := o.judge(officer("ani"), line.ID, duplicate.VerdictSame, ""); err != nil || state != duplicate.Proposed {
			t.Fatal(state, err)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Fatalf("one person merged:\n%s", diff)
		}
		if _, err := o.confirm(officer("ani"), line.ID, true); keyOf(err) != "duplicate.own_verdict" {
			t.Fatal(err)
		}
		if len(o.queue(duplicate.Filter{Second: true, Reader: "ani"})) != 0 || len(o.queue(duplicate.Filter{Second: true, Reader: "kabid"})) != 1 {
			t.Error("it waits for the wrong person")
		}
		if state, err := o.confirm(officer("kabid"), line.ID, true); err != nil || state != duplicate.Same {
			t.Fatal(state, err)
		}
		if key := keyOf(o.undo(officer("ani"))); key != "duplicate.nothing_to_undo" {
			t.Errorf("the first person undid what the second confirmed: %s", key)
		}
		if err := o.undo(officer("kabid")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("the registry differs after the undo:\n%s", diff)
		}
		if v := o.view(line.ID); v.State != duplicate.Proposed || v.JudgedName != "ani" {
			t.Errorf("%s by %s", v.State, v.JudgedName)
		}
		if state, err := o.confirm(officer("kabid"), line.ID, false); err != nil || state != duplicate.Open {
			t.Fatal(state, err)
		}
	})
}

func TestALockKeepsOthersFromTheSameWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.twice(0)
		o.twice(1)
		o.search()
		list := o.queue(duplicate.Filter{})
		s := list[0].ID
		mine, err := o.s.Take(t.Context(), officer("ani"), s)
		if err != nil || !mine.Mine {
			t.Fatal(mine, err)
		}
		theirs, err := o.s.Take(t.Context(), officer("budi"), s)
		if err != nil || theirs.Mine || theirs.Name != "ani" {
			t.Fatal(theirs, err)
		}
		if _, err := o.judge(officer("budi"), s, duplicate.VerdictDifferent, ""); keyOf(err) != "duplicate.locked" {
			t.Fatal(err)
		}
		if line := o.queue(duplicate.Filter{Reader: "budi", Today: now(), Now: now()})[0]; line.Lock.Name != "ani" || line.Lock.Mine {
			t.Errorf("%+v", line.Lock)
		}
		next, found, err := duplicate.Next(t.Context(), d.Read(), whole(), duplicate.Filter{Reader: "budi", Today: now(), Now: now()}, "")
		if err != nil || !found || next == s {
			t.Fatalf("budi is led to %s, %v", next, err)
		}
		if err := o.s.Skip(t.Context(), officer("ani"), s); err != nil {
			t.Fatal(err)
		}
		if _, err := o.judge(officer("budi"), s, duplicate.VerdictDifferent, ""); err != nil {
			t.Fatal(err)
		}
		c, err := duplicate.CountsOf(t.Context(), d.Read(), whole(), duplicate.Filter{Reader: "budi", Today: now()})
		if err != nil || c.Open != 1 || c.Mine != 1 {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestAFarVillageDoesNotSeeThePair(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.twice(0)
		o.search()
		s := o.queue(duplicate.Filter{})[0].ID
		far := officer("jauh", sedap.Kecamatan())
		if list, _, err := duplicate.Queue(t.Context(), d.Read(), far.Scope, duplicate.Filter{}, "", 10); err != nil || len(list) != 0 {
			t.Errorf("%d seen from elsewhere, %v", len(list), err)
		}
		err := d.Write(t.Context(), far, func(tx *db.Tx) error {
			_, err := o.s.Judge(t.Context(), tx, s, duplicate.Judgement{Verdict: duplicate.VerdictSame, Reason: "ejaan_nama", Version: 1})
			return err
		})
		if keyOf(err) != "duplicate.gone" {
			t.Errorf("judged from elsewhere: %v", err)
		}
	})
}

func TestPagesOfTheQueueMeetEveryPairOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		for n := range 7 {
			a, b := o.twice(n)
			if n%3 == 0 {
				o.receives(a, "PKH", 400_000)
			}
			if n == 3 {
				o.receives(b, "BLT-DD", 300_000)
			}
		}
		o.search()
		all := o.queue(duplicate.Filter{})
		if len(all) != 7 || all[0].Impact != duplicate.BothSides {
			t.Fatalf("%d pairs, first %+v", len(all), all[0])
		}
		var got []duplicate.Line
		for after := duplicate.Cursor(""); ; {
			page, next, err := duplicate.Queue(t.Context(), d.Read(), whole(), duplicate.Filter{}, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page...)
			if after = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(all, got, cmpopts.EquateComparable(db.Time{})); diff != "" {
			t.Errorf("pages differ from the whole:\n%s", diff)
		}
		at := all[0].ID
		for i := 1; i <= len(all); i++ {
			next, found, err := duplicate.Next(t.Context(), d.Read(), whole(), duplicate.Filter{}, at)
			if err != nil || !found || next != all[i%len(all)].ID {
				t.Fatalf("step %d leads to %s, %v", i, next, err)
			}
			back, _, err := duplicate.Previous(t.Context(), d.Read(), whole(), duplicate.Filter{}, next)
			if err != nil || i < len(all) && back != at {
				t.Fatalf("step back from %d leads to %s, %v", i, back, err)
			}
			at = next
		}
	})
}
