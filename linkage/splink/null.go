package splink

import (
	"fmt"
	"slices"
	"strings"

	"tepat/linkage"
)

// A missing cell decides nothing here, test by test; a comparison is missing
// when none of its tests could be decided. Splink says in a level of its own
// when a comparison is missing. nulls checks that the two agree.

// nulls checks the null levels of a comparison, and where they ask for valid
// values (a date that can be read) makes its columns hold only these.
func (rd *reader) nulls(c *linkage.Comparison, nulls []*node) error {
	fail := func(n *node, reason string) error {
		sql := ""
		if n != nil {
			sql = n.String()
		}
		return &Error{Comparison: c.Name, Level: "null", SQL: sql, Reason: reason}
	}
	if len(nulls) == 0 {
		return fail(nil, "it has no null level: Splink would count a missing cell as ELSE, which cannot be expressed; add is_null_level")
	}
	n := nulls[0]
	if len(nulls) > 1 {
		n = flat("or", nulls)
	}
	wanted, all, err := nullExpressions(n)
	if err != nil {
		if undecided(rd, c) == n.String() {
			return nil
		}
		return fail(n, err.Error())
	}
	if err := rd.onlyValid(c, wanted); err != nil {
		return fail(n, err.Error())
	}
	bases := map[string]bool{}
	for _, e := range wanted {
		base, _, _, err := rd.cols.steps(e)
		if err != nil {
			return fail(n, err.Error())
		}
		bases[base] = true
	}
	if all && len(bases) > 1 {
		err = rd.missingTogether(c, bases)
	} else {
		err = rd.missingAlone(c, bases)
	}
	if err != nil {
		return fail(n, err.Error())
	}
	return nil
}

// missingTogether checks a null level that asks for all fields at once: each
// must decide some level alone, or pairs that have only it would differ.
func (rd *reader) missingTogether(c *linkage.Comparison, bases map[string]bool) error {
	for _, base := range sorted(bases) {
		if !slices.ContainsFunc(c.Levels, func(l linkage.Level) bool { return rd.onlyReads(l.Test, base) }) {
			return fmt.Errorf("no level is decided by %s alone, so a pair that has only it would be missing here", base)
		}
	}
	for _, leaf := range rd.leaves(c) {
		for _, base := range sorted(leaf) {
			if !bases[base] {
				rd.s.warn(fmt.Sprintf("comparison %q: %s does not take part in the null level; it is taken to be missing with the others", c.Name, base))
			}
		}
	}
	return nil
}

// missingAlone checks a null level that asks for any of its fields: every test
// must read each of them.
func (rd *reader) missingAlone(c *linkage.Comparison, bases map[string]bool) error {
	for _, leaf := range rd.leaves(c) {
		for _, base := range sorted(bases) {
			if !leaf[base] {
				return fmt.Errorf("a level does not read %s, so it would still decide where %s is missing", base, base)
			}
		}
	}
	return nil
}

// nullExpressions reads x_l IS NULL OR x_r IS NULL, several of these joined by
// OR (any) or each in parentheses joined by AND (all).
func nullExpressions(n *node) ([]*node, bool, error) {
	groups := []*node{n}
	all := n.op == "and"
	if all {
		groups = n.args
	}
	var out []*node
	for _, g := range groups {
		args := []*node{g}
		if g.op == "or" {
			args = g.args
		}
		sides := map[string]int{}
		for _, a := range args {
			if a.op != "isnull" {
				return nil, false, fmt.Errorf("a null level must be IS NULL of columns of both records")
			}
			s := a.args[0].sides()
			if s == 3 || s == 0 {
				return nil, false, fmt.Errorf("a null level must ask for one record at a time")
			}
			e := a.args[0].bare()
			if sides[e.String()] == 0 {
				out = append(out, e)
			}
			sides[e.String()] |= s
		}
		for _, s := range sides {
			if s != 3 {
				return nil, false, fmt.Errorf("a null level must ask for both records")
			}
		}
	}
	return out, all, nil
}

// onlyValid replaces, in a comparison whose null level asks for f(x), the
// column x by "x where f(x) is something".
func (rd *reader) onlyValid(c *linkage.Comparison, wanted []*node) error {
	for _, e := range wanted {
		base, steps, _, err := rd.cols.steps(e)
		if err != nil {
			return err
		}
		steps = slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return s == own+"text" })
		if len(steps) == 0 {
			continue
		}
		if len(steps) > 1 || !strings.HasPrefix(steps[0], own) {
			return fmt.Errorf("only one function around a column can be asked for in a null level")
		}
		valid := own + "valid:" + strings.TrimPrefix(steps[0], own)
		var walk func(t *linkage.Test) error
		walk = func(t *linkage.Test) error {
			for i := range t.Of {
				if err := walk(&t.Of[i]); err != nil {
					return err
				}
			}
			for i, name := range t.Columns {
				k := rd.cols.byName(name)
				if len(k.From) != 1 || k.From[0] != base || slices.Equal(k.Clean, steps) || len(k.Clean) > 0 && k.Clean[0] == valid {
					continue
				}
				if t.Columns[i], err = rd.cols.column(k.From, append([]string{valid}, k.Clean...), k.Kind); err != nil {
					return err
				}
			}
			return nil
		}
		for i := range c.Levels {
			t := clone(c.Levels[i].Test)
			if err := walk(&t); err != nil {
				return err
			}
			c.Levels[i].Test = t
		}
	}
	return nil
}

func clone(t linkage.Test) linkage.Test {
	t.Columns = slices.Clone(t.Columns)
	t.Of = slices.Clone(t.Of)
	for i := range t.Of {
		t.Of[i] = clone(t.Of[i])
	}
	return t
}

func (c *columns) byName(name string) *linkage.Column {
	for _, k := range c.list {
		if k.Name == name {
			return k
		}
	}
	return &linkage.Column{Name: name}
}

// leaves lists, for every test of one kind in a comparison, the fields it
// reads.
func (rd *reader) leaves(c *linkage.Comparison) []map[string]bool {
	var out []map[string]bool
	var walk func(t linkage.Test)
	walk = func(t linkage.Test) {
		if len(t.Columns) > 0 {
			out = append(out, rd.reads(t))
		}
		for _, o := range t.Of {
			walk(o)
		}
	}
	for _, l := range c.Levels {
		walk(l.Test)
	}
	return out
}

// reads are the fields that a test and its parts read.
func (rd *reader) reads(t linkage.Test) map[string]bool {
	out := map[string]bool{}
	for _, name := range t.Columns {
		for _, f := range rd.cols.byName(name).From {
			out[f] = true
		}
	}
	for _, o := range t.Of {
		for f := range rd.reads(o) {
			out[f] = true
		}
	}
	return out
}

func (rd *reader) onlyReads(t linkage.Test, field string) bool {
	fields := rd.reads(t)
	return len(fields) == 1 && fields[field]
}

// undecided is the condition, as node text, that none of the tests of a
// comparison is decided: how we write missing when there is no simpler way.
func undecided(rd *reader, c *linkage.Comparison) string {
	w := &writer{dialect: rd.s.Dialect, columns: map[string]linkage.Column{}}
	for _, k := range rd.cols.finish() {
		w.columns[k.Name] = k
	}
	sql, err := w.undecided(c)
	if err != nil {
		return ""
	}
	n, err := parse(sql, false, rd.s.Dialect)
	if err != nil {
		return ""
	}
	return n.String()
}
