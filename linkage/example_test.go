package linkage_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/csvfile"
)

// people is a model for names, birth dates and villages.
func people() *linkage.Model {
	return &linkage.Model{
		Link: linkage.Dedupe,
		Seed: 1,
		Columns: []linkage.Column{
			{Name: "name", Clean: []string{"ascii", "upper", "letters"}, Kind: linkage.Name},
			{Name: "birth", Clean: []string{"date"}, Kind: linkage.Date},
			{Name: "village", Clean: []string{"upper", "spaces"}, Kind: linkage.Text},
		},
		Comparisons: []linkage.Comparison{
			{Name: "name", Levels: []linkage.Level{
				{Label: "same", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"name"}}, M: 0.8, U: 0.001},
				{Label: "alike", Test: linkage.Test{Op: linkage.JaroWinkler, Columns: []string{"name"}, Threshold: 0.88}, M: 0.15, U: 0.004},
				{Label: "different", Test: linkage.Test{Op: linkage.Else}, M: 0.05, U: 0.995}}},
			{Name: "birth", Levels: []linkage.Level{
				{Label: "same", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"birth"}}, M: 0.9, U: 0.0001},
				{Label: "a slip", Test: linkage.Test{Op: linkage.Or, Of: []linkage.Test{
					{Op: linkage.DateSlip, Columns: []string{"birth"}}, {Op: linkage.DateSwap, Columns: []string{"birth"}}}}, M: 0.08, U: 0.002},
				{Label: "different", Test: linkage.Test{Op: linkage.Else}, M: 0.02, U: 0.9979}}},
			{Name: "village", Levels: []linkage.Level{
				{Label: "same", Test: linkage.Test{Op: linkage.Exact, Columns: []string{"village"}}, M: 0.9, U: 0.05},
				{Label: "different", Test: linkage.Test{Op: linkage.Else}, M: 0.1, U: 0.95}}},
		},
		Blocking: []linkage.Rule{
			{Keys: []linkage.Key{{Column: "birth"}}},
			{Keys: []linkage.Key{{Column: "name", Part: "sound"}}},
		},
		Prior: 0.05,
	}
}

const list = `id,name,birth,village
1,Siti Aminah,1980-03-12,Ara
2,SITI AMINA,12/03/1980,Ara
3,Budi Santoso,1975-07-01,Boro
4,Siti Aminah,1991-11-30,Boro
`

func Example() {
	ctx := context.Background()
	m := people() // or one from ReadModel, or trained with m.Train
	t, err := linkage.NewTable(m, m.Fields(), linkage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := csvfile.Read(ctx, t, strings.NewReader(list), csvfile.Options{Source: "list", ID: "id"}); err != nil {
		log.Fatal(err)
	}
	links, err := m.Predict(ctx, t, 0.01, linkage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range links.Pairs {
		_, a := t.ID(int(l.A))
		_, b := t.ID(int(l.B))
		fmt.Printf("%s and %s: %.2f\n", a, b, m.Probability(float64(l.Weight)))
	}
	fmt.Println(cluster.Components(t.Len(), links.Pairs, m.Weight(0.9)))
	// Output:
	// 1 and 2: 1.00
	// 1 and 4: 0.08
	// [0 0 1 2]
}

func ExampleModel_ExplainRecords() {
	e, err := people().ExplainRecords(
		map[string]string{"name": "Siti Aminah", "birth": "1980-03-12", "village": "Ara"},
		map[string]string{"name": "SITI AMINA", "birth": "1980-12-03"}, linkage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Words("en"))
	// Output:
	// Very probably the same (98.7 %). For it: birth "1980-03-12" / "1980-12-03", a slip (+5.3); name "SITI AMINAH" / "SITI AMINA", alike (+5.2). Says nothing: village.
}

func ExampleNewIndex() {
	m := people()
	t, err := linkage.NewTable(m, []string{"name", "birth", "village"}, linkage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := csvfile.Read(context.Background(), t, strings.NewReader(list), csvfile.Options{Source: "list", ID: "id"}); err != nil {
		log.Fatal(err)
	}
	ix, err := linkage.NewIndex(m, t, linkage.Options{})
	if err != nil {
		log.Fatal(err)
	}
	hits, err := ix.Find([]string{"Budi Santosa", "1 Juli 1975", "Boro"}, 3)
	if err != nil {
		log.Fatal(err)
	}
	for _, h := range hits {
		fmt.Printf("%s %.3f\n", h.ID, h.Probability)
	}
	// Output:
	// 3 1.000
}
