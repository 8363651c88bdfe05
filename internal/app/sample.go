package app

import (
	"context"
	"fmt"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// sampleRun walks a programme of the demo from its rules to half-finished
// hand-over, each step as the officer whose step it is.
type sampleRun struct {
	*App
	ctx context.Context
	day civil.Date
	who map[string]db.Actor
}

func (a *App) runSampleProgram(ctx context.Context, opt DemoOptions) error {
	r := sampleRun{App: a, ctx: ctx, day: opt.AsOf, who: map[string]db.Actor{}}
	for _, name := range []string{"kabid", "kepala", "bendahara", "penyalur", "verifikator"} {
		actor, err := a.ActAs(ctx, name)
		if err != nil {
			return err
		}
		r.who[name] = actor
	}
	if err := r.decideSome(); err != nil {
		return fmt.Errorf("validasi contoh: %w", err)
	}
	version, err := r.rules(opt)
	if err != nil {
		return fmt.Errorf("aturan contoh: %w", err)
	}
	decree, err := r.decree(version)
	if err != nil {
		return fmt.Errorf("penetapan contoh: %w", err)
	}
	if err := r.pay(decree, opt.Pending); err != nil {
		return fmt.Errorf("penyaluran contoh: %w", err)
	}
	return nil
}

func (r sampleRun) as(name string, fn func(tx *db.Tx) error) error {
	return r.DB.Write(r.ctx, r.who[name], fn)
}

// decideSome settles the first cases, so that every state has an example.
func (r sampleRun) decideSome() error {
	lines, err := evidence.Queue(r.ctx, r.DB.Read(), r.Scope(), evidence.Filter{}, 0, 12)
	if err != nil {
		return err
	}
	for i, l := range lines {
		err := r.as("verifikator", func(tx *db.Tx) error {
			return evidence.Decide(r.ctx, tx, l.ID, i%4 != 3, "Dicocokkan dengan surat dari instansi.", l.Version)
		})
		if err != nil {
			return err
		}
		if i%2 == 0 {
			continue
		}
		err = r.as("kabid", func(tx *db.Tx) error {
			return evidence.Confirm(r.ctx, tx, l.ID, true, "Sesuai bukti.", l.Version+1)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func intOf(n int) *int { return &n }

// rules drafts, proposes and activates the programme's first version.
func (r sampleRun) rules(opt DemoOptions) (id.Version, error) {
	const code = "BLT-DAERAH"
	var version id.Version
	err := r.as("kabid", func(tx *db.Tx) error {
		p, err := program.CreateProgram(r.ctx, tx, program.Program{Code: code, Name: "BLT Kesra Daerah", Unit: rules.Family, Fund: program.APBD, Channel: program.Post})
		if err != nil {
			return err
		}
		v, err := program.DraftVersion(r.ctx, tx, p.ID, program.Terms{
			ValidFrom: civil.Date{Year: r.day.Year, Month: 1, Day: 1}, LegalBasis: "Contoh: Peraturan Bupati (nomor diisi kantor)",
			AmountMonth: 200_000, Months: 12, Source: program.FromRegistry,
			Rules: rules.RuleSet{Unit: rules.Family, Require: []rules.Clause{
				{ID: "hidup", Kind: rules.Alive},
				{ID: "desil", Kind: rules.Desil, Min: intOf(1), Max: intOf(2)},
				{ID: "domisili", Kind: rules.Domicile, Areas: []region.Code{r.Regency}},
				{ID: "bukan-penerima", Kind: rules.ReceivesNot, Programs: []string{"PKH", "BLT-DD"}, Scope: rules.ScopeFamily},
				{ID: "bukan-asn", Kind: rules.FactNot, Facts: []string{"asn"}, Scope: rules.ScopeFamily},
			}},
			Spec: ranking.Spec{Keys: []ranking.KeySpec{{Name: "peringkat_kab_kota", Order: ranking.Ascending, Missing: ranking.MissingAfter}},
				Quota: sampleQuota(opt), Reserve: 100, Seed: "contoh-" + r.day.String()},
		})
		version = v.ID
		return err
	})
	if err != nil {
		return "", err
	}
	if err := r.moveVersion(version, "kabid", program.Propose); err != nil {
		return "", err
	}
	return version, r.moveVersion(version, "kepala", program.Activate)
}

// sampleQuota gives about one family in thirty a place.
func sampleQuota(opt DemoOptions) int {
	if opt.Quota > 0 {
		return opt.Quota
	}
	people := opt.People
	if people == 0 {
		people, _ = region.Population(opt.Regency)
	}
	return max(people/110, 10)
}

func (r sampleRun) moveVersion(version id.Version, who string, step func(context.Context, *db.Tx, id.Version, int) error) error {
	return r.as(who, func(tx *db.Tx) error {
		v, err := program.VersionByID(r.ctx, tx, r.Scope(), version)
		if err != nil {
			return err
		}
		return step(r.ctx, tx, version, v.Version)
	})
}

// decree ranks, proposes and signs.
func (r sampleRun) decree(version id.Version) (id.Decree, error) {
	var d program.Decree
	err := r.as("kabid", func(tx *db.Tx) error {
		rank, err := program.Rank(r.ctx, tx, version, r.day)
		if err != nil {
			return err
		}
		d, err = program.ProposeDecree(r.ctx, tx, rank.ID)
		return err
	})
	if err != nil {
		return "", err
	}
	paper, _, err := r.Blobs.Put(r.ctx, samplePaper(), 1<<20)
	if err != nil {
		return "", err
	}
	err = r.as("kepala", func(tx *db.Tx) error {
		d, err = program.SignDecree(r.ctx, tx, d.ID, program.Signature{Number: fmt.Sprintf("400.9/1/%d", r.day.Year), On: r.day,
			PDF: paper.SHA256, Confirm: d.Lines, Read: d.Version})
		return err
	})
	return d.ID, err
}

// pay freezes the first quarter and, unless all is to stay pending, hands over
// at two sites of three.
func (r sampleRun) pay(decree id.Decree, pending bool) error {
	var list delivery.PayList
	err := r.as("bendahara", func(tx *db.Tx) error {
		var err error
		list, err = delivery.Freeze(r.ctx, tx, decree, delivery.Stage{Title: "Triwulan I",
			From: civil.Date{Year: r.day.Year, Month: 1, Day: 1}, Until: civil.Date{Year: r.day.Year, Month: 3, Day: 1}})
		return err
	})
	if err != nil || pending {
		return err
	}
	sites, err := delivery.Sites(r.ctx, r.DB.Read(), r.Scope(), list.ID)
	if err != nil {
		return err
	}
	for i, s := range sites {
		if i%3 == 2 {
			continue
		}
		if err := r.handOverAt(list.ID, s.ID, i); err != nil {
			return err
		}
	}
	return nil
}

// handOverAt pays most of a site's lines; one in twelve was not at home.
func (r sampleRun) handOverAt(list id.PayList, site id.Site, n int) error {
	lines, _, err := delivery.Lines(r.ctx, r.DB.Read(), r.Scope(), list, delivery.LineFilter{Site: site}, 0, 1000)
	if err != nil {
		return err
	}
	mint := id.NewMint()
	var facts []delivery.Statement
	for i, l := range lines {
		if l.State != delivery.Pending || (i+n)%7 == 6 {
			continue
		}
		f := delivery.Statement{ID: id.Handover(mint.New(r.Now())), Line: l.ID, Outcome: delivery.Given, Receiver: delivery.Self, Amount: l.Amount}
		if (i+n)%12 == 5 {
			f = delivery.Statement{ID: f.ID, Line: l.ID, Outcome: delivery.NotGiven, Reason: delivery.Absent}
		}
		facts = append(facts, f)
	}
	for start := 0; start < len(facts); start += delivery.MaxBatch {
		if _, err := delivery.Submit(r.ctx, r.DB, r.who["penyalur"], facts[start:min(start+delivery.MaxBatch, len(facts))]); err != nil {
			return err
		}
	}
	return nil
}
