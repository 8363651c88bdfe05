package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/web"
	"tepat/internal/web/page"
	"tepat/internal/web/signin"
	"tepat/internal/web/webtest"
)

const natuna region.Code = "2103"

// desk is an office PC: a server, its cookies and the slip of one officer.
type desk struct {
	*webtest.Desk
	slip account.OneTime
}

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	slip, err := account.NewOneTime(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), dbtest.Actor(natuna), func(tx *db.Tx) error {
		_, err := account.Invite(t.Context(), tx, "siti.aminah", account.Details{Name: "Siti Aminah", Role: account.Verifier,
			Areas: []region.Code{"210305"}, NIK: "2103994101900001", KK: "2103990101150001"}, slip)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sessions := account.NewSessions(d, account.SessionOptions{})
	routes := signin.Routes(signin.Deps{DB: d, Gate: account.NewGate(d, natuna), Sessions: sessions})
	work := page.Route{Method: "GET", Path: "/beranda", Action: account.HomeView, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone,
		Handle: func(r *page.Request) error { return r.JSON(http.StatusOK, r.Session.Username) }}
	seat := func(c *web.Deps) { c.Sessions, c.Wrap = sessions, sessions.Wrap }
	return &desk{webtest.SitWith(t, d, seat, routes, []page.Route{work}), slip}
}

func (k *desk) signIn(password, back string) (int, string, string) {
	k.Helper()
	return k.Send("POST", "/masuk", url.Values{"username": {"siti.aminah"}, "password": {password}, "ke": {back}})
}

func TestFirstDayOfAnOfficer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		if code, to, _ := k.Send("GET", "/beranda?x=1", nil); code != 303 || to != "/masuk?ke=%2Fberanda%3Fx%3D1" {
			t.Fatalf("a visitor: %d %s", code, to)
		}
		if code, _, body := k.Send("GET", "/masuk?ke=%2Fberanda%3Fx%3D1", nil); code != 200 || !strings.Contains(body, `value="/beranda?x=1"`) || !strings.Contains(body, "autofocus") {
			t.Fatalf("the door: %d %s", code, body)
		}
		if code, to, _ := k.signIn(strings.ToLower(k.slip.Password), "/beranda?x=1"); code != 303 || to != "/akun/sandi?ke=%2Fberanda%3Fx%3D1" {
			t.Fatalf("the slip: %d %s", code, to)
		}
		if code, to, _ := k.Send("GET", "/beranda", nil); code != 303 || to != page.PasswordPath {
			t.Errorf("work before the password is changed: %d %s", code, to)
		}
		change := func(current, chosen, again string) (int, string, string) {
			return k.Send("POST", page.PasswordPath, url.Values{"current": {current}, "new": {chosen}, "again": {again}, "ke": {"/beranda?x=1"}})
		}
		for _, c := range []struct{ chosen, again, want string }{
			{"pendek", "pendek", "paling sedikit 10"},
			{"pulau kecil di utara", "pulau kecil di selatan", "tidak sama"},
			{"siti.aminah2026", "siti.aminah2026", "nama pengguna"},
			{k.slip.Password, k.slip.Password, "harus berbeda"},
		} {
			code, _, body := change("", c.chosen, c.again)
			if code != 422 || !strings.Contains(body, c.want) {
				t.Errorf("%s: %d, without %q", c.chosen, code, c.want)
			}
			if strings.Contains(body, c.chosen+`"`) {
				t.Errorf("%s stands in the page", c.chosen)
			}
		}
		if code, to, body := change("", "pulau kecil di utara", "pulau kecil di utara"); code != 303 || to != "/beranda?x=1" {
			t.Fatalf("a good password: %d %s %s", code, to, body)
		}
		if code, _, body := k.Send("GET", "/beranda", nil); code != 200 || body != `"siti.aminah"` {
			t.Errorf("at work: %d %s", code, body)
		}
		if code, _, _ := change("salah", "laut luas di timur", "laut luas di timur"); code != 422 {
			t.Errorf("without the old password: %d", code)
		}
		if code, to, _ := k.Send("POST", "/keluar", url.Values{}); code != 303 || to != "/masuk" {
			t.Errorf("leaving: %d %s", code, to)
		}
		if code, _, body := k.Send("GET", "/masuk", nil); code != 200 || !strings.Contains(body, "sudah keluar") {
			t.Errorf("after leaving: %d", code)
		}
		if code, to, _ := k.signIn("pulau kecil di utara", ""); code != 303 || to != "/" {
			t.Errorf("next day: %d %s", code, to)
		}
	})
}

func TestTheDoorTellsNothing(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	ask := func(username string) (int, string) {
		code, _, body := k.Send("POST", "/masuk", url.Values{"username": {username}, "password": {"salah sekali"}})
		return code, strings.ReplaceAll(body, username, "X")
	}
	for i := range 7 {
		known, knownPage := ask("siti.aminah")
		unknown, unknownPage := ask("budi.santoso")
		if known != unknown || knownPage != unknownPage {
			t.Fatalf("attempt %d: %d and %d differ", i+1, known, unknown)
		}
		want := 422
		if i >= 5 {
			want = 429
		}
		if known != want {
			t.Errorf("attempt %d: %d, want %d", i+1, known, want)
		}
	}
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	for _, back := range []string{"https://jahat.example/", "//jahat.example", `/\jahat.example`, "javascript:alert(1)", "/a\r\nSet-Cookie: x"} {
		k := sit(t, dbtest.SQLite(t))
		k.signIn(k.slip.Password, "/")
		k.Send("POST", page.PasswordPath, url.Values{"new": {"pulau kecil di utara"}, "again": {"pulau kecil di utara"}})
		k.Send("POST", "/keluar", url.Values{})
		if code, to, _ := k.signIn("pulau kecil di utara", back); code != 303 || to != "/" {
			t.Errorf("%q leads to %d %s", back, code, to)
		}
	}
}

func TestOfficerDeclaresARelative(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		k.signIn(k.slip.Password, "/")
		k.Send("POST", page.PasswordPath, url.Values{"new": {"pulau kecil di utara"}, "again": {"pulau kecil di utara"}})
		declare := func(n, kk, relation string) (int, string) {
			code, _, body := k.Send("POST", "/akun/kerabat", url.Values{"nik": {n}, "kk": {kk}, "relation": {relation}})
			return code, body
		}
		if code, body := declare("210399", "", "child"); code != 422 || !strings.Contains(body, "16 angka") {
			t.Errorf("six digits: %d", code)
		}
		if code, _ := declare("", "", "child"); code != 422 {
			t.Errorf("nobody: %d", code)
		}
		if code, _ := declare("2103 9905 0580 0007", "", "sibling"); code != 303 {
			t.Errorf("a brother: %d", code)
		}
		code, _, body := k.Send("GET", "/akun", nil)
		if code != 200 || !strings.Contains(body, nik.NIK("2103990505800007").String()) || strings.Contains(body, "2103990505800007") {
			t.Errorf("own page: %d", code)
		}
		if code, _, _ := k.Send("POST", "/akun/bahasa", url.Values{"bahasa": {"en"}}); code != 303 {
			t.Errorf("language: %d", code)
		}
		if _, _, body := k.Send("GET", "/akun", nil); !strings.Contains(body, "My relatives") {
			t.Error("the page is not English")
		}
	})
}

func TestPagesFitTheirData(t *testing.T) { webtest.Fits(t) }
