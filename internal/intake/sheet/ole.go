package sheet

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"tepat/internal/fault"
)

// openOLE opens the old Excel file in the container of old Office files, or tells apart
// what else people send in it.
func openOLE(f file) (Book, error) {
	o, err := loadOLE(f.r, f.size)
	if err != nil {
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	}
	switch {
	case o.has("EncryptedPackage"):
		return nil, fault.NewInvalid("sheet.password")
	case o.has("Workbook"):
		stream, err := o.open("Workbook")
		if err != nil {
			return nil, fault.NewInvalid("sheet.truncated").Because(err)
		}
		return newXLS(f, stream)
	case o.has("Book"):
		return nil, fault.NewInvalid("sheet.xls")
	case o.has("WordDocument"):
		return nil, fault.NewInvalid("sheet.document", "Word")
	case o.has("PowerPoint Document"):
		return nil, fault.NewInvalid("sheet.document", "PowerPoint")
	}
	return nil, fault.NewInvalid("sheet.unknown")
}

// ole is an OLE2 container after [MS-CFB]: a small file system of sectors, whose
// allocation table is held in memory (four bytes for each sector of the file).
type ole struct {
	r       io.ReaderAt
	size    int64
	sector  int64    // bytes of a sector
	table   []uint32 // the sector that follows each sector
	streams map[string]oleEntry
	root    oleEntry
	mini    uint32 // first sector of the table of the mini stream
}

// oleEntry is one line of the directory.
type oleEntry struct {
	start uint32
	size  int64
}

const (
	oleLast       = 0xFFFFFFFA // numbers from here on are marks, not sectors
	oleHeader     = 512
	oleMiniSector = 64
	oleMiniLimit  = 4096 // streams below that many bytes lie in the mini stream
	oleNames      = 4096 // entries of the directory that are looked at
)

func loadOLE(r io.ReaderAt, size int64) (*ole, error) {
	header := make([]byte, oleHeader)
	if _, err := r.ReadAt(header, 0); err != nil {
		return nil, err
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil, fmt.Errorf("sheet: sectors of 2^%d bytes", shift)
	}
	o := &ole{r: r, size: size, sector: int64(1) << shift, mini: binary.LittleEndian.Uint32(header[60:])}
	if err := o.loadTable(header); err != nil {
		return nil, err
	}
	return o, o.loadDirectory(binary.LittleEndian.Uint32(header[48:]))
}

// sectors is how many sectors the file has room for, the last of which may be cut.
func (o *ole) sectors() int64 { return (o.size + o.sector - 1) / o.sector }

// at returns where a sector begins; the header takes the place of the first one.
func (o *ole) at(sector uint32) int64 { return (int64(sector) + 1) * o.sector }

// loadTable reads the allocation table. The first 109 of its sectors are named in the
// header, the others in a chain of their own. No count in the file is trusted: a table
// longer than the file needs ends the reading.
func (o *ole) loadTable(header []byte) error {
	buf := make([]byte, o.sector)
	add := func(names []byte) (bool, error) {
		for ; len(names) >= 4; names = names[4:] {
			sector := binary.LittleEndian.Uint32(names)
			if sector >= oleLast || int64(len(o.table)) >= o.sectors() {
				return false, nil
			}
			if _, err := o.r.ReadAt(buf, o.at(sector)); err != nil {
				return false, err
			}
			for i := 0; i < len(buf); i += 4 {
				o.table = append(o.table, binary.LittleEndian.Uint32(buf[i:]))
			}
		}
		return true, nil
	}
	more, err := add(header[76:])
	names := make([]byte, o.sector)
	next := binary.LittleEndian.Uint32(header[68:])
	for err == nil && more && next < oleLast {
		if _, err := o.r.ReadAt(names, o.at(next)); err != nil {
			return err
		}
		last := len(names) - 4
		more, err = add(names[:last])
		next = binary.LittleEndian.Uint32(names[last:])
	}
	return err
}

// chain returns the sectors of a chain, at most that many. A chain that leaves the file
// or comes back to where it has been is an error: what it holds would be read twice.
func chain(table []uint32, start uint32, sectors int64) ([]uint32, error) {
	var list []uint32
	been := make([]uint64, len(table)/64+1)
	for at := start; at < oleLast && int64(len(list)) < sectors; at = table[at] {
		if int64(at) >= int64(len(table)) || been[at/64]&(1<<(at%64)) != 0 {
			return nil, io.ErrUnexpectedEOF
		}
		been[at/64] |= 1 << (at % 64)
		list = append(list, at)
	}
	return list, nil
}

func (o *ole) loadDirectory(start uint32) error {
	o.streams = map[string]oleEntry{}
	list, err := chain(o.table, start, oleNames*128/o.sector)
	if err != nil {
		return err
	}
	buf := make([]byte, o.sector)
	for i, sector := range list {
		if _, err := o.r.ReadAt(buf, o.at(sector)); err != nil {
			return err
		}
		for n, entry := 0, buf; len(entry) >= 128; n, entry = n+1, entry[128:] {
			e := oleEntry{binary.LittleEndian.Uint32(entry[116:]), int64(binary.LittleEndian.Uint32(entry[120:]))}
			if i == 0 && n == 0 {
				o.root = e
				continue
			}
			// Only the first of a name counts: a workbook embedded in it has the same.
			if name := oleName(entry); name != "" {
				if _, twice := o.streams[name]; !twice {
					o.streams[name] = e
				}
			}
		}
	}
	return nil
}

func oleName(entry []byte) string {
	length := int(binary.LittleEndian.Uint16(entry[64:]))
	var name strings.Builder
	for i := 0; i+2 < length && i < 64; i += 2 {
		name.WriteRune(rune(binary.LittleEndian.Uint16(entry[i:])))
	}
	return name.String()
}

func (o *ole) has(name string) bool {
	_, ok := o.streams[name]
	return ok
}

// open returns a stream. Small ones lie in the mini stream, which is the root's.
func (o *ole) open(name string) (*io.SectionReader, error) {
	e := o.streams[name]
	if e.size >= oleMiniLimit {
		return o.stream(e)
	}
	whole, err := o.stream(o.root)
	if err != nil {
		return nil, err
	}
	list, err := chain(o.table, o.mini, o.sectors())
	if err != nil {
		return nil, err
	}
	table := make([]uint32, 0, int64(len(list))*o.sector/4)
	buf := make([]byte, o.sector)
	for _, sector := range list {
		if _, err := o.r.ReadAt(buf, o.at(sector)); err != nil {
			return nil, err
		}
		for i := 0; i < len(buf); i += 4 {
			table = append(table, binary.LittleEndian.Uint32(buf[i:]))
		}
	}
	list, err = chain(table, e.start, (e.size+oleMiniSector-1)/oleMiniSector)
	if err != nil {
		return nil, err
	}
	s := &oleStream{r: whole, sector: oleMiniSector, list: list}
	return io.NewSectionReader(s, 0, min(e.size, int64(len(list))*oleMiniSector)), nil
}

func (o *ole) stream(e oleEntry) (*io.SectionReader, error) {
	list, err := chain(o.table, e.start, (e.size+o.sector-1)/o.sector)
	if err != nil {
		return nil, err
	}
	s := &oleStream{r: o.r, sector: o.sector, shift: o.sector, list: list}
	return io.NewSectionReader(s, 0, min(e.size, int64(len(list))*o.sector)), nil
}

// oleStream reads the sectors of one chain as if they lay in a row.
type oleStream struct {
	r      io.ReaderAt
	sector int64
	shift  int64 // bytes before sector 0
	list   []uint32
}

func (s *oleStream) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		i := off / s.sector
		if i >= int64(len(s.list)) {
			return n, io.EOF
		}
		// Sectors that follow each other in the file, as most do, are read at once.
		run := int64(1)
		for i+run < int64(len(s.list)) && s.list[i+run] == s.list[i]+uint32(run) && run*s.sector < int64(len(p)-n)+s.sector {
			run++
		}
		within := off % s.sector
		want := min(run*s.sector-within, int64(len(p)-n))
		got, err := s.r.ReadAt(p[n:n+int(want)], s.shift+int64(s.list[i])*s.sector+within)
		n += got
		off += int64(got)
		if int64(got) < want {
			return n, err
		}
	}
	return n, nil
}
