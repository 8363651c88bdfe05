package indonesia

// NameSound writes the words of a name as they sound, in alphabetical order:
// names that a careful ear takes for one get one text. Beyond NormalizeName it
// merges f/p/v, sy/s, kh/ch/h, q/k, dh/d, th/t, z and j or y at the start,
// o/u, e/i/y, doubled letters, and drops a final h. RACHMAN and RAHMAN,
// SYARIFUDDIN and SARIPUDIN, YULIANA and JULIANA meet; RAHMAN and ROHMAN do
// not, see NameKey. What tells words apart in writing only is lost, so it
// serves a weaker level than NormalizeName.
func NameSound(s string) string {
	var l, out list
	l.name(s)
	for i := range l.count {
		out.addWith(l.at(i), sound)
	}
	out.sort()
	return out.join()
}

// NameKey is for blocking: the consonants of the words as NameSound hears
// them, in alphabetical order, without the names that half the country bears
// (MUHAMMAD, SITI, ABDUL, NUR, SRI …) and without initials, unless nothing else is left. A
// name with a dropped MUHAMMAD, an exchanged word or wrong vowels keeps its
// key: MUH. ROCHMAN and RAHMAN are both "RMN".
func NameKey(s string) string {
	var l, out list
	l.name(s)
	for i := range l.count {
		if w := l.at(i); len(w) > 1 && !common[string(w)] {
			out.addWith(w, skeleton)
		}
	}
	if out.count == 0 {
		for i := range l.count {
			out.addWith(l.at(i), skeleton)
		}
	}
	out.sort()
	return out.join()
}

// common are first parts of names so frequent that agreement on them alone
// proposes millions of pairs.
var common = map[string]bool{
	"MUHAMMAD": true, "AHMAD": true, "ABDUL": true, "SITI": true, "NUR": true, "NURUL": true, "SRI": true, "DWI": true,
	"TRI": true, "EKA": true, "ANDI": true, "LA": true, "WA": true, "NI": true, "AL": true, "ABU": true, "DAENG": true,
	"RADEN": true, "INDO": true, "WAN": true, "RAJA": true, "LAODE": true, "WAODE": true, "WAYAN": true, "MADE": true,
	"NYOMAN": true, "KETUT": true, "PUTU": true, "LUH": true, "SYARIFAH": true, "MARIA": true, "YOHANES": true, "MAMA": true,
}

func (l *list) addWith(b []byte, f func(dst, b []byte) []byte) {
	var scratch [maxInput + 16]byte
	l.add(f(scratch[:0], b))
}

// sound appends the word b as it sounds.
func sound(dst, b []byte) []byte {
	start := len(dst)
	for i := 0; i < len(b); i++ {
		c := b[i]
		var next byte
		if i+1 < len(b) {
			next = b[i+1]
		}
		first := len(dst) == start
		switch c {
		case 'F', 'V':
			c = 'P'
		case 'P':
			if next == 'H' {
				i++
			}
		case 'S':
			if next == 'H' || next == 'Z' || next == 'Y' && i+2 < len(b) && vowel(b[i+2]) {
				i++
			}
		case 'T':
			if next == 'H' {
				i++
			} else if next == 'S' {
				c = 'S'
				i++
			}
		case 'D', 'G', 'B', 'R', 'J':
			if next == 'H' {
				i++
			}
		case 'Z':
			c = 'S'
			if first {
				c = 'J'
			}
		case 'Y':
			c = 'I'
			if first {
				c = 'J'
			}
		case 'C', 'K', 'Q', 'X':
			c, i = guttural(b, i, first)
		case 'O':
			c = 'U'
		case 'E':
			c = 'I'
		}
		if n := len(dst); n > start && dst[n-1] == c {
			continue
		}
		dst = append(dst, c)
	}
	n := len(dst)
	if n-start > 2 && dst[n-1] == 'H' {
		n--
	}
	if n-start > 2 {
		switch dst[n-1] {
		case 'D':
			dst[n-1] = 'T'
		case 'B':
			dst[n-1] = 'P'
		}
	}
	return dst[:n]
}

// guttural hears c, k, q, x and their pairs with h. CH and KH are an h in
// names from Arabic (RACHMAN, KHAIRUL) and a c in CHANDRA and CHARLES.
func guttural(b []byte, i int, first bool) (byte, int) {
	c := b[i]
	if i+1 < len(b) && b[i+1] == 'H' && (c == 'C' || c == 'K') {
		if c == 'K' || !first {
			return 'H', i + 1
		}
		if i+3 < len(b) && vowel(b[i+2]) && b[i+3] != 'N' && b[i+3] != 'R' {
			return 'H', i + 1
		}
		if i+2 < len(b) && !vowel(b[i+2]) {
			return 'K', i + 1
		}
		return 'C', i + 1
	}
	if c == 'C' && i+1 < len(b) && (vowel(b[i+1]) || b[i+1] == 'Y') {
		return 'C', i
	}
	if c == 'C' && i+1 < len(b) && b[i+1] == 'K' {
		return 'K', i + 1
	}
	return 'K', i
}

// skeleton appends the consonants of the word as it sounds; a vowel at the
// start stays as A.
func skeleton(dst, b []byte) []byte {
	var scratch [maxInput + 16]byte
	start := len(dst)
	for i, c := range sound(scratch[:0], b) {
		if vowel(c) {
			if i > 0 {
				continue
			}
			c = 'A'
		}
		if c == 'H' && i > 0 {
			continue // the weakest consonant: RAHMAN, RAMAN; TAHIR, TAIR
		}
		if n := len(dst); n > start && dst[n-1] == c {
			continue
		}
		dst = append(dst, c)
	}
	return dst
}
