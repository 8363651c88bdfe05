package people

import (
	"net/url"

	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// plainField is a field of a person that is plain text: shown, typed and told
// in the history as it is written. One more is one line here and its name for
// people, "people.field.<name>".
type plainField struct {
	name string // as the registry calls it, and in the form
	max  int    // characters
	fact bool   // stands on the profile by itself
	at   func(*registry.Person) *string
}

var plainFields = []plainField{
	{"birth_place", 100, false, func(p *registry.Person) *string { return &p.BirthPlace }},
	{"mother_name", 200, true, func(p *registry.Person) *string { return &p.MotherName }},
	{"occupation", 100, true, func(p *registry.Person) *string { return &p.Occupation }},
}

func plainNames() []string {
	var out []string
	for _, f := range plainFields {
		out = append(out, f.name)
	}
	return out
}

// plain points at the plain field called name, at nothing worth keeping when
// there is none.
func plain(p *registry.Person, name string) *string {
	for _, f := range plainFields {
		if f.name == name {
			return f.at(p)
		}
	}
	return new(string)
}

// label names a field of the registry.
func label(r *page.Request, name string) string { return r.T("people.field." + name) }

// plainFacts are the plain fields on the profile.
func plainFacts(r *page.Request, p registry.Person) []page.Fact {
	var out []page.Fact
	for _, f := range plainFields {
		if f.fact {
			out = append(out, page.Fact{Label: label(r, f.name), Value: orDash(scrub(*f.at(&p)))})
		}
	}
	return out
}

// plainInputs are the plain fields in the form.
func plainInputs(r *page.Request, p registry.Person) []page.Field {
	var out []page.Field
	for _, f := range plainFields {
		out = append(out, page.Field{Name: f.name, Label: label(r, f.name), Value: *f.at(&p), Optional: true, Autocomplete: "off", MaxLength: f.max})
	}
	return out
}

// readPlain puts what was typed into p.
func readPlain(typed url.Values, p *registry.Person) {
	for _, f := range plainFields {
		*f.at(p) = line(typed, f.name)
	}
}
