package programs

import (
	"embed"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what the pages of programmes need. Blobs keeps the signed decrees.
type Deps struct {
	DB    *db.DB
	Blobs *blob.Store
}

const root = "/program"

// The four-eyes rules, which internal/program enforces in its transactions.
const (
	eyesApprove = "draft≠approve"
	eyesSign    = "rank, propose≠sign"
	eyesFamily  = "actor≠own family"
)

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	route := func(method, path string, may account.Action, loader, eyes, audit string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: method, Path: path, Action: may, Loader: loader, FourEyes: eyes, Audit: audit, Handle: handle}
	}
	const one, version, ranked, decree = root + "/{id}", root + "/{id}/aturan/{v}", root + "/{id}/peringkat/{k}", root + "/{id}/penetapan/{n}"
	routes := []page.Route{
		route("GET", root, account.ProgramView, page.None, page.None, page.AuditNone, d.list),
		route("GET", root+"/baru", account.ProgramDraft, page.None, page.None, page.AuditNone, d.showCreate),
		route("POST", root+"/baru", account.ProgramDraft, page.None, page.None, page.AuditNone, d.create),
		route("GET", one, account.ProgramView, "program", page.None, page.AuditNone, d.show),
		route("POST", one+"/tutup", account.ProgramDraft, "program", page.None, page.AuditNone, d.setState(program.Closed)),
		route("POST", one+"/buka", account.ProgramDraft, "program", page.None, page.AuditNone, d.setState(program.Open)),
		route("GET", one+"/calon", account.ProgramView, "program", page.None, page.AuditList, d.candidates),
		route("GET", one+"/aturan/baru", account.ProgramDraft, "program", page.None, page.AuditNone, d.showDraft),
		route("POST", one+"/aturan/baru", account.ProgramDraft, "program", page.None, page.AuditNone, d.draft),
		route("GET", version, account.ProgramView, "version", page.None, page.AuditNone, d.showVersion),
		route("GET", version+"/ubah", account.ProgramDraft, "version", page.None, page.AuditNone, d.showEdit),
		route("POST", version+"/ubah", account.ProgramDraft, "version", "maker=editor", page.AuditNone, d.edit),
		route("POST", version+"/ajukan", account.ProgramDraft, "version", page.None, page.AuditNone, d.proposeVersion),
		route("POST", version+"/setujui", account.ProgramActivate, "version", eyesApprove, page.AuditNone, d.activate),
		route("POST", version+"/kembalikan", account.ProgramActivate, "version", eyesApprove, page.AuditNone, d.returnVersion),
		route("GET", version+"/coba", account.ProgramView, "version", page.None, page.AuditNone, d.preview),
		route("POST", version+"/cari", account.RegistryView, "version", page.None, page.AuditList, d.findFamily),
		route("GET", version+"/keluarga/{family}", account.RegistryView, "family", page.None, page.AuditPersonal, d.explain),
		route("POST", version+"/peringkat", account.RankingRun, "version", eyesFamily, page.AuditNone, d.rank),
		route("GET", version+"/peringkat", account.RankingRun, "version", page.None, page.AuditNone, d.ranking),
		route("GET", "/peringkat", account.ProgramView, page.None, page.None, page.AuditNone, d.rankings),
		route("GET", ranked, account.ProgramView, "ranking", page.None, page.AuditList, d.showRanking),
		route("GET", ranked+"/banding", account.ProgramView, "ranking", page.None, page.AuditList, d.compare),
		route("POST", ranked+"/tetapkan", account.DecreePropose, "ranking", eyesFamily, page.AuditNone, d.proposeDecree),
		route("GET", decree, account.ProgramView, "decree", page.None, page.AuditList, d.showDecree),
		route("GET", decree+"/sk", account.ProgramView, "decree", page.None, page.AuditList, d.paper),
		route("POST", decree+"/kembalikan", account.DecreeSign, "decree", eyesSign, page.AuditNone, d.returnDecree),
		route("GET", decree+"/baris/{line}", account.DecreePropose, "decree", page.None, page.AuditPersonal, d.showReplace),
		route("POST", decree+"/baris/{line}", account.DecreePropose, "decree", eyesFamily, page.AuditNone, d.replace),
	}
	sign := route("POST", decree+"/tandatangan", account.DecreeSign, "decree", eyesSign, page.AuditNone, d.sign)
	sign.MaxBody = program.MaxPDF + 1<<20
	routes = append(routes, sign)
	for _, f := range page.Formats() {
		routes = append(routes,
			route("GET", ranked+"/daftar."+f.Name, account.RegistryExport, "ranking", page.None, page.AuditList, d.exportRanking(f)),
			route("GET", decree+"/lampiran."+f.Name, account.RegistryExport, "decree", page.None, page.AuditList, d.exportDecree(f)),
			route("GET", one+"/calon."+f.Name, account.RegistryExport, "program", page.None, page.AuditList, d.exportCandidates(f)))
	}
	return routes
}

func at(p id.Program) string { return root + "/" + string(p) }

func versionAt(v program.RuleVersion) string { return at(v.Program) + "/aturan/" + string(v.ID) }

func rankingAt(r program.Ranking) string { return at(r.Program) + "/peringkat/" + string(r.ID) }

func decreeAt(d program.Decree) string { return at(d.Program) + "/penetapan/" + string(d.ID) }

// loadProgram returns the programme that the path names.
func (d Deps) loadProgram(r *page.Request) (program.Program, error) {
	if !id.Valid(r.Path("id")) {
		return program.Program{}, fault.NewNotFound("program.gone")
	}
	return program.ProgramByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Program(r.Path("id")))
}

// loadVersion returns the version that the path names, with its programme.
func (d Deps) loadVersion(r *page.Request) (program.RuleVersion, program.Program, error) {
	p, err := d.loadProgram(r)
	if err != nil {
		return program.RuleVersion{}, p, err
	}
	v, err := program.VersionByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Version(r.Path("v")))
	if err == nil && v.Program != p.ID {
		err = fault.NewNotFound("program.version_gone")
	}
	r.Object("version:" + string(v.ID))
	return v, p, err
}

// loadRanking returns the ranking that the path names, with its programme.
func (d Deps) loadRanking(r *page.Request) (program.Ranking, program.Program, error) {
	p, err := d.loadProgram(r)
	if err != nil {
		return program.Ranking{}, p, err
	}
	k, err := program.RankingByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Ranking(r.Path("k")))
	if err == nil && k.Program != p.ID {
		err = fault.NewNotFound("program.ranking_gone")
	}
	r.Object("ranking:" + string(k.ID))
	return k, p, err
}

// loadDecree returns the decree that the path names.
func (d Deps) loadDecree(r *page.Request) (program.Decree, error) {
	if !id.Valid(r.Path("n")) {
		return program.Decree{}, fault.NewNotFound("program.decree_gone")
	}
	x, err := program.DecreeByID(r.Ctx(), d.DB.Read(), r.Session.Scope, id.Decree(r.Path("n")))
	if err == nil && string(x.Program) != r.Path("id") {
		err = fault.NewNotFound("program.decree_gone")
	}
	r.Object("decree:" + string(x.ID))
	return x, err
}

// today is the civil day at the office.
func today(r *page.Request) civil.Date { return r.P().Zone().Today(r.Now()) }

// chosenAreas reads the areas of the query that lie in the reader's regency.
func chosenAreas(r *page.Request) []region.Code {
	var out []region.Code
	for _, v := range r.Query()[paramArea] {
		if c := region.Code(v); c.Valid() && r.Session.Scope.Regency().Contains(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// Parameters of the lists.
const (
	paramArea   = "wilayah"
	paramState  = "status"
	paramReason = "alasan"
	paramQuota  = "kuota"
)

const perPage = 50

func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil
}
