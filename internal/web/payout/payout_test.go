package payout_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/delivery/deliverytest"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/payout"
	"tepat/internal/web/webtest"
)

// desk is a server where the test says who is signed in.
type desk struct {
	*deliverytest.Office
	screen *webtest.Desk
}

func sit(t *testing.T, d *db.DB, n int) *desk {
	t.Helper()
	d.Keep(ledger.New(ledger.Options{}))
	return &desk{deliverytest.Open(t, d, n), webtest.Sit(t, d, payout.Routes(payout.Deps{DB: d}))}
}

func (k *desk) as(user id.User, role account.Role, areas ...region.Code) *desk {
	k.screen.Who = account.Session{User: user, Name: "Uji " + string(role), Role: role, Scope: region.NewScope("2103", areas...)}
	return k
}

func (k *desk) officer() *desk   { return k.as(deliverytest.Officer, account.Distributor) }
func (k *desk) treasurer() *desk { return k.as(deliverytest.Treasurer, account.Treasurer) }

func (k *desk) get(path, want string) string {
	k.Helper()
	code, _, body := k.screen.Send("GET", path, nil)
	if code != 200 || !strings.Contains(body, want) {
		k.Fatalf("GET %s: %d without %q\n%s", path, code, want, body)
	}
	return body
}

func (k *desk) json(method, path string, in, out any) int {
	k.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		k.Fatal(err)
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(b))
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	w := k.screen.Serve(r)
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		k.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Code
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)

// button reads the hidden fields of the first form in html after marker.
func button(html, marker string) url.Values {
	_, html, _ = strings.Cut(html, marker)
	html, _, _ = strings.Cut(html, "</form>")
	out := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(html, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

func TestFromDecreeToReconciliationByPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, 6).treasurer()
		k.get("/penyaluran", "Belum ada daftar bayar")
		k.get("/penyaluran/baru", string(k.Decree))
		form := button(k.get("/penyaluran/baru?keputusan="+string(k.Decree), "Tahap 1"), `action="/penyaluran/baru"`)
		form.Set("title", "Tahap 1")
		form.Set("from", "2024-03-01")
		form.Set("until", "2024-01-01")
		if code, _, body := k.screen.Send("POST", "/penyaluran/baru", form); code != 422 || !strings.Contains(body, "Bulan terakhir tidak boleh") {
			t.Fatalf("wrong months: %d %s", code, body)
		}
		form.Set("from", "2024-01-01")
		form.Set("until", "2024-03-01")
		code, list, body := k.screen.Send("POST", "/penyaluran/baru", form)
		if code != 303 {
			t.Fatalf("freeze: %d %s", code, body)
		}
		k.get("/penyaluran", "0%")
		k.get(list, "Titik bagi")
		k.get(list+"/penerima?nama=jumadi+aaab", "1 dari 6")
		site := regexp.MustCompile(list + `/titik/[0-9a-f-]{36}`).FindString(k.get(list, "/titik/"))

		k.officer()
		html := k.get(site, "dari 4 sudah menerima")
		f := button(html, `<div class="payout-do">`)
		code, back, body := k.screen.Send("POST", site+"/serah", f)
		if code != 303 || back != site {
			t.Fatalf("hand over: %d %q %s", code, back, body)
		}
		if code, _, _ := k.screen.Send("POST", site+"/serah", f); code != 303 {
			t.Errorf("a double tap: %d", code)
		}
		paid := k.get(site+"?keadaan=paid", "Petugas")
		receipt := regexp.MustCompile(`([0-9A-Z]{4}-){3}[0-9A-Z]{4}`).FindString(paid)
		k.get("/tanda-terima/"+receipt, "Buku jejak")
		if code, to, _ := k.screen.Send("GET", "/tanda-terima?kode="+strings.ToLower(receipt), nil); code != 303 || to != "/tanda-terima/"+receipt {
			t.Errorf("a typed code leads to %d %q", code, to)
		}

		more := regexp.MustCompile(site + `/baris/[0-9a-f-]{36}`).FindString(k.get(site, "Serahkan"))
		proxy := button(k.get(more, "Diterima orang lain"), "Diterima orang lain")
		if code, _, body := k.screen.Send("POST", site+"/serah", proxy); code != 422 || !strings.Contains(body, "nama lengkap yang mewakili") {
			t.Errorf("a proxy without a name: %d", code)
		}
		proxy.Set("receiver_name", "Siti Aminah")
		proxy.Set("relation", "spouse")
		if code, _, body := k.screen.Send("POST", site+"/serah", proxy); code != 303 {
			t.Errorf("a proxy: %d %s", code, body)
		}
		more = regexp.MustCompile(site + `/baris/[0-9a-f-]{36}`).FindString(k.get(site, "Serahkan"))
		not := button(k.get(more, "Tidak diserahkan"), "<h2>Tidak diserahkan")
		not.Set("reason", "absent")
		if code, _, body := k.screen.Send("POST", site+"/serah", not); code != 303 {
			t.Errorf("not given: %d %s", code, body)
		}
		k.get(more, "Tidak hadir")

		if code, _, _ := k.screen.Send("POST", "/tanda-terima/"+receipt+"/koreksi", url.Values{"reason": {"salah orang"}}); code != 303 {
			t.Errorf("ask: %d", code)
		}
		k.treasurer().get(list, "1 koreksi menunggu")
		if code, _, body := k.screen.Send("POST", "/tanda-terima/"+receipt+"/putus", url.Values{"putusan": {"setuju"}}); code != 303 {
			t.Errorf("decide: %d %s", code, body)
		}
		k.get("/tanda-terima/"+receipt, "tidak berlaku lagi")
		k.get(list+"/rekonsiliasi", "Cocok. Ditetapkan Rp")
		for _, file := range []string{"/rekonsiliasi.xlsx", "/penerima.xlsx", "/penerima.csv"} {
			if code, _, body := k.screen.Send("GET", list+file, nil); code != 200 || len(body) < 100 {
				t.Errorf("%s: %d", file, code)
			}
		}
		if code, _, _ := k.screen.Send("POST", list+"/tutup", url.Values{"version": {"1"}}); code != 409 {
			t.Errorf("closed with lines open: %d", code)
		}
	})
}

func TestProgramsGetJSON(t *testing.T) {
	k := sit(t, dbtest.SQLite(t), 3)
	list := k.Freeze(deliverytest.Quarter(1))
	k.officer()
	var l struct {
		Sites []struct {
			ID      string
			Pending int
		}
	}
	if code := k.json("GET", "/penyaluran/"+string(list.ID), nil, &l); code != 200 || len(l.Sites) != 2 {
		t.Fatalf("%d %+v", code, l)
	}
	at := "/penyaluran/" + string(list.ID) + "/titik/" + l.Sites[0].ID
	var lines struct {
		Lines []struct {
			ID     id.PayLine
			Amount int64
		}
	}
	k.json("GET", at+"?keadaan=pending", nil, &lines)
	f := map[string]any{"id": id.NewMint().New(dbtest.Epoch), "line": lines.Lines[0].ID, "outcome": "given", "receiver": "self", "amount": lines.Lines[0].Amount}
	var a struct {
		Outcome, Receipt, Key string
		Again                 bool
	}
	if code := k.json("POST", at+"/serah", f, &a); code != 200 || a.Receipt == "" {
		t.Fatalf("%d %+v", code, a)
	}
	first := a.Receipt
	if code := k.json("POST", at+"/serah", f, &a); code != 200 || !a.Again || a.Receipt != first {
		t.Errorf("again: %d %+v", code, a)
	}
	f["note"] = "lain"
	if code := k.json("POST", at+"/serah", f, &a); code != 409 || a.Key != "delivery.other_facts" {
		t.Errorf("other facts: %d %+v", code, a)
	}
	var many struct {
		Answers []struct{ Key string }
	}
	delete(f, "note")
	if code := k.json("POST", "/penyaluran/"+string(list.ID)+"/setor", map[string]any{"statements": []any{f}}, &many); code != 200 || len(many.Answers) != 1 || many.Answers[0].Key != "" {
		t.Errorf("batch: %d %+v", code, many)
	}
}

func TestOtherAreasAndRolesAreRefused(t *testing.T) {
	k := sit(t, dbtest.SQLite(t), 3)
	list := k.Freeze(deliverytest.Quarter(1))
	at := "/penyaluran/" + string(list.ID)
	k.as(deliverytest.Second, account.Distributor, deliverytest.Serata)
	if code, _, _ := k.screen.Send("GET", at, nil); code != 404 {
		t.Errorf("another area: %d", code)
	}
	k.as(deliverytest.Second, account.Verifier)
	if code, _, _ := k.screen.Send("GET", at, nil); code != 403 {
		t.Errorf("another role: %d", code)
	}
	k.treasurer()
	site := regexp.MustCompile(at + `/titik/[0-9a-f-]{36}`).FindString(k.get(at, "/titik/"))
	if strings.Contains(k.get(site, "Rp"), "<button class=\"button primary\">") {
		t.Error("the treasurer gets a button to hand over")
	}
	if code, _, _ := k.screen.Send("POST", site+"/serah", url.Values{}); code != 403 {
		t.Errorf("the treasurer hands over: %d", code)
	}
}

// Whose successor is proposed has no button either: his money would be a stray.
func TestTheSitePageStopsAPaymentToWhoIsReplaced(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, 1).officer()
		list := k.Freeze(deliverytest.Quarter(1))
		at := "/penyaluran/" + string(list.ID)
		site := regexp.MustCompile(at + `/titik/[0-9a-f-]{36}`).FindString(k.get(at, "/titik/"))
		k.get(site, "Serahkan")
		k.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "UPDATE decree_line SET state = 'replacing' WHERE regency = '2103'"); err != nil {
				return err
			}
			return tx.Record("test.replacing", "x", "", nil)
		})
		html := k.get(site, "pengganti sudah diajukan")
		if strings.Contains(html, site+"/serah") {
			t.Error("the page still offers to hand over")
		}
		more := regexp.MustCompile(site + `/baris/[0-9a-f-]{36}`).FindString(html)
		if html := k.get(more, "Jangan diserahkan"); strings.Contains(html, "Diterima orang lain") {
			t.Error("a proxy may receive what is the successor's")
		}
		var lines struct{ Lines []struct{ Stop string } }
		k.json("GET", site+"?keadaan=pending", map[string]any{}, &lines)
		if len(lines.Lines) != 1 || lines.Lines[0].Stop == "" {
			t.Errorf("programs are not told: %+v", lines)
		}
	})
}

func TestPagesFit(t *testing.T) { webtest.Fits(t) }

// Who died since the list was frozen is marked before anybody taps, has no
// button, and is not paid when somebody sends the statement all the same.
func TestTheSitePageStopsAPaymentBeforeTheTap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d, 1).officer()
		list := k.Freeze(deliverytest.Quarter(1))
		at := "/penyaluran/" + string(list.ID)
		site := regexp.MustCompile(at + `/titik/[0-9a-f-]{36}`).FindString(k.get(at, "/titik/"))
		f := button(k.get(site, "Serahkan"), `<div class="payout-do">`)
		k.Write(dbtest.Actor("2103"), func(tx *db.Tx) error {
			if err := registry.SetLife(t.Context(), tx, k.Homes[0].People[0].ID, registry.Dead, civil.Date{Year: 2024, Month: 2, Day: 1}, registry.Origin{}); err != nil {
				return err
			}
			return tx.Record("test.died", "x", "", nil)
		})
		html := k.get(site, "Jangan diserahkan")
		if strings.Contains(html, site+"/serah") || !strings.Contains(html, "Meninggal") {
			t.Error("the page still offers to hand over")
		}
		more := regexp.MustCompile(site + `/baris/[0-9a-f-]{36}`).FindString(html)
		if html := k.get(more, "Jangan diserahkan"); strings.Contains(html, "Diterima orang lain") {
			t.Error("a proxy may receive for the dead")
		}
		if code, _, _ := k.screen.Send("POST", site+"/serah", f); code != 303 {
			t.Errorf("%d", code)
		}
		k.get(more, "Catatan yang tidak dapat dihitung")
		html = k.treasurer().get(at+"/rekonsiliasi", "1 orang yang belum dibayar")
		for _, want := range []string{"Bulan yang belum didaftar", "Cocok. Keputusan", "1 catatan tidak dapat dihitung"} {
			if !strings.Contains(html, want) {
				t.Errorf("the reconciliation lacks %q", want)
			}
		}
	})
}
