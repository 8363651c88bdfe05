package programs

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/program"
	"tepat/internal/rules"
	"tepat/internal/web/page"
)

var (
	listPage   = page.New[listData](files, "list.html")
	createPage = page.New[createData](files, "create.html")
)

type listData struct {
	Heading page.Heading
	Table   page.Table
	Empty   page.Empty
}

type createData struct {
	Heading page.Heading
	Form    page.Form
}

func (d Deps) list(r *page.Request) error {
	all, err := program.Programs(r.Ctx(), d.DB.Read(), r.Session.Scope)
	if err != nil {
		return err
	}
	data := listData{Heading: page.Heading{Title: r.T("programs.title"), Sub: r.T("programs.sub")},
		Empty: page.Empty{Kind: page.NeverAny, Title: r.T("programs.never"), Text: r.T("programs.never_hint")}}
	if r.May(account.ProgramDraft) {
		create := page.Button{Text: r.T("programs.create"), Href: root + "/baru", Icon: "plus", Primary: true}
		data.Heading.Actions = []page.Button{create}
		data.Empty.Action = &create
	}
	data.Table = page.Table{Caption: r.T("programs.title"), Columns: []page.Column{{Label: r.T("programs.name")}, {Label: r.T("programs.fund")},
		{Label: r.T("programs.rule")}, {Label: r.T("programs.candidates"), Num: true}, {Label: r.T("programs.decreed"), Num: true}}}
	for _, o := range all {
		data.Table.Rows = append(data.Table.Rows, page.Row{Href: at(o.ID), Muted: o.State == program.Closed, Cells: []page.Cell{
			{Text: o.Name, Sub: o.Code, Strong: true}, {Text: r.T("programs.fund." + string(o.Fund)), Sub: r.T("programs.channel." + string(o.Channel))},
			page.Tagged(ruleTags(r, o)...), page.Text(r.P().Num(int64(o.Candidates))), page.Text(r.P().Num(int64(o.Decreed)))}})
	}
	return listPage.Render(r, http.StatusOK, data)
}

// ruleTags says which version is in force and what waits.
func ruleTags(r *page.Request, o program.Overview) []page.Tag {
	var out []page.Tag
	switch {
	case o.State == program.Closed:
		out = append(out, page.Tag{Text: r.T("programs.closed")})
	case o.Active > 0:
		out = append(out, page.Tag{Text: r.T("programs.version_n", o.Active), Tone: page.Info})
	default:
		out = append(out, page.Tag{Text: r.T("programs.no_active"), Tone: page.Warn})
	}
	if o.Waiting > 0 {
		out = append(out, page.Tag{Text: r.T("programs.waits", o.Waiting), Tone: page.Warn})
	}
	return out
}

func createForm(r *page.Request) page.Form {
	radios := func(name string, options []page.Option) page.Field {
		return page.Field{Kind: page.Radios, Name: name, Label: r.T("programs." + name), Options: options}
	}
	var funds, channels []page.Option
	for _, f := range program.Funds() {
		funds = append(funds, page.Option{Value: string(f), Text: r.T("programs.fund." + string(f))})
	}
	for _, c := range program.Channels() {
		channels = append(channels, page.Option{Value: string(c), Text: r.T("programs.channel." + string(c))})
	}
	return page.Form{Action: root + "/baru", Submit: r.T("programs.create_do"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: root}, Fields: []page.Field{
		{Name: "name", Label: r.T("programs.name"), Hint: r.T("programs.name_hint"), MaxLength: 120, Autocomplete: "off"},
		{Name: "code", Label: r.T("programs.code"), Hint: r.T("programs.code_hint"), MaxLength: 30, Autocomplete: "off", Short: true},
		radios("unit", []page.Option{{Value: string(rules.Family), Text: r.T("programs.unit.family")}, {Value: string(rules.Person), Text: r.T("programs.unit.person")}}),
		{Kind: page.Select, Name: "fund", Label: r.T("programs.fund"), Options: funds},
		{Kind: page.Select, Name: "channel", Label: r.T("programs.channel"), Options: channels},
	}}
}

func (d Deps) showCreate(r *page.Request) error {
	return createPage.Render(r, http.StatusOK, createData{createHeading(r), createForm(r)})
}

func createHeading(r *page.Request) page.Heading {
	return page.Heading{Title: r.T("programs.create"), Sub: r.T("programs.create_sub"), Back: &page.Link{Text: r.T("programs.title"), Href: root}}
}

func (d Deps) create(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	var p program.Program
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		var err error
		p, err = program.CreateProgram(r.Ctx(), tx, program.Program{Code: form.Get("code"), Name: form.Get("name"), Unit: rules.Unit(form.Get("unit")),
			Fund: program.Fund(form.Get("fund")), Channel: program.Channel(form.Get("channel"))})
		return err
	})
	if err != nil {
		f := createForm(r)
		f.Fill(form)
		if err := failed(r, &f, err); err != nil {
			return err
		}
		return createPage.Render(r, http.StatusUnprocessableEntity, createData{createHeading(r), f})
	}
	r.Flash("", "programs.created", p.Name)
	return r.Redirect(at(p.ID))
}

func (d Deps) setState(state program.State) func(r *page.Request) error {
	return func(r *page.Request) error {
		p, err := d.loadProgram(r)
		if err != nil {
			return err
		}
		if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return program.SetProgramState(r.Ctx(), tx, p.ID, state)
		}); err != nil {
			return err
		}
		undo := at(p.ID) + "/buka"
		if state == program.Open {
			undo = at(p.ID) + "/tutup"
		}
		r.Flash(undo, "programs.state."+string(state), p.Name)
		return r.Redirect(at(p.ID))
	}
}
