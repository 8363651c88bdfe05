package program

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/ranking"
	"tepat/internal/region"
	"tepat/internal/registry"
)

var errCounts = errors.New("the counts of a ranking do not add up")

// TallyKey names a cell of the counts of a ranking.
type TallyKey struct {
	Village region.Code
	State   PlaceState
	Reason  int
}

// Tally counts the lines of one village, state and reason.
type Tally struct {
	TallyKey
	N    int
	Cost money.Rupiah
}

// Tallies returns the cells of a ranking inside scope, by village.
func Tallies(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking) ([]Tally, error) {
	var w db.Where
	w.Within("t.", "village", scope)
	w.And("t.ranking_id = ?", string(ranking))
	list, err := db.All(ctx, q, func(t *Tally) []any { return []any{&t.Village, &t.State, &t.Reason, &t.N, &t.Cost} },
		"SELECT t.village, t.state, t.reason_no, t.subjects_n, t.cost_idr FROM ranking_tally t"+w.String()+
			" ORDER BY t.village, t.state, t.reason_no", w.Args...)
	return list, fault.Wrap("program.Tallies", err)
}

// Reasons returns why lines of a ranking stand where they stand, the most
// frequent first. The counts are those of the whole regency.
func Reasons(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking) ([]Reason, error) {
	list, err := db.All(ctx, q, func(r *Reason) []any { return []any{&r.No, &r.State, &r.Clause, &r.Text[0], &r.Text[1], &r.N} },
		`SELECT reason_no, state, clause_no, text_id, text_en, subjects_n FROM ranking_reason WHERE regency = $1 AND ranking_id = $2
		ORDER BY subjects_n DESC, reason_no`, string(scope.Regency()), string(ranking))
	return list, fault.Wrap("program.Reasons", err)
}

const lineColumns = `l.id, l.ranking_id, l.place_no, l.state, l.person_id, l.family_id, l.village, l.listed_no, l.reason_no, l.policy, l.keys,
	l.cost_idr, l.reserve_no, l.decided_by, l.tied_n`

// storedLine is a line with its keys as text.
type storedLine struct {
	Line
	keys   string
	policy int
}

func scanLine(l *storedLine) []any {
	return []any{&l.ID, &l.Ranking, &l.Place, &l.State, &l.Person, &l.Family, &l.Village, &l.ListedNo, &l.Reason, &l.policy, &l.keys,
		&l.Cost, &l.ReserveNo, &l.DecidedBy, &l.TiedWith}
}

func (l *storedLine) line() (Line, error) {
	l.Policy = l.policy != 0
	if l.keys == "" {
		return l.Line, nil
	}
	for i, text := range strings.Split(l.keys, " ") {
		if text == "-" {
			l.Missing |= 1 << i
			l.Keys = append(l.Keys, 0)
			continue
		}
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return l.Line, fmt.Errorf("ranking line %s: %w", l.ID, err)
		}
		l.Keys = append(l.Keys, v)
	}
	return l.Line, nil
}

// LineFilter narrows the lines of a ranking. The zero value shows all in scope.
type LineFilter struct {
	State  PlaceState
	Areas  []region.Code
	Reason int
	From   int // first place, with Until
	Until  int
	Family id.Family // with the families merged into it

	records []any // of Family; see resolved
}

// resolved looks up the records of the family that f asks for.
func (f LineFilter) resolved(ctx context.Context, q db.Querier, scope region.Scope) (LineFilter, error) {
	if f.Family == "" {
		return f, nil
	}
	same, err := registry.SameFamily(ctx, q, string(scope.Regency()), f.Family)
	for _, one := range same {
		f.records = append(f.records, string(one))
	}
	return f, err
}

func (f LineFilter) where(scope region.Scope, ranking id.Ranking) *db.Where {
	var w db.Where
	w.Within("l.", "village", scope)
	w.And("l.ranking_id = ?", string(ranking))
	if f.State != "" {
		w.And("l.state = ?", string(f.State))
	}
	if f.Reason > 0 {
		w.And("l.reason_no = ?", f.Reason)
	}
	if f.Until > 0 {
		w.And("l.place_no >= ? AND l.place_no <= ?", max(f.From, 1), f.Until)
	}
	if f.Family != "" {
		w.In("l.family_id", f.records...)
	}
	areas(&w, "l.village", f.Areas)
	return &w
}

const lineNames = `, COALESCE(o.name, ''), COALESCE(f.members_n, 0), COALESCE(n.text_id, ''), COALESCE(n.text_en, ''), COALESCE(n.clause_no, '')`

const lineFrom = ` FROM ranking_line l LEFT JOIN person o ON o.regency = l.regency AND o.id = l.person_id
	LEFT JOIN family f ON f.regency = l.regency AND f.id = l.family_id
	LEFT JOIN ranking_reason n ON n.regency = l.regency AND n.ranking_id = l.ranking_id AND n.reason_no = l.reason_no`

const lineOrder = " ORDER BY CASE WHEN l.place_no = 0 THEN 1 ELSE 0 END, l.place_no, l.id"

// Lines returns lines of a ranking inside scope, by place, those without one
// after the others. A limit of 0 means all.
func Lines(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking, f LineFilter, offset, limit int) ([]Line, error) {
	f, err := f.resolved(ctx, q, scope)
	if err != nil {
		return nil, fault.Wrap("program.Lines", err)
	}
	w := f.where(scope, ranking)
	query := "SELECT " + lineColumns + lineNames + lineFrom + w.String() + lineOrder
	if limit > 0 {
		query += " LIMIT " + w.Arg(limit) + " OFFSET " + w.Arg(max(offset, 0))
	}
	var out []Line
	err = db.Each(ctx, q, scanNamedLine, func(l *storedLine) error {
		line, err := l.line()
		out = append(out, line)
		return err
	}, query, w.Args...)
	return out, fault.Wrap("program.Lines", err)
}

func scanNamedLine(l *storedLine) []any {
	return append(scanLine(l), &l.Name, &l.Members, &l.Text[0], &l.Text[1], &l.Clause)
}

// EachLine streams what Lines returns, for exports; fn must not keep l.
func EachLine(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking, f LineFilter, fn func(l *Line) error) error {
	f, err := f.resolved(ctx, q, scope)
	if err != nil {
		return fault.Wrap("program.EachLine", err)
	}
	w := f.where(scope, ranking)
	return db.Each(ctx, q, scanNamedLine, func(s *storedLine) error {
		line, err := s.line()
		if err != nil {
			return err
		}
		return fn(&line)
	}, "SELECT "+lineColumns+lineNames+lineFrom+w.String()+lineOrder, w.Args...)
}

// Window returns the lines around the quota line: up to above of those who are
// in by order, and below of those after.
func Window(ctx context.Context, q db.Querier, scope region.Scope, r Ranking, above, below int) ([]Line, error) {
	return Lines(ctx, q, scope, r.ID, LineFilter{From: r.Line - above + 1, Until: r.Line + below}, 0, 0)
}

// WhyLines explains the places of lines in lang, beside what the rule says: how
// a place stands to the line and to the one above it. Lines without a place
// get nothing.
func WhyLines(ctx context.Context, q db.Querier, scope region.Scope, r Ranking, v RuleVersion, lines []Line, lang string) ([][]string, error) {
	last := r.Line
	for _, l := range lines {
		last = max(last, l.Place)
	}
	// Result.Why looks at the place itself, at the one above it and at the last
	// above the line; the others may stay empty.
	sparse := ranking.Result{Spec: v.Spec, Line: r.Line, Limit: ranking.Limit(r.Limit), Places: make([]ranking.Place, last)}
	for i := range sparse.Places {
		sparse.Places[i].Missing = ^uint64(0)
	}
	need := map[int]bool{r.Line: true}
	for _, l := range lines {
		need[l.Place-1] = true
		if l.Place > 0 {
			sparse.Places[l.Place-1] = placeOf(l)
		}
	}
	whole := region.NewScope(scope.Regency())
	for at := range need {
		if at < 1 || at > last || sparse.Places[at-1].Rank != 0 {
			continue
		}
		found, err := Lines(ctx, q, whole, r.ID, LineFilter{From: at, Until: at}, 0, 1)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			sparse.Places[at-1] = placeOf(l)
		}
	}
	out := make([][]string, len(lines))
	for i, l := range lines {
		out[i] = sparse.Why(l.Place, lang, areaName)
	}
	return out, nil
}

func placeOf(l Line) ranking.Place {
	return ranking.Place{Candidate: ranking.Candidate{ID: l.ID, Keys: l.Keys, Missing: l.Missing, Village: l.Village, Cost: l.Cost},
		Rank: l.Place, State: ranking.State(l.State), ReserveNo: l.ReserveNo, DecidedBy: l.DecidedBy, TiedWith: l.TiedWith}
}
