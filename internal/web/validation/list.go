package validation

import (
	"net/http"
	"slices"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading page.Heading
	Tabs    []page.Tab
	Stages  []page.Tab
	List    page.List
}

const perPage = 50

func (d Deps) list(r *page.Request) error {
	v, q := readView(r, r.Query()), d.DB.Read()
	counts, err := evidence.Counts(r.Ctx(), q, r.Session.Scope)
	if err != nil {
		return err
	}
	total, err := evidence.Size(r.Ctx(), q, r.Session.Scope, v.filter())
	if err != nil {
		return err
	}
	pager := page.NewPager(root, v.query(), page.PageNumber(r.Query()), perPage, int64(total))
	lines, err := evidence.Queue(r.Ctx(), q, r.Session.Scope, v.filter(), int(max(pager.From-1, 0)), perPage)
	if err != nil {
		return err
	}
	facets, err := d.facets(r, v)
	if err != nil {
		return err
	}
	pairs, err := pairsWaiting(r, q)
	if err != nil {
		return err
	}
	data := listData{
		Heading: page.Heading{Title: r.T("validation.title"), Sub: r.T("validation.sub")},
		Tabs:    v.tabs(r, counts, pairs),
		Stages:  v.segments(r, counts),
		List: page.List{
			Count: r.T("validation.count", total), Sentence: v.sentence(r), Chips: chips(r, v),
			ClearAll: page.Href(root, view{kind: v.kind, stage: v.stage}.query()),
			Facets:   facets, Pager: pager, Table: table(r, v, lines), Empty: empty(r, v, counts),
		},
	}
	if total == 0 && !v.aid && len(v.areas) == 0 {
		data.List.Facets = nil // nothing to narrow
	}
	if r.May(account.RegistryExport) && total > 0 {
		data.List.Exports = page.ExportLinks(root+"/ekspor", v.query())
	}
	if len(lines) > 0 && works(r, v.stage) {
		data.Heading.Actions = []page.Button{{Text: r.T("validation.start"), Icon: "check", Primary: true,
			Href: page.Href(root+"/"+string(lines[0].ID), v.query())}}
	}
	return listPage.Render(r, http.StatusOK, data)
}

// pairsWaiting counts the suspected duplicates that wait for this person, or for
// anybody when he only looks.
func pairsWaiting(r *page.Request, q db.Querier) (int, error) {
	c, err := duplicate.CountsOf(r.Ctx(), q, r.Session.Scope, duplicate.Filter{Reader: r.Session.User, Today: db.TimeOf(r.Midnight())})
	if r.May(account.IndicationReview) && !r.May(account.IndicationDecide) {
		return c.Second, err
	}
	return c.Open, err
}

// works reports whether the session acts at stage s.
func works(r *page.Request, s stage) bool {
	return s == toDecide && r.May(account.IndicationDecide) || s == toConfirm && r.May(account.IndicationReview)
}

func (d Deps) facets(r *page.Request, v view) (*page.Facets, error) {
	f := v.filter()
	f.Areas = nil
	areas, err := evidence.Areas(r.Ctx(), d.DB.Read(), r.Session.Scope, f)
	if err != nil {
		return nil, err
	}
	kecamatan := page.Facet{Name: paramArea, Title: r.T("validation.area")}
	for _, a := range areas {
		kecamatan.Values = append(kecamatan.Values, page.FacetValue{Value: string(a.Kecamatan), Text: a.Kecamatan.Name(),
			Count: int64(a.N), Chosen: slices.Contains(v.areas, a.Kecamatan)})
	}
	slices.SortFunc(kecamatan.Values, func(a, b page.FacetValue) int { return int(b.Count - a.Count) })
	for _, a := range v.areas {
		if !slices.ContainsFunc(areas, func(c evidence.AreaCount) bool { return c.Kecamatan == a }) {
			kecamatan.Values = append(kecamatan.Values, page.FacetValue{Value: string(a), Text: a.Name(), Chosen: true})
		}
	}
	f = v.filter()
	f.Aid = true
	aided, err := evidence.Size(r.Ctx(), d.DB.Read(), r.Session.Scope, f)
	if err != nil {
		return nil, err
	}
	impact := page.Facet{Name: paramAid, Title: r.T("validation.impact"), Values: []page.FacetValue{
		{Value: "1", Text: r.T("validation.with_aid"), Count: int64(aided), Chosen: v.aid}}}
	return &page.Facets{Action: root, Groups: []page.Facet{impact, kecamatan},
		Keep: []page.Hidden{{Name: paramKind, Value: string(v.kind)}, {Name: paramStage, Value: string(v.stage)}}}, nil
}

func chips(r *page.Request, v view) []page.Chip {
	var out []page.Chip
	if v.aid {
		out = append(out, page.Chip{Text: r.T("validation.with_aid"), Href: page.Href(root, page.Without(v.query(), paramAid, "1"))})
	}
	for _, a := range v.areas {
		out = append(out, page.Chip{Text: a.Name(), Href: page.Href(root, page.Without(v.query(), paramArea, string(a)))})
	}
	return out
}

func table(r *page.Request, v view, lines []evidence.Line) page.Table {
	t := page.Table{Caption: v.sentence(r), Columns: []page.Column{{Label: r.T("validation.person")}, {Label: r.T("validation.village")},
		{Label: r.T("validation.statement")}, {Label: r.T("validation.day." + string(v.kind))}, {Label: r.T("validation.aid"), Num: true}, {Label: r.T("validation.state")}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, page.Row{Href: page.Href(root+"/"+string(l.ID), v.query()), Cells: []page.Cell{
			{Text: l.Name, Sub: head(r, l)},
			page.Text(l.Village.Where()),
			{Text: evidenceWord(r, l.Kind, l.Grade), Sub: l.Source},
			page.Text(r.P().DateShort(l.On)),
			{Text: programs(r, l.Programs), Sub: amount(r, l)},
			{Tags: []page.Tag{stateTag(r, l.Indication)}, Sub: by(r, l.Indication)},
		}})
	}
	return t
}

// empty tells "nothing yet" from "nothing under this filter" from "done".
func empty(r *page.Request, v view, counts []evidence.Tally) page.Empty {
	switch {
	case len(v.areas) > 0 || v.aid:
		return page.Empty{Kind: page.NoneMatch, Title: r.T("validation.none"), Text: r.T("validation.none_hint"),
			Action: &page.Button{Text: r.T("page.clear_all"), Href: page.Href(root, view{kind: v.kind, stage: v.stage}.query())}}
	case !ever(counts, v.kind):
		e := page.Empty{Kind: page.NeverAny, Title: r.T("validation.never." + string(v.kind)), Text: r.T("validation.never_hint")}
		if r.May(account.ImportView) {
			e.Action = &page.Button{Text: r.T("validation.to_imports"), Href: "/impor"}
		}
		return e
	}
	e := page.Empty{Kind: page.AllDone, Title: r.T("validation.done"), Text: r.T("validation.done_hint." + string(v.stage))}
	if other := elsewhere(r, v, counts); other != nil {
		e.Action = other
	}
	return e
}

// elsewhere leads to another queue in which the session has work.
func elsewhere(r *page.Request, v view, counts []evidence.Tally) *page.Button {
	for _, k := range evidence.Queues() {
		to := view{kind: k, stage: ownStage(r)}
		if n := tally(counts, k, to.stage); n > 0 && works(r, to.stage) && (k != v.kind || to.stage != v.stage) {
			return &page.Button{Text: r.T("validation.go_on", r.T("validation.tab."+string(k)), n), Href: page.Href(root, to.query()), Primary: true}
		}
	}
	return nil
}

// queue is the list beside an open matter.
func queue(r *page.Request, v view, total int, lines []evidence.Line, current evidence.Detail) page.Queue {
	q := page.Queue{Title: r.T("validation.tab." + string(v.kind)), Sub: r.T("validation.queue_sub", total, v.stage.low(r)),
		Keys: true, Empty: page.Empty{Kind: page.AllDone, Title: r.T("validation.done"), Text: r.T("validation.done_hint." + string(v.stage))}}
	all, aided := v, v
	all.aid, aided.aid = false, true
	q.Filters = []page.Tab{{Text: r.T("validation.with_aid"), Href: page.Href(root, aided.query()), Current: v.aid},
		{Text: r.T("validation.all"), Href: page.Href(root, all.query()), Current: !v.aid}}
	if !slices.ContainsFunc(lines, func(l evidence.Line) bool { return l.ID == current.ID }) {
		q.Items = append(q.Items, item(r, v, current.Line, true))
	}
	for _, l := range lines {
		q.Items = append(q.Items, item(r, v, l, l.ID == current.ID))
	}
	return q
}

func item(r *page.Request, v view, l evidence.Line, current bool) page.QueueItem {
	i := page.QueueItem{Title: l.Name, Sub: l.Village.Where(), Figure: string(l.Grade), Href: page.Href(root+"/"+string(l.ID), v.query()), Current: current}
	if n := programCount(l.Programs); n > 0 {
		i.Note, i.Tone = r.T("validation.programs_n", n), page.Warn
	}
	return i
}
