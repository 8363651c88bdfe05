package people

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// formats of the list as a file, with their media types.
var formats = []struct{ name, mime string }{
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv; charset=utf-8"},
	{"json", "application/json; charset=utf-8"},
}

func exports(q url.Values) []page.Link {
	var out []page.Link
	for _, f := range formats {
		out = append(out, page.Link{Text: f.name, Href: page.Href(root+"/ekspor."+f.name, q)})
	}
	return out
}

// export sends the whole list as a file. It reads the rows twice from one
// state of the database: once for their hash, which the ledger holds before
// the first byte leaves, and once to stream them, so that a regency needs no
// more memory than a village.
func (d Deps) export(format, mime string) func(r *page.Request) error {
	return func(r *page.Request) error {
		f := readFilter(r, r.Query())
		return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
			t := sheet(r, q, f)
			sum, err := t.WriteCSV(io.Discard)
			if err != nil {
				return fmt.Errorf("people.export: %w", err)
			}
			err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
				return registry.RecordExport(tx, registry.Exported{List: r.T("people.title"), Words: f.sentence(r),
					Format: format, Rows: sum.Rows, SHA256: sum.SHA256})
			})
			if err != nil {
				return err
			}
			return r.File("keluarga."+format, mime, func(w io.Writer) error {
				_, err := write(format, w, t)
				return err
			})
		})
	}
}

func write(format string, w io.Writer, t export.Table) (export.Sum, error) {
	switch format {
	case "xlsx":
		return t.WriteXLSX(w)
	case "csv":
		return t.WriteCSV(w)
	}
	return t.WriteJSON(w)
}

func sheet(r *page.Request, q db.Querier, f filter) export.Table {
	return export.Table{
		Title: r.T("people.title"),
		Columns: []export.Column{{Header: r.T("people.head"), Width: 30}, {Header: r.T("people.kk"), Kind: export.NIK},
			{Header: r.T("people.kecamatan"), Width: 20}, {Header: r.T("people.village"), Width: 20}, {Header: "RT/RW", Width: 9},
			{Header: r.T("people.desil"), Kind: export.Int}, {Header: r.T("people.souls"), Kind: export.Int},
			{Header: r.T("people.receives"), Width: 22}, {Header: r.T("people.review"), Width: 16}},
		Rows: func(yield func([]any, error) bool) {
			err := registry.EachFamily(r.Ctx(), q, r.Session.Scope, f.Filter, func(f *registry.Family) error {
				if !yield(cells(r, f), nil) {
					return errEnough
				}
				return nil
			})
			if err != nil && !errors.Is(err, errEnough) {
				yield(nil, err)
			}
		},
		Note:  export.Note{Filter: f.sentence(r), At: r.P().When(r.Now()), User: r.Session.Name},
		Print: r.P(),
	}
}

// errEnough stops the reading when the writer has stopped.
var errEnough = errors.New("people: the export was given up")

func cells(r *page.Request, f *registry.Family) []any {
	var rank any
	if f.Desil > 0 {
		rank = f.Desil
	}
	review := r.T("people.clear")
	if f.Review == registry.ReviewOpen {
		review = r.T("people.open")
	}
	return []any{headName(r, *f), f.KK, areaName(f.Village.Kecamatan()), areaName(f.Village), blocks(*f), rank, f.Members,
		strings.ReplaceAll(f.Receives, " ", ", "), review}
}

// blocks spells RT and RW the way addresses do.
func blocks(f registry.Family) string {
	if f.RT == "" && f.RW == "" {
		return ""
	}
	return strings.TrimSuffix(orDash(f.RT)+"/"+f.RW, "/")
}
