package report

import (
	"context"
	"encoding/json"
	"fmt"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/region"
)

// sitesShown is how many places of payment Beranda lists.
const sitesShown = 5

// sites lists open places of payment: today's first, then days past, then the
// others.
func (h *Home) sites(ctx context.Context, q db.Querier, want Query) error {
	if !want.Session.Role.May(account.PayoutView) {
		return nil
	}
	var w db.Where
	w.Within("s.", "village", want.Session.Scope)
	w.And("s.state = 'open' AND l.state = 'frozen'")
	today := w.Arg(want.Today)
	limit := w.Arg(sitesShown)
	list, err := db.All(ctx, q, func(s *Site) []any { return []any{&s.ID, &s.List, &s.Name, &s.Village, &s.Officer, &s.On} },
		`SELECT s.id, s.pay_list_id, s.name, s.village, COALESCE(u.name, ''), s.on_date
		FROM site s JOIN pay_list l ON l.regency = s.regency AND l.id = s.pay_list_id
		LEFT JOIN user_account u ON u.regency = s.regency AND u.id = s.officer_id`+w.String()+
			" ORDER BY CASE WHEN s.on_date = "+today+" THEN 0 WHEN s.on_date < "+today+" THEN 1 WHEN s.on_date IS NULL THEN 3 ELSE 2 END, s.pay_list_id DESC, s.village, s.id LIMIT "+limit,
		w.Args...)
	if err != nil {
		return fmt.Errorf("sites: %w", err)
	}
	for i := range list {
		if err := list[i].progress(ctx, q, string(want.Session.Scope.Regency())); err != nil {
			return fmt.Errorf("sites: %w", err)
		}
	}
	h.Sites = list
	return nil
}

func (s *Site) progress(ctx context.Context, q db.Querier, regency string) error {
	type cell struct {
		lines, paid int64
		last        db.Time
	}
	c, _, err := db.One(ctx, q, func(c *cell) []any { return []any{&c.lines, &c.paid, &c.last} },
		`SELECT COUNT(*), COUNT(CASE WHEN n.state = 'paid' THEN 1 END), MAX(h.at)
		FROM pay_line n LEFT JOIN handover h ON h.regency = n.regency AND h.id = n.handover_id
		WHERE n.regency = $1 AND n.site_id = $2`, regency, string(s.ID))
	s.Lines, s.Paid, s.LastAt = c.lines, c.paid, c.last
	return err
}

// verified reads the newest entry that says how a check of the whole log ended.
func verified(ctx context.Context, q db.Querier, scope region.Scope) (Verified, error) {
	type row struct {
		at      db.Time
		payload []byte
	}
	r, found, err := db.One(ctx, q, func(r *row) []any { return []any{&r.at, &r.payload} },
		"SELECT at, payload FROM ledger_entry WHERE regency = $1 AND kind = 'ledger.verified' ORDER BY seq DESC LIMIT 1", string(scope.Regency()))
	if err != nil || !found {
		return Verified{}, err
	}
	var said struct {
		Findings int64 `json:"findings"`
	}
	if err := json.Unmarshal(r.payload, &said); err != nil {
		return Verified{}, fmt.Errorf("verified: %w", err)
	}
	return Verified{At: r.at, Findings: said.Findings}, nil
}

// sources tells when each layout last went in, newest first.
func sources(ctx context.Context, q db.Querier, scope region.Scope) ([]Source, error) {
	list, err := db.All(ctx, q, func(s *Source) []any { return []any{&s.Layout, &s.Sender, &s.At} },
		`SELECT layout, MAX(sender), MAX(applied_at) FROM import_batch
		WHERE regency = $1 AND state = 'applied' AND applied_at IS NOT NULL GROUP BY layout ORDER BY 3 DESC, layout`, string(scope.Regency()))
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	for i := range list {
		list[i].Limit = usualLimit
		if days, ok := limits[list[i].Layout]; ok {
			list[i].Limit = days
		}
	}
	return list, nil
}

func start(ctx context.Context, q db.Querier, scope region.Scope) (Start, error) {
	s, _, err := db.One(ctx, q, func(s *Start) []any { return []any{&s.Batches, &s.Applied, &s.Boundaries, &s.Programs, &s.Users} },
		`SELECT (SELECT COUNT(*) FROM import_batch b WHERE b.regency = $1 AND b.state <> 'cancelled' AND b.state <> 'undone'),
			(SELECT COUNT(*) FROM import_batch b WHERE b.regency = $1 AND b.state = 'applied'),
			(SELECT COUNT(*) FROM boundary g WHERE g.regency = $1),
			(SELECT COUNT(*) FROM program p WHERE p.regency = $1),
			(SELECT COUNT(*) FROM user_account u WHERE u.regency = $1 AND u.active = 1)`, string(scope.Regency()))
	return s, err
}
