package linkage_test

import (
	"context"
	"slices"
	"testing"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/measure"
	"tepat/linkage/synth"
)

// rowsOf collects a set: fields without the identity and the person, records,
// and who is behind each.
func rowsOf(set synth.Set) ([]string, []linkage.Record, []int32) {
	fields := set.Columns[1 : len(set.Columns)-1]
	var recs []linkage.Record
	var truth []int32
	people := map[string]int32{}
	for row := range set.Rows() {
		who := row[len(row)-1]
		if _, ok := people[who]; !ok {
			people[who] = int32(len(people))
		}
		recs = append(recs, linkage.Record{ID: row[0], Values: slices.Clone(row[1 : len(row)-1])})
		truth = append(truth, people[who])
	}
	return fields, recs, truth
}

func each(recs []linkage.Record) func(yield func(linkage.Record, error) bool) {
	return func(yield func(linkage.Record, error) bool) {
		for _, r := range recs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func fuzzyText(name, column string, tf bool) linkage.Comparison {
	exact := linkage.Level{Label: "equal", Test: linkage.Test{Op: linkage.Exact, Columns: []string{column}}}
	if tf {
		exact.TF = &linkage.TF{Column: column, Weight: 1}
	}
	like := func(at float64) linkage.Level {
		return linkage.Level{Label: "alike", Test: linkage.Test{Op: linkage.JaroWinkler, Columns: []string{column}, Threshold: at}}
	}
	return linkage.Comparison{Name: name, Levels: []linkage.Level{exact, like(0.92), like(0.8), {Label: "other", Test: linkage.Test{Op: linkage.Else}}}}
}

func febrlModel() *linkage.Model {
	text := func(name string) linkage.Column {
		return linkage.Column{Name: name, Clean: []string{"lower", "spaces"}, Kind: linkage.Text}
	}
	m := &linkage.Model{Link: linkage.Dedupe, Seed: 1}
	for _, c := range []string{"given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state"} {
		m.Columns = append(m.Columns, text(c))
		if c != "state" {
			m.Comparisons = append(m.Comparisons, fuzzyText(c, c, c != "street_number"))
		}
	}
	m.Columns = append(m.Columns, linkage.Column{Name: "soc", From: []string{"soc_sec_id"}, Kind: linkage.Digits},
		linkage.Column{Name: "birth", From: []string{"date_of_birth"}, Clean: []string{"date_ymd"}, Kind: linkage.Date})
	m.Comparisons = append(m.Comparisons,
		linkage.Comparison{Name: "soc", Levels: []linkage.Level{
			{Label: "equal", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"soc"}}},
			{Label: "slip", Test: linkage.Test{Op: linkage.DigitSlip, Columns: []string{"soc"}, Threshold: 1}},
			{Label: "other", Test: linkage.Test{Op: linkage.Else}}}},
		linkage.Comparison{Name: "birth", Levels: []linkage.Level{
			{Label: "equal", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"birth"}}},
			{Label: "slip", Test: linkage.Test{Op: linkage.DateSlip, Columns: []string{"birth"}}},
			{Label: "other", Test: linkage.Test{Op: linkage.Else}}}})
	rule := func(cols ...string) {
		r := linkage.Rule{}
		for _, c := range cols {
			r.Keys = append(r.Keys, linkage.Key{Column: c})
		}
		m.Blocking = append(m.Blocking, r)
	}
	rule("soc")
	rule("birth")
	rule("given_name", "surname")
	rule("postcode", "surname")
	rule("postcode", "given_name")
	rule("suburb", "street_number")
	rule("address_1")
	return m
}

func TestFEBRLWithoutLabels(t *testing.T) {
	fields, recs, truth := rowsOf(synth.FEBRL3(1))
	m := febrlModel()
	tab, err := linkage.NewTable(m, fields, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Add(t.Context(), linkage.Source{Name: "febrl", Records: each(recs)}); err != nil {
		t.Fatal(err)
	}
	training, err := m.Train(context.Background(), tab, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", training)
	links, err := m.Predict(t.Context(), tab, 0.001, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := cluster.Components(tab.Len(), links.Pairs, m.Weight(m.Threshold))
	score := measure.Pairwise(found, truth)
	best := measure.Best(measure.Thresholds(links.Pairs, truth))
	t.Logf("threshold %.3f prior %.2g compared %d: %+v best %+v", m.Threshold, m.Prior, links.Compared, score, best)
	if score.F1 < 0.998 {
		t.Errorf("F1 %v", score.F1)
	}
}
