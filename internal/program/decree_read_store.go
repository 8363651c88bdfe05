package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

const decreeColumns = `d.id, d.program_id, d.version_id, d.ranking_id, d.kind, d.state, d.number, d.signed_on, d.pdf_sha256,
	d.amount_month_idr, d.months_n, d.month_from, d.lines_n, d.total_idr, d.proposed_by, d.proposed_at, d.signed_by, d.signed_at,
	d.version, p.code, p.name`

const decreeFrom = " FROM decree d JOIN program p ON p.regency = d.regency AND p.id = d.program_id"

func scanDecree(d *Decree) []any {
	return []any{&d.ID, &d.Program, &d.RuleVersion, &d.Ranking, &d.Kind, &d.State, &d.Number, &d.SignedOn, &d.PDF, &d.AmountMonth, &d.Months,
		&d.MonthFrom, &d.Lines, &d.Total, &d.ProposedBy, &d.ProposedAt, &d.SignedBy, &d.SignedAt, &d.Version, &d.ProgramCode, &d.ProgramName}
}

// DecreeByID returns a decree of the regency of scope.
func DecreeByID(ctx context.Context, q db.Querier, scope region.Scope, decree id.Decree) (Decree, error) {
	d, found, err := db.One(ctx, q, scanDecree, "SELECT "+decreeColumns+decreeFrom+" WHERE d.regency = $1 AND d.id = $2",
		string(scope.Regency()), string(decree))
	if err == nil && !found {
		err = fault.NewNotFound("program.decree_gone")
	}
	return d, err
}

// Decrees returns the decrees of a programme, newest first; an empty programme
// means all programmes of the regency of scope.
func Decrees(ctx context.Context, q db.Querier, scope region.Scope, program id.Program) ([]Decree, error) {
	var w db.Where
	w.And("d.regency = ?", string(scope.Regency()))
	if program != "" {
		w.And("d.program_id = ?", string(program))
	}
	return db.All(ctx, q, scanDecree, "SELECT "+decreeColumns+decreeFrom+w.String()+" ORDER BY d.id DESC", w.Args...)
}

const decreeLineColumns = `l.id, l.decree_id, l.ranking_line_id, l.person_id, l.family_id, l.village, l.place_no, l.amount_idr, l.state,
	l.replaces_id, l.reason, l.left_on, l.version, COALESCE(o.name, ''), COALESCE(f.head_name, '')`

const decreeLineFrom = ` FROM decree_line l LEFT JOIN person o ON o.regency = l.regency AND o.id = l.person_id
	LEFT JOIN family f ON f.regency = l.regency AND f.id = l.family_id`

func scanDecreeLine(l *DecreeLine) []any {
	return []any{&l.ID, &l.Decree, &l.Line, &l.Person, &l.Family, &l.Village, &l.Place, &l.Amount, &l.State, &l.Replaces, &l.Reason,
		&l.LeftOn, &l.Version, &l.Name, &l.Head}
}

// DecreeLines returns the lines of a decree inside scope in order of place. A
// limit of 0 means all.
func DecreeLines(ctx context.Context, q db.Querier, scope region.Scope, decree id.Decree, offset, limit int) ([]DecreeLine, error) {
	w := decreeLinesOf(scope, decree)
	query := "SELECT " + decreeLineColumns + decreeLineFrom + w.String() + " ORDER BY l.place_no, l.id"
	if limit > 0 {
		query += " LIMIT " + w.Arg(limit) + " OFFSET " + w.Arg(max(offset, 0))
	}
	return db.All(ctx, q, scanDecreeLine, query, w.Args...)
}

// EachDecreeLine streams what DecreeLines returns; fn must not keep l.
func EachDecreeLine(ctx context.Context, q db.Querier, scope region.Scope, decree id.Decree, fn func(l *DecreeLine) error) error {
	w := decreeLinesOf(scope, decree)
	return db.Each(ctx, q, scanDecreeLine, fn, "SELECT "+decreeLineColumns+decreeLineFrom+w.String()+" ORDER BY l.place_no, l.id", w.Args...)
}

func decreeLinesOf(scope region.Scope, decree id.Decree) *db.Where {
	var w db.Where
	w.Within("l.", "village", scope)
	w.And("l.decree_id = ?", string(decree))
	return &w
}

// DecreeLineByID returns one line inside scope.
func DecreeLineByID(ctx context.Context, q db.Querier, scope region.Scope, line id.DecreeLine) (DecreeLine, error) {
	var w db.Where
	w.Within("l.", "village", scope)
	w.And("l.id = ?", string(line))
	l, found, err := db.One(ctx, q, scanDecreeLine, "SELECT "+decreeLineColumns+decreeLineFrom+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("program.line_gone")
	}
	return l, err
}
