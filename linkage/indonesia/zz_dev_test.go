package indonesia_test

import (
	"context"
	"encoding/csv"
	"os"
	"sort"
	"testing"
	"time"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/csvfile"
	"tepat/linkage/indonesia"
	"tepat/linkage/measure"
)

func TestDev(t *testing.T) {
	dir := os.Getenv("DEV")
	if dir == "" {
		t.Skip()
	}
	fields := map[indonesia.Role]string{indonesia.NIK: "nik", indonesia.KK: "kk", indonesia.Name: "nama", indonesia.BirthDate: "tanggal_lahir", indonesia.BirthPlace: "tempat_lahir", indonesia.SexRole: "jenis_kelamin", indonesia.Village: "desa", indonesia.Kecamatan: "kecamatan", indonesia.RT: "rt", indonesia.RW: "rw"}
	m := indonesia.Model(linkage.LinkAndDedupe, fields)
	m.Seed = 1
	o := linkage.Options{Cleaners: indonesia.Cleaners(), Tests: indonesia.Tests()}
	names := []string{"nik", "kk", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "rt", "rw", "desa", "kecamatan"}
	tb, err := linkage.NewTable(m, names, o)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	step := func(w string) { t.Logf("%-10s %v", w, time.Since(begun).Round(time.Millisecond)); begun = time.Now() }
	for _, s := range []string{"dukcapil", "dtsen", "desa"} {
		if _, err := csvfile.ReadFile(context.Background(), tb, dir+"/"+s+".csv", csvfile.Options{Source: s, Clean: s == "dukcapil", ID: "id"}); err != nil {
			t.Fatal(err)
		}
	}
	step("read")
	tr, err := m.Train(context.Background(), tb, o)
	if err != nil {
		t.Fatal(err)
	}
	step("train")
	t.Logf("%+v prior %g household prior %g", tr, m.Prior, m.HouseholdPrior)
	links, err := m.Predict(context.Background(), tb, 0.001, o)
	if err != nil {
		t.Fatal(err)
	}
	step("predict")
	if os.Getenv("SHORT") != "" {
		t.Log(links.Compared, len(links.Pairs), m.Threshold)
	}
	truth := make([]int32, tb.Len())
	people := map[string]int32{}
	f, _ := os.Open(dir + "/truth.csv")
	rows, _ := csv.NewReader(f).ReadAll()
	byp := map[int32][]int{}
	for _, r := range rows[1:] {
		if _, ok := people[r[2]]; !ok {
			people[r[2]] = int32(len(people))
		}
		i, ok := tb.Find(r[0], r[1])
		if !ok {
			t.Fatal(r)
		}
		truth[i] = people[r[2]]
		byp[truth[i]] = append(byp[truth[i]], i)
	}
	for _, r := range links.Rules {
		t.Logf("  %-50s pairs %9d alone %9d added %9d largest %d over %d", r.Text, r.Pairs, r.Alone, r.Added, r.Largest, len(r.Oversize))
	}
	for _, c := range m.Comparisons {
		for i, l := range c.Levels {
			h := 0.0
			if len(m.HouseholdU[c.Name]) > i {
				h = m.HouseholdU[c.Name][i]
			}
			t.Logf("    %-20s %-30s m %.5f u %.3g h %.5f", c.Name, l.Label, l.M, l.U, h)
		}
	}
	w := m.Weight(m.Threshold)
	t.Logf("compared %d kept %d threshold %.4f weight %.2f", links.Compared, len(links.Pairs), m.Threshold, w)
	t.Log("chains     ", measure.Pairwise(cluster.Components(tb.Len(), links.Pairs, w), truth))
	r := cluster.Constrained(tb.Len(), links.Pairs, cluster.Options{MinWeight: w, Probability: m.Probability})
	t.Log("constrained", measure.Pairwise(r.Of, truth), "cuts", len(r.Cuts))
	step("cluster")
	th := measure.Thresholds(links.Pairs, truth)
	t.Log("best pair threshold", measure.Best(th))
	found := map[[2]uint32]float32{}
	for _, p := range links.Pairs {
		found[[2]uint32{p.A, p.B}] = p.Weight
	}
	// misses
	type miss struct{ a, b int }
	var never, low []miss
	total := 0
	var ids []int32
	for k := range byp {
		ids = append(ids, k)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	for _, k := range ids {
		l := byp[k]
		for i := range l {
			for j := i + 1; j < len(l); j++ {
				total++
				a, b := min(l[i], l[j]), max(l[i], l[j])
				x, ok := found[[2]uint32{uint32(a), uint32(b)}]
				if !ok {
					never = append(never, miss{a, b})
				} else if float64(x) < w {
					low = append(low, miss{a, b})
				}
			}
		}
	}
	t.Logf("true pairs %d not in links %d (%.3f) low %d (%.3f)", total, len(never), float64(len(never))/float64(total), len(low), float64(len(low))/float64(total))
	show := func(a, b int) {
		for _, i := range []int{a, b} {
			s, id := tb.ID(i)
			line := s + " " + id
			for _, c := range m.Columns {
				line += " | " + tb.Value(i, c.Name)
			}
			t.Log("   ", line)
		}
		e, _ := m.Explain(tb, a, b, o)
		line := ""
		for _, f := range e.Fields {
			line += f.Comparison + ":" + f.Level + " "
			line += time.Duration(0).String()[:0]
			line += fmtf(f.Weight) + "; "
		}
		t.Log("      ", fmtf(e.Weight), fmtf(e.Household), line)
	}
	pick := func(name string, l []miss) {
		t.Log(name)
		for i := 0; i < 14 && len(l) > 0; i++ {
			x := l[i*len(l)/14]
			show(x.a, x.b)
		}
	}
	pick("NEVER", never)
	pick("LOW", low)
	var fp []miss
	for _, p := range links.Pairs {
		if float64(p.Weight) >= w && truth[p.A] != truth[p.B] {
			fp = append(fp, miss{int(p.A), int(p.B)})
		}
	}
	kinds := map[string]int{}
	for i := 0; i < len(fp); i += max(1, len(fp)/5000) {
		e, _ := m.Explain(tb, fp[i].a, fp[i].b, o)
		line := ""
		for _, f := range e.Fields {
			switch f.Comparison {
			case "nik", "birth", "name", "kk":
				if !f.Missing {
					line += f.Comparison + ":" + f.Level + " "
				}
			}
		}
		kinds[line]++
	}
	var lines []string
	for k := range kinds {
		lines = append(lines, k)
	}
	sort.Slice(lines, func(i, j int) bool { return kinds[lines[i]] > kinds[lines[j]] })
	for i, l := range lines {
		if i < 25 {
			t.Log("KIND", kinds[l], l)
		}
	}
	t.Log("false pairs", len(fp))
	pick("FALSE", fp)
}

func fmtf(f float64) string { return string(appendF(f)) }
func appendF(f float64) []byte {
	s := ""
	if f < 0 {
		s = "-"
		f = -f
	}
	n := int(f*10 + 0.5)
	return []byte(s + itoa(n/10) + "." + itoa(n%10))
}
func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
