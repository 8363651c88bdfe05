package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"tepat/internal/fault"
)

const limit = 4 << 20

func newStore(t *testing.T, opt Options) (*Store, string) {
	t.Helper()
	home := t.TempDir()
	s, err := Open(filepath.Join(home, "berkas"), filepath.Join(home, "kunci-berkas.txt"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, home
}

func put(t *testing.T, s *Store, content []byte) Ref {
	t.Helper()
	ref, _, err := s.Put(t.Context(), bytes.NewReader(content), limit)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func read(t *testing.T, s *Store, sum string) []byte {
	t.Helper()
	b, err := s.Open(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	got, err := io.ReadAll(b)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantFault(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Fatalf("got %v, want %v %s", err, kind, key)
	}
}

// noise is content that repeats for a seed and does not compress.
func noise(seed uint64, n int) []byte {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	b := make([]byte, n)
	rand.NewChaCha8(key).Read(b) //nolint:errcheck // never fails
	return b
}

func onlyFile(t *testing.T, home, sum string) string {
	t.Helper()
	return filepath.Join(home, "berkas", sum[:2], sum+".age")
}

func leftovers(t *testing.T, home string) int {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(home, "berkas", tmpDir))
	if err != nil {
		t.Fatal(err)
	}
	return len(left)
}

func TestWhatGoesInComesOut(t *testing.T) {
	s, _ := newStore(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		// Around multiples of age's chunk of 64 KiB is where ends are lost.
		n := max(0, rapid.IntRange(0, 3).Draw(rt, "chunks")<<16+rapid.IntRange(-2, 2).Draw(rt, "offset"))
		want := noise(rapid.Uint64Range(0, 999).Draw(rt, "seed"), n)
		ref := put(t, s, want)
		if sum := sha256.Sum256(want); ref.SHA256 != hex.EncodeToString(sum[:]) || ref.Size != int64(n) {
			rt.Fatalf("Ref %+v does not name the %d bytes", ref, n)
		}
		if !bytes.Equal(read(t, s, ref.SHA256), want) {
			rt.Fatal("other bytes came out")
		}
	})
}

func TestReadsAtAnyOffset(t *testing.T) {
	s, _ := newStore(t, Options{})
	want := noise(1, 200_000)
	b, err := s.Open(t.Context(), put(t, s, want).SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.Size() != int64(len(want)) {
		t.Fatalf("Size = %d, want %d", b.Size(), len(want))
	}
	rapid.Check(t, func(rt *rapid.T) {
		off := rapid.IntRange(0, len(want)).Draw(rt, "offset")
		got := make([]byte, rapid.IntRange(1, 150_000).Draw(rt, "n"))
		n, err := b.ReadAt(got, int64(off))
		short := off+len(got) > len(want)
		if short != errors.Is(err, io.EOF) || !short && err != nil {
			rt.Fatalf("err = %v", err)
		}
		if !bytes.Equal(got[:n], want[off:min(off+len(got), len(want))]) {
			rt.Fatal("other bytes came out")
		}
	})
}

func TestABlobIsAProperReader(t *testing.T) {
	s, _ := newStore(t, Options{})
	want := noise(8, 3000)
	b, err := s.Open(t.Context(), put(t, s, want).SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := iotest.TestReader(b, want); err != nil {
		t.Fatal(err)
	}
}

func TestSameContentIsTheSameBlob(t *testing.T) {
	s, home := newStore(t, Options{})
	content := []byte("daftar penerima")
	first := put(t, s, content)
	before, err := os.Stat(onlyFile(t, home, first.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	again, existed, err := s.Put(t.Context(), bytes.NewReader(content), limit)
	if err != nil || !existed || again != first {
		t.Fatalf("Put again = %+v, %v, %v", again, existed, err)
	}
	after, err := os.Stat(onlyFile(t, home, first.SHA256))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) || leftovers(t, home) != 0 {
		t.Fatal("the second upload left a trace")
	}
}

func TestNothingReadableReachesTheDisk(t *testing.T) {
	s, home := newStore(t, Options{})
	secret := []byte("NIK 2103990000000001 SITI CONTOH")
	put(t, s, bytes.Repeat(secret, 5000))
	err := filepath.WalkDir(filepath.Join(home, "berkas"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(p)
		if bytes.Contains(raw, secret[4:20]) {
			t.Errorf("%s holds clear content", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(home, "kunci-berkas.txt"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v", info.Mode(), err)
	}
}

func TestLimitIsInclusive(t *testing.T) {
	s, home := newStore(t, Options{})
	content := noise(2, 1000)
	if _, _, err := s.Put(t.Context(), bytes.NewReader(content), 1000); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Put(t.Context(), bytes.NewReader(content), 999)
	wantFault(t, err, fault.Invalid, "blob.too_large")
	if leftovers(t, home) != 0 {
		t.Fatal("a refused upload left its file")
	}
}

func TestFullDiskRefusesBeforeAndDuringAnUpload(t *testing.T) {
	free := int64(100)
	opt := Options{MinFree: 50, Free: func(string) (int64, error) { free -= 40; return free, nil }}
	s, home := newStore(t, opt)
	_, _, err := s.Put(t.Context(), bytes.NewReader(make([]byte, 3*measureEvery)), 1<<30)
	wantFault(t, err, fault.Unavailable, "blob.disk_full")
	_, _, err = s.Put(t.Context(), strings.NewReader("x"), 1<<30)
	wantFault(t, err, fault.Unavailable, "blob.disk_full")
	if leftovers(t, home) != 0 {
		t.Fatal("a refused upload left its file")
	}
}

func TestTheDiskOfThisMachineHasRoom(t *testing.T) {
	free, err := diskFree(t.TempDir())
	if err != nil || free <= 0 {
		t.Fatalf("diskFree = %d, %v", free, err)
	}
}

func TestBrokenUploadStoresNothing(t *testing.T) {
	s, home := newStore(t, Options{})
	cut := errors.New("the line went dead")
	_, _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(noise(3, 100_000)), iotest.ErrReader(cut)), limit)
	if !errors.Is(err, cut) {
		t.Fatalf("err = %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := s.Put(ctx, strings.NewReader("x"), limit); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v", err)
	}
	none := s.All(func(sum string) error { return errors.New(sum) })
	if none != nil || leftovers(t, home) != 0 {
		t.Fatalf("something stayed: %v, %d unfinished", none, leftovers(t, home))
	}
}

func TestSweepTakesOnlyOldLeftovers(t *testing.T) {
	s, home := newStore(t, Options{})
	ref := put(t, s, []byte("selesai"))
	// What a killed process leaves: a file in tmp that nobody will finish.
	now := time.Now()
	for name, age := range map[string]time.Duration{"OLD": 2 * time.Hour, "YOUNG": time.Minute} {
		p := filepath.Join(home, "berkas", tmpDir, name)
		if err := os.WriteFile(p, noise(4, 10), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(p, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Sweep(t.Context(), now.Add(-time.Hour))
	if err != nil || n != 1 || leftovers(t, home) != 1 {
		t.Fatalf("Sweep = %d, %v; %d left", n, err, leftovers(t, home))
	}
	if err := s.Verify(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
}

func TestDamageIsNoticedAndHealed(t *testing.T) {
	content := noise(5, 150_000)
	damages := map[string]func(raw, other []byte) []byte{
		"flipped bit in the header":  func(raw, _ []byte) []byte { raw[30] ^= 1; return raw },
		"flipped bit in the middle":  func(raw, _ []byte) []byte { raw[len(raw)/2] ^= 1; return raw },
		"flipped bit in the end":     func(raw, _ []byte) []byte { raw[len(raw)-1] ^= 1; return raw },
		"cut at a chunk's end":       func(raw, _ []byte) []byte { return raw[:len(raw)-(len(content)-2<<16)-16] },
		"cut to nothing":             func([]byte, []byte) []byte { return nil },
		"something appended":         func(raw, _ []byte) []byte { return append(raw, 0) },
		"swapped for another's file": func(_, other []byte) []byte { return other },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			s, home := newStore(t, Options{})
			ref, other := put(t, s, content), put(t, s, noise(6, 150_000))
			file := onlyFile(t, home, ref.SHA256)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rawOther, err := os.ReadFile(onlyFile(t, home, other.SHA256))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(raw, rawOther), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = s.Open(t.Context(), ref.SHA256)
			wantFault(t, err, fault.Unavailable, "blob.damaged")
			if _, existed, err := s.Put(t.Context(), bytes.NewReader(content), limit); err != nil || existed {
				t.Fatalf("Put = existed %v, %v", existed, err)
			}
			if !bytes.Equal(read(t, s, ref.SHA256), content) {
				t.Fatal("the new copy did not heal the blob")
			}
		})
	}
}

func TestNamesNeverBecomePaths(t *testing.T) {
	s, _ := newStore(t, Options{})
	for _, sum := range []string{"", "..", "../../etc/passwd", strings.Repeat("../", 21) + "x",
		strings.Repeat("A", 64), strings.Repeat("/", 64), strings.Repeat("0", 64)} {
		_, err := s.Open(t.Context(), sum)
		wantFault(t, err, fault.NotFound, "blob.unknown")
	}
}

func TestAllListsAndRemoveForgets(t *testing.T) {
	s, _ := newStore(t, Options{})
	keep, drop := put(t, s, []byte("satu")), put(t, s, []byte("dua"))
	if err := s.Remove(drop.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(drop.SHA256); err != nil {
		t.Fatalf("removing twice: %v", err)
	}
	var got []string
	err := s.All(func(sum string) error { got = append(got, sum); return nil })
	if err != nil || len(got) != 1 || got[0] != keep.SHA256 {
		t.Fatalf("All = %v, %v", got, err)
	}
}

func TestTheKeyIsNeverReplacedSilently(t *testing.T) {
	s, home := newStore(t, Options{})
	dir, key := filepath.Join(home, "berkas"), filepath.Join(home, "kunci-berkas.txt")
	ref := put(t, s, []byte("isi"))
	again, err := Open(dir, key, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if string(read(t, again, ref.SHA256)) != "isi" {
		t.Fatal("the second start read something else")
	}
	if err := os.Rename(key, key+".lost"); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, key, Options{})
	wantFault(t, err, fault.Unavailable, "blob.key_missing")
	if err := os.WriteFile(key, []byte("AGE-SECRET-KEY-1NONSENSE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, key, Options{})
	wantFault(t, err, fault.Unavailable, "blob.key_broken")
	if _, err := Open(dir, filepath.Join(dir, "kunci.txt"), Options{}); err == nil {
		t.Fatal("a key among the blobs was accepted")
	}
}

func BenchmarkPutAndOpen(b *testing.B) {
	home := b.TempDir()
	s, err := Open(filepath.Join(home, "berkas"), filepath.Join(home, "kunci"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	content := noise(7, 20<<20)
	b.SetBytes(int64(len(content)))
	for i := 0; b.Loop(); i++ {
		content[0], content[1], content[2] = byte(i), byte(i>>8), byte(i>>16)
		ref, _, err := s.Put(b.Context(), bytes.NewReader(content), 1<<30)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Verify(b.Context(), ref.SHA256); err != nil {
			b.Fatal(err)
		}
	}
}
