package programs

import (
	"strings"

	"tepat/internal/db"
	"tepat/internal/export"
	"tepat/internal/program"
	"tepat/internal/web/page"
)

// parcel is a list on its way out of the house.
type parcel struct {
	kind   string // "ranking", "decree" or "candidates"
	object string
	name   string // of the file
	table  export.Table
}

func (d Deps) send(r *page.Request, f page.Format, p parcel) error {
	return r.SendTable(p.name, f, p.table, func(sum export.Sum) error {
		return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return program.Exported(tx, p.kind, p.object, p.table.Title, f.Name, sum.Rows, sum.SHA256)
		})
	})
}

func note(r *page.Request, filter, version string) export.Note {
	n := r.ExportNote(filter)
	n.Version = version
	return n
}

func (d Deps) exportRanking(f page.Format) func(r *page.Request) error {
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
		t.Rows = page.Rows(func(fn func(*program.Line) error) error {
			return program.EachLine(r.Ctx(), d.DB.Read(), r.Session.Scope, k.ID, filter, fn)
		}, func(l *program.Line) []any {
			var place any
			if l.Place > 0 {
				place = l.Place
			}
			return []any{place, l.Name, l.Village.Kecamatan().Name(), l.Village.Name(), r.T("programs.place." + string(l.State)), l.Cost, l.Clause, l.Why(r.Lang())}
		})
		return d.send(r, f, parcel{"ranking", string(k.ID), "peringkat-" + p.Code, t})
	}
}

func (d Deps) exportDecree(f page.Format) func(r *page.Request) error {
	return func(r *page.Request) error {
		x, err := d.loadDecree(r)
		if err != nil {
			return err
		}
		t := export.Table{Title: r.T("programs.annex_of", decreeName(r, x), x.ProgramName), Print: r.P(), Note: note(r, "", x.PDF),
			Columns: []export.Column{{Header: r.T("programs.place"), Kind: export.Int}, {Header: r.T("programs.person"), Width: 30}, {Header: r.T("programs.head"), Width: 30},
				{Header: r.T("programs.kecamatan"), Width: 20}, {Header: r.T("programs.village"), Width: 20}, {Header: r.T("programs.total"), Kind: export.Rupiah},
				{Header: r.T("programs.state"), Width: 14}}}
		t.Rows = page.Rows(func(fn func(*program.DecreeLine) error) error {
			return program.EachDecreeLine(r.Ctx(), d.DB.Read(), r.Session.Scope, x.ID, fn)
		}, func(l *program.DecreeLine) []any {
			return []any{l.Place, l.Name, l.Head, l.Village.Kecamatan().Name(), l.Village.Name(), l.Amount, r.T("programs.decreed_line." + lineState(x, *l))}
		})
		return d.send(r, f, parcel{"decree", string(x.ID), "lampiran-" + x.ProgramCode, t})
	}
}

func (d Deps) exportCandidates(f page.Format) func(r *page.Request) error {
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
				if !yield([]any{c.ListedNo, c.Listed, c.Village.Kecamatan().Name(), c.Village.Name(), r.T("programs.candidate." + string(c.State)), c.Reason, c.Note}, nil) {
					return
				}
			}
		}
		return d.send(r, f, parcel{"candidates", string(p.ID), "calon-" + p.Code, t})
	}
}
