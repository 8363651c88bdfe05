package delivery

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Submit hands over at most MaxBatch statements in one command and answers
// each; it is what pages and devices call. An error means that nothing at all
// was stored and the same statements may be sent again.
func Submit(ctx context.Context, d *db.DB, actor db.Actor, statements []Statement) ([]Answer, error) {
	var answers []Answer
	for attempt := 1; ; attempt++ {
		err := d.Write(ctx, actor, func(tx *db.Tx) error {
			said, recorded, err := handOverMany(ctx, tx, statements)
			if recorded == 0 {
				tx.Unchanged()
			}
			answers = said
			return err
		})
		// The same identifier twice in the same moment: the second time around it
		// is a replay and finds its answer.
		if db.IsUnique(err) && attempt < 4 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return answers, nil
	}
}

// HandOver is Submit for one statement inside a larger command, which records
// something of its own: an answer given before records nothing.
func HandOver(ctx context.Context, tx *db.Tx, f Statement) (Answer, error) {
	answers, _, err := handOverMany(ctx, tx, []Statement{f})
	if err != nil {
		return Answer{}, err
	}
	return answers[0], nil
}

// handOverMany judges statements in the order given and returns how many it
// recorded. Whatever is well-formed and about a line in the officer's area is
// stored, also when it cannot count; the rest is answered with a fault and
// leaves no trace. The error is a failure of the machine, never of a statement.
func handOverMany(ctx context.Context, tx *db.Tx, statements []Statement) ([]Answer, int, error) {
	if len(statements) > MaxBatch {
		return nil, 0, fault.NewInvalid("delivery.batch", MaxBatch)
	}
	if err := lockPayments(ctx, tx, linesIn(statements)); err != nil {
		return nil, 0, fault.Wrap("delivery.HandOver", err)
	}
	answers := make([]Answer, len(statements))
	recorded := 0
	for _, places := range rounds(statements) {
		b := &batch{tx: tx, statements: pick(statements, places), answers: make([]Answer, len(places)), given: map[payment]bool{}}
		if err := b.run(ctx); err != nil {
			return nil, 0, fault.Wrap("delivery.HandOver", err)
		}
		for i, at := range places {
			answers[at] = b.answers[i]
		}
		recorded += b.recorded
	}
	return answers, recorded, nil
}

// linesIn names the lines of the statements that are well-formed.
func linesIn(statements []Statement) []any {
	var out []any
	for _, f := range statements {
		if f.check() == nil {
			out = append(out, string(f.Line))
		}
	}
	return out
}

// rounds splits statements so that none meets its own line or identifier twice
// in one round; nearly always there is one round.
func rounds(statements []Statement) [][]int {
	var out [][]int
	next := make(map[string]int) // first round a line or identifier is free in
	for i, f := range statements {
		n := max(next[string(f.ID)], next[string(f.Line)])
		next[string(f.ID)], next[string(f.Line)] = n+1, n+1
		if n == len(out) {
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

func pick(statements []Statement, places []int) []Statement {
	out := make([]Statement, len(places))
	for i, at := range places {
		out[i] = statements[at]
	}
	return out
}

// payment is one list paying one person.
type payment struct {
	list   id.PayList
	person id.Person
}

// batch is one round of handOverMany. The sites of its lines are locked, so
// what it reads stays true until it commits.
type batch struct {
	tx         *db.Tx
	statements []Statement
	answers    []Answer
	targets    map[id.PayLine]*target
	related    map[id.PayLine]bool
	now        payees
	given      map[payment]bool         // people of several records to whom something goes in this round
	stored     map[id.Handover]Handover // answered before
	pending    []int                    // statements to store, in order
	recorded   int
}

func (b *batch) run(ctx context.Context) error {
	if err := b.load(ctx); err != nil {
		return err
	}
	for i := range b.statements {
		if err := b.judge(i); err != nil {
			return err
		}
	}
	if err := b.claim(ctx); err != nil {
		return err
	}
	return b.store(ctx)
}

func (b *batch) load(ctx context.Context) error {
	var lines, ids []any
	for i, f := range b.statements {
		b.answers[i] = Answer{ID: f.ID, Line: f.Line}
		if err := f.check(); err != nil {
			b.answers[i].Fault = fault.From(err)
			continue
		}
		lines, ids = append(lines, string(f.Line)), append(ids, string(f.ID))
	}
	regency := b.tx.Actor.Regency()
	var err error
	if b.targets, err = targetsOf(ctx, b.tx, lines); err != nil {
		return err
	}
	if b.stored, err = handoversOf(ctx, b.tx, regency, ids); err != nil {
		return err
	}
	var people []id.Person
	for _, t := range b.targets {
		people = append(people, t.Person)
	}
	now, err := payeesOf(ctx, b.tx, regency, people)
	if err != nil {
		return err
	}
	b.now = now
	targets := make([]Line, 0, len(b.targets))
	for _, t := range b.targets {
		targets = append(targets, t.Line)
	}
	doubled, err := now.paidElsewhere(ctx, b.tx, regency, targets)
	if err != nil {
		return err
	}
	for _, t := range b.targets {
		t.stop = now.stop(t.Person)
		if t.stop.Reason == "" && doubled[t.ID] {
			t.stop = twice
		}
	}
	b.related, err = relatedTo(ctx, b.tx, b.targets, now)
	return err
}

func targetsOf(ctx context.Context, q *db.Tx, lines []any) (map[id.PayLine]*target, error) {
	var w db.Where
	w.And("n.regency = ?", q.Actor.Regency())
	w.In("n.id", lines...)
	list, err := db.All(ctx, q, func(t *target) []any {
		return append(scanLine(&t.Line), &t.listState, &t.decreed, &t.siteClosed, &t.proposedBy, &t.signedBy, &t.frozenBy)
	}, "SELECT "+lineColumns+`, l.state, d.state, CASE WHEN s.state = 'closed' THEN 1 ELSE 0 END, l.decree_proposed_by, l.decree_signed_by,
		l.frozen_by
		FROM pay_line n JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		JOIN decree_line d ON d.regency = n.regency AND d.id = n.decree_line_id
		JOIN site s ON s.regency = n.regency AND s.id = n.site_id`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.PayLine]*target, len(list))
	var paid []any
	for i, t := range list {
		out[t.ID] = &list[i]
		if t.State == Paid {
			paid = append(paid, string(t.Handover))
		}
	}
	if len(paid) == 0 {
		return out, nil
	}
	by, err := handoversOf(ctx, q, q.Actor.Regency(), paid)
	for _, t := range out {
		t.paidBy, t.paidAt = by[t.Handover].OfficerName, by[t.Handover].At
	}
	return out, err
}

func handoversOf(ctx context.Context, q db.Querier, regency string, keys []any) (map[id.Handover]Handover, error) {
	var w db.Where
	w.And("h.regency = ?", regency)
	w.In("h.id", keys...)
	list, err := db.All(ctx, q, scanHandover, "SELECT "+handoverColumns+" FROM handover h"+w.String(), w.Args...)
	out := make(map[id.Handover]Handover, len(list))
	for _, h := range list {
		out[h.ID] = h
	}
	return out, err
}

// relatedTo finds the lines of families that are the officer's own or of
// declared relatives, by any member of the family. Most batches have none,
// which one question shows.
func relatedTo(ctx context.Context, tx *db.Tx, targets map[id.PayLine]*target, now payees) (map[id.PayLine]bool, error) {
	homes := make(map[id.Family]*numbers)
	for _, t := range targets {
		homes[t.Family], homes[now.known[t.Person].FamilyID] = &numbers{}, &numbers{}
	}
	if err := numbersOf(ctx, tx, homes); err != nil {
		return nil, err
	}
	var all numbers
	for _, h := range homes {
		all.add(h)
	}
	for _, t := range targets {
		all.niks = append(all.niks, now.numbers(t.Person)...)
	}
	out := make(map[id.PayLine]bool)
	some, err := account.Related(ctx, tx, tx.Actor.User, all.niks, all.kks)
	if err != nil || !some {
		return out, err
	}
	for line, t := range targets {
		own := numbers{niks: now.numbers(t.Person)}
		own.add(homes[t.Family])
		own.add(homes[now.known[t.Person].FamilyID])
		if out[line], err = account.Related(ctx, tx, tx.Actor.User, own.niks, own.kks); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// judge decides statement i on the lines as they were read.
func (b *batch) judge(i int) error {
	f, a := b.statements[i], &b.answers[i]
	if a.Fault != nil {
		return nil
	}
	t := b.targets[f.Line]
	if t == nil {
		a.Fault = fault.NewNotFound("delivery.line_gone")
		return nil
	}
	if a.Fault = t.denied(b.tx.Actor, b.related[f.Line]); a.Fault != nil {
		return nil
	}
	if h, again := b.stored[f.ID]; again {
		return b.replay(i, h, t)
	}
	b.pending = append(b.pending, i)
	a.Amount = f.Amount
	to := payment{t.List, b.now.speaker.Of(t.Person)}
	if b.given[to] && t.stop.Reason == "" {
		t.stop = twice
	}
	if a.Outcome, a.Fault = t.obstacle(f); a.Fault != nil {
		a.State = t.State
		return nil
	}
	a.Outcome, a.State = f.Outcome, f.leaves()
	if f.Outcome == Given {
		a.Receipt = newReceipt()
		b.given[to] = b.now.several(t.Person)
	}
	return nil
}

func (b *batch) row(i int) Handover {
	f, a := b.statements[i], b.answers[i]
	h := Handover{Statement: f, List: b.targets[f.Line].List, Receipt: a.Receipt, Officer: b.tx.Actor.User, OfficerName: b.tx.Actor.Name,
		At: b.tx.Now, Digest: f.digest()}
	h.Outcome = a.Outcome
	return h
}

// replay gives the stored answer again. The same identifier with another statement
// is evidence: it is recorded, and changes nothing.
func (b *batch) replay(i int, h Handover, t *target) error {
	f, a := b.statements[i], &b.answers[i]
	if h.Digest != f.digest() {
		a.Fault = fault.NewConflict("delivery.other_facts")
		b.recorded++
		return b.tx.Record("handover.contradicted", string(h.ID), t.Village, map[string]any{
			"say": []any{t.Payee}, "line": t.ID, "stored": h.Digest, "sent": f.digest()})
	}
	a.Again, a.Outcome, a.Receipt, a.Amount, a.State = true, h.Outcome, h.Receipt, h.Amount, t.State
	if h.Outcome != Duplicate && h.Outcome != Stray {
		return nil
	}
	if _, a.Fault = t.obstacle(f); a.Fault == nil {
		a.Fault = fault.NewConflict("delivery.stray", t.Payee)
	}
	return nil
}

// claim takes the lines to be paid, all in one statement. Nobody else can have
// taken one since they were read; if it happened all the same, nothing of the
// batch is stored.
func (b *batch) claim(ctx context.Context) error {
	var ids []any
	var cases strings.Builder
	args := []any{b.tx.Actor.Regency()}
	for _, i := range b.pending {
		if b.answers[i].Outcome != Given {
			continue
		}
		f := b.statements[i]
		args = append(args, string(f.Line), string(f.ID))
		cases.WriteString(" WHEN $" + strconv.Itoa(len(args)-1) + " THEN $" + strconv.Itoa(len(args)))
		ids = append(ids, string(f.Line))
	}
	if len(ids) == 0 {
		return nil
	}
	w := db.Where{Args: args}
	w.And("regency = $1")
	w.In("id", ids...)
	w.And("state = 'pending'")
	n, err := b.tx.Exec(ctx, "UPDATE pay_line SET state = 'paid', reason = '', detail = '', handover_id = CASE id"+cases.String()+
		" END, version = version + 1"+w.String(), w.Args...)
	if err == nil && int(n) != len(ids) {
		err = fmt.Errorf("%d of %d lines were still pending", n, len(ids))
	}
	return err
}

// store writes the statements, the reasons of lines that were not paid, and
// one event each.
func (b *batch) store(ctx context.Context) error {
	for _, i := range b.pending {
		a, f := &b.answers[i], b.statements[i]
		t := b.targets[f.Line]
		if a.Outcome == NotGiven {
			if err := b.notGiven(ctx, f); err != nil {
				return err
			}
		}
		h := b.row(i)
		if err := b.tx.Insert(ctx, handoverTable, string(f.ID), handoverValues(h)...); err != nil {
			return err
		}
		if a.Outcome == Given {
			b.tx.Touch(lineTable, string(f.Line))
		}
		if err := b.record(h, t); err != nil {
			return err
		}
		b.recorded++
	}
	return nil
}

func (b *batch) notGiven(ctx context.Context, f Statement) error {
	n, err := b.tx.ExecMany(ctx, `UPDATE pay_line SET state = $3, reason = $4, detail = '', handover_id = $5, version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'pending'`, b.tx.Actor.Regency(), string(f.Line), string(f.leaves()), string(f.Reason), string(f.ID))
	if err == nil && n != 1 {
		err = fmt.Errorf("line %s was no longer pending", f.Line)
	}
	b.tx.Touch(lineTable, string(f.Line))
	return err
}

// record writes the event; "handover.given", "handover.not_given",
// "handover.duplicate" or "handover.stray".
func (b *batch) record(h Handover, t *target) error {
	payload := map[string]any{"say": []any{t.Payee, h.Amount.String()}, "line": t.ID, "digest": h.Digest}
	if h.Receipt != "" {
		payload["receipt"] = h.Receipt
	}
	if h.Reason != "" {
		payload["reason"] = h.Reason
	}
	if h.Receiver == Proxy {
		payload["receiver"] = h.Receiver
	}
	return b.tx.Record("handover."+string(h.Outcome), string(h.ID), t.Village, payload)
}
