package people

import (
	"strings"

	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// export sends the whole list as a file, read from one state of the database.
func (d Deps) export(f page.Format) func(r *page.Request) error {
	return func(r *page.Request) error {
		list := readFilter(r, r.Query())
		return r.SendTable("keluarga", f, d.sheet(r, list), func(sum export.Sum) error {
			return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
				return registry.RecordExport(tx, registry.Exported{List: r.T("people.title"), Words: list.sentence(r),
					Format: f.Name, Rows: sum.Rows, SHA256: sum.SHA256})
			})
		})
	}
}

func (d Deps) sheet(r *page.Request, f filter) export.Table {
	return export.Table{
		Title: r.T("people.title"),
		Columns: []export.Column{{Header: r.T("people.head"), Width: 30}, {Header: r.T("people.kk"), Kind: export.NIK},
			{Header: r.T("people.kecamatan"), Width: 20}, {Header: r.T("people.village"), Width: 20}, {Header: "RT/RW", Width: 9},
			{Header: r.T("people.desil"), Kind: export.Int}, {Header: r.T("people.souls"), Kind: export.Int},
			{Header: r.T("people.receives"), Width: 22}, {Header: r.T("people.review"), Width: 16}},
		Rows: page.Rows(func(fn func(*registry.Family) error) error {
			return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error { return registry.EachFamily(r.Ctx(), q, r.Session.Scope, f.Filter, fn) })
		}, func(f *registry.Family) []any { return cells(r, f) }),
		Note:  r.ExportNote(f.sentence(r)),
		Print: r.P(),
	}
}

func cells(r *page.Request, f *registry.Family) []any {
	var rank any
	if f.Desil > 0 {
		rank = f.Desil
	}
	review := r.T("people.clear")
	if f.Review == registry.ReviewOpen {
		review = r.T("people.open")
	}
	return []any{headName(r, *f), f.KK, f.Village.Kecamatan().Name(), f.Village.Name(), blocks(*f), rank, f.Members,
		strings.ReplaceAll(f.Receives, " ", ", "), review}
}

// blocks spells RT and RW the way addresses do.
func blocks(f registry.Family) string {
	if f.RT == "" && f.RW == "" {
		return ""
	}
	return strings.TrimSuffix(orDash(f.RT)+"/"+f.RW, "/")
}
