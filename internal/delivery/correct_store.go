package delivery

import (
	"context"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Correction asks that a hand-over recorded by mistake be taken back.
type Correction struct {
	ID        string
	Handover  id.Handover
	Line      id.PayLine
	List      id.PayList
	State     string // "asked", "done" or "refused"
	Reason    string
	AskedBy   id.User
	AskedName string
	AskedAt   db.Time
	DecidedBy id.User
	DecidedAt db.Time
	Note      string
}

const correctionColumns = `c.id, c.handover_id, c.pay_line_id, c.pay_list_id, c.state, c.reason, c.asked_by, c.asked_name, c.asked_at,
	c.decided_by, c.decided_at, c.note`

func scanCorrection(c *Correction) []any {
	return []any{&c.ID, &c.Handover, &c.Line, &c.List, &c.State, &c.Reason, &c.AskedBy, &c.AskedName, &c.AskedAt, &c.DecidedBy,
		&c.DecidedAt, &c.Note}
}

// AskCorrection is the first of two people: it changes nothing yet.
func AskCorrection(ctx context.Context, tx *db.Tx, handover id.Handover, reason string) (Correction, error) {
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < 4 || len([]rune(reason)) > maxNote {
		return Correction{}, fault.NewInvalid("delivery.correction_reason").At("reason")
	}
	if tx.Actor.User == "" {
		return Correction{}, fault.NewDenied("delivery.nobody")
	}
	h, line, err := givenLine(ctx, tx, handover)
	if err != nil {
		return Correction{}, err
	}
	c := Correction{ID: tx.NewID(), Handover: h.ID, Line: line.ID, List: line.List, State: "asked", Reason: reason,
		AskedBy: tx.Actor.User, AskedName: tx.Actor.Name, AskedAt: tx.Now}
	err = tx.Insert(ctx, correctionTable, c.ID, string(c.Handover), string(c.Line), string(c.List), c.State, c.Reason, string(c.AskedBy),
		c.AskedName, c.AskedAt, "", nil, "")
	if db.IsUnique(err) {
		return Correction{}, fault.NewConflict("delivery.correction_open").Because(err)
	}
	if err != nil {
		return Correction{}, err
	}
	return c, tx.Record("handover.correction_asked", string(h.ID), line.Village, map[string]any{
		"say": []any{line.Payee, h.Amount.String(), reason}, "line": line.ID})
}

// givenLine loads a hand-over that counts, its line and the right to touch it.
func givenLine(ctx context.Context, tx *db.Tx, handover id.Handover) (Handover, Line, error) {
	found, err := handoversOf(ctx, tx, tx.Actor.Regency(), []any{string(handover)})
	if err != nil {
		return Handover{}, Line{}, err
	}
	h, there := found[handover]
	if !there {
		return Handover{}, Line{}, fault.NewNotFound("delivery.receipt_gone")
	}
	line, err := LineByID(ctx, tx, tx.Actor.Scope, h.Line)
	if err != nil {
		return Handover{}, Line{}, err
	}
	if h.Outcome != Given || h.Reversed || line.Handover != h.ID {
		return Handover{}, Line{}, fault.NewConflict("delivery.not_given_now")
	}
	list, err := PayListByID(ctx, tx, tx.Actor.Scope, line.List)
	if err != nil {
		return Handover{}, Line{}, err
	}
	if list.State != Frozen {
		return Handover{}, Line{}, fault.NewConflict("delivery.list_closed")
	}
	return h, line, nil
}

// DecideCorrection is the second person. Agreeing files a reversal over the
// negative amount beside the hand-over, which stays as it was said, and makes
// the line payable again.
func DecideCorrection(ctx context.Context, tx *db.Tx, correction string, agree bool, note string) error {
	c, found, err := db.One(ctx, tx, scanCorrection, "SELECT "+correctionColumns+" FROM correction c WHERE c.regency = $1 AND c.id = $2",
		tx.Actor.Regency(), correction)
	if err != nil {
		return err
	}
	switch {
	case !found:
		return fault.NewNotFound("delivery.correction_gone")
	case tx.Actor.User == "":
		return fault.NewDenied("delivery.nobody")
	case tx.Actor.User == c.AskedBy:
		return fault.NewDenied("delivery.same_person")
	case len([]rune(note)) > maxNote:
		return fault.NewInvalid("delivery.note_long", maxNote).At("note")
	}
	if err := lockLines(ctx, tx, string(c.Line)); err != nil {
		return err
	}
	h, line, err := givenLine(ctx, tx, c.Handover)
	if err != nil {
		return err
	}
	if tx.Actor.User == h.Officer {
		return fault.NewDenied("delivery.same_person")
	}
	state, kind := "refused", "handover.correction_refused"
	if agree {
		state, kind = "done", "handover.reversed"
	}
	n, err := tx.Exec(ctx, `UPDATE correction SET state = $3, decided_by = $4, decided_at = $5, note = $6
		WHERE regency = $1 AND id = $2 AND state = 'asked'`, tx.Actor.Regency(), c.ID, state, string(tx.Actor.User), tx.Now, note)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("delivery.correction_decided")
	}
	tx.Touch(correctionTable, c.ID)
	if agree {
		if err := reverse(ctx, tx, h, c.Reason); err != nil {
			return err
		}
	}
	return tx.Record(kind, string(h.ID), line.Village, map[string]any{"say": []any{line.Payee, h.Amount.String()}, "line": line.ID})
}

func reverse(ctx context.Context, tx *db.Tx, h Handover, why string) error {
	n, err := tx.Exec(ctx, `UPDATE pay_line SET state = 'pending', reason = $4, detail = '', handover_id = '', version = version + 1
		WHERE regency = $1 AND id = $2 AND handover_id = $3 AND state = 'paid'`,
		tx.Actor.Regency(), string(h.Line), string(h.ID), string(Corrected))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NewConflict("delivery.not_given_now")
	}
	tx.Touch(lineTable, string(h.Line))
	if _, err := tx.Exec(ctx, "UPDATE handover SET reversed = 1 WHERE regency = $1 AND id = $2 AND reversed = 0",
		tx.Actor.Regency(), string(h.ID)); err != nil {
		return err
	}
	tx.Touch(handoverTable, string(h.ID))
	back := Handover{Statement: Statement{Line: h.Line, Outcome: Reversal, Note: why, Amount: -h.Amount}, List: h.List,
		Officer: tx.Actor.User, OfficerName: tx.Actor.Name, At: tx.Now, Reverses: h.ID}
	return tx.Insert(ctx, handoverTable, tx.NewID(), handoverValues(back)...)
}

// OpenCorrections returns the corrections of a list that wait for the second person.
func OpenCorrections(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) ([]Correction, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("c.pay_list_id = ?", string(list))
	w.And("c.state = 'asked'")
	return db.All(ctx, q, scanCorrection, "SELECT "+correctionColumns+` FROM correction c
		JOIN pay_line n ON n.regency = c.regency AND n.id = c.pay_line_id`+w.String()+" ORDER BY c.id", w.Args...)
}

// CorrectionOf returns the latest correction of a hand-over.
func CorrectionOf(ctx context.Context, q db.Querier, regency string, handover id.Handover) (Correction, bool, error) {
	return db.One(ctx, q, scanCorrection, "SELECT "+correctionColumns+` FROM correction c WHERE c.regency = $1 AND c.handover_id = $2
		ORDER BY c.id DESC LIMIT 1`, regency, string(handover))
}
