package program

import (
	"context"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/ranking"
	"tepat/internal/registry"
)

// Replacement says who took the place of a line of a signed decree. Line is
// zero when the reserve is used up: the place stays open. Passed counts those
// on the reserve who were before him and must not be paid now.
type Replacement struct {
	Decree Decree // of change, proposed
	Line   DecreeLine
	Open   bool
	Passed int
}

// ReplaceFromReserve gives the place of a recipient in a signed decree to the
// first on the reserve list, in a decree of change that somebody else must
// sign; until then the line is replacing. With nobody left on the reserve the
// line is replaced at once and the place stays open.
//
// from is the first day of the first month that the successor gets, so that no
// month is decreed twice; zero means the first month of the decree. Only
// package delivery knows what was paid, so its ReplaceRecipient is what pages call.
//
// The ranking is recomputed from its stored lines first: if they do not give
// the stored digest, somebody changed them, and it refuses.
func ReplaceFromReserve(ctx context.Context, tx *db.Tx, line id.DecreeLine, from civil.Date, reason string) (Replacement, error) {
	if err := wholeOnly(tx); err != nil {
		return Replacement{}, err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return Replacement{}, fault.NewInvalid("program.reason").At("reason")
	}
	l, err := DecreeLineByID(ctx, tx, tx.Actor.Scope, line)
	if err != nil {
		return Replacement{}, err
	}
	d, err := DecreeByID(ctx, tx, tx.Actor.Scope, l.Decree)
	if err != nil {
		return Replacement{}, err
	}
	switch {
	case d.State != DecreeSigned:
		return Replacement{}, fault.NewConflict("program.decree_unsigned")
	case l.State == LineReplacing:
		return Replacement{}, fault.NewConflict("program.replacing", l.Place)
	case l.State != LineDecreed:
		return Replacement{}, fault.NewConflict("program.replaced_before", l.Place)
	}
	if from.IsZero() {
		from = d.MonthFrom
	}
	if from.Day != 1 || from.Before(d.MonthFrom) {
		return Replacement{}, fault.NewInvalid("program.replace_from", d.MonthFrom).At("from")
	}
	if d.monthsFrom(from) == 0 {
		return Replacement{}, fault.NewConflict("program.nothing_left", l.Place)
	}
	if err := refuseOwnFamily(ctx, tx, d.Ranking); err != nil {
		return Replacement{}, err
	}
	l.Reason, l.LeftOn = reason, from
	return replaceLine(ctx, tx, d, l)
}

// replaceLine finds the successor of l and writes down both.
func replaceLine(ctx context.Context, tx *db.Tx, d Decree, l DecreeLine) (Replacement, error) {
	succession, err := loadSuccession(ctx, tx, d)
	if err != nil {
		return Replacement{}, err
	}
	next, passed, err := succession.next(l.Line, d.AmountMonth.Times(d.monthsFrom(l.LeftOn)))
	if err != nil {
		return Replacement{}, err
	}
	out := Replacement{Passed: passed, Open: next == nil}
	state := LineReplacing
	if out.Open {
		state = LineReplaced
	}
	err = guarded(ctx, tx, decreeLineTable, string(l.ID), `UPDATE decree_line SET state = $3, reason = $4, left_on = $5, version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'decreed' AND version = $6`,
		tx.Actor.Regency(), string(l.ID), string(state), l.Reason, l.LeftOn, l.Version)
	if err != nil {
		return out, fault.Wrap("program.ReplaceFromReserve", err)
	}
	if next != nil {
		if out.Decree, out.Line, err = addChange(ctx, tx, d, next, l); err != nil {
			return out, err
		}
	}
	return out, out.record(tx, d, l)
}

func (r *Replacement) record(tx *db.Tx, d Decree, l DecreeLine) error {
	payload := map[string]any{"say": []any{d.ProgramName, l.Place, r.Line.Place}, "decree": d.ID, "line": l.ID, "reason": l.Reason,
		"passed": r.Passed, "from": l.LeftOn}
	if r.Open {
		payload["say"] = []any{d.ProgramName, l.Place}
		return tx.Record("decree.vacated", string(l.ID), l.Village, payload)
	}
	payload["by"], payload["change"] = r.Line.ID, r.Decree.ID
	return tx.Record("decree.replaced", string(l.ID), l.Village, payload)
}

// succession is a ranking as it stands after all replacements so far.
type succession struct {
	result *ranking.Result
	lines  map[string]*Line // by subject
	ids    map[string]string
	held   map[id.Person]evidence.Hold
	same   registry.Forward
}

func loadSuccession(ctx context.Context, tx *db.Tx, d Decree) (*succession, error) {
	v, err := VersionByID(ctx, tx, tx.Actor.Scope, d.RuleVersion)
	if err != nil {
		return nil, err
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, d.Program)
	if err != nil {
		return nil, err
	}
	r, err := RankingByID(ctx, tx, tx.Actor.Scope, d.Ranking)
	if err != nil {
		return nil, err
	}
	s := &succession{lines: map[string]*Line{}, ids: map[string]string{}}
	if s.result, err = s.recompute(ctx, tx, p, v, r); err != nil {
		return nil, err
	}
	var reserve []id.Person
	for _, l := range s.lines {
		if l.State == PlaceReserve {
			reserve = append(reserve, l.Person)
		}
	}
	if s.held, err = evidence.Suspended(ctx, tx, tx.Actor.Regency(), reserve); err != nil {
		return nil, err
	}
	if s.same, _, err = registry.Forwards(ctx, tx, tx.Actor.Regency()); err != nil {
		return nil, err
	}
	return s, s.catchUp(ctx, tx, d.Ranking)
}

// recompute ranks the stored lines again and compares the digests.
func (s *succession) recompute(ctx context.Context, tx *db.Tx, p Program, v RuleVersion, r Ranking) (*ranking.Result, error) {
	rows, err := db.All(ctx, tx, scanLine, "SELECT "+lineColumns+` FROM ranking_line l WHERE l.regency = $1 AND l.ranking_id = $2
		AND l.place_no > 0 ORDER BY l.place_no`, tx.Actor.Regency(), string(r.ID))
	if err != nil {
		return nil, fault.Wrap("program.recompute", err)
	}
	b := bench{program: RuleProgram{p, v}}
	pool := make([]ranking.Candidate, len(rows))
	for i := range rows {
		l, err := rows[i].line()
		if err != nil {
			return nil, err
		}
		subject := b.unitID(&l)
		s.lines[subject], s.ids[l.ID] = &l, subject
		pool[i] = ranking.Candidate{ID: subject, Keys: l.Keys, Missing: l.Missing, Village: l.Village, Cost: l.Cost}
		if pool[i].Keys == nil {
			pool[i].Keys = []int64{}
		}
	}
	result, err := ranking.Rank(v.Spec, pool)
	if err != nil {
		return nil, err
	}
	digest, err := result.Digest()
	if err != nil {
		return nil, err
	}
	if digest != r.ResultDigest {
		return nil, fault.NewConflict("program.ranking_damaged")
	}
	return result, nil
}

// standing is a line of a decree over the ranking.
type standing struct {
	line   string
	state  LineState
	amount money.Rupiah // as decreed
	freed  money.Rupiah // of it, for the months that the line has left
}

// catchUp lays the decrees over the ranking: who is replaced, or will be when
// the change is signed, is out and leaves only what his months cost; who took a
// place is in for what his own decree says.
func (s *succession) catchUp(ctx context.Context, tx *db.Tx, of id.Ranking) error {
	rows, err := standings(ctx, tx, of)
	if err != nil {
		return err
	}
	for _, x := range rows {
		l := s.lines[s.ids[x.line]]
		if l == nil {
			return fault.NewConflict("program.ranking_damaged")
		}
		place := &s.result.Places[l.Place-1]
		if place.State == ranking.In {
			s.result.In--
			s.result.Spent -= place.Cost
		}
		s.result.Spent += x.amount - x.freed
		place.State = ranking.Out
		if x.state == LineDecreed {
			place.State, place.Cost = ranking.In, x.amount
			s.result.In++
		}
	}
	return nil
}

func standings(ctx context.Context, tx *db.Tx, of id.Ranking) ([]standing, error) {
	type row struct {
		standing
		left civil.Date
		of   Decree
	}
	rows, err := db.All(ctx, tx, func(x *row) []any {
		return []any{&x.line, &x.state, &x.amount, &x.left, &x.of.AmountMonth, &x.of.Months, &x.of.MonthFrom}
	}, `SELECT l.ranking_line_id, l.state, l.amount_idr, l.left_on, d.amount_month_idr, d.months_n, d.month_from
		FROM decree_line l JOIN decree d ON d.regency = l.regency AND d.id = l.decree_id
		WHERE d.regency = $1 AND d.ranking_id = $2 AND d.state <> 'returned'`, tx.Actor.Regency(), string(of))
	out := make([]standing, len(rows))
	for i, x := range rows {
		if !x.left.IsZero() {
			x.freed = x.of.AmountMonth.Times(x.of.monthsFrom(x.left))
		}
		out[i] = x.standing
	}
	return out, fault.Wrap("program.standings", err)
}

// next returns the line that takes the place of the given ranking line for
// months that cost as much as cost, nil when there is none, and how many on the
// reserve were passed because they must not be paid now.
func (s *succession) next(line string, cost money.Rupiah) (*Line, int, error) {
	subject, ok := s.ids[line]
	if !ok {
		return nil, 0, fault.NewConflict("program.ranking_damaged")
	}
	drop := []string{subject}
	// Whose record was merged with that of somebody who has a place has it too.
	placed := map[id.Person]bool{}
	for i := range s.result.Places {
		if p := &s.result.Places[i]; p.State == ranking.In || p.ID == subject {
			placed[s.same.Of(s.lines[p.ID].Person)] = true
		}
	}
	for i := range s.result.Places {
		p := &s.result.Places[i]
		if p.ID == subject || p.State == ranking.Reserve {
			p.Cost = cost // what leaves and what comes are the same months
		}
		who := s.lines[p.ID].Person
		_, held := s.held[who]
		if p.State == ranking.Reserve && (held || placed[s.same.Of(who)]) {
			drop = append(drop, p.ID)
		}
	}
	after, err := s.result.Replace(drop)
	if err != nil {
		return nil, 0, err
	}
	for _, x := range after.Replacements {
		if x.By > 0 {
			next := s.lines[after.Places[x.By-1].ID]
			return next, s.passed(drop[1:], next.Place), nil
		}
	}
	return nil, len(drop) - 1, nil
}

func (s *succession) passed(held []string, before int) int {
	n := 0
	for _, subject := range held {
		if s.lines[subject].Place < before {
			n++
		}
	}
	return n
}
