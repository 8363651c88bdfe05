package evidence_test

import (
	"slices"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

var (
	first  = officer("rahma")
	second = officer("budi")
)

func TestADeathEndsOnlyWithTwoPeopleAndACertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "A", day(2026, 5, 2)))
		if m := o.matter(dead); m.State != evidence.Indicated || m.Severity != evidence.HoldPayment || m.Grade != evidence.GradeA {
			t.Fatalf("the indication stands as %+v", m)
		}
		if o.held(dead) != "evidence.hold.death" || o.family(0).Review != registry.ReviewOpen {
			t.Fatalf("payment is held as %q, review %q", o.held(dead), o.family(0).Review)
		}
		if got := o.confirm(second, dead, true); got != "evidence.not_waiting" {
			t.Fatalf("confirming before anybody decided: %q", got)
		}
		if got := o.decide(first, dead, true); got != "" {
			t.Fatal(got)
		}
		if got := o.confirm(first, dead, true); got != "evidence.same_person" {
			t.Fatalf("one person confirmed alone: %q", got)
		}
		if p := o.person(dead); p.Life != registry.Alive {
			t.Fatal("one person's word made somebody dead")
		}
		if got := o.confirm(second, dead, true); got != "" {
			t.Fatal(got)
		}
		if p := o.person(dead); p.Life != registry.Dead || p.LifeOn != day(2026, 5, 2) {
			t.Fatalf("the registry says %s on %s", p.Life, p.LifeOn)
		}
		if m := o.matter(dead); m.State != evidence.Confirmed || !m.Ended || o.family(0).Review != registry.ReviewClear || o.held(dead) != "evidence.hold.dead" {
			t.Fatalf("after it all: %+v, review %q, held %q", m, o.family(0).Review, o.held(dead))
		}
		want := []string{"indication.opened", "import.applied", "indication.proven", "indication.agreed"}
		if !slices.Equal(o.book.kinds, want) {
			t.Fatalf("the ledger holds %v", o.book.kinds)
		}
	})
}

func TestWeakEvidenceOnlySuspendsUntilBetterArrives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "C", day(2026, 5, 2)))
		o.decide(first, dead, true)
		if got := o.confirm(second, dead, true); got != "" {
			t.Fatal(got)
		}
		if p := o.person(dead); p.Life != registry.Alive || o.held(dead) != "evidence.hold.death" || o.matter(dead).Ended {
			t.Fatalf("grade C made %s, held as %q", p.Life, o.held(dead))
		}
		o.send("deaths", died(dead, "D", day(2026, 5, 2)))
		if m := o.matter(dead); m.State != evidence.Confirmed {
			t.Fatalf("no better evidence reopened the matter: %s", m.State)
		}
		o.send("deaths", died(dead, "A", day(2026, 5, 3)))
		m := o.matter(dead)
		if m.State != evidence.Indicated || m.Grade != evidence.GradeA || o.held(dead) == "" {
			t.Fatalf("better evidence left it %s citing %s, held %q", m.State, m.Grade, o.held(dead))
		}
		o.decide(second, dead, true)
		o.confirm(first, dead, true)
		if p := o.person(dead); p.Life != registry.Dead || p.LifeOn != day(2026, 5, 3) {
			t.Fatalf("the registry says %s on %s", p.Life, p.LifeOn)
		}
	})
}

func TestAContradictionIsShownNotOverwritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "B", day(2026, 5, 2)))
		_, items := o.send("deaths", died(dead, "B", day(2026, 4, 30)))
		if items[0].Outcome != intake.Ready || len(items[0].Findings) != 1 || items[0].Findings[0].Key != "evidence.other_date" {
			t.Fatalf("the second day came in as %+v", items[0])
		}
		paid := aided(dead, "PKH", 600_000)
		paid.EventOn = day(2026, 7, 1)
		o.send("bnba", paid)
		got, err := evidence.ByID(t.Context(), d.Read(), whole(), o.matter(dead).ID)
		if err != nil {
			t.Fatal(err)
		}
		keys := []string{}
		for _, c := range got.Contradictions {
			keys = append(keys, c.Key)
		}
		if len(got.Facts) != 3 || !slices.Equal(keys, []string{"dates", "aid_after"}) {
			t.Fatalf("%d facts, contradictions %v", len(got.Facts), keys)
		}
	})
}

func TestDisagreementSendsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "A", day(2026, 5, 2)))
		o.decide(first, dead, true)
		m := o.matter(dead)
		if got := o.as(second, func(tx *db.Tx) error { return evidence.Confirm(t.Context(), tx, m.ID, false, " ", m.Version) }); got != "evidence.note_missing" {
			t.Fatalf("sent back without a word: %q", got)
		}
		if got := o.confirm(second, dead, false); got != "" {
			t.Fatal(got)
		}
		m = o.matter(dead)
		if m.State != evidence.Indicated || m.Note == "" || m.DecidedBy != "" || o.held(dead) == "" {
			t.Fatalf("after disagreement: %+v", m)
		}
		o.decide(second, dead, false)
		if o.held(dead) == "" {
			t.Fatal("one person's word released a payment")
		}
		o.confirm(first, dead, true)
		if m := o.matter(dead); m.State != evidence.Cancelled || o.held(dead) != "" || o.family(0).Review != registry.ReviewClear {
			t.Fatalf("after two said not proven: %s, held %q", m.State, o.held(dead))
		}
		o.send("deaths", died(dead, "A", day(2026, 5, 2)))
		if m := o.matter(dead); m.State != evidence.Cancelled {
			t.Fatal("the same old statement opened the matter again")
		}
	})
}

func TestUndoingADeathTakesTwoAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "A", day(2026, 5, 2)))
		o.decide(first, dead, true)
		o.confirm(second, dead, true)
		m := o.matter(dead)
		ask := func() string {
			return o.as(first, func(tx *db.Tx) error {
				return evidence.Revert(t.Context(), tx, m.ID, "orangnya datang ke kantor", m.Version)
			})
		}
		if got := ask(); got != "" {
			t.Fatal(got)
		}
		if got := o.confirm(first, dead, true); got != "evidence.same_person" {
			t.Fatalf("one person undid a death alone: %q", got)
		}
		if o.person(dead).Life != registry.Dead {
			t.Fatal("alive on one word")
		}
		if got := o.confirm(second, dead, true); got != "" {
			t.Fatal(got)
		}
		if m := o.matter(dead); m.State != evidence.Cancelled || o.person(dead).Life != registry.Alive || o.held(dead) != "" {
			t.Fatalf("after undoing: %s, %s, held %q", m.State, o.person(dead).Life, o.held(dead))
		}
	})
}

func TestNobodyActsOnTheOwnFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		slip, err := account.NewOneTime(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		invite := func(name string, role account.Role, kk string) db.Actor {
			a := officer(name)
			o.must(system(), func(tx *db.Tx) error {
				var err error
				a.User, err = account.Invite(t.Context(), tx, name, account.Details{Name: name, Role: role, Areas: []region.Code{"2103"},
					NIK: number(90 + len(name)), KK: registryKK(kk)}, slip)
				return err
			})
			return a
		}
		onCard := invite("rahmawati", account.Verifier, o.homes[0].Family.KK.Reveal())
		brother := invite("budiman", account.Verifier, "2103990303030003")
		o.must(brother, func(tx *db.Tx) error {
			return account.DeclareRelative(t.Context(), tx, account.Relative{NIK: o.head(0).NIK, Relation: "sibling"})
		})
		o.send("deaths", died(o.head(0), "A", day(2026, 5, 2)))
		for _, a := range []db.Actor{onCard, brother} {
			if got := o.decide(a, o.head(0), true); got != "account.own_family" {
				t.Errorf("%s decided on the own family: %q", a.Name, got)
			}
		}
		o.decide(first, o.head(0), true)
		for _, a := range []db.Actor{onCard, brother} {
			if got := o.confirm(a, o.head(0), true); got != "account.own_family" {
				t.Errorf("%s confirmed about the own family: %q", a.Name, got)
			}
		}
	})
}

func TestWhoEntersDoesNotDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		f := evidence.Fact{Kind: evidence.Death, Person: o.head(0).ID, Source: "pendamping", Grade: evidence.GradeD}
		o.must(first, func(tx *db.Tx) error {
			_, err := evidence.Note(t.Context(), tx, f)
			return err
		})
		if got := o.decide(first, o.head(0), true); got != "evidence.own_entry" {
			t.Fatalf("the one who reported decided: %q", got)
		}
		if got := o.decide(second, o.head(0), true); got != "" {
			t.Fatal(got)
		}
	})
}

func TestTheWorkingAreaHoldsForDecisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.send("deaths", died(o.head(0), "A", day(2026, 5, 2)), died(o.head(2), "A", day(2026, 5, 2)))
		elsewhere := officer("jauh", sedap.Kecamatan())
		if got := o.decide(elsewhere, o.head(0), true); got != "evidence.gone" {
			t.Fatalf("decided outside the area: %q", got)
		}
		for _, scope := range []region.Scope{elsewhere.Scope, {}, region.NewScope("7203")} {
			list, err := evidence.Queue(t.Context(), d.Read(), scope, evidence.Filter{}, 0, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				if l.Village != sedap || scope.IsZero() || scope.Regency() != "2103" {
					t.Fatalf("%q sees %s", scope.Label(), l.Village)
				}
			}
			if _, err := evidence.ByID(t.Context(), d.Read(), scope, o.matter(o.head(0)).ID); err == nil {
				t.Fatalf("%q opened a matter of another area", scope.Label())
			}
		}
		counts, err := evidence.Counts(t.Context(), d.Read(), elsewhere.Scope)
		if err != nil || len(counts) != 1 || counts[0].N != 1 {
			t.Fatalf("counts %+v, %v", counts, err)
		}
	})
}

func TestAnOldPageDoesNotDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "B", day(2026, 5, 2)))
		seen := o.matter(dead)
		o.send("deaths", died(dead, "A", day(2026, 5, 1)))
		got := o.as(first, func(tx *db.Tx) error {
			return evidence.Decide(t.Context(), tx, seen.ID, true, "sudah dicek", seen.Version)
		})
		if got != "evidence.changed_meanwhile" {
			t.Fatalf("decided without having seen the new evidence: %q", got)
		}
	})
}

func TestADecisionCanBeWithdrawnByItsAuthor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		dead := o.head(0)
		o.send("deaths", died(dead, "B", day(2026, 5, 2)))
		o.decide(first, dead, false)
		m := o.matter(dead)
		withdraw := func(who db.Actor) string {
			return o.as(who, func(tx *db.Tx) error { return evidence.Withdraw(t.Context(), tx, m.ID) })
		}
		if got := withdraw(second); got != "evidence.not_yours" {
			t.Fatalf("another withdrew it: %q", got)
		}
		if got := withdraw(first); got != "" || o.matter(dead).State != evidence.Indicated {
			t.Fatalf("withdrawing: %q", got)
		}
		if got := withdraw(first); got != "evidence.nothing_to_withdraw" {
			t.Fatalf("withdrawn twice: %q", got)
		}
	})
}
