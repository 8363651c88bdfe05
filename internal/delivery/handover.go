package delivery

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/program"
)

// Outcome is what a stored hand-over means in the books.
type Outcome string

// Officers say Given or NotGiven. Duplicate and Stray are how the server files
// a well-formed statement that cannot count: money given on a line that is
// already paid, money given to somebody who must not be paid now, or anything
// else about a line that cannot take it. Nothing
// well-formed is thrown away: it may be a physical fact (Duplicate is money
// that may have left twice). A Reversal takes a Given back.
const (
	Given     Outcome = "given"
	NotGiven  Outcome = "not_given"
	Duplicate Outcome = "duplicate"
	Stray     Outcome = "stray"
	Reversal  Outcome = "reversal"
)

// Receivers of money.
const (
	Self  = "self"
	Proxy = "proxy"
)

// Statement is what an officer says about one line. ID is minted by the sender
// before the first attempt and never expires: sending the same again
// gives the same answer.
type Statement struct {
	ID           id.Handover  `json:"id"`
	Line         id.PayLine   `json:"line"`
	Outcome      Outcome      `json:"outcome"` // Given or NotGiven
	Reason       Reason       `json:"reason,omitempty"`
	Receiver     string       `json:"receiver,omitempty"` // Self or Proxy, when given
	ReceiverName string       `json:"receiver_name,omitempty"`
	Relation     string       `json:"relation,omitempty"` // of a proxy, one of account.Relations
	Note         string       `json:"note,omitempty"`
	Amount       money.Rupiah `json:"amount"`
	DeviceAt     string       `json:"device_at,omitempty"` // the sender's clock; kept, never believed
}

// check judges what needs no database.
func (f Statement) check() error {
	switch {
	case !id.Valid(string(f.ID)):
		return fault.NewInvalid("delivery.id").At("id")
	case !id.Valid(string(f.Line)):
		return fault.NewNotFound("delivery.line_gone")
	case f.Outcome != Given && f.Outcome != NotGiven:
		return fault.NewInvalid("delivery.outcome").At("outcome")
	case f.Amount < 0 || f.Amount > MaxAmount:
		return fault.NewInvalid("delivery.amount", MaxAmount).At("amount")
	case len([]rune(f.Note)) > maxNote:
		return fault.NewInvalid("delivery.note_long", maxNote).At("note")
	case len(f.DeviceAt) > 40:
		return fault.NewInvalid("delivery.device_at").At("device_at")
	case f.Outcome == NotGiven && !f.Reason.Known():
		return fault.NewInvalid("delivery.reason").At("reason")
	case f.Outcome == NotGiven && (f.Receiver != "" || f.ReceiverName != "" || f.Relation != ""):
		return fault.NewInvalid("delivery.receiver").At("receiver")
	case f.Outcome == Given && f.Reason != "":
		return fault.NewInvalid("delivery.outcome").At("outcome")
	}
	// PostgreSQL stores no NUL and no broken text, and would refuse the batch for it.
	for field, text := range map[string]string{"note": f.Note, "receiver_name": f.ReceiverName, "device_at": f.DeviceAt} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fault.NewInvalid("delivery.text").At(field)
		}
	}
	if f.Outcome == NotGiven {
		return nil
	}
	return f.checkReceiver()
}

func (f Statement) checkReceiver() error {
	switch {
	case f.Receiver != Self && f.Receiver != Proxy:
		return fault.NewInvalid("delivery.receiver").At("receiver")
	case f.Receiver == Self && (f.ReceiverName != "" || f.Relation != ""):
		return fault.NewInvalid("delivery.receiver").At("receiver")
	case f.Receiver == Proxy && (len([]rune(f.ReceiverName)) < 3 || len([]rune(f.ReceiverName)) > maxTitle):
		return fault.NewInvalid("delivery.proxy_name").At("receiver_name")
	case f.Receiver == Proxy && !slices.Contains(account.Relations(), f.Relation):
		return fault.NewInvalid("delivery.proxy_relation").At("relation")
	}
	return nil
}

// leaves is the state in which f leaves a pending line.
func (f Statement) leaves() LineState {
	switch {
	case f.Outcome == Given:
		return Paid
	case f.Reason.Final():
		return Failed
	}
	return Pending
}

// digest is the SHA-256 over every field with its length before it, so that
// two different statements never share bytes.
func (f Statement) digest() string {
	var buf []byte
	for _, s := range []string{"tepat/handover/1", string(f.ID), string(f.Line), string(f.Outcome), string(f.Reason), f.Receiver,
		f.ReceiverName, f.Relation, f.Note, f.DeviceAt} {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	buf = binary.BigEndian.AppendUint64(buf, uint64(f.Amount))
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:])
}

// Handover is a stored statement.
type Handover struct {
	Statement
	List        id.PayList
	Receipt     string // "" unless Given
	Officer     id.User
	OfficerName string
	At          db.Time
	Digest      string
	Reversed    bool
	Reverses    id.Handover
}

// Answer is what became of one statement. The same statement gets the same
// answer for ever.
type Answer struct {
	ID      id.Handover
	Line    id.PayLine
	Outcome Outcome // "" when nothing was stored
	Receipt string
	Amount  money.Rupiah
	State   LineState
	Again   bool         // it had been answered before
	Fault   *fault.Fault // why it does not count; nil when it does
}

// MaxAmount bounds one payment and the cash of one site, so that no sum of a
// regency leaves int64: nine million of them fit.
const MaxAmount money.Rupiah = 1_000_000_000_000

// MaxBatch is how many statements one transaction takes.
const MaxBatch = 200

// target is a line with what decides whether it can be paid now.
type target struct {
	Line
	listState  ListState
	decreed    program.LineState
	siteClosed bool
	proposedBy id.User
	signedBy   id.User
	frozenBy   id.User
	paidBy     string // officer of the hand-over that counts
	paidAt     db.Time
	stop       Stop // zero when the payee may be paid
}

// alreadyPaid names who paid the line and when.
func (t *target) alreadyPaid() *fault.Fault {
	return fault.NewConflict("delivery.already_paid", t.Payee, t.paidBy, t.paidAt)
}

// obstacle says why a statement about t cannot count, and how they are filed.
func (t *target) obstacle(f Statement) (Outcome, *fault.Fault) {
	switch {
	case t.State == Paid && f.Outcome == Given:
		return Duplicate, t.alreadyPaid()
	case t.State == Paid:
		return Stray, t.alreadyPaid()
	case t.State == Replaced:
		return Stray, fault.NewConflict("delivery.line_replaced", t.Payee)
	case t.State == Failed:
		return Stray, fault.NewConflict("delivery.line_failed", t.Payee)
	case t.listState != Frozen:
		return Stray, fault.NewConflict("delivery.list_closed")
	case t.siteClosed:
		return Stray, fault.NewConflict("delivery.site_closed")
	case f.Outcome == Given && t.decreed != program.LineDecreed: // a successor is proposed
		return Stray, fault.NewConflict("delivery.line_replacing", t.Payee)
	case f.Outcome == Given && t.stop.Reason != "":
		return Stray, t.stop.fault(t.Payee)
	case f.Outcome == Given && f.Amount != t.Amount:
		return Stray, fault.NewConflict("delivery.amount_differs", t.Amount)
	}
	return "", nil
}

// denied says why the officer must not act on t at all.
func (t *target) denied(actor db.Actor, related bool) *fault.Fault {
	switch {
	case !actor.Scope.Contains(t.Village):
		return fault.NewNotFound("delivery.line_gone")
	case actor.User == "":
		return fault.NewDenied("delivery.nobody")
	case actor.User == t.proposedBy || actor.User == t.signedBy || actor.User == t.frozenBy:
		return fault.NewDenied("delivery.chooser_pays")
	case related:
		return account.OwnFamily()
	}
	return nil
}
