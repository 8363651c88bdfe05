package page

import "net/http"

// auditWriter records the reading before the first byte of a response leaves.
// When the record cannot be made, an error page goes out instead: nobody sees
// personal data that the log does not know of.
type auditWriter struct {
	http.ResponseWriter
	r       *Request
	started bool
	refused bool
}

// WriteHeader records, then lets the response go. Only responses that show
// something count: not redirects, not errors.
func (w *auditWriter) WriteHeader(status int) {
	if w.started {
		return
	}
	w.started = true
	if status < 200 || status >= 300 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	r := w.r
	err := r.kernel.cfg.ReadAudit(r.Ctx(), r.Actor(), r.route.Audit, r.auditObject())
	if err != nil {
		w.refused = true
		h := w.Header()
		for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Disposition"} {
			h.Del(name)
		}
		r.W = w.ResponseWriter
		r.kernel.fail(r, errNoAudit{err})
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write sends body, unless the record failed.
func (w *auditWriter) Write(body []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.refused {
		return 0, http.ErrAbortHandler
	}
	return w.ResponseWriter.Write(body)
}

// Unwrap lets http.ResponseController reach the connection. A flush before
// the first write cannot show anything.
func (w *auditWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (r *Request) auditObject() string {
	if r.object != "" {
		return r.object
	}
	if id := r.Path("id"); id != "" {
		return r.route.Loader + ":" + id
	}
	return r.R.URL.Path
}
