package indonesia

import (
	"unicode"
	"unicode/utf8"
)

// maxInput bounds the bytes of a cell that are looked at; longer ones are not
// names or addresses but pasted paragraphs, and every cleaner must stay cheap.
const maxInput = 192

// maxWords bounds the words of a cell that are kept.
const maxWords = 16

// upper folds a rune to its capital without marks: é and É become E. Letters
// of other scripts stay letters; everything else is returned as it is.
func upper(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r < 0x80:
		return r
	}
	r = unicode.ToUpper(r)
	switch {
	case r >= 0xC0 && r <= 0xC5, r == 0x100, r == 0x102, r == 0x104:
		return 'A'
	case r == 0xC7, r == 0x106, r == 0x10C:
		return 'C'
	case r >= 0xC8 && r <= 0xCB, r == 0x112, r == 0x116, r == 0x118, r == 0x11A:
		return 'E'
	case r >= 0xCC && r <= 0xCF, r == 0x12A, r == 0x130:
		return 'I'
	case r == 0xD1, r == 0x143, r == 0x147:
		return 'N'
	case r >= 0xD2 && r <= 0xD6, r == 0xD8, r == 0x14C:
		return 'O'
	case r >= 0xD9 && r <= 0xDC, r == 0x16A:
		return 'U'
	case r == 0xDD, r == 0x178:
		return 'Y'
	case r == 0x160:
		return 'S'
	case r == 0x17D:
		return 'Z'
	}
	return r
}

// isApostrophe reports the many signs typed for a glottal stop or a quote.
// They join: MA'MUN is one word.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '"', 0x00B4, 0x2018, 0x2019, 0x201A, 0x201B, 0x201C, 0x201D, 0x02BB, 0x02BC, 0x02BE, 0x02BF, 0x2032:
		return true
	}
	return false
}

// invisible reports characters that spreadsheets leave behind and that are
// neither letter nor space to a reader.
func invisible(r rune) bool {
	return r == 0x200B || r == 0x200C || r == 0x200D || r == 0x2060 || r == 0xFEFF || r == 0xAD
}

// word is one run of letters or digits in a scratch buffer.
type word struct {
	from, to uint8 // bytes of the buffer
	dot      bool  // a full stop follows at once
	comma    bool  // a comma stands somewhere before
	tight    bool  // only a full stop parts it from the word before
}

// text is a cell taken apart without allocation.
type text struct {
	buf   [maxInput]byte
	n     int
	words [maxWords]word
	count int
}

// bytes is the word i.
func (t *text) bytes(i int) []byte { return t.buf[t.words[i].from:t.words[i].to] }

// drop removes the words from i up to j, j not included.
func (t *text) drop(i, j int) {
	copy(t.words[i:t.count], t.words[j:t.count])
	t.count -= j - i
}

// split takes a cell apart into words of capitals. Text in parentheses is a
// remark or an alias and left out, unless there is nothing else; so is what
// follows a slash, when asked.
func (t *text) split(s string, stopAtSlash bool) {
	t.scan(s, stopAtSlash, true)
	if t.count == 0 && s != "" {
		t.scan(s, stopAtSlash, false)
	}
}

func (t *text) scan(s string, stopAtSlash, remarks bool) {
	t.n, t.count = 0, 0
	inWord, comma, tight := false, false, false
	depth := 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		if remarks && (r == '(' || r == '[') {
			depth++
		}
		if depth > 0 {
			if r == ')' || r == ']' {
				depth--
			}
			inWord, tight = false, false
			continue
		}
		if isApostrophe(r) || invisible(r) || r == utf8.RuneError {
			continue
		}
		r = upper(r)
		if letter(r) || (r >= '0' && r <= '9') {
			if !inWord {
				if t.count == maxWords {
					return
				}
				t.words[t.count] = word{from: uint8(t.n), to: uint8(t.n), comma: comma, tight: tight}
				t.count++
				inWord = true
			}
			if !t.push(r) {
				return
			}
			continue
		}
		if r == '/' && stopAtSlash && t.count > 0 {
			return
		}
		tight = r == '.' && (inWord || tight)
		if r == '.' && inWord {
			t.words[t.count-1].dot = true
		}
		comma = comma || r == ','
		inWord = false
	}
}

// push adds a rune to the last word; false when the buffer is full.
func (t *text) push(r rune) bool {
	if r < utf8.RuneSelf {
		if t.n >= len(t.buf)-1 {
			return false
		}
		t.buf[t.n] = byte(r)
		t.n++
		t.words[t.count-1].to = uint8(t.n)
		return true
	}
	if t.n+utf8.UTFMax >= len(t.buf) {
		return false
	}
	t.n += utf8.EncodeRune(t.buf[t.n:], r)
	t.words[t.count-1].to = uint8(t.n)
	return true
}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

func vowel(c byte) bool {
	return c == 'A' || c == 'I' || c == 'U' || c == 'E' || c == 'O'
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

func hasDigit(b []byte) bool {
	for _, c := range b {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}
