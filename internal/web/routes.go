package web

import (
	"net/http"
	"slices"

	"tepat/internal/account"
	"tepat/internal/web/page"
)

// Routes is the table of routes: those of the server itself and those of the
// features, one line each.
func Routes(features ...[]page.Route) []page.Route {
	return slices.Concat(slices.Concat(features...), own())
}

func own() []page.Route {
	return []page.Route{
		{Method: "GET", Path: "/{$}", Action: account.Public, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone, Handle: start},
		{Method: "POST", Path: "/bahasa", Action: account.Public, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone, Handle: language},
	}
}

// start sends people to where their work is.
func start(r *page.Request) error {
	if r.Session.Role == "" {
		return r.Redirect(page.LoginPath)
	}
	return r.Redirect("/beranda")
}

// language remembers the chosen language and returns to the page.
func language(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	r.SetLang(form.Get("bahasa"))
	http.Redirect(r.W, r.R, page.LocalPath(form.Get("ke")), http.StatusSeeOther)
	return nil
}
