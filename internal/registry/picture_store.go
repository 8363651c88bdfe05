package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tepat/internal/db"
	"tepat/internal/id"
)

// picture is a stored row, column by column: text, int64 or nil.
type picture map[string]any

// moving lists the columns that no merge owns: counters that only go up, and
// what follows from other rows or from evidence.
var moving = []string{"version", "created_at", "updated_at", "head_id", "head_name", "head_key", "members_n", "receives", "review"}

// album holds what the rows around a merge looked like before it, so that
// afterwards the merge can write down what it did to each of them. Rows are
// shown in the order of an undo read backwards: what an undo must put back
// first comes last.
type album struct {
	views []view
	old   map[spot]picture
	order []spot
}

// view is a part of a table that a merge may touch.
type view struct {
	table *db.Table
	where string // a column
	value string
}

type spot struct {
	table *db.Table
	row   string
}

// look takes the pictures of the rows of table where column has value.
func (a *album) look(ctx context.Context, tx *db.Tx, table *db.Table, column, value string) error {
	v := view{table, column, value}
	a.views = append(a.views, v)
	if a.old == nil {
		a.old = map[spot]picture{}
	}
	rows, err := pictures(ctx, tx, v)
	if err != nil {
		return err
	}
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		at := spot{table, row}
		if _, seen := a.old[at]; !seen {
			a.old[at] = rows[row]
			a.order = append(a.order, at)
		}
	}
	return nil
}

// keep compares the pictures with the rows as they are now and stores the
// difference as the steps of a merge.
func (a *album) keep(ctx context.Context, tx *db.Tx, merge id.Merge) error {
	now := map[spot]picture{}
	order := slices.Clone(a.order)
	for _, v := range a.views {
		rows, err := pictures(ctx, tx, v)
		if err != nil {
			return err
		}
		for _, row := range slices.Sorted(maps.Keys(rows)) {
			at := spot{v.table, row}
			if _, seen := now[at]; !seen && a.old[at] == nil {
				order = append(order, at)
			}
			now[at] = rows[row]
		}
	}
	n := 0
	for _, at := range order {
		if now[at] == nil { // it has left the view: its owner or family changed
			rows, err := pictures(ctx, tx, view{at.table, "id", at.row})
			if err != nil {
				return err
			}
			now[at] = rows[at.row]
		}
		s := step{Kind: at.table.Name, Row: at.row, Made: a.old[at] == nil, Fields: differ(a.old[at], now[at])}
		if !s.Made && len(s.Fields) == 0 {
			continue
		}
		n++
		if err := s.add(ctx, tx, merge, n); err != nil {
			return err
		}
	}
	return nil
}

// step is what a merge did to one row: column to old and new value.
type step struct {
	ID     string
	Kind   string
	Row    string
	Made   bool
	Fields map[string][2]any
}

func (s *step) add(ctx context.Context, tx *db.Tx, merge id.Merge, n int) error {
	fields, err := json.Marshal(s.Fields)
	if err != nil {
		return err
	}
	made := 0
	if s.Made {
		made = 1
	}
	return tx.Insert(ctx, stepTable, tx.NewID(), string(merge), n, s.Kind, s.Row, made, string(fields))
}

// differ lists the columns in which now is not old; a new row is all new.
func differ(old, now picture) map[string][2]any {
	out := map[string][2]any{}
	for column, v := range now {
		if slices.Contains(moving, column) || old != nil && old[column] == v {
			continue
		}
		out[column] = [2]any{old[column], v}
	}
	return out
}

// pictures reads the rows of a view by their id.
func pictures(ctx context.Context, tx *db.Tx, v view) (map[string]picture, error) {
	// The second half of the condition lets both engines use partial indexes.
	rows, err := tx.Query(ctx, "SELECT id, "+strings.Join(v.table.Columns, ", ")+" FROM "+v.table.Name+
		" WHERE regency = $1 AND "+v.where+" = $2 AND "+v.where+" <> ''", tx.Actor.Regency(), v.value)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var row string
	values := make([]any, len(v.table.Columns))
	ptrs := []any{&row}
	for i := range values {
		ptrs = append(ptrs, &values[i])
	}
	out := map[string]picture{}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		p := make(picture, len(values))
		for i, column := range v.table.Columns {
			p[column] = plain(values[i])
		}
		out[row] = p
	}
	return out, rows.Err()
}

func plain(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// stepsOf reads what a merge did, first step first.
func stepsOf(ctx context.Context, tx *db.Tx, merge id.Merge) ([]step, error) {
	type row struct {
		step
		made   int
		fields string
	}
	rows, err := db.All(ctx, tx, func(r *row) []any { return []any{&r.ID, &r.Kind, &r.Row, &r.made, &r.fields} },
		"SELECT id, kind, row_id, made, fields FROM merge_step WHERE regency = $1 AND merge_id = $2 ORDER BY step_no", tx.Actor.Regency(), string(merge))
	if err != nil {
		return nil, err
	}
	out := make([]step, len(rows))
	for i := range rows {
		out[i] = rows[i].step
		out[i].Made = rows[i].made == 1
		if out[i].Fields, err = fieldsOf(rows[i].fields); err != nil {
			return nil, fmt.Errorf("merge step %s: %w", rows[i].ID, err)
		}
	}
	return out, nil
}

// fieldsOf reads the JSON of a step; whole numbers stay whole.
func fieldsOf(text string) (map[string][2]any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var out map[string][2]any
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	for column, pair := range out {
		for i, v := range pair {
			if n, ok := v.(json.Number); ok {
				whole, err := n.Int64()
				if err != nil {
					return nil, err
				}
				pair[i] = whole
			}
		}
		out[column] = pair
	}
	return out, nil
}

// columns returns the changed columns in a fixed order.
func (s *step) columns() []string {
	return slices.Sorted(maps.Keys(s.Fields))
}
