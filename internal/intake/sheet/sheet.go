package sheet

import (
	"strings"
	"unicode"

	"tepat/internal/fault"
)

// Kind is the format of a file, found by content.
type Kind string

// The formats that can be read.
const (
	XLSX Kind = "xlsx"
	XLS  Kind = "xls" // Excel 97 to 2003
	ODS  Kind = "ods"
	HTML Kind = "html" // a page with tables, most often called .xls
	CSV  Kind = "csv"
	ZIP  Kind = "zip" // many files, each of whose sheets is one of the zip's
)

// Book is one opened file. It holds no rows; each call of Rows streams the sheet
// again from the start, and several may run at the same time.
type Book interface {
	Kind() Kind
	// Sheets lists the sheets in the order of their tabs, hidden ones included. A csv has one.
	Sheets() []Info
	// Notes lists what a person should be told about the file although it can be read.
	Notes() []Note
	// Rows streams the sheet with that index; the caller closes what it gets.
	Rows(sheet int) (*Rows, error)
	Close() error
}

// Info describes one sheet.
type Info struct {
	Name  string // the tab's text; empty for a csv
	State State
	// Encoding and Delimiter are what was found in a csv, such as "UTF-8" and ';'.
	Encoding  string
	Delimiter rune
}

// State says whether a person who opens the file sees the sheet.
type State uint8

// Hidden sheets can be shown through a menu, very hidden ones only by a macro.
const (
	Visible State = iota
	Hidden
	VeryHidden
)

// Note is a catalogue key with its arguments, about the file as a whole.
type Note struct {
	Key  string
	Args []any
}

// Row is one row that holds something; rows of blanks are not delivered.
type Row struct {
	// N is the place a person finds it at: the sheet's row number, or in a csv the
	// line on which the row begins, both counted from 1.
	N int
	// Cells stand at their column: Cells[0] is column A. Gaps are Empty cells.
	Cells []Cell
	// Hidden is true for a row that is hidden or filtered away in Excel.
	Hidden bool
	// Problem is the worst thing wrong with the row's shape; nil when it is fine.
	// The cells are kept as well as they could be read.
	Problem *fault.Fault
}

// isBlank reports whether nobody would see anything in the cells. A formula without a
// value, or an error, is something.
func isBlank(cells []Cell) bool {
	for i := range cells {
		switch cells[i].Kind {
		case Empty:
		case Text:
			if strings.TrimFunc(cells[i].Text, isInvisible) != "" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func isInvisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\uFEFF' || r >= '\u200B' && r <= '\u200D' || r == 0 || r == 0x1A
}

// At returns the cell of column i (from 0), an Empty cell beyond the last one.
func (r Row) At(i int) Cell {
	if i < 0 || i >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[i]
}

// Clone returns a row that stays valid after the next call of Rows.Next.
func (r Row) Clone() Row {
	r.Cells = append([]Cell(nil), r.Cells...)
	return r
}

// Rows is a stream of rows:
//
//	for rows.Next() { use(rows.Row()) }
//	if err := rows.Err(); err != nil { … }
//
// The slice Row.Cells is used again by the next call of Next; the strings in it are
// not and may be kept (all cells of a row share one string, cells of an xlsx may also
// share the workbook's string table, so strings.Clone what outlives the import).
type Rows struct {
	src  source
	row  Row
	read int
	max  int
	done bool
	err  error
}

// source reads one sheet of one format. next fills row, whose Cells it may reuse, and
// reports whether there was one; after false or an error it is not called again.
type source interface {
	next(row *Row) (bool, error)
	hiddenColumns() []int
	close() error
}

// Next moves to the next row that holds something and reports whether there is one.
func (r *Rows) Next() bool {
	if r.done {
		return false
	}
	r.row.Cells, r.row.Hidden, r.row.Problem = r.row.Cells[:0], false, nil
	ok, err := r.src.next(&r.row)
	if err != nil || !ok {
		r.done, r.err = true, err
		return false
	}
	r.read++
	if r.read > r.max {
		r.done, r.err = true, fault.NewInvalid("sheet.rows", r.max)
		return false
	}
	return true
}

// Row returns the current row; see Rows for how long it lives.
func (r *Rows) Row() Row { return r.row }

// Err returns what ended the stream, nil when the sheet was read to its end.
func (r *Rows) Err() error { return r.err }

// HiddenColumns returns the columns (from 0) that are hidden in Excel. It is
// complete once Next has been called.
func (r *Rows) HiddenColumns() []int { return r.src.hiddenColumns() }

// Close ends the stream; it may be called before the last row.
func (r *Rows) Close() error {
	r.done = true
	return r.src.close()
}

// Head returns the first n rows of a sheet, cloned: for a preview and FindHeader.
func Head(b Book, sheet, n int) ([]Row, error) {
	rows, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	var head []Row
	for len(head) < n && rows.Next() {
		head = append(head, rows.Row().Clone())
	}
	if err := rows.Err(); err != nil {
		return head, err
	}
	return head, rows.Close()
}

// hiddenNote announces sheets that nobody sees who opens the file.
func hiddenNote(sheets []Info) []Note {
	hidden := 0
	for _, s := range sheets {
		if s.State != Visible {
			hidden++
		}
	}
	if hidden == 0 {
		return nil
	}
	return []Note{{"sheet.note.hidden", []any{hidden}}}
}

// ColumnName returns the letters of column i (from 0): 0 is A, 26 is AA.
func ColumnName(i int) string {
	var buf [8]byte
	at := len(buf)
	for i++; i > 0 && at > 0; i = (i - 1) / 26 {
		at--
		buf[at] = byte('A' + (i-1)%26)
	}
	return string(buf[at:])
}
