package jobs

import (
	"errors"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
)

func TestAnAbortedCommandLeavesNoJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		err := d.Write(t.Context(), dbtest.Actor(natuna), func(tx *db.Tx) error {
			if _, err := Enqueue(t.Context(), tx, "check", "batch:1", nil); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if got, err := Recent(t.Context(), d.Read(), natuna, 10); err != nil || len(got) != 0 {
			t.Fatalf("%v, %v", got, err)
		}
	})
}

func TestAJobThatKillsItsProcessIsGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "poison", "", nil)
		nobody := func(string, id.Job) bool { return false }
		for run := 1; run <= 3; run++ {
			if _, found, err := claim(t.Context(), d, []any{"poison"}, time.Minute); err != nil || !found {
				t.Fatalf("run %d: %v, %v", run, found, err)
			}
			kill(t, d, job)
			if n, err := requeue(t.Context(), d, 3, nobody); err != nil || n != 1 {
				t.Fatalf("run %d: %d, %v", run, n, err)
			}
		}
		if j := get(t, d, job); j.State != Failed || j.Message != "jobs.gave_up" || j.EndedAt.IsZero() {
			t.Fatalf("%+v", j)
		}
	})
}

func TestCancellingADeadRunEndsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "slow", "", nil)
		if _, found, err := claim(t.Context(), d, []any{"slow"}, time.Minute); err != nil || !found {
			t.Fatal(found, err)
		}
		if err := cancel(t, d, job); err != nil {
			t.Fatal(err)
		}
		kill(t, d, job)
		// The process that still works on it, its beat held up, keeps it.
		if n, err := requeue(t.Context(), d, 5, func(string, id.Job) bool { return true }); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if _, err := requeue(t.Context(), d, 5, func(string, id.Job) bool { return false }); err != nil {
			t.Fatal(err)
		}
		if j := get(t, d, job); j.State != Cancelled {
			t.Fatalf("%+v", j)
		}
	})
}

func TestOneActiveJobPerSubject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := submit(t, d, "check", "batch:1", "a")
		if again := submit(t, d, "check", "batch:1", "a"); again != first {
			t.Fatal("a double click made a second job")
		}
		_, err := Submit(t.Context(), d, dbtest.Actor(natuna), "check", "batch:1", "b")
		wantKey(t, err, "jobs.busy")
		submit(t, d, "match", "batch:1", "b")
		submit(t, d, "check", "", "b")
		submit(t, d, "check", "", "b")
		active, err := Active(t.Context(), d.Read(), natuna, "batch:1")
		if err != nil || len(active) != 2 || active[0].ID != first {
			t.Fatalf("%+v, %v", active, err)
		}
		if err := cancel(t, d, first); err != nil {
			t.Fatal(err)
		}
		second := submit(t, d, "check", "batch:1", "b")
		latest, found, err := Latest(t.Context(), d.Read(), natuna, "batch:1")
		if err != nil || !found || latest.ID != second {
			t.Fatalf("%+v, %v, %v", latest, found, err)
		}
		if _, found, err := Latest(t.Context(), d.Read(), natuna, "batch:9"); err != nil || found {
			t.Fatal(found, err)
		}
	})
}

func TestRegenciesDoNotSeeEachOthersJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		job := submit(t, d, "check", "batch:1", nil)
		_, err := Get(t.Context(), d.Read(), "7203", job)
		wantKey(t, err, "jobs.unknown")
		if active, err := Active(t.Context(), d.Read(), "7203", "batch:1"); err != nil || len(active) != 0 {
			t.Fatal(active, err)
		}
	})
}

func TestPurgeTakesOnlyWhatEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gone, stays := submit(t, d, "check", "a", nil), submit(t, d, "check", "b", nil)
		if err := cancel(t, d, gone); err != nil {
			t.Fatal(err)
		}
		now := db.TimeOf(dbtest.Epoch)
		if n, err := Purge(t.Context(), d, now); err != nil || n != 0 {
			t.Fatal(n, err)
		}
		if n, err := Purge(t.Context(), d, now.Add(time.Second)); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		_, err := Get(t.Context(), d.Read(), natuna, gone)
		wantKey(t, err, "jobs.unknown")
		get(t, d, stays)
	})
}

func TestProgressIsWrittenAtTheBeatNotAtTheCall(t *testing.T) {
	d := dbtest.SQLite(t)
	submit(t, d, "import", "", nil)
	j, found, err := claim(t.Context(), d, []any{"import"}, time.Minute)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	j.live = &live{}
	for i := range int64(1000) {
		j.Progress(i, 1000, "p")
	}
	if stored := get(t, d, j.ID); stored.Done != 0 || !j.live.dirty() {
		t.Fatalf("a call wrote: %+v", stored)
	}
	if _, _, err := beat(t.Context(), d, &j, time.Minute); err != nil {
		t.Fatal(err)
	}
	if stored := get(t, d, j.ID); stored.Done != 999 || j.live.dirty() {
		t.Fatalf("the beat did not write: %+v", stored)
	}
}
