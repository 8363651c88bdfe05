package intake

import (
	"hash/maphash"
	"math/bits"

	"tepat/internal/registry"
)

// repeats remembers who stood in the file so far. An entry is 24 bytes whatever
// the row says, so ten million rows fit into half a gigabyte: a hash of the
// identity, the row, and a sketch of the name to tell the same name from
// another one. The table is cut into shards, which grow one at a time.
type repeats struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

// shardCount is a power of two; the upper bits of an identity choose.
const (
	shardCount = 64
	shardShift = 58
)

// shard is an open-addressing table of its own.
type shard struct {
	slots []seen
	used  int
}

type seen struct {
	identity uint64 // 0 is a free slot
	name     uint64
	row      int
}

func newRepeats() *repeats {
	return &repeats{seed: maphash.MakeSeed()}
}

// note enters the item and returns the row in which the same identity stood
// before (0 for none) and whether it bore the same name there.
func (r *repeats) note(it *Item, family bool) (int, bool) {
	identity := r.identity(&it.Record, family)
	if identity == 0 {
		return 0, false
	}
	part := &r.shards[identity>>shardShift]
	if part.used*4 >= len(part.slots)*3 {
		part.grow()
	}
	name := sketch(it.Record.Name)
	s := find(part.slots, identity)
	if s.identity != 0 {
		return s.row, alike(s.name, name)
	}
	*s = seen{identity, name, it.Row}
	part.used++
	return 0, false
}

// identity hashes what makes a row about the same: NIK (or KK for families)
// and the programme; without a number name, birth date and village.
func (r *repeats) identity(rec *Record, family bool) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	number := rec.NIK.Reveal()
	if family && rec.KK != "" {
		number = rec.KK.Reveal()
	}
	switch {
	case number != "":
		h.WriteString(number)
	case rec.Name != "" && !rec.BirthOn.IsZero():
		h.WriteString(registry.Key(rec.Name))
		h.WriteString(rec.BirthOn.String())
		h.WriteString(string(rec.Village))
	default:
		return 0
	}
	h.WriteString(rec.Program)
	return h.Sum64() | 1
}

func find(slots []seen, identity uint64) *seen {
	mask := uint64(len(slots) - 1)
	for i := (identity >> 1) & mask; ; i = (i + 1) & mask {
		if slots[i].identity == 0 || slots[i].identity == identity {
			return &slots[i]
		}
	}
}

func (p *shard) grow() {
	bigger := make([]seen, max(64, 2*len(p.slots)))
	for _, s := range p.slots {
		if s.identity != 0 {
			*find(bigger, s.identity) = s
		}
	}
	p.slots = bigger
}

// sketch marks the pairs of letters of a name in 64 bits.
func sketch(name string) uint64 {
	var out uint64
	previous := uint64(0)
	for i := range len(name) {
		c := uint64(name[i] &^ 0x20)
		if c < 'A' || c > 'Z' {
			previous = 0
			continue
		}
		if previous != 0 {
			out |= 1 << ((previous*31 + c) * 0x9e3779b97f4a7c15 >> 58)
		}
		previous = c
	}
	return out
}

// alike reports whether two sketches share at least half of their marks.
func alike(a, b uint64) bool {
	return 4*bits.OnesCount64(a&b) >= bits.OnesCount64(a)+bits.OnesCount64(b)
}
