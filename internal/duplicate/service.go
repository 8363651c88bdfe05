package duplicate

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/intake"
)

// Service carries what suspicions need beside a transaction: the database for
// locks and long work, and the way of rows into their targets.
type Service struct {
	db     *db.DB
	intake *intake.Service
}

// NewService returns a service, and has in tell it of batches that go in or
// come out.
func NewService(d *db.DB, in *intake.Service) *Service {
	s := &Service{db: d, intake: in}
	in.After = append(in.After, func(ctx context.Context, tx *db.Tx, b intake.Batch) error { return s.followBatch(ctx, tx, b) })
	return s
}
