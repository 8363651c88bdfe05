package page

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/account"
	"tepat/internal/fault"
)

func TestLinksStayHere(t *testing.T) {
	for p, want := range map[string]string{
		"/keluarga?desil=1": "/keluarga?desil=1", "/": "/", "": "/", "//evil.example/x": "/", "https://evil.example": "/", "javascript:alert(1)": "/",
		`/\evil.example`: "/", "/a\r\nSet-Cookie: x": "/", "keluarga": "/", "/a#b": "/a#b", "///evil.example": "/",
	} {
		if got := LocalPath(p); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", p, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/a", "//b", "/\\c", "/%2f/d", "https://e"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "tepat.example"}
	f.Fuzz(func(t *testing.T, p string) {
		got := LocalPath(p)
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || strings.HasPrefix(got, "//") {
			t.Errorf("LocalPath(%q) = %q leads to %v", p, got, u)
		}
	})
}

func TestPagerNumbers(t *testing.T) {
	numbers := func(p Pager) []int {
		var out []int
		for _, l := range p.Pages {
			out = append(out, l.Number)
		}
		return out
	}
	q := url.Values{"desil": {"1"}, PageParam: {"7"}}
	for _, c := range []struct {
		page, total int
		want        []int
		from, to    int64
	}{
		{1, 1998, []int{1, 2, 3, 0, 40}, 1, 50}, {7, 1998, []int{1, 0, 5, 6, 7, 8, 9, 0, 40}, 301, 350},
		{40, 1998, []int{1, 0, 38, 39, 40}, 1951, 1998}, {99, 1998, []int{1, 0, 38, 39, 40}, 1951, 1998}, {1, 50, nil, 1, 50}, {1, 0, nil, 0, 0},
	} {
		p := NewPager("/keluarga", q, c.page, 50, int64(c.total))
		if diff := cmp.Diff(c.want, numbers(p)); diff != "" || p.From != c.from || p.To != c.to {
			t.Errorf("page %d of %d: %d–%d %s", c.page, c.total, p.From, p.To, diff)
		}
	}
	p := NewPager("/keluarga", q, 2, 50, 1998)
	if p.Prev != "/keluarga?desil=1" || p.Next != "/keluarga?desil=1&hal=3" {
		t.Errorf("%q %q", p.Prev, p.Next)
	}
}

func TestAFilterCanAlwaysBeTakenBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := url.Values(rapid.MapOf(rapid.StringMatching(`[a-z]{1,4}`), rapid.SliceOfN(rapid.StringMatching(`[a-z0-9]{1,3}`), 1, 4)).Draw(t, "q"))
		q.Del(PageParam)
		name, value := rapid.StringMatching(`[a-z]{5}`).Draw(t, "name"), rapid.StringMatching(`[a-z0-9]{1,3}`).Draw(t, "value")
		before := q.Encode()
		if got := Without(With(q, name, value), name, value).Encode(); got != before {
			t.Fatalf("%q became %q", before, got)
		}
		if q.Encode() != before {
			t.Fatal("the query itself changed")
		}
	})
}

func TestFacetsShowWhatIsChosen(t *testing.T) {
	f := Facet{}
	for i := range 17 {
		f.Values = append(f.Values, FacetValue{Text: string(rune('a' + i)), Chosen: i == 15})
	}
	if len(f.Shown()) != 11 || f.Shown()[10].Text != "p" || f.Rest() != 6 || f.Values[10].Text != "k" {
		t.Errorf("%d shown, %d folded", len(f.Shown()), f.Rest())
	}
}

func TestFormsPutTheSentenceBesideTheField(t *testing.T) {
	k := testKernel(t, head())
	r := &Request{kernel: k, printer: k.Catalogue().Printer("id")}
	f := Form{Fields: []Field{{Name: "a", Label: "A"}, {Name: "p", Kind: PasswordField}}}
	f.Fill(url.Values{"a": {"typed"}, "p": {"secret"}})
	if f.Fields[0].Value != "typed" || f.Fields[1].Value != "" {
		t.Error("what was typed is lost, or a password came back")
	}
	if err := f.Fail(r, fault.NewInvalid("region.code").At("a")); err != nil || !strings.Contains(f.Fields[0].Error, "Kode wilayah") || !f.Failed() {
		t.Errorf("%v, %q", err, f.Fields[0].Error)
	}
	if err := f.Fail(r, fault.NewInvalid("region.code").At("elsewhere")); err != nil || f.Errors[1].Field != "" {
		t.Errorf("a field that is not here: %v, %+v", err, f.Errors)
	}
	other := errors.New("disk")
	if err := f.Fail(r, other); !errors.Is(err, other) {
		t.Error("a failure of ours was swallowed")
	}
}

func TestNoticesComeBackOnceAndCannotBeForged(t *testing.T) {
	k := testKernel(t, head())
	do := Route{Method: "POST", Path: "/x", Action: account.HomeView, Handle: func(r *Request) error {
		r.Flash("/x/undo", "page.range", 1, 50, 1998)
		return r.Redirect("/beranda")
	}}
	req := httptest.NewRequest("POST", "/x", nil)
	w := httptest.NewRecorder()
	k.Handler(do).ServeHTTP(w, req)
	cookie := strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	show := k.Handler(galleryRoutes()[0])
	next := get(show, "/beranda", "Cookie", cookie)
	if !strings.Contains(next.Body.String(), "1–50 dari 1.998") || !strings.Contains(next.Body.String(), `action="/x/undo"`) {
		t.Error("the notice or its undo is missing")
	}
	if !strings.Contains(next.Header().Get("Set-Cookie"), "Max-Age=0") {
		t.Error("the notice would come back")
	}
	name, value, _ := strings.Cut(cookie, "=")
	body, mac, _ := strings.Cut(value, ".")
	for _, bad := range []string{body + "x." + mac, body, body + ".", "!." + mac} {
		if strings.Contains(get(show, "/beranda", "Cookie", name+"="+bad).Body.String(), `class="strip`) {
			t.Errorf("%q was believed", bad)
		}
	}
}

func TestNamesBreakNearTheMiddle(t *testing.T) {
	for name, want := range map[string]string{"Midai": "Midai", "Bunguran Timur Laut": "Bunguran|Timur Laut", "Pulau Tiga Barat": "Pulau Tiga|Barat", "Banawatengah": "Banawatengah"} {
		if got := strings.Join(breakName(name), "|"); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestClassesOfTheMap(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        int
	}{{0, 10, NotStarted}, {1, 0, NotStarted}, {39, 100, ClassLow}, {40, 100, ClassSome}, {60, 100, ClassMost}, {79, 100, ClassMost}, {80, 100, ClassHigh}, {100, 100, ClassHigh}} {
		if got := ClassOf(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %d, want %d", c.part, c.whole, got, c.want)
		}
	}
}

func TestOpenedNumbersGoInPlaceOrOnAPage(t *testing.T) {
	k := testKernel(t, head())
	h := k.Handler(Route{Method: "GET", Path: "/x", Action: account.HomeView, Audit: AuditNone, Handle: func(r *Request) error {
		return r.SendRevealed("Nomor KK", Link{"Kembali", "/"}, Revealed{Digits: Groups("2103990102030012"), Value: "2103**********12", Seconds: 30})
	}})
	if body := get(h, "/x").Body.String(); !strings.Contains(body, "2103 9901 0203 0012") || !strings.Contains(body, "<html") {
		t.Error("without script there is no page")
	}
	part := get(h, "/x", "HX-Request", "true", "HX-Request-Type", "partial")
	if body := part.Body.String(); part.Code != http.StatusOK || !strings.HasPrefix(body, `<span class="masked open"`) {
		t.Errorf("%.60q", body)
	}
}
