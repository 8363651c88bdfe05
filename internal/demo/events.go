package demo

import (
	"tepat/internal/civil"
	"tepat/internal/region"
)

// Grade is how well a death is proved: A akta kematian, B letter of the village
// head or the clinic, C report of the RT or the burial book. The empty grade is
// a death that nobody has reported.
type Grade string

// Death of a person still on the family card.
type Death struct {
	On    civil.Date
	Grade Grade
}

// Move is a family that left its address. Unreported, it lives elsewhere while
// every register keeps the old place.
type Move struct {
	On       civil.Date
	To       region.Region // a village of the regency, or another regency
	Reported bool          // has a SKPWNI letter
}

// Closed reports whether the move ends the family's claim on the regency.
func (m Move) Closed() bool { return m.To.Code.Level() == region.Regency }

// mortality returns deaths per hundred thousand a year.
func mortality(age int) int {
	switch {
	case age < 1:
		return 1500
	case age < 15:
		return 60
	case age < 45:
		return 200
	case age < 60:
		return 850
	case age < 70:
		return 2400
	case age < 80:
		return 6000
	}
	return 12500
}

// befall tells the deaths and moves of the twelve months before AsOf.
func (w *World) befall(i int, f *Family) {
	r := stream(w.opts.Seed, streamEvent, uint64(i))
	for m := range f.Members {
		p := &f.Members[m]
		if r.n(100_000) >= mortality(p.Age) {
			continue
		}
		on := w.today - days(r.between(1, 365))
		p.Death = &Death{On: on.date(), Grade: []Grade{"A", "B", "C", ""}[r.pick(42, 28, 23, 7)]}
		if p.Death.On.Before(p.Born) {
			p.Death.On = p.Born
		}
		p.Pregnant = false
	}
	if r.perMille(13) {
		f.Moved = w.move(&r, f)
	}
}

func (w *World) move(r *rng, f *Family) *Move {
	m := &Move{On: (w.today - days(r.between(1, 365))).date(), Reported: r.perMille(680)}
	if r.perMille(600) {
		to := &w.villages[r.n(len(w.villages))]
		if to.Code != f.Village.Code {
			m.To = to.Region
			return m
		}
	}
	m.To = w.near[r.n(len(w.near))]
	if r.perMille(400) {
		m.To = w.far[r.n(len(w.far))]
	}
	return m
}
