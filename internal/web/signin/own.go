package signin

import (
	"net/http"
	"net/url"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/nik"
	"tepat/internal/web/page"
)

var ownPage = page.New[ownData](files, "own.html")

type ownData struct {
	Heading   page.Heading
	Facts     []page.Fact
	Langs     []page.Button
	Relatives page.Table
	Form      page.Form
}

func (d Deps) showOwn(r *page.Request) error {
	data, err := d.own(r)
	if err != nil {
		return err
	}
	return ownPage.Render(r, http.StatusOK, data)
}

func (d Deps) own(r *page.Request) (ownData, error) {
	u, err := account.UserByID(r.Ctx(), d.DB.Read(), r.Session.Scope, r.Session.User)
	if err != nil {
		return ownData{}, err
	}
	held, err := account.Relatives(r.Ctx(), d.DB.Read(), u.ID)
	if err != nil {
		return ownData{}, err
	}
	data := ownData{
		Heading: page.Heading{Title: r.T("signin.own"), Sub: r.T("signin.own_sub"),
			Actions: []page.Button{{Text: r.T("signin.password"), Href: page.PasswordPath, Icon: "lock"}}},
		Facts: []page.Fact{
			{Label: r.T("signin.name"), Value: u.Name},
			{Label: r.T("signin.username"), Value: u.Username},
			{Label: r.T("signin.role"), Value: r.T("role." + string(u.Role)), Sub: u.Position},
			{Label: r.T("signin.area"), Value: u.Scope.Label()},
			{Label: r.T("signin.last"), Value: r.P().When(u.SignedInAt)},
			{Label: "NIK", Value: orDash(u.NIK.String())},
			{Label: r.T("signin.kk"), Value: orDash(u.KK.String())},
		},
		Relatives: relatives(r, held),
		Form:      relativeForm(r),
	}
	for _, l := range []struct{ code, name string }{{"id", "Bahasa Indonesia"}, {"en", "English"}} {
		data.Langs = append(data.Langs, page.Button{Text: l.name, Href: "/akun/bahasa", Post: true, Name: "bahasa", Value: l.code, Primary: r.Lang() == l.code})
	}
	return data, nil
}

func relatives(r *page.Request, held []account.Relative) page.Table {
	t := page.Table{Caption: r.T("signin.relatives"), Columns: []page.Column{{Label: r.T("signin.relation")}, {Label: "NIK"}, {Label: r.T("signin.kk")}}}
	for _, h := range held {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.Text(r.T("relation." + h.Relation)), page.Text(orDash(h.NIK.String())), page.Text(orDash(h.KK.String()))}})
	}
	return t
}

func relativeForm(r *page.Request) page.Form {
	f := page.Form{Action: "/akun/kerabat", Submit: r.T("signin.declare"), Fields: []page.Field{
		{Kind: page.Select, Name: "relation", Label: r.T("signin.relation")},
		{Kind: page.NIKField, Name: "nik", Label: "NIK", Hint: r.T("signin.either"), Optional: true, MaxLength: 24},
		{Kind: page.NIKField, Name: "kk", Label: r.T("signin.kk"), Optional: true, MaxLength: 24},
	}}
	for _, rel := range account.Relations() {
		f.Fields[0].Options = append(f.Fields[0].Options, page.Option{Value: rel, Text: r.T("relation." + rel)})
	}
	return f
}

func (d Deps) declare(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	rel, err := relative(form)
	if err == nil {
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return account.DeclareRelative(r.Ctx(), tx, rel) })
	}
	if f := fault.From(err); f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		data, ownErr := d.own(r)
		if ownErr != nil {
			return ownErr
		}
		data.Form.Fill(form)
		data.Form.Mark(f.Field, r.P().Fault(f))
		return ownPage.Render(r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	r.Flash("", "signin.declared")
	return r.Redirect("/akun")
}

func relative(form url.Values) (account.Relative, error) {
	n, level := nik.ParseNIK(form.Get("nik"))
	if level != "" {
		return account.Relative{}, fault.NewInvalid("account.nik").At("nik")
	}
	k, level := nik.ParseKK(form.Get("kk"))
	if level != "" {
		return account.Relative{}, fault.NewInvalid("account.kk").At("kk")
	}
	return account.Relative{NIK: n, KK: k, Relation: form.Get("relation")}, nil
}

func (d Deps) saveLang(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	lang := account.CleanLang(form.Get("bahasa"))
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return account.ChangeLang(r.Ctx(), tx, lang) }); err != nil {
		return err
	}
	r.SetLang(lang)
	return r.Redirect("/akun")
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
