package program_test

import (
	"context"
	"testing"
	"time"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/id"
	"tepat/internal/jobs"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// finish runs the jobs that wait until job has ended.
func (o *office) finish(job id.Job) jobs.Job {
	o.Helper()
	ctx, stop := context.WithCancel(o.Context())
	over := make(chan error, 1)
	go func() {
		over <- jobs.NewRunner(o.d, program.Handlers(o.d), jobs.Options{Poll: 5 * time.Millisecond}).Run(ctx)
	}()
	defer func() {
		stop()
		<-over
	}()
	for range 1000 {
		j, err := jobs.Get(o.Context(), o.d.Read(), string(natuna), job)
		if err != nil {
			o.Fatal(err)
		}
		if j.State.Ended() {
			return j
		}
		time.Sleep(5 * time.Millisecond)
	}
	o.Fatal("the job never ended")
	return jobs.Job{}
}

// A job ranks once, however often it is run, and tells what Rank would.
func TestARankingIsMadeInTheBackground(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(6)
		v := o.start("BST-UJI", terms(rules.Family, 3))
		ctx := t.Context()
		job, err := program.StartRank(ctx, d, o.maker, v.ID, today)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := program.StartRank(ctx, d, o.maker, v.ID, today); err != nil || again != job {
			t.Errorf("a second tap asks for another ranking: %s, %v", again, err)
		}
		if j := o.finish(job); j.State != jobs.Done || j.Message != "program.ranked" || j.Done != 0 && j.Total == 0 {
			t.Fatalf("%+v", j)
		}
		made, err := program.RankingByID(ctx, d.Read(), whole(), program.RankedBy(job))
		if err != nil || made.Counts.In != 3 || made.MadeBy != o.maker.User {
			t.Fatalf("%+v %v", made, err)
		}
		if direct := o.rank(v); direct.ResultDigest != made.ResultDigest || direct.InputsDigest != made.InputsDigest {
			t.Error("the job ranks otherwise than Rank")
		}
		// The program died after the ranking was kept and before the job was settled.
		if err := d.Housekeep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE job SET state = 'waiting', ended_at = NULL WHERE regency = $1 AND id = $2", string(natuna), string(job))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if j := o.finish(job); j.State != jobs.Done {
			t.Fatalf("%+v", j)
		}
		all, err := program.Rankings(ctx, d.Read(), whole(), o.program.ID, 10)
		if err != nil || len(all) != 2 {
			t.Errorf("%d rankings, %v", len(all), err)
		}
	})
}

// What forbids a ranking is said at once, or is the sentence of the job.
func TestARankingThatMayNotBeMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		cards := o.families(2)
		v := o.start("BST-UJI", terms(rules.Family, 3))
		part := o.maker
		part.Scope = region.NewScope(natuna, midai)
		if _, err := program.StartRank(t.Context(), d, part, v.ID, today); err == nil {
			t.Error("an officer of one village ranks")
		}
		o.employ(o.maker, cards[1].People[1].NIK)
		job, err := program.StartRank(t.Context(), d, o.maker, v.ID, today)
		if err != nil {
			t.Fatal(err)
		}
		if j := o.finish(job); j.State != jobs.Failed || j.Message != "program.own_family_listed" {
			t.Errorf("%s %s", j.State, j.Message)
		}
	})
}
