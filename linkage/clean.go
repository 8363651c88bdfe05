package linkage

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tepat/linkage/similar"
)

// builtin are the cleaners every model may name.
var builtin = map[string]func(string) string{
	"trim":     strings.TrimSpace,
	"upper":    strings.ToUpper,
	"lower":    strings.ToLower,
	"ascii":    foldASCII,
	"spaces":   spaces,
	"letters":  letters,
	"digits":   digits,
	"alnum":    alnum,
	"known":    known,
	"joined":   joined,
	"sound":    Sound,
	"date":     func(s string) string { return cleanDate(s, "") },
	"date_ymd": func(s string) string { return cleanDate(s, "ymd") },
	"date_dmy": func(s string) string { return cleanDate(s, "dmy") },
	"date_mdy": func(s string) string { return cleanDate(s, "mdy") },
	"decimal":  decimal,
}

// Cleaners names the built-in cleaners, sorted.
//
//   - trim, upper, lower: as they say
//   - ascii: accents and ligatures become plain letters, other signs remain
//   - spaces: runs of white space become one space, none at the ends
//   - letters: all but letters becomes a space, apostrophes vanish
//   - digits: all but digits vanishes; alnum: all but letters and digits vanishes
//   - known: placeholders ("-", "NULL", "N/A", 0000, 9999 …) become empty
//   - joined: white space vanishes
//   - sound: see Sound
//   - date, date_ymd, date_dmy, date_mdy: to 2006-01-02; date takes the year
//     first where it has four digits first, else the day first where possible
//   - decimal: 1.234.567,89 and 1,234,567.89 become 1234567.89
func Cleaners() []string {
	names := make([]string, 0, len(builtin))
	for n := range builtin {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func spaces(s string) string {
	if tidy(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// tidy says that s needs no collapsing of spaces.
func tidy(s string) bool {
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' && before == ' ' || c < ' ' || c >= 0x80 {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

func joined(s string) string { return strings.Join(strings.Fields(s), "") }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func letters(s string) string {
	return spaces(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return r
		case r == '\'' || r == '`' || r == '’' || r == '‘':
			return -1
		}
		return ' '
	}, s))
}

func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// placeholders are what people type when they know nothing.
var placeholders = map[string]bool{
	"NULL": true, "NIL": true, "NONE": true, "NAN": true, "NA": true, "N/A": true, "#N/A": true, "#REF!": true,
	"UNKNOWN": true, "UNK": true, "MISSING": true, "TIDAK ADA": true, "TIDAK TAHU": true, "TDK ADA": true,
	"KOSONG": true, "BELUM ADA": true, "TANPA NAMA": true, "X": true, "XX": true, "XXX": true, "XXXX": true,
	"-": true, "00-00-0000": true, "0000-00-00": true, "00/00/0000": true,
}

func known(s string) string {
	t := strings.TrimSpace(s)
	if placeholders[strings.ToUpper(t)] || hollow(t) {
		return ""
	}
	return s
}

// hollow says that s has nothing but signs, or three or more times one digit
// that is 0 or 9.
func hollow(s string) bool {
	only := rune(-1)
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if only != -1 && r != only {
			return false
		}
		only = r
		n++
	}
	return n == 0 || n >= 3 && (only == '0' || only == '9')
}

// decimal reads the thousands and decimal signs of either custom.
func decimal(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == ',' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, s)
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	thousands := func(sign string, last int) bool {
		return strings.Count(s, sign) > 1 || len(s)-last == 4 && last > 0
	}
	switch {
	case dot >= 0 && comma > dot:
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	case comma >= 0 && dot > comma:
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0 && thousands(",", comma):
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0:
		s = strings.Replace(s, ",", ".", 1)
	case dot >= 0 && strings.Count(s, ".") > 1:
		s = strings.ReplaceAll(s, ".", "")
	}
	return s
}

// canonical brings a cleaned value into the form of its kind; what cannot be
// read as the kind becomes empty.
func canonical(kind Kind, s string) string {
	s = cut(s)
	switch kind {
	case Name:
		return spaces(s)
	case Number:
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || f != f || f-f != 0 {
			return ""
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	case Set:
		return canonicalSet(s)
	case Point:
		if _, _, ok := parsePoint(s); !ok {
			return ""
		}
		return strings.ReplaceAll(s, " ", "")
	case Digits:
		return similar.ParseNumber(strings.TrimSpace(s)).String()
	case Date:
		return parseDate(s).String()
	}
	return strings.TrimSpace(s)
}

// MaxValue is how many bytes of a value are kept: comparing takes time that
// grows with the product of the lengths.
const MaxValue = 512

func cut(s string) string {
	if len(s) <= MaxValue {
		return s
	}
	n := MaxValue
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// canonicalSet sorts the items. Spaces within an item become _, so that the
// item stays one when read again.
func canonicalSet(s string) string {
	var items []string
	if strings.Contains(s, "|") {
		for item := range strings.SplitSeq(s, "|") {
			if item = strings.Join(strings.Fields(item), "_"); item != "" {
				items = append(items, item)
			}
		}
	} else {
		items = strings.Fields(s)
	}
	slices.Sort(items)
	return strings.Join(slices.Compact(items), "|")
}

// parsePoint reads "latitude,longitude" in degrees.
func parsePoint(s string) (float64, float64, bool) {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return 0, 0, false
	}
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil || !(lat >= -90 && lat <= 90) || !(lon >= -180 && lon <= 180) {
		return 0, 0, false
	}
	return lat, lon, true
}
