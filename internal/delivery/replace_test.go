package delivery_test

import (
	"strings"
	"testing"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/rules"
)

// decreed makes a programme over the homes of the office by program's own
// commands, so that there is a reserve to replace from, and returns its decree.
func (o *office) decreed(quota, reserve int) program.Decree {
	o.Helper()
	ctx := o.Context()
	var v program.RuleVersion
	o.Write(actor(proposer), func(tx *db.Tx) error {
		p, err := program.CreateProgram(ctx, tx, program.Program{Code: "BST-UJI", Name: "BST Uji", Unit: rules.Family, Fund: program.APBD, Channel: program.Cash})
		if err != nil {
			return err
		}
		v, err = program.DraftVersion(ctx, tx, p.ID, program.Terms{ValidFrom: civil.Date{Year: 2024, Month: 1, Day: 1}, AmountMonth: 200_000, Months: 12,
			Source: program.FromRegistry, LegalBasis: "Perbup uji",
			Rules: rules.RuleSet{Format: rules.Format, Unit: rules.Family, Require: []rules.Clause{{ID: "hidup", Kind: rules.Alive}}},
			Spec: ranking.Spec{Format: ranking.Format, Quota: quota, Reserve: reserve, Seed: "uji",
				Keys: []ranking.KeySpec{{Name: "peringkat_kab_kota", Order: ranking.Ascending, Missing: ranking.MissingAfter}}}})
		if err != nil {
			return err
		}
		return program.Propose(ctx, tx, v.ID, v.Version)
	})
	o.Write(actor(signer), func(tx *db.Tx) error { return program.Activate(ctx, tx, v.ID, v.Version+1) })
	var d program.Decree
	o.Write(actor(proposer), func(tx *db.Tx) error {
		r, err := program.Rank(ctx, tx, v.ID, civil.Date{Year: 2024, Month: 1, Day: 2})
		if err != nil {
			return err
		}
		d, err = program.ProposeDecree(ctx, tx, r.ID)
		return err
	})
	return o.sign(d)
}

func (o *office) sign(d program.Decree) program.Decree {
	o.Helper()
	o.Write(actor(signer), func(tx *db.Tx) error {
		var err error
		d, err = delivery.SignDecree(o.Context(), tx, d.ID, paper(d))
		return err
	})
	return d
}

func paper(d program.Decree) program.Signature {
	return program.Signature{Number: "1/" + string(d.ID), On: civil.Date{Year: 2024, Month: 1, Day: 3}, PDF: strings.Repeat("1", 64), Confirm: d.Lines, Read: d.Version}
}

func (o *office) replace(line id.PayLine) (program.Replacement, error) {
	var out program.Replacement
	err := o.DB.Write(o.Context(), actor(proposer), func(tx *db.Tx) error {
		var err error
		out, err = delivery.Replace(o.Context(), tx, line, "meninggal")
		return err
	})
	return out, err
}

// accounts fails the test unless the decree adds up over all its stages.
func (o *office) accounts(d id.Decree) delivery.DecreeAccount {
	o.Helper()
	var a delivery.DecreeAccount
	if err := o.DB.Snapshot(o.Context(), func(q db.Querier) error {
		var err error
		a, err = delivery.AccountOf(o.Context(), q, whole(), d)
		return err
	}); err != nil {
		o.Fatal(err)
	}
	if !a.AddsUp() {
		o.Fatalf("does not add up: %+v", a)
	}
	return a
}

// A recipient gets the first quarter and dies; the successor gets the other
// three, in people and in rupiah, and nobody is paid in between.
func TestReplacedFromTheReserve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 5)
		decree := o.decreed(2, 2)
		o.Decree = decree.ID
		first := o.lines(o.Freeze(quarter(1)).ID, delivery.LineFilter{})
		o.submit(actor(officer), give(first[0]), give(first[1]))
		second := o.Freeze(quarter(2))
		third := o.Freeze(quarter(3))
		lines := o.lines(second.ID, delivery.LineFilter{})
		later := o.lines(third.ID, delivery.LineFilter{})

		if _, err := o.replace(lines[0].ID); key(err) != "delivery.replace_state" {
			t.Fatalf("a line that can still be paid: %v", err)
		}
		o.submit(actor(officer), without(lines[0], delivery.Dead))
		out, err := o.replace(lines[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if out.Decree.MonthFrom != (civil.Date{Year: 2024, Month: 4, Day: 1}) || out.Line.Amount != 1_800_000 {
			t.Errorf("the successor gets %+v", out.Line)
		}
		if a := o.submit(actor(officer), give(later[0]))[0]; a.Outcome != delivery.Stray || a.Fault.Key != "delivery.line_replacing" {
			t.Errorf("paid while a successor waits: %+v", a)
		}
		if r := o.balanced(second.ID); r.Whole.Failed.People != 1 || r.Whole.Replaced.People != 0 {
			t.Errorf("before the signature: %+v", r.Whole)
		}
		change := o.sign(out.Decree)
		for _, l := range []delivery.PayList{second, third} {
			if r := o.balanced(l.ID); r.Whole.Replaced != (delivery.Sum{People: 1, Money: 600_000}) || r.Whole.Failed.People != 0 {
				t.Errorf("after the signature: %+v", r.Whole)
			}
		}
		o.accounts(decree.ID)
		o.Decree = change.ID
		if _, err := o.TryFreeze(treasurer, quarter(1)); key(err) != "delivery.months_outside" {
			t.Errorf("the successor gets the quarter that was paid: %v", err)
		}
		successor := o.lines(o.Freeze(quarter(2)).ID, delivery.LineFilter{})
		if a := o.submit(actor(officer), give(successor[0]))[0]; a.Outcome != delivery.Given {
			t.Errorf("the successor is not paid: %+v", a)
		}
		o.accounts(change.ID)
	})
}

// A returned decree of change leaves everything as it was: who failed is
// failed, who was pending can be paid, and the place can be given again.
func TestAReturnedReplacement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 5)
		decree := o.decreed(2, 2)
		o.Decree = decree.ID
		list, later := o.Freeze(quarter(1)), o.Freeze(quarter(2))
		line := o.lines(list.ID, delivery.LineFilter{})[0]
		o.submit(actor(officer), without(line, delivery.Refused))
		out, err := o.replace(line.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.replace(line.ID); key(err) != "program.replacing" {
			t.Errorf("replaced twice: %v", err)
		}
		o.Write(actor(signer), func(tx *db.Tx) error { return program.ReturnDecree(t.Context(), tx, out.Decree.ID, "bukti kurang") })
		if r := o.balanced(list.ID); r.Whole.Failed.People != 1 || r.Whole.Replaced.People != 0 {
			t.Errorf("%+v", r.Whole)
		}
		o.accounts(decree.ID)
		if again, err := o.replace(line.ID); err != nil || again.Line.Place != out.Line.Place {
			t.Errorf("%+v %v", again, err)
		} else {
			o.Write(actor(signer), func(tx *db.Tx) error { return program.ReturnDecree(t.Context(), tx, again.Decree.ID, "bukti kurang") })
		}
		if a := o.submit(actor(officer), give(o.lines(later.ID, delivery.LineFilter{})[0]))[0]; a.Outcome != delivery.Given {
			t.Errorf("he stays and is not paid: %+v", a)
		}
		if _, err := o.replace(line.ID); key(err) != "delivery.replace_late" {
			t.Errorf("a month before one that was paid: %v", err)
		}
		o.accounts(decree.ID)
	})
}

// With nobody left on the reserve the place stays open, at once.
func TestReplacedByNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		decree := o.decreed(2, 0)
		o.Decree = decree.ID
		list := o.Freeze(quarter(1))
		line := o.lines(list.ID, delivery.LineFilter{})[0]
		o.submit(actor(officer), without(line, delivery.Dead))
		if out, err := o.replace(line.ID); err != nil || !out.Open {
			t.Fatalf("%+v %v", out, err)
		}
		if r := o.balanced(list.ID); r.Whole.Replaced.People != 1 {
			t.Errorf("%+v", r.Whole)
		}
		o.accounts(decree.ID)
	})
}
