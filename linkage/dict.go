package linkage

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"
)

// dict codes strings densely in the order of their arrival; code 0 is the
// empty string, which everywhere means missing. It holds no pointers beside
// its five slices, so that the collector passes over millions of values.
type dict struct {
	slots []uint64 // open addressing: upper half of the hash, code; 0 free
	hash  []uint64 // by code
	end   []uint32 // by code: where its text ends
	text  []byte
}

func newDict() *dict {
	return &dict{slots: make([]uint64, 64), hash: make([]uint64, 1), end: make([]uint32, 1)}
}

// len counts the codes, the empty string included.
func (d *dict) len() int { return len(d.end) }

// get returns the text of a code. It shares the memory of the dictionary.
func (d *dict) get(code uint32) string {
	if code == 0 {
		return ""
	}
	from := d.end[code-1]
	return unsafe.String(unsafe.SliceData(d.text[from:]), d.end[code]-from)
}

// bytesOf is s without copying, to be read only.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// code returns the code of s, adding it when new.
func (d *dict) code(s []byte) uint32 {
	if len(s) == 0 {
		return 0
	}
	return d.codeHashed(s, hashBytes(s))
}

func (d *dict) codeHashed(s []byte, h uint64) uint32 {
	mask := uint64(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := d.slots[i]
		if slot == 0 {
			code := d.add(s, h)
			d.slots[i] = h>>32<<32 | uint64(code)
			if d.len()*4 > len(d.slots)*3 {
				d.grow()
			}
			return code
		}
		if slot>>32 == h>>32 && d.get(uint32(slot)) == string(s) {
			return uint32(slot)
		}
	}
}

// find returns the code of s, or false.
func (d *dict) find(s []byte) (uint32, bool) {
	if len(s) == 0 {
		return 0, true
	}
	h := hashBytes(s)
	mask := uint64(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := d.slots[i]
		if slot == 0 {
			return 0, false
		}
		if slot>>32 == h>>32 && d.get(uint32(slot)) == string(s) {
			return uint32(slot), true
		}
	}
}

func (d *dict) add(s []byte, h uint64) uint32 {
	d.text = append(d.text, s...)
	d.end = append(d.end, uint32(len(d.text)))
	d.hash = append(d.hash, h)
	return uint32(len(d.end) - 1)
}

func (d *dict) grow() { d.index(2 * len(d.slots)) }

// index builds the slots anew.
func (d *dict) index(size int) {
	d.slots = make([]uint64, size)
	mask := uint64(size - 1)
	for code := 1; code < d.len(); code++ {
		h := d.hash[code]
		i := h & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = h>>32<<32 | uint64(code)
	}
}

// mergeDicts makes one dictionary of several and returns, for each of them,
// the new codes by the old. counts has the uses of the old codes. New codes go
// by use, most used first, so that what is often compared lies together in
// memory; then by hash, then by text: they depend on the values and their
// frequencies alone, not on who met them first.
func mergeDicts(parts []*dict, counts [][]uint32) (*dict, [][]uint32) {
	total := 0
	for _, p := range parts {
		total += p.len() - 1
	}
	refs := make([]hashRef, 0, total)
	for i, p := range parts {
		for code := 1; code < p.len(); code++ {
			refs = append(refs, hashRef{p.hash[code], uint32(code), uint32(i)})
		}
	}
	sortHashRefs(refs, func(a, b hashRef) bool {
		return parts[a.part].get(a.code) < parts[b.part].get(b.code)
	})
	same := func(a, b hashRef) bool {
		return a.hash == b.hash && parts[a.part].get(a.code) == parts[b.part].get(b.code)
	}
	var groups []valueGroup
	for i := 0; i < len(refs); {
		g := valueGroup{from: uint32(i), use: counts[refs[i].part][refs[i].code]}
		for i++; i < len(refs) && same(refs[i], refs[g.from]); i++ {
			g.use += counts[refs[i].part][refs[i].code]
		}
		g.to = uint32(i)
		groups = append(groups, g)
	}
	sortByUse(groups)
	out := newDict()
	out.slots = nil // see lookups
	out.hash = make([]uint64, 1, len(groups)+1)
	out.end = make([]uint32, 1, len(groups)+1)
	maps := make([][]uint32, len(parts))
	for i, p := range parts {
		maps[i] = make([]uint32, p.len())
	}
	for _, g := range groups {
		first := refs[g.from]
		code := out.add(bytesOf(parts[first.part].get(first.code)), first.hash)
		for _, r := range refs[g.from:g.to] {
			maps[r.part][r.code] = code
		}
	}
	return out, maps
}

// valueGroup is the places of one value among the sorted references.
type valueGroup struct{ from, to, use uint32 }

// sortByUse sorts by falling use, keeping the order of equals: rare values, the
// many, by counting, the others by comparing.
func sortByUse(groups []valueGroup) {
	const rare = 16
	var counts [rare]int
	often := groups[:0:0]
	for _, g := range groups {
		if g.use >= rare {
			often = append(often, g)
		} else {
			counts[g.use]++
		}
	}
	slices.SortStableFunc(often, func(a, b valueGroup) int { return cmp.Compare(b.use, a.use) })
	var start [rare]int
	at := len(often)
	for use := rare - 1; use >= 0; use-- {
		start[use] = at
		at += counts[use]
	}
	sorted := make([]valueGroup, len(groups))
	copy(sorted, often)
	for _, g := range groups {
		if g.use < rare {
			sorted[start[g.use]] = g
			start[g.use]++
		}
	}
	copy(groups, sorted)
}

// lookups makes find and code work on a merged dictionary.
func (d *dict) lookups() {
	if d.slots == nil {
		d.index(1 << bits.Len(uint(d.len()*3/2)+64))
	}
}

type hashRef struct {
	hash       uint64
	code, part uint32
}

// sortHashRefs sorts by hash; less decides between equal hashes.
func sortHashRefs(refs []hashRef, less func(a, b hashRef) bool) {
	tmp := make([]hashRef, len(refs))
	for shift := 31; shift < 64; shift += 11 {
		var start [2049]int
		for i := range refs {
			start[refs[i].hash>>shift&2047+1]++
		}
		for i := 1; i < len(start); i++ {
			start[i] += start[i-1]
		}
		for i := range refs {
			k := refs[i].hash >> shift & 2047
			tmp[start[k]] = refs[i]
			start[k]++
		}
		refs, tmp = tmp, refs
	}
	// Three passes leave the result in what was tmp: copy it back.
	copy(tmp, refs)
	refs = tmp
	before := func(a, b hashRef) bool {
		if a.hash != b.hash {
			return a.hash < b.hash
		}
		return less(a, b)
	}
	for i := 1; i < len(refs); i++ {
		for j := i; j > 0 && refs[j].hash>>31 == refs[j-1].hash>>31 && before(refs[j], refs[j-1]); j-- {
			refs[j], refs[j-1] = refs[j-1], refs[j]
		}
	}
}

const (
	mixA = 0x9e3779b97f4a7c15
	mixB = 0xe7037ed1a0b428db
	mixC = 0x8ebc6af09c88c6e3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hashBytes hashes as wyhash does (Wang Yi): the same in every run, on every
// machine. It guards nothing: a forged collision costs time, not truth.
func hashBytes(s []byte) uint64 {
	n := len(s)
	h := mixA ^ uint64(n)
	for len(s) > 16 {
		h = mix(binary.LittleEndian.Uint64(s)^mixB, binary.LittleEndian.Uint64(s[8:])^h)
		s = s[16:]
	}
	var x, y uint64
	switch {
	case len(s) >= 8:
		x, y = binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[len(s)-8:])
	case len(s) >= 4:
		x, y = uint64(binary.LittleEndian.Uint32(s)), uint64(binary.LittleEndian.Uint32(s[len(s)-4:]))
	case len(s) > 0:
		x = uint64(s[0])<<16 | uint64(s[len(s)/2])<<8 | uint64(s[len(s)-1])
	}
	return mix(mixC^uint64(n), mix(x^mixB, y^h))
}

// hash2 joins two hashes.
func hash2(a, b uint64) uint64 { return mix(a^mixB, b^mixC) }

// spread makes a hash of a number.
func spread(x uint64) uint64 { return mix(x^mixA, mixC) }
