package duplicate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

const header = "NIK;NO_KK;NAMA_LGKP;JENIS_KLMIN;TMPT_LHR;TGL_LHR;STAT_HBKEL;NAMA_LGKP_IBU;ALAMAT;NO_RT;NO_RW;NO_PROP;NO_KAB;NO_KEC;NO_KEL;KEL_NAME\n"

// line writes somebody as another extract does: with this number and card.
func line(p registry.Person, nik, kk, name string) string {
	v, _ := region.ByCode(p.Village)
	return fmt.Sprintf("%s;%s;%s;%s;RANAI;%s;KEPALA KELUARGA;%s;JL. LAUT;002;001;21;3;%s;%s;%s\n", nik, kk, name,
		map[bool]string{true: "Laki-Laki", false: "Perempuan"}[p.Sex == "L"], p.BirthOn, p.MotherName, p.Village[4:6], p.Village[6:], strings.ToUpper(v.Name))
}

// bring takes a file of the civil registry in.
func (o *office) bring(name, rows string) intake.Batch {
	o.Helper()
	ctx := o.Context()
	b, err := o.in.Receive(ctx, system(), strings.NewReader(header+rows), intake.Upload{FileName: name})
	if err == nil {
		b, err = o.in.Auto(ctx, system(), b)
	}
	if err == nil {
		b, err = o.in.Check(ctx, system(), b.ID, nil)
	}
	if err == nil {
		b, err = o.in.Apply(ctx, system(), b.ID, nil)
	}
	if err != nil {
		o.Fatal(err)
	}
	if _, err := o.s.Rows(ctx, system(), b.ID); err != nil {
		o.Fatal(err)
	}
	return b
}

// batch returns b as it is, after checking that its counts add up and its rows
// are what was sealed.
func (o *office) batch(b intake.Batch) intake.Batch {
	o.Helper()
	b, err := intake.BatchByID(o.Context(), o.d.Read(), whole(), b.ID)
	if err != nil {
		o.Fatal(err)
	}
	c := b.Counts
	if !c.AddUp() || b.State == intake.Applied && c.Ready != c.Added+c.Updated {
		o.Errorf("%+v does not add up", c)
	}
	wrong, err := intake.CheckDigests(o.Context(), o.d.Read(), b)
	if err != nil || len(wrong) > 0 {
		o.Errorf("chunks at rows %v differ, %v", wrong, err)
	}
	return b
}

func TestARowThatWaitsIsSettledByAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		jumadi := o.homes[0].People[0]
		before := o.people()
		// The same man, the last two digits exchanged; and a man unknown so far.
		wrong := jumadi.NIK.Reveal()[:14] + "10"
		b := o.bring("desa.csv", line(jumadi, wrong, "2103990101209991", "JUMADI")+line(jumadi, "2103991708610999", "2103990101209992", "SUKARNO HATTA"))
		if c := o.batch(b).Counts; c.Look != 1 || c.Added != 1 {
			t.Fatalf("%+v", c)
		}
		list := o.queue(duplicate.Filter{Batch: b.ID})
		if len(list) != 1 || list[0].Kind != duplicate.Row {
			t.Fatalf("%+v", list)
		}
		v := o.view(list[0].ID)
		if v.Row == nil || v.Row.File != "desa.csv" || v.Row.N != 2 || !v.Row.MayAdd || v.A.Person != jumadi.ID {
			t.Fatalf("%+v %+v", v.Row, v.A)
		}
		added := o.people()
		for _, step := range []struct {
			verdict duplicate.Verdict
			then    duplicate.Then
			state   duplicate.State
			want    intake.Counts
		}{
			{duplicate.VerdictSame, "", duplicate.Same, intake.Counts{Rows: 2, Ready: 2, Added: 1, Updated: 1}},
			{duplicate.VerdictDifferent, duplicate.ThenNew, duplicate.Different, intake.Counts{Rows: 2, Ready: 2, Added: 2}},
			{duplicate.VerdictDifferent, duplicate.ThenLeave, duplicate.Left, intake.Counts{Rows: 2, Ready: 1, Skipped: 1, Added: 1}},
		} {
			state, err := o.judge(officer("ani"), list[0].ID, step.verdict, step.then)
			if err != nil || state != step.state {
				t.Fatal(step.verdict, state, err)
			}
			if diff := cmp.Diff(step.want, o.batch(b).Counts); diff != "" {
				t.Errorf("%s %s:\n%s", step.verdict, step.then, diff)
			}
			if err := o.undo(officer("ani")); err != nil {
				t.Fatal(err)
			}
			if c := o.batch(b).Counts; c.Look != 1 || c.Ready != 1 {
				t.Errorf("after the undo of %s: %+v", step.verdict, c)
			}
			if diff := cmp.Diff(added, o.people()); diff != "" {
				t.Errorf("the registry differs after the undo of %s:\n%s", step.verdict, diff)
			}
		}
		if _, err := o.judge(officer("ani"), list[0].ID, duplicate.VerdictSame, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := o.in.Undo(t.Context(), system(), b.ID, "salah berkas", nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("the registry differs after the batch was undone:\n%s", diff)
		}
		if v := o.view(list[0].ID); v.State != duplicate.Gone {
			t.Errorf("%s", v.State)
		}
	})
}

func TestWhatAPersonSaidOfARowHoldsForTheNextFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		jumadi := o.homes[0].People[0]
		wrong := jumadi.NIK.Reveal()[:14] + "10"
		rows := line(jumadi, wrong, "2103990101209991", "JUMADI")
		o.bring("mei.csv", rows)
		s := o.queue(duplicate.Filter{})[0].ID
		if _, err := o.judge(officer("ani"), s, duplicate.VerdictSame, ""); err != nil {
			t.Fatal(err)
		}
		b := o.bring("juni.csv", rows+line(jumadi, "2103991708610999", "2103990101209992", "SUKARNO HATTA"))
		if c := o.batch(b).Counts; c.Look != 0 {
			t.Errorf("asked again: %+v", c)
		}
	})
}

func TestAListOfNamesNeverConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := o.homes[0].People[0]
		for _, source := range []string{"dukcapil", "dtsen", "desa", ""} {
			m, err := registry.NewMatcher(t.Context(), d.Read(), "2103", source, p.BirthOn)
			if err != nil {
				t.Fatal(err)
			}
			m.Policy.SameWeight, m.Policy.MayConfirm = m.Policy.LookWeight, true
			got, err := m.Lookup(t.Context(), d.Read(), []registry.Profile{{Name: p.Name, Mother: p.MotherName, Village: p.Village, Sex: p.Sex, RT: "001", RW: "002"}})
			if err != nil || got[0].Verdict == registry.Same {
				t.Errorf("%s confirms by a name: %s, %v", source, got[0].Verdict, err)
			}
		}
	})
}

// What somebody said about a name in a village does not settle the next
// namesake: a list of names is looked at each time.
func TestANameThatWasSettledOnceDoesNotConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := o.homes[0].People[0]
		listed := registry.Profile{Name: p.Name, Mother: p.MotherName, Village: p.Village, Sex: p.Sex, RT: "001", RW: "002"}
		o.must(officer("ani"), func(tx *db.Tx) error {
			if err := registry.NoteAlias(t.Context(), tx, &listed, p.ID, true, "s1"); err != nil {
				return err
			}
			return tx.Record("test", "", "", nil)
		})
		got, err := registry.Lookup(t.Context(), d.Read(), "2103", []registry.Profile{listed})
		if err != nil || got[0].Verdict == registry.Same {
			t.Errorf("a name alone confirms: %s, %v", got[0].Verdict, err)
		}
	})
}
