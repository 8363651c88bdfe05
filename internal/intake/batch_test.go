package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

const siakHeader = "NIK;NO_KK;NAMA_LGKP;JENIS_KLMIN;TMPT_LHR;TGL_LHR;STAT_HBKEL;NAMA_LGKP_IBU;ALAMAT;NO_RT;NO_RW;NO_PROP;NO_KAB;NO_KEC;NO_KEL;KEL_NAME\n"

// siak writes n families of two people, born on days of their own.
func siak(n int) string {
	var b strings.Builder
	b.WriteString(siakHeader)
	for i := range n {
		day, month, serial := i%28+1, i/28%12+1, i/(28*12)+1
		fmt.Fprintf(&b, "210399%02d%02d80%04d;210399010119%04d;JUMADI %s;Laki-Laki;RANAI;1980-%02d-%02d;KEPALA KELUARGA;ROHANI;JL. LAUT;001;002;21;3;4;2002;AIR KUMPAI\n",
			day, month, serial, i+1, word(i), month, day)
		fmt.Fprintf(&b, "210399%02d%02d85%04d;210399010119%04d;SITI %s;Perempuan;RANAI;1985-%02d-%02d;ISTRI;AMINAH;JL. LAUT;001;002;21;3;4;2002;AIR KUMPAI\n",
			day+40, month, serial, i+1, word(i), month, day)
	}
	return b.String()
}

// word makes names that differ.
func word(i int) string {
	letters := []byte("ABCDE")
	for k := range letters {
		letters[k] = 'A' + byte(i%26)
		i = i/3 + 7*k
	}
	return string(letters)
}

func village(t testing.TB) string {
	t.Helper()
	for _, v := range region.Villages("210304") {
		if v.Code[6] == '2' {
			return string(v.Code[6:]) + ";" + strings.ToUpper(v.Name)
		}
	}
	t.Fatal("Midai has no desa")
	return ""
}

// people is siak with a village that exists.
func people(t testing.TB, n int) string {
	return strings.ReplaceAll(siak(n), "2002;AIR KUMPAI", village(t))
}

// state is what an undo must leave behind: everything the registry says.
func state(t testing.TB, d *db.DB) []string {
	t.Helper()
	var out []string
	whole := region.NewScope("2103")
	err := registry.People(t.Context(), d.Read(), whole, func(p *registry.Person) error {
		out = append(out, fmt.Sprint(p.ID, p.NIK, p.Name, p.Sex, p.BirthOn, p.Village, p.FamilyID, p.Relation, p.MotherName))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = registry.Families(t.Context(), d.Read(), whole, func(f *registry.Family) error {
		out = append(out, fmt.Sprint(f.ID, f.KK, f.HeadID, f.HeadName, f.Address, f.RT, f.RW, f.Desil, f.RankRegency, f.Members))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestABatchGoesInAndComesOutAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		apply(t, s, check(t, s, receive(t, s, "awal.csv", people(t, 30))))
		before := state(t, d)
		// 40 families: 30 known, of which one changed its address and one woman her name; 10 new.
		text := strings.Replace(people(t, 40), "JL. LAUT", "JL. DARAT", 2)
		text = strings.Replace(text, "SITI "+word(3)+";", "SITI "+word(3)+" BINTI ALI;", 1)
		b := check(t, s, receive(t, s, "ulang.csv", text))
		if b.Counts.Ready != 22 || b.Counts.Same != 58 {
			t.Fatalf("%+v", b.Counts)
		}
		b = apply(t, s, b)
		if b.Counts.Added != 20 || b.Counts.Updated != 2 {
			t.Fatalf("%+v", b.Counts)
		}
		if b, err := s.Undo(t.Context(), actor(), b.ID, "  ", nil); err == nil {
			t.Fatalf("%s was undone without a reason", b.State)
		}
		b, err := s.Undo(t.Context(), actor(), b.ID, "salah berkas", nil)
		if err != nil || b.State != intake.Undone {
			t.Fatal(b.State, err)
		}
		if diff := cmp.Diff(before, state(t, d)); diff != "" {
			t.Errorf("the registry differs after the undo (-before +after):\n%s", diff)
		}
	})
}

func TestTheSameFileGoesInOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := people(t, 3)
		second := receive(t, s, "lain.csv", text)
		b := apply(t, s, check(t, s, receive(t, s, "satu.csv", text)))
		_, err := s.Receive(t.Context(), actor(), strings.NewReader(text), intake.Upload{FileName: "dua.csv"})
		wantKey(t, err, "intake.already_applied")
		_, err = s.Apply(t.Context(), actor(), check(t, s, second).ID, nil)
		wantKey(t, err, "intake.already_applied")
		if _, err := s.Undo(t.Context(), actor(), b.ID, "ulang", nil); err != nil {
			t.Fatal(err)
		}
		apply(t, s, check(t, s, receive(t, s, "dua.csv", text)))
	})
}

// TestAKilledRunGoesOn kills the check and the application at every chunk and
// compares with an undisturbed run.
func TestAKilledRunGoesOn(t *testing.T) {
	const families = 2100 // 4,200 rows are three chunks
	text := people(t, families)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		b := receive(t, s, "besar.csv", text)
		for _, step := range []func(context.Context, db.Actor, intake.Batch) (intake.Batch, error){
			func(ctx context.Context, a db.Actor, b intake.Batch) (intake.Batch, error) {
				return s.Check(ctx, a, b.ID, killer(ctx))
			},
			func(ctx context.Context, a db.Actor, b intake.Batch) (intake.Batch, error) {
				return s.Apply(ctx, a, b.ID, killer(ctx))
			},
		} {
			kills := 0
			for {
				ctx, cancel := context.WithCancelCause(t.Context())
				done, err := step(context.WithValue(ctx, cancelKey{}, cancel), actor(), b)
				cancel(nil)
				if err == nil {
					b = done
					break
				}
				if kills++; kills > 20 {
					t.Fatal("it never ends: ", err)
				}
			}
			if kills < 2 {
				t.Errorf("only %d kills", kills)
			}
		}
		if b.State != intake.Applied || b.Counts.Added != 2*families || b.Counts.Rows != 2*families {
			t.Fatalf("%s %+v", b.State, b.Counts)
		}
		if f, p := inRegistry(t, d); f != families || p != 2*families {
			t.Fatalf("%d people in %d families", p, f)
		}
		wrong, err := intake.CheckDigests(t.Context(), d.Read(), b)
		if err != nil || len(wrong) > 0 {
			t.Fatalf("chunks at rows %v differ, %v", wrong, err)
		}
		if _, err := s.Undo(t.Context(), actor(), b.ID, "uji", nil); err != nil {
			t.Fatal(err)
		}
		if left := state(t, d); len(left) > 0 {
			t.Fatalf("%d records are left, such as %s", len(left), left[0])
		}
	})
}

type cancelKey struct{}

// killer ends the context after the second report, that is after one chunk.
func killer(ctx context.Context) intake.Progress {
	n := 0
	return func(_, _ int64, phase string) {
		n++
		if n == 2 || phase == intake.PhaseApply && n == 1 {
			ctx.Value(cancelKey{}).(context.CancelCauseFunc)(errKilled)
		}
	}
}

func TestRowsTouchedBehindOurBackAreFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := people(t, 5)
		text = strings.Replace(text, ";SITI "+word(1)+";", ";;", 1)
		b := check(t, s, receive(t, s, "a.csv", text))
		err := d.Write(t.Context(), actor(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "UPDATE import_row SET outcome = 'ready' WHERE outcome = 'fix'"); err != nil {
				return err
			}
			return tx.Record("test", "", "", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		if wrong, err := intake.CheckDigests(t.Context(), d.Read(), b); err != nil || !cmp.Equal(wrong, []int{2}) {
			t.Fatalf("found %v, %v", wrong, err)
		}
		_, err = s.Apply(t.Context(), actor(), b.ID, nil)
		wantKey(t, err, "intake.rows_changed")
		if _, people := inRegistry(t, d); people != 0 {
			t.Fatalf("%d people went in", people)
		}
	})
}

func TestRepeatedRowsAndStolenNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := people(t, 3)
		rows := strings.SplitAfter(text, "\n")
		text += rows[1] + strings.Replace(rows[2], "SITI", "ZULKARNAIN BACHTIAR", 1)
		b := check(t, s, receive(t, s, "ganda.csv", text))
		if b.Counts.Same != 1 || b.Counts.Look != 1 || b.Counts.Ready != 6 {
			t.Fatalf("%+v", b.Counts)
		}
		if diff := cmp.Diff(map[string]int{"repeated": 1, "nik_two_names": 1}, findings(t, s, b)); diff != "" {
			t.Error(diff)
		}
		views, n, err := s.Rows(t.Context(), b, intake.RowFilter{Finding: "intake.nik_two_names"}, 0, 10)
		if err != nil || n != 1 || len(views) != 1 || views[0].Row != 9 {
			t.Fatal(views, n, err)
		}
		if got := intake.Masked(views[0].Cells[0]); !strings.Contains(got, "**********") {
			t.Errorf("the NIK is shown: %s", got)
		}
	})
}

func TestOneCardIsOneFamilyAlsoAcrossFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		rows := strings.SplitAfter(people(t, 1), "\n")
		apply(t, s, check(t, s, receive(t, s, "kepala.csv", rows[0]+rows[1])))
		apply(t, s, check(t, s, receive(t, s, "istri.csv", rows[0]+rows[2])))
		if f, p := inRegistry(t, d); f != 1 || p != 2 {
			t.Fatalf("%d people in %d families", p, f)
		}
		// A new card for the whole family is no new family.
		renewed := strings.ReplaceAll(rows[0]+rows[1]+rows[2], "2103990101190001", "2103990101250009")
		b := apply(t, s, check(t, s, receive(t, s, "kartu-baru.csv", renewed)))
		if f, p := inRegistry(t, d); f != 1 || p != 2 || b.Counts.Updated != 2 {
			t.Fatalf("%d people in %d families, %+v", p, f, b.Counts)
		}
	})
}

func TestAWorkingAreaStopsRowsOutside(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newService(t, d)
	narrow := actor()
	narrow.Scope = region.NewScope("2103", "210305")
	b, err := s.Receive(t.Context(), narrow, strings.NewReader(people(t, 2)), intake.Upload{FileName: "x.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if b, err = s.Auto(t.Context(), narrow, b); err != nil {
		t.Fatal(err)
	}
	if b, err = s.Check(t.Context(), narrow, b.ID, nil); err != nil || b.Counts.Fix != 4 {
		t.Fatalf("%+v, %v", b.Counts, err)
	}
	if _, err := intake.BatchByID(t.Context(), d.Read(), region.NewScope("2103", "210304"), b.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a batch of another kecamatan was shown: %v", err)
	}
	for _, scope := range []region.Scope{narrow.Scope, region.NewScope("2103")} {
		if list, err := intake.Batches(t.Context(), d.Read(), scope, 0, 10); err != nil || len(list) != 1 {
			t.Errorf("%s sees %d batches, %v", scope.Label(), len(list), err)
		}
	}
}

func TestTheMappingIsRemembered(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newService(t, d)
	text := strings.Replace(people(t, 2), "NAMA_LGKP;", "SEBUTAN;", 1)
	b, err := s.Receive(t.Context(), actor(), strings.NewReader(text), intake.Upload{FileName: "a.csv", Sender: "Capil"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Auto(t.Context(), actor(), b)
	wantKey(t, err, "intake.not_recognised")
	l, _ := intake.LayoutNamed("dukcapil")
	p, err := s.Inspect(t.Context(), b, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := l.Map(p.Headers)
	m[intake.FieldName] = 2
	c := intake.Choice{HeaderRow: 1, Layout: l.Name, Mapping: m}
	if _, err = s.SetMapping(t.Context(), actor(), b.ID, c); err != nil {
		t.Fatal(err)
	}
	next, err := s.Receive(t.Context(), actor(), strings.NewReader(strings.Replace(text, "RANAI", "SEDANAU", 1)), intake.Upload{FileName: "b.csv", Sender: "Capil"})
	if err != nil || next.Layout != "dukcapil" || next.Mapping[intake.FieldName] != 2 {
		t.Fatal(next.Layout, next.Mapping, err)
	}
	if p, err = s.Inspect(t.Context(), next, next.Sheet, next.HeaderRow); err != nil || !p.Sure || p.Reasons[2].How != intake.HowRemembered {
		t.Fatalf("%v %+v %v", p.Sure, p.Reasons[2], err)
	}
}

func TestTheCorrectionHoldsWhatMustBeCorrected(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newService(t, d)
	text := strings.Replace(people(t, 4), ";SITI "+word(1)+";", ";;", 1)
	b := check(t, s, receive(t, s, "a.csv", text))
	var out bytes.Buffer
	catalogued := withExportTexts(t)
	sum, err := s.Corrections(t.Context(), b, &out, catalogued.Printer("id"), export.Note{})
	if err != nil || sum.Rows != 1 || out.Len() == 0 {
		t.Fatal(sum, err)
	}
	_, err = s.Corrections(t.Context(), check(t, s, receive(t, s, "b.csv", people(t, 2))), &out, catalogued.Printer("id"), export.Note{})
	wantKey(t, err, "intake.nothing_to_correct")
}

func TestBadFilesAreRefusedWithASentence(t *testing.T) {
	d := dbtest.SQLite(t)
	s := newService(t, d)
	c := catalogue(t)
	for name, want := range map[string]string{
		"":                                     "sheet.empty",
		"\x89PNG\r\n\x1a\n0000000000":          "sheet.picture",
		"%PDF-1.7\n":                           "sheet.pdf",
		"   \n\n":                              "sheet.blank",
		siakHeader:                             "intake.no_rows",
		"PK\x03\x04broken":                     "sheet.truncated",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest": "sheet.truncated",
	} {
		_, err := s.Receive(t.Context(), actor(), strings.NewReader(name), intake.Upload{FileName: "berkas.xlsx"})
		f := fault.From(err)
		if f == nil || !c.Has(f.Key) {
			t.Errorf("%.10q gives %v", name, err)
			continue
		}
		if f.Key != want {
			t.Logf("%.10q gives %s, expected %s", name, f.Key, want)
		}
		if strings.HasPrefix(want, "intake.") && f.Key != want {
			t.Errorf("%.10q gives %s", name, f.Key)
		}
	}
	// A table of something else is kept and asked about; bytes that are no UTF-8 are a warning.
	b, err := s.Receive(t.Context(), actor(), strings.NewReader(strings.Repeat("a,b,c,d,e,f,g,h,i,j\n", 40)), intake.Upload{FileName: "n.csv"})
	if err == nil {
		_, err = s.Auto(t.Context(), actor(), b)
	}
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("nonsense gives %v", err)
	}
	bad := strings.Replace(people(t, 2), "JUMADI", "JUM\xffADI", 1)
	if b := check(t, s, receive(t, s, "sandi.csv", bad)); b.Counts.Rows != 4 {
		t.Errorf("%+v", b.Counts)
	}
}
