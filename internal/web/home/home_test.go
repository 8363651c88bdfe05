package home_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/report"
	"tepat/internal/report/reporttest"
	"tepat/internal/web"
	"tepat/internal/web/home"
	"tepat/internal/web/payout"
	"tepat/internal/web/people"
	"tepat/internal/web/programs"
	"tepat/internal/web/webtest"
)

const natuna region.Code = "2103"

// desk is a server where the test says who is signed in.
type desk struct{ *webtest.Desk }

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	k := &desk{webtest.SitWith(t, d, func(c *web.Deps) {
		c.Office.Sample = true
		c.Badges = func(ctx context.Context, s account.Session) (map[string]int, error) {
			return report.Badges(ctx, d.Read(), s)
		}
	}, home.Routes(home.Deps{DB: d}), people.Routes(people.Deps{DB: d}), payout.Routes(payout.Deps{DB: d}), programs.Routes(programs.Deps{DB: d}))}
	k.As(account.Head)
	return k
}

func (k *desk) get(path string) string {
	k.Helper()
	w := k.Serve(httptest.NewRequest("GET", path, nil))
	if w.Code != http.StatusOK {
		k.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// town registers n families over five villages.
func (k *desk) town(n int) []registry.Card {
	return reporttest.Town(k.T, k.DB, natuna, n, "2103041001", "2103042002", "2103051001", "2103072001", "2103062001")
}

var (
	step       = regexp.MustCompile(`<li><a href="([^"]+)"><span class="stage">[^<]*</span><b>([0-9.]+)</b>`)
	found      = regexp.MustCompile(`<b>([0-9.]+)(?: dari [0-9.]+)? keluarga`)
	mapRow     = regexp.MustCompile(`<a class="row" href="([^"]+)">([^<]+)</a></th>(?s:.*?)<td class="num">([^<]+)</td><td class="num">([^<]+)</td>`)
	recipients = regexp.MustCompile(`<b>([0-9.]+) dari [0-9.]+`)
	figures    = regexp.MustCompile(`\d{16}`)
)

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(s, ".", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// listed returns how many families the list at href says it holds.
func (k *desk) listed(href string) int {
	k.Helper()
	body := k.get(strings.ReplaceAll(href, "&amp;", "&"))
	m := found.FindStringSubmatch(body)
	if m == nil {
		if strings.Contains(body, `class="empty`) {
			return 0
		}
		k.Fatalf("%s does not say how many it lists", href)
	}
	return number(k, m[1])
}

func TestEveryNumberIsTheNumberOfRowsItOpens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		k.town(97)
		for _, areas := range [][]region.Code{nil, {"210304"}, {"210304", "2103051001"}} {
			k.As(account.Head, areas...)
			checked := 0
			for _, m := range step.FindAllStringSubmatch(k.get("/beranda"), -1) {
				if strings.HasPrefix(m[1], "/keluarga") {
					checked++
					if got := k.listed(m[1]); got != number(t, m[2]) {
						t.Errorf("%v: Beranda says %s, %s lists %d", areas, m[2], m[1], got)
					}
				}
			}
			if checked != 2 {
				t.Fatalf("%d numbers of families", checked)
			}
		}
		k.As(account.Head)
		for measure, column := range map[string]int{"desil": 4, "keputusan": 3} {
			rows := mapRow.FindAllStringSubmatch(k.get("/beranda?ukur="+measure), -1)
			if len(rows) != len(region.Children(natuna)) {
				t.Fatalf("%d kecamatan in the table", len(rows))
			}
			for _, m := range rows {
				if got := k.listed(m[1]); got != number(t, m[column]) {
					t.Errorf("%s, %s: Beranda says %s, %s lists %d", measure, m[2], m[column], m[1], got)
				}
			}
		}
	})
}

func TestEveryRoleSeesAPageWithoutNumbersOfPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		for _, n := range []int{0, 20} {
			k.town(n)
			for _, role := range account.Roles() {
				areas := []region.Code{}
				if role.Local() {
					areas = append(areas, "2103041001")
				}
				k.As(role, areas...)
				for _, path := range []string{"/beranda", "/beranda?ukur=keputusan", "/bantuan", "/wilayah"} {
					body := k.get(path)
					if figures.MatchString(body) {
						t.Errorf("%s shows a number of a person to %s", path, role)
					}
					if path == "/beranda" && !role.May(account.RegistryView) && strings.Contains(body, `href="/keluarga`) {
						t.Errorf("%s is led to lists that the role may not open", role)
					}
				}
			}
		}
	})
}

func TestAnOfficeWithoutDataGetsATaskList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		body := k.get("/beranda")
		if strings.Contains(body, "funnel") || strings.Count(body, "Belum mulai") != 4 {
			t.Error("no task list with four open steps")
		}
	})
}

// rowsOf returns how many recipients the list of a pay list says it holds.
func (k *desk) rowsOf(href string) int {
	k.Helper()
	m := recipients.FindStringSubmatch(k.get(strings.ReplaceAll(href, "&amp;", "&")))
	if m == nil {
		k.Fatalf("%s does not say how many it lists", href)
	}
	return number(k, m[1])
}

func TestPaymentsOnBerandaAreTheRecipientsListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		k.town(88)
		c := reporttest.Run(t, d, natuna, "Bantuan Lansia", 40)
		body := k.get("/beranda")
		steps := step.FindAllStringSubmatch(body, -1)
		if len(steps) != 5 || number(t, steps[3][2]) != c.Decreed || number(t, steps[4][2]) != c.Paid {
			t.Fatalf("the funnel is %q", steps)
		}
		if number(t, steps[2][2]) != c.Eligible || c.Eligible <= c.Decreed || c.Eligible == 88 {
			t.Errorf("%d are eligible, Beranda says %s", c.Eligible, steps[2][2])
		}
		for _, i := range []int{2, 4} {
			if got := k.rowsOf(steps[i][1]); got != number(t, steps[i][2]) {
				t.Errorf("Beranda says %s, %s lists %d", steps[i][2], steps[i][1], got)
			}
		}
		if !strings.Contains(k.get(steps[3][1]), fmt.Sprintf("<dd>%d<", c.Decreed)) {
			t.Errorf("the decree does not hold %d lines", c.Decreed)
		}
		for _, m := range mapRow.FindAllStringSubmatch(k.get("/beranda?ukur=penerima"), -1) {
			if got := k.rowsOf(m[1]); got != number(t, m[3]) {
				t.Errorf("%s: Beranda says %s recipients, the ranking has %d in", m[2], m[3], got)
			}
		}
		for _, m := range mapRow.FindAllStringSubmatch(body, -1) {
			if got := k.rowsOf(m[1]); got != number(t, m[4]) {
				t.Errorf("%s: Beranda says %s are left, the list has %d", m[2], m[4], got)
			}
		}
	})
}

// upload posts a boundary file.
func (k *desk) upload(text, source string) (int, string) {
	k.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "batas.geojson")
	if err != nil {
		k.Fatal(err)
	}
	part.Write([]byte(text))          //nolint:errcheck // into memory
	form.WriteField("source", source) //nolint:errcheck // into memory
	form.Close()
	r := httptest.NewRequest("POST", "/wilayah/batas", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := k.Serve(r)
	return w.Code, w.Body.String()
}

func TestUploadedBoundariesDrawTheMap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		k.town(20)
		var features []string
		for i, c := range region.Children(natuna) {
			x, y := 100+i%5, i/5
			features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"kode":%q},"geometry":{"type":"Polygon","coordinates":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}`,
				c.Code.Dotted(), x, y, x+1, y, x+1, y+1, x, y))
		}
		text := `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
		if code, _ := k.upload(text, "Uji"); code != http.StatusForbidden {
			t.Errorf("the head of the office replaced the boundaries: %d", code)
		}
		k.As(account.Admin)
		if code, body := k.upload("{}", "Uji"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "bukan GeoJSON") {
			t.Errorf("a bad file: %d", code)
		}
		if code, body := k.upload(text, "Uji 2026"); code != http.StatusSeeOther {
			t.Fatalf("upload: %d %s", code, body)
		}
		k.As(account.Head)
		if body := k.get("/beranda"); strings.Count(body, `<path class="area"`) != len(features) || !strings.Contains(body, "Batas wilayah: Uji 2026") {
			t.Error("the map is not drawn from the boundaries")
		}
		k.As(account.Operator, "210304", "210305")
		if body := k.get("/beranda"); strings.Count(body, `<path class="area"`) != 2 {
			t.Error("an operator of two kecamatan does not see two")
		}
	})
}

func TestTheSheetHoldsOneRowAKecamatan(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.town(20)
	if body := k.get("/beranda.xlsx"); !strings.HasPrefix(body, "PK") {
		t.Error("no workbook")
	}
}

func TestPages(t *testing.T) { webtest.Fits(t) }
