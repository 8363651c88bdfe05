package payout

import (
	"net/http"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/export"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

var accountPage = page.New[accountData](files, "account.html")

type accountData struct {
	Heading page.Heading
	Verdict page.Alert
	Facts   []page.Fact
	Areas   page.Table
	Whys    page.Table
	Stopped *page.Alert
	Stages  page.Table // of the decree, for readers of the whole regency
	Decree  page.Alert // whether they add up
	Double  *page.Alert
	Strays  *page.Alert
	Close   *page.Form
	Exports []page.Link
}

func (d Deps) account(r *page.Request) (delivery.Reconciliation, error) {
	var a delivery.Reconciliation
	err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		a, err = delivery.Reconcile(r.Ctx(), q, r.Session.Scope, id.PayList(r.Path("id")))
		return err
	})
	return a, err
}

// books is what the reconciliation page reads at one moment.
type books struct {
	list    delivery.Reconciliation
	stopped delivery.Sum
	decree  delivery.DecreeAccount // zero unless the reader sees the whole regency
}

func (d Deps) books(r *page.Request) (books, error) {
	var b books
	err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if b.list, err = delivery.Reconcile(r.Ctx(), q, r.Session.Scope, id.PayList(r.Path("id"))); err != nil {
			return err
		}
		if b.stopped, err = delivery.Stopped(r.Ctx(), q, r.Session.Scope, b.list.List.ID); err != nil || !r.Session.Scope.Whole() {
			return err
		}
		b.decree, err = delivery.AccountOf(r.Ctx(), q, r.Session.Scope, b.list.List.Decree)
		return err
	})
	return b, err
}

// reconcile shows that everything adds up, or that it does not.
func (d Deps) reconcile(r *page.Request) error {
	b, err := d.books(r)
	if err != nil {
		return err
	}
	a := b.list
	at := listPath(a.List.ID)
	data := accountData{Heading: page.Heading{Title: r.T("payout.reconciliation"), Sub: a.List.ProgramName + ", " + a.List.Title + " · " + r.T("payout.as_of", r.Now()),
		Back: &page.Link{Text: a.List.Title, Href: at}, Tags: []page.Tag{listTag(r, a.List.State)}},
		Facts: breakdown(r, a.Whole), Areas: accountTable(r, a), Whys: whyTable(r, a),
		Exports: []page.Link{{Text: "XLSX", Href: at + "/rekonsiliasi.xlsx"}}}
	data.Verdict = page.Alert{Tone: page.Good, Text: r.T("payout.adds_up", a.Whole.Decreed.Money, a.Whole.Paid.Money, a.Whole.Failed.Money, a.Whole.Replaced.Money, a.Whole.Pending.Money)}
	if !a.AddsUp() {
		data.Verdict = page.Alert{Tone: page.Bad, Text: r.T("payout.does_not_add_up")}
	}
	if len(b.decree.Stages) > 0 {
		data.Stages, data.Decree = stageTable(r, b.decree), decreeVerdict(r, b.decree)
	}
	if b.stopped.People > 0 {
		data.Stopped = &page.Alert{Tone: page.Warn, Text: r.T("payout.stopped_sum", b.stopped.People, b.stopped.Money)}
	}
	if a.Double.People > 0 {
		data.Double = &page.Alert{Tone: page.Bad, Text: r.T("payout.doubles", a.Double.People, a.Double.Money)}
	}
	if a.Strays > 0 {
		data.Strays = &page.Alert{Tone: page.Warn, Text: r.T("payout.strays", a.Strays)}
	}
	if r.May(account.ReconcileClose) && a.List.State == delivery.Frozen {
		data.Close = &page.Form{Action: at + "/tutup", Submit: r.T("payout.close_list"), Danger: true,
			Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(a.List.Version)}}, Fields: []page.Field{
				{Kind: page.TextArea, Name: "note", Label: r.T("payout.closing_note"), Optional: true, Rows: 2, MaxLength: 500}}}
	}
	return accountPage.Render(r, http.StatusOK, data)
}

func accountTable(r *page.Request, a delivery.Reconciliation) page.Table {
	t := page.Table{Caption: r.T("payout.by_kecamatan"), Columns: accountColumns(r, r.T("payout.kecamatan"))}
	for _, k := range a.Kecamatan() {
		t.Rows = append(t.Rows, page.Row{Href: listPath(a.List.ID) + "?kecamatan=" + string(k.Code), Cells: accountCells(r, k.Code.Name(), k.Split)})
	}
	t.Foot = accountCells(r, r.T("payout.total"), a.Whole)
	return t
}

func accountColumns(r *page.Request, first string) []page.Column {
	out := []page.Column{{Label: first}, {Label: r.T("payout.decreed"), Num: true}}
	for _, s := range delivery.LineStates() {
		out = append(out, page.Column{Label: r.T("delivery.state." + string(s)), Num: true})
	}
	return out
}

func accountCells(r *page.Request, name string, s delivery.Split) []page.Cell {
	cells := []page.Cell{page.Text(name), {Text: r.P().Num(s.Decreed.People), Sub: r.P().Rupiah(s.Decreed.Money)}}
	for _, state := range delivery.LineStates() {
		part := s.Of(state)
		cells = append(cells, page.Cell{Text: r.P().Num(part.People), Sub: r.P().Rupiah(part.Money)})
	}
	return cells
}

// stageTable accounts for the whole decree: its stages, and the months that no
// stage pays yet.
func stageTable(r *page.Request, a delivery.DecreeAccount) page.Table {
	t := page.Table{Caption: r.T("payout.decree_account", a.Decree.Number), Columns: accountColumns(r, r.T("payout.stage"))}
	for _, s := range a.Stages {
		cells := accountCells(r, s.List.Title, s.Whole)
		cells[0].Sub = span(r, s.List.From, s.List.Until)
		t.Rows = append(t.Rows, page.Row{Href: listPath(s.List.ID) + "/rekonsiliasi", Cells: cells})
	}
	if a.Unlisted != 0 {
		cells := make([]page.Cell, len(t.Columns))
		cells[0], cells[1] = page.Text(r.T("payout.unlisted")), page.Cell{Sub: r.P().Rupiah(a.Unlisted)}
		t.Rows = append(t.Rows, page.Row{Cells: cells})
	}
	t.Foot = accountCells(r, r.T("payout.total"), a.Whole)
	t.Foot[1].Sub = r.P().Rupiah(a.Whole.Decreed.Money + a.Unlisted)
	return t
}

func decreeVerdict(r *page.Request, a delivery.DecreeAccount) page.Alert {
	if !a.AddsUp() {
		return page.Alert{Tone: page.Bad, Text: r.T("payout.decree_differs")}
	}
	return page.Alert{Tone: page.Good, Text: r.T("payout.decree_adds_up", a.Decree.Total, a.Whole.Paid.Money, a.Whole.Failed.Money,
		a.Whole.Replaced.Money, a.Whole.Pending.Money, a.Unlisted)}
}

func whyTable(r *page.Request, a delivery.Reconciliation) page.Table {
	t := page.Table{Caption: r.T("payout.whys"), Columns: []page.Column{{Label: r.T("payout.reason")}, {Label: r.T("payout.state")},
		{Label: r.T("payout.people"), Num: true}, {Label: r.T("payout.money"), Num: true}}}
	for _, w := range a.Whys {
		t.Rows = append(t.Rows, page.Row{Href: listPath(a.List.ID) + "/penerima?" + paramWhy + "=" + string(w.Reason) + "&" + paramState + "=" + string(w.State),
			Cells: []page.Cell{page.Text(r.T("delivery.reason." + string(w.Reason))), page.Tagged(stateTag(r, w.State)), page.Text(r.P().Num(w.People)), page.Text(r.P().Rupiah(w.Money))}})
	}
	return t
}

// exportAccount is the annex of the minutes: every site with its figures.
func (d Deps) exportAccount(r *page.Request) error {
	a, err := d.account(r)
	if err != nil {
		return err
	}
	columns := []export.Column{{Header: r.T("payout.kecamatan"), Width: 22}, {Header: r.T("payout.village"), Width: 22},
		{Header: r.T("payout.decreed"), Kind: export.Int}, {Header: r.T("payout.decreed") + " (Rp)", Kind: export.Rupiah}}
	for _, s := range delivery.LineStates() {
		name := r.T("delivery.state." + string(s))
		columns = append(columns, export.Column{Header: name, Kind: export.Int}, export.Column{Header: name + " (Rp)", Kind: export.Rupiah})
	}
	verdict := r.T("payout.xlsx_good")
	if !a.AddsUp() {
		verdict = r.T("payout.does_not_add_up")
	}
	t := export.Table{Title: r.T("payout.reconciliation"), Columns: columns, Print: r.P(),
		Note: export.Note{At: r.P().When(r.Now()), User: r.Session.Name, More: [][2]string{{r.T("payout.list"), a.List.ProgramName + ", " + a.List.Title},
			{r.T("payout.digest"), a.List.Digest}, {r.T("payout.reconciliation"), verdict}}},
		Rows: func(yield func([]any, error) bool) {
			for _, v := range a.Villages() {
				row := []any{v.Code.Kecamatan().Name(), v.Code.Name(), v.Decreed.People, v.Decreed.Money}
				for _, s := range delivery.LineStates() {
					row = append(row, v.Of(s).People, v.Of(s).Money)
				}
				if !yield(row, nil) {
					return
				}
			}
		}}
	return d.sendTable(r, a.List.ID, "rekonsiliasi", page.XLSX, t)
}

func (d Deps) closeList(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return delivery.CloseList(r.Ctx(), tx, id.PayList(r.Path("id")), form.Get("note"), number(form.Get("version")))
	})
	if err != nil {
		return err
	}
	r.Flash("", "payout.list_is_closed")
	return r.Redirect(listPath(id.PayList(r.Path("id"))) + "/rekonsiliasi")
}
