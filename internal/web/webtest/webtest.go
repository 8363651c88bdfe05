// Package webtest serves pages to tests of a feature: the real kernel and a real
// database, with whoever the test says at the screen.
//
// It owns what every such test needs before its first request; it refuses
// assertions about any feature. Read pages of the feature's own test first.
package webtest

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/export"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
	"tepat/internal/jobs"
	"tepat/internal/ledger"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
	"tepat/internal/web"
	"tepat/internal/web/page"
	"tepat/internal/web/page/pagetest"
)

// Desk is a server with somebody at the screen.
type Desk struct {
	*testing.T
	DB    *db.DB
	Who   account.Session // signed in, when it has a role
	Reads []string        // "class object" of every reading that was recorded

	handler http.Handler
	cookies map[string]*http.Cookie
}

// Sit serves routes over d. Nobody is signed in.
func Sit(t *testing.T, d *db.DB, routes ...[]page.Route) *Desk {
	t.Helper()
	return SitWith(t, d, func(*web.Deps) {}, routes...)
}

// SitWith is Sit with the configuration that change makes.
func SitWith(t *testing.T, d *db.DB, change func(*web.Deps), routes ...[]page.Route) *Desk {
	t.Helper()
	k := &Desk{T: t, DB: d, cookies: map[string]*http.Cookie{}}
	deps := web.Deps{Config: Config(t, k)}
	deps.ReadAudit = func(_ context.Context, _ db.Actor, class, object string) error {
		k.Reads = append(k.Reads, class+" "+object)
		return nil
	}
	change(&deps)
	h, err := web.New(deps, web.Routes(routes...))
	if err != nil {
		t.Fatal(err)
	}
	k.handler = h
	return k
}

// Config is a kernel for the sessions s. An error in its log fails the test.
func Config(t *testing.T, s page.Sessions) page.Config {
	return page.Config{Office: page.Office{Regency: "Kabupaten Natuna"}, Sessions: s, Log: Log(t, "ERROR"),
		Now: func() time.Time { return dbtest.Epoch }, AllowMissingAssets: true, Texts: texts()}
}

// Log is a log that must not hold word when the test ends.
func Log(t *testing.T, word string) *slog.Logger {
	var log bytes.Buffer
	t.Cleanup(func() {
		if strings.Contains(log.String(), word) {
			t.Error(log.String())
		}
	})
	return slog.New(slog.NewTextHandler(&log, nil))
}

// texts are those of everything below the pages.
func texts() []fs.FS {
	return []fs.FS{account.Texts, registry.Texts, boundary.Texts, intake.Texts, sheet.Texts, evidence.Texts, program.Texts, delivery.Texts, duplicate.Texts,
		rules.Texts, ranking.Texts, ledger.Texts, blob.Texts, jobs.Texts, export.Texts}
}

// Load is page.Sessions.
func (k *Desk) Load(*http.Request) (account.Session, bool, error) {
	return k.Who, k.Who.Role != "", nil
}

// As seats somebody of a role, in areas or in all of the regency. Each role is
// one user.
func (k *Desk) As(role account.Role, areas ...region.Code) {
	k.Who = account.Session{User: UserOf(role), Name: "Uji " + string(role), Username: string(role), Role: role, Lang: "id",
		Scope: region.NewScope("2103", areas...)}
}

// UserOf is the user whom As seats for a role.
func UserOf(role account.Role) id.User { return id.User("u-" + string(role)) }

// Serve answers a request as the browser at the desk sends it, with its cookies.
func (k *Desk) Serve(r *http.Request) *httptest.ResponseRecorder {
	k.Helper()
	for _, c := range k.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	k.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		k.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(k.cookies, c.Name)
		}
	}
	return w
}

// Send sends a form and returns status, place to go and body.
func (k *Desk) Send(method, path string, form url.Values) (int, string, string) {
	k.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := k.Serve(r)
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

// Write runs a command of the system, with an event of its own.
func (k *Desk) Write(f func(tx *db.Tx) error) {
	k.Helper()
	err := k.DB.Write(k.Context(), dbtest.Actor("2103"), func(tx *db.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return tx.Record("test.prepared", "", "", nil)
	})
	if err != nil {
		k.Fatal(err)
	}
}

// Fits checks that data, templates and texts of every page that the test
// imports fit each other.
func Fits(t *testing.T) {
	t.Helper()
	kernel, err := page.NewKernel(Config(t, &Desk{T: t}))
	if err != nil {
		t.Fatal(err)
	}
	pagetest.Check(t, kernel)
}
