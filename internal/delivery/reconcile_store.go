package delivery

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/program"
	"tepat/internal/region"
)

// Every part is summed by itself, so that AddsUp compares and does not repeat.
const splitColumns = `COUNT(*), COALESCE(SUM(n.amount_idr), 0),
	COALESCE(SUM(CASE WHEN n.state = 'paid' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN n.state = 'paid' THEN n.amount_idr ELSE 0 END), 0),
	COALESCE(SUM(CASE WHEN n.state = 'failed' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN n.state = 'failed' THEN n.amount_idr ELSE 0 END), 0),
	COALESCE(SUM(CASE WHEN n.state = 'replaced' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN n.state = 'replaced' THEN n.amount_idr ELSE 0 END), 0),
	COALESCE(SUM(CASE WHEN n.state = 'pending' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN n.state = 'pending' THEN n.amount_idr ELSE 0 END), 0)`

func scanSum(s *Sum) []any { return []any{&s.People, &s.Money} }

func scanSplit(s *Split) []any {
	var out []any
	for _, p := range []*Sum{&s.Decreed, &s.Paid, &s.Failed, &s.Replaced, &s.Pending} {
		out = append(out, scanSum(p)...)
	}
	return out
}

// placesOf sums the lines of lists by site.
func placesOf(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) ([]Place, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("n.pay_list_id = ?", string(list))
	return db.All(ctx, q, func(p *Place) []any { return append([]any{&p.Site, &p.Village}, scanSplit(&p.Split)...) },
		"SELECT n.site_id, n.village, "+splitColumns+" FROM pay_line n"+w.String()+" GROUP BY n.village, n.site_id ORDER BY n.village, n.site_id", w.Args...)
}

// Reconcile accounts for one list. Give it a Snapshot: it asks several times.
func Reconcile(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) (Reconciliation, error) {
	r := Reconciliation{}
	var err error
	if r.List, err = PayListByID(ctx, q, scope, list); err != nil {
		return r, err
	}
	if r.Sites, err = placesOf(ctx, q, scope, list); err != nil {
		return r, fmt.Errorf("delivery.Reconcile: %w", err)
	}
	for _, s := range r.Sites {
		r.Whole = r.Whole.Plus(s.Split)
	}
	if scope.Whole() {
		r.Whole.Decreed = Sum{int64(r.List.Lines), r.List.Total}
	}
	if err := r.statements(ctx, q, scope); err != nil {
		return r, fmt.Errorf("delivery.Reconcile: %w", err)
	}
	r.Whys, err = whys(ctx, q, scope, list)
	return r, err
}

// statements sums what officers said. A reversal counts against the hand-over
// it takes back, so the money is netted and never forgotten.
func (r *Reconciliation) statements(ctx context.Context, q db.Querier, scope region.Scope) error {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("h.pay_list_id = ?", string(r.List.ID))
	type row struct {
		outcome Outcome
		sum     Sum
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return append([]any{&r.outcome}, scanSum(&r.sum)...) },
		`SELECT h.outcome, COUNT(*), COALESCE(SUM(h.amount_idr), 0) FROM handover h
		JOIN pay_line n ON n.regency = h.regency AND n.id = h.pay_line_id`+w.String()+" GROUP BY h.outcome", w.Args...)
	for _, x := range rows {
		switch x.outcome {
		case Given:
			r.Given = r.Given.plus(x.sum)
		case Reversal:
			r.Given = r.Given.plus(Sum{-x.sum.People, x.sum.Money})
		case Duplicate:
			r.Double = x.sum
		case Stray:
			r.Strays = x.sum.People
		}
	}
	return err
}

func whys(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) ([]Why, error) {
	var w db.Where
	w.Within("", "village", scope)
	w.And("pay_list_id = ?", string(list))
	w.And("state <> 'paid'")
	w.And("reason <> ''")
	return db.All(ctx, q, func(y *Why) []any { return append([]any{&y.State, &y.Reason}, scanSum(&y.Sum)...) },
		"SELECT state, reason, COUNT(*), SUM(amount_idr) FROM pay_line"+w.String()+" GROUP BY state, reason ORDER BY state, COUNT(*) DESC, reason", w.Args...)
}

// DecreeAccount is what became of a decree over all its stages.
type DecreeAccount struct {
	Decree   program.Decree
	Stages   []Reconciliation
	Whole    Split
	Unlisted money.Rupiah // decreed for months that no stage covers yet
}

// AddsUp reports whether every stage does and the decree's total is what the
// stages and the months not yet listed make together.
func (a DecreeAccount) AddsUp() bool {
	for _, s := range a.Stages {
		if !s.AddsUp() {
			return false
		}
	}
	return a.Whole.AddsUp() && a.Decree.Total == a.Whole.Decreed.Money+a.Unlisted
}

// AccountOf accounts for a decree. It is for readers of the whole regency; give
// it a Snapshot.
func AccountOf(ctx context.Context, q db.Querier, scope region.Scope, decree id.Decree) (DecreeAccount, error) {
	var a DecreeAccount
	var err error
	if a.Decree, err = program.DecreeByID(ctx, q, scope, decree); err != nil {
		return a, err
	}
	stages, err := stagesOf(ctx, q, string(scope.Regency()), decree)
	if err != nil {
		return a, err
	}
	listed := 0
	for _, s := range stages {
		r, err := Reconcile(ctx, q, scope, s.ID)
		if err != nil {
			return a, err
		}
		listed += s.Months()
		a.Whole = a.Whole.Plus(r.Whole)
		a.Stages = append(a.Stages, r)
	}
	a.Unlisted = a.Decree.AmountMonth.Times((a.Decree.Months - listed) * a.Decree.Lines)
	return a, nil
}
