package detect

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// facts are what the values of a column look like, from the sampled rows.
type facts struct {
	rows, filled int
	distinct     int
	top          int // rows of the commonest value
	totalRunes   int
	minLen       int
	maxLen       int
	digits       int // only digits
	integers     int // an integer, signs and one .0 allowed
	decimals     int
	letters      int // only letters, spaces and name punctuation
	dates        int
	emails       int
	phones       int
	points       int
	sixteen      int // sixteen digits
	nikDates     int // sixteen digits with a day of birth inside
	sexes        int
	words        int // sum of words
	codes        int // one word of letters and digits both
	minInt       int
	maxInt       int
	layout       string
	layouts      map[string]int
	values       map[string]int
}

// Missing are the cells that mean "not known" in the files of this world, in
// lower case.
var Missing = map[string]bool{"": true, "na": true, "n/a": true, "nan": true, "null": true, "none": true, "-": true, "--": true, ".": true, "?": true,
	"unknown": true, "nil": true, "<na>": true, "tidak ada": true, "tidak diketahui": true, "\\n": true, "#n/a": true, "xxx": true}

func look(rows [][]string, column int) facts {
	f := facts{minLen: 1 << 30, minInt: 1 << 60, maxInt: -1 << 60, layouts: map[string]int{}, values: map[string]int{}}
	for _, row := range rows {
		f.rows++
		if column >= len(row) {
			continue
		}
		v := strings.TrimSpace(row[column])
		if Missing[strings.ToLower(v)] {
			continue
		}
		f.add(v)
	}
	f.distinct = len(f.values)
	for _, n := range f.values {
		f.top = max(f.top, n)
	}
	for layout, n := range f.layouts {
		if n > f.layouts[f.layout] || n == f.layouts[f.layout] && layout < f.layout {
			f.layout = layout
		}
	}
	f.dates = f.layouts[f.layout]
	if f.dates > 0 {
		f.dates = 0
		for _, n := range f.layouts {
			f.dates += n
		}
		f.dates = min(f.dates, f.filled)
	}
	return f
}

func (f *facts) add(v string) {
	f.filled++
	f.values[strings.ToLower(v)]++
	n := len([]rune(v))
	f.totalRunes += n
	f.minLen, f.maxLen = min(f.minLen, n), max(f.maxLen, n)
	f.words += len(strings.Fields(v))
	k := kindOf(v)
	if k.digits == n {
		f.digits++
		if n == 16 {
			f.sixteen++
			if nikDate(v) {
				f.nikDates++
			}
		}
	}
	if k.digits == 0 && k.other == 0 {
		f.letters++
	}
	if k.digits > 0 && k.letters > 0 && !strings.ContainsAny(v, " ") {
		f.codes++
	}
	if x, err := strconv.ParseFloat(v, 64); err == nil {
		f.decimals++
		if x == float64(int(x)) && x > -1e9 && x < 1e9 {
			f.integers++
			f.minInt, f.maxInt = min(f.minInt, int(x)), max(f.maxInt, int(x))
		}
	}
	if layout := dateLayout(v); layout != "" {
		f.layouts[layout]++
	}
	if at := strings.IndexByte(v, '@'); at > 0 && strings.IndexByte(v[at:], '.') > 0 && !strings.Contains(v, " ") {
		f.emails++
	}
	if isPhone(v, k) {
		f.phones++
	}
	if isPoint(v) {
		f.points++
	}
	if sexWords[strings.ToLower(v)] {
		f.sexes++
	}
}

type runeKinds struct{ digits, letters, other int }

func kindOf(v string) runeKinds {
	var k runeKinds
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9':
			k.digits++
		case unicode.IsLetter(r) || r == ' ' || r == '\'' || r == '.' || r == '-' || r == ',' || r == '`' || r == '’' || unicode.IsMark(r):
			k.letters++
		default:
			k.other++
		}
	}
	return k
}

var sexWords = map[string]bool{"m": true, "f": true, "male": true, "female": true, "l": true, "p": true, "laki-laki": true, "perempuan": true,
	"laki - laki": true, "laki": true, "pria": true, "wanita": true, "lk": true, "pr": true, "laki2": true, "man": true, "woman": true}

// nikDate says whether sixteen digits carry a day of birth where the Indonesian
// number of a person has it: day (+40 for women), month, year at 7 to 12.
func nikDate(v string) bool {
	day, _ := strconv.Atoi(v[6:8])
	month, _ := strconv.Atoi(v[8:10])
	return (day >= 1 && day <= 31 || day >= 41 && day <= 71) && month >= 1 && month <= 12
}

func isPhone(v string, k runeKinds) bool {
	if k.digits < 7 || k.digits > 15 {
		return false
	}
	plain := strings.Trim(v, "+0123456789 ()-./")
	start := strings.HasPrefix(v, "0") || strings.HasPrefix(v, "+") || strings.HasPrefix(v, "62") || strings.ContainsAny(v, " ()-")
	return plain == "" && start && dateLayout(v) == ""
}

func isPoint(v string) bool {
	lat, lon, ok := strings.Cut(v, ",")
	if !ok {
		return false
	}
	a, errA := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	b, errB := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	return errA == nil && errB == nil && a >= -90 && a <= 90 && b >= -180 && b <= 180
}

// layouts are the written days that are recognised, by their signature: d for
// a run of digits, a for one of letters. The first that reads a value names it.
var layouts = map[string][]string{
	"d":            {"20060102", "02012006"},
	"d-d-d":        {"2006-01-02", "02-01-2006", "2-1-2006", "2006-1-2", "02-01-06"},
	"d/d/d":        {"02/01/2006", "2/1/2006", "2006/01/02", "01/02/2006", "1/2/2006", "02/01/06"},
	"d.d.d":        {"02.01.2006", "2.1.2006"},
	"d-d":          {"2006-01"},
	"d-d-d d:d:d":  {"2006-01-02 15:04:05"},
	"d-d-dad:d:da": {"2006-01-02T15:04:05Z07:00"},
	"d a d":        {"2 Jan 2006", "2 January 2006"},
	"d-a-d":        {"2-Jan-2006", "2-Jan-06"},
	"a d, d":       {"January 2, 2006", "Jan 2, 2006"},
}

func signature(v string) string {
	var b [16]byte
	n := 0
	for i := range len(v) {
		c := v[i]
		switch {
		case c >= '0' && c <= '9':
			c = 'd'
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			c = 'a'
		}
		if n > 0 && b[n-1] == c && (c == 'd' || c == 'a') {
			continue
		}
		if n == len(b) {
			return ""
		}
		b[n] = c
		n++
	}
	return string(b[:n])
}

func dateLayout(v string) string {
	if len(v) < 6 || len(v) > 25 || len(v) != 8 && strings.Trim(v, "0123456789") == "" {
		return ""
	}
	for _, layout := range layouts[signature(v)] {
		if t, err := time.Parse(layout, v); err == nil && t.Year() >= 1500 && t.Year() <= 2100 {
			return layout
		}
	}
	return indonesianDay(v)
}

var months = map[string]bool{"januari": true, "februari": true, "pebruari": true, "maret": true, "april": true, "mei": true, "juni": true, "juli": true,
	"agustus": true, "september": true, "oktober": true, "november": true, "nopember": true, "desember": true, "agu": true, "agt": true, "okt": true, "des": true}

func indonesianDay(v string) string {
	if v[0] < '0' || v[0] > '9' {
		return ""
	}
	parts := strings.Fields(strings.ReplaceAll(v, "-", " "))
	if len(parts) == 3 && months[strings.ToLower(parts[1])] {
		return "2 Januari 2006"
	}
	return ""
}

func (f *facts) share(n int) float64 {
	if f.filled == 0 {
		return 0
	}
	return float64(n) / float64(f.filled)
}

func (f *facts) meanLen() float64   { return f.share(f.totalRunes) }
func (f *facts) meanWords() float64 { return f.share(f.words) }

// is tells whether the values do not contradict the shape.
func (f *facts) is(s shape) bool {
	if f.filled == 0 {
		return true
	}
	switch s {
	case shapeName:
		return f.share(f.letters) >= 0.5 && f.share(f.digits) < 0.3
	case shapeDate:
		return f.share(f.dates) >= 0.3
	case shapeNumber:
		return f.share(f.integers) >= 0.5 || f.share(f.decimals) >= 0.7
	case shapeEmail:
		return f.share(f.emails) >= 0.3
	}
	return true
}

// constant is judged late in small samples: three missing cells prove nothing.
func (f *facts) constant() bool {
	return f.distinct == 1 && f.filled > 1 && (f.filled >= 20 || f.filled == f.rows)
}
