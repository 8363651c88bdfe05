package app

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/registry/registrytest"
	"tepat/internal/web/page"
)

// The matrix: every route × every role × inside and outside the working area.
// A new route is in it the moment it is served; a new loader must be taught
// which object to use, or the test fails.
func TestEveryRouteForEveryRoleInsideAndOutside(t *testing.T) {
	o := openOffice(t)
	for _, role := range account.Roles() {
		for _, place := range []string{"inside", "outside"} {
			t.Run(string(role)+"/"+place, func(t *testing.T) {
				client := o.login(t, string(role)+"-"+place)
				for _, rt := range o.app.Routes() {
					o.try(t, client, rt, role, place)
				}
			})
		}
	}
}

// testOffice is a small invented regency with an officer of every role, once
// with the area of the sample objects and once with another.
type testOffice struct {
	app     *App
	server  *httptest.Server
	samples map[string]sample // by Loader
}

// sample is an object to ask for. bound names the parameter of an object that
// lies in one village, so that an officer of another kecamatan must not see it.
type sample struct {
	params map[string]string
	bound  string
}

// hides reports whether rt names an object of one place.
func (s sample) hides(rt page.Route) bool {
	return s.bound != "" && strings.Contains(rt.Path, "{"+s.bound+"}")
}

func openOffice(t *testing.T) *testOffice {
	t.Helper()
	cfg := Config{Data: t.TempDir() + "/data", Addr: "localhost:0"}
	log := slog.New(slog.DiscardHandler)
	if _, err := MakeDemo(t.Context(), cfg, DemoOptions{Regency: "2103", People: 2500, Seed: 2}, log, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	o := &testOffice{app: a, server: httptest.NewServer(h)}
	t.Cleanup(o.server.Close)
	village := o.collect(t)
	o.hire(t, "inside", village.Kecamatan())
	for _, k := range region.Children("2103") {
		if k.Code != village.Kecamatan() {
			o.hire(t, "outside", k.Code)
			break
		}
	}
	return o
}

// hire invites an officer of every role for an area; the last four digits of
// their numbers keep them apart.
func (o *testOffice) hire(t *testing.T, place string, area region.Code) {
	t.Helper()
	for i, role := range account.Roles() {
		n := 9700 + i
		if place == "outside" {
			n += 50
		}
		d := account.Details{Name: string(role) + " " + place, Role: role, Areas: []region.Code{area}, Position: "uji",
			NIK: nik.NIK(fmt.Sprintf("21039901015%d%04d", i%10, n)), KK: nik.KK(fmt.Sprintf("21039901010%d%04d", i%10, n))}
		user, _, err := o.app.Invite(t.Context(), string(role)+"-"+place, d)
		if err != nil {
			t.Fatalf("%s: %s", role, Say(err))
		}
		hash, err := account.NewPassword(t.Context(), string(role), SamplePassword)
		if err != nil {
			t.Fatal(err)
		}
		self := db.Actor{User: user, Name: d.Name, Role: string(role), Scope: region.NewScope("2103", area)}
		if err := o.app.DB.Write(t.Context(), self, func(tx *db.Tx) error { return account.ChangePassword(t.Context(), tx, hash) }); err != nil {
			t.Fatal(err)
		}
	}
}

// collect finds one object per loader, those with a place all in one village,
// which it returns.
func (o *testOffice) collect(t *testing.T) region.Code {
	t.Helper()
	ctx, q, scope := t.Context(), o.app.DB.Read(), o.app.Scope()
	lists, err := delivery.PayLists(ctx, q, scope, "")
	if err != nil || len(lists) == 0 {
		t.Fatal("no pay list", err)
	}
	matter, paid := o.together(t, lists[0].ID)
	batches, err := intake.Batches(ctx, q, scope, 0, 1)
	if err != nil || len(batches) == 0 {
		t.Fatal("no batch", err)
	}
	programs, err := program.Programs(ctx, q, scope)
	if err != nil || len(programs) == 0 {
		t.Fatal("no programme", err)
	}
	p := programs[0].ID
	versions, err := program.Versions(ctx, q, scope, p)
	if err != nil {
		t.Fatal(err)
	}
	rankings, err := program.Rankings(ctx, q, scope, p, 1)
	if err != nil {
		t.Fatal(err)
	}
	decrees, err := program.Decrees(ctx, q, scope, p)
	if err != nil {
		t.Fatal(err)
	}
	users, err := account.Users(ctx, q, scope, account.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	list, family := string(lists[0].ID), string(matter.Family)
	o.samples = map[string]sample{
		page.None:    {},
		"family":     {map[string]string{"id": family, "family": family}, "id"},
		"person":     {map[string]string{"id": family, "person": string(matter.Person)}, "person"},
		"indication": {map[string]string{"id": string(matter.ID)}, "id"},
		"site":       {map[string]string{"id": list, "site": string(paid.Site)}, "site"},
		"payline":    {map[string]string{"id": list, "site": string(paid.Site), "line": string(paid.ID)}, "line"},
		"handover":   {map[string]string{"code": paid.Receipt}, "code"},
		"batch":      {map[string]string{"id": string(batches[0].ID)}, ""},
		"entry":      {map[string]string{"seq": "5"}, ""},
		"user":       {map[string]string{"id": string(users[0].ID), "relative": "0"}, ""},
		"program":    {map[string]string{"id": string(p)}, ""},
		"version":    {map[string]string{"id": string(p), "v": string(versions[0].ID)}, ""},
		"ranking":    {map[string]string{"id": string(p), "k": string(rankings[0].ID)}, ""},
		"decree":     {map[string]string{"id": string(p), "n": string(decrees[0].ID)}, ""},
		"paylist":    {map[string]string{"id": list}, ""},
		"suspicion":  {map[string]string{"id": string(o.suspected(t, paid.Village))}, "id"},
		"model":      {map[string]string{"model": "bawaan"}, ""},
		"merge":      {map[string]string{"merge": string(o.merged(t, paid.Village, matter.Person))}, "merge"},
	}
	return paid.Village
}

// suspected enters a woman of a village twice and returns what the search then
// asks about her.
func (o *testOffice) suspected(t *testing.T, village region.Code) id.Suspicion {
	t.Helper()
	actor := db.Actor{Name: "uji", Role: "system", Scope: o.app.Scope()}
	born := civil.Date{Year: 1979, Month: 3, Day: 12}
	card := func(name, mother string, number nik.NIK, kk nik.KK) registry.Card {
		return registry.Card{Family: registry.Family{KK: kk, Village: village, RT: "002", RW: "001"}, People: []registry.Person{{NIK: number, Name: name, Sex: nik.Female,
			BirthOn: born, BirthPrecision: registry.ByDay, MotherName: mother, Relation: registry.HeadOfFamily}}}
	}
	err := o.app.DB.Write(t.Context(), actor, func(tx *db.Tx) error {
		if _, err := registrytest.Register(t.Context(), tx, card("SITI ZUBAEDAHWATI", "ROKAYATI", "2103995203790971", "2103990101209971")); err != nil {
			return err
		}
		_, err := registrytest.Register(t.Context(), tx, card("ST. ZUBAEDAHWATI", "RUKAYATI", "", ""))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.app.FindDuplicates(t.Context(), actor, false, nil); err != nil {
		t.Fatal(err)
	}
	lines, _, err := duplicate.Queue(t.Context(), o.app.DB.Read(), region.NewScope(o.app.Regency, village), duplicate.Filter{}, "", 1)
	if err != nil || len(lines) == 0 {
		t.Fatal("no suspicion in ", village, err)
	}
	return lines[0].ID
}

// merged joins two people of a village, neither of them the one spared.
func (o *testOffice) merged(t *testing.T, village region.Code, spared id.Person) id.Merge {
	t.Helper()
	var two []id.Person
	err := registry.People(t.Context(), o.app.DB.Read(), region.NewScope(o.app.Regency, village), func(p *registry.Person) error {
		if p.ID != spared && len(two) < 2 {
			two = append(two, p.ID)
		}
		return nil
	})
	if err != nil || len(two) < 2 {
		t.Fatal("no two people in ", village, err)
	}
	var m id.Merge
	err = o.app.DB.Write(t.Context(), db.Actor{Name: "uji", Role: "system", Scope: o.app.Scope()}, func(tx *db.Tx) error {
		var err error
		m, err = evidence.MergePeople(t.Context(), tx, registry.PersonMerge{Keep: two[0], Drop: two[1], Reason: "orang yang sama"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// together finds a matter of validation and a paid line in one kecamatan.
func (o *testOffice) together(t *testing.T, list id.PayList) (evidence.Line, delivery.LineView) {
	t.Helper()
	ctx, q, scope := t.Context(), o.app.DB.Read(), o.app.Scope()
	matters, err := evidence.Queue(ctx, q, scope, evidence.Filter{}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	paid, _, err := delivery.Lines(ctx, q, scope, list, delivery.LineFilter{State: delivery.Paid}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range matters {
		for _, l := range paid {
			if l.Village.Kecamatan() == m.Village.Kecamatan() && l.Receipt != "" {
				return m, l
			}
		}
	}
	t.Fatalf("no kecamatan has both a matter (%d) and a paid line (%d)", len(matters), len(paid))
	return evidence.Line{}, delivery.LineView{}
}

func (o *testOffice) login(t *testing.T, username string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(o.server.URL+"/masuk", url.Values{"username": {username}, "password": {SamplePassword}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		b, _ := io.ReadAll(res.Body)
		t.Fatalf("log-in of %s answered %d: %.300s", username, res.StatusCode, b)
	}
	return c
}

var param = regexp.MustCompile(`\{([a-z]+)\}`)

// try asks for rt as role and judges the answer.
func (o *testOffice) try(t *testing.T, c *http.Client, rt page.Route, role account.Role, place string) {
	t.Helper()
	if rt.Path == "/keluar" || rt.Action == account.Public {
		return
	}
	s, known := o.samples[rt.Loader]
	if !known {
		t.Errorf("%s: teach the matrix which object its loader %q means", rt.Pattern(), rt.Loader)
		return
	}
	path := param.ReplaceAllStringFunc(strings.TrimSuffix(rt.Path, "{$}"), func(m string) string {
		name := m[1 : len(m)-1]
		if v := o.samples["version"].params[name]; v != "" && strings.HasPrefix(rt.Path, "/program/") {
			return v // below a programme, {id} is the programme's
		}
		if v := s.params[name]; v != "" {
			return v
		}
		return "0190a000-0000-7000-8000-000000000000"
	})
	status, body := o.ask(t, c, rt.Method, path)
	name := fmt.Sprintf("%s (%s) answers %s %s with %d", rt.Pattern(), rt.Action, role, place, status)
	switch {
	case status >= 500:
		t.Errorf("%s: %.300s", name, body)
	case !role.May(rt.Action) && status != http.StatusForbidden:
		t.Errorf("%s: the role may not do that", name)
	case role.May(rt.Action) && s.hides(rt) && place == "outside" && status != http.StatusNotFound && status != http.StatusForbidden:
		t.Errorf("%s: the object lies outside the working area", name)
	case role.May(rt.Action) && s.hides(rt) && place == "inside" && rt.Method == "GET" && status >= 400 && status != http.StatusForbidden:
		t.Errorf("%s: the object lies inside the working area: %.200s", name, body)
	case role.May(rt.Action) && s.bound == "" && rt.Method == "GET" && rt.Loader == page.None && status >= 400:
		t.Errorf("%s: the role may do that: %.200s", name, body)
	}
	if m := sixteen.FindString(body); m != "" && rt.Audit != page.AuditReveal {
		t.Errorf("%s: 16 digits in the open", name)
	}
}

var sixteen = regexp.MustCompile(`(?:^|\D)(2103\d{12})(?:\D|$)`)

func (o *testOffice) ask(t *testing.T, c *http.Client, method, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, o.server.URL+path, nil)
	if method == "POST" {
		req, err = http.NewRequest(method, o.server.URL+path, strings.NewReader(""))
	}
	if err != nil {
		t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
