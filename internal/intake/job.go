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
	JobUndo  = "import.undo"
)

// JobSubject names a batch among the subjects of jobs.
func JobSubject(batch id.Batch) string { return "batch:" + string(batch) }

type jobPayload struct {
	Batch  id.Batch `json:"batch"`
	Reason string   `json:"reason,omitempty"` // of an undo
}

// Handlers are the jobs of intake, for the runner.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		JobCheck: func(ctx context.Context, j *jobs.Job) error {
			return s.run(ctx, j, func(p jobPayload) (Batch, error) { return s.Check(ctx, j.Actor, p.Batch, j.Progress) })
		},
		JobApply: func(ctx context.Context, j *jobs.Job) error {
			return s.run(ctx, j, func(p jobPayload) (Batch, error) { return s.Apply(ctx, j.Actor, p.Batch, j.Progress) })
		},
		JobUndo: func(ctx context.Context, j *jobs.Job) error {
			return s.run(ctx, j, func(p jobPayload) (Batch, error) { return s.Undo(ctx, j.Actor, p.Batch, p.Reason, j.Progress) })
		},
	}
}

func (s *Service) run(_ context.Context, j *jobs.Job, work func(jobPayload) (Batch, error)) error {
	var p jobPayload
	if err := j.Decode(&p); err != nil {
		return err
	}
	b, err := work(p)
	if err != nil {
		return err
	}
	j.Say("intake.done."+string(b.State), b.FileName, b.Counts.Rows)
	return nil
}

// StartCheck queues the check of a batch.
func (s *Service) StartCheck(ctx context.Context, actor db.Actor, batch id.Batch) (id.Job, error) {
	return s.start(ctx, actor, JobCheck, jobPayload{Batch: batch}, func(b Batch) bool { return b.State == Mapped })
}

// StartApply queues the application of a checked batch, or of one that was
// interrupted.
func (s *Service) StartApply(ctx context.Context, actor db.Actor, batch id.Batch) (id.Job, error) {
	return s.start(ctx, actor, JobApply, jobPayload{Batch: batch}, func(b Batch) bool { return b.State == Checked || b.State == Applying })
}

// StartUndo queues the undoing of a batch.
func (s *Service) StartUndo(ctx context.Context, actor db.Actor, batch id.Batch, reason string) (id.Job, error) {
	if reason = tidy(reason); reason == "" {
		return "", fault.NewInvalid("intake.reason_missing").At("reason")
	}
	return s.start(ctx, actor, JobUndo, jobPayload{batch, reason}, Batch.CanUndo)
}

// asked are the events of queueing a job.
var asked = map[string]string{JobCheck: "import.check_asked", JobApply: "import.apply_asked", JobUndo: "import.undo_asked"}

func (s *Service) start(ctx context.Context, actor db.Actor, kind string, p jobPayload, may func(Batch) bool) (id.Job, error) {
	var job id.Job
	err := s.DB.Write(ctx, actor, func(tx *db.Tx) error {
		b, err := batchForUpdate(ctx, tx, tx.Actor.Regency(), p.Batch)
		if err != nil {
			return err
		}
		if !may(b) {
			return fault.NewConflict("intake.state")
		}
		if job, err = jobs.Enqueue(ctx, tx, kind, JobSubject(p.Batch), p); err != nil {
			return err
		}
		return tx.Record(asked[kind], string(p.Batch), b.Village, said(b))
	})
	return job, err
}
