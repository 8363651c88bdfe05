package sheet

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func numberAt(row, column, format int, f float64) []byte {
	return record(biffNumber, atCell(row, column, format), f)
}

func labelAt(row, column int, text string) []byte {
	return record(biffLabel, atCell(row, column, 0), wideText(text))
}

// formats: cell format 0 is general, 1 the built-in date, 2 a date of one's own, 3 a
// number with colours that only looks like one.
var formats4 = [][]byte{
	record(biffFormat, uint16(164), wideText(`[$-421]dd mmmm yyyy`)),
	record(biffFormat, uint16(165), wideText(`[Red]0.00`)),
	record(biffXF, uint16(0), uint16(0), make([]byte, 16)),
	record(biffXF, uint16(0), uint16(14), make([]byte, 16)),
	record(biffXF, uint16(0), uint16(164), make([]byte, 16)),
	record(biffXF, uint16(0), uint16(165), make([]byte, 16)),
}

func TestXLSCells(t *testing.T) {
	text := func(s string) Cell { return Cell{Kind: Text, Text: s} }
	cases := []struct {
		what   string
		record []byte
		want   Cell
	}{
		{"text of the table", record(biffLabelSST, atCell(0, 0, 0), uint32(1)), text("SITI AMINAH")},
		{"text outside the table", record(biffLabelSST, atCell(0, 0, 0), uint32(9)), Cell{Kind: Error}},
		{"wide text", labelAt(0, 0, "½ hari 👪"), text("½ hari 👪")},
		{"narrow text with a hard space", record(biffLabel, atCell(0, 0, 0), uint16(3), byte(0), "a\xA0b"), text("a\u00a0b")},
		{"rich text", record(biffRString, atCell(0, 0, 0), wideText("tebal"), uint16(1), uint32(0)), text("tebal")},
		{"rich head before the letters", record(biffLabel, atCell(0, 0, 0), uint16(2), byte(8|4), uint16(1), uint32(4), "ab", uint32(7), uint32(7)), text("ab")},
		{"number", numberAt(0, 0, 0, 4.95), Cell{Kind: Number, Text: "4.95"}},
		{"NIK as number", numberAt(0, 0, 0, 2103990101900001), Cell{Kind: Number, Text: "2103990101900001"}},
		{"number above 2^53", numberAt(0, 0, 0, 9271990101900002), Cell{Kind: Number, Text: "9271990101900002"}},
		{"large number without exponent", numberAt(0, 0, 0, 1e21), Cell{Kind: Number, Text: "1000000000000000000000"}},
		{"no number", numberAt(0, 0, 0, math.NaN()), Cell{Kind: Error, Text: "#NUM!"}},
		{"date", numberAt(0, 0, 1, 33008), Cell{Kind: Date, Text: "33008"}},
		{"date of a format of one's own", numberAt(0, 0, 2, 33008), Cell{Kind: Date, Text: "33008"}},
		{"red is no date", numberAt(0, 0, 3, 33008), Cell{Kind: Number, Text: "33008"}},
		{"a format that is not there", numberAt(0, 0, 99, 33008), Cell{Kind: Number, Text: "33008"}},
		{"RK integer", record(biffRK, atCell(0, 0, 0), uint32(600000<<2|2)), Cell{Kind: Number, Text: "600000"}},
		{"RK negative hundredths", record(biffRK, atCell(0, 0, 0), ^uint32(0)&^uint32(3)|3), Cell{Kind: Number, Text: "-0.01"}},
		{"RK float", record(biffRK, atCell(0, 0, 1), uint32(math.Float64bits(33008)>>32)), Cell{Kind: Date, Text: "33008"}},
		{"true", record(biffBoolErr, atCell(0, 0, 0), byte(1), byte(0)), Cell{Kind: Bool, Text: "TRUE"}},
		{"#N/A", record(biffBoolErr, atCell(0, 0, 0), byte(0x2A), byte(1)), Cell{Kind: Error, Text: "#N/A"}},
		{"formula with a number", record(biffFormula, atCell(0, 0, 0), 12.5, make([]byte, 8)), Cell{Kind: Number, Text: "12.5"}},
		{"formula with a date", record(biffFormula, atCell(0, 0, 1), 33008.0, make([]byte, 8)), Cell{Kind: Date, Text: "33008"}},
		{"formula with false", record(biffFormula, atCell(0, 0, 0), "\x01\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)), Cell{Kind: Bool, Text: "FALSE"}},
		{"formula with #REF!", record(biffFormula, atCell(0, 0, 0), "\x02\x00\x17\x00\x00\x00\xFF\xFF", make([]byte, 8)), Cell{Kind: Error, Text: "#REF!"}},
		{"formula with a text", append(record(biffFormula, atCell(0, 0, 0), "\x00\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)),
			append(record(0x04BC, make([]byte, 10)), record(biffString, wideText("Ranai"))...)...), text("Ranai")},
		{"formula with a long text", append(record(biffFormula, atCell(0, 0, 0), "\x00\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)),
			append(record(biffString, uint16(4), byte(0), "ab"), record(biffContinue, byte(1), wide("½d"))...)...), text("ab½d")},
		{"formula whose text is missing", record(biffFormula, atCell(0, 0, 0), "\x00\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)), Cell{Kind: Formula}},
		{"formula with the empty text", record(biffFormula, atCell(0, 0, 0), "\x03\x00\x00\x00\x00\x00\xFF\xFF", make([]byte, 8)), Cell{}},
		{"blank", record(0x0201, atCell(0, 0, 1)), Cell{}},
		{"a record that is too short", record(biffNumber, atCell(0, 0, 0), "x"), Cell{}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			globals := append([][]byte{sst(8224, "x", "SITI AMINAH")}, formats4...)
			b := mustOpen(t, xlsOf(globals, xlsSheet{name: "Data", records: [][]byte{c.record, labelAt(0, 1, "akhir")}}), "x.xls")
			rows := readAll(t, b, 0)
			if diff := cmp.Diff([]Cell{c.want, text("akhir")}, rows[0].Cells); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestXLSSheet(t *testing.T) {
	mulRK := record(biffMulRK, uint16(4), uint16(1), uint16(0), uint32(7<<2|2), uint16(1), uint32(33008<<2|2), uint16(2))
	data := xlsOf(append([][]byte{record(biffDateMode, uint16(1))}, formats4...),
		xlsSheet{name: "Banawa Selatan", records: [][]byte{
			record(0x0200, uint32(0), uint32(60000), uint16(0), uint16(256), uint16(0)), // DIMENSIONS that lies
			record(biffColInfo, uint16(1), uint16(2), uint16(0), uint16(0), uint16(1), uint16(0)),
			record(biffRow, uint16(4), uint16(0), uint16(9), make([]byte, 6), uint16(0x20), uint16(0)),
			labelAt(9, 0, "terakhir"), // rows in any order
			labelAt(4, 0, "NIK"),
			mulRK,
			bof(0x20), labelAt(0, 0, "di dalam grafik"), endOf,
			labelAt(2, 1, "kedua"),
			labelAt(7, 0, " \u00a0"), // a row of blanks is none
			labelAt(2, 0, "pertama"),
			record(0x00E5, uint16(1), uint16(2), uint16(2), uint16(0), uint16(5)), // MERGEDCELLS
		}},
		xlsSheet{name: "Grafik", kind: 2},
		xlsSheet{name: "Rahasia ½", state: 2, records: [][]byte{labelAt(0, 0, "x")}},
		xlsSheet{name: "Modul", kind: 6},
	)
	b := mustOpen(t, data, "daftar.csv")
	if diff := cmp.Diff([]Info{{Name: "Banawa Selatan"}, {Name: "Rahasia ½", State: VeryHidden}}, b.Sheets()); diff != "" {
		t.Error(diff)
	}
	want := []Note{{"sheet.note.extension", []any{"csv", "xls"}}, {Key: "sheet.note.macro"}, {Key: "sheet.note.1904"}, {"sheet.note.hidden", []any{1}}}
	if diff := cmp.Diff(want, b.Notes()); diff != "" {
		t.Error(diff)
	}
	rows := readAll(t, b, 0)
	if diff := cmp.Diff([]string{"3:pertama|kedua", "5:NIK|7|33008", "10:terakhir"}, notesOf(rows)); diff != "" {
		t.Error(diff)
	}
	if !rows[1].Hidden || rows[0].Hidden || rows[1].Cells[2].Kind != Date || !rows[1].Cells[2].Epoch1904 {
		t.Errorf("row 5: %+v", rows[1])
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

// Wherever CONTINUE cuts the string table, the texts are the same.
func TestXLSStringTableSurvivesEveryCut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-zé½ 文]{0,40}`), 1, 30).Draw(rt, "texts")
		limit := rapid.IntRange(12, 90).Draw(rt, "limit")
		var records [][]byte
		var want []string
		for i, text := range texts {
			records = append(records, record(biffLabelSST, atCell(i, 0, 0), uint32(i)), labelAt(i, 1, "."))
			want = append(want, fmt.Sprintf("%d:%s|.", i+1, text))
		}
		b := mustOpen(t, xlsOf([][]byte{sst(limit, texts...)}, xlsSheet{name: "A", records: records}), "x.xls")
		if diff := cmp.Diff(want, notesOf(readAll(t, b, 0))); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// What PHP scripts send: records without a container, texts as bytes.
func TestBareXLSOfScripts(t *testing.T) {
	data := record(biffBOF, uint16(0), uint16(0x10), uint32(0))
	for i, text := range []string{"NIK", "Jalan \x93Melati\x94", "½ UTF-8"} {
		data = append(data, record(biffLabel, atCell(i, 0, 0), uint16(len(text)), text)...)
		data = append(data, numberAt(i, 1, 0, 2103990101900000+float64(i))...)
	}
	b := mustOpen(t, append(data, endOf...), "laporan.xls")
	want := []string{"1:NIK|2103990101900000", "2:Jalan “Melati”|2103990101900001", "3:½ UTF-8|2103990101900002"}
	if diff := cmp.Diff(want, notesOf(readAll(t, b, 0))); diff != "" {
		t.Error(diff)
	}
}

func TestXLSThatCannotBeRead(t *testing.T) {
	sheet := xlsSheet{name: "Data", records: [][]byte{labelAt(0, 0, strings.Repeat("x", 3000)), labelAt(1, 0, strings.Repeat("y", 3000))}}
	whole := xlsOf(nil, sheet)
	circle := xlsOf(nil, sheet)
	fat := len(circle) - 512
	binary.LittleEndian.PutUint32(circle[fat+4*8:], 8)
	noEnd := workbookStream(nil, sheet)
	old := record(biffBOF, uint16(0x0500), uint16(5), uint32(0))
	cases := []struct {
		what string
		data []byte
		key  string
	}{
		{"locked", xlsOf([][]byte{record(biffFilePass, uint16(1))}, sheet), "sheet.password"},
		{"Excel 95 in a new stream", oleFile("Workbook", append(old, endOf...)), "sheet.xls"},
		{"Excel 95", oleFile("Book", append(old, endOf...)), "sheet.xls"},
		{"only charts", xlsOf(nil, xlsSheet{name: "G", kind: 2}), "sheet.nosheet"},
		{"half a file", whole[:len(whole)/2], "sheet.truncated"},
		{"head of a file", whole[:100], "sheet.truncated"},
		{"sectors in a circle", circle, "sheet.truncated"},
		{"globals that stop", oleFile("Workbook", bof(5)), "sheet.truncated"},
		{"sheet that stops", oleFile("Workbook", noEnd[:len(noEnd)-100]), "sheet.cut"},
		{"no sheet where it should be", oleFile("Workbook", append(bof(5), append(record(biffBoundSheet, uint32(4), uint16(0), "\x01\x00A"), endOf...)...)), "sheet.damaged"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if got := keyOf(firstFault(c.data, Limits{})); got != c.key {
				t.Errorf("key = %s, want %s", got, c.key)
			}
		})
	}
}
