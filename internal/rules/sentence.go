package rules

import (
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/i18n"
	"tepat/internal/nik"
)

// texts are the sentences of this package, Indonesian and English.
var texts = i18n.MustBook(Texts)

// say fills the sentence key; see i18n.Book.Say.
func say(lang, key string, args ...any) string { return texts.Say(lang, key, args...) }

// Sentence says c in one sentence for print, with codes in place of names.
func (c *Clause) Sentence(lang string) string { return (&Vocabulary{}).Sentence(c, lang) }

// Sentence says c in one sentence for print, with the names of v.
func (v *Vocabulary) Sentence(c *Clause, lang string) string {
	s := v.question(c, lang)
	if c.group() {
		parts := make([]string, len(c.Clauses))
		for i := range c.Clauses {
			parts[i] = letter(i) + ") " + v.Sentence(&c.Clauses[i], lang)
		}
		return s + " " + strings.Join(parts, "; ")
	}
	switch c.IfUnknown {
	case Pass:
		s += " " + say(lang, "rules.say.unknown_pass")
	case Fail:
		s += " " + say(lang, "rules.say.unknown_fail")
	}
	return s
}

// question says c without its policy and, for a group, without its members.
func (v *Vocabulary) question(c *Clause, lang string) string {
	key := "rules.say." + string(c.Kind)
	switch c.Kind {
	case Age, MemberAge:
		return say(lang, key, v.demand(c, lang), onDay(c.At, lang))
	case Receives, ReceivesNot, Fact, FactNot:
		return say(lang, key, v.demand(c, lang), say(lang, "rules.scope_"+string(c.Scope)))
	case Desil, Domicile, Component, Sex:
		return say(lang, key, v.demand(c, lang))
	}
	return say(lang, key)
}

// demand is the bare parameter of c: "1 sampai 5", "PKH atau Sembako".
func (v *Vocabulary) demand(c *Clause, lang string) string {
	switch c.Kind {
	case Age, MemberAge:
		return say(lang, "rules.years", between(c, lang))
	case Desil:
		return between(c, lang)
	case Domicile:
		return v.places(c, lang)
	case Receives, ReceivesNot:
		return v.programs(c, lang)
	case Fact, FactNot:
		return names(c.Facts, v.Facts, lang, "rules.or")
	case Component:
		return names(c.Components, v.Components, lang, "rules.or")
	case Sex:
		return sexName(c.Sex, lang)
	}
	return ""
}

func between(c *Clause, lang string) string {
	switch {
	case c.Min == nil && c.Max == nil:
		return "?"
	case c.Max == nil:
		return say(lang, "rules.at_least", *c.Min)
	case c.Min == nil:
		return say(lang, "rules.at_most", *c.Max)
	case *c.Min == *c.Max:
		return strconv.Itoa(*c.Min)
	}
	return say(lang, "rules.between", *c.Min, *c.Max)
}

func onDay(at civil.Date, lang string) string {
	if at.IsZero() {
		return say(lang, "rules.decree_day")
	}
	return at.Long(lang)
}

func (v *Vocabulary) programs(c *Clause, lang string) string {
	if len(c.Programs) != 1 || c.Programs[0] != AnyProgram {
		return names(c.Programs, v.Programs, lang, "rules.or")
	}
	if len(c.Except) == 0 {
		return say(lang, "rules.any_aid")
	}
	return say(lang, "rules.any_aid_but", names(c.Except, v.Programs, lang, "rules.and"))
}

func (v *Vocabulary) places(c *Clause, lang string) string {
	out := make([]string, len(c.Areas))
	for i, a := range c.Areas {
		out[i] = v.area(a)
	}
	return join(out, say(lang, "rules.or"))
}

func names(codes []string, terms []Term, lang, conjunction string) string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = termName(code, terms, lang)
	}
	return join(out, say(lang, conjunction))
}

// termName prefers the vocabulary's name, then the well-known one, then the
// code itself without underscores.
func termName(code string, terms []Term, lang string) string {
	if i := find(terms, code); i >= 0 && terms[i].NameID != "" {
		if lang == "en" && terms[i].NameEN != "" {
			return terms[i].NameEN
		}
		return terms[i].NameID
	}
	if texts.Has("rules.term." + code) {
		return say(lang, "rules.term."+code)
	}
	return strings.ReplaceAll(code, "_", " ")
}

// join writes "a, b atau c".
func join(parts []string, conjunction string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " " + conjunction + " " + parts[last]
}

func sexName(s nik.Sex, lang string) string {
	switch s {
	case nik.Male:
		return say(lang, "rules.male")
	case nik.Female:
		return say(lang, "rules.female")
	}
	return "?"
}

// letter numbers the members of a group: a…z, then aa, ab, …
func letter(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letter(i/26-1) + letter(i%26)
}
