package linkage

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// households invents people in families with errors, some of them twice.
func households(n int, seed uint64) [][]string {
	rng := rand.New(rand.NewPCG(seed, 1))
	given := []string{"SITI", "AMINAH", "BUDI", "AGUS", "DEWI", "MADE", "WAYAN", "RAHMAT", "YUSUF", "NUR", "HASAN", "FATIMAH"}
	family := []string{"LESTARI", "HIDAYAT", "SAPUTRA", "LAHADO", "TANDI", "MANGKONA", "PAKAYA", "DAENG"}
	villages := []string{"ARA", "BORO", "CEMPA", "DOLO", "EBAN", "FATU"}
	var rows [][]string
	for len(rows) < n {
		name := given[rng.IntN(len(given))] + " " + given[rng.IntN(len(given))] + " " + family[rng.IntN(len(family))]
		nik := fmt.Sprintf("21039%011d", rng.IntN(1e9))
		birth := fmt.Sprintf("%04d-%02d-%02d", 1940+rng.IntN(70), 1+rng.IntN(12), 1+rng.IntN(28))
		v := villages[rng.IntN(len(villages))]
		rows = append(rows, []string{name, nik, birth, v, "a|b", fmt.Sprint(rng.IntN(5))})
		if rng.IntN(3) == 0 {
			row := slices.Clone(rows[len(rows)-1])
			switch rng.IntN(4) {
			case 0:
				row[0] = row[0][:len(row[0])-1]
			case 1:
				row[1] = ""
			case 2:
				row[2] = row[2][:8] + "01"
			}
			rows = append(rows, row)
		}
	}
	return rows[:n]
}

func level(label string, tf string, t Test) Level {
	l := Level{Label: label, Test: t}
	if tf != "" {
		l.TF = &TF{Column: tf, Weight: 1, Words: t.Op == Words}
	}
	return l
}

func trainable() *Model {
	m := *peopleModel
	m.Columns = append(slices.Clone(m.Columns), Column{Name: "village", Kind: Text})
	other := Level{Label: "other", Test: Test{Op: Else}}
	on := func(op Op, limit float64, col ...string) Test { return Test{Op: op, Columns: col, Threshold: limit} }
	m.Comparisons = []Comparison{
		{Name: "name", Levels: []Level{level("same", "name", on(Exact, 0, "name")), level("words", "name", on(Words, 0.9, "name")), level("alike", "", on(JaroWinkler, 0.85, "name")), other}},
		{Name: "nik", Levels: []Level{level("same", "", on(Exact, 0, "nik")), level("slip", "", on(DigitSlip, 2, "nik")), other}},
		{Name: "birth", Levels: []Level{level("same", "", on(Exact, 0, "birth")), level("slip", "", Test{Op: Or, Of: []Test{on(DateSlip, 0, "birth"), on(DateSwap, 0, "birth")}}), level("year", "", on(DateYear, 1, "birth")), other}},
		{Name: "village", Levels: []Level{level("same", "village", on(Exact, 0, "village")), other}},
		{Name: "income", Levels: []Level{level("near", "", on(Within, 1, "income")), other}},
	}
	m.Blocking = []Rule{{[]Key{{"nik", ""}}}, {[]Key{{"birth", ""}, {"name", "each_word"}}}, {[]Key{{"sound", ""}, {"village", ""}}}, {[]Key{{"name", "word:1"}, {"birth", "year"}}}}
	m.Seed = 7
	return &m
}

func tableOf(t testing.TB, m *Model, rows [][]string, ids []string, o Options) *Table {
	t.Helper()
	tab, err := NewTable(m, peopleFields, o)
	if err != nil {
		t.Fatal(err)
	}
	src := func(yield func(Record, error) bool) {
		for i, r := range rows {
			if !yield(Record{ID: ids[i], Values: r}, nil) {
				return
			}
		}
	}
	if err := tab.Add(t.Context(), Source{Name: "s", Records: src}); err != nil {
		t.Fatal(err)
	}
	return tab
}

func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint("r", i)
	}
	return ids
}

// saved trains, predicts and returns the model as JSON and the links by
// identities.
func saved(t testing.TB, rows [][]string, ids []string, o Options) (string, []string) {
	t.Helper()
	m := trainable()
	tab := tableOf(t, m, rows, ids, o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	links, err := m.Predict(t.Context(), tab, 0.01, o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range links.Pairs {
		_, a := tab.ID(int(l.A))
		_, b := tab.ID(int(l.B))
		out = append(out, fmt.Sprint(min(a, b), " ", max(a, b), " ", l.Weight, " ", l.Pattern))
	}
	slices.Sort(out)
	var buf bytes.Buffer
	if err := m.Save(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.String(), out
}

func TestNeitherWorkersNorOrderMatter(t *testing.T) {
	rows, ids := households(3000, 3), numbered(3000)
	model, links := saved(t, rows, ids, Options{Workers: 1, SampleU: 20_000})
	if len(links) < 300 {
		t.Fatalf("only %d links", len(links))
	}
	for _, workers := range []int{2, 5} {
		m2, l2 := saved(t, rows, ids, Options{Workers: workers, SampleU: 20_000})
		if m2 != model || !slices.Equal(links, l2) {
			t.Fatalf("%d workers make a difference: %s", workers, cmp.Diff(model, m2))
		}
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(rows))
	shuffled, their := make([][]string, len(rows)), make([]string, len(rows))
	for to, from := range order {
		shuffled[to], their[to] = rows[from], ids[from]
	}
	m3, l3 := saved(t, shuffled, their, Options{SampleU: 20_000})
	if m3 != model || !slices.Equal(links, l3) {
		t.Fatalf("the order makes a difference: %s", cmp.Diff(model, m3))
	}
}

func TestSavedModelSaysTheSame(t *testing.T) {
	text, _ := saved(t, households(1500, 5), numbered(1500), Options{})
	m, err := ReadModel(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Save(&again); err != nil || again.String() != text {
		t.Fatalf("%v: %s", err, cmp.Diff(text, again.String()))
	}
}

func TestBadModelsNameThePlace(t *testing.T) {
	text, _ := saved(t, households(600, 5), numbered(600), Options{})
	for _, c := range []struct{ from, to, want string }{
		{`"link_type"`, `"link_typ"`, "link_typ"},
		{`"op": "words"`, `"op": "word"`, `comparison "name", level 2 (words): test "word" is not known`},
		{`"column": "sound"`, `"column": "sond"`, `blocking rule 3: column "sond"`},
		{`"part": "year"`, `"part": "yaer"`, `"yaer"`},
		{`"kind": "digits"`, `"kind": "digit"`, `column "nik" has kind "digit"`},
		{`"columns"`, `columns`, "not JSON at byte"},
	} {
		if _, err := ReadModel(strings.NewReader(strings.Replace(text, c.from, c.to, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.to, err)
		}
	}
}

func TestExplanationSumsToTheWeight(t *testing.T) {
	m, o := trainable(), Options{}
	m.Household = "village"
	rows := households(1200, 9)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	x, err := NewExplainer(m, tab, o)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.IntRange(0, len(rows)-1).Draw(rt, "a"), rapid.IntRange(0, len(rows)-1).Draw(rt, "b")
		e, err := x.Explain(a, b)
		if err != nil {
			rt.Fatal(err)
		}
		sum := e.Household
		for _, f := range e.Fields {
			sum += f.Weight
			if f.Missing && f.Weight != 0 {
				rt.Fatal("a missing field weighs")
			}
		}
		if math.Abs(sum-e.Weight) > 1e-9 {
			rt.Fatalf("%v is not %v", sum, e.Weight)
		}
		back, err := x.Explain(b, a)
		if err != nil || back.Weight != e.Weight {
			rt.Fatalf("not symmetric: %v %v", back.Weight, e.Weight)
		}
		if math.Abs(m.Weight(m.Probability(e.Weight))-e.Weight) > 1e-3 && math.Abs(e.Weight) < 20 {
			rt.Fatal("Weight is not the inverse of Probability")
		}
		if w := e.Words("id"); w == "" || w == e.Words("en") {
			rt.Fatalf("words: %q", w)
		}
	})
}

func TestStatelessExplanationAgreesWithTheTable(t *testing.T) {
	m, o := trainable(), Options{}
	rows := households(900, 4)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	m.KeepFrequencies(tab, 1)
	for i := range 50 {
		a, b := map[string]string{}, map[string]string{}
		for k, f := range peopleFields {
			a[f], b[f] = rows[i][k], rows[i+1][k]
		}
		want, err := m.Explain(tab, i, i+1, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.ExplainRecords(a, b, o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	}
}

func TestEveryCandidateIsCountedOnce(t *testing.T) {
	m, o := trainable(), Options{}
	rows := households(700, 8)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	links, err := m.Predict(t.Context(), tab, 0, o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBlocker(m, tab, o)
	if err != nil {
		t.Fatal(err)
	}
	want := map[[2]uint32]bool{}
	for i := range rows {
		for j := range i {
			if b.holding(0, tab.row(i), tab.row(j)) != 1 || b.rules[0].agree(tab.row(i), tab.row(j)) {
				want[[2]uint32{uint32(j), uint32(i)}] = true
			}
		}
	}
	if len(links.Pairs) != len(want) || links.Compared != int64(len(want)) {
		t.Fatalf("%d links, %d compared, %d pairs agree on a rule", len(links.Pairs), links.Compared, len(want))
	}
	for _, l := range links.Pairs {
		if !want[[2]uint32{l.A, l.B}] {
			t.Fatalf("%v was not proposed", l)
		}
	}
	added := int64(0)
	for _, r := range links.Rules {
		added += r.Added
	}
	if added != links.Compared {
		t.Fatalf("the rules add %d, %d compared", added, links.Compared)
	}
}

func TestStreamingFindsWhatKeepingFinds(t *testing.T) {
	m, o := trainable(), Options{}
	rows := households(2500, 6)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	kept, err := m.Predict(t.Context(), tab, 0.02, o)
	if err != nil {
		t.Fatal(err)
	}
	tab.pairs = nil
	streamed, err := m.Predict(t.Context(), tab, 0.02, o)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(kept, streamed); d != "" {
		t.Fatal(d)
	}
}
