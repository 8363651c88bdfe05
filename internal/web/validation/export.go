package validation

import (
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/export"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// export sends what the list shows as a file, read from one state of the database.
func (d Deps) export(f page.Format) func(r *page.Request) error {
	return func(r *page.Request) error {
		v := readView(r, r.Query())
		return r.SendTable("validasi", f, d.sheet(r, v), func(sum export.Sum) error {
			return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
				return registry.RecordExport(tx, registry.Exported{List: r.T("validation.title"), Words: v.sentence(r), Format: f.Name,
					Rows: sum.Rows, SHA256: sum.SHA256})
			})
		})
	}
}

func (d Deps) sheet(r *page.Request, v view) export.Table {
	return export.Table{
		Title: r.T("validation.title"),
		Columns: []export.Column{{Header: r.T("validation.person"), Width: 28}, {Header: "NIK", Kind: export.NIK}, {Header: r.T("validation.kk"), Kind: export.NIK},
			{Header: r.T("validation.village"), Width: 24}, {Header: r.T("validation.kecamatan"), Width: 20}, {Header: r.T("validation.source"), Width: 18},
			{Header: r.T("validation.proof"), Width: 30}, {Header: r.T("validation.document"), Width: 22}, {Header: r.T("validation.day." + string(v.kind)), Kind: export.Date},
			{Header: r.T("validation.aid"), Width: 22}, {Header: r.T("validation.aid_amount"), Kind: export.Rupiah}, {Header: r.T("validation.state"), Width: 30}},
		Rows: page.Rows(func(fn func(*evidence.Line) error) error {
			return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error { return eachCase(r, q, v, fn) })
		}, func(l *evidence.Line) []any { return cells(r, l) }),
		Note:  r.ExportNote(v.sentence(r)),
		Print: r.P(),
	}
}

// eachCase calls fn with every case that v shows.
func eachCase(r *page.Request, q db.Querier, v view, fn func(*evidence.Line) error) error {
	const step = 1000
	for from := 0; ; from += step {
		lines, err := evidence.Queue(r.Ctx(), q, r.Session.Scope, v.filter(), from, step)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := fn(&lines[i]); err != nil {
				return err
			}
		}
		if len(lines) < step {
			return nil
		}
	}
}

func cells(r *page.Request, l *evidence.Line) []any {
	var worth any
	if l.Amount > 0 {
		worth = l.Amount
	}
	return []any{l.Name, l.NIK, l.KK, l.Village.Name(), l.Village.Kecamatan().Name(), l.Source, evidenceWord(r, l.Kind, l.Grade), l.Document,
		l.On, l.Programs, worth, r.T("evidence.state." + string(l.State))}
}
