package signer

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tepat/internal/ledger/durable"
	"tepat/internal/ledger/tree"
)

// Config configures Serve.
type Config struct {
	// Dir is the signer's own folder; the database server must not write there.
	Dir string
	// Listen is "127.0.0.1:0" (any free port, the default) or "unix:/path".
	Listen string
	// TokenFile is shared with the server; it is made when it is missing.
	// Empty means Dir/token.
	TokenFile string
	// Stdout gets one line, "listening on …".
	Stdout io.Writer
	// Stdin, when set, ends the signer as it ends: a child whose parent is
	// gone stops by itself.
	Stdin io.Reader
}

// Serve runs a signer until ctx ends or Stdin closes.
func Serve(ctx context.Context, cfg Config) error {
	ring, err := OpenKeyring(cfg.Dir)
	if err != nil {
		return err
	}
	defer ring.Close()
	if cfg.TokenFile == "" {
		cfg.TokenFile = filepath.Join(cfg.Dir, "token")
	}
	token, err := Token(cfg.TokenFile)
	if err != nil {
		return err
	}
	ln, addr, err := listen(cfg.Listen)
	if err != nil {
		return fmt.Errorf("signer: %w", err)
	}
	if cfg.Stdout != nil {
		if _, err := fmt.Fprintf(cfg.Stdout, "listening on %s\n", addr); err != nil {
			return errors.Join(err, ln.Close())
		}
	}
	return run(ctx, ln, Handler(ring, token), cfg.Stdin)
}

func run(ctx context.Context, ln net.Listener, h http.Handler, stdin io.Reader) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if stdin != nil {
		go func() {
			io.Copy(io.Discard, stdin) //nolint:errcheck // any end of stdin means stop
			stop()
		}()
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return srv.Shutdown(end)
}

// listen refuses to be reached from other machines: the token is not enough
// protection on a network without TLS.
func listen(where string) (net.Listener, string, error) {
	if where == "" {
		where = "127.0.0.1:0"
	}
	if path, ok := strings.CutPrefix(where, "unix:"); ok {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, "", err
		}
		ln, err := net.Listen("unix", path)
		return ln, where, err
	}
	ln, err := net.Listen("tcp", where)
	if err != nil {
		return nil, "", err
	}
	tcp, ok := ln.Addr().(*net.TCPAddr)
	if !ok || !tcp.IP.IsLoopback() {
		return nil, "", errors.Join(fmt.Errorf("%s is not this machine only", where), ln.Close())
	}
	return ln, ln.Addr().String(), nil
}

// Token reads the shared secret in path, making it when it is missing.
func Token(path string) (string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var raw [32]byte
		if _, err := rand.Read(raw[:]); err != nil {
			return "", err
		}
		b = []byte(hex.EncodeToString(raw[:]) + "\n")
		err = durable.WriteFile(path, b)
	}
	if err != nil {
		return "", fmt.Errorf("signer: token: %w", err)
	}
	token := strings.TrimSpace(string(b))
	if len(token) < 32 {
		return "", fmt.Errorf("signer: the token in %s is too short", path)
	}
	return token, nil
}

// Handler answers the requests of the package comment.
func Handler(ring *Keyring, token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /key", func(w http.ResponseWriter, r *http.Request) {
		vkey, err := ring.VKey(r.FormValue("origin"))
		answer(w, vkey+"\n", err)
	})
	mux.HandleFunc("GET /last", func(w http.ResponseWriter, r *http.Request) {
		last, err := ring.Last(r.FormValue("origin"))
		if err == nil && last == "" {
			http.Error(w, "nothing signed yet", http.StatusNotFound)
			return
		}
		answer(w, last, err)
	})
	mux.HandleFunc("POST /sign", func(w http.ResponseWriter, r *http.Request) { sign(ring, w, r) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := r.Header.Get("Authorization")
		if subtle.ConstantTimeCompare([]byte(got), []byte("Bearer "+token)) != 1 {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

const maxRequest = 16 << 10

func sign(ring *Keyring, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, proof, text, err := tree.ParseGrowth(string(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c, err := tree.ParseCheckpoint(text)
	if err != nil || c.Text() != text {
		http.Error(w, "malformed checkpoint", http.StatusBadRequest)
		return
	}
	signed, err := ring.Sign(c, proof)
	if errors.Is(err, ErrRefused) {
		w.WriteHeader(http.StatusConflict)
		io.WriteString(w, signed) //nolint:errcheck // the client sees the status
		return
	}
	answer(w, signed, err)
}

func answer(w http.ResponseWriter, text string, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, text) //nolint:errcheck // a client that left needs no answer
}
