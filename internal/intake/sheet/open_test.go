package sheet

import (
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// oleOf builds an OLE2 container whose directory names the given streams.
func oleOf(names ...string) []byte {
	const sector = 512
	data := make([]byte, 3*sector)
	copy(data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	binary.LittleEndian.PutUint16(data[30:], 9)
	binary.LittleEndian.PutUint32(data[48:], 1)          // the directory is sector 1
	binary.LittleEndian.PutUint32(data[68:], 0xFFFFFFFE) // no more table sectors
	binary.LittleEndian.PutUint32(data[76:], 0)          // the table is sector 0
	table := data[sector : 2*sector]
	binary.LittleEndian.PutUint32(table[0:], 0xFFFFFFFD)
	binary.LittleEndian.PutUint32(table[4:], 0xFFFFFFFE)
	for i, name := range append([]string{"Root Entry"}, names...) {
		at := data[2*sector+128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(at[2*j:], u)
		}
		binary.LittleEndian.PutUint16(at[64:], uint16(2*len(name)+2))
	}
	return data
}

func TestWhatIsNoTableIsRefusedByName(t *testing.T) {
	book := workbookOf(t, `<row r="1"><c r="A1"><v>1</v></c></row>`)
	locked := workbookOf(t, "")
	at := strings.Index(string(locked), "PK\x01\x02")
	locked[at+8] |= 1 // the flag "encrypted" of the first entry
	cases := []struct {
		what, data, key string
	}{
		{"nothing", "", "sheet.empty"},
		{"only blanks", " \r\n\t\n", "sheet.blank"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet.picture"},
		{"JPEG", "\xFF\xD8\xFF\xE0\x00\x10JFIF", "sheet.picture"},
		{"GIF", "GIF89a\x01\x00", "sheet.picture"},
		{"WebP", "RIFF\x10\x00\x00\x00WEBPVP8 ", "sheet.picture"},
		{"BMP", "BM\x10\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "sheet.picture"},
		{"HEIC", "\x00\x00\x00\x18ftypheic\x00\x00", "sheet.picture"},
		{"PDF", "%PDF-1.7\n", "sheet.pdf"},
		{"xls without a workbook in it", string(oleOf("Workbook")), "sheet.truncated"},
		{"xls of Excel 5", string(oleOf("Book")), "sheet.xls"},
		{"xls of Excel 3", "\x09\x02\x06\x00\x00\x00\x10\x00", "sheet.xls"},
		{"locked xlsx", string(oleOf("EncryptionInfo", "EncryptedPackage")), "sheet.password"},
		{"locked zip", string(locked), "sheet.password"},
		{"doc", string(oleOf("WordDocument")), "sheet.document"},
		{"other OLE", string(oleOf("__properties")), "sheet.unknown"},
		{"cut OLE", string(oleOf("Workbook")[:600]), "sheet.truncated"},
		{"xlsb", string(zipOf(t, entry{"xl/workbook.bin", "x"})), "sheet.xlsb"},
		{"ods without content", string(zipOf(t, entry{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"})), "sheet.damaged"},
		{"odt", string(zipOf(t, entry{"mimetype", "application/vnd.oasis.opendocument.text"})), "sheet.document"},
		{"docx", string(zipOf(t, entry{"_rels/.rels", "<a/>"}, entry{"word/document.xml", "<a/>"})), "sheet.document"},
		{"pptx", string(zipOf(t, entry{"ppt/presentation.xml", "<a/>"})), "sheet.document"},
		{"zip of pictures", string(zipOf(t, entry{"a.png", "\x89PNG\r\n\x1a\n"}, entry{"b.pdf", "%PDF-1.7"})), "sheet.zip"},
		{"zip of one picture", string(zipOf(t, entry{"a.png", "\x89PNG\r\n\x1a\n"})), "sheet.picture"},
		{"empty zip", string(zipOf(t)), "sheet.zip"},
		{"rar", "Rar!\x1a\x07\x00", "sheet.archive"},
		{"7z", "7z\xBC\xAF\x27\x1C\x00", "sheet.archive"},
		{"RTF", `{\rtf1\ansi`, "sheet.document"},
		{"HTML table of nothing", "\r\n <TABLE border=1><tr><td> </td></tr></TABLE>", "sheet.html"},
		{"web archive", "MIME-Version: 1.0\r\nContent-Type: multipart/related", "sheet.mht"},
		{"HTML page", "\xEF\xBB\xBF<!DOCTYPE HTML PUBLIC><html>", "sheet.html"},
		{"XHTML", `<?xml version="1.0"?><html xmlns="x">`, "sheet.html"},
		{"XML spreadsheet", `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, "sheet.xml"},
		{"program", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00", "sheet.unknown"},
		{"head of a zip", "PK\x03\x04rusak", "sheet.truncated"},
		{"half an xlsx", string(book[:len(book)/2]), "sheet.truncated"},
		{"no workbook part", string(zipOf(t, entry{"xl/styles.xml", "<a/>"})), "sheet.damaged"},
		{"no sheets", string(workbookOf(t, "", entry{"xl/workbook.xml", "<workbook/>"})), "sheet.nosheet"},
		{"entity attack", string(workbookOf(t, "", entry{"xl/workbook.xml", `<!DOCTYPE a [<!ENTITY b "c">]><workbook/>`})), "sheet.damaged"},
		{"sheet that stops", string(workbookOf(t, "", entry{"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="7"><c r="A7"><v>1</v></c></row><row r="8"><c r="A8"><v>`})), "sheet.cut"},
		{"sheet that is missing", string(workbookOf(t, "", entry{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="gone.xml"/></Relationships>`})), "sheet.damaged"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			err := firstFault([]byte(c.data), Limits{})
			if got := keyOf(err); got != c.key {
				t.Errorf("key = %s, want %s", got, c.key)
			}
		})
	}
}

func TestFilesThatCostTooMuchAreRefused(t *testing.T) {
	many := make([]entry, 2_001)
	for i := range many {
		many[i] = entry{"xl/" + strconv.Itoa(i), ""}
	}
	flat := strings.Repeat(`<row><c><v>1</v></c></row>`, 1_000_000)
	texts := `<sst>` + strings.Repeat(`<si><t>`+strings.Repeat("x", 100)+`</t></si>`, 40_000) + `</sst>`
	cases := []struct {
		what   string
		data   []byte
		limits Limits
		key    string
	}{
		{"2,001 parts", zipOf(t, many...), Limits{}, "sheet.entries"},
		{"a million names", zipOf(t, append(many, entry{strings.Repeat("x", 60_000), ""}, entry{strings.Repeat("y", 60_000), ""})...), Limits{Entries: 5}, "sheet.entries"},
		{"grows 200 times", workbookOf(t, flat), Limits{}, "sheet.bomb"},
		{"a sheet beyond its limit", workbookOf(t, flat), Limits{Ratio: 100_000, Unpacked: 1 << 20}, "sheet.unpacked"},
		{"texts beyond their limit", workbookOf(t, "", entry{"xl/sharedStrings.xml", texts}), Limits{Strings: 1 << 20, Ratio: 100_000}, "sheet.strings"},
		{"too many texts", workbookOf(t, "", entry{"xl/sharedStrings.xml", texts}), Limits{StringN: 1_000, Ratio: 100_000}, "sheet.strings"},
		{"too many rows", workbookOf(t, flat), Limits{Ratio: 100_000, Rows: 1_000}, "sheet.rows"},
		{"too many rows of text", []byte(strings.Repeat("1;2\n", 20)), Limits{Rows: 19}, "sheet.rows"},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			if got := keyOf(firstFault(c.data, c.limits)); got != c.key {
				t.Errorf("key = %s, want %s", got, c.key)
			}
		})
	}
}

// A directory that lies about sizes must not help: what really comes out is counted.
func TestABombThatLiesIsStoppedWhileUnpacking(t *testing.T) {
	for _, lie := range []struct {
		field int // offset in the directory's header of an entry
		size  uint32
		key   string
	}{{20, 1 << 30, "sheet.bomb"}, {24, 1000, "sheet.cut"}} {
		data := workbookOf(t, strings.Repeat(`<row><c><v>1</v></c></row>`, 1_000_000))
		at := strings.LastIndex(string(data), "xl/worksheets/sheet1.xml") - 46
		binary.LittleEndian.PutUint32(data[at+lie.field:], lie.size)
		if got := keyOf(firstFault(data, Limits{})); got != lie.key {
			t.Errorf("key = %s, want %s", got, lie.key)
		}
	}
}

func TestNotesTellWhatAPersonShouldKnow(t *testing.T) {
	book := workbookOf(t, "",
		entry{"xl/workbook.xml", `<workbook><workbookPr date1904="1"/><sheets><sheet name="A" r:id="r1"/><sheet name="B &amp; C" state="veryHidden" r:id="r1"/></sheets></workbook>`},
		entry{"xl/vbaProject.bin", "x"}, entry{"xl/embeddings/list.zip", "x"})
	b := mustOpen(t, book, "DAFTAR.XLS")
	want := []Note{
		{"sheet.note.extension", []any{"xls", "xlsx"}},
		{Key: "sheet.note.macro"},
		{"sheet.note.nested", []any{1}},
		{Key: "sheet.note.1904"},
		{"sheet.note.hidden", []any{1}},
	}
	if diff := cmp.Diff(want, b.Notes()); diff != "" {
		t.Error(diff)
	}
	sheets := []Info{{Name: "A"}, {Name: "B & C", State: VeryHidden}}
	if diff := cmp.Diff(sheets, b.Sheets()); diff != "" {
		t.Error(diff)
	}
}
