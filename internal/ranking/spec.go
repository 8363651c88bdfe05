package ranking

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"tepat/internal/fault"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Format is the version of the stored form that this package reads and writes.
const Format = 1

const (
	maxKeys = 16
	maxSeed = 200 // bytes
	maxID   = 64  // bytes
)

// Direction says which values of a key come first.
type Direction string

// The two directions.
const (
	Ascending  Direction = "asc"  // small first, as peringkat_kab_kota
	Descending Direction = "desc" // large first, as age
)

// MissingPolicy says what happens to a candidate without a value for a key.
type MissingPolicy string

// The two policies. A missing value is never taken for zero.
const (
	MissingAfter  MissingPolicy = "after"  // after all known values, and shown as unranked
	MissingRefuse MissingPolicy = "refuse" // no ranking until every value is known
)

// KeySpec is one measure of the order.
type KeySpec struct {
	Name    string        `json:"name"` // a–z, 0–9 and _; named for people in texts.json
	Order   Direction     `json:"order"`
	Missing MissingPolicy `json:"missing"`
}

// Floor promises an area at least Min places, as far as it has candidates and
// the budget lasts. Floors may lie within each other.
type Floor struct {
	Area region.Code `json:"area"`
	Min  int         `json:"min"`
}

// Spec is the published rule of one ranking.
type Spec struct {
	Format int `json:"format"`
	// Keys are compared one after another; what they leave equal is settled by
	// the public draw. No keys at all is a pure draw.
	Keys []KeySpec `json:"keys"`
	// Quota is the number of places; 0 gives none.
	Quota int `json:"quota"`
	// Budget is the ceiling for the sum of costs; 0 means none. The line is drawn
	// before the first candidate who does not fit: cheaper ones further down are
	// not let past him.
	Budget money.Rupiah `json:"budget"`
	// Reserve is the length of the reserve list.
	Reserve int     `json:"reserve"`
	Floors  []Floor `json:"floors"`
	// Seed is the seed of the public draw; it goes into the minutes before the
	// list is known.
	Seed string `json:"seed"`
}

// Marshal returns the bytes that are stored and hashed, always the same for the
// same rule.
func (s Spec) Marshal() ([]byte, error) {
	if s.Format == 0 {
		s.Format = Format
	}
	if s.Keys == nil {
		s.Keys = []KeySpec{}
	}
	if s.Floors == nil {
		s.Floors = []Floor{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, fault.Wrap("ranking.Marshal", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ParseSpec reads what Marshal wrote, and nothing else: any other spelling of
// the same rule would have another digest.
func ParseSpec(b []byte) (Spec, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var s Spec
	if err := dec.Decode(&s); err != nil {
		return Spec{}, fault.NewInvalid("ranking.not_readable").Because(err)
	}
	if s.Format != Format {
		return Spec{}, fault.NewInvalid("ranking.format", s.Format, Format)
	}
	again, err := s.Marshal()
	if err != nil {
		return Spec{}, err
	}
	if !bytes.Equal(again, b) {
		return Spec{}, fault.NewInvalid("ranking.not_readable")
	}
	return s, nil
}

// Validate checks the rule by itself.
func (s *Spec) Validate() error {
	switch {
	case s.Format != 0 && s.Format != Format:
		return fault.NewInvalid("ranking.format", s.Format, Format)
	case s.Quota < 0:
		return fault.NewInvalid("ranking.quota").At("quota")
	case s.Budget < 0:
		return fault.NewInvalid("ranking.budget").At("budget")
	case s.Reserve < 0:
		return fault.NewInvalid("ranking.reserve").At("reserve")
	case !validSeed(s.Seed):
		return fault.NewInvalid("ranking.seed", maxSeed).At("seed")
	case len(s.Keys) > maxKeys:
		return fault.NewInvalid("ranking.too_many_keys", maxKeys).At("keys")
	}
	if err := s.checkKeys(); err != nil {
		return err
	}
	return s.checkFloors()
}

func validSeed(seed string) bool {
	control := strings.ContainsFunc(seed, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' })
	return strings.TrimSpace(seed) != "" && len(seed) <= maxSeed && !control
}

func (s *Spec) checkKeys() error {
	for i, k := range s.Keys {
		named := func(other KeySpec) bool { return other.Name == k.Name }
		switch {
		case !validName(k.Name) || slices.ContainsFunc(s.Keys[:i], named):
			return fault.NewInvalid("ranking.key_name", i+1).At("keys")
		case k.Order != Ascending && k.Order != Descending:
			return fault.NewInvalid("ranking.key_order", k.Name).At("keys")
		case k.Missing != MissingAfter && k.Missing != MissingRefuse:
			return fault.NewInvalid("ranking.key_missing", k.Name).At("keys")
		}
	}
	return nil
}

func validName(name string) bool {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' }
	return name != "" && len(name) <= maxID && !strings.ContainsFunc(name, other)
}

func (s *Spec) checkFloors() error {
	for i, f := range s.Floors {
		same := func(other Floor) bool { return other.Area == f.Area }
		switch {
		case !f.Area.Valid():
			return fault.NewInvalid("ranking.floor_area", string(f.Area)).At("floors")
		case f.Min < 1:
			return fault.NewInvalid("ranking.floor_min", f.Area.Dotted()).At("floors")
		case slices.ContainsFunc(s.Floors[:i], same):
			return fault.NewInvalid("ranking.floor_twice", f.Area.Dotted()).At("floors")
		}
	}
	if need := newFloorTree(s.Floors).need(); need > s.Quota {
		return fault.NewInvalid("ranking.floors_above_quota", need, s.Quota).At("floors")
	}
	return nil
}

// floorTree is the floors, the innermost first, each with the next one around
// it. Region codes contain each other or are apart, so this is a forest.
type floorTree struct {
	floors []Floor
	around []int // index of the next floor around, -1 at the top
}

func newFloorTree(floors []Floor) floorTree {
	t := floorTree{floors: slices.Clone(floors), around: make([]int, len(floors))}
	slices.SortFunc(t.floors, func(a, b Floor) int {
		return cmp.Or(cmp.Compare(len(b.Area), len(a.Area)), cmp.Compare(a.Area, b.Area))
	})
	for i, f := range t.floors {
		t.around[i] = -1
		for j := i + 1; j < len(t.floors); j++ {
			if len(t.floors[j].Area) < len(f.Area) && t.floors[j].Area.Contains(f.Area) {
				t.around[i] = j
				break
			}
		}
	}
	return t
}

// need returns the places that all floors take together.
func (t floorTree) need() int {
	inside := make([]int, len(t.floors))
	total := 0
	for i, f := range t.floors {
		n := max(f.Min, inside[i])
		if t.around[i] < 0 {
			total += n
			continue
		}
		inside[t.around[i]] += n
	}
	return total
}

// areaIndex finds the innermost floor around a place.
type areaIndex struct {
	floor   map[region.Code]int // index in floorTree.floors
	lengths []int               // of the floors' codes, longest first: no other needs looking up
}

func (t floorTree) index() areaIndex {
	x := areaIndex{floor: make(map[region.Code]int, len(t.floors))}
	for i, f := range t.floors { // the longest codes come first
		x.floor[f.Area] = i
		if n := len(f.Area); !slices.Contains(x.lengths, n) {
			x.lengths = append(x.lengths, n)
		}
	}
	return x
}

// innermost returns the index of the innermost floor that contains place, or -1.
func (x areaIndex) innermost(place region.Code) int {
	for _, n := range x.lengths {
		if len(place) < n {
			continue
		}
		if i, ok := x.floor[place[:n]]; ok {
			return i
		}
	}
	return -1
}
