package cluster

import (
	"container/heap"
	"slices"
)

// maxWeighed bounds the parts whose unlinked pairs Weigh looks at one by one.
const maxWeighed = 256

// edge is what is known between two groups.
type edge struct {
	sum   int64 // of the values of the known pairs
	pairs int64 // that are known
	stop  bool  // something forbids the union
}

// sparse holds a large part as groups with their neighbours.
type sparse struct {
	*solver
	member  [][]int32 // by group: places; nil when absorbed
	near    []map[int32]*edge
	version []int32
	least   []uint64
	sources [][]int    // clean sources of the members, ascending
	idents  [][]uint64 // identities of the members, ascending
	queue   queue
}

// solveSparse is solveDense for parts too large for a matrix: the same unions,
// from a heap.
func (s *solver) solveSparse() {
	p := newSparse(s)
	for _, m := range s.w.must[s.number] {
		a, b := s.group[s.place(m.A)], s.group[s.place(m.B)]
		if a != b && !s.w.cannot[m] {
			s.contradict(p.member[a], p.member[b])
			p.merge(min(a, b), max(a, b))
		}
	}
	for g := range p.member {
		if p.member[g] != nil {
			p.push(int32(g), func(b int32) bool { return b > int32(g) })
		}
	}
	for p.queue.Len() > 0 {
		top := heap.Pop(&p.queue).(offer)
		if p.version[top.a] != top.va || p.version[top.b] != top.vb || p.conflict(top.a, top.b) {
			continue
		}
		p.merge(top.a, top.b)
		p.push(top.a, func(int32) bool { return true })
	}
}

func newSparse(s *solver) *sparse {
	n := len(s.records)
	p := &sparse{solver: s, member: make([][]int32, n), near: make([]map[int32]*edge, n), version: make([]int32, n),
		least: make([]uint64, n), sources: make([][]int, n), idents: make([][]uint64, n)}
	for i, r := range s.records {
		s.group[i] = int32(i)
		p.member[i], p.near[i], p.least[i] = []int32{int32(i)}, map[int32]*edge{}, s.key(int32(i))
		if k := s.w.cleanSource(int(r)); k >= 0 {
			p.sources[i] = []int{k}
		}
		if ids := s.w.o.Identity; ids != nil && ids[r] != 0 {
			p.idents[i] = []uint64{ids[r]}
		}
	}
	for _, i := range s.edges {
		l := &s.w.links[i]
		p.know(s.place(l.A), s.place(l.B), s.value(l))
	}
	if s.w.o.Weigh != nil && n <= maxWeighed {
		for a := range int32(n) {
			for b := a + 1; b < int32(n); b++ {
				if p.near[a][b] == nil {
					p.know(a, b, s.unlinked(s.records[a], s.records[b]))
				}
			}
		}
	}
	for _, c := range s.w.apart[s.number] {
		a, b := s.place(c.A), s.place(c.B)
		p.know(a, b, s.w.absent)
		p.near[a][b].stop = true
	}
	return p
}

// know adds the value of a pair of records; of two links of one pair the first
// stands.
func (p *sparse) know(a, b int32, value int64) {
	if p.near[a][b] == nil {
		e := &edge{sum: value, pairs: 1}
		p.near[a][b], p.near[b][a] = e, e
	}
}

// merge absorbs group b into a.
func (p *sparse) merge(a, b int32) {
	for _, m := range p.member[b] {
		p.group[m] = a
	}
	p.member[a], p.member[b] = append(p.member[a], p.member[b]...), nil
	p.least[a] = min(p.least[a], p.least[b])
	p.sources[a], p.idents[a] = union(p.sources[a], p.sources[b]), union(p.idents[a], p.idents[b])
	delete(p.near[a], b)
	for c, e := range p.near[b] {
		if c == a {
			continue
		}
		delete(p.near[c], b)
		if f := p.near[a][c]; f != nil {
			f.sum += e.sum
			f.pairs += e.pairs
			f.stop = f.stop || e.stop
			continue
		}
		p.near[a][c], p.near[c][a] = e, e
	}
	p.near[b] = nil
	p.version[a]++
	p.version[b]++
}

func union[T int | uint64](x, y []T) []T {
	if len(y) == 0 {
		return x
	}
	z := append(slices.Clone(x), y...)
	slices.Sort(z)
	return slices.Compact(z)
}

// push offers the unions of group a with its neighbours.
func (p *sparse) push(a int32, with func(b int32) bool) {
	for b, e := range p.near[a] {
		pairs := int64(len(p.member[a])) * int64(len(p.member[b]))
		gain := e.sum + (pairs-e.pairs)*p.w.absent
		if gain <= 0 || e.stop || !with(b) || p.apart(a, b) {
			continue
		}
		o := newOffer(a, b, gain, pairs, p.least[a], p.least[b])
		o.va, o.vb = p.version[a], p.version[b]
		heap.Push(&p.queue, o)
	}
}

// apart reports that the groups share a clean source or have two identities.
func (p *sparse) apart(a, b int32) bool {
	for _, k := range p.sources[a] {
		if slices.Contains(p.sources[b], k) {
			return true
		}
	}
	return len(p.idents[a]) > 0 && len(p.idents[b]) > 0 && len(union(p.idents[a], p.idents[b])) > 1
}

// conflict asks Options.Conflict about the pairs between two groups, as late as
// can be, and remembers a yes.
func (p *sparse) conflict(a, b int32) bool {
	if p.w.o.Conflict == nil {
		return false
	}
	for _, x := range p.member[a] {
		for _, y := range p.member[b] {
			if p.w.o.Conflict(int(p.records[x]), int(p.records[y])) {
				p.near[a][b].stop = true
				return true
			}
		}
	}
	return false
}

type queue []offer

func (q queue) Len() int           { return len(q) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool { return q[i].before(&q[j]) }
func (q *queue) Push(x any)        { *q = append(*q, x.(offer)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}
