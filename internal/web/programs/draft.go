package programs

import (
	"net/http"
	"net/url"
	"strconv"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/rules"
	"tepat/internal/web/page"
)

var draftPage = page.New[draftData](files, "draft.html")

// part is a group of fields of the draft, with a heading.
type part struct {
	Title  string
	Hint   string
	Fields []page.Field
}

type draftData struct {
	Heading page.Heading
	Form    page.Form // without fields: the parts hold them
	Parts   []part
	Foreign *page.Alert // rules that this form cannot build
}

// draftOf builds the form for a programme.
func (d Deps) draftOf(r *page.Request, p program.Program, action string) (draftData, error) {
	vocab, err := program.Vocabulary(r.Ctx(), d.DB.Read(), r.Actor().Regency())
	if err != nil {
		return draftData{}, err
	}
	return draftData{
		Form:  page.Form{Action: action, Submit: r.T("programs.save_draft"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: at(p.ID)}},
		Parts: []part{timePart(r), whoPart(r), aidPart(r, vocab, p), orderPart(r)},
	}, nil
}

func timePart(r *page.Request) part {
	return part{Title: r.T("programs.part.time"), Fields: []page.Field{
		{Kind: page.DateField, Name: "valid_from", Label: r.T("programs.valid_from"), Hint: r.T("programs.valid_from_hint")},
		{Kind: page.DateField, Name: "valid_until", Label: r.T("programs.valid_until"), Optional: true},
		{Kind: page.TextArea, Name: "legal_basis", Label: r.T("programs.basis"), Hint: r.T("programs.basis_hint"), Optional: true, Rows: 2, MaxLength: 500},
		{Kind: page.RupiahField, Name: "amount", Label: r.T("programs.amount_month"), MaxLength: 16},
		{Kind: page.NumberField, Name: "months", Label: r.T("programs.months"), Short: true, MaxLength: 2, Value: "12"},
		{Kind: page.Radios, Name: "source", Label: r.T("programs.source"), Value: string(program.FromRegistry), Options: []page.Option{
			{Value: string(program.FromRegistry), Text: r.T("programs.source.registry"), Hint: r.T("programs.source.registry_hint")},
			{Value: string(program.FromList), Text: r.T("programs.source.list"), Hint: r.T("programs.source.list_hint")}}},
	}}
}

func whoPart(r *page.Request) part {
	small := func(name string) page.Field {
		return page.Field{Kind: page.NumberField, Name: name, Label: r.T("programs." + name), Optional: true, Short: true, MaxLength: 3}
	}
	return part{Title: r.T("programs.part.who"), Hint: r.T("programs.part.who_hint"), Fields: []page.Field{
		small("age_min"), small("age_max"), small("desil_min"), small("desil_max"),
		unknownField(r, "desil_unknown", r.T("programs.desil_unknown")),
		{Kind: page.Checkbox, Name: "domicile", Label: r.T("programs.domicile", r.Session.Scope.Regency().Dotted()), Value: "1"},
		{Kind: page.Checkbox, Name: "desa", Label: r.T("programs.desa")},
		{Kind: page.Checkbox, Name: "alive", Label: r.T("programs.alive"), Value: "1"},
	}}
}

func unknownField(r *page.Request, name, label string) page.Field {
	return page.Field{Kind: page.Radios, Name: name, Label: label, Options: []page.Option{
		{Value: "", Text: r.T("programs.unknown.review"), Hint: r.T("programs.unknown.review_hint")},
		{Value: string(rules.Pass), Text: r.T("programs.unknown.pass")}, {Value: string(rules.Fail), Text: r.T("programs.unknown.fail")}}}
}

func scopeField(r *page.Request, name string) page.Field {
	return page.Field{Kind: page.Radios, Name: name, Label: r.T("programs.scope"), Hint: r.T("programs.scope_hint"), Options: []page.Option{
		{Value: string(rules.ScopeFamily), Text: r.T("programs.scope.family")}, {Value: string(rules.ScopePerson), Text: r.T("programs.scope.person")}}}
}

func aidPart(r *page.Request, vocab rules.Vocabulary, p program.Program) part {
	aid := page.Field{Kind: page.Checkboxes, Name: "aid", Label: r.T("programs.aid"), Hint: r.T("programs.aid_hint"), Optional: true,
		Options: []page.Option{{Value: rules.AnyProgram, Text: r.T("programs.aid_any")}}}
	for _, t := range vocab.Programs {
		if t.Code != p.Code {
			aid.Options = append(aid.Options, page.Option{Value: t.Code, Text: termName(r, t)})
		}
	}
	facts := page.Field{Kind: page.Checkboxes, Name: "facts", Label: r.T("programs.facts"), Optional: true}
	for _, t := range vocab.Facts {
		facts.Options = append(facts.Options, page.Option{Value: t.Code, Text: termName(r, t)})
	}
	return part{Title: r.T("programs.part.reject"), Fields: []page.Field{
		aid, scopeField(r, "aid_scope"), unknownField(r, "aid_unknown", r.T("programs.aid_unknown")),
		facts, scopeField(r, "facts_scope"), unknownField(r, "facts_unknown", r.T("programs.facts_unknown"))}}
}

func termName(r *page.Request, t rules.Term) string {
	if r.Lang() == "en" && t.NameEN != "" {
		return t.NameEN
	}
	if t.NameID != "" {
		return t.NameID
	}
	return t.Code
}

func orderPart(r *page.Request) part {
	fields := []page.Field{
		{Kind: page.NumberField, Name: "quota", Label: r.T("programs.quota"), MaxLength: 9},
		{Kind: page.RupiahField, Name: "budget", Label: r.T("programs.budget"), Optional: true, MaxLength: 20},
		{Kind: page.NumberField, Name: "reserve", Label: r.T("programs.reserve"), MaxLength: 6, Value: "0"},
		{Kind: page.NumberField, Name: "floor", Label: r.T("programs.floor"), Hint: r.T("programs.floor_hint"), Optional: true, MaxLength: 5},
	}
	var options []page.Option
	for _, k := range program.KeyNames() {
		options = append(options, page.Option{Value: k, Text: r.T("programs.key."+string(program.DefaultOrder(k)), ranking.KeyName(k, r.Lang()))})
	}
	for i := range maxKeysShown {
		f := page.Field{Kind: page.Select, Name: "key" + strconv.Itoa(i+1), Label: r.T("programs.key_n", i+1), Optional: true, Options: options}
		if i == 0 {
			f.Value = "peringkat_kab_kota"
		}
		fields = append(fields, f)
	}
	return part{Title: r.T("programs.part.order"), Fields: append(fields,
		page.Field{Name: "seed", Label: r.T("programs.seed"), Hint: r.T("programs.seed_hint"), MaxLength: 200, Autocomplete: "off"})}
}

// fill puts values into the fields of every part.
func (data *draftData) fill(v url.Values) {
	for i := range data.Parts {
		f := page.Form{Fields: data.Parts[i].Fields}
		f.Fill(v)
	}
}

// object marks what is wrong, in the part that holds the field. The marks of
// clauses lead to the field that makes them.
func (data *draftData) object(r *page.Request, err error) error {
	var all page.Form
	for i := range data.Parts {
		all.Fields = append(all.Fields, data.Parts[i].Fields...)
	}
	x := fault.From(err)
	if x == nil || x.Kind != fault.Invalid {
		return err
	}
	if name := fieldOfClause[x.Field]; name != "" {
		x = x.At(name)
	}
	if err := all.Fail(r, x); err != nil {
		return err
	}
	data.Form.Errors = all.Errors
	n := 0
	for i := range data.Parts {
		copy(data.Parts[i].Fields, all.Fields[n:])
		n += len(data.Parts[i].Fields)
	}
	return nil
}

var fieldOfClause = map[string]string{clauseAge: "age_min", clauseDesil: "desil_min", clauseAid: "aid", clauseFacts: "facts", "keys": "key1", "floors": "floor"}

func (d Deps) showDraft(r *page.Request) error {
	p, err := d.loadProgram(r)
	if err != nil {
		return err
	}
	data, err := d.draftOf(r, p, at(p.ID)+"/aturan/baru")
	if err != nil {
		return err
	}
	data.Heading = page.Heading{Title: r.T("programs.draft_title", p.Name), Sub: r.T("programs.draft_sub"), Back: &page.Link{Text: p.Name, Href: at(p.ID)}}
	versions, err := program.Versions(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID)
	if err != nil {
		return err
	}
	if len(versions) > 0 { // a new draft begins as a copy of the latest version
		data.start(r, versions[0].Terms, p)
	} else {
		data.fill(url.Values{"valid_from": {firstOfNextYear(today(r)).String()}, "months": {"12"}, "source": {string(program.FromRegistry)}, "domicile": {"1"},
			"alive": {"1"}, "reserve": {"0"}, "key1": {"peringkat_kab_kota"}})
	}
	return draftPage.Render(r, http.StatusOK, data)
}

func firstOfNextYear(d civil.Date) civil.Date { return civil.Date{Year: d.Year + 1, Month: 1, Day: 1} }

// start fills the form from terms and warns when it cannot hold all of them.
func (data *draftData) start(r *page.Request, t program.Terms, p program.Program) {
	v, ok := formOf(t, p.Code, r.Session.Scope.Regency())
	data.fill(v)
	if !ok {
		data.Foreign = &page.Alert{Tone: page.Warn, Text: r.T("programs.foreign")}
	}
}

func (d Deps) draft(r *page.Request) error {
	p, err := d.loadProgram(r)
	if err != nil {
		return err
	}
	return d.save(r, p, at(p.ID)+"/aturan/baru", func(tx *db.Tx, t program.Terms) (program.RuleVersion, error) {
		return program.DraftVersion(r.Ctx(), tx, p.ID, t)
	})
}

func (d Deps) showEdit(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	if v.State != program.Draft {
		return fault.NewConflict("program.not_draft", v.Number)
	}
	data, err := d.draftOf(r, p, versionAt(v)+"/ubah")
	if err != nil {
		return err
	}
	data.Heading = editHeading(r, v, p)
	data.Form.Hidden = []page.Hidden{{Name: "version", Value: strconv.Itoa(v.Version)}}
	data.start(r, v.Terms, p)
	return draftPage.Render(r, http.StatusOK, data)
}

func editHeading(r *page.Request, v program.RuleVersion, p program.Program) page.Heading {
	return page.Heading{Title: r.T("programs.edit_title", v.Number, p.Name), Back: &page.Link{Text: r.T("programs.version_n", v.Number), Href: versionAt(v)}}
}

func (d Deps) edit(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	return d.save(r, p, versionAt(v)+"/ubah", func(tx *db.Tx, t program.Terms) (program.RuleVersion, error) {
		return program.EditDraft(r.Ctx(), tx, v.ID, t, formVersion(r))
	})
}

// formVersion is the version that the form was read at; 0 never fits.
func formVersion(r *page.Request) int {
	n, _ := number(r.R.PostForm.Get("version"))
	return n
}

// save reads the form and stores it, or shows it again with what is wrong.
func (d Deps) save(r *page.Request, p program.Program, action string, store func(tx *db.Tx, t program.Terms) (program.RuleVersion, error)) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	var v program.RuleVersion
	t, err := termsOf(form, p, r.Session.Scope.Regency())
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			var err error
			v, err = store(tx, t)
			return err
		})
	}
	if err == nil {
		r.Flash("", "programs.saved", v.Number)
		return r.Redirect(versionAt(v))
	}
	data, buildErr := d.draftOf(r, p, action)
	if buildErr != nil {
		return buildErr
	}
	data.Heading = page.Heading{Title: r.T("programs.draft_title", p.Name), Back: &page.Link{Text: p.Name, Href: at(p.ID)}}
	data.Form.Hidden = []page.Hidden{{Name: "version", Value: form.Get("version")}}
	data.fill(form)
	if err := data.object(r, err); err != nil {
		return err
	}
	return draftPage.Render(r, http.StatusUnprocessableEntity, data)
}
