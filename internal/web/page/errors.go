package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"tepat/internal/account"
	"tepat/internal/fault"
)

// deniedAction is the refusal of a whole route: the page names the permission.
type deniedAction struct{ action account.Action }

func (e deniedAction) Error() string { return "the role may not " + string(e.action) }

// errNoAudit means that a reading could not be recorded.
type errNoAudit struct{ err error }

func (e errNoAudit) Error() string { return "read audit: " + e.err.Error() }
func (e errNoAudit) Unwrap() error { return e.err }

var (
	errTooMany   = errors.New("too many requests")
	errCrossSite = errors.New("cross-site request")
	// ErrPanic marks a panic that the server caught.
	ErrPanic = errors.New("panic")
)

// CrossSite answers a form that another site sent.
func (k *Kernel) CrossSite(w http.ResponseWriter, req *http.Request) { k.Fail(w, req, errCrossSite) }

// failure is what people get to see of an error.
type failure struct {
	Status    int
	Title     string
	Sentence  string
	Help      string // what to do now
	Reference string // code to read out on the phone; empty when it is no fault of ours
	Back      string // label of the way out
	Href      string
}

var statusOf = map[fault.Kind]int{
	fault.Internal:    http.StatusInternalServerError,
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
}

var titleOf = map[int]string{
	http.StatusInternalServerError: "page.error.internal",
	http.StatusUnprocessableEntity: "page.error.invalid",
	http.StatusNotFound:            "page.error.not_found",
	http.StatusConflict:            "page.error.conflict",
	http.StatusForbidden:           "page.error.denied",
	http.StatusServiceUnavailable:  "page.error.unavailable",
	http.StatusTooManyRequests:     "page.error.too_many",
}

// explain turns an error into what people see.
func (r *Request) explain(err error) failure {
	var denied deniedAction
	var noAudit errNoAudit
	f := failure{Status: statusOf[fault.KindOf(err)], Sentence: r.printer.Fault(err), Href: "/", Back: r.T("page.home")}
	switch {
	case errors.As(err, &noAudit):
		f.Status, f.Sentence = http.StatusServiceUnavailable, r.T("page.no_audit")
	case errors.As(err, &denied):
		f.Status, f.Sentence = http.StatusForbidden, r.deniedSentence(denied.action)
		f.Help = r.T("page.who_grants")
	case errors.Is(err, errTooMany):
		f.Status, f.Sentence = http.StatusTooManyRequests, r.T("page.too_many")
	case errors.Is(err, errCrossSite):
		f.Status, f.Sentence = http.StatusForbidden, r.T("page.cross_site")
	}
	if f.Status == http.StatusForbidden && fault.KindOf(err) == fault.Denied {
		f.Help = r.T("page.who_grants")
	}
	f.Title = r.T(titleOf[f.Status])
	if f.Status >= 500 {
		f.Reference = RequestID(r.Ctx())
	}
	return f
}

// deniedSentence names the permission and the roles that have it.
func (r *Request) deniedSentence(a account.Action) string {
	var roles []string
	for _, role := range account.Roles() {
		if role.May(a) {
			roles = append(roles, r.T("role."+string(role)))
		}
	}
	return r.T("page.needs_role", r.T("action."+string(a)), strings.Join(roles, ", "), r.T("role."+string(r.Session.Role)))
}

// fail logs what is ours to mend and answers in the form that was asked for.
func (k *Kernel) fail(r *Request, err error) {
	if errors.Is(err, http.ErrAbortHandler) {
		return
	}
	f := r.explain(err)
	switch {
	case errors.Is(err, context.Canceled):
		k.cfg.Log.Info("request left", "request", RequestID(r.Ctx()))
	case f.Status >= 500:
		k.cfg.Log.Error("request failed", "request", RequestID(r.Ctx()), "path", r.R.URL.Path, "error", err)
	}
	if w, ok := r.W.(*auditWriter); ok {
		if w.started {
			return // half a response is out; the connection ends short
		}
		r.W = w.ResponseWriter
	}
	if r.WantsJSON() {
		k.problem(r, f.Status, f.Sentence)
		return
	}
	if sendErr := k.sendFailure(r, f); sendErr != nil {
		k.cfg.Log.Error("error page", "request", RequestID(r.Ctx()), "error", sendErr)
		http.Error(r.W, f.Sentence+" "+f.Reference, f.Status)
	}
}

func (k *Kernel) sendFailure(r *Request, f failure) error {
	r.Shell.Menu = ""
	if r.WantsPartial() {
		return failurePage.Part(r, f.Status, "failure-strip", f)
	}
	return failurePage.Render(r, f.Status, f)
}

// problem answers in RFC 9457 form.
func (k *Kernel) problem(r *Request, status int, detail string) {
	body, err := json.Marshal(map[string]any{"title": http.StatusText(status), "status": status,
		"detail": detail, "instance": RequestID(r.Ctx())})
	if err != nil {
		http.Error(r.W, detail, status)
		return
	}
	if err := r.send(status, "application/problem+json", body); err != nil {
		k.cfg.Log.Error("problem", "error", err)
	}
}

type requestIDKey struct{}

// WithRequestID returns ctx that carries the code of the request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the code of the request, "" outside of one.
func RequestID(ctx context.Context) string {
	id, ok := ctx.Value(requestIDKey{}).(string)
	if !ok {
		return ""
	}
	return id
}
