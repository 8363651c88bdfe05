package users_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/web/users"
	"tepat/internal/web/webtest"
)

const natuna region.Code = "2103"

// desk is a server where the test says who is signed in.
type desk struct {
	*webtest.Desk
	slip account.OneTime
}

func sit(t *testing.T, d *db.DB) *desk {
	t.Helper()
	k := &desk{Desk: webtest.Sit(t, d, users.Routes(users.Deps{DB: d}))}
	var err error
	if k.slip, err = account.NewOneTime(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.Who = k.session(k.add("admin.satu", account.Admin, "0001", natuna))
	return k
}

func (k *desk) add(username string, role account.Role, serial string, areas ...region.Code) account.User {
	k.Helper()
	var user id.User
	err := k.DB.Write(k.Context(), dbtest.Actor(natuna), func(tx *db.Tx) error {
		var err error
		user, err = account.Invite(k.Context(), tx, username, account.Details{Name: "Uji " + username, Role: role, Areas: areas,
			NIK: nik.NIK("210399010190" + serial), KK: nik.KK("210399020220" + serial)}, k.slip)
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
	return k.user(user)
}

func (k *desk) user(user id.User) account.User {
	k.Helper()
	u, err := account.UserByID(k.Context(), k.DB.Read(), region.NewScope(natuna), user)
	if err != nil {
		k.Fatal(err)
	}
	return u
}

func (k *desk) session(u account.User) account.Session {
	return account.Session{User: u.ID, Name: u.Name, Username: u.Username, Role: u.Role, Scope: u.Scope}
}

func invitation(change func(url.Values)) url.Values {
	form := url.Values{"username": {"siti.aminah"}, "name": {"Siti Aminah"}, "role": {"verifier"}, "areas": {"210305", "2103062001"},
		"nik": {"2103 9941 0190 0001"}, "kk": {"2103990101150001"}, "position": {"Staf Linjamsos"}}
	change(form)
	return form
}

var slipShape = regexp.MustCompile(`[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}`)

func TestInvitationEndsWithASlipThatOpensTheDoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		code, _, form := k.Send("GET", "/pengguna/baru", nil)
		if code != 200 || strings.Count(form, `name="areas"`) < 80 {
			t.Fatalf("the form: %d with %d boxes", code, strings.Count(form, `name="areas"`))
		}
		code, _, body := k.Send("POST", "/pengguna/baru", invitation(func(url.Values) {}))
		slip := slipShape.FindString(body)
		if code != 200 || slip == "" {
			t.Fatalf("%d %s", code, body)
		}
		u, err := account.NewGate(d, natuna).SignIn(t.Context(), "siti.aminah", slip, "10.0.0.1")
		if err != nil || !u.MustChange || len(u.Scope.Areas()) != 2 {
			t.Errorf("%+v, %v", u, err)
		}
		if _, _, body := k.Send("GET", "/pengguna/"+string(u.ID), nil); strings.Contains(body, slip) || strings.Contains(body, "2103994101900001") {
			t.Error("the profile tells a secret")
		}
	})
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.add("siti.lama", account.Operator, "0002", natuna)
	for _, c := range []struct {
		name   string
		change func(url.Values)
		field  string
	}{
		{"taken name", func(v url.Values) { v.Set("username", "Siti.Lama") }, "username"},
		{"NIK as name", func(v url.Values) { v.Set("username", "2103994101900001") }, "username"},
		{"no name", func(v url.Values) { v.Del("name") }, "name"},
		{"short NIK", func(v url.Values) { v.Set("nik", "21039941") }, "nik"},
		{"no NIK", func(v url.Values) { v.Del("nik") }, "nik"},
		{"held NIK", func(v url.Values) { v.Set("nik", "2103990101900002") }, "nik"},
		{"no card", func(v url.Values) { v.Del("kk") }, "kk"},
		{"no role", func(v url.Values) { v.Del("role") }, "role"},
		{"no area", func(v url.Values) { v.Del("areas") }, "areas"},
		{"foreign area", func(v url.Values) { v.Set("areas", "720301") }, "areas"},
		{"a village operator everywhere", func(v url.Values) { v.Set("role", "village_operator"); v.Set("areas", "2103") }, "areas"},
	} {
		code, _, body := k.Send("POST", "/pengguna/baru", invitation(c.change))
		if code != 422 || !strings.Contains(body, `href="#`+c.field+`"`) || !strings.Contains(body, `id="`+c.field+`"`) {
			t.Errorf("%s: %d, no link to %s", c.name, code, c.field)
		}
		if c.field != "name" && !strings.Contains(body, `value="Siti Aminah"`) {
			t.Errorf("%s: what was typed is lost", c.name)
		}
	}
}

func TestRoleAndAreaChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		u := k.add("midai", account.VillageOperator, "0002", "2103052012", "2103052001")
		at := "/pengguna/" + string(u.ID)
		code, _, body := k.Send("GET", at+"/ubah", nil)
		if code != 200 || !strings.Contains(body, `value="2103052012" checked`) || !strings.Contains(body, `value="2103052001" checked`) || strings.Contains(body, string(u.NIK)) {
			t.Fatalf("the form: %d", code)
		}
		next := url.Values{"version": {"1"}, "name": {"Uji Midai"}, "role": {"operator"}, "areas": {"2103"}}
		if code, to, _ := k.Send("POST", at+"/ubah", next); code != 303 || to != at {
			t.Fatalf("change: %d %s", code, to)
		}
		if got := k.user(u.ID); got.Role != account.Operator || !got.Scope.Whole() || got.NIK != u.NIK || got.KK != u.KK {
			t.Errorf("%+v", got)
		}
		if code, _, _ := k.Send("POST", at+"/ubah", next); code != 409 {
			t.Errorf("from an old page: %d", code)
		}
		own := "/pengguna/" + string(k.Who.User)
		for _, method := range []string{"GET", "POST"} {
			if code, _, _ := k.Send(method, own+"/ubah", next); code != 403 {
				t.Errorf("%s own account: %d", method, code)
			}
		}
	})
}

func TestClosingOpeningAndPrinting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := sit(t, d)
		u := k.add("siti", account.Operator, "0002", natuna)
		at := "/pengguna/" + string(u.ID)
		form := func() url.Values { return url.Values{"version": {strconv.FormatInt(k.user(u.ID).Version, 10)}} }
		old := form()
		code, _, body := k.Send("POST", at+"/sandi", old)
		if code != 200 || slipShape.FindString(body) == "" {
			t.Fatalf("reset: %d", code)
		}
		if code, _, _ := k.Send("POST", at+"/sandi", old); code != 409 {
			t.Errorf("a reload resets again: %d", code)
		}
		if code, _, _ := k.Send("POST", at+"/tutup", form()); code != 303 || k.user(u.ID).Active {
			t.Errorf("closing: %d", code)
		}
		if code, _, body := k.Send("GET", at, nil); code != 200 || !strings.Contains(body, "Buka akun lagi") || strings.Contains(body, at+"/sandi") {
			t.Errorf("closed profile: %d", code)
		}
		if code, _, body := k.Send("POST", at+"/buka", form()); code != 200 || slipShape.FindString(body) == "" || !k.user(u.ID).Active {
			t.Errorf("opening: %d", code)
		}
		if code, _, _ := k.Send("POST", "/pengguna/"+string(k.Who.User)+"/tutup", url.Values{"version": {"1"}}); code != 403 {
			t.Errorf("closing oneself: %d", code)
		}
	})
}

func TestListShowsFiltersAndCounts(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	k.add("midai", account.VillageOperator, "0002", "2103052001")
	k.add("subi", account.VillageOperator, "0003", "2103082001")
	for _, c := range []struct {
		path string
		want []string
		not  []string
	}{
		{"/pengguna", []string{"Uji midai", "Uji subi", "Uji admin.satu", "3 dari 3"}, nil},
		{"/pengguna?peran=village_operator", []string{"Uji midai", "Uji subi", "2 dari 3"}, []string{"Uji admin.satu</a>"}},
		{"/pengguna?peran=village_operator&wilayah=210305", []string{"Uji midai", "1 dari 3"}, []string{"Uji subi"}},
		{"/pengguna?status=inactive", []string{"Tidak ada pengguna yang cocok"}, []string{"Uji midai"}},
		{"/pengguna?nama=MIDAI", []string{"Uji midai", "1 dari 3"}, []string{"Uji subi"}},
		{"/pengguna?peran=root&wilayah=x&status=y&hal=99", []string{"3 dari 3"}, nil},
		{"/pengguna.csv?peran=admin", []string{"Uji admin.satu;admin.satu;Admin;"}, []string{"midai"}},
		{"/pengguna.xlsx", []string{"PK"}, nil},
		{"/pengguna.json?nama=subi", []string{`21.03.08.2001`}, []string{"midai"}},
	} {
		code, _, body := k.Send("GET", c.path, nil)
		if code != 200 {
			t.Errorf("%s: %d", c.path, code)
		}
		for _, w := range c.want {
			if !strings.Contains(body, w) {
				t.Errorf("%s lacks %q", c.path, w)
			}
		}
		for _, n := range c.not {
			if strings.Contains(body, n) {
				t.Errorf("%s shows %q", c.path, n)
			}
		}
		if strings.Contains(body, "21039901019") {
			t.Errorf("%s shows a NIK", c.path)
		}
	}
}

func TestOnlyAdministratorsManage(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	target := k.add("siti", account.Operator, "0100", natuna)
	at := "/pengguna/" + string(target.ID)
	form := url.Values{"version": {"1"}}
	for i, role := range account.Roles() {
		u := k.Who
		if role != account.Admin {
			areas := natuna
			if role.Local() {
				areas = "210305"
			}
			u = k.session(k.add("uji"+strconv.Itoa(i), role, "02"+strconv.Itoa(10+i), areas))
		}
		k.Who = u
		for path, may := range map[string]bool{"/pengguna": role.May(account.UserView), at: role.May(account.UserView), "/pengguna/baru": role.May(account.UserManage), at + "/ubah": role.May(account.UserManage)} {
			if code, _, _ := k.Send("GET", path, nil); (code == 200) != may {
				t.Errorf("%s, %s: %d", role, path, code)
			}
		}
		if role == account.Admin {
			continue
		}
		for _, path := range []string{"/pengguna/baru", at + "/ubah", at + "/sandi", at + "/tutup", at + "/buka"} {
			if code, _, _ := k.Send("POST", path, form); code != 403 {
				t.Errorf("%s, POST %s: %d", role, path, code)
			}
		}
		k.Who = k.session(k.admin())
	}
	if got := k.user(target.ID); got.Version != 1 {
		t.Errorf("somebody changed him: %+v", got)
	}
}

func (k *desk) admin() account.User {
	k.Helper()
	u, found, err := account.UserByUsername(k.Context(), k.DB.Read(), "admin.satu")
	if err != nil || !found {
		k.Fatal(found, err)
	}
	return u
}

func TestAdministratorWithdrawsADeclaration(t *testing.T) {
	k := sit(t, dbtest.SQLite(t))
	u := k.add("siti", account.Verifier, "0002", natuna)
	err := k.DB.Write(t.Context(), k.session(u).Actor(), func(tx *db.Tx) error {
		return account.DeclareRelative(t.Context(), tx, account.Relative{KK: "2103990303030003", Relation: "sibling"})
	})
	if err != nil {
		t.Fatal(err)
	}
	at := "/pengguna/" + string(u.ID)
	_, _, body := k.Send("GET", at, nil)
	path := regexp.MustCompile(at + `/kerabat/[0-9a-f-]+/tarik`).FindString(body)
	if path == "" {
		t.Fatal("no button")
	}
	if code, _, _ := k.Send("POST", path, url.Values{}); code != 303 {
		t.Errorf("%d", code)
	}
	if code, _, _ := k.Send("POST", path, url.Values{}); code != 404 {
		t.Errorf("twice: %d", code)
	}
}

func TestPagesFitTheirData(t *testing.T) { webtest.Fits(t) }
