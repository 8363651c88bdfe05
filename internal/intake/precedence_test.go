package intake

import (
	"reflect"
	"slices"
	"testing"

	"tepat/internal/civil"
)

// What no file can say about a person or family: the registry keeps it itself.
var (
	neverOfPerson = []string{"ID", "Life", "LifeOn", "FamilyID", "MergedInto", "Version", "CreatedAt", "UpdatedAt"}
	neverOfFamily = []string{"ID", "HeadID", "HeadName", "Members", "Receives", "Review", "MergedInto", "Version", "CreatedAt", "UpdatedAt"}
)

// A field that somebody adds to the registry and forgets to fill from a row
// fails here, and so does one that is filled for a known person only.
func TestARowFillsEveryFieldOfTheRegistry(t *testing.T) {
	var rec Record
	fillAll(t, reflect.ValueOf(&rec).Elem())
	day := civil.Date{Year: 2026, Month: 1, Day: 2}
	missing(t, newPerson(&rec), neverOfPerson)
	missing(t, newFamily(&rec, day), neverOfFamily)
	if f := newFamily(&Record{Desil: 3}, day); f.RankedOn != day {
		t.Errorf("a desil without a day is of %v", f.RankedOn)
	}
}

func fillAll(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Int, reflect.Int64:
			f.SetInt(1)
		case reflect.Struct:
			f.Set(reflect.ValueOf(civil.Date{Year: 2001, Month: 2, Day: 3}))
		default:
			t.Fatalf("%s: teach this test %s", v.Type().Field(i).Name, f.Kind())
		}
	}
}

func missing(t *testing.T, what any, never []string) {
	t.Helper()
	v := reflect.ValueOf(what)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() != slices.Contains(never, name) {
			t.Errorf("%s.%s: filled from a row: %v", v.Type().Name(), name, !v.Field(i).IsZero())
		}
	}
}
