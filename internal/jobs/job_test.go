package jobs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/money"
	"tepat/internal/region"
)

func TestPace(t *testing.T) {
	start := db.TimeOf(dbtest.Epoch)
	running := func(from, done, total int64) Job {
		return Job{State: Running, PhaseAt: start, PhaseFrom: from, Done: done, Total: total}
	}
	tests := []struct {
		name  string
		job   Job
		after time.Duration
		want  Pace
	}{
		{"too early to say", running(0, 500, 1000), 2 * time.Second, Pace{}},
		{"half way", running(0, 500, 1000), 10 * time.Second, Pace{true, 50, 10 * time.Second}},
		{"a resumed run counts only its own work", running(400, 500, 1000), 10 * time.Second, Pace{true, 10, 50 * time.Second}},
		{"rounded up", running(0, 300, 400), 10 * time.Second, Pace{true, 30, 4 * time.Second}},
		{"complete", running(0, 400, 400), 10 * time.Second, Pace{true, 40, 0}},
		{"more than announced", running(0, 410, 400), 10 * time.Second, Pace{true, 41, 0}},
		{"nothing moves", running(0, 0, 400), 10 * time.Second, Pace{}},
		{"went back", running(300, 200, 400), 10 * time.Second, Pace{}},
		{"total unknown", running(0, 300, 0), 10 * time.Second, Pace{}},
		{"not running", Job{State: Done, PhaseAt: start, Done: 5, Total: 9}, 10 * time.Second, Pace{}},
		{"not begun", Job{State: Running, Done: 5, Total: 9}, 10 * time.Second, Pace{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.job.Pace(start.Add(tt.after))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTimeLeftNeverNegativeNorOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := Job{State: Running, PhaseAt: db.TimeOf(dbtest.Epoch),
			Done: rapid.Int64Range(0, 1<<40).Draw(t, "done"), Total: rapid.Int64Range(0, 1<<50).Draw(t, "total"),
			PhaseFrom: rapid.Int64Range(0, 1<<40).Draw(t, "from")}
		p := j.Pace(j.PhaseAt.Add(time.Duration(rapid.Int64Range(0, 1<<55).Draw(t, "elapsed"))))
		if p.Left < 0 || p.PerSecond < 0 || p.Known != (p.PerSecond > 0) {
			t.Fatalf("%+v", p)
		}
	})
}

func TestBackoffGrowsToTenMinutes(t *testing.T) {
	last := time.Duration(0)
	for failures := range 100 {
		d := backoff(failures)
		if d < last || d < 5*time.Second || d > 10*time.Minute {
			t.Fatalf("backoff(%d) = %v after %v", failures, d, last)
		}
		last = d
	}
	if last != 10*time.Minute {
		t.Fatalf("ends at %v", last)
	}
}

func TestArgumentsKeepTheirKind(t *testing.T) {
	b, err := encodeArgs([]any{"Midai", 1_000_000, money.Rupiah(200_000), int64(1) << 60})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeArgs(b)
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"Midai", int64(1_000_000), int64(200_000), int64(1) << 60}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestScopeSurvivesStorage(t *testing.T) {
	for _, s := range []region.Scope{region.NewScope("2103"), region.NewScope("2103", "210305", "2103042001"), {}} {
		back := scopeOf(string(s.Regency()), areasText(s))
		if back.Regency() != s.Regency() || !cmp.Equal(back.Areas(), s.Areas()) || back.IsZero() != s.IsZero() {
			t.Errorf("%v came back as %v", s, back)
		}
	}
}
