package region

import (
	"slices"
	"sync"
)

// names finds the regions of one area by key. One is built per regency when
// it is first asked for, and one for the provinces and regencies together, so
// an office pays for its own two hundred names, not for the nation's.
type names struct {
	plain map[string][]Code
	loose map[string][]Code // spellings that are not the official one
}

func newNames(regions []Region) *names {
	n := &names{plain: map[string][]Code{}, loose: map[string][]Code{}}
	for _, r := range regions {
		n.plain[plainKey(r.Name)] = append(n.plain[plainKey(r.Name)], r.Code)
		n.addLoose(r.Code, looseKey(r.Name))
		if r.Code.Level() == Regency { // "KOTA BIMA" is not "KABUPATEN BIMA"
			n.plain[plainKey(r.Title())] = append(n.plain[plainKey(r.Title())], r.Code)
		}
		for _, other := range slices.Concat(otherNames(r.Name), aliases[r.Code]) {
			n.addLoose(r.Code, plainKey(other))
			n.addLoose(r.Code, looseKey(other))
		}
	}
	return n
}

func (n *names) addLoose(c Code, key string) {
	if key != "" && !slices.Contains(n.loose[key], c) {
		n.loose[key] = append(n.loose[key], c)
	}
}

// find returns the regions called name that keep allows, and how they were
// found: Exact by the official name, Alias by another spelling.
func (n *names) find(name string, keep func(Code) bool) ([]Code, Outcome) {
	if hits := matching(n.plain[plainKey(name)], keep); len(hits) > 0 {
		return hits, Exact
	}
	hits := matching(n.loose[plainKey(name)], keep)
	for _, c := range matching(n.loose[looseKey(name)], keep) {
		if !slices.Contains(hits, c) {
			hits = append(hits, c)
		}
	}
	if len(hits) > 0 {
		return hits, Alias
	}
	return nil, None
}

func matching(codes []Code, keep func(Code) bool) []Code {
	var out []Code
	for _, c := range codes {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

var nationNames = sync.OnceValue(func() *names {
	return newNames(append(Children(""), regencies()...))
})

var regencyNames sync.Map // Code → *names

// namesOf returns the index of the kecamatan and villages of regency.
func namesOf(regency Code) *names {
	if found, ok := regencyNames.Load(regency); ok {
		return found.(*names)
	}
	built, _ := regencyNames.LoadOrStore(regency, newNames(append(Children(regency), Villages(regency)...)))
	return built.(*names)
}
