package splink

import (
	"fmt"
	"math"
	"slices"

	"tepat/linkage"
)

// similarities and distances of two values, by the names the dialects have
// for them.
var functions = map[string]linkage.Op{
	"jaro_winkler_similarity": linkage.JaroWinkler, "jaro_winkler": linkage.JaroWinkler, "jaro_winkler_sim": linkage.JaroWinkler,
	"jaro_similarity": linkage.Jaro, "jaro_sim": linkage.Jaro,
	"jaccard": linkage.Jaccard, "jaccard_sim": linkage.Jaccard,
	"levenshtein": linkage.Levenshtein, "levenshtein_distance": linkage.Levenshtein, "editdist3": linkage.Levenshtein,
	"damerau_levenshtein": linkage.Damerau,
}

// test translates a condition.
func (c *columns) test(n *node) (linkage.Test, error) {
	switch n.op {
	case "and":
		return c.and(n)
	case "or":
		of, err := c.tests(n.args)
		return linkage.Test{Op: linkage.Or, Of: of}, err
	case "not":
		of, err := c.tests(n.args)
		return linkage.Test{Op: linkage.Not, Of: of}, err
	case "=":
		return c.equal(n)
	case "<=", "<", ">=", ">":
		return c.bound(n)
	}
	return linkage.Test{}, fmt.Errorf("%s is no condition that can be expressed", describe(n))
}

func (c *columns) tests(list []*node) ([]linkage.Test, error) {
	var out []linkage.Test
	for _, n := range list {
		t, err := c.test(n)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// and looks for the conditions that only together mean something, before the
// parts. IS NOT NULL adds nothing: a missing cell decides nothing here.
func (c *columns) and(n *node) (linkage.Test, error) {
	var rest []*node
	for _, a := range n.args {
		if a.op != "notnull" {
			rest = append(rest, a)
		}
	}
	if len(rest) == 0 {
		return linkage.Test{}, fmt.Errorf("a condition that only asks for cells that are not missing cannot be expressed")
	}
	if t, ok, err := c.swapped(rest); ok || err != nil {
		return t, err
	}
	if t, ok, err := c.dateSwap(rest); ok || err != nil {
		return t, err
	}
	if len(rest) == 1 {
		return c.test(rest[0])
	}
	of, err := c.tests(rest)
	return linkage.Test{Op: linkage.And, Of: of}, err
}

// swapped is a_l = b_r AND a_r = b_l.
func (c *columns) swapped(args []*node) (linkage.Test, bool, error) {
	var t linkage.Test
	if len(args) != 2 || args[0].op != "=" || args[1].op != "=" {
		return t, false, nil
	}
	a1, b1, ok1 := leftRight(args[0])
	b2, a2, ok2 := leftRight(args[1])
	if !ok1 || !ok2 {
		return t, false, nil
	}
	a, b := a1.bare(), b1.bare()
	if a.String() == b.String() || a2.bare().String() != a.String() || b2.bare().String() != b.String() {
		return t, false, nil
	}
	x, err := c.use(a, linkage.Text)
	if err != nil {
		return t, false, err
	}
	y, err := c.use(b, linkage.Text)
	return linkage.Test{Op: linkage.Swapped, Columns: []string{x, y}}, true, err
}

// leftRight gives the sides of an equation, that of the left record first.
func leftRight(n *node) (*node, *node, bool) {
	a, b := n.args[0], n.args[1]
	switch {
	case a.sides() == 1 && b.sides() == 2:
		return a, b, true
	case a.sides() == 2 && b.sides() == 1:
		return b, a, true
	}
	return nil, nil, false
}

// dateSwap is YEAR(d_l) = YEAR(d_r) AND MONTH(d_l) = DAY(d_r) AND DAY(d_l) =
// MONTH(d_r), as we write it.
func (c *columns) dateSwap(args []*node) (linkage.Test, bool, error) {
	var t linkage.Test
	if len(args) != 3 {
		return t, false, nil
	}
	var got []string
	for _, a := range args {
		if a.op != "=" {
			return t, false, nil
		}
		got = append(got, a.String())
	}
	first := args[0].args[0]
	if !first.isCall("year") || len(first.args) != 1 || first.sides() != 1 {
		return t, false, nil
	}
	e := first.args[0].bare()
	if want := dateSwapNodes(e); !slices.Equal(got, want) {
		return t, false, nil
	}
	x, err := c.use(e, linkage.Date)
	return linkage.Test{Op: linkage.DateSwap, Columns: []string{x}}, true, err
}

func dateSwapNodes(e *node) []string {
	eq := func(f, g string) string {
		return (&node{op: "=", args: []*node{{op: "call", text: f, args: []*node{sided(e, 'l')}}, {op: "call", text: g, args: []*node{sided(e, 'r')}}}}).String()
	}
	return []string{eq("year", "year"), eq("month", "day"), eq("day", "month")}
}

// sided gives all columns of a bare node one side.
func sided(n *node, side byte) *node {
	out := &node{op: n.op, text: n.text}
	if n.op == "col" {
		out.side = side
	}
	for _, a := range n.args {
		out.args = append(out.args, sided(a, side))
	}
	return out
}

// equal is x_l = x_r.
func (c *columns) equal(n *node) (linkage.Test, error) {
	e, ok := pair(n.args[0], n.args[1])
	if !ok {
		if n.args[0].sides()|n.args[1].sides() != 3 {
			return linkage.Test{}, fmt.Errorf("a comparison with a literal cannot be expressed")
		}
		return linkage.Test{}, fmt.Errorf("the two sides differ; only both directions together (a_l = b_r AND a_r = b_l) can be expressed")
	}
	if inner, length, ok := beginning(e); ok {
		x, err := c.use(inner, linkage.Text)
		return linkage.Test{Op: linkage.Prefix, Columns: []string{x}, Threshold: float64(length)}, err
	}
	x, err := c.use(e, linkage.Text)
	return linkage.Test{Op: linkage.Exact, Columns: []string{x}}, err
}

// beginning recognises SUBSTR(x, 1, n) and LEFT(x, n).
func beginning(e *node) (*node, int, bool) {
	var length *node
	switch {
	case e.isCall("substr", "substring") && len(e.args) == 3:
		if from, ok := e.args[1].number(); !ok || from != 1 {
			return nil, 0, false
		}
		length = e.args[2]
	case e.isCall("left") && len(e.args) == 2:
		length = e.args[1]
	default:
		return nil, 0, false
	}
	n, ok := length.number()
	return e.args[0], int(n), ok && n >= 1 && n == math.Trunc(n) && n < 1000
}

// bound is a measure against a number, whichever stands first.
func (c *columns) bound(n *node) (linkage.Test, error) {
	measure, limit, op := n.args[0], n.args[1], n.op
	if measure.op == "num" {
		measure, limit = limit, measure
		op = map[string]string{"<=": ">=", "<": ">", ">=": "<=", ">": "<"}[op]
	}
	t, ok := limit.number()
	if !ok || math.IsInf(t, 0) || t < 0 {
		return linkage.Test{}, fmt.Errorf("the limit must be a number of 0 or more")
	}
	if measure.op == "call" {
		if f, ok := functions[measure.text]; ok && len(measure.args) == 2 {
			return c.function(f, measure, t, op)
		}
		if f := size(measure); f != nil {
			return c.overlap(f, t, op)
		}
		if measure.isCall("abs") && len(measure.args) == 1 && measure.args[0].op == "-" {
			return c.difference(measure.args[0], t, op)
		}
	}
	if measure.op == "/" {
		return c.part(measure, t, op)
	}
	if lat, long, ok := kilometres(measure); ok {
		return c.kilometres(lat, long, t, op)
	}
	return linkage.Test{}, fmt.Errorf("%s is no measure that can be expressed", describe(measure))
}

// function is a similarity at least, or a distance at most, some limit.
func (c *columns) function(f linkage.Op, n *node, limit float64, op string) (linkage.Test, error) {
	e, ok := pair(n.args[0], n.args[1])
	if !ok {
		return linkage.Test{}, fmt.Errorf("%s must take the same column of both records", n.text)
	}
	distance := f == linkage.Levenshtein || f == linkage.Damerau
	switch {
	case distance && op == "<":
		limit = math.Ceil(limit) - 1
	case distance && op == "<=":
		limit = math.Floor(limit)
	case !distance && op == ">":
		limit = math.Nextafter(limit, 2)
	case !distance && op == ">=":
	default:
		return linkage.Test{}, fmt.Errorf("%s %s is the wrong way round: it would ask for unlike values", n.text, op)
	}
	if limit < 0 {
		return linkage.Test{}, fmt.Errorf("a distance below 0 cannot be")
	}
	x, err := c.use(e, linkage.Text)
	return linkage.Test{Op: f, Columns: []string{x}, Threshold: limit}, err
}

// size gives the two sets whose intersection is counted.
func size(n *node) *node {
	if n.isCall("array_length", "len", "length", "size", "array_size", "cardinality") && len(n.args) >= 1 {
		if f := n.args[0]; f.isCall("list_intersect", "array_intersect") && len(f.args) == 2 {
			return f
		}
	}
	return nil
}

func (c *columns) overlap(n *node, limit float64, op string) (linkage.Test, error) {
	e, ok := pair(n.args[0], n.args[1])
	if !ok || op != ">=" && op != ">" {
		return linkage.Test{}, fmt.Errorf("only the size of the intersection of one column, at least some number, can be expressed")
	}
	if limit = math.Ceil(limit); op == ">" {
		limit++
	}
	x, err := c.use(e, linkage.Set)
	return linkage.Test{Op: linkage.Overlap, Columns: []string{x}, Threshold: limit}, err
}

// difference is ABS(a - b) at most some number: of numbers, of seconds, of
// days, of years.
func (c *columns) difference(n *node, limit float64, op string) (linkage.Test, error) {
	if op != "<=" && op != "<" {
		return linkage.Test{}, fmt.Errorf("a difference of at least some number cannot be expressed")
	}
	e, ok := pair(n.args[0], n.args[1])
	if !ok {
		return linkage.Test{}, fmt.Errorf("ABS must take the difference of one column of both records")
	}
	out := linkage.Test{Op: linkage.Within, Threshold: limit}
	kind := linkage.Number
	switch {
	case e.isCall("epoch", "unix_timestamp", "to_unixtime", "epoch_ms") && len(e.args) >= 1 && e.text != "epoch_ms":
		e, kind = e.args[0], linkage.Date
		out.Op, out.Threshold = linkage.DateWithin, limit/86400
		if out.Threshold < 1 {
			return out, fmt.Errorf("differences of less than a day cannot be expressed")
		}
	case e.isCall("year") && len(e.args) == 1:
		e, kind = e.args[0], linkage.Date
		out.Op = linkage.DateYear
	}
	if op == "<" {
		out.Threshold = math.Nextafter(out.Threshold, 0)
	}
	x, err := c.use(e, kind)
	out.Columns = []string{x}
	return out, err
}

// part is ABS(a - b) / (CASE WHEN b > a THEN b ELSE a END) below some number.
func (c *columns) part(n *node, limit float64, op string) (linkage.Test, error) {
	d := n.args[0]
	if !d.isCall("abs") || len(d.args) != 1 || d.args[0].op != "-" || op != "<" && op != "<=" {
		return linkage.Test{}, fmt.Errorf("only the difference divided by the larger value can be expressed")
	}
	e, ok := pair(d.args[0].args[0], d.args[0].args[1])
	if !ok || n.args[1].String() != larger(e).String() {
		return linkage.Test{}, fmt.Errorf("only the difference divided by the larger value can be expressed")
	}
	if op == "<" {
		limit = math.Nextafter(limit, 0)
	}
	x, err := c.use(e, linkage.Number)
	return linkage.Test{Op: linkage.WithinPart, Columns: []string{x}, Threshold: limit}, err
}

func larger(e *node) *node {
	l, r := sided(e, 'l'), sided(e, 'r')
	return &node{op: "case", args: []*node{{op: ">", args: []*node{r, l}}, r, l}}
}

// kilometres recognises Splink's great-circle formula and gives the columns of
// latitude and longitude.
func kilometres(n *node) (*node, *node, bool) {
	var cols []*node
	var walk func(*node)
	walk = func(n *node) {
		if n.op == "col" {
			if b := n.bare(); !slices.ContainsFunc(cols, func(c *node) bool { return c.text == b.text }) {
				cols = append(cols, b)
			}
		}
		for _, a := range n.args {
			walk(a)
		}
	}
	walk(n)
	if len(cols) != 2 {
		return nil, nil, false
	}
	want, err := parse(kilometresSQL(name(cols[0].text, "_l"), name(cols[0].text, "_r"), name(cols[1].text, "_l"), name(cols[1].text, "_r")), false, DuckDB)
	if err != nil || want.String() != n.String() {
		return nil, nil, false
	}
	return cols[0], cols[1], true
}

func (c *columns) kilometres(lat, long *node, limit float64, op string) (linkage.Test, error) {
	if op != "<=" && op != "<" {
		return linkage.Test{}, fmt.Errorf("a distance of at least some kilometres cannot be expressed")
	}
	if op == "<" {
		limit = math.Nextafter(limit, 0)
	}
	x, err := c.column([]string{lat.text, long.text}, []string{own + "point"}, linkage.Point)
	return linkage.Test{Op: linkage.Kilometres, Columns: []string{x}, Threshold: limit}, err
}
