package program

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/jobs"
)

// JobRank is the kind of job that makes a ranking.
const JobRank = "program.rank"

// The phases of making a ranking, in order.
const (
	PhaseRead  = "program.phase.read"
	PhaseJudge = "program.phase.judge"
	PhaseKeep  = "program.phase.keep"
)

// Progress is told how many of about total are done, 0 when unknown, and in
// which phase, a catalogue key. It may be nil.
type Progress func(done, total int64, phase string)

// tellEvery is how many people pass between two words about progress.
const tellEvery = 4096

func (p Progress) say(done, total int, phase string) {
	if p != nil && done%tellEvery == 0 {
		p(int64(done), int64(total), phase)
	}
}

// JobSubject names a version among the subjects of jobs: one ranking of it is
// made at a time.
func JobSubject(version id.Version) string { return "version:" + string(version) }

type rankPayload struct {
	Version id.Version `json:"version"`
	AsOf    civil.Date `json:"as_of"`
}

// StartRank queues a ranking of an active version as of day: judging everybody
// in a regency takes longer than a page may. Whoever may not rank hears so at
// once.
func StartRank(ctx context.Context, d *db.DB, actor db.Actor, version id.Version, day civil.Date) (id.Job, error) {
	var job id.Job
	err := d.Write(ctx, actor, func(tx *db.Tx) error {
		if err := wholeOnly(tx); err != nil {
			return err
		}
		v, err := VersionByID(ctx, tx, tx.Actor.Scope, version)
		if err != nil {
			return err
		}
		p, err := ProgramByID(ctx, tx, tx.Actor.Scope, v.Program)
		switch {
		case err != nil:
			return err
		case v.State != Active:
			return fault.NewConflict("program.not_active", v.Number)
		case p.State != Open:
			return fault.NewConflict("program.closed", p.Name)
		case !day.Valid():
			return fault.NewInvalid("program.as_of").At("as_of")
		}
		if job, err = jobs.Enqueue(ctx, tx, JobRank, JobSubject(v.ID), rankPayload{v.ID, day}); err != nil {
			return err
		}
		return tx.Record("ranking.asked", string(v.ID), tx.Actor.Scope.Regency(), map[string]any{"say": []any{p.Name, v.Number}, "as_of": day})
	})
	return job, err
}

// Handlers are the jobs of this package, for the runner.
func Handlers(d *db.DB) map[string]jobs.Handler {
	return map[string]jobs.Handler{JobRank: func(ctx context.Context, j *jobs.Job) error { return runRank(ctx, d, j) }}
}

// RankedBy returns the ranking that a job made; it bears the job's identifier,
// so that a job which is run again after a crash does not rank twice.
func RankedBy(job id.Job) id.Ranking { return id.Ranking(job) }

// runRank judges on a snapshot, so that the writer is free while the registry is
// read, and keeps the result.
func runRank(ctx context.Context, d *db.DB, j *jobs.Job) error {
	var p rankPayload
	if err := j.Decode(&p); err != nil {
		return err
	}
	made, err := RankingByID(ctx, d.Read(), j.Actor.Scope, RankedBy(j.ID))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil {
		if made, err = rankNow(ctx, d, j, p); err != nil {
			return err
		}
	}
	j.Say("program.ranked", made.Counts.Subjects, made.Counts.In)
	return nil
}

func rankNow(ctx context.Context, d *db.DB, j *jobs.Job, p rankPayload) (Ranking, error) {
	var judged *Judged
	err := d.Snapshot(ctx, func(q db.Querier) error {
		v, err := VersionByID(ctx, q, j.Actor.Scope, p.Version)
		if err != nil {
			return err
		}
		judged, err = Judge(ctx, q, j.Actor.Scope.Regency(), v, p.AsOf, j.Progress)
		return err
	})
	if err != nil {
		return Ranking{}, err
	}
	judged.id = RankedBy(j.ID)
	var r Ranking
	err = d.Write(ctx, j.Actor, func(tx *db.Tx) error {
		var err error
		r, err = Keep(ctx, tx, judged)
		return err
	})
	return r, err
}
