package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tepat/linkage"
	"tepat/linkage/csvfile"
	"tepat/linkage/detect"
	"tepat/linkage/indonesia"
)

// lookup is how long one record takes to find.
type lookup struct {
	Built         time.Duration
	P50, P99, Max time.Duration
	Found         int // lookups whose first hit is another record than none
}

// lookUp indexes all files and finds records of the last one, the worst.
func lookUp(ctx context.Context, t task) (report, error) {
	f, err := os.Open(t.Use)
	if err != nil {
		return report{}, err
	}
	defer f.Close()
	m, err := linkage.ReadModel(f)
	if err != nil {
		return report{}, err
	}
	fields, err := headerOf(t.Files[0])
	if err != nil {
		return report{}, err
	}
	o := linkage.Options{Cleaners: detect.Cleaners(), Tests: indonesia.Tests()}
	for name, clean := range indonesia.Cleaners() {
		o.Cleaners[name] = clean
	}
	table, err := linkage.NewTable(m, fields, o)
	if err != nil {
		return report{}, err
	}
	for _, path := range t.Files {
		source := strings.TrimSuffix(filepath.Base(path), ".csv")
		if _, err := csvfile.ReadFile(ctx, table, path, csvfile.Options{Source: source, ID: "id", Clean: slices.Contains(t.Clean, filepath.Base(path))}); err != nil {
			return report{}, err
		}
	}
	begun := time.Now()
	index, err := linkage.NewIndex(m, table, o)
	if err != nil {
		return report{}, err
	}
	l := &lookup{Built: time.Since(begun)}
	if err := l.measure(index, t.Files[len(t.Files)-1], len(fields), t.Lookups); err != nil {
		return report{}, err
	}
	return report{Records: table.Len(), Lookup: l}, nil
}

// measure finds n records spread over the file. The first hundred warm up.
func (l *lookup) measure(index *linkage.Index, path string, width, n int) error {
	queries, err := someRows(path, n+100)
	if err != nil {
		return err
	}
	took := make([]time.Duration, 0, len(queries))
	for i, values := range queries {
		if len(values) != width {
			return fmt.Errorf("%s: %d cells, want %d", path, len(values), width)
		}
		begun := time.Now()
		hits, err := index.Find(values, 5)
		if err != nil {
			return err
		}
		if i >= 100 {
			took = append(took, time.Since(begun))
		}
		if len(hits) > 0 {
			l.Found++
		}
	}
	slices.Sort(took)
	l.P50, l.P99, l.Max = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	return nil
}

func headerOf(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := csv.NewReader(f).Read()
	if err != nil {
		return nil, err
	}
	return names[1:], nil // the first is the id
}

// someRows takes every k-th row, without its id.
func someRows(path string, n int) ([][]string, error) {
	total := 0
	if err := eachRow(path, []string{"id"}, func([][]byte) error { total++; return nil }); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	var rows [][]string
	step := max(total/n, 1)
	for i := -1; len(rows) < n; i++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if i >= 0 && i%step == 0 {
			rows = append(rows, row[1:])
		}
	}
	return rows, nil
}
