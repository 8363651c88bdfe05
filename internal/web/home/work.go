package home

import (
	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

// workShown is how many lines the worklist has at most, the last for suspected
// duplicates.
const workShown = 7

// loud are the matters that get the one big button when they come first.
var loud = map[report.Matter]bool{report.SignDecree: true, report.FreezeList: true, report.PaySite: true}

func (d Deps) worklist(r *page.Request, h report.Home) (page.Worklist, error) {
	w := page.Worklist{Title: r.T("home.work"), Empty: page.Empty{Kind: page.AllDone, Title: r.T("home.work.none"), Text: r.T("home.work.none.text")}}
	for i, x := range h.Waiting {
		if i == workShown-1 {
			break
		}
		item := page.Work{Count: x.N, Title: workTitle(r, x), Detail: workDetail(r, x), Href: workPath(x)}
		if i == 0 && loud[x.Matter] {
			item.Button = r.T("home.do." + string(x.Matter))
		}
		if x.Aid > 0 {
			item.Urgent, item.Tone = r.T("home.work.aid", x.Aid), page.Warn
		}
		w.Items = append(w.Items, item)
	}
	pairs, err := d.pairs(r)
	if err != nil {
		return w, err
	}
	w.Items = append(w.Items, pairs...)
	return w, nil
}

// pairs is the line about suspected duplicates: those that wait for this person.
func (d Deps) pairs(r *page.Request) ([]page.Work, error) {
	if !r.May(account.IndicationDecide) && !r.May(account.IndicationReview) {
		return nil, nil
	}
	c, err := duplicate.CountsOf(r.Ctx(), d.DB.Read(), r.Session.Scope, duplicate.Filter{Reader: r.Session.User, Today: db.TimeOf(r.Midnight())})
	if err != nil {
		return nil, err
	}
	item := page.Work{Count: int64(c.Open), Title: r.T("home.pairs"), Detail: r.T("home.work.decide_case"), Href: "/validasi/ganda?antrean=semua"}
	if !r.May(account.IndicationDecide) {
		item.Count, item.Detail, item.Href = int64(c.Second), r.T("home.work.confirm_case"), "/validasi/ganda?antrean=kedua"
	} else if c.Paying > 0 {
		item.Urgent, item.Tone = r.T("home.pairs_paying", c.Paying), page.Warn
	}
	if item.Count == 0 {
		return nil, nil
	}
	return []page.Work{item}, nil
}

func workTitle(r *page.Request, x report.Waiting) string {
	if x.Kind != "" {
		return r.T("home.case." + x.Kind)
	}
	return r.T("home.work." + string(x.Matter))
}

func workDetail(r *page.Request, x report.Waiting) string {
	switch {
	case x.Kind != "":
		return r.T("home.work." + string(x.Matter))
	case x.Name != "" && x.IDR > 0:
		return x.Name + ", " + r.P().Rupiah(x.IDR)
	case x.Name != "":
		return x.Name
	case x.IDR > 0:
		return r.P().Rupiah(x.IDR)
	}
	return ""
}

// workPath leads to the thing when one waits, else to the list of them.
func workPath(x report.Waiting) string {
	program := "/program/" + x.In
	one := x.Only != ""
	switch x.Matter {
	case report.DecideCase, report.WatchCase:
		return "/validasi?jenis=" + x.Kind + "&tahap=putuskan"
	case report.ConfirmCase:
		return "/validasi?jenis=" + x.Kind + "&tahap=sahkan"
	case report.SignDecree:
		if one {
			return program + "/penetapan/" + x.Only
		}
		return "/program"
	case report.ActivateRules:
		if one {
			return program
		}
		return "/program"
	case report.ProposeDecree:
		if one {
			return program + "/peringkat/" + x.Only
		}
		return "/program"
	case report.FreezeList:
		if one {
			return "/penyaluran/baru?keputusan=" + x.Only
		}
		return "/penyaluran/baru"
	case report.ConfirmReversal:
		if one {
			return "/penyaluran/" + x.Only
		}
	case report.CloseList:
		if one {
			return "/penyaluran/" + x.Only + "/rekonsiliasi"
		}
	case report.PaySite:
		if one {
			return "/penyaluran/" + x.In + "/titik/" + x.Only
		}
	case report.ApplyImport, report.CheckImport:
		if one {
			return "/impor/" + x.Only
		}
		return "/impor"
	}
	return "/penyaluran"
}

type sitesData struct {
	Title string
	More  page.Link
	Table page.Table
}

// sites shows places of payment that go on; today's when there are any.
func sites(r *page.Request, h report.Home) *sitesData {
	if len(h.Sites) == 0 {
		return nil
	}
	today := r.P().Zone().Today(r.Now())
	out := &sitesData{Title: r.T("home.sites"), More: page.Link{Text: r.T("home.sites.all"), Href: "/penyaluran/" + string(h.Sites[0].List)},
		Table: page.Table{Caption: r.T("home.sites"), Columns: []page.Column{{Label: r.T("home.site")}, {Label: r.T("home.officer")},
			{Label: r.T("home.progress")}, {Label: r.T("home.paid"), Num: true}, {Label: r.T("home.news")}}}}
	if h.Sites[0].On == today {
		out.Title = r.T("home.sites.today")
	}
	for _, s := range h.Sites {
		officer, news := s.Officer, page.Tag{Text: r.T("home.news.none")}
		if officer == "" {
			officer = "–"
			news = page.Tag{Text: r.T("home.news.nobody"), Tone: page.Warn}
		}
		switch {
		case s.Lines > 0 && s.Paid == s.Lines:
			news = page.Tag{Text: r.T("home.news.all"), Tone: page.Good}
		case !s.LastAt.IsZero():
			news = page.Tag{Text: r.T("home.news.last", r.P().When(s.LastAt.Std())), Tone: page.Info}
		case !s.On.IsZero() && s.On.After(today):
			news = page.Tag{Text: r.T("home.news.planned", r.P().DateShort(s.On))}
		}
		row := page.Row{Cells: []page.Cell{{Text: s.Name, Sub: s.Village.Where()}, page.Text(officer), {Bar: &page.Bar{Part: s.Paid, Whole: s.Lines}},
			{Text: r.P().Num(s.Paid) + " / " + r.P().Num(s.Lines), Num: true}, page.Tagged(news)}}
		row.Href = allowed(r, account.PayoutView, "/penyaluran/"+string(s.List)+"/titik/"+string(s.ID))
		out.Table.Rows = append(out.Table.Rows, row)
	}
	return out
}
