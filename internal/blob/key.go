package blob

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"tepat/internal/fault"
)

// loadKey reads the identity in file; with create it makes one when there is
// none. The format is that of `age-keygen`, so the ordinary age tool opens a
// blob when nothing of ours runs any more.
func loadKey(file string, create bool) (*age.X25519Identity, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, fault.NewUnavailable("blob.key_missing").Because(err)
		}
		if err := writeKey(file); err != nil {
			return nil, err
		}
		// Read back what won, should two processes start at once.
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	ids, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil || len(ids) != 1 {
		return nil, fault.NewUnavailable("blob.key_broken").Because(err)
	}
	key, ok := ids[0].(*age.X25519Identity)
	if !ok {
		return nil, fault.NewUnavailable("blob.key_broken").Because(fmt.Errorf("%T", ids[0]))
	}
	return key, nil
}

// writeKey puts a fresh identity into file unless one appears meanwhile. The
// link makes it appear whole or not at all.
func writeKey(file string) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".kunci-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = fmt.Fprintf(tmp, "# Kunci berkas Tepat. Simpan salinannya di amplop tersegel; tanpa kunci ini berkas tidak terbaca.\n"+
		"# public key: %s\n%s\n", key.Recipient(), key)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// inside reports whether file lies in dir or below.
func inside(dir, file string) bool {
	d, derr := filepath.Abs(dir)
	f, ferr := filepath.Abs(file)
	if derr != nil || ferr != nil {
		return false
	}
	rel, err := filepath.Rel(d, f)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
