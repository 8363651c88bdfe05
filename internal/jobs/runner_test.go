package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

const natuna = "2103"

// fast makes a runner whose waiting costs milliseconds.
func fast() Options {
	return Options{Workers: 3, Beat: 3 * time.Millisecond, Poll: 3 * time.Millisecond, Grace: 10 * time.Second,
		Backoff: func(int) time.Duration { return 0 }, Log: slog.New(slog.DiscardHandler)}
}

// start runs a runner until the returned stop is called, at the latest when
// the test ends.
func start(t *testing.T, d *db.DB, handlers map[string]Handler, opt Options) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	r := NewRunner(d, handlers, opt)
	go func() { over <- r.Run(ctx) }()
	var once sync.Once
	stop := func() {
		once.Do(func() {
			cancel()
			if err := <-over; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func submit(t *testing.T, d *db.DB, kind, subject string, payload any) id.Job {
	t.Helper()
	job, err := Submit(t.Context(), d, dbtest.Actor(natuna), kind, subject, payload)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func get(t *testing.T, d *db.DB, job id.Job) Job {
	t.Helper()
	j, err := Get(t.Context(), d.Read(), natuna, job)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// await returns the job once ok holds. The limit only ends a broken test.
func await(t *testing.T, d *db.DB, job id.Job, ok func(Job) bool) Job {
	t.Helper()
	for limit := time.After(30 * time.Second); ; {
		j := get(t, d, job)
		if ok(j) {
			return j
		}
		select {
		case <-limit:
			t.Fatalf("the job never got there: %+v", j)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func ended(j Job) bool { return j.State.Ended() }

func cancel(t *testing.T, d *db.DB, job id.Job) error {
	t.Helper()
	return d.Write(t.Context(), dbtest.Actor(natuna), func(tx *db.Tx) error {
		if err := tx.Record("job.cancelled", string(job), "", nil); err != nil {
			return err
		}
		return Cancel(t.Context(), tx, job)
	})
}

// kill makes the database believe that the process of a running job died.
func kill(t *testing.T, d *db.DB, job id.Job) {
	t.Helper()
	err := d.Housekeep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE job SET lease_until = $1 WHERE id = $2", tx.Now.Add(-time.Second), job)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Key != key {
		t.Fatalf("got %v, want %s", err, key)
	}
}

func TestAJobRunsAndReports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		actor := db.Actor{User: "u1", Name: "Siti", Role: "operator", Scope: region.NewScope(natuna, "210305")}
		type settings struct{ Rows int }
		var job id.Job
		err := d.Write(t.Context(), actor, func(tx *db.Tx) error {
			var err error
			if job, err = Enqueue(t.Context(), tx, "check", "batch:1", settings{1_234_567}); err != nil {
				return err
			}
			return tx.Record("batch.received", "1", "", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		start(t, d, map[string]Handler{"check": func(_ context.Context, j *Job) error {
			var s settings
			if err := j.Decode(&s); err != nil {
				return err
			}
			if j.Actor.User != "u1" || j.Actor.Name != "Siti" || j.Actor.Role != "operator" || !cmp.Equal(j.Actor.Scope.Areas(), []region.Code{"210305"}) {
				return fmt.Errorf("actor %+v", j.Actor)
			}
			j.Progress(0, int64(s.Rows), "intake.phase.check")
			j.Progress(int64(s.Rows), int64(s.Rows), "intake.phase.check")
			j.Say("intake.checked", s.Rows)
			return j.Deliver(map[string]string{"file": "abc"})
		}}, fast())
		j := await(t, d, job, ended)
		if j.State != Done || j.Message != "intake.checked" || !cmp.Equal(j.Args, []any{int64(1_234_567)}) {
			t.Fatalf("%+v", j)
		}
		if j.Done != 1_234_567 || j.Total != 1_234_567 || j.Phase != "intake.phase.check" || string(j.Result) != `{"file":"abc"}` {
			t.Fatalf("%+v", j)
		}
		if j.Attempts != 1 || j.Failures != 0 || j.StartedAt.IsZero() || j.EndedAt.IsZero() || j.Subject != "batch:1" {
			t.Fatalf("%+v", j)
		}
	})
}

func TestTwoRunnersNeverRunOneJobTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 120
		var mu sync.Mutex
		runs := make(map[id.Job]int)
		handlers := map[string]Handler{"count": func(_ context.Context, j *Job) error {
			mu.Lock()
			defer mu.Unlock()
			runs[j.ID]++
			return nil
		}}
		var all []id.Job
		for i := range n {
			all = append(all, submit(t, d, "count", fmt.Sprint("thing:", i), i))
		}
		start(t, d, handlers, fast())
		start(t, d, handlers, fast())
		for _, job := range all {
			if j := await(t, d, job, ended); j.State != Done || j.Attempts != 1 {
				t.Fatalf("%+v", j)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for job, times := range runs {
			if times != 1 {
				t.Errorf("job %s ran %d times", job, times)
			}
		}
		if len(runs) != n {
			t.Errorf("%d of %d jobs ran", len(runs), n)
		}
	})
}

func TestAnExpiredLeaseRunsAgainFromWhereItStood(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "import", "batch:1", nil)
		// A process claims the job, works 40 of 100 rows, and dies.
		dead, found, err := claim(t.Context(), d, []any{"import"}, time.Minute)
		if err != nil || !found || dead.ID != job {
			t.Fatalf("claim = %+v, %v, %v", dead, found, err)
		}
		dead.live = &live{}
		dead.Progress(0, 100, "p")
		dead.Progress(40, 100, "p")
		if _, ours, err := beat(t.Context(), d, &dead, time.Minute); err != nil || !ours {
			t.Fatalf("beat: ours %v, %v", ours, err)
		}
		nobody := func(string, id.Job) bool { return false }
		if n, err := requeue(t.Context(), d, 5, nobody); err != nil || n != 0 {
			t.Fatalf("a living lease was taken away: %d, %v", n, err)
		}
		kill(t, d, job)
		start(t, d, map[string]Handler{"import": func(_ context.Context, j *Job) error {
			if j.Done != 40 || j.Total != 100 || j.Attempts != 2 {
				return fmt.Errorf("the second run began at %d of %d, attempt %d", j.Done, j.Total, j.Attempts)
			}
			j.Progress(100, 100, "p")
			return nil
		}}, fast())
		j := await(t, d, job, ended)
		if j.State != Done || j.Done != 100 || j.Failures != 1 {
			t.Fatalf("%+v", j)
		}
		// The dead process wakes up: nothing it says counts any more.
		if _, ours, err := beat(t.Context(), d, &dead, time.Minute); err != nil || ours {
			t.Fatalf("beat of the dead: ours %v, %v", ours, err)
		}
		if ours, err := settle(t.Context(), d, &dead, outcome{state: Failed}); err != nil || ours {
			t.Fatalf("settle of the dead: ours %v, %v", ours, err)
		}
		if got := get(t, d, job); !cmp.Equal(got, j, cmp.AllowUnexported(Job{}, db.Time{}, region.Scope{})) {
			t.Fatal("the dead run changed the job")
		}
	})
}

func TestARunThatLostItsJobIsToldToStop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "slow", "", nil)
		cause := make(chan error, 2)
		stop := start(t, d, map[string]Handler{"slow": func(ctx context.Context, j *Job) error {
			if j.Attempts > 1 {
				return nil
			}
			<-ctx.Done()
			cause <- context.Cause(ctx)
			return ctx.Err()
		}}, fast())
		await(t, d, job, func(j Job) bool { return j.State == Running })
		kill(t, d, job)
		// Another process gives it back; our own runner knows that it lives.
		if _, err := requeue(t.Context(), d, 5, func(string, id.Job) bool { return false }); err != nil {
			t.Fatal(err)
		}
		if err := <-cause; !errors.Is(err, ErrLost) {
			t.Fatalf("cause = %v", err)
		}
		if j := await(t, d, job, ended); j.State != Done || j.Attempts != 2 {
			t.Fatalf("%+v", j)
		}
		stop()
	})
}

func TestCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		waiting := submit(t, d, "slow", "a", nil)
		if err := cancel(t, d, waiting); err != nil {
			t.Fatal(err)
		}
		if j := get(t, d, waiting); j.State != Cancelled || j.EndedAt.IsZero() {
			t.Fatalf("%+v", j)
		}
		wantKey(t, cancel(t, d, waiting), "jobs.ended")
		wantKey(t, cancel(t, d, "00000000-0000-7000-8000-000000000000"), "jobs.unknown")

		running := submit(t, d, "slow", "b", nil)
		cause := make(chan error, 1)
		start(t, d, map[string]Handler{"slow": func(ctx context.Context, _ *Job) error {
			<-ctx.Done()
			cause <- context.Cause(ctx)
			return fmt.Errorf("chunk 7: %w", ctx.Err())
		}}, fast())
		await(t, d, running, func(j Job) bool { return j.State == Running })
		if err := cancel(t, d, running); err != nil {
			t.Fatal(err)
		}
		if j := await(t, d, running, ended); j.State != Cancelled || j.Message != "jobs.cancelled" || !j.CancelAsked {
			t.Fatalf("%+v", j)
		}
		if err := <-cause; !errors.Is(err, ErrCancelled) {
			t.Fatalf("cause = %v", err)
		}
	})
}

func TestRestartContinuesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "import", "batch:1", nil)
		handlers := map[string]Handler{"import": func(ctx context.Context, j *Job) error {
			if j.Attempts > 1 {
				return nil
			}
			j.Progress(7, 10, "p")
			<-ctx.Done()
			return ctx.Err()
		}}
		stop := start(t, d, handlers, fast())
		await(t, d, job, func(j Job) bool { return j.Done == 7 })
		stop()
		j := get(t, d, job)
		if j.State != Waiting || j.Done != 7 || j.Failures != 0 || j.Message != "jobs.interrupted" {
			t.Fatalf("after the stop: %+v", j)
		}
		start(t, d, handlers, fast())
		if j := await(t, d, job, ended); j.State != Done || j.Attempts != 2 || j.Message != "" {
			t.Fatalf("after the restart: %+v", j)
		}
	})
}

func TestAHandlerThatWillNotStopIsLeftBehind(t *testing.T) {
	d := dbtest.SQLite(t)
	job := submit(t, d, "deaf", "", nil)
	opt := fast()
	opt.Grace = 20 * time.Millisecond
	release := make(chan struct{})
	r := NewRunner(d, map[string]Handler{"deaf": func(context.Context, *Job) error { <-release; return nil }}, opt)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- r.Run(ctx) }()
	await(t, d, job, func(j Job) bool { return j.State == Running })
	stop()
	if err := <-over; !errors.Is(err, ErrUnfinished) {
		t.Fatalf("Run = %v", err)
	}
	close(release)
	await(t, d, job, ended)
}

func TestHowRunsFail(t *testing.T) {
	tests := []struct {
		name     string
		handler  Handler
		want     string
		args     int
		failures int
	}{
		{"a fault keeps its sentence", func(context.Context, *Job) error {
			return fault.Wrap("x", fault.NewInvalid("intake.no_header", 3))
		}, "intake.no_header", 1, 0},
		{"an unforeseen error is a reference", func(context.Context, *Job) error { return errors.New("secret") }, "jobs.failed", 1, 0},
		{"a panic is a reference", func(context.Context, *Job) error { panic("secret") }, "jobs.failed", 1, 0},
		{"unavailable is tried until it is enough", func(context.Context, *Job) error {
			return fault.NewUnavailable("blob.disk_full", 12)
		}, "blob.disk_full", 1, 4},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				var log bytes.Buffer
				opt := fast()
				opt.Log = slog.New(slog.NewTextHandler(&log, nil))
				stop := start(t, d, map[string]Handler{tt.name: tt.handler}, opt)
				job := submit(t, d, tt.name, "", nil)
				j := await(t, d, job, ended)
				stop()
				if j.State != Failed || j.Message != tt.want || len(j.Args) != tt.args || j.Failures != tt.failures {
					t.Fatalf("%+v", j)
				}
				if tt.want != "jobs.failed" {
					return
				}
				ref, _ := j.Args[0].(string)
				if ref == "" || !strings.Contains(log.String(), ref) || !strings.Contains(log.String(), "secret") {
					t.Fatalf("reference %q is not in the log: %s", ref, log.String())
				}
			})
		}
	})
}

func TestUnknownKindsAreLeftToOthers(t *testing.T) {
	d := dbtest.SQLite(t)
	submit(t, d, "newer", "", nil)
	known := submit(t, d, "older", "", nil)
	start(t, d, map[string]Handler{"older": func(context.Context, *Job) error { return nil }}, fast())
	await(t, d, known, ended)
	if active, err := Active(t.Context(), d.Read(), natuna, ""); err != nil || len(active) != 1 || active[0].State != Waiting {
		t.Fatalf("%+v, %v", active, err)
	}
}
