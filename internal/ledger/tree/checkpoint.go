package tree

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint says how large the log of Origin is and what its root is. Its
// text is C2SP tlog-checkpoint without extension lines.
type Checkpoint struct {
	Origin string // "tepat/2103", also the name of the log's key
	Size   int64  // leaves
	Root   tlog.Hash
}

// Text returns the three lines that are signed.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + encode(c.Root[:]) + "\n"
}

var errCheckpoint = errors.New("tree: malformed checkpoint")

// ParseCheckpoint reads the text of a checkpoint. Extension lines are allowed
// and ignored; any spelling but the canonical one is refused.
func ParseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 || lines[0] == "" || (lines[3] != "" && !strings.HasSuffix(lines[3], "\n")) {
		return Checkpoint{}, errCheckpoint
	}
	size, err := ParseSize(lines[1])
	if err != nil {
		return Checkpoint{}, errCheckpoint
	}
	root, err := ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, errCheckpoint
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// ParseSize reads a decimal without sign or leading zeros.
func ParseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("tree: %.20q is no size", s)
	}
	return n, nil
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// ParseHash reads a hash in canonical base64.
func ParseHash(s string) (tlog.Hash, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tlog.HashSize || encode(b) != s {
		return tlog.Hash{}, fmt.Errorf("tree: %.50q is no hash", s)
	}
	return tlog.Hash(b), nil
}

// FormatHashes writes one hash a line, in base64.
func FormatHashes(hashes []tlog.Hash) string {
	var b strings.Builder
	for _, h := range hashes {
		b.WriteString(encode(h[:]))
		b.WriteByte('\n')
	}
	return b.String()
}

// maxProof is the longest proof that C2SP tlog-witness allows.
const maxProof = 63

// ParseHashes reads what FormatHashes wrote, at most 63 lines.
func ParseHashes(s string) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for s != "" {
		line, rest, ok := strings.Cut(s, "\n")
		if !ok || len(out) == maxProof {
			return nil, errors.New("tree: malformed proof")
		}
		h, err := ParseHash(line)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
		s = rest
	}
	return out, nil
}

// Peek reads the checkpoint inside a signed note without checking signatures.
func Peek(msg string) (Checkpoint, error) {
	i := strings.LastIndex(msg, "\n\n")
	if i < 0 {
		return Checkpoint{}, errCheckpoint
	}
	return ParseCheckpoint(msg[:i+1])
}

// Open checks that msg is a checkpoint signed by the key of log and returns
// it. The origin must be the key's name, so that no log can speak for another.
func Open(msg string, log note.Verifier) (Checkpoint, error) {
	n, err := openNote(msg, log)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("tree: %w", err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != log.Name() {
		return Checkpoint{}, fmt.Errorf("tree: the key of %q signed for %q", log.Name(), c.Origin)
	}
	return c, nil
}

// openNote is note.Open that accepts only one spelling of each signature, so
// that a signed note has no bits that can change unseen.
func openNote(msg string, verifiers ...note.Verifier) (*note.Note, error) {
	n, err := note.Open([]byte(msg), note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	for _, sig := range append(n.Sigs, n.UnverifiedSigs...) {
		b, err := base64.StdEncoding.Strict().DecodeString(sig.Base64)
		if err != nil || encode(b) != sig.Base64 {
			return nil, errors.New("signature is not canonical base64")
		}
	}
	return n, nil
}

// Sign returns c as a note signed by every signer given.
func Sign(c Checkpoint, signers ...note.Signer) (string, error) {
	b, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	return string(b), err
}

// ErrInconsistent means that one tree is not the beginning of the other.
var ErrInconsistent = errors.New("tree: the proof does not connect the two trees")

// CheckGrowth checks with an RFC 6962 §2.1.2 proof that newer extends older.
// The empty tree is the beginning of every tree.
func CheckGrowth(older, newer Checkpoint, proof []tlog.Hash) error {
	if older.Origin != newer.Origin || newer.Size < older.Size {
		return ErrInconsistent
	}
	if older.Size == 0 || older.Size == newer.Size {
		if len(proof) != 0 || (older.Size == newer.Size && older.Root != newer.Root) {
			return ErrInconsistent
		}
		return nil
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("%w: %w", ErrInconsistent, err)
	}
	return nil
}

// FormatGrowth writes the body of a request to sign or cosign: the size the
// other side knows, the proof from it, and the new checkpoint or signed note
// (C2SP tlog-witness, add-checkpoint).
func FormatGrowth(oldSize int64, proof []tlog.Hash, checkpoint string) string {
	return "old " + strconv.FormatInt(oldSize, 10) + "\n" + FormatHashes(proof) + "\n" + checkpoint
}

// ParseGrowth reads what FormatGrowth wrote.
func ParseGrowth(body string) (int64, []tlog.Hash, string, error) {
	head, checkpoint, ok := strings.Cut(body, "\n\n")
	old, lines, _ := strings.Cut(head, "\n")
	size, okOld := strings.CutPrefix(old, "old ")
	if !ok || !okOld {
		return 0, nil, "", errors.New("tree: malformed request")
	}
	n, err := ParseSize(size)
	if err != nil {
		return 0, nil, "", err
	}
	if lines != "" {
		lines += "\n"
	}
	proof, err := ParseHashes(lines)
	if err != nil {
		return 0, nil, "", err
	}
	return n, proof, checkpoint, nil
}
