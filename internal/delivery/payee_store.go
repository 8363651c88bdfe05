package delivery

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Stop says why a payee must not be paid now. The zero Stop means: pay.
type Stop struct {
	Reason Reason // Dead, MovedAway, NotFound, Held, Doubled or Replacing
	Key    string // of the sentence that says it
}

func (s Stop) fault(payee string) *fault.Fault {
	return fault.NewConflict("delivery.payee_stopped", payee, fault.NewConflict(s.Key))
}

// detail is what a line keeps: the reason says it all unless something holds.
func (s Stop) detail() string {
	if s.Reason == Held {
		return s.Key
	}
	return ""
}

// payees is what is known now about people on lists. It is asked when a list
// is frozen, at every hand-over and when a site or list closes: a death that
// arrives in between stops the payment. Somebody whose record was merged away
// is who speaks for him; the list keeps naming the record that was decreed.
type payees struct {
	known   map[id.Person]registry.Person
	holds   map[id.Person]evidence.Hold
	speaker registry.Forward
	records map[id.Person][]registry.Person // those merged into a person
}

func payeesOf(ctx context.Context, q db.Querier, regency string, people []id.Person) (payees, error) {
	p := payees{records: map[id.Person][]registry.Person{}}
	all, speaker, err := registry.Selves(ctx, q, regency, people)
	if err != nil {
		return p, err
	}
	p.speaker = speaker
	if p.known, err = registry.PeopleByID(ctx, q, region.NewScope(region.Code(regency)), all); err != nil {
		return p, err
	}
	for from, to := range speaker {
		p.records[to] = append(p.records[to], p.known[from])
	}
	for from, to := range speaker {
		p.known[from] = p.known[to]
	}
	p.holds, err = evidence.Suspended(ctx, q, regency, people)
	return p, err
}

// numbers lists every NIK that a payee is known by.
func (p payees) numbers(person id.Person) []nik.NIK {
	out := []nik.NIK{p.known[person].NIK}
	for _, r := range p.records[p.speaker.Of(person)] {
		out = append(out, r.NIK)
	}
	return out
}

// paidElsewhere returns those of the lines whose payee was paid on the same
// list by another line already, because two records of one person were decreed
// before they were merged.
func (p payees) paidElsewhere(ctx context.Context, q db.Querier, regency string, lines []Line) (map[id.PayLine]bool, error) {
	out := map[id.PayLine]bool{}
	for _, l := range lines {
		if !p.several(l.Person) {
			continue
		}
		ids := []any{string(p.speaker.Of(l.Person))}
		for _, r := range p.records[p.speaker.Of(l.Person)] {
			ids = append(ids, string(r.ID))
		}
		var w db.Where
		w.And("regency = ?", regency)
		w.In("person_id", ids...)
		w.And("pay_list_id = ? AND id <> ? AND state = 'paid'", string(l.List), string(l.ID))
		n, _, err := db.One(ctx, q, db.Self[int], "SELECT count(*) FROM pay_line"+w.String(), w.Args...)
		if err != nil {
			return nil, fault.Wrap("delivery: paid elsewhere", err)
		}
		out[l.ID] = n > 0
	}
	return out, nil
}

// several reports whether a payee has more than one record.
func (p payees) several(person id.Person) bool { return len(p.records[p.speaker.Of(person)]) > 0 }

// twice is why a line is not paid whose payee gets it by another one.
var twice = Stop{Doubled, "delivery.stop.merged"}

func (p payees) stop(person id.Person) Stop {
	who, there := p.known[person]
	hold, held := p.holds[person]
	switch {
	case !there:
		return Stop{NotFound, "delivery.reason.not_found"}
	case who.Life == registry.Dead:
		return Stop{Dead, "delivery.reason.dead"}
	case who.Life == registry.Moved:
		return Stop{MovedAway, "delivery.reason.moved"}
	case held:
		return Stop{Held, hold.Key}
	}
	return Stop{}
}

// stopsOf returns those of the pending lines whose payee must not be paid now,
// for what is known about himself: his line fails with that when it closes.
func stopsOf(ctx context.Context, q db.Querier, regency string, lines []Line) (map[id.PayLine]Stop, error) {
	var people []id.Person
	for _, l := range lines {
		if l.State == Pending {
			people = append(people, l.Person)
		}
	}
	now, err := payeesOf(ctx, q, regency, people)
	if err != nil {
		return nil, err
	}
	doubled, err := now.paidElsewhere(ctx, q, regency, lines)
	if err != nil {
		return nil, err
	}
	out := make(map[id.PayLine]Stop)
	for _, l := range lines {
		s := now.stop(l.Person)
		if s.Reason == "" && doubled[l.ID] {
			s = twice
		}
		if l.State == Pending && s.Reason != "" {
			out[l.ID] = s
		}
	}
	return out, nil
}

// Stopped sums the pending lines of a list whose payee must not be paid now;
// they fail when their site or the list closes.
func Stopped(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) (Sum, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("n.pay_list_id = ?", string(list))
	w.And("n.state = 'pending'")
	lines, err := db.All(ctx, q, scanLine, "SELECT "+lineColumns+" FROM pay_line n"+w.String(), w.Args...)
	if err != nil {
		return Sum{}, err
	}
	stops, err := stopsOf(ctx, q, string(scope.Regency()), lines)
	var out Sum
	for _, l := range lines {
		if _, ok := stops[l.ID]; ok {
			out = out.plus(Sum{1, l.Amount})
		}
	}
	return out, err
}

// endStopped fails those of the pending lines whose payee must not be paid
// now, with that reason, and returns the others.
func endStopped(ctx context.Context, tx *db.Tx, pending []Line) ([]Line, error) {
	stops, err := stopsOf(ctx, tx, tx.Actor.Regency(), pending)
	if err != nil {
		return nil, err
	}
	var left []Line
	for _, l := range pending {
		s, stopped := stops[l.ID]
		if !stopped {
			left = append(left, l)
			continue
		}
		if err := fail(ctx, tx, l, s.Reason, s.detail()); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// fail ends a pending line.
func fail(ctx context.Context, tx *db.Tx, l Line, why Reason, detail string) error {
	n, err := tx.ExecMany(ctx, `UPDATE pay_line SET state = 'failed', reason = $3, detail = $4, version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'pending'`, tx.Actor.Regency(), string(l.ID), string(why), detail)
	if err == nil && n == 0 {
		err = fault.NewConflict("delivery.list_moved")
	}
	tx.Touch(lineTable, string(l.ID))
	return err
}

// numbers are the NIK of everybody in a family, and its KK.
type numbers struct {
	niks []nik.NIK
	kks  []nik.KK
}

func (n *numbers) add(m *numbers) {
	n.niks, n.kks = append(n.niks, m.niks...), append(n.kks, m.kks...)
}

// numbersOf fills in the numbers of families with one question.
func numbersOf(ctx context.Context, q *db.Tx, homes map[id.Family]*numbers) error {
	keys := make([]any, 0, len(homes))
	for f := range homes {
		keys = append(keys, string(f))
	}
	var w db.Where
	w.And("f.regency = ?", q.Actor.Regency())
	w.In("f.id", keys...)
	type row struct {
		family id.Family
		kk     nik.KK
		nik    nik.NIK
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.family, &r.kk, &r.nik} }, `SELECT f.id, f.kk, COALESCE(p.nik, '')
		FROM family f LEFT JOIN person p ON p.regency = f.regency AND p.family_id = f.id`+w.String(), w.Args...)
	for _, r := range rows {
		home := homes[r.family]
		home.kks, home.niks = append(home.kks, r.kk), append(home.niks, r.nik)
	}
	return err
}
