package tree

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows, to anybody and without a network, that Leaf is leaf number
// Index of the log that signed Note. Its text is C2SP tlog-proof; the leaf
// travels in the line for extra data.
type Proof struct {
	Index int64
	Leaf  []byte
	Path  []tlog.Hash // RFC 6962 §2.1.1, leaf upwards
	Note  string      // signed checkpoint, with cosignatures if there are any
}

const proofHeader = "c2sp.org/tlog-proof@v1\n"

// Text packs p.
func (p Proof) Text() string {
	return proofHeader + "extra " + encode(p.Leaf) + "\n" + fmt.Sprintf("index %d\n", p.Index) +
		FormatHashes(p.Path) + "\n" + p.Note
}

var errProof = errors.New("tree: malformed proof")

// ParseProof reads what Text wrote.
func ParseProof(text string) (Proof, error) {
	rest, ok := strings.CutPrefix(text, proofHeader)
	if !ok {
		return Proof{}, errProof
	}
	head, signed, ok := strings.Cut(rest, "\n\n")
	if !ok {
		return Proof{}, errProof
	}
	extra, head, _ := strings.Cut(head, "\n")
	index, path, _ := strings.Cut(head, "\n")
	extra, okExtra := strings.CutPrefix(extra, "extra ")
	index, okIndex := strings.CutPrefix(index, "index ")
	if !okExtra || !okIndex {
		return Proof{}, errProof
	}
	leaf, err := base64.StdEncoding.Strict().DecodeString(extra)
	if err != nil || encode(leaf) != extra {
		return Proof{}, errProof
	}
	n, err := ParseSize(index)
	if err != nil {
		return Proof{}, errProof
	}
	if path != "" {
		path += "\n"
	}
	hashes, err := ParseHashes(path)
	if err != nil {
		return Proof{}, errProof
	}
	return Proof{Index: n, Leaf: leaf, Path: hashes, Note: signed}, nil
}

// Check verifies p against the key of the log and returns the checkpoint it
// rests on and the names of those witnesses whose cosignatures are good.
func (p Proof) Check(log note.Verifier, witnesses ...note.Verifier) (Checkpoint, []string, error) {
	c, err := Open(p.Note, log)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	if p.Index < 0 || p.Index >= c.Size {
		return Checkpoint{}, nil, errProof
	}
	if err := tlog.CheckRecord(p.Path, c.Size, c.Root, p.Index, tlog.RecordHash(p.Leaf)); err != nil {
		return Checkpoint{}, nil, fmt.Errorf("tree: %w", err)
	}
	names, err := Cosigners(p.Note, witnesses...)
	return c, names, err
}

// Cosigners names the witnesses, of those given, whose cosignature on msg is
// good. A bad cosignature of a known witness is an error, not an absence.
func Cosigners(msg string, witnesses ...note.Verifier) ([]string, error) {
	if len(witnesses) == 0 {
		return nil, nil
	}
	n, err := openNote(msg, witnesses...)
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	var names []string
	for _, s := range n.Sigs {
		names = append(names, s.Name)
	}
	return names, nil
}
