package page

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var tokenLine = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{6})`)

func tokens(t *testing.T) map[string]string {
	t.Helper()
	css, err := fs.ReadFile(static, "static/1-base.css")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, m := range tokenLine.FindAllStringSubmatch(string(css), -1) {
		out[m[1]] = m[2]
	}
	return out
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(hex string) float64 {
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return math.NaN()
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestColoursCanBeRead(t *testing.T) {
	c := tokens(t)
	check := func(least float64, fronts, grounds string) {
		t.Helper()
		for _, f := range strings.Fields(fronts) {
			for _, g := range strings.Fields(grounds) {
				if c[f] == "" || c[g] == "" {
					t.Fatalf("no token %s or %s", f, g)
				}
				if got := contrast(c[f], c[g]); got < least {
					t.Errorf("%s on %s: %.2f, want %.1f", f, g, got, least)
				}
			}
		}
	}
	const text, control = 4.5, 3.0
	check(text, "ink ink-2 ink-3 act act-dark good warn bad", "card paper")
	check(text, "ink act act-dark", "act-wash act-soft")
	check(text, "good", "good-soft")
	check(text, "warn", "warn-soft")
	check(text, "bad", "bad-soft")
	check(text, "wait", "wait-soft")
	check(text, "card navy-text navy-dim", "navy")
	check(text, "navy-text card", "navy-2")
	check(text, "card", "act act-dark act-hover map-4")
	check(text, "ink", "map-1 map-2 map-3 sea amber")
	check(text, "navy", "amber")
	check(control, "edge act bad", "card paper")
	check(control, "navy-line", "navy")
	check(control, "focus", "navy")
	check(control, "navy", "card paper focus")
}

func TestMapClassesCanBeToldApart(t *testing.T) {
	c := tokens(t)
	classes := []string{c["map-1"], c["map-2"], c["map-3"], c["map-4"]}
	for i := 1; i < len(classes); i++ {
		if got := contrast(classes[i-1], classes[i]); got < 1.35 {
			t.Errorf("class %d and %d differ by %.2f only", i, i+1, got)
		}
	}
}

// The budget of the first visit on a satellite link.
const (
	firstLoad  = 100 << 10
	laterPage  = 20 << 10
	firstFiles = 6
)

func TestPagesAreLight(t *testing.T) {
	cfg := testConfig(head())
	cfg.AllowMissingAssets = false
	k, err := NewKernel(cfg)
	if err == ErrNoAssets {
		t.Skip("the assets were not fetched: run make assets")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, rt := range galleryRoutes() {
		w := get(k.Handler(rt), rt.Path, "Accept-Encoding", "gzip")
		page, total, files := w.Body.Len(), w.Body.Len(), 1
		if page > laterPage {
			t.Errorf("%s weighs %d bytes", rt.Path, page)
		}
		seen := make(map[string]bool)
		for _, m := range regexp.MustCompile(`/aset/[^"#)]+`).FindAllString(unzip(t, w), -1) {
			if seen[m] {
				continue
			}
			seen[m] = true
			files++
			a := get(k.Assets(), m, "Accept-Encoding", "gzip")
			if a.Code != http.StatusOK || !strings.Contains(a.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d, %q", m, a.Code, a.Header().Get("Cache-Control"))
			}
			total += a.Body.Len()
		}
		if total > firstLoad || files > firstFiles {
			t.Errorf("%s weighs %d bytes in %d files on the first visit", rt.Path, total, files)
		}
		t.Logf("%s: page %d, first visit %d bytes in %d files", rt.Path, page, total, files)
	}
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest("GET", target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func unzip(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal("the page is not compressed")
	}
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestOldBrowsersWithoutGzipGetPlainPages(t *testing.T) {
	k := testKernel(t, head())
	w := get(k.Handler(galleryRoutes()[0]), "/beranda")
	if w.Header().Get("Content-Encoding") != "" || !strings.HasPrefix(w.Body.String(), "<!doctype html>") {
		t.Errorf("%q…", w.Body.String()[:40])
	}
	if w := get(k.Handler(galleryRoutes()[0]), "/beranda", "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
}

var sixteen = regexp.MustCompile(`\d{16}`)

func TestNumbersStayMasked(t *testing.T) {
	k := testKernel(t, head())
	for _, rt := range galleryRoutes() {
		if m := sixteen.FindString(get(k.Handler(rt), rt.Path).Body.String()); m != "" {
			t.Errorf("%s shows %s", rt.Path, m)
		}
	}
}

func TestHtmxGetsOnlyTheMiddle(t *testing.T) {
	k := testKernel(t, head())
	body := get(k.Handler(galleryRoutes()[0]), "/beranda", "HX-Request", "true", "HX-Request-Type", "partial").Body.String()
	if strings.Contains(body, "<html") || !strings.Contains(body, `class="funnel"`) {
		t.Errorf("%.80q…", body)
	}
}

// A component that no gallery page calls would escape every check.
func TestTheGalleryShowsEveryComponent(t *testing.T) {
	k := testKernel(t, head())
	pages, err := k.Inspect("id")
	if err != nil {
		t.Fatal(err)
	}
	for name := range k.parts {
		shown := false
		for _, p := range pages {
			shown = shown || p.Set.Lookup(name) != nil
		}
		if !shown && !strings.HasPrefix(name, "part_") {
			t.Errorf("nobody shows %q", name)
		}
	}
}
