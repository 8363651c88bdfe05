package linkage

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func trainedIndex(t testing.TB, n int) (*Model, *Table, *Index, [][]string) {
	t.Helper()
	m, o := trainable(), Options{}
	rows := households(n, 2)
	tab := tableOf(t, m, rows, numbered(n), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	ix, err := NewIndex(m, tab, o)
	if err != nil {
		t.Fatal(err)
	}
	return m, tab, ix, rows
}

func TestIndexFindsWhatPredictFinds(t *testing.T) {
	m, tab, ix, rows := trainedIndex(t, 1500)
	links, err := m.Predict(t.Context(), tab, 0.2, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links.Pairs {
		hits, err := ix.Find(rows[l.A], 20)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, h := range hits {
			found = found || h.Position == int(l.B) && float32(h.Weight) == l.Weight
		}
		if !found {
			t.Fatalf("record %d does not find %d with weight %v: %+v", l.A, l.B, l.Weight, hits)
		}
	}
}

func TestIndexForgetsWhatItWasAsked(t *testing.T) {
	_, tab, ix, rows := trainedIndex(t, 800)
	sizes := func() string {
		s := ""
		for _, c := range tab.layout.cols {
			if c.coded() {
				s += fmt.Sprint(c.dict.len(), " ", len(c.dict.text), " ")
			}
			if w := c.feats.words; w != nil {
				s += fmt.Sprint(w.dict.len(), " ", len(w.end), " ", len(w.codes), " ")
			}
		}
		return s
	}
	before := sizes()
	want, _ := ix.Find(rows[5], 10)
	rapid.Check(t, func(rt *rapid.T) {
		var q []string
		for range rapid.IntRange(0, len(peopleFields)).Draw(rt, "fields") {
			q = append(q, rapid.OneOf(rapid.String(), rapid.SampledFrom(rows[5])).Draw(rt, "cell"))
		}
		if _, err := ix.Find(q, 5); err != nil {
			rt.Fatal(err)
		}
		if after := sizes(); after != before {
			rt.Fatalf("%s became %s", before, after)
		}
		got, err := ix.Find(rows[5], 10)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("the same question got another answer: %v, %v", got, want)
		}
	})
}

func TestIndexAddsAndRemoves(t *testing.T) {
	_, _, ix, _ := trainedIndex(t, 800)
	one := []string{"ZULAIKHA XENIA QODARI", "2103990101900009", "1990-01-01", "ZEBRA", "", "3"}
	if hits, _ := ix.Find(one, 3); len(hits) > 0 && hits[0].Probability > 0.5 {
		t.Fatalf("found before it was there: %+v", hits[0])
	}
	for round := range 3 {
		if err := ix.Add("new", Record{ID: "z", Values: one}); err != nil {
			t.Fatal(err)
		}
		near := []string{"XENIA ZULAIKHA QODARI", "", "1990-01-01", "ZEBRA"}
		hits, err := ix.Find(near, 3)
		if err != nil || len(hits) == 0 || hits[0].Source != "new" || hits[0].ID != "z" {
			t.Fatalf("round %d: %+v %v", round, hits, err)
		}
		if !ix.Remove("new", "z") || ix.Remove("new", "z") {
			t.Fatal("removing once, and once only")
		}
		if hits, _ := ix.Find(one, 3); len(hits) > 0 && hits[0].ID == "z" {
			t.Fatal("found after removal")
		}
	}
	if ix.Len() != 800 {
		t.Fatalf("%d records", ix.Len())
	}
}
