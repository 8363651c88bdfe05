package indonesia

import "strings"

// Names of cleaners, for Column.Clean.
const (
	CleanerName    = "indonesia.name"       // NormalizeName
	CleanerSound   = "indonesia.name_sound" // NameSound
	CleanerKey     = "indonesia.name_key"   // NameKey
	CleanerNIK     = "indonesia.nik"        // IssuedNIK
	CleanerKK      = "indonesia.kk"         // CleanKK
	CleanerDate    = "indonesia.date"       // CleanDate
	CleanerBirth   = "indonesia.birth"      // a date, or the one inside the NIK behind it
	CleanerNIKDate = "indonesia.nik_birth"  // the date inside a NIK
	CleanerSex     = "indonesia.sex"        // CleanSex, or the sex inside the NIK behind it
	CleanerPlace   = "indonesia.place"      // CleanPlace
	CleanerRTRW    = "indonesia.rtrw"       // CleanRTRW
	CleanerAddress = "indonesia.address"    // CleanAddress
	CleanerPhone   = "indonesia.phone"      // CleanPhone
)

// Names of tests, for Test.Func.
const (
	TestSlip         = "indonesia.slip"         // NumberSlip is DigitSlip or Neighbours
	TestWeakSlip     = "indonesia.weak_slip"    // NumberSlip is RegionSlip or LostDigit
	TestConventional = "indonesia.conventional" // one of two dates is Conventional
	TestVagueDate    = "indonesia.vague_date"   // VagueDate
)

// Cleaners are the cleaners of this package by name, for
// linkage.Options.Cleaners. Years of two digits end with Latest.
func Cleaners() map[string]func(string) string { return CleanersUpTo(Latest) }

// CleanersUpTo is Cleaners with another last year of birth.
func CleanersUpTo(latest int) map[string]func(string) string {
	return map[string]func(string) string{
		CleanerName:    NormalizeName,
		CleanerSound:   NameSound,
		CleanerKey:     NameKey,
		CleanerNIK:     IssuedNIK,
		CleanerKK:      CleanKK,
		CleanerDate:    func(s string) string { return CleanDate(s, latest) },
		CleanerBirth:   func(s string) string { return birth(s, latest) },
		CleanerNIKDate: func(s string) string { return Birth(CleanNIK(s), latest) },
		CleanerSex:     sex,
		CleanerPlace:   CleanPlace,
		CleanerRTRW:    CleanRTRW,
		CleanerAddress: CleanAddress,
		CleanerPhone:   CleanPhone,
	}
}

// Tests are the tests of pairs of this package by name, for
// linkage.Options.Tests. All are symmetric.
func Tests() map[string]func(a, b string) bool {
	return map[string]func(a, b string) bool{
		TestSlip:         func(a, b string) bool { return NumberSlip(a, b) >= DigitSlip },
		TestWeakSlip:     func(a, b string) bool { s := NumberSlip(a, b); return s == RegionSlip || s == LostDigit },
		TestConventional: func(a, b string) bool { return Conventional(a) || Conventional(b) },
		TestVagueDate:    VagueDate,
	}
}

// birth reads "date NIK", either of which may be missing. The date inside the
// NIK stands in for a missing one and completes a year of the same century.
func birth(s string, latest int) string {
	if len(s) > 10 && s[10] == ' ' && isoDate(s[:10]) { // the usual case
		if date := CleanDate(s[:10], latest); date != "" && date[8:] != "00" {
			return date
		}
	}
	given, nik := behind(s)
	date := CleanDate(given, latest)
	if nik == "" || date != "" && date[8:] != "00" {
		return date
	}
	inside := Birth(nik, latest)
	if inside == "" || date != "" && date[:4] != inside[:4] {
		return date
	}
	return inside
}

// sex reads "sex NIK", either of which may be missing.
func sex(s string) string {
	if len(s) > 1 && s[1] == ' ' && (s[0] == 'L' || s[0] == 'P') { // the usual case
		return s[:1]
	}
	given, nik := behind(s)
	if l := CleanSex(given); l != "" || nik == "" {
		return l
	}
	return Sex(nik)
}

// behind parts a cell from the NIK joined to it.
func behind(s string) (string, string) {
	i := strings.LastIndexByte(s, ' ')
	if nik := s[i+1:]; len(nik) >= numberLen {
		if nik = CleanNIK(nik); nik != "" {
			return s[:max(i, 0)], nik
		}
	}
	return s, ""
}
