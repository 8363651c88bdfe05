package delivery_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/registry"
)

func TestOneLineIsPaidOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 3)
		l := o.Freeze(quarter(1))
		line := o.lines(l.ID, delivery.LineFilter{})[0]
		first := give(line)
		a := o.submit(actor(officer), first)[0]
		if a.Fault != nil || a.Outcome != delivery.Given || a.State != delivery.Paid || a.Again {
			t.Fatalf("%+v", a)
		}
		if code, ok := delivery.ParseReceipt(a.Receipt); !ok || code != a.Receipt {
			t.Errorf("receipt %q does not check", a.Receipt)
		}
		again := o.submit(actor(officer), first)[0]
		if !again.Again || again.Receipt != a.Receipt || again.Fault != nil {
			t.Errorf("the same statements got another answer: %+v", again)
		}
		other := first
		other.Note = "lain"
		if c := o.submit(actor(officer), other)[0]; c.Fault == nil || c.Fault.Key != "delivery.other_facts" || c.Receipt != "" {
			t.Errorf("other statements under the same identifier: %+v", c)
		}
		late := give(line)
		dup := o.submit(actor(second), late)[0]
		if dup.Outcome != delivery.Duplicate || dup.Fault == nil || dup.Fault.Key != "delivery.already_paid" || dup.Receipt != "" {
			t.Errorf("a second payment: %+v", dup)
		}
		if r := o.submit(actor(second), late)[0]; !r.Again || r.Outcome != delivery.Duplicate || r.Fault == nil {
			t.Errorf("a repeated second payment: %+v", r)
		}
		r := o.balanced(l.ID)
		if r.Whole.Paid != (delivery.Sum{People: 1, Money: 600_000}) || r.Double.People != 1 || r.Double.Money != 600_000 {
			t.Errorf("%+v", r)
		}
		got, err := delivery.ReceiptByCode(t.Context(), d.Read(), whole(), a.Receipt)
		if err != nil || got.Line.ID != line.ID || got.Officer != officer || got.List.ID != l.ID {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestTwoOfficersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 12)
		l := o.Freeze(quarter(1))
		lines := o.lines(l.ID, delivery.LineFilter{})
		const officers = 6
		answers := make([][]delivery.Answer, officers)
		var wg sync.WaitGroup
		for i := range officers {
			wg.Go(func() {
				// Half of them go through the list from the end, in batches and one by one.
				var statements []delivery.Statement
				for n := range lines {
					if i%2 == 1 {
						n = len(lines) - 1 - n
					}
					statements = append(statements, give(lines[n]))
				}
				who := actor(id.User(fmt.Sprintf("00000000-0000-7000-8000-0000000001%02d", i)))
				if i < 3 {
					answers[i], _ = delivery.Submit(t.Context(), d, who, statements)
					return
				}
				for _, f := range statements {
					a, _ := delivery.Submit(t.Context(), d, who, []delivery.Statement{f})
					answers[i] = append(answers[i], a...)
				}
			})
		}
		wg.Wait()
		given := map[id.PayLine]int{}
		for i := range answers {
			if len(answers[i]) != len(lines) {
				t.Fatalf("officer %d got %d answers", i, len(answers[i]))
			}
			for _, a := range answers[i] {
				if a.Outcome == delivery.Given {
					given[a.Line]++
				} else if a.Outcome != delivery.Duplicate || a.Fault == nil {
					t.Errorf("neither given nor duplicate: %+v", a)
				}
			}
		}
		for _, line := range lines {
			if given[line.ID] != 1 {
				t.Errorf("line %s was given %d times", line.ID, given[line.ID])
			}
		}
		if r := o.balanced(l.ID); r.Whole.Paid.People != 12 || r.Double.People != 12*(officers-1) {
			t.Errorf("%+v", r)
		}
	})
}

func TestSameStatementFromManyConnections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		l := o.Freeze(quarter(1))
		f := give(o.lines(l.ID, delivery.LineFilter{})[0])
		receipts := make([]string, 8)
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				if a, err := delivery.Submit(t.Context(), d, actor(officer), []delivery.Statement{f}); err == nil && a[0].Fault == nil {
					receipts[i] = a[0].Receipt
				}
			})
		}
		wg.Wait()
		for _, r := range receipts {
			if r == "" || r != receipts[0] {
				t.Fatalf("answers differ: %q", receipts)
			}
		}
		o.balanced(l.ID)
	})
}

func TestWhoMustNotHandOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 3)
		l := o.Freeze(quarter(1))
		lines := o.lines(l.ID, delivery.LineFilter{})
		home := o.Homes[0]
		o.Write(actor(officer), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk,
				password_hash, active, must_change, lang, version, created_at, changed_at)
				VALUES ('2103', $1, 'penyalur', 'Penyalur', 'distributor', '', '', '', '', '', '', 1, 0, '', 1, $2, $2)`, string(officer), tx.Now)
			if err != nil {
				return err
			}
			return account.DeclareRelative(t.Context(), tx, account.Relative{KK: home.Family.KK, Relation: "sibling"})
		})
		var own delivery.LineView
		for _, line := range lines {
			if line.Family == home.Family.ID {
				own = line
			}
		}
		for name, c := range map[string]struct {
			who  db.Actor
			line delivery.LineView
			want string
		}{
			"own family":   {actor(officer), own, "account.own_family"},
			"other area":   {actor(second, "210399"), own, "delivery.line_gone"},
			"who froze":    {actor(treasurer), own, "delivery.chooser_pays"},
			"who proposed": {actor(proposer), own, "delivery.chooser_pays"},
			"who signed":   {actor(signer), own, "delivery.chooser_pays"},
			"nobody":       {dbtest.Actor("2103"), own, "delivery.nobody"},
		} {
			a := o.submit(c.who, give(c.line))[0]
			if a.Fault == nil || a.Fault.Key != c.want || a.Outcome != "" {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if a := o.submit(actor(second, midai), give(own))[0]; a.Fault != nil {
			t.Errorf("another officer of the area: %v", a.Fault)
		}
	})
}

func TestFactsMustBeWellFormed(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d, 1)
	line := o.lines(o.Freeze(quarter(1)).ID, delivery.LineFilter{})[0]
	for want, change := range map[string]func(*delivery.Statement){
		"delivery.id":             func(f *delivery.Statement) { f.ID = "1" },
		"delivery.line_gone":      func(f *delivery.Statement) { f.Line = id.PayLine(newID()) },
		"delivery.outcome":        func(f *delivery.Statement) { f.Outcome = delivery.Reversal },
		"delivery.reason":         func(f *delivery.Statement) { f.Outcome, f.Reason = delivery.NotGiven, delivery.Held },
		"delivery.receiver":       func(f *delivery.Statement) { f.Receiver = "" },
		"delivery.proxy_name":     func(f *delivery.Statement) { f.Receiver = delivery.Proxy },
		"delivery.proxy_relation": func(f *delivery.Statement) { f.Receiver, f.ReceiverName = delivery.Proxy, "Siti" },
		"delivery.amount_differs": func(f *delivery.Statement) { f.Amount++ },
	} {
		f := give(line)
		change(&f)
		if a := o.submit(actor(officer), f)[0]; a.Fault == nil || a.Fault.Key != want {
			t.Errorf("want %s, got %+v", want, a)
		}
	}
	f := give(line)
	f.Receiver, f.ReceiverName, f.Relation = delivery.Proxy, "Siti", "spouse"
	if a := o.submit(actor(officer), f)[0]; a.Fault != nil {
		t.Error(a.Fault)
	}
}

func TestNotGivenIsTriedAgainOrFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, len(delivery.Reasons()))
		l := o.Freeze(quarter(1))
		for i, why := range delivery.Reasons() {
			line := o.lines(l.ID, delivery.LineFilter{})[i]
			a := o.submit(actor(officer), without(line, why), give(line))
			if a[0].Fault != nil || a[0].Outcome != delivery.NotGiven {
				t.Fatalf("%s: %+v", why, a[0])
			}
			if why.Final() != (a[1].Outcome == delivery.Stray) || !why.Final() != (a[1].State == delivery.Paid) {
				t.Errorf("after %s, giving was %+v", why, a[1])
			}
		}
		o.balanced(l.ID)
	})
}

func TestFreezingCatchesTheDeadAndKeepsThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 4)
		o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
			if err := registry.SetLife(t.Context(), tx, o.Homes[1].People[0].ID, registry.Dead, civil.Date{Year: 2024, Month: 2, Day: 1}, registry.Origin{}); err != nil {
				return err
			}
			return tx.Record("test.died", "x", "", nil)
		})
		l := o.Freeze(quarter(1))
		dead := o.lines(l.ID, delivery.LineFilter{State: delivery.Failed})
		if l.Lines != 4 || l.Total != 4*600_000 || len(dead) != 1 || dead[0].Reason != delivery.Dead || dead[0].Person != o.Homes[1].People[0].ID {
			t.Fatalf("%+v %+v", l, dead)
		}
		if a := o.submit(actor(officer), give(dead[0]))[0]; a.Outcome != delivery.Stray {
			t.Errorf("a dead recipient was paid: %+v", a)
		}
		if r := o.balanced(l.ID); r.Whole.Failed.Money != 600_000 || r.Strays != 1 || len(r.Whys) != 1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestFreezingRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		for user, want := range map[id.User]string{proposer: "delivery.decreer_pays", signer: "delivery.decreer_pays", "": "delivery.nobody"} {
			var err error
			if user == "" {
				err = d.Write(t.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
					_, err := delivery.Freeze(t.Context(), tx, o.Decree, quarter(1))
					return err
				})
			} else {
				_, err = o.TryFreeze(user, quarter(1))
			}
			if key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		o.Freeze(quarter(2))
		for want, stage := range map[string]delivery.Stage{
			"delivery.months_overlap": {Title: "lagi", From: quarter(1).From, Until: quarter(2).From},
			"delivery.months_outside": {Title: "lagi", From: quarter(4).From, Until: civil.Date{Year: 2025, Month: 1, Day: 1}},
			"delivery.month_until":    {Title: "lagi", From: quarter(3).Until, Until: quarter(3).From},
			"delivery.title":          {From: quarter(3).From, Until: quarter(3).Until},
		} {
			if _, err := o.TryFreeze(treasurer, stage); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE decree SET state = 'proposed'")
			return errors.Join(err, tx.Record("test.unsigned", "x", "", nil))
		})
		if _, err := o.TryFreeze(treasurer, quarter(3)); key(err) != "delivery.decree_unsigned" {
			t.Errorf("an unsigned decree: %v", err)
		}
	})
}

// Natuna 2024 as reported: 657 decreed, one dies before payment, 656 paid
// Rp200.000 a month for twelve months, here in four quarterly lists.
func TestNatuna2024AddsUpToTheRupiah(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 657)
		o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
			if err := registry.SetLife(t.Context(), tx, o.Homes[411].People[0].ID, registry.Dead, civil.Date{Year: 2024, Month: 2, Day: 1}, registry.Origin{}); err != nil {
				return err
			}
			return tx.Record("test.died", "x", "", nil)
		})
		for n := 1; n <= 4; n++ {
			l := o.Freeze(quarter(n))
			var statements []delivery.Statement
			for _, line := range o.lines(l.ID, delivery.LineFilter{State: delivery.Pending}) {
				statements = append(statements, give(line))
			}
			for len(statements) > 0 {
				k := min(delivery.MaxBatch, len(statements))
				for _, a := range o.submit(actor(officer), statements[:k]...) {
					if a.Fault != nil {
						t.Fatal(a.Fault)
					}
				}
				statements = statements[k:]
			}
			if r := o.balanced(l.ID); r.Whole.Paid != (delivery.Sum{People: 656, Money: 656 * 600_000}) {
				t.Fatalf("stage %d: %+v", n, r.Whole)
			}
			o.Write(actor(treasurer), func(tx *db.Tx) error { return delivery.CloseList(t.Context(), tx, l.ID, "", l.Version) })
		}
		a, err := delivery.AccountOf(t.Context(), d.Read(), whole(), o.Decree)
		if err != nil || !a.AddsUp() || a.Unlisted != 0 || a.Whole.Paid.Money != 1_574_400_000 || a.Whole.Failed.Money != 2_400_000 {
			t.Fatalf("%+v, %v", a.Whole, err)
		}
	})
}

func TestCorrectionTakesTwoPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 2)
		l := o.Freeze(quarter(1))
		line := o.lines(l.ID, delivery.LineFilter{})[0]
		h := give(line)
		o.submit(actor(officer), h)
		var c delivery.Correction
		o.Write(actor(officer), func(tx *db.Tx) error {
			var err error
			c, err = delivery.AskCorrection(t.Context(), tx, h.ID, "salah ketuk nama")
			return err
		})
		decide := func(user id.User) error {
			return d.Write(t.Context(), actor(user), func(tx *db.Tx) error {
				return delivery.DecideCorrection(t.Context(), tx, c.ID, true, "sudah dicek")
			})
		}
		if err := decide(officer); key(err) != "delivery.same_person" {
			t.Fatalf("one person alone: %v", err)
		}
		if err := decide(treasurer); err != nil {
			t.Fatal(err)
		}
		if err := decide(treasurer); kind(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if r := o.balanced(l.ID); r.Whole.Pending.People != 2 || r.Given != (delivery.Sum{}) {
			t.Errorf("%+v", r)
		}
		if a := o.submit(actor(second), give(line))[0]; a.Outcome != delivery.Given {
			t.Errorf("not payable again: %+v", a)
		}
		if a := o.submit(actor(officer), h)[0]; !a.Again || a.Receipt == "" {
			t.Errorf("the reversed statement sent again: %+v", a)
		}
		o.balanced(l.ID)
	})
}

func TestClosingWantsAReasonForEveryLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 3)
		l := o.Freeze(quarter(1))
		lines := o.lines(l.ID, delivery.LineFilter{})
		closeList := func(user id.User) error {
			return d.Write(t.Context(), actor(user), func(tx *db.Tx) error { return delivery.CloseList(t.Context(), tx, l.ID, "", l.Version) })
		}
		o.submit(actor(officer), give(lines[0]), without(lines[1], delivery.Absent))
		if err := closeList(treasurer); key(err) != "delivery.pending_left" {
			t.Fatalf("closed with an open line: %v", err)
		}
		o.submit(actor(officer), without(lines[2], delivery.Dead))
		if err := closeList(officer); key(err) != "delivery.payer_closes" {
			t.Fatalf("the payer closed: %v", err)
		}
		if err := closeList(treasurer); err != nil {
			t.Fatal(err)
		}
		r := o.balanced(l.ID)
		if r.Whole.Failed.People != 2 || r.Whole.Pending.People != 0 || r.List.State != delivery.Closed {
			t.Errorf("%+v", r)
		}
		if a := o.submit(actor(officer), give(lines[1]))[0]; a.Outcome != delivery.Stray {
			t.Errorf("paid from a closed list: %+v", a)
		}
		o.balanced(l.ID)
	})
}

func TestSiteClosesWhenCashAndBooksAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 3)
		l := o.Freeze(quarter(1))
		sites, err := delivery.Sites(t.Context(), d.Read(), whole(), l.ID)
		if err != nil || len(sites) != 2 {
			t.Fatalf("%+v, %v", sites, err)
		}
		s := sites[0]
		o.Write(actor(treasurer), func(tx *db.Tx) error {
			return delivery.AssignSite(t.Context(), tx, s.ID, delivery.Plan{Name: "Balai desa", Officer: officer, Taken: 1_200_000, Version: s.Version})
		})
		end := func(returned money.Rupiah, note string) error {
			return d.Write(t.Context(), actor(treasurer), func(tx *db.Tx) error {
				return delivery.CloseSite(t.Context(), tx, s.ID, returned, note, s.Version+1)
			})
		}
		if err := end(0, ""); key(err) != "delivery.site_unfinished" {
			t.Errorf("%v", err)
		}
		for i, line := range o.lines(l.ID, delivery.LineFilter{Site: s.ID}) {
			if i == 0 {
				o.submit(actor(officer), give(line))
				continue
			}
			o.submit(actor(officer), without(line, delivery.Absent))
		}
		if err := end(0, ""); key(err) != "delivery.cash_gap" {
			t.Errorf("%v", err)
		}
		if err := end(600_000, ""); err != nil {
			t.Error(err)
		}
		left := o.lines(l.ID, delivery.LineFilter{Site: s.ID, State: delivery.Pending})
		if a := o.submit(actor(officer), give(left[0]))[0]; a.Outcome != delivery.Stray {
			t.Errorf("paid at a closed site: %+v", a)
		}
	})
}

func TestReadersSeeTheirAreaOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, 6)
		l := o.Freeze(quarter(1))
		only := region.NewScope("2103", sedap.Kecamatan())
		lines, n, err := delivery.Lines(t.Context(), d.Read(), only, l.ID, delivery.LineFilter{}, 0, 50)
		if err != nil || n != 2 || len(lines) != 2 {
			t.Fatalf("%d lines, %v", n, err)
		}
		r, err := delivery.Reconcile(t.Context(), d.Read(), only, l.ID)
		if err != nil || r.Whole.Decreed.People != 2 || !r.AddsUp() {
			t.Errorf("%+v, %v", r.Whole, err)
		}
		lists, err := delivery.PayLists(t.Context(), d.Read(), only, "")
		if err != nil || len(lists) != 1 || lists[0].Decreed.People != 2 {
			t.Errorf("%+v, %v", lists, err)
		}
		for _, scope := range []region.Scope{{}, region.NewScope("7203"), region.NewScope("2103", serata)} {
			if lists, err := delivery.PayLists(t.Context(), d.Read(), scope, ""); err != nil || len(lists) != 0 {
				t.Errorf("%q sees %d lists, %v", scope.Label(), len(lists), err)
			}
			if _, err := delivery.LineByID(t.Context(), d.Read(), scope, lines[0].ID); kind(err) != fault.NotFound {
				t.Errorf("%q sees a line: %v", scope.Label(), err)
			}
		}
		found := o.lines(l.ID, delivery.LineFilter{Name: "djumadi aaab"})
		if len(found) != 1 {
			t.Errorf("found %d by name", len(found))
		}
	})
}

// Whatever happens in whatever order, the list adds up and no line is given twice.
func TestEveryInterleavingAddsUp(t *testing.T) {
	dbtest.Each(t, interleave)
}

func interleave(t *testing.T, d *db.DB) {
	o := open(t, d, 12)
	lists := []id.PayList{o.Freeze(quarter(1)).ID, o.Freeze(quarter(2)).ID}
	var all []delivery.LineView
	for _, l := range lists {
		all = append(all, o.lines(l, delivery.LineFilter{})...)
	}
	var said []delivery.Statement
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(5, 15).Draw(r, "steps") {
			switch rapid.IntRange(0, 5).Draw(r, "deed") {
			case 0, 1:
				var statements []delivery.Statement
				for range rapid.IntRange(1, 5).Draw(r, "batch") {
					statements = append(statements, give(rapid.SampledFrom(all).Draw(r, "line")))
				}
				said = append(said, statements...)
				o.submit(actor(officer), statements...)
			case 2:
				f := without(rapid.SampledFrom(all).Draw(r, "line"), rapid.SampledFrom([]delivery.Reason{delivery.Absent, delivery.Sick}).Draw(r, "why"))
				said = append(said, f)
				o.submit(actor(second), f)
			case 3:
				if len(said) > 0 {
					o.submit(actor(officer), rapid.SampledFrom(said).Draw(r, "again"), rapid.SampledFrom(said).Draw(r, "once more"))
				}
			case 4:
				line := rapid.SampledFrom(all).Draw(r, "line")
				o.reverse(line.ID)
			case 5:
				if len(said) > 0 {
					f := rapid.SampledFrom(said).Draw(r, "twisted")
					f.Note += "x"
					if a := o.submit(actor(officer), f)[0]; a.Fault == nil {
						r.Fatalf("other statements were taken: %+v", a)
					}
				}
			}
		}
		for _, l := range lists {
			o.balanced(l)
		}
	})
}

// reverse takes back what counts on a line, if anything does.
func (o *office) reverse(line id.PayLine) {
	o.Helper()
	l, err := delivery.LineByID(o.Context(), o.DB.Read(), whole(), line)
	if err != nil {
		o.Fatal(err)
	}
	if l.State != delivery.Paid {
		return
	}
	o.Write(actor(second), func(tx *db.Tx) error {
		c, err := delivery.AskCorrection(o.Context(), tx, l.Handover, "salah orang")
		if err != nil {
			return err
		}
		tx.Actor = actor(treasurer)
		return delivery.DecideCorrection(o.Context(), tx, c.ID, true, "")
	})
}

func TestReceiptCodesCheck(t *testing.T) {
	d := dbtest.SQLite(t)
	o := open(t, d, 1)
	a := o.submit(actor(officer), give(o.lines(o.Freeze(quarter(1)).ID, delivery.LineFilter{})[0]))[0]
	rapid.Check(t, func(r *rapid.T) {
		b := []byte(a.Receipt)
		at := rapid.IntRange(0, len(b)-1).Draw(r, "at")
		c := rapid.SampledFrom([]byte("0123456789ABCDEFGHJKMNPQRSTVWXYZ")).Draw(r, "letter")
		if b[at] == '-' || b[at] == c {
			return
		}
		b[at] = c
		if _, ok := delivery.ParseReceipt(string(b)); ok {
			r.Fatalf("%s passes for %s", b, a.Receipt)
		}
	})
}
