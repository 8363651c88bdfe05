package people_test

import (
	"strings"
	"testing"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery/deliverytest"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// rank has two officers bring a programme for families of desil 1 to 4 with a
// quota of one through to a ranking.
func (k *desk) rank() {
	k.Helper()
	as := func(user id.User, fn func(tx *db.Tx) error) {
		if err := k.DB.Write(k.Context(), db.Actor{User: user, Name: string(user), Scope: region.NewScope(natuna)}, fn); err != nil {
			k.Fatal(err)
		}
	}
	day := civil.Date{Year: 2026, Month: 11, Day: 1}
	var v program.RuleVersion
	as("kabid", func(tx *db.Tx) error {
		p, err := program.CreateProgram(k.Context(), tx, program.Program{Code: "BLT-UJI", Name: "BLT Uji", Unit: rules.Family, Fund: program.APBD, Channel: program.Post})
		if err != nil {
			return err
		}
		v, err = program.DraftVersion(k.Context(), tx, p.ID, program.Terms{ValidFrom: civil.Date{Year: 2026, Month: 1, Day: 1}, LegalBasis: "Perbup uji",
			AmountMonth: 200_000, Months: 12, Source: program.FromRegistry,
			Rules: rules.RuleSet{Format: rules.Format, Unit: rules.Family, Require: []rules.Clause{{ID: "desil", Kind: rules.Desil, Min: new(1), Max: new(4)}}},
			Spec: ranking.Spec{Format: ranking.Format, Quota: 1, Reserve: 1, Seed: "berita acara 1",
				Keys: []ranking.KeySpec{{Name: "desil", Order: ranking.Ascending, Missing: ranking.MissingAfter}}}})
		if err != nil {
			return err
		}
		return program.Propose(k.Context(), tx, v.ID, v.Version)
	})
	as("kadis", func(tx *db.Tx) error { return program.Activate(k.Context(), tx, v.ID, v.Version+1) })
	as("kabid", func(tx *db.Tx) error { _, err := program.Rank(k.Context(), tx, v.ID, day); return err })
}

func TestProfileSaysWhyAFamilyStandsWhereItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		var hs []registry.Card
		for n, desil := range []int{1, 2, 7} {
			h := card(n+1, midai, "KEPALA", "ISTRI")
			h.Family.Desil = desil
			hs = append(hs, h)
		}
		hs = k.register(hs...)
		k.rank()
		for n, want := range [][]string{{"Masuk kuota", "Peringkat 1 dari 2", "Terpenuhi"}, {"Cadangan", "Peringkat 2 dari 2"}, {"Tidak memenuhi syarat", "Tidak terpenuhi: </span>Desil 7"}} {
			body := k.page(at(hs[n]), 200)
			for _, w := range append(want, "BLT Uji", "Syarat satu per satu") {
				if !strings.Contains(body, w) {
					t.Errorf("family %d: the profile lacks %q", n+1, w)
				}
			}
		}
	})
}

func TestProfileListsPayments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		o := deliverytest.Open(t, d, 2)
		o.Freeze(deliverytest.Quarter(1))
		body := k.page(at(o.Homes[0]), 200)
		for _, want := range []string{"BLT Kemiskinan Ekstrem", "Tahap 1", "600.000", "Menunggu"} {
			if !strings.Contains(body, want) {
				t.Errorf("the profile lacks %q", want)
			}
		}
	})
}
