package home

import (
	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/registry"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

// column is one column of the table per kecamatan, for those who may open the
// list behind it.
type column struct {
	key    string
	kind   export.Kind
	action account.Action
	value  func(k report.Kecamatan) any
}

var columns = []column{
	{"families", export.Int, account.RegistryView, func(k report.Kecamatan) any { return k.Families }},
	{"people", export.Int, account.RegistryView, func(k report.Kecamatan) any { return k.People }},
	{"poor", export.Int, account.RegistryView, func(k report.Kecamatan) any { return k.Poor }},
	{"open", export.Int, account.RegistryView, func(k report.Kecamatan) any { return k.Open }},
	{"decreed", export.Int, account.ProgramView, func(k report.Kecamatan) any { return k.Decreed }},
	{"lines", export.Int, account.PayoutView, func(k report.Kecamatan) any { return k.Lines.N }},
	{"paid", export.Int, account.PayoutView, func(k report.Kecamatan) any { return k.Paid.N }},
	{"failed", export.Int, account.PayoutView, func(k report.Kecamatan) any { return k.Failed.N }},
	{"pending", export.Int, account.PayoutView, func(k report.Kecamatan) any { return k.Pending.N }},
	{"paid_idr", export.Rupiah, account.PayoutView, func(k report.Kecamatan) any { return k.Paid.IDR }},
	{"lines_idr", export.Rupiah, account.PayoutView, func(k report.Kecamatan) any { return k.Lines.IDR }},
}

// export sends the table per kecamatan, with every measure the person may see.
func (d Deps) export(r *page.Request) error {
	h, err := d.read(r)
	if err != nil {
		return err
	}
	return r.SendTable("beranda", page.XLSX, sheet(r, h), func(sum export.Sum) error {
		return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return registry.RecordExport(tx, registry.Exported{List: r.T("home.sheet"), Format: "xlsx", Rows: sum.Rows, SHA256: sum.SHA256})
		})
	})
}

func sheet(r *page.Request, h report.Home) export.Table {
	var shown []column
	for _, c := range columns {
		if r.May(c.action) {
			shown = append(shown, c)
		}
	}
	t := export.Table{Title: r.T("home.sheet"), Columns: []export.Column{{Header: r.T("home.areas.code")}, {Header: r.T("home.kecamatan"), Width: 26}},
		Note: r.ExportNote(""), Print: r.P()}
	for _, c := range shown {
		t.Columns = append(t.Columns, export.Column{Header: r.T("home.sheet." + c.key), Kind: c.kind})
	}
	if h.Chain != nil && anyOf(r, account.ProgramView, account.PayoutView) {
		t.Note.Filter = h.Chain.Name
		if h.Chain.List != "" {
			t.Note.Filter += ", " + h.Chain.Title
		}
	}
	t.Rows = func(yield func([]any, error) bool) {
		for _, k := range h.Kecamatan {
			row := []any{k.Code.Dotted(), k.Name}
			for _, c := range shown {
				row = append(row, c.value(k))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	return t
}
