package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// people is who stands behind each record. Ids are a letter and a number, so
// that ten million of them need no map.
type people struct {
	of    [26][]int32 // by letter, then number
	count int
	pairs int64 // of records of one person
}

func readPeople(path string) (*people, error) {
	p := &people{}
	numbers := map[string]int32{}
	err := eachRow(path, []string{"id", "orang"}, func(cell [][]byte) error {
		person, ok := numbers[string(cell[1])]
		if !ok {
			person = int32(len(numbers))
			numbers[string(cell[1])] = person
		}
		list, n, err := p.slot(cell[0])
		if err != nil {
			return err
		}
		for len(*list) <= n {
			*list = append(*list, -1)
		}
		(*list)[n] = person
		p.count++
		return nil
	})
	if err != nil {
		return nil, err
	}
	sizes := make([]int64, len(numbers))
	for _, list := range p.of {
		for _, person := range list {
			if person >= 0 {
				sizes[person]++
			}
		}
	}
	for _, n := range sizes {
		p.pairs += n * (n - 1) / 2
	}
	return p, nil
}

func (p *people) slot(id []byte) (*[]int32, int, error) {
	if len(id) < 2 || id[0] < 'A' || id[0] > 'Z' {
		return nil, 0, fmt.Errorf("id %q is not a letter and a number", id)
	}
	n, err := strconv.Atoi(string(id[1:]))
	return &p.of[id[0]-'A'], n, err
}

// person of a record; ids that nobody made are an error.
func (p *people) person(id []byte) (int32, error) {
	list, n, err := p.slot(id)
	if err != nil {
		return 0, err
	}
	if n >= len(*list) || (*list)[n] < 0 {
		return 0, fmt.Errorf("id %q was never in the input", id)
	}
	return (*list)[n], nil
}

// quality is agreement with the truth.
type quality struct {
	P, R, F1 float64 // over pairs of records
	B3       float64 // F1 of B-cubed
	Clusters int
}

// member is a record in the answer.
type member struct {
	cluster string
	person  int32
}

// judge counts the clusters of a file against the truth, by sorting: cells of
// one cluster and one person are true pairs.
func judge(path string, p *people, idColumn, clusterColumn string) (quality, error) {
	numbers := map[string]int32{}
	keys := make([]uint64, 0, p.count)
	err := eachRow(path, []string{idColumn, clusterColumn}, func(cell [][]byte) error {
		person, err := p.person(cell[0])
		if err != nil {
			return err
		}
		cluster, ok := numbers[string(cell[1])]
		if !ok {
			cluster = int32(len(numbers))
			numbers[string(cell[1])] = cluster
		}
		keys = append(keys, uint64(uint32(cluster))<<32|uint64(uint32(person)))
		return nil
	})
	if err != nil {
		return quality{}, err
	}
	if len(keys) != p.count {
		return quality{}, fmt.Errorf("%s: %d records in clusters, %d in the truth", path, len(keys), p.count)
	}
	return count(keys, p.pairs, len(numbers)), nil
}

func count(keys []uint64, pairs int64, clusters int) quality {
	clusterSize, personSize := map[uint32]int64{}, map[uint32]int64{}
	for _, k := range keys {
		clusterSize[uint32(k>>32)]++
		personSize[uint32(k)]++
	}
	slices.Sort(keys)
	var both, found int64
	var precision, recall float64
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j] == keys[i] {
			j++
		}
		n := int64(j - i)
		both += n * (n - 1) / 2
		precision += float64(n) * float64(n) / float64(clusterSize[uint32(keys[i]>>32)])
		recall += float64(n) * float64(n) / float64(personSize[uint32(keys[i])])
		i = j
	}
	for _, n := range clusterSize {
		found += n * (n - 1) / 2
	}
	q := quality{P: ratio(both, found), R: ratio(both, pairs), Clusters: clusters}
	q.F1 = harmonic(q.P, q.R)
	q.B3 = harmonic(precision/float64(len(keys)), recall/float64(len(keys)))
	return q
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

func harmonic(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}

// eachRow reads the named columns of a csv file. Lines without quotes, which is
// nearly all, are cut by hand; the cells are valid until the next row.
func eachRow(path string, columns []string, row func(cells [][]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	header, err := r.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	at, err := positions(header, columns)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	cells := make([][]byte, len(columns))
	for line := 2; ; line++ {
		text, err := r.ReadBytes('\n')
		if len(text) == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := cut(bytes.TrimRight(text, "\r\n"), at, cells); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if err := row(cells); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}

func positions(header string, columns []string) ([]int, error) {
	names, err := csv.NewReader(bytes.NewReader([]byte(header))).Read()
	if err != nil {
		return nil, err
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = slices.Index(names, name); at[i] < 0 {
			return nil, fmt.Errorf("no column %q in %q", name, names)
		}
	}
	return at, nil
}

func cut(text []byte, at []int, cells [][]byte) error {
	var parts [][]byte
	if bytes.IndexByte(text, '"') < 0 {
		parts = bytes.Split(text, []byte{','})
	} else {
		row, err := csv.NewReader(bytes.NewReader(text)).Read()
		if err != nil {
			return err
		}
		for _, cell := range row {
			parts = append(parts, []byte(cell))
		}
	}
	for i, k := range at {
		if k >= len(parts) {
			return fmt.Errorf("only %d cells", len(parts))
		}
		cells[i] = parts[k]
	}
	return nil
}
