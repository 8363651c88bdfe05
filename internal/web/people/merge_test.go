package people_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/registry"
)

func (k *desk) at(p registry.Person) string {
	return "/keluarga/" + string(p.FamilyID) + "/orang/" + string(p.ID)
}

func (k *desk) merge(keep, drop registry.Person) id.Merge {
	k.Helper()
	var m id.Merge
	k.write(func(tx *db.Tx) error {
		var err error
		m, err = evidence.MergePeople(k.Context(), tx, registry.PersonMerge{Keep: keep.ID, Drop: drop.ID, Reason: "salah ketik NIK"})
		return err
	})
	return m
}

func TestAMergedProfileLeadsOnAndComesApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		alone := card(2, midai, "ST. AMINAH", "")
		alone.People = alone.People[:1]
		cs := k.register(card(1, midai, "JUMADI", "SITI AMINAH"), alone)
		keep, drop := cs[0].People[1], cs[1].People[0]
		m := k.merge(keep, drop)
		for path, want := range map[string]string{k.at(drop): k.at(keep), k.at(drop) + "/ubah": k.at(keep),
			"/keluarga/" + string(drop.FamilyID): "/keluarga/" + string(keep.FamilyID)} {
			if code, to, _ := k.Send("GET", path, nil); code != http.StatusSeeOther || to != want {
				t.Errorf("%s: %d to %q", path, code, to)
			}
		}
		apart := "/gabungan/" + string(m) + "/pisah"
		if body := k.page(k.at(keep), 200); !strings.Contains(body, "Memuat data ST. AMINAH") || strings.Contains(body, apart) || !strings.Contains(body, "salah ketik NIK") {
			t.Error("the operator is not told of the merge, or is offered to undo it")
		}
		if body := k.page("/keluarga/"+string(keep.FamilyID), 200); !strings.Contains(body, "digabung ke SITI AMINAH") {
			t.Error("the history of the family does not tell the merge")
		}
		if code, _, _ := k.Send("GET", apart, nil); code != http.StatusForbidden {
			t.Errorf("the operator may undo: %d", code)
		}
		k.as(account.SectionHead)
		if body := k.page(k.at(keep), 200); !strings.Contains(body, apart) {
			t.Error("the section head is not offered to undo")
		}
		k.page(apart, 200)
		if code, _, body := k.Send("POST", apart, url.Values{"reason": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "Tulis alasannya") {
			t.Errorf("without a reason: %d", code)
		}
		if code, to, _ := k.Send("POST", apart, url.Values{"reason": {"dua orang bersaudara"}}); code != http.StatusSeeOther || to != k.at(keep) {
			t.Fatalf("taken apart: %d to %q", code, to)
		}
		if body := k.page(k.at(drop), 200); !strings.Contains(body, "dipisahkan kembali dari SITI AMINAH") || strings.Contains(body, apart) {
			t.Error("apart again the history does not say so")
		}
		if code, _, _ := k.Send("GET", apart, nil); code != http.StatusConflict {
			t.Errorf("apart twice: %d", code)
		}
		k.as(account.SectionHead, sedap)
		if code, _, _ := k.Send("GET", apart, nil); code != http.StatusNotFound {
			t.Errorf("from another area: %d", code)
		}
	})
}

func TestWhereAidRunsASecondPersonTakesApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		cs := k.register(card(1, midai, "JUMADI", "SITI AMINAH"), card(2, midai, "HASAN", "ST. AMINAH"))
		keep, drop := cs[0].People[1], cs[1].People[1]
		m := k.merge(keep, drop)
		k.write(func(tx *db.Tx) error {
			_, err := evidence.Note(t.Context(), tx, evidence.Fact{Kind: evidence.Receives, Person: keep.ID, Value: "PKH", Amount: 400_000, Source: "Kemensos"})
			return err
		})
		apart := "/gabungan/" + string(m) + "/pisah"
		reason := url.Values{"reason": {"dua orang bersaudara"}}
		k.as(account.SectionHead)
		if body := k.page(apart, 200); !strings.Contains(body, "orang kedua") {
			t.Error("the form does not say that it takes two")
		}
		if code, _, _ := k.Send("POST", apart, reason); code != http.StatusSeeOther {
			t.Fatalf("asked: %d", code)
		}
		if body := k.page(apart, 200); !strings.Contains(body, "Siti Rahma memintanya") || !strings.Contains(body, "dua orang bersaudara") {
			t.Error("the second person is not told who asked, and why")
		}
		if code, _, _ := k.Send("POST", apart, reason); code != http.StatusConflict {
			t.Fatalf("asked and agreed by one: %d", code)
		}
		k.Who.User, k.Who.Name = "u2", "Ahmad Fauzi"
		if code, _, _ := k.Send("POST", apart, reason); code != http.StatusSeeOther {
			t.Fatalf("agreed: %d", code)
		}
		if code, _, _ := k.Send("GET", apart, nil); code != http.StatusConflict {
			t.Errorf("still together: %d", code)
		}
	})
}

func TestAChangeSinceTheMergeIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		one := card(1, midai, "JUMADI", "SITI AMINAH")
		one.People[1].Occupation = ""
		two := card(2, midai, "HASAN", "ST. AMINAH")
		two.People[1].Occupation = "NELAYAN"
		cs := k.register(one, two)
		keep := cs[0].People[1]
		m := k.merge(keep, cs[1].People[1])
		k.write(func(tx *db.Tx) error {
			p, err := registry.PersonByID(t.Context(), tx, k.Who.Scope, keep.ID)
			if err != nil {
				return err
			}
			p.Occupation = "PETANI"
			_, err = registry.CorrectPerson(t.Context(), tx, p, "sesuai KTP")
			return err
		})
		k.as(account.SectionHead)
		code, _, body := k.Send("POST", "/gabungan/"+string(m)+"/pisah", url.Values{"reason": {"keliru ternyata"}})
		if code != http.StatusConflict || !strings.Contains(body, "(Pekerjaan)") || !strings.Contains(body, "keliru ternyata") {
			t.Errorf("%d\n%s", code, body)
		}
	})
}

func TestAnotherPersonIsSplitOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		old := k.register(card(1, midai, "JUMADI", "SITI AMINAH"))[0].People[1]
		k.as(account.SectionHead)
		if body := k.page(k.at(old), 200); !strings.Contains(body, k.at(old)+"/pisah") {
			t.Fatal("the section head is not offered to split")
		}
		k.page(k.at(old)+"/pisah", 200)
		form := url.Values{"version": {"1"}, "name": {"SITI ROHANI"}, "village": {string(midai)}, "clear": {"nik", "mother_name"}, "reason": {"dua orang dalam satu baris"}}
		code, to, body := k.Send("POST", k.at(old)+"/pisah", form)
		if code != http.StatusSeeOther || !strings.HasPrefix(to, "/keluarga/-/orang/") {
			t.Fatalf("%d to %q\n%s", code, to, body)
		}
		if body := k.page(to, 200); !strings.Contains(body, "SITI ROHANI") || !strings.Contains(body, "ROHANI") {
			t.Error("the new record lacks what it took along")
		}
		if body := k.page(k.at(old), 200); !strings.Contains(body, "Satukan kembali") {
			t.Error("the old record offers no way back")
		}
	})
}
