package program

import (
	"tepat/internal/db"
	"tepat/internal/id"
)

// Difference says how many come in and fall out from one judgement to another,
// for the preview of a draft.
type Difference struct {
	Stayed, CameIn, FellOut int
}

// Differ compares who is in by two judgements of the same programme.
func Differ(before, after *Judged) Difference {
	was := map[id.Person]bool{}
	for i := range before.Lines {
		if before.Lines[i].State == PlaceIn {
			was[before.Lines[i].Person] = true
		}
	}
	var d Difference
	for i := range after.Lines {
		if after.Lines[i].State != PlaceIn {
			continue
		}
		if was[after.Lines[i].Person] {
			d.Stayed++
			continue
		}
		d.CameIn++
	}
	d.FellOut = len(was) - d.Stayed
	return d
}

// Exported records that a list left the house as a file; sum is the hash that
// the file names. kind is "ranking", "decree" or "candidates", object its id.
func Exported(tx *db.Tx, kind, object, title, format string, rows int64, sum string) error {
	return tx.Record("program.exported", object, tx.Actor.Scope.Regency(), map[string]any{"say": []any{title, rows},
		"list": kind, "format": format, "rows": rows, "sha256": sum})
}
