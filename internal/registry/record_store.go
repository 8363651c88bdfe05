package registry

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
)

// field is one column of a T.
type field[T any] struct {
	column string
	null   string                 // what a NULL is read as; "" when NULL never stands there or the type reads it
	ptr    func(*T) any           // where to scan it; nil when it is computed from other fields
	value  func(*T) any           // what is stored
	text   func(*T) string        // how the diff writes it; nil when it is not in the diff
	parse  func(*T, string) error // the inverse of text
	edited bool                   // written by a change; the others follow from elsewhere
	late   bool                   // see later
}

func text[T any, S ~string](column string, at func(*T) *S) field[T] {
	return field[T]{
		column: column, edited: true,
		ptr:   func(v *T) any { return at(v) },
		value: func(v *T) any { return string(*at(v)) },
		text:  func(v *T) string { return string(*at(v)) },
		parse: func(v *T, s string) error { *at(v) = S(s); return nil },
	}
}

// digits is text for NIK and KK, which print masked everywhere but here: the
// column and the provenance hold the number itself.
func digits[T any, S interface {
	~string
	Reveal() string
}](column string, at func(*T) *S) field[T] {
	f := text(column, at)
	f.value = func(v *T) any { return (*at(v)).Reveal() }
	f.text = func(v *T) string { return (*at(v)).Reveal() }
	return f
}

func number[T any, N ~int](column string, at func(*T) *N) field[T] {
	return field[T]{
		column: column, edited: true,
		ptr:   func(v *T) any { return at(v) },
		value: func(v *T) any { return int(*at(v)) },
		text:  func(v *T) string { return itoa(int(*at(v))) },
		parse: func(v *T, s string) error { *at(v) = N(atoi(s)); return nil },
	}
}

func date[T any](column string, at func(*T) *civil.Date) field[T] {
	return field[T]{
		column: column, edited: true,
		ptr:   func(v *T) any { return at(v) },
		value: func(v *T) any { return *at(v) },
		text:  func(v *T) string { return at(v).String() },
		parse: func(v *T, s string) error {
			d, err := civil.Parse(s)
			*at(v) = d
			return err
		},
	}
}

// moment is an instant that the registry writes down itself.
func moment[T any](column string, at func(*T) *db.Time) field[T] {
	return field[T]{
		column: column,
		ptr:    func(v *T) any { return at(v) },
		value:  func(v *T) any { return *at(v) },
	}
}

// derived is a column computed from other fields, for an index.
func derived[T any](column string, value func(*T) any) field[T] {
	return field[T]{column: column, edited: true, value: value}
}

// orNull stores the zero value as NULL and reads NULL as zero.
func (f field[T]) orNull(zero string) field[T] {
	plain, text := f.value, f.text
	f.null = zero
	f.value = func(v *T) any {
		if text(v) == "" {
			return nil
		}
		return plain(v)
	}
	return f
}

// kept takes a field out of edits and diffs: the registry keeps it in step.
func (f field[T]) kept() field[T] {
	f.edited, f.text, f.parse = false, nil, nil
	return f
}

// later marks a field that came after the first release: see db.Table.Later.
func (f field[T]) later() field[T] {
	f.late = true
	return f
}

// record is a stored kind of T with what follows from its fields. It uses no
// reflection: importing a million people passes through here.
type record[T any] struct {
	table   *db.Table
	columns string // for "SELECT … FROM person p": every alias is the first letter
	bare    string // the same without alias, for RETURNING
	update  string // see changed
	fields  []field[T]
	id      func(*T) any
}

func newRecord[T any](name string, id func(*T) any, fields []field[T]) record[T] {
	sets := []string{"version = version + 1", "updated_at = $4"}
	slices.SortStableFunc(fields, func(a, b field[T]) int { return cmp.Compare(after(a.late), after(b.late)) })
	var columns, late []string
	for _, f := range fields {
		if f.late {
			late = append(late, f.column)
		} else {
			columns = append(columns, f.column)
		}
		if f.edited {
			sets = append(sets, f.column+" = $"+strconv.Itoa(len(sets)+3))
		}
	}
	return record[T]{
		table: db.NewTable(name, columns...).Later(late...), columns: readList(name[:1]+".", fields), bare: readList("", fields), fields: fields, id: id,
		update: "UPDATE " + name + " SET " + strings.Join(sets, ", ") + " WHERE regency = $1 AND id = $2 AND version = $3",
	}
}

func after(late bool) int {
	if late {
		return 1
	}
	return 0
}

func readList[T any](alias string, fields []field[T]) string {
	list := []string{alias + "id"}
	for _, f := range fields {
		switch {
		case f.ptr != nil && f.null != "":
			list = append(list, "COALESCE("+alias+f.column+", "+f.null+")")
		case f.ptr != nil:
			list = append(list, alias+f.column)
		}
	}
	return strings.Join(list, ", ")
}

// scan returns the pointers for columns.
func (r record[T]) scan(v *T) []any {
	out := append(make([]any, 0, len(r.fields)+1), r.id(v))
	for i := range r.fields {
		if ptr := r.fields[i].ptr; ptr != nil {
			out = append(out, ptr(v))
		}
	}
	return out
}

// values returns what an insert stores.
func (r record[T]) values(v *T) []any {
	out := make([]any, len(r.fields))
	for i := range r.fields {
		out[i] = r.fields[i].value(v)
	}
	return out
}

// changed returns the arguments of update: the key, the version that was read,
// the time, and every edited field.
func (r record[T]) changed(regency, id string, version int, now db.Time, v *T) []any {
	out := append(make([]any, 0, len(r.fields)+4), regency, id, version, now)
	for i := range r.fields {
		if r.fields[i].edited {
			out = append(out, r.fields[i].value(v))
		}
	}
	return out
}

// names lists the fields that a diff may hold, in their order.
func (r record[T]) names() []string {
	var out []string
	for i := range r.fields {
		if r.fields[i].text != nil {
			out = append(out, r.fields[i].column)
		}
	}
	return out
}

// diff lists the fields in which b differs from a.
func (r record[T]) diff(a, b *T) Diff {
	d := Diff{}
	for i := range r.fields {
		f := &r.fields[i]
		if f.text == nil {
			continue
		}
		if before, after := f.text(a), f.text(b); before != after {
			d[f.column] = [2]string{before, after}
		}
	}
	return d
}

// revert puts the old values of d back into v.
func (r record[T]) revert(v *T, d Diff) error {
	for i := range r.fields {
		f := &r.fields[i]
		old, ok := d[f.column]
		if !ok || f.parse == nil {
			continue
		}
		if err := f.parse(v, old[0]); err != nil {
			return fmt.Errorf("registry: %s: %w", f.column, err)
		}
	}
	return nil
}
