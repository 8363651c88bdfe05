package imports

import (
	"embed"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the screens of imports need. Jobs are run by the program's
// runner through intake's Handlers.
type Deps struct {
	DB     *db.DB
	Intake *intake.Service
}

const root = "/impor"

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	route := func(method, path string, may account.Action, loader, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: may, Loader: loader, FourEyes: page.None, Audit: audit, Handle: handle}
	}
	const batch = root + "/{id}"
	upload := route("POST", root+"/unggah", account.ImportUpload, page.None, page.AuditNone, d.upload)
	upload.MaxBody = intake.MaxUpload + 1<<20
	return []page.Route{
		route("GET", root, account.ImportView, page.None, page.AuditNone, d.list),
		route("GET", root+"/unggah", account.ImportUpload, page.None, page.AuditNone, d.askUpload),
		upload,
		route("GET", batch, account.ImportView, "batch", page.AuditList, d.show),
		route("GET", batch+"/kolom", account.ImportUpload, "batch", page.AuditList, d.askColumns),
		route("POST", batch+"/kolom", account.ImportUpload, "batch", page.AuditNone, d.setColumns),
		route("GET", batch+"/kemajuan", account.ImportView, "batch", page.AuditNone, d.progress),
		route("POST", batch+"/periksa", account.ImportUpload, "batch", page.AuditNone, d.check),
		route("POST", batch+"/masukkan", account.ImportApply, "batch", page.AuditNone, d.apply),
		route("POST", batch+"/tidak-jadi", account.ImportUpload, "batch", page.AuditNone, d.cancel),
		route("GET", batch+"/batalkan", account.ImportUndo, "batch", page.AuditNone, d.askUndo),
		route("POST", batch+"/batalkan", account.ImportUndo, "batch", page.AuditNone, d.undo),
		route("GET", batch+"/koreksi.xlsx", account.ImportUpload, "batch", page.AuditList, d.corrections),
	}
}

// load returns the batch that the path names, within the session's area.
func (d Deps) load(r *page.Request) (intake.Batch, error) {
	if !id.Valid(r.Path("id")) {
		return intake.Batch{}, fault.NewNotFound("intake.batch_gone")
	}
	return intake.BatchByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Batch(r.Path("id")))
}

func pathOf(b id.Batch) string { return root + "/" + string(b) }

// kindName is the kind of file in words.
func kindName(r *page.Request, layout string) string {
	l, ok := intake.LayoutNamed(layout)
	if !ok {
		return r.T("imports.kind_unknown")
	}
	if r.Lang() == "en" {
		return l.Title[1]
	}
	return l.Title[0]
}

var tones = map[intake.State]page.Tone{
	intake.Received: page.Warn, intake.Mapped: page.Info, intake.Checked: page.Warn, intake.Applying: page.Info,
	intake.Applied: page.Good, intake.Failed: page.Bad,
}

func stateTag(r *page.Request, s intake.State) page.Tag {
	return page.Tag{Text: r.T("intake.state." + string(s)), Tone: tones[s]}
}

// steps is the way of a file; now counts from 0.
func steps(r *page.Request, now int) []page.Step {
	var out []page.Step
	for i, key := range []string{"imports.step.file", "imports.step.columns", "imports.step.check", "imports.step.apply"} {
		s := page.Step{Text: r.T(key), State: page.StepNext}
		switch {
		case i < now:
			s.State = page.StepDone
		case i == now:
			s.State = page.StepNow
		}
		out = append(out, s)
	}
	return out
}

// stepOf is the step that a batch waits in; 4 is past the last one.
func stepOf(b intake.Batch) int {
	switch b.State {
	case intake.Received:
		return 1
	case intake.Mapped:
		return 2
	case intake.Checked, intake.Applying:
		return 3
	}
	return 4
}

func villageName(c region.Code) string { return c.Title() + ", " + c.Kecamatan().Title() }
