package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/registry"
	"tepat/linkage"
)

// The parameters that are built in were learned for the columns and levels that
// the library has now; "go run ./tools/matchmodel" learns them anew.
func TestTheBuiltinModelIsOfTheLibrarysShape(t *testing.T) {
	m, err := registry.BuiltinModel()
	if err != nil {
		t.Fatal(err)
	}
	shape := func(m *linkage.Model) map[string][]string {
		out := map[string][]string{}
		for _, c := range m.Comparisons {
			for _, l := range c.Levels {
				out[c.Name] = append(out[c.Name], l.Label)
			}
		}
		return out
	}
	if diff := cmp.Diff(shape(registry.NewMatchModel()), shape(m)); diff != "" {
		t.Errorf("learned for another model (-library +built in):\n%s", diff)
	}
	for _, c := range m.Comparisons {
		first := c.Levels[0]
		last := c.Levels[len(c.Levels)-1]
		if first.M <= first.U || last.M >= last.U {
			t.Errorf("%s: agreement does not speak for one person, or disagreement not against it", c.Name)
		}
	}
}

func TestScoresAreTheSameBothWays(t *testing.T) {
	d := dbtest.SQLite(t)
	m, err := registry.NewMatcher(t.Context(), d.Read(), "2103", "desa", civil.Date{})
	if err != nil {
		t.Fatal(err)
	}
	some := rapid.Custom(func(rt *rapid.T) registry.Profile {
		return registry.Profile{Name: rapid.SampledFrom([]string{"SITI AMINAH", "ST. AMINAH", "JUMADI", "M. YUSUF", ""}).Draw(rt, "name"),
			NIK:     rapid.SampledFrom([]nik.NIK{"", "2103995203790001", "2103995203790010", "2103990507600003"}).Draw(rt, "nik"),
			BirthOn: civil.Date{Year: 1979, Month: 3, Day: rapid.IntRange(1, 12).Draw(rt, "day")},
			Mother:  rapid.SampledFrom([]string{"", "ROKIAH", "RUKIAH"}).Draw(rt, "mother"), Village: midai, RT: "001"}
	})
	rapid.Check(t, func(rt *rapid.T) {
		a, b := some.Draw(rt, "a"), some.Draw(rt, "b")
		x, errX := m.Explain(&a, &b)
		y, errY := m.Explain(&b, &a)
		if errX != nil || errY != nil || x.Weight != y.Weight {
			rt.Fatalf("%v and %v, %v %v", x.Weight, y.Weight, errX, errY)
		}
	})
}

func TestAPolicyIsDatedAndTheSourceOwnsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		today := civil.Of(dbtest.Epoch)
		set := func(p registry.MatchPolicy) error {
			return write(t, d, func(tx *db.Tx) error { return registry.SetMatchPolicy(t.Context(), tx, p) })
		}
		for _, c := range []struct {
			p     registry.MatchPolicy
			field string
		}{
			{registry.MatchPolicy{Source: "desa", SameWeight: 20, LookWeight: 30, From: today, Reason: "uji coba"}, "look_weight"},
			{registry.MatchPolicy{Source: "desa", SameWeight: 200, LookWeight: 10, From: today, Reason: "uji coba"}, "same_weight"},
			{registry.MatchPolicy{Source: "desa", SameWeight: 30, LookWeight: 10, From: today.AddDays(-1), Reason: "uji coba"}, "from"},
			{registry.MatchPolicy{Source: "desa", SameWeight: 30, LookWeight: 10, From: today}, "reason"},
		} {
			if f := fault.From(set(c.p)); f == nil || f.Field != c.field {
				t.Errorf("%+v: %v", c.p, f)
			}
		}
		if err := set(registry.MatchPolicy{Source: "desa", SameWeight: 30, LookWeight: 12.5, From: today.AddDays(3), Reason: "uji coba"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			day  civil.Date
			look float64
		}{{today, 14}, {today.AddDays(3), 12.5}} {
			m, err := registry.NewMatcher(t.Context(), d.Read(), "2103", "desa", c.day)
			if err != nil || m.Policy.LookWeight != c.look || m.Policy.MayConfirm {
				t.Errorf("on %s: %+v, %v", c.day, m.Policy, err)
			}
		}
	})
}

func TestAModelIsPutToWorkBySomebodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		builtin, err := registry.BuiltinModel()
		if err != nil {
			t.Fatal(err)
		}
		as := func(user string, f func(tx *db.Tx) error) error {
			a := dbtest.Actor("2103")
			a.User = id.User("00000000-0000-7000-8000-0000000000" + user)
			return d.Write(t.Context(), a, f)
		}
		var m registry.MatchModel
		err = as("aa", func(tx *db.Tx) error {
			var err error
			m, err = registry.AddMatchModel(t.Context(), tx, builtin, 1000, 0, "")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		activate := func(tx *db.Tx) error { return registry.ActivateMatchModel(t.Context(), tx, m.ID) }
		if err := as("aa", activate); fault.KindOf(err) != fault.Denied {
			t.Errorf("its maker put it to work: %v", err)
		}
		if err := as("bb", activate); err != nil {
			t.Fatal(err)
		}
		if err := as("cc", activate); fault.KindOf(err) != fault.Conflict {
			t.Errorf("put to work twice: %v", err)
		}
		got, err := registry.NewMatcher(t.Context(), d.Read(), "2103", "desa", civil.Date{})
		if err != nil || got.ModelID != m.ID || got.ModelNo != 1 {
			t.Errorf("%q at work, %v", got.ModelID, err)
		}
	})
}
