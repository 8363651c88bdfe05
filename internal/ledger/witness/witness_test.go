package witness

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/tree"
)

const origin = "tepat/2103"

// history is a signed log in memory.
type history struct {
	signer note.Signer
	vkey   string
	leaves [][]byte
	hashes []tlog.Hash
}

func (h *history) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		out[i] = h.hashes[x]
	}
	return out, nil
}

func newHistory(t *testing.T) *history {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &history{signer: s, vkey: vkey}
}

// grow adds leaves up to n; salt makes them those of another past.
func (h *history) grow(t *testing.T, n int64, salt string) *history {
	t.Helper()
	for i := int64(len(h.leaves)); i < n; i++ {
		leaf := append(binary.BigEndian.AppendUint64(nil, uint64(i)), salt...)
		hs, err := tlog.StoredHashes(i, leaf, h)
		if err != nil {
			t.Fatal(err)
		}
		h.leaves, h.hashes = append(h.leaves, leaf), append(h.hashes, hs...)
	}
	return h
}

func (h *history) fork() *history {
	return &history{signer: h.signer, vkey: h.vkey}
}

func (h *history) note(t *testing.T, n int64) string {
	t.Helper()
	root, err := tlog.TreeHash(n, h)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := tree.Sign(tree.Checkpoint{Origin: origin, Size: n, Root: root}, h.signer)
	if err != nil {
		t.Fatal(err)
	}
	return msg
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

func (h *history) framed(from, to int64) []byte {
	var b []byte
	for _, leaf := range h.leaves[from:to] {
		b = Frame(b, leaf)
	}
	return b
}

func serve(t *testing.T, dir string) (*Witness, *Client) {
	t.Helper()
	w, err := Open(dir, "inspektorat")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(Handler(w, "rahasia"))
	t.Cleanup(func() { srv.Close(); w.Close() })
	return w, NewClient(srv.URL, "rahasia")
}

// advance brings the witness from old to n leaves of h.
func advance(t *testing.T, c *Client, h *history, old, n int64) string {
	t.Helper()
	held, err := c.Held(t.Context(), origin)
	if err != nil {
		t.Fatal(err)
	}
	if held < n {
		if now, err := c.AddEntries(t.Context(), held, h.framed(held, n), h.note(t, n)); err != nil || now != n {
			t.Fatal(now, err)
		}
	}
	line, _, err := c.AddCheckpoint(t.Context(), old, h.proof(t, n, old), h.note(t, n))
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// TestCosignsOnlyContinuations is the reason the witness exists.
func TestCosignsOnlyContinuations(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "w")
	h := newHistory(t).grow(t, 100, "")
	w, c := serve(t, dir)
	if err := AddLog(dir, h.vkey); err != nil {
		t.Fatal(err)
	}
	line := advance(t, c, h, 0, 40)
	v, err := fnote.NewVerifierForCosignatureV1(w.VKey())
	if err != nil {
		t.Fatal(err)
	}
	if names, err := tree.Cosigners(h.note(t, 40)+line, v); err != nil || len(names) != 1 {
		t.Fatalf("%v, %v", names, err)
	}
	advance(t, c, h, 40, 60)
	fork := h.fork().grow(t, 30, "").grow(t, 100, "lain")
	if _, err := c.AddEntries(t.Context(), 60, fork.framed(60, 80), fork.note(t, 80)); err != nil {
		t.Fatal(err)
	}
	stranger := newHistory(t).grow(t, 60, "")
	for name, x := range map[string]struct {
		old   int64
		proof []tlog.Hash
		note  string
		want  error
	}{
		"fork, larger":        {60, fork.proof(t, 80, 60), fork.note(t, 80), ErrInconsistent},
		"fork, honest proof":  {60, h.proof(t, 80, 60), fork.note(t, 80), ErrInconsistent},
		"fork, same size":     {60, nil, fork.note(t, 60), ErrFork},
		"stale old size":      {40, h.proof(t, 80, 40), h.note(t, 80), ErrWrongOldSize},
		"from nothing":        {0, nil, h.note(t, 80), ErrWrongOldSize},
		"rollback":            {60, nil, h.note(t, 50), ErrBadOldSize},
		"another key":         {60, nil, stranger.note(t, 60), ErrUnsigned},
		"signature cut":       {60, nil, h.note(t, 60)[:60], ErrUnsigned},
		"no proof":            {60, nil, h.note(t, 80), ErrInconsistent},
		"leaves of the other": {60, h.proof(t, 80, 60), h.note(t, 80), ErrInconsistent},
	} {
		if _, _, err := w.AddCheckpoint(x.old, x.proof, x.note); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	advance(t, c, h, 60, 100) // what was refused left no trace
}

// TestStatuses are those of C2SP tlog-witness.
func TestStatuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "w")
	h := newHistory(t).grow(t, 20, "")
	_, c := serve(t, dir)
	post := func(body string) *http.Response {
		res, err := http.Post(c.base+"/add-checkpoint", "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	body := func(old, n int64) string { return tree.FormatGrowth(old, h.proof(t, n, old), h.note(t, n)) }
	if res := post(body(0, 5)); res.StatusCode != 404 {
		t.Errorf("unknown log: %d", res.StatusCode)
	}
	if err := AddLog(dir, h.vkey); err != nil {
		t.Fatal(err)
	}
	if res := post(body(0, 5)); res.StatusCode != 428 {
		t.Errorf("no leaves: %d", res.StatusCode)
	}
	advance(t, c, h, 0, 5)
	for name, x := range map[string]struct {
		body string
		want int
	}{
		"empty":           {"", 400},
		"no checkpoint":   {"old 5\n\n", 403},
		"leading zero":    {"old 05\n\n" + h.note(t, 9), 400},
		"old above":       {"old 9\n\n" + h.note(t, 5), 400},
		"wrong old":       {body(3, 9), 409},
		"bad proof":       {"old 5\n\n" + h.note(t, 9), 422},
		"foreign key":     {tree.FormatGrowth(5, nil, newHistory(t).grow(t, 5, "").note(t, 5)), 403},
		"the same again":  {body(5, 5), 200},
		"64 proof lines":  {"old 5\n" + strings.Repeat(strings.Repeat("A", 43)+"=\n", 64) + "\n" + h.note(t, 9), 400},
		"missing newline": {"old 5\n" + strings.TrimSuffix(h.note(t, 5), "\n"), 400},
	} {
		res := post(x.body)
		if res.StatusCode != x.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, x.want)
		}
		if x.want == 409 && res.Header.Get("Content-Type") != "text/x.tlog.size" {
			t.Errorf("%s: content type %s", name, res.Header.Get("Content-Type"))
		}
	}
}

// TestMemoryAndMirrorSurviveRestart; pending leaves need not.
func TestMemoryAndMirrorSurviveRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "w")
	h := newHistory(t).grow(t, 50, "")
	w, c := serve(t, dir)
	if err := AddLog(dir, h.vkey); err != nil {
		t.Fatal(err)
	}
	advance(t, c, h, 0, 30)
	if _, err := c.AddEntries(t.Context(), 30, h.framed(30, 50), h.note(t, 50)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, ""); err == nil {
		t.Fatal("two witnesses share one folder")
	}
	w.Close()
	w, c = serve(t, dir)
	if held, err := w.Held(origin); err != nil || held != 30 {
		t.Fatal(held, err)
	}
	advance(t, c, h, 30, 50)
	for _, m := range []interface {
		Leaves(context.Context, string, func([]byte) error) error
		Checkpoint(context.Context, string) (string, error)
	}{c, Folder(dir)} {
		n := 0
		err := m.Leaves(t.Context(), origin, func(leaf []byte) error {
			if string(leaf) != string(h.leaves[n]) {
				return fmt.Errorf("leaf %d differs", n)
			}
			n++
			return nil
		})
		if err != nil || n != 50 {
			t.Fatalf("%T: %d leaves, %v", m, n, err)
		}
		last, err := m.Checkpoint(t.Context(), origin)
		if cp, e := tree.Peek(last); err != nil || e != nil || cp.Size != 50 {
			t.Fatal(cp, err, e)
		}
	}
	w.Close()
	if err := os.Remove(filepath.Join(folder(dir, origin), stateFile)); err != nil {
		t.Fatal(err)
	}
	w, _ = serve(t, dir)
	if _, err := w.Held(origin); err == nil {
		t.Fatal("a witness without memory went on")
	}
}

func TestRefusesLeavesOfNobody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "w")
	h := newHistory(t).grow(t, 10, "")
	w, c := serve(t, dir)
	if err := AddLog(dir, h.vkey); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddEntries(0, h.framed(0, 10), newHistory(t).grow(t, 10, "").note(t, 10)); !errors.Is(err, ErrUnsigned) {
		t.Errorf("leaves of a stranger: %v", err)
	}
	if _, err := w.AddEntries(0, h.framed(0, 10), h.note(t, 5)); !errors.Is(err, errLeaves) {
		t.Errorf("more leaves than signed for: %v", err)
	}
	if _, err := w.AddEntries(0, h.framed(0, 3)[:20], h.note(t, 5)); !errors.Is(err, errLeaves) {
		t.Errorf("half a leaf: %v", err)
	}
	if held, err := c.AddEntries(t.Context(), 4, h.framed(4, 5), h.note(t, 5)); err != nil || held != 0 {
		t.Errorf("a gap: %d, %v", held, err)
	}
	c.token = "salah"
	if err := c.Leaves(t.Context(), origin, func([]byte) error { return nil }); err == nil {
		t.Error("leaves were shown without the token")
	}
	if err := AddLog(dir, newHistory(t).vkey); err == nil {
		t.Error("the key of a followed log was replaced")
	}
}
