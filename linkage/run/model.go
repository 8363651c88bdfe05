package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"slices"

	"tepat/linkage"
	"tepat/linkage/detect"
)

// truthColumn and keepPrefix name columns that only travel through the table;
// they are no part of the saved model.
const (
	truthColumn = "(truth)"
	keepPrefix  = "(keep) "
)

// chosen is the model of a run.
type chosen struct {
	model   *linkage.Model
	options linkage.Options
	trained bool // loaded with probabilities: no training needed
	chosen  bool // its blocking rules are candidates to choose from
}

// choose loads the model that was named or proposes one.
func (p *plan) choose(c *Config) (*chosen, error) {
	m := &chosen{options: linkage.Options{Workers: c.Workers, MaxPairs: c.MaxPairs, Cleaners: cleaners(), Tests: tests()}}
	var err error
	switch {
	case c.UseModel != "":
		m.model, err = loadModel(c.UseModel)
	case c.UseSplink != "":
		err = p.loadSplink(c.UseSplink, m)
	default:
		err = p.propose(c, m)
	}
	if err != nil {
		return nil, err
	}
	if m.trained = complete(m.model); !m.trained || c.Retrain {
		m.trained = false
	}
	m.model.Link = p.link
	if c.Seed != 0 {
		m.model.Seed = c.Seed
	}
	return m, p.fit(m.model)
}

// propose makes a model of what was seen.
func (p *plan) propose(c *Config, m *chosen) error {
	if !c.Generic {
		if model := p.indonesian(); model != nil {
			m.model = model
			p.notes = append(p.notes, p.say.f("columns look Indonesian: names, NIK, KK and days are read as such", "kolom tampak Indonesia: nama, NIK, KK, dan tanggal dibaca menurut kebiasaan di sini"))
			return nil
		}
	}
	proposal, err := detect.Propose(p.guesses, p.rows)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	m.model, m.chosen = proposal.Model, true
	return nil
}

func loadModel(path string) (*linkage.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Problem{ErrNoFile, path, err}
	}
	defer f.Close()
	m, err := linkage.ReadModel(f)
	if err != nil {
		return nil, &Problem{ErrModel, path, err}
	}
	return m, nil
}

// complete says whether a model has all its probabilities.
func complete(m *linkage.Model) bool {
	if m.Prior <= 0 {
		return false
	}
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			if l.M <= 0 || l.U <= 0 {
				return false
			}
		}
	}
	return true
}

// fit finds the fields that a model reads among those of the files, by header
// and, for what is still missing, refuses when nothing at all is there.
func (p *plan) fit(m *linkage.Model) error {
	found := 0
	for i, col := range m.Columns {
		from := col.From
		if len(from) == 0 {
			from = []string{col.Name}
		}
		from = slices.Clone(from)
		for k, f := range from {
			if at := slices.IndexFunc(p.fields, func(have string) bool { return detect.SameHeader(have, f) }); at >= 0 {
				from[k] = p.fields[at]
				found++
			} else if len(col.From) > 0 {
				p.notes = append(p.notes, p.say.f("the model reads column %q, which no file has: it counts as missing", "model membaca kolom %q yang tidak ada di berkas: dianggap kosong", f))
				p.fields = append(p.fields, f)
			}
		}
		m.Columns[i].From = from
	}
	if found == 0 {
		return &Problem{Is: ErrColumn, About: "every column of the model"}
	}
	return nil
}

// travelling adds the columns that the outputs need to a copy of the model.
func (p *plan) travelling(m *linkage.Model, c *Config) *linkage.Model {
	out := *m
	out.Columns = slices.Clone(m.Columns)
	if c.Truth != "" && p.truth != "" && p.hasField(c.Truth) {
		out.Columns = append(out.Columns, linkage.Column{Name: truthColumn, From: []string{p.truth}, Clean: []string{"known", "spaces"}, Kind: linkage.Text})
	}
	if c.Keep {
		for _, f := range p.fields {
			out.Columns = append(out.Columns, linkage.Column{Name: keepPrefix + f, From: []string{f}, Kind: linkage.Text})
		}
	}
	return &out
}

func (p *plan) hasField(name string) bool {
	return slices.ContainsFunc(p.where, func(w map[string]string) bool {
		for _, column := range w {
			if column == name {
				return true
			}
		}
		return false
	})
}

// plain is the model without what only travelled.
func plain(m, original *linkage.Model) *linkage.Model {
	out := *m
	out.Columns = original.Columns
	return &out
}

// digest is the SHA-256 of the model as it is saved.
func digest(m *linkage.Model) (string, error) {
	h := sha256.New()
	if err := m.Save(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func cleaners() map[string]func(string) string {
	all := maps.Clone(detect.Cleaners())
	maps.Copy(all, indonesianCleaners())
	return all
}
