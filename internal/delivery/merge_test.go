package delivery_test

import (
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/money"
	"tepat/internal/registry"
)

func (o *office) merge(keep, drop id.Person) id.Merge {
	o.Helper()
	var m id.Merge
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		var err error
		m, err = evidence.MergePeople(o.Context(), tx, registry.PersonMerge{Keep: keep, Drop: drop, Reason: "orang yang sama"})
		return err
	})
	return m
}

func (o *office) unmerge(m id.Merge) {
	o.Helper()
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error { return evidence.Unmerge(o.Context(), tx, m, "ternyata keliru") })
}

// Two records of one person were decreed. Merged before freezing, the second
// line fails with the reason; the decree is not rewritten; everything adds up
// and the ledger verifies.
func TestOnePersonOnTwoLinesIsPaidOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		d.Keep(ledger.New(ledger.Options{}))
		o := open(t, d, 4)
		keep, drop := o.Homes[0].People[0].ID, o.Homes[1].People[0].ID
		m := o.merge(keep, drop)
		first := o.Freeze(quarter(1))
		failed := o.lines(first.ID, delivery.LineFilter{State: delivery.Failed})
		if len(failed) != 1 || failed[0].Person != drop || failed[0].Reason != delivery.Doubled {
			t.Fatalf("of one person on two lines these fail: %+v", failed)
		}
		for _, l := range o.lines(first.ID, delivery.LineFilter{State: delivery.Pending}) {
			if a := o.submit(actor(officer), give(l)); a[0].Fault != nil {
				t.Fatal(a[0].Fault)
			}
		}
		if r := o.balanced(first.ID); r.Whole.Paid.Money != 3*3*money.Rupiah(200_000) {
			t.Errorf("paid %s", r.Whole.Paid.Money)
		}
		account, err := delivery.PaymentsOf(t.Context(), d.Read(), whole(), o.Homes[0].Family.ID)
		if err != nil || len(account) != 2 {
			t.Errorf("the account of the one family shows %d lines, %v", len(account), err)
		}
		o.unmerge(m)
		if again := o.Freeze(quarter(2)); len(o.lines(again.ID, delivery.LineFilter{State: delivery.Pending})) != 4 {
			t.Error("apart again they are not both listed")
		}
		verified(t, d)
	})
}

// Merged after freezing, whoever is paid first is paid, and the other line
// stops: at the hand-over, in one batch as well, and when the list closes.
func TestAMergeAfterFreezingStopsTheSecondHandover(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 6)
		list := o.Freeze(quarter(1))
		o.merge(o.Homes[0].People[0].ID, o.Homes[1].People[0].ID)
		o.merge(o.Homes[3].People[0].ID, o.Homes[4].People[0].ID)
		of := map[id.Person]delivery.LineView{}
		for _, l := range o.lines(list.ID, delivery.LineFilter{}) {
			of[l.Person] = l
		}
		a, b := of[o.Homes[0].People[0].ID], of[o.Homes[1].People[0].ID]
		if got := o.submit(actor(officer), give(b))[0]; got.Fault != nil || got.Outcome != delivery.Given {
			t.Fatalf("the first: %+v", got)
		}
		if got := o.submit(actor(officer), give(a))[0]; got.Outcome != delivery.Stray || got.Fault == nil || got.Fault.Key != "delivery.payee_stopped" {
			t.Fatalf("the second: %+v", got)
		}
		both := o.submit(actor(officer), give(of[o.Homes[3].People[0].ID]), give(of[o.Homes[4].People[0].ID]))
		if both[0].Outcome != delivery.Given || both[1].Outcome != delivery.Stray {
			t.Fatalf("in one batch: %+v", both)
		}
		stops, err := delivery.StopsOf(t.Context(), d.Read(), "2103", []delivery.Line{a.Line})
		if err != nil || stops[a.ID].Reason != delivery.Doubled {
			t.Errorf("the page says %+v, %v", stops, err)
		}
		o.balanced(list.ID)
	})
}

// A death told of either record stops the line of the other.
func TestADeathOfEitherRecordStopsPayment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 4)
		listed, other := o.Homes[0].People[0].ID, o.Homes[1].People[0].ID
		o.die(other)
		o.merge(other, listed) // the decreed record is the one that is dropped
		l := o.Freeze(quarter(1))
		for _, line := range o.lines(l.ID, delivery.LineFilter{State: delivery.Failed}) {
			if line.Reason != delivery.Dead {
				t.Errorf("%s fails as %s", line.Payee, line.Reason)
			}
		}
		if n := len(o.lines(l.ID, delivery.LineFilter{State: delivery.Failed})); n != 2 {
			t.Errorf("%d lines fail", n)
		}
		o.balanced(l.ID)
	})
}

// verified lets the verifier read every sealed row of the chain that this test wrote.
func verified(t *testing.T, d *db.DB) {
	t.Helper()
	var tables []*db.Table
	for _, list := range [][]*db.Table{registry.Tables(), evidence.Tables(), delivery.Tables()} {
		tables = append(tables, list...)
	}
	report, err := ledger.Verify(t.Context(), d, ledger.VerifyOptions{Regency: "2103", Tables: tables})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("verify finds %+v", f)
	}
}
