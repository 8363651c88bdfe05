package demo

import "tepat/internal/money"

// Aid is what a family gets, and by what right.
type Aid struct {
	Components Components
	PKH        bool
	Sembako    bool
	BLT        bool // BLT Dana Desa, decreed by the village
	Single     bool // an elderly person alone
}

// Components counts the members that PKH pays for, before its limits.
type Components struct {
	Pregnant, Toddlers, SD, SMP, SMA, Elderly, Disabled int
}

// Any reports whether PKH finds anything to pay for.
func (c Components) Any() bool {
	return c != Components{}
}

// PKH amounts of a stage, a quarter of the yearly index of 2025. The index for
// victims of human-rights violations is not played.
const (
	pkhMother   money.Rupiah = 750_000
	pkhToddler  money.Rupiah = 750_000
	pkhSD       money.Rupiah = 225_000
	pkhSMP      money.Rupiah = 375_000
	pkhSMA      money.Rupiah = 500_000
	pkhElderly  money.Rupiah = 600_000
	pkhDisabled money.Rupiah = 600_000
)

// Stage returns what PKH pays a quarter: at most two pregnancies and toddlers,
// one elderly and one disabled person, and four people in all, the dearest
// first.
func (c Components) Stage() money.Rupiah {
	left := 4
	sum := money.Rupiah(0)
	for _, part := range []struct {
		n      int
		amount money.Rupiah
	}{
		{min(c.Pregnant, 2), pkhMother}, {min(c.Toddlers, 2), pkhToddler}, {min(c.Disabled, 1), pkhDisabled},
		{min(c.Elderly, 1), pkhElderly}, {c.SMA, pkhSMA}, {c.SMP, pkhSMP}, {c.SD, pkhSD},
	} {
		n := min(part.n, left)
		left -= n
		sum += part.amount.Times(n)
	}
	return sum
}

func componentsOf(f *Family) Components {
	var c Components
	for m := range f.Members {
		p := &f.Members[m]
		switch {
		case p.Age < 0:
		case p.Age <= 6:
			c.Toddlers++
		case p.Age <= 12:
			c.SD++
		case p.Age <= 15:
			c.SMP++
		case p.Age <= 18:
			c.SMA++
		case p.Age >= 60:
			c.Elderly++
		}
		if p.Pregnant {
			c.Pregnant++
		}
		if p.Disabled {
			c.Disabled++
		}
	}
	return c
}

// assist gives aid as it is really given: mostly by desil, with families that
// should not be there and a few that are paid twice.
func (w *World) assist(i int, f *Family) {
	r := stream(w.opts.Seed, streamAid, uint64(i))
	a := Aid{Components: componentsOf(f)}
	a.Single = len(f.Members) == 1 && f.Members[0].Age >= 60
	d := f.Rank.Desil
	low := d >= 1 && d <= 4
	servant := f.HasASN()
	pkh, sembako := 6, 8
	if low {
		pkh, sembako = 450, 540
	}
	if servant {
		pkh, sembako = pkh/4, sembako/4
	}
	a.PKH = a.Components.Any() && !f.Newlywed && r.perMille(pkh)
	a.Sembako = !f.Newlywed && r.perMille(sembako)
	if f.Village.Rural() {
		a.BLT = r.perMille(w.bltPerMille(a, d, servant))
	}
	f.Aid = a
}

// bltPerMille is the chance of BLT Dana Desa: the village prefers those whom
// PKH missed, single elderly first; Dirt.Overlap are paid twice.
func (w *World) bltPerMille(a Aid, desil int, servant bool) int {
	switch {
	case a.PKH:
		return w.opts.Dirt.Overlap
	case servant:
		return 2
	case a.Single && desil <= 5:
		return 450
	case desil >= 1 && desil <= 4 || desil == 0:
		return 220
	}
	return 12
}
