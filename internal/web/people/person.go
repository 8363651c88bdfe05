package people

import (
	"net/http"
	"slices"

	"tepat/internal/account"
	"tepat/internal/id"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var personPage = page.New[personData](files, "person.html", "cards.html")

type personData struct {
	Heading     page.Heading
	Alerts      []page.Alert
	Facts       []page.Fact
	Proof       proofCard
	Memberships page.Table
	History     historyCard
}

func (d Deps) showPerson(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	if p.MergedInto != "" {
		return d.elsewhere(r, p)
	}
	known, err := d.knowPerson(r, p)
	if err != nil {
		return err
	}
	spans, families, err := d.memberships(r, p.ID)
	if err != nil {
		return err
	}
	data := personData{
		Heading: page.Heading{Title: p.Name, Sub: r.T("people.person_sub", relation(r, p.Relation), place(r, p.Village)),
			Back: &page.Link{Text: r.T("people.title"), Href: root}, Tags: []page.Tag{lifeTag(r, p)}},
		Alerts:      append(alerts(r, known), mergeAlerts(r, known)...),
		Facts:       personFacts(r, p),
		Proof:       proof(r, known),
		Memberships: membershipTable(r, spans, families),
		History:     historyOf(r, personPath(p), known.events(r)),
	}
	if f, ok := families[p.FamilyID]; ok {
		data.Heading.Back = &page.Link{Text: r.T("people.family_of", headName(r, f)), Href: familyPath(f.ID)}
	}
	if r.May(account.RegistryEdit) {
		data.Heading.Actions = []page.Button{{Text: r.T("people.edit_person"), Href: personPath(p) + "/ubah", Icon: "edit"}}
	}
	if r.May(account.IndicationReview) {
		data.Heading.Actions = append(data.Heading.Actions, page.Button{Text: r.T("people.split"), Href: personPath(p) + "/pisah", Icon: "split"})
	}
	return personPage.Render(r, http.StatusOK, data)
}

func (d Deps) memberships(r *page.Request, person id.Person) ([]registry.Membership, map[id.Family]registry.Family, error) {
	regency := string(r.Session.Scope.Regency())
	all, err := registry.SamePerson(r.Ctx(), d.DB.Read(), regency, person)
	if err != nil {
		return nil, nil, err
	}
	var spans []registry.Membership
	for _, record := range all {
		more, err := registry.Memberships(r.Ctx(), d.DB.Read(), regency, record)
		if err != nil {
			return nil, nil, err
		}
		spans = append(spans, more...)
	}
	ids := make([]id.Family, len(spans))
	for i, m := range spans {
		ids[i] = m.FamilyID
	}
	families, err := registry.FamiliesByID(r.Ctx(), d.DB.Read(), r.Session.Scope, ids)
	return spans, families, err
}

func personFacts(r *page.Request, p registry.Person) []page.Fact {
	birth := page.Fact{Label: r.T("people.born"), Value: born(r, p), Sub: joinDot(p.BirthPlace, age(r, p))}
	if p.BirthOn.IsZero() {
		birth.Sub = p.BirthPlace
	}
	return slices.Concat([]page.Fact{
		{Label: "NIK", Masked: masked(r, p.NIK.String(), personPath(p), r.May(account.RegistryReveal))},
		birth,
		{Label: r.T("people.sex"), Value: orDash(sexWord(r, p.Sex))},
		{Label: r.T("people.relation"), Value: relation(r, p.Relation)},
	}, plainFacts(r, p), []page.Fact{
		{Label: r.T("people.village"), Value: p.Village.Name(), Sub: r.T("people.in_kecamatan", p.Village.Kecamatan().Name())},
		{Label: r.T("people.changed"), Value: r.P().When(p.UpdatedAt.Std())},
	})
}

// membershipTable names the families inside the officer's area; of others it
// says only that they exist.
func membershipTable(r *page.Request, spans []registry.Membership, families map[id.Family]registry.Family) page.Table {
	t := page.Table{Caption: r.T("people.memberships"), Columns: []page.Column{{Label: r.T("people.family")}, {Label: r.T("people.relation")},
		{Label: r.T("people.since")}, {Label: r.T("people.until")}}}
	for _, m := range spans {
		row := page.Row{Cells: []page.Cell{page.Text(r.T("people.outside")), page.Text(relation(r, m.Relation)),
			page.Text(r.T("people.since_unknown")), page.Text(r.T("people.until_now"))}}
		if f, ok := families[m.FamilyID]; ok {
			row.Href = familyPath(f.ID)
			row.Cells[0] = page.Cell{Text: headName(r, f), Sub: f.KK.String()}
		}
		if !m.From.IsZero() {
			row.Cells[2] = page.Text(r.P().DateShort(m.From))
		}
		if !m.Until.IsZero() {
			row.Cells[3] = page.Text(r.P().DateShort(m.Until))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
