package home

import (
	"time"

	"tepat/internal/account"
	"tepat/internal/intake"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

type trustData struct {
	More    page.Link
	State   page.Alert
	Sources []page.TrustSource
}

// sourcesShown is how many kinds of file the card names.
const sourcesShown = 5

// staleSignature is how old the newest signature may be: the log is signed
// every few minutes while anything happens.
const staleSignature = 26 * time.Hour

func trust(r *page.Request, h report.Home) trustData {
	t := trustData{State: ledgerState(r, h)}
	if r.May(account.LedgerView) {
		t.More = page.Link{Text: r.T("home.trust.more"), Href: "/audit"}
		t.State.Link = &page.Link{Text: r.T("home.trust.check"), Href: "/audit"}
	}
	t.Sources = append(t.Sources, witnesses(r, h)...)
	today := r.P().Zone().Today(r.Now())
	for i, s := range h.Sources {
		if i == sourcesShown {
			break
		}
		day := r.P().Zone().Today(s.At.Std())
		src := page.TrustSource{Name: layoutTitle(r, s), When: r.P().DateShort(day), Tag: page.Tag{Text: r.T("home.fresh"), Tone: page.Good}}
		if s.OldOn(today, r.P().Zone()) {
			src.Old, src.Tag = true, page.Tag{Text: r.T("home.days_old", day.DaysUntil(today)), Tone: page.Warn}
		}
		t.Sources = append(t.Sources, src)
	}
	return t
}

func ledgerState(r *page.Request, h report.Home) page.Alert {
	size := h.Ledger.Size + h.Ledger.Waiting
	switch v := h.Verified; {
	case size == 0:
		return page.Alert{Tone: page.Info, Text: r.T("home.trust.empty")}
	case v.At.IsZero():
		return page.Alert{Tone: page.Info, Text: r.T("home.trust.unchecked", size)}
	case v.Findings > 0:
		return page.Alert{Tone: page.Bad, Text: r.T("home.trust.broken", v.Findings, v.At)}
	default:
		return page.Alert{Tone: page.Good, Text: r.T("home.trust.whole", size, v.At)}
	}
}

// witnesses says how fresh the signature and the outside witness are.
func witnesses(r *page.Request, h report.Home) []page.TrustSource {
	if h.Ledger.Size == 0 {
		return nil
	}
	row := func(name string, at time.Time) page.TrustSource {
		s := page.TrustSource{Name: name, When: "–", Tag: page.Tag{Text: r.T("home.never"), Tone: page.Warn}}
		if at.IsZero() {
			return s
		}
		s.When, s.Tag = r.P().When(at), page.Tag{Text: r.T("home.fresh"), Tone: page.Good}
		if age := r.Now().Sub(at); age > staleSignature {
			s.Old, s.Tag = true, page.Tag{Text: r.T("home.days_old", int(age.Hours()/24)), Tone: page.Warn}
		}
		return s
	}
	witness := r.T("home.trust.witness")
	if h.Ledger.Witness != "" {
		witness = h.Ledger.Witness
	}
	return []page.TrustSource{row(r.T("home.trust.signed"), h.Ledger.SignedAt.Std()), row(witness, h.Ledger.WitnessedAt.Std())}
}

func layoutTitle(r *page.Request, s report.Source) string {
	l, ok := intake.LayoutNamed(s.Layout)
	if !ok {
		return s.Sender
	}
	if r.Lang() == "en" {
		return l.Title[1]
	}
	return l.Title[0]
}
