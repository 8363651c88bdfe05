package people_test

import (
	"fmt"
	"net/url"
	"os"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/region"
	"tepat/internal/registry"
)

func TestScale(t *testing.T) {
	if os.Getenv("SCALE") == "" {
		t.Skip()
	}
	d := dbtest.SQLite(t)
	k := sit(t, d)
	villages := region.Villages("2103")
	const families = 250_000
	begin := time.Now()
	for from := 0; from < families; from += 5000 {
		k.write(func(tx *db.Tx) error {
			for n := from; n < from+5000; n++ {
				h := household(n%10000, villages[n%len(villages)].Code, fmt.Sprintf("NAMA%d KEPALA", n%977), fmt.Sprintf("SITI ISTRI%d", n%613))
				h.Family.KK, h.People[0].NIK, h.People[1].NIK = "", "", ""
				h.People = append(h.People, registry.Person{Name: fmt.Sprintf("ANAK%d", n%1511), Relation: 4}, registry.Person{Name: "ADIK", Relation: 4})
				h.Family.Desil, h.Family.Receives = n%11, []string{"", "PKH", "PKH SEMBAKO", "SEMBAKO", "BLT-DD"}[n%5]
				if _, err := registry.AddHousehold(t.Context(), tx, h); err != nil {
					return err
				}
			}
			return tx.Record("x", "", "", nil)
		})
	}
	t.Log("filled", time.Since(begin))
	k.as(account.Operator)
	for _, p := range []string{"/keluarga", "/keluarga?hal=4900", "/keluarga?kec=210305&desil=1&desil=2&bantuan=PKH", "/keluarga?bantuan=PKH&bantuan=SEMBAKO", "/keluarga?desil=belum", "/keluarga?pemeriksaan=bersih&hal=2500", "/keluarga?pemeriksaan=terbuka", "/keluarga?bantuan=BST"} {
		for range 2 {
			s := time.Now()
			code, _, body := k.send("GET", p, nil)
			t.Log(p, code, len(body), time.Since(s))
		}
	}
	for _, q := range []string{"nama5", "siti istri100", "adik", "kepala nama77"} {
		s := time.Now()
		k.send("POST", "/cari", url.Values{"q": {q}})
		t.Log(q, time.Since(s))
	}
	fs, _ := registry.FamilyList(t.Context(), d.Read(), region.NewScope("2103"), registry.Filter{}, 1000, 1)
	s := time.Now()
	k.send("GET", "/keluarga/"+string(fs[0].ID), nil)
	t.Log("profile", time.Since(s))
	s = time.Now()
	_, _, body := k.send("GET", "/keluarga/ekspor.csv", nil)
	t.Log("csv", len(body), time.Since(s))
}
