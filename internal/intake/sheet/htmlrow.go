package sheet

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"tepat/internal/fault"
)

// htmlRows streams one table of a page. Tags that nobody closed are closed by the next
// of their kind, as browsers do.
type htmlRows struct {
	rowBuilder
	book *htmlBook
	name string
	z    *html.Tokenizer

	last   int   // number of the last row
	depth  int   // of tables: 1 is ours
	begun  bool  // the row has a tag of its own, or a cell
	column int   // where the next cell goes
	spans  []int // by column: how many further rows a cell above covers
	cell   htmlCell
	inCell bool
	skip   string // the element whose text is none: script, style
	raw    []byte
	failed error
	// reopened says that the tag which ended the row began the next one.
	reopened bool
}

// htmlCell is what the tag of a cell says.
type htmlCell struct {
	colspan, rowspan int
	format           string // mso-number-format
	num              string // the number that Excel kept beside the text
	hasNum, isText   bool
}

const htmlMaxSpan = 1 << 16

func (s *htmlRows) hiddenColumns() []int { return nil }
func (s *htmlRows) close() error         { return nil }

func (s *htmlRows) next(row *Row) (bool, error) {
	for {
		ok, err := s.readRow(row)
		if err != nil || !ok {
			return false, err
		}
		if row.Problem != nil || !isBlank(row.Cells) {
			return true, nil
		}
	}
}

// readRow reads up to the end of a row: </tr>, the next <tr>, or the table's end.
func (s *htmlRows) readRow(row *Row) (bool, error) {
	if s.failed != nil {
		return false, s.failed
	}
	s.start(row)
	s.column, s.begun = 0, s.reopened
	s.reopened = false
	row.N = s.last + 1
	for {
		done, end, err := s.step(row)
		if err != nil {
			s.failed = err
		}
		if !done {
			continue
		}
		s.endCell(row)
		if end && !s.begun {
			return false, s.failed
		}
		if end {
			s.begun, s.depth = false, -1
		}
		s.endRow(row)
		return true, nil
	}
}

// step takes one token. done says that a row ended, end that the table did.
func (s *htmlRows) step(row *Row) (bool, bool, error) {
	if s.depth < 0 {
		return true, true, nil
	}
	switch s.z.Next() {
	case html.ErrorToken:
		s.depth = -1
		if err := s.book.ended(s.z); err != nil {
			if f := fault.From(err); f != nil {
				err = fault.NewInvalid("sheet.cut", s.name, s.last).Because(f)
			}
			return true, true, err
		}
		return true, true, nil
	case html.TextToken:
		if s.inCell && s.skip == "" && s.depth == 1 {
			s.addText(s.z.Text())
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		return s.open(row), false, nil
	case html.EndTagToken:
		return s.endTag(row)
	}
	return false, false, nil
}

// open takes an opening tag and reports whether the row before it has ended.
func (s *htmlRows) open(row *Row) bool {
	tag, hasAttr := s.z.TagName()
	switch name := string(tag); {
	case name == "table":
		s.depth++
	case s.depth != 1:
	case name == "tr":
		s.reopened = s.begun
		s.begun = true
		return s.reopened
	case name == "td" || name == "th":
		s.endCell(row)
		s.begun, s.inCell, s.skip = true, true, ""
		s.cell = htmlCell{colspan: 1, rowspan: 1}
		if hasAttr {
			s.readAttrs()
		}
	case name == "script" || name == "style":
		s.skip = name
	case name == "br":
		s.addBreak(true)
	case isBlock(name):
		s.addBreak(false)
	}
	return false
}

func (s *htmlRows) endTag(row *Row) (bool, bool, error) {
	tag, _ := s.z.TagName()
	switch name := string(tag); {
	case name == "table":
		s.depth--
		return s.depth <= 0, s.depth <= 0, nil
	case s.depth != 1:
	case name == "tr":
		ended := s.begun
		s.endCell(row)
		if ended {
			return true, false, nil
		}
	case name == "td" || name == "th":
		s.endCell(row)
	case name == s.skip:
		s.skip = ""
	case isBlock(name):
		s.addBreak(false)
	}
	return false, false, nil
}

func isBlock(name string) bool {
	switch name {
	case "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// readAttrs reads the tag of a cell.
func (s *htmlRows) readAttrs() {
	for {
		key, value, more := s.z.TagAttr()
		switch string(key) {
		case "colspan":
			s.cell.colspan = span(value)
		case "rowspan":
			s.cell.rowspan = span(value)
			if string(bytes.TrimSpace(value)) == "0" {
				s.cell.rowspan = htmlMaxSpan // down to the end of the table
			}
		case "x:num":
			s.cell.hasNum, s.cell.num = true, strings.TrimSpace(string(value))
		case "x:str":
			s.cell.isText = true
		case "class":
			if format, ok := s.book.numbers[string(value)]; ok && s.cell.format == "" {
				s.cell.format = format
			}
		case "style":
			if format, ok := numberFormat(string(value)); ok {
				s.cell.format = format
			}
		}
		if !more {
			return
		}
	}
}

func span(value []byte) int {
	return min(max(number(bytes.TrimSpace(value)), 1), htmlMaxSpan)
}

// addText adds text as it is shown: runs of blanks and line ends are one blank. Hard
// spaces stay; what a cell says is judged elsewhere.
func (s *htmlRows) addText(text []byte) {
	if len(s.raw) > s.limits.Line {
		return
	}
	for len(text) > 0 {
		i := bytes.IndexAny(text, " \t\r\n\f\x00")
		if i < 0 {
			s.raw = append(s.raw, text...)
			return
		}
		s.raw = append(s.raw, text[:i]...)
		if n := len(s.raw); text[i] != 0 && n > 0 && s.raw[n-1] != ' ' && s.raw[n-1] != '\n' {
			s.raw = append(s.raw, ' ')
		}
		text = text[i+1:]
	}
}

// addBreak begins a new line, always or only when the present one holds something.
func (s *htmlRows) addBreak(always bool) {
	if !s.inCell || len(s.raw) > s.limits.Line {
		return
	}
	s.raw = bytes.TrimRight(s.raw, " ")
	if n := len(s.raw); always || n > 0 && s.raw[n-1] != '\n' {
		s.raw = append(s.raw, '\n')
	}
}

// endCell puts the open cell, if there is one, behind those that reach down from above.
func (s *htmlRows) endCell(row *Row) {
	if !s.inCell {
		return
	}
	s.inCell, s.skip = false, ""
	for s.column < len(s.spans) && s.spans[s.column] > 0 {
		s.column++
	}
	text := bytes.Trim(s.raw, " \n")
	c := s.kindOf(text)
	if c.Kind == Number || c.Kind == Date {
		if s.cell.num != "" {
			text = append(s.raw[:0], s.cell.num...)
		}
	}
	s.put(row, s.column, c, text)
	s.raw = s.raw[:0]
	end := min(s.column+s.cell.colspan, s.limits.Columns)
	for c := s.column; c < end && s.cell.rowspan > 1; c++ {
		for len(s.spans) <= c {
			s.spans = append(s.spans, 0)
		}
		s.spans[c] = s.cell.rowspan // the end of this row takes one
	}
	s.column += s.cell.colspan
}

func (s *htmlRows) endRow(row *Row) {
	for i := range s.spans {
		s.spans[i] = max(s.spans[i]-1, 0)
	}
	s.finish(row)
	s.last = row.N
}

// kindOf says what a cell is. A page holds text; numbers it holds only where Excel,
// having written it, says so.
func (s *htmlRows) kindOf(text []byte) Cell {
	text = bytes.TrimFunc(text, unicode.IsSpace)
	if len(text) == 0 && s.cell.num == "" {
		if len(s.raw) > 0 && len(bytes.Trim(s.raw, " \n")) > 0 {
			return Cell{Kind: Text}
		}
		return Cell{}
	}
	shown := string(text)
	isText := s.cell.isText || s.cell.format == "@"
	switch {
	case s.cell.num != "" && isNumber(s.cell.num):
		if isShownDate(s.cell.format) {
			return Cell{Kind: Date}
		}
		return Cell{Kind: Number}
	case isText:
	case (s.book.excel || s.cell.hasNum) && isPlainNumber(shown):
		s.cell.num = ""
		return Cell{Kind: Number}
	case s.book.excel && slices.Contains(excelErrors, shown):
		return Cell{Kind: Error}
	}
	s.cell.num = ""
	return Cell{Kind: Text}
}

var excelErrors = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

// isNumber recognises a number as a program stores it, with an exponent or without.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "+-0123456789.eE") == ""
}

// isPlainNumber recognises a number that is shown with all its digits: 2.10307E+15 has
// lost some, and 001 is no number.
func isPlainNumber(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !allDigits(whole) || point && !allDigits(fraction) {
		return false
	}
	return whole == "0" || whole[0] != '0'
}

// isShownDate knows the formats that Excel gives a name in a page.
func isShownDate(format string) bool {
	switch lower := strings.ToLower(format); lower {
	case "fixed", "standard", "percent", "scientific", "currency", "general number":
		return false
	default:
		return isDateFormat(format)
	}
}

// numberFormat reads mso-number-format out of a style, unescaped: "\@" is @.
func numberFormat(style string) (string, bool) {
	const key = "mso-number-format:"
	at := strings.Index(strings.ToLower(style), key)
	if at < 0 {
		return "", false
	}
	value := strings.TrimSpace(style[at+len(key):])
	if value == "" {
		return "", true
	}
	closing := ";"
	if value[0] == '"' || value[0] == '\'' {
		closing, value = value[:1], value[1:]
	}
	if end := strings.Index(value, closing); end >= 0 {
		value = value[:end]
	}
	return strings.TrimSpace(strings.NewReplacer(`\@`, "@", `\\`, `\`, `\`, "").Replace(value)), true
}

// addStyles keeps the number formats of the classes in a style sheet.
func (b *htmlBook) addStyles(css []byte) {
	for len(css) > 0 && len(b.numbers) < htmlClasses {
		open := bytes.IndexByte(css, '{')
		if open < 0 {
			return
		}
		end := bytes.IndexByte(css[open:], '}')
		if end < 0 {
			return
		}
		selector := bytes.TrimSpace(css[:open])
		class := selector[bytes.LastIndexByte(selector, '.')+1:]
		if format, ok := numberFormat(string(css[open+1 : open+end])); ok && len(class) < len(selector) {
			b.numbers[string(class)] = format
		}
		css = css[open+end+1:]
	}
}

func byPlace(tables []htmlTable) {
	slices.SortFunc(tables, func(a, b htmlTable) int { return a.place - b.place })
}
