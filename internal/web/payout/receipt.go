package payout

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/ledger"
	"tepat/internal/web/page"
)

var receiptPage = page.New[receiptData](files, "receipt.html")

type receiptData struct {
	Heading  page.Heading
	Code     string
	Payee    string
	Facts    []page.Fact
	Reversed *page.Alert
	Asked    *page.Alert
	Decide   bool
	DecideTo string
	Ask      *page.Form
	Back     page.Link
}

// find opens the receipt whose code was typed.
func (d Deps) find(r *page.Request) error {
	code, ok := delivery.ParseReceipt(r.Query().Get("kode"))
	if !ok {
		r.FlashBad("delivery.receipt_shape")
		return r.Redirect(root)
	}
	return r.Redirect(receipts + "/" + code)
}

func (d Deps) loadReceipt(r *page.Request) (delivery.Receipt, error) {
	code, ok := delivery.ParseReceipt(r.Path("code"))
	if !ok {
		return delivery.Receipt{}, fault.NewNotFound("delivery.receipt_gone")
	}
	return delivery.ReceiptByCode(r.Ctx(), d.DB.Read(), r.Session.Scope, code)
}

func (d Deps) receipt(r *page.Request) error {
	rec, err := d.loadReceipt(r)
	if err != nil {
		return err
	}
	r.Object("handover:" + string(rec.ID))
	r.Shell.Menu = "payout"
	regency := string(r.Session.Scope.Regency())
	entries, err := ledger.EntriesOf(r.Ctx(), d.DB.Read(), regency, string(rec.ID))
	if err != nil {
		return err
	}
	data := receiptData{Heading: page.Heading{Title: r.T("payout.receipt"), Sub: rec.List.ProgramName + ", " + rec.List.Title,
		Back: &page.Link{Text: rec.Site.Name, Href: sitePath(rec.List.ID, rec.Site.ID)}}, Code: rec.Receipt, Payee: rec.Line.Payee,
		Facts: receiptFacts(r, rec, entries), Back: page.Link{Text: r.T("payout.back_to_site"), Href: sitePath(rec.List.ID, rec.Site.ID)}}
	if rec.Reversed {
		data.Reversed = &page.Alert{Tone: page.Bad, Text: r.T("payout.reversed")}
		return receiptPage.Render(r, http.StatusOK, data)
	}
	c, found, err := delivery.CorrectionOf(r.Ctx(), d.DB.Read(), regency, rec.ID)
	if err != nil {
		return err
	}
	switch {
	case found && c.State == "asked":
		data.Asked = &page.Alert{Tone: page.Warn, Text: r.T("payout.asked", c.AskedName, c.Reason)}
		data.Decide = r.May(account.ReconcileClose)
		data.DecideTo = receipts + "/" + rec.Receipt + "/putus"
	case r.May(account.HandoverRecord) && rec.List.State == delivery.Frozen:
		data.Ask = &page.Form{Action: receipts + "/" + rec.Receipt + "/koreksi", Submit: r.T("payout.ask_correction"), Danger: true, Fields: []page.Field{
			{Kind: page.TextArea, Name: "reason", Label: r.T("payout.what_wrong"), Hint: r.T("payout.what_wrong_hint"), Rows: 2, MaxLength: 500}}}
	}
	return receiptPage.Render(r, http.StatusOK, data)
}

func receiptFacts(r *page.Request, rec delivery.Receipt, entries []ledger.Entry) []page.Fact {
	receiver := page.Fact{Label: r.T("payout.received_by"), Value: rec.Line.Payee, Sub: r.T("payout.in_person")}
	if rec.Receiver == delivery.Proxy {
		receiver.Value, receiver.Sub = rec.ReceiverName, r.T("relation."+rec.Relation)
	}
	out := []page.Fact{
		{Label: r.T("payout.money"), Value: r.P().Rupiah(rec.Amount), Sub: span(r, rec.List.From, rec.List.Until)},
		receiver,
		{Label: r.T("payout.site"), Value: rec.Site.Name, Sub: rec.Line.Village.Name() + ", " + rec.Line.Village.Kecamatan().Name()},
		{Label: r.T("payout.officer"), Value: rec.OfficerName, Sub: r.P().When(rec.At.Std())},
		{Label: r.T("payout.decree"), Value: rec.List.DecreeNumber, Sub: r.T("payout.place_no", rec.Line.Place)},
	}
	for _, e := range entries {
		if e.Kind != "handover.given" {
			continue
		}
		entry := page.Fact{Label: r.T("payout.entry"), Value: r.T("payout.entry_no", e.Seq), Sub: r.T("payout.entry_hint")}
		if e.Waiting {
			entry.Value = r.T("payout.entry_waits")
		}
		out = append(out, entry)
	}
	return out
}

func (d Deps) ask(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	rec, err := d.loadReceipt(r)
	if err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		_, err := delivery.AskCorrection(r.Ctx(), tx, rec.ID, form.Get("reason"))
		return err
	}); err != nil {
		return err
	}
	r.Flash("", "payout.asked_done")
	return r.Redirect(receipts + "/" + rec.Receipt)
}

func (d Deps) decide(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	rec, err := d.loadReceipt(r)
	if err != nil {
		return err
	}
	c, found, err := delivery.CorrectionOf(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), rec.ID)
	if err != nil {
		return err
	}
	if !found {
		return fault.NewNotFound("delivery.correction_gone")
	}
	agree := form.Get("putusan") == "setuju"
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return delivery.DecideCorrection(r.Ctx(), tx, c.ID, agree, form.Get("note"))
	}); err != nil {
		return err
	}
	if agree {
		r.Flash("", "payout.taken_back", rec.Line.Payee)
	} else {
		r.Flash("", "payout.stays", rec.Line.Payee)
	}
	return r.Redirect(receipts + "/" + rec.Receipt)
}
