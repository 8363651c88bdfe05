package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// addChange puts next, who takes the place of gone, into the actor's open decree
// of change for the ranking and the month, which it makes when there is none: a
// decree names one first month for all its lines.
func addChange(ctx context.Context, tx *db.Tx, of Decree, next *Line, gone DecreeLine) (Decree, DecreeLine, error) {
	d, err := openChange(ctx, tx, of, gone)
	if err != nil {
		return d, DecreeLine{}, err
	}
	amount := d.AmountMonth.Times(d.Months)
	if err := insertDecreeLine(ctx, tx, d, next, amount, gone.ID); err != nil {
		return d, DecreeLine{}, fault.Wrap("program.addChange", err)
	}
	err = guarded(ctx, tx, decreeTable, string(d.ID), `UPDATE decree SET lines_n = lines_n + 1, total_idr = total_idr + $3, version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'proposed' AND version = $4`, tx.Actor.Regency(), string(d.ID), amount, d.Version)
	if err != nil {
		return d, DecreeLine{}, fault.Wrap("program.addChange", err)
	}
	if d, err = DecreeByID(ctx, tx, tx.Actor.Scope, d.ID); err != nil {
		return d, DecreeLine{}, err
	}
	line, _, err := db.One(ctx, tx, scanDecreeLine, "SELECT "+decreeLineColumns+decreeLineFrom+" WHERE l.regency = $1 AND l.decree_id = $2 AND l.ranking_line_id = $3",
		tx.Actor.Regency(), string(d.ID), next.ID)
	return d, line, fault.Wrap("program.addChange", err)
}

func openChange(ctx context.Context, tx *db.Tx, of Decree, gone DecreeLine) (Decree, error) {
	d, found, err := db.One(ctx, tx, scanDecree, "SELECT "+decreeColumns+decreeFrom+` WHERE d.regency = $1 AND d.ranking_id = $2
		AND d.kind = 'perubahan' AND d.state = 'proposed' AND d.proposed_by = $3 AND d.month_from = $4 ORDER BY d.id LIMIT 1`,
		tx.Actor.Regency(), string(of.Ranking), string(tx.Actor.User), gone.LeftOn)
	if err != nil || found {
		return d, fault.Wrap("program.openChange", err)
	}
	d = Decree{ID: id.Decree(tx.NewID()), Program: of.Program, RuleVersion: of.RuleVersion, Ranking: of.Ranking, Kind: ChangeDecree,
		State: DecreeProposed, AmountMonth: of.AmountMonth, Months: of.monthsFrom(gone.LeftOn), MonthFrom: gone.LeftOn,
		ProposedBy: tx.Actor.User, ProposedAt: tx.Now, Version: 1, ProgramCode: of.ProgramCode, ProgramName: of.ProgramName}
	return d, insertDecree(ctx, tx, d)
}

// settleReplacements takes those out whose successors a decree of change names,
// now that it is signed.
func settleReplacements(ctx context.Context, tx *db.Tx, d Decree) error {
	lines, err := DecreeLines(ctx, tx, tx.Actor.Scope, d.ID, 0, 0)
	if err != nil {
		return fault.Wrap("program.settleReplacements", err)
	}
	for _, l := range lines {
		if err := guarded(ctx, tx, decreeLineTable, string(l.Replaces), `UPDATE decree_line SET state = 'replaced', version = version + 1
			WHERE regency = $1 AND id = $2 AND state = 'replacing'`, tx.Actor.Regency(), string(l.Replaces)); err != nil {
			return fault.Wrap("program.settleReplacements", err)
		}
	}
	return nil
}

// undoReplacements withdraws the lines of a returned decree of change, so that
// the reserve is free for others, and lets those before them stay.
func undoReplacements(ctx context.Context, tx *db.Tx, d Decree) error {
	lines, err := DecreeLines(ctx, tx, tx.Actor.Scope, d.ID, 0, 0)
	if err != nil {
		return fault.Wrap("program.undoReplacements", err)
	}
	for _, l := range lines {
		if err := guarded(ctx, tx, decreeLineTable, string(l.Replaces), `UPDATE decree_line SET state = 'decreed', reason = '', left_on = NULL,
			version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'replacing'`, tx.Actor.Regency(), string(l.Replaces)); err != nil {
			return fault.Wrap("program.undoReplacements", err)
		}
		if err := guarded(ctx, tx, decreeLineTable, string(l.ID), `UPDATE decree_line SET state = 'withdrawn', version = version + 1
			WHERE regency = $1 AND id = $2 AND state = 'decreed'`, tx.Actor.Regency(), string(l.ID)); err != nil {
			return fault.Wrap("program.undoReplacements", err)
		}
	}
	return nil
}
