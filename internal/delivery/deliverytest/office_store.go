// Package deliverytest sets up a regency with people and a signed decree, for
// tests of delivery and of what stands on it. It stores what program would
// store: tests of paying must not depend on how a decree comes about.
package deliverytest

import (
	"fmt"
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Two villages with people, one without.
const (
	Midai  = region.Code("2103041003")
	Sedap  = region.Code("2103051008")
	Serata = region.Code("2103042001")
)

// The people of the chain. Each is one user of its own.
const (
	Proposer  = id.User("00000000-0000-7000-8000-00000000000a")
	Signer    = id.User("00000000-0000-7000-8000-00000000000b")
	Treasurer = id.User("00000000-0000-7000-8000-00000000000c")
	Officer   = id.User("00000000-0000-7000-8000-00000000000d")
	Second    = id.User("00000000-0000-7000-8000-00000000000e")
)

// Actor acts as user in areas of Natuna, or in all of it.
func Actor(user id.User, areas ...region.Code) db.Actor {
	return db.Actor{User: user, Name: "Petugas " + string(user[35:]), Role: "distributor", Scope: region.NewScope("2103", areas...)}
}

// Whole is all of Natuna.
func Whole() region.Scope { return region.NewScope("2103") }

// Office is a regency with a signed decree.
type Office struct {
	testing.TB
	DB     *db.DB
	Decree id.Decree
	Homes  []registry.Card
}

// Monthly is what one recipient gets a month.
const Monthly money.Rupiah = 200_000

var january = civil.Date{Year: 2024, Month: 1, Day: 1}

// Open registers n couples over two villages and has all of them decreed for
// twelve months of Rp200.000.
func Open(t testing.TB, d *db.DB, n int) *Office {
	t.Helper()
	o := &Office{TB: t, DB: d}
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		for i := range n {
			village := Midai
			if i%3 == 2 {
				village = Sedap
			}
			h, err := registry.AddCard(t.Context(), tx, registry.Card{Origin: registry.Origin{Source: "dukcapil", Batch: "b1", Row: i + 1},
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", i)), Village: village},
				People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399120785%04d", i)), Name: fmt.Sprintf("JUMADI %s", letters(i)), Sex: nik.Male, Relation: 1}}})
			if err != nil {
				return err
			}
			o.Homes = append(o.Homes, h)
		}
		return tx.Record("test.opened", "x", "", nil)
	})
	o.Decree = o.Sign(12)
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

// Write runs a command and fails the test with it.
func (o *Office) Write(a db.Actor, f func(tx *db.Tx) error) {
	o.Helper()
	if err := o.DB.Write(o.Context(), a, f); err != nil {
		o.Fatal(err)
	}
}

// Sign stores what program would store for a signed decree over every home:
// this package must not depend on how a programme gets there.
func (o *Office) Sign(months int) id.Decree {
	o.Helper()
	var decree string
	o.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
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
			VALUES ('2103', $1, $2, 1, 'active', '', $3, $4, 0, 0, 0, 'list', '', '', '', '', $5, '', '', 1)`, version, program, int64(Monthly), months, tx.Now)
		run(`INSERT INTO ranking (regency, id, program_id, version_id, as_of, state, rules_digest, inputs_digest, result_digest, seed, subjects_n,
			in_n, reserve_n, below_n, ineligible_n, unknown_n, spent_idr, line_no, limit_kind, made_by, made_at, version)
			VALUES ('2103', $1, $2, $3, '2024-01-01', 'final', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, '', '', $4, 1)`, ranking, program, version, tx.Now)
		amount := Monthly.Times(months)
		run(`INSERT INTO decree (regency, id, program_id, version_id, ranking_id, kind, state, number, signed_on, pdf_sha256, amount_month_idr,
			months_n, month_from, lines_n, total_idr, proposed_by, proposed_at, signed_by, signed_at, version)
			VALUES ('2103', $1, $2, $3, $4, 'induk', 'signed', $5, '2024-01-05', '', $6, $7, '2024-01-01', $8, $9, $10, $11, $12, $11, 1)`,
			decree, program, version, ranking, decree[24:]+" Tahun 2024", int64(Monthly), months, len(o.Homes), int64(amount.Times(len(o.Homes))),
			string(Proposer), tx.Now, string(Signer))
		for i, h := range o.Homes {
			run(`INSERT INTO decree_line (regency, id, decree_id, ranking_line_id, person_id, family_id, village, place_no, amount_idr, state,
				replaces_id, reason, version) VALUES ('2103', $1, $2, $3, $4, $5, $6, $7, $8, 'decreed', '', '', 1)`,
				tx.NewID(), decree, tx.NewID(), string(h.People[0].ID), string(h.Family.ID), string(h.Family.Village), i+1, int64(amount))
		}
		return tx.Record("test.signed", decree, "", nil)
	})
	return id.Decree(decree)
}

// Quarter is the n-th three months of 2024.
func Quarter(n int) delivery.Stage {
	return delivery.Stage{Title: fmt.Sprintf("Tahap %d", n), From: civil.Date{Year: 2024, Month: january.Month + 3*time.Month(n-1), Day: 1},
		Until: civil.Date{Year: 2024, Month: january.Month + 3*time.Month(n-1) + 2, Day: 1}}
}

// Freeze makes the list of a stage.
func (o *Office) Freeze(stage delivery.Stage) delivery.PayList {
	o.Helper()
	l, err := o.TryFreeze(Treasurer, stage)
	if err != nil {
		o.Fatal(err)
	}
	return l
}

// TryFreeze is Freeze by anybody, and may fail.
func (o *Office) TryFreeze(user id.User, stage delivery.Stage) (delivery.PayList, error) {
	var l delivery.PayList
	err := o.DB.Write(o.Context(), Actor(user), func(tx *db.Tx) error {
		var err error
		l, err = delivery.Freeze(o.Context(), tx, o.Decree, stage)
		return err
	})
	return l, err
}
