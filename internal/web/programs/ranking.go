package programs

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var (
	rankingsPage = page.New[listData](files, "rankings.html")
	rankingPage  = page.New[rankingData](files, "ranking.html")
)

// shownAround is how many lines stand above and below the quota line.
const shownAround = 10

// windowLine is one line around the quota, with what its place owes to what.
type windowLine struct {
	Place   string
	Name    string
	Href    string
	Village string
	Keys    string
	Tags    []page.Tag
	Why     []string
	Line    string // when set, the quota line is drawn below this one
}

type rankingData struct {
	Heading  page.Heading
	Alerts   []page.Alert
	Facts    []page.Fact
	Tabs     []page.Tab
	Window   []windowLine
	Top      string // the quota line above everybody: nobody is in
	Sticky   []page.Fact
	Quota    page.Form
	List     *page.List
	Reasons  page.Table
	Areas    page.Table
	Rule     []string
	Sealed   []page.Fact
	Propose  *page.Form
	Examples []page.Link
}

func (d Deps) rankings(r *page.Request) error {
	all, err := program.Programs(r.Ctx(), d.DB.Read(), r.Session.Scope)
	if err != nil {
		return err
	}
	names := map[id.Program]string{}
	for _, p := range all {
		names[p.ID] = p.Name
	}
	list, err := program.Rankings(r.Ctx(), d.DB.Read(), r.Session.Scope, "", 100)
	if err != nil {
		return err
	}
	data := listData{Heading: page.Heading{Title: r.T("programs.rankings"), Sub: r.T("programs.rankings_sub")},
		Empty: page.Empty{Kind: page.NeverAny, Title: r.T("programs.no_ranking"), Text: r.T("programs.no_ranking_hint"),
			Action: &page.Button{Text: r.T("programs.title"), Href: root}}}
	data.Table = page.Table{Caption: r.T("programs.rankings"), Columns: append([]page.Column{{Label: r.T("programs.name")}}, rankingColumns(r)...)}
	for _, k := range list {
		data.Table.Rows = append(data.Table.Rows, page.Row{Href: rankingAt(k), Cells: append([]page.Cell{{Text: names[k.Program], Strong: true}}, rankingCells(r, k)...)})
	}
	return rankingsPage.Render(r, http.StatusOK, data)
}

func rankingColumns(r *page.Request) []page.Column {
	return []page.Column{{Label: r.T("programs.as_of")}, {Label: r.T("programs.judged"), Num: true}, {Label: r.T("programs.place.in"), Num: true},
		{Label: r.T("programs.place.unknown"), Num: true}, {Label: r.T("programs.state")}}
}

func rankingCells(r *page.Request, k program.Ranking) []page.Cell {
	tone := page.Info
	if k.State == program.RankingFinal {
		tone = page.Good
	}
	return []page.Cell{{Text: r.P().DateShort(k.AsOf), Sub: r.P().When(k.MadeAt.Std())}, page.Text(r.P().Num(int64(k.Counts.Subjects))),
		page.Text(r.P().Num(int64(k.Counts.In))), page.Text(r.P().Num(int64(k.Counts.Unknown))),
		page.Tagged(page.Tag{Text: r.T("programs.ranking." + string(k.State)), Tone: tone})}
}

func rankingTable(r *page.Request, list []program.Ranking, versions []program.RuleVersion) page.Table {
	t := page.Table{Caption: r.T("programs.rankings"), Columns: append([]page.Column{{Label: r.T("programs.version")}}, rankingColumns(r)...)}
	for _, k := range list {
		n := 0
		for _, v := range versions {
			if v.ID == k.RuleVersion {
				n = v.Number
			}
		}
		t.Rows = append(t.Rows, page.Row{Href: rankingAt(k), Cells: append([]page.Cell{page.Text(r.T("programs.version_n", n))}, rankingCells(r, k)...)})
	}
	return t
}

func (d Deps) showRanking(r *page.Request) error {
	k, p, err := d.loadRanking(r)
	if err != nil {
		return err
	}
	v, err := program.VersionByID(r.Ctx(), d.DB.Read(), r.Session.Scope, k.RuleVersion)
	if err != nil {
		return err
	}
	reasons, err := program.Reasons(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID)
	if err != nil {
		return err
	}
	cells, err := program.Tallies(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID)
	if err != nil {
		return err
	}
	data := rankingData{Heading: page.Heading{Title: r.T("programs.ranking_of", p.Name), Sub: r.T("programs.ranking_sub", v.Number, k.AsOf, k.MadeAt),
		Back: &page.Link{Text: p.Name, Href: at(p.ID)}}, Tabs: stateTabs(r, k, cells), Facts: quotaFacts(r, k, v),
		Reasons: reasonTable(r, reasons, rankingAt(k)), Areas: areaTable(r, k, cells), Rule: program.RankingSentences(v, r.Lang()), Sealed: sealFacts(r, k)}
	data.alerts(r, k)
	if k.State == program.RankingDraft && k.Counts.In > 0 && v.State == program.Active && r.May(account.DecreePropose) {
		data.Propose = &page.Form{Action: rankingAt(k) + "/tetapkan", Submit: r.T("programs.decree_propose", k.Counts.In)}
	}
	if err := d.others(r, k, &data); err != nil {
		return err
	}
	if filtered(r) {
		err = d.showLines(r, k, cells, reasons, &data)
	} else {
		err = d.showWindow(r, k, v, &data)
	}
	if err != nil {
		return err
	}
	return rankingPage.Render(r, http.StatusOK, data)
}

func filtered(r *page.Request) bool {
	q := r.Query()
	return q.Get(paramState) != "" || q.Get(paramReason) != "" || len(q[paramArea]) > 0
}

func (data *rankingData) alerts(r *page.Request, k program.Ranking) {
	if k.State == program.RankingFinal {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Good, Text: r.T("programs.is_final")})
	}
	if k.Counts.Unknown > 0 {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Warn, Text: r.T("programs.unknown_wait", k.Counts.Unknown),
			Link: &page.Link{Text: r.T("programs.see_them"), Href: rankingAt(k) + "?" + paramState + "=" + string(program.PlaceUnknown)}})
	}
	if !r.Session.Scope.Whole() {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Info, Text: r.T("programs.part_only", r.Session.Scope.Label())})
	}
}

func quotaFacts(r *page.Request, k program.Ranking, v program.RuleVersion) []page.Fact {
	limit := r.T("programs.limit.none")
	if k.Limit != ranking.NoLimit {
		limit = r.T("programs.limit." + string(k.Limit))
	}
	return []page.Fact{
		{Label: r.T("programs.quota"), Value: r.P().Num(int64(v.Spec.Quota)), Sub: limit},
		{Label: r.T("programs.spent"), Value: r.P().Rupiah(k.Spent), Sub: budgetText(r, v)},
		{Label: r.T("programs.reserve"), Value: r.P().Num(int64(k.Counts.Reserve)), Sub: r.T("programs.reserve_of", v.Spec.Reserve)},
		{Label: r.T("programs.seed"), Value: k.Seed},
	}
}

func sealFacts(r *page.Request, k program.Ranking) []page.Fact {
	return []page.Fact{{Label: r.T("programs.digest"), Value: k.RulesDigest}, {Label: r.T("programs.inputs"), Value: k.InputsDigest},
		{Label: r.T("programs.result"), Value: k.ResultDigest}}
}

// stateTabs counts inside the reader's area.
func stateTabs(r *page.Request, k program.Ranking, cells []program.Tally) []page.Tab {
	n := map[program.PlaceState]int64{}
	for _, c := range cells {
		n[c.State] += int64(c.N)
	}
	now := program.PlaceState(r.Query().Get(paramState))
	tabs := []page.Tab{{Text: r.T("programs.around"), Href: rankingAt(k), Current: !filtered(r)}}
	for _, s := range program.PlaceStates() {
		tabs = append(tabs, page.Tab{Text: r.T("programs.place." + string(s)), Href: rankingAt(k) + "?" + paramState + "=" + string(s), Count: n[s], Current: s == now})
	}
	return tabs
}

func reasonTable(r *page.Request, reasons []program.Reason, base string) page.Table {
	t := page.Table{Caption: r.T("programs.reasons"), Columns: []page.Column{{Label: r.T("programs.reason")}, {Label: r.T("programs.clause")}, {Label: r.T("programs.state")},
		{Label: r.T("programs.count"), Num: true}}}
	sorted := slices.Clone(reasons)
	slices.SortStableFunc(sorted, func(a, b program.Reason) int { return b.N - a.N })
	for _, x := range sorted {
		if x.State == program.PlaceIn {
			continue
		}
		row := page.Row{Cells: []page.Cell{page.Text(x.In(r.Lang())), page.Text(x.Clause), page.Tagged(placeTag(r, x.State)), page.Text(r.P().Num(int64(x.N)))}}
		if base != "" {
			row.Href = page.Href(base, url.Values{paramReason: {strconv.Itoa(x.No)}})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var placeTones = map[program.PlaceState]page.Tone{program.PlaceIn: page.Good, program.PlaceReserve: page.Info, program.PlaceUnknown: page.Warn}

func placeTag(r *page.Request, s program.PlaceState) page.Tag {
	return page.Tag{Text: r.T("programs.place." + string(s)), Tone: placeTones[s]}
}

// areaTable counts per kecamatan inside the reader's area.
func areaTable(r *page.Request, k program.Ranking, cells []program.Tally) page.Table {
	type sums struct {
		n    map[program.PlaceState]int
		cost money.Rupiah
	}
	areas := map[region.Code]*sums{}
	var order []region.Code
	for _, c := range cells {
		a := c.Village.Kecamatan()
		if areas[a] == nil {
			areas[a] = &sums{n: map[program.PlaceState]int{}}
			order = append(order, a)
		}
		areas[a].n[c.State] += c.N
		if c.State == program.PlaceIn {
			areas[a].cost += c.Cost
		}
	}
	slices.Sort(order)
	t := page.Table{Caption: r.T("programs.by_area"), Columns: []page.Column{{Label: r.T("programs.kecamatan")}}}
	shown := []program.PlaceState{program.PlaceIn, program.PlaceReserve, program.PlaceBelow, program.PlaceUnknown, program.PlaceIneligible}
	for _, s := range shown {
		t.Columns = append(t.Columns, page.Column{Label: r.T("programs.place." + string(s)), Num: true})
	}
	t.Columns = append(t.Columns, page.Column{Label: r.T("programs.rupiah"), Num: true})
	for _, a := range order {
		row := page.Row{Href: page.Href(rankingAt(k), url.Values{paramArea: {string(a)}}), Cells: []page.Cell{page.Text(a.Name())}}
		for _, s := range shown {
			row.Cells = append(row.Cells, page.Text(r.P().Num(int64(areas[a].n[s]))))
		}
		t.Rows = append(t.Rows, page.Row{Href: row.Href, Cells: append(row.Cells, page.Text(r.P().Rupiah(areas[a].cost)))})
	}
	return t
}

// others offers the earlier rankings of the programme for comparison.
func (d Deps) others(r *page.Request, k program.Ranking, data *rankingData) error {
	list, err := program.Rankings(r.Ctx(), d.DB.Read(), r.Session.Scope, k.Program, 10)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.ID != k.ID {
			data.Examples = append(data.Examples, page.Link{Text: r.T("programs.compare_with", o.AsOf, o.MadeAt),
				Href: rankingAt(k) + "/banding?" + url.Values{"dengan": {string(o.ID)}}.Encode()})
		}
	}
	return nil
}
