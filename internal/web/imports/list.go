package imports

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/intake"
	"tepat/internal/web/page"
)

var listPage = page.New[listData](files, "list.html")

type listData struct {
	Heading page.Heading
	List    page.List
}

const perPage = 30

// list shows the files of the working area, newest first.
func (d Deps) list(r *page.Request) error {
	number := page.PageNumber(r.Query())
	counts, err := intake.CountBatches(r.Ctx(), d.DB.Read(), r.Session.Scope)
	if err != nil {
		return err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	batches, err := intake.Batches(r.Ctx(), d.DB.Read(), r.Session.Scope, (number-1)*perPage, perPage)
	if err != nil {
		return err
	}
	data := listData{Heading: page.Heading{Title: r.T("imports.title"), Sub: r.T("imports.sub")}}
	var upload *page.Button
	if r.May(account.ImportUpload) {
		upload = &page.Button{Text: r.T("imports.upload"), Href: root + "/unggah", Icon: "upload", Primary: true}
		data.Heading.Actions = []page.Button{*upload}
	}
	data.List = page.List{
		Count: r.T("imports.count", total), Table: table(r, batches),
		Pager: page.NewPager(root, r.Query(), number, perPage, int64(total)),
		Empty: page.Empty{Kind: page.NeverAny, Title: r.T("imports.none"), Text: r.T("imports.none_text"), Action: upload},
	}
	if waiting := counts[intake.Received] + counts[intake.Checked]; waiting > 0 {
		data.List.Sentence = r.T("imports.waiting", waiting)
	}
	return listPage.Render(r, http.StatusOK, data)
}

func table(r *page.Request, batches []intake.Batch) page.Table {
	t := page.Table{Caption: r.T("imports.title"), Columns: []page.Column{
		{Label: r.T("imports.col.file")}, {Label: r.T("imports.col.kind")}, {Label: r.T("imports.col.rows"), Num: true},
		{Label: r.T("imports.col.ready"), Num: true}, {Label: r.T("imports.col.problem"), Num: true},
		{Label: r.T("imports.col.state")}, {Label: r.T("imports.col.when")},
	}}
	for _, b := range batches {
		c := b.Counts
		figure := func(n int) page.Cell {
			if c.Rows == 0 {
				return page.Cell{Text: "–", Num: true}
			}
			return page.Cell{Text: r.P().Num(int64(n)), Num: true}
		}
		t.Rows = append(t.Rows, page.Row{Href: pathOf(b.ID), Muted: b.State == intake.Cancelled || b.State == intake.Undone, Cells: []page.Cell{
			{Text: b.FileName, Sub: b.Sender}, page.Text(kindName(r, b.Layout)), figure(c.Rows), figure(c.Ready), figure(c.Fix + c.Look),
			page.Tagged(stateTag(r, b.State)), {Text: r.P().When(b.CreatedAt.Std()), Sub: b.Creator},
		}})
	}
	return t
}
