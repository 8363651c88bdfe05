package payout

import (
	"net/http"
	"net/url"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/export"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var peoplePage = page.New[peopleData](files, "people.html")

type peopleData struct {
	Heading page.Heading
	List    page.List
}

const perPage = 50

// Parameters of lists.
const (
	paramState = "keadaan"
	paramArea  = "kecamatan"
	paramWhy   = "alasan"
	paramName  = "nama"
)

// readFilter ignores values that mean nothing: an old link still opens.
func readFilter(q url.Values) delivery.LineFilter {
	f := delivery.LineFilter{Name: q.Get(paramName)}
	for _, s := range delivery.LineStates() {
		if q.Get(paramState) == string(s) {
			f.State = s
		}
	}
	if c := region.Code(q.Get(paramArea)); c.Valid() {
		f.Area = c
	}
	for _, w := range append(delivery.Reasons(), delivery.Held, delivery.Corrected) {
		if q.Get(paramWhy) == string(w) {
			f.Reason = w
		}
	}
	return f
}

func (d Deps) people(r *page.Request) error {
	list, err := d.loadList(r)
	if err != nil {
		return err
	}
	q, f := r.Query(), readFilter(r.Query())
	number := page.PageNumber(q)
	lines, total, err := delivery.Lines(r.Ctx(), d.DB.Read(), r.Session.Scope, list.ID, f, (number-1)*perPage, perPage)
	if err != nil {
		return err
	}
	account, err := delivery.Reconcile(r.Ctx(), d.DB.Read(), r.Session.Scope, list.ID)
	if err != nil {
		return err
	}
	at := listPath(list.ID) + "/penerima"
	data := peopleData{Heading: page.Heading{Title: r.T("payout.recipients"), Sub: list.ProgramName + ", " + list.Title,
		Back: &page.Link{Text: list.Title, Href: listPath(list.ID)}}}
	data.List = page.List{Count: r.T("payout.people_count", total, account.Whole.Decreed.People), Chips: chips(r, at, q, f), ClearAll: at,
		Facets: facets(r, at, account, f), Table: d.peopleTable(r, list, lines), Pager: page.NewPager(at, q, number, perPage, total),
		Exports: page.ExportLinks(at, q),
		Empty:   page.Empty{Kind: page.NoneMatch, Title: r.T("payout.no_match"), Text: r.T("payout.no_match_hint"), Action: &page.Button{Text: r.T("page.clear_all"), Href: at}}}
	return peoplePage.Render(r, http.StatusOK, data)
}

func (d Deps) peopleTable(r *page.Request, list delivery.PayList, lines []delivery.LineView) page.Table {
	t := page.Table{Caption: r.T("payout.recipients"), Columns: []page.Column{{Label: r.T("payout.recipient")}, {Label: r.T("payout.village")},
		{Label: r.T("payout.place"), Num: true}, {Label: r.T("payout.money"), Num: true}, {Label: r.T("payout.state")}, {Label: r.T("payout.record")}}}
	act := r.May(account.DecreePropose) && list.State == delivery.Frozen
	if act {
		t.Columns = append(t.Columns, page.Column{Label: r.T("payout.replace"), Hide: true})
	}
	for _, l := range lines {
		row := page.Row{Href: sitePath(list.ID, l.Site) + "/baris/" + string(l.ID), Cells: []page.Cell{{Text: l.Payee},
			{Text: l.Village.Name(), Sub: l.Village.Kecamatan().Name()}, page.Text(r.P().Num(int64(l.Place))), page.Text(r.P().Rupiah(l.Amount)),
			{Tags: []page.Tag{stateTag(r, l.State)}, Sub: why(r, l.Line)}, recordCell(r, l)}}
		if act {
			cell := page.Cell{}
			if l.State == delivery.Failed {
				cell.Button = &page.Button{Text: r.T("payout.replace"), Post: true, Href: listPath(list.ID) + "/ganti/" + string(l.ID)}
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func recordCell(r *page.Request, l delivery.LineView) page.Cell {
	if l.At.IsZero() {
		return page.Cell{}
	}
	return page.Cell{Text: l.Receipt, Sub: r.T("payout.by_at", l.By, l.At.Std())}
}

func facets(r *page.Request, at string, a delivery.Reconciliation, f delivery.LineFilter) *page.Facets {
	states := page.Facet{Name: paramState, Title: r.T("payout.state")}
	for _, s := range delivery.LineStates() {
		states.Values = append(states.Values, page.FacetValue{Value: string(s), Text: r.T("delivery.state." + string(s)), Count: a.Whole.Of(s).People, Chosen: f.State == s})
	}
	areas := page.Facet{Name: paramArea, Title: r.T("payout.kecamatan")}
	for _, k := range a.Kecamatan() {
		areas.Values = append(areas.Values, page.FacetValue{Value: string(k.Code), Text: k.Code.Name(), Count: k.Decreed.People, Chosen: f.Area == k.Code})
	}
	whys := page.Facet{Name: paramWhy, Title: r.T("payout.reason")}
	counts := make(map[delivery.Reason]int64)
	for _, w := range a.Whys {
		counts[w.Reason] += w.People
	}
	for _, w := range append(delivery.Reasons(), delivery.Held, delivery.Corrected) {
		if counts[w] > 0 || f.Reason == w {
			whys.Values = append(whys.Values, page.FacetValue{Value: string(w), Text: r.T("delivery.reason." + string(w)), Count: counts[w], Chosen: f.Reason == w})
		}
	}
	out := &page.Facets{Action: at, Groups: []page.Facet{{Name: paramName, Title: r.T("payout.name"), Kind: "search", From: f.Name}, states, areas}}
	if len(whys.Values) > 0 {
		out.Groups = append(out.Groups, whys)
	}
	return out
}

func chips(r *page.Request, at string, q url.Values, f delivery.LineFilter) []page.Chip {
	var out []page.Chip
	add := func(name, text string) {
		out = append(out, page.Chip{Text: text, Href: page.Href(at, page.With(q, name, ""))})
	}
	if f.Name != "" {
		add(paramName, "“"+f.Name+"”")
	}
	if f.State != "" {
		add(paramState, r.T("delivery.state."+string(f.State)))
	}
	if f.Area != "" {
		add(paramArea, f.Area.Name())
	}
	if f.Reason != "" {
		add(paramWhy, r.T("delivery.reason."+string(f.Reason)))
	}
	return out
}

// exportPeople sends what the list shows as a file, once the ledger holds its hash.
func (d Deps) exportPeople(format page.Format) func(*page.Request) error {
	return func(r *page.Request) error {
		list, err := d.loadList(r)
		if err != nil {
			return err
		}
		f := readFilter(r.Query())
		var filter []string
		for _, c := range chips(r, "", r.Query(), f) {
			filter = append(filter, c.Text)
		}
		t := export.Table{Title: r.T("payout.recipients"), Print: r.P(), Rows: d.personRows(r, list.ID, f),
			Columns: []export.Column{{Header: r.T("payout.recipient"), Width: 28}, {Header: r.T("payout.kecamatan"), Width: 20}, {Header: r.T("payout.village"), Width: 20},
				{Header: r.T("payout.place"), Kind: export.Int}, {Header: r.T("payout.money"), Kind: export.Rupiah}, {Header: r.T("payout.state")},
				{Header: r.T("payout.reason"), Width: 24}, {Header: r.T("payout.receipt"), Width: 22}, {Header: r.T("payout.officer"), Width: 24}, {Header: r.T("payout.at"), Kind: export.Time}},
			Note: r.ExportNote(strings.Join(filter, ", "))}
		t.Note.More = [][2]string{{r.T("payout.list"), list.ProgramName + ", " + list.Title}}
		return d.sendTable(r, list.ID, "penerima", format, t)
	}
}

func (d Deps) personRows(r *page.Request, list id.PayList, f delivery.LineFilter) func(func([]any, error) bool) {
	return page.Rows(func(fn func(*delivery.LineView) error) error {
		return delivery.EachLine(r.Ctx(), d.DB.Read(), r.Session.Scope, list, f, fn)
	}, func(l *delivery.LineView) []any {
		var at any
		if !l.At.IsZero() {
			at = l.At.Std().In(r.P().Zone().Location())
		}
		return []any{l.Payee, l.Village.Kecamatan().Name(), l.Village.Name(), l.Place, l.Amount, r.T("delivery.state." + string(l.State)),
			why(r, l.Line), l.Receipt, l.By, at}
	})
}

// sendTable sends a file about a list, once the ledger holds its hash.
func (d Deps) sendTable(r *page.Request, list id.PayList, name string, f page.Format, t export.Table) error {
	return r.SendTable(name, f, t, func(sum export.Sum) error {
		return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return delivery.RecordExport(r.Ctx(), tx, list, name+"."+f.Name, sum.Rows, sum.SHA256)
		})
	})
}
