package cluster

import (
	"cmp"
	"slices"

	"tepat/linkage"
)

// hugeSize is from how many records on a part is no population but a fault: one
// record repeated, or a value that everybody shares. Weighing groups against
// each other would take minutes there and has nothing to weigh.
const hugeSize = 100_000

// sure is the probability below which a huge part is not joined: a chain of
// doubtful links through thousands of records joins everybody.
const sure = 0.99

// solveHuge joins the groups of a huge part by its sure links, the strongest
// first, unless a clean source, an identity or a person forbids it. It looks at
// no pair twice.
func (s *solver) solveHuge() {
	h := newHuge(s)
	for _, m := range s.w.must[s.number] {
		if a, b := h.groups.find(s.place(m.A)), h.groups.find(s.place(m.B)); a != b && !s.w.cannot[m] {
			h.join(a, b)
		}
	}
	least := fixed(sure - s.w.threshold)
	sorted := make([]uint32, 0, len(s.edges))
	for _, i := range s.edges {
		if s.value(&s.w.links[i]) >= least {
			sorted = append(sorted, i)
		}
	}
	slices.SortFunc(sorted, func(x, y uint32) int { return h.order(&s.w.links[x], &s.w.links[y]) })
	for _, i := range sorted {
		l := &s.w.links[i]
		if a, b := h.groups.find(s.place(l.A)), h.groups.find(s.place(l.B)); a != b && !h.apart(a, b) {
			h.join(a, b)
		}
	}
	for i := range s.group {
		s.group[i] = h.groups.find(int32(i))
	}
}

// huge is a huge part on its way.
type huge struct {
	*solver
	groups  forest
	sources map[int32][]int    // by group: its clean sources, ascending
	idents  map[int32][]uint64 // by group: its identities, ascending
}

func newHuge(s *solver) *huge {
	h := &huge{solver: s, groups: newForest(len(s.records)), sources: map[int32][]int{}, idents: map[int32][]uint64{}}
	for i, r := range s.records {
		if k := s.w.cleanSource(int(r)); k >= 0 {
			h.sources[int32(i)] = []int{k}
		}
		if ids := s.w.o.Identity; ids != nil && ids[r] != 0 {
			h.idents[int32(i)] = []uint64{ids[r]}
		}
	}
	return h
}

// order puts the strongest link first; ties go by the keys of the records, so
// that the order of the input does not matter.
func (h *huge) order(x, y *linkage.Link) int {
	low := func(l *linkage.Link) (uint64, uint64) {
		a, b := h.key(h.place(l.A)), h.key(h.place(l.B))
		return min(a, b), max(a, b)
	}
	xa, xb := low(x)
	ya, yb := low(y)
	return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(xa, ya), cmp.Compare(xb, yb))
}

func (h *huge) join(a, b int32) {
	h.groups.union(a, b)
	to, from := min(a, b), max(a, b)
	if list := h.sources[from]; list != nil {
		h.sources[to] = union(h.sources[to], list)
	}
	if list := h.idents[from]; list != nil {
		h.idents[to] = union(h.idents[to], list)
	}
}

// apart reports that two groups may not be one.
func (h *huge) apart(a, b int32) bool {
	for _, k := range h.sources[a] {
		if slices.Contains(h.sources[b], k) {
			return true
		}
	}
	if x, y := h.idents[a], h.idents[b]; len(x) > 0 && len(y) > 0 && len(union(x, y)) > 1 {
		return true
	}
	for _, c := range h.w.apart[h.number] {
		x, y := h.groups.find(h.place(c.A)), h.groups.find(h.place(c.B))
		if x == a && y == b || x == b && y == a {
			return true
		}
	}
	return false
}
