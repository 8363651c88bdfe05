package sheet

import (
	"bytes"

	"tepat/internal/fault"
)

// readRow reads from behind <row …> to </row>.
func (s *xlsxRows) readRow(row *Row) error {
	s.startRow(row)
	column := -1
	for {
		tok, err := s.x.next()
		if err != nil {
			return err
		}
		switch {
		case tok == atEnd:
			return s.x.damaged()
		case tok == atClose && string(s.x.name) == "row":
			s.finish(row)
			return nil
		case tok == atOpen && string(s.x.name) == "c":
			if column, err = s.readCell(row, column+1); err != nil {
				return err
			}
		}
	}
}

func (s *xlsxRows) startRow(row *Row) {
	s.start(row)
	row.N = s.last + 1
	for {
		name, value, ok := s.x.attr()
		if !ok {
			break
		}
		switch string(name) {
		case "r":
			if n := number(value); n > s.last && n <= lastRow {
				row.N = n
			}
		case "hidden":
			row.Hidden = isTrue(string(value))
		}
	}
	s.last = row.N
}

// cellValue is what stands between <c …> and </c>.
type cellValue struct {
	kind     string // attribute t
	style    int
	hasValue bool // there is a <v>
	formula  bool // there is an <f>
}

// readCell reads one cell into row and returns its column. next is the column it has
// when it does not say.
func (s *xlsxRows) readCell(row *Row, next int) (int, error) {
	column, v := s.cellAttrs(next)
	s.raw = s.raw[:0]
	inValue := false
	for {
		tok, err := s.x.next()
		if err != nil {
			return column, err
		}
		switch tok {
		case atEnd:
			return column, s.x.damaged()
		case atText:
			if inValue {
				s.raw = s.x.appendText(s.raw)
			}
		case atOpen:
			switch string(s.x.name) {
			case "v":
				inValue, v.hasValue = true, true
			case "f":
				v.formula = true
			case "is":
				if s.raw, err = appendRich(s.x, s.raw, "is"); err != nil {
					return column, err
				}
			}
		case atClose:
			switch string(s.x.name) {
			case "v":
				inValue = false
			case "c":
				s.keep(row, column, v)
				return column, nil
			}
		}
	}
}

func (s *xlsxRows) cellAttrs(next int) (int, cellValue) {
	column, v := next, cellValue{}
	for {
		name, value, ok := s.x.attr()
		if !ok {
			return column, v
		}
		if len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			if c, ok := columnOf(value); ok {
				column = c
			} else {
				s.flag(fault.NewInvalid("sheet.row.reference"))
			}
		case 's':
			v.style = number(value)
		case 't':
			v.kind = cellType(value)
		}
	}
}

// cellType returns a constant string, so that no cell costs an allocation.
func cellType(value []byte) string {
	switch string(value) {
	case "s":
		return "s"
	case "str":
		return "str"
	case "inlineStr":
		return "inlineStr"
	case "b":
		return "b"
	case "e":
		return "e"
	case "d":
		return "d"
	}
	return "n"
}

// columnOf returns the column (from 0) of a reference such as "AB12".
func columnOf(reference []byte) (int, bool) {
	n, i := 0, 0
	for ; i < len(reference) && i < 4; i++ {
		c := reference[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, n > 0 && i < 4
}

// keep puts the cell that has been read in its place.
func (s *xlsxRows) keep(row *Row, column int, v cellValue) {
	if column >= s.limits.Columns {
		s.flag(fault.NewInvalid("sheet.row.columns", s.limits.Columns))
		return
	}
	c, shared := s.cell(v)
	if shared {
		s.raw = s.raw[:0]
	}
	s.put(row, column, c, s.raw)
}

// cell judges the value in s.raw. The text of the cell is either set, or empty and to
// be taken from s.raw.
func (s *xlsxRows) cell(v cellValue) (Cell, bool) {
	switch v.kind {
	case "s":
		return s.sharedCell()
	case "str", "inlineStr":
		s.raw = unescape(s.raw)
		if len(s.raw) > 0 {
			return Cell{Kind: Text}, false
		}
		if v.formula && !v.hasValue {
			return Cell{Kind: Formula}, false
		}
		return Cell{}, false
	}
	s.raw = bytes.TrimSpace(s.raw)
	switch {
	case len(s.raw) == 0 && v.formula:
		return Cell{Kind: Formula}, false
	case len(s.raw) == 0:
		return Cell{}, false
	case v.kind == "b":
		if isTrue(string(s.raw)) {
			return Cell{Kind: Bool, Text: "TRUE"}, false
		}
		return Cell{Kind: Bool, Text: "FALSE"}, false
	case v.kind == "e":
		return Cell{Kind: Error}, false
	case v.kind == "d", v.style < len(s.tables.dates) && s.tables.dates[v.style]:
		return Cell{Kind: Date, Epoch1904: s.epoch1904}, false
	}
	return Cell{Kind: Number, Epoch1904: s.epoch1904}, false
}

func (s *xlsxRows) sharedCell() (Cell, bool) {
	index := bytes.TrimSpace(s.raw)
	if len(index) == 0 {
		return Cell{}, true
	}
	text, ok := "", allDigits(string(index)) && len(index) < 10
	if ok {
		text, ok = s.tables.strings.at(uint64(number(index)))
	}
	if !ok {
		s.flag(fault.NewInvalid("sheet.row.reference"))
		return Cell{Kind: Error}, true
	}
	if s.tables.strings.broken[uint32(number(index))] {
		s.flag(fault.NewInvalid("sheet.row.encoding"))
	}
	if text == "" {
		return Cell{}, true
	}
	return Cell{Kind: Text, Text: text}, true
}
