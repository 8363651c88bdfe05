package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// loggedIn is a Sessions that always finds the same person, or nobody.
type loggedIn account.Session

func (s loggedIn) Load(*http.Request) (account.Session, bool, error) {
	return account.Session(s), s.Role != "", nil
}

func as(role account.Role) loggedIn {
	return loggedIn{Name: "Ratna Dewi", Role: role, Scope: region.NewScope("2103"), User: "u1"}
}

func deps(s page.Sessions) Deps {
	return Deps{Version: "test", Config: page.Config{
		Office: page.Office{Regency: "Kabupaten Natuna"}, Sessions: s, Log: slog.New(slog.DiscardHandler),
		Now:                func() time.Time { return time.Date(2026, 11, 22, 1, 15, 0, 0, time.UTC) },
		AllowMissingAssets: true,
		ReadAudit:          func(context.Context, db.Actor, string, string) error { return nil },
	}}
}

func route(pattern string, a account.Action, h func(*page.Request) error) page.Route {
	method, path, _ := strings.Cut(pattern, " ")
	return page.Route{Method: method, Path: path, Action: a, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone, Handle: h}
}

func ok(r *page.Request) error { return r.JSON(http.StatusOK, "fine") }

func site(t *testing.T, d Deps, routes ...page.Route) http.Handler {
	t.Helper()
	h, err := New(d, Routes(routes))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request; header holds pairs of name and value.
func ask(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func TestWhoMayNotIsToldWhoMay(t *testing.T) {
	routes := []page.Route{route("GET /tetapkan", account.DecreeSign, ok)}
	w := ask(site(t, deps(as(account.Verifier)), routes...), "GET", "/tetapkan", "")
	if w.Code != http.StatusForbidden {
		t.Fatalf("status %d", w.Code)
	}
	for _, want := range []string{"menetapkan penerima", "Kepala Dinas", "Verifikator", "Admin"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if w := ask(site(t, deps(as(account.Head)), routes...), "GET", "/tetapkan", ""); w.Code != http.StatusOK {
		t.Errorf("the head of office got %d", w.Code)
	}
}

func TestStrangersAreSentToLogIn(t *testing.T) {
	h := site(t, deps(loggedIn{}), route("GET /keluarga", account.RegistryView, ok), route("POST /keluarga", account.RegistryEdit, ok))
	w := ask(h, "GET", "/keluarga?desil=1", "")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/masuk?ke="+url.QueryEscape("/keluarga?desil=1") {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := ask(h, "POST", "/keluarga", ""); w.Header().Get("Location") != "/masuk" {
		t.Errorf("a form led to %q", w.Header().Get("Location"))
	}
	if w := ask(h, "GET", "/keluarga", "", "Accept", "application/json"); w.Code != http.StatusUnauthorized {
		t.Errorf("a machine got %d", w.Code)
	}
	if w := ask(h, "GET", "/keluarga", "", "HX-Request", "true"); w.Header().Get("HX-Redirect") != "/masuk" {
		t.Errorf("htmx was led to %q", w.Header().Get("HX-Redirect"))
	}
}

func TestOneTimePasswordsOpenOnePage(t *testing.T) {
	s := as(account.Operator)
	s.MustChange = true
	h := site(t, deps(s), route("GET /keluarga", account.RegistryView, ok), route("GET "+page.PasswordPath, account.Self, ok))
	if w := ask(h, "GET", "/keluarga", ""); w.Header().Get("Location") != page.PasswordPath {
		t.Errorf("led to %q", w.Header().Get("Location"))
	}
	if w := ask(h, "GET", page.PasswordPath, ""); w.Code != http.StatusOK {
		t.Errorf("the password page gave %d", w.Code)
	}
}

func TestErrorsBecomePages(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.1: password=x")
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{fault.NewInvalid("page.form"), 422, "Isian"},
		{fault.NewNotFound("fault.not_found"), 404, "Tidak ditemukan"},
		{fault.NewConflict("fault.conflict"), 409, "diubah orang lain"},
		{fault.NewDenied("fault.denied"), 403, "Peran dan wilayah kerja"},
		{fault.NewUnavailable("db.busy"), 503, "sibuk"},
		{secret, 500, "Kode gangguan"},
	} {
		h := site(t, deps(as(account.Head)), route("GET /x", account.HomeView, func(*page.Request) error { return fault.Wrap("op", c.err) }))
		for _, accept := range []string{"text/html", "application/json"} {
			w := ask(h, "GET", "/x", "", "Accept", accept)
			if w.Code != c.code {
				t.Errorf("%v as %s: %d, want %d", c.err, accept, w.Code, c.code)
			}
			if strings.Contains(w.Body.String(), "password=x") {
				t.Errorf("%v as %s leaks the cause", c.err, accept)
			}
			if accept == "text/html" && !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%v: the page does not say %q", c.err, c.says)
			}
		}
	}
}

func TestPanicsBecomeFailuresOfOurs(t *testing.T) {
	var log bytes.Buffer
	d := deps(as(account.Head))
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	h := site(t, d, route("GET /x", account.HomeView, func(*page.Request) error { panic("boom") }))
	w := ask(h, "GET", "/x?nama=SITI", "")
	id := w.Header().Get("X-Request-Id")
	if w.Code != 500 || id == "" || !strings.Contains(w.Body.String(), id) {
		t.Errorf("status %d, code %q is not on the page", w.Code, id)
	}
	if !strings.Contains(log.String(), "boom") || !strings.Contains(log.String(), id) {
		t.Error("the log lacks the panic or its code")
	}
	if strings.Contains(log.String(), "SITI") {
		t.Error("the log holds the query")
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	d := deps(as(account.Head))
	d.Secure = true
	h := site(t, d, route("GET /x", account.HomeView, ok))
	for _, path := range []string{"/x", "/nothing", "/sehat"} {
		head := ask(h, "GET", path, "").Header()
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Permissions-Policy": "microphone=()", "Strict-Transport-Security": "max-age", "X-Frame-Options": "DENY"} {
			if !strings.Contains(head.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, head.Get(name))
			}
		}
	}
	csp := ask(h, "GET", "/x", "").Header().Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy %q", csp)
	}
	d.Secure = false
	if got := ask(site(t, d), "GET", "/sehat", "").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without TLS a browser was told %q", got)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	done := false
	h := site(t, deps(as(account.Head)), route("POST /x", account.HomeView, func(r *page.Request) error { done = true; return r.Redirect("/x") }))
	w := ask(h, "POST", "/x", "a=1", "Sec-Fetch-Site", "cross-site")
	if w.Code != http.StatusForbidden || done || !strings.Contains(w.Body.String(), "situs lain") {
		t.Errorf("status %d, done %v", w.Code, done)
	}
	if w := ask(h, "POST", "/x", "a=1", "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusSeeOther || !done {
		t.Errorf("our own form got %d", w.Code)
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	read := func(r *page.Request) error {
		form, err := r.Form()
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, len(form.Get("a")))
	}
	big := route("POST /big", account.HomeView, read)
	big.MaxBody = 3 << 20
	h := site(t, deps(as(account.Head)), route("POST /x", account.HomeView, read), big)
	body := "a=" + strings.Repeat("x", 2<<20)
	if w := ask(h, "POST", "/x", body); w.Code != 422 || !strings.Contains(w.Body.String(), "Batasnya 1 MB") {
		t.Errorf("two megabytes got %d", w.Code)
	}
	if w := ask(h, "POST", "/big", body); w.Code != http.StatusOK {
		t.Errorf("two of three megabytes got %d", w.Code)
	}
}

func TestIncompleteTablesDoNotStart(t *testing.T) {
	good := route("GET /x", account.HomeView, ok)
	for name, spoil := range map[string]func(*page.Route){
		"method": func(r *page.Route) { r.Method = "FETCH" }, "path": func(r *page.Route) { r.Path = "" },
		"action": func(r *page.Route) { r.Action = "" }, "unknown action": func(r *page.Route) { r.Action = "all" },
		"loader": func(r *page.Route) { r.Loader = "" }, "four eyes": func(r *page.Route) { r.FourEyes = "" },
		"audit": func(r *page.Route) { r.Audit = "" }, "unknown audit": func(r *page.Route) { r.Audit = "some" }, "handler": func(r *page.Route) { r.Handle = nil },
	} {
		bad := good
		spoil(&bad)
		if _, err := New(deps(loggedIn{}), []page.Route{bad}); err == nil {
			t.Errorf("a route without %s started", name)
		}
	}
	if _, err := New(deps(loggedIn{}), []page.Route{good, good}); err == nil {
		t.Error("two routes for one pattern started")
	}
	if _, err := New(deps(loggedIn{}), []page.Route{route("GET /a/{x}", account.HomeView, ok), route("GET /a/{y}", account.HomeView, ok)}); err == nil {
		t.Error("colliding patterns started")
	}
	d := deps(loggedIn{})
	d.ReadAudit = nil
	personal := good
	personal.Audit = page.AuditPersonal
	if _, err := New(d, []page.Route{personal}); err == nil {
		t.Error("personal data without a read audit started")
	}
}

func TestReadingsAreRecordedBeforeAnythingLeaves(t *testing.T) {
	show := route("GET /orang/{id}", account.RegistryView, func(r *page.Request) error {
		return r.File("a.csv", "text/csv", func(w io.Writer) error { _, err := io.WriteString(w, "SITI AMINAH"); return err })
	})
	show.Audit, show.Loader = page.AuditPersonal, "person"
	d := deps(as(account.Verifier))
	var got []string
	d.ReadAudit = func(_ context.Context, a db.Actor, class, object string) error {
		got = append(got, string(a.User)+" "+class+" "+object)
		return nil
	}
	w := ask(site(t, d, show), "GET", "/orang/p1", "")
	if w.Body.String() != "SITI AMINAH" || !slices.Equal(got, []string{"u1 personal person:p1"}) {
		t.Errorf("%q, recorded %q", w.Body, got)
	}
	d.ReadAudit = func(context.Context, db.Actor, string, string) error { return errors.New("disk full") }
	w = ask(site(t, d, show), "GET", "/orang/p1", "")
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "SITI") {
		t.Errorf("without a record: %d %q", w.Code, w.Body)
	}
	if w.Header().Get("Content-Disposition") != "" || !strings.Contains(w.Body.String(), "harus tercatat") {
		t.Error("the refusal does not say why")
	}
}

func TestRefusedReadingsAreNotRecorded(t *testing.T) {
	d := deps(as(account.Verifier))
	d.ReadAudit = func(context.Context, db.Actor, string, string) error { t.Error("recorded"); return nil }
	show := route("GET /orang/{id}", account.RegistryView, func(*page.Request) error { return fault.NewNotFound("fault.not_found") })
	show.Audit = page.AuditPersonal
	if w := ask(site(t, d, show), "GET", "/orang/p1", ""); w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}

func TestLimitsAnswerInWords(t *testing.T) {
	d := deps(as(account.Head))
	d.Limit = func(*http.Request, account.Session) bool { return false }
	if w := ask(site(t, d, route("GET /x", account.HomeView, ok)), "GET", "/x", ""); w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), "Tunggu satu menit") {
		t.Errorf("status %d", w.Code)
	}
}

func TestHealth(t *testing.T) {
	d := deps(loggedIn{})
	for _, c := range []struct {
		err  error
		code int
		word string
	}{{nil, 200, "ok"}, {errors.New("10.0.0.1 refused"), 503, "unavailable"}} {
		d.Health = func(context.Context) error { return c.err }
		w := ask(site(t, d), "GET", "/sehat", "")
		var got map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != c.code || got["status"] != c.word {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

func TestLanguageIsRememberedHereAndStaysHere(t *testing.T) {
	h := site(t, deps(as(account.Head)), route("GET /x", account.HomeView, func(*page.Request) error { return fault.NewNotFound("fault.not_found") }))
	w := ask(h, "POST", "/bahasa", "bahasa=en&ke=%2F%2Fevil.example")
	if w.Header().Get("Location") != "/" {
		t.Errorf("led to %q", w.Header().Get("Location"))
	}
	cookie := strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	if body := ask(h, "GET", "/x", "", "Cookie", cookie).Body.String(); !strings.Contains(body, `<html lang="en">`) || !strings.Contains(body, "Not found") {
		t.Errorf("cookie %q did not turn the page English", cookie)
	}
}

func TestMenuShowsWhatTheRoleMayAndTheServerServes(t *testing.T) {
	missing := func(*page.Request) error { return fault.NewNotFound("fault.not_found") }
	d := deps(as(account.Admin))
	d.Badges = func(context.Context, account.Session) (map[string]int, error) { return nil, errors.New("down") }
	body := ask(site(t, d, route("GET /beranda", account.HomeView, missing), route("GET /keluarga", account.RegistryView, missing),
		route("GET /pengguna", account.UserView, missing)), "GET", "/beranda", "").Body.String()
	for _, want := range []string{`href="/beranda"`, `href="/pengguna"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is absent", want)
		}
	}
	for _, not := range []string{`href="/keluarga"`, `href="/impor"`, `action="/cari"`} {
		if strings.Contains(body, not) {
			t.Errorf("%s is there", not)
		}
	}
}

func TestRoutesAreListed(t *testing.T) {
	raw, err := page.RoutesJSON(Routes())
	if err != nil {
		t.Fatal(err)
	}
	var table []map[string]any
	if err := json.Unmarshal(raw, &table); err != nil || len(table) != len(Routes()) || table[0]["action"] == nil {
		t.Errorf("%s, %v", raw, err)
	}
}
