package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"

	"tepat/internal/db"
	"tepat/internal/id"
)

const (
	saltSize    = 32
	leafVersion = 1
	sealVersion = 1
)

func appendField[T string | []byte](buf []byte, s T) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

// payloadDigest binds what erasure may take away; scratch is reused.
func payloadDigest[T string | []byte](scratch, salt, payload []byte, actorName, area T) ([32]byte, []byte) {
	b := append(scratch[:0], "tepat/payload/v1"...)
	b = append(b, salt...)
	b = appendField(b, payload)
	b = appendField(b, actorName)
	b = appendField(b, area)
	return sha256.Sum256(b), b
}

func commitment(scratch []byte, payload [32]byte, seals []byte) ([32]byte, []byte) {
	b := append(scratch[:0], "tepat/leaf/v1"...)
	b = append(b, payload[:]...)
	b = appendField(b, seals)
	return sha256.Sum256(b), b
}

func appendLeaf[T string | []byte](buf []byte, kind, at, actor, object T, commit [32]byte) []byte {
	buf = append(buf, leafVersion)
	buf = appendField(buf, kind)
	buf = appendField(buf, at)
	buf = appendField(buf, actor)
	buf = appendField(buf, object)
	return append(buf, commit[:]...)
}

// encodeSeals writes seals grouped by table; within a table their order stays,
// because the later seal of a row counts.
func encodeSeals(seals []db.Seal) []byte {
	if len(seals) == 0 {
		return nil
	}
	var order []string
	groups := make(map[string][]int)
	for i := range seals {
		t := seals[i].Table
		if groups[t] == nil {
			order = append(order, t)
		}
		groups[t] = append(groups[t], i)
	}
	buf := make([]byte, 0, 32+len(seals)*33)
	buf = append(buf, sealVersion)
	for _, t := range order {
		buf = appendField(buf, t)
		buf = binary.AppendUvarint(buf, uint64(len(groups[t])))
		for _, i := range groups[t] {
			key := keyOf(seals[i].ID)
			if key.text == "" {
				buf = append(append(buf, 0), key.uuid[:]...)
			} else {
				buf = appendField(buf, key.text)
			}
			buf = append(buf, seals[i].Digest[:]...)
		}
	}
	return buf
}

// rowKey is the identifier of a row in its smallest form; text is empty for a
// UUID, which is nearly always.
type rowKey struct {
	uuid [16]byte
	text string
}

func keyOf(s string) rowKey {
	var k rowKey
	if !id.Valid(s) {
		k.text = s
		return k
	}
	var digits [32]byte
	n := copy(digits[:], s[:8])
	n += copy(digits[n:], s[9:13])
	n += copy(digits[n:], s[14:18])
	n += copy(digits[n:], s[19:23])
	copy(digits[n:], s[24:])
	if _, err := hex.Decode(k.uuid[:], digits[:]); err != nil {
		return rowKey{text: s}
	}
	return k
}

func (k rowKey) String() string {
	if k.text != "" {
		return k.text
	}
	h := hex.EncodeToString(k.uuid[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

var errSeals = errors.New("ledger: malformed seals")

// eachSeal calls fn with every seal in b, in order.
func eachSeal(b []byte, fn func(table []byte, key rowKey, digest db.Digest)) error {
	if len(b) == 0 {
		return nil
	}
	if b[0] != sealVersion {
		return errSeals
	}
	r := fields{rest: b[1:]}
	for len(r.rest) > 0 && !r.bad {
		table := r.field()
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			var key rowKey
			if text := r.field(); len(text) == 0 {
				copy(key.uuid[:], r.take(16))
			} else {
				key.text = string(text)
			}
			var digest db.Digest
			copy(digest[:], r.take(16))
			if !r.bad {
				fn(table, key, digest)
			}
		}
	}
	if r.bad {
		return errSeals
	}
	return nil
}

// fields reads length-prefixed parts; after damage bad is set and every part
// is empty.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) uvarint() uint64 {
	n, size := binary.Uvarint(f.rest)
	if size <= 0 {
		f.bad, f.rest = true, nil
		return 0
	}
	f.rest = f.rest[size:]
	return n
}

func (f *fields) take(n uint64) []byte {
	if n > uint64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return nil
	}
	b := f.rest[:n]
	f.rest = f.rest[n:]
	return b
}

func (f *fields) field() []byte { return f.take(f.uvarint()) }

// leafParts are the fields of a leaf, pointing into it.
type leafParts struct {
	kind, at, actor, object, commit []byte
}

func parseLeaf(leaf []byte) (leafParts, bool) {
	if len(leaf) == 0 || leaf[0] != leafVersion {
		return leafParts{}, false
	}
	f := fields{rest: leaf[1:]}
	p := leafParts{kind: f.field(), at: f.field(), actor: f.field(), object: f.field(), commit: f.take(sha256.Size)}
	return p, !f.bad && len(f.rest) == 0
}

func (p leafParts) matches(kind, at, actor, object []byte) bool {
	return bytes.Equal(p.kind, kind) && bytes.Equal(p.at, at) && bytes.Equal(p.actor, actor) && bytes.Equal(p.object, object)
}
