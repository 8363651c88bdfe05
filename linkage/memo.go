package linkage

// memo remembers the cells of raw values already cleaned. A value that
// falls on the places of others drives the older out. It grows while that
// pays, and rests where hardly a value comes twice, as with identity numbers.
type memo struct {
	words int
	bits  uint
	slots []uint32 // hash in two words, then the cells; hash 0: free
	hits  int      // since it was last judged
	fresh int      // values placed since
	idle  int      // lookups left to rest
	last  []byte   // the value before, and its cells
	cells []uint32
	own   []uint32 // cells when at rest
}

const (
	memoLeast = 12 // bits
	memoSure  = 14 // from here on it may rest
	memoMost  = 18
	memoRest  = 1 << 18 // lookups
)

func newMemo(words int) memo {
	m := memo{words: words, bits: memoLeast, own: make([]uint32, words)}
	m.slots = make([]uint32, (2+words)<<m.bits)
	return m
}

// off says that the memo rests and the value is to be cleaned.
func (m *memo) off() bool {
	if m.idle > 0 {
		m.idle--
		return true
	}
	return false
}

// slot is the place for the cells of a value by its hash, which is not 0, and
// whether they stand there already. Each value has two places side by side, of
// which the newer comes first.
func (m *memo) slot(h uint64) ([]uint32, bool) {
	if m.fresh > 1<<m.bits/2 {
		m.judge()
	}
	width := m.words + 2
	s := m.pair(h)
	low, high := uint32(h), uint32(h>>32)
	if s[0] == low && s[1] == high {
		m.hits++
		return s[2:width:width], true
	}
	if s[width] == low && s[width+1] == high {
		m.hits++
		return s[width+2:], true
	}
	m.fresh++
	copy(s[width:], s[:width])
	s[0], s[1] = low, high
	return s[2:width:width], false
}

// pair are the two places of a value.
func (m *memo) pair(h uint64) []uint32 {
	n := 2 * (m.words + 2)
	at := int(h>>(64-m.bits)) / 2 * n
	return m.slots[at : at+n : at+n]
}

// judge lets the memo grow, rest or stay after half as many new values as it
// has places. The value at hand is still looked up.
func (m *memo) judge() {
	switch {
	case m.bits >= memoSure && m.hits*8 < m.fresh:
		m.idle = memoRest
	case m.bits < memoMost:
		m.grow()
	}
	m.hits, m.fresh = 0, 0
}

func (m *memo) grow() {
	width, before := m.words+2, m.slots
	m.bits++
	m.slots = make([]uint32, width<<m.bits)
	for at := 0; at < len(before); at += width {
		if low := before[at]; low != 0 {
			h := uint64(low) | uint64(before[at+1])<<32
			s := m.pair(h)
			if s[0] != 0 {
				s = s[width:]
			}
			copy(s, before[at:at+width])
		}
	}
}
