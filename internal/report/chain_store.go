package report

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/region"
)

// countRanking sums the tally of the ranking inside scope.
func (c *Chain) countRanking(ctx context.Context, q db.Querier, scope region.Scope) error {
	if c.Ranking == "" {
		return nil
	}
	type cell struct {
		state  string
		reason int
		n      int64
	}
	var w db.Where
	w.Within("", "village", scope)
	w.And("ranking_id = ?", string(c.Ranking))
	cells, err := db.All(ctx, q, func(x *cell) []any { return []any{&x.state, &x.reason, &x.n} },
		"SELECT state, reason_no, CAST(SUM(subjects_n) AS BIGINT) FROM ranking_tally"+w.String()+" GROUP BY state, reason_no", w.Args...)
	if err != nil {
		return fmt.Errorf("ranking: %w", err)
	}
	for _, x := range cells {
		c.Subjects += x.n
		switch x.state {
		case "in", "reserve":
			c.Eligible += x.n
			c.Reason = x.reason
		case "below":
			c.Eligible += x.n
			c.Below += x.n
			c.Reason = x.reason
		case "unknown":
			c.Unknown += x.n
		}
	}
	return nil
}

// countDecree counts the lines of the decree, those replaced since included:
// the annex shows them too.
func (c *Chain) countDecree(ctx context.Context, q db.Querier, scope region.Scope, at map[region.Code]*Kecamatan) error {
	if c.Decree == "" {
		return nil
	}
	type cell struct {
		village region.Code
		n       int64
	}
	var w db.Where
	w.Within("", "village", scope)
	w.And("decree_id = ?", string(c.Decree))
	cells, err := db.All(ctx, q, func(x *cell) []any { return []any{&x.village, &x.n} },
		"SELECT village, COUNT(*) FROM decree_line"+w.String()+" GROUP BY village", w.Args...)
	if err != nil {
		return fmt.Errorf("decree: %w", err)
	}
	for _, x := range cells {
		c.Decreed += x.n
		if k := at[x.village.Kecamatan()]; k != nil {
			k.Decreed += x.n
		}
	}
	return nil
}

// countList counts the lines of the pay list by state. The index
// pay_line_progress answers it without reading a row.
func (c *Chain) countList(ctx context.Context, q db.Querier, scope region.Scope, at map[region.Code]*Kecamatan) error {
	if c.List == "" {
		return nil
	}
	type cell struct {
		village region.Code
		state   string
		sum     Sum
	}
	var w db.Where
	w.Within("", "village", scope)
	w.And("pay_list_id = ?", string(c.List))
	cells, err := db.All(ctx, q, func(x *cell) []any { return []any{&x.village, &x.state, &x.sum.N, &x.sum.IDR} },
		"SELECT village, state, COUNT(*), CAST(SUM(amount_idr) AS BIGINT) FROM pay_line"+w.String()+" GROUP BY village, state", w.Args...)
	if err != nil {
		return fmt.Errorf("pay list: %w", err)
	}
	for _, x := range cells {
		k := at[x.village.Kecamatan()]
		if k == nil {
			k = &Kecamatan{} // a village that the decree no longer knows
		}
		c.ListTotal.add(x.sum)
		k.Lines.add(x.sum)
		switch x.state {
		case "paid":
			c.Paid.add(x.sum)
			k.Paid.add(x.sum)
		case "failed":
			c.Failed.add(x.sum)
			k.Failed.add(x.sum)
		case "pending":
			c.Pending.add(x.sum)
			k.Pending.add(x.sum)
		case "replaced":
			c.Replaced.add(x.sum)
		}
	}
	return nil
}
