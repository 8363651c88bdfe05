package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/region"
)

// AnswerApplier brings the villages' answers in: intake's target "validation".
// Each row says that a candidate stays or leaves, and why. Batch.Subject is the
// programme's identifier. The zero value is ready.
type AnswerApplier struct{}

var _ intake.Applier = AnswerApplier{}

// Target names the applier in the layouts.
func (AnswerApplier) Target() string { return "validation" }

// ask is one pass over the rows of a chunk.
type ask struct {
	claim *claim
	cards *cards
}

func newAsk(ctx context.Context, q db.Querier, scope region.Scope, p Program, items []intake.Item) (*ask, error) {
	list, err := allCandidates(ctx, q, string(scope.Regency()), p.ID)
	if err != nil {
		return nil, err
	}
	c, err := cardsOf(ctx, q, scope, items)
	return &ask{newClaim(list), c}, err
}

// about returns the candidate of a row, nil when there is none.
func (a *ask) about(it *intake.Item) *Candidate {
	r := &it.Record
	who := answer{key: r.Document, name: r.Name, village: r.Village}
	if p, ok := a.cards.nik[r.NIK]; ok && r.NIK != "" {
		who.person, who.family = p.ID, p.FamilyID
	}
	if f, ok := a.cards.byKK[r.KK]; ok && r.KK != "" {
		who.family = f.ID
	}
	return a.claim.find(who)
}

// Check finds the candidate of each row. A row without an answer, or one that
// leaves without a reason, must be corrected; an earlier answer must be taken
// back before another one counts.
func (AnswerApplier) Check(ctx context.Context, q db.Querier, b intake.Batch, items []intake.Item) error {
	p, scope, err := subjectProgram(ctx, q, b)
	if err != nil {
		return err
	}
	a, err := newAsk(ctx, q, scope, p, items)
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		if it.Settled() {
			continue
		}
		c := a.about(it)
		if c == nil {
			look(it, "program.answer_unknown", intake.FieldName)
			continue
		}
		a.claim.taken[c.ID] = true
		if !forOthers(b, it, c.Family, c.Village) {
			judgeAnswer(it, c)
		}
	}
	return nil
}

func judgeAnswer(it *intake.Item, c *Candidate) {
	state := stateOf(it.Record.Answer)
	switch {
	case state == "":
		it.Stop("program.answer_missing", intake.FieldAnswer)
	case state == Gone && cleanReason(it.Record.Reason) == "":
		it.Stop("program.answer_reason", intake.FieldReason)
	case c.State == state && c.Reason == reasonOf(it):
		it.Outcome, it.Note = intake.Same, string(c.ID)
	case c.State != Listed:
		it.Stop("program.answered_before", intake.FieldAnswer)
	default:
		it.Outcome, it.Note = intake.Ready, string(c.ID)
	}
}

// stateOf turns the answer of a row into the state of the candidate.
func stateOf(answer string) CandidateState {
	switch answer {
	case intake.AnswerStays:
		return Kept
	case intake.AnswerLeaves:
		return Gone
	}
	return ""
}

func reasonOf(it *intake.Item) string {
	if it.Record.Answer == intake.AnswerStays {
		return ""
	}
	return cleanReason(it.Record.Reason)
}

// Apply writes the answers of a chunk.
func (AnswerApplier) Apply(ctx context.Context, tx *db.Tx, b intake.Batch, items []intake.Item) (intake.Counts, error) {
	var done intake.Counts
	p, scope, err := subjectProgram(ctx, tx, b)
	if err != nil {
		return done, err
	}
	a, err := newAsk(ctx, tx, scope, p, items)
	if err != nil {
		return done, err
	}
	for id := range a.claim.answered() {
		a.claim.taken[id] = true // each candidate takes one answer
	}
	for i := range items {
		it := &items[i]
		if it.Outcome != intake.Ready {
			continue
		}
		c := a.about(it)
		if c == nil {
			return done, intake.AtRows(fault.NewConflict("program.answer_moved", it.Row), it.Row)
		}
		a.claim.taken[c.ID] = true
		n, err := tx.ExecMany(ctx, `UPDATE candidate SET state = $3, reason = $4, note = $5, answered_on = $6, answer_batch_id = $7,
			answer_row_n = $8, version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'listed'`, tx.Actor.Regency(), string(c.ID),
			string(stateOf(it.Record.Answer)), reasonOf(it), it.Record.Note, it.Record.EventOn, string(b.ID), it.Row)
		if err != nil {
			return done, fault.Wrap("program.AnswerApplier", err)
		}
		if n == 0 {
			return done, intake.AtRows(fault.NewConflict("program.answer_moved", it.Row), it.Row)
		}
		tx.Touch(candidateTable, string(c.ID))
		done.Updated++
	}
	return done, nil
}

// answered returns the candidates that have an answer.
func (c *claim) answered() map[CandidateID]bool {
	out := map[CandidateID]bool{}
	for _, list := range c.byPerson {
		for _, x := range list {
			if x.State != Listed {
				out[x.ID] = true
			}
		}
	}
	return out
}

// Undo takes the answers of a batch back, unless a ranking counted them.
func (AnswerApplier) Undo(ctx context.Context, tx *db.Tx, b intake.Batch) error {
	if err := refuseRanked(ctx, tx, b); err != nil {
		return err
	}
	ids, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM candidate WHERE regency = $1 AND answer_batch_id = $2 AND answer_batch_id <> ''",
		tx.Actor.Regency(), string(b.ID))
	if err != nil {
		return fault.Wrap("program.AnswerApplier", err)
	}
	_, err = tx.Exec(ctx, `UPDATE candidate SET state = 'listed', reason = '', note = '', answered_on = NULL, answer_batch_id = '', answer_row_n = 0,
		version = version + 1 WHERE regency = $1 AND answer_batch_id = $2 AND answer_batch_id <> ''`, tx.Actor.Regency(), string(b.ID))
	tx.Touch(candidateTable, ids...)
	return fault.Wrap("program.AnswerApplier", err)
}
