package delivery

import (
	"context"
	"slices"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/registry"
)

// Every command that changes lines takes the rows of their sites first, in
// order of id, and reads afterwards. So what is paid at a site and the closing
// of the site, or of its list, never overlap: officers of one site follow each
// other, officers of different sites do not wait.

// lockLines takes the sites of lines until the command ends.
func lockLines(ctx context.Context, tx *db.Tx, lines ...any) error {
	var w db.Where
	w.And("regency = ?", tx.Actor.Regency())
	w.In("id", lines...)
	return lockSitesOf(ctx, tx, &w)
}

// lockPayments takes the sites of lines, and of the other lines that pay the
// same people since their records were merged.
func lockPayments(ctx context.Context, tx *db.Tx, lines []any) error {
	var w db.Where
	w.And("regency = ?", tx.Actor.Regency())
	w.In("id", lines...)
	people, err := db.All(ctx, tx, db.Self[id.Person], "SELECT person_id FROM pay_line"+w.String(), w.Args...)
	if err != nil {
		return err
	}
	all, speaker, err := registry.Selves(ctx, tx, tx.Actor.Regency(), people)
	if err != nil {
		return err
	}
	if len(speaker) == 0 {
		return lockLines(ctx, tx, lines...)
	}
	var same db.Where
	same.And("regency = ?", tx.Actor.Regency())
	keys := make([]any, len(all))
	for i, p := range all {
		keys[i] = string(p)
	}
	same.In("person_id", keys...)
	same.And("state = 'pending'")
	twins, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM pay_line"+same.String(), same.Args...)
	if err != nil {
		return err
	}
	for _, t := range twins {
		lines = append(lines, t)
	}
	return lockLines(ctx, tx, lines...)
}

// lockDecreeLine takes the sites of a recipient's lines in every stage.
func lockDecreeLine(ctx context.Context, tx *db.Tx, line id.DecreeLine) error {
	var w db.Where
	w.And("regency = ?", tx.Actor.Regency())
	w.And("decree_line_id = ?", string(line))
	return lockSitesOf(ctx, tx, &w)
}

// lockSitesOf sorts here: asked for order, SQLite would walk all lines by site.
func lockSitesOf(ctx context.Context, tx *db.Tx, lines *db.Where) error {
	sites, err := db.All(ctx, tx, db.Self[id.Site], "SELECT site_id FROM pay_line"+lines.String(), lines.Args...)
	if err != nil {
		return err
	}
	slices.Sort(sites)
	return lockSites(ctx, tx, slices.Compact(sites)...)
}

// lockList takes every site of a list until the command ends.
func lockList(ctx context.Context, tx *db.Tx, list id.PayList) error {
	sites, err := db.All(ctx, tx, db.Self[id.Site], "SELECT id FROM site WHERE regency = $1 AND pay_list_id = $2 ORDER BY id",
		tx.Actor.Regency(), string(list))
	if err != nil {
		return err
	}
	return lockSites(ctx, tx, sites...)
}

// lockSites expects order of id. It writes nothing new: PostgreSQL keeps a
// written row to the writer until it commits, and SQLite has one writer.
func lockSites(ctx context.Context, tx *db.Tx, sites ...id.Site) error {
	for _, s := range sites {
		if _, err := tx.ExecMany(ctx, "UPDATE site SET state = state WHERE regency = $1 AND id = $2", tx.Actor.Regency(), string(s)); err != nil {
			return err
		}
	}
	return nil
}
