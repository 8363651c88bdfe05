package duplicate

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/jobs"
)

// Kinds of job that this package runs.
const (
	JobSearch = "duplicate.search" // the registry with itself
	JobAfter  = "duplicate.after"  // the rows and the changed records of an import
	JobTrain  = "duplicate.train"  // a model from the registry and what people decided
)

// Subject names the search among the subjects of jobs.
func Subject() string { return "duplicate" }

// TrainSubject names the training.
func TrainSubject() string { return "duplicate:train" }

type payload struct {
	Batch id.Batch `json:"batch,omitempty"`
	Whole bool     `json:"whole,omitempty"`
}

// Handlers are the jobs of this package, for the runner.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		JobSearch: func(ctx context.Context, j *jobs.Job) error {
			var p payload
			if err := j.Decode(&p); err != nil {
				return err
			}
			out, err := s.Search(ctx, j.Actor, p.Whole, j.Progress)
			j.Say("duplicate.done.search", out.People, out.Found, out.Fresh)
			return err
		},
		JobAfter: func(ctx context.Context, j *jobs.Job) error {
			var p payload
			if err := j.Decode(&p); err != nil {
				return err
			}
			return s.afterImport(ctx, j, p.Batch)
		},
		JobTrain: func(ctx context.Context, j *jobs.Job) error {
			m, err := s.Train(ctx, j.Actor, j.Progress)
			j.Say("duplicate.done.train", m.Number, m.People, m.Labels)
			return err
		},
	}
}

// afterImport looks at what an import brought. Of many imports in a row the
// search for the first one behind them serves all.
func (s *Service) afterImport(ctx context.Context, j *jobs.Job, batch id.Batch) error {
	rows, err := s.Rows(ctx, j.Actor, batch)
	if err != nil {
		return err
	}
	searched, err := s.searchedSince(ctx, j.Actor, batch)
	if err != nil {
		return err
	}
	if searched {
		j.Say("duplicate.done.after", rows, 0)
		return nil
	}
	out, err := s.Search(ctx, j.Actor, false, j.Progress)
	j.Say("duplicate.done.after", rows, out.Fresh)
	return err
}

// StartSearch queues a search: of everybody, or of those new or changed since the last.
func (s *Service) StartSearch(ctx context.Context, actor db.Actor, whole bool) (id.Job, error) {
	return s.start(ctx, actor, JobSearch, Subject(), payload{Whole: whole}, "duplicate.search_asked")
}

// StartTraining queues the training of a new model.
func (s *Service) StartTraining(ctx context.Context, actor db.Actor) (id.Job, error) {
	return s.start(ctx, actor, JobTrain, TrainSubject(), payload{}, "duplicate.train_asked")
}

func (s *Service) start(ctx context.Context, actor db.Actor, kind, subject string, p payload, event string) (id.Job, error) {
	var job id.Job
	err := s.db.Write(ctx, actor, func(tx *db.Tx) error {
		var err error
		if job, err = jobs.Enqueue(ctx, tx, kind, subject, p); err != nil {
			return err
		}
		return tx.Record(event, string(job), "", map[string]any{"say": []any{}})
	})
	return job, err
}
