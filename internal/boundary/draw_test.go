package boundary_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/region"
)

const natuna region.Code = "2103"

// far are kecamatan that the invented map puts on islands far away.
var far = map[region.Code][2]float64{"210310": {100.2, 4.9}, "210304": {98, 1}, "210322": {98.12, 1}}

// invented is a map of squares with wavy borders, a grid for the main island:
// neighbours share every point of their border.
func invented(points int) string {
	type feature struct {
		Type       string            `json:"type"`
		Properties map[string]string `json:"properties"`
		Geometry   map[string]any    `json:"geometry"`
	}
	var all []feature
	for i, k := range region.Children(natuna) {
		x, y := 100+float64(i%4)*.2, 3+float64(i/4)*.2
		if at, ok := far[k.Code]; ok {
			x, y = at[0], at[1]
		}
		size := .2
		if _, ok := far[k.Code]; ok {
			size = .1
		}
		corners := [][2]float64{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
		var ring [][2]float64
		for c := range 4 {
			a, b := corners[c], corners[c+1]
			for s := range points {
				t := float64(s) / float64(points)
				px, py := a[0]+(b[0]-a[0])*t, a[1]+(b[1]-a[1])*t
				// The wave hangs on the place alone, so neighbours get the same one.
				wave := .004 * math.Sin(900*px+700*py) * math.Sin(math.Pi*t)
				ring = append(ring, [2]float64{px + wave, py + wave})
			}
		}
		ring = append(ring, ring[0])
		all = append(all, feature{"Feature", map[string]string{"kode": k.Code.Dotted()}, map[string]any{"type": "Polygon", "coordinates": []any{ring}}})
	}
	out, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": all})
	if err != nil {
		panic(err)
	}
	return string(out)
}

func parsed(t testing.TB, text string) []boundary.Shape {
	t.Helper()
	shapes, err := boundary.Parse(strings.NewReader(text), natuna)
	if err != nil {
		t.Fatal(err)
	}
	return shapes
}

func TestOuterIslandsGetBoxesAndEveryKecamatanIsDrawnOnce(t *testing.T) {
	d := boundary.Draw(boundary.Simplify(parsed(t, invented(20))))
	if len(d.Areas) != len(region.Children(natuna)) {
		t.Fatalf("%d areas are drawn", len(d.Areas))
	}
	// Pulau Laut alone, Midai and Suak Midai together.
	if len(d.Boxes) != 2 {
		t.Errorf("%d boxes, want 2", len(d.Boxes))
	}
	numbers := regexp.MustCompile(`M([0-9.]+) ([0-9.]+)`)
	for _, a := range d.Areas {
		for _, m := range numbers.FindAllStringSubmatch(a.Path, -1) {
			x, errX := strconv.ParseFloat(m[1], 64)
			y, errY := strconv.ParseFloat(m[2], 64)
			if errX != nil || errY != nil || x < 0 || y < 0 || x > float64(d.Width) || y > float64(d.Height) {
				t.Errorf("%s starts at %q, outside of %d×%d", a.Code, m[0], d.Width, d.Height)
			}
		}
		if a.X <= 0 || a.Y <= 0 || a.X > float64(d.Width) || a.Y > float64(d.Height) {
			t.Errorf("the name of %s stands at %v, %v", a.Code, a.X, a.Y)
		}
	}
}

func TestSimplifyingOpensNoGapBetweenNeighbours(t *testing.T) {
	shapes := parsed(t, invented(400))
	thin := boundary.Simplify(shapes)
	points := map[boundary.Point]int{}
	n := 0
	for _, s := range thin {
		for _, r := range s.Rings {
			n += len(r)
			for _, p := range r {
				points[p]++
			}
		}
	}
	if n > boundary.MaxPoints || n < boundary.MaxPoints/4 {
		t.Fatalf("%d points are left", n)
	}
	// On the border of two neighbours every point that is left is left for both.
	shared := map[boundary.Point]int{}
	for _, s := range shapes {
		for _, r := range s.Rings {
			for _, p := range r {
				shared[p]++
			}
		}
	}
	for p, n := range points {
		if shared[p] != n {
			t.Fatalf("point %v is drawn by %d shapes, but lies on the border of %d", p, n, shared[p])
		}
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	good := invented(3)
	for name, c := range map[string]struct{ text, key string }{
		"nothing":        {"", "boundary.not_geojson"},
		"cut":            {good[:len(good)/2], "boundary.not_geojson"},
		"other json":     {`{"type":"Topology"}`, "boundary.not_geojson"},
		"a point":        {`{"type":"FeatureCollection","features":[{"properties":{"kode":"21.03.05"},"geometry":{"type":"Point","coordinates":[1,2]}}]}`, "boundary.not_geojson"},
		"metres":         {strings.Replace(good, "[100", "[712345", 1), "boundary.not_degrees"},
		"another place":  {strings.Replace(good, "21.03.05", "72.03.05", 1), "boundary.unknown"},
		"one is missing": {strings.Replace(good, "21.03.05", "21.03.06", 1), "boundary.missing"},
	} {
		_, err := boundary.Parse(strings.NewReader(c.text), natuna)
		if f := fault.From(err); f == nil || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestNamesAreEnough(t *testing.T) {
	text := invented(3)
	for _, k := range region.Children(natuna) {
		text = strings.Replace(text, fmt.Sprintf(`"kode":%q`, k.Code.Dotted()), fmt.Sprintf(`"WADMKC":%q`, strings.ToUpper(k.Name)), 1)
	}
	if got := parsed(t, text); len(got) != len(region.Children(natuna)) {
		t.Errorf("%d kecamatan are recognised by name", len(got))
	}
}

func TestBoundariesAreKeptReplacedAndRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, scope := t.Context(), region.NewScope(natuna)
		shapes := parsed(t, invented(10))
		replace := func(actor db.Actor, source string) error {
			return d.Write(ctx, actor, func(tx *db.Tx) error { return boundary.Replace(ctx, tx, source, shapes) })
		}
		narrow := dbtest.Actor(natuna)
		narrow.Scope = region.NewScope(natuna, "210305")
		if err := replace(narrow, "Uji"); fault.KindOf(err) != fault.Denied {
			t.Errorf("somebody of one kecamatan replaced the map: %v", err)
		}
		if err := replace(dbtest.Actor(natuna), " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("boundaries without a source: %v", err)
		}
		for _, source := range []string{"Uji 1", "Uji  2"} {
			if err := replace(dbtest.Actor(natuna), source); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := boundary.Of(ctx, d.Read(), scope)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(boundary.Simplify(shapes), kept.Shapes); diff != "" || kept.Source != "Uji 2" {
			t.Errorf("kept from %q differs: %s", kept.Source, diff)
		}
		for range 2 {
			if err := d.Write(ctx, dbtest.Actor(natuna), func(tx *db.Tx) error { return boundary.Remove(ctx, tx) }); err != nil {
				t.Fatal(err)
			}
		}
		kept, err = boundary.Of(ctx, d.Read(), scope)
		if err != nil || len(kept.Shapes) != 0 {
			t.Errorf("%d shapes are left, %v", len(kept.Shapes), err)
		}
	})
}

// Whatever the islands look like, nothing breaks and nobody is left out.
func TestAnyMapIsDrawn(t *testing.T) {
	children := region.Children(natuna)
	rapid.Check(t, func(t *rapid.T) {
		var shapes []boundary.Shape
		for _, k := range children[:rapid.IntRange(1, len(children)).Draw(t, "n")] {
			s := boundary.Shape{Code: k.Code, Name: k.Name}
			for range rapid.IntRange(1, 3).Draw(t, "islands") {
				x, y := rapid.Int32Range(900000, 1400000).Draw(t, "x"), rapid.Int32Range(-100000, 60000).Draw(t, "y")
				var r boundary.Ring
				for range rapid.IntRange(3, 12).Draw(t, "points") {
					r = append(r, boundary.Point{X: x + rapid.Int32Range(0, 3000).Draw(t, "dx"), Y: y + rapid.Int32Range(0, 3000).Draw(t, "dy")})
				}
				s.Rings = append(s.Rings, r)
			}
			shapes = append(shapes, s)
		}
		d := boundary.Draw(boundary.Simplify(shapes))
		if len(d.Areas) != len(shapes) || d.Height <= 0 || d.Height > 4000 {
			t.Fatalf("%d of %d areas on %d×%d", len(d.Areas), len(shapes), d.Width, d.Height)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(invented(2))
	f.Add(`{"type":"FeatureCollection","features":[{"properties":null,"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2],[1e9,3]]]]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		shapes, err := boundary.Parse(strings.NewReader(text), natuna)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		if d := boundary.Draw(boundary.Simplify(shapes)); len(d.Areas) != len(shapes) {
			t.Fatalf("%d of %d", len(d.Areas), len(shapes))
		}
	})
}
