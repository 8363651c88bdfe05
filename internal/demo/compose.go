package demo

import (
	"tepat/internal/civil"
	"tepat/internal/nik"
)

// Relation is the place on a family card (SHDK) by the civil registry's list;
// DTKS and Regsosek number the same words differently.
type Relation uint8

// The relations that the demo uses.
const (
	Head       Relation = 1
	Wife       Relation = 3
	Child      Relation = 4
	Grandchild Relation = 6
	Parent     Relation = 7
	ParentLaw  Relation = 8
	OtherKin   Relation = 9
)

var relationWords = [...]string{Head: "KEPALA KELUARGA", Wife: "ISTRI", Child: "ANAK", Grandchild: "CUCU",
	Parent: "ORANG TUA", ParentLaw: "MERTUA", OtherKin: "FAMILI LAIN"}

// String returns the registry's word.
func (r Relation) String() string { return relationWords[r] }

// Marital is the state of marriage by the civil registry's list.
type Marital uint8

// The states, 1 to 4.
const (
	Single Marital = iota + 1
	Married
	Divorced
	Widowed
)

var maritalWords = [...]string{Single: "BELUM KAWIN", Married: "KAWIN", Divorced: "CERAI HIDUP", Widowed: "CERAI MATI"}

// String returns the registry's word.
func (m Marital) String() string { return maritalWords[m] }

// body is a person before the name: what serials and ranks depend on.
type body struct {
	sex      nik.Sex
	rel      Relation
	marital  Marital
	born     days
	edu      uint8
	job      job
	asn      bool
	disabled bool
	pregnant bool
	twin     bool // of the member before
}

// sketch is a family before its names. It is reused from family to family.
type sketch struct {
	members  []body
	culture  culture
	issued   days
	replaced days // issue of the card before, 0 when none
	newlywed bool // a card of the last year: not yet in DTSEN
	split    bool // lives in the house of the family before
	urban    bool
}

func (s *sketch) add(sex nik.Sex, rel Relation, m Marital, born days) *body {
	s.members = append(s.members, body{sex: sex, rel: rel, marital: m, born: born})
	return &s.members[len(s.members)-1]
}

// composer holds what the steps of one composition share.
type composer struct {
	*sketch
	r     rng
	today days
	size  int
}

// compose makes family i from (seed, i), its size and its neighbours' rolls.
func (w *World) compose(i int, v *Village, s *sketch) {
	split, anchor := w.isSplit(i, v), w.isSplit(i+1, v)
	*s = sketch{members: s.members[:0], split: split, urban: !v.Rural()}
	home := stream(w.opts.Seed, streamShape, uint64(w.house(i, v))|1<<40)
	s.culture = culture(home.pick(v.culture[:]...))
	c := composer{s, stream(w.opts.Seed, streamShape, uint64(i)), w.today, int(w.start[i+1] - w.start[i])}
	switch {
	case split:
		c.splitOff()
	case anchor:
		c.elders()
	case c.size == 1:
		c.alone()
	case c.size == 2:
		c.pair()
	default:
		c.largeFamily()
	}
	c.card()
	c.occupy(v)
}

// aged returns a birth so many whole years before today.
func (c *composer) aged(n int) days {
	return c.today - years(n) - days(c.r.between(1, 360))
}

// old is like aged, for people whose birth was written down from memory: the
// registry then holds 1 July, 31 December or 1 January.
func (c *composer) old(n int) days {
	born := c.aged(n)
	chance := 0
	switch {
	case n >= 60:
		chance = 110
	case n >= 40:
		chance = 35
	}
	if !c.r.perMille(chance) {
		return born
	}
	d := born.date()
	switch c.r.pick(60, 25, 15) {
	case 0:
		d.Month, d.Day = 7, 1
	case 1:
		d.Month, d.Day = 12, 31
	default:
		d.Month, d.Day = 1, 1
	}
	return daysOf(civil.Date{Year: d.Year, Month: d.Month, Day: d.Day})
}

func (c *composer) eitherSex() nik.Sex {
	if c.r.perMille(510) {
		return nik.Male
	}
	return nik.Female
}

func (c *composer) alone() {
	switch c.r.pick(55, 23, 22) {
	case 0:
		sex := nik.Female
		if c.r.perMille(330) {
			sex = nik.Male
		}
		c.add(sex, Head, Widowed, c.old(c.r.between(60, 86)))
	case 1:
		c.add(c.eitherSex(), Head, Divorced+Marital(c.r.n(2)), c.old(c.r.between(38, 62)))
	default:
		c.add(c.eitherSex(), Head, Single, c.aged(c.r.between(20, 40)))
	}
}

func (c *composer) pair() {
	switch c.r.pick(42, 15, 28, 9, 6) {
	case 0:
		c.couple(c.r.between(55, 80))
	case 1:
		c.couple(c.r.between(19, 33))
	case 2:
		age := c.r.between(30, 60)
		c.lone(age)
		c.children(1, age, 0)
	case 3:
		c.lone(c.r.between(58, 78))
		c.add(c.eitherSex(), Grandchild, Single, c.aged(c.r.between(3, 16)))
	default:
		age := c.r.between(24, 48)
		c.add(c.eitherSex(), Head, Single, c.aged(age))
		c.add(nik.Female, Parent, Widowed, c.old(min(age+c.r.between(20, 34), 88)))
	}
}

// couple adds husband and wife; wifeAge is hers.
func (c *composer) couple(wifeAge int) {
	c.add(nik.Male, Head, Married, c.old(max(19, wifeAge+c.r.between(-2, 9))))
	c.add(nik.Female, Wife, Married, c.old(wifeAge))
}

// lone adds a head without spouse, a mother more often than a father.
func (c *composer) lone(age int) {
	sex := nik.Female
	if c.r.perMille(240) {
		sex = nik.Male
	}
	state := Widowed
	if age < 50 && c.r.perMille(550) {
		state = Divorced
	}
	c.add(sex, Head, state, c.old(age))
}

// largeFamily is the family of three and more.
func (c *composer) largeFamily() {
	elder := c.size >= 4 && c.r.perMille(190)
	kin := c.size >= 4 && !elder && c.r.perMille(45)
	single := c.r.perMille(95)
	kids := c.size - 2
	if single {
		kids++
	}
	if elder || kin {
		kids--
	}
	youngest := c.r.n(8)
	switch c.r.pick(29, 35, 36) {
	case 1:
		youngest = c.r.between(6, 15)
	case 2:
		youngest = c.r.between(14, 27)
	}
	youngest = max(0, min(youngest, 31-3*kids))
	mother := youngest + 3*(kids-1)/2 + 18 + c.r.n(8) + c.r.n(7)
	if single {
		c.lone(mother)
	} else {
		c.couple(mother)
	}
	c.children(kids, mother, youngest)
	switch {
	case elder:
		rel := Parent + Relation(c.r.n(2))
		if single {
			rel = Parent
		}
		c.add(nik.Female, rel, Widowed, c.old(min(mother+c.r.between(19, 30), 93)))
	case kin:
		c.add(c.eitherSex(), OtherKin, Single, c.aged(c.r.between(8, 30)))
	}
}

// splitOff is a young family with its own card in the parents' house.
func (c *composer) splitOff() {
	switch c.size {
	case 1:
		c.add(c.eitherSex(), Head, Divorced, c.aged(c.r.between(24, 34)))
	default:
		kids := c.size - 2
		youngest := c.r.n(3)
		mother := min(18+c.r.n(5)+youngest+2*kids, 33)
		c.couple(mother)
		c.members[0].born = c.aged(min(mother+c.r.n(4), 34))
		c.children(kids, mother, youngest)
	}
}

// elders own the house that a married child stayed in.
func (c *composer) elders() {
	age := c.r.between(54, 70)
	if c.size == 1 || c.r.perMille(250) {
		c.lone(age)
	} else {
		c.couple(age)
		c.members[0].born = c.old(age + c.r.n(6))
	}
	for kids := c.size - len(c.members); kids > 0; kids-- {
		rel, years := Child, age-c.r.between(24, 38)
		if c.r.perMille(150) {
			rel, years = Grandchild, c.r.between(2, 12)
		}
		c.add(c.eitherSex(), rel, Single, c.aged(years))
	}
}

// children adds n children, eldest first, spaced by 11 months to 4 years, with
// twins now and then. youngest and mother are ages; the eldest was born when
// she was 16 or older.
func (c *composer) children(n, mother, youngest int) {
	if n <= 0 {
		return
	}
	if n == 1 && youngest == 0 && mother > 24 {
		youngest = c.r.n(min(mother-20, 28))
	}
	first := len(c.members)
	age := years(youngest) + days(c.r.between(1, 360))
	oldest := max(years(mother-17), age)
	for k := range n {
		b := c.add(c.eitherSex(), Child, Single, c.today-age)
		twin := k+1 < n && c.r.perMille(13)
		b.twin = twin
		if !twin {
			age += days(330 + c.r.n(min(1100, 1+max(0, int(oldest-age)/(n-k)-330))))
		}
	}
	reverse(c.members[first:])
}

func reverse(list []body) {
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
}

// card decides when the present card was issued: a year for newlyweds, else any
// day since cards were computerised, and for one family in twelve there is an
// older number that other agencies still use.
func (c *composer) card() {
	head := c.members[0]
	age := (c.today - head.born).inWhole()
	young := head.marital == Married && age < 32 && len(c.members) == 2
	if young && c.r.perMille(500) || c.split && c.r.perMille(250) {
		c.newlywed = true
		c.issued = c.today - days(c.r.between(20, 360))
		return
	}
	longest := max(400, min(int(years(age-19)), 21*365))
	c.issued = c.today - days(c.r.between(370, longest+400))
	if c.r.perMille(85) {
		c.replaced = c.issued
		c.issued = c.today - days(c.r.between(5, 330))
	}
}
