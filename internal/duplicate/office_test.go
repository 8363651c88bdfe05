package duplicate_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

const (
	midai = region.Code("2103041003")
	sedap = region.Code("2103051008")
)

// book is a journal that keeps the last seal of each row and what was said.
type book struct {
	kinds []string
	seals map[[2]string]db.Digest
}

func (b *book) Append(_ context.Context, _ *db.Tx, events []db.Event, seals []db.Seal) error {
	for _, s := range seals {
		b.seals[[2]string{s.Table, s.ID}] = s.Digest
	}
	for _, e := range events {
		b.kinds = append(b.kinds, e.Kind)
	}
	return nil
}

// office is a registry of twelve couples, the queue, and people who work on it.
type office struct {
	testing.TB
	d     *db.DB
	book  *book
	in    *intake.Service
	s     *duplicate.Service
	homes []registry.Card
}

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	o := &office{TB: t, d: d, book: &book{seals: map[[2]string]db.Digest{}}}
	d.Keep(o.book)
	t.Cleanup(o.sealed)
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), filepath.Join(dir, "key"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	o.in = intake.NewService(d, blobs, evidence.Applier{}, program.CandidateApplier{}, program.AnswerApplier{})
	o.s = duplicate.NewService(d, o.in)
	men := strings.Fields("JUMADI HASAN YUSUF ANTON BAHARUDDIN CIKLAN DARWIS ERIZAL FIRDAUS GUNAWAN HERMAN ISKANDAR")
	women := strings.Fields("ROSMIATI NURHAYATI WULANDARI KARTINI LESTARI MARYATI NILAWATI OKTAVIA PUSPITA QORIAH RATNASARI SUMIYATI")
	for n := range 12 {
		o.homes = append(o.homes, o.register(n, sedap, men[n], women[n]))
	}
	o.book.kinds = nil
	return o
}

// register stores a couple whose numbers and birth dates are their own.
func (o *office) register(n int, village region.Code, man, woman string) registry.Card {
	o.Helper()
	c := registry.Card{Origin: registry.Origin{Source: "dukcapil"}, Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n+1)), Village: village,
		RT: fmt.Sprintf("%03d", n%8+1), RW: "002"}}
	for i, name := range []string{man, woman} {
		if name == "" {
			continue
		}
		born := civil.Date{Year: 1950 + (n*7+i*3)%45, Month: time.Month((n*5+i)%12 + 1), Day: (n*11+i*13)%28 + 1}
		at, sex := born.Day, nik.Male
		if i == 1 {
			at, sex = born.Day+40, nik.Female
		}
		c.People = append(c.People, registry.Person{NIK: nik.NIK(fmt.Sprintf("210399%02d%02d%02d%04d", at, int(born.Month), born.Year%100, n+1)), Name: name, Sex: sex,
			BirthOn: born, BirthPrecision: registry.ByDay, MotherName: "IBU " + name, Relation: registry.Relation(2*i + 1)})
	}
	return o.card(c)
}

func (o *office) card(c registry.Card) registry.Card {
	o.Helper()
	o.must(system(), func(tx *db.Tx) error {
		var err error
		c, err = registrytest.Register(o.Context(), tx, c)
		return err
	})
	return c
}

// twice registers a woman in two families: once as the civil registry has her,
// once as a village wrote her, without a number.
func (o *office) twice(n int) (registry.Person, registry.Person) {
	o.Helper()
	suffix := string(rune('A' + n))
	born := civil.Date{Year: 1979, Month: time.Month(n%12 + 1), Day: 12 + n%9}
	a := o.card(registry.Card{Origin: registry.Origin{Source: "dukcapil"}, Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010121%04d", n)), Village: midai, RT: "002", RW: "001"},
		People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399%02d%02d79%04d", born.Day+40, int(born.Month), n+1)), Name: "SITI AMINAH " + suffix + "ZIZAH", Sex: nik.Female, BirthOn: born,
			BirthPrecision: registry.ByDay, MotherName: "ROKIAH", Relation: 1}}})
	b := o.card(registry.Card{Origin: registry.Origin{Source: "desa"}, Family: registry.Family{Village: midai, RT: "02", RW: "01"},
		People: []registry.Person{{Name: "ST. AMINAH " + suffix + "ZIZAH", Sex: nik.Female, BirthOn: born, BirthPrecision: registry.ByDay, MotherName: "RUKIAH", Relation: 1}}})
	return a.People[0], b.People[0]
}

func system() db.Actor    { return dbtest.Actor("2103") }
func whole() region.Scope { return region.NewScope("2103") }
func now() db.Time        { return db.TimeOf(dbtest.Epoch) }

func officer(user string, areas ...region.Code) db.Actor {
	return db.Actor{User: id.User(user), Name: user, Role: "verifier", Scope: region.NewScope("2103", areas...)}
}

func (o *office) must(actor db.Actor, f func(tx *db.Tx) error) {
	o.Helper()
	if err := o.d.Write(o.Context(), actor, f); err != nil {
		o.Fatal(err)
	}
}

// search looks at everybody.
func (o *office) search() duplicate.Search {
	o.Helper()
	out, err := o.s.Search(o.Context(), system(), true, nil)
	if err != nil {
		o.Fatal(err)
	}
	return out
}

func (o *office) queue(f duplicate.Filter) []duplicate.Line {
	o.Helper()
	list, _, err := duplicate.Queue(o.Context(), o.d.Read(), whole(), f, "", 100)
	if err != nil {
		o.Fatal(err)
	}
	return list
}

func (o *office) view(s id.Suspicion) duplicate.View {
	o.Helper()
	v, err := duplicate.ViewOf(o.Context(), o.d.Read(), whole(), "", now(), s)
	if err != nil {
		o.Fatal(err)
	}
	return v
}

// judge says something with the first reason there is.
func (o *office) judge(who db.Actor, s id.Suspicion, v duplicate.Verdict, then duplicate.Then) (duplicate.State, error) {
	o.Helper()
	var out duplicate.State
	err := o.d.Write(o.Context(), who, func(tx *db.Tx) error {
		var err error
		out, err = o.s.Judge(o.Context(), tx, s, duplicate.Judgement{Verdict: v, Reason: duplicate.Reasons(v)[0], Then: then, Version: o.view(s).Version})
		return err
	})
	return out, err
}

func (o *office) confirm(who db.Actor, s id.Suspicion, agree bool) (duplicate.State, error) {
	o.Helper()
	var out duplicate.State
	err := o.d.Write(o.Context(), who, func(tx *db.Tx) error {
		var err error
		out, err = o.s.Confirm(o.Context(), tx, s, agree, "sesuai berkas", o.view(s).Version)
		return err
	})
	return out, err
}

func (o *office) undo(who db.Actor) error {
	o.Helper()
	return o.d.Write(o.Context(), who, func(tx *db.Tx) error {
		_, err := o.s.Undo(o.Context(), tx, "salah pencet")
		return err
	})
}

// receives states aid for somebody.
func (o *office) receives(p registry.Person, program string, monthly money.Rupiah) {
	o.Helper()
	o.must(system(), func(tx *db.Tx) error {
		_, err := evidence.Note(o.Context(), tx, evidence.Fact{Kind: evidence.Receives, Person: p.ID, Value: program, Amount: monthly, Source: "Kemensos"})
		return err
	})
}

// people is everybody in the registry, as text.
func (o *office) people() map[string]string {
	o.Helper()
	out := map[string]string{}
	err := registry.People(o.Context(), o.d.Read(), whole(), func(p *registry.Person) error {
		c := *p
		c.Version, c.UpdatedAt, c.CreatedAt = 0, db.Time{}, db.Time{}
		out[string(p.ID)] = fmt.Sprintf("%+v %s", c, c.NIK.Reveal())
		return nil
	})
	if err != nil {
		o.Fatal(err)
	}
	return out
}

// sealed checks that every row is what the ledger was told last.
func (o *office) sealed() {
	o.Helper()
	for _, t := range append(append(duplicate.Tables(), registry.Tables()...), intake.Tables()...) {
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

func keyOf(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
