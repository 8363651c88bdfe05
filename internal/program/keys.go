package program

import (
	"slices"

	"tepat/internal/civil"
	"tepat/internal/ranking"
	"tepat/internal/registry"
)

// keyed is what the keys of a ranking are taken from.
type keyed struct {
	soul     *soul
	home     *home
	members  []soul // living members
	listedNo int    // in the list that was sent; 0: none
	day      civil.Date
}

// keyTable computes each key; false means that the value is not known. The
// names are stored and never change meaning.
var keyTable = map[string]func(k *keyed) (int64, bool){
	"peringkat_kab_kota": func(k *keyed) (int64, bool) { return int64(k.home.rank), k.home.rank > 0 },
	"desil":              func(k *keyed) (int64, bool) { return int64(k.home.desil), k.home.desil > 0 },
	"list_place":         func(k *keyed) (int64, bool) { return int64(k.listedNo), k.listedNo > 0 },
	"age":                func(k *keyed) (int64, bool) { a := k.soul.birth.Age(k.day); return int64(a), a >= 0 },
	"lives_alone":        func(k *keyed) (int64, bool) { return flag(len(k.members) == 1), len(k.members) > 0 },
	"woman_head":         func(k *keyed) (int64, bool) { return womanHead(k) },
	"dependants":         func(k *keyed) (int64, bool) { return int64(len(k.members) - 1), len(k.members) > 0 },
	"children":           func(k *keyed) (int64, bool) { return children(k) },
}

// KeyNames lists the keys that a ranking can use, in the order of domain brief
// §4.5: the rank of the registry first.
func KeyNames() []string {
	return []string{"peringkat_kab_kota", "desil", "list_place", "age", "lives_alone", "woman_head", "dependants", "children"}
}

// DefaultOrder is how a key is usually meant: small ranks first, old people first.
func DefaultOrder(key string) ranking.Direction {
	if slices.Contains([]string{"peringkat_kab_kota", "desil", "list_place"}, key) {
		return ranking.Ascending
	}
	return ranking.Descending
}

func knownKey(name string) bool { return keyTable[name] != nil }

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func womanHead(k *keyed) (int64, bool) {
	for i := range k.members {
		if k.members[i].relation == registry.HeadOfFamily {
			return flag(k.members[i].sex == "P"), k.members[i].sex != ""
		}
	}
	return 0, false
}

// children counts members under five, the age of "balita".
func children(k *keyed) (int64, bool) {
	n, unknown := int64(0), false
	for i := range k.members {
		switch age := k.members[i].birth.Age(k.day); {
		case age < 0:
			unknown = true
		case age < 5:
			n++
		}
	}
	return n, !unknown && len(k.members) > 0
}

// values fills the keys of spec for one subject.
func (k *keyed) values(spec *ranking.Spec, out []int64) uint64 {
	var missing uint64
	for i, key := range spec.Keys {
		v, known := keyTable[key.Name](k)
		if !known {
			missing |= 1 << i
			continue
		}
		out[i] = v
	}
	return missing
}
