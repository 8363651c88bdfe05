package run

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"tepat/linkage"
	"tepat/linkage/csvfile"
	"tepat/linkage/detect"
)

// plan is what was decided by looking: one set of fields for all files, what
// each is, and where it stands in each file.
type plan struct {
	sheets  []*sheet
	fields  []string            // of all files together
	where   []map[string]string // by sheet: field to column of the file
	ids     []string            // by sheet: column with the identity, "" numbers the rows
	named   []detect.Guess      // by sheet: of the column in ids
	guesses []detect.Guess      // of fields, then of the columns that name rows
	rows    [][]string          // sample, by fields
	truth   string              // field with the person, when known or named
	byID    bool                // the truth that was named is part of the identity
	pattern string              // expression whose group finds the person in the identity
	link    linkage.LinkType
	notes   []string // what to tell the caller
	say     words
}

// look samples every file and fits the files onto each other.
func look(c *Config) (*plan, error) {
	p := &plan{say: words(c.Lang)}
	for _, path := range c.Files {
		s, err := lookAt(path)
		if err != nil {
			return nil, err
		}
		s.name = p.uniqueName(s)
		p.sheets = append(p.sheets, s)
	}
	if err := c.checkColumns(p); err != nil {
		return nil, err
	}
	p.link = p.linkType(c)
	p.byID = slices.ContainsFunc(p.sheets, func(s *sheet) bool { return detect.NamesPerson(s.rows, slices.Index(s.header, c.Truth)) })
	p.merge(c)
	p.judge(c)
	return p, nil
}

// uniqueName is the file's name without its ending; files of one name in two
// folders are told apart by a number.
func (p *plan) uniqueName(s *sheet) string {
	base := strings.TrimSuffix(filepath.Base(s.path), filepath.Ext(s.path))
	name := base
	for n := 2; slices.ContainsFunc(p.sheets, func(o *sheet) bool { return o.name == name }); n++ {
		name = fmt.Sprintf("%s#%d", base, n)
	}
	return name
}

// checkColumns refuses names that no header has: a typing error must not turn
// into a run on guesses.
func (c *Config) checkColumns(p *plan) error {
	have := func(name string) bool {
		return slices.ContainsFunc(p.sheets, func(s *sheet) bool { return slices.Contains(s.header, name) })
	}
	named := []string{c.UniqueID, c.Source, c.Truth}
	for name, role := range c.Columns {
		if !role.Known() {
			return &Problem{Is: ErrRole, About: string(role)}
		}
		named = append(named, name)
	}
	slices.Sort(named)
	for _, name := range named {
		if name != "" && !have(name) {
			return &Problem{Is: ErrColumn, About: name}
		}
	}
	return nil
}

// said are the roles that the caller named. A truth that stands inside the
// identity (rec-17-dup-0) leaves that column what it is.
func (p *plan) said(c *Config) map[string]detect.Role {
	said := map[string]detect.Role{}
	for name, role := range c.Columns {
		said[name] = role
	}
	for name, role := range map[string]detect.Role{c.UniqueID: detect.RecordID, c.Source: detect.Origin, c.Truth: detect.Truth} {
		if name != "" && (role != detect.Truth || name != c.UniqueID && !p.byID) {
			said[name] = role
		}
	}
	return said
}

// merge gives every column of every file a field: the same header is the same
// field, else the only column of its role is.
func (p *plan) merge(c *Config) {
	roles := map[string]detect.Role{}
	for _, s := range p.sheets {
		guesses := detect.Columns(s.header, s.rows, p.said(c))
		id := ""
		for _, g := range guesses {
			if g.Role == detect.RecordID && (id == "" || g.Said) {
				id = g.Column
			}
		}
		where := map[string]string{}
		for _, g := range guesses {
			if g.Column == id || strings.TrimSpace(g.Column) == "" {
				continue
			}
			field := p.fieldFor(g, guesses, roles, where)
			where[field] = g.Column
			if _, ok := roles[field]; !ok {
				roles[field] = g.Role
			}
		}
		p.ids = append(p.ids, id)
		p.named = append(p.named, nameOfRows(guesses, id))
		p.where = append(p.where, where)
	}
	for i, s := range p.sheets {
		p.layOut(s, p.where[i])
	}
}

func nameOfRows(guesses []detect.Guess, id string) detect.Guess {
	for _, g := range guesses {
		if g.Column == id {
			return g
		}
	}
	return detect.Guess{}
}

// fieldFor finds the field of a column of a further file.
func (p *plan) fieldFor(g detect.Guess, all []detect.Guess, roles map[string]detect.Role, taken map[string]string) string {
	for _, f := range p.fields {
		if detect.SameHeader(f, g.Column) && taken[f] == "" {
			return f
		}
	}
	var same []string
	for _, f := range p.fields {
		stands := slices.ContainsFunc(all, func(o detect.Guess) bool { return detect.SameHeader(o.Column, f) })
		if roles[f] == g.Role && (g.Role.Compared() || g.Role == detect.Truth) && taken[f] == "" && !stands {
			same = append(same, f)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	name := g.Column
	for slices.Contains(p.fields, name) {
		name += "'"
	}
	p.fields = append(p.fields, name)
	return name
}

// layOut adds the sampled rows of a file in the order of the fields.
func (p *plan) layOut(s *sheet, where map[string]string) {
	at := make([]int, len(p.fields))
	for i, f := range p.fields {
		at[i] = slices.Index(s.header, where[f])
		if where[f] == "" {
			at[i] = -1
		}
	}
	for _, row := range s.rows {
		cells := make([]string, len(p.fields))
		for i, k := range at {
			if k >= 0 && k < len(row) {
				cells[i] = row[k]
			}
		}
		p.rows = append(p.rows, cells)
	}
}

// judge decides what the fields are, over the rows of all files.
func (p *plan) judge(c *Config) {
	said := p.said(c)
	for name, role := range said { // columns of other files by the field they became
		for i := range p.sheets {
			for field, column := range p.where[i] {
				if column == name {
					said[field] = role
				}
			}
		}
	}
	p.guesses = detect.Columns(p.fields, p.rows, said)
	for i := range p.guesses { // each file has its rows named already
		if p.guesses[i].Role == detect.RecordID {
			p.guesses[i].Role = detect.Unused
		}
		if g := p.guesses[i]; g.Role == detect.Origin && c.Source == "" && len(p.sheets) == 1 && g.Distinct > 1 && g.Distinct <= mostSources {
			p.notes = append(p.notes, p.say.f("column %q names sources: --source %q links them as such", "kolom %q menyebut sumber: --source %q mencocokkannya sebagai sumber", g.Column, g.Column))
		}
		if p.guesses[i].Role == detect.Truth && (p.truth == "" || p.guesses[i].Column == c.Truth) {
			p.truth = p.guesses[i].Column
		}
	}
	for i, s := range p.sheets {
		if p.ids[i] == "" {
			p.notes = append(p.notes, p.say.f("%s: no column names the rows; they are numbered", "%s: tidak ada kolom pengenal baris; baris diberi nomor", s.name))
			continue
		}
		g := p.named[i]
		if g.Role = detect.RecordID; g.Pattern != "" {
			p.pattern = g.Pattern
		}
		p.guesses = append(p.guesses, g)
	}
}

// options say how sheet i is read.
func (p *plan) options(i int, c *Config) csvfile.Options {
	s := p.sheets[i]
	o := csvfile.Options{Source: s.name, ID: p.ids[i], Comma: s.comma, Workers: c.Workers, Columns: map[string]string{}}
	for _, field := range p.fields {
		if column := p.where[i][field]; field != column {
			o.Columns[field] = column
		}
	}
	o.Clean = slices.Contains(c.Clean, s.name) || slices.Contains(c.Clean, s.path) || slices.Contains(c.Clean, filepath.Base(s.path))
	return o
}

// linkType chooses how sources are linked when the caller did not.
func (p *plan) linkType(c *Config) linkage.LinkType {
	switch {
	case c.Link != "":
		return c.Link
	case len(p.sheets) > 1 || c.Source != "":
		return linkage.LinkAndDedupe
	}
	return linkage.Dedupe
}

// words says things in the language of the caller.
type words string

func (w words) f(english, indonesian string, args ...any) string {
	if w == "id" {
		english = indonesian
	}
	return fmt.Sprintf(english, args...)
}
