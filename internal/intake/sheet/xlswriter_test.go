package sheet

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// record builds one BIFF record of its parts: numbers in little-endian order, strings
// as bytes.
func record(kind uint16, parts ...any) []byte {
	var data bytes.Buffer
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			data.WriteString(v)
		default:
			if err := binary.Write(&data, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, kind)
	head = binary.LittleEndian.AppendUint16(head, uint16(data.Len()))
	return append(head, data.Bytes()...)
}

func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// wideText is a Unicode string with a length of 16 bits.
func wideText(s string) []byte {
	u := wide(s)
	return append([]byte{byte(len(u) / 2), byte(len(u) / 2 >> 8), 1}, u...)
}

// xlsSheet is a worksheet of ready records.
type xlsSheet struct {
	name    string
	state   byte // 0 visible, 1 hidden, 2 very hidden
	kind    byte // 0 worksheet, 2 chart, 6 macros
	records [][]byte
}

var (
	bof = func(kind uint16) []byte {
		return record(biffBOF, uint16(0x0600), kind, uint32(0), uint32(0), uint32(6))
	}
	endOf  = record(biffEOF)
	atCell = func(row, column, format int) []byte {
		return []byte{byte(row), byte(row >> 8), byte(column), byte(column >> 8), byte(format), byte(format >> 8)}
	}
)

// workbookStream joins globals and sheets; the places of the sheets are filled in.
func workbookStream(globals [][]byte, sheets ...xlsSheet) []byte {
	stream := bof(5)
	for _, g := range globals {
		stream = append(stream, g...)
	}
	var places []int
	for _, s := range sheets {
		places = append(places, len(stream)+4)
		stream = append(stream, record(biffBoundSheet, uint32(0), s.state, s.kind, byte(len(wide(s.name))/2), byte(1), wide(s.name))...)
	}
	stream = append(stream, endOf...)
	for i, s := range sheets {
		binary.LittleEndian.PutUint32(stream[places[i]:], uint32(len(stream)))
		stream = append(stream, bof(0x10)...)
		for _, r := range s.records {
			stream = append(stream, r...)
		}
		stream = append(stream, endOf...)
	}
	return stream
}

// sst builds a string table whose records have at most limit bytes, so that texts are
// cut wherever the standard allows it: every second text is narrow where it can be, and
// every third has formatting behind it.
func sst(limit int, texts ...string) []byte {
	var out []byte
	kind, data := uint16(biffSST), binary.LittleEndian.AppendUint32(nil, uint32(len(texts)))
	data = binary.LittleEndian.AppendUint32(data, uint32(len(texts)))
	flush := func() {
		out = append(out, record(kind, data)...)
		kind, data = biffContinue, nil
	}
	for i, text := range texts {
		units := utf16.Encode([]rune(text))
		narrow := i%2 == 1
		for _, u := range units {
			narrow = narrow && u < 0x100
		}
		flags, extra := byte(1), 0
		if narrow {
			flags = 0
		}
		head := []byte{byte(len(units)), byte(len(units) >> 8), flags}
		if i%3 == 2 {
			head[2] |= 8
			head = append(head, 1, 0)
			extra = 4
		}
		if len(data)+len(head) > limit {
			flush()
		}
		data = append(data, head...)
		for _, u := range units {
			if len(data)+2 > limit {
				flush()
				data = append(data, flags)
			}
			data = append(data, byte(u))
			if !narrow {
				data = append(data, byte(u>>8))
			}
		}
		for range extra {
			if len(data) == limit {
				flush()
			}
			data = append(data, 0)
		}
	}
	flush()
	return out
}

// oleFile puts a stream into an OLE2 container: below 4,096 bytes into the mini stream.
// Sectors lie backwards, so that nobody gets away with reading straight on.
func oleFile(name string, stream []byte) []byte {
	const sector = 512
	if len(stream) >= oleMiniLimit {
		return oleSectors(name, stream, stream, nil)
	}
	var mini []byte
	n := (len(stream) + oleMiniSector - 1) / oleMiniSector
	for i := range n {
		next := uint32(i + 1)
		if i == n-1 {
			next = 0xFFFFFFFE
		}
		mini = binary.LittleEndian.AppendUint32(mini, next)
	}
	for len(mini)%sector != 0 {
		mini = binary.LittleEndian.AppendUint32(mini, 0xFFFFFFFF)
	}
	return oleSectors(name, stream, append(stream, make([]byte, n*oleMiniSector-len(stream))...), mini)
}

// oleSectors lays out a container: directory, mini table (one sector or none), data
// backwards, allocation table.
func oleSectors(name string, stream, data, mini []byte) []byte {
	const sector = 512
	n := (len(data) + sector - 1) / sector
	tables, more := 1, 0 // more sectors name the tables beyond the 109th
	for (2+n+tables+more)*4 > tables*sector {
		tables++
		more = (max(tables-109, 0) + 126) / 127
	}
	file := make([]byte, (1+2+n+tables+more)*sector)
	copy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	put16, put32 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32
	put16(file[30:], 9)
	put32(file[48:], 0)
	put32(file[60:], 0xFFFFFFFE)
	put32(file[68:], 0xFFFFFFFE)
	table := file[(1+2+n)*sector : (1+2+n+tables)*sector]
	for i := range table {
		table[i] = 0xFF
	}
	for i := range 109 {
		put32(file[76+4*i:], 0xFFFFFFFF)
		if i < tables {
			put32(file[76+4*i:], uint32(2+n+i))
		}
	}
	for m := range more {
		if m == 0 {
			put32(file[68:], uint32(2+n+tables))
		}
		names := file[(1+2+n+tables+m)*sector:][:sector]
		put32(names[508:], uint32(2+n+tables+m+1))
		if m == more-1 {
			put32(names[508:], 0xFFFFFFFE)
		}
		for i := range 127 {
			put32(names[4*i:], 0xFFFFFFFF)
			if t := 109 + 127*m + i; t < tables {
				put32(names[4*i:], uint32(2+n+t))
			}
		}
	}
	put32(table[0:], 0xFFFFFFFE)
	put32(table[4:], 0xFFFFFFFE)
	for i := range n { // the i-th piece lies in sector 2+n-1-i
		at := 2 + n - 1 - i
		copy(file[(1+at)*sector:(2+at)*sector], data[i*sector:min(len(data), (i+1)*sector)])
		put32(table[4*at:], uint32(at-1))
		if i == n-1 {
			put32(table[4*at:], 0xFFFFFFFE)
		}
	}
	entry := func(i int, name string, start, size int) {
		at := file[sector+128*i:]
		copy(at, wide(name))
		put16(at[64:], uint16(len(wide(name))+2))
		put32(at[116:], uint32(start))
		put32(at[120:], uint32(size))
	}
	first := 2 + n - 1
	if mini == nil {
		entry(0, "Root Entry", -2, 0)
		entry(1, name, first, len(stream))
		return file
	}
	put32(file[60:], 1)
	copy(file[2*sector:], mini)
	entry(0, "Root Entry", first, len(data))
	entry(1, name, 0, len(stream))
	return file
}

func xlsOf(globals [][]byte, sheets ...xlsSheet) []byte {
	return oleFile("Workbook", workbookStream(globals, sheets...))
}
