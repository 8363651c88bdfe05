package evidence_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/registry"
)

func (o *office) merge(keep, drop registry.Person, take ...string) id.Merge {
	o.Helper()
	var m id.Merge
	o.must(officer("kabid"), func(tx *db.Tx) error {
		var err error
		m, err = evidence.MergePeople(o.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, Take: take, Reason: "orang yang sama"})
		return err
	})
	return m
}

func (o *office) unmerge(m id.Merge) string {
	o.Helper()
	return o.as(officer("kabid"), func(tx *db.Tx) error { return evidence.Unmerge(o.Context(), tx, m, "ternyata keliru") })
}

func (o *office) matters(p registry.Person) []evidence.Line {
	o.Helper()
	list, err := evidence.Queue(o.Context(), o.d.Read(), whole(), evidence.Filter{}, 0, 100)
	if err != nil {
		o.Fatal(err)
	}
	var out []evidence.Line
	for _, l := range list {
		if l.Person == p.ID {
			out = append(out, l)
		}
	}
	return out
}

// What agencies said about either record is about the one person, and two open
// matters are one.
func TestEvidenceFollowsAMergeAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		keep, drop := o.wife(0), o.head(1)
		o.send("deaths", died(drop, "C", day(2026, 5, 2)), died(keep, "C", day(2026, 5, 2)))
		if len(o.matters(keep)) != 1 || len(o.matters(drop)) != 1 {
			t.Fatal("two people, two matters")
		}
		m := o.merge(keep, drop)
		total := len(o.matters(keep)) + len(o.matters(drop))
		if total != 1 || o.held(keep) != "evidence.hold.death" || o.held(drop) != "evidence.hold.death" {
			t.Errorf("one person has %d matters, held %q and %q", total, o.held(keep), o.held(drop))
		}
		facts, err := evidence.FactsOf(t.Context(), d.Read(), whole(), keep.ID, "")
		if err != nil || len(facts) != 2 {
			t.Errorf("%d facts, %v", len(facts), err)
		}
		known, err := evidence.Load(t.Context(), d.Read(), "2103", civil.Date{})
		if err != nil || known.People[keep.ID].Of(evidence.Death) != evidence.Stated || known.People[drop.ID].Of(evidence.Death) != evidence.Silent {
			t.Errorf("rules know %v, %v", known.People, err)
		}
		named := drop
		named.Name = keep.Name // another name under this number would be a person's to look at
		if _, items := o.send("deaths", died(named, "C", day(2026, 5, 2))); items[0].Outcome != "same" {
			t.Errorf("the same statement under the old number is %q", items[0].Outcome)
		}
		if got := o.unmerge(m); got != "" {
			t.Fatal(got)
		}
		if len(o.matters(keep)) != 1 || len(o.matters(drop)) != 1 {
			t.Errorf("apart again they have %d and %d matters", len(o.matters(keep)), len(o.matters(drop)))
		}
	})
}

// A matter about the record that was dropped is decided about the one that goes
// on, by two people, and neither may be of the family.
func TestADeathStatedOfTheOtherRecordEndsTheOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		keep, drop := o.wife(0), o.head(1)
		o.send("deaths", died(drop, "A", day(2026, 5, 2)))
		o.merge(keep, drop)
		l := o.matter(drop)
		if l.Name != keep.Name || l.Indication.Family != keep.FamilyID || o.family(0).Review != registry.ReviewOpen || o.family(1).Review != registry.ReviewClear {
			t.Errorf("the queue shows %s of family %s; review %q and %q", l.Name, l.Indication.Family, o.family(0).Review, o.family(1).Review)
		}
		detail, err := evidence.ByID(t.Context(), d.Read(), whole(), l.ID)
		if err != nil || detail.Record.ID != keep.ID || len(detail.Facts) != 1 || detail.Family.ID != keep.FamilyID {
			t.Errorf("the case shows %+v, %v", detail.Record, err)
		}
		if got := o.decide(first, drop, true) + o.confirm(second, drop, true); got != "" {
			t.Fatal(got)
		}
		if p := o.person(keep); p.Life != registry.Dead || p.LifeOn != day(2026, 5, 2) {
			t.Errorf("the registry says %s on %s", p.Life, p.LifeOn)
		}
		if o.held(keep) != "evidence.hold.dead" || o.held(drop) != "evidence.hold.dead" {
			t.Errorf("held as %q and %q", o.held(keep), o.held(drop))
		}
	})
}

// A family that a merge leaves empty goes on in the other, with what it receives.
func TestAidFollowsAMerge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("bnba", aided(o.head(0), "PKH", 0), aided(o.head(1), "SEMBAKO", 200_000))
		var m id.Merge
		o.must(officer("kabid"), func(tx *db.Tx) error {
			var err error
			m, err = evidence.MergeFamilies(t.Context(), tx, registry.FamilyMerge{Keep: o.homes[0].Family.ID, Drop: o.homes[1].Family.ID, Reason: "satu keluarga"})
			return err
		})
		if f := o.family(0); f.Receives != "PKH SEMBAKO" || f.Members != 4 {
			t.Errorf("together they are %d and receive %q", f.Members, f.Receives)
		}
		receives, err := evidence.ReceivesOf(t.Context(), d.Read(), "2103", []id.Family{o.homes[1].Family.ID}, day(2026, 11, 22))
		if diff := cmp.Diff("PKH SEMBAKO", receives[o.homes[1].Family.ID]); diff != "" || err != nil {
			t.Error(diff, err)
		}
		cells, err := registry.Tallies(t.Context(), d.Read(), whole())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if c.Families != 1 {
				t.Errorf("%+v", c)
			}
		}
		if got := o.unmerge(m); got != "" {
			t.Fatal(got)
		}
		if a, b := o.family(0), o.family(1); a.Receives != "PKH" || b.Receives != "SEMBAKO" || a.Members != 2 || b.Members != 2 {
			t.Errorf("apart again they receive %q and %q", a.Receives, b.Receives)
		}
	})
}

func TestASplitTakesItsFactsAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		old := o.wife(0)
		o.send("deaths", died(old, "B", day(2026, 5, 2)))
		facts, err := evidence.FactsOf(t.Context(), d.Read(), whole(), old.ID, "")
		if err != nil || len(facts) != 1 {
			t.Fatal(facts, err)
		}
		var m id.Merge
		var other id.Person
		split := func(tx *db.Tx) error {
			var err error
			m, other, err = evidence.SplitPerson(t.Context(), tx, registry.Split{From: old.ID, New: registry.Person{Name: "SITI AMINAH B", NIK: old.NIK, Village: sedap},
				Clear: []string{"nik"}, Reason: "dua orang dalam satu baris"}, []id.Fact{facts[0].ID})
			return err
		}
		o.must(officer("kabid"), split)
		if o.held(old) != "" || o.held(registry.Person{ID: other}) != "evidence.hold.death" || len(o.matters(old)) != 0 {
			t.Errorf("held as %q and %q", o.held(old), o.held(registry.Person{ID: other}))
		}
		if got := o.unmerge(m); got != "" {
			t.Fatal(got)
		}
		if o.held(old) != "evidence.hold.death" || len(o.matters(old)) != 1 || o.family(0).Review != registry.ReviewOpen {
			t.Errorf("one again: held as %q, review %q", o.held(old), o.family(0).Review)
		}
		if got := o.decide(first, old, true); got != "" {
			t.Fatal(got)
		}
		if got := o.as(officer("kabid"), split); got != "evidence.split_decided" {
			t.Errorf("a fact under decision went along: %q", got)
		}
	})
}
