package page

import (
	"time"

	"tepat/internal/db"
	"tepat/internal/jobs"
)

// JobProgress shows how far a job is that has not ended. While it waits for
// another try it says why. poll answers with SendProgress.
func (r *Request) JobProgress(j jobs.Job, poll string) Progress {
	p := Progress{Text: r.T("jobs.state." + string(j.State)), Done: j.Done, Total: j.Total, Poll: poll}
	if j.State == jobs.Waiting && j.Message != "" {
		p.Detail = r.T(j.Message, j.Args...)
		return p
	}
	if j.Phase != "" {
		p.Text = r.T(j.Phase)
	}
	switch {
	case j.Total > 0:
		p.Detail = r.T("page.job.done_of", j.Done, j.Total)
	case j.Done > 0:
		p.Detail = r.T("page.job.done", j.Done)
	}
	if pace := j.Pace(db.TimeOf(r.Now())); pace.Known {
		p.Detail += " · " + r.T("page.job.pace", int(pace.PerSecond)) + " · " + r.timeLeft(pace.Left)
	}
	return p
}

func (r *Request) timeLeft(d time.Duration) string {
	if d < 90*time.Second {
		return r.T("page.job.seconds_left", int(d.Seconds()))
	}
	return r.T("page.job.minutes_left", int(d.Minutes()+0.5))
}
