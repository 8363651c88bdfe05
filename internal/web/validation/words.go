package validation

import (
	"strings"

	"tepat/internal/evidence"
	"tepat/internal/web/page"
)

// tones of the states: amber where somebody must act, red for nothing here:
// an indication is not a verdict.
var tones = map[evidence.State]page.Tone{
	evidence.Indicated: page.Warn, evidence.Proven: page.Warn, evidence.Unproven: page.Warn, evidence.Reviving: page.Warn,
	evidence.Confirmed: page.Info, evidence.Cancelled: page.Plain,
}

func stateTag(r *page.Request, i evidence.Indication) page.Tag {
	return page.Tag{Text: r.T("evidence.state." + string(i.State)), Tone: tones[i.State]}
}

// by names who said so last, for the line below the state.
func by(r *page.Request, i evidence.Indication) string {
	switch i.State {
	case evidence.Proven, evidence.Unproven:
		return r.T("validation.by", i.DecidedName)
	case evidence.Reviving:
		return r.T("validation.by", i.RevivedName)
	case evidence.Confirmed:
		return r.T("validation.by_two", i.DecidedName, i.ConfirmedName)
	case evidence.Indicated:
		if i.ConfirmedName != "" {
			return r.T("validation.returned_by", i.ConfirmedName)
		}
	}
	return ""
}

// evidenceWord is the best evidence in words: "akta kematian (A)".
func evidenceWord(r *page.Request, kind evidence.Kind, grade evidence.Grade) string {
	if grade == "" {
		return r.T("validation.listed." + string(kind))
	}
	return r.T("validation.graded", r.T("evidence.grade."+string(grade)), string(grade))
}

func head(r *page.Request, l evidence.Line) string {
	if l.HeadName == "" {
		return r.T("validation.no_family")
	}
	return r.T("validation.head", l.HeadName)
}

func programCount(codes string) int { return len(strings.Fields(codes)) }

// programs lists codes for people.
func programs(r *page.Request, codes string) string {
	if codes == "" {
		return r.T("validation.no_aid")
	}
	return strings.Join(strings.Fields(codes), ", ")
}

func amount(r *page.Request, l evidence.Line) string {
	if l.Amount == 0 {
		return ""
	}
	return r.P().Rupiah(l.Amount)
}

// stake is what the family's aid has to do with it, beside the verdict.
func stake(r *page.Request, m evidence.Detail) *page.Tag {
	switch {
	case m.Programs == "":
		return &page.Tag{Text: r.T("validation.stake_none")}
	case m.Amount == 0:
		return &page.Tag{Text: r.T("validation.stake_programs", programs(r, m.Programs)), Tone: page.Warn}
	}
	return &page.Tag{Text: r.T("validation.stake_amount", programs(r, m.Programs), m.Amount), Tone: page.Warn}
}

// verdict is what the officer reads first: the statement as a sentence, and
// what speaks against it. It says what a source says, never what is so.
func verdict(r *page.Request, m evidence.Detail) page.Verdict {
	key := "validation.says." + string(m.Kind)
	if m.On.IsZero() {
		key += "_undated"
	}
	v := page.Verdict{Title: r.T(key, m.Source, m.Name, m.On), Stake: stake(r, m), Tags: []page.Tag{stateTag(r, m.Indication)}, Text: standing(r, m)}
	var against []string
	for _, c := range m.Contradictions {
		against = append(against, r.T("evidence.contra."+c.Key, c.Args...)+".")
	}
	v.Against = strings.Join(against, " ")
	return v
}

// standing says what has been said so far, and by whom.
func standing(r *page.Request, m evidence.Detail) string {
	switch m.State {
	case evidence.Proven:
		return r.T("validation.stands.proven", m.DecidedName, m.Indication.Reason)
	case evidence.Unproven:
		return r.T("validation.stands.unproven", m.DecidedName, m.Indication.Reason)
	case evidence.Reviving:
		return r.T("validation.stands.reviving", m.RevivedName, m.RevivedWhy)
	case evidence.Confirmed:
		return r.T("validation.stands.confirmed", m.DecidedName, m.ConfirmedName)
	case evidence.Cancelled:
		return r.T("validation.stands.cancelled")
	}
	if m.Indication.Note != "" {
		return r.T("validation.stands.returned", m.ConfirmedName, m.Indication.Note)
	}
	return r.T("validation.stands.indicated." + string(m.Severity))
}

// effects lists what follows from either answer, before it is given.
func effects(r *page.Request, m evidence.Detail) []string {
	if m.State == evidence.Cancelled {
		return nil
	}
	var out []string
	switch m.Kind {
	case evidence.Death:
		if m.Grade.Ends() {
			out = append(out, r.T("validation.effect.death_ends", m.On))
		} else {
			out = append(out, r.T("validation.effect.death_holds", r.T("evidence.grade."+string(m.Grade))))
		}
	default:
		out = append(out, r.T("validation.effect."+string(m.Kind)))
	}
	return append(out, r.T("validation.effect.unproven"), r.T("validation.effect.two"))
}

// reasons offers the sentences that officers give most often.
func reasons(kind evidence.Kind) []string {
	common := []string{"document", "checked"}
	switch kind {
	case evidence.Death:
		return append(common, "alive", "wrong_person", "other")
	case evidence.Left:
		return append(common, "stays", "came_back", "wrong_person", "other")
	}
	return append(common, "left_service", "wrong_person", "other")
}

// reasonText is the sentence that is kept: the chosen one and what was typed.
func reasonText(r *page.Request, a answer) string {
	note := strings.TrimSpace(a.note)
	for _, k := range append(reasons(evidence.Death), append(reasons(evidence.Left), reasons(evidence.ASN)...)...) {
		if k != a.reason || k == "other" {
			continue
		}
		if note == "" {
			return r.T("validation.reason." + k)
		}
		return r.T("validation.reason."+k) + ": " + note
	}
	return note
}
