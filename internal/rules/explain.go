package rules

import (
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/region"
)

// Line is one clause of an explanation, ready for screen and print.
type Line struct {
	ID       string
	Number   string // "3", "3b"; a group within a group: "3ba"
	Depth    int    // groups around the clause
	Reject   bool   // stands under "ditolak bila"
	Truth    Truth  // Yes: speaks for the candidate, also in a reject clause
	Assumed  bool   // the value is unknown and the clause's policy stands in
	Sentence string // the clause as it is printed
	Text     string // "Desil 3 (syarat: 1 sampai 5)"
}

// Explain says for every clause, in written order, how it stands for s on day
// today and which value was used. It is for one candidate at a time.
func (c *Compiled) Explain(s *Subject, today civil.Date, lang string) []Line {
	lines := make([]Line, len(c.nodes))
	for i := range c.nodes {
		n := &c.nodes[i]
		var open uint64
		raw, truth := c.judge(i, s, today, &open)
		if n.reject {
			truth = truth.Not()
		}
		lines[i] = Line{
			ID: n.clause.ID, Number: n.number, Depth: n.depth, Reject: n.reject,
			Truth: truth, Assumed: raw == Unknown && truth.Known(),
			Sentence: c.vocab.Sentence(n.clause, lang), Text: c.text(i, s, today, lang),
		}
	}
	return lines
}

// Why says in one sentence what decided v about s: the failing or open clause
// with the value used, or that every condition is met.
func (c *Compiled) Why(v Verdict, s *Subject, today civil.Date, lang string) string {
	if v.Deciding == Undecided {
		return say(lang, "rules.why_yes")
	}
	n := &c.nodes[v.Deciding]
	text := c.text(v.Deciding, s, today, lang)
	switch {
	case v.Truth == Unknown:
		return say(lang, "rules.why_unknown", n.number, text)
	case v.Raw == Unknown:
		return say(lang, "rules.why_policy", n.number, text)
	}
	return say(lang, "rules.why_no", n.number, text)
}

// Sentences prints the whole rule set as numbered text for the annex of a
// decree: a heading for what must hold, one for what excludes, and the clauses.
func (c *Compiled) Sentences(lang string) []Line {
	lines := []Line{{Sentence: say(lang, "rules.heading_"+string(c.unit))}}
	for i := range c.nodes {
		n := &c.nodes[i]
		if i == c.require {
			lines = append(lines, Line{Reject: true, Sentence: say(lang, "rules.heading_reject")})
		}
		sentence := c.vocab.Sentence(n.clause, lang)
		if n.clause.group() {
			sentence = c.vocab.question(n.clause, lang)
		}
		lines = append(lines, Line{ID: n.clause.ID, Number: n.number, Depth: n.depth, Reject: n.reject, Sentence: sentence})
	}
	return lines
}

// numbers gives the outermost clauses 1, 2, … through both lists, and letters
// to the members of groups.
func (c *Compiled) numbers() {
	var walk func(from, to int, prefix string)
	walk = func(from, to int, prefix string) {
		for i, k := from, 0; i < to; i, k = c.nodes[i].end, k+1 {
			c.nodes[i].number = prefix + letter(k)
			if prefix == "" {
				c.nodes[i].number = strconv.Itoa(k + 1)
			}
			walk(i+1, c.nodes[i].end, c.nodes[i].number)
		}
	}
	walk(0, len(c.nodes), "")
}

// text joins the value with the demand: "Desil 3 (syarat: 1 sampai 5)".
func (c *Compiled) text(i int, s *Subject, today civil.Date, lang string) string {
	n := &c.nodes[i]
	if n.clause.group() {
		var parts []string
		for j := i + 1; j < n.end; j = c.nodes[j].end {
			parts = append(parts, c.text(j, s, today, lang))
		}
		return c.vocab.question(n.clause, lang) + " " + strings.Join(parts, "; ")
	}
	key := "rules.demand_require"
	if n.reject {
		key = "rules.demand_reject"
	}
	demand := c.vocab.demand(n.clause, lang)
	switch n.kind {
	case Receives, Fact, ReceivesNot, FactNot, InDesa, Alive, Head, Component:
		demand = say(lang, "rules.short."+string(n.kind))
	}
	return say(lang, key, c.value(n, s, today, lang), demand)
}

// value says what is known about s for the question of n.
func (c *Compiled) value(n *node, s *Subject, today civil.Date, lang string) string {
	switch n.kind {
	case Age:
		return ageValue(n, s, today, lang)
	case Desil:
		return desilValue(s, lang)
	case Domicile:
		if s.Village == "" {
			return say(lang, "rules.value.no_place")
		}
		return say(lang, "rules.value.place", c.vocab.area(s.Village))
	case Receives, ReceivesNot:
		return c.namedValue(n, &s.Receives, &s.FamilyReceives, c.vocab.Programs, "rules.value.receives", lang)
	case Fact, FactNot:
		return c.namedValue(n, &s.Facts, &s.FamilyFacts, c.vocab.Facts, "rules.value.fact", lang)
	case Component:
		return c.namedValue(n, &s.Components, &s.Components, c.vocab.Components, "rules.value.component", lang)
	case Sex:
		if s.Sex == "" {
			return say(lang, "rules.value.no_sex")
		}
		return say(lang, "rules.value.sex", sexName(s.Sex, lang))
	}
	return say(lang, "rules.value."+string(n.kind)+"_"+n.ask(s, today).String())
}

func ageValue(n *node, s *Subject, today civil.Date, lang string) string {
	at := n.at
	if at.IsZero() {
		at = today
	}
	oldest, youngest := s.Birth.Age(at), s.BirthLast.Age(at)
	switch {
	case s.Birth.IsZero():
		return say(lang, "rules.value.no_birth")
	case oldest < 0:
		return say(lang, "rules.value.bad_birth")
	case s.BirthLast.IsZero() || youngest == oldest:
		return say(lang, "rules.value.age", oldest)
	}
	return say(lang, "rules.value.age_between", youngest, oldest)
}

func desilValue(s *Subject, lang string) string {
	switch {
	case s.DesilState == DesilUnranked:
		return say(lang, "rules.value.desil_unranked")
	case s.DesilState != DesilRanked || s.Desil < 1 || s.Desil > maxDesil:
		return say(lang, "rules.value.desil_absent")
	}
	return say(lang, "rules.value.desil", s.Desil)
}

// namedValue lists the terms that hold, or else those that are not known, or
// else says that none holds.
func (c *Compiled) namedValue(n *node, person, family *Truths, vocab []Term, key, lang string) string {
	var yes, open []string
	for i := range vocab {
		if n.terms[i>>6]&(1<<(i&63)) == 0 {
			continue
		}
		t := person.At(i)
		if n.family {
			t = t.Or(family.At(i))
		}
		name := termName(vocab[i].Code, vocab, lang)
		switch t {
		case Yes:
			yes = append(yes, name)
		case Unknown:
			open = append(open, name)
		}
	}
	switch {
	case len(yes) > 0:
		return say(lang, key+"_yes", join(yes, say(lang, "rules.and")))
	case len(open) > 0:
		return say(lang, key+"_unknown", join(open, say(lang, "rules.and")))
	}
	return say(lang, key+"_no", c.vocab.demand(n.clause, lang))
}

func (v *Vocabulary) area(a region.Code) string {
	if v.Area != nil {
		if name := v.Area(a); name != "" {
			return name
		}
	}
	return a.Dotted()
}
