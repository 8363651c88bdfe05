package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/fault"
	"tepat/internal/region"
)

const natuna region.Code = "2103"

func anyCode(t *rapid.T, label string) region.Code {
	return region.Code(rapid.StringMatching(`2103(0[1-9]|1[0-7])([12]00[1-9])?`).Draw(t, label))
}

func TestAreasSurviveTheDatabase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := region.NewScope(natuna)
		if !rapid.Bool().Draw(t, "whole") {
			scope = region.NewScope(natuna, anyCode(t, "first"), anyCode(t, "second"), anyCode(t, "third"))
		}
		back := decodeAreas(natuna, encodeAreas(scope))
		if back.Whole() != scope.Whole() || !cmp.Equal(back.Areas(), scope.Areas()) {
			t.Fatalf("%v came back as %v", scope.Areas(), back.Areas())
		}
	})
}

func TestDamagedAreasNeverWiden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := region.NewScope(natuna, anyCode(t, "a"), anyCode(t, "b"))
		stored := []byte(encodeAreas(kept))
		at := rapid.IntRange(0, len(stored)).Draw(t, "cut")
		back := decodeAreas(natuna, string(stored[:at])+rapid.StringMatching(`[ ,;x0-9]{0,4}`).Draw(t, "noise"))
		if back.Whole() {
			t.Fatal("damage opened the whole regency")
		}
	})
	for _, s := range []string{"", " ", "2103", "21", "**", "* *", "7203", "720301"} {
		if got := decodeAreas(natuna, s); !got.IsZero() {
			t.Errorf("%q sees %v", s, got.Label())
		}
	}
}

func TestWhoMayWorkWhere(t *testing.T) {
	for _, c := range []struct {
		name   string
		role   Role
		picked []region.Code
		want   string
	}{
		{"an operator of the office sees the regency", Operator, []region.Code{"2103"}, ""},
		{"an operator of a village sees villages", VillageOperator, []region.Code{"2103052001"}, ""},
		{"an operator of a village never sees the regency", VillageOperator, []region.Code{"2103", "2103052001"}, "account.area_whole"},
		{"nobody works nowhere", Verifier, nil, "account.area_required"},
		{"nobody works in another regency", Verifier, []region.Code{"7203"}, "account.area_unknown"},
		{"no area is dropped silently", Verifier, []region.Code{"210305", "720301"}, "account.area_unknown"},
		{"a province is no area", Auditor, []region.Code{"21"}, "account.area_unknown"},
	} {
		scope, err := scopeFor(c.role, natuna, c.picked)
		if got := keyOf(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if (err == nil) == scope.IsZero() {
			t.Errorf("%s: scope %v with error %v", c.name, scope, err)
		}
	}
}

func keyOf(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
