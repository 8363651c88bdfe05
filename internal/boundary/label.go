package boundary

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tepat/internal/region"
)

// textWidth is about how wide a name is drawn.
func textWidth(s string) float64 { return float64(utf8.RuneCountInString(s)) * 6.2 }

// nameWidth is the room of a name with its value below, in a row of names.
func nameWidth(s string) float64 { return math.Max(textWidth(s), textWidth("90,0%")) + 8 }

// lineHeight is the distance of name and value; a label has two lines.
const (
	lineHeight  = 13.0
	labelHeight = 2 * lineHeight
)

// shortNames drops what many neighbours repeat: in a regency of "Bunguran
// Utara", "Bunguran Timur" … the map says "Utara", "Timur"; "Pulau" is "P.".
func shortNames(shapes []Shape) map[region.Code]string {
	first := map[string]int{}
	whole := map[string]bool{}
	for _, s := range shapes {
		word, _, _ := strings.Cut(s.Name, " ")
		first[word]++
		whole[s.Name] = true
	}
	out := make(map[region.Code]string, len(shapes))
	for _, s := range shapes {
		word, rest, ok := strings.Cut(s.Name, " ")
		name := s.Name
		switch {
		case ok && word == "Pulau":
			name = "P. " + rest
		case ok && first[word] >= 4 && !whole[word]:
			name = rest
		}
		out[s.Code] = name
	}
	return out
}

// labeller places names in one frame without letting them touch.
type labeller struct {
	land   []land
	placed []Box
	frame  Box
}

// land is a ring on the drawing with its extent.
type land struct {
	ring   []spot
	lo, hi spot
}

func newLabeller(g []Shape, p projection, bottom float64) *labeller {
	l := &labeller{frame: Box{2, 2, width - 4, bottom - 4}}
	for _, s := range g {
		for _, r := range s.Rings {
			ring := p.ring(r)
			lo, hi := extent(ring)
			l.land = append(l.land, land{ring, lo, hi})
		}
	}
	return l
}

// corner finds a corner of the frame where a box of width w covers no land,
// the corner that g really lies toward first, and takes it.
func (l *labeller) corner(g, home []Shape, w float64) (Box, bool) {
	a, b := boundsOf(g), boundsOf(home)
	west := a.minX/2+a.maxX/2 < b.minX/2+b.maxX/2
	north := a.minY/2+a.maxY/2 > b.minY/2+b.maxY/2
	for _, c := range [][2]bool{{west, north}, {!west, north}, {west, !north}, {!west, !north}} {
		box := Box{l.frame.X + l.frame.W - w - 4, l.frame.Y + l.frame.H - boxHeight - 4, w, boxHeight}
		if c[0] {
			box.X = l.frame.X + 4
		}
		if c[1] {
			box.Y = l.frame.Y + 4
		}
		if !l.taken(box) && !l.touchesLand(box) {
			l.placed = append(l.placed, box)
			return box, true
		}
	}
	return Box{}, false
}

// touchesLand reports whether any corner of a ring, or the middle of one of its
// sides, lies in b or just beside it.
func (l *labeller) touchesLand(b Box) bool {
	const air = 5
	for _, n := range l.land {
		if n.lo.x > b.X+b.W+air || n.hi.x < b.X-air || n.lo.y > b.Y+b.H+air || n.hi.y < b.Y-air {
			continue
		}
		for i, p := range n.ring {
			q := n.ring[(i+1)%len(n.ring)]
			for _, s := range []spot{p, {(p.x + q.x) / 2, (p.y + q.y) / 2}} {
				if s.x > b.X-air && s.x < b.X+b.W+air && s.y > b.Y-air && s.y < b.Y+b.H+air {
					return true
				}
			}
		}
	}
	return false
}

// addMain draws the main frame: names inside their shapes where they fit, the
// others on the water beside.
func (d *Drawing) addMain(g []Shape, p projection, names map[region.Code]string, l *labeller) {
	g = slices.Clone(g)
	slices.SortFunc(g, func(a, b Shape) int { return cmp.Compare(math.Abs(largest(b).area()), math.Abs(largest(a).area())) })
	var homeless []Shape
	for _, s := range g {
		ring := p.ring(largest(s))
		w := math.Max(textWidth(names[s.Code]), textWidth("90,0%"))
		c, ok := l.inside(ring, w+10) // with air around, if there is room for it
		if !ok {
			c, ok = l.inside(ring, w)
		}
		if !ok {
			homeless = append(homeless, s)
			continue
		}
		l.placed = append(l.placed, boxAround(c, w))
		d.Areas = append(d.Areas, Area{Code: s.Code, Path: p.path(s.Rings), Name: names[s.Code], X: tenth(c.x), Y: tenth(c.y - 2), Anchor: "middle"})
	}
	for _, s := range homeless {
		w := math.Max(textWidth(names[s.Code]), textWidth("90,0%"))
		c := l.outside(p.ring(largest(s)), w)
		l.placed = append(l.placed, boxAround(c, w))
		d.Areas = append(d.Areas, Area{Code: s.Code, Path: p.path(s.Rings), Name: names[s.Code], X: tenth(c.x), Y: tenth(c.y - 2), Anchor: "middle", Outside: true})
	}
}

func largest(s Shape) Ring {
	return slices.MaxFunc(s.Rings, func(a, b Ring) int { return cmp.Compare(math.Abs(a.area()), math.Abs(b.area())) })
}

func boxAround(c spot, w float64) Box {
	return Box{c.x - w/2, c.y - labelHeight/2, w, labelHeight}
}

// inside looks for the spot nearest to the middle of the ring where a label of
// width w lies wholly on it.
func (l *labeller) inside(ring []spot, w float64) (spot, bool) {
	lo, hi := extent(ring)
	mid := spot{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}
	best, found, least := spot{}, false, math.Inf(1)
	const steps = 28
	for i := range steps {
		for j := range steps {
			c := spot{lo.x + (hi.x-lo.x)*(float64(i)+.5)/steps, lo.y + (hi.y-lo.y)*(float64(j)+.5)/steps}
			d := math.Hypot(c.x-mid.x, c.y-mid.y)
			if d < least && covers(ring, boxAround(c, w)) && !l.taken(boxAround(c, w)) {
				best, found, least = c, true, d
			}
		}
	}
	return best, found
}

// covers reports whether a label lies on the ring: its middle line and, a bit
// drawn in, its corners.
func covers(ring []spot, b Box) bool {
	for i := range 5 {
		x := b.X + b.W*(0.04+0.92*float64(i)/4)
		for _, y := range []float64{b.Y + 3, b.Y + b.H/2, b.Y + b.H - 3} {
			if !contains(ring, spot{x, y}) {
				return false
			}
		}
	}
	return true
}

// outside circles around the ring until a label touches no other label and as
// little land as can be.
func (l *labeller) outside(ring []spot, w float64) spot {
	lo, hi := extent(ring)
	mid := spot{(lo.x + hi.x) / 2, (lo.y + hi.y) / 2}
	best, least := mid, math.Inf(1)
	for turn := range 24 {
		angle := float64(turn) * math.Pi / 12
		dx, dy := math.Cos(angle), math.Sin(angle)
		for _, gap := range []float64{5, 12, 22, 34, 48, 64} {
			c := spot{mid.x + dx*((hi.x-lo.x)/2+w/2+gap), mid.y + dy*((hi.y-lo.y)/2+labelHeight/2+gap)}
			b := boxAround(c, w)
			if b.X < l.frame.X || b.Y < l.frame.Y || b.X+b.W > l.frame.X+l.frame.W || b.Y+b.H > l.frame.Y+l.frame.H || l.taken(b) {
				continue
			}
			// Straight beside reads better than above or below.
			if cost := float64(l.landUnder(b))*9 + gap + 6*math.Abs(dy); cost < least {
				best, least = c, cost
			}
		}
	}
	return best
}

func (l *labeller) taken(b Box) bool {
	return slices.ContainsFunc(l.placed, func(o Box) bool {
		return b.X < o.X+o.W+4 && o.X < b.X+b.W+4 && b.Y < o.Y+o.H+1 && o.Y < b.Y+b.H+1
	})
}

// landUnder counts how many of 21 sample points of b lie on land.
func (l *labeller) landUnder(b Box) int {
	n := 0
	for i := range 7 {
		for j := range 3 {
			p := spot{b.X + b.W*float64(i)/6, b.Y + b.H*float64(j)/2}
			if slices.ContainsFunc(l.land, func(g land) bool {
				return p.x >= g.lo.x && p.x <= g.hi.x && p.y >= g.lo.y && p.y <= g.hi.y && contains(g.ring, p)
			}) {
				n++
			}
		}
	}
	return n
}

func extent(ring []spot) (spot, spot) {
	lo, hi := ring[0], ring[0]
	for _, p := range ring {
		lo = spot{math.Min(lo.x, p.x), math.Min(lo.y, p.y)}
		hi = spot{math.Max(hi.x, p.x), math.Max(hi.y, p.y)}
	}
	return lo, hi
}

// contains reports whether p lies in the ring (even-odd rule).
func contains(ring []spot, p spot) bool {
	in := false
	j := len(ring) - 1
	for i := range ring {
		a, b := ring[i], ring[j]
		if (a.y > p.y) != (b.y > p.y) && p.x < (b.x-a.x)*(p.y-a.y)/(b.y-a.y)+a.x {
			in = !in
		}
		j = i
	}
	return in
}
