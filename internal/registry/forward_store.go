package registry

import (
	"context"
	"slices"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
)

// forwarding is one arrow from a record to the one that speaks for it. Arrows
// are never chained: a merge turns those that pointed at the one it drops.
type forwarding[T ~string] struct{ from, to T }

func forwards[T ~string](ctx context.Context, q db.Querier, table string, w db.Where) (map[T]T, error) {
	w.And("merged_into <> ''")
	list, err := db.All(ctx, q, func(f *forwarding[T]) []any { return []any{&f.from, &f.to} },
		"SELECT id, merged_into FROM "+table+w.String(), w.Args...)
	out := make(map[T]T, len(list))
	for _, f := range list {
		out[f.from] = f.to
	}
	return out, err
}

// Forwards returns all arrows of a regency, for engines that look at everybody.
func Forwards(ctx context.Context, q db.Querier, regency string) (Forward, FamilyForward, error) {
	var w db.Where
	w.And("regency = ?", regency)
	people, err := forwards[id.Person](ctx, q, "person", w)
	if err != nil {
		return nil, nil, err
	}
	families, err := forwards[id.Family](ctx, q, "family", w)
	return people, families, err
}

// OtherNumbers returns the NIK of records that were merged away, by who speaks
// for them now: whoever asks for relatives asks for these too.
func OtherNumbers(ctx context.Context, q db.Querier, regency string) (map[id.Person][]nik.NIK, error) {
	type row struct {
		to     id.Person
		number nik.NIK
	}
	list, err := db.All(ctx, q, func(r *row) []any { return []any{&r.to, &r.number} },
		"SELECT merged_into, nik FROM person WHERE regency = $1 AND merged_into <> '' AND nik <> ''", regency)
	out := make(map[id.Person][]nik.NIK, len(list))
	for _, r := range list {
		out[r.to] = append(out[r.to], r.number)
	}
	return out, err
}

// Resolve returns who speaks for those of the people who were merged away.
func Resolve(ctx context.Context, q db.Querier, regency string, people []id.Person) (Forward, error) {
	return resolve(ctx, q, regency, "person", people)
}

// ResolveFamilies is Resolve for families.
func ResolveFamilies(ctx context.Context, q db.Querier, regency string, families []id.Family) (FamilyForward, error) {
	return resolve(ctx, q, regency, "family", families)
}

func resolve[T ~string](ctx context.Context, q db.Querier, regency, table string, ids []T) (map[T]T, error) {
	return arrows(ctx, q, regency, table, "id", ids)
}

// arrows returns the arrows that begin (column id) or end (merged_into) at ids.
func arrows[T ~string](ctx context.Context, q db.Querier, regency, table, column string, ids []T) (map[T]T, error) {
	out := map[T]T{}
	err := db.Chunks(ids, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In(column, part...)
		some, err := forwards[T](ctx, q, table, w)
		for from, to := range some {
			out[from] = to
		}
		return err
	})
	return out, err
}

// Selves returns the people, those who speak for them and everybody merged into
// these, each once, with the way to who speaks: whatever was stored about a
// person under any of his records is found by one of them.
func Selves(ctx context.Context, q db.Querier, regency string, people []id.Person) ([]id.Person, Forward, error) {
	return selves(ctx, q, regency, "person", people)
}

// FamilySelves is Selves for families.
func FamilySelves(ctx context.Context, q db.Querier, regency string, families []id.Family) ([]id.Family, FamilyForward, error) {
	return selves(ctx, q, regency, "family", families)
}

func selves[T ~string](ctx context.Context, q db.Querier, regency, table string, ids []T) ([]T, map[T]T, error) {
	all := slices.Clone(ids)
	// Most registries know few merges, and imports ask by the thousand.
	some, _, err := db.One(ctx, q, db.Self[int],
		"SELECT count(*) FROM (SELECT 1 FROM "+table+" WHERE regency = $1 AND merged_into <> '' LIMIT 1) t", regency)
	if err != nil || some == 0 {
		return unique(all), map[T]T{}, err
	}
	to, err := resolve(ctx, q, regency, table, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, survivor := range to {
		all = append(all, survivor)
	}
	all = unique(all)
	others, err := arrows(ctx, q, regency, table, "merged_into", all)
	for from, survivor := range others {
		to[from] = survivor
		all = append(all, from)
	}
	return unique(all), to, err
}

func unique[T ~string](ids []T) []T {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// SamePerson returns every record of one person, first the one that speaks.
func SamePerson(ctx context.Context, q db.Querier, regency string, person id.Person) ([]id.Person, error) {
	all, to, err := Selves(ctx, q, regency, []id.Person{person})
	return speakerFirst(all, to[person], person), err
}

// SameFamily is SamePerson for families.
func SameFamily(ctx context.Context, q db.Querier, regency string, family id.Family) ([]id.Family, error) {
	all, to, err := FamilySelves(ctx, q, regency, []id.Family{family})
	return speakerFirst(all, to[family], family), err
}

func speakerFirst[T ~string](all []T, speaker, asked T) []T {
	if speaker == "" {
		speaker = asked
	}
	out := []T{speaker}
	for _, one := range all {
		if one != speaker {
			out = append(out, one)
		}
	}
	return out
}
