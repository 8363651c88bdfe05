package programs

import (
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// showWindow puts ten lines above and ten below the quota line on the page. With
// a quota to try, the window moves to where that line would be: the order never
// changes with the quota.
func (d Deps) showWindow(r *page.Request, k program.Ranking, v program.RuleVersion, data *rankingData) error {
	line, tried := k.Line, 0
	if n, ok := number(r.Query().Get(paramQuota)); ok && n >= 0 && len(v.Spec.Floors) == 0 {
		tried = min(n, k.Counts.Eligible())
		line = tried
	}
	moved := k
	moved.Line = line
	lines, err := program.Window(r.Ctx(), d.DB.Read(), r.Session.Scope, moved, shownAround, shownAround)
	if err != nil {
		return err
	}
	why, err := program.WhyLines(r.Ctx(), d.DB.Read(), r.Session.Scope, k, v, lines, r.Lang())
	if err != nil {
		return err
	}
	text := r.T("programs.quota_line", line)
	if line != k.Line {
		text = r.T("programs.quota_tried", line, v.Amount().Times(line))
	}
	for i, l := range lines {
		w := windowLine{Place: r.P().Num(int64(l.Place)), Name: l.Name, Village: l.Village.Where(), Keys: keyText(r, v, l), Tags: []page.Tag{placeTag(r, l.State)}, Why: needed(l, why[i])}
		if r.May(account.RegistryView) {
			w.Href = versionAt(v) + "/keluarga/" + string(l.Family)
		}
		if l.Policy {
			w.Tags = append(w.Tags, page.Tag{Text: r.T("programs.by_policy"), Tone: page.Warn})
		}
		last := i == len(lines)-1 || lines[i+1].Place > line
		if l.Place <= line && last {
			w.Line = text
		}
		data.Window = append(data.Window, w)
	}
	if line == 0 || len(lines) > 0 && lines[0].Place > line {
		data.Top = text
	}
	data.Sticky = []page.Fact{{Label: r.T("programs.above"), Value: r.P().Num(int64(line))},
		{Label: r.T("programs.below"), Value: r.P().Num(int64(k.Counts.Eligible() - line))}}
	data.Quota = page.Form{Action: rankingAt(k), Get: true, Submit: r.T("programs.try_quota"), Fields: []page.Field{
		{Kind: page.NumberField, Name: paramQuota, Label: r.T("programs.try_quota_label"), Hint: r.T("programs.try_quota_hint"), Value: strconv.Itoa(line), MaxLength: 9}}}
	return nil
}

// needed drops what everybody sees: who is in needs words only when a tie was
// broken or a value is missing.
func needed(l program.Line, why []string) []string {
	if l.State != program.PlaceIn || len(why) == 0 {
		return why
	}
	if l.TiedWith > 0 || l.Missing != 0 {
		return why[1:]
	}
	return nil
}

// keyText spells the keys of a line: "peringkat kabupaten 412 · umur 71".
func keyText(r *page.Request, v program.RuleVersion, l program.Line) string {
	text := ""
	for i, spec := range v.Spec.Keys {
		if i >= len(l.Keys) {
			break
		}
		value := r.P().Num(l.Keys[i])
		if l.Missing>>i&1 != 0 {
			value = r.T("programs.not_known")
		}
		if text != "" {
			text += " · "
		}
		text += ranking.KeyName(spec.Name, r.Lang()) + " " + value
	}
	return text
}

func lineFilter(r *page.Request) program.LineFilter {
	f := program.LineFilter{Areas: chosenAreas(r)}
	if s := program.PlaceState(r.Query().Get(paramState)); slices.Contains(program.PlaceStates(), s) {
		f.State = s
	}
	if n, ok := number(r.Query().Get(paramReason)); ok {
		f.Reason = n
	}
	return f
}

func matchesTally(f program.LineFilter, c program.Tally) bool {
	in := len(f.Areas) == 0 || slices.ContainsFunc(f.Areas, func(a region.Code) bool { return a.Contains(c.Village) })
	return in && (f.State == "" || f.State == c.State) && (f.Reason == 0 || f.Reason == c.Reason)
}

// showLines puts one page of the filtered list on the page. The counts come
// from the tallies, so they are exact at any size.
func (d Deps) showLines(r *page.Request, k program.Ranking, cells []program.Tally, reasons []program.Reason, data *rankingData) error {
	f, q, n := lineFilter(r), r.Query(), page.PageNumber(r.Query())
	shown, total := 0, 0
	for _, c := range cells {
		total += c.N
		if matchesTally(f, c) {
			shown += c.N
		}
	}
	lines, err := program.Lines(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID, f, (n-1)*perPage, perPage)
	if err != nil {
		return err
	}
	list := page.List{Count: r.T("programs.line_count", shown, total), ClearAll: rankingAt(k), Chips: lineChips(r, k, f, reasons),
		Facets: lineFacets(r, k, f, cells), Pager: page.NewPager(rankingAt(k), q, n, perPage, int64(shown)),
		Empty: page.Empty{Kind: page.NoneMatch, Title: r.T("programs.no_match"), Action: &page.Button{Text: r.T("page.clear_all"), Href: rankingAt(k)}}}
	if r.May(account.RegistryExport) {
		list.Exports = page.ExportLinks(rankingAt(k)+"/daftar", q)
	}
	list.Table = page.Table{Caption: r.T("programs.ranking"), Columns: []page.Column{{Label: r.T("programs.person")}, {Label: r.T("programs.place"), Num: true},
		{Label: r.T("programs.village")}, {Label: r.T("programs.state")}, {Label: r.T("programs.reason")}}}
	for _, l := range lines {
		list.Table.Rows = append(list.Table.Rows, lineRow(r, k, l))
	}
	data.List = &list
	return nil
}

func lineRow(r *page.Request, k program.Ranking, l program.Line) page.Row {
	place := "–"
	if l.Place > 0 {
		place = r.P().Num(int64(l.Place))
	}
	row := page.Row{Cells: []page.Cell{{Text: l.Name, Sub: r.T("programs.members", l.Members)}, page.Text(place), page.Text(l.Village.Where()),
		page.Tagged(placeTag(r, l.State)), page.Text(l.Why(r.Lang()))}}
	if l.Family != "" && r.May(account.RegistryView) {
		row.Href = at(k.Program) + "/aturan/" + string(k.RuleVersion) + "/keluarga/" + string(l.Family)
	}
	return row
}

func lineChips(r *page.Request, k program.Ranking, f program.LineFilter, reasons []program.Reason) []page.Chip {
	q, path := r.Query(), rankingAt(k)
	var out []page.Chip
	if f.State != "" {
		out = append(out, page.Chip{Text: r.T("programs.place." + string(f.State)), Href: page.Href(path, page.With(q, paramState, ""))})
	}
	for _, x := range reasons {
		if x.No == f.Reason {
			out = append(out, page.Chip{Text: x.In(r.Lang()), Href: page.Href(path, page.With(q, paramReason, ""))})
		}
	}
	for _, a := range f.Areas {
		out = append(out, page.Chip{Text: a.Name(), Href: page.Href(path, page.Without(q, paramArea, string(a)))})
	}
	return out
}

func lineFacets(r *page.Request, k program.Ranking, f program.LineFilter, cells []program.Tally) *page.Facets {
	count := func(g program.LineFilter) int64 {
		n := 0
		for _, c := range cells {
			if matchesTally(g, c) {
				n += c.N
			}
		}
		return int64(n)
	}
	states := page.Facet{Name: paramState, Title: r.T("programs.state")}
	for _, s := range program.PlaceStates() {
		g := f
		g.State = s
		states.Values = append(states.Values, page.FacetValue{Value: string(s), Text: r.T("programs.place." + string(s)), Count: count(g), Chosen: f.State == s})
	}
	areas := page.Facet{Name: paramArea, Title: r.T("programs.kecamatan")}
	for _, reg := range region.Children(r.Session.Scope.Regency()) {
		if !r.Session.Scope.Overlaps(reg.Code) {
			continue
		}
		g := f
		g.Areas = []region.Code{reg.Code}
		areas.Values = append(areas.Values, page.FacetValue{Value: string(reg.Code), Text: reg.Name, Count: count(g), Chosen: slices.Contains(f.Areas, reg.Code)})
	}
	facets := &page.Facets{Action: rankingAt(k), Groups: []page.Facet{states, areas}}
	if f.Reason > 0 {
		facets.Keep = []page.Hidden{{Name: paramReason, Value: strconv.Itoa(f.Reason)}}
	}
	return facets
}

// compareData is one ranking beside another.
type compareData struct {
	Heading page.Heading
	Funnel  []page.FunnelStep
	Table   page.Table
	Empty   page.Empty
	More    string
}

var comparePage = page.New[compareData](files, "compare.html")

func (d Deps) compare(r *page.Request) error {
	k, p, err := d.loadRanking(r)
	if err != nil {
		return err
	}
	before, err := program.RankingByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Ranking(r.Query().Get("dengan")))
	if err != nil {
		return err
	}
	c, err := program.Compare(r.Ctx(), d.DB.Read(), r.Session.Scope, before.ID, k.ID)
	if err != nil {
		return err
	}
	data := compareData{Heading: page.Heading{Title: r.T("programs.compare", p.Name), Sub: r.T("programs.compare_sub", before.AsOf, k.AsOf),
		Back: &page.Link{Text: r.T("programs.ranking"), Href: rankingAt(k)}},
		Funnel: []page.FunnelStep{{Name: r.T("programs.stayed"), Count: int64(c.Stayed)}, {Name: r.T("programs.came_in"), Count: int64(c.CameIn)},
			{Name: r.T("programs.fell_out"), Count: int64(c.FellOut)}},
		Empty: page.Empty{Kind: page.AllDone, Title: r.T("programs.no_change")},
		Table: page.Table{Caption: r.T("programs.changes"), Columns: []page.Column{{Label: r.T("programs.person")}, {Label: r.T("programs.village")},
			{Label: r.T("programs.before")}, {Label: r.T("programs.after")}, {Label: r.T("programs.reason")}}}}
	for _, x := range c.Changes {
		data.Table.Rows = append(data.Table.Rows, page.Row{Cells: []page.Cell{page.Text(x.Name), page.Text(x.Village.Where()),
			page.Tagged(changeTag(r, x.Before)), page.Tagged(changeTag(r, x.After)), page.Text(x.InLang(r.Lang()))}})
	}
	if len(c.Changes) == program.CompareLimit {
		data.More = r.T("programs.compare_more", program.CompareLimit)
	}
	return comparePage.Render(r, 200, data)
}

func changeTag(r *page.Request, s program.PlaceState) page.Tag {
	if s == "" {
		return page.Tag{Text: r.T("programs.not_judged")}
	}
	return placeTag(r, s)
}
