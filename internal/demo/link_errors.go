package demo

import (
	"strings"

	"tepat/internal/civil"
	"tepat/internal/nik"
)

// LinkageErrors are the rates of WriteLinkage, per mille of records unless said
// otherwise.
//
// How they were chosen. What an office can count is taken from what regencies
// and the makers of such lists describe: Excel keeps fifteen digits of a NIK
// stored as a number; lists made by hand lack the NIK for a third of the rows;
// a register of the poor is a year or two behind the cards, so that most
// families with a new card (one in twelve) still stand under the former one,
// and one in forty at a former address. What nobody has counted (spelling,
// typing) is set so that the whole is as hard as the three-source sets on which
// other engines were measured: 0.68 true pairs a record, one in seven of them
// with a record of name and place alone, one in twenty-five out of reach of
// eleven usual blocking rules, and a plain Fellegi-Sunter model at F1 0.89 to
// 0.90 (0.91 to 0.92 at its best threshold) on 100,000 records. None was set by
// looking at what package linkage finds.
type LinkageErrors struct {
	CivilCover int // people whom the civil registry of the regency holds

	WelfareCover    int // families in the register of the poor
	WelfareAbsent   int // members of a known family not on it
	WelfareTwice    int // people entered twice
	WelfareMoved    int // families at a former address
	WelfareDaughter int // wives below 33 still with their parents
	Welfare         CellErrors

	VillageFamilies int // families on a list, of the usual neighbourhood
	VillageMember   int // members of a listed family beside head and wife
	VillageTwice    int
	VillageNames    int // neighbourhoods whose lists have names and places only
	VillageHalf     int // neighbourhoods that keep numbers and dates for some
	VillageFull     CellErrors
	VillagePartial  CellErrors
	VillageBare     CellErrors
}

// CellErrors are the rates at which cells are damaged.
type CellErrors struct {
	NoNIK, LostDigit, WrongNIK, OthersNIK int // NIK: blank, Excel's, a digit slip or two exchanged, of another member
	NoKK, OldKK, WrongKK                  int // OldKK of families that have one
	Variant, Typo, Dropped, Nickname      int // name: spelled or titled otherwise, a letter, a word less, a call name
	NoBorn, YearOnly, Swapped, DateSlip   int // day and month exchanged; one digit wrong
	Conventional, YearOff                 int // 1 January, 1 July or 31 December for the true day, of people above 35; a year beside
	NoSex, WrongSex, NoPlace, OtherPlace  int
	NoRT, OtherRT, VillageName            int // another RT; the village's name spelled otherwise
	NoKecamatan                           int
}

// DefaultLinkageErrors are the rates by which the sets are made.
func DefaultLinkageErrors() LinkageErrors {
	return LinkageErrors{
		CivilCover:   960,
		WelfareCover: 770, WelfareAbsent: 35, WelfareTwice: 12, WelfareMoved: 25, WelfareDaughter: 120,
		Welfare: CellErrors{
			NoNIK: 45, LostDigit: 30, WrongNIK: 20, OthersNIK: 6, NoKK: 20, OldKK: 850, WrongKK: 10,
			Variant: 150, Typo: 35, Dropped: 25, Nickname: 6, NoBorn: 20, YearOnly: 0, Swapped: 12, DateSlip: 15, Conventional: 60, YearOff: 8,
			NoSex: 5, WrongSex: 5, NoPlace: 80, OtherPlace: 200, NoRT: 60, OtherRT: 90, VillageName: 20,
		},
		VillageFamilies: 560, VillageMember: 420, VillageTwice: 25, VillageNames: 210, VillageHalf: 310,
		VillageFull: CellErrors{
			NoNIK: 60, LostDigit: 60, WrongNIK: 35, OthersNIK: 15, NoKK: 200, OldKK: 600, WrongKK: 20,
			Variant: 230, Typo: 60, Dropped: 70, Nickname: 25, NoBorn: 70, YearOnly: 25, Swapped: 35, DateSlip: 25, Conventional: 100, YearOff: 20,
			NoSex: 60, WrongSex: 8, NoPlace: 500, OtherPlace: 250, NoRT: 100, OtherRT: 80, VillageName: 120, NoKecamatan: 100,
		},
		VillagePartial: CellErrors{
			NoNIK: 420, LostDigit: 80, WrongNIK: 50, OthersNIK: 20, NoKK: 600, OldKK: 600, WrongKK: 20,
			Variant: 290, Typo: 80, Dropped: 160, Nickname: 60, NoBorn: 420, YearOnly: 120, Swapped: 35, DateSlip: 30, Conventional: 120, YearOff: 30,
			NoSex: 150, WrongSex: 10, NoPlace: 800, OtherPlace: 250, NoRT: 200, OtherRT: 90, VillageName: 160, NoKecamatan: 200,
		},
		VillageBare: CellErrors{
			NoNIK: 1000, NoKK: 1000,
			Variant: 300, Typo: 80, Dropped: 200, Nickname: 90, NoBorn: 1000,
			NoSex: 350, WrongSex: 10, NoPlace: 1000, NoRT: 450, OtherRT: 120, VillageName: 240, NoKecamatan: 250,
		},
	}
}

// name writes p's name as a list keeper does.
func (e *CellErrors) name(r *rng, p *Person) string {
	name := p.Name
	if r.perMille(e.Dropped) {
		name = dropped(r, name)
	}
	switch {
	case r.perMille(e.Nickname):
		name = nickname(r, name, p.Sex)
	case r.perMille(e.Variant):
		name = variant(r, name, p.Sex)
	}
	if r.perMille(e.Typo) {
		name = typo(r, name)
	}
	return name
}

// dropped leaves out one word of several, the patronym whole.
func dropped(r *rng, name string) string {
	if before, _, ok := strings.Cut(name, " BIN"); ok {
		return before
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return name
	}
	at := r.n(len(words))
	return strings.Join(append(words[:at:at], words[at+1:]...), " ")
}

// nickname is how neighbours call somebody: the last syllables, or a courtesy
// and one word.
func nickname(r *rng, name string, sex nik.Sex) string {
	word := firstWord(name)
	switch {
	case r.perMille(450) && len(word) > 5:
		return word[len(word)-4:]
	case r.perMille(600):
		return choose(sex == nik.Male, "PAK ", "IBU ") + word
	}
	return word
}

// nik damages the number of member m of f.
func (e *CellErrors) nik(r *rng, f *Family, p *Person) string {
	number := p.NIK.Reveal()
	if r.perMille(e.OthersNIK) {
		number = f.Members[r.n(len(f.Members))].NIK.Reveal()
	}
	switch {
	case number == "" || r.perMille(e.NoNIK):
		return ""
	case r.perMille(e.LostDigit):
		return itoa(int(lostDigit(number)))
	case r.perMille(e.WrongNIK):
		return miscopied(r, number)
	}
	return number
}

func (e *CellErrors) kk(r *rng, f *Family, now nik.KK) string {
	number := now.Reveal()
	if f.OldKK != "" && now == f.KK && r.perMille(e.OldKK) {
		number = f.OldKK.Reveal()
	}
	switch {
	case r.perMille(e.NoKK):
		return ""
	case r.perMille(e.WrongKK):
		return miscopied(r, number)
	}
	return number
}

// born is the date as a list keeper has it, zero when missing. The day is 0 when
// only the year is known.
func (e *CellErrors) born(r *rng, p *Person) civil.Date {
	d := p.Born
	switch {
	case r.perMille(e.NoBorn):
		return civil.Date{}
	case r.perMille(e.YearOnly):
		return civil.Date{Year: d.Year}
	case p.Age > 35 && r.perMille(e.Conventional):
		return []civil.Date{{Year: d.Year, Month: 7, Day: 1}, {Year: d.Year, Month: 12, Day: 31}, {Year: d.Year, Month: 1, Day: 1}}[r.pick(60, 25, 15)]
	case r.perMille(e.Swapped) && d.Day <= 12:
		return civil.Date{Year: d.Year, Month: month(d.Day), Day: int(d.Month)}
	case r.perMille(e.DateSlip):
		return slippedDay(r, d)
	case r.perMille(e.YearOff):
		d.Year += 1 - 2*r.n(2)
		d.Day = min(d.Day, 28)
	}
	return d
}

// slippedDay changes one digit of the day, the month or the year.
func slippedDay(r *rng, d civil.Date) civil.Date {
	s := d
	switch r.pick(50, 20, 30) {
	case 0:
		s.Day = d.Day/10*10 + r.n(10)
	case 1:
		s.Month = month(r.between(1, 12))
	default:
		s.Year = d.Year/10*10 + r.n(10)
	}
	if !s.Valid() {
		return d
	}
	return s
}

func (e *CellErrors) sex(r *rng, p *Person) string {
	switch {
	case r.perMille(e.NoSex):
		return ""
	case r.perMille(e.WrongSex):
		return choose(p.Sex == nik.Male, "P", "L")
	}
	return sexLetter(p.Sex)
}

func sexLetter(s nik.Sex) string { return choose(s == nik.Male, "L", "P") }

// villageName spells a village as its own clerk does.
func villageName(r *rng, name string) string {
	short := strings.NewReplacer("TANJUNG ", "TJ. ", "BATU ", "BT. ", "SUNGAI ", "SEI ", "TELUK ", "TLK ", "KAMPUNG ", "KP. ", "PULAU ", "P. ", "SELATAN", "SEL", "UTARA", "UTR")
	switch r.n(4) {
	case 0:
		return "DESA " + name
	case 1:
		return typo(r, name)
	case 2:
		return strings.ReplaceAll(name, " ", "")
	}
	return short.Replace(name)
}
