package evidence

import (
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Grade says how good the evidence of a death is (domain brief §1.4): A akta
// kematian, B surat keterangan of the village head or a health facility, C
// burial book or RT, D a field worker or payer, E rumour. "" is ungraded.
type Grade string

// The grades, best first.
const (
	GradeA Grade = "A"
	GradeB Grade = "B"
	GradeC Grade = "C"
	GradeD Grade = "D"
	GradeE Grade = "E"
)

// Known reports whether g is A to E.
func (g Grade) Known() bool { return len(g) == 1 && g >= GradeA && g <= GradeE }

// Ends reports whether g is good enough to end an entitlement; C to E only
// suspend it.
func (g Grade) Ends() bool { return g == GradeA || g == GradeB }

// better reports whether g is better evidence than h; ungraded is the weakest.
func (g Grade) better(h Grade) bool {
	switch {
	case g == h || g == "":
		return false
	case h == "":
		return true
	}
	return g < h
}

// Fact is one dated statement of one source. Person or Family may be unknown,
// never both. Facts are added, ended or retracted, never rewritten.
type Fact struct {
	ID       id.Fact
	Kind     Kind
	Person   id.Person
	Family   id.Family // of the person when it was stated, or of the card
	Village  region.Code
	Source   string // agency or village
	Grade    Grade
	Value    string       // programme code of Receives
	Amount   money.Rupiah // of Receives, as the source states it; 0 is unknown
	On       civil.Date   // day of death, of the move, of the list
	Until    civil.Date   // last day it holds; zero: it still does
	Document string       // number of the certificate or letter
	// StatedName and StatedBirth are as the source writes them, so that a
	// reviewer sees whether it means this person.
	StatedName  string
	StatedBirth civil.Date
	Note        string
	Batch       id.Batch
	Row         int
	At          db.Time // when we learned it
	By          id.User // who brought it in
	ByName      string
	Retracted   db.Time // withdrawn by its source or by us; zero: it stands
	Reason      string  // why it was retracted
}

// Check reports the first thing that makes f impossible to store.
func (f Fact) Check() error {
	switch {
	case !f.Kind.Known():
		return fault.NewInvalid("evidence.kind_unknown").At("kind")
	case f.Person == "" && (f.Family == "" || f.Kind != Receives):
		return fault.NewInvalid("evidence.subject_missing").At("person")
	case f.Grade != "" && !f.Grade.Known(), f.Kind == Death && f.Grade == "":
		return fault.NewInvalid("evidence.grade_unknown").At("grade")
	case f.Kind == Receives && f.Value == "":
		return fault.NewInvalid("evidence.program_missing").At("value")
	case strings.ContainsAny(f.Value, " \t\n"):
		return fault.NewInvalid("evidence.program_shape").At("value")
	case strings.TrimSpace(f.Source) == "":
		return fault.NewInvalid("evidence.source_missing").At("source")
	case f.Amount < 0:
		return fault.NewInvalid("evidence.amount_negative").At("amount")
	}
	return nil
}

// Standing reports whether f counts on day: not retracted and not over.
func (f Fact) Standing(day civil.Date) bool {
	return f.Retracted.IsZero() && (f.Until.IsZero() || !f.Until.Before(day))
}

// key names what f says, so that the same statement is not stored twice.
type key struct {
	kind     Kind
	person   id.Person
	family   id.Family
	source   string
	grade    Grade
	value    string
	on       civil.Date
	document string
}

func (f Fact) key() key {
	k := key{kind: f.Kind, person: f.Person, source: f.Source, grade: f.Grade, value: f.Value, on: f.On, document: f.Document}
	if f.Person == "" {
		k.family = f.Family
	}
	return k
}

// best returns the position of the fact to cite: best grade, then the first
// that arrived. It is -1 for no facts.
func best(facts []Fact) int {
	at := -1
	for i := range facts {
		switch {
		case at < 0, facts[i].Grade.better(facts[at].Grade):
			at = i
		case facts[i].Grade == facts[at].Grade && facts[i].ID < facts[at].ID:
			at = i
		}
	}
	return at
}

// Contradiction is something that does not fit a death or move, for people to
// weigh. Its sentence is "evidence.contra.<Key>" with Args.
type Contradiction struct {
	Key  string // "dates", "aid_after", "record_dead_earlier"
	Args []any
}

// Contradictions compares the standing facts about one person and the family:
// sources that name different days, and aid stated as received after the day
// (domain brief §5.5, D13).
func Contradictions(kind Kind, facts []Fact) []Contradiction {
	if kind != Death && kind != Left {
		return nil
	}
	var days []civil.Date
	var out []Contradiction
	for _, f := range facts {
		if f.Kind == kind && f.Retracted.IsZero() && !f.On.IsZero() && !slices.Contains(days, f.On) {
			days = append(days, f.On)
		}
	}
	slices.SortFunc(days, civil.Date.Compare)
	if len(days) > 1 {
		out = append(out, Contradiction{"dates", []any{len(days), days[0], days[len(days)-1]}})
	}
	if len(days) == 0 {
		return out
	}
	for _, f := range facts {
		if f.Kind == Receives && f.Retracted.IsZero() && f.Person != "" && f.On.After(days[0]) {
			out = append(out, Contradiction{"aid_after", []any{f.Value, f.On, f.Source}})
		}
	}
	return out
}
