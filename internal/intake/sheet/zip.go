package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"sync/atomic"

	"tepat/internal/fault"
)

// openZip opens a zip as a workbook or as many files, or says what else it is.
func openZip(f file) (Book, error) {
	z, err := readDirectory(f)
	if err != nil {
		return nil, err
	}
	a := newArchive(f, z)
	if err := a.refuseOthers(); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(a.mimetype(), odsMime):
		return newODS(a)
	case !a.hasFolder("xl/") && !a.has("_rels/.rels"):
		return newBundle(a)
	}
	return newXLSX(a)
}

// readDirectory reads the list of entries. archive/zip trusts a file about how many
// entries it has, so it is only given so many bytes to read before it has to stop.
func readDirectory(f file) (*zip.Reader, error) {
	rationed := &rationReader{r: f.r}
	rationed.left.Store(256<<10 + int64(f.limits.Entries)*512)
	z, err := zip.NewReader(rationed, f.size)
	if errors.Is(err, errRation) {
		return nil, fault.NewInvalid("sheet.entries", f.limits.Entries)
	}
	if err != nil {
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	}
	if len(z.File) > f.limits.Entries {
		return nil, fault.NewInvalid("sheet.entries", f.limits.Entries)
	}
	rationed.free.Store(true)
	return z, nil
}

var errRation = errors.New("sheet: the directory of the zip is too long")

// rationReader stops a reader that reads too much, until it is set free.
type rationReader struct {
	r    io.ReaderAt
	left atomic.Int64
	free atomic.Bool
}

func (r *rationReader) ReadAt(p []byte, off int64) (int, error) {
	if !r.free.Load() && r.left.Add(-int64(len(p))) < 0 {
		return 0, errRation
	}
	return r.r.ReadAt(p, off)
}

// archive is a zip whose entries are found by path, whatever case and slashes its
// writer used, and unpacked under limits.
type archive struct {
	file    file
	entries map[string]*zip.File
	order   []string
}

func newArchive(f file, z *zip.Reader) *archive {
	a := &archive{file: f, entries: make(map[string]*zip.File, len(z.File))}
	for _, entry := range z.File {
		name := entryPath(entry.Name)
		if _, twice := a.entries[name]; !twice {
			a.entries[name] = entry
			a.order = append(a.order, name)
		}
	}
	return a
}

func entryPath(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), `\`, "/")
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

func (a *archive) has(name string) bool {
	_, ok := a.entries[entryPath(name)]
	return ok
}

func (a *archive) hasFolder(prefix string) bool {
	for _, name := range a.order {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

const odsMime = "application/vnd.oasis.opendocument.spreadsheet"

// refuseOthers names the kinds of zip that are no spreadsheet.
func (a *archive) refuseOthers() error {
	if err := a.refuseBombs(); err != nil {
		return err
	}
	switch mime := a.mimetype(); {
	case strings.HasPrefix(mime, odsMime):
		return nil
	case strings.HasPrefix(mime, "application/vnd.oasis.opendocument"):
		return fault.NewInvalid("sheet.document", "OpenDocument")
	case a.has("xl/workbook.bin"):
		return fault.NewInvalid("sheet.xlsb")
	case a.has("word/document.xml"):
		return fault.NewInvalid("sheet.document", "Word")
	case a.has("ppt/presentation.xml"):
		return fault.NewInvalid("sheet.document", "PowerPoint")
	}
	return nil
}

// refuseBombs judges what the directory admits; part judges what comes out.
func (a *archive) refuseBombs() error {
	limits := a.file.limits
	for _, name := range a.order {
		entry := a.entries[name]
		if entry.Flags&1 != 0 {
			return fault.NewInvalid("sheet.password")
		}
		unpacked, packed := entry.UncompressedSize64, max(entry.CompressedSize64, 1)
		if unpacked > uint64(limits.RatioFrom) && unpacked/packed > uint64(limits.Ratio) {
			return fault.NewInvalid("sheet.bomb", limits.Ratio)
		}
	}
	return nil
}

// mimetype returns the start of the entry that OpenDocument files begin with.
func (a *archive) mimetype() string {
	p, err := a.open("mimetype", 256)
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(p) // an unreadable mimetype is no mimetype
	_ = p.Close()
	return string(bytes.TrimSpace(text))
}

// notes tells of macros and of files hidden in the file.
func (a *archive) notes() []Note {
	var notes []Note
	nested := 0
	for _, name := range a.order {
		switch path.Ext(name) {
		case ".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".docx", ".exe", ".js", ".vbs", ".hta":
			nested++
		}
		if path.Base(name) == "vbaproject.bin" {
			notes = append(notes, Note{Key: "sheet.note.macro"})
		}
	}
	if nested > 0 {
		notes = append(notes, Note{"sheet.note.nested", []any{nested}})
	}
	return notes
}

// open returns the entry's unpacked bytes, at most limit of them.
func (a *archive) open(name string, limit int64) (*part, error) {
	entry, ok := a.entries[entryPath(name)]
	if !ok {
		return nil, fault.NewInvalid("sheet.damaged", name)
	}
	rc, err := entry.Open()
	if err != nil {
		return nil, fault.NewInvalid("sheet.damaged", name).Because(err)
	}
	limits := a.file.limits
	packed := max(min(int64(entry.CompressedSize64), a.file.size), 1)
	return &part{
		name: name, rc: rc, hint: int64(entry.UncompressedSize64), limit: limit,
		bomb: max(limits.RatioFrom, packed*limits.Ratio), ratio: limits.Ratio,
	}, nil
}

// part streams one entry and counts what really comes out of it.
type part struct {
	name  string
	rc    io.ReadCloser
	hint  int64 // the size that the directory claims
	read  int64
	limit int64
	bomb  int64
	ratio int64
}

func (p *part) Read(buf []byte) (int, error) {
	n, err := p.rc.Read(buf)
	p.read += int64(n)
	switch {
	case p.read > p.bomb:
		return 0, fault.NewInvalid("sheet.bomb", p.ratio)
	case p.read > p.limit:
		return 0, fault.NewInvalid("sheet.unpacked", p.name, p.limit>>20)
	case err != nil && !errors.Is(err, io.EOF):
		return n, fault.NewInvalid("sheet.damaged", p.name).Because(err)
	}
	return n, err
}

func (p *part) Close() error { return p.rc.Close() }
