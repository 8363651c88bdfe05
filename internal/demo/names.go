package demo

import (
	"strings"

	"tepat/internal/nik"
)

// culture decides names and religion of a family.
type culture uint8

const (
	malay culture = iota
	javanese
	kaili
	bugis
	balinese
	upland
	migrant // Christian families from elsewhere
	chinese
)

// youngFrom is the birth year from which the younger lists of names are used.
const youngFrom = 1990

type nameList struct {
	old, young [2]*tokens // by sexIndex
	second     [2]*tokens
}

func list(words string) *tokens { return newTokens(strings.Fields(words), 3) }

var nameLists = func() [8]nameList {
	christian := [2]*tokens{list(christianMale), list(christianFemale)}
	return [8]nameList{
		malay: {[2]*tokens{list(malayMaleOld), list(malayFemaleOld)}, [2]*tokens{list(malayMaleYoung), list(malayFemaleYoung)},
			[2]*tokens{list(malaySecondMale), list(malaySecondFemale)}},
		javanese: {[2]*tokens{list(javaMaleOld), list(javaFemaleOld)}, [2]*tokens{list(javaMaleYoung), list(javaFemaleYoung)},
			[2]*tokens{list(nationalSecondMale), list(nationalSecondFemale)}},
		kaili: {[2]*tokens{list(kailiMaleOld), list(kailiFemaleOld)}, [2]*tokens{list(kailiMaleYoung), list(kailiFemaleYoung)},
			[2]*tokens{list(kailiSecondMale), list(kailiSecondFemale)}},
		bugis: {[2]*tokens{list(bugisMaleOld), list(bugisFemaleOld)}, [2]*tokens{list(bugisMaleYoung), list(bugisFemaleYoung)},
			[2]*tokens{list(kailiSecondMale), list(kailiSecondFemale)}},
		balinese: {[2]*tokens{list(baliThird), list(baliThirdFemale)}, [2]*tokens{list(baliThird), list(baliThirdFemale)},
			[2]*tokens{list(baliThird), list(baliThirdFemale)}},
		upland:  {[2]*tokens{list(uplandMale), list(uplandFemale)}, christian, christian},
		migrant: {christian, christian, christian},
		chinese: {[2]*tokens{list(chineseGiven), list(chineseGiven)}, [2]*tokens{list(chineseGiven), list(chineseGiven)},
			[2]*tokens{list(chineseGiven), list(chineseGiven)}},
	}
}()

var (
	clans          = list(christianFamily)
	chineseClans   = list(chineseFamily)
	kailiClans     = list(kailiFamily)
	baliBirthOrder = [4]string{"WAYAN", "MADE", "NYOMAN", "KETUT"}
	// servantOf follows ABDUL.
	servantOf = list("RAHMAN KARIM AZIS HAMID RAHIM GANI LATIF MALIK RASYID SALAM JALIL WAHAB KADIR HALIM MAJID AZIZ MUIN SAMAD RAUF")
)

// spellings are the ways one name is written, by one clerk or another, with
// weights that follow the counts seen in lists of candidates.
var spellings = map[string][]string{
	"MUHAMMAD": {"MUHAMMAD", "MUHAMMAD", "MUHAMMAD", "MUHAMMAD", "MUHAMMAD", "MUHAMMAD", "M.", "M.", "M.", "MUHAMAD", "MUH.", "MOH.", "MOHAMMAD", "MOHD", "MHD"},
	"MOHAMMAD": {"MOHAMMAD", "MOHAMMAD", "MOH.", "MOH.", "MOH", "MOHAMAD", "MUH.", "MUHAMMAD", "MUHAMMAD", "MOCH."},
	"AHMAD":    {"AHMAD", "AHMAD", "AHMAD", "AHMAD", "ACHMAD", "AKHMAD", "AHMAT"},
	"ABDUL":    {"ABDUL", "ABDUL", "ABDUL", "ABD.", "ABD"},
	"SITI":     {"SITI", "SITI", "SITI", "SITI", "ST.", "SITTI"},
	"SITTI":    {"SITTI", "SITTI", "SITTI", "SITI", "ST."},
	"NUR":      {"NUR", "NUR", "NUR", "NUR", "NOOR"},
	"YUSUF":    {"YUSUF", "YUSUF", "YUSUP", "JUSUF"},
	"USMAN":    {"USMAN", "USMAN", "USMAN", "OESMAN"},
	"FATIMAH":  {"FATIMAH", "FATIMAH", "PATIMAH", "FATIMA"},
	"KHADIJAH": {"KHADIJAH", "HADIJAH", "KHADIJAH"},
	"RIZKI":    {"RIZKI", "RIZKY", "RISKI", "RIZQI"},
	"AISYAH":   {"AISYAH", "AISYAH", "AISAH", "AISYA"},
}

func spell(r *rng, word string) string {
	if ways := spellings[word]; ways != nil {
		return ways[r.n(len(ways))]
	}
	return word
}

// leansOn says whether a first word cannot be a whole name.
func leansOn(word string) bool {
	switch word {
	case "MUHAMMAD", "MOHAMMAD", "ABDUL", "SITI", "SITTI", "NUR", "NURUL", "ANDI", "INDO", "AMBO", "CIK", "DAENG", "MAT":
		return true
	}
	return false
}

func sexIndex(s nik.Sex) int {
	if s == nik.Female {
		return 1
	}
	return 0
}

// naming is what a name depends on.
type naming struct {
	culture culture
	sex     nik.Sex
	born    int    // year
	order   int    // among the children, for the Balinese
	clan    string // carried on, where the culture has it
	father  string // first word of the father's name, for bin and binti
}

// givenName makes the name that the civil registry holds, in upper case.
func givenName(r *rng, n naming) string {
	switch n.culture {
	case balinese:
		return balineseName(r, n)
	case chinese:
		name := n.clan + " " + nameLists[chinese].old[0].draw(r)
		if r.perMille(500) {
			name += " " + nameLists[chinese].old[0].draw(r)
		}
		return name
	}
	lists := nameLists[n.culture]
	sex := sexIndex(n.sex)
	first := lists.old[sex]
	if n.born >= youngFrom {
		first = lists.young[sex]
	}
	word := first.draw(r)
	words := []string{spell(r, word)}
	switch {
	case word == "ABDUL":
		words = append(words, servantOf.draw(r))
	case leansOn(word):
		words = append(words, other(r, first, word))
	case r.perMille(singlePerMille(n)):
		return patronym(r, n, words)
	}
	if len(words) == 1 || r.perMille(thirdPerMille(n)) {
		words = append(words, spell(r, other(r, lists.second[sex], word)))
	}
	if n.clan != "" {
		words = append(words, n.clan)
	}
	return patronym(r, n, words)
}

// other draws a word that differs from the one before it.
func other(r *rng, t *tokens, word string) string {
	for range 4 {
		if w := t.draw(r); w != word && !leansOn(w) {
			return w
		}
	}
	return t.words[len(t.words)-1]
}

// singlePerMille is the share of one-word names: two fifths of the old, hardly
// any of the children, together about a quarter.
func singlePerMille(n naming) int {
	switch {
	case n.culture == upland && n.born < 2005:
		return 700
	case n.clan != "":
		return 0
	case n.born < 1965:
		return 700
	case n.born < 1980:
		return 620
	case n.born < youngFrom:
		return 520
	case n.born < 2008:
		return 330
	}
	return 120
}

func thirdPerMille(n naming) int {
	if n.born >= 2005 {
		return 380
	}
	return 70
}

func patronym(r *rng, n naming, words []string) string {
	if n.culture == malay && n.father != "" && n.born < youngFrom && r.perMille(90) {
		link := "BIN"
		if n.sex == nik.Female {
			link = "BINTI"
		}
		words = append(words, link, n.father)
	}
	return strings.Join(words, " ")
}

func balineseName(r *rng, n naming) string {
	head := "I "
	if n.sex == nik.Female {
		head = "NI "
	}
	order := n.order
	if order < 0 {
		order = r.n(4)
	}
	name := head + baliBirthOrder[order%4] + " " + nameLists[balinese].old[sexIndex(n.sex)].draw(r)
	if n.born >= 2005 && r.perMille(300) {
		name += " " + nameLists[javanese].young[sexIndex(n.sex)].draw(r)
	}
	return name
}

// familyClan draws the name that a family hands down, or nothing.
func familyClan(r *rng, c culture) string {
	switch {
	case c == chinese:
		return chineseClans.draw(r)
	case c == migrant && r.perMille(650):
		return clans.draw(r)
	case c == kaili && r.perMille(40):
		return kailiClans.draw(r)
	}
	return ""
}

// honoured puts the rank of an old house or of a pilgrim before a name.
func honoured(r *rng, n naming, age int, name string) string {
	male := n.sex == nik.Male
	switch {
	case n.culture == malay && r.perMille(12):
		return choose(male, "RAJA ", "SYARIFAH ") + name
	case n.culture == malay && r.perMille(14):
		return "WAN " + name
	case n.culture == bugis && r.perMille(20) && !strings.HasPrefix(name, "ANDI"):
		return "ANDI " + name
	case (n.culture == bugis || n.culture == kaili) && age > 40 && r.perMille(30):
		return "DG. " + name
	case n.culture <= bugis && age > 50 && r.perMille(25):
		return choose(male, "H. ", "HJ. ") + name
	}
	return name
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// firstWord returns the word of a name by which a man is called.
func firstWord(name string) string {
	for word := range strings.FieldsSeq(name) {
		if len(word) > 3 && !strings.HasSuffix(word, ".") {
			return word
		}
	}
	return name
}
