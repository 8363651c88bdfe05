package programs_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/jobs"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/web/programs"
	"tepat/internal/web/webtest"
)

const natuna region.Code = "2103"

// desk is a server where the test says who is signed in.
type desk struct{ *webtest.Desk }

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(dir+"/berkas", dir+"/kunci", blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	k := &desk{webtest.Sit(t, d, programs.Routes(programs.Deps{DB: d, Blobs: blobs}))}
	k.as(account.SectionHead)
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() {
		over <- jobs.NewRunner(d, program.Handlers(d), jobs.Options{Poll: 5 * time.Millisecond}).Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-over
	})
	return k
}

// rank has a version ranked and returns where the ranking is.
func (k *desk) rank(version string) string {
	k.Helper()
	to := k.post(version+"/peringkat", url.Values{"as_of": {"2026-11-22"}})
	for range 500 {
		code, done, body := k.Send("GET", to, nil)
		if code == http.StatusSeeOther {
			return done
		}
		if code != http.StatusOK || !strings.Contains(body, "progress") {
			k.Fatalf("%s: %d %s", to, code, body)
		}
		time.Sleep(10 * time.Millisecond)
	}
	k.Fatal("the ranking never came")
	return ""
}

// as signs somebody of role in.
func (k *desk) as(role account.Role) *desk {
	k.As(role)
	return k
}

// see opens a page that must be there and returns it.
func (k *desk) see(path string) string {
	k.Helper()
	code, _, body := k.Send("GET", path, nil)
	if code != 200 {
		k.Fatalf("GET %s: %d %s", path, code, body)
	}
	if m := regexp.MustCompile(`\[[a-z_]+\.[a-z_.]+\]|\d{16}`).FindString(body); m != "" {
		k.Errorf("GET %s shows %q", path, m)
	}
	return body
}

// post sends a form that must be accepted and returns where it leads.
func (k *desk) post(path string, form url.Values) string {
	k.Helper()
	code, to, body := k.Send("POST", path, form)
	if code != 303 {
		k.Fatalf("POST %s: %d %s", path, code, body)
	}
	return to
}

func (k *desk) families(n int) []registry.Card {
	k.Helper()
	var out []registry.Card
	err := k.DB.Write(k.Context(), dbtest.Actor(natuna), func(tx *db.Tx) error {
		out = nil
		for i := range n {
			h, err := registrytest.Register(k.Context(), tx, registry.Card{Origin: registry.Origin{Source: "dukcapil"},
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", i)), Village: "2103041001", Desil: i%10 + 1, RankRegency: i + 1,
					RankedOn: civil.Date{Year: 2026, Month: 9, Day: 30}},
				People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399120750%04d", i)), Name: fmt.Sprintf("KEPALA %c", 'A'+i), Sex: nik.Male,
					Relation: registry.HeadOfFamily, BirthOn: civil.Date{Year: 1950, Month: 7, Day: 12}, BirthPrecision: registry.ByDay}}})
			if err != nil {
				return err
			}
			out = append(out, h)
		}
		return nil
	})
	if err != nil {
		k.Fatal(err)
	}
	return out
}

func draft(change func(url.Values)) url.Values {
	v := url.Values{"valid_from": {"2026-01-17"}, "legal_basis": {"Perbup 1/2026"}, "amount": {"200.000"}, "months": {"12"}, "source": {"registry"},
		"age_min": {"65"}, "desil_max": {"9"}, "domicile": {"1"}, "alive": {"1"}, "quota": {"3"}, "reserve": {"2"}, "key1": {"peringkat_kab_kota"},
		"key2": {"age"}, "seed": {"berita acara 7"}}
	change(v)
	return v
}

// A programme from an empty catalogue to a signed decree, all by pages and
// without any script.
func TestFromEmptyToSigned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		hs := k.families(12)
		if body := k.see("/program"); !strings.Contains(body, "Belum ada program") {
			t.Error("no empty state")
		}
		k.see("/program/baru")
		at := k.post("/program/baru", url.Values{"name": {"BST Lansia"}, "code": {"bst-lansia"}, "unit": {"family"}, "fund": {"apbd"}, "channel": {"pos"}})
		k.see(at)
		k.see(at + "/calon")
		k.see(at + "/aturan/baru")
		version := k.post(at+"/aturan/baru", draft(func(url.Values) {}))
		body := k.see(version)
		for _, want := range []string{"Umur paling rendah 65 tahun", "Desil nasional paling tinggi 9", "Kuota 3", "Perbup 1/2026"} {
			if !strings.Contains(body, want) {
				t.Errorf("the version does not say %q", want)
			}
		}
		k.see(version + "/ubah")
		k.post(version+"/ubah", withVersion(draft(func(v url.Values) { v.Set("quota", "4") }), "1"))
		k.see(version + "/coba")
		k.post(version+"/ajukan", url.Values{"version": {"2"}})
		if code, _, _ := k.Send("POST", version+"/setujui", url.Values{"version": {"3"}}); code != 403 {
			t.Errorf("the maker approves: %d", code)
		}
		k.as(account.Head).post(version+"/setujui", url.Values{"version": {"3"}})
		k.as(account.SectionHead)
		ranked := k.rank(version)
		k.checkRanking(ranked)
		k.checkExplanation(version, hs[9].Family.ID)
		decree := k.post(ranked+"/tetapkan", nil)
		k.checkSigning(decree)
		for _, path := range []string{"/program", "/peringkat", at, ranked, decree} {
			for _, lang := range []string{"id", "en"} {
				k.Who.Lang = lang
				k.see(path)
			}
		}
	})
}

func withVersion(v url.Values, n string) url.Values {
	v.Set("version", n)
	return v
}

func (k *desk) checkRanking(at string) {
	k.Helper()
	body := k.see(at)
	line := strings.Index(body, "garis kuota · nomor 4")
	if line < 0 || strings.Index(body, "KEPALA D") > line || strings.Index(body, "KEPALA E") < line {
		k.Error("the quota line does not stand between the fourth and the fifth")
	}
	if !strings.Contains(body, "cadangan nomor 1") || !strings.Contains(body, "Kecamatan") && !strings.Contains(body, "Midai") {
		k.Error("a place is not explained")
	}
	if body := k.see(at + "?kuota=6"); !strings.Contains(body, "garis bila kuota 6") {
		k.Error("another quota cannot be tried")
	}
	if body := k.see(at + "?status=ineligible"); !strings.Contains(body, "Desil 10 (syarat: paling tinggi 9)") || strings.Contains(body, "KEPALA A<") {
		k.Error("the list of the ineligible is wrong")
	}
	k.see(at + "?wilayah=210304&alasan=2")
	for _, f := range []string{"xlsx", "csv", "json"} {
		if code, _, body := k.Send("GET", at+"/daftar."+f, nil); code != 200 || len(body) < 200 {
			k.Errorf("export as %s: %d, %d bytes", f, code, len(body))
		}
	}
}

func (k *desk) checkExplanation(version string, family id.Family) {
	k.Helper()
	code, _, body := k.Send("POST", version+"/cari", url.Values{"q": {"kepala j"}})
	if code != 200 || !strings.Contains(body, string(family)) {
		k.Errorf("the search finds nothing: %d", code)
	}
	body = k.see(version + "/keluarga/" + string(family))
	if !strings.Contains(body, `class="no"`) || !strings.Contains(body, "Desil 10") || !strings.Contains(body, "dtsen, 30 Sep 2026") {
		k.Error("the failing clause, its value or its source is missing")
	}
}

func (k *desk) checkSigning(decree string) {
	k.Helper()
	if body := k.see(decree); strings.Contains(body, "tandatangan\"") {
		k.Error("who proposed may sign")
	}
	k.as(account.Head)
	if body := k.see(decree); !strings.Contains(body, decree+"/tandatangan") || !strings.Contains(body, "Rp&nbsp;9.600.000") && !strings.Contains(body, "Rp\u00a09.600.000") {
		k.Error("the check page lacks the form or the total")
	}
	sign := func(confirm, content string) (int, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, value := range map[string]string{"number": "400.9/7/2026", "signed_on": "2026-11-20", "confirm": confirm, "version": "1"} {
			if err := w.WriteField(name, value); err != nil {
				k.Fatal(err)
			}
		}
		f, err := w.CreateFormFile("pdf", "sk.pdf")
		if err != nil {
			k.Fatal(err)
		}
		fmt.Fprint(f, content)
		w.Close()
		r := httptest.NewRequest("POST", decree+"/tandatangan", &b)
		r.Header.Set("Content-Type", w.FormDataContentType())
		answer := k.Serve(r)
		return answer.Code, answer.Body.String()
	}
	if code, body := sign("5", "%PDF-1.7 uji"); code != 422 || !strings.Contains(body, `href="#confirm"`) {
		k.Errorf("a wrong number is accepted: %d", code)
	}
	if code, body := sign("4", "<html>"); code != 422 || !strings.Contains(body, `href="#pdf"`) {
		k.Errorf("a file that is no PDF is accepted: %d", code)
	}
	if code, _ := sign("4", "%PDF-1.7 uji"); code != 303 {
		k.Fatalf("signing: %d", code)
	}
	if code, _, body := k.Send("GET", decree+"/sk", nil); code != 200 || body != "%PDF-1.7 uji" {
		k.Errorf("the paper does not come back: %d %q", code, body)
	}
	if code, _, body := k.Send("GET", decree+"/lampiran.csv", nil); code != 200 || !strings.Contains(body, "KEPALA A") {
		k.Errorf("the annex: %d", code)
	}
	k.as(account.SectionHead)
	line := regexp.MustCompile(regexp.QuoteMeta(decree) + `/baris/[0-9a-f-]{36}`).FindString(k.see(decree))
	if line == "" {
		k.Fatal("no line can be replaced")
	}
	k.see(line)
	if code, _, _ := k.Send("POST", line, url.Values{"reason": {" "}}); code != 422 {
		k.Errorf("replaced without a reason: %d", code)
	}
	k.see(k.post(line, url.Values{"reason": {"meninggal, akta 12"}}))
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	at := k.post("/program/baru", url.Values{"name": {"BST"}, "code": {"BST-SATU"}, "unit": {"person"}, "fund": {"apbd"}, "channel": {"pos"}})
	if code, _, body := k.Send("POST", "/program/baru", url.Values{"name": {"BST"}, "code": {"BST-SATU"}, "unit": {"person"}, "fund": {"apbd"}, "channel": {"pos"}}); code != 422 || !strings.Contains(body, `href="#code"`) {
		t.Errorf("a taken code: %d", code)
	}
	for name, c := range map[string]struct {
		change func(url.Values)
		field  string
	}{
		"no first month":       {func(v url.Values) { v.Del("valid_from") }, "valid_from"},
		"words for rupiah":     {func(v url.Values) { v.Set("amount", "dua ratus ribu") }, "amount"},
		"desil 11":             {func(v url.Values) { v.Set("desil_max", "11") }, "desil_min"},
		"lowest above highest": {func(v url.Values) { v.Set("age_max", "10") }, "age_min"},
		"aid without a scope":  {func(v url.Values) { v["aid"] = []string{"PKH"} }, "aid_scope"},
		"no seed":              {func(v url.Values) { v.Del("seed") }, "seed"},
		"a measure twice":      {func(v url.Values) { v.Set("key2", "peringkat_kab_kota") }, "key1"},
	} {
		code, _, body := k.Send("POST", at+"/aturan/baru", draft(c.change))
		if code != 422 || !strings.Contains(body, `href="#`+c.field+`"`) {
			t.Errorf("%s: %d, no link to %s", name, code, c.field)
		}
		if c.field != "seed" && !strings.Contains(body, `value="berita acara 7"`) {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
}

// A draft begins as a copy of the latest version and comes back unchanged.
func TestTheFormKnowsItsOwnRules(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	at := k.post("/program/baru", url.Values{"name": {"BST"}, "code": {"BST-SATU"}, "unit": {"person"}, "fund": {"apbd"}, "channel": {"pos"}})
	version := k.post(at+"/aturan/baru", draft(func(v url.Values) {
		v["aid"], v["aid_scope"], v["aid_unknown"] = []string{"*"}, []string{"family"}, []string{"pass"}
		v["facts"], v["facts_scope"] = []string{"asn", "pension"}, []string{"person"}
		v.Set("floor", "1")
		v.Set("quota", "100")
	}))
	body := k.see(version)
	for _, want := range []string{"bantuan apa pun selain BST", "ASN, TNI, atau Polri atau penerima pensiun", "Paling sedikit 1 untuk"} {
		if !strings.Contains(body, want) {
			t.Errorf("the version does not say %q", want)
		}
	}
	again := k.see(at + "/aturan/baru")
	if strings.Contains(again, "tidak dapat disusun di formulir ini") {
		t.Error("the form does not know its own rules")
	}
	if !regexp.MustCompile(`name="facts" value="asn" checked`).MatchString(again) || !strings.Contains(again, `value="200.000"`) {
		t.Error("the copy is not filled in")
	}
}

// Who sees a part of the regency reads his part and decides nothing.
func TestAreaNarrowsThePages(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.families(4)
	at := k.post("/program/baru", url.Values{"name": {"BST"}, "code": {"BST-SATU"}, "unit": {"family"}, "fund": {"apbd"}, "channel": {"pos"}})
	version := k.post(at+"/aturan/baru", draft(func(url.Values) {}))
	k.post(version+"/ajukan", url.Values{"version": {"1"}})
	k.as(account.Head).post(version+"/setujui", url.Values{"version": {"2"}})
	ranked := k.as(account.SectionHead).rank(version)
	k.as(account.Verifier)
	k.Who.Scope = region.NewScope(natuna, "210305")
	if body := k.see(ranked); strings.Contains(body, "KEPALA") {
		t.Error("somebody outside the area is shown")
	}
	if code, _, _ := k.Send("POST", version+"/peringkat", url.Values{"as_of": {"2026-11-22"}}); code != 403 {
		t.Errorf("a verifier ranks: %d", code)
	}
	k.as(account.SectionHead)
	k.Who.Scope = region.NewScope(natuna, "210305")
	if code, _, _ := k.Send("POST", version+"/peringkat", url.Values{"as_of": {"2026-11-22"}}); code != 403 {
		t.Errorf("an officer of one kecamatan ranks: %d", code)
	}
	for _, path := range []string{"/program/tidak-ada", at + "/aturan/tidak-ada", at + "/peringkat/tidak-ada", at + "/penetapan/tidak-ada"} {
		if code, _, _ := k.Send("GET", path, nil); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestPagesFit(t *testing.T) { webtest.Fits(t) }
