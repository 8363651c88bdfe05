package programs

import (
	"net/http"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/registry"
	"tepat/internal/rules"
	"tepat/internal/web/page"
)

var (
	versionPage = page.New[versionData](files, "version.html", "rulebook.html")
	tryPage     = page.New[tryData](files, "try.html")
	whyPage     = page.New[whyData](files, "why.html")
)

type versionData struct {
	Heading  page.Heading
	State    page.Alert
	Rulebook *rulebook
	Terms    []page.Fact
	Digest   string
	Edit     *page.Button
	Propose  *page.Form
	Approve  *page.Form
	Return   *page.Form
	Rank     *page.Form
	Try      page.Button
	Find     page.Form
}

func (d Deps) showVersion(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	data := versionData{Heading: page.Heading{Title: r.T("programs.version_of", v.Number, p.Name), Back: &page.Link{Text: p.Name, Href: at(p.ID)},
		Tags: []page.Tag{{Text: r.T("programs.version." + string(v.State)), Tone: versionTones[v.State]}}},
		State: page.Alert{Tone: versionTones[v.State], Text: r.T("programs.state_of." + string(v.State))}, Terms: termFacts(r, v), Digest: v.RulesDigest,
		Try:  page.Button{Text: r.T("programs.try"), Href: versionAt(v) + "/coba"},
		Find: findForm(r, v)}
	if data.Rulebook, err = d.rulebook(r, v); err != nil {
		return err
	}
	data.act(r, v)
	return versionPage.Render(r, http.StatusOK, data)
}

// act offers what the reader may do with v. The transaction decides again.
func (data *versionData) act(r *page.Request, v program.RuleVersion) {
	read := []page.Hidden{{Name: "version", Value: strconv.Itoa(v.Version)}}
	mine := r.Session.User == v.MadeBy
	switch {
	case v.State == program.Draft && r.May(account.ProgramDraft):
		if mine {
			data.Edit = &page.Button{Text: r.T("programs.edit"), Href: versionAt(v) + "/ubah", Icon: "edit"}
		}
		data.Propose = &page.Form{Action: versionAt(v) + "/ajukan", Hidden: read, Submit: r.T("programs.propose")}
	case v.State == program.Proposed && r.May(account.ProgramActivate) && !mine && r.Session.User != v.ProposedBy:
		data.Approve = &page.Form{Action: versionAt(v) + "/setujui", Hidden: read, Submit: r.T("programs.approve")}
		data.Return = &page.Form{Action: versionAt(v) + "/kembalikan", Submit: r.T("programs.return"), Danger: true,
			Fields: []page.Field{{Name: "reason", Label: r.T("programs.why_return"), MaxLength: 300}}}
	case v.State == program.Active && r.May(account.RankingRun):
		data.Rank = &page.Form{Action: versionAt(v) + "/peringkat", Submit: r.T("programs.rank"), Fields: []page.Field{asOfField(r)}}
	}
}

func asOfField(r *page.Request) page.Field {
	return page.Field{Kind: page.DateField, Name: "as_of", Label: r.T("programs.as_of"), Hint: r.T("programs.as_of_hint"), Value: today(r).String()}
}

func findForm(r *page.Request, v program.RuleVersion) page.Form {
	return page.Form{Action: versionAt(v) + "/cari", Submit: r.T("programs.find"), Fields: []page.Field{
		{Name: "q", Label: r.T("programs.find_label"), Hint: r.T("programs.find_hint"), Autocomplete: "off", MaxLength: 100}}}
}

// act runs one command on the version that the path names and goes back to it.
func (d Deps) onVersion(r *page.Request, done string, do func(tx *db.Tx, v program.RuleVersion) error) error {
	v, _, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	if _, err := r.Form(); err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return do(tx, v) }); err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		r.FlashBad("programs.refused", r.P().Fault(err))
		return r.Redirect(versionAt(v))
	}
	r.Flash("", done, v.Number)
	return r.Redirect(versionAt(v))
}

func (d Deps) proposeVersion(r *page.Request) error {
	return d.onVersion(r, "programs.proposed", func(tx *db.Tx, v program.RuleVersion) error {
		return program.Propose(r.Ctx(), tx, v.ID, formVersion(r))
	})
}

func (d Deps) activate(r *page.Request) error {
	return d.onVersion(r, "programs.activated", func(tx *db.Tx, v program.RuleVersion) error {
		return program.Activate(r.Ctx(), tx, v.ID, formVersion(r))
	})
}

func (d Deps) returnVersion(r *page.Request) error {
	return d.onVersion(r, "programs.returned", func(tx *db.Tx, v program.RuleVersion) error {
		return program.ReturnVersion(r.Ctx(), tx, v.ID, r.R.PostForm.Get("reason"))
	})
}

type tryData struct {
	Heading page.Heading
	Funnel  []page.FunnelStep
	Against *page.Alert
	Reasons page.Table
	Spent   []page.Fact
}

// preview runs the rules on a snapshot without keeping anything, beside the
// version in force.
func (d Deps) preview(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	var now, before *program.Judged
	err = d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if now, err = program.Judge(r.Ctx(), q, r.Session.Scope.Regency(), v, today(r), nil); err != nil || v.State == program.Active {
			return err
		}
		before, err = d.judgeActive(r, q, p)
		return err
	})
	if err != nil {
		return err
	}
	c := now.Counts
	data := tryData{Heading: page.Heading{Title: r.T("programs.try_of", v.Number, p.Name), Sub: r.T("programs.try_sub", today(r)),
		Back: &page.Link{Text: r.T("programs.version_n", v.Number), Href: versionAt(v)}},
		Funnel: []page.FunnelStep{{Name: r.T("programs.judged"), Count: int64(c.Subjects)}, {Name: r.T("programs.eligible"), Count: int64(c.Eligible()), Of: int64(c.Subjects)},
			{Name: r.T("programs.place.in"), Count: int64(c.In), Of: int64(c.Subjects)},
			{Name: r.T("programs.place.unknown"), Count: int64(c.Unknown), Of: int64(c.Subjects), Act: c.Unknown > 0}},
		Spent: []page.Fact{{Label: r.T("programs.spent"), Value: r.P().Rupiah(now.Result.Spent)}}}
	if before != nil {
		x := program.Differ(before, now)
		data.Against = &page.Alert{Tone: page.Info, Text: r.T("programs.against", before.Program.Rules.Number, x.CameIn, x.FellOut, x.Stayed)}
	}
	data.Reasons = reasonTable(r, now.Reasons, "")
	return tryPage.Render(r, http.StatusOK, data)
}

// judgeActive judges by the version in force; nil when there is none.
func (d Deps) judgeActive(r *page.Request, q db.Querier, p program.Program) (*program.Judged, error) {
	versions, err := program.Versions(r.Ctx(), q, r.Session.Scope, p.ID)
	if err != nil {
		return nil, err
	}
	for _, old := range versions {
		if old.State == program.Active {
			return program.Judge(r.Ctx(), q, r.Session.Scope.Regency(), old, today(r), nil)
		}
	}
	return nil, nil
}

type whyData struct {
	Heading page.Heading
	Find    page.Form
	Found   page.Table
	None    *page.Empty
	People  []verdict
}

// verdict is one person judged clause by clause.
type verdict struct {
	Name    string
	Tag     page.Tag
	Why     string
	Clauses []page.Clause
}

func whyHeading(r *page.Request, v program.RuleVersion, p program.Program) page.Heading {
	return page.Heading{Title: r.T("programs.try_one"), Sub: r.T("programs.version_of", v.Number, p.Name),
		Back: &page.Link{Text: r.T("programs.version_n", v.Number), Href: versionAt(v)}}
}

// findFamily searches by what is in the body, so that no number stands in an
// address.
func (d Deps) findFamily(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	found, err := registry.Search(r.Ctx(), d.DB.Read(), r.Session.Scope, form.Get("q"))
	if err != nil {
		return err
	}
	data := whyData{Heading: whyHeading(r, v, p), Find: findForm(r, v)}
	data.Found = page.Table{Caption: r.T("programs.found"), Columns: []page.Column{{Label: r.T("programs.person")}, {Label: r.T("programs.head")}, {Label: r.T("programs.village")}}}
	for _, f := range found {
		if f.Person.FamilyID == "" {
			continue
		}
		data.Found.Rows = append(data.Found.Rows, page.Row{Href: versionAt(v) + "/keluarga/" + string(f.Person.FamilyID), Cells: []page.Cell{
			{Text: f.Person.Name, Sub: f.Person.NIK.String()}, page.Text(f.HeadName), page.Text(f.Person.Village.Where())}})
	}
	if len(data.Found.Rows) == 0 {
		data.None = &page.Empty{Kind: page.NoneMatch, Title: r.T("programs.found_none"), Text: r.T("programs.found_none_hint")}
	}
	return whyPage.Render(r, http.StatusOK, data)
}

// explain judges one family now, clause by clause with source and date.
func (d Deps) explain(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	if !id.Valid(r.Path("family")) {
		return fault.NewNotFound("registry.family_gone")
	}
	r.Object("family:" + r.Path("family"))
	said, err := program.Explain(r.Ctx(), d.DB.Read(), r.Session.Scope, v, id.Family(r.Path("family")), today(r), r.Lang())
	if err != nil {
		return err
	}
	data := whyData{Heading: whyHeading(r, v, p), Find: findForm(r, v)}
	for _, e := range said {
		x := verdict{Name: e.Name, Why: e.Why, Tag: truthTag(r, e.Truth)}
		for _, c := range e.Clauses {
			x.Clauses = append(x.Clauses, page.Clause{Text: c.Number + ". " + c.Text, State: clauseState(c.Truth), Source: sourceText(r, c)})
		}
		data.People = append(data.People, x)
	}
	return whyPage.Render(r, http.StatusOK, data)
}

func truthTag(r *page.Request, t rules.Truth) page.Tag {
	switch t {
	case rules.Yes:
		return page.Tag{Text: r.T("programs.truth.yes"), Tone: page.Good}
	case rules.No:
		return page.Tag{Text: r.T("programs.truth.no"), Tone: page.Plain}
	}
	return page.Tag{Text: r.T("programs.truth.unknown"), Tone: page.Warn}
}

func clauseState(t rules.Truth) page.ClauseState {
	switch t {
	case rules.Yes:
		return page.ClauseYes
	case rules.No:
		return page.ClauseNo
	}
	return page.ClauseUnknown
}

func sourceText(r *page.Request, c program.ClauseLine) string {
	text := ""
	for _, s := range c.Sources {
		if text != "" {
			text += "; "
		}
		text += s.Source
		if s.On != (civil.Date{}) {
			text += ", " + r.P().DateShort(s.On)
		}
	}
	if c.Assumed {
		if text != "" {
			text += "; "
		}
		text += r.T("programs.assumed")
	}
	return text
}
