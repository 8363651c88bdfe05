package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Run with -bench . -benchtime 1x: each operation reads a whole file.

func listCSV(n int) []byte {
	var buf bytes.Buffer
	for i := range n + 1 {
		row := personRow(i)
		if i%10 == 9 {
			row[7] = `"` + row[7] + `; RT 3"`
		}
		buf.WriteString(strings.Join(row, ";"))
		buf.WriteByte('\n')
	}
	return buf.Bytes()
}

// withStringTable rewrites inline texts as Excel keeps them, in a string table.
func withStringTable(b *testing.B, n int) []byte {
	b.Helper()
	var rows, texts strings.Builder
	index := map[string]int{}
	for i := range n + 1 {
		fmt.Fprintf(&rows, `<row r="%d" spans="1:15">`, i+1)
		for j, text := range personRow(i) {
			at := fmt.Sprintf("%s%d", ColumnName(j), i+1)
			switch k, known := index[text]; {
			case j == 0 && i > 0:
				fmt.Fprintf(&rows, `<c r="%s"><v>%s</v></c>`, at, text)
				continue
			case text == "":
				continue
			case !known:
				k = len(index)
				index[text] = k
				fmt.Fprintf(&texts, `<si><t>%s</t></si>`, text)
				fallthrough
			default:
				fmt.Fprintf(&rows, `<c r="%s" s="0" t="s"><v>%d</v></c>`, at, k)
			}
		}
		rows.WriteString(`</row>`)
	}
	return workbookOf(b, rows.String(), entry{"xl/sharedStrings.xml", `<sst>` + texts.String() + `</sst>`})
}

func benchmarkRead(b *testing.B, data []byte, want int) {
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	read := 0
	for b.Loop() {
		book, err := openBytes(data, "x")
		if err != nil {
			b.Fatal(err)
		}
		rows, err := book.Rows(0)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			n++
		}
		if err := rows.Err(); err != nil || n != want {
			b.Fatalf("%d rows, %v", n, err)
		}
		read += n
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV(b *testing.B) {
	benchmarkRead(b, listCSV(1_000_000), 1_000_001)
}

// BenchmarkXLS reads the longest sheet that an xls can have.
func BenchmarkXLS(b *testing.B) {
	const n = 65_536
	var texts []string
	var records [][]byte
	index := map[string]uint32{}
	for i := range n {
		for j, text := range personRow(i) {
			k, known := index[text]
			if !known {
				k = uint32(len(texts))
				index[text] = k
				texts = append(texts, text)
			}
			records = append(records, record(biffLabelSST, atCell(i, j, 0), k))
		}
	}
	benchmarkRead(b, xlsOf([][]byte{sst(8224, texts...)}, xlsSheet{name: "A", records: records}), n)
}

func BenchmarkHTML(b *testing.B) {
	const n = 100_000
	var page bytes.Buffer
	page.WriteString("<html><table>")
	for i := range n {
		page.WriteString("<tr><td>" + strings.Join(personRow(i), "</td>\n<td>") + "</td></tr>\n")
	}
	benchmarkRead(b, page.Bytes(), n)
}

func BenchmarkODS(b *testing.B) {
	const n = 100_000
	var rows strings.Builder
	rows.WriteString(`<table:table table:name="A">`)
	for i := range n {
		rows.WriteString(`<table:table-row>`)
		for _, text := range personRow(i) {
			rows.WriteString(`<table:table-cell office:value-type="string"><text:p>` + text + `</text:p></table:table-cell>`)
		}
		rows.WriteString(`</table:table-row>`)
	}
	benchmarkRead(b, odsOf(b, rows.String()+`</table:table>`), n)
}

func BenchmarkXLSX(b *testing.B) {
	b.Run("300k string table", func(b *testing.B) { benchmarkRead(b, withStringTable(b, 300_000), 300_001) })
	b.Run("300k inline", func(b *testing.B) { benchmarkRead(b, streamed(b, 300_000), 300_001) })
	small := writtenByExcelize(b, 30_000)
	b.Run("30k ours", func(b *testing.B) { benchmarkRead(b, small, 30_001) })
	b.Run("30k excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			readWithExcelize(b, small, 30_001)
		}
	})
}

// writtenByExcelize has a string table too, and all the parts that excelize wants.
func writtenByExcelize(b *testing.B, n int) []byte {
	b.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i := range n + 1 {
		for j, text := range personRow(i) {
			if err := f.SetCellStr("Sheet1", fmt.Sprintf("%s%d", ColumnName(j), i+1), text); err != nil {
				b.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

func readWithExcelize(b *testing.B, data []byte, want int) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for rows.Next() {
		if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != want {
		b.Fatalf("%d rows", n)
	}
}
