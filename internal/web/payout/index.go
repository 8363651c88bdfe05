package payout

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/delivery"
	"tepat/internal/web/page"
)

var indexPage = page.New[indexData](files, "index.html")

type indexData struct {
	Heading page.Heading
	Table   page.Table
	Empty   page.Empty
	Find    page.Form
}

// index lists the pay lists with how far they are.
func (d Deps) index(r *page.Request) error {
	lists, err := delivery.PayLists(r.Ctx(), d.DB.Read(), r.Session.Scope, "")
	if err != nil {
		return err
	}
	data := indexData{
		Heading: page.Heading{Title: r.T("payout.title"), Sub: r.T("payout.sub")},
		Table:   listTable(r, lists),
		Empty:   page.Empty{Kind: page.NeverAny, Title: r.T("payout.none"), Text: r.T("payout.none_hint")},
		Find: page.Form{Action: receipts, Get: true, Submit: r.T("payout.find"), Fields: []page.Field{{Name: "kode",
			Label: r.T("payout.receipt_code"), Hint: r.T("payout.receipt_hint"), Autocomplete: "off"}}},
	}
	if r.May(account.PayListFreeze) {
		freeze := page.Button{Text: r.T("payout.freeze"), Href: root + "/baru", Icon: "plus", Primary: true}
		data.Heading.Actions = []page.Button{freeze}
		data.Empty.Action = &freeze
	}
	return indexPage.Render(r, http.StatusOK, data)
}

func listTable(r *page.Request, lists []delivery.ListProgress) page.Table {
	t := page.Table{Caption: r.T("payout.title"), Columns: []page.Column{{Label: r.T("payout.list")}, {Label: r.T("payout.program")},
		{Label: r.T("payout.progress")}, {Label: r.T("delivery.state.paid"), Num: true}, {Label: r.T("delivery.state.pending"), Num: true},
		{Label: r.T("delivery.state.failed"), Num: true}, {Label: r.T("payout.state")}}}
	for _, l := range lists {
		t.Rows = append(t.Rows, page.Row{Href: listPath(l.ID), Muted: l.State == delivery.Closed, Cells: []page.Cell{
			{Text: l.Title, Sub: span(r, l.From, l.Until)},
			{Text: l.ProgramName, Sub: r.T("payout.decree_no", l.DecreeNumber)},
			progressCell(r, l.Split),
			{Text: r.P().Num(l.Paid.People), Sub: r.P().Rupiah(l.Paid.Money)},
			{Text: r.P().Num(l.Pending.People), Sub: r.P().Rupiah(l.Pending.Money)},
			{Text: r.P().Num(l.Failed.People + l.Replaced.People), Sub: r.P().Rupiah(l.Failed.Money + l.Replaced.Money)},
			page.Tagged(listTag(r, l.State)),
		}})
	}
	return t
}

func progressCell(r *page.Request, s delivery.Split) page.Cell {
	return page.Cell{Bar: &page.Bar{Part: s.Paid.People, Whole: s.Decreed.People}, Text: r.P().Pct(s.Paid.People, s.Decreed.People)}
}

func listTag(r *page.Request, s delivery.ListState) page.Tag {
	if s == delivery.Closed {
		return page.Tag{Text: r.T("payout.closed"), Tone: page.Good}
	}
	return page.Tag{Text: r.T("payout.running"), Tone: page.Info}
}
