package synth

import (
	"strconv"
	"strings"
)

// Spread is how the duplicates fall on the originals that have any.
type Spread int

// The spreads of Christen's generator.
const (
	Uniform Spread = iota // 1 to Max, all alike
	Poisson               // mostly one or two
	Zipf                  // weight 1/k
)

// FEBRL chooses a set of addresses in the style of Christen's generator:
// Originals people and Duplicates further records of them.
type FEBRL struct {
	Originals, Duplicates int
	Max                   int // duplicates of one original, 0 means 1
	Spread                Spread
	FieldErrors           int // modifications of one field at most, 0 means 1
	RecordErrors          int // modifications of one record at most, 0 means 2
	Households            int // per mille of originals that live with the one before them
	Seed                  uint64
}

// FEBRL1 is 500 people with one duplicate each. This and the next three have
// the sizes and spreads of the four published sets; the number of errors grows
// from the first to the third as theirs does.
func FEBRL1(seed uint64) Set {
	return FEBRL{Originals: 500, Duplicates: 500, FieldErrors: 2, RecordErrors: 4, Seed: seed}.Set()
}

// FEBRL2 is 4,000 people and 1,000 duplicates, Poisson, at most 5.
func FEBRL2(seed uint64) Set {
	return FEBRL{Originals: 4000, Duplicates: 1000, Max: 5, Spread: Poisson, FieldErrors: 2, RecordErrors: 4, Seed: seed}.Set()
}

// FEBRL3 is 2,000 people and 3,000 duplicates, Zipf, at most 5, with more
// errors.
func FEBRL3(seed uint64) Set {
	return FEBRL{Originals: 2000, Duplicates: 3000, Max: 5, Spread: Zipf, FieldErrors: 3, RecordErrors: 6, Seed: seed}.Set()
}

// FEBRL4 is two files of 5,000: the people, and a duplicate of each.
func FEBRL4(seed uint64) (Set, Set) {
	return FEBRL{Originals: 5000, Duplicates: 5000, FieldErrors: 2, RecordErrors: 5, Seed: seed}.Pair()
}

var febrlColumns = []string{"rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
	"date_of_birth", "age", "phone_number", "soc_sec_id", "person"}

// The cells of a FEBRL row.
const (
	fID = iota
	fGiven
	fSurname
	fNumber
	fStreet
	fProperty
	fSuburb
	fPostcode
	fState
	fBorn
	fAge
	fPhone
	fSocial
	fPerson
)

// Set returns originals and duplicates in one file, each person's records one
// after the other.
func (f FEBRL) Set() Set {
	return f.only("febrl", func(row []string, emit func([]string) bool) bool { return emit(row) })
}

// Pair returns the originals and the duplicates as two files.
func (f FEBRL) Pair() (Set, Set) {
	keep := func(original bool) func([]string, func([]string) bool) bool {
		return func(row []string, emit func([]string) bool) bool {
			id := row[fID]
			if (id[len(id)-4:] == "-org") != original {
				return true
			}
			return emit(row)
		}
	}
	return f.only("febrl-a", keep(true)), f.only("febrl-b", keep(false))
}

func (f FEBRL) only(name string, pass func([]string, func([]string) bool) bool) Set {
	f.Max, f.FieldErrors = max(f.Max, 1), max(f.FieldErrors, 1)
	if f.RecordErrors == 0 {
		f.RecordErrors = 2
	}
	return Set{Name: name, Columns: febrlColumns, rows: func(emit func([]string) bool) {
		f.each(func(row []string) bool { return pass(row, emit) })
	}}
}

func (f FEBRL) each(emit func([]string) bool) {
	left := f.Duplicates
	var before, row, copied [fPerson + 1]string
	for i := range f.Originals {
		f.original(i, &before, &row)
		if !emit(row[:]) {
			return
		}
		n := f.duplicates(i, left)
		left -= n
		for k := range n {
			copied = row
			copied[fID] = "rec-" + row[fPerson] + "-dup-" + strconv.Itoa(k)
			r := stream(f.Seed, streamError, uint64(i)<<8|uint64(k))
			f.damage(&r, &copied)
			if !emit(copied[:]) {
				return
			}
		}
		before = row
	}
}

// duplicates draws how many original i has, so that the remaining ones get the
// rest: the chance of having any is what is left over what all would take.
func (f FEBRL) duplicates(i, left int) int {
	r := stream(f.Seed, streamCount, uint64(i))
	weights := f.weights()
	n := 1 + r.pick(weights...)
	sum, total := 0, 0
	for k, w := range weights {
		sum, total = sum+(k+1)*w, total+w
	}
	if r.n((f.Originals-i)*sum) >= left*total {
		return 0
	}
	return min(n, left)
}

// weights of 1, 2 … duplicates for an original that has any.
func (f FEBRL) weights() []int {
	list := []int{580, 290, 97, 24, 9} // Poisson of mean 1, given at least one
	switch f.Spread {
	case Uniform:
		list = make([]int, f.Max)
		for k := range list {
			list[k] = 1
		}
	case Zipf:
		list = []int{60, 30, 20, 15, 12}
	}
	return list[:min(f.Max, len(list))]
}

// original invents person i. Blank fields are as frequent as in the published
// originals: dates of birth and phones now and then, a second line of the
// address for one in eight missing.
func (f FEBRL) original(i int, before, row *[fPerson + 1]string) {
	r := stream(f.Seed, streamPerson, uint64(i))
	person := strconv.Itoa(i)
	row[fID], row[fPerson] = "rec-"+person+"-org", person
	sex := r.n(2)
	row[fGiven] = givenNames[sex].draw(&r)
	if i > 0 && r.perMille(f.Households) {
		copy(row[fSurname:fBorn], before[fSurname:fBorn])
		row[fPhone] = before[fPhone]
	} else {
		f.address(&r, row)
	}
	born := r.born(1900, 1999)
	row[fBorn], row[fAge] = born.compact(), strconv.Itoa(max(1, 2001-born.year))
	row[fSocial] = digits(1000000+int(mix(f.Seed*31+uint64(i))%9000000), 7)
	for _, gap := range [...]struct{ field, perMille int }{{fGiven, 22}, {fSurname, 10}, {fBorn, 19}, {fAge, 150}, {fPhone, 60}} {
		if r.perMille(gap.perMille) {
			row[gap.field] = ""
		}
	}
}

func (f FEBRL) address(r *rng, row *[fPerson + 1]string) {
	row[fSurname] = surnames.draw(r)
	p := town(suburbs, suburbs.rank(r), states)
	row[fNumber] = strconv.Itoa(1 + min(r.n(60), r.n(300)))
	row[fStreet] = streets.draw(r) + " " + oneOf(r, roadKinds)
	row[fProperty] = ""
	if r.perMille(870) {
		row[fProperty] = oneOf(r, properties)
		if r.perMille(400) {
			row[fProperty] = "unit " + strconv.Itoa(r.between(1, 40))
		} else if r.perMille(500) {
			row[fProperty] = surnames.draw(r) + " " + oneOf(r, []string{"farm", "lodge", "village", "park"})
		}
	}
	row[fSuburb], row[fPostcode], row[fState] = p.name, digits(1000+p.post, 4), p.region
	row[fPhone] = digits(2+r.n(7), 2) + " " + digits(r.n(100000000), 8)
	for _, gap := range [...]struct{ field, perMille int }{{fNumber, 32}, {fStreet, 20}, {fSuburb, 11}, {fState, 10}} {
		if r.perMille(gap.perMille) {
			row[gap.field] = ""
		}
	}
}

// damage makes 1 to RecordErrors modifications, at most FieldErrors in a field.
// The chance of each field follows the published configuration: names and
// addresses suffer most, the state least.
func (f FEBRL) damage(r *rng, row *[fPerson + 1]string) {
	done := [fPerson + 1]int{}
	for n := 1 + r.n(f.RecordErrors); n > 0; n-- {
		at := 1 + r.pick(14, 14, 9, 12, 8, 10, 8, 3, 8, 4, 4, 6)
		if done[at] >= f.FieldErrors || row[at] == "" {
			continue
		}
		done[at]++
		f.modify(r, row, at)
	}
}

// modify makes one error in a cell: mostly a wrong letter or digit, at times a
// field left out, another value, words or names exchanged.
func (f FEBRL) modify(r *rng, row *[fPerson + 1]string, at int) {
	kind := r.pick(66, 12, 8, 8, 6)
	switch {
	case kind == 1:
		row[at] = ""
	case kind == 2 && at <= fSurname:
		row[fGiven], row[fSurname] = row[fSurname], row[fGiven]
	case kind == 2 && (at == fSuburb || at == fProperty):
		row[fSuburb], row[fProperty] = row[fProperty], row[fSuburb]
	case kind == 3 && (at == fStreet || at == fProperty || at == fSuburb):
		row[at] = respaced(r, row[at])
	case kind == 4:
		f.replace(r, row, at)
	case at == fNumber || at >= fPostcode && at != fState:
		row[at] = slipped(r, row[at])
	default:
		row[at] = misspelt(r, row[at])
	}
}

func (f FEBRL) replace(r *rng, row *[fPerson + 1]string, at int) {
	switch at {
	case fGiven:
		row[at] = givenNames[r.n(2)].draw(r)
	case fSurname:
		row[at] = surnames.draw(r)
	case fState:
		row[at] = oneOf(r, states)
	case fBorn:
		row[at] = r.born(1900, 1999).compact()
	default:
		row[at] = misspelt(r, misspelt(r, row[at]))
	}
}

// respaced loses a blank, gains one, or exchanges the words around it.
func respaced(r *rng, s string) string {
	first, rest, ok := strings.Cut(s, " ")
	switch {
	case !ok && len(s) > 3:
		at := 1 + r.n(len(s)-2)
		return s[:at] + " " + s[at:]
	case !ok:
		return s
	case r.perMille(400):
		return rest + " " + first
	}
	return first + rest
}
