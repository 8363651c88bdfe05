package program_test

import (
	"os"
	"path/filepath"
	"testing"

	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/demo"
	"tepat/internal/evidence"
	"tepat/internal/intake"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/rules"
)

// natuna2024 is an office with the registry of the case and its files.
type natuna2024 struct {
	*office
	dir    string
	intake *intake.Service
	c      *demo.Case2024

	answers intake.Batch // as they went in last
}

func openNatuna(t *testing.T, d *db.DB) *natuna2024 {
	w, err := demo.Generate(demo.Options{Regency: natuna, Seed: 1, AsOf: civil.Date{Year: 2024, Month: 12, Day: 31}})
	if err != nil {
		t.Fatal(err)
	}
	n := &natuna2024{office: open(t, d), dir: t.TempDir()}
	if n.c, err = demo.Natuna2024(w); err != nil {
		t.Fatal(err)
	}
	if _, err := n.c.WriteFiles(n.dir); err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(filepath.Join(n.dir, "berkas"), filepath.Join(n.dir, "kunci"), blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	n.intake = intake.NewService(d, blobs, evidence.Applier{}, program.CandidateApplier{}, program.AnswerApplier{})
	n.register()
	return n
}

// register puts the candidates' families into the registry, as Dukcapil and
// DTSEN know them: everybody alive, with the rank.
func (n *natuna2024) register() {
	n.Helper()
	n.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
		seen := map[demo.FamilyKey]bool{}
		for i := range n.c.Candidates {
			f := &n.c.Candidates[i].Family
			if seen[f.Key] {
				continue
			}
			seen[f.Key] = true
			h := registry.Card{Origin: registry.Origin{Source: "dukcapil"}, Family: registry.Family{KK: f.KK, Village: f.Village.Code,
				Desil: f.Rank.Desil, RankRegency: f.Rank.Regency, RankedOn: n.c.World.AsOf()}}
			for _, p := range f.Members {
				h.People = append(h.People, registry.Person{NIK: p.NIK, Name: p.Name, Sex: p.Sex, BirthOn: p.Born,
					BirthPrecision: registry.ByDay, Relation: registry.Relation(p.Relation)})
			}
			if _, err := registrytest.Register(n.Context(), tx, h); err != nil {
				return err
			}
		}
		return nil
	})
}

// bring takes one file in and returns what became of its rows.
func (n *natuna2024) bring(file, subject string) intake.Batch {
	n.Helper()
	f, err := os.Open(filepath.Join(n.dir, file))
	if err != nil {
		n.Fatal(err)
	}
	defer f.Close()
	ctx := n.Context()
	b, err := n.intake.Receive(ctx, n.other, f, intake.Upload{FileName: file, Subject: subject})
	if err != nil {
		n.Fatal(file, err)
	}
	if b, err = n.intake.SetMapping(ctx, n.other, b.ID, intake.Choice{Sheet: b.Sheet, HeaderRow: b.HeaderRow, Layout: b.Layout, Subject: subject,
		Mapping: b.Mapping}); err != nil {
		n.Fatal(file, b.Layout, err)
	}
	if b, err = n.intake.Check(ctx, n.other, b.ID, nil); err != nil {
		n.Fatal(file, err)
	}
	if b, err = n.intake.Apply(ctx, n.other, b.ID, nil); err != nil {
		n.Fatal(file, err)
	}
	if !b.Counts.AddUp() {
		n.Errorf("%s: %+v does not add up", file, b.Counts)
	}
	return b
}

// poor are the rules of the case: nobody dead, no civil servant and no PKH on
// the family's card.
func poor() program.Terms {
	t := terms(rules.Family, 1000)
	t.Source = program.FromList
	t.ValidFrom = civil.Date{Year: 2024, Month: 1, Day: 1}
	t.Rules.Reject = []rules.Clause{
		{ID: "meninggal", Kind: rules.Fact, Facts: []string{"death"}, Scope: rules.ScopeFamily},
		{ID: "asn", Kind: rules.Fact, Facts: []string{"asn"}, Scope: rules.ScopeFamily},
		{ID: "pkh", Kind: rules.Receives, Programs: []string{"PKH"}, Scope: rules.ScopeFamily},
	}
	t.Spec.Keys = []ranking.KeySpec{{Name: "peringkat_kab_kota", Order: ranking.Ascending, Missing: ranking.MissingAfter},
		{Name: "list_place", Order: ranking.Ascending, Missing: ranking.MissingAfter}}
	return t
}

// Natuna's cash for the extremely poor of 2024: 1,002 candidates, 667 after the
// villages answered, 657 decreed.
func TestNatuna2024(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := openNatuna(t, d)
		ctx := t.Context()
		v := n.start("BST-EKSTREM-2024", poor())
		list := n.bring("kandidat-2024.csv", string(n.program.ID))
		if list.Counts.Added != demo.Natuna2024Candidates {
			t.Fatalf("%+v", list.Counts)
		}
		said := n.bring("validasi-desa.xlsx", string(n.program.ID))
		if said.Counts.Updated != demo.Natuna2024Candidates {
			t.Fatalf("%+v", said.Counts)
		}
		n.checkAnswers()
		n.checkUndo(list, said)
		for _, file := range []string{"kematian-1.csv", "kematian-2.csv", "asn-2024.csv"} {
			n.bring(file, "")
		}
		n.bring("pkh-2024.csv", "PKH")

		var r program.Ranking
		n.must(n.maker, func(tx *db.Tx) error {
			var err error
			r, err = program.Rank(ctx, tx, v.ID, n.c.Decreed)
			return err
		})
		if r.Counts.Subjects != demo.Natuna2024Valid || r.Counts.In != demo.Natuna2024Decreed {
			t.Fatalf("%+v", r.Counts)
		}
		// Three families receive PKH, and that is known. Who is stated dead or a
		// civil servant waits for two people.
		if r.Counts.Ineligible != 3 || r.Counts.Unknown != 7 {
			t.Errorf("%+v", r.Counts)
		}
		if key := n.as(n.other, func(tx *db.Tx) error { return program.AnswerApplier{}.Undo(ctx, tx, n.answers) }); key != "program.undo_ranked" {
			t.Errorf("undo of answers that a ranking counted: %q", key)
		}
		n.settleUnknown(r)
		n.must(n.maker, func(tx *db.Tx) error {
			var err error
			r, err = program.Rank(ctx, tx, v.ID, n.c.Decreed)
			return err
		})
		if r.Counts.In != demo.Natuna2024Decreed || r.Counts.Ineligible != 10 || r.Counts.Unknown != 0 {
			t.Errorf("after the decisions %+v", r.Counts)
		}
		decree := n.sign(n.propose(r), "400.9/123/2024")
		if decree.Lines != demo.Natuna2024Decreed || decree.Total != demo.Natuna2024Monthly.Times(12*demo.Natuna2024Decreed) {
			t.Errorf("%+v", decree)
		}
	})
}

// checkAnswers compares the counts by reason with the case.
func (n *natuna2024) checkAnswers() {
	n.Helper()
	cells, err := program.CandidateCounts(n.Context(), n.d.Read(), whole(), n.program.ID)
	if err != nil {
		n.Fatal(err)
	}
	kept, reasons := 0, map[string]int{}
	for _, c := range cells {
		if c.State == program.Kept {
			kept += c.N
			continue
		}
		reasons[c.Reason] += c.N
	}
	if kept != demo.Natuna2024Valid {
		n.Errorf("%d kept", kept)
	}
	for _, l := range demo.Natuna2024Split() {
		if l.Step == demo.VillageMeets && reasons[string(l.Reason)] != l.Rows {
			n.Errorf("%d leave for %s, want %d", reasons[string(l.Reason)], l.Reason, l.Rows)
		}
	}
}

// checkUndo takes the answers out and in again; the list itself stands while it
// is answered.
func (n *natuna2024) checkUndo(list, said intake.Batch) {
	n.Helper()
	ctx := n.Context()
	if key := n.as(n.other, func(tx *db.Tx) error { return program.CandidateApplier{}.Undo(ctx, tx, list) }); key != "program.undo_answered" {
		n.Errorf("undo of an answered list: %q", key)
	}
	if _, err := n.intake.Undo(ctx, n.other, said.ID, "uji", nil); err != nil {
		n.Fatal(err)
	}
	n.answers = n.bring("validasi-desa.xlsx", string(n.program.ID))
	if n.answers.Counts.Updated != demo.Natuna2024Candidates {
		n.Fatalf("%+v", n.answers.Counts)
	}
}

// settleUnknown decides every case of the families that wait, by two officers.
func (n *natuna2024) settleUnknown(r program.Ranking) {
	n.Helper()
	ctx := n.Context()
	for _, l := range n.lines(r, program.LineFilter{State: program.PlaceUnknown}) {
		cases, err := evidence.OfFamily(ctx, n.d.Read(), whole(), l.Family)
		if err != nil || len(cases) == 0 {
			n.Fatalf("no case about an unknown family: %v", err)
		}
		for _, c := range cases {
			if c.State != evidence.Indicated {
				continue
			}
			n.must(n.maker, func(tx *db.Tx) error { return evidence.Decide(ctx, tx, c.ID, true, "dokumen cocok", c.Version) })
			n.must(n.head, func(tx *db.Tx) error { return evidence.Confirm(ctx, tx, c.ID, true, "", c.Version+1) })
		}
	}
}

// The regency's cash for the elderly of 2025 under two versions: 70 years for
// everybody, then 65 years for desil 1 to 5.
func TestNatuna2025TwoVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(20) // heads born 1940 to 1959, wives 1945 to 1964
		at := func(n int) *int { return &n }
		first := terms(rules.Person, 292, rules.Clause{ID: "usia", Kind: rules.Age, Min: at(70)}, rules.Clause{ID: "hidup", Kind: rules.Alive},
			rules.Clause{ID: "domisili", Kind: rules.Domicile, Areas: []region.Code{natuna}})
		first.AmountMonth, first.Months = 800_000, 1
		second := terms(rules.Person, 292, rules.Clause{ID: "usia", Kind: rules.Age, Min: at(65)}, rules.Clause{ID: "desil", Kind: rules.Desil, Max: at(5)},
			rules.Clause{ID: "hidup", Kind: rules.Alive}, rules.Clause{ID: "domisili", Kind: rules.Domicile, Areas: []region.Code{natuna}})
		second.AmountMonth, second.Months = 700_000, 1
		before := o.rank(o.start("BST-LANSIA", first))
		after := o.rank(o.activate(o.program.ID, second))
		// 70 on 1 November 2026: born by then in 1956. 17 heads and 12 wives.
		if before.Counts.In != 29 || before.Spent != 29*800_000 {
			t.Errorf("first %+v", before)
		}
		c, err := program.Compare(t.Context(), d.Read(), whole(), before.ID, after.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Stayed+c.FellOut != before.Counts.In || c.Stayed+c.CameIn != after.Counts.In || c.CameIn == 0 || c.FellOut == 0 {
			t.Errorf("%+v of %+v and %+v", c, before.Counts, after.Counts)
		}
		if len(c.Changes) != c.CameIn+c.FellOut {
			t.Errorf("%d changes", len(c.Changes))
		}
		for _, x := range c.Changes {
			if x.After != program.PlaceIn && x.InLang("id") == "" {
				t.Errorf("%s fell out without a reason", x.Name)
			}
		}
	})
}

// A signed decree of another programme of the regency counts as received.
func TestOwnDecreesAreReceipts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(6)
		o.sign(o.propose(o.rank(o.start("BST-SATU", terms(rules.Family, 2)))), "1")
		t2 := terms(rules.Family, 6)
		t2.Rules.Reject = []rules.Clause{{ID: "lain", Kind: rules.Receives, Programs: []string{"BST-SATU"}, Scope: rules.ScopeFamily}}
		r := o.rank(o.start("BST-DUA", t2))
		if r.Counts.In != 4 || r.Counts.Ineligible != 2 || r.Counts.Unknown != 0 {
			t.Errorf("%+v", r.Counts)
		}
		later := t2
		later.ValidFrom = civil.Date{Year: 2028, Month: 1, Day: 1}
		if r := o.rank(o.activate(o.program.ID, later)); r.Counts.In != 6 {
			t.Errorf("months that do not meet count: %+v", r.Counts)
		}
	})
}
