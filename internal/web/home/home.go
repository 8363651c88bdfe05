package home

import (
	"embed"
	"net/http"
	"slices"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

//go:embed *.html *.css texts.json
var files embed.FS

// Deps is what these screens need.
type Deps struct{ DB *db.DB }

// Addresses of these screens, and their parameters.
const (
	root         = "/beranda"
	areasRoot    = "/wilayah"
	paramMeasure = "ukur"
	paramProgram = "program"
)

// Routes is the table of this feature.
func Routes(d Deps) []page.Route {
	read := func(path string, action account.Action, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "GET", Path: path, Action: action, Loader: page.None, FourEyes: page.None, Audit: page.AuditNone, Handle: handle}
	}
	write := func(path string, handle func(*page.Request) error) page.Route {
		return page.Route{Method: "POST", Path: path, Action: account.UserManage, Loader: page.None, FourEyes: page.None,
			Audit: page.AuditNone, MaxBody: boundary.MaxFile + 1<<20, Handle: handle}
	}
	return []page.Route{
		read(root, account.HomeView, d.show),
		read(root+".xlsx", account.HomeView, d.export),
		read("/bantuan", account.Self, help),
		read(areasRoot, account.HomeView, d.areas),
		write(areasRoot+"/batas", d.replaceBoundaries),
		write(areasRoot+"/batas/hapus", d.removeBoundaries),
	}
}

var homePage = page.New[homeData](files, "home.html")

type homeData struct {
	Heading  page.Heading
	Programs []page.Tab // when there are several
	Funnel   []page.FunnelStep
	Few      bool // fewer than five steps
	Start    *startData
	Map      *page.MapPanel
	Work     page.Worklist
	Sites    *sitesData
	Trust    trustData
}

func (d Deps) show(r *page.Request) error {
	h, err := d.read(r)
	if err != nil {
		return err
	}
	shapes, err := boundary.Of(r.Ctx(), d.DB.Read(), r.Session.Scope)
	if err != nil {
		return err
	}
	work, err := d.worklist(r, h)
	if err != nil {
		return err
	}
	data := homeData{Heading: heading(r, h), Programs: programs(r, h), Funnel: funnel(r, h), Work: work, Trust: trust(r, h)}
	data.Few = len(data.Funnel) < 5
	if h.Families == 0 || len(data.Funnel) == 0 {
		data.Start = start(r, h)
		data.Funnel = nil
		return homePage.Render(r, http.StatusOK, data)
	}
	data.Map = mapPanel(r, h, shapes)
	data.Sites = sites(r, h)
	return homePage.Render(r, http.StatusOK, data)
}

func (d Deps) read(r *page.Request) (report.Home, error) {
	q := report.Query{Session: r.Session, Today: r.P().Zone().Today(r.Now())}
	if p := r.Query().Get(paramProgram); id.Valid(p) {
		q.Program = id.Program(p)
	}
	return report.Read(r.Ctx(), d.DB, q)
}

func heading(r *page.Request, h report.Home) page.Heading {
	sub := r.T("home.as_of", r.P().DateDay(r.P().Zone().Today(r.Now())), r.P().Clock(r.Now()))
	if c := h.Chain; c != nil && (r.May(account.ProgramView) || r.May(account.PayoutView)) {
		sub += " · " + c.Name
		if c.List != "" {
			sub += ", " + r.T("home.stage", c.Stage)
		}
	}
	out := page.Heading{Title: r.T("home.title", placeName(r.Session.Scope)), Sub: sub}
	if h.Families > 0 {
		out.Actions = []page.Button{
			{Text: r.T("home.download"), Icon: "download", Href: page.Href(root+".xlsx", page.With(r.Query(), paramMeasure, ""))},
			{Text: r.T("home.print"), Icon: "print", Href: "#cetak"},
		}
	}
	return out
}

// placeName names the working area in the title.
func placeName(s region.Scope) string {
	if s.Whole() {
		if r, ok := region.ByCode(s.Regency()); ok {
			return r.Title()
		}
	}
	return s.Label()
}

func programs(r *page.Request, h report.Home) []page.Tab {
	if len(h.Programs) < 2 || !r.May(account.ProgramView) && !r.May(account.PayoutView) {
		return nil
	}
	var out []page.Tab
	for _, p := range h.Programs {
		out = append(out, page.Tab{Text: p.Name, Href: page.Href(root, page.With(r.Query(), paramProgram, string(p.ID))), Current: p.ID == h.Chain.ID})
	}
	return out
}

// funnel shows the stages of the chain whose lists the person may open.
func funnel(r *page.Request, h report.Home) []page.FunnelStep {
	var out []page.FunnelStep
	if r.May(account.RegistryView) {
		out = append(out, page.FunnelStep{Name: r.T("home.registered"), Count: h.Families, Of: h.Families, Href: "/keluarga",
			Note: r.T("home.registered.note", h.People, len(h.Kecamatan))},
			cleared(r, h))
	}
	c := h.Chain
	if c == nil {
		c = &report.Chain{}
	}
	if r.May(account.ProgramView) {
		out = append(out, eligible(r, c), decreed(r, c))
	}
	if r.May(account.PayoutView) {
		out = append(out, received(r, c))
	}
	return out
}

func cleared(r *page.Request, h report.Home) page.FunnelStep {
	step := page.FunnelStep{Name: r.T("home.cleared"), Count: h.Clear, Of: h.Families, Href: "/keluarga?pemeriksaan=bersih", Note: r.T("home.cleared.done")}
	if h.Open > 0 {
		step.Note, step.Act = r.T("home.cleared.open", h.Open), true
	}
	return step
}

func eligible(r *page.Request, c *report.Chain) page.FunnelStep {
	step := page.FunnelStep{Name: r.T("home.eligible"), Href: "/program", Note: r.T("home.no_program")}
	switch {
	case c.ID == "":
	case c.Ranking == "":
		step.Href, step.Note = programPath(c), r.T("home.no_ranking")
	default:
		step.Count, step.Of, step.Href = c.Eligible, c.Subjects, rankingPath(c)+"?alasan="+strconv.Itoa(c.Reason)
		step.Note = r.T("home.eligible.note", c.Subjects)
		if c.Unknown > 0 {
			step.Note, step.Act = r.T("home.eligible.unknown", c.Unknown), true
		}
	}
	return step
}

func decreed(r *page.Request, c *report.Chain) page.FunnelStep {
	step := page.FunnelStep{Name: r.T("home.decreed"), Href: "/program", Note: r.T("home.no_program")}
	switch {
	case c.ID == "":
	case c.Decree == "":
		step.Href, step.Note = programPath(c), r.T("home.no_decree")
	default:
		step.Count, step.Of, step.Href, step.Note = c.Decreed, max(c.Eligible, c.Decreed), decreePath(c), r.T("home.decreed.note", c.Number)
		if c.Below > 0 {
			step.Note = r.T("home.decreed.below", c.Below)
		}
	}
	return step
}

func received(r *page.Request, c *report.Chain) page.FunnelStep {
	step := page.FunnelStep{Name: r.T("home.received"), Href: "/penyaluran", Note: r.T("home.no_list")}
	if c.List == "" {
		return step
	}
	step.Count, step.Of, step.Href = c.Paid.N, c.ListTotal.N, listPath(c)+"/penerima?keadaan=paid"
	step.Note = r.T("home.received.note", r.P().Pct(c.Paid.N, c.ListTotal.N), c.ListTotal.N, c.Stage)
	return step
}

// Places of other features that numbers lead to.
func programPath(c *report.Chain) string { return "/program/" + string(c.ID) }
func rankingPath(c *report.Chain) string { return programPath(c) + "/peringkat/" + string(c.Ranking) }
func decreePath(c *report.Chain) string  { return programPath(c) + "/penetapan/" + string(c.Decree) }
func listPath(c *report.Chain) string    { return "/penyaluran/" + string(c.List) }

// allowed returns href when the person may do a, else nothing.
func allowed(r *page.Request, a account.Action, href string) string {
	if !r.May(a) {
		return ""
	}
	return href
}

// anyOf reports whether the person may do one of actions.
func anyOf(r *page.Request, actions ...account.Action) bool {
	return slices.ContainsFunc(actions, r.May)
}
