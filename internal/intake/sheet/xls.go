package sheet

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"tepat/internal/fault"
)

// xlsBook is a workbook of Excel 97 to 2003 (BIFF8) whose globals have been read: sheets,
// date system and which cell formats show a date. The string table is read when the
// first rows are asked for, and kept.
type xlsBook struct {
	file      file
	stream    *io.SectionReader
	sheets    []Info
	starts    []int64 // where each sheet begins in the stream
	dates     []bool  // by cell format: it shows a date
	epoch1904 bool
	macros    bool
	bytes     bool  // its texts are bytes, not Unicode
	sst       int64 // where the string table begins, 0 when there is none
	strings   func() (*stringTable, error)
}

func newXLS(f file, stream *io.SectionReader) (Book, error) {
	b := &xlsBook{file: f, stream: stream}
	r := newBIFF(stream, stream.Size())
	kind, data, err := r.next()
	switch {
	case err != nil:
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	case kind != biffBOF || len(data) < 2 || binary.LittleEndian.Uint16(data) != 0x0600:
		return nil, fault.NewInvalid("sheet.xls")
	}
	if err := b.readGlobals(r); err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, fault.NewInvalid("sheet.nosheet")
	}
	b.strings = sync.OnceValues(b.loadStrings)
	return b, nil
}

// openBareBIFF opens records without a container around them: what a few lines of PHP
// write that many an office's web application has. They hold one sheet and no globals.
func openBareBIFF(f file) (Book, error) {
	stream := io.NewSectionReader(f.r, 0, f.size)
	if kind := binary.LittleEndian.Uint16(f.head[6:]); kind != 0x0010 {
		return newXLS(f, stream)
	}
	b := &xlsBook{file: f, stream: stream, sheets: []Info{{}}, starts: []int64{0}}
	b.bytes = binary.LittleEndian.Uint16(f.head[4:]) != 0x0600
	b.strings = sync.OnceValues(b.loadStrings)
	return b, nil
}

// readGlobals reads the first part of the stream, which is about the whole workbook.
func (b *xlsBook) readGlobals(r *biffReader) error {
	custom := map[uint16]bool{}
	var text []byte
	for {
		kind, data, err := r.next()
		if err != nil {
			return fault.NewInvalid("sheet.truncated").Because(err)
		}
		switch {
		case kind == biffEOF:
			return nil
		case kind == biffFilePass:
			return fault.NewInvalid("sheet.password")
		case kind == biffDateMode && len(data) >= 2:
			b.epoch1904 = data[0] == 1
		case kind == biffFormat && len(data) > 2 && len(custom) < maxStyles:
			text = appendUnicode(text[:0], data[2:], 2)
			custom[binary.LittleEndian.Uint16(data)] = isDateFormat(string(text))
		case kind == biffXF && len(data) >= 4 && len(b.dates) < maxStyles:
			id := binary.LittleEndian.Uint16(data[2:])
			isDate, known := custom[id]
			b.dates = append(b.dates, known && isDate || !known && isDateFormatID(int(id)))
		case kind == biffBoundSheet && len(data) >= 8 && len(b.sheets) < b.file.limits.Entries:
			b.addSheet(data)
		case kind == biffSST && b.sst == 0:
			b.sst = r.start
		}
	}
}

// addSheet keeps worksheets; charts and macro modules have no rows.
func (b *xlsBook) addSheet(data []byte) {
	if data[5] != 0 {
		b.macros = b.macros || data[5] == 6
		return
	}
	info := Info{Name: string(appendUnicode(nil, data[6:], 1))}
	switch data[4] & 3 {
	case 1:
		info.State = Hidden
	case 2:
		info.State = VeryHidden
	}
	b.sheets = append(b.sheets, info)
	b.starts = append(b.starts, int64(binary.LittleEndian.Uint32(data)))
}

func (b *xlsBook) loadStrings() (*stringTable, error) {
	if b.sst == 0 {
		return &stringTable{ends: []uint32{0}}, nil
	}
	r := newBIFF(b.stream, b.stream.Size())
	r.seek(b.sst)
	_, data, err := r.next()
	if err != nil {
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	}
	table, err := loadSST(r, data, b.file.limits)
	if err != nil && fault.From(err) == nil {
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	}
	return table, err
}

func (b *xlsBook) Kind() Kind     { return XLS }
func (b *xlsBook) Sheets() []Info { return b.sheets }
func (b *xlsBook) Close() error   { return nil }

func (b *xlsBook) Notes() []Note {
	notes := extensionNote(b.file, XLS)
	if b.macros {
		notes = append(notes, Note{Key: "sheet.note.macro"})
	}
	if b.epoch1904 {
		notes = append(notes, Note{Key: "sheet.note.1904"})
	}
	return append(notes, hiddenNote(b.sheets)...)
}

func (b *xlsBook) Rows(sheet int) (*Rows, error) {
	if sheet < 0 || sheet >= len(b.starts) {
		return nil, fmt.Errorf("sheet: no sheet %d of %d", sheet, len(b.starts))
	}
	texts, err := b.strings()
	if err != nil {
		return nil, err
	}
	limits := b.file.limits
	src := &xlsRows{rowBuilder: rowBuilder{limits: limits}, book: b, texts: texts, r: newBIFF(b.stream, b.stream.Size())}
	if err := src.index(b.starts[sheet]); err != nil {
		return nil, b.broken(sheet, src.last, err)
	}
	src.broken = func(err error) error { return b.broken(sheet, src.last, err) }
	return &Rows{src: src, max: limits.Rows}, nil
}

// broken names the sheet and the last good row of a stream that cannot be read on.
func (b *xlsBook) broken(sheet, last int, err error) error {
	if fault.From(err) != nil {
		return err
	}
	return fault.NewInvalid("sheet.cut", b.sheets[sheet].Name, last).Because(err)
}
