package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAge(t *testing.T) {
	day := func(s string) Date { d, _ := Parse(s); return d }
	for _, c := range []struct {
		born, at string
		want     int
	}{
		{"1960-08-01", "2025-07-31", 64},
		{"1960-08-01", "2025-08-01", 65},
		{"2004-02-29", "2025-02-28", 20},
		{"2004-02-29", "2025-03-01", 21},
		{"", "2025-03-01", -1},
		{"2026-01-01", "2025-03-01", -1},
	} {
		if got := day(c.born).Age(day(c.at)); got != c.want {
			t.Errorf("born %s, at %s: %d, want %d", c.born, c.at, got, c.want)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Of(time.Unix(rapid.Int64Range(-3e9, 4e9).Draw(t, "t"), 0).UTC())
		n := rapid.IntRange(-40_000, 40_000).Draw(t, "n")
		e := d.AddDays(n)
		if got := d.DaysUntil(e); got != n {
			t.Fatalf("%v + %d = %v, but DaysUntil = %d", d, n, e, got)
		}
		back, err := Parse(e.String())
		if err != nil || back != e || (n > 0) != e.After(d) {
			t.Fatalf("%v: %v %v", e, back, err)
		}
	})
}

func TestSpelling(t *testing.T) {
	d := Date{2026, 11, 23}
	if got := d.Weekday("id") + ", " + d.Long("id"); got != "Senin, 23 November 2026" {
		t.Error(got)
	}
	if got := (Date{2026, 8, 5}).Short("id"); got != "5 Agu 2026" {
		t.Error(got)
	}
	at := time.Date(2026, 11, 23, 1, 15, 0, 0, time.UTC)
	if got := WIB.Clock(at); got != "08.15 WIB" {
		t.Error(got)
	}
	if got := ZoneOfProvince("72").Clock(at); got != "09.15 WITA" {
		t.Error(got)
	}
}

func TestImpossibleDatesAreNotValid(t *testing.T) {
	for _, d := range []Date{{2025, 2, 29}, {2025, 13, 1}, {2025, 4, 31}, {}, {1, 1, 1}} {
		if d.Valid() {
			t.Errorf("%v is valid", d)
		}
	}
}
