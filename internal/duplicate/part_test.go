package duplicate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// apart asks to undo a merge, or carries it out.
func (o *office) apart(who db.Actor, m id.Merge) (bool, error) {
	o.Helper()
	done := false
	err := o.d.Write(o.Context(), who, func(tx *db.Tx) error {
		var err error
		done, err = duplicate.TakeApart(o.Context(), tx, m, "dua orang bersaudara")
		return err
	})
	return done, err
}

// mergeOf is the only merge that stands of a person.
func (o *office) mergeOf(p registry.Person) id.Merge {
	o.Helper()
	list, err := registry.Merges(o.Context(), o.d.Read(), "2103", string(p.ID))
	if err != nil || len(list) == 0 {
		o.Fatal(list, err)
	}
	return list[0].ID
}

func TestWhatTwoMergedTwoTakeApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.twice(0)
		o.receives(b, "BLT-DD", 300_000)
		o.search()
		before := o.people()
		s := o.queue(duplicate.Filter{})[0].ID
		if _, err := o.judge(officer("ani"), s, duplicate.VerdictSame, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := o.confirm(officer("kabid"), s, true); err != nil {
			t.Fatal(err)
		}
		merged, m := o.people(), o.mergeOf(a)
		if done, err := o.apart(officer("kabid"), m); err != nil || done {
			t.Fatal("one person took apart what two merged", done, err)
		}
		if _, err := o.apart(officer("kabid"), m); keyOf(err) != "duplicate.part_waits" {
			t.Fatal(err)
		}
		if diff := cmp.Diff(merged, o.people()); diff != "" {
			t.Fatalf("asking changed something:\n%s", diff)
		}
		if done, err := o.apart(officer("sekretaris"), m); err != nil || !done {
			t.Fatal(done, err)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("the registry differs:\n%s", diff)
		}
		if v := o.view(s); v.State != duplicate.Open {
			t.Errorf("the pair is not asked about again: %s", v.State)
		}
	})
}

func TestAMergeWithoutMoneyComesApartAtOnceAndIsAskedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, _ := o.twice(0)
		o.search()
		s := o.queue(duplicate.Filter{})[0].ID
		if _, err := o.judge(officer("ani"), s, duplicate.VerdictSame, ""); err != nil {
			t.Fatal(err)
		}
		if done, err := o.apart(officer("kabid"), o.mergeOf(a)); err != nil || !done {
			t.Fatal(done, err)
		}
		if v := o.view(s); v.State != duplicate.Open {
			t.Errorf("%s", v.State)
		}
		if key := keyOf(o.undo(officer("ani"))); key != "duplicate.nothing_to_undo" {
			t.Errorf("the verdict can be undone once more: %s", key)
		}
	})
}

func TestAidThatBeganSinceAsksForASecondPersonToUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, _ := o.twice(0)
		o.search()
		s := o.queue(duplicate.Filter{})[0].ID
		if _, err := o.judge(officer("ani"), s, duplicate.VerdictSame, ""); err != nil {
			t.Fatal(err)
		}
		o.receives(a, "PKH", 400_000)
		if key := keyOf(o.undo(officer("ani"))); key != "duplicate.undo_two_pair" {
			t.Errorf("one person split a recipient: %q", key)
		}
	})
}

func TestAGroupThatIsDecidedSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.thrice()
		o.search()
		s := o.queue(duplicate.Filter{})[0].ID
		group := func() error {
			return d.Write(t.Context(), officer("ani"), func(tx *db.Tx) error {
				_, err := o.s.ConfirmGroup(t.Context(), tx, s, "terdaftar_dua_kali")
				return err
			})
		}
		if err := group(); err != nil {
			t.Fatal(err)
		}
		if key := keyOf(group()); key != "duplicate.decided" {
			t.Errorf("said twice: %s", key)
		}
	})
}

// Two officers find at the same moment that a row is neither of the two whom it
// may mean: the row is settled, not lost between them.
func TestTwoOfficersSettleOneRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, b := o.twice(0)
		file := o.bring("desa.csv", line(a, a.NIK.Reveal()[:14]+"10", "2103990101209991", "SITI AMINAH AZIZAH"))
		list := o.queue(duplicate.Filter{Batch: file.ID})
		if len(list) != 2 {
			t.Fatalf("%+v, %s", list, b.Name)
		}
		say := func(tx *db.Tx, s id.Suspicion) error {
			_, err := o.s.Judge(t.Context(), tx, s, duplicate.Judgement{Verdict: duplicate.VerdictDifferent, Reason: "nama_sama_saja", Then: duplicate.ThenLeave, Version: 1})
			return err
		}
		second := make(chan error, 1)
		o.must(officer("ani"), func(tx *db.Tx) error {
			if err := say(tx, list[0].ID); err != nil {
				return err
			}
			go func() {
				second <- d.Write(t.Context(), officer("budi"), func(tx *db.Tx) error { return say(tx, list[1].ID) })
			}()
			time.Sleep(100 * time.Millisecond) // lets the second one read what it can
			return nil
		})
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		if c := o.batch(file).Counts; c.Look != 0 || c.Skipped != 1 {
			t.Errorf("the row waits for nobody: %+v", c)
		}
	})
}

// The husband of an officer's sister is his family too, whatever is said about
// him: also that he is somebody else.
func TestNobodyJudgesTheFamilyOfARelative(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		wife := o.homes[0].People[1]
		husband := o.homes[0].People[0]
		o.card(registry.Card{Origin: registry.Origin{Source: "desa"}, Family: registry.Family{Village: sedap},
			People: []registry.Person{{Name: husband.Name, Sex: husband.Sex, BirthOn: husband.BirthOn, BirthPrecision: registry.ByDay, MotherName: husband.MotherName, Relation: 1}}})
		err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk, password_hash, active,
				must_change, lang, version, created_at, changed_at) VALUES ('2103', 'ani', 'ani', 'Ani', 'verifier', '', '', '', '', '', '', 1, 0, '', 1, $1, $1)`, tx.Now)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		o.must(officer("ani"), func(tx *db.Tx) error {
			return account.DeclareRelative(t.Context(), tx, account.Relative{NIK: wife.NIK, Relation: "sibling"})
		})
		o.search()
		list := o.queue(duplicate.Filter{})
		if len(list) != 1 {
			t.Fatalf("%+v", list)
		}
		if _, err := o.judge(officer("ani"), list[0].ID, duplicate.VerdictDifferent, ""); keyOf(err) != "account.own_family" {
			t.Errorf("judged: %v", err)
		}
	})
}

// An officer decides a pair while a search brings it up to date: the search
// leaves it to him and goes on.
func TestASearchDoesNotDieOfAVerdict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, _ := o.twice(0)
		o.search()
		s := o.queue(duplicate.Filter{})[0].ID
		o.must(system(), func(tx *db.Tx) error {
			a.Name, a.Version = "SITI AMINAH AZIZA", 1
			_, err := registry.CorrectPerson(t.Context(), tx, a, "sesuai KTP")
			return err
		})
		found := make(chan error, 1)
		o.must(officer("ani"), func(tx *db.Tx) error {
			_, err := o.s.Judge(t.Context(), tx, s, duplicate.Judgement{Verdict: duplicate.VerdictField, Reason: "bukti_kurang", Version: 1})
			if err != nil {
				return err
			}
			go func() {
				_, err := o.s.Search(t.Context(), system(), true, nil)
				found <- err
			}()
			time.Sleep(500 * time.Millisecond) // lets the search come as far as it can
			return nil
		})
		if err := <-found; err != nil {
			t.Fatal(err)
		}
		if v := o.view(s); v.State != duplicate.Field {
			t.Errorf("%s", v.State)
		}
	})
}

// One officer said who the row is not, another who it is: taking the first word
// back does not take the second one's row out.
func TestUndoingWhoARowIsNotLeavesWhoItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, _ := o.twice(0)
		file := o.bring("desa.csv", line(a, a.NIK.Reveal()[:14]+"10", "2103990101209991", "SITI AMINAH AZIZAH"))
		list := o.queue(duplicate.Filter{Batch: file.ID})
		if len(list) != 2 {
			t.Fatalf("%+v", list)
		}
		if _, err := o.judge(officer("ani"), list[1].ID, duplicate.VerdictDifferent, duplicate.ThenLeave); err != nil {
			t.Fatal(err)
		}
		if state, err := o.judge(officer("budi"), list[0].ID, duplicate.VerdictSame, ""); err != nil || state != duplicate.Same {
			t.Fatal(state, err)
		}
		before := o.people()
		if key := keyOf(o.undo(officer("ani"))); key != "duplicate.decided" {
			t.Errorf("undone: %q", key)
		}
		if diff := cmp.Diff(before, o.people()); diff != "" {
			t.Errorf("what another officer decided is out:\n%s", diff)
		}
		if c := o.batch(file).Counts; c.Look != 0 {
			t.Errorf("%+v", c)
		}
	})
}
