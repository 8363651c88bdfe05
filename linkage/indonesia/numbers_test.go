package indonesia

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanNIK(t *testing.T) {
	for _, c := range [][2]string{
		{"2103991505900001", "2103991505900001"}, {"'2103991505900001", "2103991505900001"}, {" 2103 9915 0590 0001\u00a0", "2103991505900001"},
		{"21.0399.150590.0001", "2103991505900001"}, {"21O399l505900001", "2103991505900001"}, {"2103991505900001/2103991505900002", "2103991505900001"},
		{"2103991505900010", "2103991505900010"}, // Excel's zero is kept, NumberSlip knows it
		{"210399150590000", "210399150590000"}, {"21039915059000011", "21039915059000011"},
		{"2.10399E+15", ""}, {"2,10399e15", ""}, {"0000000000000000", ""}, {"9999999999999999", ""}, {"1234567890123456", ""},
		{"0103991505900001", ""}, {"2103990000000000", ""}, {"1111111111111111", ""}, {"", ""}, {"-", ""}, {"NULL", ""}, {"210399", ""}, {"tidak ada", ""},
		{"210399150590000112", ""},
	} {
		if got := CleanNIK(c[0]); got != c[1] {
			t.Errorf("CleanNIK(%q) = %q, want %q", c[0], got, c[1])
		}
		if got := CleanKK(c[0]); got != c[1] {
			t.Errorf("CleanKK(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestANumberThatWasNeverIssuedIsNobodys(t *testing.T) {
	if got := IssuedNIK("2103991505900000"); got != "" {
		t.Errorf("%q", got)
	}
	if got := IssuedNIK(" 2103991505900010"); got != "2103991505900010" {
		t.Errorf("%q", got)
	}
	if got := birth("2103991505900000", 2026); got != "1990-05-15" {
		t.Errorf("born %q", got)
	}
}

func TestWhatIsInsideANIK(t *testing.T) {
	man, woman := "2103991505900001", "7203995505900002"
	if Birth(man, 2026) != "1990-05-15" || Birth(woman, 2026) != "1990-05-15" || Sex(man) != "L" || Sex(woman) != "P" {
		t.Errorf("%s %s, %s %s", Birth(man, 2026), Sex(man), Birth(woman, 2026), Sex(woman))
	}
	if got := Birth("2103990101260001", 2026); got != "2026-01-01" {
		t.Errorf("born %s", got)
	}
	if got := Birth("2103990101260001", 2025); got != "1926-01-01" {
		t.Errorf("born %s", got)
	}
	for _, wrong := range []string{"2103993205900001", "2103991513900001", "2903991505900001", "210399150590000", "2103997205900001", "2103993002900001"} {
		if _, ok := ParseNIK(wrong); ok || Sex(wrong) != "" || Birth(wrong, 2026) != "" {
			t.Errorf("%s was taken apart", wrong)
		}
	}
	if n, ok := ParseKK("2103991505120003"); !ok || n.Region != "210399" || n.Year != 12 || n.Serial != "0003" {
		t.Errorf("%+v %v", n, ok)
	}
	if _, ok := ParseKK("2103995505120003"); ok {
		t.Error("a family card was issued on day 55")
	}
	for _, c := range []struct {
		birth string
		want  Agreement
	}{{"1990-05-15", Agrees}, {"1991-05-15", Disagrees}, {"1990-00-00", Unknown}, {"", Unknown}} {
		if got := CheckBirth(man, c.birth); got != c.want {
			t.Errorf("CheckBirth(%s) = %d", c.birth, got)
		}
	}
	if CheckBirth("2103990507900001", "1990-05-07") != DaySwap {
		t.Error("day and month exchanged are not seen")
	}
	if CheckSex(woman, "L") != Disagrees || CheckSex(woman, "P") != Agrees || CheckSex("", "P") != Unknown {
		t.Error("sex")
	}
}

func TestNumberSlip(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Slip
	}{
		{"2103991505900012", "2103991505900012", NoSlip},
		{"2103991505900012", "2103991505900010", LostDigit},
		{"2103991505900012", "2103991505900013", SerialSlip},
		{"2103991505900001", "2103991505900101", DigitSlip},
		{"2103991505900001", "2103991505900021", SerialSlip},
		{"2103991505900001", "2104991505900001", RegionSlip},
		{"2103991505900012", "2103991505900021", Neighbours},
		{"2103991505900012", "2103995105900012", Neighbours},
		{"2103991505900012", "2103991605900012", DigitSlip},
		{"2103991505900012", "210399150590002", DigitSlip},
		{"2103991505900012", "21039915059000122", DigitSlip},
		{"2103991505900012", "2103991605900013", NoSlip},
		{"2103991505900012", "21039915059000", NoSlip},
		{"", "", NoSlip},
	} {
		if got := NumberSlip(c.a, c.b); got != c.want {
			t.Errorf("NumberSlip(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{13,16}`)
		a := digits.Draw(t, "a")
		b := digits.Draw(t, "b")
		if NumberSlip(a, b) != NumberSlip(b, a) {
			t.Fatal("not symmetric")
		}
		i := rapid.IntRange(0, len(a)-1).Draw(t, "i")
		c := []byte(a)
		c[i] = '0' + (c[i]-'0'+1)%10
		if NumberSlip(a, string(c)) == NoSlip {
			t.Fatalf("one digit of %s at %d changed is no slip", a, i)
		}
	})
}

func TestCleanDate(t *testing.T) {
	for _, c := range [][2]string{
		{"1990-05-15", "1990-05-15"}, {"15-05-1990", "1990-05-15"}, {"15/05/1990", "1990-05-15"}, {"15.5.1990", "1990-05-15"}, {"15/5/90", "1990-05-15"},
		{"15 Mei 1990", "1990-05-15"}, {"15-Mei-90", "1990-05-15"}, {"15 MEI 90", "1990-05-15"}, {"Mei 15, 1990", "1990-05-15"}, {"05/15/1990", "1990-05-15"},
		{"1990-05-15 00:00:00", "1990-05-15"}, {"1990-05-15T00:00:00Z", "1990-05-15"}, {"19900515", "1990-05-15"}, {"15051990", "1990-05-15"}, {"33008", "1990-05-15"},
		{"NATUNA, 15 MEI 1990", "1990-05-15"}, {"Donggala, 15-05-1990", "1990-05-15"},
		{"10 Nopember 1975", "1975-11-10"}, {"10 Pebruari 1975", "1975-02-10"}, {"1 Agt 1975", "1975-08-01"}, {"17 Agustus 1945", "1945-08-17"},
		{"3 Djuli 1951", "1951-07-03"}, {"3 Djuni 1951", "1951-06-03"}, {"31 Desember 1960", "1960-12-31"}, {"1 Okt 60", "1960-10-01"},
		{"1990", "1990-00-00"}, {"05-1990", "1990-05-00"}, {"1990-05", "1990-05-00"}, {"Mei 1990", "1990-05-00"}, {"00-00-1990", "1990-00-00"},
		{"31-02-1990", "1990-02-00"}, {"29-02-2000", "2000-02-29"}, {"29-02-1900", "1900-02-00"},
		{"01/07/26", "2026-07-01"}, {"01/07/27", "1927-07-01"},
		{"", ""}, {"-", ""}, {"00-00-0000", ""}, {"0000-00-00", ""}, {"1600-01-01", ""}, {"3 tahun", ""}, {"NULL", ""}, {"2103991505900001", ""},
	} {
		if got := CleanDate(c[0], 2026); got != c[1] {
			t.Errorf("CleanDate(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestConventionalDays(t *testing.T) {
	for date, want := range map[string]bool{"1960-07-01": true, "1960-12-31": true, "1960-01-01": true, "1960-00-00": true, "1960-05-00": true, "1960-05-15": false, "": false} {
		if Conventional(date) != want {
			t.Errorf("Conventional(%q) = %v", date, !want)
		}
	}
	if !VagueDate("1960-07-01", "1960-03-12") || VagueDate("1960-04-01", "1960-03-12") || VagueDate("1960-07-01", "1961-07-01") {
		t.Error("VagueDate")
	}
}

func TestCleanSexAndPhone(t *testing.T) {
	for _, c := range [][2]string{{"L", "L"}, {"Lk", "L"}, {"Laki-Laki", "L"}, {"LAKI - LAKI", "L"}, {"PRIA", "L"}, {"1", "L"}, {"M", "L"}, {"P", "P"}, {"Pr.", "P"},
		{"perempuan", "P"}, {"WANITA", "P"}, {"W", "P"}, {"F", "P"}, {"2", "P"}, {"", ""}, {"-", ""}, {"?", ""}, {"3", ""}} {
		if got := CleanSex(c[0]); got != c[1] {
			t.Errorf("CleanSex(%q) = %q, want %q", c[0], got, c[1])
		}
	}
	for _, c := range [][2]string{{"081234567890", "6281234567890"}, {"+62 812-3456-7890", "6281234567890"}, {"81234567890", "6281234567890"}, {"0812 3456 7890 / 0813", "6281234567890"},
		{"(0457) 7112345", "624577112345"}, {"6281234567890", "6281234567890"}, {"0", ""}, {"8.12E+10", ""}, {"000000000000", ""}, {"", ""}, {"11111111111", ""}} {
		if got := CleanPhone(c[0]); got != c[1] {
			t.Errorf("CleanPhone(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func FuzzNumbersAndDates(f *testing.F) {
	for _, s := range []string{"2103991505900001", "15 Mei 1990", "31/12/60", "+62812", "Laki-laki", "2.1E+15", "33008", "99999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{
			"NIK": CleanNIK, "sex": CleanSex, "phone": CleanPhone, "date": func(s string) string { return CleanDate(s, Latest) },
		} {
			once := clean(s)
			if len(once) > 17 || !utf8.ValidString(once) {
				t.Fatalf("%s of %q: %q", name, s, once)
			}
			if twice := clean(once); twice != once {
				t.Fatalf("%s of %q: %q, and again %q", name, s, once, twice)
			}
		}
	})
}
