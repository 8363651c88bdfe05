package export

import (
	"iter"

	"tepat/internal/i18n"
)

// Kind says what a column holds and so how its cells are written.
type Kind int

// The kinds, with the Go types a cell may have. A nil cell is empty in any.
const (
	Text    Kind = iota // string and types made of it; anything with String()
	Int                 // whole numbers
	Decimal             // float64; for scores and shares, never for money
	Rupiah              // money.Rupiah
	Date                // civil.Date; the zero Date is empty
	Time                // time.Time, written as the wall clock of its zone; zero is empty
	NIK                 // nik.NIK and nik.KK masked; a plain string as it is
)

var kindNames = [...]string{"text", "int", "decimal", "rupiah", "date", "time", "nik"}

// String returns the name of k in JSON exports.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Column is one column. Width is in characters; 0 means a width that fits the
// kind and the header.
type Column struct {
	Header string
	Kind   Kind
	Width  int
}

// Note says where a file comes from, in words for people.
type Note struct {
	Filter  string      // the filter in a sentence; empty means none
	At      string      // when, with zone: "22 November 2026 08.15 WIB"
	User    string      // who
	Version string      // state of the data, such as a checkpoint of the ledger
	More    [][2]string // further lines, name and value
}

// Table is a list on its way out. Rows are asked for once and never kept, so
// that 300,000 rows need no more memory than 300.
type Table struct {
	Title   string
	Columns []Column
	Rows    iter.Seq2[[]any, error]
	Note    Note
	Print   i18n.Printer
	// TempDir is where large workbooks are spooled, in clear text with mode
	// 0600 until they are written; empty means the system's. Choose a folder
	// on an encrypted disk, and empty it at the start: a killed process leaves
	// its spool behind.
	TempDir string
}

// Sum is what the ledger keeps about a file: how many rows left the house, and
// the hash of them (see the package comment).
type Sum struct {
	Rows   int64
	SHA256 string
}
