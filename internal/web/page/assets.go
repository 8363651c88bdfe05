package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The files of other projects (htmx, the fonts) are put here by the assets
// tool before the first build; see Config.AllowMissingAssets.
//
//go:embed static
var static embed.FS

// AssetPath is where the files for the browser live; every name below it
// starts with the hash of its content, so it never changes meaning.
const AssetPath = "/aset/"

// ErrNoAssets is returned at start when the fetched files are missing.
var ErrNoAssets = errors.New("page: htmx or the fonts are missing: run make assets")

type asset struct {
	kind   string
	body   []byte
	zipped []byte // nil when compressing does not help
}

// assets maps hashed names to content and plain names to addresses.
type assets struct {
	files map[string]asset
	urls  map[string]string
	fonts []string // addresses to preload
}

const (
	cssName   = "tepat.css"
	jsName    = "tepat.js"
	iconsName = "ikon.svg"
)

// bundle builds everything the browser fetches: one style sheet (ours and the
// features'), one script (htmx and ours), the icons, the fonts.
func bundle(features []fs.FS, allowMissing bool) (*assets, error) {
	a := &assets{files: make(map[string]asset), urls: make(map[string]string)}
	fonts, err := fs.Glob(static, "static/*.woff2")
	if err != nil {
		return nil, err
	}
	htmx, err := fs.ReadFile(static, "static/htmx.min.js")
	if errors.Is(err, fs.ErrNotExist) || len(fonts) == 0 {
		if !allowMissing {
			return nil, ErrNoAssets
		}
	} else if err != nil {
		return nil, err
	}
	for _, name := range fonts {
		body, err := fs.ReadFile(static, name)
		if err != nil {
			return nil, err
		}
		a.add(path.Base(name), "font/woff2", body, false)
		a.fonts = append(a.fonts, a.urls[path.Base(name)])
	}
	icons, err := fs.ReadFile(static, "static/"+iconsName)
	if err != nil {
		return nil, err
	}
	a.add(iconsName, "image/svg+xml", icons, true)
	if licences, err := fs.ReadFile(static, "static/licences.txt"); err == nil {
		a.add("licences.txt", "text/plain; charset=utf-8", licences, true)
	}
	own, err := fs.ReadFile(static, "static/site.js")
	if err != nil {
		return nil, err
	}
	a.add(jsName, "text/javascript; charset=utf-8", append(append(htmx, '\n', ';', '\n'), own...), true)
	css, err := styles(features)
	if err != nil {
		return nil, err
	}
	css, err = a.resolve(css, allowMissing)
	if err != nil {
		return nil, err
	}
	a.add(cssName, "text/css; charset=utf-8", css, true)
	return a, nil
}

// styles joins site.css with the *.css of each feature, in order.
func styles(features []fs.FS) ([]byte, error) {
	var out bytes.Buffer
	names, err := fs.Glob(static, "static/*.css")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		body, err := fs.ReadFile(static, name)
		if err != nil {
			return nil, err
		}
		out.Write(body)
	}
	for _, tree := range features {
		names, err := fs.Glob(tree, "*.css")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			body, err := fs.ReadFile(tree, name)
			if err != nil {
				return nil, err
			}
			out.Write(body)
		}
	}
	return squeeze(out.Bytes()), nil
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssBreaks  = regexp.MustCompile(`\s*\n\s*`)
	cssRef     = regexp.MustCompile(`url\(asset:([^)]+)\)`)
)

func squeeze(css []byte) []byte {
	return cssBreaks.ReplaceAll(cssComment.ReplaceAll(css, nil), nil)
}

// resolve replaces url(asset:name) by the hashed address.
func (a *assets) resolve(css []byte, allowMissing bool) ([]byte, error) {
	var problems []error
	out := cssRef.ReplaceAllFunc(css, func(m []byte) []byte {
		name := string(cssRef.FindSubmatch(m)[1])
		url, ok := a.urls[name]
		if !ok && !allowMissing {
			problems = append(problems, fmt.Errorf("page: the style sheet wants %s, which is missing", name))
		}
		return []byte("url(" + url + ")")
	})
	return out, errors.Join(problems...)
}

func (a *assets) add(name, kind string, body []byte, compress bool) {
	sum := sha256.Sum256(body)
	hashed := hex.EncodeToString(sum[:6]) + "-" + name
	f := asset{kind: kind, body: body}
	if compress {
		f.zipped = zip(body)
	}
	a.files[hashed] = f
	a.urls[name] = AssetPath + hashed
}

// zip compresses a file once, at start, as small as it gets.
func zip(body []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil {
		return nil
	}
	if err := w.Close(); err != nil {
		return nil
	}
	return buf.Bytes()
}

// writers are reused: one gzip.Writer holds most of a megabyte.
var writers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(io.Discard, 5)
	if err != nil {
		return gzip.NewWriter(io.Discard)
	}
	return w
}}

// zipPage compresses an answer.
func zipPage(body []byte) ([]byte, error) {
	w, ok := writers.Get().(*gzip.Writer)
	if !ok {
		w = gzip.NewWriter(io.Discard)
	}
	defer writers.Put(w)
	var buf bytes.Buffer
	w.Reset(&buf)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// ServeHTTP serves one file for a year; a name that is not known is not found.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[strings.TrimPrefix(r.URL.Path, AssetPath)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.body
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = f.zipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	w.Write(body) //nolint:errcheck // the browser went away
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, param, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && !strings.Contains(strings.ReplaceAll(param, " ", ""), "q=0") {
			return true
		}
	}
	return false
}
