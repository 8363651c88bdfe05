package program

import (
	"context"
	"time"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/region"
)

// Timing tells the engines' part of a judgement apart.
type Timing struct{ Engine time.Duration }

// JudgeTimed is Judge with a watch on evaluating, ranking and cutting.
func JudgeTimed(ctx context.Context, q db.Querier, regency region.Code, v RuleVersion, day civil.Date) (*Judged, Timing, error) {
	p, err := ProgramByID(ctx, q, region.NewScope(regency), v.Program)
	if err != nil {
		return nil, Timing{}, err
	}
	b, err := newBench(ctx, q, regency, RuleProgram{p, v}, day)
	if err != nil {
		return nil, Timing{}, err
	}
	contenders, err := b.load(ctx, q, regency)
	if err != nil {
		return nil, Timing{}, err
	}
	begin := time.Now()
	j, err := b.judge(contenders)
	return j, Timing{time.Since(begin)}, err
}
