package detect

import (
	"fmt"
	"regexp"
	"strings"
)

// Guess is what a column was taken for, and why.
type Guess struct {
	Column   string   `json:"column"`
	Role     Role     `json:"role"`
	Was      Role     `json:"was,omitempty"`    // for Derived: what it would be alone
	Header   string   `json:"header,omitempty"` // the words of the header that say so
	Values   string   `json:"values,omitempty"` // what the values look like
	Of       []string `json:"of,omitempty"`     // for Derived: the columns it repeats
	Said     bool     `json:"said,omitempty"`   // named by the caller, not guessed
	Lied     bool     `json:"lied,omitempty"`   // the values are not what the header says
	Filled   float64  `json:"filled"`           // share of sampled rows with a value
	Distinct int      `json:"distinct"`         // different values in the sample
	Rows     int      `json:"rows"`             // sampled rows
	Layout   string   `json:"layout,omitempty"` // of dates, as package time writes it
	Pattern  string   `json:"pattern,omitempty"`
	facts    facts
	at       int
}

// Why gives the reason in words: "en" or "id".
func (g Guess) Why(lang string) string {
	id := lang == "id"
	var parts []string
	pick := func(english, indonesian string, args ...any) {
		if id {
			english = indonesian
		}
		parts = append(parts, fmt.Sprintf(english, args...))
	}
	if g.Said {
		pick("named by you", "disebut oleh Anda")
	}
	if g.Header != "" && !g.Said {
		pick("header says %q", "judul menyebut %q", g.Header)
	}
	if g.Lied {
		pick("but the values are of another kind", "tetapi nilainya jenis lain")
	}
	if g.Values != "" {
		parts = append(parts, valueText(g.Values, id))
	}
	if len(g.Of) > 0 {
		pick("repeats %s", "mengulang %s", strings.Join(g.Of, ", "))
	}
	if g.Pattern == RecPattern {
		pick("the person is in the id (rec-N-org, rec-N-dup-M)", "pengenal memuat orangnya (rec-N-org, rec-N-dup-M)")
	}
	if g.Rows > 0 {
		pick("%.0f%% filled, %d different in %d rows", "terisi %.0f%%, %d nilai berbeda dalam %d baris", 100*g.Filled, g.Distinct, g.Rows)
	}
	return strings.Join(parts, "; ")
}

// valueTexts are the reasons taken from values: key, English, Indonesian.
var valueTexts = map[string][2]string{
	"constant":  {"one value only", "hanya satu nilai"},
	"empty":     {"no value", "tanpa nilai"},
	"email":     {"addresses with @", "alamat dengan @"},
	"date":      {"days", "tanggal"},
	"sixteen":   {"16 digits with a day of birth inside", "16 angka berisi tanggal lahir"},
	"phone":     {"telephone numbers", "nomor telepon"},
	"sex":       {"two sexes", "dua jenis kelamin"},
	"unique":    {"different in every row", "berbeda di setiap baris"},
	"repeats":   {"the same in several rows", "sama di beberapa baris"},
	"name":      {"letters, one to four words", "huruf, satu sampai empat kata"},
	"few":       {"few different values", "sedikit nilai berbeda"},
	"code":      {"codes of letters and digits", "kode huruf dan angka"},
	"number":    {"numbers", "bilangan"},
	"digits":    {"long numbers", "angka panjang"},
	"point":     {"latitude and longitude", "lintang dan bujur"},
	"text":      {"longer text", "teks panjang"},
	"predicted": {"follows from another column", "dapat ditebak dari kolom lain"},
}

func valueText(key string, indonesian bool) string {
	t, ok := valueTexts[key]
	if !ok {
		return key
	}
	if indonesian {
		return t[1]
	}
	return t[0]
}

// RecPattern is how the generator of FEBRL (Christen 2005) names records; its
// first group names the person.
const RecPattern = `^rec-(\d+)-(?:org|dup-\d+)$`

var recPattern = regexp.MustCompile(RecPattern)

// Columns decides for each column of the header what it is. Rows are a sample,
// best from several places of the file; said names the roles that the caller
// knows, by column. It never fails: what cannot be told is Unused.
func Columns(header []string, rows [][]string, said map[string]Role) []Guess {
	guesses := make([]Guess, len(header))
	for i, name := range header {
		f := look(rows, i)
		g := Guess{Column: name, Rows: f.rows, Distinct: f.distinct, facts: f, at: i}
		if f.rows > 0 {
			g.Filled = float64(f.filled) / float64(f.rows)
		}
		if strings.TrimSpace(name) == "" {
			g.Role = Unused // nothing could refer to it
		} else if role, ok := said[name]; ok {
			g.Role, g.Said, g.Layout = role, true, f.layout
		} else {
			guessOne(&g)
		}
		guesses[i] = g
	}
	settleIDs(guesses, rows)
	settleNames(guesses, rows)
	settleBirth(guesses)
	settlePlaces(guesses, rows)
	settleUnknown(guesses)
	return guesses
}

// guessOne decides by header first, checked against the values, then by values
// alone.
func guessOne(g *Guess) {
	f := &g.facts
	role, words, whole := nameOf(g.Column)
	if f.rows > 0 && f.filled == 0 {
		g.Role, g.Values = Constant, "empty"
		return
	}
	if role != "" && f.is(role.family()) {
		g.Role, g.Header = role, words
		fitHeader(g, whole)
		return
	}
	guessByValues(g)
	if role != "" {
		g.Header, g.Lied = words, true
	}
}

// fitHeader corrects a role of the header by what only values show.
func fitHeader(g *Guess, whole bool) {
	f := &g.facts
	switch g.Role {
	case BirthDate, OtherDate:
		g.Layout = f.dayLayout()
		if f.rows == 0 {
			g.Layout = ""
		}
	case FullName: // "nama" of a village stands with its village words; a bare code is none
		if f.filled > 0 && f.share(f.codes) > 0.5 {
			g.Role, g.Values = Category, "code"
		}
	case PersonID:
		if f.filled > 0 && f.meanLen() < 4 {
			g.Role, g.Values = Category, "few"
		}
	case Household:
		if f.filled > 20 && f.distinct < 5 {
			g.Role, g.Values = Category, "few"
		}
	case Truth:
		if f.filled > 0 && f.share(f.letters) >= 0.9 && f.meanWords() >= 1.3 {
			g.Role, g.Values = FullName, "name"
		}
	case Sex:
		if f.filled > 20 && f.distinct > 12 {
			g.Role = Category
		}
	}
	if f.constant() && g.Role.Compared() {
		g.Role, g.Values = Constant, "constant"
	}
	if !whole && g.Role == Truth && f.distinct == f.filled {
		g.Role, g.Values = Unused, "unique"
	}
}

// dayLayout is the layout of the column: where two readings of a day are
// possible, a single day above twelve decides.
func (f *facts) dayLayout() string {
	if f.layouts["01/02/2006"] > f.filled/20 {
		return "01/02/2006"
	}
	return f.layout
}

func guessByValues(g *Guess) {
	f := &g.facts
	switch {
	case f.rows == 0:
		g.Role = Unused
	case f.constant():
		g.Role, g.Values = Constant, "constant"
	case f.share(f.emails) >= 0.7:
		g.Role, g.Values = Email, "email"
	case f.share(f.sixteen) >= 0.7:
		g.Values = "sixteen"
		g.Role = PersonID
	case f.share(f.points) >= 0.9:
		g.Role, g.Values = Position, "point"
	case f.share(f.sexes) >= 0.9 && f.distinct <= 8:
		g.Role, g.Values = Sex, "sex"
	case f.share(f.dates) >= 0.8 && !(f.share(f.digits) > 0.9 && f.layout != "20060102"):
		g.Role, g.Values, g.Layout = dateRole(f), "date", f.dayLayout()
	case f.share(f.phones) >= 0.7:
		g.Role, g.Values = Phone, "phone"
	default:
		guessByShape(g)
	}
}

// dateRole tells days of birth from other days: births reach back decades and
// are many.
func dateRole(f *facts) Role {
	if f.distinct*4 >= f.filled {
		return BirthDate
	}
	return OtherDate
}

func guessByShape(g *Guess) {
	f := &g.facts
	unique := f.filled >= 3 && f.distinct == f.filled
	distinct := f.share(f.distinct)
	switch {
	case f.share(f.integers) >= 0.95 && f.minLen >= 7 && distinct > 0.3:
		g.Role, g.Values = PersonID, "digits"
	case f.share(f.integers) >= 0.95 && unique:
		g.Role, g.Values = RecordID, "unique"
	case f.share(f.decimals) >= 0.95 && distinct > 0.05:
		g.Role, g.Values = Amount, "number"
	case f.distinct <= max(2, min(60, f.filled/10)):
		g.Role, g.Values = Category, "few"
	case f.share(f.codes) >= 0.9 && unique:
		g.Role, g.Values = RecordID, "unique"
	case f.share(f.codes) >= 0.7 && f.meanLen() >= 5:
		g.Role, g.Values = PersonID, "code"
	case f.share(f.letters) >= 0.9 && f.meanWords() >= 1.3 && f.meanWords() <= 4.5 && f.meanLen() <= 40:
		g.Role, g.Values = FullName, "name"
	case f.share(f.letters) >= 0.9 && f.meanLen() >= 3 && f.meanLen() <= 20:
		g.Role, g.Values = City, "name"
	case f.meanWords() >= 2:
		g.Role, g.Values = Words, "text"
	default:
		g.Role, g.Values = Category, "few"
		if distinct > 0.5 {
			g.Role, g.Values = Unused, ""
		}
	}
}
