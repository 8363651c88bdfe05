package sheet

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestHTMLTables(t *testing.T) {
	cases := []struct {
		what, page string
		want       []string
	}{
		{"a plain table", `<table><tr><th>NIK</th><th>NAMA</th></tr><tr><td>1</td><td>A</td></tr></table>`, []string{"1:NIK|NAMA", "2:1|A"}},
		{"tags that nobody closed", `<TABLE><TR><TH>NIK<TH>NAMA<TR><TD>1<TD>A`, []string{"1:NIK|NAMA", "2:1|A"}},
		{"rows without tr", `<table><td>1</td><td>2</td></table>`, []string{"1:1|2"}},
		{"thead, tbody, blank rows", "<table><thead><tr><th>a</th></tr></thead>\n<tbody><tr></tr><tr><td>&nbsp;</td></tr><tr><td>b</td></tr></tbody></table>", []string{"1:a", "4:b"}},
		{"nested tags and entities", `<table><tr><td><b>SITI</b> <font color=red>AMINAH &amp; anak&nbsp;&frac12;</font></td></tr></table>`, []string{"1:SITI AMINAH & anak\u00a0½"}},
		{"lines", "<table><tr><td>Jalan\r\n   Melati<br>RT 1<p>RW 2</p></td></tr></table>", []string{"1:Jalan Melati\nRT 1\nRW 2"}},
		{"colspan and rowspan", `<table><tr><td rowspan=2>NO</td><td colspan="2">LAHIR</td><td rowspan=2>JK</td></tr><tr><td>TEMPAT</td><td>TANGGAL</td></tr><tr><td>1</td><td>Ranai</td><td>x</td><td>L</td></tr></table>`,
			[]string{"1:NO|LAHIR||JK", "2:|TEMPAT|TANGGAL", "3:1|Ranai|x|L"}},
		{"a cell down to the end", `<table><tr><td rowspan=0>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr></table>`, []string{"1:a|b", "2:|c", "3:|d"}},
		{"scripts and comments are no text", `<table><tr><td><!-- x --><script>var a="<td>";</script>b<style>c</style></td></tr></table>`, []string{"1:b"}},
		{"a page that stops", `<html><body><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4`, []string{"1:1|2", "2:3|4"}},
		{"text around the table", `<html>Laporan<table>teks<tr>liar<td>1</td></tr></table>akhir`, []string{"1:1"}},
		{"a span beyond all columns", `<table><tr><td colspan=99999 rowspan=99999>a</td></tr><tr><td>b</td></tr></table>`, []string{"1:a", "2: !columns"}},
		{"digits as they stand", `<table><tr><td style='mso-number-format:"\@"'>2103990101900000</td><td>0012</td><td>2,10307E+15</td></tr></table>`, []string{"1:2103990101900000|0012|2,10307E+15"}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			b := mustOpen(t, []byte(c.page), "laporan.html")
			if diff := cmp.Diff(c.want, notesOf(readAll(t, b, 0))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Where Excel wrote the page, a cell may be a number, and keeps it beside what it shows.
func TestHTMLCellsOfExcel(t *testing.T) {
	const head = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><meta name=Generator content="Microsoft Excel 15">
		<style><!-- .xl65 {mso-number-format:"Short Date";} td.xl66 {color:red; mso-number-format:"\@";} .xl67{mso-number-format:Fixed;} --></style>`
	cases := []struct {
		td   string
		want Cell
	}{
		{`<td x:num>12</td>`, Cell{Kind: Number, Text: "12"}},
		{`<td x:num="2103990101900000">2.10399E+15</td>`, Cell{Kind: Number, Text: "2103990101900000"}},
		{`<td class=xl65 x:num="33008">15/05/1990</td>`, Cell{Kind: Date, Text: "33008"}},
		{`<td class=xl67 x:num="33008.5">33008.50</td>`, Cell{Kind: Number, Text: "33008.5"}},
		{`<td style='mso-number-format:"dd\\/mm\\/yyyy"' x:num="33008">15/05/1990</td>`, Cell{Kind: Date, Text: "33008"}},
		{`<td class=xl65>15/05/1990</td>`, Cell{Kind: Text, Text: "15/05/1990"}},
		{`<td align=right>2103990101900000</td>`, Cell{Kind: Number, Text: "2103990101900000"}},
		{`<td class=xl66>2103990101900000</td>`, Cell{Kind: Text, Text: "2103990101900000"}},
		{`<td x:str>2103990101900000</td>`, Cell{Kind: Text, Text: "2103990101900000"}},
		{`<td>001</td>`, Cell{Kind: Text, Text: "001"}},
		{`<td>2.10399E+15</td>`, Cell{Kind: Text, Text: "2.10399E+15"}},
		{`<td>#N/A</td>`, Cell{Kind: Error, Text: "#N/A"}},
	}
	for _, c := range cases {
		t.Run(c.td, func(t *testing.T) {
			b := mustOpen(t, []byte(head+"<table><tr>"+c.td+"<td>z</td></tr></table>"), "x.htm")
			if diff := cmp.Diff(c.want, readAll(t, b, 0)[0].Cells[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHTMLSheets(t *testing.T) {
	page := `<html><body><h2>Kecamatan Banawa &amp; Sekitar</h2><table><tr><td>a</td></tr></table>
		<table><caption> Rekap  2026 </caption><tr><td>b</td></tr></table>
		<table><tr><td><table><tr><td>c</td></tr></table></td></tr></table><table><tr><td></td></tr></table>`
	b := mustOpen(t, []byte(page), "laporan.xls")
	var names, rows []string
	for i, s := range b.Sheets() {
		names = append(names, s.Name)
		rows = append(rows, strings.Join(notesOf(readAll(t, b, i)), " "))
	}
	if diff := cmp.Diff([]string{"Kecamatan Banawa & Sekitar", "Rekap 2026", "Tabel 3"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1:a", "1:b", "1:c"}, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Note{{"sheet.note.extension", []any{"xls", "html"}}}, b.Notes()); diff != "" {
		t.Error(diff)
	}
}

func TestHTMLEncodings(t *testing.T) {
	const page = `<table><tr><td>x</td></tr></table><table><tr><td>“½”</td></tr></table>`
	var utf16le []byte
	for _, u := range utf16.Encode([]rune("\uFEFF<html>" + page)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for _, c := range []struct{ name, page string }{
		{"UTF-8", page},
		{"UTF-8", "\uFEFF" + page},
		{"UTF-8", `<meta charset="iso-8859-1">` + page}, // it lies
		{"Windows-1252", "<table><tr><td>x</td></tr></table><table><tr><td>\x93\xBD\x94</td></tr></table>"},
		{"windows-1251", `<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><table><tr><td>` + "x</td></tr></table><table><tr><td>\x93\xBD\x94</td></tr></table>"},
		{"UTF-16LE", string(utf16le)},
	} {
		b := mustOpen(t, []byte(c.page), "x.html")
		if got := b.Sheets()[1].Encoding; got != c.name {
			t.Errorf("encoding %s, want %s", got, c.name)
		}
		want := "1:“½”"
		if c.name == "windows-1251" {
			want = "1:“Ѕ”"
		}
		if diff := cmp.Diff([]string{want}, notesOf(readAll(t, b, 1))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestHTMLWithTooManyTables(t *testing.T) {
	var page strings.Builder
	for i := range htmlTables + 5 {
		fmt.Fprintf(&page, "<table><tr><td>%d</td></tr></table>", i)
	}
	b := mustOpen(t, []byte(page.String()), "x.html")
	if len(b.Sheets()) != htmlTables || len(b.Notes()) != 1 || b.Notes()[0].Key != "sheet.note.tables" {
		t.Errorf("%d sheets, %v", len(b.Sheets()), b.Notes())
	}
}
