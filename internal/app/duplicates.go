package app

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/intake"
)

// FindDuplicates asks about the rows of applied imports that wait for a person
// and searches the registry, as the job behind each import does. It returns how
// many rows are asked about anew, and the search.
func (a *App) FindDuplicates(ctx context.Context, actor db.Actor, whole bool, progress duplicate.Progress) (int, duplicate.Search, error) {
	const page = 200
	rows := 0
	for offset := 0; ; offset += page {
		batches, err := intake.Batches(ctx, a.DB.Read(), a.Scope(), offset, page)
		if err != nil {
			return rows, duplicate.Search{}, err
		}
		for _, b := range batches {
			if b.State != intake.Applied || b.Counts.Look == 0 {
				continue
			}
			n, err := a.Duplicates.Rows(ctx, actor, b.ID)
			if err != nil {
				return rows, duplicate.Search{}, err
			}
			rows += n
		}
		if len(batches) < page {
			break
		}
	}
	out, err := a.Duplicates.Search(ctx, actor, whole, progress)
	return rows, out, err
}

// Moment is the present by the clock of the installation.
func (a *App) Moment() db.Time { return db.TimeOf(a.Config.Now()) }
