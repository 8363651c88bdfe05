// Package reporttest brings a programme all the way to payment, for tests of
// pages that compare numbers.
//
// It owns an invented town; what happens to it is done by the commands that an
// office gives. Read ../home_test.go first.
package reporttest

import (
	"fmt"
	"strings"
	"testing"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/rules"
)

// Amount is what every line of the pay list pays: three months.
const Amount money.Rupiah = 600_000

// today is dbtest.Epoch as a day.
var today = civil.Date{Year: 2026, Month: 11, Day: 22}

// Town registers n families, family i in villages[i%len(villages)] with desil
// i%11; every seventh is under review.
func Town(t testing.TB, d *db.DB, regency region.Code, n int, villages ...region.Code) []registry.Card {
	t.Helper()
	var out []registry.Card
	err := d.Write(t.Context(), dbtest.Actor(regency), func(tx *db.Tx) error {
		out = nil
		if n == 0 {
			tx.Unchanged()
		}
		for i := range n {
			h, err := registrytest.Register(t.Context(), tx, card(i, villages[i%len(villages)]))
			if err != nil {
				return err
			}
			if i%7 == 0 {
				want := map[id.Family]registry.Standing{h.Family.ID: {Receives: "PKH", Review: registry.ReviewOpen}}
				if _, err := registry.SetStandings(t.Context(), tx, []registry.Family{h.Family}, want); err != nil {
					return err
				}
			}
			out = append(out, h)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func card(i int, village region.Code) registry.Card {
	return registry.Card{Origin: registry.Origin{Source: "dukcapil", Batch: "b1", Row: i},
		Family: registry.Family{KK: nik.KK(fmt.Sprintf("21039901%02d20%04d", 1+i/10000, i%10000)), Village: village, Desil: i % 11},
		People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("21039912%02d85%04d", 1+i/10000, i%10000)), Name: fmt.Sprintf("JUMADI %d", i), Sex: nik.Male,
			BirthOn: civil.Date{Year: 1985, Month: 7, Day: 12}, BirthPrecision: registry.ByDay, Relation: 1}}}
}

// Chain is what Run made.
type Chain struct {
	Program  id.Program
	Ranking  id.Ranking
	Decree   id.Decree
	List     id.PayList
	Eligible int
	Decreed  int
	Paid     int
	Failed   int
	Pending  int
}

// office gives commands as the people of one office.
type office struct {
	testing.TB
	d       *db.DB
	regency region.Code
}

func (o office) as(user string, f func(tx *db.Tx) error) {
	o.Helper()
	actor := db.Actor{User: id.User(user), Name: user, Role: user, Scope: region.NewScope(o.regency)}
	if err := o.d.Write(o.Context(), actor, f); err != nil {
		o.Fatalf("%s: %v", user, err)
	}
}

// Run makes a programme for families of desil 1 to 8, decrees up to quota of
// them, pays two of three, finds that every ninth refuses, and leaves the rest
// waiting.
func Run(t testing.TB, d *db.DB, regency region.Code, name string, quota int) Chain {
	t.Helper()
	o := office{t, d, regency}
	version := o.activate(name, quota)
	c := Chain{Program: version.Program}
	var decree program.Decree
	o.as("kabid", func(tx *db.Tx) error {
		r, err := program.Rank(o.Context(), tx, version.ID, today)
		if err != nil {
			return err
		}
		c.Ranking, c.Eligible = r.ID, r.Counts.Eligible()
		decree, err = program.ProposeDecree(o.Context(), tx, r.ID)
		return err
	})
	o.as("kadis", func(tx *db.Tx) error {
		_, err := program.SignDecree(o.Context(), tx, decree.ID, program.Signature{Number: "460/" + name, On: today, PDF: strings.Repeat("1", 64),
			Confirm: decree.Lines, Read: decree.Version})
		return err
	})
	c.Decree, c.Decreed = decree.ID, decree.Lines
	o.as("bendahara", func(tx *db.Tx) error {
		until := decree.MonthFrom.AddDays(62)
		until.Day = 1
		list, err := delivery.Freeze(o.Context(), tx, decree.ID, delivery.Stage{Title: "Tahap 1", From: decree.MonthFrom, Until: until})
		c.List = list.ID
		return err
	})
	o.pay(&c)
	return c
}

func (o office) activate(name string, quota int) program.RuleVersion {
	o.Helper()
	desil := 8
	terms := program.Terms{ValidFrom: civil.Date{Year: 2026, Month: 1, Day: 1}, LegalBasis: "Perbup uji", AmountMonth: Amount / 3, Months: 12,
		Source: program.FromRegistry,
		Rules:  rules.RuleSet{Format: rules.Format, Unit: rules.Family, Require: []rules.Clause{{ID: "hidup", Kind: rules.Alive}, {ID: "desil", Kind: rules.Desil, Max: &desil}}},
		Spec: ranking.Spec{Format: ranking.Format, Quota: quota, Reserve: 2, Seed: "berita acara 1",
			Keys: []ranking.KeySpec{{Name: "peringkat_kab_kota", Order: ranking.Ascending, Missing: ranking.MissingAfter}}}}
	var v program.RuleVersion
	o.as("kabid", func(tx *db.Tx) error {
		p, err := program.CreateProgram(o.Context(), tx, program.Program{Code: "UJI-" + strings.ToUpper(strings.ReplaceAll(name, " ", "-")), Name: name,
			Unit: rules.Family, Fund: program.APBD, Channel: program.Cash})
		if err != nil {
			return err
		}
		if v, err = program.DraftVersion(o.Context(), tx, p.ID, terms); err != nil {
			return err
		}
		return program.Propose(o.Context(), tx, v.ID, v.Version)
	})
	o.as("kadis", func(tx *db.Tx) error { return program.Activate(o.Context(), tx, v.ID, v.Version+1) })
	return v
}

// pay hands over in the order of the list.
func (o office) pay(c *Chain) {
	o.Helper()
	lines, _, err := delivery.Lines(o.Context(), o.d.Read(), region.NewScope(o.regency), c.List, delivery.LineFilter{}, 0, 1000)
	if err != nil {
		o.Fatal(err)
	}
	mint := id.NewMint()
	for i, l := range lines {
		f := delivery.Statement{ID: id.Handover(mint.New(dbtest.Epoch)), Line: l.ID, Outcome: delivery.Given, Receiver: delivery.Self, Amount: l.Amount}
		switch {
		case l.State != delivery.Pending:
			c.Failed++
			continue
		case i%9 == 0:
			f.Outcome, f.Reason, f.Receiver, f.Amount = delivery.NotGiven, delivery.Refused, "", 0
			c.Failed++
		case i%3 == 0:
			c.Pending++
			continue
		default:
			c.Paid++
		}
		o.as("petugas", func(tx *db.Tx) error {
			a, err := delivery.HandOver(o.Context(), tx, f)
			if err == nil && a.Fault != nil {
				err = a.Fault
			}
			return err
		})
	}
}

// Plan gives every site of the list its day, today, and its officer.
func Plan(t testing.TB, d *db.DB, regency region.Code, list id.PayList, officer id.User) {
	t.Helper()
	o := office{t, d, regency}
	sites, err := delivery.Sites(t.Context(), d.Read(), region.NewScope(regency), list)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		o.as("bendahara", func(tx *db.Tx) error {
			return delivery.AssignSite(t.Context(), tx, s.ID, delivery.Plan{Name: s.Name, On: today, Officer: officer, Version: s.Version})
		})
	}
}
