package registry

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// PeopleByNIK returns the people of regency who carry one of the numbers now,
// whatever the reader's area: matching must not depend on who imports. A number
// that nobody carries any more because of a merge leads to who speaks for its
// bearer, so an old list finds him.
func PeopleByNIK(ctx context.Context, q db.Querier, regency string, numbers []nik.NIK) (map[nik.NIK]Person, error) {
	out := make(map[nik.NIK]Person, len(numbers))
	err := db.Chunks(numbers, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("nik", part...)
		w.And("nik <> '' AND merged_into = ''") // lets both engines use the partial index
		list, err := db.All(ctx, q, scanPerson, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
		for _, p := range list {
			out[p.NIK] = p
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	left, err := leftNumbers(ctx, q, regency, "nik", missing(numbers, out))
	if err != nil || len(left) == 0 {
		return out, err
	}
	var ids []id.Person
	for _, subject := range left {
		ids = append(ids, id.Person(subject))
	}
	all, to, err := Selves(ctx, q, regency, ids)
	if err != nil {
		return nil, err
	}
	known, err := PeopleByID(ctx, q, region.NewScope(region.Code(regency)), all)
	for number, subject := range left {
		if p, ok := known[to.Of(id.Person(subject))]; ok {
			out[nik.NIK(number)] = p
		}
	}
	return out, err
}

// FamiliesByKK is PeopleByNIK for family cards.
func FamiliesByKK(ctx context.Context, q db.Querier, regency string, numbers []nik.KK) (map[nik.KK]Family, error) {
	out := make(map[nik.KK]Family, len(numbers))
	err := db.Chunks(numbers, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("kk", part...)
		w.And("kk <> '' AND merged_into = ''")
		list, err := db.All(ctx, q, scanFamily, "SELECT "+familyColumns+" FROM family f"+w.String(), w.Args...)
		for _, f := range list {
			out[f.KK] = f
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	left, err := leftNumbers(ctx, q, regency, "kk", missing(numbers, out))
	if err != nil || len(left) == 0 {
		return out, err
	}
	var ids []id.Family
	for _, subject := range left {
		ids = append(ids, id.Family(subject))
	}
	all, to, err := FamilySelves(ctx, q, regency, ids)
	if err != nil {
		return nil, err
	}
	known, err := FamiliesByID(ctx, q, region.NewScope(region.Code(regency)), all)
	for number, subject := range left {
		if f, ok := known[to.Of(id.Family(subject))]; ok {
			out[nik.KK(number)] = f
		}
	}
	return out, err
}

func missing[N ~string, T any](numbers []N, found map[N]T) []N {
	var out []N
	for _, n := range numbers {
		if _, ok := found[n]; !ok && n != "" {
			out = append(out, n)
		}
	}
	return out
}

// leftNumbers returns whose former number each of numbers is, as far as merges
// left it behind. A number that somebody corrected was wrong and leads nowhere.
func leftNumbers[N ~string](ctx context.Context, q db.Querier, regency, kind string, numbers []N) (map[string]string, error) {
	out := map[string]string{}
	if len(numbers) == 0 {
		return out, nil
	}
	merged, _, err := db.One(ctx, q, db.Self[int], "SELECT count(*) FROM (SELECT 1 FROM merge WHERE regency = $1 LIMIT 1) t", regency)
	if err != nil || merged == 0 {
		return out, err // a registry without merges imports a million new people without asking
	}
	type row struct{ number, subject string }
	err = db.Chunks(numbers, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.And("kind = ?", kind)
		w.In("number", part...)
		w.And("source = ?", mergeSource)
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.number, &r.subject} },
			"SELECT number, subject_id FROM former_number"+w.String()+" ORDER BY id", w.Args...)
		for _, r := range rows {
			out[r.number] = r.subject
		}
		return err
	})
	return out, err
}

// FormerNumber is a NIK or KK that a person or family no longer carries.
type FormerNumber struct {
	ID      string
	Kind    string // "nik" or "kk"
	Number  string // digits; show it through nik.NIK or nik.KK
	Subject string
	UntilAt db.Time
	Source  string
}

// FormerNumbers returns the numbers that subjects no longer carry, newest first.
func FormerNumbers(ctx context.Context, q db.Querier, regency string, subjects ...string) ([]FormerNumber, error) {
	var w db.Where
	w.And("regency = ?", regency)
	args := make([]any, len(subjects))
	for i, s := range subjects {
		args[i] = s
	}
	w.In("subject_id", args...)
	return db.All(ctx, q, func(f *FormerNumber) []any {
		return []any{&f.ID, &f.Kind, &f.Number, &f.Subject, &f.UntilAt, &f.Source}
	}, "SELECT id, kind, number, subject_id, until_at, source FROM former_number"+w.String()+" ORDER BY until_at DESC, id DESC", w.Args...)
}
