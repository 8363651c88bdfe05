package signin

import (
	"embed"
	"net/http"
	"net/url"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the door needs.
type Deps struct {
	DB       *db.DB
	Gate     *account.Gate
	Sessions *account.Sessions
	// Address tells where a request comes from, see Behind; nil means the
	// connection's peer.
	Address func(r *http.Request) string
}

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	if d.Address == nil {
		d.Address = peer
	}
	route := func(method, path string, action account.Action, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: action, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone, Handle: handle}
	}
	return []page.Route{
		route("GET", page.LoginPath, account.Public, d.showSignIn),
		route("POST", page.LoginPath, account.Public, d.signIn),
		route("POST", "/keluar", account.Public, d.signOut),
		route("GET", "/akun", account.Self, d.showOwn),
		route("POST", "/akun/bahasa", account.Self, d.saveLang),
		route("POST", "/akun/kerabat", account.Self, d.declare),
		route("GET", page.PasswordPath, account.Self, d.showPassword),
		route("POST", page.PasswordPath, account.Self, d.savePassword),
	}
}

var signInPage = page.New[signInData](files, "signin.html")

type signInData struct {
	Username string
	Back     string // path to open afterwards
	Alert    *page.Alert
}

func (d Deps) showSignIn(r *page.Request) error {
	back := page.LocalPath(r.Query().Get("ke"))
	if r.Session.User != "" {
		return r.Redirect(back)
	}
	r.Shell.Bare = true
	return signInPage.Render(r, http.StatusOK, signInData{Back: back})
}

func (d Deps) signIn(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	back := page.LocalPath(form.Get("ke"))
	u, err := d.Gate.SignIn(r.Ctx(), form.Get("username"), form.Get("password"), d.Address(r.R))
	if err != nil {
		return d.refused(r, form, back, err)
	}
	if err := d.Sessions.Start(r.Ctx(), u); err != nil {
		return err
	}
	if u.MustChange {
		return r.Redirect(page.Href(page.PasswordPath, url.Values{"ke": {back}}))
	}
	return r.Redirect(back)
}

// refused shows the form again with the username kept. A shut door is 429, a
// wrong password 422: neither is a failure of ours.
func (d Deps) refused(r *page.Request, form url.Values, back string, err error) error {
	f := fault.From(err)
	if f == nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	switch f.Kind {
	case fault.Invalid, fault.Denied:
	case fault.Unavailable:
		status = http.StatusTooManyRequests
	default:
		return err
	}
	r.Shell.Bare = true
	return signInPage.Render(r, status, signInData{Username: account.CleanUsername(form.Get("username")), Back: back,
		Alert: &page.Alert{Tone: page.Bad, Text: r.P().Fault(f)}})
}

func (d Deps) signOut(r *page.Request) error {
	if r.Session.User != "" {
		if err := d.Sessions.End(r.Ctx()); err != nil {
			return err
		}
		r.Flash("", "signin.left")
	}
	return r.Redirect(page.LoginPath)
}

var passwordPage = page.New[passwordData](files, "password.html")

type passwordData struct {
	Heading page.Heading
	First   bool // a one-time password was used
	Form    page.Form
}

func (d Deps) passwordForm(r *page.Request) passwordData {
	s := r.Session
	data := passwordData{First: s.MustChange, Heading: page.Heading{Title: r.T("signin.password"), Sub: r.T("signin.password_sub", s.Username)},
		Form: page.Form{Action: page.PasswordPath, Submit: r.T("signin.save_password"),
			Hidden: []page.Hidden{{Name: "username", Value: s.Username}, {Name: "ke", Value: page.LocalPath(r.Query().Get("ke"))}}}}
	if !s.MustChange {
		data.Form.Fields = append(data.Form.Fields, page.Field{Kind: page.PasswordField, Name: "current",
			Label: r.T("signin.current"), Autocomplete: "current-password"})
		data.Form.Cancel = &page.Link{Text: r.T("page.cancel"), Href: "/akun"}
	}
	data.Form.Fields = append(data.Form.Fields,
		page.Field{Kind: page.PasswordField, Name: "new", Label: r.T("signin.new"), Hint: r.T("signin.new_hint"), Autocomplete: "new-password"},
		page.Field{Kind: page.PasswordField, Name: "again", Label: r.T("signin.again"), Autocomplete: "new-password"})
	return data
}

func (d Deps) showPassword(r *page.Request) error {
	r.Shell.Bare = r.Session.MustChange
	return passwordPage.Render(r, http.StatusOK, d.passwordForm(r))
}

func (d Deps) savePassword(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	back := page.LocalPath(form.Get("ke"))
	if err := d.changePassword(r, form); err != nil {
		data := d.passwordForm(r)
		data.Form.Hidden[1].Value = back
		if f := fault.From(err); f != nil && f.Kind == fault.Unavailable {
			err = fault.NewInvalid(f.Key, f.Args...).Because(f)
		}
		if err := data.Form.Fail(r, err); err != nil {
			return err
		}
		r.Shell.Bare = r.Session.MustChange
		return passwordPage.Render(r, http.StatusUnprocessableEntity, data)
	}
	r.Flash("", "signin.password_saved")
	return r.Redirect(back)
}

// changePassword asks for the old password unless it was a one-time one: that
// was typed a moment ago and opens no other page.
func (d Deps) changePassword(r *page.Request, form url.Values) error {
	s := r.Session
	chosen := form.Get("new")
	if chosen != form.Get("again") {
		return fault.NewInvalid("signin.not_again").At("again")
	}
	if !s.MustChange {
		if err := d.Gate.Confirm(r.Ctx(), s, form.Get("current"), d.Address(r.R)); err != nil {
			return err
		}
	}
	hash, err := account.NewPassword(r.Ctx(), s.Username, chosen)
	if err != nil {
		return err
	}
	if err := d.Gate.Fresh(r.Ctx(), s, chosen); err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return account.ChangePassword(r.Ctx(), tx, hash) }); err != nil {
		return err
	}
	return d.Sessions.Restart(r.Ctx(), s.Scope.Regency(), s.User)
}
