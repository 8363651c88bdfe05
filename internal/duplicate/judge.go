package duplicate

import (
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Judgement is a person's word on a suspicion.
type Judgement struct {
	Verdict Verdict
	Reason  string // one of Reasons
	Note    string
	Then    Then // of a row that is somebody else
	Version int  // as read
}

const maxNote = 500

// tidy folds every kind of blank.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// check judges j without the database.
func (j *Judgement) check(s *Suspicion) error {
	j.Note = tidy(j.Note)
	switch {
	case reasons[j.Verdict] == nil:
		return fault.NewInvalid("duplicate.verdict").At("verdict")
	case !slices.Contains(reasons[j.Verdict], j.Reason):
		return fault.NewInvalid("duplicate.reason_missing").At("reason")
	case len([]rune(j.Note)) > maxNote:
		return fault.NewInvalid("duplicate.note_long", maxNote).At("note")
	case j.Verdict == VerdictDifferent && s.Kind == Row && j.Then != ThenNew && j.Then != ThenLeave:
		return fault.NewInvalid("duplicate.then_missing").At("then")
	case s.Version != j.Version:
		return fault.NewConflict("duplicate.changed_meanwhile", s.NameA, s.NameB)
	case !s.State.Waits():
		return fault.NewConflict("duplicate.decided", s.NameA, s.NameB)
	}
	return nil
}

// judged notes the word and who said it.
func (s *Suspicion) judged(j Judgement, actor db.Actor, now db.Time, second bool) {
	s.Verdict, s.Reason, s.Note, s.Second = j.Verdict, j.Reason, j.Note, second
	s.JudgedBy, s.JudgedName, s.JudgedAt = actor.User, actor.Name, now
	s.Follow = ""
	if s.Kind == Row && j.Verdict == VerdictDifferent {
		s.Follow = j.Then
	}
}

// forget takes the word back.
func (s *Suspicion) forget() {
	s.State, s.Verdict, s.Reason, s.Note, s.Follow, s.Second, s.Merge = Open, "", "", "", "", false, ""
	s.JudgedBy, s.JudgedName, s.JudgedAt = "", "", db.Time{}
	s.ConfirmedBy, s.ConfirmName, s.ConfirmedAt = "", "", db.Time{}
}

// undoable reports whether user may take back what was said last: the first
// person until a second one has confirmed, and then the second.
func (s *Suspicion) undoable(user id.User) bool {
	switch s.State {
	case Proposed, Field, Different, Left:
		return s.JudgedBy == user
	case Same:
		return s.ConfirmedBy == "" && s.JudgedBy == user || s.ConfirmedBy != "" && s.ConfirmedBy == user
	}
	return false
}
