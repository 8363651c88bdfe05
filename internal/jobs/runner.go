package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Why the context of a handler ends; context.Cause tells which.
var (
	ErrCancelled = errors.New("jobs: somebody cancelled the job")
	ErrStopping  = errors.New("jobs: the program stops")
	ErrLost      = errors.New("jobs: the job was given to another run")
)

// ErrUnfinished is returned by Run when handlers outlived the grace period.
// Their jobs are run again when the leases run out.
var ErrUnfinished = errors.New("jobs: handlers did not stop in time")

// Handler does the work of one kind of job. It must stop soon after ctx ends
// and may be run again after a crash; see the package comment. A fault becomes
// the sentence that people read, fault.Unavailable a later try; any other
// error and a panic become a reference that is found in the log.
type Handler func(ctx context.Context, job *Job) error

// Options configure a Runner. The zero value is usable in production.
type Options struct {
	Workers     int                              // jobs at a time; 0 means 2
	Lease       time.Duration                    // a run without a beat is dead after it; 0 means 30 s
	Beat        time.Duration                    // between two writes of progress; 0 means 500 ms
	Poll        time.Duration                    // between two looks for work; 0 means 300 ms
	Grace       time.Duration                    // for handlers to stop; 0 means 20 s
	MaxFailures int                              // runs lost before the job fails; 0 means 5
	Backoff     func(failures int) time.Duration // pause after fault.Unavailable; nil means 5 s doubling to 10 min
	Log         *slog.Logger                     // nil means slog.Default
}

// Runner takes jobs from the queue and runs them. Several, in one process or
// many, share a queue.
type Runner struct {
	db       *db.DB
	handlers map[string]Handler
	kinds    []any
	opt      Options

	mu   sync.Mutex
	mine map[key]bool
}

// NewRunner returns a Runner for the kinds in handlers; jobs of other kinds
// are left to programs that know them.
func NewRunner(d *db.DB, handlers map[string]Handler, opt Options) *Runner {
	r := &Runner{db: d, handlers: handlers, opt: opt, mine: make(map[key]bool)}
	for kind := range handlers {
		r.kinds = append(r.kinds, kind)
	}
	setDefault(&r.opt.Workers, 2)
	setDefault(&r.opt.Lease, 30*time.Second)
	setDefault(&r.opt.Beat, 500*time.Millisecond)
	setDefault(&r.opt.Poll, 300*time.Millisecond)
	setDefault(&r.opt.Grace, 20*time.Second)
	setDefault(&r.opt.MaxFailures, 5)
	if r.opt.Backoff == nil {
		r.opt.Backoff = backoff
	}
	if r.opt.Log == nil {
		r.opt.Log = slog.Default()
	}
	return r
}

func setDefault[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// Run works until ctx ends. Then it takes no more jobs, ends the context of
// the running ones with ErrStopping, and puts back what did not finish, so
// that the next start continues at once. It is called once.
func (r *Runner) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for range r.opt.Workers {
		wg.Go(func() { r.work(ctx) })
	}
	wg.Go(func() { r.rescue(ctx) })
	over := make(chan struct{})
	go func() { wg.Wait(); close(over) }()
	<-ctx.Done()
	select {
	case <-over:
		return nil
	case <-time.After(r.opt.Grace):
		return ErrUnfinished
	}
}

// work is one worker: it claims until nothing is due, then sleeps.
func (r *Runner) work(ctx context.Context) {
	for ctx.Err() == nil {
		job, found, err := claim(ctx, r.db, r.kinds, r.opt.Lease)
		if err != nil && ctx.Err() == nil {
			r.opt.Log.Error("jobs: claim", "err", err)
		}
		if found {
			r.run(ctx, &job)
			continue
		}
		pause(ctx, r.opt.Poll)
	}
}

// rescue gives back jobs whose process died.
func (r *Runner) rescue(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := requeue(ctx, r.db, r.opt.MaxFailures, r.isMine)
		if err != nil && ctx.Err() == nil {
			r.opt.Log.Error("jobs: requeue", "err", err)
		}
		if n > 0 {
			r.opt.Log.Warn("jobs: interrupted jobs were given back", "n", n)
		}
		pause(ctx, r.opt.Lease/4)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (r *Runner) isMine(regency string, job id.Job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mine[key{regency, job}]
}

func (r *Runner) setMine(j *Job, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if is {
		r.mine[key{j.Regency, j.ID}] = true
		return
	}
	delete(r.mine, key{j.Regency, j.ID})
}

func (r *Runner) run(ctx context.Context, j *Job) {
	r.setMine(j, true)
	defer r.setMine(j, false)
	j.live = &live{status: status{done: j.Done, total: j.Total, phase: j.Phase, phaseAt: j.PhaseAt, phaseFrom: j.PhaseFrom}}

	jobCtx, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	unhook := context.AfterFunc(ctx, func() { end(ErrStopping) })
	defer unhook()
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		r.keepAlive(jobCtx, j, end)
	}()
	err := r.call(jobCtx, j)
	cause := context.Cause(jobCtx)
	end(nil)
	<-beating
	if errors.Is(cause, ErrLost) {
		r.opt.Log.Warn("jobs: lost", "kind", j.Kind, "job", j.ID)
		return
	}
	r.settle(ctx, j, r.judge(j, err, cause))
}

// call runs the handler and turns a panic into an error with its stack.
func (r *Runner) call(ctx context.Context, j *Job) error {
	var crash error
	err := func() error {
		defer func() {
			if p := recover(); p != nil {
				crash = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return r.handlers[j.Kind](ctx, j)
	}()
	return errors.Join(crash, err)
}

// keepAlive carries progress to the table and orders back, until ctx ends.
func (r *Runner) keepAlive(ctx context.Context, j *Job, end context.CancelCauseFunc) {
	tick := time.NewTicker(r.opt.Beat)
	defer tick.Stop()
	renewal := max(1, int(r.opt.Lease/3/r.opt.Beat)) // beats until the lease is renewed anyway
	quiet, silent := 0, 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		quiet++
		asked, ours, err := r.beat(ctx, j, quiet >= renewal)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			silent++
			r.opt.Log.Error("jobs: beat", "kind", j.Kind, "job", j.ID, "err", err)
			if time.Duration(silent)*r.opt.Beat > r.opt.Lease {
				end(ErrLost) // nobody can know any more that this run lives
			}
			continue
		}
		silent = 0
		if quiet >= renewal {
			quiet = 0
		}
		if !ours {
			end(ErrLost)
		}
		if asked {
			end(ErrCancelled)
		}
	}
}

func (r *Runner) beat(ctx context.Context, j *Job, renew bool) (bool, bool, error) {
	if renew || j.live.dirty() {
		return beat(ctx, r.db, j, r.opt.Lease)
	}
	return listen(ctx, r.db, j)
}

// outcome is how a run ends.
type outcome struct {
	state   State
	message string
	args    []any
	failed  int // added to failures
	pause   time.Duration
}

// judge decides what becomes of a job whose handler returned err, its context
// having ended for cause (nil: it had not).
func (r *Runner) judge(j *Job, err, cause error) outcome {
	if err == nil {
		message, args := j.live.said()
		return outcome{state: Done, message: message, args: args}
	}
	if errors.Is(cause, ErrCancelled) {
		return outcome{state: Cancelled, message: "jobs.cancelled"}
	}
	if errors.Is(cause, ErrStopping) {
		return outcome{state: Waiting, message: "jobs.interrupted"}
	}
	f := fault.From(err)
	if f == nil || f.Kind == fault.Internal {
		ref := reference(j.ID)
		r.opt.Log.Error("jobs: failed", "kind", j.Kind, "job", j.ID, "reference", ref, "err", err)
		return outcome{state: Failed, message: "jobs.failed", args: []any{ref}}
	}
	if f.Kind == fault.Unavailable && j.Failures+1 < r.opt.MaxFailures {
		r.opt.Log.Warn("jobs: will try again", "kind", j.Kind, "job", j.ID, "err", err)
		return outcome{state: Waiting, message: f.Key, args: f.Args, failed: 1, pause: r.opt.Backoff(j.Failures + 1)}
	}
	return outcome{state: Failed, message: f.Key, args: f.Args}
}

// reference is what people read out on the phone and the log repeats.
func reference(job id.Job) string {
	s := string(job)
	return strings.ToUpper(s[max(0, len(s)-8):])
}

// settleTime bounds the last write of a run when the program stops.
const settleTime = 10 * time.Second

func (r *Runner) settle(ctx context.Context, j *Job, o outcome) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer stop()
	ours, err := settle(ctx, r.db, j, o)
	if err != nil {
		// The lease runs out and the job is run again.
		r.opt.Log.Error("jobs: settle", "kind", j.Kind, "job", j.ID, "err", err)
		return
	}
	if !ours {
		r.opt.Log.Warn("jobs: lost", "kind", j.Kind, "job", j.ID)
	}
}
