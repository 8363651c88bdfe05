package intake

import (
	"strings"
	"time"

	"tepat/internal/civil"
	"tepat/internal/intake/sheet"
	"tepat/internal/registry"
)

// day is a date as a cell shows it.
type day struct {
	on        civil.Date
	swapped   civil.Date // the same with day and month exchanged, when that could be meant
	precision registry.Precision
	short     bool   // the year had two digits
	before    string // what stood in front of the date, such as the birth place
}

// dateOf reads the many ways in which dates are typed: ISO, day/month/year with
// any separator, month names of two spellings, eight digits, serials, a year
// alone, and "PLACE, date". today bounds two-digit years. ok is false when
// there is something that is no date; an empty cell is the zero day.
func dateOf(c sheet.Cell, today civil.Date) (day, bool) {
	switch c.Kind {
	case sheet.Empty:
		return day{}, true
	case sheet.Date:
		d, ok := c.Date()
		return day{on: d, swapped: exchange(d), precision: precisionOf(d)}, ok && possible(d, today)
	case sheet.Number:
		return dateOfText(strings.TrimSuffix(strings.TrimSpace(c.Text), ".0"), today, c)
	case sheet.Text:
		return dateOfText(tidy(c.Text), today, c)
	}
	return day{}, false
}

func dateOfText(s string, today civil.Date, c sheet.Cell) (day, bool) {
	if isNoDate(s) {
		return day{}, true
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		if d, ok := iso(s); ok {
			return day{on: d, precision: precisionOf(d)}, possible(d, today)
		}
	}
	if onlyDigits(s) {
		return dateOfDigits(s, today, c)
	}
	if day, clock, ok := strings.Cut(s, " "); ok && strings.Contains(clock, ":") {
		s = day // a time of day hangs on
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" /-.,", r) })
	if len(parts) > 3 || len(parts) > 0 && len(parts) < 3 && !onlyDigits(parts[0]) {
		return dateBehindPlace(s, today, c)
	}
	if len(parts) != 3 {
		return day{}, false
	}
	d, ok := dateOfParts(parts, today)
	if !ok && !onlyDigits(parts[0]) {
		return dateBehindPlace(s, today, c)
	}
	return d, ok && possible(d.on, today)
}

// isNoDate recognises empty text and the zero dates of databases.
func isNoDate(s string) bool {
	return s == "" || strings.Trim(s, "0/-.: ") == ""
}

// dateBehindPlace splits "RANAI, 12-07-1985".
func dateBehindPlace(s string, today civil.Date, c sheet.Cell) (day, bool) {
	at := strings.LastIndexAny(s, ",")
	if at < 0 {
		at = strings.IndexAny(s, "0123456789") - 1
	}
	if at < 1 || at+1 >= len(s) {
		return day{}, false
	}
	d, ok := dateOfText(strings.TrimSpace(s[at+1:]), today, c)
	d.before = strings.TrimRight(s[:at], " ,")
	return d, ok && !d.on.IsZero()
}

func iso(s string) (civil.Date, bool) {
	y, m, d := atoi(s[:4]), atoi(s[5:7]), atoi(s[8:])
	if y < 0 || m < 0 || d < 0 {
		return civil.Date{}, false
	}
	out := civil.Date{Year: y, Month: time.Month(m), Day: d}
	return out, out.Valid()
}

// dateOfDigits reads eight digits, a year, or a serial day.
func dateOfDigits(s string, today civil.Date, c sheet.Cell) (day, bool) {
	switch len(s) {
	case 8:
		d := civil.Date{Year: atoi(s[:4]), Month: time.Month(atoi(s[4:6])), Day: atoi(s[6:])}
		if !possible(d, today) {
			d = civil.Date{Year: atoi(s[4:]), Month: time.Month(atoi(s[2:4])), Day: atoi(s[:2])}
		}
		return day{on: d, precision: precisionOf(d)}, possible(d, today)
	case 4:
		d := civil.Date{Year: atoi(s), Month: time.July, Day: 1}
		return day{on: d, precision: registry.ByYear}, possible(d, today)
	case 5:
		d, ok := sheet.Cell{Text: s, Kind: sheet.Number, Epoch1904: c.Epoch1904}.Date()
		return day{on: d, swapped: exchange(d), precision: precisionOf(d)}, ok && possible(d, today)
	}
	return day{}, false
}

// dateOfParts reads day, month and year. A month that can only be a day shows
// that the machine wrote month first.
func dateOfParts(parts []string, today civil.Date) (day, bool) {
	yearFirst := len(parts[0]) == 4 && onlyDigits(parts[0])
	if yearFirst {
		parts = []string{parts[2], parts[1], parts[0]}
	}
	var out day
	d, m := atoi(parts[0]), atoi(parts[1])
	if m < 0 {
		m = monthNamed(parts[1])
	} else if m > 12 && d >= 1 && d <= 12 && !yearFirst {
		d, m = m, d
	}
	year := parts[2]
	y := atoi(year)
	if d < 1 || m < 1 || y < 0 {
		return day{}, false
	}
	if len(year) == 2 {
		out.short = true
		y += today.Year / 100 * 100
		if y > today.Year {
			y -= 100
		}
	}
	out.on = civil.Date{Year: y, Month: time.Month(m), Day: d}
	out.swapped = exchange(out.on)
	if yearFirst || monthNamed(parts[1]) > 0 {
		out.swapped = civil.Date{}
	}
	out.precision = precisionOf(out.on)
	return out, out.on.Valid()
}

// exchange returns d with day and month exchanged, the zero date when that is
// no date or the same.
func exchange(d civil.Date) civil.Date {
	if d.IsZero() || d.Day > 12 || d.Day == int(d.Month) {
		return civil.Date{}
	}
	return civil.Date{Year: d.Year, Month: time.Month(d.Day), Day: int(d.Month)}
}

// precisionOf knows the days that stand for "unknown" (domain brief §1.1).
func precisionOf(d civil.Date) registry.Precision {
	switch {
	case d.IsZero():
		return registry.NoBirth
	case d.Day == 1 && d.Month == time.July:
		return registry.ByYear
	case d.Day == 15:
		return registry.ByMonth
	}
	return registry.ByDay
}

// possible is a day that somebody alive, or dead and still in a list, can have
// been born or died on.
func possible(d, today civil.Date) bool {
	return d.Valid() && d.Year >= 1900 && !d.After(today)
}

var months = map[string]int{
	"JAN": 1, "FEB": 2, "PEB": 2, "MAR": 3, "MRT": 3, "APR": 4, "MEI": 5, "MAY": 5, "JUN": 6, "JUL": 7,
	"AGU": 8, "AGT": 8, "AGS": 8, "AUG": 8, "SEP": 9, "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12, "DEC": 12,
}

// monthNamed returns the month of a name in any of the spellings, 0 for none.
func monthNamed(s string) int {
	if len(s) < 3 {
		return 0
	}
	return months[strings.ToUpper(s[:3])]
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// atoi reads up to nine digits; anything else is -1.
func atoi(s string) int {
	if len(s) > 9 || !onlyDigits(s) {
		return -1
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// readBirth reads the birth date and lets the NIK decide, row by row, whether
// day and month were exchanged; both orders occur in one column (§1.1).
func (r *Reader) readBirth(row *sheet.Row, it *Item) {
	rec := &it.Record
	rec.BirthPlace = r.text(row, FieldBirthPlace, it)
	d, ok := dateOf(r.cell(row, FieldBirthOn), r.today)
	if !ok {
		it.Warn("intake.birth_impossible", FieldBirthOn)
		return
	}
	if d.before != "" && rec.BirthPlace == "" {
		rec.BirthPlace = d.before
	}
	rec.BirthOn, rec.Precision = d.on, d.precision
	if d.on.IsZero() || rec.NIK == "" {
		return
	}
	inside, _, valid := rec.NIK.Birth(r.today)
	if !valid || sameDay(inside, d.on) {
		if valid && d.short {
			rec.BirthOn = inside
		}
		return
	}
	if !d.swapped.IsZero() && sameDay(inside, d.swapped) {
		it.Warn("intake.birth_swapped", FieldBirthOn, d.on.String(), d.swapped.String())
		rec.BirthOn, rec.Precision = d.swapped, precisionOf(d.swapped)
	}
}

// sameDay compares with the two-digit year that a NIK has.
func sameDay(inside, d civil.Date) bool {
	return inside.Day == d.Day && inside.Month == d.Month && inside.Year%100 == d.Year%100
}

// compareNIK warns (W2) where birth date or sex differ from the NIK, which
// Dukcapil never changes after a correction.
func (r *Reader) compareNIK(it *Item) {
	rec := &it.Record
	if rec.NIK == "" {
		return
	}
	inside, sex, ok := rec.NIK.Birth(r.today)
	if !ok {
		return
	}
	if !rec.BirthOn.IsZero() && rec.Precision != registry.ByYear && !sameDay(inside, rec.BirthOn) {
		it.Warn("intake.nik_w2_birth", FieldBirthOn)
	}
	switch {
	case rec.Sex != "" && rec.Sex != sex:
		it.Warn("intake.nik_w2_sex", FieldSex)
	case rec.Sex == "":
		rec.Sex = sex
		if _, mapped := r.col[FieldSex]; mapped {
			it.Warn("intake.sex_from_nik", FieldSex)
		}
	}
}

// eventDay reads the day of a death, a move or a meeting.
func (r *Reader) eventDay(row *sheet.Row, f Field, it *Item) civil.Date {
	d, ok := dateOf(r.cell(row, f), r.today)
	if !ok {
		it.Warn("intake.date_impossible", f)
		return civil.Date{}
	}
	return d.on
}
