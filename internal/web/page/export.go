package page

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"tepat/internal/export"
)

// Format is a kind of file that a list leaves as.
type Format struct {
	Name string // also the ending of its address and file name
	Mime string
}

// Formats lists them in the order in which they are offered.
func Formats() []Format {
	return []Format{XLSX,
		{"csv", "text/csv; charset=utf-8"},
		{"json", "application/json; charset=utf-8"},
	}
}

// XLSX is the format for people.
var XLSX = Format{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// ExportLinks offers the list under path, as q narrows it, in every format.
func ExportLinks(path string, q url.Values) []Link {
	q = With(q, PageParam, "")
	var out []Link
	for _, f := range Formats() {
		out = append(out, Link{Text: strings.ToUpper(f.Name), Href: Href(path+"."+f.Name, q)})
	}
	return out
}

// SendTable sends t as the file name.<format>. What leaves the house is known
// before it leaves: the file is written aside, seal puts its rows and hash into
// the ledger, and only then the first byte goes out. When seal fails, nothing
// does. A regency needs no more memory than a village.
func (r *Request) SendTable(name string, f Format, t export.Table, seal func(sum export.Sum) error) error {
	spool, err := os.CreateTemp("", "tepat-*."+f.Name)
	if err != nil {
		return fmt.Errorf("page.SendTable: %w", err)
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	sum, err := writeTable(f, spool, t)
	if err != nil {
		return fmt.Errorf("page.SendTable: %w", err)
	}
	if err := seal(sum); err != nil {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("page.SendTable: %w", err)
	}
	return r.File(name+"."+f.Name, f.Mime, func(w io.Writer) error {
		_, err := io.Copy(w, spool)
		return err
	})
}

func writeTable(f Format, w io.Writer, t export.Table) (export.Sum, error) {
	switch f.Name {
	case "xlsx":
		return t.WriteXLSX(w)
	case "csv":
		return t.WriteCSV(w)
	}
	return t.WriteJSON(w)
}

// ExportNote says where a file comes from; filter is what narrows the list.
func (r *Request) ExportNote(filter string) export.Note {
	return export.Note{Filter: filter, At: r.P().When(r.Now()), User: r.Session.Name}
}

// Rows turns a streaming read into the rows of a table. each calls its
// argument with every value until that fails; cells need not keep the value.
func Rows[T any](each func(fn func(*T) error) error, cells func(*T) []any) func(yield func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		stopped := false
		err := each(func(v *T) error {
			if !yield(cells(v), nil) {
				stopped = true
				return errStopped
			}
			return nil
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

var errStopped = errors.New("page: the export was given up")
