package delivery

import (
	"context"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Plan is when and by whom a site is served, and the cash taken out for it.
type Plan struct {
	Name    string
	On      civil.Date
	Officer id.User
	Taken   money.Rupiah
	Version int
}

// AssignSite writes the plan of an open site.
func AssignSite(ctx context.Context, tx *db.Tx, site id.Site, p Plan) error {
	s, err := openSite(ctx, tx, site)
	if err != nil {
		return err
	}
	p.Name = strings.TrimSpace(p.Name)
	switch {
	case p.Name == "" || len([]rune(p.Name)) > maxTitle:
		return fault.NewInvalid("delivery.site_name", maxTitle).At("name")
	case !p.On.IsZero() && !p.On.Valid():
		return fault.NewInvalid("delivery.site_date").At("on")
	case p.Taken < 0 || p.Taken > MaxAmount:
		return fault.NewInvalid("delivery.cash", MaxAmount).At("taken")
	}
	n, err := tx.Exec(ctx, `UPDATE site SET name = $4, on_date = $5, officer_id = $6, taken_idr = $7, version = version + 1
		WHERE regency = $1 AND id = $2 AND version = $3 AND state = 'open'`, tx.Actor.Regency(), string(site), p.Version, p.Name, p.On,
		string(p.Officer), int64(p.Taken))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("delivery.site_moved", s.Name)
	}
	tx.Touch(siteTable, string(site))
	return tx.Record("site.assigned", string(site), s.Village, map[string]any{"say": []any{p.Name, p.On.String()}, "list": s.List,
		"officer": p.Officer, "taken": p.Taken})
}

// openSite takes a site until the command ends and returns it, when it and its
// list are open.
func openSite(ctx context.Context, tx *db.Tx, site id.Site) (Site, error) {
	if tx.Actor.User == "" {
		return Site{}, fault.NewDenied("delivery.nobody")
	}
	if err := lockSites(ctx, tx, site); err != nil {
		return Site{}, err
	}
	s, err := SiteByID(ctx, tx, tx.Actor.Scope, site)
	if err != nil {
		return s, err
	}
	l, err := PayListByID(ctx, tx, tx.Actor.Scope, s.List)
	switch {
	case err != nil:
		return s, err
	case l.State != Frozen:
		return s, fault.NewConflict("delivery.list_closed")
	case s.Closed:
		return s, fault.NewConflict("delivery.site_closed")
	}
	return s, nil
}

// CloseSite ends the work of a site: every line there is paid, failed or has a
// reason, and cash taken = handed over + returned, or a note says why not.
// Lines of people who must not be paid now fail with that.
func CloseSite(ctx context.Context, tx *db.Tx, site id.Site, returned money.Rupiah, note string, version int) error {
	s, err := openSite(ctx, tx, site)
	if err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	if returned < 0 || returned > MaxAmount {
		return fault.NewInvalid("delivery.cash", MaxAmount).At("returned")
	}
	pending, err := pendingLines(ctx, tx, "n.site_id", string(site))
	if err != nil {
		return err
	}
	left, err := endStopped(ctx, tx, pending)
	if err != nil {
		return err
	}
	paid, _, err := db.One(ctx, tx, db.Self[money.Rupiah], `SELECT COALESCE(SUM(amount_idr), 0) FROM pay_line
		WHERE regency = $1 AND site_id = $2 AND state = 'paid'`, tx.Actor.Regency(), string(site))
	if err != nil {
		return err
	}
	open, gap := withoutReason(left), s.Taken-paid-returned
	switch {
	case open > 0:
		return fault.NewConflict("delivery.site_unfinished", open)
	case gap != 0 && len([]rune(note)) < 4:
		return fault.NewInvalid("delivery.cash_gap", gap).At("note")
	case len([]rune(note)) > maxNote:
		return fault.NewInvalid("delivery.note_long", maxNote).At("note")
	}
	n, err := tx.Exec(ctx, `UPDATE site SET state = 'closed', returned_idr = $4, note = $5, closed_by = $6, closed_at = $7,
		version = version + 1 WHERE regency = $1 AND id = $2 AND version = $3 AND state = 'open'`, tx.Actor.Regency(), string(site), version,
		int64(returned), note, string(tx.Actor.User), tx.Now)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("delivery.site_moved", s.Name)
	}
	tx.Touch(siteTable, string(site))
	return tx.Record("site.closed", string(site), s.Village, map[string]any{
		"say": []any{s.Name, paid.String(), returned.String(), gap.String()}, "list": s.List, "note": note,
		"stopped": len(pending) - len(left)})
}

// pendingLines returns the pending lines of a site or a list.
func pendingLines(ctx context.Context, tx *db.Tx, column, value string) ([]Line, error) {
	return db.All(ctx, tx, scanLine, "SELECT "+lineColumns+" FROM pay_line n WHERE n.regency = $1 AND "+column+" = $2 AND n.state = 'pending'",
		tx.Actor.Regency(), value)
}

func withoutReason(lines []Line) int {
	n := 0
	for _, l := range lines {
		if l.Reason == "" {
			n++
		}
	}
	return n
}

// CloseList ends a list (BA rekonsiliasi). It asks that everything adds up,
// that cash taken out is accounted for at its site, and that no line is pending
// without a reason; pending ones with a reason fail with it, and their money
// goes back. Who handed over does not close.
func CloseList(ctx context.Context, tx *db.Tx, list id.PayList, note string, version int) error {
	if err := lockList(ctx, tx, list); err != nil {
		return err
	}
	l, err := PayListByID(ctx, tx, tx.Actor.Scope, list)
	if err != nil {
		return err
	}
	switch {
	case tx.Actor.User == "":
		return fault.NewDenied("delivery.nobody")
	case !tx.Actor.Scope.Whole():
		return fault.NewDenied("delivery.whole_regency")
	case l.State != Frozen:
		return fault.NewConflict("delivery.list_closed")
	case len([]rune(note)) > maxNote:
		return fault.NewInvalid("delivery.note_long", maxNote).At("note")
	}
	if err := handedOver(ctx, tx, list); err != nil {
		return err
	}
	if err := cashIsBack(ctx, tx, list); err != nil {
		return err
	}
	failed, err := failPending(ctx, tx, list)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE pay_list SET state = 'closed', closed_by = $4, closed_at = $5, closing_note = $6, version = version + 1
		WHERE regency = $1 AND id = $2 AND version = $3 AND state = 'frozen'`, tx.Actor.Regency(), string(list), version,
		string(tx.Actor.User), tx.Now, note)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("delivery.list_moved")
	}
	tx.Touch(listTable, string(list))
	r, err := Reconcile(ctx, tx, tx.Actor.Scope, list)
	if err != nil {
		return err
	}
	if !r.AddsUp() {
		return fault.NewConflict("delivery.does_not_add_up")
	}
	return tx.Record("paylist.closed", string(list), region.Code(tx.Actor.Regency()), map[string]any{
		"say": []any{l.Title, r.Whole.Paid.People, r.Whole.Paid.Money.String(), r.Whole.Failed.People}, "expired": failed, "note": note})
}

// handedOver refuses a closer who handed over himself.
func handedOver(ctx context.Context, tx *db.Tx, list id.PayList) error {
	_, found, err := db.One(ctx, tx, db.Self[string], `SELECT id FROM handover
		WHERE regency = $1 AND pay_list_id = $2 AND officer_id = $3 AND outcome = 'given' LIMIT 1`,
		tx.Actor.Regency(), string(list), string(tx.Actor.User))
	if err == nil && found {
		err = fault.NewDenied("delivery.payer_closes")
	}
	return err
}

// cashIsBack refuses while a site with cash is open.
func cashIsBack(ctx context.Context, tx *db.Tx, list id.PayList) error {
	type row struct {
		sites int
		name  string
	}
	r, _, err := db.One(ctx, tx, func(r *row) []any { return []any{&r.sites, &r.name} }, `SELECT COUNT(*), COALESCE(MIN(name), '') FROM site
		WHERE regency = $1 AND pay_list_id = $2 AND state = 'open' AND taken_idr > 0`, tx.Actor.Regency(), string(list))
	if err == nil && r.sites > 0 {
		err = fault.NewConflict("delivery.sites_open", r.sites, r.name)
	}
	return err
}

// failPending ends the pending lines of a list, unless one has no reason.
func failPending(ctx context.Context, tx *db.Tx, list id.PayList) (int, error) {
	pending, err := pendingLines(ctx, tx, "n.pay_list_id", string(list))
	if err != nil {
		return 0, err
	}
	left, err := endStopped(ctx, tx, pending)
	if err != nil {
		return 0, err
	}
	if bare := withoutReason(left); bare > 0 {
		return 0, fault.NewConflict("delivery.pending_left", bare)
	}
	for _, l := range left {
		if err := fail(ctx, tx, l, l.Reason, l.Detail); err != nil {
			return 0, err
		}
	}
	return len(pending), nil
}

// RecordExport puts into the ledger that a file about a list left the house:
// its name, rows and hash.
func RecordExport(ctx context.Context, tx *db.Tx, list id.PayList, file string, rows int64, sha256 string) error {
	l, err := PayListByID(ctx, tx, tx.Actor.Scope, list)
	if err != nil {
		return err
	}
	return tx.Record("paylist.exported", string(list), region.Code(tx.Actor.Regency()), map[string]any{
		"say": []any{l.Title, file, rows}, "sha256": sha256})
}
