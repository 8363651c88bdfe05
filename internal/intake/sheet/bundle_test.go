package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestZipOfManyFiles(t *testing.T) {
	data := zipOf(t,
		entry{"Natuna/", ""}, entry{"Natuna/RANAI.CSV", "NIK;NAMA\n1;A\n"}, entry{"__MACOSX/Natuna/._RANAI.CSV", "x"},
		entry{"Natuna/~$midai.xlsx", "x"}, entry{"Natuna/Thumbs.db", "x"},
		entry{"Natuna/midai.xlsx", string(workbookOf(t, `<row r="2"><c r="A2"><v>7</v></c></row>`, entry{"xl/workbook.xml", `<workbook><sheets><sheet name="A" state="hidden" r:id="r1"/></sheets></workbook>`}))},
		entry{"serasan.xls", string(xlsOf(nil, xlsSheet{name: "S", records: [][]byte{labelAt(0, 0, "lama")}}))},
		entry{"subi.xls", "<table><tr><td>web</td></tr></table>"},
		entry{"foto.jpg", "\xFF\xD8\xFF\xE0\x00\x10JFIF"})
	b := mustOpen(t, data, "kiriman.zip")
	var names, rows []string
	for i, s := range b.Sheets() {
		names = append(names, s.Name)
		rows = append(rows, strings.Join(notesOf(readAll(t, b, i)), " "))
	}
	if diff := cmp.Diff([]string{"Natuna/RANAI.CSV", "Natuna/midai.xlsx › A", "serasan.xls › S", "subi.xls"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1:NIK|NAMA 2:1|A", "2:7", "1:lama", "1:web"}, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Note{{"sheet.note.skipped", []any{"foto.jpg"}}, {"sheet.note.hidden", []any{1}}}, b.Notes()); diff != "" {
		t.Error(diff)
	}
}

// Rows of one file stay readable while another is asked for.
func TestZipRowsOfTwoFilesAtATime(t *testing.T) {
	b := mustOpen(t, zipOf(t, entry{"a.csv", "1;2\n3;4\n"}, entry{"b.csv", "5;6\n7;8\n"}), "x.zip")
	first, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Rows(1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for first.Next() && second.Next() {
		got = append(got, note(first.Row()), note(second.Row()))
	}
	if diff := cmp.Diff([]string{"1:1|2", "1:5|6", "2:3|4", "2:7|8"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestZipsThatAreRefused(t *testing.T) {
	csv := "NIK;NAMA\n1;A\n"
	inner := string(zipOf(t, entry{"a.csv", csv}))
	zeros := strings.Repeat("\x00", 20<<20)
	cases := []struct {
		what   string
		data   []byte
		limits Limits
		key    string
	}{
		{"a zip in a zip", zipOf(t, entry{"a.csv", csv}, entry{"b.zip", inner}), Limits{}, "sheet.zip.nested"},
		{"a zip in a zip by another name", zipOf(t, entry{"b.xlsx", inner}), Limits{}, "sheet.zip.nested"},
		{"a rar in a zip", zipOf(t, entry{"a.csv", csv}, entry{"b.rar", "Rar!\x1a\x07\x00"}), Limits{}, "sheet.zip.nested"},
		{"too many files", zipOf(t, entry{"a.csv", csv}, entry{"b.csv", csv}), Limits{Files: 1}, "sheet.zip.files"},
		{"more than fits", zipOf(t, entry{"a.csv", csv}, entry{"b.csv", csv}), Limits{Total: 20}, "sheet.zip.total"},
		{"one too large", zipOf(t, entry{"a.csv", csv}), Limits{File: 5}, "sheet.zip.large"},
		{"a bomb", zipOf(t, entry{"a.csv", csv}, entry{"b.csv", zeros}), Limits{}, "sheet.bomb"},
		{"one file that is locked", zipOf(t, entry{"a.xlsx", string(oleOf("EncryptedPackage"))}), Limits{}, "sheet.password"},
		{"one file that is empty", zipOf(t, entry{"a.csv", ""}), Limits{}, "sheet.empty"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if got := keyOf(firstFault(c.data, c.limits)); got != c.key {
				t.Errorf("key = %s, want %s", got, c.key)
			}
		})
	}
}
