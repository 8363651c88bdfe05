package sheet

import (
	"encoding/binary"
	"io"
	"strings"

	"tepat/internal/fault"
)

// refuseOLE tells apart what people send in the container of old Office files.
func refuseOLE(f file) (Book, error) {
	names, err := oleNames(f.r, f.size)
	if err != nil {
		return nil, fault.NewInvalid("sheet.truncated").Because(err)
	}
	switch {
	case names["EncryptedPackage"]:
		return nil, fault.NewInvalid("sheet.password")
	case names["Workbook"], names["Book"]:
		return nil, fault.NewInvalid("sheet.xls")
	case names["WordDocument"]:
		return nil, fault.NewInvalid("sheet.document", "Word")
	case names["PowerPoint Document"]:
		return nil, fault.NewInvalid("sheet.document", "PowerPoint")
	}
	return nil, fault.NewInvalid("sheet.unknown")
}

// sectorLimit bounds how many sectors of the directory are looked at.
const sectorLimit = 256

// oleNames returns the names of the streams in an OLE2 container, after
// [MS-CFB] §2.2, §2.5 and §2.6. It reads the directory only.
func oleNames(r io.ReaderAt, size int64) (map[string]bool, error) {
	header := make([]byte, 512)
	if _, err := r.ReadAt(header, 0); err != nil {
		return nil, err
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil, io.ErrUnexpectedEOF
	}
	o := ole{r: r, sector: int64(1) << shift, header: header}
	names := map[string]bool{}
	at := binary.LittleEndian.Uint32(header[48:])
	buf := make([]byte, o.sector)
	for n := 0; at < oleLast && n < sectorLimit; n++ {
		if err := o.read(at, buf); err != nil {
			return names, err
		}
		for entry := buf; len(entry) >= 128; entry = entry[128:] {
			names[oleName(entry)] = true
		}
		next, err := o.after(at)
		if err != nil {
			return names, err
		}
		at = next
	}
	return names, nil
}

const oleLast = 0xFFFFFFFA // numbers from here on are marks, not sectors

type ole struct {
	r      io.ReaderAt
	sector int64
	header []byte
}

func (o ole) read(sector uint32, buf []byte) error {
	_, err := o.r.ReadAt(buf, (int64(sector)+1)*o.sector)
	return err
}

// after returns the sector that follows in the chain.
func (o ole) after(sector uint32) (uint32, error) {
	perSector := uint32(o.sector / 4)
	table, err := o.tableSector(sector / perSector)
	if err != nil {
		return 0, err
	}
	var word [4]byte
	_, err = o.r.ReadAt(word[:], (int64(table)+1)*o.sector+int64(sector%perSector)*4)
	return binary.LittleEndian.Uint32(word[:]), err
}

// tableSector finds where the n-th sector of the allocation table lies: the first 109
// are named in the header, the rest in a chain of their own.
func (o ole) tableSector(n uint32) (uint32, error) {
	if n < 109 {
		return binary.LittleEndian.Uint32(o.header[76+4*n:]), nil
	}
	n -= 109
	perSector := uint32(o.sector/4) - 1
	buf := make([]byte, o.sector)
	at := binary.LittleEndian.Uint32(o.header[68:])
	for hops := 0; at < oleLast && hops < sectorLimit; hops++ {
		if err := o.read(at, buf); err != nil {
			return 0, err
		}
		if n < perSector {
			return binary.LittleEndian.Uint32(buf[4*n:]), nil
		}
		n -= perSector
		at = binary.LittleEndian.Uint32(buf[4*perSector:])
	}
	return 0, io.ErrUnexpectedEOF
}

func oleName(entry []byte) string {
	length := int(binary.LittleEndian.Uint16(entry[64:]))
	var name strings.Builder
	for i := 0; i+2 < length && i < 64; i += 2 {
		name.WriteRune(rune(binary.LittleEndian.Uint16(entry[i:])))
	}
	return name.String()
}
