package sheet

import (
	"bytes"

	"tepat/internal/fault"
)

// odsRows streams one table of content.xml. Rows and cells that repeat are written once
// with a number, which goes into the millions for what is empty.
type odsRows struct {
	rowBuilder
	part   *part
	x      *xmlReader
	name   string
	before int // tables to pass over

	inTable bool
	done    bool
	last    int // number of the last row
	hidden  []int
	columns int // columns described so far
	repeat  int // times that kept is still to be delivered
	kept    Row
	raw     []byte
}

// odsMaxRepeat is how often a row that holds something is believed to be repeated. More
// come from filling whole columns with one value.
const odsMaxRepeat = 1000

func (s *odsRows) hiddenColumns() []int { return s.hidden }
func (s *odsRows) close() error         { return s.part.Close() }

func (s *odsRows) next(row *Row) (bool, error) {
	if s.repeat > 0 {
		s.repeat--
		s.last++
		row.Cells = append(row.Cells[:0], s.kept.Cells...)
		row.N, row.Hidden, row.Problem = s.last, s.kept.Hidden, s.kept.Problem
		return true, nil
	}
	for !s.done {
		tok, err := s.x.next()
		if err != nil {
			return false, s.broken(err)
		}
		if tok == atEnd {
			return false, s.broken(s.x.damaged())
		}
		found, err := s.element(tok, row)
		if err != nil {
			return false, s.broken(err)
		}
		if found {
			return true, nil
		}
	}
	return false, nil
}

// broken names the sheet and the last good row of a part that cannot be read on.
func (s *odsRows) broken(err error) error {
	if f := fault.From(err); f != nil && f.Key == "sheet.damaged" {
		return fault.NewInvalid("sheet.cut", s.name, s.last).Because(err)
	}
	return err
}

// element takes a tag outside of rows and reports whether it was a row to deliver.
func (s *odsRows) element(tok token, row *Row) (bool, error) {
	name := string(s.x.name)
	switch {
	case tok == atText:
	case name == "table" && tok == atClose:
		s.done = s.inTable
	case name == "table" && !s.inTable:
		if s.before == 0 {
			s.inTable = true
			return false, nil
		}
		s.before--
		return false, skipElement(s.x)
	case tok != atOpen || !s.inTable:
	case name == "table-column":
		s.addColumns()
	case name == "table-row":
		return s.readRow(row)
	case odsBlank(s.x.name):
		return false, skipElement(s.x)
	}
	return false, nil
}

func (s *odsRows) addColumns() {
	repeat, hidden := 1, false
	for {
		name, value, ok := s.x.attr()
		if !ok {
			break
		}
		switch string(name) {
		case "table:number-columns-repeated":
			repeat = max(number(value), 1)
		case "table:visibility":
			hidden = isCollapsed(value)
		}
	}
	end := min(s.columns+repeat, s.limits.Columns)
	for ; s.columns < end; s.columns++ {
		if hidden {
			s.hidden = append(s.hidden, s.columns)
		}
	}
}

func isCollapsed(value []byte) bool {
	return string(value) == "collapse" || string(value) == "filter"
}

// readRow reads a row, and reports whether it holds something.
func (s *odsRows) readRow(row *Row) (bool, error) {
	s.start(row)
	repeat := 1
	for {
		name, value, ok := s.x.attr()
		if !ok {
			break
		}
		switch string(name) {
		case "table:number-rows-repeated":
			repeat = max(number(value), 1)
		case "table:visibility":
			row.Hidden = isCollapsed(value)
		}
	}
	if err := s.readCells(row); err != nil {
		return false, err
	}
	s.finish(row)
	if row.Problem == nil && isBlank(row.Cells) {
		s.last += min(repeat, lastRow)
		return false, nil
	}
	s.last++
	row.N = s.last
	if repeat > odsMaxRepeat {
		row.Problem = fault.NewInvalid("sheet.row.repeat", repeat)
		repeat = 1 // the same value down a whole column is a slip, not a million people
	}
	if s.repeat = repeat - 1; s.repeat > 0 {
		s.kept = row.Clone()
	}
	return true, nil
}

func (s *odsRows) readCells(row *Row) error {
	column := 0
	for {
		tok, err := s.x.next()
		if err != nil {
			return err
		}
		switch {
		case tok == atEnd:
			return s.x.damaged()
		case tok == atText:
		case tok == atClose && string(s.x.name) == "table-row":
			return nil
		case tok == atOpen && (string(s.x.name) == "table-cell" || string(s.x.name) == "covered-table-cell"):
			repeat, err := s.readCell(row, column)
			if err != nil {
				return err
			}
			column = min(column+repeat, lastRow)
		case tok == atOpen && odsBlank(s.x.name):
			if err := skipElement(s.x); err != nil {
				return err
			}
		}
	}
}

// odsCell is what the tag of a cell says.
type odsCell struct {
	kind    string // office:value-type
	value   string // office:value, date-value, …
	covered bool
	formula bool
	failed  bool // the formula gave an error
	repeat  int
}

// readCell reads a cell into row, at column and where it repeats, and returns how often.
func (s *odsRows) readCell(row *Row, column int) (int, error) {
	c := s.cellAttrs()
	closing := "table-cell"
	if c.covered {
		closing = "covered-table-cell"
	}
	s.raw = s.raw[:0]
	if err := s.readText(closing); err != nil {
		return 0, err
	}
	if c.covered {
		return c.repeat, nil // hidden under a merged cell, as in Excel empty for who reads
	}
	cell := s.cell(c)
	for i := range c.repeat {
		if cell.Kind == Empty || column+i > s.limits.Columns || s.size > s.limits.Line {
			break
		}
		s.put(row, column+i, cell, s.raw)
	}
	return c.repeat, nil
}

func (s *odsRows) cellAttrs() odsCell {
	c := odsCell{repeat: 1, covered: string(s.x.name) == "covered-table-cell"}
	for {
		name, value, ok := s.x.attr()
		if !ok {
			return c
		}
		switch string(name) {
		case "table:number-columns-repeated":
			c.repeat = max(number(value), 1)
		case "table:formula":
			c.formula = true
		case "office:value-type":
			c.kind = odsType(value)
		case "calcext:value-type":
			c.failed = string(value) == "error"
		case "office:value", "office:date-value", "office:boolean-value", "office:string-value":
			if len(value) <= s.limits.Line {
				c.value = string(appendDecoded(nil, bytes.TrimSpace(value), true))
			}
		}
	}
}

// odsType returns a constant string, so that no cell costs an allocation for it.
func odsType(value []byte) string {
	switch string(value) {
	case "float", "percentage", "currency":
		return "number"
	case "date":
		return "date"
	case "boolean":
		return "boolean"
	}
	return "string"
}

// cell judges a cell. Its text is set, or empty and to be taken from s.raw.
func (s *odsRows) cell(c odsCell) Cell {
	switch {
	case c.failed:
		return Cell{Kind: Error}
	case c.kind == "number" && c.value != "":
		return Cell{Kind: Number, Text: repairUTF8(c.value)}
	case c.kind == "date" && c.value != "":
		return Cell{Kind: Date, Text: repairUTF8(c.value)}
	case c.kind == "boolean" && c.value == "true":
		return Cell{Kind: Bool, Text: "TRUE"}
	case c.kind == "boolean" && c.value != "":
		return Cell{Kind: Bool, Text: "FALSE"}
	case len(s.raw) > 0:
		return Cell{Kind: Text}
	case c.value != "":
		return Cell{Kind: Text, Text: repairUTF8(c.value)}
	case c.formula && c.kind == "":
		return Cell{Kind: Formula}
	}
	return Cell{}
}

// readText collects the text of a cell: its paragraphs, one for each line.
func (s *odsRows) readText(closing string) error {
	lines, inside := 0, 0
	for {
		tok, err := s.x.next()
		if err != nil {
			return err
		}
		name := string(s.x.name)
		switch {
		case tok == atEnd:
			return s.x.damaged()
		case tok == atText:
			if inside > 0 {
				s.raw = s.x.appendText(s.raw)
			}
		case tok == atClose && name == closing:
			return nil
		case name == "p" && tok == atOpen:
			if inside++; lines > 0 {
				s.raw = append(s.raw, '\n')
			}
			lines++
		case name == "p":
			inside--
		case tok != atOpen:
		case odsBlank(s.x.name):
			if err := skipElement(s.x); err != nil {
				return err
			}
		case inside > 0:
			s.addBlank(name)
		}
	}
}

// addBlank adds what stands as an element in the text, because XML folds blanks.
func (s *odsRows) addBlank(name string) {
	switch name {
	case "tab":
		s.raw = append(s.raw, '\t')
	case "line-break":
		s.raw = append(s.raw, '\n')
	case "s":
		n := max(number([]byte(attrOf(s.x, "text:c"))), 1)
		for range min(n, s.limits.Cell-min(len(s.raw), s.limits.Cell)) {
			s.raw = append(s.raw, ' ')
		}
	}
}
