package synth

import (
	"strconv"
	"strings"
)

// Historical chooses a list in the style of a noisy biographical compilation:
// each person has many records, in which names are shortened, dates of birth
// half missing, places coarse and addresses changed. The unit of size is the
// person; there are about ten records to one, at most 40.
type Historical struct {
	People int
	Seed   uint64
}

// Historical50k is about 50,000 records of 5,000 people.
func Historical50k(seed uint64) Set { return Historical{People: 5000, Seed: seed}.Set() }

var historicalColumns = []string{"unique_id", "full_name", "first_and_surname", "first_name", "surname", "dob", "birth_place", "postcode", "gender", "occupation", "person"}

// figure is a person of the list.
type figure struct {
	sex       int
	given     []string // one to three
	surname   string
	title     string // before the name
	honour    string // after it, "1st baron" or so
	territory string // of the honour
	born      day
	yearOnly  bool
	noDay     bool // nobody wrote the birth down
	foreign   bool // clerks never learned to spell the name
	place     place
	posts     [3]string // addresses of a life
	callings  [2]string
}

// Set returns the records, each person's one after the other.
func (h Historical) Set() Set {
	return Set{Name: "historical", Columns: historicalColumns, rows: func(emit func([]string) bool) {
		var before figure
		row := make([]string, len(historicalColumns))
		for i := range h.People {
			p := h.figure(i, &before)
			before = p
			person := "h" + strconv.Itoa(i)
			for k := range h.records(i) {
				r := stream(h.Seed, streamError, uint64(i)<<8|uint64(k))
				row[0], row[len(row)-1] = person+"-"+strconv.Itoa(k+1), person
				p.write(&r, k == 0, row)
				if !emit(row) {
					return
				}
			}
		}
	}}
}

// records is how many records person i has: 2 to 18 for most, more in the tail,
// ten in the mean.
func (h Historical) records(i int) int {
	r := stream(h.Seed, streamCount, uint64(i))
	n := 2 + r.n(9) + r.n(7)
	if r.perMille(60) {
		n += r.n(24)
	}
	return n
}

func (h Historical) figure(i int, before *figure) figure {
	r := stream(h.Seed, streamPerson, uint64(i))
	p := figure{sex: r.pick(83, 17), surname: surnames.draw(&r), born: r.born(1600, 1920), place: town(towns, towns.rank(&r), shires)}
	for range 1 + r.pick(48, 40, 12) {
		p.given = append(p.given, oldNames[p.sex].draw(&r))
	}
	p.yearOnly, p.noDay, p.foreign = r.perMille(180), r.perMille(150), r.perMille(160)
	if p.yearOnly {
		p.born.month, p.born.date = 1, 1
	}
	switch r.pick(66, 9, 15, 5, 5) {
	case 1:
		p.title = []string{"sir", "dame"}[p.sex]
	case 2:
		p.honour = []string{"1st", "2nd", "3rd", "4th", "5th"}[r.n(5)] + " " + [2][]string{{"baronet", "baron", "earl", "viscount"}, {"baroness", "countess", "lady", "lady"}}[p.sex][r.n(4)]
	case 3:
		p.title = oneOf(&r, []string{"rev", "dr", "captain", "colonel"})
	case 4:
		p.title = []string{"mr", "mrs"}[p.sex]
	}
	if strings.Contains(p.honour, "baron") || strings.Contains(p.honour, "earl") {
		p.territory = towns.draw(&r)
	}
	p.callings = [2]string{callings.draw(&r), callings.draw(&r)}
	p.posts[0] = p.post(&r)
	p.posts[1], p.posts[2] = p.posts[0], p.post(&r)
	if r.perMille(500) {
		p.posts[1] = p.post(&r)
	}
	if i > 0 && r.perMille(45) {
		p.relate(&r, before)
	}
	return p
}

// relate makes p the child or the sibling of the person before: of one house,
// at times of one name.
func (p *figure) relate(r *rng, before *figure) {
	p.surname, p.place, p.honour, p.territory = before.surname, before.place, before.honour, before.territory
	p.posts = before.posts
	p.born.year = before.born.year + r.between(1, 35)
	if p.sex == before.sex && r.perMille(250) {
		p.given[0] = before.given[0]
	}
}

// post is an address in or near the place of birth.
func (p *figure) post(r *rng) string {
	area := p.place
	if r.perMille(150) {
		area = town(towns, towns.rank(r), shires)
	}
	code := area.region[:2]
	return code + strconv.Itoa(1+area.post%20) + " " + strconv.Itoa(1+r.n(9)) + letters[r.n(26):][:1] + letters[r.n(26):][:1]
}

// write fills a row. The first record of a person is nearly whole; in the
// others every cell is spoilt on its own.
func (p *figure) write(r *rng, first bool, row []string) {
	name := p.fullName()
	if !first {
		name = p.spoiltName(r)
	}
	row[1] = join(name)
	plain := p.bare(name)
	row[3], row[4] = plain[0], plain[len(plain)-1]
	row[2] = row[3] + " " + row[4]
	if len(plain) == 1 {
		row[2], row[4] = row[3], ""
	}
	row[5], row[6], row[7] = p.birth(r, first), p.birthPlace(r, first), p.postcode(r, first)
	row[8], row[9] = []string{"male", "female"}[p.sex], p.callings[r.pick(80, 20)]
	if !first && r.perMille(30) {
		row[8] = ""
	}
	if !first && r.perMille(300) {
		row[9] = ""
	}
}

// fullName is title, given names, surname, honour and its territory.
func (p *figure) fullName() []string {
	var name []string
	if p.title != "" {
		name = append(name, p.title)
	}
	name = append(append(name, p.given...), p.surname)
	if p.honour != "" {
		name = append(name, strings.Fields(p.honour)...)
	}
	if p.territory != "" {
		name = append(name, p.territory)
	}
	return name
}

// spoiltName is the name as another compiler has it: without title or middle
// names, with a short form, an initial, the territory in place of the surname,
// letters wrong.
func (p *figure) spoiltName(r *rng) []string {
	given := append([]string(nil), p.given...)
	if len(given) > 1 && r.perMille(650) {
		given = given[:1]
		if r.perMille(200) {
			given = p.given[1:2] // called by the second name
		}
	}
	if short := shortForms[given[0]]; short != nil && r.perMille(300) {
		given[0] = oneOf(r, short)
	} else if r.perMille(50) {
		given[0] = given[0][:1]
	}
	surname := p.surname
	if r.perMille(140) || p.foreign && r.perMille(500) {
		surname = misspelt(r, surname)
	}
	if r.perMille(100) || p.foreign && r.perMille(400) {
		given[0] = misspelt(r, given[0])
	}
	var name []string
	if p.title != "" && r.perMille(400) {
		name = append(name, p.title)
	}
	name = append(name, given...)
	noble := p.honour != ""
	if !noble || p.territory == "" || r.perMille(600) {
		name = append(name, surname)
	}
	if noble && r.perMille(450) {
		name = append(name, strings.Fields(p.honour)...)
	}
	if noble && p.territory != "" && (len(name) < 2 || r.perMille(450) || name[len(name)-1] != surname) {
		name = append(name, p.territory)
	}
	if len(name) == 2 && r.perMille(25) {
		name[0], name[1] = name[1], name[0]
	}
	return name
}

// bare is the name without title and honour, at least one word.
func (p *figure) bare(name []string) []string {
	var out []string
	honour := strings.Fields(p.honour)
	for _, w := range name {
		if w == p.title || len(honour) == 2 && (w == honour[0] || w == honour[1]) {
			continue
		}
		out = append(out, w)
	}
	if len(out) == 0 {
		return name
	}
	return out
}

// birth is missing for some people and in a quarter of the records of the
// others, and the first of January of the year in one of five: half say no day.
func (p *figure) birth(r *rng, first bool) string {
	d := p.born
	switch {
	case p.noDay:
		return ""
	case first:
		return d.iso()
	}
	switch r.pick(270, 220, 35, 25, 20, 430) {
	case 0:
		return ""
	case 1:
		d.month, d.date = 1, 1
	case 2:
		d.date = 1 + r.n(daysIn(d.month))
	case 3:
		d.year += r.between(-3, 3)
	case 4:
		d.year, d.month = d.year+10*(r.n(3)-1), r.between(1, 12)
		d.date = min(d.date, daysIn(d.month))
	}
	return d.iso()
}

// birthPlace is the town, the shire, or nothing.
func (p *figure) birthPlace(r *rng, first bool) string {
	if first {
		return p.place.name
	}
	switch r.pick(450, 160, 280, 60, 50) {
	case 0:
		return p.place.name
	case 1:
		return p.place.region
	case 3:
		return misspelt(r, p.place.name)
	case 4:
		return towns.draw(r)
	}
	return ""
}

// postcode is one of the addresses of a life, often with the last part wrong.
func (p *figure) postcode(r *rng, first bool) string {
	if first {
		return p.posts[0]
	}
	code := p.posts[r.pick(55, 25, 20)]
	switch r.pick(370, 190, 360, 80) {
	case 1:
		return code[:len(code)-2] + letters[r.n(26):][:1] + letters[r.n(26):][:1]
	case 2:
		return ""
	case 3:
		return slipped(r, code)
	}
	return code
}

func join(words []string) string { return strings.Join(words, " ") }
