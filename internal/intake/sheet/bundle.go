package sheet

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"tepat/internal/fault"
)

// bundle is a zip of many files, such as one for each village. All their sheets are its
// sheets. One file at a time is held in memory unpacked: the one that was asked for last.
type bundle struct {
	archive *archive
	sheets  []Info
	from    []bundled // by sheet
	skipped []Note

	mu    sync.Mutex
	entry string // of last
	last  Book
}

// bundled says where a sheet of the bundle comes from.
type bundled struct {
	entry string
	sheet int
}

// newBundle opens a zip of many files. One inside another is refused before it is looked
// into: there are zips that hold themselves.
func newBundle(a *archive) (Book, error) {
	if a.file.inside != "" {
		return nil, fault.NewInvalid("sheet.zip.nested", a.file.inside)
	}
	b := &bundle{archive: a}
	names, err := b.choose()
	if err != nil {
		return nil, err
	}
	var first error // why the only file cannot be read
	for _, name := range names {
		if err := b.add(name); err != nil {
			f := fault.From(err)
			if f == nil || b.fatal(f) {
				return nil, err
			}
			first = err
			b.skipped = append(b.skipped, Note{"sheet.note.skipped", []any{b.title(name)}})
		}
	}
	switch {
	case len(b.sheets) > 0:
		return b, nil
	case len(names) == 1:
		return nil, first
	}
	return nil, fault.NewInvalid("sheet.zip")
}

// fatal are the refusals that are about the zip as a whole.
func (b *bundle) fatal(f *fault.Fault) bool {
	switch f.Key {
	case "sheet.zip.nested", "sheet.zip.files", "sheet.zip.large", "sheet.bomb":
		return true
	}
	return false
}

// choose returns the entries to open. What they unpack to is limited together before
// anything is unpacked, and one by one while it is.
func (b *bundle) choose() ([]string, error) {
	limits := b.archive.file.limits
	var names []string
	var total uint64
	for _, name := range b.archive.order {
		entry := b.archive.entries[name]
		if entry.FileInfo().IsDir() || isClutter(name) {
			continue
		}
		names = append(names, name)
		total += min(entry.UncompressedSize64, uint64(limits.Total)+1)
		switch {
		case len(names) > limits.Files:
			return nil, fault.NewInvalid("sheet.zip.files", limits.Files)
		case total > uint64(limits.Total):
			return nil, fault.NewInvalid("sheet.zip.total", limits.Total>>20)
		}
	}
	return names, nil
}

// isClutter recognises what computers put into folders unasked: the notes of macOS and
// Windows, and the locks of open Office files.
func isClutter(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__macosx/") || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") ||
		base == "thumbs.db" || base == "desktop.ini"
}

// title is the name of an entry as a person wrote it.
func (b *bundle) title(name string) string {
	return cut(repairUTF8(strings.ReplaceAll(b.archive.entries[name].Name, `\`, "/")), 200)
}

// add lists the sheets of an entry: under its name, and the sheet's where it has one.
func (b *bundle) add(name string) error {
	book, err := b.open(name)
	if err != nil {
		return err
	}
	for i, info := range book.Sheets() {
		if len(b.sheets) >= b.archive.file.limits.Entries {
			return fault.NewInvalid("sheet.zip.files", len(b.sheets))
		}
		if info.Name == "" {
			info.Name = b.title(name)
		} else {
			info.Name = b.title(name) + " › " + info.Name
		}
		b.sheets = append(b.sheets, info)
		b.from = append(b.from, bundled{name, i})
	}
	return nil
}

// open unpacks and opens an entry, unless it is the one that is open.
func (b *bundle) open(name string) (Book, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last != nil && b.entry == name {
		return b.last, nil
	}
	data, err := b.unpack(name)
	if err != nil {
		return nil, err
	}
	f := b.archive.file
	f.r, f.size = bytes.NewReader(data), int64(len(data))
	f.head = data[:min(len(data), headSize)]
	f.extension = strings.TrimPrefix(path.Ext(name), ".")
	f.inside = b.title(name)
	if isArchive(f.head) {
		return nil, fault.NewInvalid("sheet.zip.nested", f.inside)
	}
	book, err := f.open(f)
	if err != nil {
		return nil, err
	}
	b.entry, b.last = name, book
	return book, nil
}

func (b *bundle) unpack(name string) ([]byte, error) {
	limit := b.archive.file.limits.File
	p, err := b.archive.open(name, limit)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var data bytes.Buffer
	data.Grow(int(max(0, min(p.hint, limit, stringHint))))
	_, err = io.Copy(&data, p)
	if f := fault.From(err); f != nil && f.Key == "sheet.unpacked" {
		return nil, fault.NewInvalid("sheet.zip.large", b.title(name), limit>>20)
	}
	return data.Bytes(), err
}

func (b *bundle) Kind() Kind     { return ZIP }
func (b *bundle) Sheets() []Info { return b.sheets }

func (b *bundle) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = nil
	return nil
}

func (b *bundle) Notes() []Note {
	notes := append(extensionNote(b.archive.file, ZIP), b.skipped...)
	return append(notes, hiddenNote(b.sheets)...)
}

func (b *bundle) Rows(sheet int) (*Rows, error) {
	if sheet < 0 || sheet >= len(b.from) {
		return nil, fmt.Errorf("sheet: no sheet %d of %d", sheet, len(b.from))
	}
	book, err := b.open(b.from[sheet].entry)
	if err != nil {
		return nil, err
	}
	return book.Rows(b.from[sheet].sheet)
}
