package region

import "sync"

// Prefix says what the first six digits of a NIK or KK are today. They name
// the kecamatan of first issue and never change, so old ones are normal
// (warnings W1 and W4 of intake).
type Prefix int

// The prefixes.
const (
	UnknownRegency   Prefix = iota // no regency has or had this number (W1)
	UnknownKecamatan               // the regency exists, the kecamatan never did
	Former                         // a regency or kecamatan that left or was renumbered (W4)
	Current                        // a kecamatan of today's decree
	Invented                       // kecamatan 99 of a current regency: demonstration people
)

var prefixNames = [...]string{"unknown regency", "unknown kecamatan", "former", "current", "invented"}

// String returns the English name of p, for logs.
func (p Prefix) String() string {
	if p < 0 || int(p) >= len(prefixNames) {
		return "unknown"
	}
	return prefixNames[p]
}

// inventedKecamatan is a number that no regency has: it marks people who do
// not exist.
const inventedKecamatan = "99"

// KnownPrefix classifies the first six digits of a NIK or KK.
//
// Kemendagri never gives a number twice. So a number that is missing below the
// highest one in use belonged to a regency or kecamatan that left: Anambas
// from Natuna (2008), Sigi and Parigi Moutong from Donggala, Kalimantan Utara,
// Sulawesi Barat and the new provinces of Papua from their old ones.
func KnownPrefix(six string) Prefix {
	c := Code(six)
	if len(six) != levelDigits[Kecamatan] || !c.Valid() || c[4:] == "00" {
		return UnknownRegency
	}
	if !Exists(c.Regency()) {
		if isFormerRegency(c.Regency()) {
			return Former
		}
		return UnknownRegency
	}
	if c[4:] == inventedKecamatan {
		return Invented
	}
	if Exists(c) {
		return Current
	}
	if c < lastKecamatan(c.Regency()) {
		return Former
	}
	return UnknownKecamatan
}

func lastKecamatan(regency Code) Code {
	children := Children(regency)
	if len(children) == 0 {
		return ""
	}
	return children[len(children)-1].Code
}

// beyond are former regencies whose number was above every one that stayed.
var beyond = map[Code]bool{
	"9121": true, "9122": true, "9123": true, "9124": true, "9125": true,
	"9126": true, "9127": true, "9128": true, "9271": true,
}

// isFormerRegency reports whether c is a gap among the kabupaten or the kota
// of its province.
func isFormerRegency(c Code) bool {
	return beyond[c] || (c[2:] != "00" && c[2:] != "70" && c < highest()[seriesOf(c)])
}

// series is one run of numbers: the kabupaten (01 to 69) or the kota (71 to
// 99) of a province.
type series struct {
	province Code
	kind     Kind
}

func seriesOf(c Code) series { return series{c.Province(), kindOf(c)} }

var highest = sync.OnceValue(func() map[series]Code {
	out := map[series]Code{}
	for _, r := range regencies() {
		out[seriesOf(r.Code)] = r.Code // regencies come by code
	}
	return out
})
