package payout

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/web/page"
)

var planPage = page.New[planData](files, "plan.html")

type planData struct {
	Heading page.Heading
	Form    page.Form
}

func (d Deps) showPlan(r *page.Request) error { return d.renderPlan(r, nil, nil) }

func (d Deps) renderPlan(r *page.Request, typed url.Values, wrong error) error {
	list, site, err := d.loadSite(r)
	if err != nil {
		return err
	}
	officers, err := account.Users(r.Ctx(), d.DB.Read(), r.Session.Scope, account.Filter{Roles: []account.Role{account.Distributor}})
	if err != nil {
		return err
	}
	var options []page.Option
	for _, u := range officers {
		if u.Active && u.Scope.Contains(site.Village) {
			options = append(options, page.Option{Value: string(u.ID), Text: u.Name})
		}
	}
	at := sitePath(list.ID, site.ID)
	f := page.Form{Action: at + "/atur", Submit: r.T("payout.save"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: at},
		Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(site.Version)}}, Fields: []page.Field{
			{Name: "name", Label: r.T("payout.site_name"), Hint: r.T("payout.site_name_hint"), Value: site.Name, MaxLength: 120},
			{Kind: page.DateField, Name: "on", Label: r.T("payout.on"), Value: site.On.String(), Optional: true},
			{Kind: page.Select, Name: "officer", Label: r.T("payout.officer"), Options: options, Value: string(site.Officer), Optional: true},
			{Kind: page.RupiahField, Name: "taken", Label: r.T("payout.taken"), Hint: r.T("payout.taken_hint"), Value: digits(site.Taken)}}}
	status := http.StatusOK
	if typed != nil {
		f.Fill(typed)
		if err := f.Fail(r, wrong); err != nil {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	return planPage.Render(r, status, planData{page.Heading{Title: r.T("payout.plan"), Sub: site.Name, Back: &page.Link{Text: site.Name, Href: at}}, f})
}

func (d Deps) plan(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	on, err := civil.Parse(form.Get("on"))
	if err != nil {
		on = civil.Date{Year: 1} // no such day: the command says so beside the field
	}
	p := delivery.Plan{Name: form.Get("name"), On: on, Officer: id.User(form.Get("officer")), Taken: rupiah(form.Get("taken")), Version: number(form.Get("version"))}
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return delivery.AssignSite(r.Ctx(), tx, id.Site(r.Path("site")), p)
	})
	if err != nil {
		return d.renderPlan(r, form, err)
	}
	r.Flash("", "payout.planned")
	return r.Redirect(sitePath(id.PayList(r.Path("id")), id.Site(r.Path("site"))))
}

// closingForm asks what was brought back.
func closingForm(r *page.Request, l delivery.PayList, s delivery.Site, split delivery.Split) page.Form {
	return page.Form{Action: sitePath(l.ID, s.ID) + "/tutup", Submit: r.T("payout.close_site"), Danger: true,
		Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(s.Version)}}, Fields: []page.Field{
			{Kind: page.RupiahField, Name: "returned", Label: r.T("payout.returned"), Hint: r.T("payout.returned_hint", s.Taken, split.Paid.Money), Value: digits(max(0, s.Taken-split.Paid.Money))},
			{Kind: page.TextArea, Name: "note", Label: r.T("payout.gap_note"), Optional: true, Rows: 2, MaxLength: 500}}}
}

func (d Deps) closeSite(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return delivery.CloseSite(r.Ctx(), tx, id.Site(r.Path("site")), rupiah(form.Get("returned")), form.Get("note"), number(form.Get("version")))
	})
	if err != nil {
		return err
	}
	r.Flash("", "payout.site_is_closed")
	return r.Redirect(listPath(id.PayList(r.Path("id"))))
}

// rupiah reads an amount as people type it, "1.200.000"; -1 when it is none.
func rupiah(text string) money.Rupiah {
	clean := strings.NewReplacer(".", "", " ", "", "\u00a0", "", "Rp", "").Replace(strings.TrimSpace(text))
	if clean == "" {
		return 0
	}
	n, err := strconv.ParseInt(clean, 10, 64)
	if err != nil {
		return -1
	}
	return money.Rupiah(n)
}

func digits(m money.Rupiah) string { return strconv.FormatInt(int64(m), 10) }

// number reads a version; what is none matches no row.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}
