package registry

import (
	"context"
	"slices"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// purposes lists why a masked number may be opened; the words are recorded.
var purposes = []string{"match", "call", "letter", "audit"}

// RevealNIK opens the number of a person of the actor's area for one of
// four purposes. The event says whose number was opened, never the digits.
func RevealNIK(ctx context.Context, tx *db.Tx, person id.Person, purpose string) (nik.NIK, error) {
	p, err := PersonByID(ctx, tx, tx.Actor.Scope, person)
	if err != nil {
		return "", err
	}
	return p.NIK, revealed(tx, string(p.ID), p.Village, p.Name, "NIK", purpose)
}

// RevealKK is RevealNIK for the card number of a family.
func RevealKK(ctx context.Context, tx *db.Tx, family id.Family, purpose string) (nik.KK, error) {
	f, err := FamilyByID(ctx, tx, tx.Actor.Scope, family)
	if err != nil {
		return "", err
	}
	return f.KK, revealed(tx, string(f.ID), f.Village, f.HeadName, "KK", purpose)
}

func revealed(tx *db.Tx, object string, area region.Code, name, what, purpose string) error {
	if !slices.Contains(purposes, purpose) {
		return fault.NewInvalid("registry.purpose_missing").At("reason")
	}
	return tx.Record("value.revealed", object, area, map[string]any{"say": []string{name, what}, "purpose": purpose})
}

// Exported is a list that somebody takes out of the house.
type Exported struct {
	List   string // its name as people see it
	Words  string // the filter in words; empty means everything in his area
	Format string // "xlsx", "csv", "json"
	Rows   int64
	SHA256 string // of the rows, see package export
}

// RecordExport writes down that a list leaves, before it does.
func RecordExport(tx *db.Tx, e Exported) error {
	area := region.Code("")
	if areas := tx.Actor.Scope.Areas(); len(areas) == 1 {
		area = areas[0]
	}
	return tx.Record("list.exported", "", area, map[string]any{"say": []any{e.List, e.Rows, e.Format},
		"filter": e.Words, "rows": e.Rows, "sha256": e.SHA256})
}
