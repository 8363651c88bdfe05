package ledger

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/db"
	"tepat/internal/i18n"
)

func drawSeal(t *rapid.T) db.Seal {
	ids := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringN(1, 20, -1),
	)
	var d db.Digest
	copy(d[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "digest"))
	return db.Seal{Table: rapid.SampledFrom([]string{"person", "family", "membership"}).Draw(t, "table"), ID: ids.Draw(t, "id"), Digest: d}
}

// TestSealsRoundTrip: nothing is lost, and the seals of a table keep their order.
func TestSealsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seals := rapid.SliceOfN(rapid.Custom(drawSeal), 0, 30).Draw(t, "seals")
		want, got := map[string][]db.Seal{}, map[string][]db.Seal{}
		for _, s := range seals {
			want[s.Table] = append(want[s.Table], s)
		}
		err := eachSeal(encodeSeals(seals), func(table []byte, k rowKey, d db.Digest) {
			got[string(table)] = append(got[string(table)], db.Seal{Table: string(table), ID: k.String(), Digest: d})
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestLeafRoundTrip: a leaf says what went in, and two entries that differ
// anywhere have different leaves: no two lists of fields run together.
func TestLeafRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringN(0, 6, -1)
		a := [4]string{part.Draw(t, "kind"), part.Draw(t, "at"), part.Draw(t, "actor"), part.Draw(t, "object")}
		b := [4]string{part.Draw(t, "kind2"), part.Draw(t, "at2"), part.Draw(t, "actor2"), part.Draw(t, "object2")}
		commit := [32]byte{7}
		la, lb := appendLeaf(nil, a[0], a[1], a[2], a[3], commit), appendLeaf(nil, b[0], b[1], b[2], b[3], commit)
		if bytes.Equal(la, lb) != (a == b) {
			t.Fatalf("%q and %q", a, b)
		}
		p, ok := parseLeaf(la)
		if !ok || !p.matches([]byte(a[0]), []byte(a[1]), []byte(a[2]), []byte(a[3])) || !bytes.Equal(p.commit, commit[:]) {
			t.Fatalf("%q became %+v", a, p)
		}
		if _, ok := parseLeaf(append(la, 0)); ok {
			t.Fatal("a longer leaf was read")
		}
	})
}

// FuzzStored: damaged bytes are refused or mean the same when written again.
func FuzzStored(f *testing.F) {
	f.Add(encodeSeals([]db.Seal{{Table: "person", ID: "0190b2f4-7c1e-7000-8000-000000000001"}, {Table: "x", ID: "y"}}))
	f.Add(appendLeaf(nil, "a.b", "2026", "u", "o", [32]byte{1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, ok := parseLeaf(b); ok {
			again := appendLeaf(nil, p.kind, p.at, p.actor, p.object, [32]byte(p.commit))
			if q, ok := parseLeaf(again); !ok || !q.matches(p.kind, p.at, p.actor, p.object) {
				t.Fatalf("%x", b)
			}
		}
		var seals []db.Seal
		if eachSeal(b, func(table []byte, k rowKey, d db.Digest) {
			seals = append(seals, db.Seal{Table: string(table), ID: k.String(), Digest: d})
		}) != nil {
			return
		}
		n := 0
		if err := eachSeal(encodeSeals(seals), func([]byte, rowKey, db.Digest) { n++ }); err != nil || n != len(seals) {
			t.Fatalf("%d of %d seals, %v", n, len(seals), err)
		}
	})
}

// TestTexts: every sentence this package asks for is there, in both languages.
func TestTexts(t *testing.T) {
	c, err := i18n.Load(Texts)
	if err != nil {
		t.Fatal(err)
	}
	c.OnMissing(func(key string) { t.Errorf("missing or short of arguments: %s", key) })
	for _, kind := range []string{FindLeaf, FindColumns, FindCommitment, FindNode, FindGap, FindTree, FindErased,
		FindCheckpoint, FindSignature, FindRollback, FindFork, "fork_at", FindRowChanged, FindRowRemoved, FindRowAdded, FindRowRevived} {
		if got := c.Printer("id").T("ledger.find."+kind, "a", "b", 3, "d", "e", "f"); strings.HasPrefix(got, "[") {
			t.Errorf("%s: %s", kind, got)
		}
	}
	key := regexp.MustCompile(`"(ledger\.[a-z_]+)"`)
	used := 0
	for _, name := range []string{"checkpoint.go", "proof.go", "erase.go", "witness.go"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(src), -1) {
			used++
			if !c.Has(m[1]) && m[1] != KindErased {
				t.Errorf("%s: no text for %s", name, m[1])
			}
		}
	}
	if used == 0 {
		t.Fatal("found no keys")
	}
	got := c.Printer("id").T("ledger.find."+FindRowChanged, "person", "0190", int64(184), db.Time{}, "Uji")
	if want := "Baris person 0190 diubah di luar aplikasi setelah entri 184 (–, oleh Uji)."; got != want {
		t.Errorf("%s\n%s", got, want)
	}
}
