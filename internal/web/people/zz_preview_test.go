package people_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"net/http/httptest"
	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/ledger"
	"tepat/internal/ledger/signer"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web"
	"tepat/internal/web/audit"
	"tepat/internal/web/people"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	d := dbtest.SQLite(t)
	k := &desk{T: t, d: d}
	log := ledger.New(ledger.Options{})
	d.Keep(log)
	cfg := k.config()
	cfg.AllowMissingAssets = false
	verify := func(ctx context.Context) (*ledger.Report, error) {
		return ledger.Verify(ctx, d, ledger.VerifyOptions{Regency: "2103", Tables: registry.Tables()})
	}
	h, err := web.New(web.Deps{Config: cfg}, web.Routes(people.Routes(people.Deps{DB: d}), audit.Routes(audit.Deps{DB: d, Verify: verify})))
	if err != nil {
		t.Fatal(err)
	}
	k.as(account.Operator)
	k.who.Name = "Firman Hadi"
	villages := region.Villages("2103")
	names := []string{"ROHANI BINTI ABDUL KADIR", "JUMADI BIN SALEH", "HASAN BASRI", "NURHAYATI", "ABDUL RAHMAN", "ZULKIFLI", "SITI KHADIJAH", "M. YUSUF"}
	var hs []registry.Household
	for n := range 400 {
		x := household(n+1, villages[n*7%len(villages)].Code, names[n%8], "SITI AMINAH")
		x.Family.Desil, x.Family.Receives = n*3%11, []string{"", "PKH", "PKH SEMBAKO", "SEMBAKO", "BLT-DD"}[n%5]
		x.Family.RankRegency, x.Family.RankedOn = n*13+1, civil.Date{Year: 2026, Month: 11, Day: 18}
		if n%9 == 0 {
			x.Family.Review = registry.ReviewOpen
		}
		x.People = append(x.People, registry.Person{NIK: nik.NIK(fmt.Sprintf("210399100313%04d", n+1)), Name: "MUHAMMAD RIZKI", Sex: nik.Male, BirthOn: civil.Date{Year: 2013, Month: 3, Day: 10}, BirthPrecision: registry.ByDay, Relation: 4},
			registry.Person{NIK: nik.NIK(fmt.Sprintf("210399410745%04d", n+1)), Name: "MAIMUNAH", Sex: nik.Female, BirthOn: civil.Date{Year: 1945, Month: 7, Day: 1}, BirthPrecision: registry.ByYear, Relation: 7})
		hs = append(hs, x)
	}
	k.register(hs...)
	x := hs[0]
	k.write(func(tx *db.Tx) error {
		for _, f := range []evidence.Fact{
			{Kind: evidence.Receives, Person: x.People[0].ID, Source: "SIKS-NG", Value: "PKH", Amount: 600_000, On: civil.Date{Year: 2026, Month: 11, Day: 15}},
			{Kind: evidence.Death, Person: x.People[3].ID, Source: "Desa Tanjung Pala", Grade: evidence.GradeC, On: civil.Date{Year: 2026, Month: 10, Day: 2}},
			{Kind: evidence.ASN, Person: x.People[1].ID, Source: "BKPSDM", On: civil.Date{Year: 2026, Month: 11, Day: 2}},
		} {
			if _, err := evidence.Note(t.Context(), tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	k.write(func(tx *db.Tx) error {
		p := x.People[0]
		p.Occupation, p.Name = "NELAYAN", "ROHANI BINTI ABDUL KADIR"
		_, err := registry.CorrectPerson(t.Context(), tx, p, "sesuai KK yang dibawa warga")
		return err
	})
	k.write(func(tx *db.Tx) error {
		_, err := registry.RevealNIK(t.Context(), tx, x.People[0].ID, "call")
		return err
	})
	ring, err := signer.OpenKeyring(filepath.Join(t.TempDir(), "signer"))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(signer.Handler(ring, "rahasia"))
	if _, err := log.SignNow(t.Context(), d, "2103", signer.NewClient(s.Listener.Addr().String(), "rahasia")); err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/people_preview.txt", []byte(at(x)), 0o600)
	l, err := net.Listen("tcp", "127.0.0.1:8471")
	if err != nil {
		t.Fatal(err)
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		role := account.Operator
		if len(r.URL.Path) > 5 && r.URL.Path[:6] == "/audit" {
			role = account.Auditor
		}
		k.who.Role = role
		h.ServeHTTP(w, r)
	}))
	time.Sleep(150 * time.Second)
}
