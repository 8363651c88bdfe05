package detect

import (
	"errors"
	"fmt"
	"slices"

	"tepat/linkage"
)

// ErrNothing says that no column would tell people apart.
var ErrNothing = errors.New("detect: no column to compare: name at least one in the columns of the configuration, as full_name or birth_date")

// Proposal is a model for a file that nobody described, not trained yet.
type Proposal struct {
	Model  *linkage.Model
	Fields []string // fields of the input that the model reads
	// Rules are candidates for blocking, the most telling first; Model.Blocking
	// holds them all, for Recommend or the sizes to choose from.
	Rules []linkage.Rule
}

// maxComparisons is what a packed pattern holds.
const maxComparisons = 15

// Propose makes a model of guesses; rows are the sample that Columns saw.
func Propose(guesses []Guess, rows [][]string) (*Proposal, error) {
	b := &builder{guesses: guesses, rows: rows, model: &linkage.Model{Link: linkage.Dedupe, Seed: 1}}
	b.names()
	b.birth()
	b.numbers()
	b.places()
	b.rest()
	if len(b.model.Comparisons) == 0 {
		return nil, ErrNothing
	}
	b.model.Comparisons = b.model.Comparisons[:min(len(b.model.Comparisons), maxComparisons)]
	b.block()
	p := &Proposal{Model: b.model, Rules: b.model.Blocking}
	for _, c := range b.model.Columns {
		for _, f := range c.From {
			if !slices.Contains(p.Fields, f) {
				p.Fields = append(p.Fields, f)
			}
		}
	}
	return p, nil
}

type builder struct {
	guesses []Guess
	rows    [][]string
	model   *linkage.Model
}

// column adds a column read from fields and returns its name.
func (b *builder) column(name string, kind linkage.Kind, clean []string, from ...string) string {
	for _, c := range b.model.Columns {
		if c.Name == name {
			return name
		}
	}
	b.model.Columns = append(b.model.Columns, linkage.Column{Name: name, From: from, Clean: clean, Kind: kind})
	return name
}

func (b *builder) compare(name string, levels ...linkage.Level) {
	b.model.Comparisons = append(b.model.Comparisons, linkage.Comparison{Name: name, Levels: append(levels, otherwise())})
}

// free gives a column of the input a name in the model that no other has.
func (b *builder) plain(g *Guess) string {
	return b.column(g.Column, kindOfRole(g), cleaners(g), g.Column)
}

func kindOfRole(g *Guess) linkage.Kind {
	switch g.Role {
	case GivenName, MiddleName, Surname, FullName, MotherName, OtherName:
		return linkage.Name
	case BirthDate, OtherDate:
		return linkage.Date
	case BirthYear, BirthMonth, BirthDay:
		return linkage.Digits
	case PersonID, Household, Phone:
		if g.Role != Phone && g.facts.filled > 0 && g.facts.share(g.facts.digits) < 0.8 || g.facts.maxLen > 19 && g.facts.filled > 0 {
			return linkage.Text
		}
		return linkage.Digits
	case Age, Amount:
		return linkage.Number
	case Position:
		return linkage.Point
	}
	return linkage.Text
}

func cleaners(g *Guess) []string {
	switch g.Role {
	case GivenName, MiddleName, Surname, FullName, MotherName, OtherName, City, District, State, Street, BirthPlace, Occupation, Words:
		return cleanLetters()
	case BirthDate, OtherDate:
		if g.Layout == "01/02/2006" || g.Layout == "1/2/2006" {
			return cleanMonthFirst()
		}
		return cleanDate()
	case BirthYear, BirthMonth, BirthDay, Phone:
		return cleanDigits()
	case PersonID, Household:
		if kindOfRole(g) == linkage.Digits {
			return cleanDigits()
		}
		return cleanCode()
	case Postcode, StreetNo, Unit:
		return cleanCode()
	case Sex:
		return cleanSex()
	case Email, Category:
		return cleanLower()
	}
	return nil
}

// names compares given name and surname each for itself, knowing that forms
// get them exchanged, or the full name word by word.
func (b *builder) names() {
	given, surname := first(b.guesses, GivenName), first(b.guesses, Surname)
	if given != nil && surname != nil {
		g, s := b.plain(given), b.plain(surname)
		b.column("name", linkage.Name, cleanLetters(), given.Column, surname.Column)
		swapped := linkage.Level{Label: "exchanged with " + s, Test: linkage.Test{Op: linkage.Swapped, Columns: []string{g, s}}}
		b.compare(g, exact(g), swapped, jaroWinkler(g, 0.93), jaroWinkler(g, 0.86), words("part or initial of the name", g, 0.92, false), jaroWinkler(g, 0.75))
		b.compare(s, exact(s), jaroWinkler(s, 0.93), jaroWinkler(s, 0.86), words("part or initial of the name", s, 0.92, false), jaroWinkler(s, 0.75))
	} else {
		for _, g := range []*Guess{given, surname} {
			if g != nil {
				n := b.plain(g)
				b.compare(n, exact(n), jaroWinkler(n, 0.93), words("part or initial of the name", n, 0.92, true), jaroWinkler(n, 0.86), jaroWinkler(n, 0.75))
			}
		}
	}
	if full := first(b.guesses, FullName); full != nil {
		n := b.plain(full)
		set := b.column(n+" words", linkage.Set, cleanLetters(), full.Column)
		b.compare(n, exact(n), words("the same words", n, 1, true), jaroWinkler(n, 0.95), words("words alike or initials", n, 0.9, true), jaroWinkler(n, 0.88),
			words("words somewhat alike", n, 0.8, true), shares(set, 1))
	}
	if middle := first(b.guesses, MiddleName); middle != nil && middle.Filled >= 0.01 {
		n := b.plain(middle)
		b.compare(n, exact(n), jaroWinkler(n, 0.9), words("part or initial of the name", n, 0.9, false))
	}
	for _, role := range []Role{MotherName, OtherName} {
		for i, g := range having(b.guesses, role) {
			if i == 2 {
				break
			}
			n := b.plain(g)
			b.compare(n, exact(n), words("words alike or initials", n, 0.9, true), jaroWinkler(n, 0.88))
		}
	}
}

func (b *builder) birth() {
	if date := first(b.guesses, BirthDate); date != nil {
		b.date(date)
	}
	for _, role := range []Role{BirthYear, BirthMonth, BirthDay} {
		g := first(b.guesses, role)
		if g == nil {
			continue
		}
		n := b.plain(g)
		if role == BirthMonth {
			b.compare(n, equal(n))
			continue
		}
		b.compare(n, equal(n), digitSlip(n))
	}
	if age := first(b.guesses, Age); age != nil {
		n := b.plain(age)
		b.compare(n, within("the same age", n, 0), within("a year apart", n, 1), within("up to three years apart", n, 3), within("up to ten years apart", n, 10))
	}
	if first(b.guesses, BirthDate) == nil {
		if date := first(b.guesses, OtherDate); date != nil {
			b.date(date)
		}
	}
	if sex := first(b.guesses, Sex); sex != nil {
		n := b.plain(sex)
		b.compare(n, equal(n))
	}
	if place := first(b.guesses, BirthPlace); place != nil {
		n := b.plain(place)
		b.compare(n, exact(n), jaroWinkler(n, 0.9), words("part of the name", n, 0.9, true))
	}
}

func (b *builder) date(g *Guess) {
	n := b.plain(g)
	test := func(label string, op linkage.Op, threshold float64) linkage.Level {
		return linkage.Level{Label: label, Test: linkage.Test{Op: op, Columns: []string{n}, Threshold: threshold}}
	}
	same := equal(n)
	if often := g.facts.share(g.facts.top); often > 0.005 && g.facts.top > 3 { // a day written for want of a better one
		text := b.column(n+" text", linkage.Text, cleaners(g), g.Column)
		same.TF = &linkage.TF{Column: text, Weight: 1}
	}
	b.compare(n, same, test("day and month exchanged", linkage.DateSwap, 0), test("one digit differs", linkage.DateSlip, 0),
		test("within a month", linkage.DateWithin, 31), test("the same year", linkage.DateYear, 0), test("within a year", linkage.DateWithin, 366), test("within ten years", linkage.DateYear, 10))
}

func (b *builder) numbers() {
	for i, g := range having(b.guesses, PersonID) {
		if i == 3 {
			break
		}
		n := b.plain(g)
		if kindOfRole(g) == linkage.Digits {
			b.compare(n, equal(n), digitSlip(n))
			continue
		}
		b.compare(n, equal(n), damerau(n, 1), damerau(n, 2))
	}
	if g := first(b.guesses, Household); g != nil {
		n := b.plain(g)
		b.model.Household = n
		b.compare(n, equal(n), slip(n, kindOfRole(g)))
	}
	if g := first(b.guesses, Phone); g != nil {
		n := b.plain(g)
		b.compare(n, equal(n), slip(n, kindOfRole(g)))
	}
	if g := first(b.guesses, Email); g != nil {
		n := b.plain(g)
		user := b.column(n+" user", linkage.Text, cleanMailUser(), g.Column)
		b.compare(n, exact(n), linkage.Level{Label: "the same before the @", Test: linkage.Test{Op: linkage.Exact, Columns: []string{user}}, TF: &linkage.TF{Column: user, Weight: 1}},
			jaroWinkler(n, 0.9), jaroWinkler(user, 0.85))
	}
}

func (b *builder) places() {
	post, city := first(b.guesses, Postcode), first(b.guesses, City)
	switch {
	case post != nil && city != nil && min(post.Filled, city.Filled) > 0.8 && Together(b.guesses, b.rows, post, city):
		p, c := b.plain(post), b.plain(city)
		both := linkage.Level{Label: "both the same", Test: linkage.Test{Op: linkage.And, Of: []linkage.Test{exact(p).Test, exact(c).Test}}, TF: &linkage.TF{Column: p, Weight: 1}}
		b.compare(p+" and "+c, both, exact(p), damerau(p, 1), exact(c), jaroWinkler(c, 0.9), prefix(p, part(post)))
	default:
		if post != nil {
			p := b.plain(post)
			b.compare(p, exact(p), damerau(p, 1), prefix(p, part(post)))
		}
		if city != nil {
			c := b.plain(city)
			b.compare(c, exact(c), jaroWinkler(c, 0.9), jaroWinkler(c, 0.8))
		}
	}
	for i, g := range having(b.guesses, Street) {
		if i == 2 {
			break
		}
		n := b.plain(g)
		b.compare(n, exact(n), jaroWinkler(n, 0.92), words("words alike", n, 0.85, true), jaroWinkler(n, 0.8))
	}
	if g := first(b.guesses, StreetNo); g != nil {
		n := b.plain(g)
		b.compare(n, exact(n), damerau(n, 1))
	}
	for _, role := range []Role{District, State, Occupation} {
		if g := first(b.guesses, role); g != nil {
			n := b.plain(g)
			b.compare(n, exact(n), jaroWinkler(n, 0.88))
		}
	}
}

// part is how much of a postcode names the wider area.
func part(post *Guess) int { return max(2, int(post.facts.meanLen()*0.6)) }

// rest compares what is left, as far as patterns have room.
func (b *builder) rest() {
	room := func() bool { return len(b.model.Comparisons) < maxComparisons }
	for _, g := range having(b.guesses, Unit) {
		if n := b.plain(g); room() {
			b.compare(n, exact(n))
		}
	}
	for _, g := range having(b.guesses, Category) {
		if g.Filled >= 0.05 && room() {
			n := b.plain(g)
			b.compare(n, exact(n))
		}
	}
	for _, g := range having(b.guesses, Position) {
		if room() {
			b.kilometres(b.plain(g))
		}
	}
	for _, g := range having(b.guesses, Amount) {
		if room() {
			n := b.plain(g)
			b.compare(n, within("the same", n, 0), share(n, 0.02), share(n, 0.1))
		}
	}
	for _, g := range having(b.guesses, Words) {
		if room() {
			n := b.plain(g)
			set := b.column(n+" words", linkage.Set, cleanLetters(), g.Column)
			b.compare(n, exact(n), words("the same words", n, 0.95, true), words("words alike", n, 0.8, true), shares(set, 4), shares(set, 2), shares(set, 1))
		}
	}
}

func (b *builder) kilometres(n string) {
	var levels []linkage.Level
	for _, km := range []float64{0.05, 0.5, 5, 50} {
		levels = append(levels, linkage.Level{Label: fmt.Sprintf("within %g km", km), Test: linkage.Test{Op: linkage.Kilometres, Columns: []string{n}, Threshold: km}})
	}
	b.compare(n, levels...)
}
