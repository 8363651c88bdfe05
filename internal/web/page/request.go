package page

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/i18n"
)

// Request is one request on its way through a handler. It belongs to one
// goroutine and must not outlive the handler.
type Request struct {
	W       http.ResponseWriter
	R       *http.Request
	Session account.Session // the zero Session when nobody is logged in
	Shell   Shell           // set fields before rendering to change the frame

	kernel  *Kernel
	route   Route
	printer i18n.Printer
	object  string
}

// Ctx returns the request's context.
func (r *Request) Ctx() context.Context { return r.R.Context() }

// Now returns the instant of the kernel's clock.
func (r *Request) Now() time.Time { return r.kernel.cfg.Now() }

// Midnight is when the reader's day began.
func (r *Request) Midnight() time.Time {
	zone := r.P().Zone()
	today := zone.Today(r.Now())
	return time.Date(today.Year, today.Month, today.Day, 0, 0, 0, 0, zone.Location())
}

// Actor returns the session as the database knows it.
func (r *Request) Actor() db.Actor { return r.Session.Actor() }

// May reports whether the session's role may do a; use it to leave out buttons.
func (r *Request) May(a account.Action) bool { return r.Session.Role.May(a) }

// Path returns a wildcard of the route's pattern.
func (r *Request) Path(name string) string { return r.R.PathValue(name) }

// Query returns the URL's query; the state of a page.
func (r *Request) Query() url.Values { return r.R.URL.Query() }

// P returns the printer of the request's language and zone.
func (r *Request) P() i18n.Printer { return r.printer }

// T returns a text in the request's language.
func (r *Request) T(key string, args ...any) string { return r.printer.T(key, args...) }

// Lang returns "id" or "en".
func (r *Request) Lang() string { return r.printer.Lang() }

// Object names what the response shows, for the read audit, when it is not
// the route's {id}. It must not be a NIK or KK.
func (r *Request) Object(name string) { r.object = name }

// WantsPartial reports whether htmx asked for a part of the page.
func (r *Request) WantsPartial() bool {
	return r.R.Header.Get("HX-Request") == "true" && r.R.Header.Get("HX-Request-Type") != "full"
}

// WantsJSON reports whether the client prefers JSON to a page.
func (r *Request) WantsJSON() bool {
	accept := r.R.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// Form reads the body of a plain or multipart form within the route's limit.
// Files over 1 MiB wait on disk. It fails with the fault "page.form" or
// "page.too_big".
func (r *Request) Form() (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.R.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		err = r.R.ParseMultipartForm(1 << 20)
	} else {
		err = r.R.ParseForm()
	}
	if err != nil {
		return nil, bodyFault(err)
	}
	return r.R.PostForm, nil
}

// Body decodes a JSON body into v within the route's limit. Unknown fields are
// refused.
func (r *Request) Body(v any) error {
	dec := json.NewDecoder(r.R.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return bodyFault(err)
	}
	return nil
}

func bodyFault(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return fault.NewInvalid("page.too_big", (tooBig.Limit+1<<19)>>20).Because(err)
	}
	return fault.NewInvalid("page.form").Because(err)
}

// Redirect answers a POST with 303 to a path of ours; htmx goes there as a
// whole page.
func (r *Request) Redirect(to string) error {
	to = LocalPath(to)
	if r.R.Header.Get("HX-Request") == "true" {
		r.W.Header().Set("HX-Redirect", to)
		r.W.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(r.W, r.R, to, http.StatusSeeOther)
	return nil
}

// LocalPath returns p when it is a path on this host, "/" otherwise, so that a
// link cannot send people elsewhere after they log in.
func LocalPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(p, "/") ||
		strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return p
}

// JSON sends v.
func (r *Request) JSON(status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return r.send(status, "application/json; charset=utf-8", body)
}

// File sends a download. name is what the browser saves it as and must not
// hold a NIK; write gets the body's writer and may stream.
func (r *Request) File(name, contentType string, write func(w io.Writer) error) error {
	h := r.W.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
	return write(r.W)
}

func (r *Request) sendHTML(status int, body []byte) error {
	return r.send(status, "text/html; charset=utf-8", body)
}

// minZip is the size below which compressing costs more than it saves.
const minZip = 1400

func (r *Request) send(status int, contentType string, body []byte) error {
	h := r.W.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Encoding, HX-Request, Cookie")
	if len(body) >= minZip && acceptsGzip(r.R) {
		small, err := zipPage(body)
		if err != nil {
			return err
		}
		body = small
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	r.W.WriteHeader(status)
	if r.R.Method != http.MethodHead {
		r.W.Write(body) //nolint:errcheck // the browser went away
	}
	return nil
}
