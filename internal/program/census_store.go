package program

import (
	"context"
	"slices"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// soul is a person as far as rules and keys need one: small, so that a regency
// of 320,000 fits in memory.
type soul struct {
	id       id.Person
	nik      nik.NIK
	home     int32 // index in census.homes, -1 for none
	village  region.Code
	birth    civil.Date
	last     civil.Date // zero: birth is exact
	sex      nik.Sex
	life     registry.Life
	relation registry.Relation
}

// present reports whether the person still lives in the regency.
func (s *soul) present() bool { return s.life != registry.Dead && s.life != registry.Moved }

// home is a family in the same sense. Its members are souls[from:to].
type home struct {
	id       id.Family
	kk       nik.KK
	head     id.Person
	village  region.Code
	desil    int
	rank     int
	ranked   bool // the registry has looked at it
	from, to int32
}

// census is everybody who may be judged, families in order of id, people by
// family. People without one come last.
type census struct {
	homes []home
	souls []soul
	index map[id.Family]int32
	loose int32 // souls from here on have no family
}

func soulOf(p *registry.Person) soul {
	s := soul{id: p.ID, nik: p.NIK, home: -1, village: p.Village, birth: p.BirthOn, sex: p.Sex, life: p.Life, relation: p.Relation}
	s.birth, s.last = birthSpan(p.BirthOn, p.BirthPrecision)
	return s
}

// birthSpan widens a birth that is known only by month or year to the days it
// may lie in.
func birthSpan(on civil.Date, precision registry.Precision) (civil.Date, civil.Date) {
	if on.IsZero() {
		return civil.Date{}, civil.Date{}
	}
	switch precision {
	case registry.ByMonth:
		first := civil.Date{Year: on.Year, Month: on.Month, Day: 1}
		next := civil.Date{Year: on.Year, Month: on.Month + 1, Day: 1}
		if on.Month == time.December {
			next = civil.Date{Year: on.Year + 1, Month: time.January, Day: 1}
		}
		return first, next.AddDays(-1)
	case registry.ByYear:
		return civil.Date{Year: on.Year, Month: time.January, Day: 1}, civil.Date{Year: on.Year, Month: time.December, Day: 31}
	}
	return on, civil.Date{}
}

func homeOf(f *registry.Family) home {
	return home{id: f.ID, kk: f.KK, head: f.HeadID, village: f.Village, desil: f.Desil, rank: f.RankRegency,
		ranked: f.Desil > 0 || f.RankRegency > 0 || !f.RankedOn.IsZero()}
}

// loadCensus streams the registry of a regency; wanted narrows it to families,
// nil means all.
func loadCensus(ctx context.Context, q db.Querier, regency region.Code, wanted map[id.Family]bool, tell Progress) (*census, error) {
	scope := region.NewScope(regency)
	c := &census{index: map[id.Family]int32{}}
	err := registry.Families(ctx, q, scope, func(f *registry.Family) error {
		if wanted == nil || wanted[f.ID] {
			c.index[f.ID] = int32(len(c.homes))
			c.homes = append(c.homes, homeOf(f))
		}
		return nil
	})
	if err != nil {
		return nil, fault.Wrap("program.loadCensus", err)
	}
	read := 0
	err = registry.People(ctx, q, scope, func(p *registry.Person) error {
		tell.say(read, 0, PhaseRead)
		read++
		at, ok := c.index[p.FamilyID]
		if !ok && (wanted != nil || p.FamilyID != "") {
			return nil
		}
		s := soulOf(p)
		if ok {
			s.home = at
		}
		c.souls = append(c.souls, s)
		return nil
	})
	if err != nil {
		return nil, fault.Wrap("program.loadCensus", err)
	}
	c.gather()
	return c, nil
}

// loadHome reads one family, for explaining it alone.
func loadHome(ctx context.Context, q db.Querier, scope region.Scope, family id.Family) (*census, error) {
	f, err := registry.FamilyByID(ctx, q, scope, family)
	if err != nil {
		return nil, err
	}
	people, err := registry.Members(ctx, q, string(scope.Regency()), family)
	if err != nil {
		return nil, fault.Wrap("program.loadHome", err)
	}
	c := &census{index: map[id.Family]int32{family: 0}, homes: []home{homeOf(&f)}}
	for i := range people {
		s := soulOf(&people[i])
		s.home = 0
		c.souls = append(c.souls, s)
	}
	c.gather()
	return c, nil
}

// gather puts the souls of a family beside each other, in order of id.
func (c *census) gather() {
	slices.SortStableFunc(c.souls, func(a, b soul) int {
		switch {
		case a.home == b.home:
			return 0
		case a.home < 0 || b.home >= 0 && a.home > b.home:
			return 1
		}
		return -1
	})
	c.loose = int32(len(c.souls))
	for i := range c.souls {
		h := c.souls[i].home
		if h < 0 {
			c.loose = min(c.loose, int32(i))
			continue
		}
		if c.homes[h].to == 0 {
			c.homes[h].from = int32(i)
		}
		c.homes[h].to = int32(i) + 1
	}
}

// members returns the people of a family, the dead and moved included.
func (c *census) members(h int32) []soul {
	if h < 0 {
		return nil
	}
	return c.souls[c.homes[h].from:c.homes[h].to]
}

// head returns the head of a family, or its first member when the registry
// names none among them; -1 when the family is empty.
func (c *census) head(h int32) int32 {
	for i := c.homes[h].from; i < c.homes[h].to; i++ {
		if c.souls[i].id == c.homes[h].head {
			return i
		}
	}
	if c.homes[h].from == c.homes[h].to {
		return -1
	}
	return c.homes[h].from
}
