package indonesia

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormalizeName(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		// spellings of Muhammad
		{"Muhammad Yusuf", "MUHAMMAD YUSUF"}, {"MUHAMAD JUSUF", "MUHAMMAD YUSUF"}, {"Mochammad Yusup", "MUHAMMAD YUSUF"},
		{"MOCHAMAD YUSUF", "MUHAMMAD YUSUF"}, {"M. Yusuf", "MUHAMMAD YUSUF"}, {"M YUSUF", "MUHAMMAD YUSUF"}, {"M.YUSUF", "MUHAMMAD YUSUF"},
		{"Muh. Yusuf", "MUHAMMAD YUSUF"}, {"MOH. YUSUF", "MUHAMMAD YUSUF"}, {"Moch. Joesoef", "MUHAMMAD YUSUF"}, {"MOHD YUSUF", "MUHAMMAD YUSUF"},
		{"MHD. YUSUF", "MUHAMMAD YUSUF"}, {"Md. Yusuf", "MUHAMMAD YUSUF"}, {"MUKHAMAD YUSUF", "MUHAMMAD YUSUF"}, {"MOKHAMMAD YUSUF", "MUHAMMAD YUSUF"},
		{"MUCHAMMAD YUSUF", "MUHAMMAD YUSUF"}, {"MUHAMMED YUSUF", "MUHAMMAD YUSUF"}, {"Muhd Yusuf", "MUHAMMAD YUSUF"}, {"MUHAMMADYUSUF", "MUHAMMAD YUSUF"},
		{"H. Muh. Yusuf", "MUHAMMAD YUSUF"}, {"H.M. Yusuf", "MUHAMMAD YUSUF"}, {"HM Yusuf", "MUHAMMAD YUSUF"}, {"YUSUF M.", "YUSUF M"},
		{"ALI MUHAMMAD", "ALI MUHAMMAD"}, {"ALI MUH", "ALI MUHAMMAD"}, {"M", "M"}, {"M. Y.", "M Y"},
		// Siti
		{"St. Aminah", "SITI AMINAH"}, {"ST AMINAH", "SITI AMINAH"}, {"SITTI AMINAH", "SITI AMINAH"}, {"Sity Aminah", "SITI AMINAH"},
		{"STI. AMINAH", "SITI AMINAH"}, {"SITIAMINAH", "SITI AMINAH"}, {"Hj. St. Aminah", "SITI AMINAH"}, {"SITI", "SITI"},
		// Ahmad, Abdul, Nur
		{"Achmad Djafar", "AHMAD JAFAR"}, {"AKHMAD JAFAR", "AHMAD JAFAR"}, {"Ach. Jafar", "AHMAD JAFAR"}, {"AH. JAFAR", "AHMAD JAFAR"},
		{"ABDURRAHMAN", "ABDUL RAHMAN"}, {"Abdul Rahman", "ABDUL RAHMAN"}, {"ABD. RAHMAN", "ABDUL RAHMAN"}, {"ABDURAHMAN", "ABDUL RAHMAN"},
		{"ABDULRAHMAN", "ABDUL RAHMAN"}, {"ABDRAHMAN", "ABDUL RAHMAN"}, {"ABDIANSYAH", "ABDIANSYAH"}, {"Abdoel Rahman", "ABDUL RAHMAN"}, {"ABDULLAH", "ABDULLAH"}, {"ABDULAH", "ABDULLAH"},
		{"ABDUSSALAM", "ABDUL SALAM"}, {"ABDULKADIR", "ABDUL KADIR"}, {"ABDUSSYUKUR", "ABDUL SYUKUR"}, {"ABDUL", "ABDUL"},
		{"NURHAYATI", "NUR HAYATI"}, {"NUR HAYATI", "NUR HAYATI"}, {"Noer Hayati", "NUR HAYATI"}, {"NOERHAYATI", "NUR HAYATI"}, {"NOORHAYATI", "NUR HAYATI"},
		{"NURDIN", "NURDIN"}, {"NUR DIN", "NURDIN"}, {"NURUL HUDA", "NURUL HUDA"}, {"NURULHUDA", "NURUL HUDA"}, {"NUR", "NUR"},
		// old spelling
		{"Soeharto", "SUHARTO"}, {"TJAHJONO", "CAHYONO"}, {"DJOKO SOESILO", "JOKO SUSILO"}, {"SJAMSUDDIN", "SYAMSUDDIN"}, {"NJOMAN", "NYOMAN"},
		{"OESMAN", "USMAN"}, {"SOENJOTO", "SUNYOTO"}, {"DJAJA", "JAYA"}, {"PANJI", "PANJI"}, {"SANJAYA", "SANJAYA"},
		// titles before, after and inside
		{"Drs. H. Anwar, M.Si", "ANWAR"}, {"ANWAR, S.E., M.M.", "ANWAR"}, {"ANWAR SE", "ANWAR"}, {"ANWAR ST", "ANWAR"}, {"Anwar, S.T", "ANWAR"},
		{"ANWAR S. Pd. I", "ANWAR"}, {"ANWAR S.Pd.I", "ANWAR"}, {"ANWAR S PD", "ANWAR"}, {"Rina, A.Md.Keb", "RINA"}, {"RINA A. Md", "RINA"},
		{"IR. ANWAR", "ANWAR"}, {"dr. Rina, Sp.OG", "RINA"}, {"Prof. Dr. H. Anwar Sadat, MA", "ANWAR SADAT"}, {"ANWAR SADAT, Ph.D", "ANWAR SADAT"},
		{"BPK. ANWAR", "ANWAR"}, {"Ibu Rina", "RINA"}, {"NY RINA", "RINA"}, {"TN. ANWAR", "ANWAR"}, {"SITI HJ AMINAH", "SITI AMINAH"},
		{"ALM. ANWAR", "ANWAR"}, {"ANWAR (ALM)", "ANWAR"}, {"ANWAR ALM", "ANWAR"}, {"(ALMH) RINA", "RINA"}, {"Almarhumah Rina", "RINA"},
		{"H", "H"}, {"HJ", "HJ"}, {"H. A. RAHIM", "A RAHIM"}, {"AHMAD S E", "AHMAD S E"}, {"AHMAD S", "AHMAD S"}, {"SE", "SE"},
		{"ANDI S.H", "ANDI"}, {"NUR MA", "NURMA"},
		// bin and binti
		{"AMINAH BINTI HASAN", "AMINAH HASAN"}, {"AMINAH BT HASAN", "AMINAH HASAN"}, {"Hasan bin Ali", "HASAN ALI"}, {"HASAN B. ALI", "HASAN ALI"},
		{"HASAN BTE ALI", "HASAN ALI"}, {"HASAN B ALI", "HASAN B ALI"},
		// names of birth and of regions
		{"Andi Baso", "ANDI BASO"}, {"DG. MANGALLE", "DAENG MANGALLE"}, {"SAHARUDDIN DG. SIALA", "SAHARUDDIN DAENG SIALA"}, {"LA ODE KAMAL", "LAODE KAMAL"},
		{"WA ODE SINTA", "WAODE SINTA"}, {"I MADE SUKA", "I MADE SUKA"}, {"NI LUH AYU", "NI LUH AYU"}, {"TGK. ZAHID", "TENGKU ZAHID"}, {"WAN ASRI", "WAN ASRI"},
		{"R. SUPARMAN", "R SUPARMAN"}, {"RD. SUPARMAN", "RADEN SUPARMAN"}, {"INDO RANI", "INDO RANI"}, {"ROSA BR GINTING", "ROSA BORU GINTING"},
		// marks, signs, remarks
		{"MA'MUN", "MAMUN"}, {"  siti\u00a0 aminah ", "SITI AMINAH"}, {"SITI-AISYAH", "SITI AISYAH"}, {"SITI AMINAH / MINA", "SITI AMINAH"},
		{"SITI AMINAH ALIAS MINA", "SITI AMINAH"}, {"SITI AMINAH (MINA)", "SITI AMINAH"}, {"JOSÉ", "JOSE"}, {"N1NG 2", "NING"}, {"S0LEH", "SOLEH"},
		{"'ALI", "ALI"}, {"ALI\u200b", "ALI"},
		// nothing
		{"", ""}, {"-", ""}, {"...", ""}, {"NULL", ""}, {"Tidak Ada", ""}, {"N/A", ""}, {"123", ""}, {"ALM", ""},
	} {
		if got := NormalizeName(c.raw); got != c.want {
			t.Errorf("NormalizeName(%q) = %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestNormalizeNameIsAProjection(t *testing.T) {
	pieces := []string{"M.", "Muh.", "SITI", "ST.", "ST", "ABDUL", "ABDUR", "NUR", "NURUL", "HAYATI", "RAHMAN", "DIN", "H.", "HJ", "S.Pd", "S. Pd",
		", SE", "MM", "A.", "B.", "BIN", "BINTI", "DG", "LA", "ODE", "Djoko", "OE", "TJ", "DOEDJ", "(ALM)", "ALM", "/", "ALIAS", "I", "S", "E", "MD", "AH",
		"HM", "MA'", "É", "王", "0", "7", "K3", "-", ".", ","}
	rapid.Check(t, func(t *rapid.T) {
		s := ""
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 9).Draw(t, "pieces") {
			s += p + rapid.SampledFrom([]string{" ", "", " ", "."}).Draw(t, "gap")
		}
		once := NormalizeName(s)
		if twice := NormalizeName(once); twice != once {
			t.Fatalf("NormalizeName(%q) = %q, and again %q", s, once, twice)
		}
	})
}

func FuzzNormalizeName(f *testing.F) {
	for _, s := range []string{"Drs. H. Moch. Joesoef, S.Pd.I, M.Si (Alm)", "ABDURRAHMAN B. ALI", "NUR DIN S E", "OOEE DDJJ", "St. Aminah/Mina", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := NormalizeName(s)
		if len(once) > maxName+maxWords {
			t.Fatalf("%d bytes out of %d", len(once), len(s))
		}
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Fatalf("%q is not text", once)
		}
		if twice := NormalizeName(once); twice != once {
			t.Fatalf("NormalizeName(%q) = %q, and again %q", s, once, twice)
		}
	})
}

func BenchmarkNormalizeName(b *testing.B) {
	names := []string{"SITI AMINAH", "Drs. H. Moch. Yusuf, M.Si", "ABDURRAHMAN", "NURHAYATI BINTI HASAN", "SUPARMAN", "I WAYAN SUDARMA"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		NormalizeName(names[i%len(names)])
	}
}
