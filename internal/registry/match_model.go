package registry

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"tepat/internal/region"
	"tepat/linkage"
	"tepat/linkage/indonesia"
)

// MatchFields are the cells of a record for matching, in the order of tables.
func MatchFields() []string {
	return []string{"nik", "name", "birth", "sex", "mother", "kk", "village", "kecamatan", "rt", "rw"}
}

// NewMatchModel returns an untrained model over MatchFields.
func NewMatchModel() *linkage.Model {
	return indonesia.Model(linkage.Dedupe, MatchRoles())
}

// MatchRoles says what each of MatchFields holds.
func MatchRoles() map[indonesia.Role]string {
	return map[indonesia.Role]string{indonesia.NIK: "nik", indonesia.Name: "name", indonesia.BirthDate: "birth", indonesia.SexRole: "sex",
		indonesia.Mother: "mother", indonesia.KK: "kk", indonesia.Village: "village", indonesia.Kecamatan: "kecamatan", indonesia.RT: "rt", indonesia.RW: "rw"}
}

// Cells returns what p says in the order of MatchFields.
func (p *Profile) Cells() []string {
	return []string{p.NIK.Reveal(), p.Name, p.birth(), string(p.Sex), p.Mother, p.KK.Reveal(),
		placeName(p.Village), placeName(p.Village.Kecamatan()), p.RT, p.RW}
}

func placeName(c region.Code) string {
	r, _ := region.ByCode(c)
	return r.Name
}

func (p *Profile) cells() map[string]string {
	names, values := MatchFields(), p.Cells()
	out := make(map[string]string, len(names))
	for i, name := range names {
		out[name] = values[i]
	}
	return out
}

// birth writes the birth date with 00 for what is not known of it.
func (p *Profile) birth() string {
	if p.BirthOn.IsZero() {
		return ""
	}
	text := p.BirthOn.String()
	switch p.Precision {
	case ByYear:
		return text[:4] + "-00-00"
	case ByMonth:
		return text[:7] + "-00"
	}
	return text
}

//go:embed match_model.json
var builtinModel []byte

// BuiltinModel returns the model that the program brings along. Its parameters
// were learned from invented people; an office trains its own.
var BuiltinModel = sync.OnceValues(func() (*linkage.Model, error) { return parseModel(builtinModel) })

// BuiltinModelJSON is BuiltinModel as it is stored.
func BuiltinModelJSON() []byte { return bytes.Clone(builtinModel) }

func parseModel(text []byte) (*linkage.Model, error) {
	m, err := linkage.ReadModel(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("registry: model: %w", err)
	}
	return m, nil
}

// forPairs returns m for few records at a time: values whose frequency the model
// does not know adjust nothing, where a table of everybody would count them.
func forPairs(m *linkage.Model) *linkage.Model {
	out := *m
	out.Comparisons = make([]linkage.Comparison, len(m.Comparisons))
	for i, c := range m.Comparisons {
		out.Comparisons[i] = c
		out.Comparisons[i].Levels = slices.Clone(c.Levels)
		for k := range c.Levels {
			tf := c.Levels[k].TF
			if tf == nil {
				continue
			}
			key := tf.Column
			if tf.Words {
				key += " words" // as linkage.Model.KeepFrequencies names it
			}
			if m.Frequencies[key] == nil {
				out.Comparisons[i].Levels[k].TF = nil
			}
		}
	}
	return &out
}

// MatchOptions are the helpers that the models of this package name.
func MatchOptions() linkage.Options {
	return linkage.Options{Cleaners: indonesia.Cleaners(), Tests: indonesia.Tests()}
}
