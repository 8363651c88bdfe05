package indonesia

import "strings"

// spellings maps a word to the form under which its spellings meet. Only
// words of one name are here: YOSEF is not YUSUF, NURUL is not NUR.
var spellings = map[string]string{}

func spell(to string, from ...string) {
	for _, w := range from {
		spellings[w] = to
	}
}

func init() {
	// Muhammad: vowel, guttural, one or two m, vowel, last consonant.
	for _, v := range []string{"U", "O"} {
		for _, h := range []string{"H", "CH", "KH", "K", "C", "HH"} {
			for _, m := range []string{"M", "MM"} {
				for _, e := range []string{"AD", "ED", "AT", "ET", "ADD", "AND", "MAD", "D"} {
					spellings["M"+v+h+"A"+m+e] = "MUHAMMAD"
				}
			}
		}
	}
	spell("MUHAMMAD", "MUH", "MOH", "MOCH", "MUCH", "MUKH", "MOKH", "MHD", "MOHD", "MUHD", "MUHAMAMD", "MUHAMMD", "MUHAMD",
		"MUHAMMAAD", "MUHMMAD", "MUHMAMMAD", "MAHAMMAD", "MOEHAMMAD", "MOEHAMAD", "MOEH", "MHAMAD", "MHAMMAD", "MOHMD", "MUHM")
	spell("AHMAD", "ACHMAD", "AKHMAD", "AHMAT", "ACHMAT", "AKHMAT", "AHMED", "ACHMED", "AKHMED", "AHAMAD", "AHMMAD", "ACH", "AKH", "AHM", "ACHMD")
	spell("ABDUL", "ABD", "ABDU", "ABDOEL", "ABDOL", "ABDL", "ABDUHL")
	spell("SITI", "SITTI", "SITY", "SITTY", "STI", "SITIE", "SITHI", "SIETI", "SIITI", "STTI", "SITII")
	spell("NUR", "NOER", "NOOR", "NUUR", "NOR")
	spell("NURUL", "NOERUL", "NURRUL", "NOERUEL", "NURUHL", "NOROL")
	spellRegions()
}

// spellRegions adds names whose spellings changed with a reform, and the short
// forms of names of birth and order.
func spellRegions() {
	spell("YUSUF", "JUSUF", "YUSUP", "JUSUP", "YUSOF", "YUSSUF", "YUSUPH", "YUSUB")
	spell("YUNUS", "JUNUS")
	spell("YAHYA", "JAHJA", "JAHYA", "YAHJA")
	spell("YAKUB", "YAKUP", "JAKUB", "YAQUB", "JACUB", "YACUB", "YACOB", "JACOB", "YAKOB", "JAKOB")
	spell("YASIN", "JASIN", "YASSIN")
	spell("YOGYA", "JOGYA", "JOGJA", "YOGJA")
	spell("USMAN", "UTSMAN", "OSMAN", "OTSMAN", "UTHMAN", "USHMAN")
	spell("UMAR", "OMAR")
	spell("ABDULLAH", "ABDULAH", "ABDULLOH", "ABDALLAH", "ABDULLA", "ABDULOH", "ABDUULLAH")
	spell("DAENG", "DG")
	spell("RADEN", "RD")
	spell("TENGKU", "TGKU", "TENGKOE", "TGK", "TEUNGKU")
	spell("TEUKU", "TEUKOE")
	spell("SYARIFAH", "SARIFAH", "SYARIPAH", "SYRF", "SYARIFA")
	spell("SYARIF", "SARIF", "SYARIEF", "SYARIP", "SARIP")
	spell("GEDE", "GDE", "GED")
	spell("WAYAN", "WYN")
	spell("NYOMAN", "NYM")
	spell("KETUT", "KTT")
	spell("BORU", "BR")
	spell("LAODE", "LAODEH")
	spell("WAODE", "WAODEH")
	spell("BIN", "BINTI", "BNTI", "BINTE", "BINTIE", "BTE", "BT", "BNTE", "BENTI")
}

// canonical brings one word to its present spelling: a known name, or the
// rules of the spelling reforms of 1947 (oe to u) and 1972 (dj to j, tj to c,
// sj to sy). j to y and nj to ny follow only in a word that shows one of
// these, or at the start, since JAYA and PANJI are modern; ch to kh is left,
// since CHANDRA is CANDRA but CHAIRUL is KHAIRUL. The word is changed in place.
func canonical(b []byte) []byte {
	if to, ok := spellings[string(b)]; ok {
		return append(b[:0], to...)
	}
	if len(b) < 3 || !old(b) {
		return b
	}
	b = reform(b)
	if to, ok := spellings[string(b)]; ok {
		return append(b[:0], to...)
	}
	return b
}

// old reports whether a word has a pair of letters the reforms changed.
func old(b []byte) bool {
	for i := 0; i+1 < len(b); i++ {
		switch {
		case b[i] == 'O' && b[i+1] == 'E', b[i+1] == 'J' && (b[i] == 'D' || b[i] == 'T' || b[i] == 'S'), i == 0 && b[0] == 'N' && b[1] == 'J':
			return true
		}
	}
	return false
}

func reform(b []byte) []byte {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if i+1 < len(b) {
			d := b[i+1]
			switch {
			case c == 'O' && d == 'E':
				c, i = 'U', i+1
			case c == 'D' && d == 'J':
				c, i = 'J', i+1
			case c == 'T' && d == 'J':
				c, i = 'C', i+1
			case c == 'S' && d == 'J', c == 'N' && d == 'J':
				b[n] = c
				n++
				c, i = 'Y', i+1
			case c == 'J':
				c = 'Y'
			}
		}
		b[n] = c
		n++
	}
	if again := b[:n]; n < len(b) && old(again) {
		return reform(again)
	}
	return b[:n]
}

// divide says where a word written in one falls into two names: ABDURRAHMAN
// is ABDUL RAHMAN, NURHAYATI is NUR HAYATI, SITIAMINAH is SITI AMINAH. It
// returns the first name and the place where the second begins, 0 for none.
func divide(s []byte) (string, int) {
	n := len(s)
	if n < 7 {
		return "", 0
	}
	switch s[0] {
	case 'A':
		return divideAbdul(s)
	case 'N':
		if hasPrefix(s, "NURUL") && n >= 9 && s[5] != 'L' {
			return "NURUL", 5
		}
		if hasPrefix(s, "NUR") && n >= 7 && !hasPrefix(s, "NURUL") && !hasPrefix(s, "NURUD") {
			return "NUR", 3
		}
		if hasPrefix(s, "NOOR") && n >= 8 {
			return "NUR", 4
		}
	case 'S':
		if hasPrefix(s, "SITI") && n >= 9 {
			return "SITI", 4
		}
		if hasPrefix(s, "SITTI") && n >= 10 {
			return "SITI", 5
		}
	case 'M':
		if hasPrefix(s, "MUHAMMAD") && n >= 11 && s[8] != 'I' {
			return "MUHAMMAD", 8
		}
	}
	return "", 0
}

// divideAbdul handles the article that takes on the consonant after it.
func divideAbdul(s []byte) (string, int) {
	if hasPrefix(s, "ABD") && s[3] != 'U' && s[3] != 'O' && s[3] != 'I' {
		return "ABDUL", 3
	}
	if len(s) < 8 || !hasPrefix(s, "ABDU") {
		return "", 0
	}
	rest := s[4:]
	if rest[0] == 'L' {
		if rest[1] == 'L' || vowel(rest[1]) && len(rest) < 5 || hasPrefix(rest, "LAH") && len(rest) < 5 {
			return "", 0
		}
		return "ABDUL", 5
	}
	if rest[0] == rest[1] && !vowel(rest[0]) {
		return "ABDUL", 5
	}
	if rest[0] == 'S' && rest[1] == 'Y' || rest[0] == 'R' && vowel(rest[1]) {
		return "ABDUL", 4
	}
	return "", 0
}

func hasPrefix(b []byte, p string) bool {
	return len(b) >= len(p) && string(b[:len(p)]) == p
}

// joins says whether two words are one name written apart: NUR DIN is NURDIN
// (what divide would not part again), LA ODE is LAODE.
func joins(a, b string) bool {
	switch a {
	case "NUR":
		return len(b) >= 2 && len(b) <= 3 && !strings.ContainsAny(b, "0123456789")
	case "LA", "WA":
		return b == "ODE"
	}
	return false
}
