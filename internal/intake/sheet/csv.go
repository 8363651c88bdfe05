package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tepat/internal/fault"
)

// csvBook is a text table. Its one sheet is read anew by each Rows.
type csvBook struct {
	file     file
	encoding textEncoding
	dialect  dialect
}

func openCSV(f file) (Book, error) {
	enc, err := findEncoding(f)
	if err != nil {
		return nil, err
	}
	sample, err := io.ReadAll(io.LimitReader(enc.reader(f), sampleSize))
	if err != nil {
		return nil, fmt.Errorf("sheet: read the start of the text: %w", err)
	}
	if isBinary(sample[:min(len(sample), headSize)]) {
		return nil, fault.NewInvalid("sheet.unknown")
	}
	if len(bytes.Trim(sample, "\uFEFF \t\r\n\x1A")) == 0 && len(sample) < sampleSize {
		return nil, fault.NewInvalid("sheet.blank")
	}
	return &csvBook{file: f, encoding: enc, dialect: findDialect(sample, f.limits)}, nil
}

func (b *csvBook) Kind() Kind   { return CSV }
func (b *csvBook) Close() error { return nil }

func (b *csvBook) Sheets() []Info {
	return []Info{{Encoding: b.encoding.name, Delimiter: rune(b.dialect.delimiter)}}
}

func (b *csvBook) Notes() []Note {
	notes := extensionNote(b.file, CSV)
	if b.encoding.name != "UTF-8" {
		notes = append(notes, Note{"sheet.note.encoding", []any{b.encoding.name}})
	}
	return notes
}

func (b *csvBook) Rows(sheet int) (*Rows, error) {
	if sheet != 0 {
		return nil, fmt.Errorf("sheet: no sheet %d of 1", sheet)
	}
	src := newCSVRows(b.encoding.reader(b.file), b.dialect, b.file.limits)
	src.suspect = b.encoding.suspect
	return &Rows{src: src, max: b.file.limits.Rows}, nil
}

// csvRows streams a text table: one allocation per row, the string that its cells share.
//
// A quote that is never closed must not swallow the rest of the file. A quoted cell
// may span lines only while its quotes are flawless, for at most Limits.QuoteLines
// lines, and only if the row then has the usual number of cells; otherwise its first
// line is taken as it stands, flagged, and reading goes on with the second.
type csvRows struct {
	w       *window
	dialect dialect
	limits  Limits
	suspect bool // look for bytes that are no UTF-8
	line    int  // lines that have been read
	full    bool // a row of the usual width has come

	cells []byte // text of the cells of a quoted row
	ends  []int  // where each of them ends
}

func newCSVRows(r io.Reader, d dialect, limits Limits) *csvRows {
	return &csvRows{w: newWindow(r), dialect: d, limits: limits}
}

func (s *csvRows) hiddenColumns() []int { return nil }
func (s *csvRows) close() error         { return nil }

func (s *csvRows) next(row *Row) (bool, error) {
	for {
		if s.w.atEnd() {
			return false, s.w.failure()
		}
		if s.line == 0 {
			s.skipPreamble()
		}
		row.N, row.Cells, row.Problem = s.line+1, row.Cells[:0], nil
		s.readRow(row)
		if err := s.w.failure(); err != nil {
			return false, err
		}
		if !isBlank(row.Cells) {
			s.judge(row)
			return true, nil
		}
	}
}

// skipPreamble passes over a byte order mark and the line "sep=;".
func (s *csvRows) skipPreamble() {
	if bytes.HasPrefix(s.w.buf[s.w.pos:s.w.end], []byte("\uFEFF")) {
		s.w.pos += len("\uFEFF")
		s.w.lf, s.w.cr = -1, -1
	}
	length, ending := s.w.lineEnd(64)
	if ending == 0 {
		return
	}
	if _, ok := sepLine(s.w.buf[s.w.pos : s.w.pos+length]); ok {
		s.w.pos += length + ending
		s.line++
	}
}

// readRow reads the row that begins at the window's start.
func (s *csvRows) readRow(row *Row) {
	length, ending := s.w.lineEnd(s.limits.Line)
	line := s.w.buf[s.w.pos : s.w.pos+length]
	if ending == 0 && s.w.pos+length < s.w.end {
		row.Problem = fault.NewInvalid("sheet.row.line", s.limits.Line>>10)
		s.splitPlain(row, line)
		s.w.skipLine()
		s.line++
		return
	}
	if bytes.IndexByte(line, '"') >= 0 {
		s.readQuoted(row, length, ending)
		return
	}
	s.splitPlain(row, line)
	s.w.pos += length + ending
	s.line++
}

// splitPlain adds the cells of a line without looking at quotes.
func (s *csvRows) splitPlain(row *Row, line []byte) {
	text := string(line)
	for len(row.Cells) < s.limits.Columns {
		i := strings.IndexByte(text, s.dialect.delimiter)
		if i < 0 {
			row.Cells = append(row.Cells, textCell(text))
			return
		}
		row.Cells = append(row.Cells, textCell(text[:i]))
		text = text[i+1:]
	}
	row.Problem = fault.NewInvalid("sheet.row.columns", s.limits.Columns)
}

func textCell(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Text: text, Kind: Text}
}

// judge looks at a complete row: letters, sizes, number of cells.
func (s *csvRows) judge(row *Row) {
	flag := func(f *fault.Fault) {
		if row.Problem == nil {
			row.Problem = f
		}
	}
	for i := range row.Cells {
		c := &row.Cells[i]
		if s.suspect && isForeign(c.Text) {
			c.Text = repairUTF8(c.Text)
			flag(fault.NewInvalid("sheet.row.encoding"))
		}
		if len(c.Text) > s.limits.Cell {
			c.Text = cut(c.Text, s.limits.Cell)
			flag(fault.NewInvalid("sheet.row.cell", ColumnName(i), s.limits.Cell>>10))
		}
	}
	width, n := s.dialect.width, len(row.Cells)
	switch {
	case width < 2:
	case n == width:
		s.full = true
	case n < width && s.full:
		flag(fault.NewInvalid("sheet.row.short", n, width))
	case n > width && !isBlank(row.Cells[width:]):
		flag(fault.NewInvalid("sheet.row.long", n, width))
	}
}

// isForeign reports text that is not what a clean UTF-8 file holds. U+FFFD is what
// decoding UTF-16 leaves of half a character.
func isForeign(text string) bool {
	return !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 || strings.Contains(text, "\uFFFD")
}
