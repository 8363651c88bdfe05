package duplicate

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Filter narrows the queue. The zero Filter shows what waits for a first word.
type Filter struct {
	Paying  bool          // both sides receive aid
	Areas   []region.Code // kecamatan or villages of either side; any of them
	Kind    Kind          // "" is both
	Batch   id.Batch      // rows of one import
	States  []State       // any of them; empty is Open and Field
	Second  bool          // waits for a second person, who is not the one who judged
	Mine    bool          // judged or confirmed by the reader today, newest first
	Skipped bool          // those that the reader put off today, which are left out otherwise
	Reader  id.User
	Today   db.Time // start of the reader's day; zero is since ever
	Now     db.Time // for locks; zero takes every lock of Today for standing
}

func (f Filter) where(scope region.Scope) db.Where {
	var w db.Where
	within(&w, scope)
	switch {
	case f.Mine:
		w.And("((s.judged_by = ? AND s.judged_at >= ?) OR (s.confirmed_by = ? AND s.confirmed_at >= ?))", string(f.Reader), f.Today.String(), string(f.Reader), f.Today.String())
	case f.Second:
		w.And("s.state = 'proposed' AND s.judged_by <> ?", string(f.Reader))
	case len(f.States) > 0:
		states := make([]any, len(f.States))
		for i, s := range f.States {
			states[i] = string(s)
		}
		w.In("s.state", states...)
	default:
		w.And("s.state IN ('open', 'field')")
	}
	if f.Paying {
		w.And("s.impact = ?", int(BothSides))
	}
	if f.Kind != "" {
		w.And("s.kind = ?", string(f.Kind))
	}
	if f.Batch != "" {
		w.And("s.batch_id = ?", string(f.Batch))
	}
	f.areas(&w)
	if f.Reader != "" && !f.Mine && !f.Second {
		not := "NOT "
		if f.Skipped {
			not = ""
		}
		w.And(not+`EXISTS (SELECT 1 FROM suspicion_hold h WHERE h.regency = s.regency AND h.suspicion_id = s.id AND h.user_id = ? AND h.skipped_at >= ?)`,
			string(f.Reader), f.Today.String())
	}
	return w
}

func (f Filter) areas(w *db.Where) {
	var ors []string
	var args []any
	for _, a := range f.Areas {
		ors = append(ors, "(s.village_a >= ? AND s.village_a < ?) OR (s.village_b >= ? AND s.village_b < ?)")
		args = append(args, string(a), string(a)+"~", string(a), string(a)+"~")
	}
	if len(ors) > 0 {
		w.And("("+strings.Join(ors, " OR ")+")", args...)
	}
}

// Line is a suspicion as the queue shows it.
type Line struct {
	ID           id.Suspicion
	Kind         Kind
	State        State
	Verdict      Verdict
	NameA, NameB string
	Village      region.Code
	Score        float64
	Zone         Zone
	Impact       Impact
	Programs     int
	Monthly      money.Rupiah
	Group        int
	Lock         Lock
	JudgedAt     db.Time
	JudgedName   string
	Undoable     bool
}

// Cursor is a place in the queue; "" is before its beginning, or behind its end.
type Cursor string

const maxLines = 500

// Queue returns up to limit lines behind after: what concerns payment first,
// then the greatest weight.
func Queue(ctx context.Context, q db.Querier, scope region.Scope, f Filter, after Cursor, limit int) ([]Line, Cursor, error) {
	w := f.where(scope)
	if err := f.behind(&w, after); err != nil {
		return nil, "", err
	}
	limit = max(1, min(limit, maxLines))
	list, err := db.All(ctx, q, scan, "SELECT "+columns+" FROM suspicion s"+w.String()+f.order()+" LIMIT "+w.Arg(limit+1), w.Args...)
	if err != nil {
		return nil, "", fault.Wrap("duplicate.Queue", err)
	}
	next := Cursor("")
	if len(list) > limit {
		list = list[:limit]
		next = f.cursor(&list[limit-1])
	}
	out, err := linesOf(ctx, q, scope, f, list)
	return out, next, fault.Wrap("duplicate.Queue", err)
}

func linesOf(ctx context.Context, q db.Querier, scope region.Scope, f Filter, list []Suspicion) ([]Line, error) {
	regency := string(scope.Regency())
	policies, err := registry.MatchPolicies(ctx, q, regency, civil.Date{})
	if err != nil {
		return nil, err
	}
	locks, err := locksOf(ctx, q, regency, list, f.Reader, f.Now)
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(list))
	for i := range list {
		s := &list[i]
		out[i] = Line{ID: s.ID, Kind: s.Kind, State: s.State, Verdict: s.Verdict, NameA: s.NameA, NameB: s.NameB, Village: s.VillageA, Score: s.Weight,
			Zone: zoneOf(s.Weight, registry.PolicyOf(policies, s.Source)), Impact: s.Impact, Programs: s.Programs, Monthly: s.Monthly, Group: max(s.GroupN, 2), Lock: locks[s.ID],
			JudgedAt: s.JudgedAt, JudgedName: s.JudgedName, Undoable: s.undoable(f.Reader)}
		if s.Kind == Row && s.VillageB != "" {
			out[i].Village = s.VillageB
		}
	}
	return out, nil
}

func (f Filter) order() string {
	if f.Mine {
		return " ORDER BY s.judged_at DESC, s.id DESC"
	}
	return " ORDER BY s.impact DESC, s.weight DESC, s.id"
}

func (f Filter) cursor(s *Suspicion) Cursor {
	if f.Mine {
		return Cursor(s.JudgedAt.String() + "_" + string(s.ID))
	}
	return Cursor(fmt.Sprintf("%d_%d_%s", s.Impact, milli(s.Weight), s.ID))
}

// behind narrows to what stands below a cursor.
func (f Filter) behind(w *db.Where, after Cursor) error {
	if after == "" {
		return nil
	}
	parts := strings.Split(string(after), "_")
	if f.Mine && len(parts) == 2 {
		w.And("(s.judged_at < ? OR (s.judged_at = ? AND s.id < ?))", parts[0], parts[0], parts[1])
		return nil
	}
	if len(parts) != 3 {
		return fault.NewInvalid("duplicate.cursor")
	}
	impact, err1 := strconv.Atoi(parts[0])
	weight, err2 := strconv.ParseInt(parts[1], 10, 64)
	if err1 != nil || err2 != nil {
		return fault.NewInvalid("duplicate.cursor")
	}
	w.And("(s.impact < ? OR (s.impact = ? AND (s.weight < ? OR (s.weight = ? AND s.id > ?))))", impact, impact, weight, weight, parts[2])
	return nil
}

// ahead narrows to what stands above a suspicion.
func (f Filter) ahead(w *db.Where, s *Suspicion) {
	w.And("(s.impact > ? OR (s.impact = ? AND (s.weight > ? OR (s.weight = ? AND s.id < ?))))", int(s.Impact), int(s.Impact), milli(s.Weight), milli(s.Weight), string(s.ID))
}

// AreaCount counts the suspicions of one kecamatan.
type AreaCount struct {
	Kecamatan region.Code
	N         int
}

// Counts is the head of the queue.
type Counts struct {
	Open    int // waits for a first word, put off ones not counted
	Paying  int // of those, both sides receive aid
	Field   int // of those, being checked in the field
	Rows    int // of those, rows of files
	Second  int // waits for the reader as second person
	Mine    int // judged or confirmed by the reader today
	Skipped int
	Areas   []AreaCount // of Open, by kecamatan of the first side
}

// CountsOf counts the queue for the reader of f; the other parts of f narrow nothing.
func CountsOf(ctx context.Context, q db.Querier, scope region.Scope, f Filter) (Counts, error) {
	f = Filter{Reader: f.Reader, Today: f.Today}
	var c Counts
	w := f.where(scope)
	type cell struct {
		kecamatan              region.Code
		n, paying, field, rows int
	}
	cells, err := db.All(ctx, q, func(c *cell) []any { return []any{&c.kecamatan, &c.n, &c.paying, &c.field, &c.rows} },
		`SELECT substr(s.village_a, 1, 6), COUNT(*), SUM(CASE WHEN s.impact = 2 THEN 1 ELSE 0 END), SUM(CASE WHEN s.state = 'field' THEN 1 ELSE 0 END),
		SUM(CASE WHEN s.kind = 'row' THEN 1 ELSE 0 END) FROM suspicion s`+w.String()+" GROUP BY substr(s.village_a, 1, 6) ORDER BY 2 DESC, 1", w.Args...)
	if err != nil {
		return c, fault.Wrap("duplicate.CountsOf", err)
	}
	for _, x := range cells {
		c.Open, c.Paying, c.Field, c.Rows = c.Open+x.n, c.Paying+x.paying, c.Field+x.field, c.Rows+x.rows
		c.Areas = append(c.Areas, AreaCount{x.kecamatan, x.n})
	}
	for _, part := range []struct {
		to *int
		f  Filter
	}{{&c.Second, Filter{Second: true}}, {&c.Mine, Filter{Mine: true}}, {&c.Skipped, Filter{Skipped: true}}} {
		part.f.Reader, part.f.Today = f.Reader, f.Today
		w := part.f.where(scope)
		if *part.to, _, err = db.One(ctx, q, db.Self[int], "SELECT COUNT(*) FROM suspicion s"+w.String(), w.Args...); err != nil {
			return c, fault.Wrap("duplicate.CountsOf", err)
		}
	}
	return c, nil
}

// Next returns the suspicion that follows after in the queue under f, or the
// first when none follows; those that others look at are passed over.
func Next(ctx context.Context, q db.Querier, scope region.Scope, f Filter, after id.Suspicion) (id.Suspicion, bool, error) {
	return f.beside(ctx, q, scope, after, true)
}

// Previous is Next upwards.
func Previous(ctx context.Context, q db.Querier, scope region.Scope, f Filter, before id.Suspicion) (id.Suspicion, bool, error) {
	return f.beside(ctx, q, scope, before, false)
}

func (f Filter) beside(ctx context.Context, q db.Querier, scope region.Scope, at id.Suspicion, down bool) (id.Suspicion, bool, error) {
	f.Mine = false
	base := f.where(scope)
	base.And("s.id <> ?", string(at))
	if f.Reader != "" && !f.Now.IsZero() {
		base.And(`NOT EXISTS (SELECT 1 FROM suspicion_hold h WHERE h.regency = s.regency AND h.suspicion_id = s.id AND h.user_id <> ? AND h.locked_at > ?)`,
			string(f.Reader), f.Now.Add(-lockFor))
	}
	var tries []db.Where
	if at != "" {
		s, err := byID(ctx, q, scope, at)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return "", false, err
		default:
			w := base
			if down {
				err = f.behind(&w, f.cursor(&s))
			} else {
				f.ahead(&w, &s)
			}
			if err != nil {
				return "", false, err
			}
			tries = append(tries, w)
		}
	}
	order := f.order()
	if !down {
		order = " ORDER BY s.impact, s.weight, s.id DESC"
	}
	for _, w := range append(tries, base) {
		next, found, err := db.One(ctx, q, db.Self[id.Suspicion], "SELECT s.id FROM suspicion s"+w.String()+order+" LIMIT 1", w.Args...)
		if err != nil || found {
			return next, found, fault.Wrap("duplicate.Next", err)
		}
	}
	return "", false, nil
}
