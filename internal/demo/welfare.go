package demo

import (
	"slices"

	"tepat/internal/nik"
)

// score tells how well a family does, in no unit: what it earns and knows, less
// who must be fed. It is the truth; the registry ranks by a noisy view of it.
func (s *sketch) score(r *rng) int {
	head := s.members[0]
	x := 200 + worth[head.job] + 28*int(head.edu) + r.n(200) + r.n(200)
	for m, b := range s.members {
		if m == 0 {
			continue
		}
		x += worth[b.job]/2 - 16
		if b.job == jobless || b.job == pupil {
			x -= 14
		}
		if b.disabled {
			x -= 30
		}
	}
	if head.sex == nik.Female {
		x -= 60
	}
	if len(s.members) == 1 && head.marital == Widowed {
		x -= 60
	}
	if s.urban {
		x += 60
	}
	return min(max(x, 0), 1<<12-1) // twelve bits of the sorting key
}

// order collects a key per family: by the true score and by the one that the
// registry's proxy test sees.
type order struct {
	truth, seen []uint64
	size        []uint8
}

func newOrder(families int) *order {
	return &order{make([]uint64, 0, families), make([]uint64, 0, families), make([]uint8, 0, families)}
}

// Streams of the score draws ride on the family's composition, so they need no
// seed of their own: the issue of the card and the birth of the head carry it.
func (o *order) add(i int, s *sketch) {
	r := stream(uint64(uint32(s.members[0].born))<<20^uint64(uint32(s.issued)), streamAid, uint64(i))
	x := s.score(&r)
	tie := r.next() >> 44 << 32
	o.truth = append(o.truth, uint64(x)<<52|tie|uint64(i))
	o.size = append(o.size, uint8(len(s.members)))
	unranked := s.newlywed && r.perMille(850) || r.perMille(35)
	if !unranked {
		seen := min(max(0, x+r.n(241)-120), 1<<12-1)
		o.seen = append(o.seen, uint64(seen)<<52|tie|uint64(i))
	}
}

// settle turns the keys into ranks, desil limits and the line of the poor.
func (w *World) settle(o *order) {
	slices.Sort(o.seen)
	w.rank = make([]uint32, w.NumFamilies())
	w.ranked = len(o.seen)
	for place, key := range o.seen {
		w.rank[uint32(key)] = uint32(place + 1)
	}
	sum := 0
	for d, share := range w.profile.desil {
		sum += share
		w.desilEnd[d] = w.ranked * sum / 1000
	}
	slices.Sort(o.truth)
	w.poor = make([]uint64, w.NumFamilies()/64+1)
	left := w.opts.People * w.profile.poor / 1000
	for _, key := range o.truth {
		i := uint32(key)
		if left -= int(o.size[i]); left < 0 {
			break
		}
		w.poor[i/64] |= 1 << (i % 64)
	}
}

// Ranking is a family's place in DTSEN. Desil 0 means not ranked yet, which is
// neither poor nor rich.
type Ranking struct {
	Desil      int // 1 poorest to 10
	Percentile int // 1 to 100, national
	Regency    int // 1 poorest; unique in the regency
	Province   int
	Nation     int
}

// familiesPerDesil is a tenth of the 94.2 million families of DTSEN 2025.
const familiesPerDesil = 9_420_000

func (w *World) ranking(i int) Ranking {
	rank := int(w.rank[i])
	if rank == 0 {
		return Ranking{}
	}
	d, _ := slices.BinarySearch(w.desilEnd[:], rank)
	d = min(d, 9)
	from := 0
	if d > 0 {
		from = w.desilEnd[d-1]
	}
	within, width := rank-from-1, max(1, w.desilEnd[d]-from)
	province := max(w.profile.province, 3*w.ranked)
	return Ranking{
		Desil: d + 1, Percentile: d*10 + within*10/width + 1, Regency: rank,
		Province: rank * (province / w.ranked),
		Nation:   d*familiesPerDesil + within*(familiesPerDesil/width) + 1,
	}
}

func (w *World) isPoor(i int) bool { return w.poor[i/64]>>(i%64)&1 == 1 }
