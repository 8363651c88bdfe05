package nik

import "strings"

// Level is one of the validation levels of domain brief §1.1. The empty Level
// means that nothing is wrong with the digits themselves.
type Level string

// E levels reject the value (never the person), W levels warn. W and X levels
// need more than the number and are found by intake.
const (
	E1 Level = "E1" // not 16 digits
	E2 Level = "E2" // placeholder: one digit repeated, or starts with 0
	E3 Level = "E3" // serial 0000: nearly always Excel's lost digit
	E4 Level = "E4" // impossible day or month
	W1 Level = "W1" // province or regency prefix unknown in any decree
	W2 Level = "W2" // birth date or sex differs from the record
	W3 Level = "W3" // issued in another regency: information
	W4 Level = "W4" // issued in a kecamatan that no longer exists: information
	W5 Level = "W5" // number cell whose 16th digit Excel may have lost
	X1 Level = "X1" // same NIK on two names
	X2 Level = "X2" // same name, birth date and mother, other NIK
)

// ParseNIK cleans raw and checks it. On an E level the NIK is empty: the caller
// keeps the raw text. It never fails for the person, only for the number.
func ParseNIK(raw string) (NIK, Level) {
	s := Clean(raw)
	if s == "" {
		return "", ""
	}
	if lv := checkCommon(s); lv != "" {
		return "", lv
	}
	if s[12:] == "0000" {
		return "", E3
	}
	day, month := two(s[6:]), two(s[8:])
	if day == 0 || (day > 31 && day < 41) || day > 71 || month == 0 || month > 12 {
		return "", E4
	}
	return NIK(s), ""
}

// ParseKK cleans raw and checks it: 16 digits, no placeholder. The day of issue
// is not raised by 40, and many old cards carry odd dates, so it is not judged.
func ParseKK(raw string) (KK, Level) {
	s := Clean(raw)
	if s == "" {
		return "", ""
	}
	if lv := checkCommon(s); lv != "" {
		return "", lv
	}
	if s[12:] == "0000" {
		return "", E3
	}
	return KK(s), ""
}

func checkCommon(s string) Level {
	if len(s) != 16 {
		return E1
	}
	same := true
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return E1
		}
		same = same && s[i] == s[0]
	}
	if same || s[0] == '0' {
		return E2
	}
	return ""
}

// Clean removes what spreadsheets put around a number: every kind of space,
// zero-width marks, quotes, dots, commas and hyphens between digits. Letters
// stay, so that O in place of 0 is seen and reported, never repaired silently.
// Words that stand for "none" become the empty string.
func Clean(raw string) string {
	s := strings.Map(func(r rune) rune {
		switch r {
		case '\'', '`', '"', '’', '‘', '“', '”', '.', ',', '-', '_', '\u00a0', '\u200b', '\u200c', '\u200d', '\ufeff', '\u2060':
			return -1
		}
		if r <= ' ' || r == '\u2007' || r == '\u202f' {
			return -1
		}
		return r
	}, raw)
	switch strings.ToUpper(s) {
	case "", "0", "NULL", "NIHIL", "TIDAKADA", "BELUMADA", "KOSONG", "#N/A", "N/A", "NA":
		return ""
	}
	return s
}
