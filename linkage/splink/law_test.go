package splink

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/linkage"
)

// drawn makes models of what both sides can say, with the columns named as
// Read names them.
type drawn struct {
	t *rapid.T
	m *linkage.Model
}

func (d *drawn) column(name string, from, clean []string, kind linkage.Kind) string {
	if !slices.ContainsFunc(d.m.Columns, func(c linkage.Column) bool { return c.Name == name }) {
		d.m.Columns = append(d.m.Columns, linkage.Column{Name: name, From: from, Clean: clean, Kind: kind})
	}
	return name
}

func (d *drawn) text(base string) string {
	clean := rapid.SampledFrom([]string{"", "", "lower", "upper", "trim", own + "text", own + "substr:2:3", own + "nullif:it's", own + "regexp:0:^[A-Z]+", own + "regexp:1:^(.)"}).Draw(d.t, "step")
	if clean == "" {
		return d.column(base, nil, nil, linkage.Text)
	}
	return d.column(base+"_"+short(clean), []string{base}, []string{clean}, linkage.Text)
}

func (d *drawn) unit() float64 { return float64(rapid.IntRange(1, 99).Draw(d.t, "hundredth")) / 100 }

func (d *drawn) textTest(base string, depth int) linkage.Test {
	if depth < 2 {
		switch op := rapid.SampledFrom([]linkage.Op{"", "", "", linkage.And, linkage.Or, linkage.Not}).Draw(d.t, "composed"); op {
		case linkage.Not:
			return linkage.Test{Op: op, Of: []linkage.Test{d.textTest(base, 2)}}
		case linkage.And, linkage.Or:
			return linkage.Test{Op: op, Of: []linkage.Test{d.textTest(base, 2), d.textTest(base, 2)}}
		}
	}
	t := linkage.Test{Columns: []string{d.text(base)}}
	t.Op = rapid.SampledFrom([]linkage.Op{linkage.Exact, linkage.JaroWinkler, linkage.Jaro, linkage.Jaccard, linkage.Levenshtein, linkage.Damerau, linkage.Prefix}).Draw(d.t, "op")
	switch t.Op {
	case linkage.JaroWinkler, linkage.Jaro, linkage.Jaccard:
		t.Threshold = d.unit()
	case linkage.Levenshtein, linkage.Damerau:
		t.Threshold = float64(rapid.IntRange(0, 5).Draw(d.t, "edits"))
	case linkage.Prefix:
		t.Threshold = float64(rapid.IntRange(1, 9).Draw(d.t, "first"))
	}
	return t
}

func (d *drawn) level(t linkage.Test) linkage.Level {
	l := linkage.Level{Label: rapid.StringMatching(`[a-z "<>&']{1,9}`).Draw(d.t, "label"), Test: t, FixedM: rapid.Bool().Draw(d.t, "fixed")}
	if rapid.Bool().Draw(d.t, "trained") {
		l.M, l.U = d.unit(), d.unit()/7
	}
	if t.Op == linkage.Exact && !strings.Contains(t.Columns[0], "_") && rapid.Bool().Draw(d.t, "tf") {
		l.TF = &linkage.TF{Column: t.Columns[0], Weight: d.unit(), Floor: d.unit() / 1000}
	}
	return l
}

// tests draws the tests of one comparison on the columns of base.
func (d *drawn) tests(base string) []linkage.Test {
	one := func(op linkage.Op, column string, limit float64) linkage.Test {
		return linkage.Test{Op: op, Columns: []string{column}, Threshold: limit}
	}
	n := float64(rapid.IntRange(1, 50).Draw(d.t, "n"))
	switch rapid.IntRange(0, 5).Draw(d.t, "kind") {
	case 0:
		c := d.column(base, nil, nil, linkage.Number)
		return []linkage.Test{one(linkage.Exact, c, 0), one(linkage.Within, c, n), one(linkage.WithinPart, c, n/100)}
	case 1:
		c := d.column(base, nil, nil, linkage.Set)
		return []linkage.Test{one(linkage.Overlap, c, n)}
	case 2:
		c := d.column(base+"_"+base+"b_point", []string{base, base + "b"}, []string{own + "point"}, linkage.Point)
		return []linkage.Test{one(linkage.Kilometres, c, n), one(linkage.Kilometres, c, 2*n)}
	case 3:
		v := d.column(base+"_valid", []string{base}, []string{own + "valid:date:%Y-%m-%d"}, linkage.Text)
		c := d.column(base+"_date", []string{base}, []string{own + "date:%Y-%m-%d"}, linkage.Date)
		return []linkage.Test{one(linkage.Exact, v, 0), one(linkage.Damerau, v, 1), one(linkage.DateSwap, c, 0), one(linkage.DateWithin, c, n), one(linkage.DateYear, c, n)}
	case 4:
		a, b := d.column(base, nil, nil, linkage.Text), d.column(base+"b", nil, nil, linkage.Text)
		out := []linkage.Test{{Op: linkage.And, Of: []linkage.Test{one(linkage.Exact, a, 0), one(linkage.Exact, b, 0)}}, {Op: linkage.Swapped, Columns: []string{a, b}}}
		if rapid.Bool().Draw(d.t, "alone") {
			out = append(out, one(linkage.JaroWinkler, a, n/50), one(linkage.Exact, b, 0))
		}
		return out
	}
	var out []linkage.Test
	for range rapid.IntRange(1, 5).Draw(d.t, "levels") {
		out = append(out, d.textTest(base, 0))
	}
	return out
}

func drawSettings(t *rapid.T) *Settings {
	d := &drawn{t: t, m: &linkage.Model{Link: rapid.SampledFrom([]linkage.LinkType{linkage.Dedupe, linkage.LinkOnly, linkage.LinkAndDedupe}).Draw(t, "link")}}
	d.m.Prior = d.unit() / 1000
	for i := range rapid.IntRange(1, 4).Draw(t, "comparisons") {
		base := fmt.Sprintf("c%d", i)
		c := linkage.Comparison{Name: base}
		for _, test := range d.tests(base) {
			c.Levels = append(c.Levels, d.level(test))
		}
		c.Levels = append(c.Levels, d.level(linkage.Test{Op: linkage.Else}))
		d.m.Comparisons = append(d.m.Comparisons, c)
	}
	for range rapid.IntRange(1, 3).Draw(t, "rules") {
		var r linkage.Rule
		for range rapid.IntRange(1, 3).Draw(t, "keys") {
			c := rapid.SampledFrom(d.m.Columns).Draw(t, "key")
			part := rapid.SampledFrom([]string{"", "prefix:3", "suffix:2", "word:1"}).Draw(t, "part")
			switch {
			case c.Kind == linkage.Date:
				part = rapid.SampledFrom([]string{"", "year", "month_day"}).Draw(t, "part")
			case c.Kind == linkage.Point, len(c.Clean) > 0 && strings.Contains(c.Clean[0], "valid"):
				c = linkage.Column{Name: d.column("k", nil, nil, linkage.Text)}
			}
			r.Keys = append(r.Keys, linkage.Key{Column: c.Name, Part: part})
		}
		d.m.Blocking = append(d.m.Blocking, r)
	}
	s := New(d.m, rapid.SampledFrom([]Dialect{DuckDB, Spark}).Draw(t, "dialect"))
	s.MaxIterations = rapid.IntRange(1, 50).Draw(t, "iterations")
	return s
}

func byName(m *linkage.Model) *linkage.Model {
	out := *m
	out.Columns = slices.SortedFunc(slices.Values(m.Columns), func(a, b linkage.Column) int { return strings.Compare(a.Name, b.Name) })
	return &out
}

func TestReadingWhatWasWrittenGivesTheModelBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSettings(t)
		var b bytes.Buffer
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if diff := cmp.Diff(byName(pruned(s.Model)), byName(again.Model)); diff != "" {
			t.Fatalf("%s\n%s", diff, b.String())
		}
		if again.Dialect != s.Dialect || again.MaxIterations != s.MaxIterations || len(again.Warnings) > 0 {
			t.Fatalf("%+v", again)
		}
	})
}

func pointers(list []linkage.Column) []*linkage.Column {
	var out []*linkage.Column
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}

// pruned is a model without columns that nothing reads.
func pruned(m *linkage.Model) *linkage.Model {
	out := *m
	c := &columns{list: pointers(slices.Clone(m.Columns))}
	c.prune(m)
	out.Columns = nil
	for _, k := range c.list {
		out.Columns = append(out.Columns, *k)
	}
	return &out
}

func FuzzRead(f *testing.F) {
	for _, sql := range []string{"a_l = a_r", "levenshtein(lower(a_l), lower(a_r)) <= 2", "abs(a_l - a_r) < 3", "NULLIF(regexp_extract(a_l, '^x', 0), '') = NULLIF(regexp_extract(a_r, '^x', 0), '')",
		"(a_l = a_r) AND NOT (substr(a_l,2,3) = substr(a_r,2,3))", "size(array_intersect(a_l, a_r)) >= 1", "abs(epoch(a_l) - epoch(a_r)) <= 86400", "a_l::text = a_r::text"} {
		f.Add(sql, "l.a = r.a", "duckdb")
		f.Add(sql, "substr(l.a, 1, 2) = substr(r.a, 1, 2)", "spark")
	}
	f.Fuzz(func(t *testing.T, sql, rule, dialect string) {
		text := fmt.Sprintf(`{"link_type":"dedupe_only","sql_dialect":%s,"blocking_rules_to_generate_predictions":[%s],"comparisons":[{"output_column_name":"a","comparison_levels":[
{"sql_condition":"a_l IS NULL OR a_r IS NULL","is_null_level":true},{"sql_condition":%s,"label_for_charts":"x","m_probability":0.5,"u_probability":0.1},{"sql_condition":"ELSE"}]}]}`, asJSON(dialect), asJSON(rule), asJSON(sql))
		s, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if s.Dialect != Spark {
			s.Dialect = DuckDB
		}
		var b bytes.Buffer
		if err := s.Write(&b); err != nil {
			t.Fatalf("%q, %q was read but not written: %v", sql, rule, err)
		}
		again, err := Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%q, %q: %v\n%s", sql, rule, err, b.String())
		}
		if diff := cmp.Diff(s.Model, again.Model); diff != "" {
			t.Fatalf("%q, %q: %s", sql, rule, diff)
		}
	})
}
