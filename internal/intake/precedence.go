package intake

import (
	"tepat/internal/civil"
	"tepat/internal/registry"
)

// rule says what a source's value does to a known one. An empty value never
// does anything.
type rule int

const (
	fills      rule = iota // only where nothing is known
	overwrites             // the source is the source of truth
)

// trust is what one file's values do: who somebody is, where the family
// lives, how poor it is.
type trust struct{ civil, home, welfare rule }

// truth is the table of precedence: Dukcapil is the source of truth for who
// somebody is and where the family lives, DTSEN for desil and rank. Any other
// source fills gaps.
var truth = map[string]trust{
	"dukcapil": {civil: overwrites, home: overwrites, welfare: fills},
	"dtsen":    {civil: fills, home: fills, welfare: overwrites},
}

// trust returns what b's values do. Only the office of the whole regency can
// say that a file is Dukcapil's or DTSEN's; from anybody else it fills gaps.
func (b Batch) trust() trust {
	l, ok := LayoutNamed(b.Layout)
	if !ok || !b.trusted {
		return trust{}
	}
	return truth[l.Source]
}

// put writes value into to under r.
func put[T comparable](to *T, value T, r rule) {
	var zero T
	if value == zero || r == fills && *to != zero {
		return
	}
	*to = value
}

// mergePerson returns p as it is after hearing rec under t.
func mergePerson(p registry.Person, rec *Record, t trust) registry.Person {
	r := t.civil
	put(&p.NIK, rec.NIK, fills) // a NIK is for life: another one is a matter for a person
	put(&p.Name, rec.Name, r)
	put(&p.Sex, rec.Sex, r)
	if rec.BirthOn != (civil.Date{}) && (r == overwrites || p.BirthOn.IsZero()) {
		p.BirthOn, p.BirthPrecision = rec.BirthOn, rec.Precision
	}
	put(&p.BirthPlace, rec.BirthPlace, r)
	put(&p.MotherName, rec.Mother, r)
	put(&p.Occupation, rec.Occupation, r)
	put(&p.Relation, rec.Relation, r)
	put(&p.Village, rec.Village, t.home)
	return p
}

// mergeFamily returns f as it is after hearing rec under t. home says
// whether the row speaks for the address of the whole family.
func mergeFamily(f registry.Family, rec *Record, t trust, home bool, today civil.Date) registry.Family {
	put(&f.KK, rec.KK, fills)
	if home {
		put(&f.Address, rec.Address, t.home)
		put(&f.RT, rec.RT, t.home)
		put(&f.RW, rec.RW, t.home)
		put(&f.Hamlet, rec.Hamlet, t.home)
		put(&f.Village, rec.Village, t.home)
	}
	before := f
	put(&f.Desil, rec.Desil, t.welfare)
	put(&f.RankRegency, rec.Rank, t.welfare)
	switch {
	case !rec.RankedOn.IsZero():
		put(&f.RankedOn, rec.RankedOn, t.welfare)
	case f.Desil != before.Desil || f.RankRegency != before.RankRegency:
		f.RankedOn = today
	}
	return f
}

// newPerson is what rec says about somebody unknown: nobody, who heard it.
func newPerson(rec *Record) registry.Person { return mergePerson(registry.Person{}, rec, trust{}) }

// newFamily is what rec says about a family that is unknown.
func newFamily(rec *Record, today civil.Date) registry.Family {
	return mergeFamily(registry.Family{}, rec, trust{}, true, today)
}
