package demo

// Counts is a world in figures, for a summary and for tests.
type Counts struct {
	People, Families, Houses, Villages     int
	Unregistered                           int // newborns without NIK
	Poor                                   int // people below the line, in truth
	Ranked                                 int // families with a desil
	Servants, Pensioners, Disabled         int // people
	Deaths, DeathsUnreported               int // people
	Moves, MovesUnreported                 int // families
	PKH, Sembako, BLT, PKHAndBLT, ASNOnAid int // families
}

// Count goes through every family once.
func (w *World) Count() Counts {
	c := Counts{People: w.People(), Families: w.NumFamilies(), Villages: len(w.villages), Ranked: w.ranked}
	for f := range w.Families {
		c.family(&f)
		for m := range f.Members {
			c.person(&f.Members[m])
		}
	}
	return c
}

func (c *Counts) family(f *Family) {
	if f.Poor {
		c.Poor += len(f.Members)
	}
	tally(&c.Houses, f.House == f.Key)
	tally(&c.Moves, f.Moved != nil)
	tally(&c.MovesUnreported, f.Moved != nil && !f.Moved.Reported)
	tally(&c.PKH, f.Aid.PKH)
	tally(&c.Sembako, f.Aid.Sembako)
	tally(&c.BLT, f.Aid.BLT)
	tally(&c.PKHAndBLT, f.Aid.PKH && f.Aid.BLT)
	tally(&c.ASNOnAid, f.HasASN() && (f.Aid.PKH || f.Aid.Sembako || f.Aid.BLT))
}

func (c *Counts) person(p *Person) {
	tally(&c.Unregistered, p.NIK == "")
	tally(&c.Servants, p.ASN)
	tally(&c.Pensioners, p.Retired)
	tally(&c.Disabled, p.Disabled)
	tally(&c.Deaths, p.Death != nil)
	tally(&c.DeathsUnreported, p.Death != nil && p.Death.Grade == "")
}

func tally(n *int, yes bool) {
	if yes {
		*n++
	}
}
