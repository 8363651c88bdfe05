package duplicates

import (
	"net/http"
	"slices"

	"tepat/internal/account"
	"tepat/internal/duplicate"
	"tepat/internal/jobs"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading  page.Heading
	Tabs     []page.Tab
	Search   string // what the last search found
	Progress *page.Progress
	List     page.List
	More     *page.Link // what follows in the queue
}

const perPage = 50

func (d Deps) list(r *page.Request) error {
	v, q := readView(r, r.Query()), d.DB.Read()
	counts, err := duplicate.CountsOf(r.Ctx(), q, r.Session.Scope, reader(r))
	if err != nil {
		return err
	}
	lines, next, err := duplicate.Queue(r.Ctx(), q, r.Session.Scope, v.filter(r), duplicate.Cursor(r.Query().Get(paramAfter)), perPage)
	if err != nil {
		return err
	}
	span := ""
	if len(lines) == 0 && counts.Mine > 0 {
		if span, err = d.span(r, counts.Mine); err != nil {
			return err
		}
	}
	data := listData{Heading: page.Heading{Title: r.T("duplicates.title"), Sub: r.T("duplicates.sub"), Back: &page.Link{Text: r.T("duplicates.back"), Href: "/validasi"}},
		Tabs: v.tabs(r, counts)}
	data.List = page.List{Sentence: v.sentence(r), Count: r.T("duplicates.count", countOf(counts, v.pile)), Chips: chips(r, v),
		ClearAll: page.Href(root, view{pile: v.pile}.query()), Facets: facets(r, v, counts), Table: table(r, v, lines), Empty: empty(r, v, counts, span)}
	if len(v.areas) > 0 || v.batch != "" {
		data.List.Count = ""
	}
	if next != "" {
		q := v.query()
		q.Set(paramAfter, string(next))
		data.More = &page.Link{Text: r.T("duplicates.more"), Href: page.Href(root, q)}
	}
	if err := d.searched(r, &data, counts); err != nil {
		return err
	}
	data.actions(r, v, lines)
	r.Shell.Menu = "validation"
	return listPage.Render(r, http.StatusOK, data)
}

func (data *listData) actions(r *page.Request, v view, lines []duplicate.Line) {
	if len(lines) > 0 {
		if works(r, v.pile) {
			data.Heading.Actions = append(data.Heading.Actions, page.Button{Text: r.T("duplicates.start"), Icon: "check", Primary: true,
				Href: page.Href(at(lines[0].ID), v.query())})
		}
		if r.May(account.RegistryExport) {
			data.List.Exports = page.ExportLinks(root+"/ekspor", v.query())
		}
	}
	data.Heading.Actions = append(data.Heading.Actions, page.Button{Text: r.T("duplicates.quality"), Href: root + "/mutu", Icon: "info"})
	if r.May(account.ProgramDraft) && data.Progress == nil {
		data.Heading.Actions = append(data.Heading.Actions, page.Button{Text: r.T("duplicates.search"), Href: root + "/cari", Icon: "search", Post: true})
	}
}

// searched says what the last search found, or how far the running one is.
func (d Deps) searched(r *page.Request, data *listData, counts duplicate.Counts) error {
	regency := string(r.Session.Scope.Regency())
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), regency, duplicate.Subject())
	if err != nil {
		return err
	}
	if found && !job.State.Ended() {
		p := r.JobProgress(job, root+"/kemajuan")
		data.Progress = &p
		return nil
	}
	last, found, err := duplicate.LastSearch(r.Ctx(), d.DB.Read(), regency)
	if err != nil {
		return err
	}
	if !found {
		if counts.Open+counts.Mine > 0 {
			return nil
		}
		data.List.Empty = page.Empty{Kind: page.NeverAny, Title: r.T("duplicates.never"), Text: r.T("duplicates.never_hint")}
		if r.May(account.ProgramDraft) {
			data.List.Empty.Action = &page.Button{Text: r.T("duplicates.search"), Href: root + "/cari", Icon: "search", Post: true, Primary: true}
		}
		return nil
	}
	data.Search = r.T("duplicates.searched_none", r.P().When(last.At.Std()))
	if last.People == 0 {
		return nil
	}
	data.Search = r.T("duplicates.searched", r.P().When(last.At.Std()), last.People, last.Found, last.Fresh)
	return nil
}

// progress answers the poll of a running search.
func (d Deps) progress(r *page.Request) error {
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), string(r.Session.Scope.Regency()), duplicate.Subject())
	if err != nil {
		return err
	}
	if !found || job.State.Ended() {
		return r.Redirect(root)
	}
	return r.SendProgress(r.JobProgress(job, root+"/kemajuan"))
}

// search starts a search of the whole registry.
func (d Deps) search(r *page.Request) error {
	if _, err := d.Duplicates.StartSearch(r.Ctx(), r.Actor(), true); err != nil {
		return err
	}
	r.Flash("", "duplicates.said_search")
	return r.Redirect(root)
}

func (v view) tabs(r *page.Request, counts duplicate.Counts) []page.Tab {
	var out []page.Tab
	for _, p := range piles {
		n := countOf(counts, p)
		if n == 0 && p != v.pile && p != all && p != paying && !(p == second && works(r, second)) {
			continue
		}
		out = append(out, page.Tab{Text: r.T("duplicates.pile." + string(p)), Href: page.Href(root, v.with(p).query()), Count: n, Current: p == v.pile})
	}
	return out
}

func facets(r *page.Request, v view, counts duplicate.Counts) *page.Facets {
	kecamatan := page.Facet{Name: paramArea, Title: r.T("duplicates.kecamatan")}
	for _, a := range counts.Areas {
		kecamatan.Values = append(kecamatan.Values, page.FacetValue{Value: string(a.Kecamatan), Text: areaName(a.Kecamatan), Count: int64(a.N),
			Chosen: slices.Contains(v.areas, a.Kecamatan)})
	}
	for _, a := range v.areas {
		if !slices.ContainsFunc(counts.Areas, func(c duplicate.AreaCount) bool { return c.Kecamatan == a }) {
			kecamatan.Values = append(kecamatan.Values, page.FacetValue{Value: string(a), Text: areaName(a), Chosen: true})
		}
	}
	if len(kecamatan.Values) == 0 {
		return nil
	}
	return &page.Facets{Action: root, Groups: []page.Facet{kecamatan}, Keep: []page.Hidden{{Name: paramQueue, Value: string(v.pile)}}}
}

func chips(r *page.Request, v view) []page.Chip {
	var out []page.Chip
	for _, a := range v.areas {
		left := v
		left.areas = slices.DeleteFunc(slices.Clone(v.areas), func(c region.Code) bool { return c == a })
		out = append(out, page.Chip{Text: areaName(a), Href: page.Href(root, left.query())})
	}
	if v.batch != "" {
		left := v
		left.batch = ""
		out = append(out, page.Chip{Text: r.T("duplicates.of_batch"), Href: page.Href(root, left.query())})
	}
	return out
}

func table(r *page.Request, v view, lines []duplicate.Line) page.Table {
	t := page.Table{Caption: v.sentence(r), Columns: []page.Column{{Label: r.T("duplicates.pair")}, {Label: r.T("duplicates.village")},
		{Label: r.T("duplicates.score"), Num: true}, {Label: r.T("duplicates.zone")}, {Label: r.T("duplicates.stake"), Num: true}, {Label: r.T("duplicates.state")}}}
	for _, l := range lines {
		pair := page.Cell{Text: pairName(r, l.NameA, l.NameB), Sub: r.T("duplicates.kind." + string(l.Kind))}
		if l.Group > 2 {
			pair.Tags = []page.Tag{{Text: r.T("duplicates.group_n", l.Group), Tone: page.Info}}
		}
		t.Rows = append(t.Rows, page.Row{Href: page.Href(at(l.ID), v.query()), Cells: []page.Cell{pair, page.Text(placeOf(r, l.Village)),
			page.Text(scoreOf(r, l.Score)), page.Text(r.T("duplicate.zone." + string(l.Zone))), {Text: stakeOf(r, l), Sub: programsOf(r, l)},
			{Tags: []page.Tag{stateTag(r, l.State)}, Sub: lockOf(r, l)}}})
	}
	return t
}

// scoreOf writes a score; the scale ends where more says nothing.
func scoreOf(r *page.Request, score float64) string {
	return r.P().Decimal(max(0, min(score, duplicate.MaxScore)), 1)
}

func pairName(r *page.Request, a, b string) string { return r.T("duplicates.names", a, b) }

func stakeOf(r *page.Request, l duplicate.Line) string {
	if l.Monthly == 0 {
		return "–"
	}
	return r.T("duplicates.a_month", l.Monthly)
}

func programsOf(r *page.Request, l duplicate.Line) string {
	if l.Programs == 0 {
		return ""
	}
	return r.T("duplicates.programs_n", l.Programs)
}

func lockOf(r *page.Request, l duplicate.Line) string {
	switch {
	case l.Lock.By != "" && !l.Lock.Mine:
		return r.T("duplicates.looked_at", l.Lock.Name, minutes(r, l.Lock))
	case l.JudgedName != "":
		return r.T("duplicates.by", l.JudgedName)
	}
	return ""
}

func minutes(r *page.Request, l duplicate.Lock) int { return int(r.Now().Sub(l.Since.Std()).Minutes()) }

func stateTag(r *page.Request, s duplicate.State) page.Tag {
	tag := page.Tag{Text: r.T("duplicate.state." + string(s))}
	switch s {
	case duplicate.Open, duplicate.Field:
		tag.Tone = page.Info
	case duplicate.Proposed:
		tag.Tone = page.Warn
	case duplicate.Same:
		tag.Tone = page.Good
	}
	return tag
}

// span says how many pairs the reader decided today, and from when to when.
func (d Deps) span(r *page.Request, n int) (string, error) {
	const longDay = 500
	f := reader(r)
	f.Mine = true
	lines, _, err := duplicate.Queue(r.Ctx(), d.DB.Read(), r.Session.Scope, f, "", longDay)
	if err != nil || len(lines) == 0 {
		return "", err
	}
	first, last := lines[len(lines)-1].JudgedAt, lines[0].JudgedAt
	return r.T("duplicates.done_mine", n, r.P().Clock(first.Std()), r.P().Clock(last.Std())), nil
}

// empty tells "nothing under this filter" from "done". span is what the reader
// did today.
func empty(r *page.Request, v view, counts duplicate.Counts, span string) page.Empty {
	if len(v.areas) > 0 || v.batch != "" {
		return page.Empty{Kind: page.NoneMatch, Title: r.T("duplicates.none"), Text: r.T("duplicates.none_hint"),
			Action: &page.Button{Text: r.T("page.clear_all"), Href: page.Href(root, view{pile: v.pile}.query())}}
	}
	e := page.Empty{Kind: page.AllDone, Title: r.T("duplicates.done"), Text: r.T("duplicates.done_hint." + string(v.pile))}
	if v.pile != mine && span != "" {
		e.Text += " " + span
	}
	for _, p := range []pile{second, all, skipped} {
		if p != v.pile && works(r, p) && countOf(counts, p) > 0 {
			e.Action = &page.Button{Text: r.T("duplicates.go_on", r.T("duplicates.pile."+string(p)), countOf(counts, p)), Href: page.Href(root, v.with(p).query()), Primary: true}
			return e
		}
	}
	if counts.Mine > 0 && v.pile != mine {
		e.Action = &page.Button{Text: r.T("duplicates.see_mine"), Href: page.Href(root, v.with(mine).query())}
	}
	return e
}

// beside is how many pairs the queue shows beside the open one.
const beside = 40

// queueSum is the line at the head of the queue.
func queueSum(r *page.Request, c duplicate.Counts) string {
	return r.T("duplicates.queue_sub", c.Open, c.Paying, c.Mine)
}

// queue is the list beside an open pair.
func (d Deps) queue(r *page.Request, v view, current duplicate.View) (page.Queue, error) {
	counts, err := duplicate.CountsOf(r.Ctx(), d.DB.Read(), r.Session.Scope, reader(r))
	if err != nil {
		return page.Queue{}, err
	}
	lines, _, err := duplicate.Queue(r.Ctx(), d.DB.Read(), r.Session.Scope, v.filter(r), "", beside)
	if err != nil {
		return page.Queue{}, err
	}
	q := page.Queue{Title: r.T("duplicates.title"), Sub: queueSum(r, counts), Keys: true,
		Empty: page.Empty{Kind: page.AllDone, Title: r.T("duplicates.done"), Text: r.T("duplicates.done_hint." + string(v.pile))}}
	q.Filters = d.pills(r, v, counts, current.Village.Kecamatan())
	if !slices.ContainsFunc(lines, func(l duplicate.Line) bool { return l.ID == current.ID }) {
		q.Items = append(q.Items, page.QueueItem{Title: r.T("duplicates.names_short", current.A.Name, current.B.Name), Sub: placeOf(r, current.Village),
			Figure: scoreOf(r, current.Score), Note: settledNote(r, current), Tone: page.Good, Href: page.Href(at(current.ID), v.query()), Current: true,
			Done: !current.State.Waits()})
	}
	for _, l := range lines {
		q.Items = append(q.Items, item(r, v, l, l.ID == current.ID))
	}
	return q, nil
}

func settledNote(r *page.Request, v duplicate.View) string {
	if v.State.Waits() || v.State == duplicate.Proposed {
		return ""
	}
	return r.T("duplicate.state." + string(v.State))
}

// pills are the three narrowings that the queue offers beside a pair.
func (d Deps) pills(r *page.Request, v view, counts duplicate.Counts, here region.Code) []page.Tab {
	out := []page.Tab{{Text: r.T("duplicates.pile.bayar"), Href: page.Href(root, v.with(paying).query()), Count: int64(counts.Paying), Current: v.pile == paying}}
	for _, a := range counts.Areas {
		if a.Kecamatan == here {
			to := view{pile: all, areas: []region.Code{here}}
			out = append(out, page.Tab{Text: areaName(here), Href: page.Href(root, to.query()), Count: int64(a.N), Current: v.pile == all && slices.Equal(v.areas, to.areas)})
		}
	}
	out = append(out, page.Tab{Text: r.T("duplicates.pile.semua"), Href: page.Href(root, view{pile: all}.query()), Count: int64(counts.Open), Current: v.pile == all && len(v.areas) == 0})
	if counts.Second > 0 && works(r, second) {
		out = append(out, page.Tab{Text: r.T("duplicates.pile.kedua"), Href: page.Href(root, view{pile: second}.query()), Count: int64(counts.Second), Current: v.pile == second})
	}
	return out
}

func item(r *page.Request, v view, l duplicate.Line, current bool) page.QueueItem {
	i := page.QueueItem{Title: r.T("duplicates.names_short", l.NameA, l.NameB), Sub: placeOf(r, l.Village), Figure: scoreOf(r, l.Score),
		Href: page.Href(at(l.ID), v.query()), Current: current, Done: !l.State.Waits() && l.State != duplicate.Proposed}
	switch {
	case l.Lock.By != "" && !l.Lock.Mine:
		i.Note = r.T("duplicates.looked_short", l.Lock.Name)
	case l.State == duplicate.Proposed && v.pile == second: // all of them are
	case !l.State.Waits():
		i.Note, i.Tone = r.T("duplicate.state."+string(l.State)), page.Good
	case l.Programs > 0:
		i.Note, i.Tone = r.T("duplicates.programs_n", l.Programs), page.Warn
	}
	return i
}
