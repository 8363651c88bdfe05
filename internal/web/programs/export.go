package programs

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/program"
	"tepat/internal/web/page"
)

// format is a kind of file with its media type.
type format struct{ name, mime string }

var formats = []format{
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"csv", "text/csv; charset=utf-8"},
	{"json", "application/json; charset=utf-8"},
}

func exportLinks(path string, q url.Values) []page.Link {
	q = page.With(q, page.PageParam, "")
	var out []page.Link
	for _, f := range formats {
		out = append(out, page.Link{Text: strings.ToUpper(f.name), Href: page.Href(path+"."+f.name, q)})
	}
	return out
}

// parcel is a list on its way out of the house.
type parcel struct {
	kind   string // "ranking", "decree" or "candidates"
	object string
	name   string // of the file
	table  export.Table
}

// send writes the file aside, records its hash in the ledger and hands it over:
// what left is known before it leaves.
func (d Deps) send(r *page.Request, f format, p parcel) error {
	tmp, err := os.CreateTemp("", "tepat-*."+f.name)
	if err != nil {
		return fmt.Errorf("programs.send: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	sum, err := write(f, tmp, p.table)
	if err != nil {
		return fmt.Errorf("programs.send: %w", err)
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return program.Exported(tx, p.kind, p.object, p.table.Title, f.name, sum.Rows, sum.SHA256)
	}); err != nil {
		return err
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("programs.send: %w", err)
	}
	return r.File(p.name+"."+f.name, f.mime, func(w io.Writer) error {
		_, err := io.Copy(w, tmp)
		return err
	})
}

func write(f format, w io.Writer, t export.Table) (export.Sum, error) {
	switch f.name {
	case "xlsx":
		return t.WriteXLSX(w)
	case "csv":
		return t.WriteCSV(w)
	}
	return t.WriteJSON(w)
}

func note(r *page.Request, filter, version string) export.Note {
	return export.Note{Filter: filter, At: r.P().When(r.Now()), User: r.Session.Name, Version: version}
}

// rows turns a streaming read into the rows of a table.
func rows[T any](each func(fn func(*T) error) error, cells func(*T) []any) func(yield func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		stopped := fmt.Errorf("the reader stopped")
		err := each(func(v *T) error {
			if !yield(cells(v), nil) {
				return stopped
			}
			return nil
		})
		if err != nil && err != stopped { //nolint:errorlint // our own value, never wrapped
			yield(nil, err)
		}
	}
}

func (d Deps) exportRanking(f format) func(r *page.Request) error {
	return func(r *page.Request) error {
		k, p, err := d.loadRanking(r)
		if err != nil {
			return err
		}
		filter := lineFilter(r)
		var words []string
		reasons, err := program.Reasons(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID)
		if err != nil {
			return err
		}
		for _, c := range lineChips(r, k, filter, reasons) {
			words = append(words, c.Text)
		}
		t := export.Table{Title: r.T("programs.ranking_of", p.Name), Print: r.P(), Note: note(r, strings.Join(words, ", "), k.ResultDigest),
			Columns: []export.Column{{Header: r.T("programs.place"), Kind: export.Int}, {Header: r.T("programs.person"), Width: 30},
				{Header: r.T("programs.kecamatan"), Width: 20}, {Header: r.T("programs.village"), Width: 20}, {Header: r.T("programs.state"), Width: 16},
				{Header: r.T("programs.total"), Kind: export.Rupiah}, {Header: r.T("programs.clause"), Width: 8}, {Header: r.T("programs.reason"), Width: 60}}}
		t.Rows = rows(func(fn func(*program.Line) error) error {
			return program.EachLine(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID, filter, fn)
		}, func(l *program.Line) []any {
			var place any
			if l.Place > 0 {
				place = l.Place
			}
			return []any{place, l.Name, areaName(l.Village.Kecamatan()), areaName(l.Village), r.T("programs.place." + string(l.State)), l.Cost, l.Clause, l.Why(r.Lang())}
		})
		return d.send(r, f, parcel{"ranking", string(k.ID), "peringkat-" + p.Code, t})
	}
}

func (d Deps) exportDecree(f format) func(r *page.Request) error {
	return func(r *page.Request) error {
		x, err := d.loadDecree(r)
		if err != nil {
			return err
		}
		t := export.Table{Title: r.T("programs.annex_of", decreeName(r, x), x.ProgramName), Print: r.P(), Note: note(r, "", x.PDF),
			Columns: []export.Column{{Header: r.T("programs.place"), Kind: export.Int}, {Header: r.T("programs.person"), Width: 30}, {Header: r.T("programs.head"), Width: 30},
				{Header: r.T("programs.kecamatan"), Width: 20}, {Header: r.T("programs.village"), Width: 20}, {Header: r.T("programs.total"), Kind: export.Rupiah},
				{Header: r.T("programs.state"), Width: 14}}}
		t.Rows = rows(func(fn func(*program.DecreeLine) error) error {
			return program.EachDecreeLine(r.Ctx(), d.DB.Read(), r.Session.Scope, x.ID, fn)
		}, func(l *program.DecreeLine) []any {
			return []any{l.Place, l.Name, l.Head, areaName(l.Village.Kecamatan()), areaName(l.Village), l.Amount, r.T("programs.decreed_line." + lineState(x, *l))}
		})
		return d.send(r, f, parcel{"decree", string(x.ID), "lampiran-" + x.ProgramCode, t})
	}
}

func (d Deps) exportCandidates(f format) func(r *page.Request) error {
	return func(r *page.Request) error {
		p, err := d.loadProgram(r)
		if err != nil {
			return err
		}
		list, err := program.Candidates(r.Ctx(), d.DB.Read(), r.Session.Scope, p.ID, candidateFilter(r), 0, 0)
		if err != nil {
			return err
		}
		t := export.Table{Title: r.T("programs.candidates_of", p.Name), Print: r.P(), Note: note(r, candidateFilter(r).Reason, ""),
			Columns: []export.Column{{Header: r.T("programs.place"), Kind: export.Int}, {Header: r.T("programs.person"), Width: 30},
				{Header: r.T("programs.kecamatan"), Width: 20}, {Header: r.T("programs.village"), Width: 20}, {Header: r.T("programs.answer"), Width: 16},
				{Header: r.T("programs.reason"), Width: 30}, {Header: r.T("programs.note"), Width: 40}}}
		t.Rows = func(yield func([]any, error) bool) {
			for _, c := range list {
				if !yield([]any{c.Place, c.Listed, areaName(c.Village.Kecamatan()), areaName(c.Village), r.T("programs.candidate." + string(c.State)), c.Reason, c.Note}, nil) {
					return
				}
			}
		}
		return d.send(r, f, parcel{"candidates", string(p.ID), "calon-" + p.Code, t})
	}
}
