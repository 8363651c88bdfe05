package linkage

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func records(rows [][]string) func(yield func(Record, error) bool) {
	return func(yield func(Record, error) bool) {
		for i, r := range rows {
			if !yield(Record{ID: fmt.Sprint(i + 1), Values: r}, nil) {
				return
			}
		}
	}
}

var peopleModel = &Model{
	Link: Dedupe,
	Columns: []Column{
		{Name: "name", Clean: []string{"ascii", "upper", "letters"}, Kind: Name},
		{Name: "sound", From: []string{"name"}, Clean: []string{"ascii", "upper", "letters", "sound"}, Kind: Text},
		{Name: "nik", Clean: []string{"known", "digits"}, Kind: Digits},
		{Name: "birth", Clean: []string{"date"}, Kind: Date},
		{Name: "full", From: []string{"name", "village"}, Clean: []string{"upper"}, Kind: Text},
		{Name: "tags", Kind: Set},
		{Name: "income", Clean: []string{"decimal"}, Kind: Number},
	},
}

var peopleFields = []string{"name", "nik", "birth", "village", "tags", "income"}

func TestTableCleansByKind(t *testing.T) {
	tab, err := NewTable(peopleModel, peopleFields, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{
		{" José  d'Arc ", "00-12.3", "31/12/1980", "Ara", "b|a|b", "1.234,50"},
		{"", "0000000000000000", "31/31/1980", "", "", "x"},
		{"SITI", "7203", "19800101"},
	}
	if err := tab.Add(t.Context(), Source{Name: "s", Records: records(rows)}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{
		{"name": "JOSE DARC", "nik": "00123", "birth": "1980-12-31", "full": "JOSÉ  D'ARC  ARA", "tags": "a|b", "income": "1234.5"},
		{"name": "", "nik": "", "birth": "", "full": "", "tags": "", "income": ""},
		{"name": "SITI", "nik": "7203", "birth": "1980-01-01", "full": "SITI", "tags": ""},
	} {
		want["sound"] = Sound(want["name"])
		for col, v := range want {
			if got := tab.Value(i, col); got != v {
				t.Errorf("record %d, %s: %q, want %q", i, col, got, v)
			}
		}
	}
	if i, ok := tab.Find("s", "3"); !ok || i != 2 {
		t.Errorf("Find: %d %v", i, ok)
	}
	if _, ok := tab.Find("s", "4"); ok {
		t.Error("found what is not there")
	}
}

func TestTableIsTheSameInSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.Custom(func(t *rapid.T) []string {
			return []string{rapid.StringMatching(`[A-C]{0,3}`).Draw(t, "name"), rapid.StringMatching(`[0-2]{0,3}`).Draw(t, "nik"), "", rapid.StringMatching(`[a-b]{0,2}`).Draw(t, "v")}
		})
		rows := rapid.SliceOfN(row, 0, 60).Draw(t, "rows")
		cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
		whole, _ := NewTable(peopleModel, peopleFields, Options{})
		steps, _ := NewTable(peopleModel, peopleFields, Options{})
		add := func(tab *Table, rows [][]string) {
			if err := tab.Add(context.Background(), Source{Name: "s", Records: records(rows)}); err != nil {
				t.Fatal(err)
			}
		}
		add(whole, rows)
		add(steps, rows[:cut])
		steps.rest()
		add(steps, rows[cut:])
		whole.rest()
		steps.rest()
		if !slices.Equal(whole.rows, steps.rows) {
			t.Fatal("rows differ")
		}
		for i := range rows {
			if got, want := whole.Value(i, "name"), rows[i][0]; got != want {
				t.Fatalf("record %d: %q, want %q", i, got, want)
			}
		}
	})
}
