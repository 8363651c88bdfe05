package intake

import (
	"strconv"
	"strings"
	"unicode"

	"tepat/internal/civil"
	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/intake/sheet"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Reader turns rows of cells into records. It is pure: the same batch and row
// give the same item, today, at the application and when a page shows it.
// It is not safe for concurrent use, because it remembers places.
type Reader struct {
	layout  Layout
	col     map[Field]int
	regency region.Code
	village region.Code
	program string
	today   civil.Date

	places   map[placeKey]place
	prefixes map[string]string // six digits of a NIK to a finding, "" for none
}

// NewReader returns the reader of b's rows, which lie in regency. It fails
// with intake.layout_unknown or, when a required column has no place,
// intake.column_missing.
func NewReader(b Batch, regency region.Code) (*Reader, error) {
	l, ok := LayoutNamed(b.Layout)
	if !ok {
		return nil, fault.NewInvalid("intake.layout_unknown")
	}
	if f := l.missing(b.Mapping); f != "" {
		return nil, fault.NewInvalid("intake.column_missing").At(string(f))
	}
	r := &Reader{
		layout: l, col: b.Mapping, regency: regency, village: b.Village,
		today:  civil.ZoneOfProvince(string(regency.Province())).Today(b.CreatedAt.Std()),
		places: map[placeKey]place{}, prefixes: map[string]string{},
	}
	switch l.Program {
	case "ask":
		r.program = programCode(b.Subject)
	case "subject", "":
	default:
		r.program = l.Program
	}
	return r, nil
}

// cell returns the cell that fills f, an Empty cell when no column does.
func (r *Reader) cell(row *sheet.Row, f Field) sheet.Cell {
	i, ok := r.col[f]
	if !ok || i >= len(row.Cells) {
		return sheet.Cell{}
	}
	return row.Cells[i]
}

// text returns the cleaned words of the cell that fills f.
func (r *Reader) text(row *sheet.Row, f Field, it *Item) string {
	c := r.cell(row, f)
	switch c.Kind {
	case sheet.Empty:
		return ""
	case sheet.Error:
		it.Warn("intake.cell_error", f, c.Text)
		return ""
	case sheet.Formula:
		it.Warn("intake.cell_formula", f)
		return ""
	}
	return tidy(c.Text)
}

// Read fills it from row. Outcome is Ready, Look, Fix or Skipped; matching and
// the target may add to it. Items are reused: everything is overwritten.
func (r *Reader) Read(row sheet.Row, it *Item) {
	*it = Item{Row: row.N, Outcome: Ready, Findings: it.Findings[:0]}
	rec := &it.Record
	r.readNIK(r.cell(&row, FieldNIK), it)
	r.readKK(r.cell(&row, FieldKK), it)
	rec.Name = r.text(&row, FieldName, it)
	if r.isNobody(&row, it) {
		return
	}
	r.readShape(&row, it)
	if len(rec.Name) > 200 {
		it.Stop("intake.name_long", FieldName)
		rec.Name = strings.ToValidUTF8(rec.Name[:200], "")
	}
	rec.Sex = r.readSex(&row, it)
	r.readBirth(&row, it)
	rec.Mother = r.text(&row, FieldMother, it)
	rec.Relation = r.readRelation(&row, it)
	rec.Occupation = r.text(&row, FieldOccupation, it)
	rec.Address = r.text(&row, FieldAddress, it)
	rec.Hamlet = r.text(&row, FieldHamlet, it)
	r.readRTRW(&row, it)
	r.readPlace(&row, it)
	r.readWelfare(&row, it)
	r.readEvent(&row, it)
	r.compareNIK(it)
	r.require(it)
}

// isNobody recognises totals, signatures and footnotes: no number, and either
// no name in a nearly empty row, or the word "total" for a name.
func (r *Reader) isNobody(row *sheet.Row, it *Item) bool {
	rec := &it.Record
	if rec.NIK != "" || rec.KK != "" || len(it.Findings) > 0 {
		return false
	}
	filled := 0
	for i := range row.Cells {
		if row.Cells[i].Kind != sheet.Empty && strings.TrimSpace(row.Cells[i].Text) != "" {
			filled++
		}
	}
	slug := sheet.Slug(rec.Name)
	total := strings.HasPrefix(slug, "jumlah") || strings.HasPrefix(slug, "total") || strings.HasPrefix(slug, "subtotal")
	if !total && (rec.Name != "" || filled > 3) {
		return false
	}
	it.Outcome = Skipped
	it.Warn("intake.nobody", "")
	return true
}

// readShape passes on what the sheet reader saw. A row whose columns are
// uncertain must not be believed.
func (r *Reader) readShape(row *sheet.Row, it *Item) {
	if row.Hidden {
		it.Warn("intake.row_hidden", "")
	}
	if row.Problem == nil {
		return
	}
	args := make([]string, len(row.Problem.Args))
	for i, a := range row.Problem.Args {
		if n, ok := a.(int); ok {
			args[i] = strconv.Itoa(n)
			continue
		}
		if s, ok := a.(string); ok {
			args[i] = s
		}
	}
	switch row.Problem.Key {
	case "sheet.row.short", "sheet.row.long", "sheet.row.quote", "sheet.row.line", "sheet.row.columns", "sheet.row.reference":
		it.Stop(row.Problem.Key, "", args...)
	default:
		it.Warn(row.Problem.Key, "", args...)
	}
}

// require judges what the row lacks. Numbers that cannot be read reject the
// number, not the person: somebody with name, birth date and village is for a
// person to look at; without them nobody could tell who is meant.
func (r *Reader) require(it *Item) {
	rec := &it.Record
	values := map[Field]bool{
		FieldName: rec.Name != "", FieldKK: rec.KK != "", FieldVillage: rec.Village != "",
		FieldEventOn: !rec.EventOn.IsZero(), FieldAnswer: rec.Answer != "",
	}
	for _, f := range r.layout.Row {
		if have, known := values[f]; known && !have {
			r.stopMissing(it, f)
		}
	}
	known := rec.NIK != "" || r.layout.Family() && rec.KK != ""
	if known || it.Outcome != Ready {
		return
	}
	if rec.Name == "" || rec.BirthOn.IsZero() && rec.KK == "" {
		it.block(FieldNIK, "intake.identity_missing")
		return
	}
	if !it.about(FieldNIK) {
		it.Warn("intake.nik_missing", FieldNIK)
	}
	it.Outcome = Look
}

// stopMissing makes the row Fix because of f; when something was already said
// about that cell, that becomes the reason.
func (r *Reader) stopMissing(it *Item, f Field) {
	it.block(f, "intake.missing_"+string(f))
}

// block makes the findings about field blocking, or adds key when there are none.
func (it *Item) block(field Field, key string) {
	said := false
	for i := range it.Findings {
		if it.Findings[i].Field == field {
			it.Findings[i].Block, said = true, true
		}
	}
	it.Outcome = Fix
	if !said {
		it.Stop(key, field)
	}
}

// about reports whether something was said about field.
func (it *Item) about(field Field) bool {
	for i := range it.Findings {
		if it.Findings[i].Field == field {
			return true
		}
	}
	return false
}

// tidy removes what spreadsheets leave around words: every kind of space,
// zero-width marks, the apostrophe that guards a formula.
func tidy(s string) string {
	clean := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') || i == 0 && (c == '\'' || c == '`') {
			clean = false
			break
		}
	}
	if clean {
		if isDash(s) {
			return ""
		}
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '\u200b' && r <= '\u200f', r == '\ufeff', r == '\u2060':
			return -1
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(export.Unguard(s)), " ")
	s = strings.TrimLeft(s, "'`")
	if isDash(s) {
		return ""
	}
	return s
}

// isDash reports whether s is one of the marks that stand for "nothing".
func isDash(s string) bool {
	if len(s) > 4 {
		return false
	}
	switch strings.ToUpper(s) {
	case "-", "--", "---", "–", "—", ".", "NULL", "N/A", "#N/A":
		return true
	}
	return false
}

// number is a NIK or KK as its cell shows it.
type number struct {
	text string // for the parser
	key  string // a finding of its own, "" for none
	args []string
}

// numberOf reads the digits of a NIK or KK without a float. what is "nik" or "kk".
func numberOf(c sheet.Cell, what string) number {
	switch c.Kind {
	case sheet.Empty:
		return number{}
	case sheet.Error, sheet.Formula, sheet.Bool, sheet.Date:
		return number{key: "intake." + what + "_cell"}
	}
	digits, precision := c.Digits()
	switch precision {
	case sheet.Lost:
		return number{key: "intake." + what + "_science"}
	case sheet.Doubtful:
		if len(digits) == 16 {
			return number{key: "intake." + what + "_w5"}
		}
	case sheet.NotDigits:
		if c.Kind == sheet.Number {
			return number{key: "intake." + what + "_cell"}
		}
	}
	return number{text: digits}
}

// levelKey is the finding of an E level; lengths and letters get their own words.
func levelKey(level nik.Level, raw, what string) (string, []string) {
	s := nik.Clean(raw)
	if level != nik.E1 {
		return "intake." + what + "_" + strings.ToLower(string(level)), nil
	}
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	if digits != len(s) {
		return "intake." + what + "_letters", nil
	}
	return "intake." + what + "_e1", []string{strconv.Itoa(digits)}
}

func (r *Reader) readNIK(c sheet.Cell, it *Item) {
	n := numberOf(c, "nik")
	if n.key != "" {
		it.Warn(n.key, FieldNIK)
		return
	}
	v, level := nik.ParseNIK(n.text)
	if level != "" {
		key, args := levelKey(level, n.text, "nik")
		it.Warn(key, FieldNIK, args...)
		return
	}
	it.Record.NIK = v
	if v == "" {
		return
	}
	if key := r.prefix(v.Region()); key != "" {
		it.Warn(key, FieldNIK)
	}
}

func (r *Reader) readKK(c sheet.Cell, it *Item) {
	n := numberOf(c, "kk")
	if n.key != "" {
		it.Warn(n.key, FieldKK)
		return
	}
	v, level := nik.ParseKK(n.text)
	if level != "" {
		key, args := levelKey(level, n.text, "kk")
		it.Warn(key, FieldKK, args...)
		return
	}
	it.Record.KK = v
	if v != "" && v.Reveal() == it.Record.NIK.Reveal() {
		it.Warn("intake.nik_is_kk", FieldKK)
		it.Record.KK = ""
	}
}

// prefix judges the region in a NIK: W1 unknown, W3 another regency, W4 a
// kecamatan that is not (or no longer) there. 99 is no kecamatan of anybody:
// invented numbers carry it, and are not remarked upon.
func (r *Reader) prefix(six string) string {
	if key, ok := r.prefixes[six]; ok {
		return key
	}
	key := ""
	switch {
	case !region.Exists(region.Code(six[:4])):
		key = "intake.nik_w1"
	case six[:4] != string(r.regency):
		key = "intake.nik_w3"
	case six[4:] != "99" && !region.Exists(region.Code(six)):
		key = "intake.nik_w4"
	}
	r.prefixes[strings.Clone(six)] = key
	return key
}
