package program_test

import (
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/money"
	"tepat/internal/program"
	"tepat/internal/rules"
)

// noDay leaves the successor all months of the decree.
var noDay civil.Date

func month(n time.Month) civil.Date { return civil.Date{Year: 2026, Month: n, Day: 1} }

func (o *office) decreed(d program.Decree) []program.DecreeLine {
	o.Helper()
	lines, err := program.DecreeLines(o.Context(), o.d.Read(), whole(), d.ID, 0, 0)
	if err != nil {
		o.Fatal(err)
	}
	return lines
}

func (o *office) replace(l program.DecreeLine, from civil.Date) program.Replacement {
	o.Helper()
	var out program.Replacement
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		out, err = program.ReplaceFromReserve(o.Context(), tx, l.ID, from, "meninggal")
		return err
	})
	return out
}

// A successor is decreed for the months that are left, in a decree of change
// that names one first month.
func TestASuccessorGetsTheMonthsThatAreLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(8)
		terms := terms(rules.Family, 3)
		terms.Spec.Budget = fullYear.Times(3)
		decree := o.sign(o.propose(o.rank(o.start("BST-UJI", terms))), "1")
		lines := o.decreed(decree)

		april := o.replace(lines[1], month(4))
		if april.Line.Amount != 1_800_000 || april.Decree.Months != 9 || april.Decree.MonthFrom != month(4) || april.Decree.Total != 1_800_000 {
			t.Fatalf("from April: %+v", april)
		}
		july := o.replace(lines[0], month(7))
		if july.Decree.ID == april.Decree.ID || july.Line.Amount != 1_200_000 || july.Decree.Months != 6 {
			t.Fatalf("from July: %+v", july)
		}
		for _, c := range []program.Decree{april.Decree, july.Decree} {
			o.sign(c, "2/"+c.MonthFrom.String())
		}
		var spent money.Rupiah
		for _, x := range []program.Decree{decree, april.Decree, july.Decree} {
			for _, l := range o.decreed(x) {
				months := 12 - int(x.MonthFrom.Month) + 1
				if !l.LeftOn.IsZero() {
					months = int(l.LeftOn.Month) - int(x.MonthFrom.Month)
				}
				spent += money.Rupiah(200_000).Times(months)
			}
		}
		if spent != terms.Spec.Budget {
			t.Errorf("%s of %s", spent, terms.Spec.Budget)
		}
		third := o.replace(o.decreed(april.Decree)[0], month(10)) // the successor leaves as well
		if !third.Open {
			t.Errorf("a reserve of two gave three: %+v", third)
		}
	})
}

// Months outside the decree, and what is paid in full, are refused.
func TestASuccessorNeedsAMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(8)
		lines := o.decreed(o.sign(o.propose(o.rank(o.start("BST-UJI", terms(rules.Family, 3)))), "1"))
		for from, want := range map[civil.Date]string{
			{Year: 2027, Month: 1, Day: 1}:  "program.nothing_left",
			{Year: 2025, Month: 12, Day: 1}: "program.replace_from",
			{Year: 2026, Month: 4, Day: 2}:  "program.replace_from",
		} {
			if key := o.as(o.maker, func(tx *db.Tx) error {
				_, err := program.ReplaceFromReserve(t.Context(), tx, lines[0].ID, from, "meninggal")
				return err
			}); key != want {
				t.Errorf("%s: %q, want %q", from, key, want)
			}
		}
	})
}

// A line is replacing until the decree of change is signed, and decreed again
// when that is returned; the reserve is free for the next.
func TestAReturnedChangeLetsThemStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(8)
		decree := o.sign(o.propose(o.rank(o.start("BST-UJI", terms(rules.Family, 3)))), "1")
		lines := o.decreed(decree)
		state := func() program.LineState { return o.decreed(decree)[1].State }

		first := o.replace(lines[1], month(4))
		if state() != program.LineReplacing {
			t.Errorf("before the signature: %s", state())
		}
		o.must(o.head, func(tx *db.Tx) error { return program.ReturnDecree(t.Context(), tx, first.Decree.ID, "bukti kurang") })
		if l := o.decreed(decree)[1]; l.State != program.LineDecreed || !l.LeftOn.IsZero() || l.Reason != "" {
			t.Errorf("returned: %+v", l)
		}
		if l := o.decreed(first.Decree); len(l) != 1 || l[0].State != program.LineWithdrawn {
			t.Errorf("what was returned: %+v", l)
		}
		again := o.replace(lines[1], month(4))
		if again.Line.Place != first.Line.Place {
			t.Errorf("place %d, then %d", first.Line.Place, again.Line.Place)
		}
		o.sign(again.Decree, "2")
		if state() != program.LineReplaced {
			t.Errorf("after the signature: %s", state())
		}
	})
}
