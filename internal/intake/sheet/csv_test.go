package sheet

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"tepat/internal/fault"
)

func TestTextTables(t *testing.T) {
	wide := strings.Repeat("a", 40<<10)
	cases := []struct {
		what, text string
		want       []string
	}{
		{"semicolons and decimal commas", "sep=;\r\nNIK;NILAI\r\n1;4,95\r\n2;600.000,00\r\n",
			[]string{"2:NIK|NILAI", "3:1|4,95", "4:2|600.000,00"}},
		{"decimal commas in every row", "A;B;C\n1;2;3,5\n4;5;6,5\n", []string{"1:A|B|C", "2:1|2|3,5", "3:4|5|6,5"}},
		{"pipes", "A|B|C\n1|x, y|3\n", []string{"1:A|B|C", "2:1|x, y|3"}},
		{"tabs", "A\tB\n1\t\n", []string{"1:A|B", "2:1|"}},
		{"byte order mark", "\uFEFFNIK,NAMA\n1,a\n", []string{"1:NIK|NAMA", "2:1|a"}},
		{"mark and sep", "\uFEFFsep=|\n1|a\n", []string{"2:1|a"}},
		{"three line ends, one in a cell", "A,B\r\n1,\"x\ny\"\r2,z\n\n3,w", []string{"1:A|B", "2:1|x\ny", "4:2|z", "6:3|w"}},
		{"only carriage returns", "A,B\r1,2\r3,4", []string{"1:A|B", "2:1|2", "3:3|4"}},
		{"quotes", "A;B\n\"x \"\"y\"\"\";\"1;2\"\n", []string{"1:A|B", "2:x \"y\"|1;2"}},
		{"blanks around quotes", "A,B\n \"x,y\" ,2\n", []string{"1:A|B", "2:x,y|2"}},
		{"bare quotes", "A,B\n\"JL. \"MAWAR\" NO, 3\",2\n5\" pipa,3\n", []string{"1:A|B", "2:JL. \"MAWAR\" NO, 3|2", "3:5\" pipa|3"}},
		{"quote never closed", "A,B\n1,\"x\n2,y\n3,z\n", []string{"1:A|B", "2:1|\"x !quote", "3:2|y", "4:3|z"}},
		{"quote closed by the next cell's", "A,B\n1,\"x\n2,\"y\"\n3,z\n", []string{"1:A|B", "2:1|\"x !quote", "3:2|y", "4:3|z"}},
		{"quote closed by an inch mark", "A,B,C\n1,\"x,p\n2,y,5\"\n3,z,q\n", []string{"1:A|B|C", "2:1|\"x|p !quote", "3:2|y|5\"", "4:3|z|q"}},
		{"short and long rows", "A,B,C\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n", []string{"1:A|B|C", "2:1|2|3", "3:1|2 !short", "4:1|2|3|4 !long", "5:1|2|3||"}},
		{"letterhead is not short", "DINAS SOSIAL\nA,B\n1,2\n1,2\n", []string{"1:DINAS SOSIAL", "2:A|B", "3:1|2", "4:1|2"}},
		{"blank rows are counted, not given", "A,B\n,\n  , \n1,2\n\x1a", []string{"1:A|B", "4:1|2"}},
		{"Windows-1252", "A,B\n\x93x\x94 \x96 \xBD,1\n", []string{"1:A|B", "2:“x” – ½|1"}},
		{"one foreign row among UTF-8", "é,è\nà,ù\n\x93x\x94,1\n", []string{"1:é|è", "2:à|ù", "3:“x”|1 !encoding"}},
		{"a NUL", strings.Repeat("é,b\n", 3000) + "x\x00y,b\n", nil},
		{"a long cell", "A,B\n" + wide + ",2\n", []string{"1:A|B", "2:" + wide[:32<<10] + "|2 !cell"}},
		{"one column", "NIK\n1\n2\n", []string{"1:NIK", "2:1", "3:2"}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			got := notesOf(readAll(t, mustOpen(t, []byte(c.text), "x.csv"), 0))
			if c.want == nil {
				got, c.want = got[len(got)-1:], []string{"3001:xy|b !encoding"}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUTF16(t *testing.T) {
	for _, endian := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		for _, mark := range []unicode.BOMPolicy{unicode.UseBOM, unicode.IgnoreBOM} {
			text, err := unicode.UTF16(endian, mark).NewEncoder().String("NIK\tNAMA\r\n1\tSITI É\r\n")
			if err != nil {
				t.Fatal(err)
			}
			b := mustOpen(t, []byte(text), "x.txt")
			want := []string{"1:NIK|NAMA", "2:1|SITI É"}
			if diff := cmp.Diff(want, notesOf(readAll(t, b, 0))); diff != "" {
				t.Errorf("%v %v: %s", endian, mark, diff)
			}
		}
	}
}

// A stray quote at the start of a large file costs one row, whatever follows.
func TestAnUnclosedQuoteCostsOneRow(t *testing.T) {
	text := "A;B;C\n1;\"x;y\n" + strings.Repeat("1;2;3\n", 200_000)
	rows := readAll(t, mustOpen(t, []byte(text), "x.csv"), 0)
	if len(rows) != 200_002 {
		t.Fatalf("%d rows, want 200002", len(rows))
	}
	for i, r := range rows {
		if (r.Problem != nil) != (i == 1) || r.N != i+1 {
			t.Fatalf("row %d: %s", i, note(r))
		}
	}
}

func TestAnEndlessLineCostsOneRow(t *testing.T) {
	text := "A,B\n1," + strings.Repeat("x", 5<<20) + "\n2,y\n"
	rows := readAll(t, mustOpen(t, []byte(text), "x.csv"), 0)
	if len(rows) != 3 || rows[1].Problem == nil || rows[1].Problem.Key != "sheet.row.line" || note(rows[2]) != "3:2|y" {
		t.Fatalf("%d rows; the last is %s", len(rows), note(rows[len(rows)-1]))
	}
	if n := len(rows[1].Cells[1].Text); n != DefaultLimits().Cell {
		t.Errorf("%d bytes of the cell kept", n)
	}
}

// Whatever a proper writer writes is read back to the letter, whatever the delimiter.
func TestWellFormedTablesAreReadBack(t *testing.T) {
	cell := rapid.StringMatching(`[A-Za-z0-9 é½",;|'\n.-]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]rune{',', ';', '|', '\t'}).Draw(t, "delimiter")
		width := rapid.IntRange(2, 6).Draw(t, "width")
		table := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 1, 30).Draw(t, "table")
		var buf bytes.Buffer
		buf.WriteString("sep=" + string(delimiter) + "\n")
		w := csv.NewWriter(&buf)
		w.Comma, w.UseCRLF = delimiter, rapid.Bool().Draw(t, "crlf")
		var want [][]string
		for i, row := range table {
			row[0] = "n" + row[0] // no blank rows
			table[i] = row
			want = append(want, row)
		}
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		b, err := openBytes(buf.Bytes(), "x.csv")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := b.Rows(0)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for rows.Next() {
			var texts []string
			for _, c := range rows.Row().Cells {
				texts = append(texts, strings.ReplaceAll(c.Text, "\r\n", "\n"))
			}
			if p := rows.Row().Problem; p != nil {
				t.Fatalf("line %d: %v", rows.Row().N, p)
			}
			got = append(got, texts)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A line end that lies across the border of what is in memory is still one line end.
func TestLineEndsAcrossTheWindow(t *testing.T) {
	for shift := range 4 {
		first := strings.Repeat("x", windowSize-4+shift-2)
		rows := readAll(t, mustOpen(t, []byte("A,"+first+"\r\nB,\"y\"\r\nC,z\r\n"), "x.csv"), 0)
		if len(rows) != 3 || note(rows[1]) != "2:B|y" || note(rows[2]) != "3:C|z" {
			t.Errorf("shift %d: %d rows, the last %.20s", shift, len(rows), note(rows[len(rows)-1]))
		}
	}
}

func TestProblemsCarryTheirNumbers(t *testing.T) {
	rows := readAll(t, mustOpen(t, []byte("A,B,C\n1,2\n"), "x.csv"), 0)
	want := fault.NewInvalid("sheet.row.short", 2, 3)
	if len(rows) != 2 || rows[1].Problem == nil || cmp.Diff(want.Args, rows[1].Problem.Args) != "" {
		t.Errorf("rows = %q", notesOf(rows))
	}
}
