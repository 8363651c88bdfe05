package program

import (
	"context"
	"strings"

	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/ranking"
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

// ReplaceFromReserve takes a recipient out of a signed decree and gives the
// place to the first on the reserve list, in a decree of change that somebody
// else must sign. The ranking is recomputed from its stored lines first: if
// they do not give the stored digest, somebody changed them, and it refuses.
func ReplaceFromReserve(ctx context.Context, tx *db.Tx, line id.DecreeLine, reason string) (Replacement, error) {
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
	case l.State != LineDecreed:
		return Replacement{}, fault.NewConflict("program.replaced_before", l.Place)
	}
	if err := refuseOwnFamily(ctx, tx, d.Ranking); err != nil {
		return Replacement{}, err
	}
	succession, err := loadSuccession(ctx, tx, d)
	if err != nil {
		return Replacement{}, err
	}
	next, passed, err := succession.next(l.Line)
	if err != nil {
		return Replacement{}, err
	}
	_, err = tx.Exec(ctx, "UPDATE decree_line SET state = 'replaced', reason = $3, version = version + 1 WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), string(l.ID), reason)
	if err != nil {
		return Replacement{}, fault.Wrap("program.ReplaceFromReserve", err)
	}
	tx.Touch(decreeLineTable, string(l.ID))
	out := Replacement{Passed: passed, Open: next == nil}
	if next != nil {
		if out.Decree, out.Line, err = addChange(ctx, tx, d, next, l.ID); err != nil {
			return out, err
		}
	}
	return out, out.record(tx, d, l, reason)
}

func (r *Replacement) record(tx *db.Tx, d Decree, l DecreeLine, reason string) error {
	payload := map[string]any{"say": []any{d.ProgramName, l.Place, r.Line.Place}, "decree": d.ID, "line": l.ID, "reason": reason, "passed": r.Passed}
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

// catchUp lays the decrees over the ranking: replaced lines are out, and who
// took a place is in.
func (s *succession) catchUp(ctx context.Context, tx *db.Tx, of id.Ranking) error {
	type standing struct {
		line  string
		state LineState
	}
	rows, err := db.All(ctx, tx, func(x *standing) []any { return []any{&x.line, &x.state} },
		`SELECT l.ranking_line_id, l.state FROM decree_line l JOIN decree d ON d.regency = l.regency AND d.id = l.decree_id
		WHERE d.regency = $1 AND d.ranking_id = $2 AND d.state <> 'returned'`, tx.Actor.Regency(), string(of))
	if err != nil {
		return fault.Wrap("program.catchUp", err)
	}
	for _, x := range rows {
		l := s.lines[s.ids[x.line]]
		if l == nil {
			return fault.NewConflict("program.ranking_damaged")
		}
		place := &s.result.Places[l.Place-1]
		switch {
		case x.state == LineReplaced && place.State == ranking.In:
			place.State = ranking.Out
			s.result.In--
			s.result.Spent -= place.Cost
		case x.state == LineReplaced:
			place.State = ranking.Out
		case place.State == ranking.Reserve:
			place.State = ranking.In
			s.result.In++
			s.result.Spent += place.Cost
		}
	}
	return nil
}

// next returns the line that takes the place of the given ranking line, nil
// when there is none, and how many on the reserve were passed because they
// must not be paid now.
func (s *succession) next(line string) (*Line, int, error) {
	subject, ok := s.ids[line]
	if !ok {
		return nil, 0, fault.NewConflict("program.ranking_damaged")
	}
	drop := []string{subject}
	for i := range s.result.Places {
		p := &s.result.Places[i]
		if _, held := s.held[s.lines[p.ID].Person]; held && p.State == ranking.Reserve {
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

// addChange puts a line into the actor's open decree of change for the ranking,
// which it makes when there is none.
func addChange(ctx context.Context, tx *db.Tx, first Decree, next *Line, replaces id.DecreeLine) (Decree, DecreeLine, error) {
	d, found, err := db.One(ctx, tx, scanDecree, "SELECT "+decreeColumns+decreeFrom+` WHERE d.regency = $1 AND d.ranking_id = $2
		AND d.kind = 'perubahan' AND d.state = 'proposed' AND d.proposed_by = $3`, tx.Actor.Regency(), string(first.Ranking), string(tx.Actor.User))
	if err != nil {
		return d, DecreeLine{}, fault.Wrap("program.addChange", err)
	}
	if !found {
		d = first
		d.ID, d.Kind, d.State, d.Version = id.Decree(tx.NewID()), ChangeDecree, DecreeProposed, 1
		d.Number, d.PDF, d.SignedBy, d.SignedAt, d.Lines, d.Total = "", "", "", db.Time{}, 0, 0
		d.SignedOn.Year, d.SignedOn.Month, d.SignedOn.Day = 0, 0, 0
		d.ProposedBy, d.ProposedAt = tx.Actor.User, tx.Now
		if err := insertDecree(ctx, tx, d); err != nil {
			return d, DecreeLine{}, err
		}
	}
	if err := insertDecreeLine(ctx, tx, d, next, replaces, ""); err != nil {
		return d, DecreeLine{}, fault.Wrap("program.addChange", err)
	}
	_, err = tx.Exec(ctx, "UPDATE decree SET lines_n = lines_n + 1, total_idr = total_idr + $3, version = version + 1 WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), string(d.ID), next.Cost)
	if err != nil {
		return d, DecreeLine{}, fault.Wrap("program.addChange", err)
	}
	tx.Touch(decreeTable, string(d.ID))
	if d, err = DecreeByID(ctx, tx, tx.Actor.Scope, d.ID); err != nil {
		return d, DecreeLine{}, err
	}
	line, _, err := db.One(ctx, tx, scanDecreeLine, "SELECT "+decreeLineColumns+decreeLineFrom+" WHERE l.regency = $1 AND l.decree_id = $2 AND l.ranking_line_id = $3",
		tx.Actor.Regency(), string(d.ID), next.ID)
	return d, line, fault.Wrap("program.addChange", err)
}
