package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tepat/internal/fault"
)

func openBytes(data []byte, name string) (Book, error) {
	return Open(bytes.NewReader(data), int64(len(data)), name)
}

func mustOpen(t testing.TB, data []byte, name string) Book {
	t.Helper()
	b, err := openBytes(data, name)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return b
}

// readAll returns the rows of a sheet as a person would note them down: number,
// texts, problem.
func readAll(t testing.TB, b Book, sheet int) []Row {
	t.Helper()
	rows, err := b.Rows(sheet)
	if err != nil {
		t.Fatalf("Rows: %v", err)
	}
	defer rows.Close()
	var all []Row
	for rows.Next() {
		all = append(all, rows.Row().Clone())
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("Err: %v", err)
	}
	return all
}

func note(r Row) string {
	texts := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		texts[i] = c.Text
	}
	line := fmt.Sprintf("%d:%s", r.N, strings.Join(texts, "|"))
	if r.Problem != nil {
		line += " !" + strings.TrimPrefix(r.Problem.Key, "sheet.row.")
	}
	return line
}

func notesOf(rows []Row) []string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, note(r))
	}
	return lines
}

func keyOf(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	return fmt.Sprint(err)
}

// firstFault opens data and reads all its sheets until something is refused.
func firstFault(data []byte, limits Limits) error {
	b, err := limits.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx")
	if err != nil {
		return err
	}
	defer b.Close()
	for i := range b.Sheets() {
		rows, err := b.Rows(i)
		if err != nil {
			return err
		}
		for rows.Next() {
			continue
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// entry is one file of a zip.
type entry struct{ name, text string }

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// workbookOf wraps the inside of <sheetData> as the one sheet of a workbook; more
// entries may replace the wrapping.
func workbookOf(t testing.TB, sheetData string, more ...entry) []byte {
	t.Helper()
	entries := []entry{
		{"_rels/.rels", `<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + sheetData + `</sheetData></worksheet>`},
	}
	for _, m := range more {
		replaced := false
		for i := range entries {
			if entries[i].name == m.name {
				entries[i], replaced = m, true
			}
		}
		if !replaced {
			entries = append(entries, m)
		}
	}
	return zipOf(t, entries...)
}
