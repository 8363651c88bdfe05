package region

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Kind says what a region is by law.
type Kind string

// The kinds. Kelurahan are wards run by the regency; desa and desa adat run
// themselves and have a village fund.
const (
	KindProvince  Kind = "provinsi"
	KindKabupaten Kind = "kabupaten"
	KindKota      Kind = "kota"
	KindKecamatan Kind = "kecamatan"
	KindKelurahan Kind = "kelurahan"
	KindDesa      Kind = "desa"
	KindDesaAdat  Kind = "desa adat"
)

// Region is one entry of the decree. Name is without its kind ("Natuna",
// "Midai"); Title has both. BPS is the BPS code where known: every regency,
// and the kecamatan of the pilots.
type Region struct {
	Code Code
	Name string
	Kind Kind
	BPS  string
}

// Title returns the name with its kind, as on a letter: "Kabupaten Natuna",
// "Kecamatan Midai", "Desa Malino", "Provinsi Aceh".
func (r Region) Title() string {
	prefix := strings.ToUpper(string(r.Kind[:1])) + string(r.Kind[1:])
	if r.Kind == KindDesaAdat {
		prefix = "Desa Adat"
	}
	if r.Code.Province() == jakarta && r.Code.Level() == Regency {
		prefix += " Administrasi"
	}
	return prefix + " " + r.Name
}

// jakarta's regencies have no elected head and say so in their title.
const jakarta Code = "31"

//go:embed kemendagri.txt.gz
var packed []byte // made by `make assets`; if this line fails, run that first

// table is the decree as one text of sorted lines "digits TAB name". Names and
// codes are slices of it, so 91,599 regions cost two megabytes and no map.
type table struct {
	text string
	line []uint32 // offset of each line
}

// load unpacks the table once. A damaged table is a broken build, not bad
// data, so it ends the program.
var load = sync.OnceValue(func() *table { return unpack(packed) })

func unpack(packed []byte) *table {
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("region: embedded table: " + err.Error())
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		panic("region: embedded table: " + err.Error())
	}
	t := &table{text: string(text), line: make([]uint32, 0, bytes.Count(text, []byte{'\n'}))}
	for at := 0; at < len(t.text); {
		t.line = append(t.line, uint32(at))
		at += strings.IndexByte(t.text[at:], '\n') + 1
	}
	return t
}

// code returns the code of line i.
func (t *table) code(i int) Code {
	rest := t.text[t.line[i]:]
	return Code(rest[:strings.IndexByte(rest, '\t')])
}

// region returns line i.
func (t *table) region(i int) Region {
	rest := t.text[t.line[i]:]
	code, name, _ := strings.Cut(rest[:strings.IndexByte(rest, '\n')], "\t")
	r := Region{Code: Code(code), Name: name, Kind: kindOf(Code(code)), BPS: bpsOf(Code(code))}
	if r.Code.Level() == Regency {
		r.Name = bareRegency(name)
	}
	return r
}

// search returns the first line at or after c.
func (t *table) search(c Code) int {
	return sort.Search(len(t.line), func(i int) bool { return t.code(i) >= c })
}

// after returns the first line behind everything inside c. A colon sorts
// behind every digit.
func (t *table) after(c Code) int { return t.search(c + ":") }

func kindOf(c Code) Kind {
	switch c.Level() {
	case Province:
		return KindProvince
	case Regency:
		if c[2] >= '7' { // 71 to 99 are cities
			return KindKota
		}
		return KindKabupaten
	case Kecamatan:
		return KindKecamatan
	}
	switch c[6] {
	case '1':
		return KindKelurahan
	case '3':
		return KindDesaAdat
	}
	return KindDesa
}

func bareRegency(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "Kabupaten "), "Kota ")
	return strings.TrimPrefix(name, "Administrasi ")
}

// ByCode returns the region with code c, and false when the decree has none.
func ByCode(c Code) (Region, bool) {
	t := load()
	i := t.search(c)
	if i == len(t.line) || t.code(i) != c {
		return Region{}, false
	}
	return t.region(i), true
}

// Exists reports whether the decree has c.
func Exists(c Code) bool {
	_, ok := ByCode(c)
	return ok
}

// Children returns the regions one level below c, by code: the kecamatan of a
// regency, the villages of a kecamatan. Children("") are the provinces.
func Children(c Code) []Region {
	t := load()
	if c == "" {
		return t.children(0, len(t.line))
	}
	i := t.search(c)
	if i == len(t.line) || t.code(i) != c {
		return nil
	}
	return t.children(i+1, t.after(c))
}

func (t *table) children(from, to int) []Region {
	var out []Region
	for i := from; i < to; i = t.after(t.code(i)) {
		out = append(out, t.region(i))
	}
	return out
}

// Villages returns every village and ward inside c, by code.
func Villages(c Code) []Region {
	if c.Level() == AnyLevel {
		return nil
	}
	t := load()
	var out []Region
	for i, end := t.search(c), t.after(c); i < end; i++ {
		if t.code(i).Level() == Village {
			out = append(out, t.region(i))
		}
	}
	return out
}

// Regencies returns the 514 kabupaten and kota, by code.
func Regencies() []Region { return slices.Clone(regencies()) }

var regencies = sync.OnceValue(func() []Region {
	var out []Region
	for _, p := range Children("") {
		out = append(out, Children(p.Code)...)
	}
	return out
})
