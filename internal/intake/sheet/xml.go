package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"tepat/internal/fault"
)

// token is what xmlReader.next found.
type token uint8

const (
	atEnd   token = iota // end of the file
	atOpen               // <name …>; also the first half of <name/>
	atClose              // </name>; also the second half of <name/>
	atText               // text or CDATA
)

// xmlReader splits XML into tags and text without allocating. encoding/xml takes
// ten seconds for a file of 300,000 rows; this takes one. It knows what spreadsheets
// need: prefixes are dropped, comments and instructions skipped, document types (the
// door of entity attacks) refused. It does not check that tags match.
type xmlReader struct {
	r        io.Reader
	partName string
	buf      []byte
	pos, end int
	readErr  error

	name    []byte // local name of the tag; valid until the next call of next
	attrs   []byte // what attr has not yet taken
	text    []byte // undecoded
	cdata   bool
	pending bool // the second half of <name/> is due
}

const (
	xmlWindow   = 64 << 10
	xmlMaxToken = 8 << 20 // the longest single tag or text; Excel's longest cell is below 200 KiB
)

func newXMLReader(r io.Reader, partName string) *xmlReader {
	x := &xmlReader{r: r, partName: partName, buf: make([]byte, xmlWindow)}
	x.more()
	if mark := x.buf[:min(x.end, 2)]; string(mark) == "\xFF\xFE" || string(mark) == "\xFE\xFF" {
		head := bytes.Clone(x.buf[:x.end])
		all := io.MultiReader(bytes.NewReader(head), r)
		utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
		x.r, x.pos, x.end, x.readErr = transform.NewReader(all, utf16.NewDecoder()), 0, 0, nil
		x.more()
	}
	if bytes.HasPrefix(x.buf[:x.end], []byte("\xEF\xBB\xBF")) {
		x.pos = 3
	}
	return x
}

// more reads further behind what is still unread and reports whether anything came.
func (x *xmlReader) more() bool {
	if x.readErr != nil {
		return false
	}
	if x.pos > 0 {
		x.end = copy(x.buf, x.buf[x.pos:x.end])
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= xmlMaxToken {
			x.readErr = x.damaged()
			return false
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	n, err := io.ReadFull(x.r, x.buf[x.end:])
	x.end += n
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	x.readErr = err
	return n > 0
}

func (x *xmlReader) damaged() error { return fault.NewInvalid("sheet.damaged", x.partName) }

// failure is the error that ended reading, nil at a plain end of file.
func (x *xmlReader) failure() error {
	if x.readErr == nil || errors.Is(x.readErr, io.EOF) {
		return nil
	}
	return x.readErr
}

// next moves to the next tag or text.
func (x *xmlReader) next() (token, error) {
	if x.pending {
		x.pending = false
		return atClose, nil
	}
	for {
		if x.pos == x.end && !x.more() {
			return atEnd, x.failure()
		}
		if x.buf[x.pos] != '<' {
			return x.plainText()
		}
		if x.end-x.pos < 9 {
			x.more() // enough to tell <![CDATA[ from other marks
		}
		rest := x.buf[x.pos:x.end]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			inside, err := x.until("<![CDATA[", "]]>")
			x.text, x.cdata = inside, true
			return atText, err
		case bytes.HasPrefix(rest, []byte("<!--")):
			if _, err := x.until("<!--", "-->"); err != nil {
				return atEnd, err
			}
		case bytes.HasPrefix(rest, []byte("<?")):
			if _, err := x.until("<?", "?>"); err != nil {
				return atEnd, err
			}
		case bytes.HasPrefix(rest, []byte("<!")):
			return atEnd, x.damaged()
		default:
			return x.tag()
		}
	}
}

func (x *xmlReader) plainText() (token, error) {
	from := 0
	for {
		rest := x.buf[x.pos:x.end]
		if i := bytes.IndexByte(rest[from:], '<'); i >= 0 {
			x.text, x.cdata = rest[:from+i], false
			x.pos += from + i
			return atText, nil
		}
		from = len(rest)
		if !x.more() {
			x.text, x.cdata = x.buf[x.pos:x.end], false
			x.pos = x.end
			return atText, x.failure()
		}
	}
}

// until returns what stands between two marks and moves behind it.
func (x *xmlReader) until(open, closing string) ([]byte, error) {
	from := len(open)
	for {
		rest := x.buf[x.pos:x.end]
		if from <= len(rest) {
			if i := bytes.Index(rest[from:], []byte(closing)); i >= 0 {
				inside := rest[len(open) : from+i]
				x.pos += from + i + len(closing)
				return inside, nil
			}
			from = max(len(open), len(rest)-len(closing))
		}
		if !x.more() {
			return nil, errors.Join(x.failure(), x.damaged())
		}
	}
}

func (x *xmlReader) tag() (token, error) {
	length, err := x.tagLength()
	if err != nil {
		return atEnd, err
	}
	inside := x.buf[x.pos+1 : x.pos+length-1]
	x.pos += length
	if len(inside) > 0 && inside[0] == '/' {
		x.name = localName(bytes.TrimRight(inside[1:], " \t\r\n"))
		return atClose, nil
	}
	if n := len(inside); n > 0 && inside[n-1] == '/' {
		x.pending = true
		inside = inside[:n-1]
	}
	cut := 0
	for cut < len(inside) && !isSpace(inside[cut]) {
		cut++
	}
	x.name, x.attrs = localName(inside[:cut]), inside[cut:]
	return atOpen, nil
}

// tagLength finds the > that ends the tag; one inside quotes does not.
func (x *xmlReader) tagLength() (int, error) {
	i, quote := 1, byte(0)
	for {
		rest := x.buf[x.pos:x.end]
		for ; i < len(rest); i++ {
			switch c := rest[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				return i + 1, nil
			}
		}
		if !x.more() {
			return 0, errors.Join(x.failure(), x.damaged())
		}
	}
}

// attr takes the next attribute of the open tag: full name and undecoded value.
func (x *xmlReader) attr() ([]byte, []byte, bool) {
	a := x.attrs
	i := 0
	for i < len(a) && isSpace(a[i]) {
		i++
	}
	start := i
	for i < len(a) && a[i] != '=' && !isSpace(a[i]) {
		i++
	}
	name := a[start:i]
	for i < len(a) && (a[i] == '=' || isSpace(a[i])) {
		i++
	}
	if len(name) == 0 || i >= len(a) || (a[i] != '"' && a[i] != '\'') {
		x.attrs = nil
		return nil, nil, false
	}
	length := bytes.IndexByte(a[i+1:], a[i])
	if length < 0 {
		x.attrs = nil
		return nil, nil, false
	}
	value := a[i+1 : i+1+length]
	x.attrs = a[i+length+2:]
	return name, value, true
}

func localName(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// appendText adds the decoded text of the current token to dst: entities resolved,
// line ends as XML 1.0 §2.11 wants them, NUL left out. A text in endless pieces is cut.
func (x *xmlReader) appendText(dst []byte) []byte {
	if len(dst) > xmlMaxToken {
		return dst
	}
	return appendDecoded(dst, x.text, !x.cdata)
}

func appendDecoded(dst, raw []byte, entities bool) []byte {
	for len(raw) > 0 {
		i := bytes.IndexAny(raw, "&\r\x00")
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i]
		raw = raw[i+1:]
		switch {
		case c == '\r':
			if len(raw) == 0 || raw[0] != '\n' {
				dst = append(dst, '\n')
			}
		case c == '&' && entities:
			length := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
			r, ok := rune(0), false
			if length > 0 {
				r, ok = entity(raw[:length])
			}
			if !ok {
				dst = append(dst, '&')
				continue
			}
			raw = raw[length+1:]
			if r != 0 {
				dst = utf8.AppendRune(dst, r)
			}
		case c == '&':
			dst = append(dst, '&')
		}
	}
	return dst
}

// entity resolves what stands between & and ;. NUL, which no database takes, is 0.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if name[0] != '#' || len(name) < 2 {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return 0, false
	}
	return rune(n), true
}

// unescape resolves in place the _x000D_ form in which Excel keeps control characters
// ([ECMA-376] part 1 §22.9.2.19). NUL is left out.
func unescape(text []byte) []byte {
	at := bytes.Index(text, []byte("_x"))
	if at < 0 {
		return text
	}
	out := text[:at]
	for i := at; i < len(text); {
		if n, ok := escaped(text[i:]); ok {
			if n != 0 {
				// At most 3 bytes come in the place of 7, so out never overtakes i.
				out = utf8.AppendRune(out, n)
			}
			i += len("_x000D_")
			continue
		}
		out = append(out, text[i])
		i++
	}
	return out
}

func escaped(s []byte) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n), err == nil
}
