// Package id holds one Go type per identified thing and mints UUIDv7 text.
//
// It owns the shape of identifiers; it refuses to know what they point at.
// A NIK is never an identifier. Read id_test.go first.
package id

import (
	"crypto/rand"
	"encoding/hex"
	mrand "math/rand/v2"
	"sync"
	"time"
)

// Person to User: one type per thing, so that the compiler catches a family
// where a person is meant. The zero value points at nothing.
type (
	Person     string
	Family     string
	Membership string
	Merge      string
	Suspicion  string
	Batch      string
	Fact       string
	Indication string
	Program    string
	Version    string
	Ranking    string
	Decree     string
	DecreeLine string
	PayList    string
	PayLine    string
	Site       string
	Handover   string
	User       string
	Job        string
	Entry      string
)

// Mint makes UUIDv7 identifiers (RFC 9562 §5.7) that sort by the time given.
// It is safe for concurrent use. The zero value is not usable; see NewMint.
type Mint struct {
	mu    sync.Mutex
	rng   *mrand.ChaCha8
	last  int64
	ahead int64
	seq   uint16
}

// NewMint returns a Mint seeded from the operating system.
func NewMint() *Mint {
	var seed [32]byte
	if _, err := rand.Read(seed[:]); err != nil {
		panic("no randomness from the operating system: " + err.Error())
	}
	return SeededMint(seed)
}

// SeededMint returns a Mint whose identifiers repeat for the same seed and
// times; it is for demo data and tests only.
func SeededMint(seed [32]byte) *Mint { return &Mint{rng: mrand.NewChaCha8(seed)} }

// New returns an identifier for time t. Identifiers minted one after another
// for the same time sort in the order of minting: when the 4,096 of a
// millisecond are used up, the next millisecond is borrowed (RFC 9562 §6.2).
func (m *Mint) New(t time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := t.UnixMilli()
	if ms == m.last {
		m.seq++
	} else {
		m.last, m.ahead, m.seq = ms, 0, 0
	}
	if m.seq == 1<<12 {
		m.ahead, m.seq = m.ahead+1, 0
	}
	ms += m.ahead
	var b [16]byte
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = 0x70 | byte(m.seq>>8)&0x0f
	b[7] = byte(m.seq)
	r := m.rng.Uint64()
	for i := range 8 {
		b[8+i] = byte(r >> (8 * i))
	}
	b[8] = b[8]&0x3f | 0x80
	return format(b)
}

func format(b [16]byte) string {
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// Valid reports whether s has the shape of an identifier: 36 characters of
// lowercase hexadecimal in five groups.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
