package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// The records of [MS-XLS] that matter for what stands in cells.
const (
	biffFormula    = 0x0006
	biffEOF        = 0x000A
	biffDateMode   = 0x0022
	biffFilePass   = 0x002F
	biffContinue   = 0x003C
	biffColInfo    = 0x007D
	biffBoundSheet = 0x0085
	biffMulRK      = 0x00BD
	biffRString    = 0x00D6
	biffXF         = 0x00E0
	biffSST        = 0x00FC
	biffLabelSST   = 0x00FD
	biffNumber     = 0x0203
	biffLabel      = 0x0204
	biffBoolErr    = 0x0205
	biffString     = 0x0207
	biffRow        = 0x0208
	biffRK         = 0x027E
	biffFormat     = 0x041E
	biffBOF        = 0x0809

	// Cells without content: BLANK and MULBLANK are passed over, as are MERGEDCELLS (the
	// text stands in the first cell) and DIMENSIONS, which lies too often.
)

// biffReader walks the records of a workbook stream, each of which has two bytes of
// kind, two of length, and its data.
type biffReader struct {
	r     io.ReaderAt
	size  int64
	at    int64 // where the next record begins
	start int64 // where the last one began
	buf   []byte
	from  int64 // where buf begins
}

const biffWindow = 128 << 10 // above the longest record

func newBIFF(r io.ReaderAt, size int64) *biffReader {
	return &biffReader{r: r, size: size, buf: make([]byte, 0, biffWindow)}
}

func (b *biffReader) seek(at int64) { b.at = at }

// next returns kind and data of the next record; the data are valid until the call
// after. At the end of the stream it fails with io.ErrUnexpectedEOF: every part of a
// workbook ends with a record that says so.
func (b *biffReader) next() (uint16, []byte, error) {
	head, err := b.bytes(b.at, 4)
	if err != nil {
		return 0, nil, err
	}
	kind, length := binary.LittleEndian.Uint16(head), int(binary.LittleEndian.Uint16(head[2:]))
	data, err := b.bytes(b.at+4, length)
	if err != nil {
		return 0, nil, err
	}
	b.start = b.at
	b.at += 4 + int64(length)
	return kind, data, nil
}

func (b *biffReader) bytes(at int64, n int) ([]byte, error) {
	if at < 0 || at+int64(n) > b.size {
		return nil, io.ErrUnexpectedEOF
	}
	if at < b.from || at+int64(n) > b.from+int64(len(b.buf)) {
		got, err := b.r.ReadAt(b.buf[:min(biffWindow, b.size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		b.buf, b.from = b.buf[:got], at
		if got < n {
			return nil, io.ErrUnexpectedEOF
		}
	}
	return b.buf[at-b.from:][:n], nil
}

// biffText is the head of a Unicode string ([MS-XLS] §2.5.293): how many characters,
// whether of one byte or two, and how long what follows the characters is.
type biffText struct {
	chars int
	wide  bool
	extra int
}

// textHead reads the head of a string whose number of characters has lengthBytes bytes,
// and returns what follows it.
func textHead(data []byte, lengthBytes int) (biffText, []byte, bool) {
	if len(data) <= lengthBytes {
		return biffText{}, nil, false
	}
	t := biffText{chars: int(data[0])}
	if lengthBytes == 2 {
		t.chars = int(binary.LittleEndian.Uint16(data))
	}
	flags := data[lengthBytes]
	data = data[lengthBytes+1:]
	t.wide = flags&1 != 0
	if flags&8 != 0 { // rich text: four bytes for each run
		if len(data) < 2 {
			return t, nil, false
		}
		t.extra += 4 * int(binary.LittleEndian.Uint16(data))
		data = data[2:]
	}
	if flags&4 != 0 { // phonetic guide
		if len(data) < 4 {
			return t, nil, false
		}
		t.extra += int(binary.LittleEndian.Uint32(data) & 0x7FFFFFFF)
		data = data[4:]
	}
	return t, data, true
}

// appendUnicode adds the string in data to dst. A string that is cut keeps what there is.
func appendUnicode(dst, data []byte, lengthBytes int) []byte {
	t, data, ok := textHead(data, lengthBytes)
	if !ok {
		return dst
	}
	dst, _ = appendChars(dst, data, t.chars, t.wide)
	return dst
}

// appendChars adds up to n characters to dst and returns how many there were. Narrow
// ones are UTF-16 without its zero bytes, whatever code page the file names. NUL, which
// no database takes, is left out.
func appendChars(dst, data []byte, n int, wide bool) ([]byte, int) {
	if !wide {
		n = min(n, len(data))
		for _, c := range data[:n] {
			if c != 0 {
				dst = utf8.AppendRune(dst, rune(c))
			}
		}
		return dst, n
	}
	n = min(n, len(data)/2)
	for i := 0; i < n; i++ {
		r := rune(binary.LittleEndian.Uint16(data[2*i:]))
		if utf16.IsSurrogate(r) && i+1 < n {
			if pair := utf16.DecodeRune(r, rune(binary.LittleEndian.Uint16(data[2*i+2:]))); pair != utf8.RuneError {
				r = pair
				i++
			}
		}
		if r != 0 {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst, n
}
