package users

import (
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/web/page"
)

// export sends what the list shows as a file.
func (d Deps) export(f page.Format) func(r *page.Request) error {
	return func(r *page.Request) error {
		filter := readFilter(r, r.Query())
		users, err := account.Users(r.Ctx(), d.DB.Read(), r.Session.Scope, filter)
		if err != nil {
			return err
		}
		return r.SendTable("pengguna", f, sheet(r, users, filter), func(sum export.Sum) error {
			return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return account.Exported(tx, f.Name, sum.Rows, sum.SHA256) })
		})
	}
}

func sheet(r *page.Request, users []account.User, f account.Filter) export.Table {
	var filter []string
	for _, c := range chips(r, r.Query(), f) {
		filter = append(filter, c.Text)
	}
	return export.Table{
		Title: r.T("users.title"),
		Columns: []export.Column{{Header: r.T("users.name"), Width: 28}, {Header: r.T("users.username"), Width: 20},
			{Header: r.T("users.role"), Width: 22}, {Header: r.T("users.position"), Width: 24}, {Header: r.T("users.area"), Width: 36},
			{Header: r.T("users.last"), Kind: export.Time}, {Header: r.T("users.status"), Width: 22}},
		Rows: func(yield func([]any, error) bool) {
			for _, u := range users {
				if !yield(cells(r, u), nil) {
					return
				}
			}
		},
		Note:  r.ExportNote(strings.Join(filter, ", ")),
		Print: r.P(),
	}
}

func cells(r *page.Request, u account.User) []any {
	areas := areaLabel(r, u.Scope)
	if len(u.Scope.Areas()) > 0 {
		var codes []string
		for _, a := range u.Scope.Areas() {
			codes = append(codes, a.Dotted())
		}
		areas = strings.Join(codes, " ")
	}
	var status []string
	for _, t := range tags(r, u) {
		status = append(status, t.Text)
	}
	var last any
	if !u.SignedInAt.IsZero() {
		last = u.SignedInAt.In(r.P().Zone().Location())
	}
	return []any{u.Name, u.Username, r.T("role." + string(u.Role)), u.Position, areas, last, strings.Join(status, ", ")}
}
