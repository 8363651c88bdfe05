package indonesia

// NameSound writes the words of a name as they sound, in alphabetical order:
// names that a careful ear takes for one get one text. Beyond NormalizeName it
// merges f/p/v, sy/s, kh/ch/h, q/k, dh/d, th/t, z and j or y at the start,
// o/u, e/i/y, doubled letters, and drops a final h. RACHMAN and RAHMAN,
// SYARIFUDDIN and SARIPUDIN, YULIANA and JULIANA meet; RAHMAN and ROHMAN do
// not, see NameKey. What tells words apart in writing only is lost, so it
// serves a weaker level than NormalizeName.
func NameSound(s string) string {
	p := parsed(s)
	defer recent.Put(p)
	var out list
	l := &p.words
	for i := range l.count {
		out.addSound(l.at(i))
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
	p := parsed(s)
	defer recent.Put(p)
	var out list
	l := &p.words
	for i := range l.count {
		if w := l.at(i); len(w) > 1 && !common[string(w)] {
			out.addSkeleton(w)
		}
	}
	if out.count == 0 {
		for i := range l.count {
			out.addSkeleton(l.at(i))
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

func (l *list) addSound(b []byte) {
	var scratch [maxInput + 16]byte
	l.add(sound(scratch[:0], b))
}

func (l *list) addSkeleton(b []byte) {
	var scratch [maxInput + 16]byte
	l.add(skeleton(scratch[:0], b))
}

// sound appends the word b as it sounds.
func sound(dst, b []byte) []byte {
	start := len(dst)
	for i := 0; i < len(b); i++ {
		c, skip := hear(b, i, len(dst) == start)
		i += skip
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

// hear gives the sound of the letter i and how many letters behind it belong
// to it.
func hear(b []byte, i int, first bool) (byte, int) {
	c, next := b[i], byte(0)
	if i+1 < len(b) {
		next = b[i+1]
	}
	mute := 0
	if next == 'H' {
		mute = 1
	}
	switch c {
	case 'F', 'V':
		return 'P', 0
	case 'S':
		if next == 'Z' || next == 'Y' && i+2 < len(b) && vowel(b[i+2]) {
			mute = 1
		}
		return 'S', mute
	case 'T':
		if next == 'S' {
			return 'S', 1
		}
		return 'T', mute
	case 'D', 'G', 'B', 'R', 'J', 'P':
		return c, mute
	case 'Z':
		if first {
			return 'J', 0
		}
		return 'S', 0
	case 'Y':
		if first {
			return 'J', 0
		}
		return 'I', 0
	case 'C', 'K', 'Q', 'X':
		return guttural(b, i, first)
	case 'O':
		return 'U', 0
	case 'E':
		return 'I', 0
	}
	return c, 0
}

// guttural hears c, k, q, x and their pairs with h. CH and KH are an h in
// names from Arabic (RACHMAN, KHAIRUL) and a c in CHANDRA and CHARLES.
func guttural(b []byte, i int, first bool) (byte, int) {
	c := b[i]
	if i+1 < len(b) && b[i+1] == 'H' && (c == 'C' || c == 'K') {
		if c == 'K' || !first {
			return 'H', 1
		}
		if i+3 < len(b) && vowel(b[i+2]) && b[i+3] != 'N' && b[i+3] != 'R' {
			return 'H', 1
		}
		if i+2 < len(b) && !vowel(b[i+2]) {
			return 'K', 1
		}
		return 'C', 1
	}
	if c == 'C' && i+1 < len(b) && (vowel(b[i+1]) || b[i+1] == 'Y') {
		return 'C', 0
	}
	if c == 'C' && i+1 < len(b) && b[i+1] == 'K' {
		return 'K', 1
	}
	return 'K', 0
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
