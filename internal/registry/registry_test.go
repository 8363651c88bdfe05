package registry_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
)

const (
	midai = region.Code("2103041001") // kecamatan Midai
	sedap = region.Code("2103051001") // kecamatan Bunguran Barat
)

func whole() region.Scope { return region.NewScope("2103") }

func write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), dbtest.Actor("2103"), f)
}

// card is a couple; n makes their numbers unique.
func card(n int, village region.Code, head, wife string) registry.Card {
	return registry.Card{
		Origin: registry.Origin{Source: "dukcapil", Batch: "b1", Row: n},
		Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n)), Village: village, RT: "001", RW: "002", Address: "Jl. Pelabuhan"},
		People: []registry.Person{
			{NIK: nik.NIK(fmt.Sprintf("210399120785%04d", n)), Name: head, Sex: nik.Male, BirthOn: civil.Date{Year: 1985, Month: 7, Day: 12}, BirthPrecision: registry.ByDay, Relation: 1},
			{NIK: nik.NIK(fmt.Sprintf("210399520388%04d", n)), Name: wife, Sex: nik.Female, BirthOn: civil.Date{Year: 1988, Month: 3, Day: 12}, BirthPrecision: registry.ByDay, Relation: 3, MotherName: "ROHANI"},
		},
	}
}

func register(t testing.TB, d *db.DB, hs ...registry.Card) []registry.Card {
	t.Helper()
	err := write(t, d, func(tx *db.Tx) error {
		for i := range hs {
			var err error
			if hs[i], err = registrytest.Register(t.Context(), tx, hs[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hs
}

func TestAreaHidesWhatLiesOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hs := register(t, d, card(1, midai, "JUMADI", "SITI AMINAH"), card(2, sedap, "HASAN", "NURHAYATI"))
		only := region.NewScope("2103", midai.Kecamatan())
		ctx, q := t.Context(), d.Read()
		if _, err := registry.FamilyByID(ctx, q, only, hs[0].Family.ID); err != nil {
			t.Fatal(err)
		}
		for _, scope := range []region.Scope{only, {}, region.NewScope("7203")} {
			if _, err := registry.FamilyByID(ctx, q, scope, hs[1].Family.ID); fault.KindOf(err) != fault.NotFound {
				t.Fatalf("a family outside %q was shown: %v", scope.Label(), err)
			}
			if _, err := registry.PersonByID(ctx, q, scope, hs[1].People[0].ID); fault.KindOf(err) != fault.NotFound {
				t.Fatalf("a person outside %q was shown: %v", scope.Label(), err)
			}
			if found, err := registry.Search(ctx, q, scope, "HASAN"); err != nil || len(found) != 0 {
				t.Fatalf("search found %d outside %q, %v", len(found), scope.Label(), err)
			}
			list, err := registry.FamilyList(ctx, q, scope, registry.Filter{}, 0, 50)
			if err != nil || len(list) > 1 {
				t.Fatalf("list shows %d, %v", len(list), err)
			}
		}
	})
}

func TestSearchToleratesSpellings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hs := register(t, d, card(1, midai, "DJUMADI BIN SALEH", "ST. AMINAH"), card(2, sedap, "MUHAMMAD YUSUF", "NURHAYATI"))
		for text, want := range map[string]string{
			"jumadi": "DJUMADI BIN SALEH", "Jumadi Saleh": "DJUMADI BIN SALEH", "saleh djum": "DJUMADI BIN SALEH", "siti amin": "ST. AMINAH",
			"moh. yusup": "MUHAMMAD YUSUF", "2103991207850002": "MUHAMMAD YUSUF", "'2103 9901 0120 0001": "DJUMADI BIN SALEH",
			"tidak ada": "", "": "", "12345": "",
		} {
			found, err := registry.Search(t.Context(), d.Read(), whole(), text)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(found) > 0 {
				got = found[0].Person.Name
			}
			if got != want {
				t.Errorf("search %q found %q, want %q", text, got, want)
			}
		}
		if found, _ := registry.Search(t.Context(), d.Read(), whole(), "2103990101200001"); len(found) != len(hs[0].People) {
			t.Errorf("a card number finds %d of its people", len(found))
		}
	})
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := register(t, d, card(1, midai, "JUMADI", "SITI"))[0]
		edit := func(name string, version int) error {
			return write(t, d, func(tx *db.Tx) error {
				p := h.People[0]
				p.Name, p.Version = name, version
				_, err := registry.CorrectPerson(t.Context(), tx, p, "salah ketik")
				return err
			})
		}
		if err := edit("JUMADI HASAN", 1); err != nil {
			t.Fatal(err)
		}
		if err := edit("JUMADI SALEH", 1); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("the second editor got %v", err)
		}
		f, err := registry.FamilyByID(t.Context(), d.Read(), whole(), h.Family.ID)
		if err != nil || f.HeadName != "JUMADI HASAN" {
			t.Fatalf("the family's head is %q, %v", f.HeadName, err)
		}
		hist, err := registry.History(t.Context(), d.Read(), "2103", 10, string(h.People[0].ID))
		if err != nil || len(hist) != 2 {
			t.Fatalf("%d changes, %v", len(hist), err)
		}
		want := registry.Diff{"name": {"JUMADI", "JUMADI HASAN"}}
		if diff := cmp.Diff(want, hist[0].Fields); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestANumberBelongsToOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hs := register(t, d, card(1, midai, "JUMADI", "SITI"), card(2, midai, "HASAN", "NUR"))
		err := write(t, d, func(tx *db.Tx) error {
			p := hs[1].People[0]
			p.NIK = hs[0].People[0].NIK
			_, err := registry.CorrectPerson(t.Context(), tx, p, "salah ketik")
			return err
		})
		if fault.KindOf(err) != fault.Conflict {
			t.Fatalf("a NIK was given twice: %v", err)
		}
	})
}

func TestFormerNumbersStillFind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := register(t, d, card(1, midai, "JUMADI", "SITI"))[0]
		err := write(t, d, func(tx *db.Tx) error {
			p := h.People[0]
			p.NIK = "2103991207859999"
			_, err := registry.CorrectPerson(t.Context(), tx, p, "sesuai KTP")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, number := range []string{"2103991207850001", "2103991207859999"} {
			if found, err := registry.Search(t.Context(), d.Read(), whole(), number); err != nil || len(found) != 1 {
				t.Errorf("%d found by a number carried once, %v", len(found), err)
			}
		}
	})
}

func TestMatching(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		register(t, d, card(1, midai, "DJUMADI", "SITI AMINAH"))
		born := civil.Date{Year: 1988, Month: 3, Day: 12}
		for _, c := range []struct {
			p    registry.Profile
			want registry.Verdict
		}{
			{registry.Profile{NIK: "2103995203880001", Name: "St. Aminah"}, registry.Same},
			{registry.Profile{NIK: "2103995203880001", Name: "ROSMIATI"}, registry.LookName},
			{registry.Profile{NIK: "2103995203880077", Name: "SITI AMINAH", BirthOn: born}, registry.LookNumber},
			{registry.Profile{Name: "SITI AMINAH", BirthOn: born, Mother: "ROHANI"}, registry.LookFuzzy},
			{registry.Profile{Name: "SITI AMINA", BirthOn: born}, registry.LookFuzzy},
			{registry.Profile{Name: "SITI AMINAH"}, registry.New},
			{registry.Profile{NIK: "2103995203880077", Name: "SITI AMELIA", BirthOn: born}, registry.New},
		} {
			got, err := registry.Lookup(t.Context(), d.Read(), "2103", []registry.Profile{c.p})
			if err != nil {
				t.Fatal(err)
			}
			if got[0].Verdict != c.want {
				t.Errorf("%s (%s): %s, want %s, names %d alike", c.p.Name, c.p.NIK, got[0].Verdict, c.want, got[0].Score)
			}
		}
	})
}

// Undoing a batch leaves the registry as it was, whatever the batch did.
func TestUndoLeavesNoTraceInTheRecords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			n := rapid.IntRange(1, 9_000).Draw(rt, "n")
			base := register(t, d, withBatch(card(n, midai, "JUMADI", "SITI"), ""))[0]
			before := snapshot(t, d)
			err := write(t, d, func(tx *db.Tx) error {
				from := registry.Origin{Source: "dtsen", Batch: id.Batch(fmt.Sprint("undo", n))}
				f := base.Family
				f.Desil, f.RankRegency = rapid.IntRange(0, 10).Draw(rt, "desil"), rapid.IntRange(0, 5).Draw(rt, "rank")
				if rapid.Bool().Draw(rt, "move") {
					f.Village = sedap
				}
				if _, err := registry.ChangeFamily(t.Context(), tx, f, from); err != nil {
					return err
				}
				p := base.People[rapid.IntRange(0, 1).Draw(rt, "who")]
				p.Name = rapid.SampledFrom([]string{"JUMADI", "JUMADIL", "SITTI"}).Draw(rt, "name")
				p.MotherName = rapid.SampledFrom([]string{"", "ROHANI"}).Draw(rt, "mother")
				if _, err := registry.ChangePerson(t.Context(), tx, p, from); err != nil {
					return err
				}
				if _, err := registry.AddCard(t.Context(), tx, withBatch(card(n+500, sedap, "BARU", "BARUH"), from.Batch)); err != nil {
					return err
				}
				return tx.Record("test", "", "", nil)
			})
			if err != nil {
				rt.Fatal(err)
			}
			err = write(t, d, func(tx *db.Tx) error {
				if _, err := registry.UndoBatch(t.Context(), tx, id.Batch(fmt.Sprint("undo", n))); err != nil {
					return err
				}
				return tx.Record("test", "", "", nil)
			})
			if err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(before, snapshot(t, d)); diff != "" {
				rt.Fatal(diff)
			}
			clear(t, d)
		})
	})
}

func withBatch(h registry.Card, b id.Batch) registry.Card {
	h.Origin.Batch = b
	return h
}

// snapshot is what people see of the registry: records without versions and
// times, and the counts.
func snapshot(t testing.TB, d *db.DB) map[string]any {
	t.Helper()
	out := map[string]any{}
	err := registry.Families(t.Context(), d.Read(), whole(), func(f *registry.Family) error {
		c := *f
		c.Version, c.UpdatedAt, c.CreatedAt = 0, db.Time{}, db.Time{}
		out["f"+string(c.ID)] = fmt.Sprintf("%+v %s", c, c.KK.Reveal())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = registry.People(t.Context(), d.Read(), whole(), func(p *registry.Person) error {
		c := *p
		c.Version, c.UpdatedAt, c.CreatedAt = 0, db.Time{}, db.Time{}
		out["p"+string(c.ID)] = fmt.Sprintf("%+v %s", c, c.NIK.Reveal())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := registry.Tallies(t.Context(), d.Read(), whole())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		out[fmt.Sprintf("t%s/%d/%s/%s", c.Village, c.Desil, c.Receives, c.Review)] = [2]int{c.Families, c.People}
	}
	return out
}

func clear(t testing.TB, d *db.DB) {
	t.Helper()
	err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
		for _, table := range []string{"merge_step", "merge", "membership", "person_name", "person", "family", "former_number", "change", "family_tally"} {
			if _, err := tx.Exec(t.Context(), "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every number on the list page is the number of rows behind it.
func TestFacetsCountWhatTheListShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		villages := []region.Code{midai, sedap, "2103052001", "2103072001"}
		receives := []string{"", "PKH", "PKH SEMBAKO", "SEMBAKO"}
		var hs []registry.Card
		for n := range 60 {
			h := card(n+1, villages[n%4], "KEPALA", "ISTRI")
			h.Family.Desil, h.Family.Receives = n*7%11, receives[n%3*n%4]
			if n%5 == 0 {
				h.Family.Review = registry.ReviewOpen
			}
			hs = append(hs, h)
		}
		register(t, d, hs...)
		cells, err := registry.Tallies(t.Context(), d.Read(), whole())
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			f := registry.Filter{
				Areas:    rapid.SliceOfNDistinct(rapid.SampledFrom([]region.Code{midai, "210305", "2103"}), 0, 2, rapid.ID).Draw(rt, "areas"),
				Desil:    rapid.SliceOfNDistinct(rapid.IntRange(0, 10), 0, 3, rapid.ID).Draw(rt, "desil"),
				Receives: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"PKH", "SEMBAKO"}), 0, 2, rapid.ID).Draw(rt, "receives"),
				None:     rapid.Bool().Draw(rt, "none"),
				Clear:    rapid.Bool().Draw(rt, "clear"),
				Open:     rapid.Bool().Draw(rt, "open"),
			}
			list, err := registry.FamilyList(t.Context(), d.Read(), whole(), f, 0, 1000)
			if err != nil {
				rt.Fatal(err)
			}
			if got := registry.FacetsOf(cells, f).Families; got != len(list) {
				rt.Fatalf("%+v: counted %d, listed %d", f, got, len(list))
			}
		})
	})
}
