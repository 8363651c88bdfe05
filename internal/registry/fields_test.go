package registry

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/nik"
)

// What the registry keeps itself: no officer changes it and no diff holds it.
var (
	keptOfPerson = []string{"ID", "Version", "CreatedAt", "UpdatedAt"}
	keptOfFamily = []string{"ID", "HeadID", "HeadName", "Members", "Receives", "Review", "Version", "CreatedAt", "UpdatedAt"}
)

// A field that somebody adds to the struct and forgets in the list fails here.
func TestEveryFieldIsInTheDiffAndComesBack(t *testing.T) {
	checkFields(t, people, keptOfPerson)
	checkFields(t, families, keptOfFamily)
}

func checkFields[T any](t *testing.T, r record[T], kept []string) {
	t.Helper()
	var empty, full T
	v := reflect.ValueOf(&full).Elem()
	var want []string
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if slices.Contains(kept, name) {
			continue
		}
		fill(t, v.Field(i), name)
		want = append(want, snake(name))
	}
	d := r.diff(&empty, &full)
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(d))); diff != "" {
		t.Errorf("%s: fields of the struct and of the diff differ: %s", r.table.Name, diff)
	}
	back := full
	if err := r.revert(&back, r.diff(&full, &empty)); err != nil || !reflect.DeepEqual(back, full) {
		t.Errorf("%s: a diff does not lead back to what it came from: %v", r.table.Name, err)
	}
	if err := r.revert(&full, d); err != nil || !reflect.DeepEqual(full, empty) {
		t.Errorf("%s: reverting everything leaves %+v, %v", r.table.Name, full, err)
	}
}

func fill(t *testing.T, v reflect.Value, name string) {
	t.Helper()
	switch {
	case v.Kind() == reflect.String:
		v.SetString("isi " + name)
	case v.Kind() == reflect.Int:
		v.SetInt(7)
	case v.Type() == reflect.TypeFor[civil.Date]():
		v.Set(reflect.ValueOf(civil.Date{Year: 2001, Month: 2, Day: 3}))
	default:
		t.Fatalf("%s: the test does not know how to fill a %s", name, v.Type())
	}
}

// snake turns a field's name into its column's: BirthOn into birth_on.
func snake(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' || i > 0 && i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z' {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// What an insert and a change store is what the next read returns.
func TestEveryFieldIsStoredAndReadBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		day := civil.Date{Year: 1985, Month: 7, Day: 12}
		f := Family{KK: "2103990101200001", Address: "Jl. Pelabuhan", RT: "001", RW: "002", Hamlet: "Dusun I", Village: "2103041001", Desil: 3,
			RankRegency: 412, RankedOn: day, Receives: "PKH", Review: ReviewOpen}
		p := Person{NIK: "2103991207850001", Name: "JUMADI", Sex: nik.Male, BirthOn: day, BirthPrecision: ByDay, BirthPlace: "MIDAI", MotherName: "ROHANI",
			Occupation: "NELAYAN", Life: Moved, LifeOn: day, Village: "2103041001", Relation: HeadOfFamily}
		err := d.Write(ctx, dbtest.Actor("2103"), func(tx *db.Tx) error {
			var err error
			if f, err = AddFamily(ctx, tx, f, Origin{}); err != nil {
				return err
			}
			p.FamilyID = f.ID
			if p, err = AddPerson(ctx, tx, p, Origin{}); err != nil {
				return err
			}
			f.HeadID, f.HeadName, f.Members = p.ID, p.Name, 1
			if diff := stored(t, tx, p, f); diff != "" {
				t.Error("after the insert:", diff)
			}
			bareP := Person{ID: p.ID, Name: "HASAN", Life: Alive, Village: "2103051001", Version: 1, CreatedAt: p.CreatedAt, UpdatedAt: tx.Now}
			bareF := Family{ID: f.ID, Village: "2103051001", Receives: "PKH", Review: ReviewOpen, Version: 1, CreatedAt: f.CreatedAt, UpdatedAt: tx.Now}
			if _, err := ChangePerson(ctx, tx, bareP, Origin{}); err != nil {
				return err
			}
			if _, err := ChangeFamily(ctx, tx, bareF, Origin{}); err != nil {
				return err
			}
			bareP.Version, bareF.Version = 2, 2
			if diff := stored(t, tx, bareP, bareF); diff != "" {
				t.Error("after the change:", diff)
			}
			return tx.Record("test", "", "", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func stored(t *testing.T, tx *db.Tx, p Person, f Family) string {
	t.Helper()
	gotP, err := personNow(t.Context(), tx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	gotF, err := familyNow(t.Context(), tx, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	times := cmp.AllowUnexported(db.Time{})
	return cmp.Diff(p, gotP, times) + cmp.Diff(f, gotF, times)
}
