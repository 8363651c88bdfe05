package page

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sync"
	"text/template/parse"
	"time"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/i18n"
)

// Sessions tells who is behind a request.
type Sessions interface {
	// Load returns the session and whether anybody is logged in.
	Load(r *http.Request) (account.Session, bool, error)
}

// Office names whose system this is, in the header and on paper.
type Office struct {
	Regency string // "Kabupaten Natuna"
	Agency  string // "Dinas Sosial"; may be empty
	Sample  bool   // invented data: every page says so
}

// Config is what the kernel is built from. Sessions, Now and Log must be set;
// ReadAudit too as soon as a route shows people.
type Config struct {
	Office   Office
	Menu     []MenuGroup
	Texts    []fs.FS // texts.json of packages that have no pages
	Sessions Sessions
	// Badges counts, per MenuItem.Key, what waits for this session. A failure
	// leaves the badges out; it does not spoil the page.
	Badges func(ctx context.Context, s account.Session) (map[string]int, error)
	// ReadAudit records that the actor saw object; the response waits for it,
	// and is not sent when it fails. class is one of the Audit constants.
	ReadAudit func(ctx context.Context, actor db.Actor, class, object string) error
	// Limit reports whether the request may go on; nil means always.
	Limit  func(r *http.Request, s account.Session) bool
	Log    *slog.Logger
	Now    func() time.Time
	Secure bool // behind TLS: cookies are Secure
	// AllowMissingAssets lets tests start before the assets were fetched.
	AllowMissingAssets bool
}

// Kernel holds the texts, the compiled pages and the assets of one server. It
// is safe for concurrent use.
type Kernel struct {
	cfg       Config
	catalogue *i18n.Catalogue
	assets    *assets
	parts     map[string]*parse.Tree
	paths     map[string]bool // registered patterns, for the menu
	flashKey  []byte

	mu   sync.Mutex
	sets map[setKey]*template.Template
}

type setKey struct {
	core *core
	lang string
	zone string
}

// LoginPath is where people without a session are sent.
const LoginPath = "/masuk"

// PasswordPath is the one page open to people who still have a one-time
// password, besides public ones.
const PasswordPath = "/akun/sandi"

// NewKernel loads texts and assets and compiles every declared page once; it
// fails when any of them is broken.
func NewKernel(cfg Config) (*Kernel, error) {
	if cfg.Sessions == nil || cfg.Now == nil || cfg.Log == nil {
		return nil, errors.New("page: Sessions, Now and Log must be set")
	}
	trees := pageTrees()
	catalogue, err := i18n.Load(slices.Concat(trees, cfg.Texts)...)
	if err != nil {
		return nil, err
	}
	catalogue.OnMissing(func(key string) { cfg.Log.Error("text missing", "key", key) })
	a, err := bundle(trees, cfg.AllowMissingAssets)
	if err != nil {
		return nil, err
	}
	parts, err := parseParts()
	if err != nil {
		return nil, err
	}
	k := &Kernel{cfg: cfg, catalogue: catalogue, assets: a, parts: parts,
		paths: make(map[string]bool), flashKey: newFlashKey(), sets: make(map[setKey]*template.Template)}
	var problems []error
	for _, c := range registered() {
		_, err := k.set(c, k.catalogue.Printer(i18n.Default))
		problems = append(problems, err)
	}
	return k, errors.Join(problems...)
}

// pageTrees lists the folders of all pages, each once.
func pageTrees() []fs.FS {
	var out []fs.FS
	for _, c := range registered() {
		if !slices.ContainsFunc(out, func(f fs.FS) bool { return reflect.DeepEqual(f, c.files) }) {
			out = append(out, c.files)
		}
	}
	return out
}

// Catalogue returns the merged texts.
func (k *Kernel) Catalogue() *i18n.Catalogue { return k.catalogue }

// Assets serves everything below AssetPath.
func (k *Kernel) Assets() http.Handler { return k.assets }

// set returns the compiled templates of c for a language and zone.
func (k *Kernel) set(c *core, p i18n.Printer) (*template.Template, error) {
	key := setKey{c, p.Lang(), p.Zone().Name}
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.sets[key]; t != nil {
		return t, nil
	}
	t, err := c.compile(k.parts, k.funcs(p))
	if err != nil {
		return nil, err
	}
	k.sets[key] = t
	return t, nil
}

// Handler wraps a route: who is it, may they, then Handle, then its error.
func (k *Kernel) Handler(rt Route) http.Handler {
	k.paths[rt.Pattern()] = true
	limit := rt.MaxBody
	if limit == 0 {
		limit = DefaultBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		req.Body = http.MaxBytesReader(w, req.Body, limit)
		r, in, err := k.request(w, req, rt)
		if err != nil {
			k.fail(r, err)
			return
		}
		if k.cfg.Limit != nil && !k.cfg.Limit(req, r.Session) {
			k.fail(r, errTooMany)
			return
		}
		if rt.Action != account.Public && !in {
			k.askLogin(r)
			return
		}
		if r.Session.MustChange && rt.Action != account.Public && req.URL.Path != PasswordPath {
			k.go303(r, PasswordPath)
			return
		}
		if !r.Session.Role.May(rt.Action) {
			k.fail(r, deniedAction{rt.Action})
			return
		}
		if rt.Audit != AuditNone {
			r.W = &auditWriter{ResponseWriter: w, r: r}
		}
		if err := rt.Handle(r); err != nil {
			k.fail(r, err)
		}
	})
}

func (k *Kernel) request(w http.ResponseWriter, req *http.Request, rt Route) (*Request, bool, error) {
	r := &Request{W: w, R: req, kernel: k, route: rt, printer: k.catalogue.Printer(langOf(req, ""))}
	s, in, err := k.cfg.Sessions.Load(req)
	if err != nil {
		return r, false, fmt.Errorf("load session: %w", err)
	}
	if !in {
		return r, false, nil
	}
	r.Session = s
	zone := civil.ZoneOfProvince(string(s.Scope.Regency().Province()))
	r.printer = k.catalogue.Printer(langOf(req, s.Lang)).In(zone)
	return r, true, nil
}

// askLogin sends people to the log-in page and back afterwards; machines get 401.
func (k *Kernel) askLogin(r *Request) {
	if r.WantsJSON() {
		k.problem(r, http.StatusUnauthorized, r.T("page.login_first"))
		return
	}
	to := LoginPath
	if r.R.Method == http.MethodGet && !r.WantsPartial() {
		to += "?ke=" + url.QueryEscape(r.R.URL.RequestURI())
	}
	k.go303(r, to)
}

func (k *Kernel) go303(r *Request, to string) {
	if err := r.Redirect(to); err != nil {
		k.cfg.Log.Error("redirect", "error", err)
	}
}

// Fail answers a request that no route handled: unknown address, cross-site
// form, panic.
func (k *Kernel) Fail(w http.ResponseWriter, req *http.Request, err error) {
	r, _, loadErr := k.request(w, req, Route{})
	if loadErr != nil {
		k.cfg.Log.Warn("session for an error page", "error", loadErr)
	}
	k.fail(r, err)
}

// NotFound answers an address that nobody serves.
func (k *Kernel) NotFound(w http.ResponseWriter, req *http.Request) {
	k.Fail(w, req, fault.NewNotFound("page.no_such_page"))
}
