package region

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		says string
		q    Query
		want Code
		out  Outcome
	}{
		{"Kemendagri's number and name", Query{Code: "72.03", Name: "DONGGALA"}, "7203", Exact},
		{"BPS's number shows by the name", Query{Code: "7203", Name: "MOROWALI"}, "7206", Exact},
		{"Kemendagri's shows too", Query{Code: "7203", Name: "Kab. Donggala"}, "7203", Exact},
		{"a BPS file", Query{System: BPS, Code: "7205"}, "7203", Exact},
		{"a BPS file with a label", Query{System: BPS, Code: "7205", Name: "KABUPATEN DONGGALA"}, "7203", Exact},
		{"a Kemendagri file", Query{System: Kemendagri, Code: "7205"}, "7205", Exact},
		{"equal in both", Query{Code: "2103"}, "2103", Exact},
		{"a dotted code is Kemendagri's", Query{Code: "72.03"}, "7203", Exact},
		{"seven digits are BPS's", Query{Code: "7205140"}, "720306", Exact},
		{"all ten digits weigh more than four", Query{Code: "7203112002", Name: "TONDO"}, "7203112002", Exact},
		{"six are Kemendagri's", Query{Code: "720306"}, "720306", Exact},
		{"BPS's kecamatan number without its last digit", Query{Code: "720514"}, "", None},
		{"a BPS village by kecamatan and name", Query{System: BPS, Code: "7205091005", Name: "WANI I"}, "7203192001", Alias},
		{"the same, system not said", Query{Code: "7205091005", Name: "WANI I"}, "7203192001", Alias},
		{"Kemendagri's village, system not said", Query{Code: "2103052007", Name: "Mekar Jaya"}, "2103052007", Exact},
		{"BPS's village with a like number", Query{Code: "2103052001", Name: "Harapan Jaya"}, "2103162002", Exact},
		{"a village before its kecamatan was cut out", Query{System: BPS, Code: "2103061001", Name: "Pulau Panjang"}, "2103232001", Exact},
		{"a number since replaced", Query{Code: "21.03.09.2006", Name: "Pulau Kerdau"}, "2103232002", Alias},
		{"the kecamatan before the split", Query{Name: "Pulau Panjang", Parent: "210309", Level: Village}, "2103232001", Alias},
		{"Bima is said to be the city", Query{Name: "KOTA BIMA"}, "5272", Exact},
		{"Bima is said to be the kabupaten", Query{Name: "kab. bima"}, "5206", Exact},
		{"an administrative city", Query{Name: "KOTA ADM. JAKARTA PUSAT"}, "3171", Exact},
		{"Malino in a known kecamatan", Query{Name: "MALINO", Parent: "720318"}, "7203182015", Exact},
		{"a label tells village from kecamatan", Query{Name: "DESA LABUAN", Parent: "7203"}, "7203092001", Exact},
		{"so does the other label", Query{Name: "KEC. LABUAN", Parent: "7203"}, "720309", Exact},
		{"and the column", Query{Name: "LABUAN", Parent: "7203", Level: Kecamatan}, "720309", Exact},
		{"a village by its province", Query{Name: "Wombo Kalonggo", Parent: "72", Level: Village}, "7203192008", Exact},
		{"Excel's lost code does not hide the name", Query{Code: "7.203", Name: "Talaga", Parent: "720306"}, "7203062002", Exact},
		{"nothing is said", Query{}, "", None},
		{"a dash is no name", Query{Code: "-", Name: "-", Parent: "7203"}, "", None},
		{"an unknown name", Query{Name: "Negeri Antah", Parent: "7203"}, "", None},
		{"a village needs a parent", Query{Name: "Malino", Level: Village}, "", None},
		{"an unknown code", Query{Code: "99.01"}, "", None},
	} {
		got, candidates, outcome := Resolve(c.q)
		if got != c.want || outcome != c.out || len(candidates) > 0 {
			t.Errorf("%s: %+v gives %q %v %v; want %q %v", c.says, c.q, string(got), outcome, candidates, string(c.want), c.out)
		}
	}
}

func TestResolveDoesNotGuess(t *testing.T) {
	for _, c := range []struct {
		says string
		q    Query
		want []Code
	}{
		{"two numberings, no name", Query{Code: "7203"}, []Code{"7203", "7206"}},
		{"Malino is not Malino", Query{Name: "Malino", Parent: "7203"}, []Code{"7203122015", "7203182015"}},
		{"code and name contradict", Query{System: Kemendagri, Code: "7203", Name: "Morowali"}, []Code{"7203", "7206"}},
		{"a dotted code and a name contradict", Query{Code: "72.03.06.2005", Name: "Talaga", Parent: "7203"}, []Code{"7203062005", "7203062002"}},
		{"kecamatan or village", Query{Name: "Labuan", Parent: "7203"}, []Code{"720309", "7203092001"}},
		{"city or kabupaten", Query{Name: "Bima"}, []Code{"5206", "5272"}},
		{"ten digits that both systems could mean", Query{Code: "2103052007"}, []Code{"2103052007", "210316"}},
		{"a village of another kecamatan", Query{Name: "Talaga", Parent: "720330"}, []Code{"7203062002"}},
		{"a code outside the parent", Query{Code: "72.03", Name: "Donggala", Parent: "21"}, []Code{"7203"}},
		{"a renamed village", Query{Code: "72.03.06.2005", Name: "Nama Baru", Parent: "7203"}, []Code{"7203062005"}},
	} {
		got, candidates, outcome := Resolve(c.q)
		slices.Sort(candidates)
		slices.Sort(c.want)
		if got != "" || outcome != Ambiguous || !slices.Equal(candidates, c.want) {
			t.Errorf("%s: %+v gives %q %v %v; want ambiguous %v", c.says, c.q, string(got), outcome, candidates, c.want)
		}
	}
}

func TestSpellingsOfThePilots(t *testing.T) {
	for _, c := range []struct {
		parent Code
		name   string
		want   Code
		out    Outcome
	}{
		{"2103", "Kel. RANAI", "2103071011", Alias},
		{"2103", "CEMAGA UTARA", "2103182003", Alias},
		{"2103", "Singgang Bulan", "2103182003", Alias},
		{"2103", "cemaga utara (singgang bulan)", "2103182003", Exact},
		{"2103", "SEBADAI HULU", "2103152005", Alias},
		{"2103", "PIAN TENGAH", "2103052013", Exact},
		{"2103", "SEI. ULU", "2103072002", Alias},
		{"2103", "TJ. KUMBIK UTR", "2103212002", Alias},
		{"2103", "Kec. Bung. Timur Laut", "210315", Alias},
		{"2103", "KERDAU", "2103232002", Alias},
		{"7203", "WANI 1", "7203192001", Alias},
		{"7203", "Wani  III", "7203192009", Alias},
		{"7203", "OGOAMAS DUA", "7203302002", Alias},
		{"7203", "BALUKANG 2", "7203142014", Alias},
		{"7203", "PANII", "7203062005", Exact},
		{"7203", "Pani`i", "7203062005", Exact},
		{"7203", "DANGARA’A", "7203212003", Exact},
		{"7203", "Batusuya Go''o", "7203242005", Exact},
		{"7203", "JONO OGE", "7203112003", Exact},
		{"7203", "kola kola", "7203272003", Exact},
		{"7203", "TONDO S", "7203112002", Alias},
		{"7203", "Kecamatan Damsol", "720306", Alias},
		{"7203", "BNWA SEL", "720318", Alias},
		{"7203", "UJUMBOU.", "7203112013", Exact},
	} {
		got, _, outcome := Resolve(Query{Name: c.name, Parent: c.parent})
		if got != c.want || outcome != c.out {
			t.Errorf("%q gives %s %v, want %s %v", c.name, got, outcome, c.want, c.out)
		}
	}
}

func TestSystemOf(t *testing.T) {
	for _, c := range []struct {
		says string
		rows []Query
		want System
	}{
		{"BPS", []Query{{Code: "7205", Name: "Donggala"}, {Code: "2103", Name: "Natuna"}}, BPS},
		{"Kemendagri", []Query{{Code: "7203", Name: "Donggala"}, {Code: "2103", Name: "Natuna"}}, Kemendagri},
		{"equal in both", []Query{{Code: "2103", Name: "Natuna"}}, UnknownSystem},
		{"mixed", []Query{{Code: "7205", Name: "Donggala"}, {Code: "7203", Name: "Donggala"}}, UnknownSystem},
		{"no names", []Query{{Code: "7205"}}, UnknownSystem},
	} {
		if got := SystemOf(c.rows); got != c.want {
			t.Errorf("%s: SystemOf = %v, want %v", c.says, got, c.want)
		}
	}
}

// TestEveryVillageOfThePilotsIsFound asks for each place as a clerk writes it.
func TestEveryVillageOfThePilotsIsFound(t *testing.T) {
	for _, regency := range []Code{"2103", "7203"} {
		for _, r := range append(Children(regency), Villages(regency)...) {
			for _, q := range []Query{
				{Code: r.Code.Dotted()},
				{Code: string(r.Code), Name: strings.ToUpper(r.Name)},
				{Name: strings.ToLower(r.Title()), Parent: r.Code.Parent()},
				{Name: " " + strings.ReplaceAll(r.Name, "'", "’"), Parent: r.Code.Parent(), Level: r.Code.Level()},
			} {
				got, candidates, outcome := Resolve(q)
				if got != r.Code || outcome != Exact {
					t.Errorf("%+v gives %s %v %v, want %s", q, got, outcome, candidates, r.Code)
				}
			}
		}
	}
}

// checkAnswer holds the promise of Resolve for any answer.
func checkAnswer(t interface{ Fatalf(string, ...any) }, q Query) {
	got, candidates, outcome := Resolve(q)
	switch outcome {
	case Exact, Alias:
		if !Exists(got) || len(candidates) > 0 {
			t.Fatalf("%+v is %v %q with %v", q, outcome, string(got), candidates)
		}
		if q.Parent != "" && !q.Parent.Contains(got) {
			t.Fatalf("%+v gives %s outside its parent", q, got)
		}
		if q.Level != AnyLevel && got.Level() != q.Level {
			t.Fatalf("%+v gives %s of another level", q, got)
		}
	case Ambiguous:
		if got != "" || len(candidates) == 0 {
			t.Fatalf("%+v is ambiguous but gives %q and %v", q, string(got), candidates)
		}
		for i, c := range candidates {
			if !Exists(c) || slices.Contains(candidates[:i], c) {
				t.Fatalf("%+v: candidates %v", q, candidates)
			}
		}
	default:
		if got != "" || len(candidates) > 0 {
			t.Fatalf("%+v is none but gives %q and %v", q, string(got), candidates)
		}
	}
}

func TestResolveKeepsItsPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SampledFrom([]Code{"", "21", "72", "2103", "7203", "7206", "720312", "720318", "210309", "2103052007", "7203122015", "999"})
		place, _ := ByCode(some.Draw(t, "place"))
		checkAnswer(t, Query{
			System: rapid.SampledFrom([]System{UnknownSystem, Kemendagri, BPS}).Draw(t, "system"),
			Code: rapid.OneOf(rapid.Just(""), rapid.Just(place.Code.Dotted()), rapid.Just(string(place.Code)),
				rapid.Just(place.BPS), rapid.StringMatching(`[27][012][0-9]{2,8}`)).Draw(t, "code"),
			Name: rapid.OneOf(rapid.Just(place.Name), rapid.SampledFrom([]string{"", "Malino", "KEC. SUBI", "Desa Labuan", "Wani I", "kota"}),
				rapid.String()).Draw(t, "name"),
			Parent: some.Draw(t, "parent"),
			Level:  rapid.SampledFrom([]Level{AnyLevel, Province, Regency, Kecamatan, Village}).Draw(t, "level"),
		})
	})
}

func FuzzResolve(f *testing.F) {
	f.Add(0, "7203", "MOROWALI", "", 0)
	f.Add(2, "7205091005", "WANI I", "7203", 4)
	f.Add(1, "72.03.06.2005", "Pani'i", "720306", 4)
	f.Add(0, "", "KOTA ADM.", "31", 2)
	f.Fuzz(func(t *testing.T, system int, code, name, parent string, level int) {
		checkAnswer(t, Query{System: System(system), Code: code, Name: name, Parent: Code(parent), Level: Level(level)})
	})
}
