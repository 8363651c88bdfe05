package demo

import (
	"strings"

	"tepat/internal/nik"
)

// variant writes a name as another clerk would: another spelling of Muhammad, a
// title more, a word less, the old orthography.
func variant(r *rng, name string, sex nik.Sex) string {
	words := strings.Fields(name)
	switch r.pick(34, 16, 14, 8, 8, 8, 6, 6) {
	case 0:
		respell(r, words)
	case 1:
		if len(words) > 2 {
			words = words[:len(words)-1]
		} else {
			respell(r, words)
		}
	case 2:
		last := len(words) - 1
		words[last] = oldSpelling(words[last])
	case 3:
		if len(words) > 1 {
			words[len(words)-1] = words[len(words)-1][:1] + "."
		}
	case 4:
		return courtesies[sexIndex(sex)][r.n(3)] + name
	case 5:
		return strings.Join(words, "  ") + " "
	case 6:
		return strings.Join(words, "")
	default:
		for i, word := range words {
			words[i] = word[:1] + strings.ToLower(word[1:])
		}
	}
	return strings.Join(words, " ")
}

// courtesies are what people put before a name out of respect, by sexIndex.
var courtesies = [2][3]string{{"H. ", "BPK. ", "BPK "}, {"HJ. ", "IBU ", "NY. "}}

// respell replaces the first word that has several spellings; in a name without
// one the last word is written by ear.
func respell(r *rng, words []string) {
	for i, word := range words {
		if same := spellingsOf[word]; same != "" {
			ways := spellings[same]
			words[i] = ways[r.n(len(ways))]
			return
		}
	}
	last := len(words) - 1
	words[last] = unheard(words[last])
}

// spellingsOf finds the group of a written form.
var spellingsOf = func() map[string]string {
	of := map[string]string{}
	for _, group := range []string{"MUHAMMAD", "AHMAD", "ABDUL", "SITI", "NUR", "YUSUF", "USMAN", "FATIMAH", "KHADIJAH", "RIZKI", "AISYAH", "MOHAMMAD"} {
		for _, way := range spellings[group] {
			if of[way] == "" {
				of[way] = group
			}
		}
	}
	return of
}()

var (
	old = strings.NewReplacer("U", "OE", "SY", "SJ", "J", "DJ", "C", "TJ", "Y", "J")
	ear = strings.NewReplacer("SY", "S", "KH", "H", "DD", "D", "LL", "L", "RR", "R", "MM", "M", "NN", "N", "F", "P", "V", "F", "Z", "J", "IY", "I", "DH", "D", "TH", "T")
)

func oldSpelling(word string) string { return old.Replace(word) }

func unheard(word string) string {
	if s := ear.Replace(word); s != word {
		return s
	}
	if strings.ContainsRune("AEIOU", rune(word[len(word)-1])) {
		return word + "H"
	}
	return word + word[len(word)-1:]
}

// typo changes one letter: doubled, dropped, exchanged with the next or hit
// beside it on the keyboard.
func typo(r *rng, name string) string {
	if len(name) < 4 {
		return name
	}
	at := 1 + r.n(len(name)-2)
	switch r.n(4) {
	case 0:
		return name[:at] + name[at:at+1] + name[at:]
	case 1:
		return name[:at] + name[at+1:]
	case 2:
		return name[:at] + name[at+1:at+2] + name[at:at+1] + name[at+2:]
	}
	return name[:at] + beside(name[at]) + name[at+1:]
}

const keyboard = "QWERTYUIOPASDFGHJKLZXCVBNM"

func beside(c byte) string {
	i := strings.IndexByte(keyboard, c)
	if i < 0 || i+1 == len(keyboard) {
		return "N"
	}
	return keyboard[i+1 : i+2]
}

// written returns the name as a list keeper has it.
func (d *Dirt) written(r *rng, p *Person) string {
	switch x := r.n(1000); {
	case x < d.NameVariant:
		return variant(r, p.Name, p.Sex)
	case x < d.NameVariant+d.NameTypo:
		return typo(r, p.Name)
	}
	return p.Name
}

// cell is a number as a list keeper typed it: text, or a number cell.
type cell struct {
	text   string
	number int64 // when not 0, the cell is numeric
}

// typed damages sixteen digits at the rates of d.
func (d *Dirt) typed(r *rng, number string) cell {
	x := r.n(1000)
	if number == "" {
		return cell{}
	}
	switch {
	case x < d.NumericNIK:
		return cell{number: lostDigit(number)}
	case x < d.NumericNIK+d.NoNIK:
		return cell{text: []string{"", "-", "0"}[r.n(3)]}
	case x < d.NumericNIK+d.NoNIK+d.WrongNIK:
		return cell{text: miscopied(r, number)}
	}
	return cell{text: number}
}

// lostDigit is what Excel keeps of sixteen digits: fifteen and a zero.
func lostDigit(number string) int64 {
	var n int64
	for i := range 15 {
		n = n*10 + int64(number[i]-'0')
	}
	return n * 10
}

// miscopied exchanges two neighbours or changes a digit among the last ten, so
// that the regency and kecamatan 99 stay.
func miscopied(r *rng, number string) string {
	b := []byte(number)
	at := r.between(6, 14)
	if r.perMille(500) && b[at] != b[at+1] {
		b[at], b[at+1] = b[at+1], b[at]
	} else {
		b[at] = '0' + (b[at]-'0'+1+byte(r.n(9)))%10
	}
	return string(b)
}
