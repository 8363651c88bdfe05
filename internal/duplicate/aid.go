package duplicate

import (
	"cmp"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/registry"
)

// Aid is one programme that runs for somebody.
type Aid struct {
	Program string
	Monthly money.Rupiah // 0 when no source says how much
	Source  string       // "fact" or "decree"
}

// running is what runs for people and for families.
type running struct {
	person map[id.Person][]Aid
	family map[id.Family][]Aid
}

// of returns what runs for p, who is compared with other: what a family gets
// counts for its members, unless both belong to it.
func (r running) of(p, other *registry.Person) []Aid {
	best := map[string]Aid{}
	take := func(list []Aid) {
		for _, a := range list {
			if old, ok := best[a.Program]; !ok || a.Monthly > old.Monthly {
				best[a.Program] = a
			}
		}
	}
	take(r.person[p.ID])
	if p.FamilyID != "" && (other == nil || p.FamilyID != other.FamilyID) {
		take(r.family[p.FamilyID])
	}
	return sorted(best)
}

func sorted(best map[string]Aid) []Aid {
	out := make([]Aid, 0, len(best))
	for _, a := range best {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Aid) int {
		return cmp.Or(cmp.Compare(b.Monthly, a.Monthly), cmp.Compare(a.Program, b.Program))
	})
	return out
}

func monthly(list []Aid) money.Rupiah {
	var sum money.Rupiah
	for _, a := range list {
		sum += a.Monthly
	}
	return sum
}

// stakes is the money that hangs on two sides being one person.
type stakes struct {
	a, b    []Aid
	impact  Impact
	monthly money.Rupiah // the lesser of the two sums: what is paid twice
}

func stakesOf(a, b []Aid) stakes {
	s := stakes{a: a, b: b}
	switch {
	case len(a) > 0 && len(b) > 0:
		s.impact, s.monthly = BothSides, min(monthly(a), monthly(b))
	case len(a)+len(b) > 0:
		s.impact = OneSide
	}
	return s
}

func (s stakes) programs() int {
	codes := map[string]bool{}
	for _, a := range append(slices.Clone(s.a), s.b...) {
		codes[a.Program] = true
	}
	return len(codes)
}

// stillRuns reports whether months from the one that begins on from reach day.
func stillRuns(from civil.Date, months int, day civil.Date) bool {
	return from.Year*12+int(from.Month)+months > day.Year*12+int(day.Month)
}
