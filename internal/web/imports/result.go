package imports

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/duplicate"
	"tepat/internal/export"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
	"tepat/internal/jobs"
	"tepat/internal/web/page"
)

var resultPage = page.New[resultData](files, "result.html")

type resultData struct {
	Heading  page.Heading
	Steps    []page.Step
	Alerts   []page.Alert
	Progress *page.Progress
	Reload   string
	Facts    []page.Fact
	Impact   string
	Apply    *page.Button
	Sure     string
	Cancel   *page.Button
	Outcomes []page.Tab
	Causes   []cause
	Rows     page.Table
	Pager    page.Pager
	Empty    page.Empty
	Download *page.Link
	Checked  bool // there are rows to show
}

// cause is one reason with the rows that have it.
type cause struct {
	Text string
	Tag  page.Tag
	Rows int
	Href string
	Now  bool
}

const rowsPerPage = 50

// manyPairs is up to where waiting rows are counted.
const manyPairs = 500

// show is the page of a batch, whatever its state.
func (d Deps) show(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	data := resultData{Steps: steps(r, stepOf(b)), Heading: page.Heading{
		Title: b.FileName, Back: &page.Link{Text: r.T("imports.title"), Href: root}, Tags: []page.Tag{stateTag(r, b.State)},
		Sub: r.T("imports.result_sub", kindName(r, b.Layout), b.CreatedAt, b.Creator)}}
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), r.Actor().Regency(), intake.JobSubject(b.ID))
	if err != nil {
		return err
	}
	running := found && !job.State.Ended()
	if running {
		p := r.JobProgress(job, pathOf(b.ID)+"/kemajuan")
		data.Progress, data.Reload = &p, pathOf(b.ID)
	} else if found && job.State == jobs.Failed && job.Message != "" {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Bad, Text: r.T(job.Message, job.Args...)})
	}
	data.actions(r, b, running)
	if err := d.waiting(r, b, &data); err != nil {
		return err
	}
	data.facts(r, b, running)
	if b.Counts.Rows > 0 && b.State != intake.Mapped {
		data.Checked = true
		if err := d.rows(r, b, &data); err != nil {
			return err
		}
	}
	if b.State == intake.Checked && !running {
		if err := d.impact(r, b, &data); err != nil {
			return err
		}
	}
	return resultPage.Render(r, http.StatusOK, data)
}

// actions offers what the state and the role allow.
func (data *resultData) actions(r *page.Request, b intake.Batch, running bool) {
	if running {
		return
	}
	path := pathOf(b.ID)
	add := func(may account.Action, button page.Button) {
		if r.May(may) {
			data.Heading.Actions = append(data.Heading.Actions, button)
		}
	}
	if b.CanMap() {
		add(account.ImportUpload, page.Button{Text: r.T("imports.to_columns"), Href: path + "/kolom", Icon: "edit", Primary: b.State == intake.Received})
	}
	if b.State == intake.Mapped {
		add(account.ImportUpload, page.Button{Text: r.T("imports.check"), Href: path + "/periksa", Icon: "check", Post: true, Primary: true})
	}
	if b.State == intake.Applying {
		add(account.ImportApply, page.Button{Text: r.T("imports.go_on"), Href: path + "/masukkan", Icon: "import", Post: true, Primary: true})
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Warn, Text: r.T("imports.interrupted")})
	}
	if b.CanUndo() {
		add(account.ImportUndo, page.Button{Text: r.T("imports.undo"), Href: path + "/batalkan", Icon: "undo"})
	}
	if b.CanCancel() {
		add(account.ImportUpload, page.Button{Text: r.T("imports.cancel"), Href: path + "/tidak-jadi", Icon: "close", Post: true})
	}
	if b.State == intake.Failed {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Bad, Text: r.T(b.Message, anys(b.Args)...)})
	}
	if b.Reason != "" {
		data.Alerts = append(data.Alerts, page.Alert{Tone: page.Info, Text: r.T("imports.reason", b.Reason)})
	}
}

// waiting leads to the rows of b that wait for a person to say who they are.
func (d Deps) waiting(r *page.Request, b intake.Batch, data *resultData) error {
	if !r.May(account.IndicationView) || b.State != intake.Applied || b.Counts.Look == 0 {
		return nil
	}
	lines, next, err := duplicate.Queue(r.Ctx(), d.DB.Read(), r.Session.Scope, duplicate.Filter{Batch: b.ID}, "", manyPairs)
	if err != nil || len(lines) == 0 {
		return err
	}
	text := r.T("imports.pairs", len(lines))
	if next != "" {
		text = r.T("imports.pairs_many", len(lines))
	}
	data.Alerts = append(data.Alerts, page.Alert{Tone: page.Warn, Text: text,
		Link: &page.Link{Text: r.T("imports.pairs_open"), Href: page.Href("/validasi/ganda", url.Values{"impor": {string(b.ID)}, "antrean": {"semua"}})}})
	return nil
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// facts leaves out what went in while rows still go in: the progress says it,
// and this part of the page is not asked for again.
func (data *resultData) facts(r *page.Request, b intake.Batch, running bool) {
	p := r.P()
	data.Facts = []page.Fact{
		{Label: r.T("imports.sender"), Value: orDash(b.Sender)},
		{Label: r.T("imports.size"), Value: p.Size(b.Size)},
	}
	if b.Village != "" {
		data.Facts = append(data.Facts, page.Fact{Label: r.T("imports.village"), Value: villageName(b.Village)})
	}
	if !running && (b.State == intake.Applied || b.State == intake.Applying || b.State == intake.Undone) {
		data.Facts = append(data.Facts,
			page.Fact{Label: r.T("imports.added"), Value: p.Num(int64(b.Counts.Added))},
			page.Fact{Label: r.T("imports.updated"), Value: p.Num(int64(b.Counts.Updated))},
			page.Fact{Label: r.T("imports.applied_at"), Value: p.When(b.AppliedAt.Std()), Sub: b.AppliedAs})
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// impact says what putting the rows in would do, and offers it.
func (d Deps) impact(r *page.Request, b intake.Batch, data *resultData) error {
	added, changed, err := intake.Impact(r.Ctx(), d.DB.Read(), b)
	if err != nil {
		return err
	}
	if b.Target == "registry" {
		data.Impact = r.T("imports.impact", added, changed)
	} else {
		data.Impact = r.T("imports.impact_other", b.Counts.Ready)
	}
	if b.Counts.Ready == 0 {
		data.Impact = r.T("imports.impact_none")
		return nil
	}
	if !r.May(account.ImportApply) {
		data.Sure = r.T("imports.apply_other")
		return nil
	}
	if left := b.Counts.Fix + b.Counts.Look; left > 0 {
		data.Sure = r.T("imports.left", left)
	}
	data.Apply = &page.Button{Text: r.T("imports.apply", b.Counts.Ready), Href: pathOf(b.ID) + "/masukkan", Icon: "import", Post: true, Primary: true}
	return nil
}

// rows fills the part about single rows: outcomes, causes, the rows themselves.
func (d Deps) rows(r *page.Request, b intake.Batch, data *resultData) error {
	q := r.Query()
	f := intake.RowFilter{Outcome: intake.Outcome(q.Get("hasil")), Finding: q.Get("sebab")}
	problems := b.Counts.Fix+b.Counts.Look > 0
	f.Problem = f.Outcome == "" && f.Finding == "" && problems && q.Get("tampil") != "semua"
	data.outcomes(r, b, f)
	counts, err := intake.FindingCounts(r.Ctx(), d.DB.Read(), b)
	if err != nil {
		return err
	}
	path := pathOf(b.ID)
	for _, c := range counts {
		now := f.Finding == c.Key && (f.Outcome == "" || f.Outcome == c.Outcome)
		data.Causes = append(data.Causes, cause{Text: r.T(c.Key, "…", "…", "…"), Rows: c.Rows, Now: now, Tag: outcomeTag(r, c.Outcome),
			Href: path + "?sebab=" + c.Key + "&hasil=" + string(c.Outcome)})
	}
	number := page.PageNumber(q)
	views, total, err := d.Intake.Rows(r.Ctx(), b, f, (number-1)*rowsPerPage, rowsPerPage)
	if err != nil {
		return err
	}
	data.Rows = rowTable(r, b, views)
	data.Pager = page.NewPager(path, q, number, rowsPerPage, int64(total))
	data.Empty = page.Empty{Kind: page.NoneMatch, Title: r.T("imports.no_rows"), Action: &page.Button{Text: r.T("imports.all_rows"), Href: path + "?tampil=semua"}}
	if problems && r.May(account.ImportUpload) {
		data.Download = &page.Link{Text: r.T("imports.corrections", b.Counts.Fix+b.Counts.Look), Href: path + "/koreksi.xlsx"}
	}
	return nil
}

func (data *resultData) outcomes(r *page.Request, b intake.Batch, f intake.RowFilter) {
	path, c := pathOf(b.ID), b.Counts
	tab := func(text string, n int, query string, current bool) {
		data.Outcomes = append(data.Outcomes, page.Tab{Text: text, Count: int64(n), Href: path + "?" + query, Current: current})
	}
	if c.Fix+c.Look > 0 {
		tab(r.T("imports.only_problems"), c.Fix+c.Look, "tampil=masalah", f.Problem)
	}
	tab(r.T("imports.all_rows"), c.Rows, "tampil=semua", !f.Problem && f.Outcome == "" && f.Finding == "")
	for _, o := range []struct {
		outcome intake.Outcome
		n       int
	}{{intake.Ready, c.Ready}, {intake.Same, c.Same}, {intake.Fix, c.Fix}, {intake.Look, c.Look}, {intake.Skipped, c.Skipped}} {
		if o.n > 0 {
			tab(r.T("intake.outcome."+string(o.outcome)), o.n, "hasil="+string(o.outcome), f.Outcome == o.outcome)
		}
	}
}

func outcomeTag(r *page.Request, o intake.Outcome) page.Tag {
	tones := map[intake.Outcome]page.Tone{intake.Ready: page.Good, intake.Fix: page.Warn, intake.Look: page.Warn}
	return page.Tag{Text: r.T("intake.outcome." + string(o)), Tone: tones[o]}
}

func rowTable(r *page.Request, b intake.Batch, views []intake.RowView) page.Table {
	t := page.Table{Caption: r.T("imports.rows"), Columns: []page.Column{{Label: r.T("imports.col.row"), Num: true}, {Label: r.T("intake.field.name")},
		{Label: r.T("intake.field.nik")}, {Label: r.T("imports.col.outcome")}, {Label: r.T("imports.col.finding")}}}
	for _, v := range views {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
			{Text: strconv.Itoa(v.Row), Num: true}, page.Text(shown(b, v, intake.FieldName)), page.Text(shown(b, v, intake.FieldNIK)),
			page.Tagged(outcomeTag(r, v.Outcome)), page.Text(strings.Join(intake.Sentences(r.P(), v.Findings), " "))}})
	}
	return t
}

// shown is the masked text of the cell that fills a field.
func shown(b intake.Batch, v intake.RowView, f intake.Field) string {
	at, ok := b.Mapping[f]
	if !ok || at >= len(v.Cells) || v.Cells[at].Kind == sheet.Empty {
		return "–"
	}
	return cut(intake.Masked(v.Cells[at]))
}

// progress answers the poll while a job runs, and leads to the result.
func (d Deps) progress(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), r.Actor().Regency(), intake.JobSubject(b.ID))
	if err != nil {
		return err
	}
	if !found || job.State.Ended() {
		return r.Redirect(pathOf(b.ID))
	}
	return r.SendProgress(r.JobProgress(job, pathOf(b.ID)+"/kemajuan"))
}

// corrections sends the rows to correct in the columns of the file.
func (d Deps) corrections(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	if b.Counts.Fix+b.Counts.Look == 0 {
		return r.Redirect(pathOf(b.ID))
	}
	note := export.Note{At: r.P().When(r.Now()), User: r.Session.Name, Filter: b.FileName}
	const mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	return r.File("berkas-koreksi.xlsx", mime, func(w io.Writer) error {
		_, err := d.Intake.Corrections(r.Ctx(), b, w, r.P(), note)
		return err
	})
}
