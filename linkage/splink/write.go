package splink

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"tepat/linkage"
)

// Write writes settings for Splink 4 in the dialect they name. What Splink
// cannot say is an *Error: the words of names, slips of digits, tests of our
// own, the household class, keys by sound or by each word of a name.
func (s *Settings) Write(out io.Writer) error {
	if s.Dialect != DuckDB && s.Dialect != Spark {
		return fmt.Errorf("splink: settings are written for %q or %q, not for %q", DuckDB, Spark, s.Dialect)
	}
	f, err := s.file()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "    ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return fmt.Errorf("splink: %w", err)
	}
	return nil
}

func (s *Settings) file() (*file, error) {
	m := s.Model
	if extra := beyond(m); extra != "" {
		return nil, &Error{Reason: "Splink has no " + extra + "; Reduce leaves it out"}
	}
	f := &file{
		LinkType: string(m.Link), Prior: m.Prior, RetainMatching: &s.RetainMatching, RetainIntermediate: &s.RetainIntermediate,
		Additional: s.Additional, Dialect: string(s.Dialect), LinkerUID: s.LinkerUID, EMConvergence: s.EMConvergence, MaxIterations: s.MaxIterations,
		UniqueID: orDefault(s.UniqueID, "unique_id"), Source: orDefault(s.Source, "source_dataset"), Rules: []rule{},
	}
	if f.Additional == nil {
		f.Additional = []string{}
	}
	for name, at := range f.prefixes() {
		*at = s.Prefixes[name]
	}
	w := &writer{dialect: s.Dialect, columns: map[string]linkage.Column{}}
	for _, c := range m.Columns {
		w.columns[c.Name] = c
	}
	for i, r := range m.Blocking {
		out, err := w.rule(i, r)
		if err != nil {
			return nil, err
		}
		out.Salting = s.Salting[i]
		f.Rules = append(f.Rules, out)
	}
	for _, c := range m.Comparisons {
		out, err := w.comparison(c)
		if err != nil {
			return nil, err
		}
		out.Description = s.Descriptions[c.Name]
		f.Comparisons = append(f.Comparisons, out)
	}
	return f, nil
}

// beyond names what a model has beside the levels of its comparisons.
func beyond(m *linkage.Model) string {
	switch {
	case m.HouseholdPrior > 0:
		return "class of people of one house"
	case m.RelativesPrior > 0:
		return "class of relatives"
	case len(m.Dependences) > 0:
		return "dependence of comparisons on each other"
	}
	return ""
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Prepared lists the columns that a table given to Splink must hold already
// cleaned, because their cleaners are not Splink's.
func Prepared(m *linkage.Model) []string {
	var out []string
	for _, c := range m.Columns {
		if !translatable(c) {
			out = append(out, c.Name)
		}
	}
	return out
}

// translatable reports whether SQL can make a column out of its fields.
func translatable(c linkage.Column) bool {
	if slices.Equal(c.Clean, []string{own + "point"}) {
		return len(c.From) == 2
	}
	for _, s := range c.Clean {
		if s == own+"point" || !strings.HasPrefix(s, own) && s != "lower" && s != "upper" && s != "trim" {
			return false
		}
	}
	return len(c.From) <= 1
}

type writer struct {
	dialect Dialect
	columns map[string]linkage.Column
	joined  bool // l.x and r.x
}

func (w *writer) comparison(c linkage.Comparison) (comparison, error) {
	out := comparison{Name: c.Name}
	null, err := w.null(&c)
	if err != nil {
		return out, err
	}
	out.Levels = append(out.Levels, level{SQL: null, Label: c.Name + " is NULL", IsNull: true})
	for _, l := range c.Levels {
		sql, err := w.test(l.Test)
		if err != nil {
			return out, &Error{Comparison: c.Name, Level: l.Label, SQL: asJSON(l.Test), Reason: err.Error()}
		}
		v := level{SQL: sql, Label: l.Label, M: probability(l.M), U: probability(l.U), FixM: l.FixedM, FixU: l.FixedU}
		if err := w.frequency(&c, l, &v); err != nil {
			return out, &Error{Comparison: c.Name, Level: l.Label, SQL: asJSON(l.TF), Reason: err.Error()}
		}
		out.Levels = append(out.Levels, v)
	}
	return out, nil
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// frequency writes a term-frequency adjustment. Splink wants an exact level of
// the column in the comparison, or to be told not to look for it.
func (w *writer) frequency(c *linkage.Comparison, l linkage.Level, v *level) error {
	if l.TF == nil {
		return nil
	}
	if l.TF.Words {
		return fmt.Errorf("Splink has no term frequencies of words")
	}
	k, ok := w.columns[l.TF.Column]
	if !ok {
		return fmt.Errorf("column %q is not in the model", l.TF.Column)
	}
	v.TFColumn = k.Name
	if steps := slices.DeleteFunc(slices.Clone(k.Clean), func(s string) bool { return s == own+"text" }); translatable(k) {
		if len(steps) > 0 {
			return fmt.Errorf("Splink keeps term frequencies of plain columns, not of %s", strings.Join(steps, ", "))
		}
		v.TFColumn = field(k)
	}
	weight := l.TF.Weight
	v.TFWeight, v.TFLeast = &weight, l.TF.Floor
	if !exactOn(l.Test, k.Name) && l.Test.Op != linkage.Else {
		i := slices.IndexFunc(c.Levels, func(o linkage.Level) bool { return exactOn(o.Test, k.Name) })
		v.TFOwnBase = i < 0 || l.TF.Base > 0 && l.TF.Base == l.U && l.TF.Base != c.Levels[i].U
	}
	return nil
}

// field is the name of a column in the table given to Splink.
func field(c linkage.Column) string {
	if translatable(c) && len(c.From) == 1 {
		return c.From[0]
	}
	return c.Name
}

// null writes when a comparison is missing.
func (w *writer) null(c *linkage.Comparison) (string, error) {
	fields, alone, err := w.fields(c)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, f := range fields {
		parts = append(parts, fmt.Sprintf("%s IS NULL OR %s IS NULL", f.left, f.right))
	}
	switch {
	case len(parts) == 0:
		return "", &Error{Comparison: c.Name, Reason: "it reads no column"}
	case len(parts) == 1:
		return parts[0], nil
	case alone:
		return "(" + strings.Join(parts, ") AND (") + ")", nil
	}
	return w.undecided(c)
}

// undecided writes that every test of a comparison is NULL: SQL knows no
// verdict exactly where we know none.
func (w *writer) undecided(c *linkage.Comparison) (string, error) {
	var parts []string
	for _, l := range c.Levels {
		if l.Test.Op == linkage.Else {
			continue
		}
		sql, err := w.test(l.Test)
		if err != nil {
			return "", &Error{Comparison: c.Name, Level: l.Label, SQL: asJSON(l.Test), Reason: err.Error()}
		}
		parts = append(parts, "("+sql+") IS NULL")
	}
	return strings.Join(parts, " AND "), nil
}

// nullable is what must not be NULL of one field, for both records.
type nullable struct{ left, right string }

// fields lists what the tests of a comparison need, in order, and whether each
// field alone decides some level.
func (w *writer) fields(c *linkage.Comparison) ([]nullable, bool, error) {
	n := needs{w: w, valid: map[string]string{}, points: map[string]linkage.Column{}}
	alone := map[string]bool{}
	for _, l := range c.Levels {
		found := map[string]bool{}
		if err := n.of(c, l.Test, found); err != nil {
			return nil, false, err
		}
		if len(found) == 1 {
			for f := range found {
				alone[f] = true
			}
		}
	}
	var out []nullable
	for _, f := range n.order {
		out = append(out, n.nullable(f))
	}
	return out, len(alone) == len(n.order), nil
}

// needs collects the fields that tests read.
type needs struct {
	w      *writer
	order  []string
	valid  map[string]string         // field to the step that makes it valid
	points map[string]linkage.Column // the two fields of a point
}

func (n *needs) of(c *linkage.Comparison, t linkage.Test, found map[string]bool) error {
	for _, name := range t.Columns {
		k, ok := n.w.columns[name]
		if !ok {
			return &Error{Comparison: c.Name, SQL: asJSON(t), Reason: fmt.Sprintf("column %q is not in the model", name)}
		}
		f := field(k)
		if k.Kind == linkage.Point && translatable(k) && len(k.From) == 2 {
			f = strings.Join(k.From, "\x00")
			n.points[f] = k
		}
		if !slices.Contains(n.order, f) {
			n.order = append(n.order, f)
		}
		if len(k.Clean) > 0 && strings.HasPrefix(k.Clean[0], own+"valid:") {
			n.valid[f] = own + strings.TrimPrefix(k.Clean[0], own+"valid:")
		}
		found[f] = true
	}
	for _, o := range t.Of {
		if err := n.of(c, o, found); err != nil {
			return err
		}
	}
	return nil
}

func (n *needs) nullable(f string) nullable {
	w := n.w
	if k, ok := n.points[f]; ok {
		return nullable{
			left:  fmt.Sprintf("%s IS NULL OR %s IS NULL OR %s", w.ident(k.From[0], 'l'), w.ident(k.From[0], 'r'), w.ident(k.From[1], 'l')),
			right: w.ident(k.From[1], 'r'),
		}
	}
	l, r := w.ident(f, 'l'), w.ident(f, 'r')
	if step := n.valid[f]; step != "" {
		l, r = w.step(l, step), w.step(r, step)
	}
	return nullable{l, r}
}

// rule writes a blocking rule.
func (w *writer) rule(i int, r linkage.Rule) (rule, error) {
	out := rule{Dialect: string(w.dialect)}
	b := &writer{dialect: w.dialect, columns: w.columns, joined: true}
	var parts []string
	for _, k := range r.Keys {
		c, ok := w.columns[k.Column]
		if !ok {
			return out, &Error{Rule: i + 1, SQL: asJSON(r), Reason: fmt.Sprintf("column %q is not in the model", k.Column)}
		}
		if k.Part == "each_word" && c.Kind == linkage.Set && translatable(c) && len(c.Clean) == 0 {
			out.Explode = append(out.Explode, field(c))
		}
		left, err := b.keyPart(c, k.Part, 'l')
		if err != nil {
			return out, &Error{Rule: i + 1, SQL: asJSON(r), Reason: err.Error()}
		}
		right, err := b.keyPart(c, k.Part, 'r')
		if err != nil {
			return out, &Error{Rule: i + 1, SQL: asJSON(r), Reason: err.Error()}
		}
		parts = append(parts, left+" = "+right)
	}
	switch len(parts) {
	case 0:
		return out, &Error{Rule: i + 1, SQL: asJSON(r), Reason: "it has no keys"}
	case 1:
		out.SQL = parts[0]
	default:
		out.SQL = "(" + strings.Join(parts, ") AND (") + ")"
	}
	return out, nil
}

func (w *writer) keyPart(c linkage.Column, part string, side byte) (string, error) {
	e, err := w.expr(c, side)
	if err != nil {
		return "", err
	}
	kind, n, _ := strings.Cut(part, ":")
	switch kind {
	case "":
		return e, nil
	case "prefix":
		return fmt.Sprintf("SUBSTR(%s, 1, %s)", e, n), nil
	case "suffix":
		return fmt.Sprintf("RIGHT(%s, %s)", e, n), nil
	case "word":
		return fmt.Sprintf("SPLIT_PART(%s, ' ', %s)", e, n), nil
	case "year":
		return "YEAR(" + w.date(c, e) + ")", nil
	case "month_day":
		if w.dialect == Spark {
			return "DATE_FORMAT(" + w.date(c, e) + ", 'MM-dd')", nil
		}
		return "STRFTIME(" + w.date(c, e) + ", '%m-%d')", nil
	case "each_word":
		if c.Kind == linkage.Set && translatable(c) && len(c.Clean) == 0 {
			return e, nil
		}
		return "", fmt.Errorf("Splink blocks on each item of an array only; column %q is no set of the table", c.Name)
	}
	return "", fmt.Errorf("Splink has no key by %q", part)
}

// number writes a number without an exponent.
func number(f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
