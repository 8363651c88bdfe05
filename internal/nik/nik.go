// Package nik knows the two 16-digit numbers of Indonesian civil registration:
// the NIK of a person and the KK (family card number) of a family.
//
// It owns their shape, their hidden birth date and their masking; it refuses
// to say whether a number is real, which only the civil registry can.
// Read nik_test.go first.
package nik

import (
	"log/slog"
	"strings"
	"time"

	"tepat/internal/civil"
)

// NIK is a population identity number of 16 digits. It prints masked
// ("2103**********01") everywhere; Reveal is the only way to the digits.
// The zero value means that no NIK is known.
type NIK string

// KK is a family card number of 16 digits, masked like a NIK. It changes when
// a family splits or moves, so it identifies a card, not a family.
type KK string

// Reveal returns the digits. Every caller shows why it may (a store, an export
// that the law requires, an opened value that was logged).
func (n NIK) Reveal() string { return string(n) }

// Reveal returns the digits; see NIK.Reveal.
func (k KK) Reveal() string { return string(k) }

// String masks the number.
func (n NIK) String() string { return mask(string(n)) }

// String masks the number.
func (k KK) String() string { return mask(string(k)) }

// GoString masks the number under %#v too.
func (n NIK) GoString() string { return mask(string(n)) }

// GoString masks the number under %#v too.
func (k KK) GoString() string { return mask(string(k)) }

// LogValue masks the number in logs.
func (n NIK) LogValue() slog.Value { return slog.StringValue(n.String()) }

// LogValue masks the number in logs.
func (k KK) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText masks the number in JSON and XML.
func (n NIK) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// MarshalText masks the number in JSON and XML.
func (k KK) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

func mask(s string) string {
	if s == "" {
		return ""
	}
	if len(s) != 16 {
		return strings.Repeat("*", 16)
	}
	return s[:4] + "**********" + s[14:]
}

// Sex is the legal sex, "L" (laki-laki), "P" (perempuan) or "" (unknown).
type Sex string

// The two values that the civil registry knows.
const (
	Male   Sex = "L"
	Female Sex = "P"
)

// Region returns the six digits of the kecamatan where the number was first
// issued; it is not the present address (domain brief §1.1).
func (n NIK) Region() string { return regionOf(string(n)) }

// Region returns the six digits of the kecamatan that issued the card.
func (k KK) Region() string { return regionOf(string(k)) }

func regionOf(s string) string {
	if len(s) != 16 {
		return ""
	}
	return s[:6]
}

// Birth returns the sex and the birth date inside the number. Women's days are
// raised by 40. The century is the latest that makes the person at most 110
// years old and not unborn on day today. ok is false for an impossible date.
func (n NIK) Birth(today civil.Date) (civil.Date, Sex, bool) {
	s := string(n)
	if len(s) != 16 {
		return civil.Date{}, "", false
	}
	day, month, year := two(s[6:]), two(s[8:]), two(s[10:])
	sex := Male
	if day > 40 {
		day, sex = day-40, Female
	}
	for _, century := range []int{today.Year / 100 * 100, today.Year/100*100 - 100} {
		d := civil.Date{Year: century + year, Month: time.Month(month), Day: day}
		if !d.After(today) {
			return d, sex, d.Valid()
		}
	}
	return civil.Date{}, sex, false
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
