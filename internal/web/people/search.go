package people

import (
	"net/http"
	"strings"

	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var searchPage = page.New[searchData](files, "search.html")

type searchData struct {
	Heading page.Heading
	Note    string // when not everything is shown
	Table   page.Table
	Empty   page.Empty
}

// askSearch stands where somebody reloads or bookmarks a search: what was
// looked for is not in the address, so there is nothing to show.
func (d Deps) askSearch(r *page.Request) error {
	return searchPage.Render(r, http.StatusOK, searchData{Heading: page.Heading{Title: r.T("people.search")},
		Empty: page.Empty{Kind: page.NeverAny, Title: r.T("people.search.ask"), Text: r.T("people.search.hint")}})
}

// search answers the box at the top. A number that leads to one family goes
// straight there, so that a scanner needs no second step.
func (d Deps) search(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	text := strings.Join(strings.Fields(form.Get("q")), " ")
	if text == "" {
		return d.askSearch(r)
	}
	hits, err := registry.Search(r.Ctx(), d.DB.Read(), r.Session.Scope, text)
	if err != nil {
		return err
	}
	ids := make([]id.Family, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.Person.FamilyID)
	}
	families, err := registry.FamiliesByID(r.Ctx(), d.DB.Read(), r.Session.Scope, ids)
	if err != nil {
		return err
	}
	digits := nik.Clean(text)
	number := len(digits) == 16 && strings.Trim(digits, "0123456789") == ""
	if to := straight(hits, families); number && to != "" {
		return r.Redirect(to)
	}
	shown := text
	if number {
		shown = nik.NIK(digits).String()
	}
	return searchPage.Render(r, http.StatusOK, results(r, shown, number, hits, families))
}

// straight returns the one place that all hits lead to, "" when there are several.
func straight(hits []registry.Found, families map[id.Family]registry.Family) string {
	to := ""
	for _, h := range hits {
		at := hitPath(h, families)
		if to != "" && to != at {
			return ""
		}
		to = at
	}
	return to
}

// hitPath leads to the family when the officer may see it, else to the person.
func hitPath(h registry.Found, families map[id.Family]registry.Family) string {
	if _, ok := families[h.Person.FamilyID]; ok {
		return familyPath(h.Person.FamilyID)
	}
	return personPath(h.Person)
}

func results(r *page.Request, shown string, number bool, hits []registry.Found, families map[id.Family]registry.Family) searchData {
	hint := r.T("people.search.none_name")
	if number {
		hint = r.T("people.search.none_number")
	}
	data := searchData{
		Heading: page.Heading{Title: r.T("people.search.for", scrub(shown)), Sub: r.T("people.search.found", len(hits)),
			Back: &page.Link{Text: r.T("people.title"), Href: root}},
		Table: page.Table{Caption: r.T("people.search"), Columns: []page.Column{{Label: r.T("people.name")}, {Label: "NIK"},
			{Label: r.T("people.born")}, {Label: r.T("people.village")}, {Label: r.T("people.head")}, {Label: r.T("people.life")}}},
		Empty: page.Empty{Kind: page.NoneMatch, Title: r.T("people.search.none"), Text: hint},
	}
	if len(hits) == registry.SearchLimit {
		data.Heading.Sub, data.Note = "", r.T("people.search.more", registry.SearchLimit)
	}
	for _, h := range hits {
		p := h.Person
		data.Table.Rows = append(data.Table.Rows, page.Row{Href: hitPath(h, families), Muted: p.Life != registry.Alive, Cells: []page.Cell{
			page.Text(p.Name),
			page.Text(orDash(p.NIK.String())),
			{Text: born(r, p), Sub: age(r, p)},
			{Text: p.Village.Name(), Sub: p.Village.Kecamatan().Name()},
			{Text: orDash(h.HeadName), Sub: h.KK.String()},
			lifeCell(r, p),
		}})
	}
	return data
}
