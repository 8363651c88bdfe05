package payout

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

var linePage = page.New[lineData](files, "line.html")

type lineData struct {
	Heading page.Heading
	Stopped *page.Alert // the payee must not be paid now
	Facts   []page.Fact
	Proxy   *page.Form
	Not     *page.Form
	Events  []page.Event
}

// showLine is one recipient: a proxy, a reason, and everything said so far.
func (d Deps) showLine(r *page.Request) error { return d.renderLine(r, r.Path("line"), nil, nil) }

// lineAgain shows the forms again with what is wrong.
func (d Deps) lineAgain(r *page.Request, f delivery.Statement, wrong *fault.Fault) error {
	return d.renderLine(r, string(f.Line), &f, wrong)
}

func (d Deps) renderLine(r *page.Request, line string, typed *delivery.Statement, wrong *fault.Fault) error {
	list, site, err := d.loadSite(r)
	if err != nil {
		return err
	}
	l, err := delivery.LineByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.PayLine(line))
	if err != nil {
		return err
	}
	said, err := delivery.HandoversOf(r.Ctx(), d.DB.Read(), r.Session.Scope, l.ID)
	if err != nil {
		return err
	}
	data := lineData{Heading: page.Heading{Title: l.Payee, Sub: r.T("payout.line_sub", l.Amount, list.Title), Tags: []page.Tag{stateTag(r, l.State)},
		Back: &page.Link{Text: site.Name, Href: sitePath(list.ID, site.ID)}},
		Facts: []page.Fact{{Label: r.T("payout.money"), Value: r.P().Rupiah(l.Amount), Sub: span(r, list.From, list.Until)},
			{Label: r.T("payout.village"), Value: l.Village.Name(), Sub: l.Village.Kecamatan().Name()},
			{Label: r.T("payout.place"), Value: r.P().Num(int64(l.Place)), Sub: r.T("payout.decree_no", list.DecreeNumber)}},
		Events: events(r, said)}
	if w := why(r, l); w != "" {
		data.Facts = append(data.Facts, page.Fact{Label: r.T("payout.reason"), Value: w})
	}
	status := http.StatusOK
	if r.May(account.HandoverRecord) && l.State == delivery.Pending && list.State == delivery.Frozen && !site.Closed {
		stops, err := delivery.StopsOf(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), []delivery.Line{l})
		if err != nil {
			return err
		}
		proxy, not := d.lineForms(r, list, site, l)
		if wrong != nil {
			status = http.StatusUnprocessableEntity
			refill(r, &proxy, &not, typed, wrong)
		}
		data.Proxy, data.Not = &proxy, &not
		if s, stopped := stops[l.ID]; stopped {
			data.Proxy, data.Stopped = nil, &page.Alert{Tone: page.Bad, Text: r.T("delivery.reason."+string(s.Reason)) + ". " + stopNote(r, s)}
		}
	}
	return linePage.Render(r, status, data)
}

func (d Deps) lineForms(r *page.Request, list delivery.PayList, site delivery.Site, l delivery.Line) (page.Form, page.Form) {
	hidden := func(outcome delivery.Outcome) []page.Hidden {
		return []page.Hidden{{Name: "id", Value: d.mint.New(r.Now())}, {Name: "line", Value: string(l.ID)}, {Name: "outcome", Value: string(outcome)},
			{Name: "amount", Value: digits(l.Amount)}, {Name: "receiver", Value: delivery.Proxy}}
	}
	var relations, reasons []page.Option
	for _, v := range account.Relations() {
		relations = append(relations, page.Option{Value: v, Text: r.T("relation." + v)})
	}
	for _, v := range delivery.Reasons() {
		hint := r.T("payout.tried_again")
		if v.Final() {
			hint = r.T("payout.not_again")
		}
		reasons = append(reasons, page.Option{Value: string(v), Text: r.T("delivery.reason." + string(v)), Hint: hint})
	}
	action := sitePath(list.ID, site.ID) + "/serah"
	note := page.Field{Kind: page.TextArea, Name: "note", Label: r.T("payout.note"), Optional: true, Rows: 2, MaxLength: 500}
	proxy := page.Form{Action: action, Hidden: hidden(delivery.Given), Submit: r.T("payout.give_proxy"), Fields: []page.Field{
		{Name: "receiver_name", Label: r.T("payout.proxy_name"), Hint: r.T("payout.proxy_hint"), MaxLength: 120},
		{Kind: page.Select, Name: "relation", Label: r.T("payout.proxy_relation"), Options: relations}, note}}
	not := page.Form{Action: action, Hidden: hidden(delivery.NotGiven), Submit: r.T("payout.record_not"), Fields: []page.Field{
		{Kind: page.Radios, Name: "reason", Label: r.T("payout.reason"), Options: reasons}}}
	return proxy, not
}

func refill(r *page.Request, proxy, not *page.Form, typed *delivery.Statement, wrong *fault.Fault) {
	sentence := r.P().Fault(wrong)
	if typed.Outcome == delivery.NotGiven {
		not.Fields[0].Value = string(typed.Reason)
		not.Mark(wrong.Field, sentence)
		return
	}
	proxy.Fields[0].Value, proxy.Fields[1].Value, proxy.Fields[2].Value = typed.ReceiverName, typed.Relation, typed.Note
	proxy.Mark(wrong.Field, sentence)
}

var outcomeTones = map[delivery.Outcome]page.Tone{delivery.Given: page.Good, delivery.Duplicate: page.Bad, delivery.Stray: page.Warn, delivery.Reversal: page.Warn}

// events spells what was said about a line, newest last.
func events(r *page.Request, said []delivery.Handover) []page.Event {
	var out []page.Event
	for _, h := range said {
		e := page.Event{When: r.P().When(h.At.Std()), Title: r.T("payout.outcome." + string(h.Outcome)), Who: h.OfficerName, Tone: outcomeTones[h.Outcome], Text: h.Note}
		switch {
		case h.Reason != "":
			e.Text = r.T("delivery.reason." + string(h.Reason))
		case h.Receiver == delivery.Proxy:
			e.Text = r.T("payout.to_proxy", h.ReceiverName, r.T("relation."+h.Relation))
		}
		if h.Receipt != "" {
			e.Href = receipts + "/" + h.Receipt
		}
		if h.Reversed {
			e.Tone = page.Plain
		}
		out = append(out, e)
	}
	return out
}
