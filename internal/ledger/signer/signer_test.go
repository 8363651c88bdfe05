package signer

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/tree"
)

const origin = "tepat/2103"

// history is a log in memory.
type history struct{ hashes []tlog.Hash }

func (h *history) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		out[i] = h.hashes[x]
	}
	return out, nil
}

// grow returns a log of n leaves; logs with different salt share nothing after fork.
func grow(t *testing.T, n, fork int64, salt string) *history {
	t.Helper()
	h := &history{}
	for i := range n {
		leaf := binary.BigEndian.AppendUint64(nil, uint64(i))
		if i >= fork {
			leaf = append(leaf, salt...)
		}
		hs, err := tlog.StoredHashes(i, leaf, h)
		if err != nil {
			t.Fatal(err)
		}
		h.hashes = append(h.hashes, hs...)
	}
	return h
}

func (h *history) at(t *testing.T, n int64) tree.Checkpoint {
	t.Helper()
	root, err := tlog.TreeHash(n, h)
	if err != nil {
		t.Fatal(err)
	}
	return tree.Checkpoint{Origin: origin, Size: n, Root: root}
}

func (h *history) proof(t *testing.T, n, old int64) []tlog.Hash {
	t.Helper()
	if old == 0 || old == n {
		return nil
	}
	p, err := tlog.ProveTree(n, old, h)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func openRing(t *testing.T, dir string) *Keyring {
	t.Helper()
	ring, err := OpenKeyring(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	return ring
}

// TestSignsOnlyContinuations is the reason the signer exists.
func TestSignsOnlyContinuations(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "signer")
	ring := openRing(t, dir)
	h := grow(t, 100, 100, "")
	first, err := ring.Sign(h.at(t, 10), nil)
	if err != nil {
		t.Fatal(err)
	}
	vkey, err := ring.VKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := tree.Open(first, v); err != nil || c != h.at(t, 10) {
		t.Fatalf("%v, %v", c, err)
	}
	if again, err := ring.Sign(h.at(t, 10), nil); err != nil || again != first {
		t.Fatalf("the same tree again: %v", err)
	}
	if _, err := ring.Sign(h.at(t, 60), h.proof(t, 60, 10)); err != nil {
		t.Fatal(err)
	}
	fork := grow(t, 100, 30, "fork")
	for name, c := range map[string]struct {
		to    tree.Checkpoint
		proof []tlog.Hash
	}{
		"rollback":              {h.at(t, 50), nil},
		"rollback, real proof":  {h.at(t, 50), h.proof(t, 60, 50)},
		"fork, same size":       {fork.at(t, 60), nil},
		"fork, larger":          {fork.at(t, 100), fork.proof(t, 100, 60)},
		"growth without proof":  {h.at(t, 100), nil},
		"growth, another proof": {h.at(t, 100), h.proof(t, 100, 10)},
		"empty tree":            {tree.Checkpoint{Origin: origin, Root: (&tree.Edge{}).Root()}, nil},
	} {
		last, err := ring.Sign(c.to, c.proof)
		if !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
		if got, err := tree.Open(last, v); err != nil || got.Size != 60 {
			t.Errorf("%s: the refusal does not show the last signature: %v", name, err)
		}
	}
	if _, err := ring.Sign(h.at(t, 100), h.proof(t, 100, 60)); err != nil {
		t.Fatal("refusals must leave the memory alone: ", err)
	}
}

// TestMemorySurvivesRestart, and a lost memory stops the signer.
func TestMemorySurvivesRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "signer")
	ring := openRing(t, dir)
	h := grow(t, 20, 20, "")
	signed, err := ring.Sign(h.at(t, 20), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(dir); err == nil {
		t.Fatal("two signers share one folder")
	}
	ring.Close()
	ring = openRing(t, dir)
	if last, err := ring.Last(origin); err != nil || last != signed {
		t.Fatalf("forgot: %v", err)
	}
	if _, err := ring.Sign(h.at(t, 10), nil); !errors.Is(err, ErrRefused) {
		t.Fatalf("rollback after restart: %v", err)
	}
	folder := ring.folder(origin)
	ring.Close()
	if err := os.Remove(filepath.Join(folder, lastFile)); err != nil {
		t.Fatal(err)
	}
	ring = openRing(t, dir)
	if _, err := ring.Sign(h.at(t, 10), nil); err == nil || errors.Is(err, ErrRefused) {
		t.Fatalf("a signer without memory signed: %v", err)
	}
}

func TestKeyringRefusesNames(t *testing.T) {
	ring := openRing(t, filepath.Join(t.TempDir(), "s"))
	for _, name := range []string{"", "../x", "A", "a b", "a+b", "a\nb", strings.Repeat("a", 200)} {
		if _, err := ring.VKey(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	if _, err := ring.VKey("tepat/.."); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(ring.dir)); err != nil || len(entries) != 1 {
		t.Fatalf("left the folder: %v %v", entries, err)
	}
}

// TestChild runs a real signer process over its pipes.
func TestChild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "signer")
	token := filepath.Join(t.TempDir(), "token")
	cmd := exec.Command(os.Args[0], "-test.run=^TestHelperProcess$")
	cmd.Env = append(os.Environ(), "TEPAT_SIGNER_DIR="+dir, "TEPAT_SIGNER_TOKEN="+token)
	child, err := Start(t.Context(), cmd, token)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Stop() })
	h := grow(t, 9, 9, "")
	if last, err := child.Last(t.Context(), origin); err != nil || last != "" {
		t.Fatalf("%q, %v", last, err)
	}
	if _, err := child.Sign(t.Context(), 0, nil, h.at(t, 5)); err != nil {
		t.Fatal(err)
	}
	if _, err := child.Sign(t.Context(), 5, h.proof(t, 9, 5), h.at(t, 9)); err != nil {
		t.Fatal(err)
	}
	last, err := child.Sign(t.Context(), 0, nil, h.at(t, 5))
	if !errors.Is(err, ErrRefused) {
		t.Fatalf("rollback over HTTP: %v", err)
	}
	if c, err := tree.Peek(last); err != nil || c.Size != 9 {
		t.Fatalf("%v, %v", c, err)
	}
	stranger := NewClient(strings.TrimPrefix(child.base, "http://"), strings.Repeat("0", 64))
	if _, err := stranger.VKey(t.Context(), origin); err == nil {
		t.Fatal("a stranger was served")
	}
	if err := child.Stop(); err != nil {
		t.Fatal("the child must end well when its stdin closes: ", err)
	}
}

// TestHelperProcess is the child of TestChild.
func TestHelperProcess(t *testing.T) {
	dir := os.Getenv("TEPAT_SIGNER_DIR")
	if dir == "" {
		t.Skip("runs as the child of TestChild")
	}
	cfg := Config{Dir: dir, TokenFile: os.Getenv("TEPAT_SIGNER_TOKEN"), Stdin: os.Stdin, Stdout: os.Stdout}
	if err := Serve(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
}

func TestListensOnThisMachineOnly(t *testing.T) {
	cfg := Config{Dir: filepath.Join(t.TempDir(), "s"), Listen: "0.0.0.0:0", Stdout: io.Discard}
	if err := Serve(t.Context(), cfg); err == nil {
		t.Fatal("served the network without TLS")
	}
}
