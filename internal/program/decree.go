package program

import (
	"bytes"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// DecreeKind says whether a decree names the first list or changes one (SK
// induk, SK perubahan).
type DecreeKind string

// The two kinds.
const (
	FirstDecree  DecreeKind = "induk"
	ChangeDecree DecreeKind = "perubahan"
)

// DecreeState is where a decree stands.
type DecreeState string

// A decree is proposed by one person and signed by another. Only lines of a
// signed one may be paid.
const (
	DecreeProposed DecreeState = "proposed"
	DecreeSigned   DecreeState = "signed"
	DecreeReturned DecreeState = "returned"
)

// Decree is the list of recipients as the regent signs it (SK penetapan).
type Decree struct {
	ID          id.Decree
	Program     id.Program
	RuleVersion id.Version
	Ranking     id.Ranking
	Kind        DecreeKind
	State       DecreeState
	Number      string // of the signed paper
	SignedOn    civil.Date
	PDF         string       // SHA-256 of the signed file in the blob store
	AmountMonth money.Rupiah // per line
	Months      int
	MonthFrom   civil.Date // first day of the first month
	Lines       int
	Total       money.Rupiah
	ProposedBy  id.User
	ProposedAt  db.Time
	SignedBy    id.User
	SignedAt    db.Time
	Version     int
	ProgramCode string // of Program, for headings
	ProgramName string
}

// LineState is where a line of a decree stands.
type LineState string

// The states of a line. It is replacing while the decree of change that names
// the successor waits for the signature, and decreed again when that is
// returned. A replaced one keeps its row and what was paid for it before.
const (
	LineDecreed   LineState = "decreed"
	LineReplacing LineState = "replacing"
	LineReplaced  LineState = "replaced"
	LineWithdrawn LineState = "withdrawn" // of a decree of change that was returned
)

// DecreeLine is one recipient in a decree.
type DecreeLine struct {
	ID       id.DecreeLine
	Decree   id.Decree
	Line     string // the ranking line it comes from
	Person   id.Person
	Family   id.Family
	Village  region.Code
	Place    int          // rank in the ranking
	Amount   money.Rupiah // all months together
	State    LineState
	Replaces id.DecreeLine // in a decree of change: whose place this is
	Reason   string        // why it is replaced
	LeftOn   civil.Date    // first day of the first month that is the successor's; zero while decreed
	Version  int
	Name     string // of the person, for the annex
	Head     string // of the head of the family
}

// monthsFrom returns how many months of d there are from the month that begins
// on day, 0 after the last one.
func (d *Decree) monthsFrom(day civil.Date) int {
	return max(monthNo(d.MonthFrom)+d.Months-max(monthNo(day), monthNo(d.MonthFrom)), 0)
}

var pdfMagic = []byte("%PDF-")

// checkPDF refuses a file that does not begin as every PDF does (ISO 32000-1,
// 7.5.2), whatever its name says. head is at least the first five bytes.
func checkPDF(head []byte) error {
	if !bytes.HasPrefix(head, pdfMagic) {
		return fault.NewInvalid("program.not_pdf").At("pdf")
	}
	return nil
}
