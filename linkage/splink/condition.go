package splink

import (
	"fmt"
	"math"
	"strings"

	"tepat/linkage"
)

// names of functions by dialect.
var functionNames = map[linkage.Op]map[Dialect]string{
	linkage.JaroWinkler: {DuckDB: "jaro_winkler_similarity", Spark: "jaro_winkler"},
	linkage.Jaro:        {DuckDB: "jaro_similarity", Spark: "jaro_sim"},
	linkage.Jaccard:     {DuckDB: "jaccard", Spark: "jaccard"},
	linkage.Levenshtein: {DuckDB: "levenshtein", Spark: "levenshtein"},
	linkage.Damerau:     {DuckDB: "damerau_levenshtein", Spark: "damerau_levenshtein"},
}

// name is a column of one record: "x_l" quoted.
func name(column, suffix string) string {
	return `"` + strings.ReplaceAll(column+suffix, `"`, `""`) + `"`
}

// ident is a field of one record in the dialect.
func (w *writer) ident(field string, side byte) string {
	text := field + "_" + string(side)
	if w.joined {
		text = field
	}
	q := `"`
	if w.dialect == Spark {
		q = "`"
	}
	out := q + strings.ReplaceAll(text, q, q+q) + q
	if w.joined {
		return string(side) + "." + out
	}
	return out
}

// expr is a column of one record, with the SQL that its steps stand for.
func (w *writer) expr(c linkage.Column, side byte) (string, error) {
	e := w.ident(field(c), side)
	if !translatable(c) {
		return e, nil
	}
	if len(c.From) == 2 {
		return "", fmt.Errorf("column %q is a point; only its distance can be expressed", c.Name)
	}
	for _, s := range c.Clean {
		if strings.HasPrefix(s, own+"valid:") {
			continue
		}
		e = w.step(e, s)
	}
	return e, nil
}

// step writes the SQL of a step around an expression.
func (w *writer) step(e, step string) string {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(step, own), ":")
	switch kind {
	case "lower", "upper", "trim":
		return kind + "(" + e + ")"
	case "text":
		if w.dialect == Spark {
			return "CAST(" + e + " AS STRING)"
		}
		return "CAST(" + e + " AS TEXT)"
	case "substr":
		from, length, _ := strings.Cut(rest, ":")
		return fmt.Sprintf("SUBSTRING(%s, %s, %s)", e, from, length)
	case "nullif":
		return fmt.Sprintf("NULLIF(%s, %s)", e, w.quote(rest))
	case "regexp":
		group, pattern, _ := strings.Cut(rest, ":")
		return fmt.Sprintf("NULLIF(regexp_extract(%s, %s, %s), '')", e, w.quote(pattern), group)
	case "date":
		return w.parseDate(e, rest)
	}
	return e
}

func (w *writer) parseDate(e, format string) string {
	if w.dialect == Spark {
		return fmt.Sprintf("date(try_to_timestamp(%s, %s))", e, w.quote(format))
	}
	return fmt.Sprintf("try_strptime(%s, %s)", e, w.quote(format))
}

// date is an expression on a date column as a date: columns that our cleaners
// made hold ISO text, plain ones hold dates.
func (w *writer) date(c linkage.Column, e string) string {
	if translatable(c) {
		return e
	}
	if w.dialect == Spark {
		return w.parseDate(e, "yyyy-MM-dd")
	}
	return w.parseDate(e, "%Y-%m-%d")
}

// test writes a test as a condition.
func (w *writer) test(t linkage.Test) (string, error) {
	switch t.Op {
	case linkage.Else:
		return "ELSE", nil
	case linkage.And, linkage.Or, linkage.Not:
		return w.composed(t)
	case linkage.Kilometres:
		return w.kilometres(t)
	case linkage.Exact, linkage.Swapped:
		return w.equations(t)
	}
	if len(t.Columns) != 1 {
		return "", fmt.Errorf("test %q names %d columns", t.Op, len(t.Columns))
	}
	c, ok := w.columns[t.Columns[0]]
	if !ok {
		return "", fmt.Errorf("column %q is not in the model", t.Columns[0])
	}
	l, err := w.expr(c, 'l')
	if err != nil {
		return "", err
	}
	r, err := w.expr(c, 'r')
	if err != nil {
		return "", err
	}
	return w.single(t, c, l, r)
}

func (w *writer) composed(t linkage.Test) (string, error) {
	var parts []string
	for _, o := range t.Of {
		sql, err := w.test(o)
		if err != nil {
			return "", err
		}
		if sql == "ELSE" {
			return "", fmt.Errorf("%q stands inside another test", linkage.Else)
		}
		parts = append(parts, "("+sql+")")
	}
	switch {
	case len(parts) == 0, t.Op == linkage.Not && len(parts) != 1:
		return "", fmt.Errorf("test %q has %d tests in it", t.Op, len(parts))
	case t.Op == linkage.Not:
		return "NOT " + parts[0], nil
	}
	return strings.Join(parts, " "+strings.ToUpper(string(t.Op))+" "), nil
}

// equations writes equality of one or more columns, and exchanged columns.
func (w *writer) equations(t linkage.Test) (string, error) {
	var l, r []string
	for _, name := range t.Columns {
		c, ok := w.columns[name]
		if !ok {
			return "", fmt.Errorf("column %q is not in the model", name)
		}
		x, err := w.expr(c, 'l')
		if err != nil {
			return "", err
		}
		y, err := w.expr(c, 'r')
		if err != nil {
			return "", err
		}
		l, r = append(l, x), append(r, y)
	}
	switch {
	case t.Op == linkage.Swapped && len(l) == 2:
		return fmt.Sprintf("%s = %s AND %s = %s", l[0], r[1], r[0], l[1]), nil
	case t.Op == linkage.Exact && len(l) == 1:
		return l[0] + " = " + r[0], nil
	case t.Op == linkage.Exact && len(l) > 1:
		for i := range l {
			l[i] = "(" + l[i] + " = " + r[i] + ")"
		}
		return strings.Join(l, " AND "), nil
	}
	return "", fmt.Errorf("test %q names %d columns", t.Op, len(t.Columns))
}

// single writes a test of one column.
func (w *writer) single(t linkage.Test, c linkage.Column, l, r string) (string, error) {
	switch t.Op {
	case linkage.JaroWinkler, linkage.Jaro, linkage.Jaccard:
		return fmt.Sprintf("%s(%s, %s) >= %s", functionNames[t.Op][w.dialect], l, r, number(t.Threshold)), nil
	case linkage.Levenshtein, linkage.Damerau:
		return fmt.Sprintf("%s(%s, %s) <= %s", functionNames[t.Op][w.dialect], l, r, number(math.Floor(t.Threshold))), nil
	case linkage.Prefix:
		n := number(math.Floor(t.Threshold))
		return fmt.Sprintf("SUBSTRING(%s, 1, %s) = SUBSTRING(%s, 1, %s)", l, n, r, n), nil
	case linkage.Within:
		return fmt.Sprintf("ABS(%s - %s) <= %s", l, r, number(t.Threshold)), nil
	case linkage.WithinPart:
		return fmt.Sprintf("(ABS(%s - %s) / (CASE WHEN %s > %s THEN %s ELSE %s END)) <= %s", l, r, r, l, r, l, number(t.Threshold)), nil
	case linkage.Overlap:
		if c.Kind != linkage.Set {
			return "", fmt.Errorf("Splink counts what arrays share; column %q is a %s", c.Name, c.Kind)
		}
		if w.dialect == Spark {
			return fmt.Sprintf("SIZE(ARRAY_INTERSECT(%s, %s)) >= %s", l, r, number(math.Ceil(t.Threshold))), nil
		}
		return fmt.Sprintf("array_length(list_intersect(%s, %s)) >= %s", l, r, number(math.Ceil(t.Threshold))), nil
	case linkage.DateWithin, linkage.DateYear, linkage.DateSwap:
		return w.days(t, w.date(c, l), w.date(c, r)), nil
	case linkage.DateSlip:
		if c.Kind == linkage.Date && translatable(c) {
			l, r = w.step(l, own+"text"), w.step(r, own+"text")
		}
		return fmt.Sprintf("%s(%s, %s) <= 1", functionNames[linkage.Damerau][w.dialect], l, r), nil
	}
	return "", fmt.Errorf("Splink has no test %q", t.Op)
}

func (w *writer) days(t linkage.Test, l, r string) string {
	switch t.Op {
	case linkage.DateYear:
		return fmt.Sprintf("ABS(YEAR(%s) - YEAR(%s)) <= %s", l, r, number(t.Threshold))
	case linkage.DateSwap:
		return fmt.Sprintf("YEAR(%s) = YEAR(%s) AND MONTH(%s) = DAY(%s) AND DAY(%s) = MONTH(%s)", l, r, l, r, l, r)
	}
	f := "EPOCH"
	if w.dialect == Spark {
		f = "UNIX_TIMESTAMP"
	}
	return fmt.Sprintf("ABS(%s(%s) - %s(%s)) <= %s", f, l, f, r, number(t.Threshold*86400))
}

func (w *writer) kilometres(t linkage.Test) (string, error) {
	if len(t.Columns) != 1 {
		return "", fmt.Errorf("test %q names %d columns", t.Op, len(t.Columns))
	}
	c, ok := w.columns[t.Columns[0]]
	if !ok || !translatable(c) || len(c.From) != 2 {
		return "", fmt.Errorf("Splink wants latitude and longitude in two columns; make %q from two fields with the cleaner %spoint", t.Columns[0], own)
	}
	sql := kilometresSQL(w.ident(c.From[0], 'l'), w.ident(c.From[0], 'r'), w.ident(c.From[1], 'l'), w.ident(c.From[1], 'r'))
	return sql + " <= " + number(t.Threshold), nil
}

// kilometresSQL is the great-circle distance as Splink has it: the spherical
// law of cosines on a sphere of 6371 km, the cosine held between -1 and 1.
func kilometresSQL(latL, latR, longL, longR string) string {
	cosine := fmt.Sprintf("sin(radians(%s)) * sin(radians(%s)) + cos(radians(%s)) * cos(radians(%s)) * cos(radians(%s - %s))", latL, latR, latL, latR, longR, longL)
	return fmt.Sprintf("cast(acos(case when (%s) > 1 then 1 when (%s) < -1 then -1 else (%s) end) * 6371 as float)", cosine, cosine, cosine)
}
