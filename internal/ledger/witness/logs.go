package witness

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/durable"
	"tepat/internal/ledger/tree"
)

// mirrored is one log as this witness knows it.
type mirrored struct {
	mu       sync.Mutex
	dir      string
	verifier note.Verifier
	last     memory    // durable
	held     tree.Edge // of all leaves held, at least those of last
	offset   int64     // bytes of the leaves held
	leaves   *os.File
}

// memory is what the witness may never forget.
type memory struct {
	note   string // cosigned last, with our own line; "" when none
	cp     tree.Checkpoint
	edge   tree.Edge
	offset int64 // bytes of the leaves file that belong to cp
}

const (
	keyFile    = "log-key"
	stateFile  = "state"
	leavesFile = "leaves"
	stateHead  = "tepat-witness-state/v1"
)

func folder(dir, origin string) string {
	return filepath.Join(dir, "logs", strings.ReplaceAll(url.PathEscape(origin), ".", "%2E"))
}

// AddLog makes the witness in dir follow the log with public key vkey. This is
// the moment of trust, so it is an act of its own: a log is never added by a
// request. Adding a log again with the same key changes nothing.
func AddLog(dir, vkey string) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return fmt.Errorf("witness: log key: %w", err)
	}
	home := folder(dir, v.Name())
	have, err := os.ReadFile(filepath.Join(home, keyFile))
	if err == nil && strings.TrimSpace(string(have)) != vkey {
		return fmt.Errorf("witness: %s is followed with another key", v.Name())
	}
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := durable.MkdirAll(home); err != nil {
		return err
	}
	// The key goes last: a key without a memory means the memory was taken away.
	empty := memory{cp: tree.Checkpoint{Origin: v.Name()}}
	if err := durable.WriteFile(filepath.Join(home, stateFile), empty.bytes()); err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(home, keyFile), []byte(vkey+"\n"))
}

func openLog(home string) (*mirrored, error) {
	vkey, err := os.ReadFile(filepath.Join(home, keyFile))
	if err != nil {
		return nil, err
	}
	m := &mirrored{dir: home}
	if m.verifier, err = note.NewVerifier(strings.TrimSpace(string(vkey))); err != nil {
		return nil, err
	}
	if m.last, err = readMemory(home, m.verifier); err != nil {
		return nil, err
	}
	m.leaves, err = os.OpenFile(filepath.Join(home, leavesFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := m.leaves.Stat()
	if err == nil && info.Size() < m.last.offset {
		err = fmt.Errorf("%s is shorter than what was cosigned", m.leaves.Name())
	}
	if err == nil {
		err = m.forgetPending()
	}
	return m, err
}

// forgetPending drops leaves that no cosigned checkpoint covers.
func (m *mirrored) forgetPending() error {
	m.held, m.offset = m.last.edge.Clone(), m.last.offset
	return m.leaves.Truncate(m.offset)
}

// maxLeaf is far above the 150 bytes of a usual leaf.
const maxLeaf = 4 << 10

// addLeaves appends framed leaves, which must begin at leaf number start.
func (m *mirrored) addLeaves(start int64, framed []byte, limit int64) error {
	if start != m.held.Size {
		return errWrongStart
	}
	grown := m.held.Clone()
	var scratch []tlog.Hash
	for rest := framed; len(rest) > 0; {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n == 0 || n > maxLeaf || n > uint64(len(rest)-size) || grown.Size >= limit {
			return errLeaves
		}
		scratch = grown.Append(scratch[:0], tlog.RecordHash(rest[size:size+int(n)]))
		rest = rest[size+int(n):]
	}
	if _, err := m.leaves.WriteAt(framed, m.offset); err != nil {
		return err
	}
	m.held, m.offset = grown, m.offset+int64(len(framed))
	return nil
}

var (
	errWrongStart = errors.New("witness: leaves must continue those held")
	errLeaves     = errors.New("witness: malformed leaves")
)

// remember makes cp, cosigned in signed, the last checkpoint; the leaves reach
// the disk before the memory that vouches for them.
func (m *mirrored) remember(cp tree.Checkpoint, signed string) error {
	if err := m.leaves.Sync(); err != nil {
		return err
	}
	next := memory{note: signed, cp: cp, edge: m.held.Clone(), offset: m.offset}
	if err := durable.WriteFile(filepath.Join(m.dir, stateFile), next.bytes()); err != nil {
		return err
	}
	m.last = next
	return nil
}

func (s *memory) bytes() []byte {
	return fmt.Appendf(nil, "%s\noffset %d\nedge %s\n\n%s", stateHead, s.offset,
		base64.StdEncoding.EncodeToString(s.edge.Bytes()), s.note)
}

func readMemory(home string, v note.Verifier) (memory, error) {
	path := filepath.Join(home, stateFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return memory{}, fmt.Errorf("%s is gone; restore it from the copy of the witness's folder", path)
	}
	if err != nil {
		return memory{}, err
	}
	head, signed, _ := strings.Cut(string(b), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) != 3 || lines[0] != stateHead {
		return memory{}, fmt.Errorf("%s is damaged", path)
	}
	s := memory{note: signed, cp: tree.Checkpoint{Origin: v.Name()}}
	if signed != "" {
		if s.cp, err = tree.Open(signed, v); err != nil {
			return memory{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	s.offset, err = strconv.ParseInt(strings.TrimPrefix(lines[1], "offset "), 10, 64)
	if err != nil {
		return memory{}, fmt.Errorf("%s is damaged: %w", path, err)
	}
	edge, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[2], "edge "))
	if err != nil {
		return memory{}, fmt.Errorf("%s is damaged: %w", path, err)
	}
	if s.edge, err = tree.ParseEdge(s.cp.Size, edge); err != nil {
		return memory{}, fmt.Errorf("%s: %w", path, err)
	}
	if signed != "" && s.edge.Root() != s.cp.Root {
		return memory{}, fmt.Errorf("%s is damaged: edge and checkpoint differ", path)
	}
	return s, nil
}

// readLeaves calls fn with each leaf in r, which ends after size bytes.
func readLeaves(r io.Reader, fn func(leaf []byte) error) error {
	br := bufio.NewReaderSize(r, 1<<16)
	buf := make([]byte, maxLeaf)
	for {
		n, err := binary.ReadUvarint(br)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n > maxLeaf {
			return errLeaves
		}
		if _, err := io.ReadFull(br, buf[:n]); err != nil {
			return err
		}
		if err := fn(buf[:n]); err != nil {
			return err
		}
	}
}
