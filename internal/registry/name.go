package registry

import (
	"slices"
	"strings"
)

// titles are dropped from names before they are compared. They come before or
// after the name, or mark the dead (ALM, ALMH) or a father (BIN, BINTI).
var titles = map[string]bool{
	"H": true, "HJ": true, "HI": true, "HAJI": true, "HAJAH": true, "IR": true, "DRS": true, "DRA": true, "DR": true, "PROF": true,
	"ALM": true, "ALMH": true, "ALMARHUM": true, "ALMARHUMAH": true, "BIN": true, "BINTI": true, "BT": true, "BTE": true, "B": true,
	"NY": true, "TN": true, "SE": true, "SH": true, "ST": false, "SPD": true, "SPDI": true, "SAG": true, "SSOS": true, "SKM": true,
	"SIP": true, "SKOM": true, "SP": true, "SPI": true, "SKEP": true, "AMD": true, "AMK": true, "AMDKEB": true, "MSI": true, "MPD": true,
	"MM": true, "MH": true, "SHI": true, "STR": true,
}

// spellings map frequent short forms to one word.
var spellings = map[string]string{
	"M": "MUHAMAD", "MUH": "MUHAMAD", "MOH": "MUHAMAD", "MOCH": "MUHAMAD", "MOHD": "MUHAMAD", "MUHD": "MUHAMAD", "MHD": "MUHAMAD", "MUHAMMAD": "MUHAMAD",
	"MOHAMAD": "MUHAMAD", "MOHAMMAD": "MUHAMAD", "MUHAMMED": "MUHAMAD", "MOCHAMAD": "MUHAMAD", "MOCHAMMAD": "MUHAMAD",
	"MOKHAMAD": "MUHAMAD", "MUCHAMAD": "MUHAMAD", "MOEHAMAD": "MUHAMAD", "MUCH": "MUHAMAD", "MOKH": "MUHAMAD", "MUHAMMAT": "MUHAMAD",
	"ST": "SITI", "SITTI": "SITI", "STI": "SITI", "ABD": "ABDUL", "ABDL": "ABDUL", "ABDOEL": "ABDUL",
	"ACHMAD": "AHMAD", "AKHMAD": "AHMAD", "ACH": "AHMAD", "AHMED": "AHMAD", "NURUL": "NURUL",
}

// sounds fold old and regional spellings, longest first.
var sounds = strings.NewReplacer(
	"OE", "U", "DJ", "J", "TJ", "C", "SJ", "S", "SY", "S", "SH", "S", "CH", "H", "KH", "H", "DH", "D", "TH", "T", "DZ", "Z", "GH", "G",
	"PH", "P", "F", "P", "V", "P", "Z", "J", "Q", "K", "X", "S", "IE", "I", "Y", "I",
)

// Words returns the normal form of name, word by word, in the order written:
// upper case, letters only, titles dropped, short forms and spellings folded.
// Two spellings of one name usually have the same words; two names of one
// sound may too, so words find candidates and never decide.
func Words(name string) []string {
	fields := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool {
		return r == ' ' || r == '/' || r == ',' || r == '(' || r == ')' || r == '-' || r == '.' || r == '\u00a0' || r == '\t'
	})
	words := make([]string, 0, len(fields))
	for i := 0; i < len(fields); i++ {
		w := letters(fields[i])
		// "S.Pd." and "A.Md" arrive as two fields; joined they are a title.
		if i+1 < len(fields) && len(w) <= 2 && titles[w+letters(fields[i+1])] && len(words) > 0 {
			i++
			continue
		}
		if w == "" || titles[w] && (len(words) > 0 || i+1 < len(fields)) {
			continue
		}
		if s, ok := spellings[w]; ok {
			words = append(words, s)
			continue
		}
		words = append(words, squeeze(sounds.Replace(w)))
	}
	return words
}

// Key joins Words; equal keys are a strong hint, not a proof.
func Key(name string) string { return strings.Join(Words(name), " ") }

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// squeeze folds doubled letters: HASSAN and HASAN.
func squeeze(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if i == 0 || s[i] != s[i-1] {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// distinct returns the different words of a name, for the search index.
func distinct(words []string) []string {
	out := slices.Clone(words)
	slices.Sort(out)
	return slices.Compact(out)
}

// Similar returns how alike two names are, from 0 to 100: the Jaro-Winkler
// similarity (Winkler 1990) of their keys, words in either order.
func Similar(a, b string) int {
	wa, wb := Words(a), Words(b)
	straight := jaroWinkler(strings.Join(wa, " "), strings.Join(wb, " "))
	slices.Sort(wa)
	slices.Sort(wb)
	return max(straight, jaroWinkler(strings.Join(wa, " "), strings.Join(wb, " ")))
}

func jaroWinkler(a, b string) int {
	if a == b {
		if a == "" {
			return 0
		}
		return 100
	}
	m, t := jaroMatches(a, b)
	if m == 0 {
		return 0
	}
	mf := float64(m)
	jaro := (mf/float64(len(a)) + mf/float64(len(b)) + (mf-float64(t)/2)/mf) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return int(100 * (jaro + float64(prefix)*0.1*(1-jaro)))
}

// jaroMatches counts common characters within the window and how many of them
// are out of order.
func jaroMatches(a, b string) (int, int) {
	window := max(len(a), len(b))/2 - 1
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !usedB[j] && a[i] == b[j] {
				usedA[i], usedB[j] = true, true
				matches++
				break
			}
		}
	}
	swaps, j := 0, 0
	for i := range len(a) {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if a[i] != b[j] {
			swaps++
		}
		j++
	}
	return matches, swaps
}
