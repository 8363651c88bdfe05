package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// odsOf wraps what stands inside <office:spreadsheet>.
func odsOf(t testing.TB, tables string, more ...entry) []byte {
	t.Helper()
	content := `<?xml version="1.0" encoding="UTF-8"?><office:document-content><office:automatic-styles>` +
		`<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>` +
		`<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`
	return zipOf(t, append([]entry{{"mimetype", odsMime}, {"content.xml", content}}, more...)...)
}

func row(cells string) string { return `<table:table-row>` + cells + `</table:table-row>` }

func str(text string) string {
	return `<table:table-cell office:value-type="string"><text:p>` + text + `</text:p></table:table-cell>`
}

func TestODSCells(t *testing.T) {
	cases := []struct {
		what, cell string
		want       Cell
	}{
		{"text", str("a &amp; b"), Cell{Kind: Text, Text: "a & b"}},
		{"paragraphs, blanks, tabs", str(`a<text:s text:c="3"/><text:span>b</text:span><text:tab/>c</text:p><text:p>d<text:line-break/>e`), Cell{Kind: Text, Text: "a   b\tc\nd\ne"}},
		{"a comment is no text", `<table:table-cell office:value-type="string"><office:annotation><dc:date>2026</dc:date><text:p>catatan</text:p></office:annotation><text:p>isi</text:p></table:table-cell>`, Cell{Kind: Text, Text: "isi"}},
		{"NIK as number", `<table:table-cell office:value-type="float" office:value="2103990101900000"><text:p>2,10E+15</text:p></table:table-cell>`, Cell{Kind: Number, Text: "2103990101900000"}},
		{"exponent of the file", `<table:table-cell office:value-type="float" office:value="2.1039901019E+015"/>`, Cell{Kind: Number, Text: "2.1039901019E+015"}},
		{"money", `<table:table-cell office:value-type="currency" office:currency="IDR" office:value="600000"><text:p>Rp600.000</text:p></table:table-cell>`, Cell{Kind: Number, Text: "600000"}},
		{"date", `<table:table-cell office:value-type="date" office:date-value="1990-05-15"><text:p>15/05/90</text:p></table:table-cell>`, Cell{Kind: Date, Text: "1990-05-15"}},
		{"time of day", `<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"><text:p>08:30</text:p></table:table-cell>`, Cell{Kind: Text, Text: "08:30"}},
		{"true", `<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>BENAR</text:p></table:table-cell>`, Cell{Kind: Bool, Text: "TRUE"}},
		{"string-value", `<table:table-cell office:value-type="string" office:string-value="Ranai"/>`, Cell{Kind: Text, Text: "Ranai"}},
		{"error", `<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>`, Cell{Kind: Error, Text: "#DIV/0!"}},
		{"formula without value", `<table:table-cell table:formula="of:=A1"/>`, Cell{Kind: Formula}},
		{"covered", `<table:covered-table-cell office:value-type="string"><text:p>x</text:p></table:covered-table-cell>`, Cell{}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			b := mustOpen(t, odsOf(t, `<table:table table:name="A">`+row(c.cell+str("z"))+`</table:table>`), "x.ods")
			if diff := cmp.Diff([]Cell{c.want, {Kind: Text, Text: "z"}}, readAll(t, b, 0)[0].Cells); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestODSDates(t *testing.T) {
	for value, want := range map[string]string{"1990-05-15": "1990-05-15", "1990-05-15T10:00:00": "1990-05-15", "1899-12-30": "", "besok": ""} {
		b := mustOpen(t, odsOf(t, `<table:table>`+row(`<table:table-cell office:value-type="date" office:date-value="`+value+`"/>`)+`</table:table>`), "x.ods")
		got := ""
		if d, ok := readAll(t, b, 0)[0].Cells[0].Date(); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("%s is %q, want %q", value, got, want)
		}
	}
}

func TestODSSheets(t *testing.T) {
	first := `<table:table table:name="Banawa &amp; Sekitar" table:style-name="ta1"><table:shapes><draw:frame><text:p>gambar</text:p><table:table table:name="di gambar"/></draw:frame></table:shapes>` +
		`<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/><table:table-column table:number-columns-repeated="16381"/>` +
		`<table:table-header-rows>` + row(str("NIK")+str("NAMA")+`<table:table-cell table:number-columns-repeated="16382"/>`) + `</table:table-header-rows>` +
		`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>` +
		`<table:table-row-group><table:table-row table:visibility="filter" table:number-rows-repeated="2">` + str("1") + `<table:table-cell/><table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>v</text:p></table:table-cell></table:table-row></table:table-row-group>` +
		`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`
	second := `<table:table table:name="Rahasia" table:style-name="ta2">` + row(str("x")) + `</table:table>`
	b := mustOpen(t, odsOf(t, first+second), "daftar.xlsx")
	if diff := cmp.Diff([]Info{{Name: "Banawa & Sekitar"}, {Name: "Rahasia", State: Hidden}}, b.Sheets()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Note{{"sheet.note.extension", []any{"xlsx", "ods"}}, {"sheet.note.hidden", []any{1}}}, b.Notes()); diff != "" {
		t.Error(diff)
	}
	rows := readAll(t, b, 0)
	if diff := cmp.Diff([]string{"1:NIK|NAMA", "5:1||v|v", "6:1||v|v"}, notesOf(rows)); diff != "" {
		t.Error(diff)
	}
	if rows[0].Hidden || !rows[1].Hidden || !rows[2].Hidden {
		t.Error("the filtered rows are not told from the others")
	}
	if diff := cmp.Diff([]string{"1:x"}, notesOf(readAll(t, b, 1))); diff != "" {
		t.Error(diff)
	}
	stream, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	stream.Next()
	if diff := cmp.Diff([]int{1, 2}, stream.HiddenColumns()); diff != "" {
		t.Error(diff)
	}
}

// A file of a kilobyte must not become a million rows or a row of a million texts.
func TestODSRepeatsAreBounded(t *testing.T) {
	filled := `<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576">` + str("x") + `</table:table-row>` +
		row(`<table:table-cell office:value-type="string" table:number-columns-repeated="999999999"><text:p>y</text:p></table:table-cell>`) + `</table:table>`
	rows := readAll(t, mustOpen(t, odsOf(t, filled), "x.ods"), 0)
	if len(rows) != 2 || len(rows[1].Cells) != DefaultLimits().Columns || rows[1].Problem == nil {
		t.Errorf("%d rows, the last with %d cells", len(rows), len(rows[len(rows)-1].Cells))
	}
}

func TestODSThatCannotBeRead(t *testing.T) {
	manifest := entry{"META-INF/manifest.xml", `<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`}
	cut := `<office:spreadsheet><table:table table:name="A">` + row(str("x")) + `<table:table-row><table:table-cell>`
	cases := []struct {
		what string
		data []byte
		key  string
	}{
		{"locked", odsOf(t, "", manifest), "sheet.password"},
		{"locked as a whole", zipOf(t, entry{"mimetype", odsMime}, entry{"encrypted-package", "x"}), "sheet.password"},
		{"no tables", odsOf(t, ""), "sheet.nosheet"},
		{"content that stops", zipOf(t, entry{"mimetype", odsMime}, entry{"content.xml", cut}), "sheet.cut"},
		{"entity attack", zipOf(t, entry{"mimetype", odsMime}, entry{"content.xml", `<!DOCTYPE a [<!ENTITY b "c">]><x/>`}), "sheet.damaged"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if got := keyOf(firstFault(c.data, Limits{})); got != c.key {
				t.Errorf("key = %s, want %s", got, c.key)
			}
		})
	}
}
