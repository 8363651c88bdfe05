package duplicate

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// stakesFor finds the money that hangs on one suspicion on day.
func stakesFor(ctx context.Context, q db.Querier, regency string, s *Suspicion, a, b *registry.Person, record intake.Record, day civil.Date) (stakes, error) {
	if s.Kind == Pair {
		r, err := aidOf(ctx, q, regency, []registry.Person{*a, *b}, day)
		return stakesOf(r.of(a, b), r.of(b, a)), err
	}
	r, err := aidOf(ctx, q, regency, []registry.Person{*a}, day)
	if err != nil {
		return stakes{}, err
	}
	claimed, err := claimedBy(ctx, q, regency, s, record)
	return stakesOf(r.of(a, nil), claimed), err
}

// claimedBy is the aid that a row states.
func claimedBy(ctx context.Context, q db.Querier, regency string, s *Suspicion, record intake.Record) ([]Aid, error) {
	b, err := intake.BatchByID(ctx, q, region.NewScope(region.Code(regency)), s.Batch)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil || b.Kind() != string(evidence.Receives) {
		return nil, err
	}
	code := programOf(b, record)
	if code == "" {
		return nil, nil
	}
	return []Aid{{Program: code, Monthly: record.Amount, Source: "row"}}, nil
}

// programOf is the programme that a row of b is about: that of the layout or of
// the upload, else what the row itself says.
func programOf(b intake.Batch, record intake.Record) string {
	l, _ := intake.LayoutNamed(b.Layout)
	switch {
	case l.Program != "" && l.Program != "ask" && l.Program != "subject":
		return l.Program
	case record.Program != "":
		return evidence.ProgramCode(record.Program)
	}
	return evidence.ProgramCode(b.Subject)
}

// dayStart is the instant at which the day of the regency began.
func dayStart(tx *db.Tx) db.Time {
	zone := civil.ZoneOfProvince(tx.Actor.Regency()[:2])
	local := tx.Now.Std().In(zone.Location())
	return tx.Now.Add(-(local.Sub(midnight(local))))
}
