package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// levels are the files of the table and how many rows the decree has
// (Kepmendagri 300.2.2-2430/2025). A new decree comes with a new version of
// the package and new numbers here, never by surprise.
var levels = []struct {
	file  string
	count int
}{
	{"provinces.csv", 38},
	{"regencies.csv", 514},
	{"districts.csv", 7285},
	{"villages.csv", 83762},
}

// regionTable reads the four lists in dir and returns one gzip text: a line
// "digits<TAB>name" per region, sorted by digits, so that every region is
// followed by all that lies in it and can be found by binary search.
func regionTable(dir string) ([]byte, error) {
	var lines []string
	for _, l := range levels {
		rows, err := readLevel(filepath.Join(dir, l.file))
		if err != nil {
			return nil, err
		}
		if len(rows) != l.count {
			return nil, fmt.Errorf("%s has %d regions, the decree has %d", l.file, len(rows), l.count)
		}
		lines = append(lines, rows...)
	}
	slices.Sort(lines)
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(zip, strings.Join(lines, "\n")+"\n"); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func readLevel(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	code, name := slices.Index(rows[0], "code"), slices.Index(rows[0], "name")
	if code < 0 || name < 0 {
		return nil, fmt.Errorf("%s: no columns code and name", path)
	}
	lines := make([]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		lines = append(lines, strings.ReplaceAll(row[code], ".", "")+"\t"+tidy(row[name]))
	}
	return lines, nil
}
