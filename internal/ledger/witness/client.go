package witness

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/tree"
)

// ErrUnreachable means that the witness did not answer; villages and offices
// are without a network for days, so callers go on without it and say so.
var ErrUnreachable = errors.New("witness: no answer")

// Client speaks to one witness. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// NewClient returns a client for the witness at base, "https://…"; token is
// for Leaves only and may be empty.
func NewClient(base, token string) *Client {
	return &Client{strings.TrimSuffix(base, "/"), token, &http.Client{}}
}

// Name returns the address of the witness.
func (c *Client) Name() string { return c.base }

// Held returns how many leaves of the log of origin the witness holds.
func (c *Client) Held(ctx context.Context, origin string) (int64, error) {
	status, body, err := c.do(ctx, http.MethodGet, "/held?origin="+url.QueryEscape(origin), nil, "")
	if err != nil {
		return 0, err
	}
	if status != http.StatusOK {
		return 0, c.unexpected(status, body)
	}
	return tree.ParseSize(strings.TrimSpace(body))
}

// Frame appends one leaf to the body of AddEntries.
func Frame(buf, leaf []byte) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(leaf))), leaf...)
}

// MaxFramed is how many bytes AddEntries takes at once.
const MaxFramed = maxEntries

// AddEntries hands over leaves from number start on, covered by the checkpoint
// signed, and returns how many leaves the witness holds now. When it holds
// other than start, nothing is stored and its number is returned.
func (c *Client) AddEntries(ctx context.Context, start int64, framed []byte, signed string) (int64, error) {
	path := "/add-entries?start=" + strconv.FormatInt(start, 10)
	status, body, err := c.do(ctx, http.MethodPost, path, framed, signed)
	if err != nil {
		return 0, err
	}
	if status != http.StatusOK && status != http.StatusConflict {
		return 0, c.unexpected(status, body)
	}
	return tree.ParseSize(strings.TrimSpace(body))
}

// AddCheckpoint asks for a cosignature (C2SP tlog-witness). On ErrWrongOldSize
// and ErrFork the size returned is the one the witness cosigned last.
func (c *Client) AddCheckpoint(ctx context.Context, old int64, proof []tlog.Hash, signed string) (string, int64, error) {
	status, body, err := c.do(ctx, http.MethodPost, "/add-checkpoint", []byte(tree.FormatGrowth(old, proof, signed)), "")
	if err != nil {
		return "", 0, err
	}
	switch status {
	case http.StatusOK:
		return body, 0, nil
	case http.StatusConflict:
		size, err := tree.ParseSize(strings.TrimSpace(body))
		if err == nil {
			err = ErrWrongOldSize
			if size == old {
				err = ErrFork
			}
		}
		return "", size, err
	}
	for known, s := range statuses {
		if s == status {
			return "", 0, fmt.Errorf("%w: %.200s", known, strings.TrimSpace(body))
		}
	}
	return "", 0, c.unexpected(status, body)
}

// Checkpoint returns the note cosigned last for origin, "" when there is none.
func (c *Client) Checkpoint(ctx context.Context, origin string) (string, error) {
	status, body, err := c.do(ctx, http.MethodGet, "/checkpoint?origin="+url.QueryEscape(origin), nil, "")
	switch {
	case err != nil:
		return "", err
	case status == http.StatusNotFound:
		return "", nil
	case status != http.StatusOK:
		return "", c.unexpected(status, body)
	}
	return body, nil
}

// Leaves calls fn with every leaf that the witness cosigned.
func (c *Client) Leaves(ctx context.Context, origin string, fn func(leaf []byte) error) error {
	res, err := c.send(ctx, http.MethodGet, "/entries?origin="+url.QueryEscape(origin), nil, "")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return c.unexpected(res.StatusCode, "")
	}
	return readLeaves(res.Body, fn)
}

func (c *Client) send(ctx context.Context, method, path string, body []byte, signed string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if signed != "" {
		req.Header.Set(HeaderCheckpoint, base64.StdEncoding.EncodeToString([]byte(signed)))
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return res, nil
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, signed string) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	res, err := c.send(ctx, method, path, body, signed)
	if err != nil {
		return 0, "", err
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxCheckpoint))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return 0, "", fmt.Errorf("witness: %w", err)
	}
	return res.StatusCode, string(b), nil
}

func (c *Client) unexpected(status int, body string) error {
	return fmt.Errorf("witness %s: answer %d: %.200s", c.base, status, strings.TrimSpace(body))
}

// Folder is the folder of a witness, or a copy of it on a stick, read without
// a witness running.
type Folder string

// Name returns the path of the folder.
func (f Folder) Name() string { return string(f) }

// Checkpoint returns the note cosigned last for origin, "" when there is none.
func (f Folder) Checkpoint(_ context.Context, origin string) (string, error) {
	s, err := f.memory(origin)
	return s.note, err
}

func (f Folder) memory(origin string) (memory, error) {
	home := folder(string(f), origin)
	vkey, err := os.ReadFile(filepath.Join(home, keyFile))
	if err != nil {
		return memory{}, err
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return memory{}, err
	}
	return readMemory(home, v)
}

// Leaves calls fn with every leaf that the witness cosigned.
func (f Folder) Leaves(ctx context.Context, origin string, fn func(leaf []byte) error) error {
	s, err := f.memory(origin)
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(folder(string(f), origin), leavesFile))
	if err != nil {
		return err
	}
	defer file.Close()
	return readLeaves(io.LimitReader(file, s.offset), func(leaf []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fn(leaf)
	})
}
