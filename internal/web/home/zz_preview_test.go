package home_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/region"
	"tepat/internal/report/reporttest"
	"tepat/internal/web"
	"tepat/internal/web/home"
	"tepat/internal/web/page"
	"tepat/internal/web/people"
	"tepat/internal/web/users"
	"tepat/internal/web/validation"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	d := dbtest.SQLite(t)
	k := &desk{T: t, d: d}
	cfg := k.config()
	cfg.AllowMissingAssets = false
	dummy := func(p string) page.Route {
		return page.Route{Method: "GET", Path: p, Action: account.HomeView, Loader: "none", FourEyes: "none", Audit: "none", Handle: func(r *page.Request) error { return r.Redirect("/beranda") }}
	}
	h, err := web.New(web.Deps{Config: cfg}, web.Routes(home.Routes(home.Deps{DB: d}), people.Routes(people.Deps{DB: d}), users.Routes(users.Deps{DB: d}), validation.Routes(validation.Deps{DB: d}), []page.Route{dummy("/impor"), dummy("/program"), dummy("/peringkat"), dummy("/audit")}))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("PREVIEW") != "empty" {
		var vs []region.Code
		for i, v := range region.Villages(natuna) {
			vs = append(vs, v.Code)
			if i%3 == 0 {
				vs = append(vs, v.Code)
			}
			if v.Code.Kecamatan() == "210307" {
				vs = append(vs, v.Code, v.Code)
			}
		}
		all := reporttest.Town(t, d, natuna, 2400, vs...)
		reporttest.Run(t, d, natuna, "BLT Kesra Daerah", all[:1800], "")
		// Uneven progress.
		d.Write(context.Background(), dbtest.Actor(natuna), func(tx *db.Tx) error {
			for i, kc := range region.Children(natuna) {
				tx.Exec(context.Background(), "UPDATE pay_line SET state = 'pending' WHERE village >= $1 AND village < $2 AND place_no % 17 < $3", string(kc.Code), string(kc.Code)+"~", i)
			}
			tx.Exec(context.Background(), "UPDATE pay_line SET state = 'paid' WHERE village >= '210307' AND village < '210309' AND state = 'pending'")
			return tx.Record("x", "y", natuna, nil)
		})
		if os.Getenv("PREVIEW") == "shapes" {
			f, _ := os.Open("/work/shared/data/boundaries/natuna_kecamatan.geojson")
			s, err := boundary.Parse(f, natuna)
			if err != nil {
				t.Fatal(err)
			}
			k.write(func(tx *db.Tx) error { return boundary.Replace(context.Background(), tx, "Kepmendagri 2025", s) })
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:8093")
	if err != nil {
		t.Fatal(err)
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		role := account.Head
		if v := r.Header.Get("X-Role"); v != "" {
			role = account.Role(v)
		}
		if v := r.URL.Query().Get("as"); v != "" {
			role = account.Role(v)
		}
		k.as(role)
		if role.Local() {
			k.as(role, "210304")
		}
		k.who.Name = "Ratna Dewi"
		h.ServeHTTP(w, r)
	}))
	time.Sleep(45 * time.Second)
}
func (k *desk) write(f func(tx *db.Tx) error) {
	if err := k.d.Write(context.Background(), dbtest.Actor(natuna), f); err != nil {
		k.Fatal(err)
	}
}
