package sheet

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Open tells what the file is by its content and opens it. The name is used for its
// extension only, to note that it lies. A file that is no table comes back as a
// fault whose sentence says what to do; see refuse.go.
func Open(r io.ReaderAt, size int64, name string) (Book, error) {
	return Limits{}.Open(r, size, name)
}

// Open is the package's Open under limits of one's own.
func (l Limits) Open(r io.ReaderAt, size int64, name string) (Book, error) {
	f := file{r: r, size: size, limits: l.filled()}
	f.head = make([]byte, min(size, headSize))
	if _, err := r.ReadAt(f.head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("sheet: read the first bytes: %w", err)
	}
	f.extension = strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	f.open = openFile
	return f.open(f)
}

// openFile asks the formats in turn.
func openFile(f file) (Book, error) {
	for _, format := range formats {
		if format.matches(f.head) {
			return format.open(f)
		}
	}
	return openCSV(f)
}

const headSize = 8 << 10

// file is what every format's constructor gets.
type file struct {
	r         io.ReaderAt
	size      int64
	head      []byte // the first bytes, at most headSize
	extension string // lower case, without dot; may lie
	limits    Limits
	inside    string                   // in a zip of many files, the file's name there
	open      func(file) (Book, error) // opens what is found inside
}

// formats are asked in this order; what none of them knows is read as text.
var formats = []struct {
	matches func(head []byte) bool
	open    func(f file) (Book, error)
}{
	{isNothing, refuse("sheet.empty")},
	{isZip, openZip},
	{isOLE, openOLE},
	{isBareBIFF, openBareBIFF},
	{isOldBIFF, refuse("sheet.xls")},
	{isPicture, refusePicture},
	{isPDF, refuse("sheet.pdf")},
	{isArchive, refuse("sheet.archive")},
	{isRTF, refuse("sheet.document", "RTF")},
	{isHTML, openHTML},
	{isMHTML, refuse("sheet.mht")},
	{isSpreadsheetXML, refuse("sheet.xml")},
}

// extensionNote notes that the name promises another kind of file than came.
func extensionNote(f file, kind Kind) []Note {
	honest := map[Kind]string{
		XLSX: " xlsx xlsm xltx xltm ",
		XLS:  " xls xlt xla ",
		ODS:  " ods ots ",
		HTML: " html htm xhtml ",
		ZIP:  " zip ",
		CSV:  " csv txt tsv tab psv dat ",
	}
	if f.extension == "" || strings.Contains(honest[kind], " "+f.extension+" ") {
		return nil
	}
	return []Note{{"sheet.note.extension", []any{f.extension, string(kind)}}}
}
