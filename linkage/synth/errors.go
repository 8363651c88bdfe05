package synth

import "strings"

// neighbours are the keys beside a key on a QWERTY keyboard.
var neighbours = map[byte]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "ol",
	'a': "qsz", 's': "awdx", 'd': "sefc", 'f': "drgv", 'g': "fthb", 'h': "gyjn", 'j': "hukm", 'k': "jil", 'l': "kop",
	'z': "asx", 'x': "zsdc", 'c': "xdfv", 'v': "cfgb", 'b': "vghn", 'n': "bhjm", 'm': "njk",
	'0': "9", '1': "2", '2': "13", '3': "24", '4': "35", '5': "46", '6': "57", '7': "68", '8': "79", '9': "80",
}

// ocr are shapes that scanning confuses, after the table of Christen's
// generator.
var ocr = [][2]string{{"5", "s"}, {"0", "o"}, {"1", "l"}, {"6", "b"}, {"8", "b"}, {"2", "z"}, {"9", "g"}, {"m", "rn"}, {"w", "vv"}, {"d", "cl"},
	{"h", "li"}, {"k", "lc"}, {"g", "q"}, {"u", "v"}, {"c", "e"}, {"i", "l"}, {"n", "ri"}, {"t", "f"}}

// sounds are spellings of one sound.
var sounds = [][2]string{{"ph", "f"}, {"ck", "k"}, {"ie", "y"}, {"ey", "y"}, {"ee", "ea"}, {"th", "t"}, {"sch", "sh"}, {"gh", "g"}, {"wh", "w"}, {"kn", "n"},
	{"x", "ks"}, {"qu", "kw"}, {"ll", "l"}, {"tt", "t"}, {"nn", "n"}, {"ss", "s"}, {"c", "k"}, {"s", "z"}, {"i", "y"}, {"au", "o"}, {"oo", "u"}, {"ai", "ay"}}

const (
	letters = "abcdefghijklmnopqrstuvwxyz"
	numbers = "0123456789"
)

// typo changes one character of s as a hand on a keyboard does: one more, one
// less, two exchanged, or the key beside. Substitutions are half of all.
func typo(r *rng, s string) string {
	if len(s) < 2 {
		return s
	}
	at := r.n(len(s))
	switch r.pick(20, 20, 15, 45) {
	case 0:
		return s[:at] + other(r, s[at]) + s[at:]
	case 1:
		return s[:at] + s[at+1:]
	case 2:
		at = r.n(len(s) - 1)
		return s[:at] + s[at+1:at+2] + s[at:at+1] + s[at+2:]
	}
	return s[:at] + other(r, s[at]) + s[at+1:]
}

// other is a neighbouring key, or at times any of its kind.
func other(r *rng, c byte) string {
	near := neighbours[c]
	if near == "" || r.perMille(250) {
		near = letters
		if c >= '0' && c <= '9' {
			near = numbers
		}
	}
	return near[r.n(len(near)):][:1]
}

// scanned confuses one shape, when there is one.
func scanned(r *rng, s string) string { return exchange(r, s, ocr) }

// heard writes one sound otherwise, when it can be.
func heard(r *rng, s string) string { return exchange(r, s, sounds) }

// exchange replaces the first of the pairs found in s, in either direction,
// beginning anywhere in the list.
func exchange(r *rng, s string, pairs [][2]string) string {
	from, way := r.n(len(pairs)), r.n(2)
	for i := range pairs {
		p := pairs[(from+i)%len(pairs)]
		if strings.Contains(s, p[way]) {
			return strings.Replace(s, p[way], p[1-way], 1)
		}
	}
	return s
}

// misspelt is one error of any sort in a word or a number.
func misspelt(r *rng, s string) string {
	changed := s
	switch r.pick(60, 18, 22) {
	case 0:
		changed = typo(r, s)
	case 1:
		changed = scanned(r, s)
	default:
		changed = heard(r, s)
	}
	if changed == s {
		return typo(r, s)
	}
	return changed
}

// slipped changes one digit of a number or exchanges two neighbours.
func slipped(r *rng, s string) string {
	if len(s) < 2 {
		return s
	}
	b := []byte(s)
	at := r.n(len(b) - 1)
	if r.perMille(350) && b[at] != b[at+1] {
		b[at], b[at+1] = b[at+1], b[at]
		return string(b)
	}
	if b[at] >= '0' && b[at] <= '9' {
		b[at] = '0' + (b[at]-'0'+1+byte(r.n(9)))%10
	}
	return string(b)
}
