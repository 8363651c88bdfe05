package indonesia

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNamesThatSoundAlikeMeet(t *testing.T) {
	for _, group := range [][]string{
		{"RACHMAN", "RAHMAN", "RAKHMAN"},
		{"SYARIFUDDIN", "SARIPUDIN", "SYARIPUDDIN", "SJARIFOEDIN"},
		{"FATIMAH", "PATIMA", "FATHIMAH"},
		{"YULIANA", "JULIANA"}, {"ZAINAL ABIDIN", "JAINAL ABIDIN", "ABIDIN ZAINAL"},
		{"KHADIJAH", "HADIJAH", "HADIJA"}, {"CHAIRUL", "KHAIRUL", "HAIRUL"},
		{"YENNY", "YENI", "JENI"}, {"DESSY", "DESI"}, {"CHANDRA", "CANDRA", "TJANDRA"},
		{"NATSIR", "NASIR"}, {"RAMADHAN", "RAMADAN"}, {"AZIZ", "AZIS", "ASIS"}, {"FAIZAL", "FAISAL"}, {"THALIB", "TALIP"},
		{"DHARMIYAH", "DARMIAH"}, {"CHRISTINA", "KRISTINA"}, {"BACHTIAR", "BAHTIAR"}, {"RIZKY", "RISKI"},
		{"MUH. ROSYID", "MOHAMAD ROSID"}, {"ABD. MUTHALIB", "ABDUL MUTALIB"}, {"MUCHTAR", "MUKHTAR", "MUHTAR"},
		{"TAUFIQ", "TAUFIK"}, {"SITI ZUBAEDAH", "ST. ZUBAEDA"},
	} {
		want := NameSound(group[0])
		for _, n := range group[1:] {
			if got := NameSound(n); got != want {
				t.Errorf("NameSound(%q) = %q, of %q it is %q", n, got, group[0], want)
			}
			if got := NameKey(n); got != NameKey(group[0]) {
				t.Errorf("NameKey(%q) = %q, of %q it is %q", n, got, group[0], NameKey(group[0]))
			}
		}
	}
}

func TestNamesOfTwoPeopleStayApart(t *testing.T) {
	for _, p := range [][2]string{
		{"SITI", "SETIAWATI"}, {"SRI", "SARI"}, {"HASAN", "HUSEN"}, {"AMIN", "AMINAH"}, {"RAHMAT", "RAHMAN"}, {"YUSUF", "YOSEF"},
		{"NUR HAYATI", "NURUL HAYATI"}, {"CHARLES", "HARLES"}, {"ABDUL", "ABDULLAH"}, {"BUDI", "BUDIMAN"}, {"KARIM", "HARIM"},
	} {
		if NameSound(p[0]) == NameSound(p[1]) {
			t.Errorf("%q and %q sound alike: %q", p[0], p[1], NameSound(p[0]))
		}
	}
}

func TestNameKeyLeavesOutWhatEverybodyIsCalled(t *testing.T) {
	for _, c := range [][2]string{
		{"MUHAMMAD YUSUF", "JSP"}, {"YUSUF", "JSP"}, {"SITI AMINAH", "AMN"}, {"MUHAMMAD", "MT"}, {"ABDUL RAHMAN", "RMN"},
		{"MUH. ROCHMAN", "RMN"}, {"A. RAHMAN", "RMN"}, {"", ""}, {"M", "M"},
	} {
		if got := NameKey(c[0]); got != c[1] {
			t.Errorf("NameKey(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Likeness
	}{
		{"H. Moch. Yusuf, SE", "MUHAMMAD JUSUF", SameText},
		{"AMINAH SITI", "ST. AMINAH", SameWords},
		{"SYARIFUDDIN", "SARIPUDIN", SameSound},
		{"MUHAMMAD YUSUF", "YUSUF", Contained},
		{"A. RAHMAN", "ABDUL RAHMAN", Contained},
		{"AMINAH BINTI HASAN", "AMINAH", Contained},
		{"RINA WATI", "RINA SUSANTI", SomeWord},
		{"SITI AMINAH", "SITI RAHMA", Unlike},
		{"A", "AHMAD", Unlike},
		{"", "", Unlike},
		{"BUDI", "RINA", Unlike},
	} {
		if got := SameName(c.a, c.b); got != c.want {
			t.Errorf("SameName(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSameNameIsSymmetric(t *testing.T) {
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"M.", "SITI", "AMINAH", "A", "AB", "RAHMAN", "ROCHMAN", "YUSUF", "JUSUF", "NUR", "B.", "S", "DG"}), 0, 4).Draw(t, "words"), " ")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		if SameName(a, b) != SameName(b, a) {
			t.Fatalf("%q, %q: %d and %d", a, b, SameName(a, b), SameName(b, a))
		}
	})
}

func TestSoundAndKeyForgetOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"AMINAH", "RAHMAN", "YUSUF", "HASAN", "RINA", "WATI", "SUSANTI"}), 1, 5).Draw(t, "words")
		other := rapid.Permutation(words).Draw(t, "other")
		a, b := strings.Join(words, " "), strings.Join(other, " ")
		if NameSound(a) != NameSound(b) || NameKey(a) != NameKey(b) {
			t.Fatalf("%q and %q differ", a, b)
		}
		if !slices.IsSorted(strings.Fields(NameKey(a))) {
			t.Fatalf("%q is not in order", NameKey(a))
		}
	})
}

func FuzzNameSoundAndKey(f *testing.F) {
	f.Add("Drs. Chairoel S.")
	f.Fuzz(func(t *testing.T, s string) {
		n := NormalizeName(s)
		if NameSound(s) != NameSound(n) || NameKey(s) != NameKey(n) {
			t.Fatalf("%q and its canonical form %q have other keys", s, n)
		}
		if (n == "") != (NameKey(s) == "") {
			t.Fatalf("%q: name %q, key %q", s, n, NameKey(s))
		}
	})
}

func BenchmarkNameColumns(b *testing.B) {
	names := []string{"SITI AMINAH", "Drs. H. Moch. Yusuf, M.Si", "ABDURRAHMAN", "NURHAYATI BINTI HASAN", "SUPARMAN", "I WAYAN SUDARMA"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		n := names[i%len(names)]
		NormalizeName(n)
		NameSound(n)
		NameKey(n)
	}
}
