package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"tepat/internal/fault"
)

// DefaultMinFree is the free space below which new blobs are refused: the
// database on the same disk must still be able to commit and to checkpoint.
const DefaultMinFree int64 = 500 << 20

// Options configure a Store. The zero value is usable in production.
type Options struct {
	// MinFree is the free space in bytes below which Put refuses; 0 means
	// DefaultMinFree, a negative number switches the floor off.
	MinFree int64
	// Free measures the free space in bytes of the disk that holds dir; nil
	// asks the operating system.
	Free func(dir string) (int64, error)
}

// Ref points at a blob by what it contains. Size is in bytes of clear content.
// Records store both; only SHA256, 64 lowercase hexadecimal digits, finds it.
type Ref struct {
	SHA256 string
	Size   int64
}

// Store is a folder of blobs. It is safe for concurrent use, also by several
// processes.
type Store struct {
	root    *os.Root
	dir     string
	key     *age.X25519Identity
	minFree int64
	free    func(dir string) (int64, error)
}

// Blob is the clear content of one blob, decrypted as it is read. It reads,
// seeks and reads at offsets (io.ReaderAt), and is safe for concurrent ReadAt.
type Blob struct {
	*io.SectionReader
	file *os.File
}

// Close releases the file.
func (b *Blob) Close() error { return b.file.Close() }

// tmpDir holds blobs that are still being written. They are encrypted too.
const tmpDir = "tmp"

// Open opens the folder dir and the identity in keyFile and creates both on
// the first start. keyFile must lie outside dir. When dir already holds blobs
// and keyFile is gone, Open fails with the fault "blob.key_missing": a fresh
// key would hide the loss until somebody needs a document.
func Open(dir, keyFile string, opt Options) (*Store, error) {
	s, err := open(dir, keyFile, opt)
	if err != nil {
		return nil, fault.Wrap("blob.Open", err)
	}
	return s, nil
}

func open(dir, keyFile string, opt Options) (*Store, error) {
	if inside(dir, keyFile) {
		return nil, errors.New("the key file must not lie in the folder of the blobs")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{root: root, dir: dir, minFree: opt.MinFree, free: opt.Free}
	if s.minFree == 0 {
		s.minFree = DefaultMinFree
	}
	if s.free == nil {
		s.free = diskFree
	}
	if err := s.prepare(keyFile); err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) prepare(keyFile string) error {
	if err := s.root.Mkdir(tmpDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	empty, err := s.isEmpty()
	if err != nil {
		return err
	}
	s.key, err = loadKey(keyFile, empty)
	return err
}

// Close releases the folder.
func (s *Store) Close() error { return s.root.Close() }

// path returns where the blob lies, "ab/abcdef….age". Only a proper hash
// becomes a path; a name given by people never does.
func path(sum string) (string, error) {
	if len(sum) != 2*sha256.Size {
		return "", fault.NewNotFound("blob.unknown")
	}
	for i := range len(sum) {
		if c := sum[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", fault.NewNotFound("blob.unknown")
		}
	}
	return sum[:2] + "/" + sum + ".age", nil
}

// Open verifies the blob sum and returns its clear content. It costs one pass
// over the file (about a second per gigabyte) and buys that no reader acts on
// the first half of a damaged list. Faults: "blob.unknown" (not found),
// "blob.damaged" (unavailable: restore it from the backup).
func (s *Store) Open(ctx context.Context, sum string) (*Blob, error) {
	b, err := s.open(sum)
	if err != nil {
		return nil, fault.Wrap("blob.Open", err)
	}
	if err := verify(ctx, b, sum); err != nil {
		b.Close()
		return nil, fault.Wrap("blob.Open", err)
	}
	return b, nil
}

// Verify reports whether the blob sum is here and whole; faults as for Open.
func (s *Store) Verify(ctx context.Context, sum string) error {
	b, err := s.Open(ctx, sum)
	if err != nil {
		return err
	}
	return b.Close()
}

func (s *Store) open(sum string) (*Blob, error) {
	name, err := path(sum)
	if err != nil {
		return nil, err
	}
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NewNotFound("blob.unknown").Because(err)
	}
	if err != nil {
		return nil, err
	}
	b, err := s.decrypt(f)
	if err != nil {
		f.Close()
		return nil, fault.NewUnavailable("blob.damaged", short(sum)).Because(err)
	}
	return b, nil
}

func (s *Store) decrypt(f *os.File) (*Blob, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	clear, size, err := age.DecryptReaderAt(f, info.Size(), s.key)
	if err != nil {
		return nil, err
	}
	return &Blob{io.NewSectionReader(clear, 0, size), f}, nil
}

// verify reads all of b: age authenticates every chunk and the end of the
// file, the hash tells a blob that was swapped for another whole one.
func verify(ctx context.Context, b *Blob, sum string) error {
	h := sha256.New()
	_, err := copyContext(ctx, h, io.NewSectionReader(b, 0, b.Size()))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fault.NewUnavailable("blob.damaged", short(sum)).Because(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		return fault.NewUnavailable("blob.damaged", short(sum)).Because(fmt.Errorf("content has hash %s", got))
	}
	return nil
}

// short is the part of a hash that people read to each other.
func short(sum string) string { return sum[:12] }

// Remove deletes the blob sum, when the law or a retention period says so.
// Removing what is not there is no error: the wish is fulfilled.
func (s *Store) Remove(sum string) error {
	name, err := path(sum)
	if err != nil {
		return err
	}
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap("blob.Remove", err)
	}
	return fault.Wrap("blob.Remove", s.syncDir(name[:2]))
}

// Sweep removes what interrupted uploads left behind: unfinished files last
// written before the given instant. Call it at the start and daily with an
// instant an hour ago, since another process may be writing. It returns how
// many files went.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	left, err := fs.ReadDir(s.root.FS(), tmpDir)
	if err != nil {
		return 0, fault.Wrap("blob.Sweep", err)
	}
	n := 0
	for _, e := range left {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			continue // finished meanwhile, or still young
		}
		if err != nil {
			return n, fault.Wrap("blob.Sweep", err)
		}
		if err := s.root.Remove(tmpDir + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, fault.Wrap("blob.Sweep", err)
		}
		n++
	}
	return n, nil
}

// All calls fn with the hash of every blob, in order, until fn fails. The
// nightly check and the backup use it.
func (s *Store) All(fn func(sum string) error) error {
	shards, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return fault.Wrap("blob.All", err)
	}
	for _, shard := range shards {
		if len(shard.Name()) != 2 || !shard.IsDir() {
			continue
		}
		files, err := fs.ReadDir(s.root.FS(), shard.Name())
		if err != nil {
			return fault.Wrap("blob.All", err)
		}
		for _, f := range files {
			sum := strings.TrimSuffix(f.Name(), ".age")
			if want, err := path(sum); err != nil || want != shard.Name()+"/"+f.Name() {
				continue // not ours
			}
			if err := fn(sum); err != nil {
				return err
			}
		}
	}
	return nil
}

var errSome = errors.New("some")

func (s *Store) isEmpty() (bool, error) {
	err := s.All(func(string) error { return errSome })
	if errors.Is(err, errSome) {
		return false, nil
	}
	return err == nil, err
}
