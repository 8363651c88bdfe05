package witness

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"tepat/internal/ledger/tree"
)

const (
	maxCheckpoint = 16 << 10
	maxEntries    = 8 << 20

	// HeaderCheckpoint carries the signed note that covers pushed leaves.
	HeaderCheckpoint = "Tepat-Checkpoint"
)

// Config configures Serve.
type Config struct {
	Dir    string
	Name   string   // of the key, "inspektorat.natuna"; needed the first time only
	Logs   []string // public keys of logs to follow from now on, besides those followed
	Listen string   // "0.0.0.0:8090"
	// AuditToken opens the stored leaves to auditors; empty keeps them shut.
	AuditToken string
	// Stdout gets two lines, "key …" and "listening on …".
	Stdout io.Writer
}

// Serve runs a witness until ctx ends. Plain HTTP suffices: every request is
// signed by the log and every answer by the witness.
func Serve(ctx context.Context, cfg Config) error {
	w, err := Open(cfg.Dir, cfg.Name)
	if err != nil {
		return err
	}
	defer w.Close()
	for _, vkey := range cfg.Logs {
		if err := AddLog(cfg.Dir, vkey); err != nil {
			return err
		}
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	if cfg.Stdout != nil {
		if _, err := fmt.Fprintf(cfg.Stdout, "key %s\nlistening on %s\n", w.vkey, ln.Addr()); err != nil {
			return errors.Join(err, ln.Close())
		}
	}
	srv := &http.Server{Handler: Handler(w, cfg.AuditToken), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return srv.Shutdown(end)
}

// Handler answers the requests of the package comment. auditToken opens
// /entries; when it is empty nobody can read leaves over the network.
func Handler(w *Witness, auditToken string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", w.addCheckpoint)
	mux.HandleFunc("POST /add-entries", w.addEntries)
	mux.HandleFunc("GET /held", func(rw http.ResponseWriter, r *http.Request) {
		n, err := w.Held(r.FormValue("origin"))
		answer(rw, fmt.Sprintln(n), err)
	})
	mux.HandleFunc("GET /key", func(rw http.ResponseWriter, _ *http.Request) { answer(rw, w.vkey+"\n", nil) })
	mux.HandleFunc("GET /checkpoint", func(rw http.ResponseWriter, r *http.Request) {
		last, err := w.Last(r.FormValue("origin"))
		if err == nil && last == "" {
			http.Error(rw, "nothing cosigned yet", http.StatusNotFound)
			return
		}
		answer(rw, last, err)
	})
	mux.HandleFunc("GET /entries", func(rw http.ResponseWriter, r *http.Request) {
		got := r.Header.Get("Authorization")
		if auditToken == "" || subtle.ConstantTimeCompare([]byte(got), []byte("Bearer "+auditToken)) != 1 {
			http.Error(rw, "for auditors", http.StatusUnauthorized)
			return
		}
		w.entries(rw, r)
	})
	return mux
}

func (w *Witness) addCheckpoint(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxCheckpoint))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	old, proof, msg, err := tree.ParseGrowth(string(body))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	line, size, err := w.AddCheckpoint(old, proof, msg)
	if errors.Is(err, ErrWrongOldSize) || errors.Is(err, ErrFork) {
		rw.Header().Set("Content-Type", "text/x.tlog.size")
		rw.WriteHeader(http.StatusConflict)
		io.WriteString(rw, strconv.FormatInt(size, 10)+"\n") //nolint:errcheck // the status says it all
		return
	}
	answer(rw, line, err)
}

func (w *Witness) addEntries(rw http.ResponseWriter, r *http.Request) {
	start, err := tree.ParseSize(r.FormValue("start"))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	signed, err := base64.StdEncoding.DecodeString(r.Header.Get(HeaderCheckpoint))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	framed, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxEntries))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	held, err := w.AddEntries(start, framed, string(signed))
	if errors.Is(err, errWrongStart) {
		rw.WriteHeader(http.StatusConflict)
		fmt.Fprintln(rw, held)
		return
	}
	answer(rw, fmt.Sprintln(held), err)
}

func (w *Witness) entries(rw http.ResponseWriter, r *http.Request) {
	m, err := w.log(r.FormValue("origin"))
	if err != nil {
		answer(rw, "", err)
		return
	}
	m.mu.Lock()
	end := m.last.offset
	m.mu.Unlock()
	f, err := os.Open(filepath.Join(m.dir, leavesFile))
	if err != nil {
		answer(rw, "", err)
		return
	}
	defer f.Close()
	rw.Header().Set("Content-Type", "application/octet-stream")
	io.Copy(rw, io.LimitReader(f, end)) //nolint:errcheck // a client that left needs no answer
}

var statuses = map[error]int{
	ErrUnknownLog:   http.StatusNotFound,
	ErrUnsigned:     http.StatusForbidden,
	ErrInconsistent: http.StatusUnprocessableEntity,
	ErrNoLeaves:     http.StatusPreconditionRequired,
	ErrBadOldSize:   http.StatusBadRequest,
	errLeaves:       http.StatusBadRequest,
}

func answer(rw http.ResponseWriter, text string, err error) {
	if err != nil {
		status := http.StatusInternalServerError
		for known, s := range statuses {
			if errors.Is(err, known) {
				status = s
			}
		}
		http.Error(rw, err.Error(), status)
		return
	}
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(rw, text) //nolint:errcheck // a client that left needs no answer
}
