package duplicates

import (
	"embed"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the screens about duplicates need.
type Deps struct {
	DB         *db.DB
	Duplicates *duplicate.Service
}

const root = "/validasi/ganda"

// fourEyes names the rules that duplicate enforces in its transactions.
const (
	ownEyes    = "actor≠own family"
	secondEyes = "judge≠confirm"
	trainEyes  = "train≠activate"
)

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	write := func(path string, action account.Action, loader, eyes string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "POST", Path: root + path, Action: action, Loader: loader, FourEyes: eyes, Audit: page.AuditNone, Handle: handle}
	}
	read := func(path string, action account.Action, loader, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "GET", Path: root + path, Action: action, Loader: loader, FourEyes: page.None, Audit: audit, Handle: handle}
	}
	routes := []page.Route{
		read("", account.IndicationView, page.None, page.AuditList, d.list),
		read("/kemajuan", account.IndicationView, page.None, page.AuditNone, d.progress),
		read("/{id}", account.IndicationView, "suspicion", page.AuditPersonal, d.show),
		write("/cari", account.ProgramDraft, page.None, page.None, d.search),
		write("/urungkan", account.IndicationView, page.None, ownEyes, d.undo),
		write("/{id}/putuskan", account.IndicationDecide, "suspicion", ownEyes, d.judge),
		write("/{id}/sahkan", account.IndicationReview, "suspicion", secondEyes, d.confirm),
		write("/{id}/lewati", account.IndicationDecide, "suspicion", page.None, d.skip),
		write("/{id}/tarik", account.IndicationView, "suspicion", ownEyes, d.undoOne),
		write("/{id}/kelompok", account.IndicationDecide, "suspicion", ownEyes, d.group),
		read("/mutu", account.IndicationView, page.None, page.AuditNone, d.quality),
		write("/mutu/ambang", account.ProgramDraft, page.None, page.None, d.setPolicy),
		write("/mutu/latih", account.ProgramDraft, page.None, page.None, d.train),
		read("/mutu/model/{model}", account.IndicationView, "model", page.AuditNone, d.model),
		write("/mutu/model/{model}/pakai", account.ProgramActivate, "model", trainEyes, d.activate),
		read("/mutu/label.csv", account.RegistryExport, page.None, page.AuditList, d.labels),
	}
	for _, f := range page.Formats() {
		routes = append(routes, read("/ekspor."+f.Name, account.RegistryExport, page.None, page.AuditList, d.export(f)))
	}
	return routes
}

// load returns the suspicion that the path names, within the session's area.
func (d Deps) load(r *page.Request) (duplicate.View, error) {
	if !id.Valid(r.Path("id")) {
		return duplicate.View{}, fault.NewNotFound("duplicate.gone")
	}
	v, err := duplicate.ViewOf(r.Ctx(), d.DB.Read(), r.Session.Scope, r.Session.User, db.TimeOf(r.Now()), id.Suspicion(r.Path("id")))
	if err == nil {
		r.Object("suspicion:" + string(v.ID))
	}
	return v, err
}

func at(s id.Suspicion) string { return root + "/" + string(s) }
