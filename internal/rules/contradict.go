package rules

import (
	"slices"

	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// contradictions finds rule sets that nobody can pass. It looks at what must
// hold together (the required leaves, and the opposite of the rejecting ones)
// and then at each "one of" group alone. It can miss a contradiction spread
// over several groups; what it reports is always one.
func (v *validator) contradictions(rs *RuleSet) {
	var must []literal
	var choices []*Clause
	for _, l := range conjuncts(rs.Require, rs.Reject) {
		if l.c.Kind == Any && !l.negated {
			choices = append(choices, l.c)
			continue
		}
		must = append(must, l)
	}
	w := newWorld()
	for _, l := range must {
		if !w.add(l) {
			v.report(l.c.ID, "rules.nobody_passes", l.c.ID)
			return
		}
	}
	for _, g := range choices {
		if !slices.ContainsFunc(g.Clauses, func(c Clause) bool { return compatible(must, &c) }) {
			v.report(g.ID, "rules.nobody_passes", g.ID)
		}
	}
}

// compatible reports whether c can hold beside must, as far as can be seen.
func compatible(must []literal, c *Clause) bool {
	w := newWorld()
	for _, l := range must {
		w.add(l)
	}
	for _, l := range conjuncts([]Clause{*c}, nil) {
		if l.c.group() {
			continue
		}
		if !w.add(l) {
			return false
		}
	}
	return true
}

// literal is a clause that must hold, or (negated) must not.
type literal struct {
	c       *Clause
	negated bool
}

// conjuncts flattens what must hold together: All under require, Any under
// reject (no member of a rejecting Any may hold).
func conjuncts(require, reject []Clause) []literal {
	var out []literal
	var walk func(list []Clause, negated bool)
	walk = func(list []Clause, negated bool) {
		for i := range list {
			c := &list[i]
			if (c.Kind == All && !negated) || (c.Kind == Any && negated) {
				walk(c.Clauses, negated)
				continue
			}
			out = append(out, literal{c, negated})
		}
	}
	walk(require, false)
	walk(reject, true)
	return out
}

// span is a set of whole numbers 0..maxAge.
type span [maxAge + 1]bool

// world is what is still possible for a candidate.
type world struct {
	ages  map[civil.Date]*span
	desil span
	areas []region.Code // nil: anywhere
	sex   map[nik.Sex]bool
	said  map[string]bool // yes/no questions already answered
}

func newWorld() *world {
	w := &world{ages: map[civil.Date]*span{}, said: map[string]bool{}}
	for i := 1; i <= maxDesil; i++ {
		w.desil[i] = true
	}
	w.sex = map[nik.Sex]bool{nik.Male: true, nik.Female: true}
	return w
}

// keep intersects s with lo..hi, or with its complement, and reports whether
// anything is left.
func (s *span) keep(lo, hi int, complement bool) bool {
	left := false
	for i := range s {
		s[i] = s[i] && (i >= lo && i <= hi) != complement
		left = left || s[i]
	}
	return left
}

// add takes l as true and reports whether anybody is still possible.
func (w *world) add(l literal) bool {
	switch l.c.Kind {
	case Age:
		lo, hi := l.c.limits(0, maxAge)
		return w.age(l.c.At).keep(lo, hi, l.negated)
	case Desil:
		lo, hi := l.c.limits(1, maxDesil)
		return w.desil.keep(lo, hi, l.negated)
	case Domicile:
		return w.live(l)
	case Sex:
		for s := range w.sex {
			w.sex[s] = w.sex[s] && (s == l.c.Sex) != l.negated
		}
		return w.sex[nik.Male] || w.sex[nik.Female]
	case Alive, Head, InDesa:
		return w.answer(string(l.c.Kind), !l.negated)
	case Receives, ReceivesNot:
		return w.oneOf(l, "p", l.c.Programs, l.c.Kind == ReceivesNot)
	case Fact, FactNot:
		return w.oneOf(l, "f", l.c.Facts, l.c.Kind == FactNot)
	case Component:
		return w.oneOf(l, "c", l.c.Components, false)
	}
	return true
}

func (w *world) age(at civil.Date) *span {
	s := w.ages[at]
	if s == nil {
		s = new(span)
		for i := range s {
			s[i] = true
		}
		w.ages[at] = s
	}
	return s
}

func (w *world) live(l literal) bool {
	if l.negated {
		inside := func(a region.Code) bool { return within(a, l.c.Areas) == Yes }
		return w.areas == nil || !allOf(w.areas, inside)
	}
	if w.areas == nil {
		w.areas = l.c.Areas
		return true
	}
	var left []region.Code
	for _, a := range w.areas {
		for _, b := range l.c.Areas {
			switch {
			case a.Contains(b):
				left = append(left, b)
			case b.Contains(a):
				left = append(left, a)
			}
		}
	}
	w.areas = left
	return len(left) > 0
}

func allOf(list []region.Code, f func(region.Code) bool) bool {
	return !slices.ContainsFunc(list, func(a region.Code) bool { return !f(a) })
}

// oneOf handles "at least one of" and "none of". "At least one of several" says
// nothing about any single one, so it only counts when one is named.
func (w *world) oneOf(l literal, prefix string, codes []string, none bool) bool {
	if !none == !l.negated { // at least one holds
		return len(codes) != 1 || codes[0] == AnyProgram || w.answer(prefix+string(l.c.Scope)+codes[0], true)
	}
	possible := true
	for _, code := range codes {
		if code != AnyProgram {
			possible = w.answer(prefix+string(l.c.Scope)+code, false) && possible
		}
	}
	return possible
}

func (w *world) answer(question string, yes bool) bool {
	said, asked := w.said[question]
	w.said[question] = yes
	return !asked || said == yes
}
