package web

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"time"

	"tepat/internal/web/page"
)

//go:embed texts.json
var texts embed.FS

// Time limits of the HTTP server. A satellite link is slow: uploads of ten
// megabytes at 400 kbit/s take over three minutes.
const (
	HeaderTimeout = 10 * time.Second
	ReadTimeout   = 10 * time.Minute
	WriteTimeout  = 15 * time.Minute
	IdleTimeout   = 2 * time.Minute
	MaxHeader     = 32 << 10
)

// Deps is what the server needs from the rest of the program.
type Deps struct {
	page.Config
	// Health reports whether the database answers; nil means always well.
	Health  func(ctx context.Context) error
	Version string
	// Wrap goes around everything that has a session, for stores that must
	// write a cookie at the end of a request; nil means nothing.
	Wrap func(http.Handler) http.Handler
	// Also are handlers outside the table of routes, by pattern, that bring
	// their own guard: the API, the field app.
	Also map[string]http.Handler
}

// New builds the handler of the whole site. It refuses to start when a route
// lacks a part of its policy, when two routes collide, when a page or text is
// broken, or when a route shows people and readings are not recorded.
func New(deps Deps, routes []page.Route) (http.Handler, error) {
	if err := page.CheckRoutes(routes); err != nil {
		return nil, err
	}
	if err := checkAudit(deps, routes); err != nil {
		return nil, err
	}
	deps.Texts = append([]fs.FS{texts}, deps.Texts...)
	if deps.Menu == nil {
		deps.Menu = Menu()
	}
	kernel, err := page.NewKernel(deps.Config)
	if err != nil {
		return nil, err
	}
	for _, key := range page.MenuTexts(deps.Menu) {
		if !kernel.Catalogue().Has(key) {
			return nil, fmt.Errorf("web: the menu wants the text %s", key)
		}
	}
	mux, err := newMux(deps, kernel, routes)
	if err != nil {
		return nil, err
	}
	h := recovered(deps.Log, kernel, guardOrigin(kernel, mux))
	if deps.Wrap != nil {
		h = deps.Wrap(h)
	}
	h = secure(deps.Secure, beside(kernel, deps, h))
	return logged(deps, h), nil
}

func checkAudit(deps Deps, routes []page.Route) error {
	if deps.ReadAudit != nil {
		return nil
	}
	for _, rt := range routes {
		if rt.Audit != page.AuditNone {
			return fmt.Errorf("web: route %q shows people, but ReadAudit is not set", rt.Pattern())
		}
	}
	return nil
}

// beside serves what needs no session: files for the browser, health.
func beside(kernel *page.Kernel, deps Deps, next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+page.AssetPath, kernel.Assets())
	mux.HandleFunc("GET /sehat", health(deps))
	mux.Handle("/", next)
	return mux
}

// newMux registers everything. The mux answers a collision of patterns with a
// panic; here it comes back as an error.
func newMux(deps Deps, kernel *page.Kernel, routes []page.Route) (*http.ServeMux, error) {
	mux := http.NewServeMux()
	handlers := map[string]http.Handler{"/": http.HandlerFunc(kernel.NotFound)}
	maps.Copy(handlers, deps.Also)
	for _, rt := range routes {
		if handlers[rt.Pattern()] != nil {
			return nil, fmt.Errorf("web: %q is taken", rt.Pattern())
		}
		handlers[rt.Pattern()] = kernel.Handler(rt)
	}
	for pattern, h := range handlers {
		if err := register(mux, pattern, h); err != nil {
			return nil, err
		}
	}
	return mux, nil
}

func register(mux *http.ServeMux, pattern string, h http.Handler) error {
	collision := make(chan any, 1)
	func() {
		defer func() { collision <- recover() }()
		mux.Handle(pattern, h)
	}()
	if p := <-collision; p != nil {
		return fmt.Errorf("web: %v", p)
	}
	return nil
}

// health answers monitors: 200 when the database answers, 503 when not. It
// names no detail, because anybody may ask.
func health(deps Deps) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, word := http.StatusOK, "ok"
		if deps.Health != nil {
			ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
			defer cancel()
			if err := deps.Health(ctx); err != nil {
				deps.Log.Error("health", "error", err)
				status, word = http.StatusServiceUnavailable, "unavailable"
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{"status": word, "version": deps.Version}) //nolint:errcheck // the monitor went away
	}
}

// guardOrigin refuses forms that another site sent (Fetch metadata, Origin).
func guardOrigin(kernel *page.Kernel, next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(kernel.CrossSite))
	return guard.Handler(next)
}

// policy lets nothing in but our own files, and nobody frame us.
const policy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func secure(tls bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()")
		if tls {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// recovered turns a panic into the page for failures of ours.
func recovered(log *slog.Logger, kernel *page.Kernel, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			log.Error("panic", "request", page.RequestID(r.Context()), "path", r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if wrote(w) {
				panic(http.ErrAbortHandler) // half a page is out: cut the connection
			}
			kernel.Fail(w, r, page.ErrPanic)
		}()
		next.ServeHTTP(w, r)
	})
}

// logged gives the request its code and writes one line about it. The query
// and the body stay out of the log; addresses hold no personal data.
func logged(deps Deps, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:8]
		w.Header().Set("X-Request-Id", id)
		begun := deps.Now()
		watch := &watcher{ResponseWriter: w}
		next.ServeHTTP(watch, r.WithContext(page.WithRequestID(r.Context(), id)))
		deps.Log.Info("request", "request", id, "method", r.Method, "path", r.URL.Path,
			"status", watch.status(), "bytes", watch.bytes, "ms", deps.Now().Sub(begun).Milliseconds())
	})
}

// watcher notes what was answered.
type watcher struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (w *watcher) WriteHeader(code int) {
	if w.code == 0 {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *watcher) Write(b []byte) (int, error) {
	if w.code == 0 {
		w.code = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watcher) status() int {
	if w.code == 0 {
		return http.StatusOK
	}
	return w.code
}

// wrote reports whether the answer has begun; others may have wrapped the
// watcher since.
func wrote(w http.ResponseWriter) bool {
	for {
		if watch, ok := w.(*watcher); ok {
			return watch.code != 0
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = inner.Unwrap()
	}
}

// Server returns the HTTP server around h with the time limits above.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: HeaderTimeout, ReadTimeout: ReadTimeout, WriteTimeout: WriteTimeout,
		IdleTimeout: IdleTimeout, MaxHeaderBytes: MaxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}
