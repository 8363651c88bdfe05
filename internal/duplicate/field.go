package duplicate

import (
	"math"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/linkage/indonesia"
)

// Match says how a field agrees; every one has an icon of its own.
type Match string

// The four.
const (
	Agrees  Match = "same"
	Alike   Match = "alike"
	Differs Match = "differs"
	Absent  Match = "absent" // not known on either or both sides
)

// FieldView is one line of the comparison.
type FieldView struct {
	Key    string
	A, B   []Part
	Match  Match
	Word   Say
	Weight float64
	Bar    float64 // |Weight| by the greatest of all fields, 0 to 1
	Silent bool    // shown for context, carries no weight
	Reveal string  // "nik" or "kk" when a masked value can be opened
}

// party is one side of a comparison as it is shown.
type party struct {
	registry.Profile
	members []string
	mark    string
	inside  bool // the birth date is the one inside the NIK
	row     bool // a row of a file, which names nobody else
}

// complete reads what the model reads where a side says no birth date: the one
// inside its NIK.
func (p *party) complete() *party {
	p.mark = p.Mark()
	if !p.BirthOn.IsZero() {
		return p
	}
	born, err := civil.Parse(indonesia.Birth(p.NIK.Reveal(), indonesia.Latest))
	if err == nil && born.Valid() {
		p.BirthOn, p.inside = born, true
	}
	return p
}

// fieldKeys is the fixed order of the lines: people learn the places.
var fieldKeys = []string{"name", "nik", "birth", "sex", "mother", "place", "kk", "members"}

// fieldsOf lays two sides beside each other, with what the model said.
func fieldsOf(a, b *party, evidence []Piece) []FieldView {
	out := make([]FieldView, 0, len(fieldKeys))
	greatest := 0.0
	for _, key := range fieldKeys {
		f, level := FieldView{Key: key, Silent: true}, ""
		for _, p := range evidence {
			if p.Field == key {
				f.Weight, f.Silent, level = float64(p.Weight)/1000, false, p.Level
				break
			}
		}
		f.fill(a, b)
		if f.Match == Differs && f.Weight > 0 {
			f.soften(level)
		}
		greatest = max(greatest, math.Abs(f.Weight))
		out = append(out, f)
	}
	for i := range out {
		if greatest > 0 {
			out[i].Bar = math.Abs(out[i].Weight) / greatest
		}
	}
	return out
}

// soften words what only the model saw: the values differ as they are written,
// and still speak for one person.
func (f *FieldView) soften(level string) {
	f.Match, f.Word = Alike, say("word.likeness")
	switch level {
	case "a short form":
		f.Word = say("word.short")
	case "same by ear", "same consonants":
		f.Word = say("word.sound")
	case "a word in common":
		f.Word = say("word.common")
	}
}

// fill sets values, marks and words.
func (f *FieldView) fill(a, b *party) {
	switch f.Key {
	case "name":
		f.names(a.Name, b.Name)
	case "mother":
		f.names(a.Mother, b.Mother)
	case "nik":
		f.number(a.NIK.Reveal(), b.NIK.Reveal(), a.NIK.String(), b.NIK.String())
	case "kk":
		f.number(a.KK.Reveal(), b.KK.Reveal(), a.KK.String(), b.KK.String())
	case "birth":
		f.birth(a.BirthOn, b.BirthOn)
		if (a.inside || b.inside) && f.Match == Agrees {
			f.Word = say("word.inside")
		}
	case "sex":
		f.plainly(string(a.Sex), string(b.Sex))
	case "place":
		f.place(a, b)
	case "members":
		f.family(a.members, b.members)
		if b.row && f.Match == Absent {
			f.Word = say("word.file_silent")
		}
	}
}

// absent says so when a side is empty, and shows what there is.
func (f *FieldView) absent(a, b string) bool {
	if a != "" && b != "" {
		return false
	}
	f.A, f.B, f.Match, f.Word = plain(a), plain(b), Absent, say("word.absent")
	if a == "" && b == "" {
		f.Word = say("word.absent_both")
	}
	return true
}

func (f *FieldView) names(a, b string) {
	if f.absent(a, b) {
		return
	}
	f.A, f.B = differ(a, b)
	switch n := edits(a, b); {
	case n == 0:
		f.Match, f.Word = Agrees, say("word.equal")
	case registry.Key(a) == registry.Key(b):
		f.Match, f.Word = Alike, say("word.spelling")
	case sameWords(a, b):
		f.Match, f.Word = Alike, say("word.order")
	case n == 1:
		f.Match, f.Word = Alike, say("word.letter")
	case contained(a, b):
		f.Match, f.Word = Alike, say("word.shorter")
	case registry.Similar(a, b) >= 85:
		f.Match, f.Word = Alike, say("word.letters", n)
	default:
		f.Match, f.Word = Differs, say("word.differs")
		f.A, f.B = plain(a), plain(b)
	}
}

// sameWords reports whether two names hold the same words in another order.
func sameWords(a, b string) bool {
	x, y := registry.Words(a), registry.Words(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// contained reports whether all words of the shorter name stand in the longer.
func contained(a, b string) bool {
	x, y := registry.Words(a), registry.Words(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	return len(x) > 0 && !slices.ContainsFunc(x, func(w string) bool { return !slices.Contains(y, w) })
}

func (f *FieldView) number(a, b, maskedA, maskedB string) {
	if a != "" || b != "" {
		f.Reveal = f.Key
	}
	if f.absent(maskedA, maskedB) {
		return
	}
	var n int
	f.A, f.B, n = differMasked(a, b, maskedA, maskedB)
	switch {
	case a == b:
		f.Match, f.Word = Agrees, say("word.equal")
	case n >= len(a)-2:
		f.Match, f.Word = Alike, say("word.digits", n, len(a))
	default:
		f.Match, f.Word = Differs, say("word.differs")
		f.A, f.B = plain(maskedA), plain(maskedB)
	}
}

func (f *FieldView) birth(a, b civil.Date) {
	x, y := a.String(), b.String()
	if f.absent(x, y) {
		return
	}
	f.A, f.B = differ(x, y)
	switch {
	case a == b:
		f.Match, f.Word = Agrees, say("word.equal")
	case a.Year == b.Year && int(a.Month) == b.Day && a.Day == int(b.Month):
		f.Match, f.Word = Alike, say("word.swapped")
	case edits(x, y) == 1:
		f.Match, f.Word = Alike, say("word.digit")
	case a.Year == b.Year && a.Month == b.Month:
		f.Match, f.Word = Alike, say("word.month")
	case a.Year == b.Year:
		f.Match, f.Word = Alike, say("word.year")
	default:
		f.Match, f.Word = Differs, say("word.differs")
	}
}

func (f *FieldView) plainly(a, b string) {
	if f.absent(a, b) {
		return
	}
	f.A, f.B, f.Match, f.Word = plain(a), plain(b), Agrees, say("word.equal")
	if a != b {
		f.Match, f.Word = Differs, say("word.differs")
	}
}

// place compares the neighbourhood, the village and the kecamatan as one: the
// smaller says nothing without the larger.
func (f *FieldView) place(a, b *party) {
	x, y := addressOf(&a.Profile), addressOf(&b.Profile)
	if f.absent(x, y) {
		return
	}
	f.A, f.B = differWords(x, y)
	sameVillage := a.Village == b.Village && a.Village != ""
	switch {
	case x == y:
		f.Match, f.Word = Agrees, say("word.equal")
	case sameVillage && trimmed(a.RT) == trimmed(b.RT) && trimmed(a.RW) == trimmed(b.RW):
		f.Match, f.Word = Agrees, say("word.tidied")
	case sameVillage:
		f.Match, f.Word = Alike, say("word.village")
	case a.Village.Kecamatan() == b.Village.Kecamatan() && a.Village != "":
		f.Match, f.Word = Alike, say("word.kecamatan")
	default:
		f.Match, f.Word = Differs, say("word.differs")
		f.A, f.B = plain(x), plain(y)
	}
}

func placeName(c region.Code) string {
	r, _ := region.ByCode(c)
	return r.Name
}

func trimmed(s string) string { return strings.TrimLeft(s, "0 ") }

// addressOf writes where somebody lives, the neighbourhood first.
func addressOf(p *registry.Profile) string {
	var out []string
	if p.RT != "" {
		out = append(out, "RT "+p.RT)
	}
	if p.RW != "" {
		out = append(out, "RW "+p.RW)
	}
	if p.Hamlet != "" {
		out = append(out, p.Hamlet)
	}
	if name := placeName(p.Village); name != "" {
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// family shows the others of the two families, and how many are the same by name.
func (f *FieldView) family(a, b []string) {
	x, y := strings.Join(a, ", "), strings.Join(b, ", ")
	if f.absent(x, y) {
		return
	}
	f.A, f.B = plain(x), plain(y)
	shared := 0
	for _, name := range a {
		if slices.ContainsFunc(b, func(other string) bool { return registry.Similar(name, other) >= 92 }) {
			shared++
		}
	}
	f.Word = say("word.members", shared, max(len(a), len(b)))
	switch {
	case shared == len(a) && shared == len(b):
		f.Match = Agrees
	case shared > 0:
		f.Match = Alike
	default:
		f.Match, f.Word = Differs, say("word.members_none")
	}
}
