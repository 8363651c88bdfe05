package validation_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/web/validation"
	"tepat/internal/web/webtest"
)

const midai region.Code = "2103041003"

// desk is the office with whoever sits at the screen.
type desk struct {
	*webtest.Desk
	people []registry.Person
}

func sit(t *testing.T) *desk {
	d := dbtest.SQLite(t)
	k := &desk{Desk: webtest.Sit(t, d, validation.Routes(validation.Deps{DB: d}))}
	k.populate()
	return k
}

// populate registers three families, of which two have a dead head.
func (k *desk) populate() {
	var items []intake.Item
	k.Write(func(tx *db.Tx) error {
		for n, name := range []string{"JUMADI", "HASAN BASRI", "YUSUF"} {
			h, err := registry.AddCard(k.Context(), tx, registry.Card{
				Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n)), Village: midai},
				People: []registry.Person{{NIK: nik.NIK(fmt.Sprintf("210399120755%04d", n)), Name: name, Relation: registry.HeadOfFamily,
					BirthOn: civil.Date{Year: 1955, Month: 7, Day: 12}}}})
			if err != nil {
				return err
			}
			k.people = append(k.people, h.People[0])
		}
		return nil
	})
	apply := func(layout string, rows ...intake.Item) {
		k.Write(func(tx *db.Tx) error {
			_, err := evidence.Applier{}.Apply(k.Context(), tx, intake.Batch{ID: id.Batch(layout), Sender: "Dukcapil", Layout: layout,
				CreatedAt: db.TimeOf(dbtest.Epoch)}, rows)
			return err
		})
	}
	for n, p := range k.people[:2] {
		rec := intake.Record{NIK: p.NIK, Name: p.Name + []string{"", " BIN ALI"}[n], BirthOn: p.BirthOn, Grade: []string{"C", "A"}[n],
			EventOn: civil.Date{Year: 2026, Month: 5, Day: 2}, Document: "2103-KM-990001"}
		items = append(items, intake.Item{Row: n + 2, Outcome: intake.Ready, Match: registry.Match{Verdict: registry.Same, Person: p}, Record: rec})
	}
	apply("deaths", items...)
	p := k.people[1]
	apply("bnba", intake.Item{Row: 2, Outcome: intake.Ready, Match: registry.Match{Verdict: registry.Same, Person: p},
		Record: intake.Record{NIK: p.NIK, Name: p.Name, Program: "PKH", Amount: 600_000}})
}

func (k *desk) as(user string, role account.Role, areas ...region.Code) *desk {
	k.Who = account.Session{User: id.User(user), Name: user, Username: user, Role: role, Scope: region.NewScope("2103", areas...), Lang: "id"}
	return k
}

func (k *desk) get(path string) string {
	k.Helper()
	status, _, body := k.Send("GET", path, nil)
	if status != http.StatusOK {
		k.Fatalf("GET %s: %d\n%s", path, status, body)
	}
	return body
}

func (k *desk) has(body string, words ...string) {
	k.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			k.Errorf("the page does not say %q", w)
		}
	}
}

func (k *desk) indication(p registry.Person) evidence.Line {
	k.Helper()
	list, err := evidence.Queue(k.Context(), k.DB.Read(), region.NewScope("2103"), evidence.Filter{}, 0, 50)
	if err != nil {
		k.Fatal(err)
	}
	for _, l := range list {
		if l.Person == p.ID {
			return l
		}
	}
	k.Fatalf("no matter about %s", p.Name)
	return evidence.Line{}
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

func TestTwoOfficersSettleAQueue(t *testing.T) {
	k := sit(t)
	k.as("rahma", account.Verifier)
	list := k.get("/validasi")
	k.has(list, "Menunggu keputusan", "HASAN BASRI", "akta kematian (A)", "PKH", "600.000", "2 perkara")
	if strings.Index(list, "HASAN BASRI") > strings.Index(list, "JUMADI") {
		t.Error("the matter with the greater impact does not come first")
	}
	at := "/validasi/" + string(k.indication(k.people[1]).ID)
	review := k.get(at + "?jenis=death&tahap=putuskan")
	k.has(review, "Dukcapil menyatakan HASAN BASRI meninggal 2 Mei 2026", "Mirip, ejaan berbeda", "2103-KM-990001", "Terbukti meninggal", "1 program")

	status, _, body := k.Send("POST", at+"/putuskan", form(review, "answer", "1", "reason", "other"))
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("a decision without a reason: %d", status)
	}
	k.has(body, "Tulis alasannya")
	status, to, _ := k.Send("POST", at+"/putuskan", form(review, "answer", "1", "reason", "document", "note", "lengkap"))
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/validasi/"+string(k.indication(k.people[0]).ID)) {
		t.Fatalf("after deciding: %d to %s", status, to)
	}
	k.has(k.get(to), "HASAN BASRI dinyatakan terbukti", at+"/tarik")

	k.as("budi", account.SectionHead)
	k.has(k.get("/validasi"), "HASAN BASRI", "oleh rahma")
	review = k.get(at + "?jenis=death&tahap=sahkan")
	k.has(review, "rahma menyatakan terbukti: “Akta, surat, atau daftar sudah dibaca dan cocok dengan orang ini: lengkap”", "Anda orang kedua")
	status, _, body = k.Send("POST", at+"/sahkan", form(review, "answer", "0"))
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("sent back without a word: %d", status)
	}
	k.has(body, "Tulis mengapa Anda tidak sependapat")
	status, to, _ = k.Send("POST", at+"/sahkan", form(review, "answer", "1"))
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/validasi?") {
		t.Fatalf("after the last one: %d to %s", status, to)
	}
	k.has(k.get(to), "Selesai", "disahkan")
	p, err := registry.PersonByID(t.Context(), k.DB.Read(), region.NewScope("2103"), k.people[1].ID)
	if err != nil || p.Life != registry.Dead {
		t.Fatalf("the registry says %q, %v", p.Life, err)
	}
	k.has(k.get(at), "Diputuskan rahma, disahkan budi")
}

func TestWhoMayNotActGetsNoForm(t *testing.T) {
	k := sit(t)
	at := "/validasi/" + string(k.indication(k.people[0]).ID)
	k.as("audit", account.Auditor)
	if body := k.get(at); strings.Contains(body, "/putuskan") {
		t.Error("an auditor is offered a decision")
	}
	if status, _, _ := k.Send("POST", at+"/putuskan", url.Values{"version": {"1"}, "answer": {"1"}, "reason": {"document"}}); status != http.StatusForbidden {
		t.Errorf("an auditor decided: %d", status)
	}
	k.as("jauh", account.Verifier, "210305")
	if status, _, _ := k.Send("GET", at, nil); status != http.StatusNotFound {
		t.Errorf("a matter of another area opens: %d", status)
	}
	k.has(k.get("/validasi"), "Belum ada laporan kematian")
	k.as("desa", account.VillageOperator, midai)
	if status, _, _ := k.Send("GET", "/validasi", nil); status != http.StatusForbidden {
		t.Errorf("a village operator sees the queue: %d", status)
	}
}

func TestAnOldFormSaysSo(t *testing.T) {
	k := sit(t)
	k.as("rahma", account.Verifier)
	at := "/validasi/" + string(k.indication(k.people[0]).ID)
	old := k.get(at)
	if status, _, _ := k.Send("POST", at+"/putuskan", form(old, "answer", "1", "reason", "document")); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	status, to, _ := k.Send("POST", at+"/putuskan", form(old, "answer", "0", "reason", "document"))
	if status != http.StatusSeeOther || !strings.HasPrefix(to, at) {
		t.Fatalf("the old form: %d to %s", status, to)
	}
	k.has(k.get(to), "berubah sejak Anda membukanya", "Tarik keputusan saya")
	if status, _, _ := k.Send("POST", at+"/tarik", url.Values{}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	k.has(k.get(at), "Keputusan Anda tentang JUMADI ditarik", "Terbukti meninggal")
}

func TestTheListGoesOutAsShown(t *testing.T) {
	k := sit(t)
	k.as("rahma", account.Verifier)
	status, _, body := k.Send("GET", "/validasi/ekspor.csv?jenis=death&tahap=putuskan&bantuan=1", nil)
	if status != http.StatusOK || strings.Count(body, "HASAN BASRI") != 1 || strings.Contains(body, "JUMADI") || strings.Contains(body, "2103991207550001") {
		t.Fatalf("%d: %s", status, body)
	}
}

func TestPages(t *testing.T) {
	webtest.Fits(t)
	k := sit(t)
	for _, lang := range []string{"id", "en"} {
		k.as("rahma", account.Verifier)
		k.Who.Lang = lang
		for _, path := range []string{"/validasi", "/validasi?jenis=asn", "/validasi?tahap=terbukti&wilayah=210304", "/validasi/" + string(k.indication(k.people[1]).ID)} {
			if body := k.get(path); strings.Contains(body, "⟦") || strings.Contains(body, "validation.") && !strings.Contains(body, "validation-") {
				t.Errorf("%s in %s shows a key", path, lang)
			}
		}
	}
}
