package page

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/region"
)

var testNow = time.Date(2026, 11, 22, 1, 15, 0, 0, time.UTC)

// loggedIn is a Sessions that always finds the same person, or nobody.
type loggedIn account.Session

func (s loggedIn) Load(*http.Request) (account.Session, bool, error) {
	return account.Session(s), s.Role != "", nil
}

func head() loggedIn {
	return loggedIn{Name: "Ratna Dewi", Username: "ratna", Role: account.Head, Scope: region.NewScope("2103"), User: "u1"}
}

func testConfig(s Sessions) Config {
	return Config{Office: Office{Regency: "Kabupaten Natuna", Agency: "Dinas Sosial", Sample: true}, Sessions: s,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return testNow }, AllowMissingAssets: true,
		ReadAudit: func(context.Context, db.Actor, string, string) error { return nil }}
}

func testKernel(t *testing.T, s Sessions) *Kernel {
	t.Helper()
	k, err := NewKernel(testConfig(s))
	if err != nil {
		t.Fatal(err)
	}
	k.Catalogue().OnMissing(func(key string) { t.Errorf("text %q is missing", key) })
	return k
}

func TestEveryRoleAndActionHasAName(t *testing.T) {
	c := testKernel(t, head()).Catalogue()
	for _, r := range account.Roles() {
		if !c.Has("role." + string(r)) {
			t.Errorf("role %s has no name", r)
		}
	}
	for _, a := range append(account.Actions(), account.Public, account.Self) {
		if !c.Has("action." + string(a)) {
			t.Errorf("action %s has no name", a)
		}
	}
}
