package account_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
)

// withClock opens the SQLite database again under a clock that the test moves.
func withClock(t *testing.T) (*office, func(time.Duration)) {
	var offset atomic.Int64
	d, err := db.Open(t.Context(), dbtest.SQLite(t).Path(), db.Options{Now: func() time.Time {
		return dbtest.Epoch.Add(time.Duration(offset.Load()))
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return open(t, d), func(by time.Duration) { offset.Add(int64(by)) }
}

func (o *office) signIn(username, password, address string) string {
	o.Helper()
	_, err := account.NewGate(o.d, natuna).SignIn(o.Context(), username, password, address)
	if err == nil {
		return ""
	}
	if f := fault.From(err); f != nil {
		return f.Key
	}
	o.Fatal(err)
	return ""
}

func TestTheDoorSaysTheSameToEverybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		u, _ := o.invite("siti", details(account.Operator, "0001"))
		if got := o.signIn("Siti ", strings.ToLower(o.slip.Password), "10.0.0.1"); got != "" {
			t.Errorf("the slip: %q", got)
		}
		if !o.user(u.ID).SignedInAt.Equal(dbtest.Epoch) {
			t.Error("the sign-in is not remembered")
		}
		if got := o.signIn("siti", "salah", "10.0.0.1"); got != "account.wrong" {
			t.Errorf("wrong password: %q", got)
		}
		if got := o.signIn("tidak.ada", "salah", "10.0.0.1"); got != "account.wrong" {
			t.Errorf("unknown user: %q", got)
		}
		o.as(system(), func(tx *db.Tx) error { return account.Deactivate(t.Context(), tx, u.ID, 1) })
		if got := o.signIn("siti", o.slip.Password, "10.0.0.1"); got != "account.wrong" {
			t.Errorf("closed account: %q", got)
		}
	})
}

func TestGuessesAreCountedForKnownAndUnknownAlike(t *testing.T) {
	o, move := withClock(t)
	o.invite("siti", details(account.Operator, "0001"))
	for _, name := range []string{"siti", "tidak.ada"} {
		for range 5 {
			if got := o.signIn(name, "salah", "10.0.0."+name); got != "account.wrong" {
				t.Fatalf("%s: %q", name, got)
			}
		}
		if got := o.signIn(name, "salah", "10.9.9.9"); got != "account.wait_seconds" {
			t.Errorf("%s, sixth: %q", name, got)
		}
	}
	if got := o.signIn("siti", o.slip.Password, "10.0.0.7"); got != "account.wait_seconds" {
		t.Errorf("the door is shut for the right password too: %q", got)
	}
	move(5 * time.Second)
	if got := o.signIn("siti", o.slip.Password, "10.0.0.7"); got != "" {
		t.Errorf("after the wait: %q", got)
	}
	if got := o.signIn("siti", "salah", "10.0.0.7"); got != "account.wrong" {
		t.Errorf("after success the count begins anew: %q", got)
	}
	if got := strings.Count(strings.Join(o.book.kinds, " "), account.EventRefused); got != 2 {
		t.Errorf("%d events for ten failures, want one for each name", got)
	}
}

func TestOneAddressCannotTryEveryName(t *testing.T) {
	o, move := withClock(t)
	var got string
	n := 0
	for got != "account.wait_seconds" && n < 50 {
		got = o.signIn("nama"+string(rune('a'+n%26))+string(rune('a'+n/26)), "salah", "10.0.0.1")
		n++
	}
	if n != 21 {
		t.Errorf("shut at attempt %d, want 21", n)
	}
	if got := o.signIn("lain", "salah", "10.0.0.2"); got != "account.wrong" {
		t.Errorf("another address: %q", got)
	}
	move(25 * time.Hour)
	if err := account.Purge(t.Context(), o.d); err != nil {
		t.Fatal(err)
	}
	if got := o.signIn("lain", "salah", "10.0.0.1"); got != "account.wrong" {
		t.Errorf("a day later: %q", got)
	}
}

func TestAHundredGuessesAtOnceAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.invite("siti", details(account.Operator, "0001"))
		gate := account.NewGate(d, natuna)
		var wg sync.WaitGroup
		var judged atomic.Int64
		for range 30 {
			wg.Go(func() {
				_, err := gate.SignIn(t.Context(), "siti", "salah", "10.0.0.1")
				if fault.KindOf(err) == fault.Denied {
					judged.Add(1)
				}
			})
		}
		wg.Wait()
		if judged.Load() != 5 {
			t.Errorf("%d of 30 guesses were judged, want 5", judged.Load())
		}
	})
}

// browser keeps the cookies of one person.
type browser struct {
	cookies map[string]*http.Cookie
	server  http.Handler
}

func (b *browser) get(path string) string {
	r := httptest.NewRequest("GET", path, nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c
	}
	return w.Body.String()
}

func (o *office) browser(u account.User, secure bool) *browser {
	s := account.NewSessions(o.d, account.SessionOptions{Secure: secure})
	return &browser{cookies: map[string]*http.Cookie{}, server: s.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch r.URL.Path {
		case "/masuk":
			err = s.Start(r.Context(), o.user(u.ID))
		case "/keluar":
			err = s.End(r.Context())
		}
		who, in, loadErr := s.Load(r)
		if err != nil || loadErr != nil {
			o.Error(err, loadErr)
		}
		if !in {
			w.Write([]byte("tamu"))
			return
		}
		w.Write([]byte(who.Username + " " + string(who.Role)))
	}))}
}

func TestSessionFollowsTheUserAsHeIsNow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		u, _ := o.invite("siti", details(account.Operator, "0001"))
		b := o.browser(u, false)
		if got := b.get("/"); got != "tamu" || len(b.cookies) != 0 {
			t.Errorf("a visitor is %q with %d cookies", got, len(b.cookies))
		}
		b.get("/masuk")
		if got := b.get("/"); got != "siti operator" {
			t.Errorf("signed in: %q", got)
		}
		o.as(system(), func(tx *db.Tx) error {
			return account.Change(t.Context(), tx, u.ID, 1, details(account.Verifier, "0001"))
		})
		if got := b.get("/"); got != "siti verifier" {
			t.Errorf("after a change of role: %q", got)
		}
		o.as(system(), func(tx *db.Tx) error { return account.ResetPassword(t.Context(), tx, u.ID, 2, o.slip) })
		if got := b.get("/"); got != "tamu" {
			t.Errorf("after a reset: %q", got)
		}
		b.get("/masuk")
		if got := b.get("/keluar"); got != "tamu" {
			t.Errorf("after leaving: %q", got)
		}
		b.get("/masuk")
		o.as(system(), func(tx *db.Tx) error { return account.Deactivate(t.Context(), tx, u.ID, 3) })
		if got := b.get("/"); got != "tamu" {
			t.Errorf("after deactivation: %q", got)
		}
	})
}

func TestSigningInChangesTheToken(t *testing.T) {
	o, _ := withClock(t)
	u, _ := o.invite("siti", details(account.Operator, "0001"))
	b := o.browser(u, true)
	b.get("/masuk")
	first := b.cookies["__Host-tepat_sesi"]
	if first == nil || !first.Secure || !first.HttpOnly || first.SameSite != http.SameSiteLaxMode || first.Path != "/" || first.Domain != "" || !first.Expires.IsZero() {
		t.Fatalf("cookie %v", first)
	}
	b.get("/masuk")
	if b.cookies["__Host-tepat_sesi"].Value == first.Value {
		t.Error("the token stayed")
	}
	planted := o.browser(u, true)
	planted.cookies[first.Name] = first
	if got := planted.get("/"); got != "tamu" {
		t.Errorf("the old token is still %q", got)
	}
}

func TestSessionsEnd(t *testing.T) {
	o, move := withClock(t)
	u, _ := o.invite("siti", details(account.Operator, "0001"))
	b := o.browser(u, false)
	b.get("/masuk")
	for range 24 { // twelve hours of work
		move(29 * time.Minute)
		if got := b.get("/"); got != "siti operator" {
			t.Fatalf("busy, and %q", got)
		}
	}
	move(25 * time.Minute)
	if got := b.get("/"); got != "tamu" {
		t.Errorf("after twelve hours: %q", got)
	}
	b.get("/masuk")
	move(31 * time.Minute)
	if got := b.get("/"); got != "tamu" {
		t.Errorf("after half an idle hour: %q", got)
	}
	if err := account.Purge(t.Context(), o.d); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := o.d.Read().QueryRow(t.Context(), "SELECT count(*) FROM session").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d sessions left, %v", left, err)
	}
}

func TestTheSlipIsNotKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		u, actor := o.invite("siti", details(account.Operator, "0001"))
		gate := account.NewGate(d, natuna)
		s := account.Session{User: u.ID, Username: u.Username, Scope: u.Scope}
		if f := fault.From(gate.Fresh(t.Context(), s, strings.ToLower(o.slip.Password))); f == nil || f.Key != "account.password_same" {
			t.Errorf("the slip again: %v", f)
		}
		if err := gate.Fresh(t.Context(), s, "pulau kecil di utara"); err != nil {
			t.Error(err)
		}
		hash, err := account.NewPassword(t.Context(), u.Username, "pulau kecil di utara")
		if err != nil {
			t.Fatal(err)
		}
		o.as(actor, func(tx *db.Tx) error { return account.ChangePassword(t.Context(), tx, hash) })
		if err := gate.Confirm(t.Context(), s, "pulau kecil di utara", "10.0.0.1"); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if f := fault.From(gate.Confirm(t.Context(), s, o.slip.Password, "10.0.0.1")); f == nil || f.Key != "account.wrong_current" {
			t.Errorf("the old password: %v", f)
		}
		if got := o.signIn("siti", "pulau kecil di utara", "10.0.0.1"); got != "" || o.user(u.ID).MustChange {
			t.Errorf("signing in with it: %q", got)
		}
	})
}
