package evidence_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

const (
	midai = region.Code("2103041003")
	sedap = region.Code("2103051001")
)

// book is a journal that remembers what was said, and the last seal of each row.
type book struct {
	kinds []string
	seals map[[2]string]db.Digest
}

func (b *book) Append(_ context.Context, _ *db.Tx, events []db.Event, seals []db.Seal) error {
	if b.seals == nil {
		b.seals = map[[2]string]db.Digest{}
	}
	for _, s := range seals {
		b.seals[[2]string{s.Table, s.ID}] = s.Digest
	}
	for _, e := range events {
		b.kinds = append(b.kinds, e.Kind)
	}
	return nil
}

// office is a database with a few families and people who work on them.
type office struct {
	*testing.T
	d     *db.DB
	book  *book
	homes []registry.Card
	sent  int
}

func open(t *testing.T, d *db.DB) *office {
	o := &office{T: t, d: d, book: &book{}}
	d.Keep(o.book)
	t.Cleanup(o.sealed)
	for n, village := range []region.Code{midai, midai, sedap} {
		h := registry.Card{
			Origin: registry.Origin{Source: "dukcapil"},
			Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n+1)), Village: village},
			People: []registry.Person{
				{NIK: number(2*n + 1), Name: []string{"JUMADI", "HASAN BASRI", "YUSUF"}[n], Sex: nik.Male, BirthOn: day(1955, 7, 12), Relation: registry.HeadOfFamily},
				{NIK: number(2*n + 2), Name: []string{"SITI AMINAH", "NURHAYATI", "ROSMIATI"}[n], Sex: nik.Female, BirthOn: day(1960, 3, 12), Relation: registry.Wife},
			},
		}
		o.must(system(), func(tx *db.Tx) error {
			var err error
			h, err = registrytest.Register(t.Context(), tx, h)
			return err
		})
		o.homes = append(o.homes, h)
	}
	o.book.kinds = nil
	return o
}

func number(n int) nik.NIK                   { return nik.NIK(fmt.Sprintf("210399120755%04d", n)) }
func day(y, m, d int) civil.Date             { return civil.Date{Year: y, Month: time.Month(m), Day: d} }
func system() db.Actor                       { return dbtest.Actor("2103") }
func whole() region.Scope                    { return region.NewScope("2103") }
func (o *office) head(n int) registry.Person { return o.homes[n].People[0] }
func (o *office) wife(n int) registry.Person { return o.homes[n].People[1] }

func officer(user string, areas ...region.Code) db.Actor {
	return db.Actor{User: id.User(user), Name: user, Role: "verifier", Scope: region.NewScope("2103", areas...)}
}

func (o *office) must(actor db.Actor, f func(tx *db.Tx) error) {
	o.Helper()
	if err := o.d.Write(o.Context(), actor, f); err != nil {
		o.Fatal(err)
	}
}

// as runs f and returns the key of the fault that it met, "" for none.
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

// send checks and applies rows as a batch of layout, in the way intake does.
func (o *office) send(layout string, rows ...intake.Record) (intake.Batch, []intake.Item) {
	o.Helper()
	o.sent++
	b := intake.Batch{ID: id.Batch(fmt.Sprintf("batch-%02d", o.sent)), Sender: "Dukcapil", Layout: layout, Target: "fact", Village: midai,
		CreatedAt: db.TimeOf(dbtest.Epoch)}.Within(whole())
	items := o.check(b, rows)
	o.must(system(), func(tx *db.Tx) error {
		c, err := evidence.Applier{}.Apply(o.Context(), tx, b, items)
		if err != nil {
			return err
		}
		return tx.Record("import.applied", string(b.ID), "", map[string]any{"added": c.Added})
	})
	return b, items
}

func (o *office) check(b intake.Batch, rows []intake.Record) []intake.Item {
	o.Helper()
	items := make([]intake.Item, len(rows))
	profiles := make([]registry.Profile, len(rows))
	for n := range rows {
		items[n] = intake.Item{Row: n + 2, Record: rows[n], Outcome: intake.Ready}
		profiles[n] = rows[n].Profile()
	}
	matches, err := registry.Lookup(o.Context(), o.d.Read(), "2103", profiles)
	if err != nil {
		o.Fatal(err)
	}
	for n := range matches {
		items[n].Match = matches[n]
	}
	if err := (evidence.Applier{}).Check(o.Context(), o.d.Read(), b, items); err != nil {
		o.Fatal(err)
	}
	return items
}

func row(p registry.Person) intake.Record {
	return intake.Record{NIK: p.NIK, Name: p.Name, BirthOn: p.BirthOn, Village: p.Village}
}

func died(p registry.Person, grade string, on civil.Date) intake.Record {
	r := row(p)
	r.Grade, r.EventOn = grade, on
	return r
}

func aided(p registry.Person, program string, amount money.Rupiah) intake.Record {
	r := row(p)
	r.Program, r.Amount = program, amount
	return r
}

// matter returns the only open or settled matter of p, failing when there is
// none.
func (o *office) matter(p registry.Person) evidence.Line {
	o.Helper()
	l, ok := o.find(p)
	if !ok {
		o.Fatalf("no indication about %s", p.Name)
	}
	return l
}

// find returns the newest matter of p.
func (o *office) find(p registry.Person) (evidence.Line, bool) {
	o.Helper()
	list, err := evidence.Queue(o.Context(), o.d.Read(), whole(), evidence.Filter{}, 0, 100)
	if err != nil {
		o.Fatal(err)
	}
	var hit evidence.Line
	for _, l := range list {
		if l.Person == p.ID && l.ID > hit.ID {
			hit = l
		}
	}
	return hit, hit.ID != ""
}

func (o *office) decide(who db.Actor, p registry.Person, proven bool) string {
	o.Helper()
	m := o.matter(p)
	return o.as(who, func(tx *db.Tx) error {
		return evidence.Decide(o.Context(), tx, m.ID, proven, "sudah dicek ke RT", m.Version)
	})
}

func (o *office) confirm(who db.Actor, p registry.Person, agree bool) string {
	o.Helper()
	m := o.matter(p)
	return o.as(who, func(tx *db.Tx) error {
		return evidence.Confirm(o.Context(), tx, m.ID, agree, "bukti dibaca", m.Version)
	})
}

func (o *office) person(p registry.Person) registry.Person {
	o.Helper()
	now, err := registry.PersonByID(o.Context(), o.d.Read(), whole(), p.ID)
	if err != nil {
		o.Fatal(err)
	}
	return now
}

func (o *office) family(n int) registry.Family {
	o.Helper()
	f, err := registry.FamilyByID(o.Context(), o.d.Read(), whole(), o.homes[n].Family.ID)
	if err != nil {
		o.Fatal(err)
	}
	return f
}

// sealed runs when the test is over and fails when a stored row differs from what the ledger was told.
func (o *office) sealed() {
	o.Helper()
	for _, t := range append(evidence.Tables(), registry.Tables()...) {
		left := map[string]db.Digest{}
		for k, d := range o.book.seals {
			if k[0] == t.Name && d != (db.Digest{}) {
				left[k[1]] = d
			}
		}
		err := t.Digests(context.Background(), o.d.Read(), "2103", func(row string, d db.Digest) error {
			if left[row] != d {
				o.Errorf("%s %s is not what was sealed", t.Name, row)
			}
			delete(left, row)
			return nil
		})
		if err != nil {
			o.Fatal(err)
		}
		if len(left) > 0 {
			o.Errorf("%d rows of %s are sealed but gone", len(left), t.Name)
		}
	}
}

func (o *office) held(p registry.Person) string {
	o.Helper()
	holds, err := evidence.Suspended(o.Context(), o.d.Read(), "2103", []id.Person{p.ID})
	if err != nil {
		o.Fatal(err)
	}
	return holds[p.ID].Key
}
