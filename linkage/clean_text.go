package linkage

import (
	"strings"
	"unicode/utf8"

	"tepat/linkage/similar"
)

// accented has, by plain letter, the letters with marks.
var accented = map[string]string{
	"A": "ÀÁÂÃÄÅĀĂĄ", "C": "ÇĆĈĊČ", "D": "ÐĎĐ", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "ĤĦ", "I": "ÌÍÎÏĨĪĬĮİ", "J": "Ĵ", "K": "Ķ",
	"L": "ĹĻĽĿŁ", "N": "ÑŃŅŇ", "O": "ÒÓÔÕÖØŌŎŐ", "R": "ŔŖŘ", "S": "ŚŜŞŠȘ", "T": "ŢŤŦȚ", "U": "ÙÚÛÜŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
	"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ðďđ", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ",
	"l": "ĺļľŀł", "n": "ñńņň", "o": "òóôõöøōŏő", "r": "ŕŗř", "s": "śŝşšșſ", "t": "ţťŧț", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýŷÿ", "z": "źżž",
}

// folds has the plain form of a character.
var folds = func() map[rune]string {
	m := map[rune]string{'Æ': "AE", 'æ': "ae", 'Œ': "OE", 'œ': "oe", 'ß': "ss", 'Þ': "TH", 'þ': "th",
		'’': "'", '‘': "'", '“': `"`, '”': `"`, '–': "-", '—': "-", '\u00a0': " ", '\u200b': "", '\ufeff': ""}
	for plain, marked := range accented {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// foldASCII takes accents away. Combining marks are dropped, so decomposed
// letters end as composed ones do.
func foldASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return foldRunes(s)
		}
	}
	return s
}

func foldRunes(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch f, ok := folds[r]; {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case ok:
			b.WriteString(f)
		case r >= 0x300 && r < 0x370:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// soundClass groups consonants that sound alike in many languages, after
// Soundex (Russell 1918) with the groups of refined Soundex merged; 0 is
// skipped.
var soundClass = [26]byte{
	'B' - 'A': '1', 'F' - 'A': '1', 'P' - 'A': '1', 'V' - 'A': '1',
	'C' - 'A': '2', 'G' - 'A': '2', 'J' - 'A': '2', 'K' - 'A': '2', 'Q' - 'A': '2', 'S' - 'A': '2', 'X' - 'A': '2', 'Z' - 'A': '2',
	'D' - 'A': '3', 'T' - 'A': '3', 'L' - 'A': '4', 'M' - 'A': '5', 'N' - 'A': '5', 'R' - 'A': '6',
}

// Sound is how a text sounds, roughly: Soundex of every word, joined by spaces.
// A word keeps its first letter and up to three classes of consonants; digits
// stay as they are.
func Sound(s string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(strings.ToUpper(foldASCII(s))) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		soundWord(&b, word)
	}
	return strings.TrimSpace(b.String())
}

func soundWord(b *strings.Builder, word string) {
	last, n := byte(0), 0
	for i := 0; i < len(word) && n < 4; i++ {
		c := word[i]
		if c < 'A' || c > 'Z' {
			if c >= '0' && c <= '9' || c >= utf8.RuneSelf {
				b.WriteByte(c)
			}
			continue
		}
		class := soundClass[c-'A']
		switch {
		case n == 0:
			b.WriteByte(c)
			n = 1
		case class == 0:
			if c == 'H' || c == 'W' {
				continue
			}
		case class != last:
			b.WriteByte(class)
			n++
		}
		last = class
	}
}

// months by the first three letters of their English and Indonesian names.
var months = map[string]int{
	"JAN": 1, "FEB": 2, "PEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "MEI": 5, "JUN": 6, "JUL": 7, "AUG": 8, "AGU": 8, "AGT": 8, "AGS": 8,
	"SEP": 9, "OCT": 10, "OKT": 10, "NOV": 11, "NOP": 11, "DEC": 12, "DES": 12,
}

// parseDate reads a date in any order, the year first where it comes first.
func parseDate(s string) similar.Date { return parseDateAs(s, "") }

func cleanDate(s, order string) string { return parseDateAs(s, order).String() }

// parseDateAs reads a date. Parts are numbers or names of months, whatever
// stands between; eight digits are split; a time of day behind is left out.
func parseDateAs(s, order string) similar.Date {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		if d, ok := isoDate(s); ok {
			return d
		}
	}
	var part [3]datePart
	n := 0
	for i := 0; i < len(s) && n < 3; {
		c := s[i]
		j := i + 1
		switch {
		case c >= '0' && c <= '9':
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			part[n] = datePart{number(s[i:j]), j - i, false}
			n++
		case letter(c):
			for j < len(s) && letter(s[j]) {
				j++
			}
			if m := months[strings.ToUpper(s[i:min(j, i+3)])]; m != 0 {
				part[n] = datePart{m, 0, true}
				n++
			}
		}
		i = j
	}
	return assemble(part, n, order)
}

// isoDate reads 2006-01-02; false when other signs stand in it.
func isoDate(s string) (similar.Date, bool) {
	var v [10]int
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if v[i] = int(s[i]) - '0'; v[i] < 0 || v[i] > 9 {
			return 0, false
		}
	}
	return similar.MakeDate(v[0]*1000+v[1]*100+v[2]*10+v[3], v[5]*10+v[6], v[8]*10+v[9]), true
}

type datePart struct {
	value, width int
	month        bool
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func number(s string) int {
	if len(s) > 8 {
		return -1
	}
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func assemble(p [3]datePart, n int, order string) similar.Date {
	switch {
	case n >= 1 && p[0].width == 8:
		return eight(p[0].value, order)
	case n == 1 && p[0].width == 4:
		return similar.MakeDate(p[0].value, 0, 0)
	case n == 2 && p[0].width == 4:
		return similar.MakeDate(p[0].value, p[1].value, 0)
	case n == 2 && p[1].width == 4:
		return similar.MakeDate(p[1].value, p[0].value, 0)
	case n != 3 || p[0].value < 0 || p[1].value < 0 || p[2].value < 0:
		return 0
	case p[0].width == 4 || order == "ymd":
		return similar.MakeDate(century(p[0]), p[1].value, p[2].value)
	case p[0].month:
		return similar.MakeDate(century(p[2]), p[0].value, p[1].value)
	case order == "mdy" && !p[1].month:
		return similar.MakeDate(century(p[2]), p[0].value, p[1].value)
	}
	d := similar.MakeDate(century(p[2]), p[1].value, p[0].value)
	if d == 0 && order == "" {
		d = similar.MakeDate(century(p[2]), p[0].value, p[1].value)
	}
	return d
}

// eight splits yyyymmdd, or ddmmyyyy where that is asked for or only possible.
func eight(v int, order string) similar.Date {
	ymd := similar.MakeDate(v/10000, v/100%100, v%100)
	dmy := similar.MakeDate(v%10000, v/10000%100, v/1000000)
	switch {
	case order == "dmy":
		return dmy
	case order == "mdy":
		return similar.MakeDate(v%10000, v/1000000, v/10000%100)
	case order == "" && (ymd == 0 || ymd.Year() < 1200):
		return dmy
	}
	return ymd
}

// century completes a year of two digits: 00 to 29 is this century. Longer ones
// stay.
func century(p datePart) int {
	switch {
	case p.width > 2 || p.width == 0:
		return p.value
	case p.value < 30:
		return 2000 + p.value
	}
	return 1900 + p.value
}
