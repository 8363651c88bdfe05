package registry

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/id"
)

func indexName(ctx context.Context, tx *db.Tx, person id.Person, name string) error {
	for _, w := range distinct(Words(name)) {
		_, err := tx.ExecMany(ctx, "INSERT INTO person_name (regency, word, person_id) VALUES ($1, $2, $3)",
			tx.Actor.Regency(), w, string(person))
		if err != nil {
			return err
		}
	}
	return nil
}

// unindexName removes the words of a name that the person had, by key.
func unindexName(ctx context.Context, tx *db.Tx, person id.Person, name string) error {
	for _, w := range distinct(Words(name)) {
		_, err := tx.ExecMany(ctx, "DELETE FROM person_name WHERE regency = $1 AND word = $2 AND person_id = $3",
			tx.Actor.Regency(), w, string(person))
		if err != nil {
			return err
		}
	}
	return nil
}

// reindexName brings the index in step with a person that was before and is now;
// those who were merged away are not in it.
func reindexName(ctx context.Context, tx *db.Tx, before, now Person) error {
	if before.Name == now.Name && (before.MergedInto == "") == (now.MergedInto == "") {
		return nil
	}
	if before.MergedInto == "" {
		if err := unindexName(ctx, tx, before.ID, before.Name); err != nil {
			return err
		}
	}
	if now.MergedInto != "" {
		return nil
	}
	return indexName(ctx, tx, now.ID, now.Name)
}

// Rebuild makes the derived tables of the actor's regency anew: the index
// behind name search and the counts behind the facets. After sound commands it
// changes nothing (see DriftOf); it is for the doctor, after a fault of the machine or of
// this program. On PostgreSQL nobody else should write meanwhile.
func Rebuild(ctx context.Context, tx *db.Tx) error {
	if err := rebuildNames(ctx, tx); err != nil {
		return err
	}
	regency := tx.Actor.Regency()
	if _, err := tx.Exec(ctx, "DELETE FROM family_tally WHERE regency = $1", regency); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO family_tally (regency, village, desil, receives, review, families_n, people_n) "+cellsOfFamilies, regency)
	if err != nil {
		return err
	}
	return tx.Record("registry.rebuilt", "", "", map[string]any{"say": []string{}})
}

func rebuildNames(ctx context.Context, tx *db.Tx) error {
	const page = 5000
	regency := tx.Actor.Regency()
	if _, err := tx.Exec(ctx, "DELETE FROM person_name WHERE regency = $1", regency); err != nil {
		return err
	}
	type named struct {
		id   id.Person
		name string
	}
	for last := ""; ; {
		list, err := db.All(ctx, tx, func(n *named) []any { return []any{&n.id, &n.name} },
			"SELECT id, name FROM person WHERE regency = $1 AND id > $2 AND merged_into = '' ORDER BY id LIMIT $3", regency, last, page)
		if err != nil {
			return err
		}
		for _, n := range list {
			if err := indexName(ctx, tx, n.id, n.name); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		last = string(list[len(list)-1].id)
	}
}
