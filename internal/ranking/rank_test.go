package ranking

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/fault"
	"tepat/internal/money"
	"tepat/internal/region"
)

// rule orders by the rank in the regency, then by age.
func rule(quota, reserve int) Spec {
	return Spec{
		Keys:  []KeySpec{{"peringkat_kab_kota", Ascending, MissingAfter}, {"age", Descending, MissingAfter}},
		Quota: quota, Reserve: reserve, Seed: "rapat 22 November 2026",
	}
}

// who makes a candidate; peringkat 0 stands for "not ranked".
func who(name string, peringkat, age int64, village region.Code) Candidate {
	c := Candidate{ID: name, Keys: []int64{peringkat, age}, Village: village, Cost: 700_000}
	if peringkat == 0 {
		c.Missing = 1
	}
	return c
}

const (
	serasan region.Code = "2103992001"
	midai   region.Code = "2103982001"
	subi    region.Code = "2103982002"
)

func people() []Candidate {
	return []Candidate{
		who("ermawati", 41, 70, midai), who("nurbaiti", 12, 66, serasan), who("halimah", 55, 80, subi),
		who("samsudin", 41, 75, serasan), who("aisyah", 41, 75, serasan), who("unranked", 0, 99, subi),
	}
}

func ranked(t testing.TB, spec Spec, cs []Candidate) *Result {
	t.Helper()
	r, err := Rank(spec, cs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// table prints a result as "rank id state".
func table(r *Result) []string {
	var out []string
	for _, p := range r.Places {
		out = append(out, fmt.Sprint(p.Rank, " ", p.ID, " ", p.State))
	}
	return out
}

func TestOrderLineAndReserve(t *testing.T) {
	r := ranked(t, rule(3, 2), people())
	want := []string{"1 nurbaiti in", "2 samsudin in", "3 aisyah in", "4 ermawati reserve", "5 halimah reserve", "6 unranked below"}
	if d := cmp.Diff(want, table(r)); d != "" {
		t.Fatal(d)
	}
	if r.In != 3 || r.Line != 3 || r.Limit != QuotaLimit || r.Spent != 2_100_000 {
		t.Errorf("in %d line %d limit %q spent %d", r.In, r.Line, r.Limit, r.Spent)
	}
	decided := []int{Topmost, 0, ByDraw, 1, 0, 0}
	for i, p := range r.Places {
		if p.DecidedBy != decided[i] {
			t.Errorf("%s decided by %d, want %d", p.ID, p.DecidedBy, decided[i])
		}
	}
	if r.Places[1].TiedWith != 1 || r.Places[3].TiedWith != 0 {
		t.Error("only samsudin and aisyah are tied on every key")
	}
	if first, last := r.Tied(3, 1); first != 2 || last != 4 {
		t.Errorf("same first key from %d to %d, want 2 to 4", first, last)
	}
	if !r.Places[5].Unranked() {
		t.Error("a missing rank must be flagged, not taken for 0")
	}
}

func TestDrawIsWhatAnybodyCanRepeat(t *testing.T) {
	sum := sha256.Sum256([]byte("seedid-1"))
	if Draw("seed", "id-1") != sum {
		t.Error("the draw is not SHA-256 over seed and id")
	}
	const known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // of no bytes
	empty := Draw("", "")
	if hex.EncodeToString(empty[:]) != known {
		t.Error("the draw is not SHA-256")
	}
	a, b := rule(1, 0), rule(1, 0)
	b.Seed = "rapat lain"
	cs := []Candidate{who("samsudin", 41, 75, ""), who("aisyah", 41, 75, "")}
	if ranked(t, a, cs).Places[0].ID == ranked(t, b, cs).Places[0].ID {
		t.Error("these two seeds were chosen to give different winners")
	}
}

func TestFloors(t *testing.T) {
	spec := rule(3, 2)
	spec.Floors = []Floor{{"210398", 1}, {subi, 1}}
	r := ranked(t, spec, people())
	want := []string{"1 nurbaiti in", "2 samsudin in", "3 aisyah reserve", "4 ermawati reserve", "5 halimah in", "6 unranked below"}
	if d := cmp.Diff(want, table(r)); d != "" {
		t.Fatal(d)
	}
	halimah, aisyah := r.Places[4], r.Places[2]
	if halimah.Floor != subi || !aisyah.Displaced || aisyah.ReserveNo != 1 {
		t.Errorf("halimah %+v\naisyah %+v", halimah, aisyah)
	}
	if d := cmp.Diff([]FloorResult{{Floor{"210398", 1}, 3, 1}, {Floor{subi, 1}, 2, 1}}, r.Floors); d != "" {
		t.Error(d)
	}
	// An area without candidates leaves its places to the others.
	spec.Floors = []Floor{{"7203", 2}}
	if r := ranked(t, spec, people()); r.In != 3 || !r.Floors[0].Met() {
		t.Errorf("in %d, floors %+v", r.In, r.Floors)
	}
}

func TestBudgetDrawsTheLineBeforeWhoDoesNotFit(t *testing.T) {
	cs := people()
	cs[3].Cost = 5_000_000 // samsudin
	spec := rule(5, 1)
	spec.Budget = 1_500_000
	r := ranked(t, spec, cs)
	dear := r.Places[1].ID == "samsudin"
	if r.Limit != BudgetLimit || r.Spent > spec.Budget || (dear && r.In != 1) || (!dear && r.In != 2) {
		t.Errorf("limit %q spent %d in %d: nobody may pass the one who does not fit", r.Limit, r.Spent, r.In)
	}
}

func TestReplacementMovesTheReserveUpInOrder(t *testing.T) {
	r := ranked(t, rule(3, 2), people())
	next, err := r.Replace([]string{"aisyah", "nurbaiti"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"1 nurbaiti out", "2 samsudin in", "3 aisyah out", "4 ermawati in", "5 halimah in", "6 unranked below"}, table(next)); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]Replacement{{1, 4}, {3, 5}}, next.Replacements); d != "" {
		t.Error(d)
	}
	if got, want := next.Why(4, "id", nil)[0], "Nomor 4 (cadangan 1), menggantikan nomor 1."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if r.Places[0].State != In || len(r.Replacements) != 0 {
		t.Error("the first result was changed")
	}
	if _, err := next.Replace([]string{"aisyah"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("dropped twice: %v", err)
	}
	if _, err := next.Replace([]string{"nobody"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("not in the list: %v", err)
	}
	last, err := next.Replace([]string{"samsudin"})
	if err != nil || last.In != 2 || last.Replacements[2].By != 0 {
		t.Errorf("the reserve is used up, the place stays open: %v %+v", err, last.Replacements)
	}
}

func TestReplacementKeepsTheFloor(t *testing.T) {
	spec := rule(3, 3)
	spec.Floors = []Floor{{subi, 1}}
	r := ranked(t, spec, people())
	next, err := r.Replace([]string{"halimah"})
	if err != nil {
		t.Fatal(err)
	}
	if p := next.Places[5]; p.State != In || p.Floor != subi || !next.Floors[0].Met() {
		t.Errorf("the unranked of Subi keeps Subi at its floor: %v", table(next))
	}
	if got, want := next.Why(6, "id", nil)[0], "Nomor 6 (cadangan 3), menggantikan nomor 5; didahulukan karena jatah 21.03.98.2002."; got != want {
		t.Errorf("%q", got)
	}
}

func TestReplacementKeepsTheBudget(t *testing.T) {
	cs := people()
	spec := rule(2, 2)
	spec.Budget = 1_400_000
	cs[0].Cost = 900_000 // ermawati
	r := ranked(t, spec, cs)
	next, err := r.Replace([]string{"nurbaiti", r.Places[2].ID})
	if err != nil {
		t.Fatal(err)
	}
	if next.In != 1 || next.Spent != 700_000 || next.Replacements[0].By != 0 {
		t.Errorf("ermawati does not fit and nobody passes her: %v", table(next))
	}
}

func TestWhySaysItInPlainWords(t *testing.T) {
	spec := rule(3, 1)
	r := ranked(t, spec, people())
	want := map[int][]string{
		1: {"Nomor 1, di atas garis (kuota 3)."},
		3: {"Nomor 3, di atas garis (kuota 3).", "Sama dengan nomor 2 pada semua ukuran; diputuskan undian terbuka dengan benih “rapat 22 November 2026”."},
		4: {"Nomor 4, cadangan nomor 1. Kuota 3 terisi sampai nomor 3.", "Di belakang nomor 3 karena umur: 70, sedangkan nomor itu 75."},
		6: {"Nomor 6, di bawah garis. Kuota 3 terisi sampai nomor 3.",
			"Di belakang nomor 3 karena peringkat kabupaten: belum diketahui, sedangkan nomor itu 41.",
			"Belum berperingkat: peringkat kabupaten belum diketahui."},
	}
	for at, sentences := range want {
		if d := cmp.Diff(sentences, r.Why(at, "id", nil)); d != "" {
			t.Errorf("%d: %s", at, d)
		}
	}
	if r.Why(0, "id", nil) != nil || r.Why(7, "id", nil) != nil {
		t.Error("there is no such place")
	}
	spec.Floors, spec.Budget = []Floor{{subi, 1}}, 2_100_000
	got := strings.Join(spec.Sentences("id", func(region.Code) string { return "Subi" }), "\n")
	for _, part := range []string{"Menurut peringkat kabupaten, yang kecil dahulu;", "Menurut umur, yang besar dahulu;", "benih “rapat 22 November 2026”", "Kuota 3.", "Paling sedikit 1 untuk Subi", "Rp\u00a02.100.000", "Cadangan 1"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in:\n%s", part, got)
		}
	}
}

func TestBadInputIsRefused(t *testing.T) {
	spec := func(change func(*Spec)) Spec {
		s := rule(3, 1)
		change(&s)
		return s
	}
	one := func(change func(*Candidate)) []Candidate {
		c := who("a", 1, 1, midai)
		change(&c)
		return []Candidate{c}
	}
	tests := []struct {
		key  string
		spec Spec
		cs   []Candidate
	}{
		{"ranking.quota", spec(func(s *Spec) { s.Quota = -1 }), nil},
		{"ranking.budget", spec(func(s *Spec) { s.Budget = -1 }), nil},
		{"ranking.reserve", spec(func(s *Spec) { s.Reserve = -1 }), nil},
		{"ranking.format", spec(func(s *Spec) { s.Format = 9 }), nil},
		{"ranking.seed", spec(func(s *Spec) { s.Seed = " " }), nil},
		{"ranking.seed", spec(func(s *Spec) { s.Seed = "a\nb" }), nil},
		{"ranking.too_many_keys", spec(func(s *Spec) { s.Keys = make([]KeySpec, 17) }), nil},
		{"ranking.key_name", spec(func(s *Spec) { s.Keys[1].Name = "Umur" }), nil},
		{"ranking.key_name", spec(func(s *Spec) { s.Keys[1].Name = s.Keys[0].Name }), nil},
		{"ranking.key_order", spec(func(s *Spec) { s.Keys[0].Order = "" }), nil},
		{"ranking.key_missing", spec(func(s *Spec) { s.Keys[0].Missing = "zero" }), nil},
		{"ranking.floor_area", spec(func(s *Spec) { s.Floors = []Floor{{"", 1}} }), nil},
		{"ranking.floor_min", spec(func(s *Spec) { s.Floors = []Floor{{midai, 0}} }), nil},
		{"ranking.floor_twice", spec(func(s *Spec) { s.Floors = []Floor{{midai, 1}, {midai, 1}} }), nil},
		{"ranking.floors_above_quota", spec(func(s *Spec) { s.Floors = []Floor{{midai, 2}, {subi, 2}, {"2103", 1}} }), nil},
		{"ranking.candidate_id", rule(1, 0), one(func(c *Candidate) { c.ID = "" })},
		{"ranking.candidate_id", rule(1, 0), one(func(c *Candidate) { c.ID = "a\tb" })},
		{"ranking.candidate_keys", rule(1, 0), one(func(c *Candidate) { c.Keys = nil })},
		{"ranking.candidate_missing", rule(1, 0), one(func(c *Candidate) { c.Missing = 4 })},
		{"ranking.candidate_cost", rule(1, 0), one(func(c *Candidate) { c.Cost = -1 })},
		{"ranking.candidate_village", rule(1, 0), one(func(c *Candidate) { c.Village = "21.03" })},
		{"ranking.candidate_twice", rule(1, 0), append(people(), people()[0])},
		{"ranking.missing_refused", spec(func(s *Spec) { s.Keys[0].Missing = MissingRefuse }), people()},
	}
	for _, tt := range tests {
		_, err := Rank(tt.spec, tt.cs)
		if f := fault.From(err); f == nil || f.Key != tt.key || f.Kind != fault.Invalid {
			t.Errorf("got %v, want %s", err, tt.key)
		}
	}
	fine := spec(func(s *Spec) { s.Floors = []Floor{{midai, 2}, {"210398", 3}, {"2103", 3}} })
	if err := fine.Validate(); err != nil {
		t.Errorf("nested floors share their places: %v", err)
	}
}

func TestNobodyIsARankingToo(t *testing.T) {
	r := ranked(t, rule(3, 1), nil)
	if r.In != 0 || r.Limit != NoLimit {
		t.Errorf("%+v", r)
	}
	lottery := ranked(t, Spec{Quota: 1, Seed: "x"}, []Candidate{{ID: "a"}, {ID: "b"}})
	if lottery.In != 1 || lottery.Places[1].DecidedBy != ByDraw || lottery.Places[0].Unranked() {
		t.Errorf("a pure draw: %+v", lottery.Places)
	}
}

// The spec's own bytes are what a decree cites.
func TestSpecHasOneSpelling(t *testing.T) {
	s := rule(292, 100)
	s.Floors, s.Budget = []Floor{{"210399", 3}}, money.Rupiah(204_400_000)
	b, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"format":1,"keys":[{"name":"peringkat_kab_kota","order":"asc","missing":"after"},{"name":"age","order":"desc","missing":"after"}],"quota":292,"budget":204400000,"reserve":100,"floors":[{"area":"210399","min":3}],"seed":"rapat 22 November 2026"}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
	got, err := ParseSpec(b)
	s.Format = Format
	if d := cmp.Diff(s, got); err != nil || d != "" {
		t.Error(err, d)
	}
	for _, other := range []string{want + " ", strings.Replace(want, `"quota"`, `"Quota"`, 1), strings.Replace(want, `"quota":292`, `"quota":292,"quota":292`, 1), strings.Replace(want, "quota", "quotas", 1), "", "{}"} {
		if _, err := ParseSpec([]byte(other)); err == nil {
			t.Errorf("accepted %s", other)
		}
	}
}

func TestTextsAreComplete(t *testing.T) {
	for key, text := range texts {
		if text[0] == "" || text[1] == "" {
			t.Errorf("%s lacks a language", key)
		}
		for i := 1; i < 6; i++ {
			arg := fmt.Sprintf("%%[%d]", i)
			if strings.Contains(text[0], arg) != strings.Contains(text[1], arg) {
				t.Errorf("%s: argument %d in one language only", key, i)
			}
		}
	}
	used := stringsInCode(t)
	slices.Sort(used)
	for _, key := range used {
		if _, ok := texts[key]; !ok && !strings.HasSuffix(key, ".") && !strings.HasSuffix(key, "_") {
			t.Errorf("%s has no text", key)
		}
	}
}
