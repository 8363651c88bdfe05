package detect

import (
	"fmt"

	"tepat/linkage"
)

// block lists candidates for blocking: each set of columns that one record
// pair may still agree on when the others are wrong, by their sounds, parts and
// beginnings. Which of them are used is decided by their sizes.
func (b *builder) block() {
	var out []linkage.Rule
	seen := map[string]bool{}
	add := func(keys ...linkage.Key) {
		id := fmt.Sprint(keys)
		for _, k := range keys {
			if k.Column == "" {
				return
			}
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, linkage.Rule{Keys: keys})
		}
	}
	k := b.keys()
	for _, id := range k.ids {
		add(id)
	}
	for _, id := range k.idParts {
		add(id)
	}
	for _, name := range k.names {
		add(k.day, name)
	}
	b.nameRules(k, add)
	for _, place := range k.places {
		for _, name := range k.names {
			add(place, name)
		}
		add(place, k.year)
		add(place, k.day)
	}
	for _, name := range k.names {
		add(k.monthDay, name)
		add(k.year, name)
	}
	add(k.day)
	add(k.day, k.sex)
	for _, place := range k.places {
		add(place)
	}
	for _, name := range k.names {
		add(name)
	}
	if len(out) == 0 {
		for _, c := range b.model.Comparisons {
			for _, column := range c.Levels[0].Test.Columns {
				add(linkage.Key{Column: column})
			}
		}
	}
	b.model.Blocking = out
}

// keys are the keys that the columns offer.
type keys struct {
	given, surname, full linkage.Key // sounds
	names                []linkage.Key
	swap                 linkage.Key
	day, year, monthDay  linkage.Key
	sex                  linkage.Key
	ids, idParts         []linkage.Key
	places               []linkage.Key
	mother               linkage.Key
}

func key(column, part string) linkage.Key { return linkage.Key{Column: column, Part: part} }

func (b *builder) keys() keys {
	var k keys
	if g, s := first(b.guesses, GivenName), first(b.guesses, Surname); g != nil && s != nil {
		k.given, k.surname, k.swap = key(g.Column, "sound"), key(s.Column, "sound"), key("name", "sorted_words")
		k.names = []linkage.Key{k.surname, k.given}
	} else if g != nil {
		k.names = []linkage.Key{key(g.Column, "sound")}
	} else if s != nil {
		k.names = []linkage.Key{key(s.Column, "sound")}
	}
	if f := first(b.guesses, FullName); f != nil {
		k.full, k.swap = key(f.Column, "sound"), key(f.Column, "sorted_words")
		k.names = append(k.names, key(f.Column, "each_word"), k.full)
	}
	if d := first(b.guesses, BirthDate); d != nil {
		k.day, k.year, k.monthDay = key(d.Column, ""), key(d.Column, "year"), key(d.Column, "month_day")
	} else if y := first(b.guesses, BirthYear); y != nil {
		k.year = key(y.Column, "")
	} else if d := first(b.guesses, OtherDate); d != nil {
		k.day, k.year = key(d.Column, ""), key(d.Column, "year")
	}
	if s := first(b.guesses, Sex); s != nil {
		k.sex = key(s.Column, "")
	}
	if m := first(b.guesses, MotherName); m != nil {
		k.mother = key(m.Column, "sound")
	}
	b.numberKeys(&k)
	b.placeKeys(&k)
	return k
}

func (b *builder) numberKeys(k *keys) {
	for _, role := range []Role{PersonID, Household, Phone, Email} {
		for i, g := range having(b.guesses, role) {
			if i == 2 {
				break
			}
			k.ids = append(k.ids, key(g.Column, ""))
			switch n := int(g.facts.meanLen()); {
			case role == Email:
				k.ids = append(k.ids, key(g.Column+" user", ""))
			case role != Household && n >= 6:
				part := (n*3 + 4) / 5
				k.idParts = append(k.idParts, key(g.Column, fmt.Sprintf("prefix:%d", part)), key(g.Column, fmt.Sprintf("suffix:%d", part)))
			}
		}
	}
}

func (b *builder) placeKeys(k *keys) {
	for _, role := range []Role{Postcode, Street, City, BirthPlace, District, Occupation} {
		if g := first(b.guesses, role); g != nil {
			k.places = append(k.places, key(g.Column, ""))
		}
	}
	post := first(b.guesses, Postcode)
	if post != nil && post.facts.meanLen() >= 5 {
		k.places = append(k.places, key(post.Column, fmt.Sprintf("prefix:%d", part(post))))
	}
}

// nameRules are those of names with little else: with half the days missing
// they carry most of the pairs.
func (b *builder) nameRules(k keys, add func(...linkage.Key)) {
	initial := func(of linkage.Key) linkage.Key { return key(of.Column, "prefix:1") }
	beginning := func(of linkage.Key) linkage.Key { return key(of.Column, "prefix:3") }
	if k.given.Column != "" {
		add(k.surname, k.given)
		add(k.swap)
		add(k.surname, initial(k.given), k.year)
		add(k.given, initial(k.surname), k.year)
		for _, place := range k.places {
			add(k.surname, initial(k.given), place)
		}
		add(beginning(k.surname), beginning(k.given), k.sex)
		add(key("name", "initials"), k.day)
	}
	if k.full.Column != "" {
		add(k.swap)
		add(k.full)
		add(key(k.full.Column, "each_word"), k.mother)
		add(key(k.full.Column, "initials"), k.day)
		add(key(k.full.Column, "prefix:4"), k.year)
	}
	months, days := first(b.guesses, BirthMonth), first(b.guesses, BirthDay)
	if k.day.Column == "" && months != nil && days != nil && k.year.Column != "" {
		m, d := key(months.Column, ""), key(days.Column, "")
		add(k.year, m, d)
		for _, name := range k.names {
			add(name, m, d)
			add(name, k.year)
			add(name, m)
			add(name, d)
		}
	}
	if k.mother.Column != "" {
		for _, name := range k.names {
			add(k.mother, name)
		}
	}
}
