package delivery_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// die and suspend write what a death or a hold that arrives late leaves in the records.
func (o *office) die(person id.Person) {
	o.Helper()
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		if err := registry.SetLife(o.Context(), tx, person, registry.Dead, civil.Date{Year: 2024, Month: 2, Day: 1}, registry.Origin{}); err != nil {
			return err
		}
		return tx.Record("test.died", "x", "", nil)
	})
}

func (o *office) suspend(person id.Person, village region.Code) {
	o.Helper()
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		fact := tx.NewID()
		_, err := tx.Exec(o.Context(), `INSERT INTO fact (regency, id, kind, person_id, family_id, village, source, grade, value, amount_idr, on_date,
			until_on, document, stated_name, stated_birth, note, batch_id, row_n, recorded_at, recorded_by, recorded_name, retracted_at, retract_reason)
			VALUES ('2103', $1, 'asn', $2, NULL, $3, 'bkpsdm', '', '', 0, NULL, NULL, '', '', NULL, '', '', 0, $4, '', '', NULL, '')`,
			fact, string(person), string(village), tx.Now)
		if err != nil {
			return err
		}
		_, err = tx.Exec(o.Context(), `INSERT INTO indication (regency, id, kind, person_id, family_id, village, fact_id, programs, amount_idr, weight,
			severity, state, ended, decided_by, decided_name, decided_at, reason, confirmed_by, confirmed_name, confirmed_at, note, revived_by,
			revived_name, revived_at, revived_why, opened_at, closed_at, batch_id, version)
			VALUES ('2103', $1, 'asn', $2, NULL, $3, $7, '', 0, 0, $4, $5, 0, '', '', NULL, '', '', '', NULL, '', '', '', NULL, '', $6, NULL, '', 1)`,
			tx.NewID(), string(person), string(village), string(evidence.HoldPayment), string(evidence.Indicated), tx.Now, fact)
		return errors.Join(err, tx.Record("test.held", "x", "", nil))
	})
}

// A death or a hold that arrives after freezing stops the payment: what the
// officer says is kept, and pays nothing.
func TestHoldsAndDeathsAfterFreezingStopThePayment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 6)
		l := o.Freeze(quarter(1))
		lines := o.lines(l.ID, delivery.LineFilter{})
		o.die(lines[0].Person)
		o.suspend(lines[1].Person, lines[1].Village)
		stopped, err := delivery.Stopped(t.Context(), d.Read(), whole(), l.ID)
		if err != nil || stopped != (delivery.Sum{People: 2, Money: 1_200_000}) {
			t.Fatalf("stopped %+v, %v", stopped, err)
		}
		for i, want := range []string{"delivery.reason.dead", "evidence.hold.asn"} {
			f := give(lines[i])
			for range 2 {
				a := o.submit(actor(officer), f)[0]
				if a.Outcome != delivery.Stray || a.Receipt != "" || a.State != delivery.Pending || a.Fault == nil || a.Fault.Key != "delivery.payee_stopped" {
					t.Fatalf("%s: %+v", want, a)
				}
				if why := fault.From(a.Fault.Args[1].(error)); why.Key != want {
					t.Errorf("%s: says %s", want, why.Key)
				}
			}
		}
		if r := o.balanced(l.ID); r.Whole.Paid.People != 0 || r.Strays != 2 || r.Whole.Pending.People != 6 {
			t.Errorf("%+v", r)
		}
		for _, line := range lines[2:] {
			if a := o.submit(actor(officer), give(line))[0]; a.Fault != nil {
				t.Error(a.Fault)
			}
		}
		sites, err := delivery.Sites(t.Context(), d.Read(), whole(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sites {
			if s.ID != lines[0].Site {
				continue
			}
			o.Write(actor(treasurer), func(tx *db.Tx) error { return delivery.CloseSite(t.Context(), tx, s.ID, 0, "uang menyusul", s.Version) })
		}
		o.Write(actor(treasurer), func(tx *db.Tx) error { return delivery.CloseList(t.Context(), tx, l.ID, "", l.Version) })
		r := o.balanced(l.ID)
		if r.Whole.Failed.People != 2 || r.Whole.Paid.People != 4 {
			t.Errorf("%+v", r.Whole)
		}
		for i, want := range []delivery.Reason{delivery.Dead, delivery.Held} {
			if line, err := delivery.LineByID(t.Context(), d.Read(), whole(), lines[i].ID); err != nil || line.Reason != want || line.State != delivery.Failed {
				t.Errorf("%+v, %v", line, err)
			}
		}
	})
}

func TestAmountsAreBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		l := o.Freeze(quarter(1))
		line := o.lines(l.ID, delivery.LineFilter{})[0]
		for _, amount := range []money.Rupiah{-1, delivery.MaxAmount + 1, 1<<63 - 1, -1 << 63} {
			for _, f := range []delivery.Statement{give(line), without(line, delivery.Absent)} {
				f.Amount = amount
				if a := o.submit(actor(officer), f)[0]; a.Fault == nil || a.Fault.Key != "delivery.amount" || a.Outcome != "" {
					t.Errorf("%d: %+v", amount, a)
				}
			}
		}
		f := give(line)
		f.Amount = delivery.MaxAmount
		if a := o.submit(actor(officer), f)[0]; a.Outcome != delivery.Stray {
			t.Errorf("%+v", a)
		}
		o.balanced(l.ID)
		for _, amount := range []int64{-1, int64(delivery.MaxAmount) + 1} {
			if err := d.Write(t.Context(), actor(officer), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE handover SET amount_idr = $1", amount)
				return errors.Join(err, tx.Record("test.changed", "x", "", nil))
			}); err == nil {
				t.Errorf("the table holds %d", amount)
			}
			if err := d.Write(t.Context(), actor(officer), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "UPDATE pay_line SET amount_idr = $1", amount)
				return errors.Join(err, tx.Record("test.changed", "x", "", nil))
			}); err == nil {
				t.Errorf("a line holds %d", amount)
			}
		}
		s, err := delivery.SiteByID(t.Context(), d.Read(), whole(), line.Site)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error {
			return delivery.AssignSite(t.Context(), tx, s.ID, delivery.Plan{Name: "Balai", Taken: delivery.MaxAmount + 1, Version: s.Version})
		}); key(err) != "delivery.cash" {
			t.Error(err)
		}
	})
}

func TestTextThatNoEngineStoresIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		lines := o.lines(o.Freeze(quarter(1)).ID, delivery.LineFilter{})
		bad, long := give(lines[0]), without(lines[0], delivery.Absent)
		bad.Note, long.ReceiverName = "a\x00b", strings.Repeat("x", 1000)
		a := o.submit(actor(officer), bad, long, give(lines[1]))
		if a[0].Fault == nil || a[0].Fault.Key != "delivery.text" || a[1].Fault == nil || a[2].Fault != nil {
			t.Errorf("%+v", a)
		}
	})
}

func TestListStaysOpenWhileCashIsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 3)
		l := o.Freeze(quarter(1))
		for _, line := range o.lines(l.ID, delivery.LineFilter{}) {
			o.submit(actor(officer), give(line))
		}
		sites, err := delivery.Sites(t.Context(), d.Read(), whole(), l.ID)
		if err != nil {
			t.Fatal(err)
		}
		plan := func(s delivery.SiteProgress) error {
			return d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error {
				return delivery.AssignSite(t.Context(), tx, s.ID, delivery.Plan{Name: "Balai desa", Officer: officer, Taken: s.Paid.Money, Version: s.Version})
			})
		}
		end := func(s delivery.SiteProgress, version int) error {
			return d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error { return delivery.CloseSite(t.Context(), tx, s.ID, 0, "", version) })
		}
		closeList := func() error {
			return d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error { return delivery.CloseList(t.Context(), tx, l.ID, "", l.Version) })
		}
		if err := plan(sites[0]); err != nil {
			t.Fatal(err)
		}
		if err := closeList(); key(err) != "delivery.sites_open" {
			t.Fatalf("closed with cash out: %v", err)
		}
		if err := end(sites[0], sites[0].Version+1); err != nil {
			t.Fatal(err)
		}
		if err := closeList(); err != nil {
			t.Fatal(err)
		}
		if err := plan(sites[1]); key(err) != "delivery.list_closed" {
			t.Errorf("planned on a closed list: %v", err)
		}
		if err := end(sites[1], sites[1].Version); key(err) != "delivery.list_closed" {
			t.Errorf("a site closed on a closed list: %v", err)
		}
	})
}

// Officers pay while the treasurer closes the site: what the closing said is
// what the hand-overs say.
func TestClosingAndPayingNeverOverlap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 24)
		for n := 1; n <= 4; n++ {
			l := o.Freeze(quarter(n))
			sites, err := delivery.Sites(t.Context(), d.Read(), whole(), l.ID)
			if err != nil {
				t.Fatal(err)
			}
			s := sites[0].ID
			lines := o.lines(l.ID, delivery.LineFilter{Site: s})
			for _, line := range lines { // all have a reason, so the site may close at any moment
				o.submit(actor(second), without(line, delivery.Absent))
			}
			var wg sync.WaitGroup
			for i := range 4 {
				wg.Go(func() {
					for k := i; k < len(lines); k += 4 {
						if _, err := delivery.Submit(t.Context(), d, actor(officer), []delivery.Statement{give(lines[k])}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			var said money.Rupiah
			wg.Go(func() {
				err := d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error {
					if err := delivery.CloseSite(t.Context(), tx, s, 0, "selisih dihitung nanti", sites[0].Version); err != nil {
						return err
					}
					var err error
					said, _, err = db.One(t.Context(), tx, db.Self[money.Rupiah], "SELECT COALESCE(SUM(amount_idr), 0) FROM pay_line WHERE site_id = $1 AND state = 'paid'", string(s))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			var paid money.Rupiah
			for _, line := range o.lines(l.ID, delivery.LineFilter{Site: s, State: delivery.Paid}) {
				paid += line.Amount
			}
			if paid != said {
				t.Fatalf("the site closed with %v handed over, and %v was", said, paid)
			}
			o.balanced(l.ID)
		}
	})
}

// The planner knows the size of a list as soon as it is frozen.
func TestFreezingTellsThePlanner(t *testing.T) {
	d := dbtest.Postgres(t)
	o := open(t, d, 30)
	o.Freeze(quarter(1))
	n, _, err := db.One(t.Context(), d.Read(), db.Self[int64], "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = to_regclass('pay_line')")
	if err != nil || n != 30 {
		t.Errorf("it knows %d rows, %v", n, err)
	}
}

// An officer's wife in the payee's family is as near as the payee.
func TestOwnFamilyIsEverybodyInIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		l := o.Freeze(quarter(1))
		wife := nik.NIK("2103995207850001")
		o.Write(actor(officer), func(tx *db.Tx) error {
			if _, err := registry.AddPerson(t.Context(), tx, registry.Person{NIK: wife, Name: "SITI", Sex: nik.Female, Relation: 3,
				FamilyID: o.Homes[0].Family.ID, Village: o.Homes[0].Family.Village}, registry.Origin{Source: "dukcapil", Batch: "b1", Row: 9}); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk,
				password_hash, active, must_change, lang, version, created_at, changed_at)
				VALUES ('2103', $1, 'penyalur', 'Penyalur', 'distributor', '', '', '', '', '', '', 1, 0, '', 1, $2, $2)`, string(officer), tx.Now); err != nil {
				return err
			}
			return account.DeclareRelative(t.Context(), tx, account.Relative{NIK: wife, Relation: "sibling"})
		})
		for _, line := range o.lines(l.ID, delivery.LineFilter{}) {
			a := o.submit(actor(officer), give(line))[0]
			if own := line.Family == o.Homes[0].Family.ID; own != (a.Fault != nil && a.Fault.Key == "account.own_family") {
				t.Errorf("own %v: %+v", own, a)
			}
		}
	})
}
