package duplicates_test

import (
	"encoding/json"
	"fmt"
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
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/web/duplicates"
	"tepat/internal/web/webtest"
)

const (
	root                = "/validasi/ganda"
	midai   region.Code = "2103041003"
	sedap   region.Code = "2103051008"
	refused             = http.StatusConflict
)

// desk is the office with whoever sits at the screen.
type desk struct {
	*webtest.Desk
	in     *intake.Service
	s      *duplicate.Service
	jumadi registry.Person
}

func sit(t *testing.T) *desk {
	t.Helper()
	d := dbtest.SQLite(t)
	dir := t.TempDir()
	blobs, err := blob.Open(filepath.Join(dir, "blobs"), filepath.Join(dir, "key"), blob.Options{MinFree: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	in := intake.NewService(d, blobs, evidence.Applier{}, program.CandidateApplier{}, program.AnswerApplier{})
	k := &desk{in: in, s: duplicate.NewService(d, in)}
	k.Desk = webtest.Sit(t, d, duplicates.Routes(duplicates.Deps{DB: d, Duplicates: k.s}))
	men := strings.Fields("JUMADI HASAN YUSUF ANTON BAHARUDDIN CIKLAN DARWIS ERIZAL FIRDAUS GUNAWAN HERMAN ISKANDAR")
	for n, name := range men {
		born := civil.Date{Year: 1950 + n*3, Month: time.Month(n + 1), Day: 2 + 2*n}
		p := k.register("dukcapil", sedap, fmt.Sprintf("210399010120%04d", n+1), registry.Person{Name: name, BirthOn: born, Sex: nik.Male,
			NIK: nik.NIK(fmt.Sprintf("210399%02d%02d%02d%04d", born.Day, n+1, born.Year%100, n+1)), MotherName: "IBU " + name})
		if n == 0 {
			k.jumadi = p
		}
	}
	return k
}

func (k *desk) register(source string, village region.Code, kk string, p registry.Person) registry.Person {
	k.Helper()
	p.Relation, p.BirthPrecision = registry.HeadOfFamily, registry.ByDay
	c := registry.Card{Origin: registry.Origin{Source: source}, Family: registry.Family{KK: nik.KK(kk), Village: village, RT: "002", RW: "001"}, People: []registry.Person{p}}
	k.Write(func(tx *db.Tx) error {
		var err error
		c, err = registrytest.Register(k.Context(), tx, c)
		return err
	})
	return c.People[0]
}

// twice registers a woman as the civil registry has her, and as a village wrote her.
func (k *desk) twice(n int) (registry.Person, registry.Person) {
	k.Helper()
	suffix := string(rune('A'+n)) + "ZIZAH"
	born := civil.Date{Year: 1979, Month: time.Month(n%12 + 1), Day: 12 + n%9}
	a := k.register("dukcapil", midai, fmt.Sprintf("210399010121%04d", n), registry.Person{Name: "SITI AMINAH " + suffix, BirthOn: born, Sex: nik.Female,
		NIK: nik.NIK(fmt.Sprintf("210399%02d%02d79%04d", born.Day+40, n%12+1, n+1)), MotherName: "ROKIAH"})
	b := k.register("desa", midai, "", registry.Person{Name: "ST. AMINAH " + suffix, BirthOn: born, Sex: nik.Female, MotherName: "RUKIAH"})
	return a, b
}

func (k *desk) receives(p registry.Person, name string, monthly money.Rupiah) {
	k.Helper()
	k.Write(func(tx *db.Tx) error {
		_, err := evidence.Note(k.Context(), tx, evidence.Fact{Kind: evidence.Receives, Person: p.ID, Value: name, Amount: monthly, Source: "Kemensos"})
		return err
	})
}

// search looks at everybody and returns what waits, in the order of the queue.
func (k *desk) search() []duplicate.Line {
	k.Helper()
	if _, err := k.s.Search(k.Context(), dbtest.Actor("2103"), true, nil); err != nil {
		k.Fatal(err)
	}
	return k.queue(duplicate.Filter{})
}

func (k *desk) queue(f duplicate.Filter) []duplicate.Line {
	k.Helper()
	list, _, err := duplicate.Queue(k.Context(), k.DB.Read(), region.NewScope("2103"), f, "", 100)
	if err != nil {
		k.Fatal(err)
	}
	return list
}

// as seats somebody of a name, who need not be the only one of the role.
func (k *desk) as(name string, role account.Role, areas ...region.Code) *desk {
	k.As(role, areas...)
	k.Who.User, k.Who.Name, k.Who.Username = id.User(name), name, name
	return k
}

var sixteen = regexp.MustCompile(`(?:^|\D)\d{16}(?:\D|$)`)

// get opens a page, which never shows a number in the open.
func (k *desk) get(path string) string {
	k.Helper()
	status, _, body := k.Send("GET", path, nil)
	if status != http.StatusOK {
		k.Fatalf("GET %s: %d\n%s", path, status, body)
	}
	if found := sixteen.FindString(body); found != "" {
		k.Errorf("%s shows 16 digits", path)
	}
	return body
}

// post sends a form, wants a status, and returns where it leads and the body.
func (k *desk) post(path string, form url.Values, want int) (string, string) {
	k.Helper()
	status, to, body := k.Send("POST", path, form)
	if status != want {
		k.Fatalf("POST %s: %d, want %d\n%s", path, status, want, body)
	}
	return to, body
}

func (k *desk) has(body string, words ...string) {
	k.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			k.Errorf("the page does not say %q", w)
		}
	}
}

func (k *desk) lacks(body string, words ...string) {
	k.Helper()
	for _, w := range words {
		if strings.Contains(body, w) {
			k.Errorf("the page says %q", w)
		}
	}
}

var hidden = regexp.MustCompile(`name="(version|queue)" value="([^"]*)"`)

// form reads the hidden fields of the decision bar.
func form(body string, pairs ...string) url.Values {
	out := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		out.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
	}
	for n := 0; n+1 < len(pairs); n += 2 {
		out.Set(pairs[n], pairs[n+1])
	}
	return out
}

func at(s id.Suspicion) string { return root + "/" + string(s) }

func TestTheThreeEmptyStates(t *testing.T) {
	k := sit(t)
	k.as("budi", account.SectionHead)
	k.has(k.get(root+"?antrean=semua"), "Belum pernah dicari", "Cari di seluruh data")
	k.search()
	k.as("rahma", account.Verifier)
	k.has(k.get(root), "Antrean selesai", "12 orang dibandingkan")
	k.twice(0)
	k.search()
	k.has(k.get(root), "SITI AMINAH AZIZAH dan ST. AMINAH AZIZAH", "Mulai dari yang teratas", "1 pasangan")
	none := k.get(root + "?wilayah=" + string(sedap.Kecamatan()))
	k.has(none, "Tidak ada yang cocok", "Hapus semua")
	k.lacks(none, "AZIZAH")
}

func TestAPairIsDecidedAndTakenBack(t *testing.T) {
	k := sit(t)
	k.twice(0)
	k.twice(1)
	list := k.search()
	k.as("rahma", account.Verifier)
	first, second := at(list[0].ID), at(list[1].ID)
	review := k.get(first + "?antrean=semua")
	k.has(review, "Orang yang sama", "Dua orang berbeda", "Cek ke lapangan", "Lewati", `data-ahead="`+second, "Beda satu huruf", "Tanggal lahir sama persis",
		"DUKCAPIL", "Tidak ada pembayaran yang berubah", "/keluarga/")
	_, body := k.post(first+"/putuskan", form(review), http.StatusUnprocessableEntity)
	k.has(body, "Pilih salah satu: orang yang sama")
	to, _ := k.post(first+"/putuskan", form(review, "verdict", "same", "reason", "ejaan_nama"), http.StatusSeeOther)
	if !strings.HasPrefix(to, second) {
		t.Fatalf("after the first it goes to %s", to)
	}
	k.has(k.get(to), "digabung", root+"/urungkan", "Hari ini Anda selesai 1")
	k.has(k.get(first), "Tarik keputusan saya", "Riwayat", "Ejaan nama berbeda")
	k.has(k.get(root+"?antrean=selesai"), list[0].NameA)

	to, _ = k.post(root+"/urungkan", url.Values{}, http.StatusSeeOther)
	if to != first {
		t.Fatalf("the undo leads to %s", to)
	}
	k.has(k.get(first), "Keputusan terakhir Anda ditarik", "/putuskan")
	to, _ = k.post(root+"/urungkan", url.Values{}, http.StatusSeeOther)
	k.has(k.get(to), "Tidak ada keputusan Anda hari ini yang bisa diurungkan")

	to, _ = k.post(first+"/lewati", form(review), http.StatusSeeOther)
	k.has(k.get(to), "dilewati sampai besok")
	k.has(k.get(root+"?antrean=lewati"), list[0].NameA)
	k.lacks(k.get(root), list[0].NameA)
}

func TestTheLastPairLeadsToTheDoneQueue(t *testing.T) {
	k := sit(t)
	k.twice(0)
	s := k.search()[0].ID
	k.as("rahma", account.Verifier)
	review := k.get(at(s))
	k.lacks(review, "data-ahead")
	to, _ := k.post(at(s)+"/putuskan", form(review, "verdict", "different", "reason", "nama_sama_saja"), http.StatusSeeOther)
	k.has(k.get(to), "dicatat sebagai dua orang", "Antrean selesai", "Hari ini Anda menyelesaikan 1", "antrean=selesai")
	k.has(k.get(at(s)), "Dua orang berbeda, oleh rahma")
}

// sendAhead sends a verdict as the script does that shows the next pair already.
func (k *desk) sendAhead(path string, form url.Values, want int) map[string]string {
	k.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Ahead", "1")
	w := k.Serve(r)
	if w.Code != want {
		k.Fatalf("POST %s ahead: %d, want %d\n%s", path, w.Code, want, w.Body)
	}
	var out map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		k.Fatalf("POST %s ahead: %v\n%s", path, err, w.Body)
	}
	return out
}

func TestAVerdictTravelsBehindTheNextPair(t *testing.T) {
	k := sit(t)
	k.twice(0)
	k.twice(1)
	list := k.search()
	k.as("rahma", account.Verifier)
	review := k.get(at(list[0].ID))
	said := k.sendAhead(at(list[0].ID)+"/putuskan", form(review, "verdict", "same"), http.StatusOK)
	k.has(said["text"], list[0].NameA, "digabung")
	k.has(said["undo"], root+"/urungkan")
	k.has(said["queue"], "Hari ini Anda selesai 1")
	// A second time it is too late: the pair comes back with the reason above it.
	said = k.sendAhead(at(list[0].ID)+"/putuskan", form(review, "verdict", "different"), refused)
	k.has(said["text"], "baru saja diubah")
	k.has(k.get(at(list[0].ID)), "baru saja diubah orang lain")
	said = k.sendAhead(at(list[1].ID)+"/lewati", form(k.get(at(list[1].ID))), http.StatusOK)
	k.has(said["text"], "dilewati sampai besok")
}

func TestASecondPersonConfirmsWhereMoneyChanges(t *testing.T) {
	k := sit(t)
	a, b := k.twice(0)
	k.receives(a, "PKH", 400_000)
	k.receives(b, "BLT-DD", 300_000)
	s := k.search()[0].ID
	k.as("rahma", account.Verifier)
	k.has(k.get(root+"?antrean=bayar"), "AZIZAH", "300.000", "2 program")
	review := k.get(at(s))
	k.has(review, "bayar dua kali", "300.000", "PKH", "BLT-DD", "Perlu persetujuan kedua", "orang kedua (Kabid)")
	k.post(at(s)+"/putuskan", form(review, "verdict", "same", "reason", "terdaftar_dua_kali"), http.StatusSeeOther)
	k.has(k.get(at(s)), "Menunggu persetujuan kedua", "Tarik keputusan saya")
	k.post(at(s)+"/sahkan", form(review, "agree", "1"), http.StatusForbidden)

	k.as("budi", account.SectionHead)
	k.has(k.get(root), "Menunggu orang kedua", "oleh rahma")
	second := k.get(at(s))
	k.has(second, "rahma menyatakan orang yang sama", "Terdaftar dua kali", "Setuju, gabungkan", "Tidak setuju, kembalikan", "Bila digabung", "Data A dipakai")
	_, body := k.post(at(s)+"/sahkan", form(second, "agree", "0"), http.StatusUnprocessableEntity)
	k.has(body, "Tulis mengapa keputusan ini dikembalikan")
	k.post(at(s)+"/sahkan", form(second, "agree", "0", "note", "periksa KK dulu"), http.StatusSeeOther)
	k.has(k.get(at(s)), "mengembalikan ke antrean", "periksa KK dulu")

	k.as("rahma", account.Verifier)
	k.post(at(s)+"/putuskan", form(k.get(at(s)), "verdict", "same"), http.StatusSeeOther)
	k.as("budi", account.SectionHead)
	k.post(at(s)+"/sahkan", form(k.get(at(s)), "agree", "1"), http.StatusSeeOther)
	people, err := registry.PeopleByID(t.Context(), k.DB.Read(), region.NewScope("2103"), []id.Person{b.ID})
	if err != nil || people[b.ID].MergedInto != a.ID {
		t.Fatalf("merged into %q, %v", people[b.ID].MergedInto, err)
	}
	k.has(k.get(at(s)), "menyetujui", "disahkan budi")
	to, _ := k.post(root+"/urungkan", url.Values{}, http.StatusSeeOther)
	k.has(k.get(to), "Keputusan terakhir Anda ditarik", "Setuju, gabungkan")
}

func TestALookKeepsOthersFromDeciding(t *testing.T) {
	k := sit(t)
	k.twice(0)
	s := k.search()[0].ID
	k.as("rahma", account.Verifier)
	mine := k.get(at(s))
	k.as("joko", account.Verifier)
	theirs := k.get(at(s))
	k.has(theirs, "Sedang ditinjau rahma", "Menunggu peninjau lain selesai")
	k.lacks(theirs, "/putuskan")
	k.has(k.get(root), "Sedang ditinjau rahma")
	to, _ := k.post(at(s)+"/putuskan", form(mine, "verdict", "same"), http.StatusSeeOther)
	if !strings.HasPrefix(to, at(s)) {
		t.Errorf("refused, it leads to %s", to)
	}
	k.has(k.get(to), "Sedang ditinjau rahma. Lanjut")
}

func TestWhoMayNotActGetsNoForm(t *testing.T) {
	k := sit(t)
	k.twice(0)
	s := k.search()[0].ID
	k.as("audit", account.Auditor)
	body := k.get(at(s))
	k.has(body, "Menunggu keputusan verifikator")
	k.lacks(body, "/putuskan")
	k.post(at(s)+"/putuskan", url.Values{"version": {"1"}, "verdict": {"same"}}, http.StatusForbidden)
	k.as("jauh", account.Verifier, sedap.Kecamatan())
	if status, _, _ := k.Send("GET", at(s), nil); status != http.StatusNotFound {
		t.Errorf("a pair of another area opens: %d", status)
	}
	k.as("desa", account.VillageOperator, midai)
	if status, _, _ := k.Send("GET", root, nil); status != http.StatusForbidden {
		t.Errorf("a village operator sees the queue: %d", status)
	}
}

func TestThreeRecordsAlikeAreConfirmedAtOnce(t *testing.T) {
	k := sit(t)
	a, _ := k.twice(0)
	k.register("desa", midai, "", registry.Person{Name: "SITI AMINA AZIZAH", BirthOn: a.BirthOn, Sex: nik.Female, MotherName: "ROKIAH"})
	list := k.search()
	if len(list) < 2 || list[0].Group != 3 {
		t.Fatalf("%d pairs, group of %d", len(list), list[0].Group)
	}
	k.as("rahma", account.Verifier)
	k.has(k.get(root), "3 data saling mirip")
	s := at(list[0].ID)
	k.has(k.get(s), "Data lain yang saling mirip", fmt.Sprintf("Semua %d pasangan orang yang sama", len(list)), s+"/kelompok")
	to, _ := k.post(s+"/kelompok", url.Values{}, http.StatusSeeOther)
	k.has(k.get(to), "pasangan dinyatakan sama")
	if left := k.queue(duplicate.Filter{}); len(left) != 0 {
		t.Errorf("%d pairs still wait", len(left))
	}
}

const header = "NIK;NO_KK;NAMA_LGKP;JENIS_KLMIN;TMPT_LHR;TGL_LHR;STAT_HBKEL;NAMA_LGKP_IBU;ALAMAT;NO_RT;NO_RW;NO_PROP;NO_KAB;NO_KEC;NO_KEL;KEL_NAME\n"

// bring takes in a file whose one row is p with two digits exchanged.
func (k *desk) bring(p registry.Person) intake.Batch {
	k.Helper()
	ctx, who := k.Context(), dbtest.Actor("2103")
	place := fmt.Sprintf("JL. LAUT;002;001;21;3;%s;%s;%s\n", p.Village[4:6], p.Village[6:], strings.ToUpper(p.Village.Name()))
	row := fmt.Sprintf("%s10;2103990101209991;%s;Laki-Laki;RANAI;%s;KEPALA KELUARGA;%s;%s", p.NIK.Reveal()[:14], p.Name, p.BirthOn, p.MotherName, place)
	other := "2103991708610999;2103990101209992;SUKARNO HATTA;Laki-Laki;RANAI;1961-08-17;KEPALA KELUARGA;IDAYU;" + place
	b, err := k.in.Receive(ctx, who, strings.NewReader(header+row+other), intake.Upload{FileName: "desa.csv"})
	if err == nil {
		b, err = k.in.Auto(ctx, who, b)
	}
	if err == nil {
		b, err = k.in.Check(ctx, who, b.ID, nil)
	}
	if err == nil {
		b, err = k.in.Apply(ctx, who, b.ID, nil)
	}
	if err == nil {
		_, err = k.s.Rows(ctx, who, b.ID)
	}
	if err != nil {
		k.Fatal(err)
	}
	return b
}

func TestARowOfAFileWaitsForAWord(t *testing.T) {
	k := sit(t)
	b := k.bring(k.jumadi)
	k.as("rahma", account.Verifier)
	k.has(k.get(root+"?impor="+string(b.ID)), "baris berkas dengan satu data", "dari satu impor", "JUMADI")
	s := k.queue(duplicate.Filter{Batch: b.ID})[0].ID
	review := k.get(at(s))
	k.has(review, "desa.csv", "baris 2", "Orang baru", "Jangan masukkan", "Buka impor", "14 dari 16 angka sama", "masuk sebagai data JUMADI")
	k.post(at(s)+"/putuskan", form(review, "verdict", "new"), http.StatusSeeOther)
	after, err := intake.BatchByID(t.Context(), k.DB.Read(), region.NewScope("2103"), b.ID)
	if err != nil || after.Counts.Look != 0 || after.Counts.Added != 2 {
		t.Fatalf("%+v, %v", after.Counts, err)
	}
}

func TestTheListAndTheLabelsGoOut(t *testing.T) {
	k := sit(t)
	a, b := k.twice(0)
	k.twice(1)
	k.receives(a, "PKH", 400_000)
	k.receives(b, "BLT-DD", 300_000)
	list := k.search()
	k.as("rahma", account.Verifier)
	csv := k.get(root + "/ekspor.csv?antrean=bayar")
	k.has(csv, "SITI AMINAH AZIZAH", "300000")
	k.lacks(csv, "BZIZAH")
	k.has(k.get(root+"/mutu"), "Belum ada keputusan orang")
	k.post(at(list[1].ID)+"/putuskan", form(k.get(at(list[1].ID)), "verdict", "different", "reason", "kembar_atau_saudara"), http.StatusSeeOther)
	labels := k.get(root + "/mutu/label.csv")
	k.has(labels, string(list[1].ID), "kembar_atau_saudara", "false")
	k.lacks(labels, "AMINAH")
	k.has(k.get(root+"/mutu"), "Unduh label")
}

func TestThePolicyOfASourceIsChangedBesideItsFields(t *testing.T) {
	k := sit(t)
	k.as("rahma", account.Verifier)
	k.lacks(k.get(root+"/mutu"), "/mutu/ambang")
	k.as("budi", account.SectionHead)
	k.has(k.get(root+"/mutu"), "Ambang per sumber", "bawaan program", "Latih ulang")
	today := civil.Of(dbtest.Epoch).String()
	good := func(name, value string) url.Values {
		out := url.Values{"source": {"dtsen"}, "same_weight": {"24,5"}, "look_weight": {"6"}, "from": {today}, "reason": {"uji petik Mei"}}
		out.Set(name, value)
		return out
	}
	for _, c := range []struct{ name, value string }{{"same_weight", "banyak"}, {"look_weight", "99"}, {"look_weight", "30"}, {"from", "2020-01-01"}, {"reason", ""}} {
		_, body := k.post(root+"/mutu/ambang", good(c.name, c.value), http.StatusUnprocessableEntity)
		if !regexp.MustCompile(`name="` + c.name + `"[^>]*aria-invalid="true"`).MatchString(body) {
			t.Errorf("%s = %q: no word beside the field", c.name, c.value)
		}
	}
	k.post(root+"/mutu/ambang", good("reason", "uji petik Mei"), http.StatusSeeOther)
	k.has(k.get(root+"/mutu"), "Ambang DTSEN disimpan", "24,5", "uji petik Mei")
}

func TestWhoeverTrainedAModelDoesNotActivateIt(t *testing.T) {
	k := sit(t)
	k.as("kepala", account.Head)
	m, err := registry.NewMatcher(t.Context(), k.DB.Read(), "2103", registry.RegistrySource, civil.Date{})
	if err != nil {
		t.Fatal(err)
	}
	var made registry.MatchModel
	err = k.DB.Write(t.Context(), db.Actor{User: "kepala", Name: "kepala", Role: string(account.Head), Scope: region.NewScope("2103")}, func(tx *db.Tx) error {
		made, err = registry.AddMatchModel(t.Context(), tx, m.Model, 1200, 40, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	use := root + "/mutu/model/" + made.ID + "/pakai"
	k.has(k.get(root+"/mutu"), use, "1.200", "draf")
	to, _ := k.post(use, url.Values{}, http.StatusSeeOther)
	k.has(k.get(to), "draf")
	k.lacks(k.get(to), "Model diaktifkan")
	k.as("ibu", account.Head)
	to, _ = k.post(use, url.Values{}, http.StatusSeeOther)
	k.has(k.get(to), "Model diaktifkan", "dipakai", "ibu")
	k.has(k.get(root+"/mutu/model/bawaan"), "Tingkat kecocokan", "Tanggal lahir")
	if status, _, _ := k.Send("GET", root+"/mutu/model/tiada", nil); status != http.StatusNotFound {
		t.Errorf("a model that is none: %d", status)
	}
}

func TestPages(t *testing.T) {
	webtest.Fits(t)
	k := sit(t)
	a, _ := k.twice(0)
	k.receives(a, "PKH", 400_000)
	s := k.search()[0].ID
	for _, lang := range []string{"id", "en"} {
		for _, role := range []account.Role{account.Verifier, account.SectionHead, account.Head} {
			k.as(string(role), role)
			k.Who.Lang = lang
			for _, path := range []string{root, root + "?antrean=semua", root + "?antrean=kedua", root + "/mutu", root + "/mutu/model/bawaan", at(s)} {
				k.lacks(k.get(path), "⟦", "duplicates.", "duplicate.state")
			}
		}
	}
}
