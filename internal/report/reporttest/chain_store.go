// Package reporttest fills a database with a programme that has come all the
// way to payment, for tests of pages that compare numbers.
//
// It owns invented rows; it refuses to judge: the commands of program and
// delivery are tested in their own packages. Read ../home_test.go first.
package reporttest

import (
	"fmt"
	"strings"
	"testing"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Amount is what every line of the pay list pays, in rupiah.
const Amount = 600_000

// Town registers n families, family i in villages[i%len(villages)] with desil
// i%11; every seventh is under review.
func Town(t testing.TB, d *db.DB, regency region.Code, n int, villages ...region.Code) []registry.Household {
	t.Helper()
	var out []registry.Household
	write(t, d, regency, func(tx *db.Tx) error {
		if n == 0 {
			tx.Unchanged()
		}
		for i := range n {
			h, err := registry.Register(t.Context(), tx, household(i, villages[i%len(villages)]))
			if err != nil {
				return err
			}
			if i%7 == 0 {
				if _, err := registry.SetStanding(t.Context(), tx, h.Family.ID, "PKH", registry.ReviewOpen, h.Origin); err != nil {
					return err
				}
			}
			out = append(out, h)
		}
		return nil
	})
	return out
}

func household(i int, village region.Code) registry.Household {
	return registry.Household{Origin: registry.Origin{Source: "dukcapil", Batch: "b1", Row: i},
		Family: registry.Family{KK: nik.KK(fmt.Sprintf("21039901%02d20%04d", 1+i/10000, i%10000)), Village: village, Desil: i % 11},
		People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("21039912%02d85%04d", 1+i/10000, i%10000)), Name: fmt.Sprintf("JUMADI %d", i), Sex: nik.Male,
			BirthOn: civil.Date{Year: 1985, Month: 7, Day: 12}, BirthPrecision: registry.ByDay, Relation: 1}}}
}

// Chain is what Run made.
type Chain struct {
	Program id.Program
	Ranking id.Ranking
	Decree  id.Decree
	List    id.PayList
	Decreed int
	Paid    int
	Failed  int
}

// Run ranks all households, decrees the first half and pays those: line i is
// paid when i%3 is not 0, and failed when i is 0.
func Run(t testing.TB, d *db.DB, regency region.Code, name string, all []registry.Household, officer id.User) Chain {
	t.Helper()
	var c Chain
	write(t, d, regency, func(tx *db.Tx) error {
		k := maker{tx: tx, t: t, all: all, officer: string(officer)}
		c = k.run(name)
		return tx.Record("program.created", string(c.Program), regency, map[string]any{"say": []string{name}})
	})
	return c
}

func write(t testing.TB, d *db.DB, regency region.Code, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), dbtest.Actor(regency), f); err != nil {
		t.Fatal(err)
	}
}

type maker struct {
	tx      *db.Tx
	t       testing.TB
	all     []registry.Household
	officer string
}

func (k *maker) exec(query string, args ...any) {
	k.t.Helper()
	if _, err := k.tx.ExecMany(k.t.Context(), query, append([]any{k.tx.Actor.Regency()}, args...)...); err != nil {
		k.t.Fatal(err)
	}
}

func (k *maker) run(name string) Chain {
	now, half := k.tx.Now, len(k.all)/2
	c := Chain{Program: id.Program(k.tx.NewID()), Ranking: id.Ranking(k.tx.NewID()), Decree: id.Decree(k.tx.NewID()), List: id.PayList(k.tx.NewID()), Decreed: half}
	version := k.tx.NewID()
	k.exec("INSERT INTO program (regency, id, code, name, unit, fund, channel, state, made_by, made_at, version) VALUES ($1, $2, $3, $4, 'family', 'apbd', 'tunai', 'open', '', $5, 1)",
		string(c.Program), "UJI-"+strings.ToUpper(version[24:]), name, now)
	k.exec(`INSERT INTO rule_version (regency, id, program_id, number, state, legal_basis, amount_month_idr, months_n, quota_n, budget_idr, reserve_n, source, rules,
		rules_digest, spec, made_by, made_at, proposed_by, approved_by, version) VALUES ($1, $2, $3, 1, 'active', '', 200000, 12, $4, 0, 0, 'registry', '', '', '', '', $5, '', '', 1)`,
		version, string(c.Program), half, now)
	k.exec(`INSERT INTO ranking (regency, id, program_id, version_id, as_of, state, rules_digest, inputs_digest, result_digest, seed, subjects_n, in_n, reserve_n, below_n,
		ineligible_n, unknown_n, spent_idr, line_no, limit_kind, made_by, made_at, version)
		VALUES ($1, $2, $3, $4, '2026-11-01', 'final', '', '', '', '', $5, $6, 0, $7, 0, 0, 0, 0, '', '', $8, 1)`,
		string(c.Ranking), string(c.Program), version, len(k.all), half, len(k.all)-half, now)
	k.exec(`INSERT INTO decree (regency, id, program_id, version_id, ranking_id, kind, state, number, pdf_sha256, amount_month_idr, months_n, month_from, lines_n, total_idr,
		proposed_by, proposed_at, signed_by, version) VALUES ($1, $2, $3, $4, $5, 'induk', 'signed', $8, '', 200000, 12, '2026-01-01', $6, 0, 'kabid', $7, 'kadis', 1)`,
		string(c.Decree), string(c.Program), version, string(c.Ranking), half, now, "460/"+version[24:])
	k.exec(`INSERT INTO pay_list (regency, id, decree_id, program_id, title, stage_no, month_from, month_until, state, lines_n, total_idr, digest, decree_proposed_by,
		decree_signed_by, frozen_by, frozen_at, closed_by, closing_note, version)
		VALUES ($1, $2, $3, $4, 'Tahap 4', 4, '2026-10-01', '2026-12-01', 'frozen', $5, $6, '', 'kabid', 'kadis', 'bendahara', $7, '', '', 1)`,
		string(c.List), string(c.Decree), string(c.Program), half, int64(half)*Amount, now)
	k.lines(&c)
	return c
}

func (k *maker) lines(c *Chain) {
	sites := map[region.Code]string{}
	for i, h := range k.all {
		state := "below"
		if i < c.Decreed {
			state = "in"
		}
		village := h.Family.Village
		k.exec(`INSERT INTO ranking_tally (regency, ranking_id, village, state, reason_no, subjects_n, cost_idr) VALUES ($1, $2, $3, $4, 1, 1, 0)
			ON CONFLICT (regency, ranking_id, village, state, reason_no) DO UPDATE SET subjects_n = ranking_tally.subjects_n + 1`, string(c.Ranking), string(village), state)
		if i >= c.Decreed {
			continue
		}
		line, person, family := k.tx.NewID(), string(h.People[0].ID), string(h.Family.ID)
		k.exec(`INSERT INTO decree_line (regency, id, decree_id, ranking_line_id, person_id, family_id, village, place_no, amount_idr, state, replaces_id, reason, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 2400000, 'decreed', '', '', 1)`, line, string(c.Decree), line, person, family, string(village), i+1)
		if sites[village] == "" {
			sites[village] = k.tx.NewID()
			k.exec(`INSERT INTO site (regency, id, pay_list_id, village, name, on_date, officer_id, state, taken_idr, returned_idr, note, closed_by, version)
				VALUES ($1, $2, $3, $4, $5, '2026-11-22', $6, 'open', 0, 0, '', '', 1)`, sites[village], string(c.List), string(village), "Balai Desa "+string(village), k.officer)
		}
		paid := "paid"
		switch {
		case i == 0:
			paid = "failed"
			c.Failed++
		case i%3 == 0:
			paid = "pending"
		default:
			c.Paid++
		}
		k.exec(`INSERT INTO pay_line (regency, id, pay_list_id, decree_line_id, person_id, family_id, site_id, village, place_no, payee_name, payee_key, amount_idr, state,
			reason, detail, handover_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', $10, $11, '', '', '', 1)`,
			k.tx.NewID(), string(c.List), line, person, family, sites[village], string(village), i+1, Amount, paid)
	}
}
