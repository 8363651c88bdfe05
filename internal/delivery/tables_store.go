package delivery

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Column lists, once per table, beside the pointers that fill them.
var (
	listTable = db.NewTable("pay_list", "decree_id", "program_id", "title", "stage_no", "month_from", "month_until", "state",
		"lines_n", "total_idr", "digest", "decree_proposed_by", "decree_signed_by", "frozen_by", "frozen_at", "closed_by",
		"closed_at", "closing_note", "version")
	siteTable = db.NewTable("site", "pay_list_id", "village", "name", "on_date", "officer_id", "state", "taken_idr", "returned_idr",
		"note", "closed_by", "closed_at", "version")
	lineTable = db.NewTable("pay_line", "pay_list_id", "decree_line_id", "person_id", "family_id", "site_id", "village", "place_no",
		"payee_name", "payee_key", "amount_idr", "state", "reason", "detail", "handover_id", "version")
	handoverTable = db.NewTable("handover", "pay_line_id", "pay_list_id", "outcome", "reason", "receiver", "receiver_name", "relation",
		"note", "amount_idr", "receipt_code", "officer_id", "officer_name", "at", "device_at", "body_sha256", "reversed", "reverses_id")
	correctionTable = db.NewTable("correction", "handover_id", "pay_line_id", "pay_list_id", "state", "reason", "asked_by",
		"asked_name", "asked_at", "decided_by", "decided_at", "note")
)

// Tables lists the sealed tables of this package, for the verifier.
func Tables() []*db.Table {
	return []*db.Table{listTable, siteTable, lineTable, handoverTable, correctionTable}
}

const listColumns = `l.id, l.decree_id, l.program_id, l.title, l.stage_no, l.month_from, l.month_until, l.state, l.lines_n, l.total_idr,
	l.digest, l.decree_proposed_by, l.decree_signed_by, l.frozen_by, l.frozen_at, l.closed_by, l.closed_at, l.closing_note,
	l.version, p.name, d.number`

const listFrom = ` FROM pay_list l JOIN program p ON p.regency = l.regency AND p.id = l.program_id
	JOIN decree d ON d.regency = l.regency AND d.id = l.decree_id`

func scanList(l *PayList) []any {
	return []any{&l.ID, &l.Decree, &l.Program, &l.Title, &l.Stage, &l.From, &l.Until, &l.State, &l.Lines, &l.Total, &l.Digest,
		&l.ProposedBy, &l.SignedBy, &l.FrozenBy, &l.FrozenAt, &l.ClosedBy, &l.ClosedAt, &l.Note, &l.Version, &l.ProgramName, &l.DecreeNumber}
}

const siteColumns = `s.id, s.pay_list_id, s.village, s.name, s.on_date, s.officer_id, CASE WHEN s.state = 'closed' THEN 1 ELSE 0 END,
	s.taken_idr, s.returned_idr, s.note, s.closed_by, s.closed_at, s.version`

func scanSite(s *Site) []any {
	return []any{&s.ID, &s.List, &s.Village, &s.Name, &s.On, &s.Officer, &s.Closed, &s.Taken, &s.Returned, &s.Note, &s.ClosedBy,
		&s.ClosedAt, &s.Version}
}

const lineColumns = `n.id, n.pay_list_id, n.decree_line_id, n.person_id, n.family_id, n.site_id, n.village, n.place_no, n.payee_name,
	n.amount_idr, n.state, n.reason, n.detail, n.handover_id, n.version`

func scanLine(l *Line) []any {
	return []any{&l.ID, &l.List, &l.DecreeLine, &l.Person, &l.Family, &l.Site, &l.Village, &l.Place, &l.Payee, &l.Amount, &l.State,
		&l.Reason, &l.Detail, &l.Handover, &l.Version}
}

const handoverColumns = `h.id, h.pay_line_id, h.pay_list_id, h.outcome, h.reason, h.receiver, h.receiver_name, h.relation, h.note,
	h.amount_idr, h.receipt_code, h.officer_id, h.officer_name, h.at, h.device_at, h.body_sha256, h.reversed, h.reverses_id`

func scanHandover(h *Handover) []any {
	return []any{&h.ID, &h.Line, &h.List, &h.Outcome, &h.Reason, &h.Receiver, &h.ReceiverName, &h.Relation, &h.Note, &h.Amount,
		&h.Receipt, &h.Officer, &h.OfficerName, &h.At, &h.DeviceAt, &h.Digest, &h.Reversed, &h.Reverses}
}

func handoverValues(h Handover) []any {
	reversed := 0
	if h.Reversed {
		reversed = 1
	}
	return []any{string(h.Line), string(h.List), string(h.Outcome), string(h.Reason), h.Receiver, h.ReceiverName, h.Relation, h.Note,
		int64(h.Amount), h.Receipt, string(h.Officer), h.OfficerName, h.At, h.DeviceAt, h.Digest, reversed, string(h.Reverses)}
}

// PayListByID returns a list that has lines inside scope.
func PayListByID(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) (PayList, error) {
	l, found, err := db.One(ctx, q, scanList, "SELECT "+listColumns+listFrom+" WHERE l.regency = $1 AND l.id = $2",
		string(scope.Regency()), string(list))
	if err != nil {
		return l, err
	}
	if found && !scope.Whole() {
		var w db.Where
		w.Within("", "village", scope)
		w.And("pay_list_id = ?", string(list))
		_, found, err = db.One(ctx, q, db.Self[string], "SELECT id FROM site"+w.String()+" LIMIT 1", w.Args...)
		if err != nil {
			return PayList{}, err
		}
	}
	if !found {
		return PayList{}, fault.NewNotFound("delivery.list_gone")
	}
	return l, nil
}

// SiteByID returns a site inside scope.
func SiteByID(ctx context.Context, q db.Querier, scope region.Scope, site id.Site) (Site, error) {
	var w db.Where
	w.Within("s.", "village", scope)
	w.And("s.id = ?", string(site))
	s, found, err := db.One(ctx, q, scanSite, "SELECT "+siteColumns+" FROM site s"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("delivery.site_gone")
	}
	return s, err
}

// LineByID returns a line inside scope.
func LineByID(ctx context.Context, q db.Querier, scope region.Scope, line id.PayLine) (Line, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("n.id = ?", string(line))
	l, found, err := db.One(ctx, q, scanLine, "SELECT "+lineColumns+" FROM pay_line n"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("delivery.line_gone")
	}
	return l, err
}
