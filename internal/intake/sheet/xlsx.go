package sheet

import (
	"fmt"
	"sync"

	"tepat/internal/fault"
)

// xlsxBook is a workbook whose directory and sheet list have been read. The string
// table and the styles are read when the first rows are asked for, and kept.
type xlsxBook struct {
	archive  *archive
	workbook workbook
	tables   func() (xlsxTables, error)
}

type xlsxTables struct {
	strings *stringTable
	dates   []bool // by cell style: it shows a date
}

func newXLSX(a *archive) (Book, error) {
	w, err := loadWorkbook(a)
	if err != nil {
		return nil, err
	}
	b := &xlsxBook{archive: a, workbook: w}
	b.tables = sync.OnceValues(b.loadTables)
	return b, nil
}

func (b *xlsxBook) loadTables() (xlsxTables, error) {
	texts, err := loadStrings(b.archive, b.workbook.strings)
	if err != nil {
		return xlsxTables{}, err
	}
	dates, err := loadStyles(b.archive, b.workbook.styles)
	return xlsxTables{strings: texts, dates: dates}, err
}

func (b *xlsxBook) Kind() Kind     { return XLSX }
func (b *xlsxBook) Sheets() []Info { return b.workbook.sheets }
func (b *xlsxBook) Close() error   { return nil }

func (b *xlsxBook) Notes() []Note {
	notes := append(extensionNote(b.archive.file, XLSX), b.archive.notes()...)
	if b.workbook.epoch1904 {
		notes = append(notes, Note{Key: "sheet.note.1904"})
	}
	return append(notes, hiddenNote(b.workbook.sheets)...)
}

func (b *xlsxBook) Rows(sheet int) (*Rows, error) {
	if sheet < 0 || sheet >= len(b.workbook.parts) {
		return nil, fmt.Errorf("sheet: no sheet %d of %d", sheet, len(b.workbook.parts))
	}
	tables, err := b.tables()
	if err != nil {
		return nil, err
	}
	limits := b.archive.file.limits
	p, err := b.archive.open(b.workbook.parts[sheet], limits.Unpacked)
	if err != nil {
		return nil, err
	}
	src := &xlsxRows{
		rowBuilder: rowBuilder{limits: limits},
		part:       p, x: newXMLReader(p, b.workbook.parts[sheet]), tables: tables,
		name: b.workbook.sheets[sheet].Name, epoch1904: b.workbook.epoch1904,
	}
	return &Rows{src: src, max: limits.Rows}, nil
}

// xlsxRows streams one worksheet.
type xlsxRows struct {
	rowBuilder
	part      *part
	x         *xmlReader
	tables    xlsxTables
	name      string
	epoch1904 bool

	last   int    // number of the last row seen
	hidden []int  // columns
	raw    []byte // text of the cell being read
}

// lastRow is the last row number that Excel knows.
const lastRow = 1 << 20

func (s *xlsxRows) hiddenColumns() []int { return s.hidden }
func (s *xlsxRows) close() error         { return s.part.Close() }

func (s *xlsxRows) next(row *Row) (bool, error) {
	for {
		tok, err := s.x.next()
		if err != nil {
			return false, s.broken(err)
		}
		switch {
		case tok == atEnd:
			// Without </sheetData> the end of the table is missing.
			return false, s.broken(s.x.damaged())
		case tok == atClose && string(s.x.name) == "sheetData":
			return false, nil
		case tok != atOpen:
		case string(s.x.name) == "col":
			s.addHidden()
		case string(s.x.name) == "row":
			if err := s.readRow(row); err != nil {
				return false, s.broken(err)
			}
			if row.Problem != nil || !isBlank(row.Cells) {
				return true, nil
			}
		}
	}
}

// broken names the sheet and the last good row of a part that cannot be read on.
func (s *xlsxRows) broken(err error) error {
	if f := fault.From(err); f != nil && f.Key == "sheet.damaged" {
		return fault.NewInvalid("sheet.cut", s.name, s.last).Because(err)
	}
	return err
}

func (s *xlsxRows) addHidden() {
	from, to, hidden := 0, 0, false
	for {
		name, value, ok := s.x.attr()
		if !ok {
			break
		}
		switch string(name) {
		case "min":
			from = number(value)
		case "max":
			to = number(value)
		case "hidden":
			hidden = isTrue(string(value))
		}
	}
	if !hidden || from < 1 {
		return
	}
	for c := from; c <= min(to, s.limits.Columns) && len(s.hidden) < s.limits.Columns; c++ {
		s.hidden = append(s.hidden, c-1)
	}
}

// number reads a small whole number; anything else is 0.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1<<30 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
