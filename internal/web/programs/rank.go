package programs

import (
	"net/http"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/jobs"
	"tepat/internal/program"
	"tepat/internal/web/page"
)

var rankPage = page.New[rankData](files, "rank.html")

// rankData is a ranking in the making, or why there is none.
type rankData struct {
	Heading  page.Heading
	Failed   *page.Alert
	Progress *page.Progress
	Reload   string
}

func rankingOf(v program.RuleVersion) string { return versionAt(v) + "/peringkat" }

// rank has a ranking made in the background and leads to its progress.
func (d Deps) rank(r *page.Request) error {
	v, _, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	day, err := civil.Parse(form.Get("as_of"))
	if err != nil {
		return fault.NewInvalid("program.as_of").At("as_of")
	}
	if _, err := program.StartRank(r.Ctx(), d.DB, r.Actor(), v.ID, day); err != nil {
		return err
	}
	return r.Redirect(rankingOf(v))
}

// ranking shows how far the latest ranking of a version is, and leads to it
// once it is made. The page asks for its progress at the same address.
func (d Deps) ranking(r *page.Request) error {
	v, p, err := d.loadVersion(r)
	if err != nil {
		return err
	}
	job, found, err := jobs.Latest(r.Ctx(), d.DB.Read(), r.Actor().Regency(), program.JobSubject(v.ID))
	if err != nil {
		return err
	}
	if !found {
		return r.Redirect(versionAt(v))
	}
	if job.State == jobs.Done {
		r.Flash("", job.Message, job.Args...)
		return r.Redirect(at(p.ID) + "/peringkat/" + string(program.RankedBy(job.ID)))
	}
	if r.WantsPartial() && !job.State.Ended() {
		return r.SendProgress(r.JobProgress(job, rankingOf(v)))
	}
	if r.WantsPartial() {
		return r.Redirect(rankingOf(v))
	}
	data := rankData{Reload: rankingOf(v), Heading: page.Heading{Title: r.T("programs.ranking_of", p.Name), Sub: r.T("programs.version_n", v.Number),
		Back: &page.Link{Text: r.T("programs.version_n", v.Number), Href: versionAt(v)}}}
	if job.State.Ended() {
		data.Failed = &page.Alert{Tone: page.Bad, Text: r.T(job.Message, job.Args...)}
	} else {
		progress := r.JobProgress(job, rankingOf(v))
		data.Progress = &progress
	}
	return rankPage.Render(r, http.StatusOK, data)
}
