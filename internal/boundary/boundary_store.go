package boundary

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/region"
)

var table = db.NewTable("boundary", "name", "rings", "source", "imported_at", "imported_by")

// Tables lists the sealed tables of this package, for the verifier.
func Tables() []*db.Table { return []*db.Table{table} }

const maxSource = 120

// Replace stores shapes, simplified, in place of all that were there. source
// says whose boundaries they are, for the foot of the map.
func Replace(ctx context.Context, tx *db.Tx, source string, shapes []Shape) error {
	source = strings.Join(strings.Fields(source), " ")
	switch {
	case !tx.Actor.Scope.Whole():
		return fault.NewDenied("boundary.whole_only")
	case source == "" || len([]rune(source)) > maxSource:
		return fault.NewInvalid("boundary.no_source").At("source")
	}
	if _, err := removeAll(ctx, tx); err != nil {
		return fault.Wrap("boundary.Replace", err)
	}
	shapes = Simplify(shapes)
	for _, s := range shapes {
		if err := tx.Insert(ctx, table, string(s.Code), s.Name, encode(s.Rings), source, tx.Now, string(tx.Actor.User)); err != nil {
			return fault.Wrap("boundary.Replace", err)
		}
	}
	return tx.Record("boundary.imported", string(tx.Actor.Scope.Regency()), tx.Actor.Scope.Regency(),
		map[string]any{"say": []any{len(shapes), source}, "points": count(shapes)})
}

// Remove goes back to the map of tiles.
func Remove(ctx context.Context, tx *db.Tx) error {
	if !tx.Actor.Scope.Whole() {
		return fault.NewDenied("boundary.whole_only")
	}
	n, err := removeAll(ctx, tx)
	if err != nil {
		return fault.Wrap("boundary.Remove", err)
	}
	if n == 0 {
		tx.Unchanged()
		return nil
	}
	return tx.Record("boundary.removed", string(tx.Actor.Scope.Regency()), tx.Actor.Scope.Regency(), map[string]any{"say": []any{}})
}

func removeAll(ctx context.Context, tx *db.Tx) (int, error) {
	ids, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM boundary WHERE regency = $1", tx.Actor.Regency())
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM boundary WHERE regency = $1", tx.Actor.Regency()); err != nil {
		return 0, err
	}
	tx.Touch(table, ids...)
	return len(ids), nil
}

// Kept is what is stored: the shapes in code order and where they come from.
type Kept struct {
	Shapes []Shape
	Source string
	At     db.Time
}

// Of returns the boundaries of the regency of scope; Shapes is empty when none
// were imported. Boundaries are public, so a narrowed scope sees all of them.
func Of(ctx context.Context, q db.Querier, scope region.Scope) (Kept, error) {
	type row struct {
		code                region.Code
		name, rings, source string
		at                  db.Time
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.code, &r.name, &r.rings, &r.source, &r.at} },
		"SELECT id, name, rings, source, imported_at FROM boundary WHERE regency = $1 ORDER BY id", string(scope.Regency()))
	if err != nil {
		return Kept{}, fault.Wrap("boundary.Of", err)
	}
	var k Kept
	for _, r := range rows {
		rings, err := decode(r.rings)
		if err != nil {
			return Kept{}, fmt.Errorf("boundary.Of: %s: %w", r.code, err)
		}
		k.Shapes = append(k.Shapes, Shape{r.code, r.name, rings})
		k.Source, k.At = r.source, r.at
	}
	return k, nil
}

// encode writes rings as text: "x y" of the first point, then the steps to the
// next ones; rings are split by semicolons.
func encode(rings []Ring) string {
	var b []byte
	for i, r := range rings {
		if i > 0 {
			b = append(b, ';')
		}
		var last Point
		for j, p := range r {
			if j > 0 {
				b = append(b, ' ')
			}
			b = strconv.AppendInt(b, int64(p.X-last.X), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(p.Y-last.Y), 10)
			last = p
		}
	}
	return string(b)
}

func decode(text string) ([]Ring, error) {
	var out []Ring
	for part := range strings.SplitSeq(text, ";") {
		fields := strings.Fields(part)
		if len(fields) == 0 || len(fields)%2 != 0 {
			return nil, fmt.Errorf("a ring of %d numbers", len(fields))
		}
		ring := make(Ring, 0, len(fields)/2)
		var at Point
		for i := 0; i < len(fields); i += 2 {
			x, err := strconv.ParseInt(fields[i], 10, 32)
			if err != nil {
				return nil, err
			}
			y, err := strconv.ParseInt(fields[i+1], 10, 32)
			if err != nil {
				return nil, err
			}
			at = Point{at.X + int32(x), at.Y + int32(y)}
			ring = append(ring, at)
		}
		out = append(out, ring)
	}
	return out, nil
}
