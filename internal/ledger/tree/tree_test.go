package tree

import (
	"crypto/rand"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func leaf(i int64) []byte { return binary.BigEndian.AppendUint64([]byte("leaf"), uint64(i)) }

// grow returns the stored hashes of n leaves as tlog computes them.
func grow(t rapid.TB, n int64) []tlog.Hash {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(idx))
		for i, x := range idx {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i := range n {
		hs, err := tlog.StoredHashes(i, leaf(i), read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hs...)
	}
	return stored
}

func reader(stored []tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(idx))
		for i, x := range idx {
			out[i] = stored[x]
		}
		return out, nil
	})
}

// TestEdgeAgreesWithTlog: our edge and golang.org/x/mod compute one tree.
func TestEdgeAgreesWithTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 300).Draw(t, "n")
		want := grow(t, n)
		var e Edge
		var got []tlog.Hash
		for i := range n {
			before := len(got)
			got = e.Append(got, tlog.RecordHash(leaf(i)))
			for level, h := range got[before:] {
				idx := tlog.StoredHashIndex(level, i>>level)
				if h != want[idx] {
					t.Fatalf("leaf %d level %d", i, level)
				}
				if home, l := HomeOf(idx); home != i || l != level {
					t.Fatalf("HomeOf(%d) = %d, %d; want %d, %d", idx, home, l, i, level)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		root, err := tlog.TreeHash(n, reader(want))
		if err != nil || root != e.Root() {
			t.Fatal("root differs", err)
		}
		back, err := ParseEdge(n, e.Bytes())
		if err != nil || back.Root() != root {
			t.Fatal("edge does not survive storage", err)
		}
	})
}

// TestJoin: a tree built in aligned chunks is the tree built leaf by leaf, and
// visit names exactly the hashes that span chunks.
func TestJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 200).Draw(t, "n")
		chunk := int64(1) << rapid.IntRange(0, 6).Draw(t, "log chunk")
		want := grow(t, n)
		var whole Edge
		for from := int64(0); from < n; from += chunk {
			var part Edge
			for i := from; i < min(from+chunk, n); i++ {
				part.Append(nil, tlog.RecordHash(leaf(i)))
			}
			err := whole.Join(part, func(level int, h tlog.Hash) {
				last := from + part.Size - 1
				if want[tlog.StoredHashIndex(level, last>>level)] != h {
					t.Fatalf("spanning hash at leaf %d level %d", last, level)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		root, err := tlog.TreeHash(n, reader(want))
		if err != nil || whole.Root() != root || whole.Size != n {
			t.Fatal("joined root differs", err)
		}
	})
}

func TestCheckpointText(t *testing.T) {
	c := Checkpoint{Origin: "tepat/2103", Size: 42, Root: tlog.RecordHash([]byte("x"))}
	back, err := ParseCheckpoint(c.Text())
	if err != nil || back != c {
		t.Fatalf("round trip: %v %v", back, err)
	}
	root := encode(c.Root[:])
	for name, bad := range map[string]string{
		"empty":            "",
		"no origin":        "\n42\n" + root + "\n",
		"leading zero":     "a\n042\n" + root + "\n",
		"plus":             "a\n+42\n" + root + "\n",
		"negative":         "a\n-1\n" + root + "\n",
		"short root":       "a\n42\nAAAA\n",
		"padding bits":     "a\n42\n" + root[:42] + "B=\n",
		"no last newline":  "a\n42\n" + root,
		"open extra line":  "a\n42\n" + root + "\nextra",
		"root with spaces": "a\n42\n " + root + "\n",
	} {
		if got, err := ParseCheckpoint(bad); err == nil && got.Text() != bad {
			t.Errorf("%s: accepted %q", name, bad)
		}
	}
}

func keys(t rapid.TB, name string) (note.Signer, note.Verifier) {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// TestProofBits: a packed proof verifies, and no bit of its meaning can change.
func TestProofBits(t *testing.T) {
	const n, index = 100, 37
	stored := grow(t, n)
	root, err := tlog.TreeHash(n, reader(stored))
	if err != nil {
		t.Fatal(err)
	}
	path, err := tlog.ProveRecord(n, index, reader(stored))
	if err != nil {
		t.Fatal(err)
	}
	s, v := keys(t, "tepat/2103")
	signed, err := Sign(Checkpoint{"tepat/2103", n, root}, s)
	if err != nil {
		t.Fatal(err)
	}
	text := Proof{Index: index, Leaf: leaf(index), Path: path, Note: signed}.Text()
	check := func(text string) error {
		p, err := ParseProof(text)
		if err != nil {
			return err
		}
		_, _, err = p.Check(v)
		return err
	}
	if err := check(text); err != nil {
		t.Fatal(err)
	}
	for i := range len(text) * 8 {
		b := []byte(text)
		b[i/8] ^= 1 << (i % 8)
		if check(string(b)) == nil {
			t.Fatalf("bit %d of byte %d (%q) is not protected", i%8, i/8, text[i/8])
		}
	}
}

func TestOpenRefusesForeignOrigin(t *testing.T) {
	s, v := keys(t, "tepat/2103")
	signed, err := Sign(Checkpoint{Origin: "tepat/7203", Size: 1}, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(signed, v); err == nil {
		t.Fatal("a key spoke for another log")
	}
}

func TestCheckGrowth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 120).Draw(t, "new")
		m := rapid.Int64Range(0, n).Draw(t, "old")
		stored := grow(t, n)
		at := func(size int64) Checkpoint {
			root, err := tlog.TreeHash(size, reader(stored))
			if size > 0 && err != nil {
				t.Fatal(err)
			}
			return Checkpoint{"o", size, root}
		}
		var proof []tlog.Hash
		if m > 0 && m < n {
			p, err := tlog.ProveTree(n, m, reader(stored))
			if err != nil {
				t.Fatal(err)
			}
			proof = p
		}
		if err := CheckGrowth(at(m), at(n), proof); err != nil {
			t.Fatal(err)
		}
		if m > 0 {
			forged := at(m)
			forged.Root[3] ^= 1
			if CheckGrowth(forged, at(n), proof) == nil {
				t.Fatal("a fork passed")
			}
		}
		if m < n && CheckGrowth(at(n), at(m), proof) == nil {
			t.Fatal("a rollback passed")
		}
	})
}

func TestFingerprint(t *testing.T) {
	got := Fingerprint(tlog.Hash{0x7f, 0x3a, 0x92, 0xc1, 0x0b, 0x4d, 0xe5, 0xf6})
	if got != "7F3A-92C1-0B4D-E5F6" {
		t.Fatal(got)
	}
}
