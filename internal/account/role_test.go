package account

import (
	"slices"
	"testing"
)

func TestDutiesAreSeparated(t *testing.T) {
	for _, pair := range separated {
		for _, r := range Roles() {
			if r.May(pair[0]) && r.May(pair[1]) {
				t.Errorf("%s may both %s and %s", r, pair[0], pair[1])
			}
		}
	}
}

func TestEveryActionHasAHolderAndOnlyKnownRoles(t *testing.T) {
	for a, roles := range grants {
		if len(roles) == 0 {
			t.Errorf("nobody may %s", a)
		}
		for _, r := range roles {
			if !slices.Contains(Roles(), r) {
				t.Errorf("%s is granted to the unknown role %q", a, r)
			}
		}
	}
}

func TestAuditorsWriteNothing(t *testing.T) {
	reads := []Action{HomeView, RegistryView, RegistryReveal, RegistryExport, ImportView, IndicationView, ProgramView, PayoutView, LedgerView, UserView}
	for _, a := range Actions() {
		if Auditor.May(a) != slices.Contains(reads, a) {
			t.Errorf("auditor, %s: %v", a, Auditor.May(a))
		}
	}
}

func TestStrangersMayNothing(t *testing.T) {
	for _, a := range Actions() {
		if Role("").May(a) || Role("root").May(a) {
			t.Errorf("a role that does not exist may %s", a)
		}
	}
	if Role("").May(Self) || !Role("").May(Public) {
		t.Error("without a role only public pages are open")
	}
}
