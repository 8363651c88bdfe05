package run

import (
	"errors"
	"io"
	"maps"
	"os"

	"tepat/linkage"
	"tepat/linkage/splink"
)

// loadSplink reads settings of Splink and takes over the names of its columns.
func (p *plan) loadSplink(path string, m *chosen) error {
	f, err := os.Open(path)
	if err != nil {
		return &Problem{ErrNoFile, path, err}
	}
	defer f.Close()
	s, err := splink.Read(f)
	if err != nil {
		return &Problem{ErrModel, path, err}
	}
	steps, err := splink.Cleaners(s.Model)
	if err != nil {
		return &Problem{ErrModel, path, err}
	}
	maps.Copy(m.options.Cleaners, steps)
	p.notes = append(p.notes, s.Warnings...)
	m.model = s.Model
	return nil
}

// saveSplink writes the model as settings for DuckDB, without what Splink has
// no words for; each part left out is told.
func (j *job) saveSplink(m *linkage.Model) func(io.Writer) error {
	return func(w io.Writer) error {
		m, left := splink.Reduce(m, splink.DuckDB)
		for _, what := range left {
			j.note("not in the settings for Splink: %s", "tidak ada di setelan Splink: %s", what)
		}
		s := splink.New(m, splink.DuckDB)
		if id := j.plan.ids[0]; id != "" {
			s.UniqueID = id
		}
		if j.c.Source != "" {
			s.Source = j.c.Source
		}
		for _, column := range splink.Prepared(m) {
			j.note("Splink needs column %q already cleaned in its table", "Splink perlu kolom %q yang sudah dibersihkan di tabelnya", column)
		}
		err := s.Write(w)
		if errors.Is(err, splink.ErrUnsupported) {
			return &Problem{ErrSplink, j.c.Splink, err}
		}
		return err
	}
}
