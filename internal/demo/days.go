package demo

import (
	"time"

	"tepat/internal/civil"
)

// days counts from 1 January 1970, so that ages are subtractions.
type days int32

// year is the mean Gregorian year, in hundredths of a day.
const hundredthYear = 36525

func years(n int) days { return days(n * hundredthYear / 100) }

// inWhole returns the completed mean years in d.
func (d days) inWhole() int { return int(d) * 100 / hundredthYear }

// date converts by Howard Hinnant's civil_from_days: the loop over millions of
// people cannot afford time.Date.
func (d days) date() civil.Date {
	z := int(d) + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month := mp + 3
	if month > 12 {
		month -= 12
	}
	year := yoe + era*400
	if month <= 2 {
		year++
	}
	return civil.Date{Year: year, Month: time.Month(month), Day: day}
}

func daysOf(d civil.Date) days {
	y, m := d.Year, int(d.Month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d.Day - 1
	return days(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468)
}
