package people_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
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
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/web/people"
	"tepat/internal/web/webtest"
)

const (
	natuna region.Code = "2103"
	midai  region.Code = "2103041001" // kecamatan Midai
	sedap  region.Code = "2103051001" // kecamatan Bunguran Barat
)

// desk is a server where the test says who is signed in, with a journal that
// remembers what was recorded.
type desk struct {
	*webtest.Desk
	events []db.Event
}

func (k *desk) Append(_ context.Context, _ *db.Tx, events []db.Event, _ []db.Seal) error {
	k.events = append(k.events, events...)
	return nil
}

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	k := &desk{Desk: webtest.Sit(t, d, people.Routes(people.Deps{DB: d}))}
	d.Keep(k)
	k.as(account.Operator)
	return k
}

func (k *desk) as(role account.Role, areas ...region.Code) {
	k.Who = account.Session{User: "u1", Name: "Siti Rahma", Role: role, Scope: region.NewScope(natuna, areas...)}
}

var sixteen = regexp.MustCompile(`(?:^|[^0-9])[0-9]{16}(?:[^0-9]|$)`)

// page gets a page and refuses it when it tells a number.
func (k *desk) page(path string, want int) string {
	k.Helper()
	code, _, body := k.Send("GET", path, nil)
	if code != want {
		k.Fatalf("GET %s: %d, want %d\n%s", path, code, want, body)
	}
	// The frame repeats the address that was typed, for switching the language.
	if n := sixteen.FindString(strings.ReplaceAll(body, html.EscapeString(path), "")); n != "" {
		k.Errorf("GET %s tells %q", path, n)
	}
	return body
}

func (k *desk) write(fn func(tx *db.Tx) error) {
	k.Helper()
	if err := k.DB.Write(k.Context(), dbtest.Actor(natuna), fn); err != nil {
		k.Fatal(err)
	}
}

func (k *desk) register(hs ...registry.Card) []registry.Card {
	k.Helper()
	k.write(func(tx *db.Tx) error {
		for i := range hs {
			var err error
			if hs[i], err = registrytest.Register(k.Context(), tx, hs[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return hs
}

func card(n int, village region.Code, head, wife string) registry.Card {
	return registry.Card{
		Origin: registry.Origin{Source: "dukcapil", Row: n},
		Family: registry.Family{KK: nik.KK(fmt.Sprintf("210399010120%04d", n)), Village: village, RT: "001", RW: "002", Address: "Jl. Pelabuhan"},
		People: []registry.Person{
			{NIK: nik.NIK(fmt.Sprintf("210399120785%04d", n)), Name: head, Sex: nik.Male, BirthOn: civil.Date{Year: 1985, Month: 7, Day: 12}, BirthPrecision: registry.ByDay, Relation: 1},
			{NIK: nik.NIK(fmt.Sprintf("210399520388%04d", n)), Name: wife, Sex: nik.Female, BirthOn: civil.Date{Year: 1988, Month: 3, Day: 12}, BirthPrecision: registry.ByDay, Relation: 3, MotherName: "ROHANI"},
		},
	}
}

func (k *desk) recorded(kind string) (db.Event, int) {
	var last db.Event
	n := 0
	for _, e := range k.events {
		if e.Kind == kind {
			last, n = e, n+1
		}
	}
	return last, n
}

func at(h registry.Card) string  { return "/keluarga/" + string(h.Family.ID) }
func man(h registry.Card) string { return at(h) + "/orang/" + string(h.People[0].ID) }

func TestNobodySeesBeyondHisArea(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		hs := k.register(card(1, midai, "JUMADI", "SITI AMINAH"), card(2, sedap, "HASAN BASRI", "NURHAYATI"))
		k.as(account.Operator, midai.Kecamatan())
		body := k.page("/keluarga", 200)
		if !strings.Contains(body, "JUMADI") || strings.Contains(body, "HASAN") || !strings.Contains(body, "1 dari 1 keluarga") {
			t.Error("the list is not that of the area")
		}
		if body := k.page("/keluarga?kec=210305", 200); strings.Contains(body, "HASAN") {
			t.Error("a filter widens the area")
		}
		k.page(at(hs[0]), 200)
		k.page(man(hs[0]), 200)
		form := url.Values{"reason": {"match"}, "version": {"1"}}
		for _, path := range []string{at(hs[1]), man(hs[1]), at(hs[1]) + "/ubah", man(hs[1]) + "/ubah", "/keluarga/bukan", at(hs[0]) + "/orang/" + string(hs[1].People[0].ID)} {
			k.page(path, 404)
		}
		for _, path := range []string{at(hs[1]) + "/buka", man(hs[1]) + "/buka", at(hs[1]) + "/ubah", man(hs[1]) + "/ubah"} {
			if code, _, _ := k.Send("POST", path, form); code != 404 {
				t.Errorf("POST %s: %d", path, code)
			}
		}
		if code, _, body := k.Send("POST", "/cari", url.Values{"q": {"hasan"}}); code != 200 || strings.Contains(body, "HASAN BASRI") {
			t.Errorf("search: %d", code)
		}
		if _, n := k.recorded("value.revealed"); n != 0 {
			t.Error("something was opened")
		}
		if _, _, csv := k.Send("GET", "/keluarga/ekspor.csv", nil); strings.Contains(csv, "HASAN") || !strings.Contains(csv, "JUMADI") {
			t.Error("the file is not that of the area")
		}
	})
}

func TestEveryCountIsTheListBehindIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		var hs []registry.Card
		for n := range 120 {
			h := card(n+1, []region.Code{midai, sedap}[n%2], fmt.Sprintf("KEPALA %03d", n), "ISTRI")
			h.Family.Desil, h.Family.Receives = n%11, []string{"", "PKH", "PKH SEMBAKO"}[n%3]
			if n%4 == 0 {
				h.Family.Review = registry.ReviewOpen
			}
			hs = append(hs, h)
		}
		k.register(hs...)
		for query, want := range map[string]int{
			"": 120, "kec=210304": 60, "kec=210304&kec=210305": 120, "kec=210304&desa=2103041001": 60, "desil=1&desil=2": 22, "desil=belum": 11,
			"bantuan=PKH": 80, "bantuan=PKH&bantuan=SEMBAKO": 40, "bantuan=tidak": 40, "pemeriksaan=bersih": 90, "pemeriksaan=terbuka": 30,
			"pemeriksaan=bersih&pemeriksaan=terbuka": 120, "kec=210305&pemeriksaan=terbuka": 0, "desil=99&kec=7203&bantuan=%27&hal=x": 120, "bantuan=2103991207850001&desa=2103991207850001&q=2103991207850001": 120,
		} {
			body := k.page("/keluarga?"+query, 200)
			if want > 0 && !strings.Contains(body, fmt.Sprintf("%d dari 120 keluarga", want)) {
				t.Errorf("%q: the count is not %d", query, want)
			}
			if rows := strings.Count(body, `class="row"`); rows != min(want, 50) {
				t.Errorf("%q: %d rows, want %d", query, rows, min(want, 50))
			}
			_, _, out := k.Send("GET", "/keluarga/ekspor.json?"+query, nil)
			var file struct{ Rows [][]any }
			if err := json.Unmarshal([]byte(out), &file); err != nil || len(file.Rows) != want {
				t.Errorf("%q: the file holds %d rows, %v", query, len(file.Rows), err)
			}
			e, _ := k.recorded("list.exported")
			if !strings.Contains(string(e.Payload), fmt.Sprintf(`"rows":%d,`, want)) {
				t.Errorf("%q: the ledger holds %s", query, e.Payload)
			}
		}
		if body := k.page("/keluarga?hal=3", 200); strings.Count(body, `class="row"`) != 20 || !strings.Contains(body, "101–120") {
			t.Error("the last page")
		}
		if body := k.page("/keluarga?kec=210304&desil=1&desil=belum", 200); !strings.Contains(html.UnescapeString(body), "Keluarga di Midai, desil 1 atau belum berperingkat") {
			t.Error("the sentence does not say the filter")
		}
		body := k.page("/keluarga?kec=210306&desa=2103062001&desil=3&bantuan=BST&pemeriksaan=terbuka", 200)
		if !strings.Contains(body, "Tidak ada keluarga yang cocok") {
			t.Error("nothing matches, and nothing says so")
		}
		for _, v := range []string{"210306", "2103062001", "3", "BST", "terbuka"} {
			if !strings.Contains(body, `value="`+v+`" checked`) {
				t.Errorf("applying the panel again would drop %s", v)
			}
		}
	})
}

func TestEmptyOfficeSaysWhatToDo(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	if body := k.page("/keluarga", 200); !strings.Contains(body, "Impor data awal") || strings.Contains(body, "ekspor") {
		t.Error("the operator is not led to the import")
	}
	k.as(account.Verifier)
	if body := k.page("/keluarga", 200); strings.Contains(body, `href="/impor"`) {
		t.Error("the verifier is led where he may not go")
	}
	if body := k.page("/cari", 200); !strings.Contains(body, "Ketik nama") {
		t.Error("a reloaded search says nothing")
	}
}

func TestSearchGoesStraightForANumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		hs := k.register(card(1, midai, "DJUMADI", "SITI AMINAH"), card(2, sedap, "JUMADI", "NURHAYATI"))
		for _, q := range []string{"2103991207850001", "2103 9901 0120 0001", "'2103995203880001"} {
			if code, to, _ := k.Send("POST", "/cari", url.Values{"q": {q}}); code != 303 || to != at(hs[0]) {
				t.Errorf("%s: %d %s", q, code, to)
			}
		}
		_, _, body := k.Send("POST", "/cari", url.Values{"q": {"jumadi"}})
		if !strings.Contains(body, at(hs[0])) || !strings.Contains(body, at(hs[1])) || sixteen.MatchString(body) {
			t.Error("both spellings, no numbers")
		}
		_, _, body = k.Send("POST", "/cari", url.Values{"q": {"2103990101010009"}})
		if !strings.Contains(body, "Tidak ada yang cocok") || sixteen.MatchString(body) {
			t.Error("an unknown number")
		}
	})
}

func TestAnOpenedNumberIsRecordedFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		h := k.register(card(1, midai, "JUMADI", "SITI AMINAH"))[0]
		for path, digits := range map[string]string{at(h) + "/buka": "2103 9901 0120 0001", man(h) + "/buka": "2103 9912 0785 0001"} {
			before := len(k.events)
			if code, _, body := k.Send("POST", path, url.Values{}); code != 422 || strings.Contains(body, digits) {
				t.Errorf("without a reason: %d", code)
			}
			code, _, body := k.Send("POST", path, url.Values{"reason": {"call"}})
			if code != 200 || !strings.Contains(body, digits) || sixteen.MatchString(body) {
				t.Errorf("%s: %d", path, code)
			}
			e, _ := k.recorded("value.revealed")
			if len(k.events) != before+1 || !strings.Contains(string(e.Payload), `"purpose":"call"`) || regexp.MustCompile(`[0-9]{6}`).Match(e.Payload) {
				t.Errorf("recorded %s", e.Payload)
			}
			if last := k.Reads[len(k.Reads)-1]; !strings.HasPrefix(last, "reveal ") {
				t.Errorf("the read audit holds %q", last)
			}
		}
		for _, role := range account.Roles() {
			k.as(role)
			if code, _, _ := k.Send("POST", at(h)+"/buka", url.Values{"reason": {"call"}}); (code == 200) != role.May(account.RegistryReveal) {
				t.Errorf("%s: %d", role, code)
			}
		}
		k.as(account.Head)
		if body := k.page(at(h), 200); strings.Contains(body, "/buka") {
			t.Error("the head is offered what he may not")
		}
	})
}

func correction(change func(url.Values)) url.Values {
	v := url.Values{"version": {"1"}, "name": {"JUMADI BIN SALEH"}, "sex": {"L"}, "birth_on": {"12/07/1985"}, "relation": {"1"}, "reason": {"sesuai KTP"}}
	if change != nil {
		change(v)
	}
	return v
}

func TestCorrectingAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		h := k.register(card(1, midai, "JUMADI", "SITI AMINAH"), card(2, midai, "HASAN", "NUR"))[0]
		k.page(man(h)+"/ubah", 200)
		for field, change := range map[string]func(url.Values){
			"name": func(v url.Values) { v.Set("name", " ") }, "nik": func(v url.Values) { v.Set("nik", "2103") },
			"birth_on": func(v url.Values) { v.Set("birth_on", "31/02/1985") }, "reason": func(v url.Values) { v.Del("reason") },
			"relation": func(v url.Values) { v.Set("relation", "77") },
		} {
			code, _, body := k.Send("POST", man(h)+"/ubah", correction(change))
			if code != 422 || !strings.Contains(body, `href="#`+field+`"`) {
				t.Errorf("%s: %d", field, code)
			}
		}
		taken := correction(func(v url.Values) { v.Set("nik", "2103991207850002") })
		if code, _, body := k.Send("POST", man(h)+"/ubah", taken); code != 409 || !strings.Contains(body, `href="#nik"`) || !strings.Contains(body, `name="version" value="1"`) || sixteen.MatchString(body) {
			t.Errorf("somebody else's NIK: %d", code)
		}
		if code, to, body := k.Send("POST", man(h)+"/ubah", correction(nil)); code != 303 || to != man(h) {
			t.Fatalf("%d %s", code, body)
		}
		stale := correction(func(v url.Values) { v.Set("name", "JUMADIL") })
		code, _, body := k.Send("POST", man(h)+"/ubah", stale)
		if code != 409 || !strings.Contains(body, "Sekarang tercatat: JUMADI BIN SALEH") || !strings.Contains(body, `value="JUMADIL"`) || !strings.Contains(body, `name="version" value="2"`) {
			t.Errorf("from an old page: %d", code)
		}
		body = k.page(at(h), 200)
		for _, want := range []string{"JUMADI BIN SALEH", "JUMADI → JUMADI BIN SALEH", "sesuai KTP"} {
			if !strings.Contains(body, want) {
				t.Errorf("the profile lacks %q", want)
			}
		}
		if e, n := k.recorded("person.changed"); n != 1 || e.Object != string(h.People[0].ID) {
			t.Errorf("recorded %d", n)
		}
	})
}

func TestCorrectingAFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		h := card(1, midai, "JUMADI", "SITI AMINAH")
		h.Family.Desil = 3
		h = k.register(h)[0]
		form := url.Values{"version": {"1"}, "address": {"Jl. Baru 2103991207850001"}, "rt": {"003"}, "village": {string(sedap)}, "kk": {"2103990101209999"}, "reason": {"pindah rumah"}, "desil": {"9"}}
		k.as(account.Operator, midai.Kecamatan())
		if code, _, body := k.Send("POST", at(h)+"/ubah", form); code != 422 || !strings.Contains(body, `href="#village"`) {
			t.Errorf("out of the area: %d", code)
		}
		k.as(account.Operator)
		if code, to, body := k.Send("POST", at(h)+"/ubah", form); code != 303 || to != at(h) {
			t.Fatalf("%d %s", code, body)
		}
		f, err := registry.FamilyByID(t.Context(), d.Read(), region.NewScope(natuna), h.Family.ID)
		if err != nil || f.Village != sedap || f.RT != "003" || f.Desil != 3 || f.KK.Reveal() != "2103990101209999" {
			t.Errorf("%+v, %v", f, err)
		}
		k.page(at(h), 200) // the number typed into the address stays masked
		if code, _, _ := k.Send("POST", at(h)+"/ubah", form); code != 303 {
			t.Errorf("the same again changes nothing: %d", code)
		}
		form.Set("rt", "009")
		if code, _, _ := k.Send("POST", at(h)+"/ubah", form); code != 409 {
			t.Errorf("from an old page: %d", code)
		}
	})
}

func TestNobodyCorrectsHisOwnFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		h := k.register(card(1, midai, "JUMADI", "SITI AMINAH"))[0]
		slip, err := account.NewOneTime(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var user id.User
		k.write(func(tx *db.Tx) error {
			user, err = account.Invite(t.Context(), tx, "siti.rahma", account.Details{Name: "Siti Rahma", Role: account.Operator,
				Areas: []region.Code{natuna}, NIK: "2103995203880001", KK: "2103990101209998"}, slip)
			return err
		})
		k.Who.User = user
		for _, path := range []string{at(h) + "/ubah", man(h) + "/ubah"} {
			k.page(path, 403)
			form := correction(func(v url.Values) { v.Set("village", string(midai)) })
			if code, _, _ := k.Send("POST", path, form); code != 403 {
				t.Errorf("POST %s: %d", path, code)
			}
		}
		k.page(at(h), 200) // looking is allowed, and recorded
		if k.Reads[len(k.Reads)-1] != "personal family:"+string(h.Family.ID) {
			t.Errorf("the read audit holds %q", k.Reads[len(k.Reads)-1])
		}
	})
}

func TestProfileTellsWhatAgenciesSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		h := card(1, midai, "JUMADI", "SITI AMINAH")
		h.Family.Desil, h.Family.RankRegency, h.Family.RankedOn = 2, 5128, civil.Date{Year: 2026, Month: 11, Day: 18}
		h = k.register(h)[0]
		k.write(func(tx *db.Tx) error {
			for _, f := range []evidence.Fact{
				{Kind: evidence.Receives, Person: h.People[0].ID, Family: h.Family.ID, Village: midai, Source: "SIKS-NG", Value: "PKH", Amount: 600_000, On: civil.Date{Year: 2026, Month: 11, Day: 15}},
				{Kind: evidence.Death, Person: h.People[1].ID, Family: h.Family.ID, Village: midai, Source: "Desa Sabang Barat", Grade: evidence.GradeC, On: civil.Date{Year: 2026, Month: 10, Day: 2}, Document: "2103995203880001"},
			} {
				if _, err := evidence.Note(t.Context(), tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		body := k.page(at(h), 200)
		for _, want := range []string{"2 dari 10", "peringkat 5.128", "SIKS-NG", "PKH", "buku pemakaman", "Linimasa", "Bukti instansi"} {
			if !strings.Contains(body, want) {
				t.Errorf("the profile lacks %q", want)
			}
		}
		if body := k.page(at(h)+"?jejak=bukti", 200); !strings.Contains(body, "SIKS-NG") || strings.Contains(body, "didaftarkan") {
			t.Error("the filter of the time line")
		}
		k.page(at(h)+"/orang/"+string(h.People[1].ID), 200)
		k.as(account.VillageOperator, midai)
		k.page(at(h), 200)
	})
}

func TestPagesFitTheirData(t *testing.T) { webtest.Fits(t) }
