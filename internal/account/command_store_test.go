package account_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

const natuna region.Code = "2103"

// book is a journal that remembers.
type book struct {
	sync.Mutex
	kinds []string
	texts []string
	seals []db.Seal
}

func (b *book) Append(_ context.Context, _ *db.Tx, events []db.Event, seals []db.Seal) error {
	b.Lock()
	defer b.Unlock()
	for _, e := range events {
		b.kinds = append(b.kinds, e.Kind)
		b.texts = append(b.texts, string(e.Payload))
	}
	b.seals = append(b.seals, seals...)
	return nil
}

type office struct {
	*testing.T
	d    *db.DB
	book *book
	slip account.OneTime
}

func open(t *testing.T, d *db.DB) *office {
	o := &office{T: t, d: d, book: &book{}}
	d.Keep(o.book)
	var err error
	if o.slip, err = account.NewOneTime(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) as(actor db.Actor, f func(tx *db.Tx) error) string {
	o.Helper()
	err := o.d.Write(o.Context(), actor, f)
	if err == nil {
		return ""
	}
	if f := fault.From(err); f != nil {
		return f.Key
	}
	o.Fatal(err)
	return ""
}

func system() db.Actor { return dbtest.Actor(natuna) }

func details(role account.Role, serial string, areas ...region.Code) account.Details {
	if len(areas) == 0 {
		areas = []region.Code{natuna}
	}
	return account.Details{Name: "Uji " + serial, Role: role, Areas: areas,
		NIK: nik.NIK("210399010190" + serial), KK: nik.KK("210399020220" + serial)}
}

func (o *office) invite(username string, d account.Details) (account.User, db.Actor) {
	o.Helper()
	var user id.User
	key := o.as(system(), func(tx *db.Tx) error {
		var err error
		user, err = account.Invite(o.Context(), tx, username, d, o.slip)
		return err
	})
	if key != "" {
		o.Fatalf("invite %s: %s", username, key)
	}
	u := o.user(user)
	return u, db.Actor{User: u.ID, Name: u.Name, Role: string(u.Role), Scope: u.Scope}
}

func (o *office) user(user id.User) account.User {
	o.Helper()
	u, err := account.UserByID(o.Context(), o.d.Read(), region.NewScope(natuna), user)
	if err != nil {
		o.Fatal(err)
	}
	return u
}

func TestInvitedUserComesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		want := details(account.Verifier, "0001", "210305", "2103062001")
		u, _ := o.invite(" Siti.Aminah ", want)
		if u.Username != "siti.aminah" || u.NIK != want.NIK || u.KK != want.KK || !u.Active || !u.MustChange || u.Version != 1 {
			t.Errorf("%+v", u)
		}
		if !cmp.Equal(u.Scope.Areas(), want.Areas) || !u.CreatedAt.Equal(dbtest.Epoch) {
			t.Errorf("areas %v, created %v", u.Scope.Areas(), u.CreatedAt)
		}
		same, found, err := account.UserByUsername(t.Context(), d.Read(), "SITI.AMINAH")
		if err != nil || !found || same.ID != u.ID {
			t.Errorf("by username: %v %v", found, err)
		}
		if _, err := account.UserByID(t.Context(), d.Read(), region.NewScope("7203"), u.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another regency sees him: %v", err)
		}
		for _, text := range o.book.texts {
			if strings.Contains(text, string(want.NIK)) || strings.Contains(text, string(want.KK)) {
				t.Error("a NIK stands in the ledger")
			}
		}
	})
}

func TestInvitationsThatAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, admin := o.invite("admin.satu", details(account.Admin, "0001"))
		_, narrow := o.invite("admin.midai", details(account.Admin, "0002", "210305"))
		_, operator := o.invite("operator", details(account.Operator, "0003"))
		visitor := account.Session{}.Actor()
		for _, c := range []struct {
			name     string
			actor    db.Actor
			username string
			change   func(*account.Details)
			want     string
		}{
			{"good", admin, "baru", func(*account.Details) {}, ""},
			{"taken", admin, "Operator", func(d *account.Details) { d.NIK = "2103990101900010" }, "account.username_taken"},
			{"an operator invites nobody", operator, "teman", func(*account.Details) {}, "account.not_manager"},
			{"a visitor invites nobody", visitor, "teman", func(*account.Details) {}, "account.not_manager"},
			{"not wider than one's own area", narrow, "teman", func(*account.Details) {}, "account.area_above"},
			{"not oneself under another name", admin, "saya", func(d *account.Details) { d.NIK = "2103990101900001" }, "account.not_self"},
			{"not one person twice", admin, "dua", func(d *account.Details) { d.NIK = "2103990101900003" }, "account.nik_held"},
			{"no officer without a NIK", admin, "dua", func(d *account.Details) { d.NIK = "" }, "account.nik_required"},
			{"no officer without a KK", admin, "dua", func(d *account.Details) { d.KK = "" }, "account.kk_required"},
			{"no unknown role", admin, "dua", func(d *account.Details) { d.Role = "root" }, "account.role_unknown"},
			{"no empty name", admin, "dua", func(d *account.Details) { d.Name = " " }, "account.name_required"},
			{"no short NIP", admin, "dua", func(d *account.Details) { d.NIP = "123" }, "account.nip"},
		} {
			det := details(account.Verifier, "0009")
			c.change(&det)
			got := o.as(c.actor, func(tx *db.Tx) error {
				_, err := account.Invite(t.Context(), tx, c.username, det, o.slip)
				return err
			})
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

func TestChangingAUser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		_, admin := o.invite("admin.satu", details(account.Admin, "0001"))
		u, self := o.invite("siti", details(account.Operator, "0002"))
		change := func(actor db.Actor, user id.User, version int64, det account.Details) string {
			return o.as(actor, func(tx *db.Tx) error { return account.Change(t.Context(), tx, user, version, det) })
		}
		next := details(account.Verifier, "0002", "210305")
		if got := change(self, u.ID, 1, next); got != "account.not_manager" {
			t.Errorf("an operator makes himself verifier: %q", got)
		}
		if got := change(admin, admin.User, 1, details(account.Head, "0001")); got != "account.not_self" {
			t.Errorf("an administrator promotes himself: %q", got)
		}
		if got := change(admin, u.ID, 1, next); got != "" {
			t.Fatalf("change: %q", got)
		}
		if got := change(admin, u.ID, 1, next); got != "account.moved" {
			t.Errorf("a change from an old page: %q", got)
		}
		if got := change(admin, "nobody", 1, next); got != "account.not_found" {
			t.Errorf("unknown: %q", got)
		}
		got := o.user(u.ID)
		if got.Role != account.Verifier || got.Version != 2 || got.Scope.Whole() {
			t.Errorf("%+v", got)
		}
		last := o.book.texts[len(o.book.texts)-1]
		if !strings.Contains(last, `"areas":"*"`) || !strings.Contains(last, `"areas":"210305"`) {
			t.Errorf("old and new area are not both kept: %s", last)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, _ := o.invite("admin.satu", details(account.Admin, "0001"))
		b, actorB := o.invite("admin.dua", details(account.Admin, "0002"))
		off := func(actor db.Actor, u account.User) string {
			return o.as(actor, func(tx *db.Tx) error { return account.Deactivate(t.Context(), tx, u.ID, o.user(u.ID).Version) })
		}
		if got := off(actorB, b); got != "account.not_self" {
			t.Errorf("an administrator closes himself: %q", got)
		}
		if got := off(actorB, a); got != "" {
			t.Fatalf("closing one of two: %q", got)
		}
		if got := off(actorB, a); got != "account.already_inactive" {
			t.Errorf("closing twice: %q", got)
		}
		if got := off(system(), b); got != "account.last_admin" {
			t.Errorf("closing the last: %q", got)
		}
		got := o.as(system(), func(tx *db.Tx) error {
			return account.Change(t.Context(), tx, b.ID, 1, details(account.Auditor, "0002"))
		})
		if got != "account.last_admin" {
			t.Errorf("making the last one an auditor: %q", got)
		}
		got = o.as(actorB, func(tx *db.Tx) error { return account.Activate(t.Context(), tx, a.ID, o.user(a.ID).Version, o.slip) })
		if got != "" || !o.user(a.ID).Active || !o.user(a.ID).MustChange {
			t.Errorf("opening again: %q", got)
		}
	})
}

func TestTwoAdministratorsCannotRemoveEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		a, actorA := o.invite("admin.satu", details(account.Admin, "0001"))
		b, actorB := o.invite("admin.dua", details(account.Admin, "0002"))
		var wg sync.WaitGroup
		var errs [2]error
		for i, c := range []struct {
			actor  db.Actor
			victim id.User
		}{{actorA, b.ID}, {actorB, a.ID}} {
			wg.Go(func() {
				errs[i] = d.Write(t.Context(), c.actor, func(tx *db.Tx) error {
					return account.Deactivate(t.Context(), tx, c.victim, 1)
				})
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("errors %v and %v: exactly one must win", errs[0], errs[1])
		}
	})
}

func TestEveryChangeIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		u, actor := o.invite("siti", details(account.Operator, "0001"))
		hash, err := account.NewPassword(t.Context(), "siti", "pulau kecil di utara")
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]string{
			"password": o.as(actor, func(tx *db.Tx) error { return account.ChangePassword(t.Context(), tx, hash) }),
			"language": o.as(actor, func(tx *db.Tx) error { return account.ChangeLang(t.Context(), tx, "en") }),
			"reset":    o.as(system(), func(tx *db.Tx) error { return account.ResetPassword(t.Context(), tx, u.ID, 2, o.slip) }),
			"relative": o.as(actor, func(tx *db.Tx) error {
				return account.DeclareRelative(t.Context(), tx, account.Relative{KK: "2103990303030003", Relation: "sibling"})
			}),
		} {
			if got != "" {
				t.Errorf("%s: %q", name, got)
			}
		}
		last := map[string]db.Digest{}
		for _, s := range o.book.seals {
			last[s.Table+" "+s.ID] = s.Digest
		}
		for _, table := range account.Tables() {
			err := table.Digests(t.Context(), d.Read(), string(natuna), func(id string, digest db.Digest) error {
				if last[table.Name+" "+id] != digest {
					t.Errorf("%s %s: the ledger holds another seal", table.Name, id)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestNobodyActsOnHisOwnFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		u, actor := o.invite("siti", details(account.Verifier, "0001"))
		_, admin := o.invite("admin", details(account.Admin, "0002"))
		brother := account.Relative{NIK: "2103990505800007", KK: "2103990303030003", Relation: "sibling"}
		declare := func(r account.Relative) string {
			return o.as(actor, func(tx *db.Tx) error { return account.DeclareRelative(t.Context(), tx, r) })
		}
		if got := declare(brother); got != "" {
			t.Fatal(got)
		}
		if got := declare(brother); got != "account.relative_known" {
			t.Errorf("twice: %q", got)
		}
		if got := declare(account.Relative{Relation: "child"}); got != "account.relative_empty" {
			t.Errorf("nobody: %q", got)
		}
		related := func(niks []nik.NIK, kks []nik.KK) bool {
			t.Helper()
			ok, err := account.Related(t.Context(), d.Read(), u.ID, niks, kks)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		stranger, strangers := nik.NIK("2103991212900012"), nik.KK("2103991212120012")
		for name, c := range map[string]struct{ got, want bool }{
			"own NIK":        {related([]nik.NIK{stranger, u.NIK}, nil), true},
			"own KK":         {related(nil, []nik.KK{u.KK}), true},
			"brother's NIK":  {related([]nik.NIK{brother.NIK}, []nik.KK{strangers}), true},
			"brother's KK":   {related([]nik.NIK{stranger}, []nik.KK{brother.KK}), true},
			"strangers":      {related([]nik.NIK{stranger}, []nik.KK{strangers}), false},
			"unknown is not": {related([]nik.NIK{""}, []nik.KK{""}), false},
		} {
			if c.got != c.want {
				t.Errorf("%s: %v", name, c.got)
			}
		}
		held, err := account.Relatives(t.Context(), d.Read(), u.ID)
		if err != nil || len(held) != 1 {
			t.Fatalf("%v %v", held, err)
		}
		withdraw := func(a db.Actor) string {
			return o.as(a, func(tx *db.Tx) error { return account.WithdrawRelative(t.Context(), tx, u.ID, held[0].ID) })
		}
		if got := withdraw(actor); got != "account.not_manager" {
			t.Errorf("he withdraws himself: %q", got)
		}
		if got := withdraw(admin); got != "" || related(nil, []nik.KK{brother.KK}) {
			t.Errorf("withdrawn: %q", got)
		}
	})
}

func TestListOfUsers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.invite("admin", details(account.Admin, "0001"))
		o.invite("midai", details(account.VillageOperator, "0002", "2103052001"))
		o.invite("subi", details(account.VillageOperator, "0003", "2103082001"))
		off, _ := o.invite("lama", details(account.Operator, "0004"))
		o.as(system(), func(tx *db.Tx) error { return account.Deactivate(t.Context(), tx, off.ID, 1) })
		names := func(scope region.Scope, f account.Filter) string {
			t.Helper()
			users, err := account.Users(t.Context(), d.Read(), scope, f)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, u := range users {
				out = append(out, u.Username)
			}
			return strings.Join(out, " ")
		}
		whole := region.NewScope(natuna)
		month := dbtest.Epoch.Add(31 * 24 * time.Hour)
		for _, c := range []struct{ name, got, want string }{
			{"all", names(whole, account.Filter{}), "admin midai subi lama"},
			{"role", names(whole, account.Filter{Roles: []account.Role{account.VillageOperator}}), "midai subi"},
			{"two roles", names(whole, account.Filter{Roles: []account.Role{account.VillageOperator, account.Admin}}), "admin midai subi"},
			{"area", names(whole, account.Filter{Areas: []region.Code{"210305"}}), "admin midai lama"},
			{"inactive", names(whole, account.Filter{Statuses: []account.Status{account.StatusInactive}}), "lama"},
			{"new", names(whole, account.Filter{Statuses: []account.Status{account.StatusNew}}), "admin midai subi"},
			{"idle after a month", names(whole, account.Filter{Statuses: []account.Status{account.StatusIdle}, Now: month}), "admin midai subi"},
			{"nobody is idle yet", names(whole, account.Filter{Statuses: []account.Status{account.StatusIdle}, Now: dbtest.Epoch}), ""},
			{"by name", names(whole, account.Filter{Text: " UJI  0003 "}), "subi"},
			{"by username", names(whole, account.Filter{Text: "mid"}), "midai"},
			{"of one kecamatan", names(region.NewScope(natuna, "210308"), account.Filter{}), "admin subi lama"},
			{"another regency", names(region.NewScope("7203"), account.Filter{}), ""},
			{"no scope", names(region.Scope{}, account.Filter{}), ""},
		} {
			if c.got != c.want {
				t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
			}
		}
	})
}

func TestTextsAreWhole(t *testing.T) {
	if _, err := i18n.Load(account.Texts); err != nil {
		t.Error(err)
	}
}
