package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"tepat/internal/web"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/ledger"
	"tepat/internal/ledger/signer"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/web/audit"
	"tepat/internal/web/webtest"
)

const (
	natuna region.Code = "2103"
	midai  region.Code = "2103041001"
	sedap  region.Code = "2103051001"
)

// desk is a server over a real ledger where the test says who is signed in.
type desk struct {
	*webtest.Desk
	log *ledger.Log
}

func (k *desk) verify(ctx context.Context) (*ledger.Report, error) {
	return ledger.Verify(ctx, k.DB, ledger.VerifyOptions{Regency: string(natuna), Tables: registry.Tables()})
}

func sit(t *testing.T, d *db.DB, verify func(context.Context) (*ledger.Report, error)) *desk {
	t.Helper()
	k := &desk{log: ledger.New(ledger.Options{})}
	d.Keep(k.log)
	if verify == nil {
		verify = k.verify
	}
	failing := func(c *web.Deps) { c.Log = webtest.Log(t, "text missing") } // checks that fail are in the log
	k.Desk = webtest.SitWith(t, d, failing, audit.Routes(audit.Deps{DB: d, Verify: verify}))
	k.as(account.Auditor)
	return k
}

func (k *desk) as(role account.Role, areas ...region.Code) {
	k.Who = account.Session{User: "u1", Name: "Umar", Role: role, Scope: region.NewScope(natuna, areas...)}
}

func (k *desk) send(method, path string) (int, string, string) { return k.Send(method, path, nil) }

var sixteen = regexp.MustCompile(`(?:^|[^0-9])[0-9]{16}(?:[^0-9]|$)`)

func (k *desk) page(path string, want int) string {
	k.Helper()
	code, _, body := k.send("GET", path)
	if code != want {
		k.Fatalf("GET %s: %d, want %d\n%s", path, code, want, body)
	}
	// The frame repeats the address that was typed, for switching the language.
	if n := sixteen.FindString(strings.ReplaceAll(body, html.EscapeString(path), "")); n != "" {
		k.Errorf("GET %s tells %q", path, n)
	}
	return body
}

// books registers one family in each village and corrects the first.
func (k *desk) books() []registry.Card {
	k.Helper()
	var hs []registry.Card
	for n, village := range []region.Code{midai, sedap} {
		k.write(func(tx *db.Tx) error {
			h, err := registrytest.Register(k.Context(), tx, registry.Card{Origin: registry.Origin{Source: "dukcapil"},
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n+1)), Village: village},
				People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399120785%04d", n+1)), Name: []string{"JUMADI", "HASAN"}[n], Relation: 1}}})
			hs = append(hs, h)
			return err
		})
	}
	k.write(func(tx *db.Tx) error {
		p := hs[0].People[0]
		p.Name = "JUMADIL"
		_, err := registry.CorrectPerson(k.Context(), tx, p, "sesuai KTP 2103991207850001")
		return err
	})
	return hs
}

func (k *desk) write(fn func(tx *db.Tx) error) {
	k.Helper()
	if err := k.DB.Write(k.Context(), dbtest.Actor(natuna), fn); err != nil {
		k.Fatal(err)
	}
	if _, err := k.log.Sequence(k.Context(), k.DB, string(natuna)); err != nil {
		k.Fatal(err)
	}
}

func TestEntriesAreSentences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, nil)
		if body := k.page("/audit", 200); !strings.Contains(body, "Buku jejak masih kosong") {
			t.Error("an empty ledger says nothing")
		}
		hs := k.books()
		body := k.page("/audit", 200)
		for _, want := range []string{"mendaftarkan keluarga JUMADI", "mendaftarkan keluarga HASAN", "mengubah data JUMADIL", "sesuai KTP 2103**********01"} {
			if !strings.Contains(body, want) {
				t.Errorf("the list lacks %q", want)
			}
		}
		for query, want := range map[string]int{"": 3, "jenis=person.changed": 1, "jenis=tidak.ada": 3, "wilayah=210304": 2, "wilayah=7203": 3, "dari=2026-11-22": 3,
			"dari=2026-11-23": 0, "sampai=2026-11-22": 3, "sampai=2026-11-21": 0, "objek=" + string(hs[1].Family.ID): 1, "objek=2103991207850001": 3, "sebelum=2": 2} {
			body := k.page("/audit?"+query, 200)
			if rows := strings.Count(body, `class="row"`); rows != want {
				t.Errorf("%q: %d rows, want %d", query, rows, want)
			}
			if want == 0 && !strings.Contains(body, "0 entri dengan saringan ini") {
				t.Errorf("%q: nothing, and nothing says so", query)
			}
		}
	})
}

func TestExportIsRecordedAndWhole(t *testing.T) {
	k := sit(t, dbtest.SQLite(t), nil)
	k.books()
	code, _, out := k.send("GET", "/audit/ekspor?format=csv&jenis=family.registered")
	if code != 200 || strings.Count(out, "\n") != 3 || sixteen.MatchString(out) {
		t.Errorf("%d\n%s", code, out)
	}
	_, _, out = k.send("GET", "/audit/ekspor?format=json&objek=2103991207850001")
	var file struct{ Rows [][]any }
	if err := json.Unmarshal([]byte(out), &file); err != nil || len(file.Rows) != 4 {
		t.Errorf("%d rows with the export before, %v", len(file.Rows), err)
	}
	if body := k.page("/audit", 200); !strings.Contains(body, "mengunduh daftar Buku jejak: 2 baris (csv)") {
		t.Error("the export is not in the ledger")
	}
}

func TestOutsideTheAreaOnlyTheHashIsShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, nil)
		k.books()
		k.as(account.SectionHead, midai.Kecamatan())
		if body := k.page("/audit", 200); strings.Contains(body, "HASAN") || !strings.Contains(body, "JUMADI") || !strings.Contains(body, "Hanya entri di") {
			t.Error("the list is not that of the area")
		}
		body := k.page("/audit/1", 200)
		if strings.Contains(body, "HASAN") || strings.Contains(body, "registered") || !regexp.MustCompile(`([0-9a-f]{4} ){15}[0-9a-f]{4}`).MatchString(body) {
			t.Error("more or less than the hash")
		}
		if code, _, _ := k.send("GET", "/audit/1/bukti.txt"); code != 403 {
			t.Errorf("the proof: %d", code)
		}
		if body := k.page("/audit/0", 200); !strings.Contains(body, "mendaftarkan keluarga JUMADI") || !strings.Contains(body, "&#34;source&#34;: &#34;dukcapil&#34;") {
			t.Error("an entry inside the area is hidden")
		}
		for _, path := range []string{"/audit/99", "/audit/-1", "/audit/x"} {
			k.page(path, 404)
		}
	})
}

func TestProofConvincesAStranger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, nil)
		k.books()
		if code, _, _ := k.send("GET", "/audit/1/bukti.txt"); code != 503 {
			t.Errorf("nothing is signed yet: %d", code)
		}
		ring, err := signer.OpenKeyring(filepath.Join(t.TempDir(), "signer"))
		if err != nil {
			t.Fatal(err)
		}
		defer ring.Close()
		s := httptest.NewServer(signer.Handler(ring, "rahasia"))
		defer s.Close()
		client := signer.NewClient(s.Listener.Addr().String(), "rahasia")
		if _, err := k.log.SignNow(t.Context(), d, string(natuna), client); err != nil {
			t.Fatal(err)
		}
		key, err := client.VKey(t.Context(), k.log.Origin(string(natuna)))
		if err != nil {
			t.Fatal(err)
		}
		_, _, text := k.send("GET", "/audit/1/bukti.txt")
		p, err := ledger.CheckProof(text, key)
		if err != nil || p.Seq != 1 || p.Kind != "family.registered" {
			t.Errorf("%+v, %v", p, err)
		}
		if body := k.page("/audit", 200); !strings.Contains(body, "mencakup semua 3 entri") {
			t.Error("the checkpoint is not shown")
		}
	})
}

func TestCheckFindsWhatWasChangedBehindOurBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, nil)
		k.books()
		if code, to, _ := k.send("POST", "/audit/periksa"); code != 303 || to != "/audit/periksa" {
			t.Fatalf("%d %s", code, to)
		}
		k.settled()
		for _, path := range []string{"/audit", "/audit/periksa"} {
			if body := k.page(path, 200); !strings.Contains(body, "Catatan utuh: 3 entri") {
				t.Errorf("%s does not say that all is well", path)
			}
		}
		err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE person SET name = $1 WHERE regency = $2 AND name = $3", "BUKAN HASAN", string(natuna), "HASAN")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		k.send("POST", "/audit/periksa")
		k.settled()
		body := k.page("/audit/periksa", 200)
		if !strings.Contains(body, "TIDAK utuh: 1 temuan") || !strings.Contains(body, "diubah di luar aplikasi") || !strings.Contains(body, "Inspektorat") {
			t.Error("the change is not told")
		}
	})
}

func (k *desk) settled() {
	k.Helper()
	for {
		code, to, _ := k.send("GET", "/audit/periksa/kemajuan")
		if code == 303 && to == "/audit/periksa" {
			return
		}
	}
}

func TestASlowCheckShowsProgressAndRunsOnce(t *testing.T) {
	release, runs := make(chan struct{}), make(chan struct{}, 9)
	k := sit(t, dbtest.SQLite(t), func(ctx context.Context) (*ledger.Report, error) {
		runs <- struct{}{}
		<-release
		return nil, errors.Join(ctx.Err(), errors.New("saksi tidak menjawab"))
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the browser goes away; the check goes on
	for range 2 {
		r := httptest.NewRequest("POST", "/audit/periksa", nil).WithContext(ctx)
		k.Serve(r)
	}
	<-runs
	if body := k.page("/audit/periksa", 200); !strings.Contains(body, `hx-get="/audit/periksa/kemajuan"`) {
		t.Error("no progress")
	}
	if body := k.page("/audit", 200); !strings.Contains(body, "Sedang mencocokkan") {
		t.Error("the page does not say that a check runs")
	}
	close(release)
	k.settled()
	if len(runs) != 0 {
		t.Error("it ran twice")
	}
	if body := k.page("/audit", 200); !strings.Contains(body, "ini bukan temuan") {
		t.Error("a failure to look is no finding")
	}
	k.page("/audit/periksa", 500)
}

func TestOnlyWhoMayReadsTheLedger(t *testing.T) {
	k := sit(t, dbtest.SQLite(t), nil)
	k.books()
	for _, role := range account.Roles() {
		k.as(role)
		for method, paths := range map[string][]string{"GET": {"/audit", "/audit/0", "/audit/periksa", "/audit/ekspor"}, "POST": {"/audit/periksa"}} {
			for _, path := range paths {
				if code, _, _ := k.send(method, path); (code < 400) != role.May(account.LedgerView) {
					t.Errorf("%s, %s %s: %d", role, method, path, code)
				}
			}
		}
	}
}

func TestPagesFitTheirData(t *testing.T) { webtest.Fits(t) }
