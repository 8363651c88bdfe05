package indonesia

// Latest is the last year in which a record cleaned by Cleaners can be born:
// years of two digits are read in the hundred years up to it. Programs that
// know the year use CleanersUpTo.
const Latest = 2026

// monthNames by the beginnings of their names, new and old spelling, English
// beside.
var monthNames = map[string]int{
	"JAN": 1, "DJA": 1, "YAN": 1, "FEB": 2, "PEB": 2, "MAR": 3, "MRT": 3, "APR": 4, "MEI": 5, "MAY": 5, "MEY": 5, "JUN": 6, "DJU": 6,
	"JUL": 7, "AGU": 8, "AGT": 8, "AGS": 8, "AUG": 8, "SEP": 9, "SPT": 9, "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12, "DEC": 12,
}

// CleanDate reads a date of birth as Indonesian offices write it and gives
// 2006-01-02, with 00 for an unknown day or month: 15-05-1990, 15/5/90, 15 Mei
// 1990, 1990-05-15 00:00:00, 05/15/1990 (only possible so), 19900515,
// 15051990, 1990 alone, "NATUNA, 15 MEI 1990", the Excel serial 33008. An
// impossible day gives the year and month alone. Years of two digits are read
// in the hundred years up to latest; years before 1880 or after latest give "".
func CleanDate(s string, latest int) string {
	if isoDate(s) {
		year, month, day := two(s)*100+two(s[2:]), two(s[5:]), two(s[8:])
		if year >= 1880 && year <= latest && month >= 1 && month <= 12 && day >= 1 && day <= 28 {
			return s
		}
		return checkDate(year, month, day, latest)
	}
	var p parts
	p.read(s)
	return p.date(latest)
}

// parts are the numbers and month of a date as written.
type parts struct {
	value [3]int
	width [3]int
	count int
	month int // by name
	at    int // how many numbers stood before the month
}

func (p *parts) read(s string) {
	if len(s) > 64 {
		s = s[:64]
	}
	for i := 0; i < len(s) && p.count < 3; {
		c := s[i]
		j := i
		switch {
		case c >= '0' && c <= '9':
			v := 0
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				if j-i < 9 {
					v = v*10 + int(s[j]-'0')
				}
				j++
			}
			p.value[p.count], p.width[p.count] = v, j-i
			p.count++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			for j < len(s) && s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z' {
				j++
			}
			if p.month == 0 && j-i >= 3 {
				name := [3]byte{s[i] &^ 0x20, s[i+1] &^ 0x20, s[i+2] &^ 0x20}
				if m := monthNames[string(name[:])]; m != 0 && (name != [3]byte{'D', 'J', 'U'} || j-i < 4) {
					p.month, p.at = m, p.count
				} else if m != 0 {
					p.month, p.at = june(s[i:j]), p.count
				}
			}
		default:
			j++
		}
		i = j
	}
}

// june tells DJUNI from DJULI.
func june(s string) int {
	if s[3]|0x20 == 'l' {
		return 7
	}
	return 6
}

func (p *parts) date(latest int) string {
	v, w := p.value, p.width
	switch {
	case p.month > 0:
		return p.named(latest)
	case p.count == 1 && w[0] == 8:
		if y := v[0] / 10000; y >= 1880 && y <= latest && v[0]/100%100 <= 12 {
			return checkDate(y, v[0]/100%100, v[0]%100, latest)
		}
		return checkDate(v[0]%10000, v[0]/10000%100, v[0]/1000000, latest)
	case p.count == 1 && w[0] == 4:
		return checkDate(v[0], 0, 0, latest)
	case p.count == 1 && w[0] == 5 && v[0] > 366:
		return serial(v[0], latest)
	case p.count == 2 && w[1] == 4:
		return checkDate(v[1], v[0], 0, latest)
	case p.count == 2 && w[0] == 4:
		return checkDate(v[0], v[1], 0, latest)
	case p.count == 3 && w[0] == 4:
		return checkDate(v[0], v[1], v[2], latest)
	case p.count == 3 && w[2] <= 4 && w[0] <= 2 && w[1] <= 2:
		year, day, month := p.year(2, latest), v[0], v[1]
		if month > 12 && day <= 12 {
			day, month = month, day
		}
		return checkDate(year, month, day, latest)
	}
	return ""
}

// named reads a date whose month is a word: 15 Mei 1990, Mei 1990, Mei 15 1990.
func (p *parts) named(latest int) string {
	switch {
	case p.count >= 2 && p.width[0] == 4:
		return checkDate(p.value[0], p.month, p.value[1], latest)
	case p.count >= 2:
		return checkDate(p.year(1, latest), p.month, p.value[0], latest)
	case p.count == 1 && (p.width[0] == 4 || p.at == 0):
		return checkDate(p.year(0, latest), p.month, 0, latest)
	}
	return ""
}

func (p *parts) year(i, latest int) int {
	if p.width[i] <= 2 {
		return fullYear(p.value[i], latest)
	}
	return p.value[i]
}

// fullYear puts a year of two digits into the hundred years up to latest.
func fullYear(two, latest int) int {
	year := latest - latest%100 + two
	if year > latest {
		year -= 100
	}
	return year
}

// serial is the date of an Excel day number (1900 system).
func serial(n, latest int) string {
	n -= 60 // Excel believes in 29 February 1900
	year, month := 1900, 3
	for n > daysIn(year, month) {
		n -= daysIn(year, month)
		if month++; month > 12 {
			year, month = year+1, 1
		}
	}
	return checkDate(year, month, n, latest)
}

func checkDate(year, month, day, latest int) string {
	if year < 1880 || year > latest {
		return ""
	}
	if month < 1 || month > 12 {
		return writeDate(year, 0, 0)
	}
	if day < 1 || day > daysIn(year, month) {
		return writeDate(year, month, 0)
	}
	return writeDate(year, month, day)
}

func writeDate(year, month, day int) string {
	b := [10]byte{
		byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10), '-',
		byte('0' + month/10), byte('0' + month%10), '-', byte('0' + day/10), byte('0' + day%10),
	}
	return string(b[:])
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func isoDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for _, i := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Conventional reports a date (2006-01-02) whose day is a convention more
// often than a birthday: 1 July and 31 December, which registers enter for an
// unknown day, 1 January, or a part that is unknown. To agree on such a day
// says little more than to agree on the year.
func Conventional(date string) bool {
	if len(date) != 10 {
		return false
	}
	switch date[5:] {
	case "01-01", "07-01", "12-31":
		return true
	}
	return date[5:7] == "00" || date[8:] == "00"
}

// VagueDate reports two dates of one year of which at least one is
// conventional: they do not contradict each other.
func VagueDate(a, b string) bool {
	return len(a) == 10 && len(b) == 10 && a[:4] == b[:4] && (Conventional(a) || Conventional(b))
}
