package programs

import (
	"net/http"
	"net/url"
	"slices"

	"tepat/internal/account"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var (
	showPage      = page.New[showData](files, "show.html", "rulebook.html")
	candidatePage = page.New[candidateData](files, "candidates.html")
)

// rule is one printed clause, with its members.
type rule struct {
	Text    string
	Members []string
}

// rulebook is a version in plain sentences.
type rulebook struct {
	Require      []rule
	RequireTitle string
	Reject       []rule
	RejectTitle  string
	RejectFrom   int // number of the first of Reject
	Order        []string
	Problem      string // why it cannot be read or compiled
}

type showData struct {
	Heading   page.Heading
	Steps     []page.Step
	Active    page.Alert
	Rulebook  *rulebook
	Terms     []page.Fact
	Versions  page.Table
	NoVersion page.Empty
	List      page.Table // candidates by reason
	ListTotal string
	ListLink  page.Link
	NoList    page.Empty
	FromList  bool
	Rankings  page.Table
	NoRanking page.Empty
	Decrees   page.Table
	NoDecree  page.Empty
}

func (d Deps) show(r *page.Request) error {
	p, err := d.loadProgram(r)
	if err != nil {
		return err
	}
	versions, err := program.Versions(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID)
	if err != nil {
		return err
	}
	data := showData{Heading: programHeading(r, p),
		NoVersion: page.Empty{Kind: page.NeverAny, Title: r.T("programs.no_version"), Text: r.T("programs.no_version_hint")},
		NoRanking: page.Empty{Kind: page.NeverAny, Title: r.T("programs.no_ranking"), Text: r.T("programs.no_ranking_hint")},
		NoDecree:  page.Empty{Kind: page.NeverAny, Title: r.T("programs.no_decree"), Text: r.T("programs.no_decree_hint")}}
	data.Versions = versionTable(r, versions)
	at := slices.IndexFunc(versions, func(v program.RuleVersion) bool { return v.State == program.Active })
	if at < 0 {
		data.Active = page.Alert{Tone: page.Warn, Text: r.T("programs.none_active")}
	} else {
		if data.Rulebook, err = d.rulebook(r, versions[at]); err != nil {
			return err
		}
		data.Terms = termFacts(r, versions[at])
		data.FromList = versions[at].Source == program.FromList
	}
	data.FromList = data.FromList || len(versions) > 0 && versions[0].Source == program.FromList
	if err := d.showList(r, p, &data); err != nil {
		return err
	}
	rankings, err := program.Rankings(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID, 20)
	if err != nil {
		return err
	}
	data.Rankings = rankingTable(r, rankings, versions)
	decrees, err := program.Decrees(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID)
	if err != nil {
		return err
	}
	data.Decrees = decreeTable(r, decrees)
	data.Steps = stepsOf(r, at >= 0, len(rankings) > 0, decrees)
	return showPage.Render(r, http.StatusOK, data)
}

func programHeading(r *page.Request, p program.Program) page.Heading {
	h := page.Heading{Title: p.Name, Sub: r.T("programs.line", p.Code, r.T("programs.unit."+string(p.Unit)), r.T("programs.fund."+string(p.Fund)),
		r.T("programs.channel."+string(p.Channel))), Back: &page.Link{Text: r.T("programs.title"), Href: root}}
	if p.State == program.Closed {
		h.Tags = []page.Tag{{Text: r.T("programs.closed")}}
	}
	if !r.May(account.ProgramDraft) {
		return h
	}
	if p.State == program.Closed {
		h.Actions = []page.Button{{Text: r.T("programs.reopen"), Href: at(p.ID) + "/buka", Post: true}}
		return h
	}
	h.Actions = []page.Button{{Text: r.T("programs.close"), Href: at(p.ID) + "/tutup", Post: true},
		{Text: r.T("programs.new_draft"), Href: at(p.ID) + "/aturan/baru", Icon: "edit", Primary: true}}
	return h
}

// stepsOf shows where the programme stands on its way to a signed decree.
func stepsOf(r *page.Request, active, ranked bool, decrees []program.Decree) []page.Step {
	signed := slices.ContainsFunc(decrees, func(x program.Decree) bool { return x.State == program.DecreeSigned })
	done := []bool{active, ranked, len(decrees) > 0, signed}
	steps := make([]page.Step, len(done))
	now := false
	for i, name := range []string{"rules", "ranking", "proposal", "decree"} {
		steps[i] = page.Step{Text: r.T("programs.step." + name), State: page.StepNext}
		switch {
		case done[i]:
			steps[i].State = page.StepDone
		case !now:
			steps[i].State, now = page.StepNow, true
		}
	}
	return steps
}

// rulebook spells a version. Rules that no longer compile are said to, and the
// page still opens.
func (d Deps) rulebook(r *page.Request, v program.RuleVersion) (*rulebook, error) {
	book := &rulebook{Order: program.RankingSentences(v, r.Lang())}
	lines, err := program.Sentences(r.Ctx(), d.DB.Read(), r.Actor().Regency(), v, r.Lang())
	if err != nil {
		var f page.Form
		if err := f.Fail(r, err); err != nil {
			return nil, err
		}
		book.Problem = f.Errors[0].Text
		return book, nil
	}
	var list *[]rule
	for _, l := range lines {
		switch {
		case l.ID == "" && !l.Reject:
			book.RequireTitle, list = l.Sentence, &book.Require
		case l.ID == "":
			book.RejectTitle, list = l.Sentence, &book.Reject
		case l.Depth == 0:
			*list = append(*list, rule{Text: l.Sentence})
		default:
			last := &(*list)[len(*list)-1]
			last.Members = append(last.Members, l.Sentence)
		}
	}
	book.RejectFrom = len(book.Require) + 1
	return book, nil
}

func termFacts(r *page.Request, v program.RuleVersion) []page.Fact {
	until := r.T("programs.open_end")
	if !v.ValidUntil.IsZero() {
		until = r.P().Date(v.ValidUntil)
	}
	facts := []page.Fact{
		{Label: r.T("programs.amount"), Value: r.P().Rupiah(v.AmountMonth), Sub: r.T("programs.times", v.Months, v.Amount())},
		{Label: r.T("programs.valid"), Value: r.P().Date(v.ValidFrom), Sub: until},
		{Label: r.T("programs.quota"), Value: r.P().Num(int64(v.Spec.Quota)), Sub: r.T("programs.reserve_n", v.Spec.Reserve)},
		{Label: r.T("programs.budget"), Value: budgetText(r, v)},
		{Label: r.T("programs.source"), Value: r.T("programs.source." + string(v.Source))},
		{Label: r.T("programs.basis"), Value: v.LegalBasis},
	}
	if v.LegalBasis == "" {
		facts[5].Value = r.T("programs.no_basis")
	}
	return facts
}

func budgetText(r *page.Request, v program.RuleVersion) string {
	if v.Spec.Budget == 0 {
		return r.T("programs.no_budget")
	}
	return r.P().Rupiah(v.Spec.Budget)
}

var versionTones = map[program.VersionState]page.Tone{program.Active: page.Good, program.Proposed: page.Warn, program.Draft: page.Plain, program.Retired: page.Plain}

func versionTable(r *page.Request, versions []program.RuleVersion) page.Table {
	t := page.Table{Caption: r.T("programs.versions"), Columns: []page.Column{{Label: r.T("programs.version")}, {Label: r.T("programs.valid")},
		{Label: r.T("programs.amount"), Num: true}, {Label: r.T("programs.quota"), Num: true}, {Label: r.T("programs.state")}}}
	for _, v := range versions {
		t.Rows = append(t.Rows, page.Row{Href: versionAt(v), Muted: v.State == program.Retired, Cells: []page.Cell{
			{Text: r.T("programs.version_n", v.Number), Sub: v.LegalBasis}, page.Text(r.P().DateShort(v.ValidFrom)),
			{Text: r.P().Rupiah(v.AmountMonth), Sub: r.T("programs.months_n", v.Months)}, page.Text(r.P().Num(int64(v.Spec.Quota))),
			page.Tagged(page.Tag{Text: r.T("programs.version." + string(v.State)), Tone: versionTones[v.State]})}})
	}
	return t
}

// showList puts the candidates by reason on the page, when there are any.
func (d Deps) showList(r *page.Request, p program.Program, data *showData) error {
	cells, err := program.CandidateCounts(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID)
	if err != nil {
		return err
	}
	data.NoList = page.Empty{Kind: page.NeverAny, Title: r.T("programs.no_list"), Text: r.T("programs.no_list_hint")}
	if r.May(account.ImportUpload) {
		data.NoList.Action = &page.Button{Text: r.T("programs.upload_list"), Href: "/impor", Icon: "upload"}
	}
	total, groups := 0, map[candidateGroup]int{}
	for _, c := range cells {
		groups[candidateGroup{c.State, c.Reason}] += c.N
		total += c.N
	}
	if total == 0 {
		return nil
	}
	data.FromList = true
	data.ListLink = page.Link{Text: r.T("programs.all_candidates"), Href: at(p.ID) + "/calon"}
	data.ListTotal = r.T("programs.list_total", total, groups[candidateGroup{program.Kept, ""}])
	data.List = page.Table{Caption: r.T("programs.candidates"), Columns: []page.Column{{Label: r.T("programs.reason")}, {Label: r.T("programs.answer")},
		{Label: r.T("programs.count"), Num: true}}}
	for _, g := range sortedGroups(groups) {
		q := url.Values{paramState: {string(g.state)}}
		if g.reason != "" {
			q.Set(paramReason, g.reason)
		}
		data.List.Rows = append(data.List.Rows, page.Row{Href: page.Href(at(p.ID)+"/calon", q), Cells: []page.Cell{
			page.Text(reasonText(r, g)), page.Tagged(candidateTag(r, g.state)), page.Text(r.P().Num(int64(groups[g])))}})
	}
	return nil
}

// reasonText is the reason of a group; who stays has none.
func reasonText(r *page.Request, g candidateGroup) string {
	if g.reason != "" {
		return g.reason
	}
	return r.T("programs.candidate_all." + string(g.state))
}

type candidateGroup struct {
	state  program.CandidateState
	reason string
}

// sortedGroups puts who stays first, then those who leave by number.
func sortedGroups(groups map[candidateGroup]int) []candidateGroup {
	out := make([]candidateGroup, 0, len(groups))
	for g := range groups {
		out = append(out, g)
	}
	order := []program.CandidateState{program.Kept, program.Listed, program.Gone}
	slices.SortFunc(out, func(a, b candidateGroup) int {
		if n := slices.Index(order, a.state) - slices.Index(order, b.state); n != 0 {
			return n
		}
		if n := groups[b] - groups[a]; n != 0 {
			return n
		}
		if a.reason < b.reason {
			return -1
		}
		return 1
	})
	return out
}

func candidateTag(r *page.Request, s program.CandidateState) page.Tag {
	tones := map[program.CandidateState]page.Tone{program.Kept: page.Good, program.Listed: page.Warn, program.Gone: page.Plain}
	return page.Tag{Text: r.T("programs.candidate." + string(s)), Tone: tones[s]}
}

type candidateData struct {
	Heading page.Heading
	List    page.List
}

func (d Deps) candidates(r *page.Request) error {
	p, err := d.loadProgram(r)
	if err != nil {
		return err
	}
	cells, err := program.CandidateCounts(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID)
	if err != nil {
		return err
	}
	q, f := r.Query(), candidateFilter(r)
	total, shown := 0, 0
	for _, c := range cells {
		total += c.N
		if matchesCandidate(f, c) {
			shown += c.N
		}
	}
	path := at(p.ID) + "/calon"
	n := page.PageNumber(q)
	rows, err := program.Candidates(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID, f, (n-1)*perPage, perPage)
	if err != nil {
		return err
	}
	list := page.List{Count: r.T("programs.candidate_count", shown, total), ClearAll: path, Facets: candidateFacets(r, path, cells, f),
		Pager: page.NewPager(path, q, n, perPage, int64(shown)), Table: candidateTable(r, rows),
		Empty: page.Empty{Kind: page.NoneMatch, Title: r.T("programs.no_match"), Action: &page.Button{Text: r.T("page.clear_all"), Href: path}}}
	if r.May(account.RegistryExport) {
		list.Exports = page.ExportLinks(path, q)
	}
	return candidatePage.Render(r, http.StatusOK, candidateData{page.Heading{Title: r.T("programs.candidates_of", p.Name),
		Back: &page.Link{Text: p.Name, Href: at(p.ID)}}, list})
}

func candidateFilter(r *page.Request) program.CandidateFilter {
	q := r.Query()
	f := program.CandidateFilter{Reason: q.Get(paramReason), Areas: chosenAreas(r)}
	if s := program.CandidateState(q.Get(paramState)); s == program.Listed || s == program.Kept || s == program.Gone {
		f.State = s
	}
	return f
}

func matchesCandidate(f program.CandidateFilter, c program.CandidateCount) bool {
	in := len(f.Areas) == 0 || slices.ContainsFunc(f.Areas, func(a region.Code) bool { return a.Contains(c.Village) })
	return in && (f.State == "" || f.State == c.State) && (f.Reason == "" || f.Reason == c.Reason)
}

func candidateFacets(r *page.Request, path string, cells []program.CandidateCount, f program.CandidateFilter) *page.Facets {
	count := func(change func(*program.CandidateFilter)) int64 {
		g, n := f, 0
		change(&g)
		for _, c := range cells {
			if matchesCandidate(g, c) {
				n += c.N
			}
		}
		return int64(n)
	}
	states := page.Facet{Name: paramState, Title: r.T("programs.answer")}
	for _, s := range []program.CandidateState{program.Kept, program.Gone, program.Listed} {
		states.Values = append(states.Values, page.FacetValue{Value: string(s), Text: r.T("programs.candidate." + string(s)), Chosen: f.State == s,
			Count: count(func(g *program.CandidateFilter) { g.State = s })})
	}
	reasons := page.Facet{Name: paramReason, Title: r.T("programs.reason")}
	areas := page.Facet{Name: paramArea, Title: r.T("programs.kecamatan")}
	seenReason, seenArea := map[string]bool{"": true}, map[region.Code]bool{}
	for _, c := range cells {
		if !seenReason[c.Reason] {
			seenReason[c.Reason] = true
			reasons.Values = append(reasons.Values, page.FacetValue{Value: c.Reason, Text: c.Reason, Chosen: f.Reason == c.Reason,
				Count: count(func(g *program.CandidateFilter) { g.Reason = c.Reason })})
		}
		if k := c.Village.Kecamatan(); !seenArea[k] {
			seenArea[k] = true
			areas.Values = append(areas.Values, page.FacetValue{Value: string(k), Text: k.Name(), Chosen: slices.Contains(f.Areas, k),
				Count: count(func(g *program.CandidateFilter) { g.Areas = []region.Code{k} })})
		}
	}
	return &page.Facets{Action: path, Groups: []page.Facet{states, reasons, areas}}
}

func candidateTable(r *page.Request, rows []program.Candidate) page.Table {
	t := page.Table{Caption: r.T("programs.candidates"), Columns: []page.Column{{Label: r.T("programs.place"), Num: true}, {Label: r.T("programs.person")},
		{Label: r.T("programs.village")}, {Label: r.T("programs.answer")}, {Label: r.T("programs.reason")}}}
	for _, c := range rows {
		t.Rows = append(t.Rows, page.Row{Href: "/keluarga/" + string(c.Family), Muted: c.State == program.Gone, Cells: []page.Cell{
			page.Text(r.P().Num(int64(c.ListedNo))), {Text: c.Listed, Sub: otherName(r, c)}, page.Text(c.Village.Where()),
			page.Tagged(candidateTag(r, c.State)), {Text: c.Reason, Sub: c.Note}}})
	}
	return t
}

// otherName says how the registry writes the name, when the list differs.
func otherName(r *page.Request, c program.Candidate) string {
	if c.Name == "" || c.Name == c.Listed {
		return ""
	}
	return r.T("programs.in_registry", c.Name)
}
