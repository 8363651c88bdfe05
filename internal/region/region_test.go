package region

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTheDecreeIsComplete(t *testing.T) {
	provinces := Children("")
	if len(provinces) != 38 || len(Regencies()) != 514 {
		t.Errorf("%d provinces, %d regencies; want 38, 514", len(provinces), len(Regencies()))
	}
	kecamatan, villages := 0, 0
	for _, r := range Regencies() {
		kecamatan += len(Children(r.Code))
	}
	for _, p := range provinces {
		villages += len(Villages(p.Code))
	}
	if kecamatan != 7_285 || villages != 83_762 {
		t.Errorf("%d kecamatan, %d villages; want 7285, 83762", kecamatan, villages)
	}
}

func TestThePilots(t *testing.T) {
	for _, c := range []struct {
		regency                    Code
		kecamatan, desa, kelurahan int
	}{
		{"2103", 17, 70, 7},
		{"7203", 16, 158, 9},
	} {
		count := map[Kind]int{}
		for _, v := range Villages(c.regency) {
			count[v.Kind]++
		}
		if n := len(Children(c.regency)); n != c.kecamatan {
			t.Errorf("%s has %d kecamatan, want %d", c.regency, n, c.kecamatan)
		}
		if count[KindDesa] != c.desa || count[KindKelurahan] != c.kelurahan || len(count) != 2 {
			t.Errorf("%s has %v, want %d desa and %d kelurahan", c.regency, count, c.desa, c.kelurahan)
		}
	}
}

func TestByCode(t *testing.T) {
	for _, c := range []struct {
		code             Code
		name, title, bps string
	}{
		{"21", "Kepulauan Riau", "Provinsi Kepulauan Riau", ""},
		{"2103", "Natuna", "Kabupaten Natuna", "2103"},
		{"7203", "Donggala", "Kabupaten Donggala", "7205"},
		{"7271", "Palu", "Kota Palu", "7271"},
		{"3171", "Jakarta Pusat", "Kota Administrasi Jakarta Pusat", "3173"},
		{"9271", "", "", ""},
		{"9671", "Sorong", "Kota Sorong", "9171"},
		{"210304", "Midai", "Kecamatan Midai", "2103030"},
		{"210323", "Pulau Panjang", "Kecamatan Pulau Panjang", ""},
		{"2103071011", "Ranai Kota", "Kelurahan Ranai Kota", ""},
		{"7203062005", "Pani'i", "Desa Pani'i", ""},
		{"7203112013", "Ujumbou", "Desa Ujumbou", ""},
		{"210399", "", "", ""},
		{"", "", "", ""},
		{"99", "", "", ""},
	} {
		r, ok := ByCode(c.code)
		if ok != (c.name != "") || r.Name != c.name || r.BPS != c.bps || (ok && r.Title() != c.title) {
			t.Errorf("ByCode(%q) = %+v, %v", string(c.code), r, ok)
		}
	}
}

func TestEveryRegionHasItsParentAndAName(t *testing.T) {
	table := load()
	last := Code("")
	for i := range table.line {
		r := table.region(i)
		if r.Code <= last {
			t.Fatalf("%s comes after %s", r.Code, last)
		}
		last = r.Code
		if !r.Code.Valid() {
			t.Errorf("%q is no code", string(r.Code))
		}
		if up := r.Code.Parent(); up != "" && !Exists(up) {
			t.Errorf("%s has no parent", r.Code)
		}
		first, _ := utf8.DecodeRuneInString(r.Name)
		if unicode.IsLower(first) || unicode.IsSpace(first) || plainKey(r.Name) == "" {
			t.Errorf("%s is called %q", r.Code, r.Name)
		}
	}
}

func TestEveryBPSRegencyIsOneRegency(t *testing.T) {
	seen := map[string]Code{}
	differ := 0
	for _, r := range Regencies() {
		if other, twice := seen[r.BPS]; twice {
			t.Errorf("%s and %s share BPS %s", r.Code, other, r.BPS)
		}
		seen[r.BPS] = r.Code
		back, ok := regencyByBPS(r.BPS)
		if !ok || back != r.Code {
			t.Errorf("BPS %s of %s leads to %q", r.BPS, r.Code, string(back))
		}
		if r.BPS != string(r.Code) {
			differ++
		}
	}
	if differ != 199 {
		t.Errorf("%d regencies differ between Kemendagri and BPS, want 199", differ)
	}
}

func TestTheTablesOfThePilotsNameRealPlaces(t *testing.T) {
	for c := range aliases {
		if !Exists(c) {
			t.Errorf("alias of %s, which does not exist", c)
		}
	}
	for old, now := range formerCodes {
		if Exists(old) || !Exists(now) {
			t.Errorf("%s became %s: the first must be gone, the second there", old, now)
		}
	}
	for theirs, ours := range bpsKecamatan {
		for _, c := range ours {
			if !Exists(c) || c.Level() != Kecamatan {
				t.Errorf("BPS %s holds %s, which is no kecamatan", theirs, c)
			}
		}
	}
}

func TestKnownPrefix(t *testing.T) {
	for six, want := range map[string]Prefix{
		"210304": Current, "720331": Current, "917101": Current,
		"210301": Former, "210314": Former, "210317": Former,
		"720301": Former, "720305": Former, "720329": Former,
		"640401": Former, // Bulungan, when it was in Kalimantan Timur
		"927101": Former, // Kota Sorong, when it was in Papua Barat
		"210325": UnknownKecamatan, "720398": UnknownKecamatan,
		"210399": Invented, "720399": Invented,
		"219901": UnknownRegency, "217001": UnknownRegency, "990101": UnknownRegency,
		"210300": UnknownRegency, "": UnknownRegency, "21030x": UnknownRegency, "2103": UnknownRegency,
	} {
		if got := KnownPrefix(six); got != want {
			t.Errorf("KnownPrefix(%q) = %v, want %v", six, got, want)
		}
	}
}

func TestPopulation(t *testing.T) {
	natuna, _ := Population("2103")
	donggala, _ := Population("7203")
	if natuna != 84_325 || donggala != 318_613 {
		t.Errorf("populations %d, %d", natuna, donggala)
	}
	if _, ok := Population("7210"); ok {
		t.Error("a number that is not held must not be given")
	}
}

func BenchmarkByCode(b *testing.B) {
	load()
	for b.Loop() {
		ByCode("7203182015")
	}
}

func BenchmarkUnpack(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		unpack(packed)
	}
}

func BenchmarkResolve(b *testing.B) {
	q := Query{Name: "DESA WANI I", Parent: "7203", Level: Village}
	Resolve(q)
	for b.Loop() {
		Resolve(q)
	}
}
