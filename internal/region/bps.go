package region

import (
	_ "embed"
	"strings"
	"sync"
)

// System says which numbering a code comes from. The two look alike and
// differ: 7203 is Donggala for Kemendagri and Morowali for BPS.
type System int

// The two systems. A file that does not say which one it uses is UnknownSystem.
const (
	UnknownSystem System = iota
	Kemendagri
	BPS
)

//go:embed bps_regencies.txt
var bpsDiffering string

// bpsKecamatan are the BPS kecamatan of the pilots (edition 2018, 7 digits)
// and the Kemendagri kecamatan that lie in them. The first one bears the name;
// the others were cut out of it later and BPS had not followed.
var bpsKecamatan = map[string][]Code{
	// Natuna
	"2103030": {"210304"}, "2103031": {"210322"},
	"2103040": {"210305"}, "2103041": {"210308", "210324"}, "2103042": {"210310"},
	"2103043": {"210311"}, "2103044": {"210320"}, "2103045": {"210321"},
	"2103050": {"210307"}, "2103051": {"210315"}, "2103052": {"210316"}, "2103053": {"210318"},
	"2103060": {"210306"}, "2103061": {"210309", "210323"}, "2103062": {"210319"},
	// Donggala
	"7205041": {"720304"}, "7205051": {"720321"},
	"7205080": {"720308"}, "7205081": {"720318"}, "7205082": {"720327"},
	"7205090": {"720309"}, "7205091": {"720319"},
	"7205100": {"720310"}, "7205101": {"720324"}, "7205102": {"720325"},
	"7205120": {"720311"},
	"7205130": {"720312"}, "7205131": {"720331"},
	"7205140": {"720306"},
	"7205160": {"720314"}, "7205161": {"720330"},
}

// bridge holds both directions of the numbers that differ.
type bridge struct {
	toBPS      map[Code]string
	kemendagri map[string]Code
}

var bridges = sync.OnceValue(func() bridge {
	b := bridge{toBPS: map[Code]string{}, kemendagri: map[string]Code{}}
	for line := range strings.Lines(bpsDiffering) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, pair := range strings.Fields(line) {
			ours, theirs, _ := strings.Cut(pair, "=")
			b.toBPS[Code(ours)] = theirs
			b.kemendagri[theirs] = Code(ours)
		}
	}
	for theirs, ours := range bpsKecamatan {
		b.toBPS[ours[0]] = theirs
	}
	return b
})

// bpsOf returns the BPS code of c, "" where it is not known.
func bpsOf(c Code) string {
	if c.Level() != Regency && c.Level() != Kecamatan {
		return ""
	}
	theirs, differs := bridges().toBPS[c]
	if differs {
		return theirs
	}
	if c.Level() == Regency {
		return string(c)
	}
	return ""
}

// regencyByBPS returns the regency with the BPS number s of four digits.
func regencyByBPS(s string) (Code, bool) {
	b := bridges()
	c, differs := b.kemendagri[s]
	if differs {
		return c, true
	}
	c = Code(s)
	_, taken := b.toBPS[c] // 7203 is a Kemendagri number that BPS uses otherwise
	return c, !taken && c.Level() == Regency && Exists(c)
}
