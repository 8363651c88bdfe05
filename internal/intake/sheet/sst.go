package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"tepat/internal/fault"
)

// loadSST reads the string table of an xls from its first record, data, and from the
// CONTINUE records behind it. A text may be cut anywhere: between its characters (the
// rest then begins with a new flag that says whether they have one byte or two), or
// inside the formatting behind it.
func loadSST(b *biffReader, data []byte, limits Limits) (*stringTable, error) {
	table := &stringTable{ends: []uint32{0}}
	if len(data) < 8 {
		return table, nil
	}
	var arena strings.Builder
	s := sstReader{b: b, data: data[8:]}
	var text []byte
	// The count is only an upper bound: the table also ends with its records.
	for n := binary.LittleEndian.Uint32(data[4:]); n > 0; n-- {
		var err error
		text, err = s.text(text[:0])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(table.ends) > limits.StringN || int64(arena.Len()+len(text)) > limits.Strings {
			return nil, fault.NewInvalid("sheet.strings", limits.Strings>>20)
		}
		table.add(&arena, text)
	}
	table.all = arena.String()
	return table, nil
}

// sstReader walks the data of SST and its CONTINUE records.
type sstReader struct {
	b    *biffReader
	data []byte // what is left of the current record
}

// more moves to the next CONTINUE record; io.EOF when there is none.
func (s *sstReader) more() error {
	at := s.b.at
	kind, data, err := s.b.next()
	if err != nil {
		return err
	}
	if kind != biffContinue {
		s.b.seek(at)
		return io.EOF
	}
	s.data = data
	return nil
}

// text adds the next text to dst. Its head is never cut ([MS-XLS] §2.5.293); a head
// that does not fit ends the table.
func (s *sstReader) text(dst []byte) ([]byte, error) {
	for len(s.data) == 0 {
		if err := s.more(); err != nil {
			return dst, err
		}
	}
	t, rest, ok := textHead(s.data, 2)
	if !ok {
		return dst, io.EOF
	}
	s.data = rest
	dst, err := s.chars(dst, t)
	if err != nil {
		return dst, err
	}
	if err := s.skip(t.extra); err != nil && !errors.Is(err, io.EOF) {
		return dst, err
	}
	return dst, nil
}

// chars adds the characters of a text whose head has been read to dst.
func (s *sstReader) chars(dst []byte, t biffText) ([]byte, error) {
	for left := t.chars; left > 0; {
		if len(s.data) == 0 {
			if err := s.more(); err != nil {
				return dst, err
			}
			if len(s.data) == 0 {
				continue
			}
			t.wide = s.data[0]&1 != 0
			s.data = s.data[1:]
			continue
		}
		var n int
		dst, n = appendChars(dst, s.data, left, t.wide)
		left -= n
		s.data = s.data[n*width(t.wide):]
		if n == 0 {
			s.data = nil // half a character is left over
		}
	}
	return dst, nil
}

func width(wide bool) int {
	if wide {
		return 2
	}
	return 1
}

func (s *sstReader) skip(n int) error {
	for n > len(s.data) {
		n -= len(s.data)
		if err := s.more(); err != nil {
			return err
		}
	}
	s.data = s.data[n:]
	return nil
}
