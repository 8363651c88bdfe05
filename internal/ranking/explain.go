package ranking

import (
	"strings"

	"tepat/internal/i18n"
	"tepat/internal/money"
	"tepat/internal/region"
)

// texts are the sentences of this package, Indonesian and English.
var texts = i18n.MustBook(Texts)

// say fills the sentence key; see i18n.Book.Say.
func say(lang, key string, args ...any) string { return texts.Say(lang, key, args...) }

// number spells n for people: "12.480" in Indonesian, "12,480" in English.
func number(n int64, lang string) string {
	s := money.Group(n)
	if lang == "en" {
		s = strings.ReplaceAll(s, ".", ",")
	}
	return s
}

func nth(n int, lang string) string { return number(int64(n), lang) }

// KeyName names a key for people, its bare name when it is not a known one.
func KeyName(name, lang string) string {
	if texts.Has("ranking.key." + name) {
		return say(lang, "ranking.key."+name)
	}
	return strings.ReplaceAll(name, "_", " ")
}

// areaName spells an area through name, which may be nil.
func areaName(area region.Code, name func(region.Code) string) string {
	if name != nil {
		if s := name(area); s != "" {
			return s
		}
	}
	return area.Dotted()
}

// Sentences prints the rule for screen, decree and minutes: the keys in order,
// the draw, quota, budget, floors and reserve. name spells areas; it may be nil.
func (s *Spec) Sentences(lang string, name func(region.Code) string) []string {
	var out []string
	for _, k := range s.Keys {
		out = append(out, say(lang, "ranking.say.key_"+string(k.Order), KeyName(k.Name, lang))+" "+say(lang, "ranking.say.missing_"+string(k.Missing)))
	}
	out = append(out, say(lang, "ranking.say.draw", s.Seed), say(lang, "ranking.say.quota", nth(s.Quota, lang)))
	if s.Budget > 0 {
		out = append(out, say(lang, "ranking.say.budget", s.Budget.String()))
	}
	for _, f := range s.Floors {
		out = append(out, say(lang, "ranking.say.floor", nth(f.Min, lang), areaName(f.Area, name)))
	}
	return append(out, say(lang, "ranking.say.reserve", nth(s.Reserve, lang)))
}

// Why explains the place with the given rank in plain sentences: how it stands,
// what parts it from the line or from the place above, and what is not known of
// it. It returns nil when there is no such rank. name spells areas; it may be nil.
func (r *Result) Why(at int, lang string, name func(region.Code) string) []string {
	if at < 1 || at > len(r.Places) {
		return nil
	}
	p := &r.Places[at-1]
	out := []string{r.standing(p, lang, name)}
	if s := r.against(p, lang); s != "" {
		out = append(out, s)
	}
	for k := range r.Spec.Keys {
		if p.Missing>>k&1 != 0 {
			key := "ranking.why.missing"
			if k == 0 {
				key = "ranking.why.unranked"
			}
			out = append(out, say(lang, key, KeyName(r.Spec.Keys[k].Name, lang)))
		}
	}
	return out
}

func (r *Result) standing(p *Place, lang string, name func(region.Code) string) string {
	at := nth(p.Rank, lang)
	switch {
	case p.State == Out:
		return r.departed(p, lang)
	case p.State == In && p.Replaces > 0 && p.Floor != "":
		return say(lang, "ranking.why.replaces_floor", at, nth(p.Replaces, lang), nth(p.ReserveNo, lang), areaName(p.Floor, name))
	case p.State == In && p.Replaces > 0:
		return say(lang, "ranking.why.replaces", at, nth(p.Replaces, lang), nth(p.ReserveNo, lang))
	case p.State == In && p.Floor != "":
		return say(lang, "ranking.why.floor", at, areaName(p.Floor, name))
	case p.State == In:
		return say(lang, "ranking.why.in", at, nth(r.Spec.Quota, lang))
	}
	s := say(lang, "ranking.why.below", at)
	if p.State == Reserve {
		s = say(lang, "ranking.why.reserve", at, nth(p.ReserveNo, lang))
	}
	switch {
	case p.Displaced:
		return s + " " + say(lang, "ranking.why.displaced")
	case r.Limit == BudgetLimit:
		return s + " " + say(lang, "ranking.why.budget", r.Spec.Budget.String(), nth(r.Line, lang))
	}
	return s + " " + say(lang, "ranking.why.quota", nth(r.Spec.Quota, lang), nth(r.Line, lang))
}

func (r *Result) departed(p *Place, lang string) string {
	for _, x := range r.Replacements {
		if x.Dropped == p.Rank && x.By > 0 {
			return say(lang, "ranking.why.replaced", nth(p.Rank, lang), nth(x.By, lang))
		}
		if x.Dropped == p.Rank {
			return say(lang, "ranking.why.open", nth(p.Rank, lang))
		}
	}
	return say(lang, "ranking.why.out", nth(p.Rank, lang))
}

// against compares p with the place that matters to him: the last above the
// line when he is not in, else the one directly above.
func (r *Result) against(p *Place, lang string) string {
	other := p.Rank - 1
	if p.State != In && r.Line > 0 && r.Line < p.Rank {
		other = r.Line
	}
	if other < 1 || p.State == Out {
		return ""
	}
	o := &r.Places[other-1]
	_, by := compare(&r.Spec, &o.Candidate, &p.Candidate)
	if by == ByDraw {
		return say(lang, "ranking.why.draw", nth(other, lang), r.Spec.Seed)
	}
	return say(lang, "ranking.why.key", nth(other, lang), KeyName(r.Spec.Keys[by].Name, lang), value(o, by, lang), value(p, by, lang))
}

func value(p *Place, k int, lang string) string {
	if p.Missing>>k&1 != 0 {
		return say(lang, "ranking.why.no_value")
	}
	return number(p.Keys[k], lang)
}
