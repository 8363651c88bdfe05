package delivery

import (
	"cmp"
	"slices"

	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Sum counts people and money.
type Sum struct {
	People int64
	Money  money.Rupiah
}

func (s Sum) plus(t Sum) Sum { return Sum{s.People + t.People, s.Money + t.Money} }

// Split is how a number of decreed lines stands. Every part is counted by
// itself; none is computed from the others.
type Split struct {
	Decreed, Paid, Failed, Replaced, Pending Sum
}

// AddsUp reports whether decreed = paid + failed + replaced + pending, in
// people and in rupiah (domain brief §5.2).
func (s Split) AddsUp() bool {
	return s.Decreed == s.Paid.plus(s.Failed).plus(s.Replaced).plus(s.Pending)
}

// Plus adds two splits part by part.
func (s Split) Plus(t Split) Split {
	return Split{s.Decreed.plus(t.Decreed), s.Paid.plus(t.Paid), s.Failed.plus(t.Failed), s.Replaced.plus(t.Replaced), s.Pending.plus(t.Pending)}
}

// Of returns the part of s in a state.
func (s Split) Of(state LineState) Sum {
	switch state {
	case Paid:
		return s.Paid
	case Failed:
		return s.Failed
	case Replaced:
		return s.Replaced
	case Pending:
		return s.Pending
	}
	return Sum{}
}

// Place is the split of a site; Area of a village or kecamatan.
type Place struct {
	Site    id.Site
	Village region.Code
	Split
}

// Area is the split of a kecamatan or village.
type Area struct {
	Code region.Code
	Split
}

// Why counts lines that were not paid by reason.
type Why struct {
	State  LineState
	Reason Reason
	Sum
}

// Reconciliation is the account of one list as far as the reader's area goes.
type Reconciliation struct {
	List   PayList
	Whole  Split // Decreed is what was frozen when the reader sees the whole regency
	Sites  []Place
	Whys   []Why
	Given  Sum // hand-overs that count, from the statements of the officers
	Double Sum // money said to be given on lines already paid
	Strays int64
}

// AddsUp reports whether everything agrees: the whole, every part, the parts
// with the whole, and what officers said with what the lines say.
func (r Reconciliation) AddsUp() bool {
	var parts Split
	for _, s := range r.Sites {
		if !s.AddsUp() {
			return false
		}
		parts = parts.Plus(s.Split)
	}
	return r.Whole.AddsUp() && parts == r.Whole && r.Given == r.Whole.Paid
}

// Kecamatan sums the sites by kecamatan, in order of code.
func (r Reconciliation) Kecamatan() []Area { return areas(r.Sites, region.Code.Kecamatan) }

// Villages sums the sites by village, in order of code.
func (r Reconciliation) Villages() []Area {
	return areas(r.Sites, func(c region.Code) region.Code { return c })
}

func areas(sites []Place, of func(region.Code) region.Code) []Area {
	by := make(map[region.Code]Split)
	for _, s := range sites {
		code := of(s.Village)
		by[code] = by[code].Plus(s.Split)
	}
	out := make([]Area, 0, len(by))
	for code, split := range by {
		out = append(out, Area{code, split})
	}
	slices.SortFunc(out, func(a, b Area) int { return cmp.Compare(a.Code, b.Code) })
	return out
}
