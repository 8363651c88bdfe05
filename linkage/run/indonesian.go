package run

import (
	"slices"
	"strings"

	"tepat/linkage"
	"tepat/linkage/detect"
	"tepat/linkage/indonesia"
)

// roleOf turns what a column was taken for into what the Indonesian model
// calls it, by the header where one role has several fields.
func roleOf(g detect.Guess) indonesia.Role {
	header := " " + strings.NewReplacer("_", " ", "/", " ", ".", " ", "-", " ").Replace(strings.ToLower(g.Column)) + " "
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(header, " "+w+" ") })
	}
	switch g.Role {
	case detect.PersonID:
		if has("nik", "ktp", "kependudukan") || g.Values == "sixteen" {
			return indonesia.NIK
		}
	case detect.Household:
		return indonesia.KK
	case detect.FullName:
		return indonesia.Name
	case detect.MotherName:
		return indonesia.Mother
	case detect.BirthDate:
		return indonesia.BirthDate
	case detect.BirthPlace:
		return indonesia.BirthPlace
	case detect.Sex:
		return indonesia.SexRole
	case detect.City:
		if !has("dusun", "lingkungan", "kampung", "kota") {
			return indonesia.Village
		}
	case detect.District:
		return indonesia.Kecamatan
	case detect.Unit:
		if has("rw") && !has("rt") {
			return indonesia.RW
		}
		return indonesia.RT
	case detect.Street:
		return indonesia.Address
	case detect.Phone:
		return indonesia.Phone
	}
	return ""
}

// indonesian proposes the model for Indonesian persons when the columns are of
// that kind; nil otherwise.
func (p *plan) indonesian() *linkage.Model {
	fields, used := map[indonesia.Role]string{}, map[string]bool{}
	for _, g := range p.guesses {
		if g.Was == detect.District {
			g.Role = g.Was // the model knows that a village lies in a kecamatan
		}
		if role := roleOf(g); role != "" && fields[role] == "" {
			fields[role] = g.Column
			used[g.Column] = true
		}
	}
	if fields[indonesia.Name] == "" || !p.looksIndonesian(fields) {
		return nil
	}
	for i, g := range p.guesses {
		if g.Was == detect.District && used[g.Column] {
			p.guesses[i].Role, p.guesses[i].Of, p.guesses[i].Values = g.Was, nil, ""
		}
	}
	m := indonesia.Model(p.link, fields)
	p.addRest(m, used)
	return m
}

// looksIndonesian: a number of the person or of the family card, or headers in
// the language of the country.
func (p *plan) looksIndonesian(fields map[indonesia.Role]string) bool {
	if fields[indonesia.NIK] != "" || fields[indonesia.KK] != "" && fields[indonesia.BirthDate] != "" {
		return true
	}
	words := []string{"nama", "lahir", "lhr", "kelamin", "desa", "kelurahan", "kecamatan", "alamat", "ibu", "umur", "pekerjaan"}
	found := 0
	for _, g := range p.guesses {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(g.Column), w) }) {
			found++
		}
	}
	return found >= 2
}

// addRest adds comparisons of columns that the Indonesian model does not know
// but that tell people apart: addresses of mail, other numbers of a person.
func (p *plan) addRest(m *linkage.Model, used map[string]bool) {
	var rest []detect.Guess
	for _, g := range p.guesses {
		if !used[g.Column] && (g.Role == detect.Email || g.Role == detect.PersonID) {
			rest = append(rest, g)
		}
	}
	more, err := detect.Propose(rest, p.rows)
	if err != nil {
		return // nothing to add
	}
	const most = 15
	if len(m.Comparisons)+len(more.Model.Comparisons) > most {
		return
	}
	m.Columns = append(m.Columns, more.Model.Columns...)
	m.Comparisons = append(m.Comparisons, more.Model.Comparisons...)
	for _, r := range more.Model.Blocking {
		if len(r.Keys) == 1 && r.Keys[0].Part == "" {
			m.Blocking = append(m.Blocking, r)
		}
	}
}

func indonesianCleaners() map[string]func(string) string { return indonesia.Cleaners() }

func tests() map[string]func(a, b string) bool { return indonesia.Tests() }
