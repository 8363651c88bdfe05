package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Edge is the frontier of a growing tree: the hashes of its complete subtrees,
// largest first. It is all that appending and the root need. The zero Edge is
// the empty tree.
type Edge struct {
	Size  int64
	peaks []tlog.Hash
}

// ParseEdge reads what Bytes wrote for a tree of size leaves.
func ParseEdge(size int64, b []byte) (Edge, error) {
	if size < 0 || len(b) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return Edge{}, fmt.Errorf("tree: an edge of %d bytes does not fit %d leaves", len(b), size)
	}
	hashes, err := SplitHashes(b)
	return Edge{Size: size, peaks: hashes}, err
}

// Bytes returns the peaks, 32 bytes each, largest subtree first.
func (e *Edge) Bytes() []byte { return JoinHashes(e.peaks) }

// Clone returns a copy that grows on its own.
func (e *Edge) Clone() Edge {
	return Edge{e.Size, append([]tlog.Hash(nil), e.peaks...)}
}

// Append adds a leaf and appends to dst the hashes it completes: the leaf's
// own, then one for every subtree that is now full (RFC 6962 §2.1).
func (e *Edge) Append(dst []tlog.Hash, leaf tlog.Hash) []tlog.Hash {
	dst = append(dst, leaf)
	e.push(0, leaf, func(_ int, h tlog.Hash) { dst = append(dst, h) })
	return dst
}

// Join adds the tree of other to the right of e and calls visit, if not nil,
// with the level and hash of each subtree that spans both. e must end on a
// boundary of other's largest full subtree, as equal chunks do.
func (e *Edge) Join(other Edge, visit func(level int, h tlog.Hash)) error {
	rest := other.Size
	for _, h := range other.peaks {
		level := bits.Len64(uint64(rest)) - 1
		rest -= 1 << level
		if e.Size&(1<<level-1) != 0 {
			return errors.New("tree: chunks are not aligned")
		}
		e.push(level, h, visit)
	}
	return nil
}

// push adds a full subtree of 2^level leaves and merges what it completes.
func (e *Edge) push(level int, h tlog.Hash, visit func(level int, h tlog.Hash)) {
	grown := e.Size + 1<<level
	for n := e.Size >> level; n&1 == 1; n >>= 1 {
		last := len(e.peaks) - 1
		h = tlog.NodeHash(e.peaks[last], h)
		e.peaks = e.peaks[:last]
		level++
		if visit != nil {
			visit(level, h)
		}
	}
	e.peaks = append(e.peaks, h)
	e.Size = grown
}

// Root returns the tree's root hash; the empty tree's is SHA-256 of nothing.
func (e *Edge) Root() tlog.Hash {
	if len(e.peaks) == 0 {
		return sha256.Sum256(nil)
	}
	h := e.peaks[len(e.peaks)-1]
	for i := len(e.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e.peaks[i], h)
	}
	return h
}

// JoinHashes writes hashes one after another.
func JoinHashes(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// SplitHashes reads what JoinHashes wrote.
func SplitHashes(b []byte) ([]tlog.Hash, error) {
	if len(b)%tlog.HashSize != 0 {
		return nil, fmt.Errorf("tree: %d bytes are no hashes", len(b))
	}
	out := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range out {
		copy(out[i][:], b[i*tlog.HashSize:])
	}
	return out, nil
}

// HomeOf returns where the hash with tlog's stored index idx is kept: the leaf
// that completes it and its level there.
func HomeOf(idx int64) (int64, int) {
	level, n := tlog.SplitStoredHashIndex(idx)
	return (n+1)<<level - 1, level
}

// Fingerprint is the short form of a root that people compare by eye: the
// first eight bytes in four groups, "7F3A-92C1-0B4D-E5F6".
func Fingerprint(root tlog.Hash) string {
	s := strings.ToUpper(hex.EncodeToString(root[:8]))
	return s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}
