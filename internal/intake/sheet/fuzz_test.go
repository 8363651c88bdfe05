package sheet

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// small keeps what a fuzzed file may cost small, so that every limit is met.
var small = Limits{
	Entries: 50, RatioFrom: 64 << 10, Unpacked: 1 << 20, Strings: 256 << 10, StringN: 5_000, Part: 256 << 10, File: 256 << 10, Total: 1 << 20, Files: 20,
	Rows: 5_000, Columns: 300, Cell: 1 << 10, Line: 8 << 10, QuoteLines: 5,
}

// FuzzOpen: whatever the bytes, a file is either refused by name, or read to the same
// rows each time, whose cells are valid text within the limits.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("NIK;NAMA\r\n1;\"a\nb\"\r\n2;\"c\r\n3;d;e\r\n"))
	f.Add([]byte("sep=|\n\x93x\x94|\"\"\"\n\x00|\xFF"))
	f.Add([]byte("\xFF\xFEA\x00\t\x00\"\x00\n\x00\xD8"))
	f.Add(workbookOf(f, `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c t="s"><v>0</v></c></row>`, entry{"xl/sharedStrings.xml", `<sst><si><t>x</t></si></sst>`}))
	f.Add(oleOf("EncryptedPackage"))
	f.Add(zipOf(f, entry{"a.csv", "1;2"}, entry{"b.xls", "<table><td>x"}))
	f.Add(odsOf(f, `<table:table>`+row(str("x"))+`</table:table>`))
	f.Add(xlsOf(formats4, xlsSheet{name: "A", records: [][]byte{labelAt(0, 0, "x")}}))
	f.Fuzz(func(t *testing.T, data []byte) { checkLaws(t, data) })
}

// FuzzSheetXML reaches the cells of a workbook, which random bytes of a zip never do.
func FuzzSheetXML(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" s="1" t="d"><f>1</f><v>1990-05-15</v></c><c r="ZZ1" t="s"><v>1</v></c></row>`, `<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si><si/></sst>`)
	f.Add(`<x:row><x:c t='str'><x:v><![CDATA[a]]>&#x41;_x0041_</x:v></x:c><!-- --></x:row>`, `<sst><si><t>&lt;</t></si></sst>`)
	f.Add(`<row><c`, `<!DOCTYPE`)
	f.Fuzz(func(t *testing.T, rows, texts string) {
		if len(rows)+len(texts) > 256<<10 {
			return
		}
		checkLaws(t, workbookOf(t, rows, entry{"xl/sharedStrings.xml", texts}))
	})
}

// FuzzXLS reaches the records of an old workbook.
func FuzzXLS(f *testing.F) {
	f.Add(workbookStream([][]byte{sst(40, "satu", "dua", "tiga")}, xlsSheet{name: "A", records: [][]byte{
		labelAt(3, 1, "x"), record(biffLabelSST, atCell(1, 0, 0), uint32(2)),
		record(biffFormula, atCell(1, 1, 0), "\x00\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)), record(biffString, wideText("y")),
		record(biffMulRK, uint16(4), uint16(1), uint16(0), uint32(7<<2|2), uint16(1), uint32(3), uint16(2)),
	}}))
	f.Add(workbookStream(formats4, xlsSheet{name: "A", state: 1, records: [][]byte{numberAt(0, 0, 2, 33008), record(biffBoolErr, atCell(0, 1, 0), byte(0x2A), byte(1))}}))
	f.Fuzz(func(t *testing.T, stream []byte) {
		if len(stream) > 256<<10 {
			return
		}
		checkLaws(t, stream)
		checkLaws(t, oleFile("Workbook", stream))
	})
}

// FuzzHTML reaches the cells of a page.
func FuzzHTML(f *testing.F) {
	f.Add(`<meta name=generator content="Microsoft Excel 15"><style>.a{mso-number-format:"Short Date";}</style><table><tr><td class=a x:num="1" rowspan=2 colspan=3>a<td>b</table>`)
	f.Add("<table><tr><td>\xFF\x00&#0;&nbsp;<table><tr><td>x</table><br><p>y</table><caption>")
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) < 64<<10 {
			checkLaws(t, []byte("<html>"+page))
		}
	})
}

// FuzzODS reaches the cells of an OpenDocument spreadsheet.
func FuzzODS(f *testing.F) {
	f.Add(`<table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="4"/><table:covered-table-cell/></table:table-row>`)
	f.Add(`<table:table-row><table:table-cell><text:p>a<text:s text:c="99999999"/></text:p><office:annotation><text:p>`)
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) < 64<<10 {
			checkLaws(t, odsOf(t, `<table:table table:name="A">`+rows+`</table:table>`))
		}
	})
}

func checkLaws(t *testing.T, data []byte) {
	b, err := small.Open(bytes.NewReader(data), int64(len(data)), "x")
	if err != nil {
		if !strings.HasPrefix(keyOf(err), "sheet.") {
			t.Fatalf("refused without a sentence: %v", err)
		}
		return
	}
	for i := range b.Sheets()[:min(len(b.Sheets()), 3)] {
		first, firstErr := readBounded(t, b, i)
		again, againErr := readBounded(t, b, i)
		if keyOf(firstErr) != keyOf(againErr) {
			t.Fatalf("read twice, ended by %v and %v", firstErr, againErr)
		}
		if diff := cmp.Diff(notesOf(first), notesOf(again)); diff != "" {
			t.Fatal(diff)
		}
		h := FindHeader(first)
		if h.Found() && (h.Index >= len(first) || h.Data <= h.Index || h.Data > len(first)) {
			t.Fatalf("header at %d, data at %d of %d rows", h.Index, h.Data, len(first))
		}
	}
}

func readBounded(t *testing.T, b Book, sheet int) ([]Row, error) {
	rows, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Row
	last := 0
	for rows.Next() {
		row := rows.Row()
		if row.N <= last || len(row.Cells) > small.Columns {
			t.Fatalf("row %d after %d with %d cells", row.N, last, len(row.Cells))
		}
		last = row.N
		for _, c := range row.Cells {
			// A repaired text may grow: each broken byte becomes up to three.
			if !utf8.ValidString(c.Text) || strings.IndexByte(c.Text, 0) >= 0 || len(c.Text) > 3*small.Cell {
				t.Fatalf("row %d holds %q", row.N, c.Text)
			}
			c.Date()
			c.Digits()
		}
		all = append(all, row.Clone())
	}
	if err := rows.Err(); err != nil && !strings.HasPrefix(keyOf(err), "sheet.") {
		t.Fatalf("ended without a sentence: %v", err)
	}
	return all, rows.Err()
}
