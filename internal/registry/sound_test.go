package registry_test

import (
	"context"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// tb is what *testing.T and *rapid.T have in common.
type tb interface {
	rapid.TB
	Context() context.Context
}

// sound fails when anything that follows from people and families does not:
// count and head of every family, relation of the open membership, tallies.
func sound(t tb, d *db.DB) {
	t.Helper()
	ctx, q := t.Context(), d.Read()
	members := map[id.Family]int{}
	err := registry.People(ctx, q, whole(), func(p *registry.Person) error {
		members[p.FamilyID]++
		ms, err := registry.Memberships(ctx, q, "2103", p.ID)
		if err != nil {
			return err
		}
		open := 0
		for _, m := range ms {
			if !m.Until.IsZero() {
				continue
			}
			open++
			if m.FamilyID != p.FamilyID || m.Relation != p.Relation {
				t.Errorf("%s is %d in %s, the membership says %d in %s", p.Name, p.Relation, p.FamilyID, m.Relation, m.FamilyID)
			}
		}
		if want := min(len(p.FamilyID), 1); open != want {
			t.Errorf("%s has %d open memberships, want %d", p.Name, open, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cells := map[registry.Tally][2]int{}
	err = registry.Families(ctx, q, whole(), func(f *registry.Family) error {
		if f.Members != members[f.ID] {
			t.Errorf("family %s counts %d members and has %d", f.ID, f.Members, members[f.ID])
		}
		key := registry.Tally{Village: f.Village, Desil: f.Desil, Receives: f.Receives, Review: f.Review}
		cells[key] = [2]int{cells[key][0] + 1, cells[key][1] + f.Members}
		return headFollows(t, d, f)
	})
	if err != nil {
		t.Fatal(err)
	}
	tallies, err := registry.Tallies(ctx, q, whole())
	if err != nil {
		t.Fatal(err)
	}
	got := map[registry.Tally][2]int{}
	for _, c := range tallies {
		got[registry.Tally{Village: c.Village, Desil: c.Desil, Receives: c.Receives, Review: c.Review}] = [2]int{c.Families, c.People}
	}
	if diff := cmp.Diff(cells, got); diff != "" {
		t.Errorf("the tallies drifted: %s", diff)
	}
}

// headFollows checks the head against the people, said in another way than the
// code says it: nobody in the family has a better claim.
func headFollows(t tb, d *db.DB, f *registry.Family) error {
	people, err := registry.Members(t.Context(), d.Read(), "2103", f.ID)
	if err != nil {
		return err
	}
	var head registry.Person
	for _, p := range people {
		if p.ID == f.HeadID {
			head = p
		}
	}
	if head.ID != f.HeadID || head.Name != f.HeadName || (head.ID == "") != (len(people) == 0) {
		t.Errorf("family %s is headed by %s %q, who is not among its %d people", f.ID, f.HeadID, f.HeadName, len(people))
	}
	rank := map[registry.Relation]int{registry.HeadOfFamily: 1, registry.Husband: 2, registry.Wife: 2}
	for _, p := range people {
		here, headHere := p.Life == registry.Alive, head.Life == registry.Alive
		a, b := rank[p.Relation], rank[head.Relation]
		switch {
		case here && !headHere:
			t.Errorf("%s is gone and heads the family of %s", head.Name, p.Name)
		case here == headHere && a != b && a != 0 && (b == 0 || a < b):
			t.Errorf("%s (%d) heads the family of %s (%d)", head.Name, head.Relation, p.Name, p.Relation)
		case here == headHere && a == b && !p.BirthOn.IsZero() && p.BirthOn.Before(head.BirthOn):
			t.Errorf("%s is older than the head %s", p.Name, head.Name)
		}
	}
	return nil
}
