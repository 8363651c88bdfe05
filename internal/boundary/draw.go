package boundary

import (
	"math"
	"slices"
	"strconv"

	"tepat/internal/region"
)

// Drawing is a map laid out in pixels of its own.
type Drawing struct {
	Width, Height int
	Areas         []Area
	Boxes         []Box // frames of outer islands, each on a scale of its own
	NoteX, NoteY  float64
}

// Area is a kecamatan on the drawing. Name is short where the map already says
// the rest; it stands at X, Y.
type Area struct {
	Code    region.Code
	Path    string // SVG path data
	Name    string
	X, Y    float64
	Anchor  string // "start", "middle" or "end"
	Outside bool   // the name stands on the water
}

// Box is a frame.
type Box struct{ X, Y, W, H float64 }

// Sizes of the drawing, in pixels of a column beside a table.
const (
	width      = 392
	mainHeight = 396 // at most
	tallHeight = 486 // of a regency that is much taller than wide
	edge       = 10
	sideRoom   = 34 // for names on the water beside the main frame
	boxHeight  = 96
	boxLabel   = 34
	boxGap     = 6
	noteHeight = 20
)

// near is how far two kecamatan may lie apart and still share a frame, about
// 17 km.
const near = 1500

// Draw lays the shapes out. The main frame holds the largest cluster of
// kecamatan; every other cluster goes into a box below it.
func Draw(shapes []Shape) Drawing {
	if len(shapes) == 0 {
		return Drawing{}
	}
	groups := clusters(shapes)
	names := shortNames(shapes)
	d := Drawing{Width: width}
	m := fit(groups[0], Box{edge + sideRoom, edge, width - 2*(edge+sideRoom), heightOf(groups[0]) - 2*edge}, true)
	bottom := m.bottom + edge + 14
	l := newLabeller(groups[0], m, bottom)
	var below [][]Shape
	for _, g := range groups[1:] {
		if box, ok := l.corner(g, groups[0], labelsWidth(g, names)); ok {
			d.addBox(g, names, box)
			continue
		}
		below = append(below, g)
	}
	d.addMain(groups[0], m, names, l)
	if len(below) > 0 {
		bottom = d.addBoxes(below, names, bottom)
	}
	if len(d.Boxes) > 0 {
		d.NoteX, d.NoteY = edge-3, bottom+noteHeight-7
		bottom += noteHeight
	}
	d.Height = int(math.Ceil(bottom))
	slices.SortFunc(d.Areas, func(a, b Area) int { return compareCodes(a.Code, b.Code) })
	return d
}

// heightOf is the room for the main frame: a long coast needs height for its
// names.
func heightOf(g []Shape) float64 {
	b := boundsOf(g)
	if float64(b.maxY-b.minY) > 1.6*float64(b.maxX-b.minX) {
		return tallHeight
	}
	return mainHeight
}

func compareCodes(a, b region.Code) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// clusters joins what lies near, the largest number of kecamatan first, then
// from north to south.
func clusters(shapes []Shape) [][]Shape {
	of := make([]int, len(shapes))
	for i := range of {
		of[i] = i
	}
	for i := range shapes {
		for j := range i {
			if of[i] == of[j] || !adjacent(shapes[i], shapes[j]) {
				continue
			}
			from, to := of[i], of[j]
			for k := range of {
				if of[k] == from {
					of[k] = to
				}
			}
		}
	}
	by := map[int][]Shape{}
	for i, s := range shapes {
		by[of[i]] = append(by[of[i]], s)
	}
	var out [][]Shape
	for i := range shapes {
		if g := by[of[i]]; g != nil {
			out = append(out, g)
			delete(by, of[i])
		}
	}
	slices.SortStableFunc(out, func(a, b []Shape) int { return len(b) - len(a) })
	slices.SortStableFunc(out[1:], func(a, b []Shape) int { return int(boundsOf(b).maxY) - int(boundsOf(a).maxY) })
	return out
}

type bounds struct{ minX, minY, maxX, maxY int32 }

func boundsOf(shapes []Shape) bounds {
	b := bounds{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	for _, s := range shapes {
		for _, r := range s.Rings {
			for _, p := range r {
				b = bounds{min(b.minX, p.X), min(b.minY, p.Y), max(b.maxX, p.X), max(b.maxY, p.Y)}
			}
		}
	}
	return b
}

// adjacent reports whether any points of a and b lie near each other.
func adjacent(a, b Shape) bool {
	x, y := boundsOf([]Shape{a}), boundsOf([]Shape{b})
	if x.minX-near > y.maxX || y.minX-near > x.maxX || x.minY-near > y.maxY || y.minY-near > x.maxY {
		return false
	}
	for _, r := range a.Rings {
		for _, p := range r {
			if nearRings(p, b.Rings) {
				return true
			}
		}
	}
	return false
}

func nearRings(p Point, rings []Ring) bool {
	for _, r := range rings {
		for _, o := range r {
			dx, dy := int64(p.X-o.X), int64(p.Y-o.Y)
			if dx*dx+dy*dy < near*near {
				return true
			}
		}
	}
	return false
}

// spot is a place on the drawing.
type spot struct{ x, y float64 }

// projection turns places into spots: equirectangular at the middle latitude,
// which is exact enough for one regency.
type projection struct {
	b          bounds
	scale, cos float64
	left, top  float64
	bottom     float64
}

// fit scales shapes into box, centred; with snug the height shrinks to them.
func fit(shapes []Shape, box Box, snug bool) projection {
	b := boundsOf(shapes)
	p := projection{b: b, cos: math.Cos(float64(b.minY+b.maxY) / 2 / unit * math.Pi / 180)}
	w, h := math.Max(float64(b.maxX-b.minX)*p.cos, 1), math.Max(float64(b.maxY-b.minY), 1)
	p.scale = math.Min(box.W/w, box.H/h)
	p.left = box.X + (box.W-w*p.scale)/2
	p.top = box.Y
	if !snug {
		p.top += (box.H - h*p.scale) / 2
	}
	p.bottom = p.top + h*p.scale
	return p
}

func (p projection) at(q Point) spot {
	return spot{p.left + float64(q.X-p.b.minX)*p.cos*p.scale, p.top + float64(p.b.maxY-q.Y)*p.scale}
}

func (p projection) ring(r Ring) []spot {
	out := make([]spot, len(r))
	for i, q := range r {
		out[i] = p.at(q)
	}
	return out
}

// path writes the rings as SVG, in steps of a tenth of a pixel. Every point is
// rounded by itself, so that neighbours still meet.
func (p projection) path(rings []Ring) string {
	var b []byte
	for _, r := range rings {
		var last [2]int
		drawn := 0
		for _, q := range r {
			s := p.at(q)
			now := [2]int{int(math.Round(s.x * 10)), int(math.Round(s.y * 10))}
			switch {
			case drawn == 0:
				b = appendTenths(append(b, 'M'), now[0])
				b = appendTenths(append(b, ' '), now[1])
			case now == last:
				continue
			default:
				if drawn == 1 {
					b = append(b, 'l')
				} else {
					b = append(b, ' ')
				}
				b = appendTenths(b, now[0]-last[0])
				b = appendTenths(append(b, ' '), now[1]-last[1])
			}
			last = now
			drawn++
		}
		b = append(b, 'z')
	}
	return string(b)
}

func appendTenths(b []byte, n int) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	if n >= 10 || n == 0 {
		b = strconv.AppendInt(b, int64(n/10), 10)
	}
	if n%10 != 0 {
		b = append(b, '.', byte('0'+n%10))
	}
	return b
}

// addBoxes places the outer clusters in rows below y and returns where the last
// row ends.
func (d *Drawing) addBoxes(groups [][]Shape, names map[region.Code]string, y float64) float64 {
	for len(groups) > 0 {
		n, need := 0, 0.0
		for n < len(groups) {
			w := labelsWidth(groups[n], names)
			if n > 0 && need+w+boxGap > width-2*boxGap {
				break
			}
			need += w + boxGap
			n++
		}
		spare := math.Max(0, width-boxGap-need) / float64(n)
		x := float64(boxGap)
		for _, g := range groups[:n] {
			box := Box{x, y, labelsWidth(g, names) + spare, boxHeight}
			d.addBox(g, names, box)
			x += box.W + boxGap
		}
		y += boxHeight + boxGap
		groups = groups[n:]
	}
	return y
}

// labelsWidth is the room that the names of a box need.
func labelsWidth(g []Shape, names map[region.Code]string) float64 {
	w := 10.0
	for _, s := range g {
		w += nameWidth(names[s.Code])
	}
	return math.Max(w, 66)
}

// addBox draws one cluster in its box, the names in a row below, west first.
func (d *Drawing) addBox(g []Shape, names map[region.Code]string, box Box) {
	d.Boxes = append(d.Boxes, box)
	g = withoutRocks(g)
	p := fit(g, Box{box.X + 8, box.Y + 7, box.W - 16, box.H - boxLabel - 10}, false)
	slices.SortFunc(g, func(a, b Shape) int { return int(middle(a) - middle(b)) })
	total := 0.0
	for _, s := range g {
		total += nameWidth(names[s.Code])
	}
	x := box.X + (box.W-total)/2
	for _, s := range g {
		w := nameWidth(names[s.Code])
		d.Areas = append(d.Areas, Area{Code: s.Code, Path: p.path(s.Rings), Name: names[s.Code],
			X: tenth(x + w/2), Y: tenth(box.Y + box.H - boxLabel + 14), Anchor: "middle", Outside: true})
		x += w
	}
}

// withoutRocks drops islets that would make the box too wide for the islands
// people live on: those under 15% of the largest of their
// kecamatan.
func withoutRocks(g []Shape) []Shape {
	out := make([]Shape, len(g))
	for i, s := range g {
		least := math.Abs(largest(s).area()) * .15
		out[i] = Shape{s.Code, s.Name, slices.DeleteFunc(slices.Clone(s.Rings), func(r Ring) bool { return math.Abs(r.area()) < least })}
	}
	return out
}

func middle(s Shape) int32 {
	b := boundsOf([]Shape{s})
	return b.minX/2 + b.maxX/2
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }
