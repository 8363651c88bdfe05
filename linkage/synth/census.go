package synth

import "strconv"

// Census chooses a list of names and birth dates only, one record in ten a
// duplicate with an error: few fields, rare errors, in the style of the test
// data of R's RecordLinkage (Sariyar and Borg, The R Journal 2, 2010).
type Census struct {
	Records int
	Seed    uint64
}

// Census500 and Census10000 have the sizes of the published sets.
func Census500(seed uint64) Set { return Census{500, seed}.Set() }

// Census10000 is 9,000 people and 1,000 duplicates.
func Census10000(seed uint64) Set { return Census{10000, seed}.Set() }

var censusColumns = []string{"rec_id", "fname_c1", "fname_c2", "lname_c1", "lname_c2", "by", "bm", "bd", "person"}

// Set returns the records.
func (c Census) Set() Set {
	people := c.Records - c.Records/10
	return Set{Name: "census", Columns: censusColumns, rows: func(emit func([]string) bool) {
		id, left := 0, c.Records-people
		row := make([]string, len(censusColumns))
		for i := range people {
			r := stream(c.Seed, streamPerson, uint64(i))
			c.person(&r, i, row)
			if id++; !c.emit(id, row, emit) {
				return
			}
			if r.n(people-i) >= left {
				continue
			}
			left--
			c.damage(&r, row)
			if id++; !c.emit(id, row, emit) {
				return
			}
		}
	}}
}

func (c Census) emit(id int, row []string, emit func([]string) bool) bool {
	row[0] = strconv.Itoa(id)
	return emit(row)
}

// person has a second given name in one case of eight and a double surname in
// one of a hundred. One in fifty is a sibling of the one before.
func (c Census) person(r *rng, i int, row []string) {
	sex := r.n(2)
	sibling := i > 0 && r.perMille(20)
	row[1], row[2] = upper(germanGiven[sex].draw(r)), ""
	if r.perMille(125) {
		row[2] = upper(germanGiven[sex].draw(r))
	}
	if !sibling {
		row[3], row[4] = upper(germanFamily.draw(r)), ""
		if r.perMille(10) {
			row[4] = upper(germanFamily.draw(r))
		}
	}
	born := r.born(1922, 2008)
	row[5], row[6], row[7] = strconv.Itoa(born.year), strconv.Itoa(born.month), strconv.Itoa(born.date)
	row[8] = "c" + strconv.Itoa(i)
}

// damage is one error for most, two for one duplicate in ten.
func (c Census) damage(r *rng, row []string) {
	for n := 1 + r.pick(90, 10); n > 0; n-- {
		switch r.pick(34, 6, 36, 8, 8, 8) {
		case 0:
			row[1] = upper(misspelt(r, lower(row[1])))
		case 1:
			row[2] = upper(germanGiven[r.n(2)].draw(r))
		case 2:
			row[3] = upper(misspelt(r, lower(row[3])))
		case 3:
			year, _ := strconv.Atoi(row[5])
			row[5] = strconv.Itoa(year + 1 + r.n(9)*10%80)
		case 4:
			row[6] = strconv.Itoa(r.between(1, 12))
		default:
			row[7] = strconv.Itoa(r.between(1, 28))
		}
	}
}
