package crashtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"tepat/internal/delivery"
	"tepat/internal/id"
)

// Options say whom to attack and how hard.
type Options struct {
	BaseURL  string // "http://127.0.0.1:8080"; this machine only
	User     string
	Password string
	List     id.PayList
	Workers  int           // 1..64; 0 means 8
	N        int           // statements at most; 0 means every pending line
	AcksFile string        // appended to
	Seed     uint64        // order of the lines and which statements are sent twice
	Limit    time.Duration // of the whole attack; 0 means ten minutes
	Now      func() time.Time
	Report   func(Result) // told after every answer; may be nil
}

// Result counts what happened.
type Result struct {
	Lines     int64 // to hand over
	Given     int64 // acknowledged, and on disk
	Refused   int64 // answered with a reason, such as a line that somebody else paid
	Retries   int64 // sent again after silence or a failure of the server
	Echoes    int64 // sent again although answered
	Different int64 // echoes that got another answer
	Left      int64 // not answered before the limit
}

const (
	maxWorkers = 64
	maxLines   = 1_000_000
)

// ErrNotHere refuses servers elsewhere.
var ErrNotHere = errors.New("crashtest: only a server on this machine may be attacked")

func (o *Options) check() error {
	u, err := url.Parse(o.BaseURL)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return ErrNotHere
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Limit == 0 {
		o.Limit = 10 * time.Minute
	}
	if o.Workers < 1 || o.Workers > maxWorkers {
		return fmt.Errorf("crashtest: workers must be 1 to %d", maxWorkers)
	}
	if !id.Valid(string(o.List)) || o.Now == nil || o.AcksFile == "" {
		return errors.New("crashtest: list, clock and acks file must be given")
	}
	return nil
}

// Load hands over the pending lines of a list. Statements that get no answer,
// or a failure of the server, are sent again with the same identifier and the
// same bytes until they are answered or the time is over; that some are left
// is no error.
func Load(ctx context.Context, o Options) (Result, error) {
	if err := o.check(); err != nil {
		return Result{}, err
	}
	ctx, stop := context.WithTimeout(ctx, o.Limit)
	defer stop()
	out, err := openAcks(o.AcksFile)
	if err != nil {
		return Result{}, err
	}
	defer out.Close()
	c, err := newClient(o)
	if err != nil {
		return Result{}, err
	}
	if err := c.patiently(ctx, c.signIn); err != nil {
		return Result{}, err
	}
	var work []job
	if err := c.patiently(ctx, func(ctx context.Context) error {
		work, err = c.pending(ctx)
		return err
	}); err != nil {
		return Result{}, err
	}
	a := &attack{o: o, c: c, acks: out}
	return a.run(ctx, work)
}

// job is one line to hand over.
type job struct {
	site id.Site
	line delivery.Statement
}

type attack struct {
	o    Options
	c    *client
	acks *acks

	given, refused, echoes, different, done atomic.Int64
	mu                                      sync.Mutex
	failure                                 error
}

func (a *attack) run(ctx context.Context, work []job) (Result, error) {
	rng := rand.New(rand.NewPCG(a.o.Seed, 1))
	rng.Shuffle(len(work), func(i, j int) { work[i], work[j] = work[j], work[i] })
	if a.o.N > 0 && len(work) > a.o.N {
		work = work[:a.o.N]
	}
	mint := id.NewMint()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	feed := make(chan task)
	var wg sync.WaitGroup
	for range a.o.Workers {
		wg.Go(func() {
			for t := range feed {
				if err := a.one(ctx, t); err != nil {
					a.fail(err)
					stop()
				}
			}
		})
	}
	for i := range work {
		work[i].line.ID = id.Handover(mint.New(a.o.Now()))
		t := task{work[i], rng.IntN(20) == 0}
		select {
		case feed <- t:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(feed)
	wg.Wait()
	r := a.result(len(work))
	return r, a.failure
}

type task struct {
	job
	echo bool
}

func (a *attack) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failure == nil {
		a.failure = err
	}
}

func (a *attack) result(lines int) Result {
	return Result{Lines: int64(lines), Given: a.given.Load(), Refused: a.refused.Load(), Retries: a.c.retries.Load(), Echoes: a.echoes.Load(),
		Different: a.different.Load(), Left: int64(lines) - a.done.Load()}
}

// one sends a statement until it is answered. Only a broken disk or a server
// that answers nonsense is an error.
func (a *attack) one(ctx context.Context, t task) error {
	ans, err := a.c.handOver(ctx, t.job)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	a.done.Add(1)
	if ans.Outcome != delivery.Given || ans.Receipt == "" {
		a.refused.Add(1)
		return nil
	}
	if err := a.acks.add(Ack{ID: t.line.ID, Line: t.line.Line, Amount: ans.Amount, Receipt: ans.Receipt}); err != nil {
		return err
	}
	a.given.Add(1)
	if a.o.Report != nil {
		a.mu.Lock()
		a.o.Report(a.result(0))
		a.mu.Unlock()
	}
	if !t.echo {
		return nil
	}
	again, err := a.c.handOver(ctx, t.job)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	a.echoes.Add(1)
	if again.Receipt != ans.Receipt || !again.Again {
		a.different.Add(1)
	}
	return nil
}
