package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"math/bits"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
	"tepat/internal/ledger/tree"
)

// Chunks of the log are checked independently and joined in order.
const (
	chunkLevel = 12
	chunkSize  = 1 << chunkLevel
)

// probe is a claim about the tree at some size: a checkpoint in the database,
// or what the signer or a witness remembers.
type probe struct {
	size   int64
	root   tlog.Hash
	note   string // to be checked with the log's key; empty if it was
	source string // "" for the database itself
}

// chunk is the outcome of checking the entries [first, first+edge.Size).
type chunk struct {
	edge     tree.Edge
	tail     []byte // stored hashes above chunkLevel of the last entry
	findings []Finding
	more     int64
	seals    []sealed
	probes   []probed
	erased   []int64
	said     []int64 // entries that an erasure announces
}

type sealed struct {
	seq   int64
	bytes []byte
}

type probed struct {
	probe
	edge   tree.Edge // of the chunk's leaves up to the probe
	signed bool
}

func (c *chunk) add(f Finding) {
	if len(c.findings) >= maxFindings {
		c.more++
		return
	}
	c.findings = append(c.findings, f)
}

// record is one stored entry; its slices live until the next row.
type record struct {
	seq                                              int64
	kind, at, actorID, actorName, object, area       sql.RawBytes
	payload, payloadDigest, seals, salt, leaf, nodes sql.RawBytes
}

const selectRecords = `SELECT seq, kind, at, actor_id, actor_name, object, area, payload, payload_digest, seals, salt, leaf, hashes
	FROM ledger_entry WHERE regency = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`

func (r *record) columns() []any {
	return []any{&r.seq, &r.kind, &r.at, &r.actorID, &r.actorName, &r.object, &r.area, &r.payload, &r.payloadDigest,
		&r.seals, &r.salt, &r.leaf, &r.nodes}
}

// scanner checks chunks; one goroutine uses it at a time.
type scanner struct {
	regency string
	key     note.Verifier // nil when signatures are not checked
	probes  []probe       // sorted by size
	scratch []byte
	hashes  []tlog.Hash
}

// scan checks the entries [from, to) that q sees; from is a multiple of chunkSize.
func (s *scanner) scan(ctx context.Context, q db.Querier, from, to int64) (*chunk, error) {
	rows, err := q.Query(ctx, selectRecords, s.regency, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	c := &chunk{}
	var r record
	cols := r.columns()
	for rows.Next() {
		if err := rows.Scan(cols...); err != nil {
			return nil, err
		}
		if next := from + c.edge.Size; r.seq > next {
			c.add(find(FindGap, next, next, r.seq-1))
			s.pad(c, from, r.seq)
		}
		s.entry(c, &r)
		s.takeProbes(c, from)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if next := from + c.edge.Size; next < to {
		c.add(find(FindGap, next, next, to-1))
		s.pad(c, from, to)
	}
	return c, nil
}

// pad fills the place of missing entries, so that the rest can be checked.
func (s *scanner) pad(c *chunk, from, to int64) {
	for from+c.edge.Size < to {
		s.hashes = c.edge.Append(s.hashes[:0], tlog.Hash{})
		s.takeProbes(c, from)
	}
}

func (s *scanner) takeProbes(c *chunk, from int64) {
	size := from + c.edge.Size
	for len(s.probes) > 0 && s.probes[0].size <= size {
		p := s.probes[0]
		s.probes = s.probes[1:]
		if p.size < size {
			continue
		}
		signed := true
		if p.note != "" && s.key != nil {
			_, err := tree.Open(p.note, s.key)
			signed = err == nil
		}
		c.probes = append(c.probes, probed{p, c.edge.Clone(), signed})
	}
}

func (s *scanner) entry(c *chunk, r *record) {
	honest := s.content(c, r)
	hash := tlog.RecordHash(r.leaf)
	local := bits.TrailingZeros64(uint64(c.edge.Size+1)) + 1
	want := bits.TrailingZeros64(uint64(r.seq+1)) + 1
	if len(r.nodes) != want*tlog.HashSize {
		c.add(find(FindNode, r.seq, r.seq))
		s.hashes = c.edge.Append(s.hashes[:0], hash)
		return
	}
	if !bytes.Equal(hash[:], r.nodes[:tlog.HashSize]) {
		c.add(find(FindLeaf, r.seq, r.seq))
		if !honest { // keep to the stored hash, so that one change is one finding
			hash = tlog.Hash(r.nodes[:tlog.HashSize])
		}
	}
	s.hashes = c.edge.Append(s.hashes[:0], hash)
	for level := 1; level < local; level++ {
		if !bytes.Equal(s.hashes[level][:], r.nodes[level*tlog.HashSize:(level+1)*tlog.HashSize]) {
			c.add(find(FindNode, r.seq, r.seq))
			break
		}
	}
	c.tail = append(c.tail[:0], r.nodes[local*tlog.HashSize:]...)
}

// KindErased is the event that announces erasures.
const KindErased = "ledger.erased"

// erasure is the payload of KindErased.
type erasure struct {
	Entries []int64 `json:"entries"`
	Reason  string  `json:"reason"`
}

// content checks columns, commitment, payload and seals of one entry against
// its leaf, and collects its seals.
func (s *scanner) content(c *chunk, r *record) bool {
	p, ok := parseLeaf(r.leaf)
	if !ok || !p.matches(r.kind, r.at, r.actorID, r.object) {
		c.add(find(FindColumns, r.seq, r.seq))
		return false
	}
	var digest [32]byte
	switch erased := r.payload == nil; {
	case erased && len(r.payloadDigest) == len(digest) && r.salt == nil:
		copy(digest[:], r.payloadDigest)
		c.erased = append(c.erased, r.seq)
	case !erased && len(r.payloadDigest) == 0 && len(r.salt) == saltSize:
		digest, s.scratch = payloadDigest[[]byte](s.scratch, r.salt, r.payload, r.actorName, r.area)
	}
	var commit [32]byte
	commit, s.scratch = commitment(s.scratch, digest, r.seals)
	if !bytes.Equal(commit[:], p.commit) {
		c.add(find(FindCommitment, r.seq, r.seq))
		return false
	}
	if len(r.seals) > 0 {
		c.seals = append(c.seals, sealed{r.seq, bytes.Clone(r.seals)})
	}
	if string(r.kind) == KindErased {
		var e erasure
		if json.Unmarshal(r.payload, &e) == nil {
			c.said = append(c.said, e.Entries...)
		}
	}
	return true
}
