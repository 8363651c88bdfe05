package signer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tepat/internal/ledger/tree"
)

// Client asks a signer. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	base  string
	token string
}

// NewClient returns a client for the address that Serve printed.
func NewClient(addr, token string) *Client {
	transport := &http.Transport{MaxIdleConns: 2, IdleConnTimeout: time.Minute}
	base := "http://" + addr
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		base = "http://signer"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}
	}
	return &Client{http: &http.Client{Transport: transport, Timeout: 15 * time.Second}, base: base, token: token}
}

// VKey returns the public key of the log of origin.
func (c *Client) VKey(ctx context.Context, origin string) (string, error) {
	status, body, err := c.do(ctx, http.MethodGet, "/key?origin="+url.QueryEscape(origin), "")
	if err == nil && status != http.StatusOK {
		err = unexpected(status, body)
	}
	return strings.TrimSpace(body), err
}

// Last returns the note signed last for origin, "" when there is none.
func (c *Client) Last(ctx context.Context, origin string) (string, error) {
	status, body, err := c.do(ctx, http.MethodGet, "/last?origin="+url.QueryEscape(origin), "")
	switch {
	case err != nil:
		return "", err
	case status == http.StatusNotFound:
		return "", nil
	case status != http.StatusOK:
		return "", unexpected(status, body)
	}
	return body, nil
}

// Sign asks for a signature on c, which proof connects with the last tree of
// oldSize leaves. On ErrRefused the note returned is the one signed last.
func (c *Client) Sign(ctx context.Context, oldSize int64, proof []tlog.Hash, cp tree.Checkpoint) (string, error) {
	status, body, err := c.do(ctx, http.MethodPost, "/sign", tree.FormatGrowth(oldSize, proof, cp.Text()))
	switch {
	case err != nil:
		return "", err
	case status == http.StatusConflict:
		return body, ErrRefused
	case status != http.StatusOK:
		return "", unexpected(status, body)
	}
	return body, nil
}

func (c *Client) do(ctx context.Context, method, path, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.http.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("signer: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxRequest))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return 0, "", fmt.Errorf("signer: %w", err)
	}
	return res.StatusCode, string(b), nil
}

func unexpected(status int, body string) error {
	return fmt.Errorf("signer: answer %d: %.200s", status, strings.TrimSpace(body))
}
