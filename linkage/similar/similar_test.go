package similar

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var ascii64 = rapid.StringMatching(`[A-D ]{0,64}`)
var anyText = rapid.OneOf(ascii64, rapid.StringMatching(`[A-Dé漢 ]{0,20}`), rapid.String(), rapid.StringMatching(`[ab]{60,90}`))

func TestKnownValues(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		jaro, jw float64
	}{
		{"MARTHA", "MARHTA", 0.944444, 0.961111},
		{"DIXON", "DICKSONX", 0.766667, 0.813333},
		{"DWAYNE", "DUANE", 0.822222, 0.84},
		{"", "", 1, 1},
		{"A", "", 0, 0},
		{"ABC", "XYZ", 0, 0},
	} {
		if got := Jaro(c.a, c.b); math.Abs(got-c.jaro) > 1e-6 {
			t.Errorf("Jaro(%q, %q) = %v, want %v", c.a, c.b, got, c.jaro)
		}
		if got := JaroWinkler(c.a, c.b); math.Abs(got-c.jw) > 1e-6 {
			t.Errorf("JaroWinkler(%q, %q) = %v, want %v", c.a, c.b, got, c.jw)
		}
	}
	for _, c := range []struct {
		a, b     string
		lev, osa int
	}{{"KITTEN", "SITTING", 3, 3}, {"CA", "AC", 2, 1}, {"CA", "ABC", 3, 3}, {"", "ABC", 3, 3}, {"né", "ne", 1, 1}} {
		if Levenshtein(c.a, c.b) != c.lev || Damerau(c.a, c.b) != c.osa {
			t.Errorf("%q %q: %d %d, want %d %d", c.a, c.b, Levenshtein(c.a, c.b), Damerau(c.a, c.b), c.lev, c.osa)
		}
	}
}

func TestBitParallelEqualsTextbook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := ascii64.Draw(t, "a"), ascii64.Draw(t, "b")
		if a == b {
			return
		}
		for _, exchange := range []bool{false, true} {
			if got, want := edits(a, b, exchange), editsRunes([]rune(a), []rune(b), exchange); got != want {
				t.Fatalf("edits %v: bits %d, table %d", exchange, got, want)
			}
		}
		if a == "" || b == "" {
			return
		}
		if got, want := Jaro(a, b), jaroRunes([]rune(a), []rune(b)); got != want {
			t.Fatalf("jaro: bits %v, table %v", got, want)
		}
	})
}

func TestLaws(t *testing.T) {
	measures := map[string]func(a, b string) float64{
		"jaro": Jaro, "jaro_winkler": JaroWinkler, "jaccard": Jaccard, "words": Words, "word": Word,
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyText.Draw(t, "a"), anyText.Draw(t, "b")
		checkMeasures(t, measures, a, b)
		checkDistances(t, a, b, anyText.Draw(t, "c"))
	})
}

func checkMeasures(t *rapid.T, measures map[string]func(a, b string) float64, a, b string) {
	for name, f := range measures {
		x := f(a, b)
		if x != f(b, a) {
			t.Fatalf("%s is not symmetric on %q %q: %v %v", name, a, b, x, f(b, a))
		}
		if !(x >= 0 && x <= 1) {
			t.Fatalf("%s(%q, %q) = %v is out of bounds", name, a, b, x)
		}
		if name != "words" && f(a, a) != 1 {
			t.Fatalf("%s(%q, itself) = %v", name, a, f(a, a))
		}
	}
	if JaroWinkler(a, b) < Jaro(a, b) {
		t.Fatalf("the prefix took something away")
	}
}

func checkDistances(t *rapid.T, a, b, c string) {
	la, lb := len([]rune(a)), len([]rune(b))
	lev, osa := Levenshtein(a, b), Damerau(a, b)
	if lev != Levenshtein(b, a) || osa != Damerau(b, a) {
		t.Fatal("distance is not symmetric")
	}
	if osa > lev || lev > max(la, lb) || lev < max(la-lb, lb-la) {
		t.Fatalf("distance %d %d out of bounds for lengths %d %d", lev, osa, la, lb)
	}
	if Levenshtein(a, a) != 0 || Damerau(a, a) != 0 {
		t.Fatal("distance to itself")
	}
	if lev > Levenshtein(a, c)+Levenshtein(c, b) {
		t.Fatal("triangle")
	}
}

func TestWordsFindTheBestAlignment(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"SITI AMINAH", "AMINAH SITI", 1},
		{"M AMIN", "MUHAMMAD AMIN", 1},
		{"AMIN", "MUHAMMAD AMIN", 1},
		{"AMIN AMIN", "AMIN BADU", Word("AMIN", "BADU")},
		{"", "AMIN", 0},
	} {
		if got := Words(c.a, c.b); got != c.want {
			t.Errorf("Words(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	d := MakeDate
	for _, c := range []struct {
		name       string
		a, b       Date
		swap, slip bool
	}{
		{"day and month exchanged", d(1980, 3, 12), d(1980, 12, 3), true, false},
		{"one digit", d(1980, 3, 12), d(1981, 3, 12), false, true},
		{"neighbours exchanged", d(1980, 3, 12), d(1980, 3, 21), false, true},
		{"two digits", d(1980, 3, 12), d(1981, 3, 13), false, false},
		{"equal", d(1980, 3, 12), d(1980, 3, 12), false, false},
		{"unknown day", d(1980, 3, 0), d(1980, 3, 1), false, false},
		{"across the year", d(1989, 3, 1), d(1998, 3, 1), false, true},
	} {
		if DateSwap(c.a, c.b) != c.swap || DateSlip(c.a, c.b) != c.slip || DateSlip(c.b, c.a) != c.slip {
			t.Errorf("%s: swap %v slip %v", c.name, DateSwap(c.a, c.b), DateSlip(c.a, c.b))
		}
	}
	if MakeDate(2023, 2, 29) != 0 || MakeDate(2024, 2, 29) == 0 || MakeDate(1900, 13, 1) != 0 {
		t.Error("days the calendar does not have")
	}
}

func TestDaysApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
		n, m := rapid.IntRange(0, 3_000_000).Draw(t, "n"), rapid.IntRange(0, 3_000_000).Draw(t, "m")
		x, y := start.AddDate(0, 0, n), start.AddDate(0, 0, m)
		a, b := MakeDate(x.Year(), int(x.Month()), x.Day()), MakeDate(y.Year(), int(y.Month()), y.Day())
		got, ok := DaysApart(a, b)
		if !ok || got != max(n-m, m-n) {
			t.Fatalf("%v %v: %d, want %d", a, b, got, n-m)
		}
		if a.String() != x.Format("2006-01-02") {
			t.Fatalf("%s, want %s", a, x.Format("2006-01-02"))
		}
	})
}

func TestNumbersKeepTheirZeros(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[0-9]{1,19}`).Draw(t, "a"), rapid.StringMatching(`[0-9]{1,19}`).Draw(t, "b")
		x, y := ParseNumber(a), ParseNumber(b)
		if x.String() != a || x.Len() != len(a) {
			t.Fatalf("%q became %q", a, x.String())
		}
		if (x == y) != (a == b) || DigitSlip(x, y, 2) != DigitSlip(y, x, 2) {
			t.Fatal("not one to one, or not symmetric")
		}
		want := a != b && (len(a) == len(b) && (Levenshtein(a, b) == 1 || hamming(a, b) == 2 && Damerau(a, b) == 1))
		if len(a) == len(b) && DigitSlip(x, y, 2) != want {
			t.Fatalf("slip of %s and %s: %v", a, b, !want)
		}
	})
	if ParseNumber("") != 0 || ParseNumber("12a") != 0 || ParseNumber("12345678901234567890") != 0 {
		t.Error("not a number")
	}
	if !DigitSlip(ParseNumber("32010101"), ParseNumber("320101"), 2) || DigitSlip(ParseNumber("32010101"), ParseNumber("32010"), 2) {
		t.Error("lost digits")
	}
}

func hamming(a, b string) int {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func FuzzMeasures(f *testing.F) {
	f.Add("MARTHA", "MARHTA")
	f.Add("é\xff", "漢字 B")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, m := range []func(a, b string) float64{Jaro, JaroWinkler, Jaccard, Words} {
			if x := m(a, b); x != m(b, a) || !(x >= 0 && x <= 1) {
				t.Fatalf("%q %q: %v and %v", a, b, x, m(b, a))
			}
		}
		if Damerau(a, b) > Levenshtein(a, b) || Levenshtein(a, b) != Levenshtein(b, a) {
			t.Fatalf("%q %q", a, b)
		}
	})
}

func BenchmarkJaroWinkler(b *testing.B) {
	for b.Loop() {
		JaroWinkler("MUHAMMAD SYARIFUDDIN", "MUHAMAD SARIPUDIN")
	}
}

func BenchmarkDamerau(b *testing.B) {
	for b.Loop() {
		Damerau("7203994507810001", "7203994507810010")
	}
}
