package similar

import "time"

// Date is a day, or a part of one: year<<9 | month<<5 | day, unknown parts 0.
// 0 is no date. Dates compare in the order of time.
type Date uint32

// MakeDate packs a date; parts out of range make it 0. Year 1 to 9999, month 0
// (unknown) to 12, day 0 (unknown) to 31, and only days the month has.
func MakeDate(year, month, day int) Date {
	if year < 1 || year > 9999 || month < 0 || month > 12 || day < 0 || day > 31 {
		return 0
	}
	if month == 0 && day != 0 {
		return 0
	}
	if day > 28 && time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return 0
	}
	return Date(year<<9 | month<<5 | day)
}

// Year, Month and Day are the parts, 0 when unknown.
func (d Date) Year() int  { return int(d >> 9) }
func (d Date) Month() int { return int(d >> 5 & 15) }
func (d Date) Day() int   { return int(d & 31) }

// Whole says that the day is known.
func (d Date) Whole() bool { return d>>9 != 0 && d>>5&15 != 0 && d&31 != 0 }

// String is 2006-01-02 with 00 for unknown parts, "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	n := d.number()
	var b [10]byte
	for i := 9; i >= 0; i-- {
		if i == 4 || i == 7 {
			b[i] = '-'
			continue
		}
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}

// number is yyyymmdd.
func (d Date) number() uint32 {
	return uint32(d.Year()*10000 + d.Month()*100 + d.Day())
}

// DaysApart is the distance in days; false when a day is unknown.
func DaysApart(a, b Date) (int, bool) {
	if !a.Whole() || !b.Whole() {
		return 0, false
	}
	n := a.days() - b.days()
	return max(n, -n), true
}

// days counts from 0000-03-01 (Howard Hinnant, chrono-compatible low-level date
// algorithms).
func (d Date) days() int {
	y, m := d.Year(), d.Month()
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d.Day() - 1
}

// DateSwap says that day and month are exchanged and differ.
func DateSwap(a, b Date) bool {
	return a != b && a.Whole() && b.Whole() && a.Year() == b.Year() &&
		a.Month() == b.Day() && a.Day() == b.Month()
}

// DateSlip says that, written yyyymmdd, one digit differs or two neighbouring
// digits are exchanged. Equal dates and dates with unknown parts never slip.
func DateSlip(a, b Date) bool {
	if a == b || !a.Whole() || !b.Whole() {
		return false
	}
	return slip(uint64(a.number()), uint64(b.number()))
}

// slip says that two numbers of equally many digits differ in one digit or by
// an exchange of two neighbours.
func slip(x, y uint64) bool {
	places, first, second := 0, 0, 0
	var dx, dy [2]uint64
	for i := 0; x != y; i++ {
		if x%10 != y%10 {
			if places == 2 {
				return false
			}
			dx[places], dy[places] = x%10, y%10
			first, second = second, i
			places++
		}
		x /= 10
		y /= 10
	}
	if places == 1 {
		return true
	}
	return places == 2 && second == first+1 && dx[0] == dy[1] && dx[1] == dy[0]
}
