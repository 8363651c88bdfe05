package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// options of a bench.
type options struct {
	sizes   []int
	sets    []string
	seed    uint64
	dir     string
	runs    int
	lookups int
	scanTo  int // records of the largest set whose thresholds are tried
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == "child" {
		err = child(ctx, os.Args[2])
	} else {
		err = bench(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchlinkage:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context) error {
	var o options
	sizes := flag.String("sizes", "10000,100000,1000000", "records of the sets that have any size")
	names := flag.String("sets", "all", "sets by name, separated by commas: "+setNames())
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the data and of the model")
	flag.StringVar(&o.dir, "dir", "", "keep the data here and use them again; empty: a temporary folder")
	flag.IntVar(&o.runs, "runs", 1, "runs of each set; the fastest by processor time is shown")
	flag.IntVar(&o.lookups, "lookups", 20_000, "single records to find at the largest size up to 1,000,000; 0: none")
	flag.IntVar(&o.scanTo, "scan", 1_000_000, "try all thresholds on sets up to so many records")
	flag.Parse()
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return fmt.Errorf("-sizes: %w", err)
		}
		o.sizes = append(o.sizes, n)
	}
	slices.Sort(o.sizes)
	o.sets = strings.Split(*names, ",")
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "benchlinkage")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	rows, err := o.all(ctx)
	if err != nil {
		return err
	}
	printTables(os.Stdout, o, rows)
	return nil
}

func setNames() string {
	var names []string
	for _, s := range sets {
		names = append(names, s.name)
	}
	return strings.Join(names, " ")
}

// all runs every chosen set, at every size where it has any.
func (o options) all(ctx context.Context) ([]row, error) {
	var rows []row
	for _, s := range sets {
		if o.sets[0] != "all" && !slices.Contains(o.sets, s.name) {
			continue
		}
		sizes := []int{0}
		if s.sized {
			sizes = o.sizes
		}
		for _, size := range sizes {
			r, err := o.one(ctx, s, size)
			if err != nil {
				return nil, err
			}
			rows = append(rows, r)
		}
	}
	if o.lookups > 0 {
		return rows, o.lookUps(ctx, rows)
	}
	return rows, nil
}

// row is what was measured on a set.
type row struct {
	job
	about    string
	sized    bool
	report   report
	quality  quality
	coverage float64
	best     quality
	bestAt   float64
	scanned  bool
	lookup   *lookup
	model    string
}

var grid = []float64{0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999}

func (o options) one(ctx context.Context, s set, size int) (row, error) {
	dir := filepath.Join(o.dir, fmt.Sprintf("%s-%d-%d", s.name, size, o.seed))
	j, err := s.make(ctx, dir, size, o.seed)
	if err != nil {
		return row{}, err
	}
	if j.Name == "" {
		j.Name = s.name
	}
	fmt.Fprintf(os.Stderr, "%s: %d records\n", j.Name, j.Records)
	r := row{job: j, about: s.about, sized: s.sized, model: filepath.Join(dir, "model.json")}
	t := task{Files: j.Files, Clean: j.Clean, Link: j.Link, Seed: o.seed, Out: filepath.Join(dir, "clusters.csv"), Edges: filepath.Join(dir, "edges.csv"), Model: r.model}
	for range max(o.runs, 1) {
		got, err := start(ctx, t)
		if err != nil {
			return row{}, err
		}
		if r.report.CPU == 0 || got.CPU < r.report.CPU {
			r.report = got
		}
	}
	truth, err := readPeople(j.truth)
	if err != nil {
		return row{}, err
	}
	if r.quality, err = judge(t.Out, truth, "id", "cluster_id"); err != nil {
		return row{}, err
	}
	fmt.Fprintf(os.Stderr, "  P %.4f R %.4f F1 %.4f in %s\n", r.quality.P, r.quality.R, r.quality.F1, r.report.Wall)
	if j.Records > o.scanTo {
		return r, nil
	}
	return r, o.scan(ctx, &r, t, truth)
}

// scan tries thresholds on the trained model and counts what blocking covers.
func (o options) scan(ctx context.Context, r *row, t task, truth *people) error {
	t.Use, t.Model, t.EdgesFrom = t.Model, "", 1e-15
	if _, err := start(ctx, t); err != nil {
		return err
	}
	var err error
	if r.coverage, err = covered(t.Edges, truth); err != nil {
		return err
	}
	t.Edges, t.EdgesFrom = "", 0
	r.best, r.bestAt, r.scanned = r.quality, r.report.Threshold, true
	for _, p := range grid {
		t.Threshold = p
		if _, err := start(ctx, t); err != nil {
			return err
		}
		q, err := judge(t.Out, truth, "id", "cluster_id")
		if err != nil {
			return err
		}
		if q.F1 > r.best.F1 {
			r.best, r.bestAt = q, p
		}
	}
	return nil
}

// covered is the share of true pairs among the compared ones.
func covered(edges string, truth *people) (float64, error) {
	found := int64(0)
	err := eachRow(edges, []string{"id_a", "id_b"}, func(cells [][]byte) error {
		a, err := truth.person(cells[0])
		if err != nil {
			return err
		}
		b, err := truth.person(cells[1])
		if a == b {
			found++
		}
		return err
	})
	return ratio(found, truth.pairs), err
}

// lookUps measures single records at the largest size up to a million.
func (o options) lookUps(ctx context.Context, rows []row) error {
	best := -1
	for i := range rows {
		if rows[i].sized && rows[i].Records <= 1_000_000 && (best < 0 || rows[i].Records > rows[best].Records) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	r := &rows[best]
	got, err := start(ctx, task{Files: r.Files, Clean: r.Clean, Use: r.model, Lookups: o.lookups})
	r.lookup = got.Lookup
	return err
}

func cores() string { return strconv.Itoa(runtime.GOMAXPROCS(0)) }
