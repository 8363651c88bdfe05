package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tepat/internal/civil"
)

// CellKind says how the file stores a cell.
type CellKind uint8

// A csv knows only Empty and Text.
const (
	Empty   CellKind = iota
	Text             // typed text, or the text a formula gave
	Number           // a number; Text holds the digits exactly as the file spells them
	Date             // a number shown as a date (see Cell.Date), or an ISO 8601 date
	Bool             // Text is "TRUE" or "FALSE"
	Error            // an error value; Text is "#N/A", "#REF!", …
	Formula          // a formula that was never calculated: nothing to read
)

// Cell is one cell. Its zero value is an empty cell.
type Cell struct {
	Text string
	Kind CellKind
	// Epoch1904 is true for dates of a workbook that counts days from 1904.
	Epoch1904 bool
}

// Precision says how far the digits of a cell can be believed.
type Precision uint8

const (
	// NotDigits means the cell holds no whole number; what Digits returns is its text.
	NotDigits Precision = iota
	// Typed means a text cell of digits only: exactly what somebody typed.
	Typed
	// Numeric means a number cell in which no digit can have been lost.
	Numeric
	// Doubtful means a number cell of 16 or more digits that ends in 0 or exceeds 2^53:
	// Excel keeps 15 digits, so the last ones may have been something else (NIK level W5).
	Doubtful
	// Lost means text such as 2,10307E+15: the digits were gone before the file was made.
	Lost
)

const (
	excelDigits = 15 // significant digits that Excel keeps
	maxDigits   = 40 // longest whole number that Digits spells out
)

// Digits returns the whole number in the cell as digits, without ever going through
// a float, and how far they can be believed. A number cell "2.1030715059E+15" is
// spelled out; for NotDigits and Lost the cell's text is returned as it is.
func (c Cell) Digits() (string, Precision) {
	switch c.Kind {
	case Text:
		t := strings.TrimSpace(c.Text)
		if allDigits(t) {
			return t, Typed
		}
		if isExponent(t) {
			return c.Text, Lost
		}
	case Number:
		t := strings.TrimSpace(c.Text)
		digits, ok := expand(t)
		if !ok {
			return c.Text, NotDigits
		}
		if len(digits) <= excelDigits {
			return digits, Numeric
		}
		n, err := strconv.ParseUint(digits, 10, 64)
		if err != nil || n > 1<<53 || digits[len(digits)-1] == '0' {
			return digits, Doubtful
		}
		return digits, Numeric
	}
	return c.Text, NotDigits
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isExponent recognises 2.10307E+15 and 2,10307E+15, what Excel prints for a long number.
func isExponent(s string) bool {
	at := strings.IndexAny(s, "eE")
	if at < 1 {
		return false
	}
	exp := strings.TrimLeft(s[at+1:], "+")
	mantissa := strings.Replace(strings.Replace(s[:at], ",", "", 1), ".", "", 1)
	return allDigits(mantissa) && len(exp) >= 2 && len(exp) <= 3 && allDigits(exp)
}

// expand spells out a non-negative decimal number with an optional exponent as a
// whole number. It fails when there is a fraction left or the number is too long.
func expand(s string) (string, bool) {
	exp := 0
	if at := strings.IndexAny(s, "eE"); at >= 0 {
		n, err := strconv.Atoi(s[at+1:])
		if err != nil || n < -maxDigits || n > maxDigits {
			return "", false
		}
		s, exp = s[:at], n
	}
	whole, fraction, _ := strings.Cut(s, ".")
	digits := whole + fraction
	if !allDigits(digits) || len(digits) > maxDigits {
		return "", false
	}
	point := len(whole) + exp
	if point <= 0 || point > maxDigits {
		return "0", strings.Trim(digits, "0") == ""
	}
	if point >= len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	} else if strings.Trim(digits[point:], "0") != "" {
		return "", false
	}
	digits = strings.TrimLeft(digits[:point], "0")
	if digits == "" {
		digits = "0"
	}
	return digits, true
}

// Serial returns the number in a Number or Date cell, for dates the days since the
// workbook's epoch. It is for dates and measures; never use it for NIK, KK or money.
func (c Cell) Serial() (float64, bool) {
	if c.Kind != Number && c.Kind != Date {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(c.Text), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, false
	}
	return f, true
}

// Date returns the day in a Date or Number cell (a bare serial), honouring the 1904
// system. It is false for time of day without a date, for serial 0, for Excel's
// 29 February 1900, which never was, and beyond the year 9999.
func (c Cell) Date() (civil.Date, bool) {
	if c.Kind == Date && len(c.Text) >= 10 && c.Text[4] == '-' {
		d, err := civil.Parse(c.Text[:10])
		return d, err == nil && !d.IsZero() && d != dayZero
	}
	serial, ok := c.Serial()
	if !ok || serial < 1 {
		return civil.Date{}, false
	}
	return dateOf(serial, c.Epoch1904)
}

// dayZero is what an OpenDocument file spells the serial 0 as.
var dayZero = civil.Date{Year: 1899, Month: time.December, Day: 30}

const (
	maxSerial      = 2958465 // 31 December 9999 in the 1900 system
	epochShift     = 1462    // days between the two epochs
	halfMillisRoom = 0.5 / 86_400_000
)

func dateOf(serial float64, epoch1904 bool) (civil.Date, bool) {
	// A moment written as 33007.99999999999 is midnight of the next day.
	days := math.Floor(serial + halfMillisRoom)
	if epoch1904 {
		days += epochShift
	}
	if days > maxSerial || days == 60 {
		return civil.Date{}, false
	}
	if days < 60 {
		days++ // before the day that never was, the count starts one day later
	}
	return dayZero.AddDays(int(days)), true
}
