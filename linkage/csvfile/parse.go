package csvfile

import "bytes"

// parser cuts a text into records and cells after RFC 4180. A quote in the
// middle of an unquoted cell is a character like others, and so is what
// follows the closing quote of a quoted one. Cells share the text, which is
// rewritten where quotes are doubled.
type parser struct {
	comma byte
	text  []byte
	at    int
	lines int64 // line ends passed
	start int   // where the record began
	cells [][]byte
	open  bool // the last quoted cell did not end
}

// next reads the next record into cells, passing over empty lines; false at
// the end.
func (p *parser) next() bool {
	for p.at < len(p.text) && (p.text[p.at] == '\n' || p.text[p.at] == '\r') {
		if p.text[p.at] == '\n' {
			p.lines++
		}
		p.at++
	}
	if p.at >= len(p.text) {
		return false
	}
	p.start = p.at
	p.cells = p.cells[:0]
	for {
		var end byte
		if p.text[p.at:][0] == '"' {
			end = p.quoted()
		} else {
			end = p.plain()
		}
		if end != p.comma {
			return true
		}
		if p.at == len(p.text) {
			p.cells = append(p.cells, nil)
			return true
		}
	}
}

// plain reads an unquoted cell and returns the byte that ended it.
func (p *parser) plain() byte {
	text, comma := p.text, p.comma
	from := p.at
	i := from
	for ; i < len(text); i++ {
		c := text[i]
		if c == comma {
			p.cells = append(p.cells, text[from:i])
			p.at = i + 1
			return comma
		}
		if c == '\n' {
			break
		}
	}
	return p.endLine(from, i)
}

// endLine ends a cell that reaches from from to a line end or the end of text.
func (p *parser) endLine(from, to int) byte {
	p.at = to
	if to < len(p.text) {
		p.at++
		p.lines++
	}
	if to > from && p.text[to-1] == '\r' {
		to--
	}
	p.cells = append(p.cells, p.text[from:to])
	return '\n'
}

// quoted reads a cell that begins with a quote.
func (p *parser) quoted() byte {
	text := p.text
	from := p.at + 1
	to := from // where the next byte of the cell goes
	i := from
	for {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			p.open = true
			p.lines += int64(bytes.Count(text[i:], []byte{'\n'}))
			p.cells = append(p.cells, text[from:len(text)])
			p.at = len(text)
			return '\n'
		}
		p.lines += int64(bytes.Count(text[i:i+n], []byte{'\n'}))
		if to != i {
			copy(text[to:], text[i:i+n])
		}
		to += n
		i += n + 1
		if i < len(text) && text[i] == '"' {
			text[to] = '"'
			to++
			i++
			continue
		}
		return p.afterQuote(from, to, i)
	}
}

// afterQuote ends a quoted cell whose closing quote stood before i; stray bytes
// up to the delimiter are kept.
func (p *parser) afterQuote(from, to, i int) byte {
	text := p.text
	for ; i < len(text); i++ {
		switch c := text[i]; c {
		case p.comma:
			p.cells = append(p.cells, text[from:to])
			p.at = i + 1
			return p.comma
		case '\n':
			p.cells = append(p.cells, text[from:to])
			p.at = i + 1
			p.lines++
			return '\n'
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				continue
			}
			fallthrough
		default:
			text[to] = c
			to++
		}
	}
	p.cells = append(p.cells, text[from:to])
	p.at = len(text)
	return '\n'
}

// splitter finds where a block may be cut: after the last line end that is not
// inside quotes. It keeps no state between blocks, as a block always begins
// with a record.
type splitter struct {
	comma byte
	spans [][2]int // stretches outside quotes
}

// cut returns the length of the whole records at the front of block, and
// whether the block ends inside quotes.
func (s *splitter) cut(block []byte) (int, bool) {
	s.spans = s.spans[:0]
	from, i := 0, 0
	for {
		n := bytes.IndexByte(block[i:], '"')
		if n < 0 {
			s.spans = append(s.spans, [2]int{from, len(block)})
			return s.last(block), false
		}
		i += n
		if i > 0 && block[i-1] != s.comma && block[i-1] != '\n' {
			i++
			continue
		}
		s.spans = append(s.spans, [2]int{from, i})
		end := closing(block, i+1)
		if end < 0 {
			return s.last(block), true
		}
		from, i = end, end
	}
}

// closing returns where the text after the closing quote begins; negative when
// there is none.
func closing(block []byte, i int) int {
	for {
		n := bytes.IndexByte(block[i:], '"')
		if n < 0 {
			return -1
		}
		i += n + 1
		if i >= len(block) || block[i] != '"' {
			return i
		}
		i++
	}
}

func (s *splitter) last(block []byte) int {
	for k := len(s.spans) - 1; k >= 0; k-- {
		from, to := s.spans[k][0], s.spans[k][1]
		if n := bytes.LastIndexByte(block[from:to], '\n'); n >= 0 {
			return from + n + 1
		}
	}
	return 0
}
