package evidence

import (
	"regexp"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// State is where an indication stands.
type State string

// The states (domain brief §11). Their names for people are "evidence.state.<state>".
const (
	Indicated State = "indicated" // a source says so, nobody has looked
	Proven    State = "proven"    // one person says: so it is
	Unproven  State = "unproven"  // one person says: it is not so
	Confirmed State = "confirmed" // a second person agrees that it is so
	Reviving  State = "reviving"  // one person wants a confirmed one undone ("hidupkan")
	Cancelled State = "cancelled" // two people agree that it is not so
)

// States lists every state.
func States() []State { return []State{Indicated, Proven, Unproven, Confirmed, Reviving, Cancelled} }

// Open reports whether people still have to act.
func (s State) Open() bool { return s != Confirmed && s != Cancelled }

// Waiting reports whether a second person has to act.
func (s State) Waiting() bool { return s == Proven || s == Unproven || s == Reviving }

// Severity says whether money waits for the outcome.
type Severity string

// A hold stops payment; a look does not.
const (
	HoldPayment Severity = "hold"
	LookFirst   Severity = "look"
)

// Indication is one matter about one person: what a source says against an
// entitlement, and what people made of it.
type Indication struct {
	ID       id.Indication
	Kind     Kind
	Person   id.Person
	Family   id.Family // of the person when it was opened; may be empty
	Village  region.Code
	Fact     id.Fact      // the best evidence cited
	Programs string       // codes that the family receives, sorted, separated by spaces
	Amount   money.Rupiah // what the family receives as the sources state it
	Severity Severity
	State    State
	Ended    bool // confirmed with evidence good enough to write it into the registry

	DecidedBy   id.User
	DecidedName string
	DecidedAt   db.Time
	Reason      string

	ConfirmedBy   id.User // the second person; also the one who sent it back
	ConfirmedName string
	ConfirmedAt   db.Time
	Note          string

	RevivedBy   id.User // who asked to undo a confirmed one
	RevivedName string
	RevivedAt   db.Time
	RevivedWhy  string

	OpenedAt db.Time
	ClosedAt db.Time // when it was cancelled
	Batch    id.Batch
	Version  int
}

// weigh orders the queue: rupiah first, then the number of programmes, so that
// aid of unknown amount still comes before none.
func weigh(programs string, amount money.Rupiah) int64 {
	return int64(amount) + int64(len(strings.Fields(programs)))
}

// severity of a kind in a state. A death stops payment from the first word on;
// other kinds once somebody has looked and said so.
func severity(kind Kind, state State) Severity {
	switch {
	case state == Cancelled:
		return LookFirst
	case kind.trait().holds, state == Proven, state == Confirmed, state == Reviving:
		return HoldPayment
	}
	return LookFirst
}

// The four moves of the state machine. Each checks what does not need the
// database; the commands add the working area and the officers' families.

// decide is the first person's word.
func (i *Indication) decide(proven bool, reason string, actor db.Actor, now db.Time) error {
	switch {
	case actor.User == "":
		return fault.NewDenied("evidence.nobody")
	case i.State != Indicated:
		return fault.NewConflict("evidence.already_decided")
	case !sayable(reason):
		return fault.NewInvalid("evidence.reason_missing").At("reason")
	}
	i.State = Unproven
	if proven {
		i.State = Proven
	}
	i.DecidedBy, i.DecidedName, i.DecidedAt, i.Reason = actor.User, actor.Name, now, tidy(reason)
	i.ConfirmedBy, i.ConfirmedName, i.ConfirmedAt, i.Note = "", "", db.Time{}, ""
	i.Severity = severity(i.Kind, i.State)
	return nil
}

// withdraw takes the first person's word back while nobody has built on it.
func (i *Indication) withdraw(actor db.Actor) error {
	switch {
	case i.State != Proven && i.State != Unproven:
		return fault.NewConflict("evidence.nothing_to_withdraw")
	case actor.User == "" || actor.User != i.DecidedBy:
		return fault.NewDenied("evidence.not_yours")
	}
	i.reopen()
	return nil
}

// reopen puts i back to where nobody has decided.
func (i *Indication) reopen() {
	i.State = Indicated
	i.DecidedBy, i.DecidedName, i.DecidedAt, i.Reason = "", "", db.Time{}, ""
	i.Severity = severity(i.Kind, i.State)
}

// confirm is the second person's word on what the first one said.
func (i *Indication) confirm(agree bool, note string, actor db.Actor, now db.Time) error {
	first := i.DecidedBy
	if i.State == Reviving {
		first = i.RevivedBy
	}
	switch {
	case actor.User == "":
		return fault.NewDenied("evidence.nobody")
	case !i.State.Waiting():
		return fault.NewConflict("evidence.not_waiting")
	case actor.User == first:
		return fault.NewDenied("evidence.same_person")
	case !agree && !sayable(note):
		return fault.NewInvalid("evidence.note_missing").At("note")
	}
	was := i.State
	switch {
	case was == Reviving && !agree:
		i.State = Confirmed
		i.RevivedBy, i.RevivedName, i.RevivedAt, i.RevivedWhy = "", "", db.Time{}, ""
		i.Severity = severity(i.Kind, i.State)
		return nil
	case !agree:
		i.reopen()
	case was == Proven:
		i.State = Confirmed
	default: // unproven, or a revival that both want
		i.State, i.ClosedAt = Cancelled, now
	}
	if was != Reviving {
		i.ConfirmedBy, i.ConfirmedName, i.ConfirmedAt, i.Note = actor.User, actor.Name, now, tidy(note)
	}
	i.Severity = severity(i.Kind, i.State)
	return nil
}

// revive asks to undo a confirmed indication.
func (i *Indication) revive(reason string, actor db.Actor, now db.Time) error {
	switch {
	case actor.User == "":
		return fault.NewDenied("evidence.nobody")
	case i.State != Confirmed:
		return fault.NewConflict("evidence.not_confirmed")
	case !sayable(reason):
		return fault.NewInvalid("evidence.reason_missing").At("reason")
	}
	i.State = Reviving
	i.RevivedBy, i.RevivedName, i.RevivedAt, i.RevivedWhy = actor.User, actor.Name, now, tidy(reason)
	return nil
}

var sixteen = regexp.MustCompile(`[0-9]{16}`)

// tidy trims what somebody typed and masks the numbers of people in it: it
// goes into the log.
func tidy(text string) string {
	return sixteen.ReplaceAllStringFunc(strings.TrimSpace(text), func(digits string) string { return nik.NIK(digits).String() })
}

// sayable reports whether a reason says something: four letters at least.
func sayable(reason string) bool { return len(strings.TrimSpace(reason)) >= 4 }
