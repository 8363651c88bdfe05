package civil

import (
	"fmt"
	"time"
)

var (
	monthLong = map[string][12]string{
		"id": {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
		"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
	monthShort = map[string][12]string{
		"id": {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
		"en": {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	}
	dayLong = map[string][7]string{
		"id": {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
		"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
)

// Long spells d in full, "22 November 2026", in language "id" or "en".
func (d Date) Long(lang string) string { return d.spell(monthLong[lang]) }

// Short spells d for tables, "22 Nov 2026".
func (d Date) Short(lang string) string { return d.spell(monthShort[lang]) }

func (d Date) spell(months [12]string) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d %s %d", d.Day, months[d.Month-1], d.Year)
}

// Weekday spells the day of the week of d.
func (d Date) Weekday(lang string) string { return dayLong[lang][d.time().Weekday()] }

// Zone is one of the three legal time zones of Indonesia (Keppres 41/1987).
type Zone struct {
	Name string // WIB, WITA or WIT
	loc  *time.Location
}

// WIB, WITA and WIT lie seven, eight and nine hours east of Greenwich.
var (
	WIB  = Zone{"WIB", time.FixedZone("WIB", 7*3600)}
	WITA = Zone{"WITA", time.FixedZone("WITA", 8*3600)}
	WIT  = Zone{"WIT", time.FixedZone("WIT", 9*3600)}
)

// ZoneOfProvince returns the zone of a two-digit Kemendagri province code;
// unknown provinces get WIB.
func ZoneOfProvince(code string) Zone {
	switch code {
	case "51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76":
		return WITA
	case "81", "82", "91", "92", "93", "94", "95", "96":
		return WIT
	}
	return WIB
}

// Today returns the date of instant t in z.
func (z Zone) Today(t time.Time) Date { return Of(t.In(z.Location())) }

// Location returns the zone for the time package; the zero Zone is WIB.
func (z Zone) Location() *time.Location {
	if z.loc == nil {
		return WIB.loc
	}
	return z.loc
}

// Clock spells the time of day of t in z, "08.15 WIB".
func (z Zone) Clock(t time.Time) string {
	name := z.Name
	if name == "" {
		name = WIB.Name
	}
	return t.In(z.Location()).Format("15.04") + " " + name
}
