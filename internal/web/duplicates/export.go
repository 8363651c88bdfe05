package duplicates

import (
	"math"
	"strconv"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/export"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// export sends what the list shows as a file, read from one state of the database.
func (d Deps) export(f page.Format) func(r *page.Request) error {
	return func(r *page.Request) error {
		v := readView(r, r.Query())
		t := export.Table{
			Title: r.T("duplicates.title"),
			Columns: []export.Column{{Header: r.T("duplicates.side_a"), Width: 28}, {Header: r.T("duplicates.side_b"), Width: 28},
				{Header: r.T("duplicates.kind"), Width: 18}, {Header: r.T("duplicates.village"), Width: 24}, {Header: r.T("duplicates.kecamatan"), Width: 20},
				{Header: r.T("duplicates.score"), Kind: export.Decimal}, {Header: r.T("duplicates.zone"), Width: 18}, {Header: r.T("duplicates.programs"), Kind: export.Int},
				{Header: r.T("duplicates.stake"), Kind: export.Rupiah}, {Header: r.T("duplicates.state"), Width: 24}},
			Rows: page.Rows(func(fn func(*duplicate.Line) error) error {
				return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error { return eachLine(r, q, v, fn) })
			}, func(l *duplicate.Line) []any { return cells(r, l) }),
			Note:  r.ExportNote(v.sentence(r)),
			Print: r.P(),
		}
		return r.SendTable("dugaan-ganda", f, t, d.seal(r, r.T("duplicates.title"), v.sentence(r), f.Name))
	}
}

func (d Deps) seal(r *page.Request, list, sentence, format string) func(export.Sum) error {
	return func(sum export.Sum) error {
		return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
			return registry.RecordExport(tx, registry.Exported{List: list, Words: sentence, Format: format, Rows: sum.Rows, SHA256: sum.SHA256})
		})
	}
}

// eachLine calls fn with every line that v shows.
func eachLine(r *page.Request, q db.Querier, v view, fn func(*duplicate.Line) error) error {
	const step = 500
	cursor := duplicate.Cursor("")
	for {
		lines, next, err := duplicate.Queue(r.Ctx(), q, r.Session.Scope, v.filter(r), cursor, step)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := fn(&lines[i]); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		cursor = next
	}
}

func cells(r *page.Request, l *duplicate.Line) []any {
	var stake any
	if l.Monthly > 0 {
		stake = l.Monthly
	}
	return []any{l.NameA, l.NameB, r.T("duplicates.kind." + string(l.Kind)), areaName(l.Village), areaName(l.Village.Kecamatan()),
		math.Round(10*l.Score) / 10, r.T("duplicate.zone." + string(l.Zone)), l.Programs, stake, r.T("duplicate.state." + string(l.State))}
}

// labelFormat is what tools for training read.
var labelFormat = page.Formats()[1]

// labels sends what people decided, for training elsewhere. It names records by
// identifier and holds no value of them.
func (d Deps) labels(r *page.Request) error {
	t := export.Table{
		Title: r.T("duplicates.labels"),
		Columns: []export.Column{{Header: "suspicion"}, {Header: "a"}, {Header: "b"}, {Header: "same"}, {Header: "reason"}, {Header: "score"},
			{Header: "source"}, {Header: "day", Kind: export.Date}, {Header: "second_person"}},
		Rows: page.Rows(func(fn func(*duplicate.Label) error) error {
			return d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
				return duplicate.EachLabel(r.Ctx(), q, r.Session.Scope, func(l duplicate.Label) error { return fn(&l) })
			})
		}, func(l *duplicate.Label) []any {
			return []any{string(l.Suspicion), l.A, l.B, strconv.FormatBool(l.Same), l.Reason, strconv.FormatFloat(l.Score, 'f', 3, 64), l.Source,
				civil.Of(l.At.Std()), strconv.FormatBool(l.Second)}
		}),
		Note:  r.ExportNote(r.T("duplicates.labels")),
		Print: r.P(),
	}
	return r.SendTable("label-pencocokan", labelFormat, t, d.seal(r, r.T("duplicates.labels"), r.T("duplicates.labels"), labelFormat.Name))
}
