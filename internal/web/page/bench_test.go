package page

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func BenchmarkStart(b *testing.B) {
	cfg := testConfig(head())
	for b.Loop() {
		if _, err := NewKernel(cfg); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	k, err := NewKernel(testConfig(head()))
	if err != nil {
		b.Fatal(err)
	}
	h := k.Handler(galleryRoutes()[0])
	req := httptest.NewRequest("GET", "/beranda", nil)
	req.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
