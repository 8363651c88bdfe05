package linkage

import (
	"fmt"
	"strings"
	"testing"
)

func ruleNamed(sizes []RuleSize, text string) RuleSize {
	for _, r := range sizes {
		if r.Text == text {
			return r
		}
	}
	return RuleSize{}
}

func TestOversizedBlocksAreSplitAndTold(t *testing.T) {
	m := trainable()
	m.Blocking = []Rule{{[]Key{{"name", "word:1"}}}, {[]Key{{"village", ""}}}}
	var rows [][]string
	for i := range 20_000 {
		rows = append(rows, []string{fmt.Sprintf("SITI %c%c", 'A'+i%26, 'A'+i/26%26), "", fmt.Sprintf("19%02d-01-01", i%90), "ARA", "", ""})
	}
	o := Options{MaxBlock: 100}
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	sizes, err := m.Estimate(tab, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name word 1", "village"} {
		r := ruleNamed(sizes, name)
		if r.Alone != 20_000*19_999/2 || r.Largest != 20_000 || len(r.Oversize) != 1 {
			t.Fatalf("%+v", r)
		}
		big := r.Oversize[0]
		if big.Size != 20_000 || big.Kept != r.Pairs || big.Kept > 20_000*60 || big.Kept == 0 || !strings.Contains(big.Done, "split by") {
			t.Errorf("%+v", big)
		}
	}
	if ruleNamed(sizes, "village").Oversize[0].Key != "ARA" {
		t.Error("the key is not named")
	}
}

func TestIdenticalRowsEnd(t *testing.T) {
	m := trainable()
	rows := make([][]string, 100_000)
	for i := range rows {
		rows[i] = []string{"SITI AMINAH", "2103990101900009", "1990-01-01", "ARA", "", "1"}
	}
	tab := tableOf(t, m, rows, numbered(len(rows)), Options{})
	if _, err := m.Train(t.Context(), tab, Options{}); err != nil {
		t.Fatal(err)
	}
	links, err := m.Predict(t.Context(), tab, 0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if links.Compared > 50*int64(len(rows)) || links.Compared < int64(len(rows)) {
		t.Errorf("%d pairs compared", links.Compared)
	}
	if len(links.Skipped) == 0 || !strings.Contains(links.Skipped[0].Done, "neighbours") {
		t.Errorf("%+v", links.Skipped)
	}
}

func TestSplitBlocksStillCountOnce(t *testing.T) {
	m, o := trainable(), Options{MaxBlock: 5}
	rows := households(2000, 11)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	links, err := m.Predict(t.Context(), tab, 0, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(links.Skipped) == 0 {
		t.Fatal("nothing was split")
	}
	for i := 1; i < len(links.Pairs); i++ {
		if links.Pairs[i].A == links.Pairs[i-1].A && links.Pairs[i].B == links.Pairs[i-1].B {
			t.Fatalf("%v twice", links.Pairs[i])
		}
	}
	if links.Compared != int64(len(links.Pairs)) {
		t.Fatalf("%d compared, %d found", links.Compared, len(links.Pairs))
	}
}

func TestSplittingMindsTheSources(t *testing.T) {
	m, o := trainable(), Options{MaxBlock: 4}
	m.Link = LinkOnly
	rows := households(3000, 12)
	tab, err := NewTable(m, peopleFields, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"a", "b", "a"} {
		if err := tab.Add(t.Context(), Source{Name: name, Records: records(rows[1000*i : 1000*i+1000])}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Train(t.Context(), tab, o); err != nil {
		t.Fatal(err)
	}
	links, err := m.Predict(t.Context(), tab, 0, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(links.Skipped) == 0 || links.Compared != int64(len(links.Pairs)) {
		t.Fatalf("%d split, %d compared, %d found", len(links.Skipped), links.Compared, len(links.Pairs))
	}
	for _, l := range links.Pairs {
		if tab.Source(int(l.A)) == tab.Source(int(l.B)) {
			t.Fatalf("%v is within a source", l)
		}
	}
}

func TestLinkTypesAndCleanSources(t *testing.T) {
	rows := [][]string{{"SITI AMINAH", "1", "1990-01-01", "ARA"}, {"SITI AMINAH", "1", "1990-01-01", "ARA"}}
	for _, c := range []struct {
		link  LinkType
		clean bool
		want  float64
	}{{Dedupe, false, 6}, {LinkOnly, false, 4}, {LinkAndDedupe, false, 6}, {LinkAndDedupe, true, 5}} {
		m := trainable()
		m.Link = c.link
		tab, err := NewTable(m, peopleFields, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []Source{{Name: "a", Clean: c.clean, Records: records(rows)}, {Name: "b", Records: records(rows)}} {
			if err := tab.Add(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		tab.rest()
		sizes, err := m.Estimate(tab, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := comparablePairs(m, tab); got != c.want || float64(sizes[0].Alone) != c.want {
			t.Errorf("%s, clean %v: %v pairs, %d in the block; want %v", c.link, c.clean, got, sizes[0].Alone, c.want)
		}
	}
}

func TestRecommendedRulesFindTheMatches(t *testing.T) {
	m, o := trainable(), Options{}
	rows := households(3000, 21)
	tab := tableOf(t, m, rows, numbered(len(rows)), o)
	rules, err := Recommend(m, tab, 60_000, o)
	if err != nil {
		t.Fatal(err)
	}
	m.Blocking = rules
	sizes, err := m.Estimate(tab, o)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, s := range sizes {
		total += s.Alone
	}
	if len(rules) < 2 || total > 60_000 {
		t.Fatalf("%d rules of %d pairs: %v", len(rules), total, rules)
	}
}
