package registry

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/id"
)

var aliasTable = db.NewTable("match_alias", "alias", "person_id", "same", "suspicion_id", "made_at")

// aliasWord is what people said about one way of writing.
type aliasWord struct {
	same   id.Person
	others map[id.Person]bool
}

// aliases returns what people said about the profiles at rest, by alias, with
// merged people as the ones who stand for them.
func aliases(ctx context.Context, q db.Querier, regency string, profiles []Profile, rest []int) (map[string]aliasWord, error) {
	names := make([]string, 0, len(rest))
	for _, i := range rest {
		names = append(names, profiles[i].Alias())
	}
	type row struct {
		alias  string
		person id.Person
		same   int64
	}
	out := map[string]aliasWord{}
	err := db.Chunks(names, func(part []any) error {
		var w db.Where
		w.And("a.regency = ?", regency)
		w.In("a.alias", part...)
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.alias, &r.person, &r.same} },
			`SELECT a.alias, CASE WHEN p.merged_into = '' THEN p.id ELSE p.merged_into END, a.same FROM match_alias a
			JOIN person p ON p.regency = a.regency AND p.id = a.person_id`+w.String()+" ORDER BY a.id", w.Args...)
		for _, r := range rows {
			word := out[r.alias]
			if r.same != 0 {
				word.same = r.person
			} else {
				if word.others == nil {
					word.others = map[id.Person]bool{}
				}
				word.others[r.person] = true
			}
			out[r.alias] = word
		}
		return err
	})
	return out, err
}

// NoteAlias keeps what a person said about a way of writing somebody, until
// ForgetAlias. It is part of a command that records its own event.
func NoteAlias(ctx context.Context, tx *db.Tx, p *Profile, person id.Person, same bool, suspicion id.Suspicion) error {
	n := 0
	if same {
		n = 1
	}
	return tx.Insert(ctx, aliasTable, tx.NewID(), p.Alias(), string(person), n, string(suspicion), tx.Now)
}

// ForgetAlias takes back what a suspicion taught.
func ForgetAlias(ctx context.Context, tx *db.Tx, suspicion id.Suspicion) error {
	gone, err := db.All(ctx, tx, db.Self[string], "DELETE FROM match_alias WHERE regency = $1 AND suspicion_id = $2 RETURNING id",
		tx.Actor.Regency(), string(suspicion))
	tx.Touch(aliasTable, gone...)
	return err
}
