package crashtest_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/crashtest"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery"
	"tepat/internal/delivery/deliverytest"
	"tepat/internal/evidence"
	"tepat/internal/export"
	"tepat/internal/ledger"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web"
	"tepat/internal/web/page"
	"tepat/internal/web/payout"
	"tepat/internal/web/signin"
)

// bench is a server that loses requests before they arrive and answers after
// the work is done, as a killed process does.
type bench struct {
	*deliverytest.Office
	url      string
	password string
	log      *ledger.Log
	list     delivery.PayList
}

func serve(t *testing.T, d *db.DB, lines int) *bench {
	t.Helper()
	b := &bench{log: ledger.New(ledger.Options{})}
	d.Keep(b.log)
	b.Office = deliverytest.Open(t, d, lines)
	b.list = b.Freeze(deliverytest.Quarter(1))
	pass, err := account.NewOneTime(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
		_, err := account.Invite(t.Context(), tx, "penyalur", account.Details{Name: "Penyalur Uji", Role: account.Distributor, Areas: []region.Code{"2103"},
			NIK: nik.NIK("2103990101900001"), KK: nik.KK("2103990202200001")}, pass)
		return err
	})
	b.Write(dbtest.Actor("2103"), func(tx *db.Tx) error { // as after the first sign-in
		_, err := tx.Exec(t.Context(), "UPDATE user_account SET must_change = 0")
		return errors.Join(err, tx.Record("test.changed", "x", "", nil))
	})
	b.password = pass.Password
	sessions := account.NewSessions(d, account.SessionOptions{})
	h, err := web.New(web.Deps{Wrap: sessions.Wrap, Config: page.Config{Sessions: sessions, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return dbtest.Epoch }, AllowMissingAssets: true, ReadAudit: func(context.Context, db.Actor, string, string) error { return nil },
		Texts: []fs.FS{account.Texts, export.Texts, delivery.Texts, program.Texts, evidence.Texts, registry.Texts}}},
		web.Routes(signin.Routes(signin.Deps{DB: d, Gate: account.NewGate(d, "2103"), Sessions: sessions}), payout.Routes(payout.Deps{DB: d})))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(flaky(h))
	t.Cleanup(s.Close)
	b.url = s.URL
	return b
}

// flaky cuts one request in five before the work and one in five after it.
func flaky(h http.Handler) http.Handler {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(7, 7))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		luck := rng.IntN(5)
		mu.Unlock()
		if r.Method != "POST" || r.URL.Path == "/masuk" {
			luck = 4
		}
		switch luck {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			h.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	})
}

func (b *bench) options(t *testing.T) crashtest.Options {
	return crashtest.Options{BaseURL: b.url, User: "penyalur", Password: b.password, List: b.list.ID, Workers: 6, AcksFile: filepath.Join(t.TempDir(), "acks"),
		Seed: 1, Limit: time.Minute, Now: func() time.Time { return dbtest.Epoch }}
}

func (b *bench) check(t *testing.T, d *db.DB, acks string) crashtest.Report {
	t.Helper()
	if _, err := b.log.Sequence(t.Context(), d, "2103"); err != nil {
		t.Fatal(err)
	}
	r, err := crashtest.Check(t.Context(), d, acks, ledger.VerifyOptions{Regency: "2103", Tables: delivery.Tables()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryAnswerIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := serve(t, d, 60)
		o := b.options(t)
		res, err := crashtest.Load(t.Context(), o)
		if err != nil || res.Given != 60 || res.Left != 0 || res.Retries == 0 || res.Different != 0 || res.Refused != 0 {
			t.Fatalf("%+v, %v", res, err)
		}
		r := b.check(t, d, o.AcksFile)
		if !r.OK() || r.Acked != 60 {
			t.Fatalf("%+v", r)
		}
	})
}

// A check that cannot fail proves nothing: each kind of lie is found.
func TestCheckFindsLies(t *testing.T) {
	for name, lie := range map[string]struct {
		query string
		found func(crashtest.Report) bool
	}{
		"changed": {"UPDATE handover SET amount_idr = amount_idr + 1 WHERE id = (SELECT MIN(id) FROM handover)",
			func(r crashtest.Report) bool {
				return len(r.Changed) == 1 && r.MoneyDiff != 0 && len(r.LogProblems) > 0 && len(r.Unbalanced) == 1
			}},
		"lost":       {"DELETE FROM handover WHERE id = (SELECT MIN(id) FROM handover)", func(r crashtest.Report) bool { return len(r.Lost) == 1 && r.MoneyDiff > 0 }},
		"unbalanced": {"UPDATE pay_line SET state = 'pending' WHERE id = (SELECT MIN(id) FROM pay_line)", func(r crashtest.Report) bool { return len(r.Unbalanced) == 1 && len(r.LogProblems) > 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.SQLite(t)
			b := serve(t, d, 6)
			o := b.options(t)
			if _, err := crashtest.Load(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), lie.query)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if r := b.check(t, d, o.AcksFile); r.OK() || !lie.found(r) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestDoubleAcknowledgementIsFound(t *testing.T) {
	d := dbtest.SQLite(t)
	b := serve(t, d, 3)
	o := b.options(t)
	if _, err := crashtest.Load(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(o.AcksFile, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	line := b.line(t)
	f.WriteString(`{"id":"00000000-0000-7000-8000-0000000000ff","line":"` + line + `","amount":600000,"receipt":"x"}` + "\n")
	f.WriteString(`{"id":"cut off`)
	f.Close()
	if r := b.check(t, d, o.AcksFile); len(r.Doubled) != 1 || len(r.Lost) != 1 || r.Acked != 4 {
		t.Errorf("%+v", r)
	}
}

func (b *bench) line(t *testing.T) string {
	lines, _, err := delivery.Lines(t.Context(), b.DB.Read(), deliverytest.Whole(), b.list.ID, delivery.LineFilter{}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return string(lines[0].ID)
}

func TestOnlyThisMachineIsAttacked(t *testing.T) {
	for _, url := range []string{"http://tepat.natunakab.go.id", "http://10.0.0.1:8080", "http://127.0.0.1.example.org", ""} {
		o := crashtest.Options{BaseURL: url}
		if _, err := crashtest.Load(t.Context(), o); !errors.Is(err, crashtest.ErrNotHere) {
			t.Errorf("%q: %v", url, err)
		}
	}
}
