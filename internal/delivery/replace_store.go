package delivery

import (
	"context"
	"fmt"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
)

// Replace gives the place of a recipient who could not be paid to the next on
// the decree's reserve list; see ReplaceRecipient. The line stays failed until
// the decree of change is signed.
func Replace(ctx context.Context, tx *db.Tx, line id.PayLine, reason string) (program.Replacement, error) {
	if err := lockLines(ctx, tx, string(line)); err != nil {
		return program.Replacement{}, fault.Wrap("delivery.Replace", err)
	}
	l, err := LineByID(ctx, tx, tx.Actor.Scope, line)
	if err != nil {
		return program.Replacement{}, err
	}
	if l.State != Failed {
		return program.Replacement{}, fault.NewConflict("delivery.replace_state")
	}
	list, err := PayListByID(ctx, tx, tx.Actor.Scope, l.List)
	if err != nil {
		return program.Replacement{}, err
	}
	from, err := firstUnpaid(ctx, tx, l.DecreeLine)
	if err != nil {
		return program.Replacement{}, err
	}
	switch {
	case list.State != Frozen:
		return program.Replacement{}, fault.NewConflict("delivery.list_closed")
	case list.From.Before(from):
		return program.Replacement{}, fault.NewConflict("delivery.replace_late", l.Payee, from)
	}
	return ReplaceRecipient(ctx, tx, l.DecreeLine, reason)
}

// ReplaceRecipient gives the place of a recipient of a signed decree to the
// next on its reserve list, from the month after the last one paid, so that no
// month is paid twice. The successor stands in a decree of change and is paid
// from a list of his own; when that decree is signed (see SignDecree), the
// lines of who was before him turn to replaced.
func ReplaceRecipient(ctx context.Context, tx *db.Tx, line id.DecreeLine, reason string) (program.Replacement, error) {
	from, err := firstUnpaid(ctx, tx, line)
	if err != nil {
		return program.Replacement{}, err
	}
	out, err := program.ReplaceFromReserve(ctx, tx, line, from, reason)
	if err != nil || !out.Open {
		return out, err
	}
	return out, settle(ctx, tx, line) // nobody comes, so nothing waits for a signature
}

// SignDecree is program.SignDecree, and turns the lines of those whose
// successors a decree of change names to replaced in every list that is open.
// It refuses when such a line was paid since the change was proposed.
func SignDecree(ctx context.Context, tx *db.Tx, decree id.Decree, s program.Signature) (program.Decree, error) {
	d, err := program.SignDecree(ctx, tx, decree, s)
	if err != nil || d.Kind != program.ChangeDecree {
		return d, err
	}
	lines, err := program.DecreeLines(ctx, tx, tx.Actor.Scope, d.ID, 0, 0)
	if err != nil {
		return d, fault.Wrap("delivery.SignDecree", err)
	}
	for _, l := range lines {
		if err := settle(ctx, tx, l.Replaces); err != nil {
			return d, err
		}
	}
	return d, nil
}

// firstUnpaid returns the first month after the last one that was paid for a
// line of a decree, zero when none was. It takes the sites of its lines first,
// so that nothing more is paid for it until the command ends.
func firstUnpaid(ctx context.Context, tx *db.Tx, line id.DecreeLine) (civil.Date, error) {
	if err := lockDecreeLine(ctx, tx, line); err != nil {
		return civil.Date{}, fault.Wrap("delivery.firstUnpaid", err)
	}
	last, paid, err := db.One(ctx, tx, db.Self[civil.Date], `SELECT l.month_until FROM pay_line n
		JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		WHERE n.regency = $1 AND n.decree_line_id = $2 AND n.state = 'paid' ORDER BY l.month_until DESC LIMIT 1`, tx.Actor.Regency(), string(line))
	if err != nil || !paid {
		return civil.Date{}, fault.Wrap("delivery.firstUnpaid", err)
	}
	return addMonths(last, 1), nil
}

// settle turns the lines of a replaced recipient to replaced, from the month
// that is the successor's on.
func settle(ctx context.Context, tx *db.Tx, line id.DecreeLine) error {
	gone, err := program.DecreeLineByID(ctx, tx, tx.Actor.Scope, line)
	if err != nil {
		return err
	}
	from, err := firstUnpaid(ctx, tx, line)
	if err != nil {
		return err
	}
	if gone.LeftOn.Before(from) {
		return fault.NewConflict("delivery.replace_late", gone.Name, from)
	}
	ids, err := db.All(ctx, tx, db.Self[string], `SELECT n.id FROM pay_line n
		JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		WHERE n.regency = $1 AND n.decree_line_id = $2 AND n.state IN ('failed', 'pending') AND l.state = 'frozen' AND l.month_from >= $3
		ORDER BY n.id`, tx.Actor.Regency(), string(line), gone.LeftOn)
	if err != nil || len(ids) == 0 {
		return fault.Wrap("delivery.settle", err)
	}
	for _, n := range ids {
		changed, err := tx.Exec(ctx, `UPDATE pay_line SET state = 'replaced', version = version + 1
			WHERE regency = $1 AND id = $2 AND state IN ('failed', 'pending')`, tx.Actor.Regency(), n)
		if err != nil {
			return fault.Wrap("delivery.settle", err)
		}
		if changed != 1 {
			return fmt.Errorf("delivery.settle: line %s changed meanwhile", n)
		}
	}
	tx.Touch(lineTable, ids...)
	return tx.Record("payline.replaced", ids[0], gone.Village, map[string]any{"say": []any{gone.Name}, "lines": ids, "reason": gone.Reason})
}
