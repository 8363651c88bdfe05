package cluster

import (
	"math"
	"slices"
	"sort"

	"tepat/linkage"
)

// scale makes values whole numbers, so that sums do not depend on their order.
const scale = 1 << 24

func fixed(v float64) int64 { return int64(math.Round(v * scale)) }

// solver works on one part after another. Groups are named by the place of one
// of their records in the part.
type solver struct {
	w              *work
	number         int32
	records        []int32
	edges          []uint32
	group          []int32 // by place: its group
	dense          dense
	asked          int // cuts of this part whose reason was looked for
	cuts           []Cut
	contradictions []Cut
}

func (s *solver) solve(number int32) {
	p := s.w.parts[number]
	s.number, s.asked = number, 0
	s.records = s.w.records[p.records[0]:p.records[1]]
	s.edges = s.w.edges[p.edges[0]:p.edges[1]]
	s.group = slices.Grow(s.group[:0], len(s.records))[:len(s.records)]
	switch n := len(s.records); {
	case n <= denseSize:
		s.solveDense()
	case s.w.huge(n):
		s.solveHuge()
	default:
		s.solveSparse()
	}
	s.finish()
}

// place of a record in the part.
func (s *solver) place(record uint32) int32 {
	i, _ := slices.BinarySearch(s.records, int32(record))
	return int32(i)
}

func (s *solver) key(place int32) uint64 {
	if r := s.records[place]; s.w.o.Key != nil {
		return s.w.o.Key[r]
	}
	return uint64(s.records[place])
}

func (s *solver) value(l *linkage.Link) int64 {
	return fixed(s.w.o.probability(float64(l.Weight)) - s.w.threshold)
}

// unlinked is the value of a pair without a link.
func (s *solver) unlinked(a, b int32) int64 {
	if s.w.o.Weigh == nil {
		return s.w.absent
	}
	return fixed(s.w.o.probability(s.w.o.Weigh(int(a), int(b))) - s.w.threshold)
}

// forbids says whether two records may never share a cluster, and why.
func (w *work) forbids(a, b int32) (Reason, bool) {
	x, y := int(a), int(b)
	switch {
	case len(w.cannot) > 0 && w.cannot[ordered(Pair{uint32(a), uint32(b)})]:
		return CannotLink, true
	case w.o.Identity != nil && w.o.Identity[x] != 0 && w.o.Identity[y] != 0 && w.o.Identity[x] != w.o.Identity[y]:
		return Identities, true
	case w.cleanSource(x) >= 0 && w.cleanSource(x) == w.cleanSource(y):
		return CleanSource, true
	case w.o.Conflict != nil && w.o.Conflict(x, y):
		return Conflicts, true
	}
	return "", false
}

// cleanSource is the source of a record when it holds each person once, else -1.
func (w *work) cleanSource(record int) int {
	if w.o.Source == nil || len(w.o.Clean) == 0 {
		return -1
	}
	if k := w.o.Source(record); k >= 0 && k < len(w.o.Clean) && w.o.Clean[k] {
		return k
	}
	return -1
}

// contradict reports the forbidden pairs between two groups that Must joins.
func (s *solver) contradict(xs, ys []int32) {
	for _, x := range xs {
		for _, y := range ys {
			if why, stop := s.w.forbids(s.records[x], s.records[y]); stop {
				p := ordered(Pair{uint32(s.records[x]), uint32(s.records[y])})
				s.contradictions = append(s.contradictions, Cut{A: p.A, B: p.B, Reason: why, C: p.A, D: p.B})
			}
		}
	}
}

// finish writes the groups into the forest and reports what was cut.
func (s *solver) finish() {
	if !slices.ContainsFunc(s.group, func(g int32) bool { return g != s.group[0] }) {
		for _, r := range s.records {
			s.w.forest[r] = s.records[0]
		}
		return
	}
	members := make(map[int32][]int32, 4)
	for place, g := range s.group {
		if list := members[g]; len(list) > 0 {
			s.w.forest.union(s.records[list[0]], s.records[place])
		}
		members[g] = append(members[g], int32(place))
	}
	for _, i := range s.edges {
		l := &s.w.links[i]
		if float64(l.Weight) < s.w.o.MinWeight {
			continue
		}
		if a, b := s.group[s.place(l.A)], s.group[s.place(l.B)]; a != b {
			p := ordered(Pair{l.A, l.B})
			c := Cut{A: p.A, B: p.B, Weight: l.Weight}
			c.Reason, c.C, c.D = s.why(members[a], members[b], p)
			s.cuts = append(s.cuts, c)
		}
	}
}

// maxLooked is how many members of a group are looked at for the reason of a
// cut, fewWhy how many cuts of a part get that much attention; of the others the
// link itself is named.
const (
	maxLooked = 32
	fewWhy    = 1000
)

// why finds the pair that kept two groups apart: a forbidden one, else the one
// of least value.
func (s *solver) why(xs, ys []int32, link Pair) (Reason, uint32, uint32) {
	if r, stop := s.w.forbids(int32(link.A), int32(link.B)); stop {
		return r, link.A, link.B
	}
	if s.asked++; s.asked > fewWhy {
		return Weak, link.A, link.B
	}
	worst, weak := int64(math.MaxInt64), link
	for _, x := range xs[:min(len(xs), maxLooked)] {
		for _, y := range ys[:min(len(ys), maxLooked)] {
			p := ordered(Pair{uint32(s.records[x]), uint32(s.records[y])})
			if r, stop := s.w.forbids(int32(p.A), int32(p.B)); stop {
				return r, p.A, p.B
			}
			if v := s.valueOf(p); v < worst {
				worst, weak = v, p
			}
		}
	}
	return Weak, weak.A, weak.B
}

// valueOf is the value of a pair: of its link, weighed, or absent.
func (s *solver) valueOf(p Pair) int64 {
	at := func(i int) Pair { l := &s.w.links[s.edges[i]]; return ordered(Pair{l.A, l.B}) }
	i := sort.Search(len(s.edges), func(i int) bool { q := at(i); return q.A > p.A || (q.A == p.A && q.B >= p.B) })
	if i < len(s.edges) && at(i) == p {
		return s.value(&s.w.links[s.edges[i]])
	}
	return s.unlinked(int32(p.A), int32(p.B))
}
