package audit

import (
	"context"
	"net/http"
	"sync"
	"time"

	"tepat/internal/fault"
	"tepat/internal/ledger"
	"tepat/internal/web/page"
)

// checker runs one check at a time and keeps the last outcome until the
// server stops. Everybody who asks meanwhile waits for the same check: it
// reads the whole ledger, and ten at once would be ten times as slow.
type checker struct {
	verify func(ctx context.Context) (*ledger.Report, error)

	mu   sync.Mutex
	done chan struct{} // nil when none runs
	last *outcome
}

type outcome struct {
	at     time.Time
	by     string
	report *ledger.Report
	err    error
}

// limit ends a check that hangs on a witness that does not answer.
const limit = 30 * time.Minute

// patience is how long a request waits before it shows progress instead.
const patience = 2 * time.Second

// start begins a check unless one runs, and returns what closes at its end.
// The check outlives the request that asked for it.
func (c *checker) start(ctx context.Context, at time.Time, by string) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return c.done
	}
	done := make(chan struct{})
	c.done = done
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	go func() {
		defer cancel()
		report, err := c.verify(ctx)
		c.mu.Lock()
		c.last, c.done = &outcome{at, by, report, err}, nil
		c.mu.Unlock()
		close(done)
	}()
	return done
}

func (c *checker) now() (*outcome, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.done != nil
}

// verdict is the last outcome in a sentence.
func (c *checker) verdict(r *page.Request) page.Alert {
	last, running := c.now()
	see := &page.Link{Text: r.T("audit.see_check"), Href: root + "/periksa"}
	switch {
	case running:
		return page.Alert{Tone: page.Info, Text: r.T("audit.running"), Link: see}
	case last == nil:
		return page.Alert{Tone: page.Info, Text: r.T("audit.unchecked")}
	case last.err != nil:
		return page.Alert{Tone: page.Warn, Text: r.T("audit.check_failed", last.at), Link: see}
	case !last.report.OK():
		return page.Alert{Tone: page.Bad, Text: r.T("audit.broken", found(last.report), last.at), Link: see}
	}
	return page.Alert{Tone: page.Good, Text: r.T("audit.whole", last.report.Size, last.report.Rows, last.at)}
}

func found(report *ledger.Report) int64 { return int64(len(report.Findings)) + report.More }

func (d desk) startCheck(r *page.Request) error {
	if d.Verify == nil {
		return fault.NewUnavailable("audit.no_check")
	}
	done := d.check.start(r.Ctx(), r.Now(), r.Session.Name)
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-done:
	case <-wait.C:
	case <-r.Ctx().Done():
	}
	return r.Redirect(root + "/periksa")
}

var checkPage = page.New[checkData](files, "check.html")

type checkData struct {
	Heading  page.Heading
	Running  *page.Progress
	Verdict  page.Alert
	Facts    []page.Fact
	Findings page.Table
	More     string
	Advice   bool
}

func (d desk) showCheck(r *page.Request) error {
	last, running := d.check.now()
	data := checkData{Heading: page.Heading{Title: r.T("audit.check_title"), Sub: r.T("audit.check_sub"), Back: &page.Link{Text: r.T("audit.title"), Href: root}}}
	if running {
		p := progressOf(r)
		data.Running = &p
		return checkPage.Render(r, http.StatusOK, data)
	}
	data.Heading.Actions = []page.Button{{Text: r.T("audit.check_again"), Href: root + "/periksa", Icon: "sync", Post: true}}
	data.Verdict = d.check.verdict(r)
	data.Verdict.Link = nil
	if last == nil {
		return checkPage.Render(r, http.StatusOK, data)
	}
	if last.err != nil {
		return last.err
	}
	data.Facts = reportFacts(r, last)
	data.Findings = findings(r, last.report)
	data.Advice = !last.report.OK()
	if last.report.More > 0 {
		data.More = r.T("audit.more_findings", last.report.More)
	}
	return checkPage.Render(r, http.StatusOK, data)
}

func reportFacts(r *page.Request, o *outcome) []page.Fact {
	n := func(label string, v int64) page.Fact { return page.Fact{Label: r.T(label), Value: r.P().Num(v)} }
	return []page.Fact{
		{Label: r.T("audit.checked"), Value: r.P().When(o.at), Sub: o.by},
		n("audit.size", o.report.Size), n("audit.rows", o.report.Rows), n("audit.checkpoints", o.report.Checkpoints),
		n("audit.cosignatures", o.report.Cosignatures), n("audit.unsigned_entries", o.report.Unsigned), n("audit.erased_entries", o.report.Erased),
	}
}

func findings(r *page.Request, report *ledger.Report) page.Table {
	t := page.Table{Caption: r.T("audit.findings"), Columns: []page.Column{{Label: r.T("audit.finding")}, {Label: r.T("audit.entry"), Num: true}}}
	for _, f := range report.Findings {
		row := page.Row{Tone: page.Bad, Cells: []page.Cell{page.Text(scrub(r.T(f.Key, f.Args...))), page.Text("–")}}
		if f.Seq >= 0 {
			row.Cells[1] = page.Cell{Text: r.P().Num(f.Seq), Href: entryPath(f.Seq)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func progressOf(r *page.Request) page.Progress {
	return page.Progress{Text: r.T("audit.running"), Detail: r.T("audit.running_hint"), Poll: root + "/periksa/kemajuan"}
}

func (d desk) progress(r *page.Request) error {
	if _, running := d.check.now(); running {
		return r.SendProgress(progressOf(r))
	}
	return r.Redirect(root + "/periksa")
}
