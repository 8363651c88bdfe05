package witness

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/durable"
	"tepat/internal/ledger/tree"
)

// Refusals of add-checkpoint, named after what C2SP tlog-witness makes of them.
var (
	ErrUnknownLog   = errors.New("witness: this log is not followed")
	ErrUnsigned     = errors.New("witness: not signed by the log's key")
	ErrBadOldSize   = errors.New("witness: the old size is above the checkpoint's")
	ErrWrongOldSize = errors.New("witness: the old size is not the one cosigned last")
	ErrFork         = errors.New("witness: another tree of this size was cosigned")
	ErrInconsistent = errors.New("witness: the tree does not continue the one cosigned last")
	ErrNoLeaves     = errors.New("witness: leaves below the checkpoint are missing")
)

// Witness is an open folder of a witness. It is safe for concurrent use.
type Witness struct {
	dir    string
	lock   *flock.Flock
	signer *fnote.Signer
	vkey   string
	mu     sync.Mutex
	logs   map[string]*mirrored
}

// Open opens or creates the folder of the witness called name and locks it.
// name is fixed by the first call; later ones may leave it empty.
func Open(dir, name string) (*Witness, error) {
	if err := durable.MkdirAll(filepath.Join(dir, "logs")); err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("witness: another witness uses %s", dir)
	}
	w := &Witness{dir: dir, lock: lock, logs: make(map[string]*mirrored)}
	if err := w.openKey(name); err != nil {
		return nil, errors.Join(fmt.Errorf("witness: %w", err), lock.Unlock())
	}
	return w, nil
}

func (w *Witness) openKey(name string) error {
	path := filepath.Join(w.dir, "key")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		skey, vkey, err := note.GenerateKey(rand.Reader, name)
		if err != nil {
			return err
		}
		vkey, err = fnote.VKeyToCosignatureV1(vkey)
		if err != nil {
			return err
		}
		b = []byte(skey + "\n" + vkey + "\n")
		if err := durable.WriteFile(path, b); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	skey, vkey, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	w.vkey = vkey
	w.signer, err = fnote.NewSignerForCosignatureV1(skey)
	if err == nil && name != "" && w.signer.Name() != name {
		err = fmt.Errorf("the key in %s belongs to %s", path, w.signer.Name())
	}
	return err
}

// Close closes the files and unlocks the folder.
func (w *Witness) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var failed []error
	for _, m := range w.logs {
		failed = append(failed, m.leaves.Close())
	}
	return errors.Join(append(failed, w.lock.Unlock())...)
}

// VKey returns the public key of the witness in note form (cosignature/v1).
func (w *Witness) VKey() string { return w.vkey }

func (w *Witness) log(origin string) (*mirrored, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m := w.logs[origin]; m != nil {
		return m, nil
	}
	home := folder(w.dir, origin)
	if _, err := os.Stat(filepath.Join(home, keyFile)); err != nil || origin == "" {
		return nil, ErrUnknownLog
	}
	m, err := openLog(home)
	if err != nil {
		return nil, fmt.Errorf("witness: log %s: %w", origin, err)
	}
	w.logs[origin] = m
	return m, nil
}

// signedBy finds the log that msg speaks for and checks its signature.
func (w *Witness) signedBy(msg string) (*mirrored, tree.Checkpoint, error) {
	c, err := tree.Peek(msg)
	if err != nil {
		return nil, c, fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	m, err := w.log(c.Origin)
	if err != nil {
		return nil, c, err
	}
	if c, err = tree.Open(msg, m.verifier); err != nil {
		return nil, c, fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	return m, c, nil
}

// AddCheckpoint cosigns the checkpoint in msg if it continues the one cosigned
// last, of old leaves, and if the leaves held lead to it. It returns the
// signature line and the size cosigned last, which refusals need.
func (w *Witness) AddCheckpoint(old int64, proof []tlog.Hash, msg string) (string, int64, error) {
	m, c, err := w.signedBy(msg)
	if err != nil {
		return "", 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	size := m.last.cp.Size
	switch {
	case old > c.Size:
		return "", size, ErrBadOldSize
	case old != size:
		return "", size, ErrWrongOldSize
	case m.last.note != "" && c.Size == size && c.Root != m.last.cp.Root:
		return "", size, ErrFork
	case tree.CheckGrowth(m.last.cp, c, proof) != nil:
		return "", size, ErrInconsistent
	case m.held.Size < c.Size:
		return "", size, ErrNoLeaves
	}
	if m.held.Size != c.Size || m.held.Root() != c.Root {
		// What lies pending is not, or not only, what the log signed for.
		wrong := ErrNoLeaves
		if m.held.Size == c.Size {
			wrong = ErrInconsistent
		}
		return "", size, errors.Join(wrong, m.forgetPending())
	}
	line, err := w.cosign(c)
	if err != nil {
		return "", size, err
	}
	return line, size, m.remember(c, logNote(msg, m.verifier)+line)
}

// logNote is msg with the log's own signature only: lines of others are not
// checked here and must not be kept.
func logNote(msg string, log note.Verifier) string {
	i := strings.LastIndex(msg, "\n\n") + 2
	for _, line := range strings.SplitAfter(msg[i:], "\n") {
		if _, err := note.Open([]byte(msg[:i]+line), note.VerifierList(log)); err == nil {
			return msg[:i] + line
		}
	}
	return msg
}

func (w *Witness) cosign(c tree.Checkpoint) (string, error) {
	signed, err := tree.Sign(c, w.signer)
	if err != nil {
		return "", fmt.Errorf("witness: %w", err)
	}
	return signed[strings.LastIndex(signed, "\n\n")+2:], nil
}

// Held returns how many leaves of the log of origin are held.
func (w *Witness) Held(origin string) (int64, error) {
	m, err := w.log(origin)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held.Size, nil
}

// AddEntries stores framed leaves from number start on. signed must be a
// checkpoint of the log that covers them: nobody else may fill the disk.
func (w *Witness) AddEntries(start int64, framed []byte, signed string) (int64, error) {
	m, c, err := w.signedBy(signed)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	err = m.addLeaves(start, framed, c.Size)
	return m.held.Size, err
}

// Last returns the note cosigned last for origin, "" when there is none.
func (w *Witness) Last(origin string) (string, error) {
	m, err := w.log(origin)
	if err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last.note, nil
}
