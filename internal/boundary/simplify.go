package boundary

import (
	"container/heap"
	"math"
	"slices"
)

// MaxPoints is how many points all shapes of a regency keep: about 40 KB of
// SVG, which is 14 KB on the wire.
const MaxPoints = 4200

// Simplify returns the shapes with at most MaxPoints points. Lines are cut
// where three shapes meet, and each piece is thinned once for both neighbours
// (Visvalingam and Whyatt 1993: the point that spans the smallest triangle goes
// first), so that no gap opens between them.
func Simplify(shapes []Shape) []Shape {
	low, high := 0.0, 1e9
	out := thin(shapes, low)
	if count(out) <= MaxPoints {
		return out
	}
	for range 40 {
		mid := math.Sqrt(max(low, 1) * high)
		out = thin(shapes, mid)
		if count(out) > MaxPoints {
			low = mid
		} else {
			high = mid
		}
	}
	return thin(shapes, high)
}

func count(shapes []Shape) int {
	n := 0
	for _, s := range shapes {
		for _, r := range s.Rings {
			n += len(r)
		}
	}
	return n
}

// thin drops points whose triangle is smaller than tolerance, and islands that
// are smaller than it.
func thin(shapes []Shape, tolerance float64) []Shape {
	fixed := junctions(shapes)
	out := make([]Shape, len(shapes))
	for i, s := range shapes {
		out[i] = Shape{s.Code, s.Name, nil}
		largest := slices.MaxFunc(s.Rings, func(a, b Ring) int { return int(math.Copysign(1, math.Abs(a.area())-math.Abs(b.area()))) })
		for _, ring := range s.Rings {
			thinner := thinRing(ring, fixed, tolerance)
			small := len(thinner) < 3 || math.Abs(thinner.area()) < tolerance
			if !small || &ring[0] == &largest[0] {
				out[i].Rings = append(out[i].Rings, keepShape(thinner, ring))
			}
		}
	}
	return out
}

// keepShape returns the thinned ring, or the whole one when too little is left.
func keepShape(thinner, ring Ring) Ring {
	if len(thinner) < 3 {
		return ring
	}
	return thinner
}

// junctions are the points where lines part: those with more than two
// different neighbours.
func junctions(shapes []Shape) map[Point]bool {
	type ends struct{ a, b Point }
	seen := map[Point]ends{}
	fixed := map[Point]bool{}
	for _, s := range shapes {
		for _, r := range s.Rings {
			for i, p := range r {
				a, b := r[(i+len(r)-1)%len(r)], r[(i+1)%len(r)]
				if b.X < a.X || b.X == a.X && b.Y < a.Y {
					a, b = b, a
				}
				if e, ok := seen[p]; ok && e != (ends{a, b}) {
					fixed[p] = true
				}
				seen[p] = ends{a, b}
			}
		}
	}
	return fixed
}

// thinRing cuts the ring at its fixed points and thins each piece.
func thinRing(ring Ring, fixed map[Point]bool, tolerance float64) Ring {
	start := slices.IndexFunc(ring, func(p Point) bool { return fixed[p] })
	anchors := fixed
	if start < 0 {
		// An island: hold its first point in order and the one farthest from it,
		// which are the same whoever draws it.
		start = leftmost(ring)
		anchors = map[Point]bool{ring[start]: true, farthest(ring, ring[start]): true}
	}
	line := append(slices.Concat(ring[start:], ring[:start]), ring[start])
	var out Ring
	from := 0
	for i := 1; i < len(line); i++ {
		if !anchors[line[i]] && i < len(line)-1 {
			continue
		}
		piece := thinLine(line[from:i+1], tolerance)
		out = append(out, piece[:len(piece)-1]...)
		from = i
	}
	return out
}

func leftmost(r Ring) int {
	best := 0
	for i, p := range r {
		if p.X < r[best].X || p.X == r[best].X && p.Y < r[best].Y {
			best = i
		}
	}
	return best
}

func farthest(r Ring, from Point) Point {
	best, far := from, int64(-1)
	for _, p := range r {
		dx, dy := int64(p.X-from.X), int64(p.Y-from.Y)
		d := dx*dx + dy*dy
		if d > far || d == far && (p.X < best.X || p.X == best.X && p.Y < best.Y) {
			best, far = p, d
		}
	}
	return best
}

// vertex is a point of a piece in the queue of those that may go.
type vertex struct {
	at         Point
	prev, next *vertex
	area       float64
	pos        int
}

type queue []*vertex

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	if a.area != b.area {
		return a.area < b.area
	}
	// Ties are broken by place, not by direction: neighbours run the same line
	// the other way round.
	return a.at.X < b.at.X || a.at.X == b.at.X && a.at.Y < b.at.Y
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i]; q[i].pos, q[j].pos = i, j }
func (q *queue) Push(x any)   { v := x.(*vertex); v.pos = len(*q); *q = append(*q, v) }
func (q *queue) Pop() any {
	old := *q
	v := old[len(old)-1]
	*q = old[:len(old)-1]
	return v
}

// thinLine keeps both ends.
func thinLine(line Ring, tolerance float64) Ring {
	if len(line) < 3 {
		return line
	}
	all := make([]vertex, len(line))
	var q queue
	for i := range line {
		all[i].at = line[i]
		if i > 0 {
			all[i].prev, all[i-1].next = &all[i-1], &all[i]
		}
	}
	for i := 1; i < len(line)-1; i++ {
		v := &all[i]
		v.area = triangle(v.prev.at, v.at, line[i+1])
		v.pos = len(q)
		q = append(q, v)
	}
	heap.Init(&q)
	for len(q) > 0 && q[0].area < tolerance {
		v := heap.Pop(&q).(*vertex)
		v.prev.next, v.next.prev = v.next, v.prev
		for _, n := range []*vertex{v.prev, v.next} {
			if n.prev == nil || n.next == nil {
				continue
			}
			n.area = max(v.area, triangle(n.prev.at, n.at, n.next.at))
			heap.Fix(&q, n.pos)
		}
	}
	var out Ring
	for v := &all[0]; v != nil; v = v.next {
		out = append(out, v.at)
	}
	return out
}

// triangle is twice the area that three points span.
func triangle(a, b, c Point) float64 {
	return math.Abs(float64(b.X-a.X)*float64(c.Y-a.Y) - float64(c.X-a.X)*float64(b.Y-a.Y))
}
