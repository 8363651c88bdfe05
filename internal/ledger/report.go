package ledger

import (
	"cmp"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/db"
)

// Kinds of findings. The first group is about the log itself, the second about
// the rows that the log seals.
const (
	FindLeaf       = "leaf"         // the stored leaf or its hash was changed
	FindColumns    = "columns"      // the columns no longer say what the leaf says
	FindCommitment = "commitment"   // payload, seals, salt, name or area were changed
	FindNode       = "node"         // a stored hash of the tree was changed
	FindGap        = "gap"          // an entry is missing
	FindTree       = "tree"         // the stored edge of the tree is not that of the entries
	FindErased     = "erased"       // blanked without an entry that says so
	FindCheckpoint = "checkpoint"   // the entries do not lead to a checkpoint kept in the database
	FindSignature  = "signature"    // a checkpoint or cosignature is not signed by its key
	FindRollback   = "rollback"     // signer or witness knows a longer log
	FindFork       = "fork"         // signer or witness knows another past
	FindRowChanged = "row_changed"  // a sealed row was changed behind the log's back
	FindRowRemoved = "row_removed"  // … removed
	FindRowAdded   = "row_added"    // … added, and no entry ever spoke of it
	FindRowRevived = "row_returned" // … put back after an entry removed it
)

// Finding is one thing that is not as the log says.
type Finding struct {
	Kind  string
	Table string // of a row; else empty
	ID    string // of a row; else empty
	Seq   int64  // the entry it is about, or the last one that touched the row; -1 when there is none
	Entry *Entry // that entry, for row findings
	Key   string // catalogue key of the sentence
	Args  []any  // of the sentence
}

func find(kind string, seq int64, args ...any) Finding {
	return Finding{Kind: kind, Seq: seq, Key: "ledger.find." + kind, Args: args}
}

// Report is the result of Verify.
type Report struct {
	Regency      string
	Size         int64     // leaves in the tree
	Root         tlog.Hash // recomputed
	Erased       int64     // entries whose payload was erased, all announced
	Waiting      int64     // entries that the sequencer has not placed yet
	Checkpoints  int64     // kept in the database and good
	Cosignatures int64     // kept in the database and good
	Unsigned     int64     // leaves after the last good checkpoint
	Rows         int64     // rows compared
	Compared     []string  // who outside the database was compared with: "signer", witnesses
	Unreached    []string  // witnesses that did not answer; nothing was compared with them
	Findings     []Finding // the log first, then rows; each by entry
	More         int64     // findings beyond the limit, counted only
}

// OK reports whether nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 && r.More == 0 }

// maxFindings bounds a report; a log that is wrong everywhere is wrong enough.
const maxFindings = 1000

func (r *Report) add(findings ...Finding) {
	for _, f := range findings {
		if len(r.Findings) >= maxFindings {
			r.More++
			continue
		}
		r.Findings = append(r.Findings, f)
	}
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(
			-cmp.Compare(boolInt(a.Table == ""), boolInt(b.Table == "")),
			cmp.Compare(uint64(a.Seq), uint64(b.Seq)), // -1, no entry, goes last
			cmp.Compare(a.Table, b.Table),
			cmp.Compare(a.ID, b.ID),
		)
	})
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rowState is what the log says last about a row.
type rowState struct {
	digest db.Digest
	seq    int64
}

// rowStates are the states of one table's rows, with UUIDs in 16 bytes.
type rowStates struct {
	uuids map[[16]byte]rowState
	texts map[string]rowState
}

func (s *rowStates) set(k rowKey, v rowState) {
	if k.text != "" {
		s.texts[k.text] = v
		return
	}
	s.uuids[k.uuid] = v
}

// take returns and forgets the state of k, so that what remains was removed.
func (s *rowStates) take(k rowKey) (rowState, bool) {
	if k.text != "" {
		v, ok := s.texts[k.text]
		delete(s.texts, k.text)
		return v, ok
	}
	v, ok := s.uuids[k.uuid]
	delete(s.uuids, k.uuid)
	return v, ok
}

// ledgerState maps tables to what the seals say of their rows.
type ledgerState map[string]*rowStates

func (l ledgerState) apply(seals []byte, seq int64) error {
	return eachSeal(seals, func(table []byte, k rowKey, digest db.Digest) {
		s := l[string(table)]
		if s == nil {
			s = &rowStates{uuids: make(map[[16]byte]rowState), texts: make(map[string]rowState)}
			l[string(table)] = s
		}
		s.set(k, rowState{digest, seq})
	})
}
