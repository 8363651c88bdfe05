package imports

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var columnsPage = page.New[columnsData](files, "columns.html")

type columnsData struct {
	Heading page.Heading
	Steps   []page.Step
	Errors  []page.FieldError
	Notes   []page.Alert
	Sheets  []page.Tab
	Head    []headRow
	Wide    int
	Kinds   page.Form
	Action  string
	Hidden  []page.Hidden
	Columns []column
	Fields  []page.Field
	Known   bool // the kind of file is chosen
}

// headRow is one of the first rows, to choose the header from.
type headRow struct {
	N      int
	Cells  []string
	Header bool
	Href   string
}

// column is one column of the file and what it could mean.
type column struct {
	Letter  string
	Name    string // of the form field
	Header  string
	Samples []string
	Why     page.Tag
	Options []fieldOption
}

type fieldOption struct {
	Value, Text string
	Chosen      bool
}

const (
	shownCells   = 8
	shownSamples = 3
)

// view is what the URL or the form says about the page.
type view struct {
	sheet, row int
	kind       string
}

func viewOf(q url.Values, b intake.Batch) view {
	v := view{b.Sheet, b.HeaderRow, q.Get("jenis")}
	if n, err := strconv.Atoi(q.Get("lembar")); err == nil {
		v.sheet = n
		v.row = 0
	}
	if n, err := strconv.Atoi(q.Get("baris")); err == nil && n > 0 {
		v.row = n
	}
	return v
}

func (d Deps) askColumns(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	if !b.CanMap() {
		return r.Redirect(pathOf(b.ID))
	}
	data, err := d.columns(r, b, viewOf(r.Query(), b), nil)
	if err != nil {
		return err
	}
	return columnsPage.Render(r, http.StatusOK, data)
}

// columns builds the page; typed are the choices of a form that was refused.
func (d Deps) columns(r *page.Request, b intake.Batch, v view, typed url.Values) (columnsData, error) {
	data := columnsData{
		Heading: page.Heading{Title: b.FileName, Sub: r.T("imports.columns_sub"), Back: &page.Link{Text: r.T("imports.title"), Href: root}},
		Steps:   steps(r, 1), Action: pathOf(b.ID) + "/kolom",
	}
	p, err := d.Intake.Inspect(r.Ctx(), b, v.sheet, v.row)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return data, err
	}
	if err != nil {
		data.Errors = append(data.Errors, page.FieldError{Text: r.P().Fault(err)})
	}
	for _, n := range p.Notes {
		data.Notes = append(data.Notes, page.Alert{Tone: page.Info, Text: r.T(n.Key, n.Args...)})
	}
	if v.kind != "" && v.kind != p.Layout.Name {
		if l, ok := intake.LayoutNamed(v.kind); ok {
			p.Layout = l
			p.Mapping, p.Reasons = l.Map(p.Headers)
		}
	}
	data.sheets(r, b, p)
	data.kinds(r, b, p)
	if p.Layout.Name == "" || p.HeaderRow == 0 {
		return data, nil
	}
	data.Known = true
	data.Hidden = []page.Hidden{{Name: "lembar", Value: strconv.Itoa(p.Sheet)}, {Name: "baris", Value: strconv.Itoa(p.HeaderRow)},
		{Name: "jenis", Value: p.Layout.Name}}
	data.list(r, p, typed)
	return data, d.questions(r, &data, b, p, typed)
}

// sheets offers the other sheets and header rows as links.
func (data *columnsData) sheets(r *page.Request, b intake.Batch, p intake.Preview) {
	path := pathOf(b.ID) + "/kolom"
	if len(p.Sheets) > 1 {
		for i, s := range p.Sheets {
			name := s.Name
			if s.State != sheet.Visible {
				name += " (" + r.T("imports.hidden") + ")"
			}
			data.Sheets = append(data.Sheets, page.Tab{Text: name, Current: i == p.Sheet, Href: path + "?lembar=" + strconv.Itoa(i)})
		}
	}
	for _, row := range p.Head[:min(len(p.Head), 12)] {
		h := headRow{N: row.N, Header: row.N == p.HeaderRow, Href: path + "?lembar=" + strconv.Itoa(p.Sheet) + "&baris=" + strconv.Itoa(row.N)}
		for _, c := range row.Cells[:min(len(row.Cells), shownCells)] {
			h.Cells = append(h.Cells, cut(intake.Masked(c)))
		}
		data.Wide = max(data.Wide, len(h.Cells))
		data.Head = append(data.Head, h)
	}
}

func cut(s string) string {
	if runes := []rune(s); len(runes) > 28 {
		return string(runes[:27]) + "…"
	}
	return s
}

// kinds asks what kind of file this is; choosing another guesses anew.
func (data *columnsData) kinds(r *page.Request, b intake.Batch, p intake.Preview) {
	f := page.Field{Kind: page.Select, Name: "jenis", Label: r.T("imports.kind"), Value: p.Layout.Name}
	for _, l := range intake.Layouts() {
		f.Options = append(f.Options, page.Option{Value: l.Name, Text: kindName(r, l.Name)})
	}
	data.Kinds = page.Form{Action: pathOf(b.ID) + "/kolom", Get: true, Submit: r.T("imports.kind_do"), Fields: []page.Field{f}, Hidden: []page.Hidden{
		{Name: "lembar", Value: strconv.Itoa(p.Sheet)}, {Name: "baris", Value: strconv.Itoa(p.HeaderRow)}}}
	if p.Layout.Name == "" {
		data.Notes = append(data.Notes, page.Alert{Tone: page.Warn, Text: r.T("imports.kind_ask")})
	}
}

// list shows every column with its guess, samples and choices.
func (data *columnsData) list(r *page.Request, p intake.Preview, typed url.Values) {
	for _, why := range p.Reasons {
		c := column{Letter: sheet.ColumnName(why.Column), Name: "kolom-" + strconv.Itoa(why.Column), Header: why.Header,
			Why: page.Tag{Text: r.T("intake.how." + string(why.How)), Tone: toneOf(why.How)}}
		for _, row := range p.Samples {
			if s := cut(intake.Masked(row.At(why.Column))); s != "" && len(c.Samples) < shownSamples && !slices.Contains(c.Samples, s) {
				c.Samples = append(c.Samples, s)
			}
		}
		chosen := string(why.Field)
		if typed != nil {
			chosen = typed.Get(c.Name)
		}
		c.Options = []fieldOption{{"", r.T("imports.unused"), chosen == ""}}
		for _, f := range p.Layout.Fields {
			text := r.T("intake.field." + string(f.Field))
			if slices.Contains(p.Layout.Required, f.Field) {
				text += " *"
			}
			c.Options = append(c.Options, fieldOption{string(f.Field), text, chosen == string(f.Field)})
		}
		data.Columns = append(data.Columns, c)
	}
}

func toneOf(h intake.How) page.Tone {
	switch h {
	case intake.HowSynonym, intake.HowRemembered:
		return page.Good
	case intake.HowSimilar, intake.HowTwice:
		return page.Warn
	}
	return page.Plain
}

// questions asks what no column tells: sender, programme, village.
func (d Deps) questions(r *page.Request, data *columnsData, b intake.Batch, p intake.Preview, typed url.Values) error {
	data.Fields = []page.Field{{Name: "pengirim", Label: r.T("imports.sender"), Optional: true, Value: b.Sender, MaxLength: 80}}
	if p.Layout.Program == "ask" || p.Layout.Program == "subject" {
		f := page.Field{Kind: page.Select, Name: "program", Label: r.T("imports.program"), Value: b.Subject}
		_, hasColumn := p.Mapping[intake.FieldProgram]
		f.Optional = p.Layout.Program == "ask" && hasColumn
		programs, err := program.Programs(r.Ctx(), d.DB.Read(), r.Session.Scope)
		if err != nil {
			return err
		}
		if p.Layout.Program == "ask" {
			f.Hint = r.T("imports.program_hint")
			for _, code := range []string{"PKH", "SEMBAKO", "BLT-DD", "PBI-JK", "BST"} {
				f.Options = append(f.Options, page.Option{Value: code, Text: code})
			}
		}
		for _, o := range programs {
			value := o.Code
			if p.Layout.Program == "subject" {
				value = string(o.ID)
			}
			f.Options = append(f.Options, page.Option{Value: value, Text: o.Name + " (" + o.Code + ")"})
		}
		data.Fields = append(data.Fields, f)
	}
	data.Fields = append(data.Fields, villageField(r, b, p.Layout.AskVillage))
	if typed != nil {
		form := page.Form{Fields: data.Fields}
		form.Fill(typed)
	}
	return nil
}

func villageField(r *page.Request, b intake.Batch, needed bool) page.Field {
	f := page.Field{Kind: page.Select, Name: "desa", Label: r.T("imports.village"), Hint: r.T("imports.village_hint"), Value: string(b.Village), Optional: true}
	if needed {
		f.Hint = r.T("imports.village_needed")
	}
	for _, v := range region.Villages(r.Session.Scope.Regency()) {
		if r.Session.Scope.Contains(v.Code) {
			f.Options = append(f.Options, page.Option{Value: string(v.Code), Text: villageName(v.Code)})
		}
	}
	return f
}

// setColumns takes the choice and starts the check.
func (d Deps) setColumns(r *page.Request) error {
	b, err := d.load(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	v := viewOf(form, b)
	m, err := mappingOf(form)
	if err == nil {
		_, err = d.Intake.SetMapping(r.Ctx(), r.Actor(), b.ID, intake.Choice{Sheet: v.sheet, HeaderRow: v.row, Layout: v.kind,
			Sender: form.Get("pengirim"), Subject: form.Get("program"), Village: region.Code(form.Get("desa")), Mapping: m})
	}
	if err == nil {
		if _, err = d.Intake.StartCheck(r.Ctx(), r.Actor(), b.ID); err != nil {
			return err
		}
		return r.Redirect(pathOf(b.ID))
	}
	f := fault.From(err)
	if f == nil || f.Kind != fault.Invalid {
		return err
	}
	data, err := d.columns(r, b, v, form)
	if err != nil {
		return err
	}
	data.Errors = append(data.Errors, page.FieldError{Text: d.where(r, f)})
	return columnsPage.Render(r, http.StatusUnprocessableEntity, data)
}

// where puts the name of the field before the sentence about it.
func (d Deps) where(r *page.Request, f *fault.Fault) string {
	if name := "intake.field." + f.Field; r.P().Has(name) {
		return r.T(name) + ": " + r.P().Fault(f)
	}
	return r.P().Fault(f)
}

func mappingOf(form url.Values) (intake.Mapping, error) {
	m := intake.Mapping{}
	for name := range form {
		field := intake.Field(form.Get(name))
		at, err := strconv.Atoi(trimColumn(name))
		if err != nil || field == "" {
			continue
		}
		if _, taken := m[field]; taken {
			return nil, fault.NewInvalid("intake.field_twice").At(string(field))
		}
		m[field] = at
	}
	return m, nil
}

func trimColumn(name string) string {
	if len(name) > len("kolom-") && name[:len("kolom-")] == "kolom-" {
		return name[len("kolom-"):]
	}
	return ""
}
