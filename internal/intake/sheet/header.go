package sheet

import (
	"strings"
	"unicode"
)

// Header is the place of the row that names the columns, among the rows given to
// FindHeader, and what it says.
type Header struct {
	// Index of the header's first row; -1 when none was found.
	Index int
	// Tiers is the number of rows that the header takes, 1 to 3.
	Tiers int
	// Data is the index of the first row behind the header and the row of column
	// numbers; it may lie beyond the last row given.
	Data int
	// Names are the headers by column, as written. Under a merged cell they are joined:
	// "TEMPAT DAN TANGGAL LAHIR / TEMPAT". Unnamed columns are "".
	Names []string
	// Score is higher the surer the place is; below 3 nothing in it was recognised.
	Score float64
}

// Found reports whether there is a header.
func (h Header) Found() bool { return h.Index >= 0 }

// First returns the first named column, 0 when there is none.
func (h Header) First() int {
	for i, name := range h.Names {
		if name != "" {
			return i
		}
	}
	return 0
}

// Repeats reports whether a row further down says the header again, or numbers the
// columns again, as files do that have one block per family or per page.
func (h Header) Repeats(row Row) bool {
	if IsNumbering(row) {
		return true
	}
	same, filled := 0, 0
	for i, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		filled++
		if i < len(h.Names) {
			name, _, _ := strings.Cut(h.Names[i], tierMark)
			if sameStart(c.Text, name) && Slug(c.Text) == Slug(name) {
				same++
			}
		}
	}
	return same > 1 && same*10 >= filled*8
}

// sameStart reports whether the slugs of a and b begin alike, which spares most
// rows the making of slugs.
func sameStart(a, b string) bool {
	first := slugStart(a)
	return first != 0 && first == slugStart(b)
}

func slugStart(s string) rune {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
	}
	return 0
}

const (
	headerRows = 30 // how far down a header is looked for
	tierMark   = " / "
	labelSize  = 80 // bytes; longer texts are sentences, not headers
)

// FindHeader finds the row that names the columns among the first 30: letterheads above
// it lose because they fill one or two cells, data below it because it is made of
// numbers and dates and repeats no known word.
func FindHeader(rows []Row) Header {
	best := Header{Index: -1}
	widest := 0
	for _, row := range rows[:min(len(rows), headerRows)] {
		widest = max(widest, filledCells(row))
	}
	for i, row := range rows[:min(len(rows), headerRows)] {
		if filledCells(row) < min(widest, 2) || IsNumbering(row) {
			continue
		}
		if score := headerScore(row, widest); score > 0 && (score > best.Score || best.Index < 0) {
			best.Index, best.Score = i, score
		}
	}
	if best.Index < 0 {
		return best
	}
	best.readNames(rows)
	return best
}

func filledCells(row Row) int {
	n := 0
	for _, c := range row.Cells {
		if c.Kind != Empty {
			n++
		}
	}
	return n
}

// headerScore adds 3 for a known word, 1 for another label, takes 2 for what no header
// is, and asks for a row about as wide as the table.
func headerScore(row Row, widest int) float64 {
	score := 0.0
	seen := map[string]bool{}
	for _, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		slug := Slug(c.Text)
		switch {
		case !isLabel(c):
			score -= 2
		case seen[slug]:
			score += 0.5
		case isKnownHeader(slug):
			score += 3
		default:
			score++
		}
		seen[slug] = true
	}
	if filledCells(row)*2 < widest {
		score /= 2
	}
	return score
}

// isLabel reports whether a cell may name a column: short text with a letter and
// without a long number.
func isLabel(c Cell) bool {
	if c.Kind != Text || len(c.Text) > labelSize {
		return false
	}
	letter, digits := false, 0
	for _, r := range c.Text {
		letter = letter || unicode.IsLetter(r)
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return letter && digits < 6
}

// Words that stand in nearly every list of people or aid. Short ones must be the whole
// header, longer ones may be part of it.
var (
	shortHeaders = map[string]bool{
		"no": true, "nik": true, "kk": true, "nokk": true, "jk": true, "lp": true, "rt": true, "rw": true,
		"rtrw": true, "ket": true, "hp": true, "nohp": true, "ttl": true, "kec": true, "desa": true, "kel": true,
		"umur": true, "usia": true, "id": true, "nokks": true, "nourut": true, "agama": true, "bank": true,
	}
	longHeaders = []string{
		"nama", "alamat", "lahir", "kelamin", "kelurahan", "kecamatan", "kabupaten", "provinsi", "propinsi",
		"dusun", "keterangan", "pekerjaan", "hubungan", "hubkel", "program", "bansos", "bantuan", "nominal",
		"rekening", "telepon", "nomornik", "nomorkk", "nomorkartu", "nonik", "nikktp", "niknomor", "desil",
		"status", "jumlah", "idsemesta", "iddtks", "pendidikan", "disabilitas", "tahap", "ibukandung",
	}
)

func isKnownHeader(slug string) bool {
	if shortHeaders[slug] {
		return true
	}
	for _, word := range longHeaders {
		if strings.Contains(slug, word) {
			return true
		}
	}
	return false
}

// readNames joins the tiers of the header and passes over the numbering row.
func (h *Header) readNames(rows []Row) {
	h.Tiers = 1
	tops := texts(rows[h.Index])
	h.Names = tops
	next := h.Index + 1
	for h.Tiers < 3 && next < len(rows) && isTier(tops, rows[next]) {
		tops = joinTier(tops, rows[next])
		h.Names = tops
		h.Tiers++
		next++
	}
	for next < len(rows) && IsNumbering(rows[next]) {
		next++
	}
	h.Data = next
}

func texts(row Row) []string {
	names := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		names[i] = strings.Join(strings.Fields(c.Text), " ")
	}
	return names
}

// isTier reports whether row is the lower part of a header under merged cells: all it
// holds are labels below a top that spans several columns, one of them at least where
// the top row is blank. A row of data fills columns of their own, such as NIK.
func isTier(tops []string, row Row) bool {
	under := 0
	for i, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		if !isLabel(c) || !spans(tops, i) {
			return false
		}
		if i >= len(tops) || tops[i] == "" {
			under++
		}
	}
	return under > 0
}

// spans reports whether the top above column i covers more than that column.
func spans(tops []string, i int) bool {
	top := topOf(tops, i)
	if top < 0 {
		return false
	}
	return top < i || i+1 >= len(tops) || tops[i+1] == ""
}

// topOf returns the nearest named column at or left of i, -1 when there is none.
func topOf(tops []string, i int) int {
	for i = min(i, len(tops)-1); i >= 0; i-- {
		if tops[i] != "" {
			return i
		}
	}
	return -1
}

func joinTier(tops []string, row Row) []string {
	names := make([]string, max(len(tops), len(row.Cells)))
	copy(names, tops)
	for i, c := range row.Cells {
		if c.Kind != Empty {
			names[i] = tops[topOf(tops, i)] + tierMark + strings.Join(strings.Fields(c.Text), " ")
		}
	}
	return names
}

// IsNumbering reports whether the row only numbers the columns: 1 2 3, (1) (2) (3), or
// -1 -2 -3, which is what Excel makes of a typed "(1)".
func IsNumbering(row Row) bool {
	n := 0
	for _, c := range row.Cells {
		if c.Kind == Empty {
			continue
		}
		text := strings.Trim(strings.TrimSpace(c.Text), "()[]-.")
		text = strings.TrimSuffix(text, ".0")
		if len(text) > 3 || !allDigits(text) || atoi(text) != n+1 {
			return false
		}
		n++
	}
	return n >= 3
}

func atoi(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
