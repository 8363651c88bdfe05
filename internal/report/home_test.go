package report_test

import (
	"testing"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/report"
	"tepat/internal/report/reporttest"
)

const natuna region.Code = "2103"

var villages = []region.Code{"2103041001", "2103042002", "2103051001", "2103072001", "2103062001"}

func session(role account.Role, areas ...region.Code) account.Session {
	return account.Session{User: id.User("u-" + string(role)), Role: role, Scope: region.NewScope(natuna, areas...)}
}

func read(t testing.TB, d *db.DB, s account.Session, program id.Program) report.Home {
	t.Helper()
	h, err := report.Read(t.Context(), d, report.Query{Session: s, Program: program, Today: civil.Date{Year: 2026, Month: 11, Day: 22}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestTheChainAddsUpInEveryArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		reporttest.Town(t, d, natuna, 90, villages...)
		c := reporttest.Run(t, d, natuna, "Bantuan Lansia", 40)
		whole := read(t, d, session(account.Head), "")
		if whole.Chain == nil || whole.Chain.List != c.List || whole.Chain.Decree != c.Decree || whole.Chain.Ranking != c.Ranking {
			t.Fatalf("the chain is %+v, want %+v", whole.Chain, c)
		}
		if whole.Families != 90 || whole.Clear+whole.Open != 90 || whole.Chain.Eligible != int64(c.Eligible) || whole.Chain.Decreed != int64(c.Decreed) ||
			whole.Chain.Paid.N != int64(c.Paid) || whole.Chain.Failed.N != int64(c.Failed) {
			t.Errorf("whole: %+v, chain %+v", whole, whole.Chain)
		}
		if want := reporttest.Amount.Times(c.Paid); whole.Chain.Paid.IDR != want {
			t.Errorf("paid %d, want %d", whole.Chain.Paid.IDR, want)
		}
		var parts report.Home
		parts.Chain = &report.Chain{}
		for _, k := range whole.Kecamatan {
			part := read(t, d, session(account.Head, k.Code), "")
			if !part.Chain.AddsUp() {
				t.Errorf("%s does not add up: %+v", k.Name, part.Chain)
			}
			if part.Families != k.Families || part.Open != k.Open || part.Chain.Decreed != k.Decreed || part.Chain.Paid != k.Paid {
				t.Errorf("%s alone is not what it is in the whole", k.Name)
			}
			parts.Families += part.Families
			parts.Chain.Eligible += part.Chain.Eligible
			parts.Chain.Decreed += part.Chain.Decreed
			parts.Chain.Paid.N += part.Chain.Paid.N
		}
		if parts.Families != whole.Families || parts.Chain.Eligible != whole.Chain.Eligible || parts.Chain.Decreed != whole.Chain.Decreed ||
			parts.Chain.Paid.N != whole.Chain.Paid.N || !whole.Chain.AddsUp() {
			t.Errorf("the kecamatan add up to %+v, the whole is %+v", parts.Chain, whole.Chain)
		}
	})
}

func TestAnotherRegencySeesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		reporttest.Town(t, d, natuna, 20, villages...)
		reporttest.Run(t, d, natuna, "Bantuan Lansia", 10)
		for _, scope := range []region.Scope{{}, region.NewScope("7203")} {
			s := session(account.Head)
			s.Scope = scope
			h := read(t, d, s, "")
			if h.Families != 0 || h.Chain != nil || len(h.Waiting) != 0 || len(h.Sites) != 0 || h.Start.Programs != 0 {
				t.Errorf("%q sees %+v", scope.Regency(), h)
			}
		}
	})
}

func TestTheProgrammeWithTheNewestPaymentComesFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		reporttest.Town(t, d, natuna, 20, villages...)
		old := reporttest.Run(t, d, natuna, "Z lama", 10)
		newer := reporttest.Run(t, d, natuna, "A baru", 10)
		if got := read(t, d, session(account.Head), "").Chain.Program.ID; got != newer.Program {
			t.Errorf("shows %s", got)
		}
		if got := read(t, d, session(account.Head), old.Program).Chain; got.Program.ID != old.Program || got.List != old.List {
			t.Errorf("asked for the old one, shows %+v", got)
		}
	})
}

func TestBadgesCountOnlyWhatThePersonMayDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		officer := session(account.Distributor).User
		reporttest.Town(t, d, natuna, 40, villages[0])
		c := reporttest.Run(t, d, natuna, "Bantuan Lansia", 20)
		reporttest.Plan(t, d, natuna, c.List, officer)
		for _, role := range account.Roles() {
			areas := []region.Code{}
			if role.Local() {
				areas = append(areas, villages[0])
			}
			badges, err := report.Badges(t.Context(), d.Read(), session(role, areas...))
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			if role == account.Distributor {
				want = 1
			}
			if badges["payout"] != want || len(badges) != want {
				t.Errorf("%s: %v", role, badges)
			}
		}
		h := read(t, d, session(account.Distributor), "")
		if len(h.Waiting) != 1 || h.Waiting[0].N != int64(c.Pending) || h.Waiting[0].In != string(c.List) {
			t.Errorf("the officer's work is %+v, want %d people", h.Waiting, c.Pending)
		}
		elsewhere := session(account.Distributor, "210306")
		if badges, err := report.Badges(t.Context(), d.Read(), elsewhere); err != nil || len(badges) != 0 {
			t.Errorf("outside the area: %v, %v", badges, err)
		}
	})
}

func TestTodaysSitesComeWithTheirProgress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		reporttest.Town(t, d, natuna, 60, villages...)
		c := reporttest.Run(t, d, natuna, "Bantuan Lansia", 40)
		reporttest.Plan(t, d, natuna, c.List, "")
		h := read(t, d, session(account.Treasurer), "")
		var lines, paid int64
		for _, s := range h.Sites {
			lines, paid = lines+s.Lines, paid+s.Paid
		}
		if len(h.Sites) != len(villages) || lines != int64(c.Decreed) || paid != int64(c.Paid) {
			t.Errorf("%d sites, %d of %d paid", len(h.Sites), paid, lines)
		}
		if h := read(t, d, session(account.Verifier), ""); len(h.Sites) != 0 {
			t.Error("a verifier sees sites")
		}
	})
}

func TestCasesWaitForWhoMayDecideThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := reporttest.Town(t, d, natuna, 12, villages...)
		as := func(s account.Session, f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), s.Actor(), f); err != nil {
				t.Fatal(err)
			}
		}
		as(session(account.Operator), func(tx *db.Tx) error {
			for _, h := range all[:3] {
				_, err := evidence.Note(t.Context(), tx, evidence.Fact{Kind: evidence.Death, Person: h.People[0].ID, Source: "dukcapil", Grade: "A", On: civil.Date{Year: 2026, Month: 10, Day: 1}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		queue, err := evidence.Queue(t.Context(), d.Read(), region.NewScope(natuna), evidence.Filter{}, 0, 10)
		if err != nil || len(queue) != 3 {
			t.Fatalf("%d cases, %v", len(queue), err)
		}
		verifier, head := session(account.Verifier), session(account.SectionHead)
		as(verifier, func(tx *db.Tx) error {
			return evidence.Decide(t.Context(), tx, queue[0].ID, true, "akta kematian ada", queue[0].Version)
		})
		for _, c := range []struct {
			s      account.Session
			badge  int
			matter report.Matter
			n      int64
		}{
			{verifier, 2, report.DecideCase, 2}, {head, 1, report.ConfirmCase, 1}, {session(account.Head), 0, report.WatchCase, 2},
			{session(account.Operator), 0, "", 0}, {session(account.Verifier, queue[0].Village.Kecamatan()), -1, report.DecideCase, -1},
		} {
			badges, err := report.Badges(t.Context(), d.Read(), c.s)
			if err != nil {
				t.Fatal(err)
			}
			if c.badge < 0 {
				if badges["validation"] >= 2 {
					t.Errorf("a part of the regency has all %d cases", badges["validation"])
				}
				continue
			}
			if badges["validation"] != c.badge {
				t.Errorf("%s: badge %d, want %d", c.s.Role, badges["validation"], c.badge)
			}
			var got report.Waiting
			for _, w := range read(t, d, c.s, "").Waiting {
				if w.Kind == string(evidence.Death) {
					got = w
				}
			}
			if got.Matter != c.matter || got.N != c.n {
				t.Errorf("%s: %+v", c.s.Role, got)
			}
		}
	})
}
