package indonesia

// The population number (NIK, sixteen digits) holds the place of first issue,
// the birth date, the sex (women are born forty days later) and a serial; it
// has no check digit. The family card number (KK) has the same shape with the
// date of issue. Source: Perpres 67/2011 and its technical guides; the damage
// by spreadsheets is what registers show.

const numberLen = 16

// CleanNIK gives the digits of a NIK as written, "" when the cell holds none:
// a placeholder (one digit repeated, 1234567890123456, a leading zero, six or
// more zeros at the end), scientific notation whose digits are gone, or fewer
// than 14 or more than 17 digits. A number of 14, 15 or 17 digits is kept: it
// is wrong, but close to the right one. O, I, L and S among digits are read as
// 0, 1, 1 and 5. Of two numbers in a cell the first is taken.
func CleanNIK(s string) string { return cleanNumber(s) }

// IssuedNIK is CleanNIK without numbers whose serial is 0000. No such number
// was ever issued: Excel made it of the first nine of a day, so that it belongs
// to several people. The birth date inside is still good.
func IssuedNIK(s string) string {
	n := cleanNumber(s)
	if len(n) == numberLen && n[12:] == "0000" {
		return ""
	}
	return n
}

// CleanKK is CleanNIK for family card numbers.
func CleanKK(s string) string { return cleanNumber(s) }

func cleanNumber(s string) string {
	if plainNumber(s) {
		if placeholder(s) {
			return ""
		}
		return s
	}
	var buf [numberLen + 2]byte
	n, letters := 0, 0
	for _, r := range s {
		c := byte(0)
		switch {
		case r >= '0' && r <= '9':
			c = byte(r)
		case r == 'o' || r == 'O':
			c, letters = '0', letters+1
		case r == 'l' || r == 'L' || r == 'i' || r == 'I' || r == '|':
			c, letters = '1', letters+1
		case r == 's' || r == 'S':
			c, letters = '5', letters+1
		case r == 'e' || r == 'E' || r == '+':
			return "" // scientific notation
		case r == '/' || r == ';' || r == ',' || r == '&':
			if n >= 14 {
				return checked(buf[:n], letters)
			}
			continue
		case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return ""
		default:
			continue
		}
		if n == len(buf) {
			return ""
		}
		buf[n] = c
		n++
	}
	return checked(buf[:n], letters)
}

// plainNumber reports sixteen digits and nothing else, the usual case.
func plainNumber(s string) bool {
	if len(s) != numberLen {
		return false
	}
	for i := range numberLen {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func checked(b []byte, letters int) string {
	if len(b) < 14 || len(b) > 17 || letters > 4 {
		return ""
	}
	s := string(b)
	if placeholder(s) {
		return ""
	}
	return s
}

// placeholder reports a number that is no number of anybody.
func placeholder(s string) bool {
	if s[0] == '0' || s == "1234567890123456" || s == "9876543210987654" || s == "1234567812345678" || s == "1111222233334444" {
		return true
	}
	same, zeros := true, 0
	for i := range len(s) {
		same = same && s[i] == s[0]
		if s[i] == '0' {
			zeros++
		} else {
			zeros = 0
		}
	}
	return same || zeros >= 6
}

// Number is a NIK or KK taken apart.
type Number struct {
	Region string // six digits: province, regency, kecamatan of issue
	Day    int    // 1 to 31
	Month  int
	Year   int // two digits, 0 to 99
	Female bool
	Serial string // four digits
}

// ParseNIK takes a NIK apart. It reports false unless there are sixteen
// digits, a province that exists or existed and a possible day and month. A
// serial of 0000 was never issued but passes: Excel made it of 0001 to 0009.
func ParseNIK(nik string) (Number, bool) {
	n, ok := parseNumber(nik)
	if ok && n.Day > 40 {
		n.Day -= 40
		n.Female = true
	}
	return n, ok && possible(n.Day, n.Month)
}

// ParseKK takes a family card number apart; the date is that of issue.
func ParseKK(kk string) (Number, bool) {
	n, ok := parseNumber(kk)
	return n, ok && possible(n.Day, n.Month)
}

func parseNumber(s string) (Number, bool) {
	if !plainNumber(s) || !province(s[:2]) {
		return Number{}, false
	}
	return Number{Region: s[:6], Day: two(s[6:]), Month: two(s[8:]), Year: two(s[10:]), Serial: s[12:]}, true
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

// possible allows 29 February in any year: the century is not known.
func possible(day, month int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(2000, month)
}

// province reports a two-digit code of a province, old or new (Kepmendagri
// 300.2.2-2430/2025; 54 was East Timor).
func province(s string) bool {
	switch s[0] {
	case '1':
		return s[1] >= '1'
	case '2':
		return s[1] == '1'
	case '3':
		return s[1] >= '1' && s[1] <= '6'
	case '5':
		return s[1] >= '1' && s[1] <= '4'
	case '6':
		return s[1] >= '1' && s[1] <= '5'
	case '7':
		return s[1] >= '1' && s[1] <= '6'
	case '8':
		return s[1] == '1' || s[1] == '2'
	case '9':
		return s[1] >= '1' && s[1] <= '7'
	}
	return false
}

// Birth is the birth date inside the NIK, 2006-01-02, in the hundred years up
// to latest. "" when the NIK cannot be taken apart.
func Birth(nik string, latest int) string {
	n, ok := ParseNIK(nik)
	if !ok {
		return ""
	}
	return writeDate(fullYear(n.Year, latest), n.Month, n.Day)
}

// Sex is the sex inside the NIK: "L", "P" or "".
func Sex(nik string) string {
	n, ok := ParseNIK(nik)
	switch {
	case !ok:
		return ""
	case n.Female:
		return "P"
	}
	return "L"
}

// Agreement tells how a NIK fits the rest of the record.
type Agreement uint8

// The ways. They are warnings, never proofs: the office does not change a NIK
// when a birth date is corrected.
const (
	Unknown   Agreement = iota // the NIK, or what to compare with, is missing
	Agrees                     // the date inside is the date given
	DaySwap                    // day and month of the date given are exchanged
	Disagrees                  // another date
)

// CheckBirth compares the date inside a NIK with a birth date (2006-01-02).
func CheckBirth(nik, birth string) Agreement {
	n, ok := ParseNIK(nik)
	if !ok || len(birth) != 10 || birth[5:7] == "00" || birth[8:] == "00" {
		return Unknown
	}
	year, month, day := two(birth[2:]), two(birth[5:]), two(birth[8:])
	switch {
	case n.Year == year && n.Month == month && n.Day == day:
		return Agrees
	case n.Year == year && n.Month == day && n.Day == month:
		return DaySwap
	}
	return Disagrees
}

// CheckSex compares the sex inside a NIK with one given as "L" or "P".
func CheckSex(nik, sex string) Agreement {
	in := Sex(nik)
	switch {
	case in == "" || sex != "L" && sex != "P":
		return Unknown
	case in == sex:
		return Agrees
	}
	return Disagrees
}

// Slip says how two different numbers may be one number written badly.
type Slip uint8

// The slips, weakest first. Serials are low and neighbours share a region, so
// the first three are seen between two people of one birthday too.
const (
	NoSlip     Slip = iota
	SerialSlip      // one of the last two digits differs: twins are issued neighbouring serials
	RegionSlip      // one digit of the region differs
	LostDigit       // the first fifteen agree and one ends in 0: Excel keeps fifteen digits
	DigitSlip       // another digit differs, is missing or is too much
	Neighbours      // two neighbouring digits are exchanged
)

// NumberSlip finds the slip between two cleaned numbers that are not equal.
// It is symmetric.
func NumberSlip(a, b string) Slip {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == b || len(a) < 14 {
		return NoSlip
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) != len(b) {
		if len(b)-len(a) == 1 && a[i:] == b[i+1:] {
			return DigitSlip
		}
		return NoSlip
	}
	if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
		return Neighbours
	}
	if a[i+1:] != b[i+1:] {
		return NoSlip
	}
	switch {
	case i == 15 && (a[15] == '0' || b[15] == '0'):
		return LostDigit
	case i >= 14:
		return SerialSlip
	case i < 6:
		return RegionSlip
	}
	return DigitSlip
}
