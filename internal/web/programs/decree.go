package programs

import (
	"io"
	"net/http"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var (
	decreePage  = page.New[decreeData](files, "decree.html")
	replacePage = page.New[createData](files, "create.html")
)

type decreeData struct {
	Heading  page.Heading
	State    page.Alert
	Summary  string
	Warnings []page.Alert
	Facts    []page.Fact
	Areas    page.Table
	Lines    page.Table
	Pager    page.Pager
	Exports  []page.Link
	Sign     *page.Form
	Return   *page.Form
}

func decreeTable(r *page.Request, list []program.Decree) page.Table {
	t := page.Table{Caption: r.T("programs.decrees"), Columns: []page.Column{{Label: r.T("programs.decree")}, {Label: r.T("programs.lines"), Num: true},
		{Label: r.T("programs.total"), Num: true}, {Label: r.T("programs.state")}}}
	for _, d := range list {
		t.Rows = append(t.Rows, page.Row{Href: decreeAt(d), Muted: d.State == program.DecreeReturned, Cells: []page.Cell{
			{Text: decreeName(r, d), Sub: r.T("programs.kind." + string(d.Kind))}, page.Text(r.P().Num(int64(d.Lines))), page.Text(r.P().Rupiah(d.Total)),
			page.Tagged(decreeTag(r, d))}})
	}
	return t
}

func decreeName(r *page.Request, d program.Decree) string {
	if d.Number == "" {
		return r.T("programs.unnumbered")
	}
	return d.Number
}

func decreeTag(r *page.Request, d program.Decree) page.Tag {
	tones := map[program.DecreeState]page.Tone{program.DecreeSigned: page.Good, program.DecreeProposed: page.Warn}
	return page.Tag{Text: r.T("programs.decree." + string(d.State)), Tone: tones[d.State]}
}

func (d Deps) proposeDecree(r *page.Request) error {
	k, _, err := d.loadRanking(r)
	if err != nil {
		return err
	}
	var x program.Decree
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		var err error
		x, err = program.ProposeDecree(r.Ctx(), tx, k.ID)
		return err
	}); err != nil {
		return err
	}
	r.Flash("", "programs.decree_proposed", x.Lines, x.Total)
	return r.Redirect(decreeAt(x))
}

func (d Deps) showDecree(r *page.Request) error {
	x, err := d.loadDecree(r)
	if err != nil {
		return err
	}
	return d.renderDecree(r, http.StatusOK, x, nil)
}

// renderDecree shows a decree; form, when given, is the signature as it was
// filled in, with what is wrong.
func (d Deps) renderDecree(r *page.Request, status int, x program.Decree, form *page.Form) error {
	data := decreeData{Heading: page.Heading{Title: r.T("programs.decree_of", x.ProgramName), Sub: decreeName(r, x),
		Back: &page.Link{Text: x.ProgramName, Href: at(x.Program)}, Tags: []page.Tag{decreeTag(r, x)}},
		State: page.Alert{Tone: decreeTag(r, x).Tone, Text: decreeState(r, x)}, Summary: r.T("programs.summary"), Facts: decreeFacts(r, x)}
	if x.State == program.DecreeProposed {
		data.Summary = r.T("programs.check")
	}
	check, err := program.CheckDecree(r.Ctx(), d.DB.Read(), r.Session.Scope.Regency(), x)
	if err != nil {
		return err
	}
	data.warn(r, x, check)
	data.Areas = decreeAreas(r, check)
	n := page.PageNumber(r.Query())
	lines, err := program.DecreeLines(r.Ctx(), d.DB.Read(), r.Session.Scope, x.ID, (n-1)*perPage, perPage)
	if err != nil {
		return err
	}
	data.Lines = decreeLineTable(r, x, lines)
	data.Pager = page.NewPager(decreeAt(x), r.Query(), n, perPage, int64(x.Lines))
	if r.May(account.RegistryExport) {
		data.Exports = page.ExportLinks(decreeAt(x)+"/lampiran", nil)
	}
	k, err := program.RankingByID(r.Ctx(), d.DB.Read(), r.Session.Scope, x.Ranking)
	if err != nil {
		return err
	}
	maySign := r.May(account.DecreeSign) && r.Session.User != x.ProposedBy && r.Session.User != k.MadeBy
	if x.State == program.DecreeProposed && maySign {
		if form == nil {
			f := signForm(r, x)
			form = &f
		}
		data.Sign = form
		data.Return = &page.Form{Action: decreeAt(x) + "/kembalikan", Submit: r.T("programs.return_decree"), Danger: true,
			Fields: []page.Field{{Name: "reason", Label: r.T("programs.why_return"), MaxLength: 300}}}
	}
	return decreePage.Render(r, status, data)
}

func decreeState(r *page.Request, x program.Decree) string {
	if x.State == program.DecreeReturned && x.Kind == program.ChangeDecree {
		return r.T("programs.decree_state.returned_change")
	}
	return r.T("programs.decree_state." + string(x.State))
}

func decreeFacts(r *page.Request, x program.Decree) []page.Fact {
	facts := []page.Fact{
		{Label: r.T("programs.lines"), Value: r.P().Num(int64(x.Lines)), Sub: r.T("programs.kind." + string(x.Kind))},
		{Label: r.T("programs.total"), Value: r.P().Rupiah(x.Total)},
		{Label: r.T("programs.amount"), Value: r.P().Rupiah(x.AmountMonth), Sub: r.T("programs.months_from", x.Months, x.MonthFrom)},
		{Label: r.T("programs.ranking"), Value: r.T("programs.open_ranking"), Href: at(x.Program) + "/peringkat/" + string(x.Ranking)},
	}
	if x.State == program.DecreeSigned {
		facts = append(facts, page.Fact{Label: r.T("programs.number"), Value: x.Number, Sub: r.P().Date(x.SignedOn)},
			page.Fact{Label: r.T("programs.paper"), Value: r.T("programs.open_paper"), Href: decreeAt(x) + "/sk", Sub: "SHA-256 " + x.PDF})
	}
	return facts
}

// warn lists what the signer should know.
func (data *decreeData) warn(r *page.Request, x program.Decree, c program.Check) {
	add := func(tone page.Tone, text string) {
		data.Warnings = append(data.Warnings, page.Alert{Tone: tone, Text: text})
	}
	if n := c.HeldLines(); n > 0 {
		keys := make([]string, 0, len(c.Held))
		for k := range c.Held {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			add(page.Bad, r.T("programs.warn_held", c.Held[k], r.T(k)))
		}
	}
	if x.State != program.DecreeProposed {
		return
	}
	if c.Unknown > 0 {
		data.Warnings = append(data.Warnings, page.Alert{Tone: page.Warn, Text: r.T("programs.warn_unknown", c.Unknown),
			Link: &page.Link{Text: r.T("programs.see_them"), Href: at(x.Program) + "/peringkat/" + string(x.Ranking) + "?" + paramState + "=unknown"}})
	}
	if c.Policy > 0 {
		add(page.Warn, r.T("programs.warn_policy", c.Policy))
	}
	if len(data.Warnings) == 0 {
		add(page.Good, r.T("programs.warn_none"))
	}
}

func decreeAreas(r *page.Request, c program.Check) page.Table {
	t := page.Table{Caption: r.T("programs.by_area"), Columns: []page.Column{{Label: r.T("programs.kecamatan")}, {Label: r.T("programs.lines"), Num: true}, {Label: r.T("programs.total"), Num: true}}}
	order := make([]region.Code, 0, len(c.Areas))
	for a := range c.Areas {
		order = append(order, a)
	}
	slices.Sort(order)
	for _, a := range order {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.Text(a.Name()), page.Text(r.P().Num(int64(c.Areas[a].Lines))), page.Text(r.P().Rupiah(c.Areas[a].Total))}})
	}
	return t
}

func decreeLineTable(r *page.Request, x program.Decree, lines []program.DecreeLine) page.Table {
	t := page.Table{Caption: r.T("programs.annex"), Columns: []page.Column{{Label: r.T("programs.place"), Num: true}, {Label: r.T("programs.person")},
		{Label: r.T("programs.village")}, {Label: r.T("programs.total"), Num: true}, {Label: r.T("programs.state")}}}
	replace := x.State == program.DecreeSigned && r.May(account.DecreePropose)
	if replace {
		t.Columns = append(t.Columns, page.Column{Label: r.T("programs.replace"), Hide: true})
	}
	for _, l := range lines {
		state := page.Cell{Tags: []page.Tag{lineTag(r, x, l)}, Sub: l.Reason}
		if l.LeftOn.After(x.MonthFrom) {
			state.Sub += ", " + r.T("programs.left_on", l.LeftOn)
		}
		row := page.Row{Muted: l.State == program.LineReplaced, Cells: []page.Cell{page.Text(r.P().Num(int64(l.Place))), {Text: l.Name, Sub: headOf(r, l)},
			page.Text(l.Village.Where()), page.Text(r.P().Rupiah(l.Amount)), state}}
		if replace {
			cell := page.Cell{}
			if l.State == program.LineDecreed {
				cell.Text, cell.Href = r.T("programs.replace"), decreeAt(x)+"/baris/"+string(l.ID)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func lineTag(r *page.Request, x program.Decree, l program.DecreeLine) page.Tag {
	state := lineState(x, l)
	tones := map[string]page.Tone{string(program.LineDecreed): page.Good, string(program.LineReplacing): page.Warn, string(program.DecreeProposed): page.Info}
	return page.Tag{Text: r.T("programs.decreed_line." + state), Tone: tones[state]}
}

// lineState is where a line stands for people: nobody is decreed before the
// signature.
func lineState(x program.Decree, l program.DecreeLine) string {
	switch {
	case x.State == program.DecreeReturned:
		return string(program.LineWithdrawn)
	case x.State == program.DecreeProposed && l.State == program.LineDecreed:
		return string(program.DecreeProposed)
	}
	return string(l.State)
}

// headOf names the head of the family when it is somebody else.
func headOf(r *page.Request, l program.DecreeLine) string {
	if l.Head == l.Name || l.Head == "" {
		return ""
	}
	return r.T("programs.head_of", l.Head)
}

func signForm(r *page.Request, x program.Decree) page.Form {
	return page.Form{Action: decreeAt(x) + "/tandatangan", Multipart: true, Submit: r.T("programs.sign"),
		Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(x.Version)}}, Fields: []page.Field{
			{Name: "number", Label: r.T("programs.number"), Hint: r.T("programs.number_hint"), MaxLength: 80, Autocomplete: "off"},
			{Kind: page.DateField, Name: "signed_on", Label: r.T("programs.signed_on")},
			{Kind: page.FileField, Name: "pdf", Label: r.T("programs.pdf"), Hint: r.T("programs.pdf_hint"), Accept: ".pdf,application/pdf"},
			{Kind: page.NumberField, Name: "confirm", Label: r.T("programs.confirm"), Hint: r.T("programs.confirm_hint"), MaxLength: 9, Autocomplete: "off"},
		}}
}

// sign stores the paper first: a blob without a decree is swept away, a decree
// without its paper would be a lie.
func (d Deps) sign(r *page.Request) error {
	x, err := d.loadDecree(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	confirm, _ := number(digits(form.Get("confirm")))
	s := program.Signature{Number: form.Get("number"), Confirm: confirm, Read: formVersion(r)}
	if s.On, err = civil.Parse(form.Get("signed_on")); err != nil {
		err = fault.NewInvalid("program.signed_on").At("signed_on")
	}
	if err == nil {
		s.PDF, err = d.keepPaper(r)
	}
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			_, err := delivery.SignDecree(r.Ctx(), tx, x.ID, s)
			return err
		})
	}
	if err != nil {
		f := signForm(r, x)
		f.Fill(form)
		if err := failed(r, &f, err); err != nil {
			return err
		}
		return d.renderDecree(r, http.StatusUnprocessableEntity, x, &f)
	}
	r.Flash("", "programs.signed", s.Number)
	return r.Redirect(decreeAt(x))
}

// keepPaper takes the uploaded PDF; none at all is left to the rules to name.
func (d Deps) keepPaper(r *page.Request) (string, error) {
	file, _, err := r.R.FormFile("pdf")
	if err != nil {
		return "", nil //nolint:nilerr // a missing file is the fault "program.pdf_missing"
	}
	defer file.Close()
	return program.KeepPDF(r.Ctx(), d.Blobs, file)
}

// paper sends the signed PDF.
func (d Deps) paper(r *page.Request) error {
	x, err := d.loadDecree(r)
	if err != nil {
		return err
	}
	if x.PDF == "" {
		return fault.NewNotFound("program.decree_unsigned")
	}
	b, err := d.Blobs.Open(r.Ctx(), x.PDF)
	if err != nil {
		return err
	}
	defer b.Close()
	return r.File("sk-"+x.ProgramCode+".pdf", "application/pdf", func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(b, 0, b.Size()))
		return err
	})
}

func (d Deps) returnDecree(r *page.Request) error {
	x, err := d.loadDecree(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return program.ReturnDecree(r.Ctx(), tx, x.ID, form.Get("reason"))
	}); err != nil {
		if fault.KindOf(err) != fault.Invalid {
			return err
		}
		r.FlashBad("programs.refused", r.P().Fault(err))
		return r.Redirect(decreeAt(x))
	}
	r.Flash("", "programs.decree_returned")
	return r.Redirect(at(x.Program))
}

func (d Deps) loadLine(r *page.Request) (program.Decree, program.DecreeLine, error) {
	x, err := d.loadDecree(r)
	if err != nil {
		return x, program.DecreeLine{}, err
	}
	if !id.Valid(r.Path("line")) {
		return x, program.DecreeLine{}, fault.NewNotFound("program.line_gone")
	}
	l, err := program.DecreeLineByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.DecreeLine(r.Path("line")))
	if err == nil && l.Decree != x.ID {
		err = fault.NewNotFound("program.line_gone")
	}
	r.Object("decree_line:" + string(l.ID))
	return x, l, err
}

func replaceForm(r *page.Request, x program.Decree, l program.DecreeLine) createData {
	return createData{Heading: page.Heading{Title: r.T("programs.replace_title", l.Place, l.Name), Sub: r.T("programs.replace_sub"),
		Back: &page.Link{Text: decreeName(r, x), Href: decreeAt(x)}},
		Form: page.Form{Action: decreeAt(x) + "/baris/" + string(l.ID), Submit: r.T("programs.replace_do"), Danger: true,
			Cancel: &page.Link{Text: r.T("page.cancel"), Href: decreeAt(x)},
			Fields: []page.Field{{Name: "reason", Label: r.T("programs.why_replace"), Hint: r.T("programs.why_replace_hint"), MaxLength: 300}}}}
}

func (d Deps) showReplace(r *page.Request) error {
	x, l, err := d.loadLine(r)
	if err != nil {
		return err
	}
	return replacePage.Render(r, http.StatusOK, replaceForm(r, x, l))
}

func (d Deps) replace(r *page.Request) error {
	x, l, err := d.loadLine(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	var done program.Replacement
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		var err error
		done, err = delivery.ReplaceRecipient(r.Ctx(), tx, l.ID, form.Get("reason"))
		return err
	})
	if err != nil {
		data := replaceForm(r, x, l)
		data.Form.Fill(form)
		if err := data.Form.Fail(r, err); err != nil {
			return err
		}
		return replacePage.Render(r, http.StatusUnprocessableEntity, data)
	}
	if done.Open {
		r.Flash("", "programs.vacated", l.Place)
		return r.Redirect(decreeAt(x))
	}
	r.Flash("", "programs.replaced", l.Place, done.Line.Place, done.Decree.MonthFrom)
	return r.Redirect(decreeAt(done.Decree))
}
