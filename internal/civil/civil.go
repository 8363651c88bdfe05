// Package civil holds dates without a clock and the three Indonesian zones.
//
// It owns calendar dates and their Indonesian spelling; it refuses instants
// (those are db.Time). Read civil_test.go first.
package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar. The zero Date means "unknown",
// prints as nothing and is stored as NULL.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Of returns the date of t in t's own zone.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Parse reads an ISO date, "2006-01-02". The empty string is the zero Date.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("civil: %q is no date", s)
	}
	return Of(t), nil
}

// IsZero reports whether d is unknown.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether d exists in the calendar, between 1800 and 2200.
func (d Date) Valid() bool {
	return d.Year >= 1800 && d.Year <= 2200 && Of(d.time()) == d
}

func (d Date) time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String returns the ISO form, or "" when unknown.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// Compare returns -1, 0 or 1 as d lies before, on or after e.
func (d Date) Compare(e Date) int {
	a := d.Year*512 + int(d.Month)*32 + d.Day
	b := e.Year*512 + int(e.Month)*32 + e.Day
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// AddDays returns the day n days after d (before, when n is negative).
func (d Date) AddDays(n int) Date { return Of(d.time().AddDate(0, 0, n)) }

// DaysUntil returns the number of days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.time().Sub(d.time()).Hours() / 24) }

// Age returns the completed years of somebody born on d, on day at.
// A birthday on 29 February is kept on 1 March in common years.
// It returns -1 when either date is unknown or at lies before d.
func (d Date) Age(at Date) int {
	if d.IsZero() || at.IsZero() || at.Before(d) {
		return -1
	}
	years := at.Year - d.Year
	if at.Month < d.Month || (at.Month == d.Month && at.Day < d.Day) {
		years--
	}
	return years
}

// Value stores d as ISO text, NULL when unknown.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value stored.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		p, err := Parse(v)
		*d = p
		return err
	case []byte:
		p, err := Parse(string(v))
		*d = p
		return err
	}
	return fmt.Errorf("civil: cannot read a date from %T", src)
}

// MarshalText writes the ISO form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form.
func (d *Date) UnmarshalText(b []byte) error {
	p, err := Parse(string(b))
	*d = p
	return err
}
