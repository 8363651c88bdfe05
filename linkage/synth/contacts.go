package synth

import (
	"strconv"
	"strings"
)

// Contacts chooses a small contact list: five fields, one in five missing, one
// to nine records of a person, as the example data of many linkage tutorials.
type Contacts struct {
	Records int
	Seed    uint64
}

// Contacts1000 is about 250 people.
func Contacts1000(seed uint64) Set { return Contacts{1000, seed}.Set() }

var contactColumns = []string{"unique_id", "first_name", "surname", "dob", "city", "email", "person"}

// Set returns the records.
func (c Contacts) Set() Set {
	return Set{Name: "contacts", Columns: contactColumns, rows: func(emit func([]string) bool) {
		clean, row := make([]string, len(contactColumns)), make([]string, len(contactColumns))
		for i, id := 0, 0; id < c.Records; i++ {
			r := stream(c.Seed, streamPerson, uint64(i))
			c.person(&r, i, clean)
			for n := 1 + r.pick(20, 18, 17, 15, 11, 8, 5, 4, 2); n > 0 && id < c.Records; n-- {
				copy(row, clean)
				row[0] = strconv.Itoa(id)
				c.damage(&r, row)
				if !emit(row) {
					return
				}
				id++
			}
		}
	}}
}

func (c Contacts) person(r *rng, i int, row []string) {
	first, last := givenNames[r.n(2)].draw(r), surnames.draw(r)
	row[1], row[2], row[3] = title(first), title(last), r.born(1930, 2010).iso()
	row[4] = title(towns.list[min(towns.rank(r), r.n(60))])
	row[5] = first + last[:1+r.n(len(last))] + strconv.Itoa(r.n(100)) + "@" + oneOf(r, hosts) + ".example"
	if r.perMille(350) {
		row[5] = strings.ReplaceAll(last, " ", "") + strconv.Itoa(r.n(1000)) + "@" + oneOf(r, hosts) + ".example"
	}
	row[6] = "k" + strconv.Itoa(i)
}

// damage leaves each cell out in about one case of five and spoils it in about
// one of six; names are exchanged in one record of thirty.
func (c Contacts) damage(r *rng, row []string) {
	if r.perMille(33) {
		row[1], row[2] = row[2], row[1]
	}
	for at := 1; at <= 5; at++ {
		missing := [...]int{0, 165, 180, 20, 190, 210}[at]
		switch {
		case r.perMille(missing):
			row[at] = ""
		case !r.perMille(165):
		case at == 3:
			row[at] = c.otherDay(r, row[at])
		case at == 4 && r.perMille(300):
			row[at] = strings.ToUpper(row[at][:3])
		default:
			row[at] = misspelt(r, row[at])
		}
	}
}

func (c Contacts) otherDay(r *rng, iso string) string {
	year, _ := strconv.Atoi(iso[:4])
	month, _ := strconv.Atoi(iso[5:7])
	date, _ := strconv.Atoi(iso[8:])
	d := day{year, month, date}
	switch r.n(4) {
	case 0:
		d.year += r.between(-2, 2)
	case 1:
		d.month = r.between(1, 12)
	case 2:
		d.date = r.between(1, 28)
	default:
		d = r.born(1930, 2010)
	}
	d.date = min(d.date, daysIn(d.month))
	return d.iso()
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func upper(s string) string { return strings.ToUpper(s) }

func lower(s string) string { return strings.ToLower(s) }
