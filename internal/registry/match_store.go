package registry

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/nik"
)

// Lookup compares profiles with a regency's registry, in order: by NIK first,
// then by equal birth date and similar name. It reads the database twice per
// 500 profiles, whatever their number.
func Lookup(ctx context.Context, q db.Querier, regency string, profiles []Profile) ([]Match, error) {
	var numbers []nik.NIK
	for _, p := range profiles {
		if p.NIK != "" {
			numbers = append(numbers, p.NIK)
		}
	}
	byNIK, err := PeopleByNIK(ctx, q, regency, numbers)
	if err != nil {
		return nil, err
	}
	births, err := peopleBornWith(ctx, q, regency, profiles, byNIK)
	if err != nil {
		return nil, err
	}
	out := make([]Match, len(profiles))
	for i, p := range profiles {
		var known *Person
		if k, ok := byNIK[p.NIK]; ok && p.NIK != "" {
			known = &k
		}
		out[i] = Decide(p, known, births[birthKey{p.BirthOn, firstWord(p.Name)}])
	}
	return out, nil
}

type birthKey struct {
	on   civil.Date
	word string
}

func firstWord(name string) string {
	words := Words(name)
	if len(words) == 0 {
		return ""
	}
	return words[0][:min(3, len(words[0]))]
}

// peopleBornWith returns the people who share birth date and the beginning of
// the name with a profile whose NIK the registry does not know.
func peopleBornWith(ctx context.Context, q db.Querier, regency string, profiles []Profile, known map[nik.NIK]Person) (map[birthKey][]Person, error) {
	dates := map[string]bool{}
	var keys []civilText
	for _, p := range profiles {
		if _, ok := known[p.NIK]; ok && p.NIK != "" || p.BirthOn.IsZero() {
			continue
		}
		if s := p.BirthOn.String(); !dates[s] {
			dates[s] = true
			keys = append(keys, civilText(s))
		}
	}
	out := map[birthKey][]Person{}
	err := chunks(keys, func(part []any) error {
		var w db.Where
		w.And("p.regency = ?", regency)
		w.In("p.birth_on", part...)
		return each(ctx, q, scanPerson, func(p *Person) error {
			k := birthKey{p.BirthOn, firstWord(p.Name)}
			out[k] = append(out[k], *p)
			return nil
		}, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
	})
	return out, err
}

type civilText string
