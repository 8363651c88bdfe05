package indonesia

// placeWords are words of place names written short or in more ways than one.
// An empty text leaves the word out: it says what kind of place it is.
var placeWords = map[string]string{
	"DS": "", "DESA": "", "DESAK": "DESAK", "KEL": "", "KELURAHAN": "", "KELURAHN": "", "LURAH": "",
	"KEC": "", "KECAMATAN": "", "KECMATAN": "", "KAB": "", "KABUPATEN": "", "KOTAMADYA": "", "KODYA": "", "PROV": "", "PROVINSI": "", "PROPINSI": "",
	"DSN": "", "DUSUN": "", "DSUN": "", "LINGK": "", "LINGKUNGAN": "", "LINK": "", "NAGARI": "", "GAMPONG": "", "PEKON": "",
	"KP": "KAMPUNG", "KAMP": "KAMPUNG", "KPG": "KAMPUNG", "KAMPOENG": "KAMPUNG", "TJ": "TANJUNG", "TG": "TANJUNG", "TJG": "TANJUNG", "TANJOENG": "TANJUNG",
	"SEI": "SUNGAI", "SEL": "SELATAN", "SLT": "SELATAN", "UTR": "UTARA", "UT": "UTARA", "TIM": "TIMUR", "TMR": "TIMUR", "BRT": "BARAT", "BRT.": "BARAT",
	"TENG": "TENGAH", "TGH": "TENGAH", "TENGGR": "TENGGARA", "BSR": "BESAR", "KCL": "KECIL", "PL": "PULAU", "PLU": "PULAU", "GN": "GUNUNG", "GNG": "GUNUNG", "BT": "BATU",
	"SATU": "1", "DUA": "2", "TIGA": "3", "EMPAT": "4", "LIMA": "5", "ENAM": "6", "TUJUH": "7", "DELAPAN": "8", "SEMBILAN": "9", "SEPULUH": "10",
	"KOTA": "",
}

// roman numbers stand behind place names and in RT and RW. C, D, L and M alone
// are initials there.
var roman = map[string]string{
	"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "X": "10",
	"XI": "11", "XII": "12", "XIII": "13", "XIV": "14", "XV": "15", "XVI": "16", "XVII": "17", "XVIII": "18", "XIX": "19", "XX": "20",
}

// CleanPlace gives the name of a village, kecamatan, regency or birth place in
// capitals without the word for what it is (DESA, DS., KEL., KEC., KAB.), in
// the present spelling, with numbers as digits: DESA WANI I, WANI SATU and
// Ds. Wani 1 are "WANI 1". A region code keeps its digits: 72.03.08.2001 is
// "7203082001". What stands in parentheses is left out.
func CleanPlace(s string) string {
	var t text
	var l list
	for range 6 {
		t.split(s, true)
		l.n, l.count = 0, 0
		if t.count == 0 || t.blank() {
			return ""
		}
		if code, ok := t.code(); ok {
			return code
		}
		t.place(&l)
		if l.spells(s) {
			return s
		}
		s = l.join()
	}
	return s
}

// code reports a cell of nothing but numbers.
func (t *text) code() (string, bool) {
	var b [maxInput]byte
	n := 0
	zeros := true
	for i := range t.count {
		w := t.bytes(i)
		if !digits(w) {
			return "", false
		}
		for _, c := range w {
			zeros = zeros && c == '0'
		}
		n += copy(b[n:], w)
	}
	if zeros {
		return "", true
	}
	return string(b[:n]), true
}

// tidy writes a word of a place in today's spelling, and a number without the
// zeros before it. It changes w.
func tidy(w []byte) []byte {
	if len(w) > 2 && old(w) {
		w = reform(w)
	}
	if digits(w) {
		for len(w) > 1 && w[0] == '0' {
			w = w[1:]
		}
	}
	return w
}

func (t *text) place(l *list) {
	for i := range t.count {
		b := t.bytes(i)
		if to, ok := placeWords[string(b)]; ok {
			if to == "" && t.count > 1 {
				continue
			}
			if to != "" && (to[0] > '9' || i > 0) {
				l.add([]byte(to))
				continue
			}
		}
		if to := roman[string(b)]; to != "" && i > 0 {
			l.add([]byte(to))
			continue
		}
		var scratch [maxInput + 16]byte
		l.add(tidy(append(scratch[:0], b...)))
	}
	if l.count == 0 && t.count > 0 {
		l.add(t.bytes(t.count - 1))
	}
}

// CleanRTRW reads the smallest units of an address, RT and RW, from one cell
// or from two joined by a space, and gives "001/002", with 000 for
// the one that is not known. RT 1 RW 2, RT.001/RW.002, 1/2, RT I RW II and the 1-Feb that
// Excel makes of 1/2 are read; zeros mean nothing.
func CleanRTRW(s string) string {
	var t text
	t.split(s, false)
	rt, rw := -1, -1
	next := 0 // 0: RT expected, 1: RW expected
	for i := 0; i < t.count; i++ {
		b := t.bytes(i)
		switch {
		case hasPrefix(b, "RT"):
			next, b = 0, b[2:]
		case hasPrefix(b, "RW"):
			// In RT/RW 5/6 the labels come first.
			if next, b = 1, b[2:]; len(b) == 0 && i > 0 && string(t.bytes(i-1)) == "RT" {
				next = 0
			}
		}
		if len(b) == 0 {
			continue
		}
		v := unit(b)
		if v < 0 && i > 0 && next == 1 && rt >= 0 && len(b) >= 3 {
			v = monthOf(b)
		}
		if v < 0 {
			continue
		}
		if next == 0 && rt < 0 {
			rt, next = v, 1
		} else if next == 1 && rw < 0 {
			rw = v
		}
	}
	if rt <= 0 && rw <= 0 {
		return ""
	}
	var out [7]byte
	n := three(out[:0], rt)
	n = append(n, '/')
	n = three(n, rw)
	return string(n)
}

// unit is the number of an RT or RW, -1 when the word is none.
func unit(b []byte) int {
	if to := roman[string(b)]; to != "" {
		b = []byte(to)
	}
	if !digits(b) || len(b) > 4 {
		return -1
	}
	v := 0
	for _, c := range b {
		v = v*10 + int(c-'0')
	}
	if v > 999 {
		return -1
	}
	return v
}

func monthOf(b []byte) int {
	if m := monthNames[string(b[:3])]; m != 0 {
		return m
	}
	return -1
}

func three(b []byte, v int) []byte {
	v = max(v, 0)
	return append(b, byte('0'+v/100), byte('0'+v/10%10), byte('0'+v%10))
}

// streetWords of addresses.
var streetWords = map[string]string{
	"JL": "JALAN", "JLN": "JALAN", "JLAN": "JALAN", "DJALAN": "JALAN", "JALN": "JALAN", "GG": "GANG", "LR": "LORONG", "LRG": "LORONG",
	"NO": "", "NOMOR": "", "NMR": "", "NOM": "", "BLK": "BLOK", "BLOCK": "BLOK", "PERUM": "PERUMAHAN", "PRM": "PERUMAHAN", "PERUMNAS": "PERUMAHAN", "KOMP": "KOMPLEKS",
	"KOMPLEK": "KOMPLEKS", "KPLK": "KOMPLEKS", "DSN": "DUSUN", "DSUN": "DUSUN", "LINGK": "LINGKUNGAN", "LINK": "LINGKUNGAN", "DS": "DESA",
	"KEL": "KELURAHAN", "KEC": "KECAMATAN", "KAB": "KABUPATEN", "KP": "KAMPUNG", "KPG": "KAMPUNG", "PSR": "PASAR", "RAYA": "RAYA",
}

// CleanAddress gives an address line in capitals with its words written out
// (JL. is JALAN, GG. GANG), without NO., without RT and RW (see CleanRTRW),
// with Roman numbers as digits and numbers without leading zeros.
func CleanAddress(s string) string {
	var t text
	var l list
	for range 6 {
		t.split(s, false)
		l.n, l.count = 0, 0
		if t.count == 0 || t.blank() {
			return ""
		}
		t.address(&l)
		if l.spells(s) {
			return s
		}
		s = l.join()
	}
	return s
}

func (t *text) address(l *list) {
	for i := 0; i < t.count; i++ {
		b := t.bytes(i)
		if hasPrefix(b, "RT") || hasPrefix(b, "RW") {
			if rest := b[2:]; len(rest) == 0 || unit(rest) >= 0 {
				if len(rest) == 0 && i+1 < t.count && unit(t.bytes(i+1)) >= 0 {
					i++
				}
				continue
			}
		}
		if to, ok := streetWords[string(b)]; ok {
			if to != "" {
				l.add([]byte(to))
			}
			continue
		}
		if to := roman[string(b)]; to != "" && i > 0 {
			l.add([]byte(to))
			continue
		}
		var scratch [maxInput + 16]byte
		w := tidy(append(scratch[:0], b...))
		if digits(w) {
			if w[0] == '0' {
				continue
			}
		}
		l.add(w)
	}
}

// HouseKey is one text for one house: the village, RT and RW, and the words of
// the address in alphabetical order without the village's own. It is "" unless
// there is a village and either an RT or an address with a number: less does
// not tell houses apart. Two families at one key may well be two houses.
func HouseKey(village, rtrw, address string) string {
	v, unit := CleanPlace(village), CleanRTRW(rtrw)
	var t text
	var l list
	t.split(CleanAddress(address), false)
	numbered := false
	var own list
	own.split(v)
	for i := range t.count {
		b := t.bytes(i)
		if own.has(b) || isPlaceWord(b) {
			continue
		}
		numbered = numbered || hasDigit(b)
		l.add(b)
	}
	if v == "" || unit == "" && !numbered {
		return ""
	}
	l.sort()
	return v + "|" + unit + "|" + l.join()
}

func isPlaceWord(b []byte) bool {
	to, ok := placeWords[string(b)]
	return ok && to == ""
}

func (l *list) split(s string) {
	var t text
	t.split(s, false)
	l.n, l.count = 0, 0
	for i := range t.count {
		l.add(t.bytes(i))
	}
}

func (l *list) has(b []byte) bool {
	for i := range l.count {
		if string(l.at(i)) == string(b) {
			return true
		}
	}
	return false
}
