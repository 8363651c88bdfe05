package linkage

import (
	"strings"

	"tepat/linkage/similar"
)

// write cleans a raw value into a row of a table at rest, adding it to the
// dictionary when new.
func (c *column) write(row []uint32, raw string) {
	v := ""
	if raw != "" {
		v = c.run(strings.ToValidUTF8(raw, "\ufffd"))
	}
	switch c.Kind {
	case Date:
		row[c.word] = uint32(parseDate(v))
	case Digits:
		n := similar.ParseNumber(strings.TrimSpace(v))
		row[c.word], row[c.word+1] = uint32(n), uint32(n>>32)
	default:
		row[c.word] = c.dict.code(bytesOf(canonical(c.Kind, v)))
	}
}

// extend works out the facts on values that the dictionary got since.
func (c *column) extend() {
	if !c.coded() {
		return
	}
	f := &c.feats
	for code := len(f.numbers); f.numbers != nil && code < c.dict.len(); code++ {
		f.numbers = append(f.numbers, parseNumber(c.dict.get(uint32(code))))
	}
	for code := len(f.points); f.points != nil && code < c.dict.len(); code++ {
		lat, lon, _ := parsePoint(c.dict.get(uint32(code)))
		f.points = append(f.points, [2]float64{lat, lon})
	}
	for f.words != nil && len(f.words.end) < c.dict.len() {
		f.words.append(c.dict.get(uint32(len(f.words.end))), 0)
	}
	for _, p := range f.parts {
		for code := len(p.hash); code < c.dict.len(); code++ {
			p.hash = append(p.hash, partHash(p.part, p.n, c.dict.get(uint32(code))))
		}
	}
}

// mark is how far a column's dictionary and facts went.
type mark struct {
	c                   *column
	codes, words, inner int
}

func markOf(c *column) mark {
	m := mark{c: c, codes: c.dict.len()}
	if w := c.feats.words; w != nil {
		m.words, m.inner = w.dict.len(), len(w.codes)
	}
	return m
}

// restore takes back everything after the mark.
func (m mark) restore() {
	c := m.c
	for c.dict.len() > m.codes {
		c.dict.pop()
	}
	f := &c.feats
	f.numbers, f.points = f.numbers[:min(len(f.numbers), m.codes)], f.points[:min(len(f.points), m.codes)]
	for _, p := range f.parts {
		p.hash = p.hash[:min(len(p.hash), m.codes)]
	}
	if w := f.words; w != nil {
		for w.dict.len() > m.words {
			w.dict.pop()
		}
		w.end, w.codes, w.count = w.end[:m.codes], w.codes[:m.inner], w.count[:m.words]
	}
}

// pop takes the last code out again. Codes leave in the opposite order of
// their coming, so no later one was pushed past its slot.
func (d *dict) pop() {
	code := uint32(d.len() - 1)
	h := d.hash[code]
	mask := uint64(len(d.slots) - 1)
	i := h & mask
	for uint32(d.slots[i]) != code || d.slots[i]>>32 != h>>32 {
		i = (i + 1) & mask
	}
	d.slots[i] = 0
	d.text = d.text[:d.end[code-1]]
	d.end, d.hash = d.end[:code], d.hash[:code]
}

// findLive is Find that passes over records removed.
func (t *Table) findLive(source, id string, gone map[uint32]bool) (int, bool) {
	for i := range t.sameID(source, id) {
		if !gone[uint32(i)] {
			return i, true
		}
	}
	return 0, false
}
