package users

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var (
	formPage = page.New[formData](files, "form.html")
	slipPage = page.New[slipData](files, "slip.html")
)

// formData is the form of an invitation or a change: fields, then the tree.
type formData struct {
	Heading page.Heading
	Form    page.Form
	Whole   box
	Tree    []branch
	Lost    []box  // chosen areas that the list of regions no longer has
	TreeBad string // what is wrong with the area
}

// box is one check box of the tree.
type box struct {
	Value  string
	Text   string
	Chosen bool
}

// branch is a kecamatan with its villages; it stands open when one of them is
// chosen.
type branch struct {
	box
	Villages []box
	Picked   int
}

// Open reports whether the branch shows its villages at once.
func (b branch) Open() bool { return b.Picked > 0 }

func (d Deps) showInvite(r *page.Request) error {
	return formPage.Render(r, http.StatusOK, inviteForm(r, nil))
}

func inviteForm(r *page.Request, picked []string) formData {
	data := formData{Heading: page.Heading{Title: r.T("users.invite"), Sub: r.T("users.invite_sub"), Back: &page.Link{Text: r.T("users.title"), Href: root}},
		Form: page.Form{Action: root + "/baru", Submit: r.T("users.invite_do"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: root}}}
	data.Form.Fields = append([]page.Field{{Name: "username", Label: r.T("users.username"), Hint: r.T("users.username_hint"),
		Autocomplete: "off", MaxLength: 40}}, personFields(r, account.User{})...)
	data.grow(r.Session.Scope, picked)
	return data
}

func changeForm(r *page.Request, u account.User, version string, picked []string) formData {
	at := root + "/" + string(u.ID)
	data := formData{Heading: page.Heading{Title: r.T("users.change_of", u.Name), Sub: r.T("users.change_sub"), Back: &page.Link{Text: u.Name, Href: at}},
		Form: page.Form{Action: at + "/ubah", Submit: r.T("users.save"), Cancel: &page.Link{Text: r.T("page.cancel"), Href: at},
			Hidden: []page.Hidden{{Name: "version", Value: version}}, Fields: personFields(r, u)}}
	data.grow(r.Session.Scope, picked)
	return data
}

func personFields(r *page.Request, u account.User) []page.Field {
	role := page.Field{Kind: page.Radios, Name: "role", Label: r.T("users.role"), Value: string(u.Role)}
	for _, v := range account.Roles() {
		role.Options = append(role.Options, page.Option{Value: string(v), Text: r.T("role." + string(v)), Hint: r.T("users.duty." + string(v))})
	}
	number := func(name, label, held string) page.Field {
		f := page.Field{Kind: page.NIKField, Name: name, Label: label, Hint: r.T("users.nik_hint"), MaxLength: 24}
		if held != "" {
			f.Hint, f.Optional = r.T("users.nik_keep", held), true
		}
		return f
	}
	return []page.Field{
		{Name: "name", Label: r.T("users.name"), Value: u.Name, Autocomplete: "off", MaxLength: 100},
		{Name: "position", Label: r.T("users.position"), Value: u.Position, Optional: true, Autocomplete: "off", MaxLength: 120},
		{Kind: page.NumberField, Name: "nip", Label: "NIP", Value: u.NIP, Optional: true, Hint: r.T("users.nip_hint"), MaxLength: 24},
		number("nik", "NIK", u.NIK.String()),
		number("kk", r.T("users.kk"), u.KK.String()),
		role,
	}
}

// grow builds the tree of the areas that scope can give. A village that was
// merged since it was chosen stays visible, so that saving drops nothing.
func (data *formData) grow(scope region.Scope, picked []string) {
	chosen := func(c region.Code) bool { return slices.Contains(picked, string(c)) }
	regency := scope.Regency()
	if scope.Whole() {
		data.Whole = box{Value: string(regency), Text: scope.Label(), Chosen: chosen(regency)}
	}
	for _, k := range region.Children(regency) {
		if !scope.Overlaps(k.Code) {
			continue
		}
		b := branch{}
		if scope.Contains(k.Code) {
			b.box = box{Value: string(k.Code), Text: k.Name, Chosen: chosen(k.Code)}
		} else {
			b.Text = k.Name
		}
		for _, v := range region.Children(k.Code) {
			if !scope.Contains(v.Code) {
				continue
			}
			leaf := box{Value: string(v.Code), Text: v.Title(), Chosen: chosen(v.Code)}
			if leaf.Chosen {
				b.Picked++
			}
			b.Villages = append(b.Villages, leaf)
		}
		data.Tree = append(data.Tree, b)
	}
	for _, p := range picked {
		c := region.Code(p)
		if c.Valid() && c != regency && regency.Contains(c) && !region.Exists(c) {
			data.Lost = append(data.Lost, box{Value: p, Text: c.Dotted(), Chosen: true})
		}
	}
}

// pickedOf lists the codes of scope as the tree knows them.
func pickedOf(scope region.Scope) []string {
	if scope.Whole() {
		return []string{string(scope.Regency())}
	}
	var out []string
	for _, c := range scope.Areas() {
		out = append(out, string(c))
	}
	return out
}

// parse reads what was typed about a person. An empty NIK or KK keeps old's.
func parse(form url.Values, old account.User) (account.Details, error) {
	d := account.Details{Name: form.Get("name"), Role: account.Role(form.Get("role")), Position: form.Get("position"), NIP: form.Get("nip"), NIK: old.NIK, KK: old.KK}
	n, level := nik.ParseNIK(form.Get("nik"))
	if level != "" {
		return d, fault.NewInvalid("account.nik").At("nik")
	}
	if n != "" {
		d.NIK = n
	}
	k, level := nik.ParseKK(form.Get("kk"))
	if level != "" {
		return d, fault.NewInvalid("account.kk").At("kk")
	}
	if k != "" {
		d.KK = k
	}
	for _, a := range form["areas"] {
		d.Areas = append(d.Areas, region.Code(a))
	}
	return d, nil
}

// again shows the form with what was typed and what is wrong with it.
func (data formData) again(r *page.Request, form url.Values, err error) error {
	data.Form.Fill(form)
	if f := fault.From(err); f != nil && f.Field == "areas" {
		data.TreeBad = r.P().Fault(f)
	}
	if err := data.Form.Fail(r, err); err != nil {
		return err
	}
	for i, e := range data.Form.Errors {
		if e.Field == "" && data.TreeBad != "" {
			data.Form.Errors[i].Field = "areas"
		}
	}
	return formPage.Render(r, http.StatusUnprocessableEntity, data)
}

func (d Deps) invite(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	det, err := parse(form, account.User{})
	var user id.User
	var pass account.OneTime
	if err == nil {
		pass, err = account.NewOneTime(r.Ctx())
	}
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			var err error
			user, err = account.Invite(r.Ctx(), tx, form.Get("username"), det, pass)
			return err
		})
	}
	if err != nil {
		return inviteForm(r, form["areas"]).again(r, form, err)
	}
	return d.slip(r, user, pass, "users.invited")
}

func (d Deps) showChange(r *page.Request) error {
	u, err := d.load(r)
	if err != nil {
		return err
	}
	if u.ID == r.Session.User {
		return fault.NewDenied("account.not_self")
	}
	return formPage.Render(r, http.StatusOK, changeForm(r, u, strconv.FormatInt(u.Version, 10), pickedOf(u.Scope)))
}

func (d Deps) change(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	u, err := d.load(r)
	if err != nil {
		return err
	}
	det, err := parse(form, u)
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return account.Change(r.Ctx(), tx, u.ID, version(form), det)
		})
	}
	if err != nil {
		return changeForm(r, u, form.Get("version"), form["areas"]).again(r, form, err)
	}
	r.Flash("", "users.changed_done", det.Name)
	return r.Redirect(root + "/" + string(u.ID))
}

// version reads the version that the page was made from; a wrong one is no
// version and conflicts.
func version(form url.Values) int64 {
	v, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return -1
	}
	return v
}
