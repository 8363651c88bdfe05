package demo

import (
	"strings"

	"tepat/internal/region"
)

// Village is a desa or kelurahan with its share of the people.
type Village struct {
	region.Region
	Kecamatan region.Region
	People    int // residents by family card
	Families  int
	Coastal   bool

	first   int // its first family
	dusun   []string
	culture [8]int // weights of culture
}

// Rural reports whether v has a village fund, and so BLT Dana Desa.
func (v Village) Rural() bool { return v.Kind != region.KindKelurahan }

// profile is what the demo knows of a regency beyond the code list. Shares and
// rates are rounded from public figures; nothing in it is a statistic.
type profile struct {
	people   int            // Dukcapil, December 2024
	poor     int            // per mille of people below the BPS line
	desil    [10]int        // per mille of ranked families in each national desil
	share    map[string]int // weight of a kecamatan, by its last two digits
	hills    string         // kecamatan without a coast, by last two digits
	culture  [8]int
	special  map[string][8]int // culture of a kecamatan that differs
	province int               // families in the province
}

var natuna = profile{
	people: 84_325, poor: 50, desil: [10]int{55, 70, 85, 95, 110, 115, 120, 120, 120, 110},
	share: map[string]int{"04": 40, "05": 85, "06": 55, "07": 330, "08": 48, "09": 32, "10": 28, "11": 42, "15": 60,
		"16": 50, "18": 40, "19": 36, "20": 44, "21": 26, "22": 24, "23": 10, "24": 9},
	hills: "16 20", culture: [8]int{malay: 830, javanese: 95, bugis: 20, migrant: 35, chinese: 20},
	special: map[string][8]int{"20": {malay: 350, javanese: 600, migrant: 50}}, province: 710_000,
}

var donggala = profile{
	people: 318_613, poor: 153, desil: [10]int{170, 150, 130, 120, 110, 95, 80, 65, 45, 35},
	share: map[string]int{"04": 82, "06": 105, "08": 118, "09": 50, "10": 68, "11": 75, "12": 82, "14": 95, "18": 88,
		"19": 55, "21": 24, "24": 42, "25": 34, "27": 40, "30": 34, "31": 42},
	hills: "04 21", culture: [8]int{kaili: 640, bugis: 260, javanese: 40, migrant: 30, upland: 20, balinese: 10},
	special: map[string][8]int{"04": {balinese: 480, kaili: 170, bugis: 150, javanese: 80, upland: 120},
		"21": {upland: 850, kaili: 150}}, province: 1_000_000,
}

func profileOf(regency region.Code) profile {
	switch regency {
	case "2103":
		return natuna
	case "7203":
		return donggala
	}
	return profile{people: 300_000, poor: 85, desil: [10]int{100, 100, 100, 100, 100, 100, 100, 100, 100, 100},
		culture: [8]int{javanese: 600, malay: 280, bugis: 60, migrant: 60}, province: 1_200_000}
}

// villages lists the real kecamatan and villages of a regency and divides the
// people among them: kecamatan by their share, wards twice a desa, each village
// 60 to 140 per cent of its neighbours, the total exact.
func villages(o Options, p profile) []Village {
	var out []Village
	var weight []int
	total := 0
	r := stream(o.Seed, streamVillage, 0)
	for _, kec := range region.Children(o.Regency) {
		children := region.Children(kec.Code)
		share := 60
		if s, ok := p.share[string(kec.Code[4:])]; ok {
			share = s
		}
		parts := 0
		for _, c := range children {
			parts += kindWeight(c)
		}
		for _, c := range children {
			v := Village{Region: c, Kecamatan: kec, culture: p.culture}
			v.Coastal = !strings.Contains(p.hills, string(kec.Code[4:]))
			if special, ok := p.special[string(kec.Code[4:])]; ok {
				v.culture = special
			}
			v.dusun = dusunNames(&r, v)
			x := share * 10_000 * kindWeight(c) / parts * r.between(60, 140) / 100
			weight = append(weight, x)
			total += x
			out = append(out, v)
		}
	}
	divide(out, weight, total, o.People)
	return out
}

func kindWeight(r region.Region) int {
	if r.Kind == region.KindKelurahan {
		return 2
	}
	return 1
}

// divide gives out people by cumulative rounding, so that the sum is exact.
func divide(out []Village, weight []int, total, people int) {
	sum, given := 0, 0
	for i := range out {
		sum += weight[i]
		upTo := sum * people / total
		out[i].People = upTo - given
		given = upTo
	}
}

var (
	dusunHeads = strings.Fields("AIR TANJUNG BATU TELUK PASIR SUNGAI BUKIT KAMPUNG PADANG ULU")
	dusunTails = strings.Fields("KELAPA AMPAR LENGIT NIPAH PANDAN SELASIH RAYA TENGAH BARU HILIR DURIAN CENGKEH SAGU BAKAU MERANTI JERUK")
	roman      = [...]string{"I", "II", "III", "IV", "V", "VI"}
	streets    = strings.Fields("PRAMUKA MERDEKA PELABUHAN PEMUDA CENGKEH MELATI KENANGA NELAYAN PASAR PENDIDIKAN KAMBOJA SUDIRMAN")
)

func dusunNames(r *rng, v Village) []string {
	n := r.between(2, 5)
	names := make([]string, n)
	numbered := v.Code.Province() == "72" || r.perMille(250)
	for i := range names {
		switch {
		case !v.Rural():
			names[i] = "LINGKUNGAN " + roman[i]
		case numbered:
			names[i] = "DUSUN " + roman[i]
		default:
			names[i] = dusunHeads[r.n(len(dusunHeads))] + " " + dusunTails[r.n(len(dusunTails))]
		}
	}
	return names
}

// Address is where a family card says that the family lives.
type Address struct {
	Street, Dusun string
	RT, RW        string // three digits
}

// address places a house: neighbours follow each other in RT and dusun.
func (w *World) address(house int, v *Village) Address {
	r := stream(w.opts.Seed, streamPlace, uint64(house))
	at := house - v.first
	rt := at/38 + 1
	a := Address{Dusun: v.dusun[at*len(v.dusun)/max(v.Families, 1)], RT: threeDigits(rt), RW: threeDigits((rt-1)/3 + 1)}
	name := strings.ToUpper(v.Name)
	switch {
	case !v.Rural():
		a.Street = "JL. " + streets[r.n(len(streets))] + " NO. " + itoa(r.between(1, 180))
	case r.perMille(300):
		a.Street = a.Dusun
	case r.perMille(400):
		a.Street = "DESA " + name
	case r.perMille(300):
		a.Street = "JL. " + streets[r.n(len(streets))]
	default:
		a.Street = name + " RT " + a.RT + " RW " + a.RW
	}
	return a
}
