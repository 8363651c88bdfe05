package sheet

import (
	"bytes"

	"tepat/internal/fault"
)

// outcome is how the reading of a quoted row ended.
type outcome uint8

const (
	rowDone    outcome = iota
	rowCut             // the window ended before the row did
	rowUnclear         // a quote is not closed, or not where it should be
)

// quotedRow is the state while reading a row that has quotes.
type quotedRow struct {
	b     []byte // from the start of the row
	i     int
	last  bool // nothing follows b
	lazy  bool // a quote stands inside a quoted cell without being doubled
	lines int  // line ends passed inside quotes
}

// readQuoted reads a row whose first line (length bytes and its end) has a quote.
func (s *csvRows) readQuoted(row *Row, length, ending int) {
	q, result := s.parseWhole()
	if result == rowDone && q.lines > 0 && s.implausible(length) {
		result = rowUnclear
	}
	if result == rowDone {
		s.takeCells(row)
		s.w.pos += q.i
		s.line += q.lines + 1
		return
	}
	row.Problem = fault.NewInvalid("sheet.row.quote")
	s.splitPlain(row, s.w.buf[s.w.pos:s.w.pos+length])
	s.w.pos += length + ending
	s.line++
}

// parseWhole parses the row at the window's start, reading further as long as it is
// not complete and not too long.
func (s *csvRows) parseWhole() (quotedRow, outcome) {
	for {
		q := quotedRow{b: s.w.buf[s.w.pos:s.w.end], last: s.w.readErr != nil}
		result := s.parse(&q)
		if result != rowCut {
			return q, result
		}
		if len(q.b) > s.limits.Line {
			return q, rowUnclear
		}
		s.w.more()
	}
}

// implausible reports that a row over several lines has not the usual number of cells
// while its first line alone has: then it is the quote that is wrong.
func (s *csvRows) implausible(length int) bool {
	if s.dialect.width < 2 || len(s.ends) == s.dialect.width {
		return false
	}
	first := s.w.buf[s.w.pos : s.w.pos+length]
	return bytes.Count(first, []byte{s.dialect.delimiter})+1 == s.dialect.width
}

func (s *csvRows) takeCells(row *Row) {
	text, from := string(s.cells), 0
	for _, end := range s.ends {
		row.Cells = append(row.Cells, textCell(text[from:end]))
		from = end
	}
	if len(s.ends) >= s.limits.Columns {
		row.Problem = fault.NewInvalid("sheet.row.columns", s.limits.Columns)
	}
}

// parse reads the cells of one row into s.cells and s.ends.
func (s *csvRows) parse(q *quotedRow) outcome {
	s.cells, s.ends = s.cells[:0], s.ends[:0]
	for {
		start := q.skipBlanks(s.dialect.delimiter)
		result := rowDone
		if start < len(q.b) && q.b[start] == '"' {
			q.i = start + 1
			result = s.parseCell(q)
		} else {
			s.parseBare(q)
		}
		if result != rowDone {
			return result
		}
		if len(s.ends) < s.limits.Columns {
			s.ends = append(s.ends, len(s.cells))
		}
		if q.i == len(q.b) {
			if q.last {
				return rowDone
			}
			return rowCut
		}
		if q.b[q.i] == s.dialect.delimiter {
			q.i++
			continue
		}
		return q.endLine()
	}
}

// endLine moves behind the line end at q.i.
func (q *quotedRow) endLine() outcome {
	if q.b[q.i] == '\r' {
		if q.i+1 == len(q.b) && !q.last {
			return rowCut
		}
		if q.i+1 < len(q.b) && q.b[q.i+1] == '\n' {
			q.i++
		}
	}
	q.i++
	return rowDone
}

// skipBlanks returns where the first character after blanks stands.
func (q *quotedRow) skipBlanks(delimiter byte) int {
	at := q.i
	for at < len(q.b) && (q.b[at] == ' ' || q.b[at] == '\t') && q.b[at] != delimiter {
		at++
	}
	return at
}

// parseBare reads a cell that does not begin with a quote.
func (s *csvRows) parseBare(q *quotedRow) {
	from := q.i
	for q.i < len(q.b) {
		if c := q.b[q.i]; c == s.dialect.delimiter || c == '\n' || c == '\r' {
			break
		}
		q.i++
	}
	s.cells = append(s.cells, q.b[from:q.i]...)
}

// parseCell reads a quoted cell from behind its first quote.
func (s *csvRows) parseCell(q *quotedRow) outcome {
	for {
		length := bytes.IndexByte(q.b[q.i:], '"')
		piece := q.b[q.i:]
		if length >= 0 {
			piece = q.b[q.i : q.i+length]
		}
		if !s.passLines(q, piece) {
			return rowUnclear
		}
		if length < 0 {
			return q.atCut()
		}
		s.cells = append(s.cells, piece...)
		q.i += length + 1
		if q.i == len(q.b) && !q.last {
			return rowCut
		}
		if q.i < len(q.b) && q.b[q.i] == '"' {
			s.cells = append(s.cells, '"')
			q.i++
			continue
		}
		at := q.skipBlanks(s.dialect.delimiter)
		if at == len(q.b) && !q.last {
			return rowCut
		}
		if at == len(q.b) || q.b[at] == s.dialect.delimiter || q.b[at] == '\n' || q.b[at] == '\r' {
			q.i = at
			return rowDone
		}
		if q.lines > 0 {
			return rowUnclear
		}
		q.lazy = true
		s.cells = append(s.cells, '"')
	}
}

// atCut is the outcome when a quote is still open where the window ends.
func (q *quotedRow) atCut() outcome {
	if q.last {
		return rowUnclear
	}
	return rowCut
}

// passLines counts the line ends in a piece of quoted text and reports whether the
// quote may still be believed.
func (s *csvRows) passLines(q *quotedRow, piece []byte) bool {
	lines := bytes.Count(piece, []byte{'\n'}) + bytes.Count(piece, []byte{'\r'}) - bytes.Count(piece, []byte("\r\n"))
	q.lines += lines
	if lines > 0 && q.lazy {
		return false
	}
	return q.lines <= s.limits.QuoteLines && len(s.cells)+len(piece) <= s.limits.Line
}
