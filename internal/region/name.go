package region

import "strings"

// A place name is compared in two forms. The plain key forgets case, spaces,
// apostrophes and other marks: two names with one plain key are the same name.
// The loose key also reads numerals (I, SATU, 1) and the abbreviations of
// village clerks (Tj., Sei, Kep., Sel.): the same name, written otherwise.

// plainKey keeps the letters and digits of name in upper case.
func plainKey(name string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		if (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// looseKey is the plain key of name with its words spelled out. Numerals count
// as such only behind another word: desa "Satu" is a name, "Wani Satu" a number.
func looseKey(name string) string {
	var b strings.Builder
	for i, w := range words(name) {
		if full, ok := abbreviations[w]; ok {
			w = full
		}
		if n, ok := numerals[w]; ok && i > 0 {
			w = n
		}
		b.WriteString(w)
	}
	return b.String()
}

// words splits name where neither a letter, a digit nor an apostrophe stands
// and drops the apostrophes.
func words(name string) []string {
	fields := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool {
		letter := r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune(apostrophes, r)
	})
	out := fields[:0]
	for _, f := range fields {
		if k := plainKey(f); k != "" {
			out = append(out, k)
		}
	}
	return out
}

const apostrophes = "'’‘`\"´ʼ"

// numerals are the numbers that village names end in, in every usual spelling.
var numerals = spellNumerals()

func spellNumerals() map[string]string {
	roman := []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
	spelled := []string{"SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN", "SEPULUH"}
	digits := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
	out := map[string]string{}
	for i, d := range digits {
		out[roman[i]], out[spelled[i]], out["0"+d], out[d] = d, d, d, d
	}
	return out
}

// abbreviations are those that stand for one word only, wherever they occur.
var abbreviations = map[string]string{
	"TJ": "TANJUNG", "TG": "TANJUNG", "TJG": "TANJUNG", "TANJ": "TANJUNG",
	"SEI": "SUNGAI", "SUNGEI": "SUNGAI", "SEL": "SELATAN", "SLTN": "SELATAN",
	"UT": "UTARA", "UTR": "UTARA", "TIM": "TIMUR", "TMR": "TIMUR",
	"BRT": "BARAT", "BAR": "BARAT", "TENG": "TENGAH", "TGH": "TENGAH",
	"PL": "PULAU", "PULO": "PULAU", "P": "PULAU", "KEP": "KEPULAUAN",
	"GN": "GUNUNG", "GNG": "GUNUNG", "TLK": "TELUK", "TEL": "TELUK",
	"BT": "BATU", "KMP": "KAMPUNG", "KP": "KAMPUNG", "KPG": "KAMPUNG",
	"BUNG": "BUNGURAN", "BNWA": "BANAWA",
}

// label is a word that says what a place is, in front of its name.
type label struct {
	level Level
	kind  Kind // only where it tells two places apart: kabupaten and kota
}

var labels = map[string]label{
	"PROVINSI": {level: Province}, "PROV": {level: Province}, "PROPINSI": {level: Province}, "PROP": {level: Province},
	"KABUPATEN": {Regency, KindKabupaten}, "KAB": {Regency, KindKabupaten},
	"KOTA": {Regency, KindKota}, "KODYA": {Regency, KindKota}, "KOTAMADYA": {Regency, KindKota},
	"KECAMATAN": {level: Kecamatan}, "KEC": {level: Kecamatan}, "DISTRIK": {level: Kecamatan},
	"DESA": {level: Village}, "DS": {level: Village}, "DES": {level: Village},
	"KELURAHAN": {level: Village}, "KEL": {level: Village},
}

// unlabel takes the label off name ("DESA LABUAN" is the village "LABUAN").
// ok is false when name has none, or nothing else.
func unlabel(name string) (string, label, bool) {
	w := words(name)
	if len(w) < 2 {
		return name, label{}, false
	}
	l, ok := labels[w[0]]
	if !ok {
		return name, label{}, false
	}
	if w[1] == "ADM" || w[1] == "ADMINISTRASI" {
		w = w[1:]
	}
	return strings.Join(w[1:], " "), l, len(w) > 1
}

// otherNames are spellings that follow from the official name itself: without
// the part in parentheses and that part alone, and each side of a slash.
func otherNames(name string) []string {
	var out []string
	if before, rest, ok := strings.Cut(name, "("); ok {
		inner, _, _ := strings.Cut(rest, ")")
		out = append(out, before, inner)
	}
	if strings.Contains(name, "/") {
		out = append(out, strings.Split(name, "/")...)
	}
	return out
}
