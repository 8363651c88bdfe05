package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"tepat/linkage"
	"tepat/linkage/cluster"
	"tepat/linkage/measure"
	"tepat/linkage/run"
	"tepat/linkage/synth"
)

func rows(path string) [][]string {
	f, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	r, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	return r
}

func gen(dir string, s synth.Set) {
	os.MkdirAll(dir, 0o755)
	f, _ := os.Create(filepath.Join(dir, "data.csv"))
	t, _ := os.Create(filepath.Join(dir, "truth.csv"))
	w := csv.NewWriter(f)
	fmt.Fprintln(t, "sumber,id,orang")
	last := len(s.Columns) - 1
	w.Write(append([]string{"id"}, s.Columns[1:last]...))
	n := 0
	for row := range s.Rows() {
		n++
		id := fmt.Sprintf("A%08d", n)
		w.Write(append([]string{id}, row[1:last]...))
		fmt.Fprintf(t, "data,%s,%s\n", id, row[last])
	}
	w.Flush()
	f.Close()
	t.Close()
}

func main() {
	base := "/tmp/e2data"
	for _, name := range os.Args[1:] {
		dir := filepath.Join(base, name)
		var files []string
		switch {
		case name == "hist10k" || name == "hist50k" || name == "census10k" || name == "contacts" || name == "febrl3":
			files = []string{filepath.Join(dir, "data.csv")}
			if _, err := os.Stat(files[0]); err != nil {
				switch name {
				case "hist50k":
					gen(dir, synth.Historical50k(1))
				case "hist10k":
					gen(dir, synth.Historical{People: 1500, Seed: 1}.Set())
				case "census10k":
					gen(dir, synth.Census10000(1))
				case "contacts":
					gen(dir, synth.Contacts1000(1))
				case "febrl3":
					gen(dir, synth.FEBRL3(1))
				}
			}
		default:
			list, _ := filepath.Glob(filepath.Join(dir, "*.csv"))
			for _, f := range list {
				switch filepath.Base(f) {
				case "truth.csv", "edges.csv", "clusters.csv", "gabungan.csv":
				default:
					files = append(files, f)
				}
			}
		}
		one(name, dir, files)
	}
}

func one(name, dir string, files []string) {
	c := run.Config{Files: files, Seed: 1, Out: filepath.Join(dir, "clusters.csv"), Edges: filepath.Join(dir, "edges.csv"), EdgesFrom: 0.0005, Model: filepath.Join(dir, "model.json")}
	if len(files) == 3 {
		c.Clean = []string{"dukcapil.csv"}
	}
	if len(files) == 2 {
		c.Link = "link_only"
	}
	before := cpu()
	r, err := run.Run(context.Background(), c, nil)
	if err != nil {
		fmt.Println(name, err)
		return
	}
	used := cpu() - before
	who := map[string]int32{}
	index := map[string]int{}
	var truth []int32
	for _, t := range rows(filepath.Join(dir, "truth.csv"))[1:] {
		if _, ok := who[t[2]]; !ok {
			who[t[2]] = int32(len(who))
		}
		index[t[1]] = len(truth)
		truth = append(truth, who[t[2]])
	}
	found := make([]int32, len(truth))
	names := map[string]int32{}
	for _, t := range rows(c.Out)[1:] {
		if _, ok := names[t[0]]; !ok {
			names[t[0]] = int32(len(names))
		}
		found[index[t[2]]] = names[t[0]]
	}
	score := measure.Pairwise(found, truth)
	var links []linkage.Link
	prob := map[float32]float64{}
	var bins [24][3]float64
	covered, matched := 0, 0
	for _, e := range rows(c.Edges)[1:] {
		a, b := index[e[1]], index[e[3]]
		w, _ := strconv.ParseFloat(e[4], 64)
		links = append(links, linkage.Link{A: uint32(min(a, b)), B: uint32(max(a, b)), Weight: float32(w)})
		o := w - r.Weight + math.Log2(r.Threshold/(1-r.Threshold))
		p := 1 / (1 + math.Exp2(-o))
		prob[float32(w)] = p
		k := max(0, min(23, int(math.Floor(o))+12))
		bins[k][0]++
		bins[k][1] += p
		if truth[a] == truth[b] {
			bins[k][2]++
			covered++
		}
	}
	_ = matched
	best, at := 0.0, 0.0
	for d := -9.0; d <= 20; d += 1 {
		if f := measure.Pairwise(cluster.Components(len(truth), links, r.Weight+d), truth).F1; f > best {
			best, at = f, d
		}
	}
	fmt.Printf("%s: %d records, compared %d, threshold %.3f, CPU %.1fs: %v; components best %.4f at %+.0f bits; edges cover %.4f; est %+v\n", name, len(truth), r.Compared, r.Threshold, used, score, best, at, float64(covered)/float64(score.True), r.Estimate)
	fmt.Printf("   training %+v\n", *r.Training)
	odds := r.Weight - math.Log2(r.Threshold/(1-r.Threshold))
	for _, d := range []float64{-4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8} {
		o := cluster.Options{MinWeight: r.Weight + d, Probability: func(w float64) float64 { return 1 / (1 + math.Exp2(odds-w)) }}
		fmt.Printf("   constrained %+.0f: %v\n", d, measure.Pairwise(cluster.Constrained(len(truth), links, o).Of, truth))
	}
	for k, b := range bins {
		if b[0] > 0 {
			fmt.Printf("   odds 2^%d: %.0f pairs, expected %.1f, true %.0f\n", k-12, b[0], b[1], b[2])
		}
	}
}

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
