package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/money"
	"tepat/internal/nik"
)

func printer(t testing.TB) i18n.Printer {
	t.Helper()
	c, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer("id")
}

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// people is a list with every kind of column. The numbers are invented.
func people(t testing.TB) Table {
	wib := time.FixedZone("WIB", 7*3600)
	return Table{
		Title: "Penerima: Kec. Midai [2026]",
		Columns: []Column{{Header: "Nama"}, {Header: "NIK", Kind: NIK}, {Header: "KK", Kind: NIK}, {Header: "Lahir", Kind: Date},
			{Header: "Desil", Kind: Int}, {Header: "Bantuan", Kind: Rupiah}, {Header: "Skor", Kind: Decimal}, {Header: "Diterima", Kind: Time}},
		Rows: rowsOf(
			[]any{"SITI CONTOH", nik.NIK("2103994101600001"), nik.KK("2103990101100001"), civil.Date{Year: 1960, Month: 1, Day: 1},
				1, money.Rupiah(2_400_000), 0.75, time.Date(2026, 11, 22, 8, 15, 0, 0, wib)},
			[]any{"=HYPERLINK(\"x\")", "2103994101600002", nil, civil.Date{Year: 1899, Month: 12, Day: 31}, nil, money.Rupiah(-5), nil, nil},
			[]any{"BAMBANG; \"UJI\"\nbaris dua", nik.NIK(""), "", civil.Date{}, int64(10), money.Rupiah(0), 2.0, time.Time{}},
		),
		Note:  Note{Filter: "Kecamatan Midai, desil 1–4", At: "22 November 2026 08.15 WIB", User: "Rahma", Version: "2103/1042"},
		Print: printer(t),
	}
}

func open(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func cell(t *testing.T, f *excelize.File, sheet, ref string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, ref, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func style(t *testing.T, f *excelize.File, sheet, ref string) *excelize.Style {
	t.Helper()
	id, err := f.GetCellStyle(sheet, ref)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWorkbookHoldsWhatTheListShows(t *testing.T) {
	var buf bytes.Buffer
	sum, err := people(t).WriteXLSX(&buf)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, buf.Bytes())
	const sheet = "Penerima Kec. Midai 2026"
	if diff := cmp.Diff([]string{sheet, "Keterangan"}, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	for ref, want := range map[string]string{
		"A1": "Nama", "H1": "Diterima",
		"A2": "SITI CONTOH", "B2": "2103**********01", "C2": "2103**********01", "D2": "21916", "E2": "1", "F2": "2400000", "G2": "0.75",
		"A3": "=HYPERLINK(\"x\")", "B3": "2103994101600002", "C3": "", "D3": "1899-12-31", "E3": "", "F3": "-5",
		"A4": "BAMBANG; \"UJI\"\nbaris dua", "B4": "", "D4": "", "E4": "10", "F4": "0", "G4": "2",
	} {
		if got := cell(t, f, sheet, ref); got != want {
			t.Errorf("%s = %q, want %q", ref, got, want)
		}
	}
	if formula, err := f.GetCellFormula(sheet, "A3"); err != nil || formula != "" {
		t.Errorf("a formula got in: %q, %v", formula, err)
	}
	day, err := f.GetCellValue(sheet, "D2")
	if err != nil || !strings.Contains(day, "1960") {
		t.Errorf("the birth date reads %q, %v", day, err)
	}
	when, err := f.GetCellValue(sheet, "H2")
	if err != nil || !strings.Contains(when, "08.15") {
		t.Errorf("the time reads %q, %v", when, err)
	}
	for _, ref := range []string{"A2", "B2", "A3", "B3"} {
		if s := style(t, f, sheet, ref); s.NumFmt != 49 {
			t.Errorf("%s is not in the format Text: %+v", ref, s)
		}
	}
	notes := map[string]string{"B1": "Penerima: Kec. Midai [2026]", "B2": "Kecamatan Midai, desil 1–4", "B3": "22 November 2026 08.15 WIB",
		"B4": "Rahma", "B5": "2103/1042", "B6": "3", "B7": sum.SHA256}
	for ref, want := range notes {
		if got := cell(t, f, "Keterangan", ref); got != want {
			t.Errorf("note %s = %q, want %q", ref, got, want)
		}
	}
}

func TestSheetIsReadyToWorkWith(t *testing.T) {
	var buf bytes.Buffer
	if _, err := people(t).WriteXLSX(&buf); err != nil {
		t.Fatal(err)
	}
	f := open(t, buf.Bytes())
	sheet := f.GetSheetName(0)
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	want := map[string]string{"_xlnm.Print_Titles": "'" + sheet + "'!$1:$1", "_xlnm._FilterDatabase": "'" + sheet + "'!$A$1:$H$4"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	props, err := f.GetSheetProps(sheet)
	if err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("fit to page: %+v, %v", props, err)
	}
	page, err := f.GetPageLayout(sheet)
	if err != nil || *page.Orientation != "landscape" || *page.Size != 9 {
		t.Errorf("page %+v, %v", page, err)
	}
	if w, err := f.GetColWidth(sheet, "B"); err != nil || w != 20 {
		t.Errorf("width of the NIK column %v, %v", w, err)
	}
	raw, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if b, _ := raw.([]byte); !ok || !bytes.Contains(b, []byte(`<autoFilter ref="$A$1:$H$4"`)) && !bytes.Contains(b, []byte(`<autoFilter ref="A1:H4"`)) {
		t.Error("no filter buttons")
	}
}

func TestCSVReadsBack(t *testing.T) {
	var buf bytes.Buffer
	if _, err := people(t).WriteCSV(&buf); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(buf.String(), "\ufeff")
	if !ok {
		t.Fatal("no byte order mark")
	}
	if first, _, _ := strings.Cut(text, "\n"); first != "Nama;NIK;KK;Lahir;Desil;Bantuan;Skor;Diterima\r" {
		t.Fatalf("header %q", first)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	got, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"SITI CONTOH", "2103**********01", "2103**********01", "1960-01-01", "1", "2400000", "0.75", "2026-11-22 08:15:00"},
		{"'=HYPERLINK(\"x\")", "2103994101600002", "", "1899-12-31", "", "-5", "", ""},
		{"BAMBANG; \"UJI\"\nbaris dua", "", "", "", "10", "0", "2", ""},
	}
	if diff := cmp.Diff(want, got[1:]); diff != "" {
		t.Error(diff)
	}
}

func TestJSONReadsBackAndItsLinesAreTheHash(t *testing.T) {
	var buf bytes.Buffer
	sum, err := people(t).WriteJSON(&buf)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Title   string
		Columns []struct{ Header, Kind string }
		Rows    []json.RawMessage
		Note    struct {
			Filter, User, SHA256 string
			Rows                 int64
		}
	}
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, line := range got.Rows {
		io.WriteString(h, string(line)+"\n") //nolint:errcheck // a hash never fails
	}
	if hex.EncodeToString(h.Sum(nil)) != sum.SHA256 || got.Note.SHA256 != sum.SHA256 || got.Note.Rows != 3 || len(got.Rows) != 3 {
		t.Fatalf("%+v does not fit %+v", got.Note, sum)
	}
	const first = `["SITI CONTOH","2103**********01","2103**********01","1960-01-01",1,2400000,0.75,"2026-11-22T08:15:00"]`
	if string(got.Rows[0]) != first {
		t.Errorf("first row %s", got.Rows[0])
	}
	if got.Columns[1].Kind != "nik" || got.Title != "Penerima: Kec. Midai [2026]" {
		t.Errorf("%+v", got)
	}
}

func TestAllFormatsAgreeOnTheSum(t *testing.T) {
	x, err := people(t).WriteXLSX(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	c, err := people(t).WriteCSV(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	j, err := people(t).WriteJSON(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if x != c || c != j || x.Rows != 3 {
		t.Fatalf("%+v %+v %+v", x, c, j)
	}
}

func TestAnyTextSurvivesEveryFormat(t *testing.T) {
	p := printer(t)
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(nasty, 1, 6).Draw(rt, "texts")
		table := Table{Title: nasty.Draw(rt, "title"), Columns: []Column{{Header: "h"}, {Header: "end"}}, Print: p,
			Rows: func(yield func([]any, error) bool) {
				for _, s := range texts {
					if !yield([]any{s, "."}, nil) {
						return
					}
				}
			}}
		var x, c, j bytes.Buffer
		sx, err := table.WriteXLSX(&x)
		if err != nil {
			rt.Fatal(err)
		}
		sc, err := table.WriteCSV(&c)
		if err != nil {
			rt.Fatal(err)
		}
		sj, err := table.WriteJSON(&j)
		if err != nil || sx != sc || sc != sj {
			rt.Fatal(sx, sc, sj, err)
		}
		f := open(t, x.Bytes())
		r := csv.NewReader(bytes.NewReader(c.Bytes()))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil {
			rt.Fatal(err)
		}
		var doc struct{ Rows [][]string }
		if err := json.Unmarshal(j.Bytes(), &doc); err != nil {
			rt.Fatal(err)
		}
		for i, s := range texts {
			want := clean(s)
			ref, _ := excelize.CoordinatesToCellName(1, i+2)
			if got := cell(t, f, f.GetSheetName(0), ref); got != want {
				rt.Errorf("xlsx: %q came back as %q", want, got)
			}
			if got := Unguard(lines[i+1][0]); got != want {
				rt.Errorf("csv: %q came back as %q", want, got)
			}
			if got := doc.Rows[i][0]; got != want {
				rt.Errorf("json: %q came back as %q", want, got)
			}
		}
	})
}

func TestWrongCellsAreRefused(t *testing.T) {
	for name, table := range map[string]Table{
		"float as money":    {Columns: []Column{{Header: "Rp", Kind: Rupiah}}, Rows: rowsOf([]any{1.5})},
		"text as number":    {Columns: []Column{{Header: "n", Kind: Int}}, Rows: rowsOf([]any{"1"})},
		"number as NIK":     {Columns: []Column{{Header: "NIK", Kind: NIK}}, Rows: rowsOf([]any{int64(2103990000000001)})},
		"text as date":      {Columns: []Column{{Header: "d", Kind: Date}}, Rows: rowsOf([]any{"2026-11-22"})},
		"missing cell":      {Columns: []Column{{Header: "a"}, {Header: "b"}}, Rows: rowsOf([]any{"x"})},
		"source that fails": {Columns: []Column{{Header: "a"}}, Rows: func(yield func([]any, error) bool) { yield(nil, errors.New("gone")) }},
	} {
		table.Print = printer(t)
		for format, write := range map[string]func(io.Writer) (Sum, error){"xlsx": table.WriteXLSX, "csv": table.WriteCSV, "json": table.WriteJSON} {
			var buf bytes.Buffer
			if _, err := write(&buf); err == nil {
				t.Errorf("%s, %s: no error", name, format)
			}
			if format == "json" && json.Valid(buf.Bytes()) {
				t.Errorf("%s: half a list is valid JSON", name)
			}
		}
	}
}

func TestEmptyListIsStillAFile(t *testing.T) {
	table := Table{Title: "", Columns: []Column{{Header: "Nama"}}, Rows: rowsOf(), Print: printer(t)}
	var buf bytes.Buffer
	sum, err := table.WriteXLSX(&buf)
	if err != nil || sum.Rows != 0 {
		t.Fatal(sum, err)
	}
	f := open(t, buf.Bytes())
	if diff := cmp.Diff([]string{"Data", "Keterangan"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	if got := cell(t, f, "Keterangan", "B2"); got != "tanpa saringan" {
		t.Errorf("filter = %q", got)
	}
}

func TestASheetIsNeverSilentlyCut(t *testing.T) {
	b, err := newBook(printer(t), "x", "", []float64{10})
	if err != nil {
		t.Fatal(err)
	}
	defer b.file.Close()
	b.rows = maxSheetRows
	if f := fault.From(b.add([]any{"x"})); f == nil || f.Key != "export.too_many_rows" {
		t.Fatalf("got %v", f)
	}
}

// BenchmarkWorkbook writes 300,000 rows of 15 columns, the largest list an
// office takes out; memory must not grow with the rows.
func BenchmarkWorkbook(b *testing.B) {
	const n, cols = 300_000, 15
	table := Table{Title: "x", Print: printer(b)}
	for range cols {
		table.Columns = append(table.Columns, Column{Header: "kolom"})
	}
	table.Columns[0].Kind, table.Columns[1].Kind = NIK, Rupiah
	row := make([]any, cols)
	for i := range row {
		row[i] = "DUSUN CONTOH RT 001"
	}
	row[0], row[1] = nik.NIK("2103994101600001"), money.Rupiah(600_000)
	table.Rows = func(yield func([]any, error) bool) {
		for range n {
			if !yield(row, nil) {
				return
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := table.WriteXLSX(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
