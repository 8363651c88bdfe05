package delivery

import (
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// ListState says whether a pay list may still be paid from.
type ListState string

// The states of a pay list. Its lines never change their number after freezing.
const (
	Frozen ListState = "frozen"
	Closed ListState = "closed"
)

// PayList is one stage of a decree (daftar bayar): who gets how much for which
// months, frozen by a person who neither proposed nor signed the decree.
type PayList struct {
	ID         id.PayList
	Decree     id.Decree
	Program    id.Program
	Title      string
	Stage      int        // 1, 2, … within the decree
	From       civil.Date // first day of the first month
	Until      civil.Date // first day of the last month
	State      ListState
	Lines      int          // as frozen
	Total      money.Rupiah // as frozen
	Digest     string       // SHA-256 over the lines as frozen, hexadecimal
	ProposedBy id.User      // of the decree
	SignedBy   id.User      // of the decree
	FrozenBy   id.User
	FrozenAt   db.Time
	ClosedBy   id.User
	ClosedAt   db.Time
	Note       string // of closing
	Version    int

	ProgramName  string // for headings
	DecreeNumber string
}

// Months is how many months the list pays for.
func (l PayList) Months() int { return monthsBetween(l.From, l.Until) }

// Stage is what the treasurer asks for when freezing.
type Stage struct {
	Title string
	From  civil.Date // first day of the first month
	Until civil.Date // first day of the last month
}

const (
	maxTitle = 120
	maxNote  = 500
)

func (s Stage) check() error {
	switch {
	case s.Title == "" || len([]rune(s.Title)) > maxTitle:
		return fault.NewInvalid("delivery.title", maxTitle).At("title")
	case !s.From.Valid() || s.From.Day != 1:
		return fault.NewInvalid("delivery.month").At("from")
	case !s.Until.Valid() || s.Until.Day != 1 || s.Until.Before(s.From):
		return fault.NewInvalid("delivery.month_until").At("until")
	}
	return nil
}

// monthsBetween counts months from a to b, both included and both on day 1.
func monthsBetween(a, b civil.Date) int {
	return (b.Year-a.Year)*12 + int(b.Month-a.Month) + 1
}

// addMonths returns the first day of the month n months after d.
func addMonths(d civil.Date, n int) civil.Date {
	m := d.Year*12 + int(d.Month) - 1 + n
	return civil.Date{Year: m / 12, Month: time.Month(m%12 + 1), Day: 1}
}

// Site is a place where lines of one list are paid (titik bagi).
type Site struct {
	ID       id.Site
	List     id.PayList
	Village  region.Code
	Name     string
	On       civil.Date // planned day; zero when not set
	Officer  id.User
	Closed   bool
	Taken    money.Rupiah // cash taken out for the site
	Returned money.Rupiah // cash brought back
	Note     string       // why cash and books differ
	ClosedBy id.User
	ClosedAt db.Time
	Version  int
}

// LineState is where a line of a pay list stands.
type LineState string

// Every line is in exactly one state.
const (
	Pending  LineState = "pending"
	Paid     LineState = "paid"
	Failed   LineState = "failed"
	Replaced LineState = "replaced"
)

// LineStates lists every state in the order of reports.
func LineStates() []LineState { return []LineState{Paid, Failed, Replaced, Pending} }

// Line is one recipient in one stage.
type Line struct {
	ID         id.PayLine
	List       id.PayList
	DecreeLine id.DecreeLine
	Person     id.Person
	Family     id.Family
	Site       id.Site
	Village    region.Code
	Place      int
	Payee      string
	Amount     money.Rupiah
	State      LineState
	Reason     Reason // why it failed, or why it is still pending
	Detail     string // of a Held line: the catalogue key of what holds it
	Handover   id.Handover
	Version    int
}
