package linkage

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Explain accounts for the weight of a pair of records of a table.
func (m *Model) Explain(t *Table, a, b int, o Options) (Explanation, error) {
	x, err := NewExplainer(m, t, o)
	if err != nil {
		return Explanation{}, err
	}
	return x.Explain(a, b)
}

// ExplainRecords accounts for the weight of two records that stand in no
// table, given as cells by the names of the fields. Term frequencies are those
// kept in the model; without them they adjust by nothing.
func (m *Model) ExplainRecords(a, b map[string]string, o Options) (Explanation, error) {
	fields := m.Fields()
	t, err := NewTable(m, fields, o)
	if err != nil {
		return Explanation{}, err
	}
	t.stateless = true
	rows := func(yield func(Record, error) bool) {
		for _, cells := range []map[string]string{a, b} {
			r := Record{}
			for _, f := range fields {
				r.Values = append(r.Values, cells[f])
			}
			if !yield(r, nil) {
				return
			}
		}
	}
	if err := t.Add(context.Background(), Source{Records: rows}); err != nil {
		return Explanation{}, err
	}
	return m.Explain(t, 0, 1, o)
}

// Fields are the fields of the input that the columns read, sorted.
func (m *Model) Fields() []string {
	var out []string
	for _, c := range m.Columns {
		if len(c.From) == 0 {
			out = append(out, c.Name)
		}
		out = append(out, c.From...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Explainer explains many pairs of one table. It is for one goroutine.
type Explainer struct {
	m *Model
	t *Table
	p *program
	s *scorer
	e *evaluator
}

// NewExplainer makes a model ready to explain pairs of a table.
func NewExplainer(m *Model, t *Table, o Options) (*Explainer, error) {
	t.rest()
	s, err := newScorer(m)
	if err != nil {
		return nil, err
	}
	p, err := m.program(t, o)
	if err != nil {
		return nil, err
	}
	return &Explainer{m, t, p, s, newEvaluator(p)}, nil
}

// Explain accounts for the weight of the pair of records a and b.
func (x *Explainer) Explain(a, b int) (Explanation, error) {
	if a < 0 || b < 0 || a >= x.t.n || b >= x.t.n {
		return Explanation{}, fmt.Errorf("linkage: records %d and %d asked for, but the table has 0 to %d", a, b, x.t.n-1)
	}
	p, q := x.t.row(a), x.t.row(b)
	pattern := x.e.pattern(p, q)
	out := Explanation{Prior: x.s.prior, Weight: x.s.weight(pattern, x.p.shift(pattern, p, q))}
	out.Probability = x.m.Probability(out.Weight)
	rest := out.Weight
	for k := range x.p.comps {
		f := x.field(k, pattern, p, q)
		rest -= f.Weight
		out.Fields = append(out.Fields, f)
	}
	if len(x.s.other) > 0 {
		out.Household = rest
	}
	return out, nil
}

// field is the evidence of one comparison.
func (x *Explainer) field(k int, pattern uint64, a, b []uint32) Evidence {
	c := x.m.Comparisons[k]
	level := pattern >> (4 * k) & 15
	f := Evidence{Comparison: c.Name, A: x.cells(c, a), B: x.cells(c, b), Missing: level == 0}
	if level == 0 {
		return f
	}
	f.Level = c.Levels[level-1].Label
	f.TF = x.p.move(k, pattern, a, b)
	f.Weight = x.s.m[k][level] - x.s.u[k][level] + f.TF
	return f
}

// cells are the values a comparison reads, one for each field of the input.
func (x *Explainer) cells(c Comparison, row []uint32) string {
	var parts []string
	var inputs []int
	for _, name := range columnsOf(c) {
		col := x.t.layout.byName[name]
		if slices.Contains(inputs, col.input) {
			continue
		}
		inputs = append(inputs, col.input)
		if v := col.value(row); v != "" && !slices.Contains(parts, v) {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, " | ")
}

// phrases of one language.
type phrases struct {
	same, maybe, other   string
	pro, con, none, home string
}

var languages = map[string]phrases{
	"en": {
		same:  "Very probably the same (%s).",
		maybe: "Not certain; a person should look (%s).",
		other: "Probably two different ones (%s).",
		pro:   "For it: %s.", con: "Against it: %s.", none: "Says nothing: %s.",
		home: "That they may be two people of one house or family takes away %s.",
	},
	"id": {
		same:  "Sangat mungkin orang yang sama (%s).",
		maybe: "Belum pasti; perlu dilihat orang (%s).",
		other: "Kemungkinan dua orang yang berbeda (%s).",
		pro:   "Mendukung: %s.", con: "Menentang: %s.", none: "Tidak berkata apa-apa: %s.",
		home: "Kemungkinan dua orang serumah atau sekeluarga mengurangi %s.",
	},
}

// Words says the explanation in words, the strongest evidence first. lang is
// "id" or "en"; others become English.
func (e Explanation) Words(lang string) string {
	w, ok := languages[lang]
	if !ok {
		w, lang = languages["en"], "en"
	}
	verdict := w.maybe
	switch {
	case e.Probability >= 0.95:
		verdict = w.same
	case e.Probability < 0.2:
		verdict = w.other
	}
	out := []string{fmt.Sprintf(verdict, percent(e.Probability, lang))}
	fields := slices.Clone(e.Fields)
	slices.SortStableFunc(fields, func(a, b Evidence) int {
		return int(math.Copysign(1, math.Abs(b.Weight)-math.Abs(a.Weight)))
	})
	var pro, con, none []string
	for _, f := range fields {
		switch {
		case f.Missing:
			none = append(none, f.Comparison)
		case f.Weight >= 0:
			pro = append(pro, f.words(lang))
		default:
			con = append(con, f.words(lang))
		}
	}
	for _, part := range []struct {
		format string
		list   []string
	}{{w.pro, pro}, {w.con, con}, {w.none, none}} {
		if len(part.list) > 0 {
			out = append(out, fmt.Sprintf(part.format, strings.Join(part.list, "; ")))
		}
	}
	if e.Household < -0.05 {
		out = append(out, fmt.Sprintf(w.home, signed(-e.Household, lang)[1:]))
	}
	return strings.Join(out, " ")
}

func (f Evidence) words(lang string) string {
	if f.A == f.B {
		return fmt.Sprintf("%s %q, %s (%s)", f.Comparison, f.A, f.Level, signed(f.Weight, lang))
	}
	return fmt.Sprintf("%s %q / %q, %s (%s)", f.Comparison, f.A, f.B, f.Level, signed(f.Weight, lang))
}

func signed(x float64, lang string) string { return point(fmt.Sprintf("%+.1f", x), lang) }

func percent(p float64, lang string) string {
	return point(fmt.Sprintf("%.1f", math.Floor(p*1000)/10), lang) + " %"
}

// point writes a number as the language does.
func point(s, lang string) string {
	if lang == "id" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}
