package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsOf reads rows written as cells between bars; digits become numbers.
func rowsOf(lines ...string) []Row {
	var rows []Row
	for n, line := range lines {
		row := Row{N: n + 1}
		for _, text := range strings.Split(line, "|") {
			c := textCell(strings.TrimSpace(text))
			if allDigits(strings.TrimPrefix(c.Text, "-")) && len(c.Text) < 16 {
				c.Kind = Number
			}
			row.Cells = append(row.Cells, c)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestTheHeaderIsFound(t *testing.T) {
	cases := []struct {
		what        string
		rows        []Row
		index, data int
		names       []string
	}{
		{"at the top", rowsOf("NO|NIK|NAMA", "1|2103991505900001|SITI"), 0, 1, []string{"NO", "NIK", "NAMA"}},
		{"below a letterhead", rowsOf("PEMERINTAH KABUPATEN NATUNA", "DINAS SOSIAL", "Kecamatan|: Bunguran Timur", "NO|NIK|NAMA|ALAMAT", "1|2103991505900001|SITI|RANAI"), 3, 4, []string{"NO", "NIK", "NAMA", "ALAMAT"}},
		{"at C3", rowsOf("||Nama|NIK||Desa", "||SITI|2103991505900001|x|Ranai"), 0, 1, []string{"", "", "Nama", "NIK", "", "Desa"}},
		{"numbered 1 2 3", rowsOf("NO|NIK|NAMA", "1|2|3", "1|2103991505900001|SITI"), 0, 2, []string{"NO", "NIK", "NAMA"}},
		{"numbered (1)", rowsOf("NO|NIK|NAMA", "(1)|(2)|(3)", "1|2103991505900001|SITI"), 0, 2, []string{"NO", "NIK", "NAMA"}},
		{"numbered -1", rowsOf("NO|NIK|NAMA", "-1|-2|-3", "1|2103991505900001|SITI"), 0, 2, []string{"NO", "NIK", "NAMA"}},
		{"in two tiers", rowsOf("NO|NAMA|LAHIR||ALAMAT||", "||TEMPAT|TANGGAL|DUSUN|RT|RW", "1|2|3|4|5|6|7", "1|SITI|RANAI|15/05/1990|I|001|002"), 0, 3,
			[]string{"NO", "NAMA", "LAHIR / TEMPAT", "LAHIR / TANGGAL", "ALAMAT / DUSUN", "ALAMAT / RT", "ALAMAT / RW"}},
		{"of unknown words", rowsOf("Kolom A|Kolom B", "x|12345678", "y|23456789"), 0, 1, []string{"Kolom A", "Kolom B"}},
		{"of one column", rowsOf("NIK", "2103991505900001", "2103991505900002"), 0, 1, []string{"NIK"}},
		{"with line breaks", []Row{{Cells: []Cell{textCell("Nama\nLengkap "), textCell(" N I K")}}}, 0, 1, []string{"Nama Lengkap", "N I K"}},
		{"nowhere", rowsOf("1|2103991505900001", "2|2103991505900002"), -1, 0, nil},
		{"in no rows", nil, -1, 0, nil},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			h := FindHeader(c.rows)
			if h.Index != c.index || h.Data != c.data || h.Found() != (c.index >= 0) {
				t.Errorf("header at %d, data at %d, want %d and %d (score %.1f)", h.Index, h.Data, c.index, c.data, h.Score)
			}
			if diff := cmp.Diff(c.names, h.Names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRepeatedHeadersAreRecognised(t *testing.T) {
	h := FindHeader(rowsOf("NO|NIK|NAMA", "1|2103991505900001|SITI"))
	for line, want := range map[string]bool{
		"No.|N I K|nama": true, "1|2|3": true, "NO|2103991505900001|NAMA": false, "2|2103991505900002|RAJA": false, "JUMLAH||2": false,
	} {
		if got := h.Repeats(rowsOf(line)[0]); got != want {
			t.Errorf("Repeats(%s) = %v", line, got)
		}
	}
	if h := FindHeader(rowsOf("|NO|NIK")); h.First() != 1 {
		t.Errorf("First = %d", h.First())
	}
}

func TestSlugs(t *testing.T) {
	for header, want := range map[string]string{
		"NO. KK": "nokk", "No_KK": "nokk", "NOKK": "nokk", "N O\nK K": "nokk", "No KK (3)": "nokk", "Nama [12] ": "nama",
		"NAMA\u00a0": "nama", "\uFEFFNIK": "nik", "Desa/Kelurahan": "desakelurahan", "Jml (orang)": "jmlorang", "(1)": "", "Tahap 2": "tahap2",
	} {
		if got := Slug(header); got != want {
			t.Errorf("Slug(%q) = %q, want %q", header, got, want)
		}
	}
}
