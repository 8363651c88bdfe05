package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"runtime"

	"filippo.io/age"

	"tepat/internal/fault"
)

// measureEvery is how many bytes pass between two looks at the free space.
const measureEvery = 8 << 20

// Put stores what r delivers and returns where it is; existed says that the
// same content was here before, in which case nothing was added. The blob is
// durable when Put returns: file and folders are fsynced. Content goes
// encrypted to the disk from the first byte; an upload that breaks off leaves
// at most a file for Sweep. limit is in bytes and inclusive.
//
// Faults: "blob.too_large" (invalid), "blob.disk_full" (unavailable). An error
// of r is returned wrapped.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Ref, bool, error) {
	ref, existed, err := s.put(ctx, r, limit)
	if err != nil {
		return Ref{}, false, fault.Wrap("blob.Put", diskFull(err))
	}
	return ref, existed, nil
}

func (s *Store) put(ctx context.Context, r io.Reader, limit int64) (Ref, bool, error) {
	if err := s.roomFor(0); err != nil {
		return Ref{}, false, err
	}
	tmp := tmpDir + "/" + rand.Text()
	f, err := s.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Ref{}, false, err
	}
	ref, err := s.fill(ctx, f, r, limit)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return Ref{}, false, errors.Join(err, s.root.Remove(tmp))
	}
	return s.settle(ctx, tmp, ref)
}

// fill encrypts r into f and syncs it.
func (s *Store) fill(ctx context.Context, f *os.File, r io.Reader, limit int64) (Ref, error) {
	sealed, err := age.Encrypt(f, s.key.Recipient())
	if err != nil {
		return Ref{}, err
	}
	in := &sink{dst: sealed, hash: sha256.New(), limit: limit, room: s.roomFor}
	if _, err := copyContext(ctx, in, r); err != nil {
		return Ref{}, err
	}
	if err := sealed.Close(); err != nil {
		return Ref{}, err
	}
	if err := f.Sync(); err != nil {
		return Ref{}, err
	}
	return Ref{SHA256: hex.EncodeToString(in.hash.Sum(nil)), Size: in.n}, nil
}

// settle moves a finished file to its place. A blob that is already there and
// whole stays; a damaged one is healed by the new copy.
func (s *Store) settle(ctx context.Context, tmp string, ref Ref) (Ref, bool, error) {
	err := s.Verify(ctx, ref.SHA256)
	if err == nil {
		return ref, true, s.root.Remove(tmp)
	}
	f := fault.From(err)
	if f == nil || f.Key != "blob.unknown" && f.Key != "blob.damaged" {
		return Ref{}, false, errors.Join(err, s.root.Remove(tmp))
	}
	name, err := path(ref.SHA256)
	if err != nil {
		return Ref{}, false, err
	}
	shard := name[:2]
	if err := s.root.Mkdir(shard, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Ref{}, false, errors.Join(err, s.root.Remove(tmp))
	}
	if err := s.root.Rename(tmp, name); err != nil {
		return Ref{}, false, errors.Join(err, s.root.Remove(tmp))
	}
	// The name of the file lies in the shard, the name of the shard in the root.
	return ref, false, errors.Join(s.syncDir(shard), s.syncDir("."))
}

// sink counts, hashes and limits what flows into the encryption.
type sink struct {
	dst      io.Writer
	hash     hash.Hash
	n, limit int64
	room     func(more int64) error
	measured int64
}

func (in *sink) Write(p []byte) (int, error) {
	if in.n+int64(len(p)) > in.limit {
		return 0, fault.NewInvalid("blob.too_large", (in.limit+(1<<20)-1)>>20)
	}
	if in.n-in.measured >= measureEvery {
		if err := in.room(int64(len(p))); err != nil {
			return 0, err
		}
		in.measured = in.n
	}
	in.hash.Write(p)
	n, err := in.dst.Write(p)
	in.n += int64(n)
	return n, err
}

// roomFor refuses when writing more bytes would go below the floor.
func (s *Store) roomFor(more int64) error {
	if s.minFree < 0 {
		return nil
	}
	free, err := s.free(s.dir)
	if err != nil {
		return err
	}
	if free-more < s.minFree {
		return fault.NewUnavailable("blob.disk_full", free>>20)
	}
	return nil
}

// diskFull gives the operating system's "no space left" its sentence.
func diskFull(err error) error {
	if fault.From(err) == nil && isNoSpace(err) {
		return fault.NewUnavailable("blob.disk_full", 0).Because(err)
	}
	return err
}

// syncDir makes the names in a folder durable. Windows has no such call: NTFS
// journals names itself.
func (s *Store) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// copyContext is io.Copy that stops when ctx ends. It hides other methods of
// r and w so that every chunk passes through here.
func copyContext(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{w}, contextReader{ctx, r}, make([]byte, 64<<10))
}

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
