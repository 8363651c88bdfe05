package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"tepat/internal/intake/sheet"
)

// How says why a column was given its meaning; "intake.how.<how>" is its sentence.
type How string

// From sure to unsure. HowTwice and HowUnknown come without a field.
const (
	HowRemembered How = "remembered" // the same sender's file was mapped so before
	HowSynonym    How = "synonym"    // the header is a known word for it
	HowSimilar    How = "similar"    // the header is nearly a known word
	HowTwice      How = "twice"      // several columns could be it: a person chooses
	HowUnknown    How = "unknown"    // not used unless a person says so
)

// Reason is the guess about one column.
type Reason struct {
	Column int // from 0
	Header string
	Field  Field // "" when the column is not used
	How    How
}

// Recognise finds the layout whose columns the headers name, and which column
// fills which field. reasons has one entry for each column. sure is true when
// the layout is clear, every column it requires is found, and no field has two
// candidates; else a person must look before anything is read.
func Recognise(headers []string) (Layout, Mapping, []Reason, bool) {
	slugs := slugsOf(headers)
	var best Layout
	bestScore, tie := 0, false
	for _, l := range loadLayouts() {
		score := l.score(slugs)
		switch {
		case score > bestScore:
			best, bestScore, tie = l, score, false
		case score == bestScore:
			tie = true
		}
	}
	if bestScore == 0 {
		return Layout{}, nil, unknown(headers), false
	}
	m, reasons := best.Map(headers)
	return best, m, reasons, !tie && best.missing(m) == "" && !twice(reasons)
}

// Map says which column fills which field of l, and why.
func (l Layout) Map(headers []string) (Mapping, []Reason) {
	slugs := slugsOf(headers)
	claims := map[Field][]int{}
	reasons := unknown(headers)
	for i, slug := range slugs {
		field, how := l.meaning(slug)
		if field == "" {
			continue
		}
		claims[field] = append(claims[field], i)
		reasons[i].Field, reasons[i].How = field, how
	}
	m := Mapping{}
	for field, columns := range claims {
		i, ok := l.settle(field, columns, slugs)
		if ok {
			m[field] = i
		}
		for _, c := range columns {
			if !ok || c != i {
				reasons[c].Field, reasons[c].How = "", HowUnknown
			}
			if !ok {
				reasons[c].How = HowTwice
			}
		}
	}
	return m, reasons
}

// settle chooses among the columns that could fill field: the only one, or the
// only one whose header stands first in the list of words.
func (l Layout) settle(field Field, columns []int, slugs []string) (int, bool) {
	if len(columns) == 1 {
		return columns[0], true
	}
	for _, f := range l.Fields {
		if f.Field != field {
			continue
		}
		for _, word := range f.Headers {
			var hits []int
			for _, c := range columns {
				if slugs[c] == word {
					hits = append(hits, c)
				}
			}
			if len(hits) > 0 {
				return hits[0], len(hits) == 1
			}
		}
	}
	return 0, false
}

// meaning finds the field of one header: a known word, else one that differs
// by a slip of the keys. Short words must be exact: "rt" and "rw" are one
// letter apart.
func (l Layout) meaning(slug string) (Field, How) {
	if slug == "" {
		return "", HowUnknown
	}
	for _, f := range l.Fields {
		if slices.Contains(f.Headers, slug) {
			return f.Field, HowSynonym
		}
	}
	if len(slug) < 6 {
		return "", HowUnknown
	}
	found := Field("")
	for _, f := range l.Fields {
		for _, word := range f.Headers {
			if len(word) >= 6 && !slices.Contains(l.Marks, slug) && distance(slug, word) <= len(word)/7+1 {
				if found != "" && found != f.Field {
					return "", HowUnknown
				}
				found = f.Field
			}
		}
	}
	return found, HowSimilar
}

// score is 0 for a file that lacks a required column; marks weigh three times.
func (l Layout) score(slugs []string) int {
	have := map[Field]bool{}
	score := 0
	for _, slug := range slugs {
		if slug == "" {
			continue
		}
		if field, _ := l.meaning(slug); field != "" && !have[field] {
			have[field] = true
			score++
		}
		if slices.Contains(l.Marks, slug) {
			score += 3
		}
	}
	for _, f := range l.Required {
		if !have[f] {
			return 0
		}
	}
	return score
}

// missing returns the first required field that m does not fill, "" for none.
func (l Layout) missing(m Mapping) Field {
	for _, f := range l.Required {
		if _, ok := m[f]; !ok {
			return f
		}
	}
	return ""
}

func twice(reasons []Reason) bool {
	return slices.ContainsFunc(reasons, func(r Reason) bool { return r.How == HowTwice })
}

func unknown(headers []string) []Reason {
	out := make([]Reason, len(headers))
	for i, h := range headers {
		out[i] = Reason{Column: i, Header: h, How: HowUnknown}
	}
	return out
}

// slugsOf brings headers into the form of the lists. Of a header in two tiers,
// "TEMPAT DAN TANGGAL LAHIR / TANGGAL", the lower one counts.
func slugsOf(headers []string) []string {
	out := make([]string, len(headers))
	for i, h := range headers {
		if at := strings.LastIndex(h, " / "); at >= 0 {
			h = h[at+3:]
		}
		out[i] = sheet.Slug(h)
	}
	return out
}

// Fingerprint names a row of headers, whatever their spacing and case, so that
// a mapping can be remembered.
func Fingerprint(headers []string) string {
	sum := sha256.Sum256([]byte(strings.Join(slugsOf(headers), "\x1f")))
	return hex.EncodeToString(sum[:])
}

// Fields returns the fields of m, sorted.
func (m Mapping) Fields() []Field { return slices.Sorted(maps.Keys(m)) }

// distance is the Damerau-Levenshtein distance of two words (optimal string
// alignment), which counts two exchanged letters as one slip.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 3 || d < -3 {
		return 9
	}
	two, one, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(one[j]+1, now[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], two[j-2]+1)
			}
		}
		two, one, now = one, now, two
	}
	return one[len(b)]
}
