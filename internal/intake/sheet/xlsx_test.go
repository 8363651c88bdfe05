package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// kinds notes each cell as kind:text.
func kinds(r Row) string {
	names := [...]string{"", "t:", "n:", "d:", "b:", "e:", "f:"}
	var cells []string
	for _, c := range r.Cells {
		cells = append(cells, names[c.Kind]+c.Text)
	}
	line := fmt.Sprintf("%d %s", r.N, strings.Join(cells, "|"))
	if r.Hidden {
		line += " hidden"
	}
	if r.Problem != nil {
		line += " !" + strings.TrimPrefix(r.Problem.Key, "sheet.row.")
	}
	return line
}

func TestHowWorkbooksSpellCells(t *testing.T) {
	shared := entry{"xl/sharedStrings.xml", `<sst><si><t>A</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">SITI </t></r>` +
		`<r><t>AMINAH</t></r><rPh sb="0" eb="1"><t>furi</t></rPh></si><si/><si><t>x_x000D_y_x005F_x000D_</t></si></sst>`}
	styles := entry{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\-mm\-yyyy"/>` +
		`<numFmt numFmtId="165" formatCode="0&quot;d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`}
	wide := strings.Repeat("é", 20<<10)
	cases := []struct {
		what, rows string
		want       []string
	}{
		{"a number keeps its spelling", `<row r="1"><c r="A1"><v>2103991505900001</v></c><c r="B1"><v>2.1039915059E+15</v></c></row>`,
			[]string{"1 n:2103991505900001|n:2.1039915059E+15"}},
		{"shared and rich text", `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c><c r="D2" t="s"><v> 3 </v></c></row>`,
			[]string{"2 t:A|t:SITI AMINAH||t:x\ry_x000D_"}},
		{"text inside the cell", `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><r><t>b</t></r><r><t> c</t></r></is></c></row>`,
			[]string{"1 t:a|t:b c"}},
		{"dates by style and by type", `<row r="1"><c s="1"><v>33008</v></c><c s="2"><v>33008.5</v></c><c s="3"><v>5</v></c><c t="d"><v>1990-05-15</v></c></row>`,
			[]string{"1 d:33008|d:33008.5|n:5|d:1990-05-15"}},
		{"booleans, errors, formulas", `<row r="1"><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A&amp;B</f><v>ok</v></c><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c><f>1</f><v/></c><c t="str"><f>""</f><v></v></c><c><v>9</v></c></row>`,
			[]string{"1 b:TRUE|b:FALSE|e:#N/A|t:ok|n:2|f:|f:||n:9"}},
		{"gaps, and cells that do not say where they are", `<row r="3"><c r="C3"><v>1</v></c><c><v>2</v></c><c r="G3"><v>3</v></c></row><row><c><v>4</v></c></row>`,
			[]string{"3 ||n:1|n:2|||n:3", "4 n:4"}},
		{"prefixes", `<x:row r="1" xmlns:x="u"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row>`, []string{"1 t:a"}},
		{"entities and CDATA", `<row><c t="inlineStr"><is><t>a &amp; b &lt;c&gt; &#233;&#xE9; &quot;x&quot; <![CDATA[<d> &amp;]]> &unknown; & e&#0;</t></is></c></row>`,
			[]string{"1 t:a & b <c> éé \"x\" <d> &amp; &unknown; & e"}},
		{"escaped characters", `<row><c t="inlineStr"><is><t>a_x0009_b_x0000_c_xZZZZ_</t></is></c></row>`, []string{"1 t:a\tbc_xZZZZ_"}},
		{"line ends", "<row><c t=\"inlineStr\"><is><t>a\r\nb\rc\nd</t></is></c></row>", []string{"1 t:a\nb\nc\nd"}},
		{"comments and odd tags", `<!-- > <row> --><row r="1" x="a>b"><?pi <c>?><c r='A1' ><v  >1</v ></c></row >`, []string{"1 n:1"}},
		{"hidden rows", `<row r="1"><c><v>1</v></c></row><row r="2" hidden="1"><c><v>2</v></c></row>`, []string{"1 n:1", "2 n:2 hidden"}},
		{"blank rows are skipped", `<row r="1"/><row r="2"><c s="1"/><c t="inlineStr"><is><t>  </t></is></c></row><row r="8000"><c><v>1</v></c></row>`, []string{"8000 n:1"}},
		{"texts that are not there", `<row><c t="s"><v>99</v></c><c t="s"><v>-1</v></c><c><v>5</v></c></row>`, []string{"1 e:|e:|n:5 !reference"}},
		{"rows that go backwards", `<row r="5"><c><v>1</v></c></row><row r="5"><c><v>2</v></c></row><row r="99999999"><c><v>3</v></c></row>`, []string{"5 n:1", "6 n:2", "7 n:3"}},
		{"a cell given twice", `<row><c r="A1"><v>1</v></c><c r="A1" t="s"><v>0</v></c></row>`, []string{"1 n:1 !reference"}},
		{"cells in no order", `<row><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>`, []string{"1 n:1||n:3"}},
		{"a column that is none", `<row><c r="AAAA1"><v>1</v></c><c r="ZZZ1"><v>2</v></c></row>`, []string{"1 n:1 !reference"}},
		{"broken letters", "<row><c t=\"inlineStr\"><is><t>\x93x\x94</t></is></c><c><v>1</v></c></row>", []string{"1 t:“x”|n:1 !encoding"}},
		{"a long cell", `<row><c t="inlineStr"><is><t>` + wide + `</t></is></c><c><v>1</v></c></row>`, []string{"1 t:" + wide[:32<<10] + "|n:1 !cell"}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			b := mustOpen(t, workbookOf(t, c.rows, shared, styles), "x.xlsx")
			var got []string
			for _, r := range readAll(t, b, 0) {
				got = append(got, kinds(r))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOtherWritersOfTheFormat(t *testing.T) {
	row := `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
	sst := `<sst><si><t>é</t></si></sst>`
	cases := []struct {
		what string
		data []byte
	}{
		{"backslashes and capitals", zipOf(t, entry{`_RELS\.rels`, `<Relationships/>`}, entry{`XL\Workbook.xml`, `<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>`},
			entry{`xl\worksheets\Sheet1.xml`, `<worksheet><sheetData>` + row + `</sheetData></worksheet>`}, entry{`xl\sharedstrings.xml`, sst})},
		{"absolute targets", workbookOf(t, row, entry{"xl/sharedStrings.xml", sst},
			entry{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Target='/xl/worksheets/sheet1.xml' Type="http://purl.oclc.org/ooxml/x/worksheet" Id="r1"/></Relationships>`})},
		{"UTF-16 parts", workbookOf(t, row, entry{"xl/sharedStrings.xml", "\xFF\xFE" + widen(`<sst><si><t>`) + "\xE9\x00" + widen(`</t></si></sst>`)})},
		{"a mark before the XML", workbookOf(t, row, entry{"xl/sharedStrings.xml", "\uFEFF<?xml version=\"1.0\"?>" + sst})},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			got := notesOf(readAll(t, mustOpen(t, c.data, "x.xlsx"), 0))
			if diff := cmp.Diff([]string{"1:é"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func widen(ascii string) string {
	var b strings.Builder
	for i := range len(ascii) {
		b.WriteByte(ascii[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestHiddenColumnsAndTheMacEpoch(t *testing.T) {
	b := mustOpen(t, workbookOf(t, "",
		entry{"xl/worksheets/sheet1.xml", `<worksheet><cols><col min="1" max="1"/><col min="3" max="4" hidden="1"/></cols><sheetData><row><c t="d"><v>1</v></c><c><v>31546</v></c></row></sheetData></worksheet>`},
		entry{"xl/workbook.xml", `<workbook><workbookPr date1904="true"/><sheets><sheet name="A" r:id="r1"/></sheets></workbook>`}), "x.xlsx")
	rows, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatal("no row")
	}
	if diff := cmp.Diff([]int{2, 3}, rows.HiddenColumns()); diff != "" {
		t.Error(diff)
	}
	if d, ok := rows.Row().At(1).Date(); !ok || d.String() != "1990-05-15" {
		t.Errorf("date = %v, %v", d, ok)
	}
	if c := rows.Row().At(99); c != (Cell{}) {
		t.Errorf("At(99) = %v", c)
	}
}

// A workbook of a few kilobytes must not become gigabytes by naming one text often.
func TestALongTextInEveryCellIsCutByRow(t *testing.T) {
	row := `<row>` + strings.Repeat(`<c t="s"><v>0</v></c>`, 1000) + `<c><v>1</v></c></row>`
	b := mustOpen(t, workbookOf(t, row+`<row><c><v>2</v></c></row>`, entry{"xl/sharedStrings.xml", `<sst><si><t>` + strings.Repeat("x", 30<<10) + `</t></si></sst>`}), "x")
	rows := readAll(t, b, 0)
	size := 0
	for _, c := range rows[0].Cells {
		size += len(c.Text)
	}
	if size > DefaultLimits().Line || rows[0].Problem == nil || rows[0].Problem.Key != "sheet.row.line" || note(rows[1]) != "2:2" {
		t.Errorf("%d bytes in the row, %v; then %s", size, rows[0].Problem, note(rows[1]))
	}
}

// Each stream stands for itself; run with -race.
func TestASheetCanBeReadSeveralTimesAtOnce(t *testing.T) {
	for _, data := range [][]byte{streamed(t, 300), listCSV(300)} {
		b := mustOpen(t, data, "x")
		want := notesOf(readAll(t, mustOpen(t, data, "x"), 0))
		for range 4 {
			t.Run(string(b.Kind()), func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(want, notesOf(readAll(t, b, 0))); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// excelize is the judge: for any workbook that it writes, both readers see the same.
func TestTheSameAsExcelize(t *testing.T) {
	text := rapid.StringMatching(`[A-Za-z0-9 é½<>&"'\n_.-]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		width := rapid.IntRange(1, 8).Draw(t, "width")
		height := rapid.IntRange(1, 20).Draw(t, "height")
		for r := 1; r <= height; r++ {
			for c := 1; c <= width; c++ {
				at, err := excelize.CoordinatesToCellName(c, r)
				if err != nil {
					t.Fatal(err)
				}
				if err := setAny(t, f, at, text); err != nil {
					t.Fatal(err)
				}
			}
		}
		var buf bytes.Buffer
		if err := f.Write(&buf); err != nil {
			t.Fatal(err)
		}
		compareWithExcelize(t, buf.Bytes())
	})
}

func setAny(t *rapid.T, f *excelize.File, at string, text *rapid.Generator[string]) error {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return f.SetCellStr("Sheet1", at, text.Draw(t, "text"))
	case 1:
		return f.SetCellValue("Sheet1", at, rapid.Int64Range(-1<<53, 1<<53).Draw(t, "int"))
	case 2:
		return f.SetCellValue("Sheet1", at, rapid.Float64().Draw(t, "float"))
	case 3:
		return f.SetCellBool("Sheet1", at, rapid.Bool().Draw(t, "bool"))
	case 4:
		return f.SetCellRichText("Sheet1", at, []excelize.RichTextRun{{Text: text.Draw(t, "a")}, {Text: text.Draw(t, "b")}})
	}
	return nil
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

// compareWithExcelize reads data with both and compares the rows that hold something.
func compareWithExcelize(t fataler, data []byte) {
	t.Helper()
	ours, err := openBytes(data, "x.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ours.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][]string{}
	for rows.Next() {
		row := rows.Row()
		for _, c := range row.Cells {
			switch {
			case c.Kind == Bool && c.Text == "TRUE":
				c.Text = "1"
			case c.Kind == Bool:
				c.Text = "0"
			}
			got[row.N] = append(got[row.N], c.Text)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(excelizeRows(t, data), got); diff != "" {
		t.Fatal(diff)
	}
}

func excelizeRows(t fataler, data []byte) map[int][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[int][]string{}
	for i, row := range all {
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			want[i+1] = row
		}
	}
	return want
}

// The streaming writer of excelize writes texts into the cells instead of a table.
func TestTheSameAsExcelizeForStreamedFiles(t *testing.T) {
	compareWithExcelize(t, streamed(t, 500))
}

// streamed writes a list of invented people, n rows under a header of 15 columns.
func streamed(t testing.TB, n int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n + 1 {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]any, 15)
		for j, text := range personRow(i) {
			cells[j] = text
			if j == 0 && i > 0 {
				cells[j] = i
			}
		}
		if err := w.SetRow(at, cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

var firstNames = []string{"SITI", "RAJA", "MOH. RIZAL", "NURMA", "HALIMAH", "ABD. KADIR", "SITTI RAHMA"}

// personRow is row i of a list of invented people; row 0 is the header.
func personRow(i int) []string {
	if i == 0 {
		return strings.Split("NO,NIK,NO KK,NAMA,TEMPAT LAHIR,TANGGAL LAHIR,JK,ALAMAT,RT,RW,DESA,KECAMATAN,PROGRAM,TAHAP,KET", ",")
	}
	return []string{
		fmt.Sprint(i), fmt.Sprintf("210399150590%04d", i%10000), fmt.Sprintf("210399010115%04d", i/4%10000),
		fmt.Sprintf("%s %d", firstNames[i%len(firstNames)], i), "RANAI", fmt.Sprintf("%02d/%02d/19%02d", i%28+1, i%12+1, i%100),
		[]string{"L", "P"}[i%2], fmt.Sprintf("JL. SEPEMPANG NO. %d", i%300), fmt.Sprintf("%03d", i%12+1), fmt.Sprintf("%03d", i%5+1),
		"Ranai Kota", "Bunguran Timur", "PKH", fmt.Sprint(i%4 + 1), "",
	}
}
