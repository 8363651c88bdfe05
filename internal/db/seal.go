package db

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Table declares a record table whose rows are sealed: every insert, change
// and removal puts a digest of the stored row into the ledger, so that
// `tepat verify` can name a row that was touched behind its back.
//
// The primary key is (regency, id). Columns lists every other column.
type Table struct {
	Name    string
	Columns []string

	insert, read, scan string
}

// NewTable declares a sealed table.
func NewTable(name string, columns ...string) *Table {
	t := &Table{Name: name, Columns: columns}
	cols := "regency, id, " + strings.Join(columns, ", ")
	marks := make([]string, len(columns)+2)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	t.insert = "INSERT INTO " + name + " (" + cols + ") VALUES (" + strings.Join(marks, ", ") + ")"
	t.read = "SELECT " + strings.Join(columns, ", ") + " FROM " + name + " WHERE regency = $1 AND id = $2"
	t.scan = "SELECT id, " + strings.Join(columns, ", ") + " FROM " + name + " WHERE regency = $1 ORDER BY id"
	return t
}

// Digest is the first half of a SHA-256 over a row's identity and values.
// The zero Digest stands for "no such row".
type Digest [16]byte

// Seal says: after this command, row ID of Table has this digest.
type Seal struct {
	Table  string
	ID     string
	Digest Digest
}

// digestRow hashes values as both engines return them: NULL, integers and
// booleans in decimal, text and bytes with their length in front.
func digestRow(buf []byte, table, id string, values []any) (Digest, []byte, error) {
	buf = appendPart(buf[:0], 's', table)
	buf = appendPart(buf, 's', id)
	for i, v := range values {
		var err error
		if buf, err = appendValue(buf, v); err != nil {
			return Digest{}, buf, fmt.Errorf("%s, value %d: %w", table, i+1, err)
		}
	}
	sum := sha256.Sum256(buf)
	return Digest(sum[:16]), buf, nil
}

func appendPart(buf []byte, kind byte, s string) []byte {
	buf = append(buf, kind)
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

func appendValue(buf []byte, v any) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return append(buf, 'n'), nil
	case string:
		return appendPart(buf, 's', x), nil
	case []byte:
		if x == nil {
			return append(buf, 'n'), nil
		}
		return appendPart(buf, 's', string(x)), nil
	case int64:
		return strconv.AppendInt(append(buf, 'i'), x, 10), nil
	case int:
		return strconv.AppendInt(append(buf, 'i'), int64(x), 10), nil
	case bool:
		if x {
			return append(buf, 'i', '1'), nil
		}
		return append(buf, 'i', '0'), nil
	case driver.Valuer:
		inner, err := x.Value()
		if err != nil {
			return buf, err
		}
		return appendValue(buf, inner)
	}
	return appendKind(buf, reflect.ValueOf(v))
}

// appendKind serves named types such as nik.NIK or money.Rupiah.
func appendKind(buf []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.String:
		return appendPart(buf, 's', v.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(append(buf, 'i'), v.Int(), 10), nil
	case reflect.Bool:
		return appendValue(buf, v.Bool())
	case reflect.Pointer:
		if v.IsNil() {
			return append(buf, 'n'), nil
		}
		return appendValue(buf, v.Elem().Interface())
	}
	return buf, fmt.Errorf("cannot seal a %s", v.Type())
}

// readDigest returns the digest of the row as it is stored now.
func readDigest(ctx context.Context, q Querier, t *Table, regency, id string) (Digest, error) {
	rows, err := q.Query(ctx, t.read, regency, id)
	if err != nil {
		return Digest{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return Digest{}, rows.Err()
	}
	values, ptrs := scanBuffer(len(t.Columns))
	if err := rows.Scan(ptrs...); err != nil {
		return Digest{}, err
	}
	d, _, err := digestRow(nil, t.Name, id, values)
	return d, err
}

// Digests calls fn with every row of t in regency, in order of id.
func (t *Table) Digests(ctx context.Context, q Querier, regency string, fn func(id string, d Digest) error) error {
	rows, err := q.Query(ctx, t.scan, regency)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, ptrs := scanBuffer(len(t.Columns) + 1)
	var buf []byte
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return err
		}
		var id string
		switch v := values[0].(type) {
		case string:
			id = v
		case []byte:
			id = string(v)
		}
		var d Digest
		if d, buf, err = digestRow(buf, t.Name, id, values[1:]); err != nil {
			return err
		}
		if err := fn(id, d); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanBuffer(n int) ([]any, []any) {
	values, ptrs := make([]any, n), make([]any, n)
	for i := range values {
		ptrs[i] = &values[i]
	}
	return values, ptrs
}
