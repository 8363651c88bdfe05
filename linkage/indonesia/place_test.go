package indonesia

import (
	"testing"
	"unicode/utf8"
)

func TestCleanPlace(t *testing.T) {
	for _, c := range [][2]string{
		{"Desa Wani I", "WANI 1"}, {"WANI SATU", "WANI 1"}, {"Ds. Wani 1", "WANI 1"}, {"KEL. BONEOGE", "BONEOGE"}, {"Kec. Banawa Sel", "BANAWA SELATAN"},
		{"KECAMATAN BANAWA SELATAN", "BANAWA SELATAN"}, {"KAB. DONGGALA", "DONGGALA"}, {"Kota Palu", "PALU"}, {"PALU", "PALU"}, {"72.03.08.2001", "7203082001"},
		{"7203082001", "7203082001"}, {"KP. BARU", "KAMPUNG BARU"}, {"Tj. Setelung", "TANJUNG SETELUNG"}, {"SEI ULU", "SUNGAI ULU"}, {"Pani'i", "PANII"},
		{"CEMAGA UTARA (SINGGANG BULAN)", "CEMAGA UTARA"}, {"Pulau Tiga", "PULAU 3"}, {"PULAU TIGA BRT", "PULAU 3 BARAT"}, {"TIGA RAKSA", "TIGA RAKSA"},
		{"TANDJUNG PANDAN", "TANJUNG PANDAN"}, {"SURABAJA", "SURABAJA"}, {"", ""}, {"-", ""}, {"NULL", ""}, {"DESA", "DESA"}, {"0", ""}, {"RANTAU PANDJANG", "RANTAU PANJANG"},
	} {
		if got := CleanPlace(c[0]); got != c[1] {
			t.Errorf("CleanPlace(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestCleanRTRW(t *testing.T) {
	for _, c := range [][2]string{
		{"RT 001 RW 002", "001/002"}, {"RT.1/RW.2", "001/002"}, {"001/002", "001/002"}, {"1/2", "001/002"}, {"1 2", "001/002"}, {"RT01/RW02", "001/002"},
		{"RT I RW II", "001/002"}, {"1-Feb", "001/002"}, {"01-Peb", "001/002"}, {"RT 1", "001/000"}, {"004", "004/000"}, {"RW 3", "000/003"}, {"000/000", ""}, {"000", ""},
		{"-", ""}, {"", ""}, {"rt/rw 5/6", "005/006"}, {"RT: 07, RW: 08", "007/008"}, {"12345", ""},
	} {
		if got := CleanRTRW(c[0]); got != c[1] {
			t.Errorf("CleanRTRW(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestCleanAddress(t *testing.T) {
	for _, c := range [][2]string{
		{"Jl. Mawar No. 05 RT 001/RW 002", "JALAN MAWAR 5"}, {"JLN MAWAR NO 5", "JALAN MAWAR 5"}, {"Jalan Mawar 5", "JALAN MAWAR 5"}, {"Dsn. II", "DUSUN 2"},
		{"DUSUN DUA", "DUSUN DUA"}, {"Gg. Melati Blok C/7", "GANG MELATI BLOK C 7"}, {"RT 01 RW 02", ""}, {"RT.01/RW.02 Dusun III", "DUSUN 3"}, {"", ""}, {"-", ""},
		{"JL. SOEDIRMAN", "JALAN SUDIRMAN"}, {"RTM", "RTM"},
	} {
		if got := CleanAddress(c[0]); got != c[1] {
			t.Errorf("CleanAddress(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestHouseKey(t *testing.T) {
	a := HouseKey("Desa Wani I", "RT 1 RW 2", "Jl. Mawar No 5 Desa Wani I")
	b := HouseKey("WANI SATU", "001/002", "MAWAR JALAN 05")
	if a != b || a == "" {
		t.Errorf("%q and %q", a, b)
	}
	if HouseKey("", "1/2", "JL MAWAR 5") != "" || HouseKey("WANI", "", "JL MAWAR") != "" {
		t.Error("a key of too little")
	}
}

func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"DESA WANI I", "RT 1/RW 2", "Jl. Soedirman No. 05", "72.03.08.2001", "II II II", "OOEE", "RT RT 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{"place": CleanPlace, "rtrw": CleanRTRW, "address": CleanAddress} {
			once := clean(s)
			if len(once) > 2*maxInput+maxName || utf8.ValidString(s) && !utf8.ValidString(once) {
				t.Fatalf("%s of %q: %q", name, s, once)
			}
			if twice := clean(once); twice != once {
				t.Fatalf("%s of %q: %q, and again %q", name, s, once, twice)
			}
		}
	})
}
