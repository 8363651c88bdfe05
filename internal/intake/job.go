package intake

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/jobs"
)

// Kinds of job that this package runs.
const (
	JobCheck = "import.check"
	JobApply = "import.apply"
)

// JobSubject names a batch among the subjects of jobs.
func JobSubject(batch id.Batch) string { return "batch:" + string(batch) }

type jobPayload struct {
	Batch id.Batch `json:"batch"`
}

// Handlers are the jobs of intake, for the runner.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		JobCheck: func(ctx context.Context, j *jobs.Job) error { return s.run(ctx, j, s.Check) },
		JobApply: func(ctx context.Context, j *jobs.Job) error { return s.run(ctx, j, s.Apply) },
	}
}

func (s *Service) run(ctx context.Context, j *jobs.Job, work func(context.Context, db.Actor, id.Batch, Progress) (Batch, error)) error {
	var p jobPayload
	if err := j.Decode(&p); err != nil {
		return err
	}
	b, err := work(ctx, j.Actor, p.Batch, j.Progress)
	if err != nil {
		return err
	}
	j.Say("intake.done."+string(b.State), b.FileName, b.Counts.Rows)
	return nil
}

// StartCheck queues the check of a batch.
func (s *Service) StartCheck(ctx context.Context, actor db.Actor, batch id.Batch) (id.Job, error) {
	return s.start(ctx, actor, batch, JobCheck, "import.check_asked", func(b Batch) bool { return b.State == Mapped })
}

// StartApply queues the application of a checked batch, or of one that was
// interrupted.
func (s *Service) StartApply(ctx context.Context, actor db.Actor, batch id.Batch) (id.Job, error) {
	return s.start(ctx, actor, batch, JobApply, "import.apply_asked", func(b Batch) bool { return b.State == Checked || b.State == Applying })
}

func (s *Service) start(ctx context.Context, actor db.Actor, batch id.Batch, kind, event string, may func(Batch) bool) (id.Job, error) {
	var job id.Job
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		b, err := batchForUpdate(ctx, tx, tx.Actor.Regency(), batch)
		if err != nil {
			return err
		}
		if !may(b) {
			return fault.NewConflict("intake.state")
		}
		if job, err = jobs.Enqueue(ctx, tx, kind, JobSubject(batch), jobPayload{batch}); err != nil {
			return err
		}
		return tx.Record(event, string(batch), b.Village, said(b))
	})
	return job, err
}
