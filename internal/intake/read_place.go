package intake

import (
	"strings"

	"tepat/internal/intake/sheet"
	"tepat/internal/region"
)

// placeKey is everything that a row says about its village.
type placeKey struct{ village, kecamatan, villageNo, kecNo, regencyNo, provinceNo string }

// place is what it means: a code, or a finding.
type place struct {
	code region.Code
	key  string
	args []string
}

// readPlace finds the village. Most rows repeat the one above, so the answers
// are remembered.
func (r *Reader) readPlace(row *sheet.Row, it *Item) {
	k := placeKey{
		r.cell(row, FieldVillage).Text, r.cell(row, FieldKecamatan).Text, r.cell(row, FieldVillageNo).Text,
		r.cell(row, FieldKecNo).Text, r.cell(row, FieldRegencyNo).Text, r.cell(row, FieldProvinceNo).Text,
	}
	p, ok := r.places[k]
	if !ok {
		p = r.resolve(k)
		if len(r.places) < maxPlaces {
			r.places[k.clone()] = p
		}
	}
	it.Record.Village = p.code
	if p.key != "" {
		it.Warn(p.key, FieldVillage, p.args...)
	}
}

// maxPlaces bounds the memory that a file of nonsense can take.
const maxPlaces = 20_000

func (k placeKey) clone() placeKey {
	return placeKey{strings.Clone(k.village), strings.Clone(k.kecamatan), strings.Clone(k.villageNo),
		strings.Clone(k.kecNo), strings.Clone(k.regencyNo), strings.Clone(k.provinceNo)}
}

func (r *Reader) resolve(k placeKey) place {
	village, kecamatan := tidy(k.village), tidy(k.kecamatan)
	code, inside := r.codeOf(k)
	if village == "" && code == "" {
		if r.village != "" {
			return place{code: r.village}
		}
		if !r.asksVillage() {
			return place{}
		}
		return place{key: "intake.village_missing"}
	}
	if !inside {
		return place{key: "intake.other_regency"}
	}
	parent := r.regency
	if r.village != "" && kecamatan == "" {
		parent = r.village.Kecamatan()
	}
	if kecamatan != "" {
		found, _, outcome := region.Resolve(region.Query{Name: kecamatan, Parent: r.regency, Level: region.Kecamatan})
		if outcome == region.Exact || outcome == region.Alias {
			parent = found
		} else if code == "" {
			return place{key: "intake.kecamatan_unknown", args: []string{kecamatan}}
		}
	}
	if code != "" {
		parent = r.regency
	}
	q := region.Query{System: r.system(), Code: code, Name: village, Parent: parent, Level: region.Village}
	return placeOf(q, village)
}

// asksVillage reports whether a row without a village is worth a word: not
// when the whole file has no such column and does not need one.
func (r *Reader) asksVillage() bool {
	for _, f := range []Field{FieldVillage, FieldVillageNo} {
		if _, mapped := r.col[f]; mapped {
			return true
		}
	}
	return r.layout.AskVillage || r.layout.needs(FieldVillage)
}

// placeOf turns a resolution into a place; two that fit are both named.
func placeOf(q region.Query, said string) place {
	found, candidates, outcome := region.Resolve(q)
	switch outcome {
	case region.Exact, region.Alias:
		return place{code: found}
	case region.Ambiguous:
		var names []string
		for _, c := range candidates[:min(len(candidates), 3)] {
			if v, ok := region.ByCode(c); ok {
				kec, _ := region.ByCode(c.Kecamatan())
				names = append(names, v.Title()+" ("+kec.Title()+")")
			}
		}
		if len(names) > 0 {
			return place{key: "intake.village_ambiguous", args: []string{said, strings.Join(names, "; ")}}
		}
	}
	if said == "" {
		said = q.Code
	}
	return place{key: "intake.village_unknown", args: []string{said}}
}

func (r *Reader) system() region.System {
	switch r.layout.Codes {
	case "kemendagri":
		return region.Kemendagri
	case "bps":
		return region.BPS
	}
	return region.UnknownSystem
}

// codeOf puts the code parts of a row together: a whole code in one cell, or
// NO_PROP, NO_KAB, NO_KEC and NO_KEL without leading zeros. inside is false
// when the row names another regency.
func (r *Reader) codeOf(k placeKey) (string, bool) {
	no := strings.TrimSuffix(tidy(k.villageNo), ".0")
	digits := strings.NewReplacer(".", "", " ", "", "-", "").Replace(no)
	if !onlyDigits(digits) {
		return "", true
	}
	if len(digits) > 4 {
		return no, r.layout.Codes != "kemendagri" || strings.HasPrefix(digits, string(r.regency))
	}
	province, regency, kec := atoi(tidy(k.provinceNo)), atoi(tidy(k.regencyNo)), atoi(tidy(k.kecNo))
	own := province < 0 || two(province) == string(r.regency[:2])
	own = own && (regency < 0 || two(regency) == string(r.regency[2:]))
	if kec < 0 || len(digits) != 4 {
		return "", own
	}
	return string(r.regency) + two(kec) + digits, own
}

func two(n int) string {
	if n < 0 || n > 99 {
		return "00"
	}
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}
