package payout

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading   page.Heading
	Account   []page.Fact
	Bar       page.Bar
	Asked     *page.Alert // corrections wait for the second person
	Areas     page.Table
	Sites     page.Table
	Corrected page.Table
}

// show is one pay list: how far every kecamatan and every site is.
func (d Deps) show(r *page.Request) error {
	var list delivery.PayList
	var sites []delivery.SiteProgress
	var asked []delivery.Correction
	if _, err := d.loadList(r); err != nil {
		return err
	}
	err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if list, err = delivery.PayListByID(r.Ctx(), q, r.Session.Scope, id.PayList(r.Path("id"))); err != nil {
			return err
		}
		if sites, err = delivery.Sites(r.Ctx(), q, r.Session.Scope, list.ID); err != nil {
			return err
		}
		asked, err = delivery.OpenCorrections(r.Ctx(), q, r.Session.Scope, list.ID)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsJSON() {
		return r.JSON(http.StatusOK, listJSON(list, sites))
	}
	area := region.Code(r.Query().Get("kecamatan"))
	whole, shown := delivery.Split{}, sites[:0:0]
	for _, s := range sites {
		whole = whole.Plus(s.Split)
		if area == "" || s.Village.Kecamatan() == area {
			shown = append(shown, s)
		}
	}
	data := listData{Heading: listHeading(r, list, whole), Account: breakdown(r, whole),
		Bar: page.Bar{Part: whole.Paid.People, Whole: whole.Decreed.People}, Areas: areaTable(r, list, sites, area), Sites: siteTable(r, list, shown)}
	if len(asked) > 0 {
		data.Asked = &page.Alert{Tone: page.Warn, Text: r.T("payout.corrections_wait", len(asked))}
		data.Corrected = correctionTable(r, asked, d.receiptOf(r))
	}
	return listPage.Render(r, http.StatusOK, data)
}

func listHeading(r *page.Request, l delivery.PayList, whole delivery.Split) page.Heading {
	h := page.Heading{Title: l.ProgramName + ", " + l.Title, Sub: r.T("payout.list_sub", span(r, l.From, l.Until), l.DecreeNumber,
		whole.Paid.People, whole.Decreed.People), Back: &page.Link{Text: r.T("payout.title"), Href: root}, Tags: []page.Tag{listTag(r, l.State)}}
	h.Actions = []page.Button{{Text: r.T("payout.recipients"), Href: listPath(l.ID) + "/penerima", Icon: "list"},
		{Text: r.T("payout.reconciliation"), Href: listPath(l.ID) + "/rekonsiliasi", Icon: "money", Primary: r.May(account.ReconcileClose)}}
	return h
}

// areaTable sums the sites by kecamatan; a row narrows the sites below.
func areaTable(r *page.Request, l delivery.PayList, sites []delivery.SiteProgress, chosen region.Code) page.Table {
	t := page.Table{Caption: r.T("payout.by_kecamatan"), Columns: splitColumns(r, r.T("payout.kecamatan"))}
	var order []region.Code
	by := make(map[region.Code]delivery.Split)
	for _, s := range sites {
		k := s.Village.Kecamatan()
		if _, seen := by[k]; !seen {
			order = append(order, k)
		}
		by[k] = by[k].Plus(s.Split)
	}
	if len(order) < 2 {
		return page.Table{}
	}
	for _, k := range order {
		href := listPath(l.ID) + "?kecamatan=" + string(k)
		if k == chosen {
			href = listPath(l.ID)
		}
		cells := splitCells(r, by[k])
		t.Rows = append(t.Rows, page.Row{Href: href, Cells: append([]page.Cell{{Text: k.Name(), Strong: k == chosen}}, cells...)})
	}
	return t
}

func splitColumns(r *page.Request, first string) []page.Column {
	return []page.Column{{Label: first}, {Label: r.T("payout.progress")}, {Label: r.T("payout.decreed"), Num: true},
		{Label: r.T("delivery.state.paid"), Num: true}, {Label: r.T("delivery.state.pending"), Num: true}, {Label: r.T("payout.not_paid"), Num: true},
		{Label: r.T("payout.money_paid"), Num: true}}
}

func splitCells(r *page.Request, s delivery.Split) []page.Cell {
	return []page.Cell{progressCell(r, s), page.Text(r.P().Num(s.Decreed.People)), page.Text(r.P().Num(s.Paid.People)), page.Text(r.P().Num(s.Pending.People)),
		page.Text(r.P().Num(s.Failed.People + s.Replaced.People)), page.Text(r.P().Rupiah(s.Paid.Money))}
}

func siteTable(r *page.Request, l delivery.PayList, sites []delivery.SiteProgress) page.Table {
	t := page.Table{Caption: r.T("payout.sites"), Columns: append(splitColumns(r, r.T("payout.site")), page.Column{Label: r.T("payout.last")})}
	for _, s := range sites {
		name := page.Cell{Text: s.Name, Sub: s.Village.Kecamatan().Name()}
		if !s.On.IsZero() {
			name.Sub += ", " + r.P().DateShort(s.On)
		}
		if s.Closed {
			name.Tags = []page.Tag{{Text: r.T("payout.closed"), Tone: page.Good}}
		}
		last := page.Text(r.T("payout.no_word"))
		if !s.LastAt.IsZero() {
			last = page.Text(r.P().When(s.LastAt.Std()))
		}
		t.Rows = append(t.Rows, page.Row{Href: sitePath(l.ID, s.ID), Muted: s.Closed, Cells: append(append([]page.Cell{name}, splitCells(r, s.Split)...), last)})
	}
	return t
}

func correctionTable(r *page.Request, asked []delivery.Correction, href func(delivery.Correction) string) page.Table {
	t := page.Table{Caption: r.T("payout.corrections"), Columns: []page.Column{{Label: r.T("payout.reason")}, {Label: r.T("payout.asked_by")}, {Label: r.T("payout.at")}}}
	for _, c := range asked {
		t.Rows = append(t.Rows, page.Row{Href: href(c), Cells: []page.Cell{page.Text(c.Reason), page.Text(c.AskedName), page.Text(r.P().When(c.AskedAt.Std()))}})
	}
	return t
}

// receiptOf finds the page on which a correction is decided.
func (d Deps) receiptOf(r *page.Request) func(delivery.Correction) string {
	return func(c delivery.Correction) string {
		found, err := delivery.HandoversByID(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), []id.Handover{c.Handover})
		if err != nil || found[c.Handover].Receipt == "" {
			return "" // the table still says what waits
		}
		return receipts + "/" + found[c.Handover].Receipt
	}
}

type listAnswer struct {
	ID    id.PayList         `json:"id"`
	Title string             `json:"title"`
	State delivery.ListState `json:"state"`
	Total money.Rupiah       `json:"total"`
	Sites []siteAnswer       `json:"sites"`
}

type siteAnswer struct {
	ID      id.Site      `json:"id"`
	Village region.Code  `json:"village"`
	Name    string       `json:"name"`
	Closed  bool         `json:"closed"`
	Decreed int64        `json:"decreed"`
	Paid    int64        `json:"paid"`
	Pending int64        `json:"pending"`
	Money   money.Rupiah `json:"paid_rupiah"`
}

func listJSON(l delivery.PayList, sites []delivery.SiteProgress) listAnswer {
	out := listAnswer{ID: l.ID, Title: l.Title, State: l.State, Total: l.Total, Sites: make([]siteAnswer, 0, len(sites))}
	for _, s := range sites {
		out.Sites = append(out.Sites, siteAnswer{ID: s.ID, Village: s.Village, Name: s.Name, Closed: s.Closed, Decreed: s.Decreed.People,
			Paid: s.Paid.People, Pending: s.Pending.People, Money: s.Paid.Money})
	}
	return out
}
