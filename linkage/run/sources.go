package run

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"tepat/linkage"
	"tepat/linkage/csvfile"
)

// mostSources is how many sources one column may name; more is a sign that the
// column means something else.
const mostSources = 64

// readBySource reads a file whose rows name their source in a column. The rows
// of each source are added together, so the file is read once for the names and
// once for each source.
func (j *job) readBySource(t *linkage.Table, i int) (csvfile.Report, error) {
	s, report := j.plan.sheets[i], csvfile.Report{Bytes: j.plan.sheets[i].size}
	var names []string
	at := slices.Index(s.header, j.c.Source)
	if at < 0 {
		return csvfile.ReadFile(j.ctx, t, s.path, j.plan.options(i, j.c))
	}
	for row, err := range s.read(j.ctx) {
		if err != nil {
			return report, err
		}
		if name := sourceName(row, at, s); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) > mostSources {
			return report, &Problem{Is: ErrSources, About: j.c.Source}
		}
		if len(row) != len(s.header) {
			report.Ragged++
		}
		report.Records++
	}
	slices.Sort(names)
	for _, name := range names {
		src := linkage.Source{Name: name, Clean: slices.Contains(j.c.Clean, name), Records: j.recordsOf(i, name, at)}
		if err := t.Add(j.ctx, src); err != nil {
			return report, err
		}
	}
	return report, nil
}

func sourceName(row []string, at int, s *sheet) string {
	if at < len(row) && strings.TrimSpace(row[at]) != "" {
		return strings.TrimSpace(row[at])
	}
	return s.name
}

// recordsOf yields the rows of one source in the order of the table's fields.
func (j *job) recordsOf(i int, name string, at int) iter.Seq2[linkage.Record, error] {
	s := j.plan.sheets[i]
	id := slices.Index(s.header, j.plan.ids[i])
	places := make([]int, len(j.plan.fields))
	for k, f := range j.plan.fields {
		places[k] = slices.Index(s.header, j.plan.where[i][f])
	}
	return func(yield func(linkage.Record, error) bool) {
		r, number := linkage.Record{Values: make([]string, len(places))}, 0
		for row, err := range s.read(j.ctx) {
			if err != nil {
				yield(r, err)
				return
			}
			number++
			if sourceName(row, at, s) != name {
				continue
			}
			for k, p := range places {
				r.Values[k] = ""
				if p >= 0 && p < len(row) {
					r.Values[k] = row[p]
				}
			}
			r.ID = fmt.Sprint(number)
			if id >= 0 && id < len(row) && row[id] != "" {
				r.ID = strings.TrimSpace(row[id])
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// read yields the rows after the header.
func (s *sheet) read(ctx context.Context) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		f, err := os.Open(s.path)
		if err != nil {
			yield(nil, &Problem{ErrNoFile, s.path, err})
			return
		}
		defer f.Close()
		r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = rune(s.comma), true, -1, true
		for n := 0; ; n++ {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && n%10_000 == 0 {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, fmt.Errorf("run: %s: %w", s.path, err))
				return
			}
			if n > 0 && !yield(row, nil) {
				return
			}
		}
	}
}
