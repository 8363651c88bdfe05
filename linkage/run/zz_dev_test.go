package run

import (
	"context"
	"iter"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/detect"
	"tepat/linkage/measure"
	"tepat/linkage/synth"
)

func devSets() map[string]synth.Set {
	return map[string]synth.Set{"febrl1": synth.FEBRL1(1), "febrl3": synth.FEBRL3(1), "hist": synth.Historical50k(1), "census500": synth.Census500(1), "census10k": synth.Census10000(1), "contacts": synth.Contacts1000(1)}
}

func TestDev(t *testing.T) {
	if os.Getenv("DEV") == "" {
		t.Skip()
	}
	s := devSets()[os.Getenv("DEV")]
	var rows [][]string
	for r := range s.Rows() {
		rows = append(rows, slices.Clone(r))
	}
	var sample [][]string
	for i := 0; i < len(rows); i += max(1, len(rows)/2000) {
		sample = append(sample, rows[i])
	}
	guesses := detect.Columns(s.Columns, sample, nil)
	p, err := detect.Propose(guesses, sample)
	if err != nil {
		t.Fatal(err)
	}
	o := linkage.Options{Cleaners: cleaners()}
	begun := time.Now()
	step := func(what string) {
		t.Logf("%-10s %v", what, time.Since(begun).Round(time.Millisecond))
		begun = time.Now()
	}
	tb, err := linkage.NewTable(p.Model, s.Columns, o)
	if err != nil {
		t.Fatal(err)
	}
	var recs iter.Seq2[linkage.Record, error] = func(yield func(linkage.Record, error) bool) {
		for _, r := range rows {
			if !yield(linkage.Record{ID: r[0], Values: r}, nil) {
				return
			}
		}
	}
	if err := tb.Add(context.Background(), linkage.Source{Name: "a", Records: recs}); err != nil {
		t.Fatal(err)
	}
	step("read")
	left, err := blocking(p.Model, tb, o)
	if err != nil {
		t.Fatal(err)
	}
	step("choose")
	t.Log("budget", budget(tb.Len(), 0))
	wide := p.Model.Blocking
	all := wide
	sz, err := p.Model.Estimate(tb, o)
	if err != nil {
		t.Fatal(err)
	}
	p.Model.Blocking = nil
	used := int64(0)
	for i, x := range sz {
		if x.Alone <= envInt("CAP", 4)*int64(tb.Len()) && used+x.Alone < envInt("TOTAL", 20)*int64(tb.Len()) {
			used += x.Alone
			p.Model.Blocking = append(p.Model.Blocking, wide[i])
		}
	}
	narrow := p.Model.Blocking
	if os.Getenv("WIDE") == "" {
		wide = p.Model.Blocking
	} else {
		wide, used = nil, 0
		for i, x := range sz {
			if x.Alone <= envInt("WIDE", 4)*int64(tb.Len()) && used+x.Alone < envInt("WTOTAL", 100)*int64(tb.Len()) {
				used += x.Alone
				wide = append(wide, all[i])
			}
		}
	}
	p.Model.Blocking = narrow
	t.Log("train pairs", used, len(p.Model.Blocking))
	tr, err := p.Model.Train(context.Background(), tb, o)
	if err != nil {
		t.Fatal(err)
	}
	step("train")
	t.Logf("%+v", tr)
	p.Model.Blocking = wide
	links, err := p.Model.Predict(context.Background(), tb, 1e-9, o)
	if err != nil {
		t.Fatal(err)
	}
	step("predict")
	for _, r := range links.Rules {
		t.Logf("  %-50s pairs %9d alone %9d added %9d largest %d", r.Text, r.Pairs, r.Alone, r.Added, r.Largest)
	}
	for _, r := range left {
		t.Logf("  left %-50s alone %9d", r.Text, r.Alone)
	}
	for _, c := range p.Model.Comparisons {
		for _, l := range c.Levels {
			t.Logf("    %-20s %-30s m %.5f u %.3g", c.Name, l.Label, l.M, l.U)
		}
	}
	truth := make([]int32, len(rows))
	num := map[string]int32{}
	for i, r := range rows {
		k := r[len(r)-1]
		if _, ok := num[k]; !ok {
			num[k] = int32(len(num))
		}
		truth[i] = num[k]
	}
	w := p.Model.Weight(p.Model.Threshold)
	t.Logf("compared %d kept %d threshold %.4f weight %.2f prior %g", links.Compared, len(links.Pairs), p.Model.Threshold, w, p.Model.Prior)
	t.Log("chains     ", measure.Pairwise(cluster.Components(tb.Len(), links.Pairs, w), truth))
	r := cluster.Constrained(tb.Len(), links.Pairs, cluster.Options{MinWeight: w, Probability: p.Model.Probability})
	t.Log("constrained", measure.Pairwise(r.Of, truth), "cuts", len(r.Cuts))
	step("cluster")
	th := measure.Thresholds(links.Pairs, truth)
	t.Log("best pair threshold", measure.Best(th))
	lo := th[0]
	for _, x := range th {
		if x.Weight < lo.Weight {
			lo = x
		}
	}
	t.Log("coverage of kept", lo.Recall)
}

func envInt(k string, d int64) int64 {
	if v, err := strconv.ParseInt(os.Getenv(k), 10, 64); err == nil {
		return v
	}
	return d
}
