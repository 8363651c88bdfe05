package delivery

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
)

// Replace gives the place of a recipient who could not be paid to the next on
// the decree's reserve list. The new recipient stands in a decree of change
// and is paid from its own list once that is signed; here the line turns from
// failed to replaced, in every list of the decree that still is open.
func Replace(ctx context.Context, tx *db.Tx, line id.PayLine, reason string) (program.Replacement, error) {
	l, err := LineByID(ctx, tx, tx.Actor.Scope, line)
	if err != nil {
		return program.Replacement{}, err
	}
	if l.State != Failed {
		return program.Replacement{}, fault.NewConflict("delivery.replace_state")
	}
	d, err := program.DecreeLineByID(ctx, tx, tx.Actor.Scope, l.DecreeLine)
	if err != nil {
		return program.Replacement{}, err
	}
	var out program.Replacement
	if d.State != program.LineReplaced {
		if out, err = program.ReplaceFromReserve(ctx, tx, d.ID, reason); err != nil {
			return program.Replacement{}, err
		}
	}
	ids, err := db.All(ctx, tx, db.Self[string], `SELECT n.id FROM pay_line n
		JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		WHERE n.regency = $1 AND n.decree_line_id = $2 AND n.state = 'failed' AND l.state = 'frozen'`, tx.Actor.Regency(), string(d.ID))
	if err != nil {
		return program.Replacement{}, err
	}
	if len(ids) == 0 {
		return program.Replacement{}, fault.NewConflict("delivery.list_closed")
	}
	for _, n := range ids {
		if _, err := tx.Exec(ctx, `UPDATE pay_line SET state = 'replaced', version = version + 1
			WHERE regency = $1 AND id = $2 AND state = 'failed'`, tx.Actor.Regency(), n); err != nil {
			return program.Replacement{}, err
		}
	}
	tx.Touch(lineTable, ids...)
	return out, tx.Record("payline.replaced", string(l.ID), l.Village, map[string]any{"say": []any{l.Payee}, "lines": ids, "reason": reason})
}
