package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"tepat/internal/demo"
	"tepat/linkage/synth"
)

// job is a labelled data set on disk.
type job struct {
	Name    string
	Files   []string // each a source
	Clean   []string // sources that hold a person once
	Link    string   // link type, "" as the library chooses
	truth   string   // csv: id, person
	Records int
}

// set makes a job in dir.
type set struct {
	name  string
	about string
	sized bool // grows with -sizes
	make  func(ctx context.Context, dir string, size int, seed uint64) (job, error)
}

var sets = []set{
	{"id", "three Indonesian sources: civil registry, register of the poor, village lists", true, makeIndonesian},
	{"febrl1", "500 addresses, one duplicate each", false, synthetic(synth.FEBRL1)},
	{"febrl2", "4,000 addresses, 1,000 duplicates, Poisson", false, synthetic(synth.FEBRL2)},
	{"febrl3", "2,000 addresses, 3,000 duplicates, Zipf", false, synthetic(synth.FEBRL3)},
	{"febrl4", "5,000 addresses and 5,000 duplicates in two files", false, makePair},
	{"households", "FEBRL-style, 13,000 people of whom a quarter live with the one before, 7,000 duplicates", false, synthetic(func(seed uint64) synth.Set {
		return synth.FEBRL{Originals: 13_000, Duplicates: 7_000, Max: 5, Spread: synth.Zipf, FieldErrors: 3, RecordErrors: 6, Households: 250, Seed: seed}.Set()
	})},
	{"historical", "5,000 people of history, ten records each, names shortened, half the dates missing", false, synthetic(synth.Historical50k)},
	{"census10k", "10,000 names and birth dates, one in ten a duplicate", false, synthetic(synth.Census10000)},
	{"census500", "500 names and birth dates", false, synthetic(synth.Census500)},
	{"contacts", "1,000 contacts of 270 people, a fifth of the cells missing", false, synthetic(synth.Contacts1000)},
}

// region of the Indonesian sources: 167 villages, five cultures of names.
const firstRegency = "7203"

func makeIndonesian(ctx context.Context, dir string, size int, seed uint64) (job, error) {
	j := job{Name: "id" + short(size), Records: size, Clean: []string{"dukcapil.csv"}, truth: filepath.Join(dir, "truth.csv")}
	for _, name := range []string{"dukcapil.csv", "dtsen.csv", "desa.csv"} {
		j.Files = append(j.Files, filepath.Join(dir, name))
	}
	if made(dir) {
		return j, nil
	}
	if _, err := demo.WriteLinkage(ctx, demo.LinkageOptions{Regency: firstRegency, Records: size, Seed: seed}, dir, nil); err != nil {
		return job{}, err
	}
	return j, done(dir)
}

// synthetic writes a set without its truth, the ids replaced by numbers: some
// of the published ids tell who is who.
func synthetic(of func(seed uint64) synth.Set) func(context.Context, string, int, uint64) (job, error) {
	return func(_ context.Context, dir string, _ int, seed uint64) (job, error) {
		s := of(seed)
		return write(dir, []synth.Set{s}, []string{s.Name})
	}
}

func makePair(_ context.Context, dir string, _ int, seed uint64) (job, error) {
	a, b := synth.FEBRL4(seed)
	j, err := write(dir, []synth.Set{a, b}, []string{"originals", "duplicates"})
	j.Link = "link_only"
	return j, err
}

func write(dir string, list []synth.Set, names []string) (job, error) {
	j := job{truth: filepath.Join(dir, "truth.csv")}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return job{}, err
	}
	truth, err := os.Create(j.truth)
	if err != nil {
		return job{}, err
	}
	defer truth.Close()
	known := bufio.NewWriter(truth)
	fmt.Fprintln(known, "sumber,id,orang")
	for i, s := range list {
		path := filepath.Join(dir, names[i]+".csv")
		j.Files = append(j.Files, path)
		n, err := writeHidden(path, s, string(rune('A'+i)), known)
		if err != nil {
			return job{}, err
		}
		j.Records += n
	}
	return j, known.Flush()
}

func writeHidden(path string, s synth.Set, prefix string, known *bufio.Writer) (int, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	last := len(s.Columns) - 1
	if err := w.Write(append([]string{"id"}, s.Columns[1:last]...)); err != nil {
		return 0, err
	}
	n := 0
	for row := range s.Rows() {
		n++
		id := prefix + fmt.Sprintf("%08d", n)
		fmt.Fprintf(known, "%s,%s,%s\n", s.Name, id, row[last])
		if err := w.Write(append([]string{id}, row[1:last]...)); err != nil {
			return 0, err
		}
	}
	w.Flush()
	return n, w.Error()
}

// made and done mark a folder whose data are whole, for -dir.
func made(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "whole"))
	return err == nil
}

func done(dir string) error { return os.WriteFile(filepath.Join(dir, "whole"), nil, 0o640) }

func short(n int) string {
	switch {
	case n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + "m"
	case n%1000 == 0:
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}
