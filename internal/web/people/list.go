package people

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading page.Heading
	List    page.List
}

const perPage = 50

// found is one page of the list with the counts around it, all of one state of
// the database.
type found struct {
	all    registry.Facets // without any filter
	facets registry.Facets
	rows   []registry.Family
	pager  page.Pager
}

func (d Deps) find(r *page.Request, f filter) (found, error) {
	var out found
	scope := r.Session.Scope
	err := d.DB.Snapshot(r.Ctx(), func(read db.Querier) error {
		cells, err := registry.Tallies(r.Ctx(), read, scope)
		if err != nil {
			return err
		}
		out.all = registry.FacetsOf(cells, registry.Filter{})
		out.facets = registry.FacetsOf(cells, f.Filter)
		if len(f.Areas) == 0 && !scope.Whole() {
			// Somebody who works in villages chooses among them at once.
			own := f.Filter
			own.Areas = scope.Areas()
			out.facets.Village = registry.FacetsOf(cells, own).Village
		}
		out.pager = page.NewPager(root, f.query(), page.PageNumber(r.Query()), perPage, int64(out.facets.Families))
		if out.facets.Families == 0 {
			return nil
		}
		out.rows, err = registry.FamilyList(r.Ctx(), read, scope, f.Filter, int(out.pager.From-1), perPage)
		return err
	})
	return out, err
}

func (d Deps) list(r *page.Request) error {
	f := readFilter(r, r.Query())
	got, err := d.find(r, f)
	if err != nil {
		return err
	}
	data := listData{
		Heading: page.Heading{Title: r.T("people.title"), Sub: r.T("people.sub", r.Session.Scope.Label())},
		List: page.List{
			Count:    r.T("people.count", got.facets.Families, got.all.Families, got.facets.People),
			Sentence: f.sentence(r),
			Chips:    f.chips(r),
			ClearAll: root,
			Facets:   f.facetPanel(r, got.facets),
			Table:    table(r, got.rows),
			Pager:    got.pager,
			Empty:    emptyList(r, got.all.Families == 0),
		},
	}
	if got.all.Families == 0 {
		data.List.Count, data.List.Sentence, data.List.Facets = "", "", nil
	} else if r.May(account.RegistryExport) {
		data.List.Exports = page.ExportLinks(root+"/ekspor", f.query())
	}
	return listPage.Render(r, http.StatusOK, data)
}

func emptyList(r *page.Request, never bool) page.Empty {
	if !never {
		return page.Empty{Kind: page.NoneMatch, Title: r.T("people.none"), Text: r.T("people.none_hint"),
			Action: &page.Button{Text: r.T("page.clear_all"), Href: root}}
	}
	e := page.Empty{Kind: page.NeverAny, Title: r.T("people.never"), Text: r.T("people.never_ask")}
	if r.May(account.ImportUpload) {
		e.Text = r.T("people.never_hint")
		e.Action = &page.Button{Text: r.T("people.import"), Href: "/impor", Icon: "import", Primary: true}
	}
	return e
}

func table(r *page.Request, rows []registry.Family) page.Table {
	t := page.Table{Caption: r.T("people.title"), Columns: []page.Column{{Label: r.T("people.head")}, {Label: r.T("people.kk")},
		{Label: r.T("people.village")}, {Label: r.T("people.desil"), Num: true}, {Label: r.T("people.souls"), Num: true},
		{Label: r.T("people.receives")}, {Label: r.T("people.review")}}}
	for _, f := range rows {
		row := page.Row{Href: familyPath(f.ID), Cells: []page.Cell{
			page.Text(headName(r, f)),
			page.Text(orDash(f.KK.String())),
			page.Text(f.Village.Name() + ", " + f.Village.Kecamatan().Name()),
			page.Text(desil(r, f.Desil)),
			page.Text(r.P().Num(int64(f.Members))),
			receives(r, f.Receives),
			page.Text(r.T("people.clear")),
		}}
		if f.Review == registry.ReviewOpen {
			row.Cells[6] = page.Tagged(page.Tag{Text: r.T("people.open"), Tone: page.Warn})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// headName names a family that has nobody left by what is known of it.
func headName(r *page.Request, f registry.Family) string {
	if f.HeadName == "" {
		return r.T("people.nameless")
	}
	return f.HeadName
}

func desil(r *page.Request, n int) string {
	if n == 0 {
		return r.T("people.unranked_short")
	}
	return r.P().Num(int64(n))
}
