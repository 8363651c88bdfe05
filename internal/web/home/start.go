package home

import (
	"tepat/internal/account"
	"tepat/internal/region"
	"tepat/internal/report"
	"tepat/internal/web/page"
)

type startData struct {
	Title string
	Text  string
	Tasks []page.Task
}

// start is the list of first steps of an office without data. Those that the
// person may not take stand there all the same, without a link.
func start(r *page.Request, h report.Home) *startData {
	s := h.Start
	out := &startData{Title: r.T("home.start"), Text: r.T("home.start.text")}
	if !r.Session.Scope.Whole() {
		out.Text = r.T("home.start.area", r.Session.Scope.Label())
	}
	regency := r.Session.Scope.Regency()
	task := func(key string, state page.Tag, action account.Action, href string, args ...any) {
		out.Tasks = append(out.Tasks, page.Task{Text: r.T("home.task." + key), Hint: r.T("home.task."+key+".hint", args...),
			Href: allowed(r, action, href), Tag: state})
	}
	task("import", state(r, s.Applied > 0, s.Batches > 0), account.ImportView, "/impor")
	task("areas", state(r, s.Boundaries > 0, false), account.HomeView, areasRoot, len(region.Children(regency)), len(region.Villages(regency)))
	task("program", state(r, s.Programs > 0, false), account.ProgramView, "/program")
	task("users", state(r, s.Users > 2, s.Users > 1), account.UserView, "/pengguna", s.Users)
	return out
}

// state is the word for a step: finished ones are plain, so that open work
// stands out.
func state(r *page.Request, done, begun bool) page.Tag {
	switch {
	case done:
		return page.Tag{Text: r.T("home.task.done")}
	case begun:
		return page.Tag{Text: r.T("home.task.begun"), Tone: page.Warn}
	}
	return page.Tag{Text: r.T("home.task.open"), Tone: page.Info}
}
