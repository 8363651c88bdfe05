package people

import (
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/delivery"
	"tepat/internal/evidence"
	"tepat/internal/program"
	"tepat/internal/registry"
	"tepat/internal/rules"
	"tepat/internal/web/page"
)

// aidCard is what the family receives and how it stands.
type aidCard struct {
	Programs  []page.Tag
	Standings []standingView
	Payments  page.Table
}

// standingView says how the family came out of a ranking, and why.
type standingView struct {
	Title string
	Tag   page.Tag
	Why   []string
	Rules []clauseView
	Sub   string
}

// clauseView is one clause with its mark and where its value comes from.
type clauseView struct {
	Mark string // icon
	Word string // the mark for those who do not see it
	Text string
	Sub  string
}

func clauses(r *page.Request, all []program.ClauseLine) []clauseView {
	var out []clauseView
	for _, c := range all {
		v := clauseView{Mark: "help", Word: r.T("people.clause.unknown"), Text: scrub(c.Text)}
		switch c.Truth {
		case rules.Yes:
			v.Mark, v.Word = "tick", r.T("people.clause.yes")
		case rules.No:
			v.Mark, v.Word = "close", r.T("people.clause.no")
		}
		if c.Assumed {
			v.Sub = r.T("people.clause.assumed")
		}
		for _, s := range c.Sources {
			v.Sub = joinDot(v.Sub, sourceWord(r, s.Source))
			if !s.On.IsZero() {
				v.Sub = joinDot(v.Sub, r.P().DateShort(s.On))
			}
		}
		out = append(out, v)
	}
	return out
}

// receives is a table cell of programme codes.
func receives(r *page.Request, codes string) page.Cell {
	var tags []page.Tag
	for _, code := range strings.Fields(codes) {
		tags = append(tags, page.Tag{Text: code, Tone: page.Info})
	}
	if len(tags) == 0 {
		return page.Text("–")
	}
	return page.Tagged(tags...)
}

func aid(r *page.Request, k knowledge) aidCard {
	card := aidCard{Programs: receives(r, k.family.Receives).Tags,
		Payments: page.Table{Caption: r.T("people.payments"), Columns: []page.Column{{Label: r.T("people.stage")}, {Label: r.T("people.amount"), Num: true}, {Label: r.T("people.state")}}}}
	for _, s := range k.standing {
		card.Standings = append(card.Standings, s.view(r))
	}
	for _, p := range k.payments {
		state := page.Cell{Tags: []page.Tag{{Text: r.T("people.pay." + string(p.State)), Tone: payTones[p.State]}}}
		if p.State == delivery.Paid && !p.At.IsZero() {
			state.Sub = r.P().DateShort(dayOf(r, p.At))
		} else if p.Reason != "" {
			state.Sub = r.T("delivery.reason." + string(p.Reason))
		}
		card.Payments.Rows = append(card.Payments.Rows, page.Row{Cells: []page.Cell{
			{Text: p.ProgramName, Sub: p.Title}, page.Text(r.P().Rupiah(p.Amount)), state}})
	}
	return card
}

var payTones = map[delivery.LineState]page.Tone{delivery.Paid: page.Good, delivery.Failed: page.Bad, delivery.Pending: page.Plain, delivery.Replaced: page.Plain}

var placeTones = map[program.PlaceState]page.Tone{program.PlaceIn: page.Good, program.PlaceReserve: page.Info, program.PlaceUnknown: page.Warn}

func (s standing) view(r *page.Request) standingView {
	v := standingView{Title: s.program.Name, Why: s.why, Rules: clauses(r, s.clauses), Sub: r.T("people.rank_as_of", s.ranking.AsOf),
		Tag: page.Tag{Text: r.T("people.standing." + string(s.line.State)), Tone: placeTones[s.line.State]}}
	text := s.line.Text[0]
	if r.Lang() == "en" {
		text = s.line.Text[1]
	}
	if text != "" {
		v.Why = append([]string{text}, v.Why...)
	}
	if s.line.Place > 0 {
		v.Sub = r.T("people.rank_place", s.line.Place, s.ranking.Counts.Eligible(), s.ranking.AsOf)
	}
	return v
}

// proofCard is what agencies state, the standing statements first.
type proofCard struct {
	Items []proofItem
	Empty page.Empty
}

type proofItem struct {
	Tag   page.Tag
	Text  string
	Sub   string
	Href  string
	Muted bool // retracted or over
}

func proof(r *page.Request, k knowledge) proofCard {
	card := proofCard{Empty: page.Empty{Kind: page.NeverAny, Title: r.T("people.no_proof"), Text: r.T("people.no_proof_hint")}}
	var past []proofItem
	for _, f := range k.facts {
		it := statement(r, k, f)
		if it.Muted {
			past = append(past, it)
			continue
		}
		card.Items = append(card.Items, it)
	}
	card.Items = append(card.Items, past...)
	return card
}

func statement(r *page.Request, k knowledge, f evidence.Fact) proofItem {
	it := proofItem{Tag: page.Tag{Text: r.T("evidence.kind." + string(f.Kind)), Tone: proofTones[f.Kind]}, Muted: !f.Standing(today(r))}
	who := k.names[string(f.Person)]
	if k.alone {
		who = ""
	}
	it.Text = joinDot(who, f.Value)
	if f.Amount > 0 {
		it.Text = joinDot(it.Text, r.P().Rupiah(f.Amount))
	}
	if f.Grade != "" {
		it.Text = joinDot(it.Text, r.T("evidence.grade."+string(f.Grade)))
	}
	it.Sub = sourceWord(r, f.Source)
	if !f.On.IsZero() {
		it.Sub = joinDot(it.Sub, r.P().DateShort(f.On))
	}
	it.Sub = joinDot(it.Sub, scrub(f.Document))
	if !f.Retracted.IsZero() {
		it.Sub = joinDot(it.Sub, r.T("people.retracted"))
	} else if it.Muted {
		it.Sub = joinDot(it.Sub, r.T("people.ended", f.Until))
	}
	if f.Batch != "" && r.May(account.ImportView) {
		it.Href = "/impor/" + string(f.Batch)
	}
	return it
}

var proofTones = map[evidence.Kind]page.Tone{evidence.Death: page.Bad, evidence.Left: page.Warn, evidence.ASN: page.Warn,
	evidence.VillageOfficial: page.Warn, evidence.Receives: page.Info}

// alerts says first what stops money or waits for people.
func alerts(r *page.Request, k knowledge) []page.Alert {
	var out []page.Alert
	for _, p := range k.members {
		h, held := k.holds[p.ID]
		if !held || p.Life != registry.Alive {
			continue
		}
		a := page.Alert{Tone: page.Bad, Text: r.T("people.hold", p.Name, r.T(h.Key))}
		if h.Indication != "" && r.May(account.IndicationView) {
			a.Link = &page.Link{Text: r.T("people.see_case"), Href: "/validasi/" + string(h.Indication)}
		}
		out = append(out, a)
	}
	for _, c := range k.cases {
		if _, held := k.holds[c.Person]; held || !c.State.Open() {
			continue
		}
		a := page.Alert{Tone: page.Warn, Text: r.T("people.case", c.Name, r.T("evidence.kind."+string(c.Kind)), r.T("evidence.state."+string(c.State)))}
		if r.May(account.IndicationView) {
			a.Link = &page.Link{Text: r.T("people.see_case"), Href: "/validasi/" + string(c.ID)}
		}
		out = append(out, a)
	}
	return out
}

// dayOf is the day of an instant in the office's zone.
func dayOf(r *page.Request, at dbTime) civil.Date { return r.P().Zone().Today(at.Std()) }
