package validation

import (
	"bytes"
	"fmt"
	"io"

	"tepat/internal/db"
	"tepat/internal/evidence"
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

func exports(v view) []page.Link {
	var out []page.Link
	for _, f := range formats {
		out = append(out, page.Link{Text: f.name, Href: page.Href(root+"/ekspor."+f.name, v.query())})
	}
	return out
}

// export sends what the list shows as a file, once the ledger holds its hash.
func (d Deps) export(format, mime string) func(r *page.Request) error {
	return func(r *page.Request) error {
		v := readView(r, r.Query())
		var body bytes.Buffer
		var sum export.Sum
		err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
			var err error
			sum, err = writeTable(format, &body, d.sheet(r, q, v))
			return err
		})
		if err != nil {
			return fmt.Errorf("validation.export: %w", err)
		}
		err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return registry.RecordExport(tx, registry.Exported{List: r.T("validation.title"), Words: v.sentence(r), Format: format,
				Rows: sum.Rows, SHA256: sum.SHA256})
		})
		if err != nil {
			return err
		}
		return r.File("validasi."+format, mime, func(w io.Writer) error {
			_, err := body.WriteTo(w)
			return err
		})
	}
}

func writeTable(format string, w io.Writer, t export.Table) (export.Sum, error) {
	switch format {
	case "xlsx":
		return t.WriteXLSX(w)
	case "csv":
		return t.WriteCSV(w)
	}
	return t.WriteJSON(w)
}

func (d Deps) sheet(r *page.Request, q db.Querier, v view) export.Table {
	return export.Table{
		Title: r.T("validation.title"),
		Columns: []export.Column{{Header: r.T("validation.person"), Width: 28}, {Header: "NIK", Kind: export.NIK}, {Header: r.T("validation.kk"), Kind: export.NIK},
			{Header: r.T("validation.village"), Width: 24}, {Header: r.T("validation.kecamatan"), Width: 20}, {Header: r.T("validation.source"), Width: 18},
			{Header: r.T("validation.proof"), Width: 30}, {Header: r.T("validation.document"), Width: 22}, {Header: r.T("validation.day." + string(v.kind)), Kind: export.Date},
			{Header: r.T("validation.aid"), Width: 22}, {Header: r.T("validation.aid_amount"), Kind: export.Rupiah}, {Header: r.T("validation.state"), Width: 30}},
		Rows: func(yield func([]any, error) bool) {
			const step = 1000
			for from := 0; ; from += step {
				lines, err := evidence.Queue(r.Ctx(), q, r.Session.Scope, v.filter(), from, step)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, l := range lines {
					if !yield(cells(r, l), nil) {
						return
					}
				}
				if len(lines) < step {
					return
				}
			}
		},
		Note:  export.Note{Filter: v.sentence(r), At: r.P().When(r.Now()), User: r.Session.Name},
		Print: r.P(),
	}
}

func cells(r *page.Request, l evidence.Line) []any {
	var worth any
	if l.Amount > 0 {
		worth = l.Amount
	}
	return []any{l.Name, l.NIK, l.KK, areaName(l.Village), areaName(l.Village.Kecamatan()), l.Source, evidenceWord(r, l.Kind, l.Grade), l.Document,
		l.On, l.Programs, worth, r.T("evidence.state." + string(l.State))}
}
