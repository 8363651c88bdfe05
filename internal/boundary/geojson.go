package boundary

import (
	"encoding/json"
	"io"
	"math"
	"strings"

	"tepat/internal/fault"
	"tepat/internal/region"
)

// Point is a place in units of 1/10,000 degree, about 11 metres: finer than
// any map that fits a screen, and whole, so that neighbours agree exactly.
type Point struct{ X, Y int32 }

const unit = 1e4

// Ring is a closed line; the last point is not the first one again.
type Ring []Point

// Shape is a kecamatan: its islands and, among them, its holes.
type Shape struct {
	Code  region.Code
	Name  string
	Rings []Ring
}

// MaxFile is the largest GeoJSON that Parse takes, in bytes.
const MaxFile = 24 << 20

const maxPoints = 1_000_000

type collection struct {
	Type     string `json:"type"`
	Features []struct {
		Properties map[string]any `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

// Parse reads the kecamatan of regency from GeoJSON (RFC 7946). A feature is
// recognised by a property that holds its Kemendagri code, or its name. Several
// features of one kecamatan are joined. Faults: boundary.not_geojson, too_big,
// not_degrees, unknown, missing.
func Parse(r io.Reader, regency region.Code) ([]Shape, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fault.Wrap("boundary.Parse", err)
	}
	if len(raw) > MaxFile {
		return nil, fault.NewInvalid("boundary.too_big", MaxFile>>20).At("file")
	}
	var c collection
	if err := json.Unmarshal(raw, &c); err != nil || c.Type != "FeatureCollection" {
		return nil, fault.NewInvalid("boundary.not_geojson").At("file")
	}
	found := map[region.Code][]Ring{}
	points := 0
	for _, f := range c.Features {
		code, label := recognise(f.Properties, regency)
		if code == "" {
			return nil, fault.NewInvalid("boundary.unknown", label).At("file")
		}
		rings, err := ringsOf(f.Geometry.Type, f.Geometry.Coordinates)
		if err != nil {
			return nil, err
		}
		for _, ring := range rings {
			points += len(ring)
		}
		if points > maxPoints {
			return nil, fault.NewInvalid("boundary.too_big", MaxFile>>20).At("file")
		}
		found[code] = append(found[code], rings...)
	}
	return complete(found, regency)
}

// complete returns the shapes in code order, or says which are missing.
func complete(found map[region.Code][]Ring, regency region.Code) ([]Shape, error) {
	var out []Shape
	var missing []string
	for _, k := range region.Children(regency) {
		if len(found[k.Code]) == 0 {
			missing = append(missing, k.Name)
			continue
		}
		out = append(out, Shape{k.Code, k.Name, found[k.Code]})
	}
	if len(missing) > 0 {
		return nil, fault.NewInvalid("boundary.missing", len(missing), strings.Join(missing, ", ")).At("file")
	}
	return out, nil
}

// recognise finds the kecamatan that the properties name, or what to call the
// feature when there is none. A code wins over any name.
func recognise(properties map[string]any, regency region.Code) (region.Code, string) {
	label := "?"
	for _, v := range properties {
		s, ok := v.(string)
		if !ok {
			continue
		}
		if c, err := region.ParseCode(s); err == nil && c.Level() == region.Kecamatan && regency.Contains(c) && region.Exists(c) {
			return c, s
		}
	}
	for _, key := range []string{"nama", "name", "NAMOBJ", "WADMKC", "kecamatan", "KECAMATAN", "NAMA", "NAME"} {
		s, ok := properties[key].(string)
		if !ok || s == "" {
			continue
		}
		label = s
		for _, k := range region.Children(regency) {
			if strings.EqualFold(strings.Join(strings.Fields(s), " "), k.Name) {
				return k.Code, s
			}
		}
	}
	if len(label) > 60 {
		label = label[:60]
	}
	return "", strings.ToValidUTF8(label, "")
}

func ringsOf(kind string, raw json.RawMessage) ([]Ring, error) {
	var polygons [][][][]float64
	var err error
	switch kind {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(raw, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(raw, &polygons)
	default:
		return nil, fault.NewInvalid("boundary.not_geojson").At("file")
	}
	if err != nil {
		return nil, fault.NewInvalid("boundary.not_geojson").At("file")
	}
	var out []Ring
	for _, polygon := range polygons {
		for _, line := range polygon {
			ring, err := ringOf(line)
			if err != nil {
				return nil, err
			}
			if len(ring) >= 3 {
				out = append(out, ring)
			}
		}
	}
	return out, nil
}

// ringOf rounds a line to Points and drops repeated ones.
func ringOf(line [][]float64) (Ring, error) {
	ring := make(Ring, 0, len(line))
	for _, at := range line {
		if len(at) < 2 || math.Abs(at[0]) > 180 || math.Abs(at[1]) > 90 {
			return nil, fault.NewInvalid("boundary.not_degrees").At("file")
		}
		p := Point{int32(math.Round(at[0] * unit)), int32(math.Round(at[1] * unit))}
		if len(ring) == 0 || ring[len(ring)-1] != p {
			ring = append(ring, p)
		}
	}
	if len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	return ring, nil
}

// area is twice the signed area of the ring, in square units.
func (r Ring) area() float64 {
	sum := 0.0
	for i, p := range r {
		n := r[(i+1)%len(r)]
		sum += float64(p.X)*float64(n.Y) - float64(n.X)*float64(p.Y)
	}
	return sum
}
