package linkage

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"tepat/linkage/similar"
)

// builder cleans and codes cells for one goroutine.
type builder struct {
	l      *layout
	dicts  []*dict // by column; nil unless coded
	memo   []memo  // by input
	joined []byte
	text   []byte // where the next strings for cleaners go
}

func newBuilder(l *layout) *builder {
	b := &builder{l: l, dicts: make([]*dict, len(l.cols)), memo: make([]memo, len(l.inputs))}
	for i, c := range l.cols {
		if c.coded() {
			b.dicts[i] = newDict()
		}
	}
	for i, in := range l.inputs {
		b.memo[i] = newMemo(in.words)
	}
	return b
}

// fill writes the cells of one record into row.
func (b *builder) fill(row []uint32, cells [][]byte) {
	for i, in := range b.l.inputs {
		raw := b.raw(in, cells)
		if len(raw) == 0 {
			for _, c := range in.cols {
				row[c.word] = 0
				if c.wide {
					row[c.word+1] = 0
				}
			}
			continue
		}
		spreadCells(row, in, b.clean(in, &b.memo[i], raw))
	}
}

// clean gives the cells of a raw value, from memory where it was cleaned
// before: files are sorted by place, and names repeat.
func (b *builder) clean(in *input, m *memo, raw []byte) []uint32 {
	if string(raw) == string(m.last) {
		return m.cells
	}
	m.last = append(m.last[:0], raw...)
	if m.off() {
		m.cells = m.own
		b.work(in, raw, m.cells)
		return m.cells
	}
	h := hashBytes(raw) | 1
	found := false
	if m.cells, found = m.slot(h); !found {
		b.work(in, raw, m.cells)
	}
	return m.cells
}

func spreadCells(row []uint32, in *input, kept []uint32) {
	k := 0
	for _, c := range in.cols {
		row[c.word] = kept[k]
		k++
		if c.wide {
			row[c.word+1] = kept[k]
			k++
		}
	}
}

// raw is the joined text of an input's fields.
func (b *builder) raw(in *input, cells [][]byte) []byte {
	if len(in.fields) == 1 {
		if f := in.fields[0]; f < len(cells) {
			return cells[f]
		}
		return nil
	}
	b.joined = b.joined[:0]
	for _, f := range in.fields {
		if f >= len(cells) || len(cells[f]) == 0 {
			continue
		}
		if len(b.joined) > 0 {
			b.joined = append(b.joined, ' ')
		}
		b.joined = append(b.joined, cells[f]...)
	}
	return b.joined
}

// work cleans a raw value for every column of the input.
func (b *builder) work(in *input, raw []byte, kept []uint32) {
	s := b.keep(raw)
	k := 0
	for _, c := range in.cols {
		v := c.run(s)
		switch c.Kind {
		case Date:
			kept[k] = uint32(parseDate(v))
		case Digits:
			n := similar.ParseNumber(strings.TrimSpace(v))
			kept[k], kept[k+1] = uint32(n), uint32(n>>32)
			k++
		default:
			kept[k] = b.dicts[c.at].code(bytesOf(canonical(c.Kind, v)))
		}
		k++
	}
}

// textSize is how much text for cleaners is allocated at once.
const textSize = 1 << 14

// keep makes a string of a raw value that lasts: cleaners may keep it. Its
// bytes are written once, so many strings share one allocation.
func (b *builder) keep(raw []byte) string {
	if len(raw) > textSize/16 || !utf8.Valid(raw) {
		return strings.ToValidUTF8(string(raw), "\ufffd")
	}
	if len(b.text)+len(raw) > cap(b.text) {
		b.text = make([]byte, 0, textSize)
	}
	from := len(b.text)
	b.text = append(b.text, raw...)
	return unsafe.String(&b.text[from], len(raw))
}
