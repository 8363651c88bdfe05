package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

const timeLayout = "2006-01-02T15:04:05.000000Z"

// Time is an instant in UTC with microseconds, stored as fixed-width text that
// sorts by time on both engines. The zero Time is stored as NULL.
type Time struct{ t time.Time }

// TimeOf truncates t to microseconds, in the one place where that happens.
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Std returns the instant for the time package.
func (t Time) Std() time.Time { return t.t }

// IsZero reports whether no instant is known.
func (t Time) IsZero() bool { return t.t.IsZero() }

// Add returns t+d.
func (t Time) Add(d time.Duration) Time { return TimeOf(t.t.Add(d)) }

// String returns the stored text, or "" for the zero Time.
func (t Time) String() string {
	if t.t.IsZero() {
		return ""
	}
	return t.t.Format(timeLayout)
}

// Value stores t.
func (t Time) Value() (driver.Value, error) {
	if t.t.IsZero() {
		return nil, nil
	}
	return t.String(), nil
}

// Scan reads what Value stored.
func (t *Time) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case nil:
		*t = Time{}
		return nil
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return fmt.Errorf("db: cannot read a time from %T", src)
	}
	p, err := time.Parse(timeLayout, s)
	if err != nil {
		return fmt.Errorf("db: %q is no stored time", s)
	}
	t.t = p
	return nil
}

// MarshalText writes the stored text.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the stored text; empty text is the zero Time.
func (t *Time) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = Time{}
		return nil
	}
	return t.Scan(string(b))
}
