package cluster

import "slices"

// denseSize is the largest part whose pairs fit a matrix.
const denseSize = 64

// dense holds a part as a matrix between groups, for reuse.
type dense struct {
	n     int
	sum   [denseSize * denseSize]int64
	stop  [denseSize * denseSize]bool
	known [denseSize * denseSize]bool
	size  [denseSize]int64
	least [denseSize]uint64 // key of the first record by key
	alive []int32
}

// solveDense joins the best two groups until no union gains.
func (s *solver) solveDense() {
	s.fillDense()
	for _, m := range s.w.must[s.number] {
		a, b := s.group[s.place(m.A)], s.group[s.place(m.B)]
		if a != b && !s.w.cannot[m] {
			s.contradict(s.members(a), s.members(b))
			s.mergeDense(min(a, b), max(a, b))
		}
	}
	for {
		a, b, ok := s.dense.best()
		if !ok {
			return
		}
		s.mergeDense(a, b)
	}
}

func (s *solver) members(g int32) []int32 {
	var list []int32
	for place, h := range s.group {
		if h == g {
			list = append(list, int32(place))
		}
	}
	return list
}

func (s *solver) fillDense() {
	d := &s.dense
	n := len(s.records)
	d.n, d.alive = n, d.alive[:0]
	for i := range n {
		s.group[i] = int32(i)
		d.alive = append(d.alive, int32(i))
		d.size[i], d.least[i] = 1, s.key(int32(i))
		clear(d.known[i*n : (i+1)*n])
	}
	for _, i := range s.edges {
		l := &s.w.links[i]
		if a, b := int(s.place(l.A)), int(s.place(l.B)); !d.known[a*n+b] {
			d.put(a, b, s.value(l))
		}
	}
	for a := range n {
		for b := a + 1; b < n; b++ {
			if !d.known[a*n+b] {
				d.put(a, b, s.unlinked(s.records[a], s.records[b]))
			}
			_, stop := s.w.forbids(s.records[a], s.records[b])
			d.stop[a*n+b], d.stop[b*n+a] = stop, stop
		}
	}
}

func (d *dense) put(a, b int, v int64) {
	d.sum[a*d.n+b], d.sum[b*d.n+a] = v, v
	d.known[a*d.n+b], d.known[b*d.n+a] = true, true
}

// best finds the union of the greatest mean value.
func (d *dense) best() (int32, int32, bool) {
	var top offer
	found := false
	for i, a := range d.alive {
		for _, b := range d.alive[i+1:] {
			at := int(a)*d.n + int(b)
			if d.stop[at] || d.sum[at] <= 0 {
				continue
			}
			o := newOffer(a, b, d.sum[at], d.size[a]*d.size[b], d.least[a], d.least[b])
			if !found || o.before(&top) {
				top, found = o, true
			}
		}
	}
	return top.a, top.b, found
}

// mergeDense absorbs group b into a.
func (s *solver) mergeDense(a, b int32) {
	d := &s.dense
	n := int32(d.n)
	for _, c := range d.alive {
		if c == a || c == b {
			continue
		}
		d.sum[a*n+c] += d.sum[b*n+c]
		d.sum[c*n+a] = d.sum[a*n+c]
		stop := d.stop[a*n+c] || d.stop[b*n+c]
		d.stop[a*n+c], d.stop[c*n+a] = stop, stop
	}
	d.size[a] += d.size[b]
	d.least[a] = min(d.least[a], d.least[b])
	i := slices.Index(d.alive, b)
	d.alive = slices.Delete(d.alive, i, i+1)
	for place, g := range s.group {
		if g == b {
			s.group[place] = a
		}
	}
}

// offer is a union that would gain, as of the versions of its groups.
type offer struct {
	a, b   int32
	va, vb int32
	mean   float64
	tie    [2]uint64 // least keys of the groups, the smaller first
}

func newOffer(a, b int32, gain, pairs int64, x, y uint64) offer {
	return offer{a: a, b: b, mean: float64(gain) / float64(pairs), tie: [2]uint64{min(x, y), max(x, y)}}
}

// before is the order in which unions are made: by mean value, then by keys, so
// that the order of the records does not matter when the keys differ.
func (x *offer) before(y *offer) bool {
	switch {
	case x.mean != y.mean:
		return x.mean > y.mean
	case x.tie[0] != y.tie[0]:
		return x.tie[0] < y.tie[0]
	default:
		return x.tie[1] < y.tie[1]
	}
}
