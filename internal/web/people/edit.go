package people

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

var formPage = page.New[formData](files, "form.html")

type formData struct {
	Heading page.Heading
	Note    page.Alert // who will overwrite this
	Form    page.Form
}

// again answers a form that was refused. Somebody else's change in between
// shows beside each field what is recorded now and takes the new version, so
// that saving again is a decision; every other answer keeps the version typed
// over, or that change would be lost unseen.
func (data formData) again(r *page.Request, typed url.Values, err error) error {
	f := fault.From(err)
	held := slices.Clone(data.Form.Fields)
	data.Form.Fill(typed)
	if f == nil || f.Key != "registry.changed_meanwhile" {
		data.Form.Hidden[0].Value = typed.Get("version")
	}
	if f == nil || f.Kind != fault.Conflict {
		if err := data.Form.Fail(r, err); err != nil {
			return err
		}
		return formPage.Render(r, http.StatusUnprocessableEntity, data)
	}
	if f.Key == "registry.number_taken" {
		field := "nik"
		if typed.Has("kk") {
			field = "kk"
		}
		data.Form.Mark(field, r.P().Fault(f))
		return formPage.Render(r, http.StatusConflict, data)
	}
	for i, field := range held {
		if field.Name == "reason" || field.Kind == page.NIKField || typed.Get(field.Name) == field.Value {
			continue
		}
		now := field.Value
		if label := optionText(field); label != "" {
			now = label
		}
		data.Form.Fields[i].Hint = r.T("people.now", orDash(now))
	}
	data.Form.Mark("", r.P().Fault(f))
	return formPage.Render(r, http.StatusConflict, data)
}

func optionText(f page.Field) string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Text
		}
	}
	return ""
}

func (d Deps) refuseOwn(r *page.Request, family registry.Family, p registry.Person) error {
	own, err := registry.IsOwnFamily(r.Ctx(), d.DB.Read(), r.Actor(), family.ID, p.NIK)
	if err == nil && own {
		err = account.OwnFamily()
	}
	return err
}

func (d Deps) showFamilyForm(r *page.Request) error {
	f, err := d.loadFamily(r)
	if err != nil {
		return err
	}
	if f.MergedInto != "" {
		return d.familyElsewhere(r, f)
	}
	if err := d.refuseOwn(r, f, registry.Person{}); err != nil {
		return err
	}
	return formPage.Render(r, http.StatusOK, familyForm(r, f))
}

func (d Deps) changeFamily(r *page.Request) error {
	f, err := d.loadFamily(r)
	if err != nil {
		return err
	}
	typed, err := r.Form()
	if err != nil {
		return err
	}
	next, diff := f, registry.Diff(nil)
	if err = readFamily(typed, &next); err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			diff, err = registry.CorrectFamily(r.Ctx(), tx, next, typed.Get("reason"))
			return err
		})
	}
	if err != nil {
		return familyForm(r, f).again(r, typed, err)
	}
	saved(r, headName(r, next), diff)
	if !r.Session.Scope.Contains(next.Village) {
		return r.Redirect(root)
	}
	return r.Redirect(familyPath(f.ID))
}

func saved(r *page.Request, name string, d registry.Diff) {
	if len(d) == 0 {
		r.Flash("", "people.unchanged", name)
		return
	}
	r.Flash("", "people.saved", name)
}

func familyForm(r *page.Request, f registry.Family) formData {
	at := familyPath(f.ID)
	return formData{
		Heading: page.Heading{Title: r.T("people.edit_of", headName(r, f)), Back: &page.Link{Text: headName(r, f), Href: at}},
		Note:    page.Alert{Tone: page.Info, Text: r.T("people.note_family")},
		Form: page.Form{Action: at + "/ubah", Submit: r.T("people.save"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: at},
			Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(f.Version)}},
			Fields: []page.Field{
				numberField(r, "kk", r.T("people.kk"), f.KK.String()),
				{Name: "address", Label: r.T("people.field.address"), Value: f.Address, Optional: true, Autocomplete: "off", MaxLength: 200},
				{Name: "rt", Label: "RT", Value: f.RT, Optional: true, Short: true, Autocomplete: "off", MaxLength: 5},
				{Name: "rw", Label: "RW", Value: f.RW, Optional: true, Short: true, Autocomplete: "off", MaxLength: 5},
				{Name: "hamlet", Label: r.T("people.field.hamlet"), Value: f.Hamlet, Optional: true, Autocomplete: "off", MaxLength: 100},
				{Kind: page.Select, Name: "village", Label: r.T("people.village"), Value: string(f.Village), Options: villages(r, f.Village)},
				reasonField(r),
			}},
	}
}

func numberField(r *page.Request, name, label, held string) page.Field {
	f := page.Field{Kind: page.NIKField, Name: name, Label: label, Hint: r.T("people.number_hint"), Optional: true, MaxLength: 24}
	if held != "" {
		f.Hint = r.T("people.number_keep", held)
	}
	return f
}

func reasonField(r *page.Request) page.Field {
	return page.Field{Kind: page.TextArea, Name: "reason", Label: r.T("people.reason"), Hint: r.T("people.reason_hint"), Rows: 2, MaxLength: 500}
}

// villages lists where the officer may move a family; the present village
// stays even when it was merged away.
func villages(r *page.Request, now region.Code) []page.Option {
	var out []page.Option
	known := false
	for _, v := range region.Villages(r.Session.Scope.Regency()) {
		if r.Session.Scope.Contains(v.Code) || v.Code == now {
			out = append(out, page.Option{Value: string(v.Code), Text: place(r, v.Code)})
			known = known || v.Code == now
		}
	}
	if !known {
		out = append(out, page.Option{Value: string(now), Text: now.Dotted()})
	}
	return out
}

// readFamily puts what was typed into f. An empty number keeps the recorded one.
func readFamily(typed url.Values, f *registry.Family) error {
	version, err := readVersion(typed)
	if err != nil {
		return err
	}
	k, level := nik.ParseKK(typed.Get("kk"))
	if level != "" {
		return fault.NewInvalid("people.number_wrong").At("kk")
	}
	if k != "" {
		f.KK = k
	}
	f.Version, f.Village = version, region.Code(typed.Get("village"))
	f.Address, f.Hamlet, f.RT, f.RW = line(typed, "address"), line(typed, "hamlet"), line(typed, "rt"), line(typed, "rw")
	return nil
}

func readVersion(typed url.Values) (int, error) {
	n, err := strconv.Atoi(typed.Get("version"))
	if err != nil {
		return 0, fault.NewInvalid("page.form").Because(err)
	}
	return n, nil
}

func line(typed url.Values, name string) string {
	return strings.Join(strings.Fields(typed.Get(name)), " ")
}

func (d Deps) showPersonForm(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	if p.MergedInto != "" {
		return d.elsewhere(r, p)
	}
	if err := d.refuseOwn(r, registry.Family{ID: p.FamilyID}, p); err != nil {
		return err
	}
	return formPage.Render(r, http.StatusOK, personForm(r, p))
}

func (d Deps) changePerson(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	typed, err := r.Form()
	if err != nil {
		return err
	}
	next, diff := p, registry.Diff(nil)
	if err = readPerson(typed, &next); err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			diff, err = registry.CorrectPerson(r.Ctx(), tx, next, typed.Get("reason"))
			return err
		})
	}
	if err != nil {
		return personForm(r, p).again(r, typed, err)
	}
	saved(r, next.Name, diff)
	return r.Redirect(personPath(p))
}

func personForm(r *page.Request, p registry.Person) formData {
	at := personPath(p)
	relations := page.Field{Kind: page.Select, Name: "relation", Label: r.T("people.relation"), Value: strconv.Itoa(int(p.Relation))}
	for n := range relationKeys {
		relations.Options = append(relations.Options, page.Option{Value: strconv.Itoa(n), Text: relation(r, registry.Relation(n))})
	}
	return formData{
		Heading: page.Heading{Title: r.T("people.edit_of", p.Name), Back: &page.Link{Text: p.Name, Href: at}},
		Note:    page.Alert{Tone: page.Info, Text: r.T("people.note_person")},
		Form: page.Form{Action: at + "/ubah", Submit: r.T("people.save"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: at},
			Hidden: []page.Hidden{{Name: "version", Value: strconv.Itoa(p.Version)}},
			Fields: slices.Concat([]page.Field{
				{Name: "name", Label: r.T("people.name"), Value: p.Name, Hint: r.T("people.name_hint"), Autocomplete: "off", MaxLength: 200},
				numberField(r, "nik", "NIK", p.NIK.String()),
				{Kind: page.Radios, Name: "sex", Label: r.T("people.sex"), Value: string(p.Sex), Optional: true, Options: []page.Option{
					{Value: string(nik.Male), Text: r.T("people.sex.male")}, {Value: string(nik.Female), Text: r.T("people.sex.female")}}},
				{Kind: page.DateField, Name: "birth_on", Label: r.T("people.field.birth_on"), Value: p.BirthOn.String(), Optional: true},
			}, plainInputs(r, p), []page.Field{relations, reasonField(r)})},
	}
}

// readPerson puts what was typed into p; see readFamily.
func readPerson(typed url.Values, p *registry.Person) error {
	version, err := readVersion(typed)
	if err != nil {
		return err
	}
	n, level := nik.ParseNIK(typed.Get("nik"))
	if level != "" {
		return fault.NewInvalid("people.number_wrong").At("nik")
	}
	if n != "" {
		p.NIK = n
	}
	born, err := readDate(typed.Get("birth_on"))
	if err != nil {
		return fault.NewInvalid("registry.birth_impossible").At("birth_on").Because(err)
	}
	if born != p.BirthOn {
		p.BirthOn, p.BirthPrecision = born, registry.ByDay
		if born.IsZero() {
			p.BirthPrecision = registry.NoBirth
		}
	}
	rel, err := strconv.Atoi(typed.Get("relation"))
	if err != nil {
		return fault.NewInvalid("registry.relation_unknown").At("relation").Because(err)
	}
	sex := nik.Sex(typed.Get("sex"))
	if sex != nik.Male && sex != nik.Female {
		sex = ""
	}
	p.Version, p.Relation, p.Sex = version, registry.Relation(rel), sex
	p.Name = line(typed, "name")
	readPlain(typed, p)
	return nil
}

var errNoDate = errors.New("people: no date")

// readDate takes what browsers send and what people write: 2026-11-22,
// 22/11/2026, 22-11-2026, 22.11.2026.
func readDate(text string) (civil.Date, error) {
	text = strings.TrimSpace(text)
	if d, err := civil.Parse(text); err == nil {
		return d, nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' })
	if len(parts) != 3 {
		return civil.Date{}, errNoDate
	}
	var n [3]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil {
			return civil.Date{}, err
		}
	}
	d := civil.Date{Year: n[2], Month: time.Month(n[1]), Day: n[0]}
	if !d.Valid() {
		return civil.Date{}, errNoDate
	}
	return d, nil
}
