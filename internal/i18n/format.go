package i18n

import (
	"strconv"
	"strings"
	"time"

	"tepat/internal/civil"
	"tepat/internal/money"
)

const nbsp = "\u00a0"

// Num spells n with thousands marks: 1.234.567, in English 1,234,567.
func (p Printer) Num(n int64) string {
	s := money.Group(n)
	if strings.HasPrefix(s, "-") {
		s = "−" + s[1:]
	}
	if p.lang == "en" {
		return strings.ReplaceAll(s, ".", ",")
	}
	return s
}

// Rupiah spells an amount: "Rp 1.574.400.000", in English with commas. The
// space does not break.
func (p Printer) Rupiah(r money.Rupiah) string {
	sign := ""
	if r < 0 {
		sign, r = "−", -r
	}
	return sign + "Rp" + nbsp + p.Num(int64(r))
}

// Decimal spells f with digits places: 63,4, in English 63.4.
func (p Printer) Decimal(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	whole, rest, hasRest := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return s
	}
	out := p.Num(n)
	if n == 0 && strings.HasPrefix(whole, "-") {
		out = "−0"
	}
	if !hasRest {
		return out
	}
	if p.lang == "en" {
		return out + "." + rest
	}
	return out + "," + rest
}

// Pct spells part of whole as a percentage with one decimal, "63,4%"; a share
// that is not quite everything never prints as 100%, one that is not nothing
// never as 0%. Without a whole it is a dash.
func (p Printer) Pct(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	share := float64(part) / float64(whole) * 100
	switch {
	case part == whole:
		return "100%"
	case part == 0:
		return "0%"
	case part > 0 && part < whole && share >= 99.95:
		return ">" + p.Decimal(99.9, 1) + "%"
	case part > 0 && whole > 0 && share < 0.05:
		return "<" + p.Decimal(0.1, 1) + "%"
	}
	return p.Decimal(share, 1) + "%"
}

// Date spells d in full, "22 November 2026"; a dash when unknown.
func (p Printer) Date(d civil.Date) string { return dash(d.Long(p.lang)) }

// DateShort spells d for tables, "22 Nov 2026"; a dash when unknown.
func (p Printer) DateShort(d civil.Date) string { return dash(d.Short(p.lang)) }

// DateDay spells d with its weekday, "Minggu, 22 November 2026".
func (p Printer) DateDay(d civil.Date) string {
	if d.IsZero() {
		return "–"
	}
	return d.Weekday(p.lang) + ", " + d.Long(p.lang)
}

// Clock spells the time of day of t in the office's zone: "08.15 WIB", in
// English "08:15 WIB".
func (p Printer) Clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	s := p.zone.Clock(t)
	if p.lang == "en" {
		return strings.Replace(s, ".", ":", 1)
	}
	return s
}

// When spells an instant for tables: "22 Nov 2026, 08.15 WIB".
func (p Printer) When(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return p.DateShort(p.zone.Today(t)) + ", " + p.Clock(t)
}

// Size spells a number of bytes for people: "340 KB", "1,2 MB".
func (p Printer) Size(bytes int64) string {
	switch {
	case bytes < 1000:
		return p.Num(bytes) + nbsp + "B"
	case bytes < 1000*1000:
		return p.Num((bytes+500)/1000) + nbsp + "KB"
	}
	return p.Decimal(float64(bytes)/1e6, 1) + nbsp + "MB"
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
