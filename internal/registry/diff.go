package registry

import (
	"maps"
	"slices"
	"strconv"
)

// Diff holds the changed fields of one change: column to old and new text.
type Diff map[string][2]string

// personDiff lists the fields in which b differs from a.
func personDiff(a, b Person) Diff {
	d := Diff{}
	d.add("nik", a.NIK.Reveal(), b.NIK.Reveal())
	d.add("name", a.Name, b.Name)
	d.add("sex", string(a.Sex), string(b.Sex))
	d.add("birth_on", a.BirthOn.String(), b.BirthOn.String())
	d.add("birth_precision", string(a.BirthPrecision), string(b.BirthPrecision))
	d.add("birth_place", a.BirthPlace, b.BirthPlace)
	d.add("mother_name", a.MotherName, b.MotherName)
	d.add("occupation", a.Occupation, b.Occupation)
	d.add("life", string(a.Life), string(b.Life))
	d.add("life_on", a.LifeOn.String(), b.LifeOn.String())
	d.add("village", string(a.Village), string(b.Village))
	d.add("family_id", string(a.FamilyID), string(b.FamilyID))
	d.add("relation", itoa(int(a.Relation)), itoa(int(b.Relation)))
	return d
}

func familyDiff(a, b Family) Diff {
	d := Diff{}
	d.add("kk", a.KK.Reveal(), b.KK.Reveal())
	d.add("address", a.Address, b.Address)
	d.add("rt", a.RT, b.RT)
	d.add("rw", a.RW, b.RW)
	d.add("hamlet", a.Hamlet, b.Hamlet)
	d.add("village", string(a.Village), string(b.Village))
	d.add("desil", itoa(a.Desil), itoa(b.Desil))
	d.add("rank_regency", itoa(a.RankRegency), itoa(b.RankRegency))
	d.add("ranked_on", a.RankedOn.String(), b.RankedOn.String())
	d.add("receives", a.Receives, b.Receives)
	d.add("review", string(a.Review), string(b.Review))
	return d
}

func (d Diff) add(field, before, after string) {
	if before != after {
		d[field] = [2]string{before, after}
	}
}

func itoa(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (d Diff) names() []string { return slices.Sorted(maps.Keys(d)) }

// atoi reads what itoa wrote; anything else is 0.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
