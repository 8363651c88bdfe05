package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tepat/internal/civil"
	"tepat/internal/money"
	"tepat/internal/nik"
)

// value is a cell that has been checked against its column: nil, string,
// int64, float64, civil.Date or time.Time.
type value any

// valueOf checks v against kind. A wrong type is a mistake of the programmer.
func valueOf(kind Kind, v any) (value, error) {
	if v == nil {
		return nil, nil
	}
	switch kind {
	case Text, NIK:
		return textOf(kind, v)
	case Int, Rupiah:
		return wholeOf(kind, v)
	case Decimal:
		if f, ok := v.(float64); ok && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f, nil
		}
	case Date:
		if d, ok := v.(civil.Date); ok {
			return emptyIf(d.IsZero(), d), nil
		}
	case Time:
		if t, ok := v.(time.Time); ok {
			return emptyIf(t.IsZero(), t.Truncate(time.Second)), nil
		}
	}
	return nil, wrongType(kind, v)
}

func wrongType(kind Kind, v any) error {
	return fmt.Errorf("a %T in a column of kind %s", v, kind)
}

func emptyIf(empty bool, v value) value {
	if empty {
		return nil
	}
	return v
}

func textOf(kind Kind, v any) (value, error) {
	switch x := v.(type) {
	case string:
		return clean(x), nil
	case nik.NIK:
		return x.String(), nil
	case nik.KK:
		return x.String(), nil
	}
	if kind == NIK {
		return nil, wrongType(kind, v)
	}
	if s, ok := v.(fmt.Stringer); ok {
		return clean(s.String()), nil
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return clean(r.String()), nil
	}
	return nil, wrongType(kind, v)
}

func wholeOf(kind Kind, v any) (value, error) {
	switch x := v.(type) {
	case int:
		return int64(x), nil
	case int64:
		return x, nil
	case money.Rupiah:
		return int64(x), nil
	}
	if r := reflect.ValueOf(v); kind == Int && r.CanInt() {
		return r.Int(), nil
	}
	return nil, wrongType(kind, v)
}

// clean makes text that all formats can carry and the hash agrees on: valid
// UTF-8, line feeds for every kind of line end, and U+FFFD for the control
// characters that XML forbids.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if forbidden(r) {
			return '\ufffd'
		}
		return r
	}, s)
}

func isClean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			return isCleanRunes(s)
		}
	}
	return true
}

func isCleanRunes(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r == '\r' || forbidden(r) })
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f || r == 0xfffe || r == 0xffff
}

// dangerous reports whether a spreadsheet might take s for a formula.
func dangerous(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', 0, '＝', '＋', '－', '＠':
		return s != ""
	}
	return false
}

// Guard puts an apostrophe before text that a spreadsheet might run as a
// formula, and before text that looks as if that had already been done, so
// that Unguard gives back exactly s.
func Guard(s string) string {
	if dangerous(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Unguard takes away what Guard put in front, and nothing else.
func Unguard(s string) string {
	if strings.HasPrefix(s, "'") && dangerous(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

const wallClock = "2006-01-02T15:04:05"

// appendJSON appends v in its one spelling; see the package comment.
func appendJSON(buf []byte, v value) []byte {
	switch x := v.(type) {
	case string:
		return appendQuoted(buf, x)
	case int64:
		return strconv.AppendInt(buf, x, 10)
	case float64:
		return strconv.AppendFloat(buf, x, 'f', -1, 64)
	case civil.Date:
		return appendQuoted(buf, x.String())
	case time.Time:
		return appendQuoted(buf, x.Format(wallClock))
	}
	return append(buf, "null"...)
}

// appendQuoted expects clean text.
func appendQuoted(buf []byte, s string) []byte {
	buf = append(buf, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			buf = append(buf, '\\', c)
		case '\n':
			buf = append(buf, '\\', 'n')
		case '\t':
			buf = append(buf, '\\', 't')
		default:
			buf = append(buf, c)
		}
	}
	return append(buf, '"')
}

// tally counts and hashes rows as they pass.
type tally struct {
	rows int64
	hash hash.Hash
	buf  []byte
}

func newTally() *tally { return &tally{hash: sha256.New()} }

// add takes one row and returns its JSON line without the line feed, valid
// until the next call.
func (t *tally) add(row []value) []byte {
	t.buf = append(t.buf[:0], '[')
	for i, v := range row {
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		t.buf = appendJSON(t.buf, v)
	}
	t.buf = append(t.buf, ']', '\n')
	t.hash.Write(t.buf)
	t.rows++
	return t.buf[:len(t.buf)-1]
}

func (t *tally) sum() Sum { return Sum{Rows: t.rows, SHA256: hex.EncodeToString(t.hash.Sum(nil))} }

// each checks every row of t and passes it on with its JSON line; both are
// valid until the next call. It returns what passed.
func (t Table) each(fn func(row []value, line []byte) error) (Sum, error) {
	passed := newTally()
	row := make([]value, len(t.Columns))
	for cells, err := range t.Rows {
		if err != nil {
			return Sum{}, err
		}
		if len(cells) != len(t.Columns) {
			return Sum{}, fmt.Errorf("row %d has %d cells for %d columns", passed.rows+1, len(cells), len(t.Columns))
		}
		for i, c := range cells {
			if row[i], err = valueOf(t.Columns[i].Kind, c); err != nil {
				return Sum{}, fmt.Errorf("row %d, column %q: %w", passed.rows+1, t.Columns[i].Header, err)
			}
		}
		if err := fn(row, passed.add(row)); err != nil {
			return Sum{}, err
		}
	}
	return passed.sum(), nil
}
