package users

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/web/page"
)

// formats of the list as a file, with their media types.
var formats = []struct{ name, mime string }{
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv; charset=utf-8"},
	{"json", "application/json; charset=utf-8"},
}

func exports(q url.Values) []page.Link {
	q = page.With(q, page.PageParam, "")
	var out []page.Link
	for _, f := range formats {
		out = append(out, page.Link{Text: strings.ToUpper(f.name), Href: page.Href(root+"."+f.name, q)})
	}
	return out
}

// export sends what the list shows as a file, once the ledger holds its hash.
func (d Deps) export(format, mime string) func(r *page.Request) error {
	return func(r *page.Request) error {
		f := readFilter(r, r.Query())
		users, err := account.Users(r.Ctx(), d.DB.Read(), r.Session.Scope, f)
		if err != nil {
			return err
		}
		var body bytes.Buffer
		sum, err := write(format, &body, sheet(r, users, f))
		if err != nil {
			return fmt.Errorf("users.export: %w", err)
		}
		if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return account.Exported(tx, format, sum.Rows, sum.SHA256)
		}); err != nil {
			return err
		}
		return r.File("pengguna."+format, mime, func(w io.Writer) error {
			_, err := body.WriteTo(w)
			return err
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
		Note:  export.Note{Filter: strings.Join(filter, ", "), At: r.P().When(r.Now()), User: r.Session.Name},
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
