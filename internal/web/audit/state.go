package audit

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// stateCard is the condition of the ledger in one card.
type stateCard struct {
	Verdict page.Alert
	Facts   []page.Fact
	Check   page.Button
}

func (d desk) state(r *page.Request) (stateCard, error) {
	s, err := ledger.StateOf(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()))
	if err != nil {
		return stateCard{}, err
	}
	card := stateCard{Verdict: d.check.verdict(r), Check: page.Button{Text: r.T("audit.check"), Href: root + "/periksa", Icon: "shield", Primary: true, Post: true}}
	size := page.Fact{Label: r.T("audit.size"), Value: r.P().Num(s.Size)}
	if s.Waiting > 0 {
		size.Sub = r.T("ledger.waiting_n", s.Waiting)
	}
	print := page.Fact{Label: r.T("audit.fingerprint"), Value: s.Fingerprint, Sub: r.T("audit.fingerprint_why")}
	signed := page.Fact{Label: r.T("audit.signed"), Value: r.T("audit.unsigned"), Sub: r.T("audit.unsigned_why")}
	if s.SignedSize > 0 {
		signed.Value, signed.Sub = r.P().When(s.SignedAt.Std()), r.T("audit.covers", s.SignedSize)
		if rest := s.Size - s.SignedSize; rest > 0 {
			signed.Sub = r.T("audit.covers_not", s.SignedSize, rest)
		}
	}
	witness := page.Fact{Label: r.T("audit.witness"), Value: r.T("audit.no_witness"), Sub: r.T("audit.no_witness_why")}
	if s.WitnessedSize > 0 {
		witness.Value, witness.Sub = r.P().When(s.WitnessedAt.Std()), r.T("audit.witnessed", s.Witness, s.WitnessedSize)
	}
	card.Facts = []page.Fact{size, print, signed, witness}
	return card, nil
}

// filterBar is the filter above the table; Active says that it hides something.
type filterBar struct {
	Boxes  []box
	From   string
	Until  string
	Keep   []page.Hidden
	Chips  []page.Chip
	Active bool
}

// box is one list to choose from; the empty value is everything.
type box struct {
	Name, Label, All, Value string
	Options                 []page.Option
}

func (d desk) bar(r *page.Request, q url.Values, f ledger.Filter) (filterBar, error) {
	users, err := account.Users(r.Ctx(), d.DB.Read(), r.Session.Scope, account.Filter{})
	if err != nil {
		return filterBar{}, err
	}
	who := box{Name: paramActor, Label: r.T("audit.actor"), All: r.T("audit.all_actors"), Value: string(f.Actor)}
	for _, u := range users {
		who.Options = append(who.Options, page.Option{Value: string(u.ID), Text: u.Name})
	}
	where := box{Name: paramArea, Label: r.T("audit.area"), All: r.T("audit.all_areas"), Value: string(f.Area)}
	for _, k := range region.Children(r.Session.Scope.Regency()) {
		if r.Session.Scope.Overlaps(k.Code) {
			where.Options = append(where.Options, page.Option{Value: string(k.Code), Text: k.Name})
		}
	}
	bar := filterBar{Boxes: []box{kinds(r, f.Kind), who, where}, From: day(f.From.Std(), r, 0), Until: day(f.To.Std(), r, -1),
		Active: f.Kind != "" || f.Actor != "" || f.Area != "" || f.Object != "" || !f.From.IsZero() || !f.To.IsZero()}
	if f.Object != "" {
		bar.Keep = []page.Hidden{{Name: paramObject, Value: f.Object}}
		bar.Chips = []page.Chip{{Text: r.T("audit.one_object"), Href: page.Href(root, page.With(q, paramObject, ""))}}
	}
	return bar, nil
}

// kinds lists what can be recorded, each as its sentence with the names left out.
func kinds(r *page.Request, chosen string) box {
	out := box{Name: paramKind, Label: r.T("audit.kind"), All: r.T("audit.all_kinds"), Value: chosen}
	blank := make([]any, 9)
	for i := range blank {
		blank[i] = "…"
	}
	for _, key := range r.P().Keys("event.") {
		out.Options = append(out.Options, page.Option{Value: strings.TrimPrefix(key, "event."), Text: r.T(key, blank...)})
	}
	slices.SortFunc(out.Options, func(a, b page.Option) int { return strings.Compare(a.Text, b.Text) })
	return out
}

func startOf(d civil.Date, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

func day(at time.Time, r *page.Request, later int) string {
	if at.IsZero() {
		return ""
	}
	return r.P().Zone().Today(at).AddDays(later).String()
}
