package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
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

	later              int // how many of Columns, the last ones, came with Later
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
	t.read = "SELECT id, " + strings.Join(columns, ", ") + " FROM " + name + " WHERE regency = $1 AND id IN"
	t.scan = "SELECT id, " + strings.Join(columns, ", ") + " FROM " + name + " WHERE regency = $1 ORDER BY id"
	return t
}

// Later adds columns that the table got after its first release, and returns
// the table with them. They stand last, and count in the digest of a row by
// their name, and only when they hold something: so a row that was sealed
// before they came keeps its digest, and an update of the program does not make
// the verifier cry wolf over every row of the office. The migration adds them
// empty (NULL, empty text or 0), and no released column is ever renamed or dropped.
func (t *Table) Later(columns ...string) *Table {
	if len(columns) == 0 {
		return t
	}
	more := NewTable(t.Name, slices.Concat(t.Columns, columns)...)
	more.later = t.later + len(columns)
	return more
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

// digest hashes values as both engines return them: NULL, integers and
// booleans in decimal, text and bytes with their length in front.
func (t *Table) digest(buf []byte, id string, values []any) (Digest, []byte, error) {
	buf = appendPart(buf[:0], 's', t.Name)
	buf = appendPart(buf, 's', id)
	first := len(values) - t.later
	for i, v := range values {
		start := len(buf)
		if i >= first {
			buf = appendPart(buf, 'c', t.Columns[i])
		}
		from := len(buf)
		var err error
		if buf, err = appendValue(buf, v); err != nil {
			return Digest{}, buf, fmt.Errorf("%s, value %d: %w", t.Name, i+1, err)
		}
		if i >= first && holdsNothing(buf[from:]) {
			buf = buf[:start]
		}
	}
	sum := sha256.Sum256(buf)
	return Digest(sum[:16]), buf, nil
}

// holdsNothing reports whether a value, as it is hashed, is NULL, empty text or 0.
func holdsNothing(value []byte) bool {
	switch string(value) {
	case "n", "s\x00", "i0":
		return true
	}
	return false
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

// insertSome is the statement that inserts n rows at once.
func (t *Table) insertSome(n int) string {
	head, _, _ := strings.Cut(t.insert, " VALUES ")
	var b strings.Builder
	b.WriteString(head + " VALUES ")
	at := 1
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		mark := "($"
		for range len(t.Columns) + 2 {
			b.WriteString(mark + strconv.Itoa(at))
			mark = ", $"
			at++
		}
		b.WriteString(")")
	}
	return b.String()
}

// touchedDigests returns the digests of all touched rows as they are stored
// now; a row that is gone is absent, which is the zero Digest.
func (tx *Tx) touchedDigests(ctx context.Context) (map[[2]string]Digest, error) {
	byTable := map[*Table][]string{}
	var tables []*Table
	for _, key := range tx.order {
		t := tx.touched[key]
		if byTable[t] == nil {
			tables = append(tables, t)
		}
		byTable[t] = append(byTable[t], key[1])
	}
	out := make(map[[2]string]Digest, len(tx.order))
	for _, t := range tables {
		for ids := range slices.Chunk(byTable[t], rowsPerRead) {
			if err := readDigests(ctx, tx, t, tx.Actor.Regency(), ids, out); err != nil {
				return nil, fmt.Errorf("seal %s: %w", t.Name, err)
			}
		}
	}
	return out, nil
}

// rowsPerRead is a power of four, see readDigests. It is small because a planner
// that has no statistics yet takes a longer list for cheaper to filter by than
// to look up, and reads the whole table.
const rowsPerRead = 16

// readDigests puts the digests of the stored rows into out. The list of ids is
// filled up to a power of four with its last one, so that the engine meets few
// different statements.
func readDigests(ctx context.Context, q Querier, t *Table, regency string, ids []string, out map[[2]string]Digest) error {
	size := 1
	for size < len(ids) {
		size *= 4
	}
	args := make([]any, 0, size+1)
	args = append(args, regency)
	var marks strings.Builder
	for i := range size {
		args = append(args, ids[min(i, len(ids)-1)])
		if i > 0 {
			marks.WriteString(", ")
		}
		marks.WriteString("$" + strconv.Itoa(i+2))
	}
	rows, err := q.Query(ctx, t.read+" ("+marks.String()+")", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return eachDigest(rows, t, func(id string, d Digest) error {
		out[[2]string{t.Name, id}] = d
		return nil
	})
}

// Digests calls fn with every row of t in regency, in order of id.
func (t *Table) Digests(ctx context.Context, q Querier, regency string, fn func(id string, d Digest) error) error {
	rows, err := q.Query(ctx, t.scan, regency)
	if err != nil {
		return err
	}
	defer rows.Close()
	return eachDigest(rows, t, fn)
}

// eachDigest reads rows of id and columns.
func eachDigest(rows *sql.Rows, t *Table, fn func(id string, d Digest) error) error {
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
		var err error
		var d Digest
		if d, buf, err = t.digest(buf, id, values[1:]); err != nil {
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
