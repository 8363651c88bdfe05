package linkage

import (
	"cmp"
	"math"
	"slices"
)

// quick compares until the pair can no longer reach the floor: cheap and
// telling comparisons first.
type quick struct {
	floor float64
	order []int
	rest  []float64 // by place in order: the most that it and later ones can add
	score *scorer
}

func newQuick(p *program, s *scorer, floor float64) *quick {
	q := &quick{floor: floor, score: s}
	most := make([]float64, len(p.comps))
	for k := range p.comps {
		q.order = append(q.order, k)
		most[k] = p.comps[k].most(s, k)
	}
	slices.SortStableFunc(q.order, func(i, j int) int {
		return cmp.Or(p.comps[i].cost()-p.comps[j].cost(), cmp.Compare(most[j], most[i]))
	})
	q.rest = make([]float64, len(q.order)+1)
	q.rest[len(q.order)] = -s.pu
	for at := len(q.order) - 1; at >= 0; at-- {
		q.rest[at] = q.rest[at+1] + most[q.order[at]]
	}
	return q
}

// most is the greatest weight a comparison can give, frequencies included.
func (c *comp) most(s *scorer, k int) float64 {
	most := 0.0
	for i := range c.levels {
		w := s.m[k][i+1] - s.u[k][i+1]
		if c.tf != nil && c.tf[i] != nil {
			w += max(0, c.tf[i].power*(c.tf[i].base-c.tf[i].rarest))
		}
		lift := 0.0
		for a := range c.link.ratio {
			lift = max(lift, -c.link.ratio[a][i+1])
		}
		w += lift
		most = max(most, w)
	}
	return most
}

// cost orders comparisons: numbers and dates, then texts of few values, whose
// likeness is remembered, then other texts.
func (c *comp) cost() int {
	most := 0
	for i := range c.levels {
		most = max(most, c.levels[i].weigh())
	}
	return most
}

func (n *node) weigh() int {
	most := n.cost()
	if most == 2 && n.a != nil && n.a.coded() {
		most = 2 + int(math.Log2(float64(n.a.dict.len())))
	}
	for i := range n.of {
		most = max(most, n.of[i].weigh())
	}
	return most
}

// pattern compares two rows; false when the floor is out of reach.
func (q *quick) pattern(e *evaluator, a, b []uint32) (uint64, bool) {
	e.now++
	out, sum := uint64(0), 0.0
	for at, k := range q.order {
		if sum+q.rest[at] < q.floor {
			return 0, false
		}
		c := &e.p.comps[k]
		level := e.level(c, a, b)
		out |= level << (4 * k)
		sum += q.score.m[k][level] - q.score.u[k][level]
		// A comparison that hangs on one not yet compared is counted without
		// that, its most has room for it.
		sum += e.p.move(k, out, a, b)
	}
	return out, true
}
