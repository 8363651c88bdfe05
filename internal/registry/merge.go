package registry

import (
	"slices"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// PersonMerge says that two records are one person. Keep goes on; Drop stays as
// a row that points to it.
//
// Take lists the fields whose value comes from Drop, by column; a field stands
// for its group: "birth_on" brings its precision, "life" its day, "family_id"
// relation and village. What Keep does not know is filled from Drop. Who is
// dead or gone in either record is so afterwards: a merge revives nobody.
type PersonMerge struct {
	Keep, Drop               id.Person
	KeepVersion, DropVersion int // as they were read; 0 is not checked
	Take                     []string
	Reason                   string
	From                     Origin
}

// FamilyMerge is PersonMerge for families: the people of Drop move to Keep.
// Its fields are "kk", "address" (with RT, RW, hamlet and village) and "desil"
// (with rank and its day).
type FamilyMerge struct {
	Keep, Drop               id.Family
	KeepVersion, DropVersion int
	Take                     []string
	Reason                   string
	From                     Origin
}

// MergeKind says what was joined or taken apart.
type MergeKind string

// The three things that can be done and undone.
const (
	OfPeople   MergeKind = "person"
	OfFamilies MergeKind = "family"
	OfSplit    MergeKind = "split"
)

// Merge is a merge or split that was done, and whether it was undone. Of a
// split, Drop is the record that came out of it.
type Merge struct {
	ID         id.Merge
	Kind       MergeKind
	Keep, Drop string // id.Person or id.Family, by Kind
	KeepName   string
	DropName   string
	Village    region.Code
	At         db.Time
	By         id.User
	ByName     string
	Source     string
	Reason     string
	Conflicts  []string // fields of which both records knew different values
	UndoneAt   db.Time
	UndoneBy   id.User
	UndoneName string
	UndoReason string
}

// Standing reports whether m holds: it was not undone.
func (m Merge) Standing() bool { return m.UndoneAt.IsZero() }

// Forward leads from people who were merged away to those who speak for them.
type Forward map[id.Person]id.Person

// Of returns who speaks for p, usually p.
func (f Forward) Of(p id.Person) id.Person {
	if to, ok := f[p]; ok {
		return to
	}
	return p
}

// FamilyForward is Forward for families.
type FamilyForward map[id.Family]id.Family

// Of returns which family speaks for f, usually f.
func (w FamilyForward) Of(f id.Family) id.Family {
	if to, ok := w[f]; ok {
		return to
	}
	return f
}

// Sources of what the registry writes itself when records are joined or taken
// apart.
const (
	mergeSource   = "merge"
	unmergeSource = "unmerge"
	splitSource   = "split"
)

// group is what is chosen together, led by its first column.
type group []string

var (
	personGroups = groupsOf(people.names(), group{"birth_on", "birth_precision"}, group{"life", "life_on"}, group{"family_id", "relation", "village"})
	familyGroups = groupsOf(families.names(), group{"address", "rt", "rw", "hamlet", "village"}, group{"desil", "rank_regency", "ranked_on"})
)

// groupsOf lists the given groups and every other field as one of its own, in
// the order of the fields. The arrow of a merge is nobody's to choose.
func groupsOf(names []string, groups ...group) []group {
	var out []group
	done := map[string]bool{"merged_into": true}
	for _, name := range names {
		if done[name] {
			continue
		}
		g := group{name}
		for _, whole := range groups {
			if slices.Contains(whole, name) {
				g = whole
			}
		}
		for _, member := range g {
			done[member] = true
		}
		out = append(out, g)
	}
	return out
}

// Fields lists what can be chosen in a merge of people, in the order of a card.
func Fields() []string { return leads(personGroups) }

// FamilyFields is Fields for families.
func FamilyFields() []string { return leads(familyGroups) }

func leads(groups []group) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g[0]
	}
	return out
}

// unite returns keep with the fields that a merge brings from drop, and the
// fields of which both know different values.
func (r record[T]) unite(keep, drop T, groups []group, take []string) (T, []string, error) {
	for _, t := range take {
		if !slices.Contains(leads(groups), t) {
			return keep, nil, fault.NewInvalid("registry.merge_field", t)
		}
	}
	var conflicts []string
	for _, g := range groups {
		mine, theirs := r.known(&keep, g[0]), r.known(&drop, g[0])
		if mine != "" && theirs != "" && mine != theirs {
			conflicts = append(conflicts, g[0])
		}
		if theirs == "" || mine != "" && !slices.Contains(take, g[0]) {
			continue
		}
		if err := r.copyFields(&keep, &drop, g); err != nil {
			return keep, nil, err
		}
	}
	return keep, conflicts, nil
}

// known returns the value of a field as text, "" when it is not known. Alive is
// what is believed of everybody until somebody says otherwise, so it is no
// knowledge.
func (r record[T]) known(v *T, column string) string {
	for i := range r.fields {
		if f := &r.fields[i]; f.column == column && f.text != nil {
			if s := f.text(v); column != "life" || s != string(Alive) {
				return s
			}
		}
	}
	return ""
}

func (r record[T]) copyFields(to, from *T, columns []string) error {
	for i := range r.fields {
		f := &r.fields[i]
		if f.text == nil || !slices.Contains(columns, f.column) {
			continue
		}
		if err := f.parse(to, f.text(from)); err != nil {
			return err
		}
	}
	return nil
}

// clear takes the values of columns away, each with its group.
func (r record[T]) clear(v *T, groups []group, columns []string) error {
	var none T
	for _, c := range columns {
		i := slices.IndexFunc(groups, func(g group) bool { return g[0] == c })
		if i < 0 {
			return fault.NewInvalid("registry.merge_field", c)
		}
		if err := r.copyFields(v, &none, groups[i]); err != nil {
			return err
		}
	}
	return nil
}
