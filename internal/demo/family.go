package demo

import (
	"iter"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// PersonKey names a person in the truth files. It never appears in what an
// agency sends.
type PersonKey uint32

// String returns "P" and eight digits.
func (k PersonKey) String() string { return "P" + digits(int(k), 8) }

// FamilyKey names a family in the truth files.
type FamilyKey uint32

// String returns "F" and seven digits.
func (k FamilyKey) String() string { return "F" + digits(int(k), 7) }

// Person is one invented resident as the civil registry holds them.
type Person struct {
	Key        PersonKey
	Name       string
	Sex        nik.Sex
	Born       civil.Date
	BirthPlace string
	NIK        nik.NIK // empty for newborns whose number is not issued yet
	Relation   Relation
	Marital    Marital
	Religion   string
	Education  string
	Job        string
	Blood      string
	Mother     string
	Father     string
	ASN        bool // civil servant (PNS or PPPK)
	Retired    bool // draws a pension of the state
	Disabled   bool // severely
	Pregnant   bool
	Twin       bool   // of the member before
	Death      *Death // of the last twelve months
	Age        int    // completed years on AsOf
}

// Family is the people on one family card.
type Family struct {
	Key      FamilyKey
	House    FamilyKey // the family that gave the house its key; several cards may share it
	KK       nik.KK
	Issued   civil.Date
	OldKK    nik.KK // the number before; empty when there was none
	Newlywed bool   // a card of the last year, unknown to DTSEN
	Village  *Village
	Address  Address
	Members  []Person // the head first
	Rank     Ranking
	Poor     bool // below the line, in truth
	Aid      Aid
	Moved    *Move
	culture  culture
}

// Head returns the head of the family.
func (f *Family) Head() *Person { return &f.Members[0] }

// Carer returns the person who collects for the family: the wife, else the head.
func (f *Family) Carer() *Person {
	if len(f.Members) > 1 && f.Members[1].Relation == Wife {
		return &f.Members[1]
	}
	return &f.Members[0]
}

// HasASN reports whether a civil servant is on the card.
func (f *Family) HasASN() bool {
	for m := range f.Members {
		if f.Members[m].ASN {
			return true
		}
	}
	return false
}

// Family recomputes family i, 0 <= i < NumFamilies.
func (w *World) Family(i int) Family {
	var s sketch
	return w.build(i, w.villageOf(i), &s)
}

// Families yields every family, village by village, in the order of the
// villages' codes. It can be ranged over.
func (w *World) Families(yield func(Family) bool) {
	var s sketch
	for v := range w.villages {
		for f := range w.familiesOf(&w.villages[v], &s) {
			if !yield(f) {
				return
			}
		}
	}
}

// FamiliesOf yields the families of one village; none when code is not one.
func (w *World) FamiliesOf(code region.Code) iter.Seq[Family] {
	for v := range w.villages {
		if w.villages[v].Code == code {
			return w.familiesOf(&w.villages[v], &sketch{})
		}
	}
	return func(func(Family) bool) {}
}

func (w *World) familiesOf(v *Village, s *sketch) iter.Seq[Family] {
	return func(yield func(Family) bool) {
		for i := v.first; i < v.first+v.Families; i++ {
			if !yield(w.build(i, v, s)) {
				return
			}
		}
	}
}

// build composes, names and numbers family i, then tells what befell it.
func (w *World) build(i int, v *Village, s *sketch) Family {
	w.compose(i, v, s)
	house := w.house(i, v)
	f := Family{
		Key: FamilyKey(i + 1), House: FamilyKey(house + 1), Newlywed: s.newlywed, Village: v,
		Address: w.address(house, v), Members: make([]Person, len(s.members)),
		Rank: w.ranking(i), Poor: w.isPoor(i), culture: s.culture,
	}
	f.Issued, f.KK = w.card(uint32(2*i), s.issued, w.kk[i])
	if w.oldKK[i] > 0 {
		_, f.OldKK = w.card(uint32(2*i+1), s.replaced, w.oldKK[i])
	}
	for m := range s.members {
		w.person(&f.Members[m], w.start[i]+uint32(m), &s.members[m])
	}
	w.nameFamily(i, v, s, &f)
	w.befall(i, &f)
	w.assist(i, &f)
	return f
}

func (w *World) card(who uint32, issued days, serial uint16) (civil.Date, nik.KK) {
	if day, ok := w.shiftedCard[who]; ok {
		issued = day
	}
	d := issued.date()
	return d, nik.KK(w.number16(d.Day, d, serial))
}

// number16 writes the sixteen digits of a NIK or KK: the regency, kecamatan 99,
// a date and a serial.
func (w *World) number16(day int, d civil.Date, serial uint16) string {
	var b [16]byte
	copy(b[:], w.opts.Regency)
	b[4], b[5] = '9', '9'
	put(b[6:8], day)
	put(b[8:10], int(d.Month))
	put(b[10:12], d.Year%100)
	put(b[12:16], int(serial))
	return string(b[:])
}

// newbornDays is how long a child may be without a NIK.
const newbornDays = 90

// person fills what needs no name.
func (w *World) person(p *Person, key uint32, b *body) {
	born := b.born
	if day, ok := w.shiftedBirth[key]; ok {
		born = day
	}
	d := born.date()
	*p = Person{
		Key: PersonKey(key + 1), Sex: b.sex, Born: d, Relation: b.rel, Marital: b.marital,
		Education: educationWords[b.edu], Job: jobWords[b.job], ASN: b.asn, Retired: b.job == pensioner,
		Disabled: b.disabled, Pregnant: b.pregnant, Twin: b.twin, Age: d.Age(w.opts.AsOf),
	}
	if w.today-born < newbornDays && w.serial[key]%5 < 3 {
		return
	}
	day := d.Day
	if b.sex == nik.Female {
		day += 40
	}
	p.NIK = nik.NIK(w.number16(day, d, w.serial[key]))
}

var (
	religions  = [...]string{"ISLAM", "ISLAM", "ISLAM", "ISLAM", "HINDU", "KRISTEN", "KRISTEN", "BUDHA"}
	bloods     = [...]string{"TIDAK TAHU", "TIDAK TAHU", "TIDAK TAHU", "O", "O", "A", "B", "AB"}
	elsewhere  = map[string][]string{"21": {"TANJUNGPINANG", "PONTIANAK", "SAMBAS", "BATAM", "TAREMPA", "KENDAL"}, "72": {"PALU", "MAKASSAR", "PARIGI", "WAJO", "MAMUJU", "TOLITOLI"}}
	othersBorn = []string{"JAKARTA", "SURABAYA", "MEDAN", "MAKASSAR"}
)

// nameFamily names everybody, and the parents of everybody.
func (w *World) nameFamily(i int, v *Village, s *sketch, f *Family) {
	r := stream(w.opts.Seed, streamName, uint64(i))
	clan := familyClan(&r, s.culture)
	var father, mother string // of the head's children
	for m := range f.Members {
		p := &f.Members[m]
		p.Religion = religions[s.culture]
		if s.culture == migrant && r.perMille(350) {
			p.Religion = "KATHOLIK"
		}
		p.Blood = bloods[r.n(len(bloods))]
		p.BirthPlace = w.birthPlace(&r, v)
		n := naming{culture: s.culture, sex: p.Sex, born: p.Born.Year, order: -1, clan: clan}
		switch p.Relation {
		case Child:
			n.order = max(0, m-1)
			w.nameChild(&r, n, f.Members[:m+1], father, mother)
		case Grandchild:
			p.Name = givenName(&r, n)
			p.Father, p.Mother = elderName(&r, n, nik.Male, 25), elderName(&r, n, nik.Female, 22)
		default:
			n.clan = clanBefore(&r, n, m == 0)
			p.Father, p.Mother = elderName(&r, n, nik.Male, 28), elderName(&r, n, nik.Female, 24)
			n.father = firstWord(p.Father)
			p.Name = honoured(&r, n, p.Age, givenName(&r, n))
		}
		switch {
		case m == 0 && p.Sex == nik.Male:
			father, mother = p.Name, elderName(&r, n, nik.Female, 0)
		case m == 0:
			father, mother = elderName(&r, n, nik.Male, 0), p.Name
		case p.Relation == Wife:
			mother = p.Name
		}
	}
	w.adoptParents(i, v, s, f)
}

// adoptParents makes the head of a split family the child of the house, and the
// parent on the card the parent of the head.
func (w *World) adoptParents(i int, v *Village, s *sketch, f *Family) {
	for m := range f.Members {
		if f.Members[m].Relation == Parent {
			f.Members[0].Mother = f.Members[m].Name
		}
	}
	if !s.split {
		return
	}
	var parents sketch
	w.compose(i-1, v, &parents)
	elders := Family{Members: make([]Person, len(parents.members))}
	for m := range parents.members {
		w.person(&elders.Members[m], w.start[i-1]+uint32(m), &parents.members[m])
	}
	w.nameFamily(i-1, v, &parents, &elders)
	head := &f.Members[0]
	if elders.Members[0].Sex == nik.Male {
		head.Father = elders.Members[0].Name
	} else {
		head.Mother = elders.Members[0].Name
	}
	if c := elders.Carer(); c.Relation == Wife {
		head.Mother = c.Name
	}
}

// nameChild names the last of members. A few sons carry their father's name to
// the letter; twins share all but the first word.
func (w *World) nameChild(r *rng, n naming, members []Person, father, mother string) {
	p := &members[len(members)-1]
	p.Father, p.Mother = father, mother
	n.father = firstWord(father)
	p.Name = givenName(r, n)
	for try := 0; try < 4 && taken(members, p.Name); try++ {
		p.Name = givenName(r, n)
	}
	switch {
	case p.Twin && r.perMille(700):
		p.Name = twinName(members[len(members)-2].Name, p.Name)
	case p.Sex == nik.Male && members[0].Sex == nik.Male && r.perMille(6):
		p.Name = strings.TrimPrefix(father, "H. ")
	}
}

// taken reports whether somebody before the last of members has the name.
func taken(members []Person, name string) bool {
	for m := range len(members) - 1 {
		if members[m].Name == name {
			return true
		}
	}
	return false
}

func twinName(elder, own string) string {
	_, rest, ok := strings.Cut(elder, " ")
	first, _, _ := strings.Cut(own, " ")
	if !ok || strings.HasPrefix(elder, first+" ") || leansOn(first) {
		return own
	}
	return first + " " + rest
}

// clanBefore is the clan name of somebody who married into the family, or of
// its head: Christian wives take the husband's, Chinese wives keep their own,
// Kaili wives have none.
func clanBefore(r *rng, n naming, head bool) string {
	switch {
	case head || n.culture == migrant:
		return n.clan
	case n.culture == chinese:
		return familyClan(r, chinese)
	}
	return ""
}

// elderName names a parent who is not on the card.
func elderName(r *rng, n naming, sex nik.Sex, older int) string {
	if n.culture == kaili && sex == nik.Female {
		n.clan = ""
	}
	n.sex, n.born, n.father, n.order = sex, n.born-older, "", -1
	return givenName(r, n)
}

func (w *World) birthPlace(r *rng, v *Village) string {
	switch r.pick(55, 30, 15) {
	case 0:
		return strings.ToUpper(v.Name)
	case 1:
		return strings.ToUpper(w.regency.Name)
	}
	towns, ok := elsewhere[string(w.province.Code)]
	if !ok {
		towns = othersBorn
	}
	return towns[r.n(len(towns))]
}

func itoa(n int) string { return strconv.Itoa(n) }

func threeDigits(n int) string { return digits(n, 3) }

// digits writes n with leading zeros.
func digits(n, width int) string {
	var b [20]byte
	put(b[:width], n)
	return string(b[:width])
}

func put(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}
