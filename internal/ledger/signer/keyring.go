package signer

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/durable"
	"tepat/internal/ledger/tree"
)

// ErrRefused means that the new tree is not a continuation of the last one
// signed: a rollback or a fork.
var ErrRefused = errors.New("signer: the tree does not continue the last one signed")

// Keyring is the folder of a signer. It is safe for concurrent use.
type Keyring struct {
	dir  string
	lock *flock.Flock
	mu   sync.Mutex
	logs map[string]*logKey
}

type logKey struct {
	signer   note.Signer
	verifier note.Verifier
	vkey     string
	last     tree.Checkpoint
	lastNote string // "" before the first signature
}

// OpenKeyring opens or creates the folder and locks it against a second signer.
func OpenKeyring(dir string) (*Keyring, error) {
	if err := durable.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("signer: another signer uses %s", dir)
	}
	return &Keyring{dir: dir, lock: lock, logs: make(map[string]*logKey)}, nil
}

// Close unlocks the folder.
func (k *Keyring) Close() error { return k.lock.Unlock() }

// VKey returns the public key of the log of origin, "tepat/2103+…".
func (k *Keyring) VKey(origin string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	lk, err := k.open(origin)
	if err != nil {
		return "", err
	}
	return lk.vkey, nil
}

// Last returns the note signed last for origin, "" when there is none.
func (k *Keyring) Last(origin string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	lk, err := k.open(origin)
	if err != nil {
		return "", err
	}
	return lk.lastNote, nil
}

// Sign signs c when proof shows that it continues the last tree signed, and
// remembers it durably before it returns. On ErrRefused the note returned is
// the one signed last.
func (k *Keyring) Sign(c tree.Checkpoint, proof []tlog.Hash) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	lk, err := k.open(c.Origin)
	if err != nil {
		return "", err
	}
	if err := tree.CheckGrowth(lk.last, c, proof); err != nil {
		return lk.lastNote, fmt.Errorf("%w: have %d leaves, was asked for %d: %w", ErrRefused, lk.last.Size, c.Size, err)
	}
	if lk.lastNote != "" && c.Size == lk.last.Size {
		return lk.lastNote, nil
	}
	signed, err := tree.Sign(c, lk.signer)
	if err != nil {
		return "", fmt.Errorf("signer: %w", err)
	}
	if err := durable.WriteFile(filepath.Join(k.folder(c.Origin), lastFile), []byte(signed)); err != nil {
		return "", fmt.Errorf("signer: %w", err)
	}
	lk.last, lk.lastNote = c, signed
	return signed, nil
}

const (
	keyFile  = "key"
	lastFile = "last-checkpoint"
)

// unsigned is the memory of a log that has signed nothing yet. It is written
// before the key, so that a key without a memory can only mean that somebody
// took the memory away.
const unsigned = "nothing signed yet\n"

var originShape = regexp.MustCompile(`^[a-z0-9][a-z0-9./_-]{0,99}$`)

func (k *Keyring) folder(origin string) string {
	return filepath.Join(k.dir, strings.ReplaceAll(url.PathEscape(origin), ".", "%2E"))
}

func (k *Keyring) open(origin string) (*logKey, error) {
	if lk := k.logs[origin]; lk != nil {
		return lk, nil
	}
	if !originShape.MatchString(origin) {
		return nil, fmt.Errorf("signer: %q cannot name a log", origin)
	}
	lk, err := load(k.folder(origin), origin)
	if err != nil {
		return nil, fmt.Errorf("signer: log %s: %w", origin, err)
	}
	k.logs[origin] = lk
	return lk, nil
}

func load(dir, origin string) (*logKey, error) {
	last, err := readOrMake(filepath.Join(dir, lastFile), filepath.Join(dir, keyFile), func() ([]byte, error) {
		return []byte(unsigned), durable.MkdirAll(dir)
	})
	if err != nil {
		return nil, err
	}
	skey, err := os.ReadFile(filepath.Join(dir, keyFile))
	if errors.Is(err, fs.ErrNotExist) && string(last) == unsigned {
		skey, err = makeKey(filepath.Join(dir, keyFile), origin)
	}
	if err != nil {
		return nil, err
	}
	lk, err := parseKey(strings.TrimSpace(string(skey)))
	if err != nil {
		return nil, err
	}
	lk.last = tree.Checkpoint{Origin: origin}
	if string(last) == unsigned {
		return lk, nil
	}
	lk.lastNote = string(last)
	lk.last, err = tree.Open(lk.lastNote, lk.verifier)
	if err == nil && lk.last.Origin != origin {
		err = fmt.Errorf("the memory is of %s", lk.last.Origin)
	}
	return lk, err
}

// readOrMake reads path; when it is missing it is made, unless companion
// exists, whose presence proves that path was taken away.
func readOrMake(path, companion string, content func() ([]byte, error)) ([]byte, error) {
	b, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if _, err := os.Stat(companion); err == nil {
		return nil, fmt.Errorf("%s is gone while the key is there; restore it from the copy of the signer's folder", path)
	}
	if b, err = content(); err != nil {
		return nil, err
	}
	return b, durable.WriteFile(path, b)
}

func makeKey(path, origin string) ([]byte, error) {
	skey, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	return []byte(skey), durable.WriteFile(path, []byte(skey+"\n"))
}

func parseKey(skey string) (*logKey, error) {
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, err
	}
	vkey, err := publicKey(skey)
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	return &logKey{signer: s, verifier: v, vkey: vkey}, nil
}
