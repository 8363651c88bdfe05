package delivery_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

const (
	midai  = region.Code("2103041001")
	sedap  = region.Code("2103051001")
	serata = region.Code("2103042002")
)

// The people of the chain. Each is one user of its own.
const (
	proposer  = id.User("00000000-0000-7000-8000-00000000000a")
	signer    = id.User("00000000-0000-7000-8000-00000000000b")
	treasurer = id.User("00000000-0000-7000-8000-00000000000c")
	officer   = id.User("00000000-0000-7000-8000-00000000000d")
	second    = id.User("00000000-0000-7000-8000-00000000000e")
)

func actor(user id.User, areas ...region.Code) db.Actor {
	return db.Actor{User: user, Name: "Petugas " + string(user[35:]), Role: "distributor", Scope: region.NewScope("2103", areas...)}
}

func whole() region.Scope { return region.NewScope("2103") }

// office is a regency with a signed decree.
type office struct {
	testing.TB
	d      *db.DB
	decree id.Decree
	homes  []registry.Household
}

const monthly money.Rupiah = 200_000

var january = civil.Date{Year: 2024, Month: 1, Day: 1}

// open registers n couples over two villages and has all of them decreed for
// twelve months of Rp200.000.
func open(t testing.TB, d *db.DB, n int) *office {
	t.Helper()
	o := &office{TB: t, d: d}
	o.write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		for i := range n {
			village := midai
			if i%3 == 2 {
				village = sedap
			}
			h, err := registry.AddHousehold(t.Context(), tx, registry.Household{Origin: registry.Origin{Source: "dukcapil", Batch: "b1", Row: i + 1},
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", i)), Village: village},
				People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399120785%04d", i)), Name: fmt.Sprintf("JUMADI %s", letters(i)), Sex: nik.Male, Relation: 1}}})
			if err != nil {
				return err
			}
			o.homes = append(o.homes, h)
		}
		return tx.Record("test.opened", "x", "", nil)
	})
	o.decree = o.sign(12)
	return o
}

func letters(i int) string {
	b := []byte("AAAA")
	for p := 3; p >= 0; p-- {
		b[p] += byte(i % 26)
		i /= 26
	}
	return string(b)
}

func (o *office) write(a db.Actor, f func(tx *db.Tx) error) {
	o.Helper()
	if err := o.d.Write(o.Context(), a, f); err != nil {
		o.Fatal(err)
	}
}

// sign stores what program would store for a signed decree over every home:
// this package must not depend on how a programme gets there.
func (o *office) sign(months int) id.Decree {
	o.Helper()
	var decree string
	o.write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		program, version, ranking := tx.NewID(), tx.NewID(), tx.NewID()
		decree = tx.NewID()
		run := func(query string, args ...any) {
			if _, err := tx.ExecMany(o.Context(), query, args...); err != nil {
				o.Fatal(err)
			}
		}
		run(`INSERT INTO program (regency, id, code, name, unit, fund, channel, state, made_by, made_at, version)
			VALUES ('2103', $1, $2, 'BLT Kemiskinan Ekstrem', 'family', 'apbd', 'tunai', 'open', '', $3, 1)`, program, program[24:], tx.Now)
		run(`INSERT INTO rule_version (regency, id, program_id, number, state, legal_basis, amount_month_idr, months_n, quota_n, budget_idr,
			reserve_n, source, rules, rules_digest, spec, made_by, made_at, proposed_by, approved_by, version)
			VALUES ('2103', $1, $2, 1, 'active', '', $3, $4, 0, 0, 0, 'list', '', '', '', '', $5, '', '', 1)`, version, program, int64(monthly), months, tx.Now)
		run(`INSERT INTO ranking (regency, id, program_id, version_id, as_of, state, rules_digest, inputs_digest, result_digest, seed, subjects_n,
			in_n, reserve_n, below_n, ineligible_n, unknown_n, spent_idr, line_no, limit_kind, made_by, made_at, version)
			VALUES ('2103', $1, $2, $3, '2024-01-01', 'final', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, '', '', $4, 1)`, ranking, program, version, tx.Now)
		amount := monthly.Times(months)
		run(`INSERT INTO decree (regency, id, program_id, version_id, ranking_id, kind, state, number, signed_on, pdf_sha256, amount_month_idr,
			months_n, month_from, lines_n, total_idr, proposed_by, proposed_at, signed_by, signed_at, version)
			VALUES ('2103', $1, $2, $3, $4, 'induk', 'signed', $5, '2024-01-05', '', $6, $7, '2024-01-01', $8, $9, $10, $11, $12, $11, 1)`,
			decree, program, version, ranking, "SK "+decree[24:], int64(monthly), months, len(o.homes), int64(amount.Times(len(o.homes))),
			string(proposer), tx.Now, string(signer))
		for i, h := range o.homes {
			run(`INSERT INTO decree_line (regency, id, decree_id, ranking_line_id, person_id, family_id, village, place_no, amount_idr, state,
				replaces_id, reason, version) VALUES ('2103', $1, $2, $3, $4, $5, $6, $7, $8, 'decreed', '', '', 1)`,
				tx.NewID(), decree, tx.NewID(), string(h.People[0].ID), string(h.Family.ID), string(h.Family.Village), i+1, int64(amount))
		}
		return tx.Record("test.signed", decree, "", nil)
	})
	return id.Decree(decree)
}

func quarter(n int) delivery.Stage {
	return delivery.Stage{Title: fmt.Sprintf("Tahap %d", n), From: civil.Date{Year: 2024, Month: january.Month + 3*time.Month(n-1), Day: 1},
		Until: civil.Date{Year: 2024, Month: january.Month + 3*time.Month(n-1) + 2, Day: 1}}
}

func (o *office) freeze(stage delivery.Stage) delivery.PayList {
	o.Helper()
	l, err := o.tryFreeze(treasurer, stage)
	if err != nil {
		o.Fatal(err)
	}
	return l
}

func (o *office) tryFreeze(user id.User, stage delivery.Stage) (delivery.PayList, error) {
	var l delivery.PayList
	err := o.d.Write(o.Context(), actor(user), func(tx *db.Tx) error {
		var err error
		l, err = delivery.Freeze(o.Context(), tx, o.decree, stage)
		return err
	})
	return l, err
}

func (o *office) lines(list id.PayList, f delivery.LineFilter) []delivery.LineView {
	o.Helper()
	out, _, err := delivery.Lines(o.Context(), o.d.Read(), whole(), list, f, 0, 1000)
	if err != nil {
		o.Fatal(err)
	}
	return out
}

func newID() id.Handover {
	var b [16]byte
	rand.Read(b[:])
	return id.Handover(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// give is the plain statement: the recipient got the money.
func give(l delivery.LineView) delivery.Facts {
	return delivery.Facts{ID: newID(), Line: l.ID, Outcome: delivery.Given, Receiver: delivery.Self, Amount: l.Amount}
}

func without(l delivery.LineView, why delivery.Reason) delivery.Facts {
	return delivery.Facts{ID: newID(), Line: l.ID, Outcome: delivery.NotGiven, Reason: why}
}

func (o *office) submit(a db.Actor, facts ...delivery.Facts) []delivery.Answer {
	o.Helper()
	answers, err := delivery.Submit(o.Context(), o.d, a, facts)
	if err != nil {
		o.Fatal(err)
	}
	return answers
}

// balanced fails the test unless the list adds up, and returns its account.
func (o *office) balanced(list id.PayList) delivery.Reconciliation {
	o.Helper()
	var r delivery.Reconciliation
	err := o.d.Snapshot(o.Context(), func(q db.Querier) error {
		var err error
		r, err = delivery.Reconcile(o.Context(), q, whole(), list)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	if !r.AddsUp() {
		o.Fatalf("does not add up: %+v, given %+v", r.Whole, r.Given)
	}
	return r
}

func kind(err error) fault.Kind { return fault.KindOf(err) }

func key(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	return fmt.Sprint(err)
}
