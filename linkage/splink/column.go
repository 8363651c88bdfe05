package splink

import (
	"fmt"
	"slices"
	"strings"

	"tepat/linkage"
)

// columns collects the columns that conditions speak of.
type columns struct {
	list  []*linkage.Column
	names map[string]bool
	warn  func(string)
}

func newColumns(warn func(string)) *columns {
	return &columns{names: map[string]bool{}, warn: warn}
}

// use finds or makes the column for an expression without sides, of a kind; a
// column first seen as text takes the kind a test needs.
func (c *columns) use(e *node, kind linkage.Kind) (string, error) {
	base, steps, of, err := c.steps(e)
	if err != nil {
		return "", err
	}
	if of != linkage.Text {
		if kind != linkage.Text && kind != of {
			return "", fmt.Errorf("%s is a %s, the test needs a %s", base, of, kind)
		}
		kind = of
	}
	return c.column([]string{base}, steps, kind)
}

// column finds or makes a column by where it comes from.
func (c *columns) column(from, steps []string, kind linkage.Kind) (string, error) {
	for _, k := range c.list {
		if slices.Equal(k.From, from) && slices.Equal(k.Clean, steps) {
			switch {
			case k.Kind == linkage.Text:
				k.Kind = kind
			case kind != linkage.Text && kind != k.Kind:
				return "", fmt.Errorf("column %s is used as %s and as %s", k.Name, k.Kind, kind)
			}
			return k.Name, nil
		}
	}
	name := strings.Join(from, "_")
	for _, s := range steps {
		name += "_" + short(s)
	}
	for n, free := 2, name; c.names[name]; n++ {
		name = fmt.Sprintf("%s_%d", free, n)
	}
	c.names[name] = true
	c.list = append(c.list, &linkage.Column{Name: name, From: from, Clean: steps, Kind: kind})
	return name, nil
}

// short is what a step adds to a column's name.
func short(step string) string {
	s := strings.TrimPrefix(step, own)
	word, rest, _ := strings.Cut(s, ":")
	switch word {
	case "substr":
		return "substr" + strings.ReplaceAll(rest, ":", "_")
	case "regexp":
		return "part"
	case "nullif":
		return "known"
	}
	return word
}

// prune forgets columns that nothing reads any more.
func (c *columns) prune(m *linkage.Model) {
	used := map[string]bool{}
	var walk func(t linkage.Test)
	walk = func(t linkage.Test) {
		for _, name := range t.Columns {
			used[name] = true
		}
		for _, o := range t.Of {
			walk(o)
		}
	}
	for _, k := range m.Comparisons {
		for _, l := range k.Levels {
			walk(l.Test)
			if l.TF != nil {
				used[l.TF.Column] = true
			}
		}
	}
	for _, r := range m.Blocking {
		for _, k := range r.Keys {
			used[k.Column] = true
		}
	}
	c.list = slices.DeleteFunc(c.list, func(k *linkage.Column) bool { return !used[k.Name] })
}

// finish gives the columns in the form of a model: a plain column needs no
// From.
func (c *columns) finish() []linkage.Column {
	out := make([]linkage.Column, 0, len(c.list))
	for _, k := range c.list {
		col := *k
		if len(col.From) == 1 && col.From[0] == col.Name {
			col.From = nil
		}
		out = append(out, col)
	}
	return out
}

// textTypes and dateTypes are the casts that are understood.
var (
	textTypes = []string{"text", "varchar", "string", "char"}
	dateTypes = []string{"date", "timestamp", "datetime"}
)

// steps takes an expression apart into its column, the steps around it from
// the inside out, and the kind it gives.
func (c *columns) steps(e *node) (string, []string, linkage.Kind, error) {
	if e.op == "col" {
		if !printable(e.text) || e.text == "" {
			return "", nil, "", fmt.Errorf("column %q cannot be named", e.text)
		}
		return e.text, nil, linkage.Text, nil
	}
	if len(e.args) == 0 {
		return "", nil, "", fmt.Errorf("%s is no expression on a column", describe(e))
	}
	step, kind, err := c.step(e)
	if err != nil {
		return "", nil, "", err
	}
	inner := e.args[0]
	if step == "" { // NULLIF around regexp_extract, date() around try_to_timestamp
		return c.steps(inner)
	}
	base, steps, of, err := c.steps(inner)
	if err != nil {
		return "", nil, "", err
	}
	if of != linkage.Text {
		return "", nil, "", fmt.Errorf("%s of a %s cannot be expressed", e.text, of)
	}
	return base, append(steps, step), kind, nil
}

// step names the outermost step of an expression.
func (c *columns) step(e *node) (string, linkage.Kind, error) {
	arg := func(i int) string {
		if i < len(e.args) && (e.args[i].op == "str" || e.args[i].op == "num") {
			return e.args[i].text
		}
		return ""
	}
	n := len(e.args)
	step := ""
	kind := linkage.Text
	switch {
	case e.op == "cast" && slices.Contains(textTypes, e.text):
		step = own + "text"
	case e.op == "cast" && slices.Contains(dateTypes, e.text):
		step, kind = own+"date:%Y-%m-%d", linkage.Date
	case e.isCall("lower", "upper", "trim") && n == 1:
		step = e.text
	case e.isCall("substr", "substring") && n == 3:
		step = own + "substr:" + arg(1) + ":" + arg(2)
	case e.isCall("left") && n == 2:
		step = own + "substr:1:" + arg(1)
	case e.isCall("nullif") && n == 2 && e.args[1].op == "str":
		if e.args[1].text == "" {
			return "", kind, nil
		}
		step = own + "nullif:" + arg(1)
	case e.isCall("regexp_extract") && (n == 2 || n == 3) && e.args[1].op == "str":
		group := arg(2)
		if n == 2 {
			group = "0"
		}
		step = own + "regexp:" + group + ":" + arg(1)
	case e.isCall("try_strptime", "strptime", "try_to_timestamp", "to_timestamp", "to_date", "try_to_date") && n == 2 && e.args[1].op == "str":
		step, kind = own+"date:"+arg(1), linkage.Date
		if timed(arg(1)) {
			c.warn("the time of day of " + describe(e.args[0]) + " is left out")
		}
	case e.isCall("date") && n == 1 && e.args[0].isCall("try_to_timestamp", "to_timestamp"):
		return "", kind, nil
	default:
		return "", "", fmt.Errorf("%s cannot be expressed as a cleaned column", describe(e))
	}
	if _, err := cleaner(strings.TrimPrefix(step, own)); err != nil && strings.HasPrefix(step, own) {
		return "", "", err
	}
	if !printable(step) {
		return "", "", fmt.Errorf("%s holds signs that cannot be written", describe(e))
	}
	return step, kind, nil
}

// describe names a piece of SQL in an error.
func describe(e *node) string {
	switch e.op {
	case "col":
		return e.text
	case "call", "cast":
		return e.text + "(…)"
	case "num", "str":
		return "the literal " + e.text
	case "case":
		return "CASE"
	}
	return "the expression with " + strings.ToUpper(e.op)
}
