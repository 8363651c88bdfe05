package payout

import (
	"embed"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the pages of delivery need.
type Deps struct {
	DB *db.DB

	mint *id.Mint // numbers the statements of forms
}

const (
	root     = "/penyaluran"
	receipts = "/tanda-terima"
)

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	d.mint = id.NewMint()
	list, site := root+"/{id}", root+"/{id}/titik/{site}"
	route := func(method, path string, action account.Action, loader, eyes, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: action, Loader: loader, FourEyes: eyes, Audit: audit, Handle: handle}
	}
	const freezes, closes, hands, corrects = "decree≠freeze", "handover≠close", "freeze≠handover", "ask≠decide"
	routes := []page.Route{
		route("GET", root, account.PayoutView, page.None, page.None, page.AuditNone, d.index),
		route("GET", root+"/baru", account.PayListFreeze, page.None, freezes, page.AuditNone, d.showFreeze),
		route("POST", root+"/baru", account.PayListFreeze, "decree", freezes, page.AuditNone, d.freeze),
		route("GET", list, account.PayoutView, "paylist", page.None, page.AuditNone, d.show),
		route("GET", list+"/penerima", account.PayoutView, "paylist", page.None, page.AuditList, d.people),
		route("POST", list+"/setor", account.HandoverRecord, "payline", hands, page.AuditNone, d.batch),
		route("POST", list+"/ganti/{line}", account.DecreePropose, "payline", page.None, page.AuditNone, d.replace),
		route("GET", list+"/rekonsiliasi", account.PayoutView, "paylist", page.None, page.AuditNone, d.reconcile),
		route("GET", list+"/rekonsiliasi.xlsx", account.PayoutView, "paylist", page.None, page.AuditNone, d.exportAccount),
		route("POST", list+"/tutup", account.ReconcileClose, "paylist", closes, page.AuditNone, d.closeList),
		route("GET", site, account.PayoutView, "site", page.None, page.AuditList, d.serve),
		route("POST", site+"/serah", account.HandoverRecord, "payline", hands, page.AuditNone, d.handOver),
		route("GET", site+"/baris/{line}", account.PayoutView, "payline", page.None, page.AuditPersonal, d.showLine),
		route("GET", site+"/atur", account.PayListFreeze, "site", page.None, page.AuditNone, d.showPlan),
		route("POST", site+"/atur", account.PayListFreeze, "site", page.None, page.AuditNone, d.plan),
		route("POST", site+"/tutup", account.ReconcileClose, "site", page.None, page.AuditNone, d.closeSite),
		route("GET", receipts, account.PayoutView, page.None, page.None, page.AuditNone, d.find),
		route("GET", receipts+"/{code}", account.PayoutView, "handover", page.None, page.AuditPersonal, d.receipt),
		route("POST", receipts+"/{code}/koreksi", account.HandoverRecord, "handover", corrects, page.AuditNone, d.ask),
		route("POST", receipts+"/{code}/putus", account.ReconcileClose, "handover", corrects, page.AuditNone, d.decide),
	}
	for _, f := range page.Formats() {
		routes = append(routes, route("GET", list+"/penerima."+f.Name, account.PayoutView, "paylist", page.None, page.AuditList, d.exportPeople(f)))
	}
	return routes
}

// loadList returns the list that the path names, within the session's area.
func (d Deps) loadList(r *page.Request) (delivery.PayList, error) {
	if !id.Valid(r.Path("id")) {
		return delivery.PayList{}, fault.NewNotFound("delivery.list_gone")
	}
	return delivery.PayListByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.PayList(r.Path("id")))
}

// loadSite returns the site that the path names, of the list that it names.
func (d Deps) loadSite(r *page.Request) (delivery.PayList, delivery.Site, error) {
	list, err := d.loadList(r)
	if err != nil {
		return list, delivery.Site{}, err
	}
	site, err := delivery.SiteByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Site(r.Path("site")))
	if err == nil && site.List != list.ID {
		err = fault.NewNotFound("delivery.site_gone")
	}
	return list, site, err
}

func listPath(l id.PayList) string { return root + "/" + string(l) }

func sitePath(l id.PayList, s id.Site) string { return listPath(l) + "/titik/" + string(s) }

// span spells the months of a list: "Januari 2024 – Maret 2024".
func span(r *page.Request, from, until civil.Date) string {
	if from == until {
		return month(r, from)
	}
	return month(r, from) + " – " + month(r, until)
}

// month spells the month of a first day, "Januari 2024".
func month(r *page.Request, d civil.Date) string { return strings.TrimPrefix(r.P().Date(d), "1 ") }

var stateTones = map[delivery.LineState]page.Tone{delivery.Paid: page.Good, delivery.Failed: page.Bad, delivery.Replaced: page.Plain,
	delivery.Pending: page.Plain}

func stateTag(r *page.Request, s delivery.LineState) page.Tag {
	return page.Tag{Text: r.T("delivery.state." + string(s)), Tone: stateTones[s]}
}

// stopTag marks a payee who must not be paid now.
func stopTag(r *page.Request, s delivery.Stop) page.Tag {
	return page.Tag{Text: r.T("delivery.reason." + string(s.Reason)), Tone: page.Bad}
}

// stopNote tells an officer not to pay, and why.
func stopNote(r *page.Request, s delivery.Stop) string {
	if (s.Reason == delivery.Held || s.Reason == delivery.Replacing) && r.P().Has(s.Key) {
		return r.T("payout.stopped_because", r.T(s.Key))
	}
	return r.T("payout.stopped")
}

// why spells the reason of a line, "" when there is none.
func why(r *page.Request, l delivery.Line) string {
	if l.Reason == "" {
		return ""
	}
	if l.Detail != "" && r.P().Has(l.Detail) {
		return r.T(l.Detail)
	}
	return r.T("delivery.reason." + string(l.Reason))
}

// sumText spells "656 orang · Rp 393.600.000".
func sumText(r *page.Request, s delivery.Sum) string { return r.T("payout.sum", s.People, s.Money) }

// breakdown is the four states of a split as facts.
func breakdown(r *page.Request, s delivery.Split) []page.Fact {
	out := []page.Fact{{Label: r.T("payout.decreed"), Value: r.P().Num(s.Decreed.People), Sub: r.P().Rupiah(s.Decreed.Money)}}
	for _, state := range delivery.LineStates() {
		part := s.Of(state)
		out = append(out, page.Fact{Label: r.T("delivery.state." + string(state)), Value: r.P().Num(part.People), Sub: r.P().Rupiah(part.Money)})
	}
	return out
}
