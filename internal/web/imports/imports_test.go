package imports_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/jobs"
	"tepat/internal/region"
	"tepat/internal/web/imports"
	"tepat/internal/web/webtest"
)

// desk is a server where the test says who is signed in, with a runner that
// does the jobs.
type desk struct{ *webtest.Desk }

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), filepath.Join(dir, "key"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := intake.NewService(d, blobs)
	k := &desk{webtest.Sit(t, d, imports.Routes(imports.Deps{DB: d, Intake: s}))}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- jobs.NewRunner(d, s.Handlers(), jobs.Options{Poll: 10 * time.Millisecond}).Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-over
		blobs.Close()
	})
	k.sign(account.Operator, region.NewScope("2103"))
	return k
}

func (k *desk) sign(role account.Role, scope region.Scope) {
	k.Who = account.Session{ID: "s", User: id.User("0190a000-0000-7000-8000-000000000001"), Name: "Rina", Username: "rina", Role: role, Scope: scope, Lang: "id"}
}

func (k *desk) do(req *http.Request) *httptest.ResponseRecorder {
	k.Helper()
	w := k.Serve(req)
	if digits.MatchString(w.Body.String()) && !strings.HasPrefix(w.Body.String(), "PK") {
		k.Fatalf("%s %s shows a number of 16 digits", req.Method, req.URL)
	}
	return w
}

var digits = regexp.MustCompile(`\d{16}`)

func (k *desk) get(path string) *httptest.ResponseRecorder {
	return k.do(httptest.NewRequest("GET", path, nil))
}

func (k *desk) post(path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return k.do(req)
}

func (k *desk) upload(name, content string) *httptest.ResponseRecorder {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	m.WriteField("pengirim", "Dukcapil")
	if name != "" {
		f, err := m.CreateFormFile("berkas", name)
		if err != nil {
			k.Fatal(err)
		}
		f.Write([]byte(content))
	}
	m.Close()
	req := httptest.NewRequest("POST", "/impor/unggah", &body)
	req.Header.Set("Content-Type", m.FormDataContentType())
	return k.do(req)
}

func (k *desk) want(w *httptest.ResponseRecorder, status int, words ...string) string {
	k.Helper()
	body := w.Body.String()
	if w.Code != status {
		k.Fatalf("status %d, want %d: %s", w.Code, status, body)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			k.Fatalf("%q is missing in %s", word, body)
		}
	}
	return body
}

// until asks the page again until the job is done.
func (k *desk) until(path, word string) string {
	k.Helper()
	var body string
	for range 500 {
		body = k.get(path).Body.String()
		if strings.Contains(body, word) {
			return body
		}
		time.Sleep(10 * time.Millisecond)
	}
	k.Fatalf("%q never came: %s", word, body)
	return ""
}

func extract(n int) string {
	var b strings.Builder
	b.WriteString("NIK;NO_KK;NAMA_LGKP;JENIS_KLMIN;TGL_LHR;STAT_HBKEL;NO_KEC;NO_KEL;KEL_NAME\n")
	v := region.Villages("210304")[0]
	for i := range n {
		fmt.Fprintf(&b, "210399%02d0180%04d;210399010119%04d;JUMADI %c;Laki-Laki;1980-01-%02d;KEPALA KELUARGA;4;%s;%s\n",
			i%28+1, i+1, i+1, 'A'+i%26, i%28+1, v.Code[6:], v.Name)
	}
	return b.String()
}

// choices are what the page of columns proposes.
func choices(body string) url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(lembar|baris|jenis)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select name="(kolom-\d+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(m[0]); chosen != nil {
			form.Set(m[1], chosen[1])
		}
	}
	return form
}

func TestAFileFromUploadToUndo(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.want(k.get("/impor"), 200, "Belum ada berkas", "Unggah berkas")
	k.want(k.get("/impor/unggah"), 200, "multipart/form-data")
	text := extract(60) + "2103990102800099;210399010119;TANPA KARTU;L;1980-02-01;ANAK;4;1001;X\n"
	w := k.upload("ekstrak.csv", text)
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	columns := w.Header().Get("Location")
	page := strings.TrimSuffix(columns, "/kolom")
	body := k.want(k.get(columns), 200, "NAMA_LGKP", "Nomor KK", "Baris judul", "Ekstrak Dukcapil")
	form := choices(body)
	if form.Get("kolom-0") != "nik" || form.Get("jenis") != "dukcapil" {
		t.Fatal(form)
	}
	twice := choices(body)
	twice.Set("kolom-1", "nik")
	k.want(k.post(columns, twice), 422, "Dua kolom")
	less := choices(body)
	less.Set("kolom-0", "")
	k.want(k.post(columns, less), 422, "Kolom wajib")
	if w := k.post(columns, form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != page {
		t.Fatal(w.Code, w.Body)
	}
	k.until(page, "Masukkan 60 baris")
	k.want(k.get(page), 200, "Nomor KK harus 16 angka", "TANPA KARTU", "Dampak: 60 baris menambah")
	k.want(k.get(page+"?hasil=ready"), 200, "JUMADI A", "2103**********01")
	k.want(k.get(page+"?sebab=intake.kk_e1&hasil=fix"), 200, "TANPA KARTU")
	if w := k.get(page + "/koreksi.xlsx"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Fatal(w.Code)
	}
	if w := k.post(page+"/masukkan", nil); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	k.until(page, "Sudah masuk")
	k.want(k.upload("lagi.csv", text), 409, "sudah dimasukkan", page)
	k.want(k.get("/impor"), 200, "ekstrak.csv", "Sudah masuk")
	k.want(k.get(page+"/batalkan"), 200, "Alasan")
	k.want(k.post(page+"/batalkan", url.Values{"reason": {" "}}), 422, "Alasan belum diisi")
	if w := k.post(page+"/batalkan", url.Values{"reason": {"salah berkas"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	k.until(page, "Alasan: salah berkas")
}

func TestBadFilesAreExplainedAtTheField(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.want(k.upload("foto.xlsx", "\x89PNG\r\n\x1a\n00000000"), 422, "Ini gambar")
	k.want(k.upload("kosong.csv", ""), 422, "Berkas kosong")
	k.want(k.upload("", ""), 422, "Belum ada berkas yang dipilih")
	w := k.upload("lain.csv", "apa,siapa\nsatu,dua\ntiga,empat\n")
	k.want(k.get(w.Header().Get("Location")), 200, "belum dikenali")
}

func TestWhoSeesWhat(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.sign(account.VillageOperator, region.NewScope("2103", "210304"))
	columns := k.upload("desa.csv", extract(3)).Header().Get("Location")
	page := strings.TrimSuffix(columns, "/kolom")
	k.post(columns, choices(k.get(columns).Body.String()))
	k.until(page, "Operator Dinas yang memasukkannya")
	k.want(k.post(page+"/masukkan", nil), 403)
	k.sign(account.VillageOperator, region.NewScope("2103", "210305"))
	k.want(k.get(page), 404)
	k.want(k.get("/impor"), 200, "Belum ada berkas")
	k.sign(account.Auditor, region.NewScope("2103"))
	k.want(k.get(page), 200, "JUMADI")
	k.want(k.get("/impor/unggah"), 403)
	k.sign(account.Treasurer, region.NewScope("2103"))
	k.want(k.get("/impor"), 403)
	k.sign(account.Operator, region.NewScope("7203"))
	k.want(k.get(page), 404)
	k.sign(account.Operator, region.NewScope("2103"))
	k.Who.Lang = "en"
	k.want(k.get(page), 200, "Apply 3 rows")
}

func TestPagesFitTheirData(t *testing.T) { webtest.Fits(t) }
