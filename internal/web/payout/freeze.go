package payout

import (
	"net/http"
	"net/url"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/web/page"
)

var freezePage = page.New[freezeData](files, "freeze.html")

type freezeData struct {
	Heading page.Heading
	Decrees page.Table // to choose from, when none is chosen
	Empty   page.Empty
	Facts   []page.Fact
	Done    *page.Alert // every month is listed
	Form    *page.Form
}

func (d Deps) showFreeze(r *page.Request) error {
	data := freezeData{Heading: page.Heading{Title: r.T("payout.freeze"), Sub: r.T("payout.freeze_sub"),
		Back: &page.Link{Text: r.T("payout.title"), Href: root}}}
	if decree := r.Query().Get("keputusan"); decree != "" {
		return d.showStage(r, data, id.Decree(decree), nil, nil)
	}
	all, err := program.Decrees(r.Ctx(), d.DB.Read(), r.Session.Scope, "")
	if err != nil {
		return err
	}
	data.Empty = page.Empty{Kind: page.NeverAny, Title: r.T("payout.no_decree"), Text: r.T("payout.no_decree_hint")}
	data.Decrees = page.Table{Caption: r.T("payout.choose_decree"), Columns: []page.Column{{Label: r.T("payout.decree")},
		{Label: r.T("payout.program")}, {Label: r.T("payout.people"), Num: true}, {Label: r.T("payout.money"), Num: true}}}
	for _, x := range all {
		if x.State != program.DecreeSigned {
			continue
		}
		data.Decrees.Rows = append(data.Decrees.Rows, page.Row{Href: root + "/baru?keputusan=" + string(x.ID), Cells: []page.Cell{
			{Text: x.Number, Sub: r.P().Date(x.SignedOn)}, {Text: x.ProgramName, Sub: span(r, x.MonthFrom, plus(x.MonthFrom, x.Months-1))},
			page.Text(r.P().Num(int64(x.Lines))), page.Text(r.P().Rupiah(x.Total))}})
	}
	return freezePage.Render(r, http.StatusOK, data)
}

// plus returns the first day of the month n months later.
func plus(d civil.Date, n int) civil.Date {
	for range n {
		d = d.AddDays(31)
		d.Day = 1
	}
	return d
}

// showStage shows the form for one decree, with what was typed and what was
// wrong with it.
func (d Deps) showStage(r *page.Request, data freezeData, decree id.Decree, typed url.Values, wrong error) error {
	x, err := program.DecreeByID(r.Ctx(), d.DB.Read(), r.Session.Scope, decree)
	if err != nil {
		return err
	}
	lists, err := delivery.PayLists(r.Ctx(), d.DB.Read(), r.Session.Scope, x.Program)
	if err != nil {
		return err
	}
	data.Facts = []page.Fact{{Label: r.T("payout.decree"), Value: x.Number, Sub: r.P().Date(x.SignedOn)}, {Label: r.T("payout.program"), Value: x.ProgramName},
		{Label: r.T("payout.people"), Value: r.P().Num(int64(x.Lines))},
		{Label: r.T("payout.per_month"), Value: r.P().Rupiah(x.AmountMonth), Sub: span(r, x.MonthFrom, plus(x.MonthFrom, x.Months-1))}}
	free, stage := freeMonths(x, lists)
	if len(free) == 0 {
		data.Done = &page.Alert{Tone: page.Good, Text: r.T("payout.all_listed")}
		return freezePage.Render(r, http.StatusOK, data)
	}
	f := stageForm(r, x, free, stage)
	status := http.StatusOK
	if typed != nil {
		f.Fill(typed)
	}
	if wrong != nil {
		if err := f.Fail(r, wrong); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	data.Form = &f
	return freezePage.Render(r, status, data)
}

// freeMonths returns the months of a decree that no list pays, and the number
// of the next stage.
func freeMonths(x program.Decree, lists []delivery.ListProgress) ([]civil.Date, int) {
	var free []civil.Date
	stage := 1
	taken := make(map[civil.Date]bool)
	for _, l := range lists {
		if l.Decree != x.ID {
			continue
		}
		stage = max(stage, l.Stage+1)
		for m := l.From; !m.After(l.Until); m = plus(m, 1) {
			taken[m] = true
		}
	}
	for i := range x.Months {
		if m := plus(x.MonthFrom, i); !taken[m] {
			free = append(free, m)
		}
	}
	return free, stage
}

func stageForm(r *page.Request, x program.Decree, free []civil.Date, stage int) page.Form {
	var months []page.Option
	for _, m := range free {
		months = append(months, page.Option{Value: m.String(), Text: month(r, m)})
	}
	until := free[min(2, len(free)-1)]
	return page.Form{Action: root + "/baru", Submit: r.T("payout.freeze_now"), Hidden: []page.Hidden{{Name: "keputusan", Value: string(x.ID)}},
		Cancel: &page.Link{Text: r.T("page.cancel"), Href: root}, Fields: []page.Field{
			{Name: "title", Label: r.T("payout.stage_title"), Hint: r.T("payout.stage_hint"), Value: r.T("payout.stage_name", stage), MaxLength: 120},
			{Kind: page.Select, Name: "from", Label: r.T("payout.from"), Options: months, Value: free[0].String()},
			{Kind: page.Select, Name: "until", Label: r.T("payout.until"), Options: months, Value: until.String()},
		}}
}

func (d Deps) freeze(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	// A date that cannot be read is the zero date, which Freeze refuses beside its field.
	from, _ := civil.Parse(form.Get("from"))
	until, _ := civil.Parse(form.Get("until"))
	stage := delivery.Stage{Title: strings.TrimSpace(form.Get("title")), From: from, Until: until}
	var list delivery.PayList
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		var err error
		list, err = delivery.Freeze(r.Ctx(), tx, id.Decree(form.Get("keputusan")), stage)
		return err
	})
	if err != nil {
		return d.showStage(r, freezeData{Heading: page.Heading{Title: r.T("payout.freeze"), Back: &page.Link{Text: r.T("payout.title"), Href: root}}},
			id.Decree(form.Get("keputusan")), form, err)
	}
	r.Flash("", "payout.frozen", list.Title, list.Lines, list.Total)
	return r.Redirect(listPath(list.ID))
}
