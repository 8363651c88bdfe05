package demo

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/nik"
	"tepat/internal/region"
)

func generate(t testing.TB, o Options) *World {
	t.Helper()
	w, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheRegencyHasItsRealPeopleAndVillages(t *testing.T) {
	for _, c := range []struct {
		regency          region.Code
		people, villages int
	}{{"2103", 84_325, 77}, {"7203", 318_613, 167}} {
		w := generate(t, Options{Regency: c.regency, Seed: 1})
		people, families := 0, 0
		perVillage := map[region.Code]int{}
		for f := range w.Families {
			families++
			people += len(f.Members)
			perVillage[f.Village.Code] += len(f.Members)
		}
		if people != c.people || w.People() != c.people {
			t.Errorf("%s has %d people (says %d), want %d", c.regency, people, w.People(), c.people)
		}
		if families != w.NumFamilies() {
			t.Errorf("%s has %d families, says %d", c.regency, families, w.NumFamilies())
		}
		if len(perVillage) != c.villages {
			t.Errorf("%s has people in %d villages, want %d", c.regency, len(perVillage), c.villages)
		}
		for _, v := range w.Villages() {
			if perVillage[v.Code] != v.People {
				t.Errorf("%s has %d people, says %d", v.Code, perVillage[v.Code], v.People)
			}
		}
	}
}

func TestAFamilyIsTheSameAloneAndInTheStream(t *testing.T) {
	w := generate(t, Options{Regency: "2103", People: 4000, Seed: 7})
	i := 0
	for f := range w.Families {
		alone := w.Family(i)
		if diff := cmp.Diff(plain(f), plain(alone)); diff != "" {
			t.Fatalf("family %d differs (-stream +alone):\n%s", i, diff)
		}
		i++
	}
	again := generate(t, Options{Regency: "2103", People: 4000, Seed: 7})
	other := generate(t, Options{Regency: "2103", People: 4000, Seed: 8})
	if !cmp.Equal(plain(w.Family(3)), plain(again.Family(3))) {
		t.Error("the same seed gave another family")
	}
	if cmp.Equal(plain(w.Family(3)), plain(other.Family(3))) {
		t.Error("another seed gave the same family")
	}
}

// plain drops what cmp may not look into.
func plain(f Family) any {
	type flat struct {
		Key      FamilyKey
		KK, Old  string
		Village  region.Code
		Address  Address
		Members  []Person
		Rank     Ranking
		Aid      Aid
		Poor     bool
		Moved    *Move
		NIKs     []string
		Newlywed bool
	}
	var niks []string
	for _, p := range f.Members {
		niks = append(niks, p.NIK.Reveal())
	}
	return flat{f.Key, f.KK.Reveal(), f.OldKK.Reveal(), f.Village.Code, f.Address, f.Members, f.Rank, f.Aid, f.Poor, f.Moved, niks, f.Newlywed}
}

// TestNumbers holds for every size and seed: a NIK is valid, unique, of
// kecamatan 99, and tells the birth and sex of its owner; a KK is unique and is
// nobody's NIK.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Regency: rapid.SampledFrom([]region.Code{"2103", "7203", "3273"}).Draw(t, "regency"),
			People:  rapid.IntRange(MinPeople, 6000).Draw(t, "people"),
			Seed:    rapid.Uint64().Draw(t, "seed"),
			AsOf:    civil.Date{Year: rapid.IntRange(2000, 2040).Draw(t, "year"), Month: 2, Day: 28},
		}
		w, err := Generate(o)
		if err != nil {
			t.Fatal(err)
		}
		checkNumbers(t, w)
	})
}

func checkNumbers(t interface{ Fatalf(string, ...any) }, w *World) {
	seen := map[string]bool{}
	claim := func(number string) {
		if seen[number] {
			t.Fatalf("%s is given twice", number)
		}
		seen[number] = true
	}
	people := 0
	for f := range w.Families {
		for _, kk := range []nik.KK{f.KK, f.OldKK} {
			if kk == "" {
				continue
			}
			if _, level := nik.ParseKK(kk.Reveal()); level != "" || kk.Region() != string(w.Regency())+"99" {
				t.Fatalf("KK %s: %q", kk.Reveal(), level)
			}
			claim(kk.Reveal())
		}
		for _, p := range f.Members {
			people++
			if p.NIK == "" {
				if p.Born.DaysUntil(w.AsOf()) >= newbornDays {
					t.Fatalf("%s of %s has no NIK", p.Key, p.Born)
				}
				continue
			}
			claim(p.NIK.Reveal())
			if _, level := nik.ParseNIK(p.NIK.Reveal()); level != "" || p.NIK.Region() != string(w.Regency())+"99" {
				t.Fatalf("NIK %s: %q", p.NIK.Reveal(), level)
			}
			born, sex, ok := p.NIK.Birth(w.AsOf())
			if !ok || born != p.Born || sex != p.Sex {
				t.Fatalf("NIK %s says %s %s, the card %s %s", p.NIK.Reveal(), born, sex, p.Born, p.Sex)
			}
		}
	}
	if people != w.People() {
		t.Fatalf("%d people, want %d", people, w.People())
	}
}

// TestAFullBirthdayPushesToTheDayBefore lowers the limit of serials, as ten
// million people would.
func TestAFullBirthdayPushesToTheDayBefore(t *testing.T) {
	w := generate(t, Options{Regency: "7203", People: 60_000, Seed: 3})
	w.number(3)
	if len(w.shiftedBirth) == 0 || len(w.shiftedCard) == 0 {
		t.Fatal("no day was full; the test tests nothing")
	}
	checkNumbers(t, w)
}

func TestFamiliesMakeSense(t *testing.T) {
	w := generate(t, Options{Regency: "7203", Seed: 5})
	for f := range w.Families {
		head := f.Head()
		if head.Relation != Head {
			t.Fatalf("%s begins with %s", f.Key, head.Relation)
		}
		for m, p := range f.Members {
			if p.Age < 0 || p.Age > 98 {
				t.Fatalf("%s is %d years old", p.Key, p.Age)
			}
			if m > 0 && p.Relation == Head {
				t.Fatalf("%s has two heads", f.Key)
			}
			if p.Relation == Child && head.Age-p.Age < 15 {
				t.Fatalf("%s is %d, the child %d", f.Key, head.Age, p.Age)
			}
			if p.Twin && f.Members[m-1].Born != p.Born {
				t.Fatalf("twins of %s were born on two days", f.Key)
			}
			if p.Name == "" || p.Name != strings.TrimSpace(p.Name) || p.Mother == "" {
				t.Fatalf("%s has name %q, mother %q", p.Key, p.Name, p.Mother)
			}
		}
		if f.House != f.Key {
			home := w.Family(int(f.House) - 1)
			if home.Address != f.Address || home.Village.Code != f.Village.Code || home.Head().Age-head.Age < 15 {
				t.Fatalf("%s does not fit the house %s", f.Key, f.House)
			}
		}
	}
}

func TestRanksAreAnOrder(t *testing.T) {
	w := generate(t, Options{Regency: "2103", Seed: 2})
	seen := make([]bool, w.Ranked()+1)
	nation := make([]int, w.Ranked()+1)
	desil := make([]int, w.Ranked()+1)
	for f := range w.Families {
		r := f.Rank
		if r.Regency == 0 {
			if r != (Ranking{}) {
				t.Fatalf("unranked %s has %+v", f.Key, r)
			}
			continue
		}
		if seen[r.Regency] || r.Desil < 1 || r.Desil > 10 || (r.Percentile-1)/10+1 != r.Desil {
			t.Fatalf("%s: %+v", f.Key, r)
		}
		seen[r.Regency], nation[r.Regency], desil[r.Regency] = true, r.Nation, r.Desil
	}
	if slices.Contains(seen[1:], false) || !slices.IsSorted(nation) || !slices.IsSorted(desil) {
		t.Error("ranks have gaps, or the nation's order differs")
	}
	if len(slices.Compact(nation)) != w.Ranked()+1 {
		t.Error("two families share a national rank")
	}
}

// TestProportions keeps the regency believable: shares per mille of people or
// of families, in wide bounds.
func TestProportions(t *testing.T) {
	for _, c := range []struct {
		regency region.Code
		want    map[string][2]int
	}{
		{"2103", map[string][2]int{"poor": {45, 52}, "oneword": {200, 300}, "elderly": {65, 120}, "children": {220, 320}, "women": {470, 530},
			"split": {30, 70}, "unranked": {30, 90}, "pkh": {80, 140}, "sembako": {130, 200}, "servants": {60, 120}, "deaths": {5, 9}, "moves": {9, 16}}},
		{"7203", map[string][2]int{"poor": {145, 156}, "oneword": {200, 300}, "pkh": {150, 250}, "sembako": {230, 330}, "blt": {60, 130}}},
	} {
		w := generate(t, Options{Regency: c.regency, Seed: 11})
		got := shares(w)
		for what, bounds := range c.want {
			if got[what] < bounds[0] || got[what] > bounds[1] {
				t.Errorf("%s: %s is %d per mille, want %v", c.regency, what, got[what], bounds)
			}
		}
	}
}

func shares(w *World) map[string]int {
	people, families := map[string]int{}, map[string]int{}
	for f := range w.Families {
		count := func(what string, yes bool) {
			if yes {
				families[what]++
			}
		}
		count("split", f.House != f.Key)
		count("unranked", f.Rank.Desil == 0)
		count("pkh", f.Aid.PKH)
		count("sembako", f.Aid.Sembako)
		count("blt", f.Aid.BLT)
		count("servants", f.HasASN())
		count("moves", f.Moved != nil)
		for _, p := range f.Members {
			one := func(what string, yes bool) {
				if yes {
					people[what]++
				}
			}
			one("poor", f.Poor)
			one("oneword", !strings.Contains(p.Name, " "))
			one("elderly", p.Age >= 60)
			one("children", p.Age < 15)
			one("women", p.Sex == nik.Female)
			one("deaths", p.Death != nil)
		}
	}
	out := map[string]int{}
	for what, n := range people {
		out[what] = n * 1000 / w.People()
	}
	for what, n := range families {
		out[what] = n * 1000 / w.NumFamilies()
	}
	return out
}

func TestCountAgreesWithTheTruth(t *testing.T) {
	w := generate(t, Options{Regency: "7203", People: 20_000, Seed: 4})
	dir, files := writeFiles(t, w)
	c := w.Count()
	rows := map[string]int{}
	for _, f := range files {
		rows[f.Path] = f.Rows
	}
	split := 0
	for _, row := range readCSV(t, dir, "truth_families.csv", ',')[1:] {
		if row[0] != row[1] {
			split++
		}
	}
	got := []int{rows["dukcapil.csv"], rows["truth_families.csv"], rows["asn.csv"], rows["kematian.csv"], rows["pindah.csv"], rows["sembako_bnba.csv"], split}
	want := []int{c.People, c.Families, c.Servants, c.Deaths - c.DeathsUnreported, c.Moves - c.MovesUnreported, c.Sembako, c.Families - c.Houses}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the files differ from the counts (-counts +files):\n%s", diff)
	}
	if c.PKHAndBLT == 0 || c.ASNOnAid == 0 || c.Unregistered == 0 || c.DeathsUnreported == 0 {
		t.Errorf("nothing to find: %+v", c)
	}
}

func TestGenerateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o   Options
		key string
	}{
		"no such regency": {Options{Regency: "9999"}, "demo.regency"},
		"a province":      {Options{Regency: "21"}, "demo.regency"},
		"too few":         {Options{Regency: "2103", People: 999}, "demo.size"},
		"too many":        {Options{Regency: "2103", People: 10_000_001}, "demo.size"},
		"no such day":     {Options{Regency: "2103", AsOf: civil.Date{Year: 2026, Month: 2, Day: 30}}, "demo.date"},
	} {
		_, err := Generate(c.o)
		if f := fault.From(err); f == nil || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestDaysAgreeWithTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := days(rapid.IntRange(-60_000, 60_000).Draw(t, "days"))
		want := civil.Date{Year: 1970, Month: 1, Day: 1}.AddDays(int(n))
		if n.date() != want || daysOf(want) != n {
			t.Fatalf("day %d is %s, want %s", n, n.date(), want)
		}
	})
}

func TestStagePaysAtMostFour(t *testing.T) {
	for _, c := range []struct {
		in   Components
		want int
	}{
		{Components{}, 0},
		{Components{SD: 1}, 225_000},
		{Components{Toddlers: 3}, 1_500_000},
		{Components{Elderly: 2}, 600_000},
		{Components{Pregnant: 1, Toddlers: 2, Disabled: 1, Elderly: 1, SMA: 2}, 2_850_000},
		{Components{SD: 5}, 900_000},
	} {
		if got := c.in.Stage(); int(got) != c.want {
			t.Errorf("%+v pays %d, want %d", c.in, got, c.want)
		}
	}
}
