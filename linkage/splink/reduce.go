package splink

import (
	"fmt"
	"slices"

	"tepat/linkage"
)

// Reduce gives the part of a model that Splink can run: classes of pairs,
// levels, adjustments by words and blocking rules that it cannot say are left
// out, and told in words.
// A comparison that lost a level has lost its probabilities with it: train the
// reduced model again, here or there. The model given is not changed.
func Reduce(m *linkage.Model, d Dialect) (*linkage.Model, []string) {
	out := *m
	out.Comparisons, out.Blocking = nil, nil
	out.Household, out.HouseholdU, out.HouseholdPrior = "", nil, 0
	out.RelativesU, out.RelativesPrior, out.Dependences = nil, 0, nil
	var left []string
	for rest := *m; beyond(&rest) != ""; {
		left = append(left, "the "+beyond(&rest))
		switch {
		case rest.HouseholdPrior > 0:
			rest.HouseholdPrior = 0
		case rest.RelativesPrior > 0:
			rest.RelativesPrior = 0
		default:
			rest.Dependences = nil
		}
	}
	w := &writer{dialect: d, columns: map[string]linkage.Column{}}
	for _, c := range m.Columns {
		w.columns[c.Name] = c
	}
	for _, c := range m.Comparisons {
		kept, without := w.reduce(c)
		left = append(left, without...)
		if len(kept.Levels) > 1 {
			out.Comparisons = append(out.Comparisons, kept)
		}
	}
	for i, r := range m.Blocking {
		if _, err := w.rule(i, r); err != nil {
			left = append(left, fmt.Sprintf("blocking by %s", r))
			continue
		}
		out.Blocking = append(out.Blocking, r)
	}
	c := &columns{}
	for _, k := range m.Columns {
		c.list = append(c.list, &k)
	}
	c.prune(&out)
	out.Columns = nil
	for _, k := range c.list {
		out.Columns = append(out.Columns, *k)
	}
	return &out, left
}

// reduce leaves out what cannot be said of a comparison.
func (w *writer) reduce(c linkage.Comparison) (linkage.Comparison, []string) {
	var left []string
	kept := linkage.Comparison{Name: c.Name}
	for _, l := range c.Levels {
		if _, err := w.test(l.Test); err != nil {
			left = append(left, fmt.Sprintf("%s: the level %q", c.Name, l.Label))
			continue
		}
		if l.TF != nil && w.frequency(&c, l, &level{}) != nil {
			left = append(left, fmt.Sprintf("%s: the frequencies of %q", c.Name, l.Label))
			l.TF = nil
		}
		kept.Levels = append(kept.Levels, l)
	}
	if len(kept.Levels) < len(c.Levels) {
		kept.Levels = slices.Clone(kept.Levels)
		for i := range kept.Levels {
			l := &kept.Levels[i]
			l.M, l.U, l.FixedM, l.FixedU = 0, 0, false, false
		}
	}
	return kept, left
}
