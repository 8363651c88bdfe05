package intake

import (
	"strings"

	"tepat/internal/intake/sheet"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

var sexes = map[string]nik.Sex{
	"L": nik.Male, "LK": nik.Male, "LAKI": nik.Male, "LAKILAKI": nik.Male, "LAKI-LAKI": nik.Male, "PRIA": nik.Male, "M": nik.Male, "MALE": nik.Male, "1": nik.Male,
	"P": nik.Female, "PR": nik.Female, "PEREMPUAN": nik.Female, "WANITA": nik.Female, "W": nik.Female, "F": nik.Female, "FEMALE": nik.Female, "2": nik.Female,
}

func (r *Reader) readSex(row *sheet.Row, it *Item) nik.Sex {
	s := r.text(row, FieldSex, it)
	if s == "" {
		return ""
	}
	key := strings.ToUpper(s)
	if sex, ok := sexes[key]; ok {
		return sex
	}
	if sex, ok := sexes[strings.ToUpper(sheet.Slug(s))]; ok {
		return sex
	}
	it.Warn("intake.sex_unknown", FieldSex, s)
	return ""
}

// relations are the words of SHDK with SIAK's numbers.
var relations = map[string]registry.Relation{
	"kepalakeluarga": 1, "kepala": 1, "kk": 1, "krt": 1, "kepalarumahtangga": 1, "suami": 2, "istri": 3, "isteri": 3,
	"anak": 4, "anakkandung": 4, "anaktiri": 4, "anakangkat": 4, "menantu": 5, "cucu": 6, "orangtua": 7, "ayah": 7, "ibu": 7,
	"mertua": 8, "famililain": 9, "famili": 9, "saudara": 9, "keponakan": 9, "adik": 9, "kakak": 9, "pembantu": 10, "sopir": 10, "lainnya": 11, "lain": 11, "lainlain": 11,
}

// dtksRelations are the numbers of DTKS and Regsosek, which differ from SIAK's
// (domain brief §1.3); 2 is the spouse of either sex.
var dtksRelations = map[string]registry.Relation{"1": 1, "3": 4, "4": 5, "5": 6, "6": 7, "7": 10, "8": 11}

func (r *Reader) readRelation(row *sheet.Row, it *Item) registry.Relation {
	s := r.text(row, FieldRelation, it)
	if s == "" {
		return 0
	}
	slug := sheet.Slug(s)
	if rel, ok := relations[slug]; ok {
		return rel
	}
	n := atoi(slug)
	switch {
	case r.layout.Relation == "siak" && n >= 1 && n <= 11:
		return registry.Relation(n)
	case r.layout.Relation == "dtks" && n == 2:
		if it.Record.Sex == nik.Male {
			return registry.Husband
		}
		return registry.Wife
	case r.layout.Relation == "dtks" && dtksRelations[slug] != 0:
		return dtksRelations[slug]
	}
	it.Warn("intake.relation_unknown", FieldRelation, s)
	return 0
}

// readRTRW brings RT and RW to three digits; 000 means that there is none. A
// cell that Excel took for a date is read as day and month.
func (r *Reader) readRTRW(row *sheet.Row, it *Item) {
	rec := &it.Record
	c := r.cell(row, FieldRT)
	if c.Kind == sheet.Date {
		if d, ok := c.Date(); ok {
			rec.RT, rec.RW = three(d.Day), three(int(d.Month))
			it.Warn("intake.rt_date", FieldRT, rec.RT, rec.RW)
			return
		}
	}
	var second string
	rec.RT, second = unit(tidy(c.Text))
	rw := tidy(r.cell(row, FieldRW).Text)
	if rw == "" {
		rec.RW = second
		return
	}
	first, after := unit(rw)
	rec.RW = first
	if after != "" && rec.RT == "" { // one column "RT/RW" that was taken for RW
		rec.RT, rec.RW = first, after
	}
}

// unit reads "4", "RT 04", "004/002", "RT 4 RW 2".
func unit(s string) (string, string) {
	if len(s) == 3 && onlyDigits(s) {
		if s == "000" {
			return "", ""
		}
		return s, ""
	}
	var out [2]string
	n := 0
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if n < 2 && len(part) <= 3 {
			out[n] = three(atoi(part))
			n++
		}
	}
	return out[0], out[1]
}

func three(n int) string {
	if n <= 0 || n > 999 {
		return ""
	}
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// readWelfare reads desil, rank and their day.
func (r *Reader) readWelfare(row *sheet.Row, it *Item) {
	rec := &it.Record
	if s := r.text(row, FieldDesil, it); s != "" {
		n, ok := smallNumber(s)
		switch {
		case ok && n >= 0 && n <= 10: // 0 and "belum" are unranked
			rec.Desil = n
		case strings.Contains(strings.ToLower(s), "belum"):
		default:
			it.Stop("intake.desil_range", FieldDesil, s)
		}
	}
	if s := r.text(row, FieldRank, it); s != "" {
		n := atoi(strings.NewReplacer(".", "", ",", "", " ", "").Replace(strings.TrimSuffix(s, ".0")))
		if n < 0 {
			it.Stop("intake.rank_unclear", FieldRank, s)
			n = 0
		}
		rec.Rank = n
	}
	if _, mapped := r.col[FieldRankedOn]; mapped {
		rec.RankedOn = r.eventDay(row, FieldRankedOn, it)
	}
}

// smallNumber reads "3", "3.0", "Desil 3", "D3".
func smallNumber(s string) (int, bool) {
	s = strings.TrimSuffix(s, ".0")
	s = strings.TrimLeft(strings.ToLower(s), "desil -:")
	n := atoi(s)
	return n, n >= 0
}

// readEvent reads what a fact, a candidate or an answer adds.
func (r *Reader) readEvent(row *sheet.Row, it *Item) {
	rec := &it.Record
	if _, mapped := r.col[FieldEventOn]; mapped {
		rec.EventOn = r.eventDay(row, FieldEventOn, it)
	}
	rec.Grade = grade(r.text(row, FieldGrade, it))
	rec.Document = r.text(row, FieldDocument, it)
	if rec.Document == "" {
		rec.Document = r.text(row, FieldLetter, it)
	}
	rec.Reason = r.text(row, FieldReason, it)
	rec.Note = r.text(row, FieldNote, it)
	rec.Program = r.program
	if s := r.text(row, FieldProgram, it); s != "" {
		rec.Program = programCode(s)
	}
	if r.layout.Program == "ask" && rec.Program == "" {
		it.Stop("intake.program_missing", FieldProgram)
	}
	if c := r.cell(row, FieldAmount); c.Kind != sheet.Empty {
		amount, ok := rupiah(c)
		if !ok {
			it.Warn("intake.amount_unclear", FieldAmount, tidy(c.Text))
		}
		rec.Amount = amount
	}
	if s := r.text(row, FieldAnswer, it); s != "" {
		if rec.Answer = answer(s); rec.Answer == "" {
			it.Warn("intake.answer_unknown", FieldAnswer, s)
		}
	}
}

// The answers of a village's validation in Record.Answer.
const (
	AnswerStays  = "stays"
	AnswerLeaves = "leaves"
)

var answers = map[string]string{
	"layak": AnswerStays, "ya": AnswerStays, "y": AnswerStays, "tetap": AnswerStays, "valid": AnswerStays, "memenuhisyarat": AnswerStays, "ms": AnswerStays,
	"tidaklayak": AnswerLeaves, "tidak": AnswerLeaves, "t": AnswerLeaves, "keluar": AnswerLeaves, "tdklayak": AnswerLeaves, "tidakvalid": AnswerLeaves,
	"tidakmemenuhisyarat": AnswerLeaves, "tms": AnswerLeaves, "dikeluarkan": AnswerLeaves, "dihapus": AnswerLeaves,
}

func answer(s string) string { return answers[sheet.Slug(s)] }

// grade reads the grade of evidence, a letter A to E alone or after a word.
func grade(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, word := range []string{"TINGKAT ", "GRADE ", "KELAS "} {
		s = strings.TrimPrefix(s, word)
	}
	if len(s) == 1 && s[0] >= 'A' && s[0] <= 'E' {
		return s
	}
	return ""
}

// programs maps the names that lists use to one code each.
var programs = map[string]string{
	"BPNT": "SEMBAKO", "SEMBAKO": "SEMBAKO", "PROGRAMSEMBAKO": "SEMBAKO", "KARTUSEMBAKO": "SEMBAKO", "PKH": "PKH", "PROGRAMKELUARGAHARAPAN": "PKH",
	"BLTDD": "BLT-DD", "BLTDANADESA": "BLT-DD", "BLTDESA": "BLT-DD", "PBI": "PBI-JK", "PBIJK": "PBI-JK", "PBIJKN": "PBI-JK", "BST": "BST",
}

// programCode brings the name of a programme to a code without spaces.
func programCode(s string) string {
	if code, ok := programs[strings.ToUpper(sheet.Slug(s))]; ok {
		return code
	}
	return strings.Join(strings.Fields(strings.ToUpper(tidy(s))), "-")
}

// rupiah reads whole amounts: 600000, 600.000, 600,000, "Rp 600.000,-",
// 600000.00. Anything shorter, such as "1,2jt", is for a person.
func rupiah(c sheet.Cell) (money.Rupiah, bool) {
	s := strings.ToUpper(tidy(c.Text))
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(s, "RP"), "."))
	s = strings.TrimSpace(strings.TrimPrefix(s, "IDR"))
	for _, tail := range []string{",-", ".-", ",00", ".00", "-"} {
		if rest, ok := strings.CutSuffix(s, tail); ok {
			s = rest
			break
		}
	}
	if c.Kind == sheet.Number {
		s = strings.TrimSuffix(s, ".0")
	}
	if s == "" {
		return 0, c.Kind == sheet.Empty
	}
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ',' || r == ' ' })
	var n int64
	for i, g := range groups {
		if !onlyDigits(g) || i > 0 && len(g) != 3 || len(groups) > 1 && i == 0 && len(g) > 3 || len(g) > 15 {
			return 0, false
		}
		for k := range len(g) {
			n = n*10 + int64(g[k]-'0')
		}
		if n > 1e15 {
			return 0, false
		}
	}
	return money.Rupiah(n), len(groups) > 0
}
