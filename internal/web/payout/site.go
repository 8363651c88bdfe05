package payout

import (
	"net/http"
	"net/url"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/web/page"
)

var sitePage = page.New[siteData](files, "site.html")

// siteData is the page an officer stands in front of people with.
type siteData struct {
	Heading  page.Heading
	Split    delivery.Split
	Left     delivery.Sum
	Bar      page.Bar
	Closed   *page.Alert
	Name     string
	Segments []page.Tab
	State    string
	Rows     []siteRow
	Action   string
	Here     string
	Pager    page.Pager
	Empty    page.Empty
	Closing  *page.Form
}

// siteRow is one recipient: large enough for a thumb.
type siteRow struct {
	Payee  string
	Amount money.Rupiah
	Place  int
	Line   id.PayLine
	ID     string // of the statement that the button sends
	Give   bool
	More   string // page with proxy, not given, and history
	Tags   []page.Tag
	Note   string
	Stop   string // why the payee must not be paid now; "" when he may
}

func (d Deps) serve(r *page.Request) error {
	list, site, err := d.loadSite(r)
	if err != nil {
		return err
	}
	q, f := r.Query(), readFilter(r.Query())
	f.Site, f.Area = site.ID, ""
	if f.State == "" && f.Name == "" && q.Get(paramState) != "semua" {
		f.State = delivery.Pending
	}
	number := page.PageNumber(q)
	size := perPage
	if r.WantsJSON() {
		size = 1000
	}
	lines, total, err := delivery.Lines(r.Ctx(), d.DB.Read(), r.Session.Scope, list.ID, f, (number-1)*size, size)
	if err != nil {
		return err
	}
	stops, err := d.stops(r, lines)
	if err != nil {
		return err
	}
	if r.WantsJSON() {
		return r.JSON(http.StatusOK, linesJSON(r, site, lines, stops, total))
	}
	split, err := d.siteSplit(r, list, site)
	if err != nil {
		return err
	}
	data := siteData{Heading: siteHeading(r, list, site), Split: split, Left: split.Pending, Name: f.Name, State: q.Get(paramState),
		Bar: page.Bar{Part: split.Paid.People, Whole: split.Decreed.People}, Action: sitePath(list.ID, site.ID), Here: page.Href(sitePath(list.ID, site.ID), q),
		Segments: segments(r, sitePath(list.ID, site.ID), split, f), Pager: page.NewPager(sitePath(list.ID, site.ID), q, number, perPage, total),
		Rows: d.siteRows(r, list, site, lines, stops), Empty: siteEmpty(r, f, split)}
	if site.Closed || list.State == delivery.Closed {
		data.Closed = &page.Alert{Tone: page.Info, Text: r.T("payout.site_closed_note")}
	}
	if r.May(account.ReconcileClose) && !site.Closed {
		f := closingForm(r, list, site, split)
		data.Closing = &f
	}
	return sitePage.Render(r, http.StatusOK, data)
}

// stops finds who of the lines must not be paid now.
func (d Deps) stops(r *page.Request, lines []delivery.LineView) (map[id.PayLine]delivery.Stop, error) {
	plain := make([]delivery.Line, len(lines))
	for i, l := range lines {
		plain[i] = l.Line
	}
	return delivery.StopsOf(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), plain)
}

func (d Deps) siteSplit(r *page.Request, list delivery.PayList, site delivery.Site) (delivery.Split, error) {
	sites, err := delivery.Sites(r.Ctx(), d.DB.Read(), r.Session.Scope, list.ID)
	for _, s := range sites {
		if s.ID == site.ID {
			return s.Split, err
		}
	}
	return delivery.Split{}, err
}

func siteHeading(r *page.Request, l delivery.PayList, s delivery.Site) page.Heading {
	h := page.Heading{Title: s.Name, Sub: r.T("payout.site_sub", s.Village.Name(), s.Village.Kecamatan().Name(), l.ProgramName, l.Title),
		Back: &page.Link{Text: l.Title, Href: listPath(l.ID)}}
	if s.Closed {
		h.Tags = []page.Tag{{Text: r.T("payout.closed"), Tone: page.Good}}
	}
	if r.May(account.PayListFreeze) && !s.Closed {
		h.Actions = []page.Button{{Text: r.T("payout.plan"), Href: sitePath(l.ID, s.ID) + "/atur", Icon: "calendar"}}
	}
	return h
}

func segments(r *page.Request, at string, s delivery.Split, f delivery.LineFilter) []page.Tab {
	out := []page.Tab{{Text: r.T("delivery.state.pending"), Href: at, Count: s.Pending.People, Current: f.State == delivery.Pending}}
	for _, state := range []delivery.LineState{delivery.Paid, delivery.Failed} {
		out = append(out, page.Tab{Text: r.T("delivery.state." + string(state)), Href: at + "?" + paramState + "=" + string(state), Count: s.Of(state).People, Current: f.State == state})
	}
	return append(out, page.Tab{Text: r.T("payout.all"), Href: at + "?" + paramState + "=semua", Count: s.Decreed.People, Current: f.State == ""})
}

func siteEmpty(r *page.Request, f delivery.LineFilter, s delivery.Split) page.Empty {
	if f.Name == "" && f.State == delivery.Pending && s.Pending.People == 0 {
		return page.Empty{Kind: page.AllDone, Title: r.T("payout.site_done"), Text: r.T("payout.site_done_hint", s.Paid.People, s.Paid.Money)}
	}
	return page.Empty{Kind: page.NoneMatch, Title: r.T("payout.no_match"), Text: r.T("payout.no_match_hint")}
}

func (d Deps) siteRows(r *page.Request, list delivery.PayList, site delivery.Site, lines []delivery.LineView, stops map[id.PayLine]delivery.Stop) []siteRow {
	open := r.May(account.HandoverRecord) && !site.Closed && list.State == delivery.Frozen
	out := make([]siteRow, 0, len(lines))
	for _, l := range lines {
		row := siteRow{Payee: l.Payee, Amount: l.Amount, Place: l.Place, Line: l.ID, Give: open && l.State == delivery.Pending,
			More: sitePath(list.ID, site.ID) + "/baris/" + string(l.ID), Tags: []page.Tag{stateTag(r, l.State)}, Note: why(r, l.Line)}
		if s, stopped := stops[l.ID]; stopped {
			row.Give, row.Tags, row.Stop = false, []page.Tag{stopTag(r, s)}, stopNote(r, s)
		}
		if row.Give {
			row.ID = d.mint.New(r.Now())
		}
		if l.State == delivery.Paid {
			row.Note = r.T("payout.paid_note", l.Receipt, l.By, l.At.Std())
		}
		out = append(out, row)
	}
	return out
}

type lineAnswer struct {
	ID     id.PayLine         `json:"id"`
	Payee  string             `json:"payee"`
	Amount money.Rupiah       `json:"amount"`
	State  delivery.LineState `json:"state"`
	Reason delivery.Reason    `json:"reason,omitempty"`
	Stop   string             `json:"stop,omitempty"` // why the payee must not be paid now
}

type linesAnswer struct {
	Site  id.Site      `json:"site"`
	Total int64        `json:"total"`
	Lines []lineAnswer `json:"lines"`
}

func linesJSON(r *page.Request, s delivery.Site, lines []delivery.LineView, stops map[id.PayLine]delivery.Stop, total int64) linesAnswer {
	out := linesAnswer{Site: s.ID, Total: total, Lines: make([]lineAnswer, 0, len(lines))}
	for _, l := range lines {
		a := lineAnswer{l.ID, l.Payee, l.Amount, l.State, l.Reason, ""}
		if s, stopped := stops[l.ID]; stopped {
			a.Stop = r.T(s.Key)
		}
		out.Lines = append(out.Lines, a)
	}
	return out
}

// answerJSON is an answer for programs; Key and Sentence say why it does not count.
type answerJSON struct {
	ID       id.Handover        `json:"id"`
	Line     id.PayLine         `json:"line"`
	Outcome  delivery.Outcome   `json:"outcome"`
	Receipt  string             `json:"receipt,omitempty"`
	Amount   money.Rupiah       `json:"amount"`
	State    delivery.LineState `json:"state,omitempty"`
	Again    bool               `json:"again"`
	Key      string             `json:"key,omitempty"`
	Sentence string             `json:"sentence,omitempty"`
}

func inJSON(r *page.Request, a delivery.Answer) (answerJSON, int) {
	out := answerJSON{ID: a.ID, Line: a.Line, Outcome: a.Outcome, Receipt: a.Receipt, Amount: a.Amount, State: a.State, Again: a.Again}
	if a.Fault == nil {
		return out, http.StatusOK
	}
	out.Key, out.Sentence = a.Fault.Key, r.P().Fault(a.Fault)
	status := map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
		fault.Conflict: http.StatusConflict, fault.Denied: http.StatusForbidden}[a.Fault.Kind]
	return out, status
}

// isJSON reports whether the body is JSON: programs send it, forms do not.
func isJSON(r *page.Request) bool {
	return r.R.Header.Get("Content-Type") == "application/json"
}

// handOver takes one statement, from the button of a row, from the form of a
// line, or from a program.
func (d Deps) handOver(r *page.Request) error {
	var f delivery.Statement
	var back string
	if isJSON(r) {
		if err := r.Body(&f); err != nil {
			return err
		}
	} else {
		form, err := r.Form()
		if err != nil {
			return err
		}
		f, back = statementOf(form), form.Get("ke")
	}
	answers, err := delivery.Submit(r.Ctx(), d.DB, r.Actor(), []delivery.Statement{f})
	if err != nil {
		return err
	}
	a := answers[0]
	if isJSON(r) || r.WantsJSON() {
		out, status := inJSON(r, a)
		return r.JSON(status, out)
	}
	switch {
	case a.Fault != nil && a.Fault.Kind == fault.Invalid:
		return d.lineAgain(r, f, a.Fault)
	case a.Fault != nil && a.Outcome == "":
		return a.Fault
	case a.Fault != nil:
		r.FlashBad(a.Fault.Key, a.Fault.Args...)
	case a.Outcome == delivery.Given:
		r.Flash("", "payout.given", a.Amount, a.Receipt)
	default:
		r.Flash("", "payout.noted", r.T("delivery.reason."+string(f.Reason)))
	}
	if back == "" {
		back = sitePath(id.PayList(r.Path("id")), id.Site(r.Path("site")))
	}
	return r.Redirect(back)
}

func statementOf(form url.Values) delivery.Statement {
	// An amount that cannot be read becomes one that no line has.
	amount, err := strconv.ParseInt(form.Get("amount"), 10, 64)
	if err != nil {
		amount = -1
	}
	f := delivery.Statement{ID: id.Handover(form.Get("id")), Line: id.PayLine(form.Get("line")), Outcome: delivery.Outcome(form.Get("outcome")),
		Note: form.Get("note"), Amount: money.Rupiah(amount)}
	if f.Outcome == delivery.NotGiven {
		f.Reason, f.Amount = delivery.Reason(form.Get("reason")), 0
		return f
	}
	f.Receiver = form.Get("receiver")
	if f.Receiver == delivery.Proxy {
		f.ReceiverName, f.Relation = form.Get("receiver_name"), form.Get("relation")
	}
	return f
}

// batch takes up to delivery.MaxBatch statements from a program in one command.
func (d Deps) batch(r *page.Request) error {
	var in struct {
		Statements []delivery.Statement `json:"statements"`
	}
	if err := r.Body(&in); err != nil {
		return err
	}
	answers, err := delivery.Submit(r.Ctx(), d.DB, r.Actor(), in.Statements)
	if err != nil {
		return err
	}
	out := make([]answerJSON, len(answers))
	for i, a := range answers {
		out[i], _ = inJSON(r, a)
	}
	return r.JSON(http.StatusOK, map[string]any{"answers": out})
}

// replace gives the place of a failed line to the reserve.
func (d Deps) replace(r *page.Request) error {
	line, err := delivery.LineByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.PayLine(r.Path("line")))
	if err != nil {
		return err
	}
	var open bool
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		out, err := delivery.Replace(r.Ctx(), tx, line.ID, string(line.Reason))
		open = out.Open
		return err
	})
	if err != nil {
		return err
	}
	if open {
		r.Flash("", "payout.replaced_open", line.Payee)
	} else {
		r.Flash("", "payout.replaced", line.Payee)
	}
	return r.Redirect(listPath(line.List) + "/penerima?" + paramState + "=" + string(delivery.Replaced))
}
