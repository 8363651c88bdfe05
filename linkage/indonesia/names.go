package indonesia

import (
	"strings"
	"sync"
)

// NormalizeName brings a personal name to canonical words in capitals: titles,
// courtesy words and remarks go (H., DRS., S.Pd, BPK, ALM., what stands in
// parentheses or after a slash), spellings of one name meet (MOCH. and
// MUHAMAD become MUHAMMAD, SITTI becomes SITI, SOEHARTO becomes SUHARTO),
// names written joined are parted (ABDURRAHMAN is ABDUL RAHMAN) and BIN and
// BINTI are left out while the father's name stays.
//
// Initials stay initials, except M. before another word, which is MUHAMMAD.
// The order of the words stays. A cell that holds no name gives "". The result
// is at most 256 bytes and NormalizeName of it is itself.
func NormalizeName(s string) string {
	p := parsed(s)
	defer recent.Put(p)
	return p.text
}

// name is a name taken apart.
type name struct {
	raw, text string
	words     list
}

// recent keeps the last name of each processor: a table cleans one cell for
// its words, its sound and its key, one after the other.
var recent = sync.Pool{New: func() any { return new(name) }}

// parsed takes a name apart, or finds it just taken apart. Give it back to
// recent.
func parsed(s string) *name {
	p := recent.Get().(*name)
	if p.raw != s {
		p.text = p.words.name(s)
		p.raw = s
	}
	return p
}

// list holds canonical words. They point into its own buffer.
type list struct {
	buf   [512]byte
	n     int
	words [maxWords + 8][2]uint16
	count int
}

const maxName = 256

func (l *list) at(i int) []byte { return l.buf[l.words[i][0]:l.words[i][1]] }

// add puts a word at the end; words beyond the bound are left out.
func (l *list) add(b []byte) {
	if len(b) == 0 || l.count == maxWords || l.n+len(b)+l.count+1 > maxName {
		return
	}
	from := l.n
	l.n += copy(l.buf[l.n:], b)
	l.words[l.count] = [2]uint16{uint16(from), uint16(l.n)}
	l.count++
}

func (l *list) join() string {
	var out [maxName + maxWords]byte
	n := 0
	for i := range l.count {
		if i > 0 {
			out[n] = ' '
			n++
		}
		n += copy(out[n:], l.at(i))
	}
	return string(out[:n])
}

// sort orders the few words by insertion.
func (l *list) sort() {
	for i := 1; i < l.count; i++ {
		for j := i; j > 0 && string(l.at(j)) < string(l.at(j-1)); j-- {
			l.words[j], l.words[j-1] = l.words[j-1], l.words[j]
		}
	}
}

// name fills the list with the canonical words of a name and gives their
// text. One step can open the way for another (what stays of a joined word may
// be a title), so a changed name is looked at again until it stays.
func (l *list) name(s string) string {
	for range 6 {
		l.once(s)
		if l.spells(s) {
			return s
		}
		out := l.join()
		if len(out) == len(s) && strings.EqualFold(out, s) {
			return out
		}
		s = out
	}
	return s
}

// spells reports whether s is just the words of the list.
func (l *list) spells(s string) bool {
	for i := range l.count {
		w := l.at(i)
		if i > 0 {
			if s == "" || s[0] != ' ' {
				return false
			}
			s = s[1:]
		}
		if len(s) < len(w) || s[:len(w)] != string(w) {
			return false
		}
		s = s[len(w):]
	}
	return s == ""
}

func (l *list) once(s string) {
	l.n, l.count = 0, 0
	if len(s) == 0 || len(s) == 3 && s[1] == '/' && upper(rune(s[0])) == 'N' && upper(rune(s[2])) == 'A' {
		return
	}
	var t text
	t.split(s, true)
	t.letters()
	t.alias()
	if t.blank() {
		return
	}
	t.dropTitles()
	for i := 0; i < t.count; i++ {
		l.word(&t, i)
	}
}

// word adds the word i of a name in its canonical form.
func (l *list) word(t *text, i int) {
	b := t.bytes(i)
	last := i == t.count-1
	switch {
	case len(b) == 1 && b[0] == 'M' && l.count == 0 && !last && len(t.bytes(i+1)) > 1:
		l.add([]byte("MUHAMMAD"))
		return
	case len(b) == 2 && b[0] == 'M' && b[1] == 'D' && l.count == 0 && !last && len(t.bytes(i+1)) > 1:
		l.add([]byte("MUHAMMAD"))
		return
	case len(b) == 2 && b[0] == 'S' && b[1] == 'T' && l.count == 0 && !last:
		l.add([]byte("SITI"))
		return
	case len(b) == 2 && b[0] == 'A' && b[1] == 'H' && l.count == 0 && !last && len(t.bytes(i+1)) > 1:
		l.add([]byte("AHMAD"))
		return
	case len(b) == 1 && b[0] == 'B' && t.words[i].dot && l.count > 0 && !last && len(t.bytes(i+1)) > 1:
		return // bin, binti
	}
	var scratch [maxInput + 16]byte
	w := canonical(append(scratch[:0], b...))
	if string(w) == "BIN" && l.count > 0 && !last {
		return
	}
	for range 3 {
		first, cut := divide(w)
		if cut == 0 {
			break
		}
		l.put(first)
		w = canonical(append(scratch[:0], w[cut:]...))
	}
	l.put(string(w))
}

// put adds a canonical word, joined to the one before when the two are one
// name written apart.
func (l *list) put(w string) {
	if l.count > 0 && joins(string(l.at(l.count-1)), w) && l.n+len(w) <= maxName {
		l.n += copy(l.buf[l.n:], w)
		l.words[l.count-1][1] = uint16(l.n)
		return
	}
	l.add([]byte(w))
}

// letters puts letters where a digit was typed for one (N1NG, S0LEH) and
// drops words that are numbers.
func (t *text) letters() {
	for i := 0; i < t.count; i++ {
		b := t.bytes(i)
		if !hasDigit(b) {
			continue
		}
		if digits(b) {
			t.drop(i, i+1)
			i--
			continue
		}
		n := 0
		for _, c := range b {
			switch c {
			case '0':
				c = 'O'
			case '1':
				c = 'I'
			case '3':
				c = 'E'
			case '4':
				c = 'A'
			case '5':
				c = 'S'
			case '2', '6', '7', '8', '9':
				continue
			}
			b[n] = c
			n++
		}
		t.words[i].to = t.words[i].from + uint8(n)
		if n == 0 {
			t.drop(i, i+1)
			i--
		}
	}
}

// alias cuts the name at ALIAS: what follows is what neighbours say.
func (t *text) alias() {
	for i := 1; i < t.count; i++ {
		if b := t.bytes(i); string(b) == "ALIAS" || string(b) == "ALS" {
			t.count = i
			return
		}
	}
}

// blank reports whether the cell says in words that there is no name.
func (t *text) blank() bool {
	if t.count == 0 {
		return true
	}
	if t.count > 4 {
		return false
	}
	var b [64]byte
	n := 0
	for i := range t.count {
		w := t.bytes(i)
		if n+len(w)+1 > len(b) {
			return false
		}
		if i > 0 {
			b[n] = ' '
			n++
		}
		n += copy(b[n:], w)
	}
	return notAName[string(b[:n])]
}
