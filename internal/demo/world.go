package demo

import (
	"slices"
	"sort"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Sizes that Generate accepts.
const (
	MinPeople = 1_000
	MaxPeople = 10_000_000
)

// Options choose a world. The zero People is the real population of the
// regency, the zero AsOf is 30 June 2026, a nil Dirt is DefaultDirt.
type Options struct {
	Regency region.Code
	People  int
	Seed    uint64
	AsOf    civil.Date // the day on which the registry was drawn; ages are as of it
	Dirt    *Dirt
}

// World is an invented regency. It is read-only after Generate and safe for
// concurrent use.
type World struct {
	opts     Options
	profile  profile
	province region.Region
	regency  region.Region
	villages []Village
	near     []region.Region // the other regencies of the province
	far      []region.Region // of the nation
	today    days

	start                     []uint32        // first person of each family, and the end
	serial                    []uint16        // of each person's NIK
	kk                        []uint16        // serial of each family's card
	oldKK                     []uint16        // serial of the card before, 0 when there was none
	shiftedBirth, shiftedCard map[uint32]days // days whose serials were used up
	rank                      []uint32        // place in the DTSEN order of the regency, 0 unranked
	ranked                    int
	poor                      []uint64 // a bit a family: below the line in truth
	desilEnd                  [10]int  // last rank of each desil
}

// Generate invents the regency: it divides the people, composes each family
// once to hand out serials, and ranks them. It takes about a microsecond and
// eight bytes a person.
//
// Faults: demo.regency (no villages for this code), demo.size (People outside
// MinPeople to MaxPeople), demo.date (AsOf before 2000 or after 2099).
func Generate(o Options) (*World, error) {
	regency, ok := region.ByCode(o.Regency)
	if !ok || o.Regency.Level() != region.Regency {
		return nil, fault.NewInvalid("demo.regency", string(o.Regency)).At("regency")
	}
	p := profileOf(o.Regency)
	if o.People == 0 {
		o.People = p.people
	}
	if o.People < MinPeople || o.People > MaxPeople {
		return nil, fault.NewInvalid("demo.size", MinPeople, MaxPeople).At("people")
	}
	if o.AsOf.IsZero() {
		o.AsOf = civil.Date{Year: 2026, Month: 6, Day: 30}
	}
	if !o.AsOf.Valid() || o.AsOf.Year < 2000 || o.AsOf.Year > 2099 {
		return nil, fault.NewInvalid("demo.date").At("as_of")
	}
	dirt := DefaultDirt()
	if o.Dirt != nil {
		dirt = *o.Dirt
	}
	o.Dirt = &dirt
	// Two regencies of one seed are drawn apart.
	o.Seed = mix(o.Seed + regencyNumber(o.Regency)*0x9e3779b97f4a7c15)
	province, _ := region.ByCode(o.Regency.Province())
	w := &World{opts: o, profile: p, province: province, regency: regency, today: daysOf(o.AsOf)}
	w.villages = villages(o, p)
	w.near = without(region.Children(province.Code), o.Regency)
	w.far = without(region.Regencies(), o.Regency)
	w.divideFamilies()
	w.number(9999)
	return w, nil
}

func regencyNumber(c region.Code) uint64 {
	n := uint64(0)
	for _, digit := range []byte(c) {
		n = n*10 + uint64(digit-'0')
	}
	return n
}

func without(list []region.Region, code region.Code) []region.Region {
	return slices.DeleteFunc(list, func(r region.Region) bool { return r.Code == code })
}

// divideFamilies draws the size of every family, village by village; the last
// family of a village takes what is left.
func (w *World) divideFamilies() {
	w.start = make([]uint32, 1, w.opts.People/3)
	at := 0
	for v := range w.villages {
		village := &w.villages[v]
		village.first = len(w.start) - 1
		for left := village.People; left > 0; {
			size := min(w.drawSize(len(w.start)-1), left)
			left -= size
			at += size
			w.start = append(w.start, uint32(at))
		}
		village.Families = len(w.start) - 1 - village.first
	}
}

// drawSize gives a mean of 3.6 people on a card, as in both pilots.
func (w *World) drawSize(family int) int {
	r := stream(w.opts.Seed, streamSize, uint64(family))
	return 1 + r.pick(90, 160, 230, 260, 150, 70, 28, 12)
}

// Regency returns the code of the regency.
func (w *World) Regency() region.Code { return w.opts.Regency }

// AsOf returns the day as of which ages and events are told.
func (w *World) AsOf() civil.Date { return w.opts.AsOf }

// People returns the number of people, newborns without NIK included.
func (w *World) People() int { return w.opts.People }

// NumFamilies returns the number of family cards.
func (w *World) NumFamilies() int { return len(w.start) - 1 }

// Ranked returns the number of families that DTSEN has ranked.
func (w *World) Ranked() int { return w.ranked }

// Villages returns the villages by code, with their people.
func (w *World) Villages() []Village { return w.villages }

// villageOf returns the village whose families include i.
func (w *World) villageOf(i int) *Village {
	n := sort.Search(len(w.villages), func(v int) bool { return w.villages[v].first > i })
	for n--; w.villages[n].Families == 0; n-- {
	}
	return &w.villages[n]
}

// isSplit reports whether family i lives in the house of the family before it:
// a married child with a card of its own, the way aid is multiplied.
func (w *World) isSplit(i int, v *Village) bool {
	if i <= v.first || i >= v.first+v.Families {
		return false
	}
	size := w.start[i+1] - w.start[i]
	return size <= 5 && w.splitRoll(i) && !w.splitRoll(i-1)
}

func (w *World) splitRoll(i int) bool {
	r := stream(w.opts.Seed, streamPlace, uint64(i)|1<<40)
	return r.perMille(60)
}

// house returns the family that gives house, culture and address to family i.
func (w *World) house(i int, v *Village) int {
	if w.isSplit(i, v) {
		return i - 1
	}
	return i
}

// slots is the number of (two-digit year, month, day, sex) combinations in
// which a serial must be unique.
const slots = 100 * 12 * 31 * 2

func slotOf(d civil.Date, female bool) int {
	s := ((d.Year%100*12+int(d.Month)-1)*31 + d.Day - 1) * 2
	if female {
		s++
	}
	return s
}

// number hands out serials and ranks. A day whose serials are used up (limit,
// 9999 outside tests) pushes the birth or the issue to the day before: the
// digits must stay unique. Cards of a day share the serials of the boys of that
// day, so that no KK ever equals a NIK.
func (w *World) number(limit uint16) {
	families := w.NumFamilies()
	used := make([]uint16, slots)
	w.serial = make([]uint16, w.opts.People)
	w.kk = make([]uint16, families)
	w.oldKK = make([]uint16, families)
	w.shiftedBirth, w.shiftedCard = map[uint32]days{}, map[uint32]days{}
	order := newOrder(families)
	var s sketch
	for v := range w.villages {
		village := &w.villages[v]
		for i := village.first; i < village.first+village.Families; i++ {
			w.compose(i, village, &s)
			for m := range s.members {
				person, b := w.start[i]+uint32(m), &s.members[m]
				w.serial[person] = take(used, limit, b.born, b.sex == nik.Female, w.shiftedBirth, person)
			}
			w.kk[i] = take(used, limit, s.issued, false, w.shiftedCard, uint32(2*i))
			if s.replaced > 0 {
				w.oldKK[i] = take(used, limit, s.replaced, false, w.shiftedCard, uint32(2*i+1))
			}
			order.add(i, &s)
		}
	}
	w.settle(order)
}

// take returns the next serial of a day and notes in shifted when it had to go
// to an earlier one.
func take(used []uint16, limit uint16, day days, female bool, shifted map[uint32]days, who uint32) uint16 {
	slot, wanted := slotOf(day.date(), female), day
	for used[slot] >= limit {
		day--
		slot = slotOf(day.date(), female)
	}
	if day != wanted {
		shifted[who] = day
	}
	used[slot]++
	return used[slot]
}
