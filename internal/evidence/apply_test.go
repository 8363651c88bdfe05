package evidence_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

func registryKK(s string) nik.KK { return nik.KK(s) }

func TestAServantIsAMatterOnlyWhereTheFamilyIsAided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("asn", row(o.wife(0)), row(o.wife(1)))
		if _, found := o.find(o.wife(0)); found {
			t.Fatal("a servant without aid became a matter")
		}
		o.send("bnba", aided(o.head(0), "PKH", 600_000), aided(o.head(0), "bpnt", 600_000))
		m := o.matter(o.wife(0))
		if m.Programs != "PKH SEMBAKO" || m.Amount != 1_200_000 || m.Severity != evidence.LookFirst || o.held(o.wife(0)) != "" {
			t.Fatalf("the matter stands as %+v, held %q", m, o.held(o.wife(0)))
		}
		if f := o.family(0); f.Receives != "PKH SEMBAKO" || f.Review != registry.ReviewOpen {
			t.Fatalf("the family stands as %q, %q", f.Receives, f.Review)
		}
		if _, found := o.find(o.wife(1)); found {
			t.Fatal("the family without aid got a matter")
		}
		o.must(system(), func(tx *db.Tx) error {
			n, err := evidence.Watch(t.Context(), tx, []id.Family{o.homes[1].Family.ID})
			if n != 1 || err != nil {
				t.Errorf("watching a candidate opened %d, %v", n, err)
			}
			return tx.Record("test", "", "", nil)
		})
		o.send("bnba", aided(o.head(2), "PKH", 1))
		if m := o.matter(o.wife(1)); m.State != evidence.Indicated {
			t.Fatal("the watched matter went away")
		}
		o.decide(first, o.wife(0), true)
		if o.held(o.wife(0)) != "evidence.hold.asn" {
			t.Fatalf("held as %q after somebody looked", o.held(o.wife(0)))
		}
		o.confirm(second, o.wife(0), true)
		if o.person(o.wife(0)).Life != registry.Alive {
			t.Fatal("a confirmed servant is not dead")
		}
	})
}

func TestRowsComeOutOneWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("deaths", died(o.head(0), "A", day(2026, 5, 2)))
		stranger := intake.Record{NIK: number(77), Name: "TIDAK DIKENAL", Village: midai}
		other := died(o.head(1), "A", day(2026, 5, 2))
		other.Name = "ROSMIATI"
		cases := []struct {
			name string
			row  intake.Record
			want intake.Outcome
			key  string
		}{
			{"known statement", died(o.head(0), "A", day(2026, 5, 2)), intake.Same, ""},
			{"stranger", stranger, intake.Look, "evidence.unknown_person"},
			{"same number, other name", other, intake.Look, ""},
			{"no grade", died(o.head(1), "", day(2026, 5, 2)), intake.Ready, "evidence.grade_assumed"},
			{"odd grade", died(o.head(1), "Z", day(2026, 5, 2)), intake.Fix, "evidence.grade_unknown"},
			{"tomorrow", died(o.head(1), "A", day(2027, 5, 2)), intake.Fix, "evidence.death_future"},
			{"before birth", died(o.head(1), "A", day(1950, 5, 2)), intake.Fix, "evidence.death_before_birth"},
			{"no day", died(o.head(1), "A", civil.Date{}), intake.Ready, "evidence.death_undated"},
			{"twice in the file", died(o.head(1), "A", civil.Date{}), intake.Same, "evidence.death_undated"},
		}
		rows := make([]intake.Record, len(cases))
		for n, c := range cases {
			rows[n] = c.row
		}
		items := o.check(intake.Batch{ID: "b", Sender: "Dukcapil", Layout: "deaths", Village: midai, CreatedAt: db.TimeOf(dbtest.Epoch)}.Within(whole()), rows)
		for n, c := range cases {
			key := ""
			for _, f := range items[n].Findings {
				key = f.Key
			}
			if items[n].Outcome != c.want || key != c.key {
				t.Errorf("%s: %s with %q, want %s with %q", c.name, items[n].Outcome, key, c.want, c.key)
			}
		}
	})
}

func TestAidIsNotedByCardWhenTheNumberIsLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		carer := intake.Record{Name: "Siti Aminah", KK: o.homes[0].Family.KK, Program: "PKH", Village: midai}
		nobody := intake.Record{Name: "ENTAH SIAPA", KK: o.homes[1].Family.KK, Program: "PKH", Village: midai}
		_, items := o.send("bnba", carer, nobody)
		if items[0].Note != string(o.wife(0).ID) || items[1].Note != string(o.homes[1].Family.ID) {
			t.Fatalf("noted for %q and %q", items[0].Note, items[1].Note)
		}
		if o.family(0).Receives != "PKH" || o.family(1).Receives != "PKH" {
			t.Fatalf("standing %q and %q", o.family(0).Receives, o.family(1).Receives)
		}
	})
}

func TestUndoTakesOutWhatNobodyDecidedOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("asn", row(o.wife(0)))
		aid, _ := o.send("bnba", aided(o.head(0), "PKH", 600_000))
		deaths, _ := o.send("deaths", died(o.head(1), "B", day(2026, 5, 2)))
		again, _ := o.send("deaths", died(o.head(1), "A", day(2026, 5, 2)))
		undo := func(b intake.Batch) string {
			return o.as(system(), func(tx *db.Tx) error {
				if err := (evidence.Applier{}).Undo(t.Context(), tx, b); err != nil {
					return err
				}
				return tx.Record("import.undone", string(b.ID), "", nil)
			})
		}
		if got := undo(aid); got != "" {
			t.Fatal(got)
		}
		if _, found := o.find(o.wife(0)); found || o.family(0).Receives != "" || o.family(0).Review != registry.ReviewClear {
			t.Fatalf("after undo: matter %t, receives %q, review %q", found, o.family(0).Receives, o.family(0).Review)
		}
		if got := undo(again); got != "" {
			t.Fatal(got)
		}
		if m := o.matter(o.head(1)); m.Grade != evidence.GradeB {
			t.Fatalf("the matter now cites %s", m.Grade)
		}
		o.decide(first, o.head(1), true)
		if got := undo(deaths); got != "evidence.undo_decided" {
			t.Fatalf("a decision lost its evidence: %q", got)
		}
		m := o.matter(o.head(1))
		o.must(first, func(tx *db.Tx) error { return evidence.Withdraw(t.Context(), tx, m.ID) })
		if got := undo(deaths); got != "" {
			t.Fatal(got)
		}
		if _, found := o.find(o.head(1)); found || o.held(o.head(1)) != "" {
			t.Fatal("the matter outlived its evidence")
		}
		facts, err := evidence.FactsOf(t.Context(), d.Read(), whole(), o.head(1).ID, o.homes[1].Family.ID)
		if err != nil || len(facts) != 0 {
			t.Fatalf("%d facts left, %v", len(facts), err)
		}
	})
}

func TestRulesReadWhatIsSettled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("asn", row(o.wife(0)), row(o.wife(1)))
		o.send("bnba", aided(o.head(0), "PKH", 1), aided(o.head(1), "PKH", 1), aided(o.wife(1), "SEMBAKO", 1))
		o.decide(first, o.wife(0), true)
		o.confirm(second, o.wife(0), true)
		known, err := evidence.Load(t.Context(), d.Read(), "2103", civil.Of(dbtest.Epoch))
		if err != nil {
			t.Fatal(err)
		}
		truth := func(p registry.Person) rules.Truth {
			return known.People[p.ID].Of(evidence.ASN).Truth(known.Listed[evidence.ASN])
		}
		if truth(o.wife(0)) != rules.Yes || truth(o.wife(1)) != rules.Unknown || truth(o.wife(2)) != rules.No {
			t.Fatalf("servants: %v, %v, %v", truth(o.wife(0)), truth(o.wife(1)), truth(o.wife(2)))
		}
		if got := known.People[o.wife(0).ID].Of(evidence.Pension).Truth(known.Listed[evidence.Pension]); got != rules.Unknown {
			t.Fatalf("nobody ever sent pensioners, yet it is %v", got)
		}
		o.decide(first, o.wife(1), false)
		o.confirm(second, o.wife(1), true)
		some, err := evidence.FindingsOf(t.Context(), d.Read(), "2103", []id.Person{o.wife(0).ID, o.wife(1).ID, o.wife(2).ID})
		if err != nil {
			t.Fatal(err)
		}
		if some[o.wife(0).ID].Of(evidence.ASN) != evidence.Found || some[o.wife(1).ID].Of(evidence.ASN) != evidence.Cleared || len(some) != 2 {
			t.Fatalf("findings %v", some)
		}
		want := map[id.Family]string{o.homes[0].Family.ID: "PKH", o.homes[1].Family.ID: "PKH SEMBAKO"}
		if diff := cmp.Diff(want, known.FamilyReceives); diff != "" {
			t.Fatal(diff)
		}
		if known.PersonReceives[o.wife(1).ID] != "SEMBAKO" {
			t.Fatalf("the wife herself receives %q", known.PersonReceives[o.wife(1).ID])
		}
	})
}

func TestARetractedFactStaysInHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("deaths", died(o.head(0), "B", day(2026, 5, 2)))
		m := o.matter(o.head(0))
		retract := func() string {
			return o.as(first, func(tx *db.Tx) error { return evidence.Retract(t.Context(), tx, m.Fact, "salah orang") })
		}
		o.decide(first, o.head(0), true)
		if got := retract(); got != "evidence.retract_decided" {
			t.Fatalf("retracted under a decision: %q", got)
		}
		o.must(first, func(tx *db.Tx) error { return evidence.Withdraw(t.Context(), tx, m.ID) })
		// The matter cites the fact, so the row stays; the matter is dropped with it.
		if got := retract(); got != "" {
			t.Fatal(got)
		}
		facts, err := evidence.FactsOf(t.Context(), d.Read(), whole(), o.head(0).ID, "")
		if err != nil || len(facts) != 1 || facts[0].Reason != "salah orang" {
			t.Fatalf("history %+v, %v", facts, err)
		}
		if o.held(o.head(0)) != "" {
			t.Fatalf("still held as %q", o.held(o.head(0)))
		}
	})
}

func TestTheQueueComesByImpact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("deaths", died(o.head(0), "A", day(2026, 5, 2)), died(o.head(1), "A", day(2026, 5, 2)), died(o.head(2), "A", day(2026, 5, 2)))
		o.send("bnba", aided(o.wife(2), "PKH", 900_000), aided(o.wife(1), "PKH", 0))
		f := evidence.Filter{Kind: evidence.Death, States: []evidence.State{evidence.Indicated}}
		list, err := evidence.Queue(t.Context(), d.Read(), whole(), f, 0, 50)
		if err != nil || len(list) != 3 {
			t.Fatal(len(list), err)
		}
		for n, want := range []int{2, 1, 0} {
			if list[n].Person != o.head(want).ID {
				t.Fatalf("place %d holds %s", n+1, list[n].Name)
			}
		}
		next, found, err := evidence.Next(t.Context(), d.Read(), whole(), f, list[1].Indication)
		if err != nil || !found || next != list[2].ID {
			t.Fatalf("after the second comes %q, %t, %v", next, found, err)
		}
		if next, _, _ = evidence.Next(t.Context(), d.Read(), whole(), f, list[2].Indication); next != list[0].ID {
			t.Fatal("after the last the first does not come")
		}
		f.Aid = true
		if n, err := evidence.Size(t.Context(), d.Read(), whole(), f); err != nil || n != 2 {
			t.Fatalf("%d matters touch aid, %v", n, err)
		}
	})
}
