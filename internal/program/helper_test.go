package program_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
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

const (
	natuna region.Code = "2103"
	midai  region.Code = "2103041003"
	sedap  region.Code = "2103051008"
)

var today = civil.Date{Year: 2026, Month: 11, Day: 1}

// book is a journal that remembers.
type book struct {
	sync.Mutex
	kinds []string
	seals []db.Seal
}

func (b *book) Append(_ context.Context, _ *db.Tx, events []db.Event, seals []db.Seal) error {
	b.Lock()
	defer b.Unlock()
	for _, e := range events {
		b.kinds = append(b.kinds, e.Kind)
	}
	b.seals = append(b.seals, seals...)
	return nil
}

// office is a regency with a head of section, a head and a spare officer.
type office struct {
	*testing.T
	d                  *db.DB
	book               *book
	maker, head, other db.Actor
	program            program.Program
}

func open(t *testing.T, d *db.DB) *office {
	o := &office{T: t, d: d, book: &book{}, maker: officer("kabid"), head: officer("kadis"), other: officer("kabid-2")}
	d.Keep(o.book)
	return o
}

func officer(name string) db.Actor {
	return db.Actor{User: id.User(name), Name: name, Role: string(account.SectionHead), Scope: region.NewScope(natuna)}
}

// employ gives an officer an account with his own number.
func (o *office) employ(who db.Actor, number nik.NIK) {
	o.Helper()
	o.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
		_, err := tx.Exec(o.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk,
			password_hash, active, must_change, lang, version, created_at, changed_at)
			VALUES ($1, $2, $2, $2, 'kabid', '', '', '', $3, '', '', 1, 0, 'id', 1, $4, $4)`, string(natuna), string(who.User), number.Reveal(), tx.Now)
		if err != nil {
			return err
		}
		return tx.Record("test.employed", "", "", nil)
	})
}

func whole() region.Scope { return region.NewScope(natuna) }

// as runs f as one command and returns the key of its fault, "" for none.
func (o *office) as(actor db.Actor, f func(tx *db.Tx) error) string {
	o.Helper()
	err := o.d.Write(o.Context(), actor, f)
	if err == nil {
		return ""
	}
	if f := fault.From(err); f != nil {
		return f.Key
	}
	o.Fatal(err)
	return ""
}

func (o *office) must(actor db.Actor, f func(tx *db.Tx) error) {
	o.Helper()
	if key := o.as(actor, f); key != "" {
		o.Fatal(key)
	}
}

// terms are rules that everybody alive in the regency meets, and a quota.
func terms(unit rules.Unit, quota int, require ...rules.Clause) program.Terms {
	if len(require) == 0 {
		require = []rules.Clause{{ID: "hidup", Kind: rules.Alive}}
	}
	return program.Terms{ValidFrom: civil.Date{Year: 2026, Month: 1, Day: 1}, LegalBasis: "Perbup uji", AmountMonth: 200_000, Months: 12,
		Source: program.FromRegistry, Rules: rules.RuleSet{Format: rules.Format, Unit: unit, Require: require},
		Spec: ranking.Spec{Format: ranking.Format, Quota: quota, Reserve: 2, Seed: "berita acara 1",
			Keys: []ranking.KeySpec{{Name: "peringkat_kab_kota", Order: ranking.Ascending, Missing: ranking.MissingAfter}}}}
}

// start makes a programme with one active version.
func (o *office) start(code string, t program.Terms) program.RuleVersion {
	o.Helper()
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		o.program, err = program.CreateProgram(o.Context(), tx, program.Program{Code: code, Name: "Program " + code, Unit: t.Rules.Unit,
			Fund: program.APBD, Channel: program.Post})
		return err
	})
	return o.activate(o.program.ID, t)
}

// activate drafts, proposes and approves a version.
func (o *office) activate(p id.Program, t program.Terms) program.RuleVersion {
	o.Helper()
	var v program.RuleVersion
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		if v, err = program.DraftVersion(o.Context(), tx, p, t); err != nil {
			return err
		}
		return program.Propose(o.Context(), tx, v.ID, v.Version)
	})
	o.must(o.head, func(tx *db.Tx) error { return program.Activate(o.Context(), tx, v.ID, v.Version+1) })
	v, err := program.VersionByID(o.Context(), o.d.Read(), whole(), v.ID)
	if err != nil {
		o.Fatal(err)
	}
	return v
}

func (o *office) rank(v program.RuleVersion) program.Ranking {
	o.Helper()
	var r program.Ranking
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		r, err = program.Rank(o.Context(), tx, v.ID, today)
		return err
	})
	if !r.Counts.AddUp() {
		o.Fatalf("%+v does not add up", r.Counts)
	}
	return r
}

func (o *office) propose(r program.Ranking) program.Decree {
	o.Helper()
	var d program.Decree
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		d, err = program.ProposeDecree(o.Context(), tx, r.ID)
		return err
	})
	return d
}

func signature(d program.Decree, number string) program.Signature {
	return program.Signature{Number: number, On: today, PDF: fmt.Sprintf("%064d", 1), Confirm: d.Lines, Read: d.Version}
}

func (o *office) sign(d program.Decree, number string) program.Decree {
	o.Helper()
	o.must(o.head, func(tx *db.Tx) error {
		var err error
		d, err = program.SignDecree(o.Context(), tx, d.ID, signature(d, number))
		return err
	})
	return d
}

func (o *office) lines(r program.Ranking, f program.LineFilter) []program.Line {
	o.Helper()
	lines, err := program.Lines(o.Context(), o.d.Read(), whole(), r.ID, f, 0, 0)
	if err != nil {
		o.Fatal(err)
	}
	return lines
}

// families registers n couples; the head of number i was born in 1940+i and the
// family has rank i+1 and desil 1 to 10.
func (o *office) families(n int) []registry.Card {
	o.Helper()
	var out []registry.Card
	o.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
		out = nil
		for i := range n {
			village := midai
			if i%2 == 1 {
				village = sedap
			}
			h, err := registrytest.Register(o.Context(), tx, registry.Card{
				Origin: registry.Origin{Source: "dukcapil"},
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", i)), Village: village, Desil: i%10 + 1, RankRegency: i + 1,
					RankedOn: civil.Date{Year: 2026, Month: 9, Day: 30}},
				People: []registry.Person{
					{NIK: nik.NIK(fmt.Sprintf("210399120740%04d", i)), Name: fmt.Sprintf("KEPALA %c", 'A'+i), Sex: nik.Male, Relation: registry.HeadOfFamily,
						BirthOn: civil.Date{Year: 1940 + i, Month: 7, Day: 12}, BirthPrecision: registry.ByDay},
					{NIK: nik.NIK(fmt.Sprintf("210399520745%04d", i)), Name: fmt.Sprintf("ISTRI %c", 'A'+i), Sex: nik.Female, Relation: registry.Wife,
						BirthOn: civil.Date{Year: 1945 + i, Month: 7, Day: 12}, BirthPrecision: registry.ByDay},
				},
			})
			if err != nil {
				return err
			}
			out = append(out, h)
		}
		return nil
	})
	return out
}

const fullYear money.Rupiah = 2_400_000
