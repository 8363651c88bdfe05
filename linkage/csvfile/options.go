package csvfile

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Options say how a file is read. The zero value sniffs the delimiter, takes
// the first line as header and numbers the records.
type Options struct {
	Source  string            // name of the source in the table
	Clean   bool              // see linkage.Source
	ID      string            // column with the identity of a record; "" numbers the records from 1
	Comma   byte              // ',', ';', tab or '|'; 0 sniffs
	Columns map[string]string // field of the table to column of the file, where they differ; "" when the file has none
	Workers int               // 0: GOMAXPROCS
	MaxLine int               // bytes of one record; 0: 1 MiB, at most 4 MiB
}

// Report counts what was read and what was odd.
type Report struct {
	Records  int64
	Bytes    int64
	Ragged   int64    // records with too few or too many cells: read as far as they go
	NUL      int64    // records with NUL bytes: the bytes were dropped
	TooLong  int64    // records over MaxLine: left out
	NoID     int64    // records without an identity though there is a column for it: numbered instead
	Problems []string // the first few, with line and remedy
}

// ErrFormat says that a file is not what it should be; the wrapping error gives
// the line and the remedy.
var ErrFormat = errors.New("csvfile: cannot read")

// blockSize is how many bytes are read and parsed at a time, and hence the
// longest record that can be told from a broken file.
const blockSize = 4 << 20

// mostProblems is how many are told in words.
const mostProblems = 20

func (o Options) maxLine() int {
	if o.MaxLine > 0 {
		return min(o.MaxLine, blockSize)
	}
	return 1 << 20
}

// head is what the first line says.
type head struct {
	comma  byte
	fields []string
	rest   int // where the records begin
}

// readHeader reads the first record of a block. eof says that the block is the
// whole file.
func readHeader(block []byte, o Options, eof bool) (head, error) {
	var h head
	text := block
	switch {
	case len(text) >= 2 && (text[0] == 0xff && text[1] == 0xfe || text[0] == 0xfe && text[1] == 0xff):
		return h, fmt.Errorf("%w: line 1: the file is UTF-16; save it as CSV UTF-8", ErrFormat)
	case len(text) >= 4 && string(text[:4]) == "PK\x03\x04":
		return h, fmt.Errorf("%w: line 1: the file is a spreadsheet or zip archive; export it as CSV UTF-8", ErrFormat)
	case len(text) >= 3 && string(text[:3]) == "\xef\xbb\xbf":
		text = text[3:]
	}
	for len(text) > 0 && (text[0] == '\n' || text[0] == '\r') {
		text = text[1:]
	}
	h.comma = o.Comma
	if h.comma == 0 {
		h.comma = sniff(text)
	}
	// Parsing rewrites the text: most headers need only a copy of its front.
	p := parser{comma: h.comma, text: slices.Clone(text[:min(len(text), 1<<14)])}
	found := p.next()
	if p.at == len(p.text) && len(p.text) < len(text) {
		p = parser{comma: h.comma, text: slices.Clone(text)}
		found = p.next()
	}
	if !found {
		return h, fmt.Errorf("%w: line 1: the file is empty; it needs a header line", ErrFormat)
	}
	if p.open || p.at == len(p.text) && !eof {
		return h, fmt.Errorf("%w: line 1: the header does not end; check its quotes and line ends", ErrFormat)
	}
	if slices.ContainsFunc(p.cells, func(c []byte) bool { return bytes.IndexByte(c, '\r') >= 0 }) {
		return h, fmt.Errorf("%w: line 1: lines end in CR alone; save the file with LF or CRLF", ErrFormat)
	}
	for i, c := range p.cells {
		name := strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(string(c), "\x00", ""), string(utf8.RuneError)))
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		h.fields = append(h.fields, name)
	}
	h.rest = len(block) - len(text) + p.at
	return h, nil
}

// sniff takes the delimiter that stands most often in the first line outside
// quotes.
func sniff(text []byte) byte {
	counts := map[byte]int{}
	quoted := false
	for _, c := range text[:min(len(text), 1<<16)] {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' || c == '\r':
			return most(counts)
		case c == ',' || c == ';' || c == '\t' || c == '|':
			counts[c]++
		}
	}
	return most(counts)
}

func most(counts map[byte]int) byte {
	best := byte(',')
	for _, c := range []byte{',', ';', '\t', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// place finds the columns of a table's fields and of the identity.
func (h head) place(fields []string, o Options) ([]int, int, error) {
	at := map[string]int{}
	for i := len(h.fields) - 1; i >= 0; i-- {
		at[h.fields[i]] = i
	}
	cols := make([]int, len(fields))
	for i, f := range fields {
		name := f
		if n, ok := o.Columns[f]; ok {
			name = n
		}
		if name == "" {
			cols[i] = math.MaxInt // beyond every record: missing
			continue
		}
		c, ok := at[name]
		if !ok {
			return nil, 0, fmt.Errorf("%w: line 1: no column %q in the header (%s); name the right one in Columns", ErrFormat, name, strings.Join(h.fields, ", "))
		}
		cols[i] = c
	}
	if o.ID == "" {
		return cols, -1, nil
	}
	id, ok := at[o.ID]
	if !ok {
		return nil, 0, fmt.Errorf("%w: line 1: no column %q for the identity in the header (%s)", ErrFormat, o.ID, strings.Join(h.fields, ", "))
	}
	return cols, id, nil
}
