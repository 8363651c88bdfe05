package intake

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/intake/sheet"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

var today = civil.Date{Year: 2026, Month: time.November, Day: 22}

func text(s string) sheet.Cell    { return sheet.Cell{Text: s, Kind: sheet.Text} }
func numeric(s string) sheet.Cell { return sheet.Cell{Text: s, Kind: sheet.Number} }

// reader reads files whose columns are the fields given, of Natuna.
func reader(t testing.TB, layout string, fields ...Field) *Reader {
	t.Helper()
	m := Mapping{}
	for i, f := range fields {
		m[f] = i
	}
	b := Batch{Layout: layout, Mapping: m, CreatedAt: db.TimeOf(time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC))}
	r, err := NewReader(b, "2103")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readCells(r *Reader, cells ...sheet.Cell) Item {
	var it Item
	r.Read(sheet.Row{N: 2, Cells: cells}, &it)
	return it
}

func keys(it Item) string {
	var out []string
	for _, f := range it.Findings {
		out = append(out, strings.TrimPrefix(f.Key, "intake."))
	}
	return strings.Join(out, " ")
}

func TestANumberIsReadOrRefusedNeverRepaired(t *testing.T) {
	r := reader(t, "asn", FieldNIK, FieldName, FieldDocument)
	for _, c := range []struct {
		cell sheet.Cell
		want nik.NIK
		key  string
	}{
		{text("2103991207850012"), "2103991207850012", ""},
		{text("'2103991207850012"), "2103991207850012", ""},
		{text("21.0399.120785.0012"), "2103991207850012", ""},
		{text("2103 9912 0785 0012\u00a0"), "2103991207850012", ""},
		{text("210399120785001"), "", "nik_e1"},
		{text("21039912078500123"), "", "nik_e1"},
		{text("210399l207850012"), "", "nik_letters"},
		{text("1111111111111111"), "", "nik_e2"},
		{text("2103991207850000"), "", "nik_e3"},
		{text("2103993907850012"), "", "nik_e4"},
		{text("2103991213850012"), "", "nik_e4"},
		{text("2,10399E+15"), "", "nik_science"},
		{text("2.10399E+15"), "", "nik_science"},
		{numeric("2103991207850010"), "", "nik_w5"},
		{numeric("2103991207850000"), "", "nik_w5"},
		{numeric("2.10399120785001E+15"), "", "nik_w5"},
		{numeric("9271990101019999"), "", "nik_w5"},
		{numeric("2103991207850012"), "2103991207850012", ""},
		{text("9901991207850012"), "9901991207850012", "nik_w1"},
		{text("7203991207850012"), "7203991207850012", "nik_w3"},
		{text("2103" + "12" + "1207850012"), "2103" + "12" + "1207850012", "nik_w4"},
		{sheet.Cell{Text: "#N/A", Kind: sheet.Error}, "", "nik_cell"},
		{text("NULL"), "", "nik_missing"},
		{sheet.Cell{}, "", ""},
	} {
		it := readCells(r, c.cell, text("JUMADI"), text("1980"))
		got := strings.TrimSuffix(keys(it), " identity_missing")
		if c.key == "nik_missing" || c.cell.Kind == sheet.Empty {
			if it.Outcome != Fix || it.Record.NIK != "" || !strings.Contains(keys(it), "identity_missing") {
				t.Errorf("%q: %s %v", c.cell.Text, it.Outcome, keys(it))
			}
			continue
		}
		if it.Record.NIK != c.want || got != c.key {
			t.Errorf("%v %q is %q with %q, want %q with %q", c.cell.Kind, c.cell.Text, it.Record.NIK.Reveal(), got, c.want.Reveal(), c.key)
		}
		if (it.Record.NIK == "") != (it.Outcome == Fix) {
			t.Errorf("%q: a row without identity is %s", c.cell.Text, it.Outcome)
		}
		for _, f := range it.Findings {
			for _, a := range f.Args {
				if len(nik.Clean(a)) >= 12 {
					t.Errorf("%q: the finding shows %q", c.cell.Text, a)
				}
			}
		}
	}
}

func TestWithoutANumberAPersonIsLookedAt(t *testing.T) {
	r := reader(t, "deaths", FieldNIK, FieldName, FieldBirthOn, FieldEventOn)
	for _, c := range []struct {
		nik, name, birth string
		want             Outcome
	}{
		{"2103991207850012", "JUMADI", "12/07/1985", Ready},
		{"", "JUMADI", "12/07/1985", Look},
		{"2103", "JUMADI", "12/07/1985", Look},
		{"", "JUMADI", "", Fix},
		{"2103", "JUMADI", "", Fix},
		{"2103991207850012", "", "12/07/1985", Fix},
	} {
		it := readCells(r, text(c.nik), text(c.name), text(c.birth), text("1/2/2026"))
		if it.Outcome != c.want {
			t.Errorf("%v is %s: %s", c, it.Outcome, keys(it))
		}
	}
}

func TestDatesAsPeopleTypeThem(t *testing.T) {
	may := civil.Date{Year: 1990, Month: time.May, Day: 25}
	for _, s := range []string{"1990-05-25", "25/05/1990", "25-05-1990", "25.05.1990", "25 5 1990", "5/25/1990", "25 Mei 1990", "25-MEI-90", "25/05/90",
		"19900525", "25051990", "33018", "RANAI, 25-05-1990", "25 mei 1990", "25/05/1990 00:00:00"} {
		d, ok := dateOf(text(s), today)
		if !ok || d.on != may {
			t.Errorf("%q is %v, %v", s, d.on, ok)
		}
	}
	for s, want := range map[string]civil.Date{
		"12 Pebruari 1985": {Year: 1985, Month: 2, Day: 12}, "3 Nopember 1985": {Year: 1985, Month: 11, Day: 3}, "7-Agt-1985": {Year: 1985, Month: 8, Day: 7},
		"2 Juli 1985": {Year: 1985, Month: 7, Day: 2}, "1 Juni 25": {Year: 2025, Month: 6, Day: 1}, "1 Juni 27": {Year: 1927, Month: 6, Day: 1},
	} {
		if d, ok := dateOf(text(s), today); !ok || d.on != want {
			t.Errorf("%q is %v, %v", s, d.on, ok)
		}
	}
	for _, c := range []sheet.Cell{{Text: "33018", Kind: sheet.Date}, {Text: "33018", Kind: sheet.Number}, {Text: "31556", Kind: sheet.Date, Epoch1904: true}} {
		if d, ok := dateOf(c, today); !ok || d.on != may {
			t.Errorf("%v is %v, %v", c, d.on, ok)
		}
	}
	for _, s := range []string{"31/02/1990", "1990-13-01", "0/5/1990", "99/99/9999", "besok", "25/05/2090", "12345678", "1/2", "-1/-2/-3"} {
		if d, ok := dateOf(text(s), today); ok && !d.on.IsZero() {
			t.Errorf("%q became %v", s, d.on)
		}
	}
	for _, s := range []string{"", "0000-00-00", "-", "00/00/0000", "0"} {
		if d, ok := dateOf(text(s), today); !ok || !d.on.IsZero() {
			t.Errorf("%q is %v, %v, not 'unknown'", s, d.on, ok)
		}
	}
	if d, _ := dateOf(text("1985"), today); d.precision != registry.ByYear {
		t.Errorf("a year alone is known to the %q", d.precision)
	}
}

func TestTheNIKDecidesDayAndMonth(t *testing.T) {
	r := reader(t, "deaths", FieldNIK, FieldName, FieldBirthOn, FieldEventOn, FieldSex)
	born := func(cell sheet.Cell) Item {
		return readCells(r, text("2103991207850012"), text("JUMADI"), cell, text("1/2/2026"), text("L"))
	}
	july := civil.Date{Year: 1985, Month: time.July, Day: 12}
	if it := born(text("12/07/1985")); it.Record.BirthOn != july || keys(it) != "" {
		t.Error(it.Record.BirthOn, keys(it))
	}
	if it := born(text("07/12/1985")); it.Record.BirthOn != july || keys(it) != "birth_swapped" {
		t.Error(it.Record.BirthOn, keys(it))
	}
	if it := born(text("13/07/1985")); it.Record.BirthOn != (civil.Date{Year: 1985, Month: 7, Day: 13}) || keys(it) != "nik_w2_birth" {
		t.Error(it.Record.BirthOn, keys(it))
	}
	if it := born(text("31/02/1985")); !it.Record.BirthOn.IsZero() || keys(it) != "birth_impossible" || it.Outcome != Ready {
		t.Error(it.Record.BirthOn, keys(it), it.Outcome)
	}
	if it := readCells(r, text("2103991207850012"), text("SITI"), text("12/07/1985"), text("1/2/2026"), text("P")); keys(it) != "nik_w2_sex" || it.Record.Sex != nik.Female {
		t.Error(it.Record.Sex, keys(it))
	}
	if it := readCells(r, text("2103995207850012"), text("SITI"), text("12/07/1985"), text("1/2/2026"), text("")); keys(it) != "sex_from_nik" || it.Record.Sex != nik.Female {
		t.Error(it.Record.Sex, keys(it))
	}
}

func TestWordsBecomeCodes(t *testing.T) {
	for s, want := range map[string]string{"4": "004", "004": "004", "RT 04": "004", "000": "", "-": "", "0": "", "12": "012"} {
		if got, _ := unit(tidy(s)); got != want {
			t.Errorf("RT %q is %q, want %q", s, got, want)
		}
	}
	if rt, rw := unit("004/002"); rt != "004" || rw != "002" {
		t.Errorf("004/002 is %s and %s", rt, rw)
	}
	for s, want := range map[string]money.Rupiah{"600000": 600000, "600.000": 600000, "Rp 600.000,-": 600000, "Rp. 600.000,00": 600000, "600,000": 600000,
		"1.234.567": 1234567, "600000.00": 600000, "0": 0} {
		if got, ok := rupiah(text(s)); !ok || got != want {
			t.Errorf("%q is %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"1,2jt", "enam ratus ribu", "600.00.0", "-600000", "6e5", "99999999999999999999"} {
		if got, ok := rupiah(text(s)); ok {
			t.Errorf("%q became %d", s, got)
		}
	}
	for s, want := range map[string]string{"LAYAK": AnswerStays, "Tidak Layak": AnswerLeaves, "TMS": AnswerLeaves, "tetap": AnswerStays, "mungkin": ""} {
		if got := answer(s); got != want {
			t.Errorf("%q is %q", s, got)
		}
	}
	for s, want := range map[string]string{"BPNT": "SEMBAKO", "BLT DD": "BLT-DD", "pkh": "PKH", "bst lansia": "BST-LANSIA"} {
		if got := programCode(s); got != want {
			t.Errorf("%q is %q", s, got)
		}
	}
	siak, dtks := reader(t, "dukcapil", FieldNIK, FieldKK, FieldName, FieldRelation), reader(t, "dtsen_family", FieldNIK, FieldKK, FieldName, FieldRelation)
	for _, c := range []struct {
		r    *Reader
		s    string
		want registry.Relation
	}{{siak, "KEPALA KELUARGA", 1}, {siak, "3", 3}, {siak, "4", 4}, {siak, "FAMILI LAIN", 9}, {dtks, "3", 4}, {dtks, "2", 3}, {dtks, "Isteri", 3}, {siak, "bukan siapa", 0}} {
		it := readCells(c.r, text("2103995207850012"), text("2103990101010001"), text("SITI"), text(c.s))
		if it.Record.Relation != c.want {
			t.Errorf("%q is %d, want %d", c.s, it.Record.Relation, c.want)
		}
	}
}

func TestAVillageIsFoundOrAskedNeverGuessed(t *testing.T) {
	var malino []region.Region
	for _, v := range region.Villages("7203") {
		if v.Name == "Malino" {
			malino = append(malino, v)
		}
	}
	if len(malino) != 2 {
		t.Fatalf("Donggala has %d villages called Malino", len(malino))
	}
	m := Mapping{FieldName: 0, FieldEventOn: 1, FieldVillage: 2, FieldKecamatan: 3, FieldVillageNo: 4}
	r, err := NewReader(Batch{Layout: "deaths", Mapping: m, CreatedAt: db.TimeOf(time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC))}, "7203")
	if err != nil {
		t.Fatal(err)
	}
	where := func(village, kecamatan, code string) (region.Code, string) {
		it := readCells(r, text("JUMADI"), text("1/2/2026"), text(village), text(kecamatan), text(code))
		for _, f := range it.Findings {
			if f.Field == FieldVillage {
				return it.Record.Village, strings.TrimPrefix(f.Key, "intake.")
			}
		}
		return it.Record.Village, ""
	}
	kecamatan, _ := region.ByCode(malino[0].Code.Kecamatan())
	for _, c := range []struct {
		village, kecamatan, code string
		want                     region.Code
		key                      string
	}{
		{"MALINO", "", "", "", "village_ambiguous"},
		{"Desa Malino", strings.ToUpper(kecamatan.Name), "", malino[0].Code, ""},
		{"MALINO", "", string(malino[1].Code), malino[1].Code, ""},
		{"", "", malino[1].Code.Dotted(), malino[1].Code, ""},
		{"ATLANTIS", kecamatan.Name, "", "", "village_unknown"},
		{"MALINO", "ATLANTIS", "", "", "kecamatan_unknown"},
		{"", "", "", "", "village_missing"},
	} {
		if got, key := where(c.village, c.kecamatan, c.code); got != c.want || key != c.key {
			t.Errorf("%q in %q, %q: %q with %q, want %q with %q", c.village, c.kecamatan, c.code, got, key, c.want, c.key)
		}
	}
}

func TestSIAKCodePartsAreACode(t *testing.T) {
	r := reader(t, "dukcapil", FieldNIK, FieldKK, FieldName, FieldProvinceNo, FieldRegencyNo, FieldKecNo, FieldVillageNo)
	at := func(province, regency, kec, village string) Item {
		return readCells(r, text("2103991207850012"), text("2103990101010001"), text("JUMADI"), text(province), text(regency), text(kec), text(village))
	}
	v := region.Villages("210304")[0].Code
	if it := at("21", "3", "4", string(v[6:])); it.Record.Village != v || it.Outcome != Ready {
		t.Error(it.Record.Village, keys(it))
	}
	if it := at("72", "3", "8", string(v[6:])); it.Outcome != Fix || keys(it) != "other_regency" {
		t.Error(it.Outcome, keys(it))
	}
}

func TestTotalsAndSignaturesAreNobody(t *testing.T) {
	r := reader(t, "blt_dd", FieldNIK, FieldName, FieldSex, FieldBirthOn, FieldAddress)
	for _, cells := range [][]sheet.Cell{
		{{}, text("JUMLAH"), {}, {}, numeric("12")},
		{{}, {}, {}, {}, text("KEPALA DESA SEBELAT")},
		{{}, {}, {}, {}, text("( ................ )")},
	} {
		if it := readCells(r, cells...); it.Outcome != Skipped {
			t.Errorf("%v is %s", cells, it.Outcome)
		}
	}
	if it := readCells(r, text("2103991207850012"), text("JUMLAHWATI"), text("L"), text("12/7/1985"), text("x")); it.Outcome != Ready {
		t.Error("a person with that name is left out")
	}
}

func TestFindingsSurviveStorage(t *testing.T) {
	list := []Finding{{"intake.nik_e1", FieldNIK, []string{"15"}, true}, {Key: "intake.nobody"}, {"intake.x1", FieldNIK, []string{"M. ALI", ""}, false}}
	if diff := cmp.Diff(list, decodeFindings(encodeFindings(list))); diff != "" {
		t.Error(diff)
	}
}

func TestLongNumbersAreMasked(t *testing.T) {
	for s, want := range map[string]string{
		"2103991207850012": "2103**********12", "NIK 2103 9912 0785 0012 ok": "NIK 2103*************12 ok", "08123": "08123", "12/07/1985": "12/07/1985", "2103041003": "2103041003",
	} {
		if got := maskDigits(s); got != want {
			t.Errorf("%q shows as %q, want %q", s, got, want)
		}
	}
	for n := range 20 {
		if got := maskDigits(strings.Repeat("7", n)); n >= 11 && strings.Count(got, "7") != 6 {
			t.Errorf("%d digits show as %s", n, strconv.Quote(got))
		}
	}
	if got := safeName(`C:\data\kk 2103991207850012.csv`); got != "kk ****************.csv" {
		t.Error(got)
	}
}
