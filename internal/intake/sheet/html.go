package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"tepat/internal/fault"
)

// htmlBook is a web page with tables, which many programs write and call .xls. Each
// table with something in it is a sheet, one inside another too: pages are often laid
// out by tables, and what a person takes for the list is the innermost.
type htmlBook struct {
	file     file
	encoding textEncoding
	sheets   []Info
	starts   []int64 // where each table begins in the page, in UTF-8
	excel    bool    // Excel wrote it, so its digits are those of numbers
	numbers  map[string]string
	more     bool // there are more tables than htmlTables
}

const (
	// htmlTables are listed; each costs a reading of its first rows.
	htmlTables  = 200
	htmlClasses = 4096
	htmlStyle   = 64 << 10 // bytes of a page's style sheet that are looked at
)

func openHTML(f file) (Book, error) {
	enc, err := findHTMLEncoding(f)
	if err != nil {
		return nil, err
	}
	b := &htmlBook{file: f, encoding: enc, numbers: map[string]string{}}
	if err := b.scan(); err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, fault.NewInvalid("sheet.html")
	}
	if len(b.sheets) == 1 {
		b.sheets[0].Name = ""
	}
	return b, nil
}

// findHTMLEncoding believes the bytes before the page: one that is valid UTF-8 is, whatever
// it says. Of those that are not, only encodings of one byte for a letter are known.
func findHTMLEncoding(f file) (textEncoding, error) {
	enc, err := findEncoding(f)
	if err != nil || enc.name != "Windows-1252" {
		return enc, err
	}
	named, err := htmlindex.Get(charsetOf(f.head))
	if err != nil {
		return enc, nil // an unknown name: Windows-1252 is likely
	}
	if _, ok := named.(*charmap.Charmap); !ok {
		return enc, nil
	}
	enc.name, _ = htmlindex.Name(named)
	enc.decoder = named.(encoding.Encoding)
	return enc, nil
}

// charsetOf returns what stands behind charset= at the start of a page.
func charsetOf(head []byte) string {
	lower := bytes.ToLower(head)
	at := bytes.Index(lower, []byte("charset="))
	if at < 0 {
		return ""
	}
	name := bytes.TrimLeft(lower[at+len("charset="):], `"' `)
	if end := bytes.IndexAny(name, "\"'; />\r\n\t"); end >= 0 {
		name = name[:end]
	}
	return string(name)
}

// reader returns the page from a place on.
func (b *htmlBook) reader(from int64) (io.Reader, error) {
	if b.encoding.decoder == nil {
		skip := b.encoding.skip + from
		return io.NewSectionReader(b.file.r, skip, b.file.size-skip), nil
	}
	r := b.encoding.reader(b.file)
	if _, err := io.CopyN(io.Discard, r, from); err != nil {
		return nil, fmt.Errorf("sheet: read the page: %w", err)
	}
	return r, nil
}

func (b *htmlBook) tokenizer(r io.Reader) *html.Tokenizer {
	z := html.NewTokenizer(r)
	z.SetMaxBuf(b.file.limits.Line)
	return z
}

// htmlTable is a table that is open while a page is scanned.
type htmlTable struct {
	at     int64
	name   string
	filled bool
	place  int // in the order in which tables begin
}

// htmlScan is the state of looking through a page for its tables.
type htmlScan struct {
	open    []htmlTable
	found   []htmlTable
	heading []byte // the last heading or caption
	inside  string // the element whose text is collected: caption, h1 to h6, style
	begun   int
}

// scan lists the tables with their captions, or the headings above them, as names.
func (b *htmlBook) scan() error {
	r, err := b.reader(0)
	if err != nil {
		return err
	}
	z := b.tokenizer(r)
	var s htmlScan
	var at int64
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if err := b.ended(z); err != nil {
				return err
			}
			break
		}
		raw := int64(len(z.Raw()))
		switch kind {
		case html.TextToken:
			b.scanText(&s, z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			b.scanOpen(&s, z, at)
		case html.EndTagToken:
			name, _ := z.TagName()
			s.close(string(name))
		}
		at += raw
	}
	for len(s.open) > 0 {
		s.close("table")
	}
	b.list(s.found)
	return nil
}

// ended returns what ended the page, nil at its end.
func (b *htmlBook) ended(z *html.Tokenizer) error {
	switch err := z.Err(); {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, html.ErrBufferExceeded):
		return fault.NewInvalid("sheet.damaged", "HTML").Because(err)
	default:
		return fmt.Errorf("sheet: read the page: %w", err)
	}
}

func (b *htmlBook) scanOpen(s *htmlScan, z *html.Tokenizer, at int64) {
	tag, hasAttr := z.TagName()
	switch name := string(tag); name {
	case "table":
		s.open = append(s.open, htmlTable{at: at, name: string(s.heading), place: s.begun})
		s.begun++
		s.heading = s.heading[:0]
	case "caption", "h1", "h2", "h3", "h4", "h5", "h6":
		s.inside, s.heading = name, s.heading[:0]
	case "style":
		s.inside = name
	case "meta":
		b.excel = b.excel || hasAttr && isExcelMeta(z)
	}
}

// isExcelMeta recognises <meta name=Generator content="Microsoft Excel 15">.
func isExcelMeta(z *html.Tokenizer) bool {
	generator, excel := false, false
	for {
		key, value, more := z.TagAttr()
		switch string(key) {
		case "name":
			generator = strings.EqualFold(string(value), "generator")
		case "content":
			excel = strings.HasPrefix(strings.ToLower(string(value)), "microsoft excel")
		}
		if !more {
			return generator && excel
		}
	}
}

func (b *htmlBook) scanText(s *htmlScan, text []byte) {
	if s.inside == "style" {
		b.addStyles(text[:min(len(text), htmlStyle)])
		return
	}
	if s.inside != "" {
		if len(s.heading) < 200 {
			s.heading = append(s.heading, text...)
		}
		return
	}
	if n := len(s.open); n > 0 && !s.open[n-1].filled {
		s.open[n-1].filled = len(bytes.TrimSpace(text)) > 0
	}
}

func (s *htmlScan) close(name string) {
	if name == s.inside {
		s.inside = ""
		if n := len(s.open); name == "caption" && n > 0 {
			s.open[n-1].name = string(s.heading)
			s.heading = s.heading[:0]
		}
	}
	if n := len(s.open); name == "table" && n > 0 {
		if s.open[n-1].filled && len(s.found) <= 2*htmlTables {
			s.found = append(s.found, s.open[n-1])
		}
		s.open = s.open[:n-1]
	}
}

// list makes the tables that have something in them sheets, in the order of the page.
func (b *htmlBook) list(found []htmlTable) {
	byPlace(found)
	b.more = len(found) > htmlTables
	for i, t := range found[:min(len(found), htmlTables)] {
		name := strings.Join(strings.Fields(repairUTF8(html.UnescapeString(t.name))), " ")
		if name == "" {
			name = fmt.Sprint("Tabel ", i+1)
		}
		b.sheets = append(b.sheets, Info{Name: cut(name, 200), Encoding: b.encoding.name})
		b.starts = append(b.starts, t.at)
	}
}

func (b *htmlBook) Kind() Kind     { return HTML }
func (b *htmlBook) Sheets() []Info { return b.sheets }
func (b *htmlBook) Close() error   { return nil }

func (b *htmlBook) Notes() []Note {
	notes := extensionNote(b.file, HTML)
	if b.encoding.name != "UTF-8" {
		notes = append(notes, Note{"sheet.note.encoding", []any{b.encoding.name}})
	}
	if b.more {
		notes = append(notes, Note{"sheet.note.tables", []any{htmlTables}})
	}
	return notes
}

func (b *htmlBook) Rows(sheet int) (*Rows, error) {
	if sheet < 0 || sheet >= len(b.starts) {
		return nil, fmt.Errorf("sheet: no sheet %d of %d", sheet, len(b.starts))
	}
	r, err := b.reader(b.starts[sheet])
	if err != nil {
		return nil, err
	}
	limits := b.file.limits
	src := &htmlRows{rowBuilder: rowBuilder{limits: limits}, book: b, name: b.sheets[sheet].Name, z: b.tokenizer(r)}
	return &Rows{src: src, max: limits.Rows}, nil
}
