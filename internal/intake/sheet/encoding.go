package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// textEncoding is how a csv spells its letters.
type textEncoding struct {
	name string
	// skip is the length of the byte order mark.
	skip int64
	// decoder is nil for UTF-8.
	decoder encoding.Encoding
	// suspect means that some rows hold bytes that are no UTF-8, or NUL.
	suspect bool
}

// reader returns the file as UTF-8.
func (e textEncoding) reader(f file) io.Reader {
	section := io.NewSectionReader(f.r, e.skip, f.size-e.skip)
	if e.decoder == nil {
		return section
	}
	return transform.NewReader(section, e.decoder.NewDecoder())
}

var (
	utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16BE = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
)

// findEncoding goes by the byte order mark, then by the whole content: a file may be
// plain ASCII for 800,000 rows before the first é tells. That costs one fast reading.
func findEncoding(f file) (textEncoding, error) {
	switch {
	case bytes.HasPrefix(f.head, []byte("\xEF\xBB\xBF")):
		c, err := countLetters(f)
		return textEncoding{name: "UTF-8", skip: 3, suspect: c.invalid > 0 || c.nul > 0}, err
	case bytes.HasPrefix(f.head, []byte("\xFF\xFE")):
		return textEncoding{name: "UTF-16LE", skip: 2, decoder: utf16LE, suspect: true}, nil
	case bytes.HasPrefix(f.head, []byte("\xFE\xFF")):
		return textEncoding{name: "UTF-16BE", skip: 2, decoder: utf16BE, suspect: true}, nil
	}
	if even, odd := nulShare(f.head); odd > 0.3 && even < 0.05 {
		return textEncoding{name: "UTF-16LE", decoder: utf16LE, suspect: true}, nil
	} else if even > 0.3 && odd < 0.05 {
		return textEncoding{name: "UTF-16BE", decoder: utf16BE, suspect: true}, nil
	}
	c, err := countLetters(f)
	if err != nil {
		return textEncoding{}, err
	}
	// A Windows-1252 file has hardly any pair of bytes that happens to be UTF-8; a
	// UTF-8 file with some foreign lines has many good ones.
	if c.invalid > c.valid {
		return textEncoding{name: "Windows-1252", decoder: charmap.Windows1252, suspect: c.nul > 0}, nil
	}
	return textEncoding{name: "UTF-8", suspect: c.invalid > 0 || c.nul > 0}, nil
}

// nulShare returns the share of NUL among the bytes at even and at odd places.
func nulShare(head []byte) (float64, float64) {
	if len(head) < 4 {
		return 0, 0
	}
	var n [2]float64
	for i, b := range head {
		if b == 0 {
			n[i%2]++
		}
	}
	half := float64(len(head)) / 2
	return n[0] / half, n[1] / half
}

// letters counts characters beyond ASCII.
type letters struct{ valid, invalid, nul int64 }

func countLetters(f file) (letters, error) {
	var c letters
	buf := make([]byte, 256<<10)
	section := io.NewSectionReader(f.r, 0, f.size)
	kept := 0
	for {
		n, err := section.Read(buf[kept:])
		chunk := buf[:kept+n]
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return c, fmt.Errorf("sheet: read the text: %w", err)
		}
		rest := c.add(chunk, end)
		kept = copy(buf, rest)
		if end {
			return c, nil
		}
	}
}

// add counts chunk and returns the start of a character that continues after it.
func (c *letters) add(chunk []byte, end bool) []byte {
	c.nul += int64(bytes.Count(chunk, []byte{0}))
	for len(chunk) > 0 {
		i := firstBeyondASCII(chunk)
		chunk = chunk[i:]
		if len(chunk) == 0 {
			break
		}
		if !end && len(chunk) < utf8.UTFMax && !utf8.FullRune(chunk) {
			return chunk
		}
		r, size := utf8.DecodeRune(chunk)
		if r == utf8.RuneError && size == 1 {
			c.invalid++
		} else {
			c.valid++
		}
		chunk = chunk[size:]
	}
	return nil
}

func firstBeyondASCII(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if (b[i]|b[i+1]|b[i+2]|b[i+3]|b[i+4]|b[i+5]|b[i+6]|b[i+7])&0x80 != 0 {
			break
		}
	}
	for ; i < len(b) && b[i] < utf8.RuneSelf; i++ {
	}
	return i
}

// repairUTF8 reads the bytes of s that are no UTF-8 as Windows-1252, where they nearly
// always come from, and drops NUL, which no database takes.
func repairUTF8(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(s[i])
		}
		if r != 0 {
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// isBinary reports whether text holds control characters that no table has.
func isBinary(text []byte) bool {
	odd := 0
	for _, c := range text {
		if c < 0x20 && !isSpace(c) && c != '\f' && c != '\v' && c != 0x1A {
			odd++
		}
	}
	return odd > 2+len(text)/200
}
