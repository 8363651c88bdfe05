package evidence

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

func byID(ctx context.Context, q db.Querier, scope region.Scope, indication id.Indication) (Indication, error) {
	var w db.Where
	w.Within("i.", "village", scope)
	w.And("i.id = ?", string(indication))
	i, found, err := db.One(ctx, q, scanIndication, "SELECT "+indicationColumns+" FROM indication i"+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("evidence.gone")
	}
	return i, err
}

// Filter narrows a queue. The zero Filter shows every matter in scope.
type Filter struct {
	Kind   Kind          // "" is any
	States []State       // any of them; empty is all
	Areas  []region.Code // kecamatan or villages; any of them
	Aid    bool          // the family receives something
	// NotBy leaves out what this user decided or asked for: it waits for another.
	NotBy id.User
}

func (f Filter) where(scope region.Scope) db.Where {
	var w db.Where
	w.Within("i.", "village", scope)
	if f.Kind != "" {
		w.And("i.kind = ?", string(f.Kind))
	}
	if len(f.States) > 0 {
		states := make([]any, len(f.States))
		for n, s := range f.States {
			states[n] = string(s)
		}
		w.In("i.state", states...)
	}
	if len(f.Areas) > 0 {
		var ors []string
		var args []any
		for _, a := range f.Areas {
			ors = append(ors, "(i.village >= ? AND i.village < ?)")
			args = append(args, string(a), string(a)+"~")
		}
		w.And("("+strings.Join(ors, " OR ")+")", args...)
	}
	if f.Aid {
		w.And("i.programs <> ''")
	}
	if f.NotBy != "" {
		w.And("CASE WHEN i.state = ? THEN i.revived_by ELSE i.decided_by END <> ?", string(Reviving), string(f.NotBy))
	}
	return w
}

// Line is a matter as a queue shows it.
type Line struct {
	Indication
	Name     string
	NIK      nik.NIK
	BirthOn  civil.Date
	Life     registry.Life
	KK       nik.KK
	HeadName string
	Source   string
	Grade    Grade
	On       civil.Date
	Document string
}

func scanLine(l *Line) []any {
	return append(scanIndication(&l.Indication), &l.Name, &l.NIK, &l.BirthOn, &l.Life, &l.KK, &l.HeadName, &l.Source, &l.Grade, &l.On, &l.Document)
}

const (
	lineColumns = indicationColumns + `, p.name, p.nik, p.birth_on, p.life, COALESCE(m.kk, ''), COALESCE(m.head_name, ''),
	f.source, f.grade, f.on_date, f.document`
	// p is who speaks for the person the matter was opened about.
	lineTables = ` FROM indication i JOIN person o ON o.regency = i.regency AND o.id = i.person_id
	JOIN person p ON p.regency = o.regency AND p.id = CASE WHEN o.merged_into = '' THEN o.id ELSE o.merged_into END
	JOIN fact f ON f.regency = i.regency AND f.id = i.fact_id
	LEFT JOIN family m ON m.regency = i.regency AND m.id = i.family_id`
	lineOrder = " ORDER BY i.weight DESC, i.id"
)

// Queue returns one page of matters inside scope under f, those with the
// greatest impact first. limit is at most 1,000.
func Queue(ctx context.Context, q db.Querier, scope region.Scope, f Filter, offset, limit int) ([]Line, error) {
	w := f.where(scope)
	query := "SELECT " + lineColumns + lineTables + w.String() + lineOrder + " LIMIT " + w.Arg(min(limit, 1000)) + " OFFSET " + w.Arg(max(offset, 0))
	list, err := db.All(ctx, q, scanLine, query, w.Args...)
	return list, fault.Wrap("evidence.Queue", err)
}

// Size counts the matters of a queue.
func Size(ctx context.Context, q db.Querier, scope region.Scope, f Filter) (int, error) {
	w := f.where(scope)
	n, _, err := db.One(ctx, q, db.Self[int], "SELECT COUNT(*) FROM indication i"+w.String(), w.Args...)
	return n, fault.Wrap("evidence.Size", err)
}

// AreaCount counts the matters of one kecamatan.
type AreaCount struct {
	Kecamatan region.Code
	N         int
}

// Areas counts the matters of a queue by kecamatan.
func Areas(ctx context.Context, q db.Querier, scope region.Scope, f Filter) ([]AreaCount, error) {
	w := f.where(scope)
	list, err := db.All(ctx, q, func(c *AreaCount) []any { return []any{&c.Kecamatan, &c.N} },
		"SELECT substr(i.village, 1, 6), COUNT(*) FROM indication i"+w.String()+" GROUP BY substr(i.village, 1, 6) ORDER BY 1", w.Args...)
	return list, fault.Wrap("evidence.Areas", err)
}

// Next returns the matter that follows after in the queue under f, or the
// first when none follows; found is false when the queue is empty.
func Next(ctx context.Context, q db.Querier, scope region.Scope, f Filter, after Indication) (id.Indication, bool, error) {
	w := f.where(scope)
	w.And("i.id <> ?", string(after.ID))
	first := w
	weight := weigh(after.Programs, after.Amount)
	w.And("(i.weight < ? OR (i.weight = ? AND i.id > ?))", weight, weight, string(after.ID))
	for _, c := range []*db.Where{&w, &first} {
		next, found, err := db.One(ctx, q, db.Self[id.Indication], "SELECT i.id FROM indication i"+c.String()+lineOrder+" LIMIT 1", c.Args...)
		if err != nil || found {
			return next, found, fault.Wrap("evidence.Next", err)
		}
	}
	return "", false, nil
}

// Tally counts the matters of one kind and state.
type Tally struct {
	Kind  Kind
	State State
	N     int
	Aid   int // of which the family receives something
}

// Counts counts the matters inside scope by kind and state.
func Counts(ctx context.Context, q db.Querier, scope region.Scope) ([]Tally, error) {
	var w db.Where
	w.Within("", "village", scope)
	list, err := db.All(ctx, q, func(t *Tally) []any { return []any{&t.Kind, &t.State, &t.N, &t.Aid} },
		"SELECT kind, state, COUNT(*), SUM(CASE WHEN programs <> '' THEN 1 ELSE 0 END) FROM indication"+w.String()+
			" GROUP BY kind, state ORDER BY kind, state", w.Args...)
	return list, fault.Wrap("evidence.Counts", err)
}

// Detail is one matter with everything that people weigh.
type Detail struct {
	Line
	Record         registry.Person
	Family         registry.Family // zero when the person has none
	Members        []registry.Person
	Facts          []Fact // about the person and the family, oldest first, retracted ones too
	Contradictions []Contradiction
	Steps          []Step // what people and later evidence did, oldest first

	records []id.Person // all records of the person, the one that speaks first
}

// ByID returns the matter with its evidence, inside scope.
func ByID(ctx context.Context, q db.Querier, scope region.Scope, indication id.Indication) (Detail, error) {
	var d Detail
	var w db.Where
	w.Within("i.", "village", scope)
	w.And("i.id = ?", string(indication))
	line, found, err := db.One(ctx, q, scanLine, "SELECT "+lineColumns+lineTables+w.String(), w.Args...)
	if err == nil && !found {
		err = fault.NewNotFound("evidence.gone")
	}
	if err != nil {
		return d, fault.Wrap("evidence.ByID", err)
	}
	d.Line = line
	if err := d.load(ctx, q, string(scope.Regency())); err != nil {
		return d, fmt.Errorf("evidence.ByID: %w", err)
	}
	return d, nil
}

// load reads what hangs on the matter, wherever it lies: a family that moved to
// another village stays part of its evidence.
func (d *Detail) load(ctx context.Context, q db.Querier, regency string) error {
	whole := region.NewScope(region.Code(regency))
	var err error
	if d.records, err = registry.SamePerson(ctx, q, regency, d.Person); err != nil {
		return err
	}
	people, err := registry.PeopleByID(ctx, q, whole, d.records[:1])
	if err != nil {
		return err
	}
	d.Record = people[d.records[0]]
	if family := d.Indication.Family; family != "" {
		same, err := registry.SameFamily(ctx, q, regency, family)
		if err != nil {
			return err
		}
		family = same[0]
		families, err := registry.FamiliesByID(ctx, q, whole, []id.Family{family})
		if err != nil {
			return err
		}
		d.Family = families[family]
		if d.Members, err = registry.Members(ctx, q, regency, family); err != nil {
			return err
		}
	}
	facts, err := FactsOf(ctx, q, whole, d.Person, d.Indication.Family)
	if err != nil {
		return err
	}
	for n := len(facts) - 1; n >= 0; n-- {
		// A member's own troubles are that member's matter.
		if slices.Contains(d.records, facts[n].Person) || facts[n].Kind == Receives {
			d.Facts = append(d.Facts, facts[n])
		}
	}
	d.Contradictions = Contradictions(d.Kind, d.factsOfPerson())
	d.Steps, err = steps(ctx, q, regency, d.Indication)
	return err
}

func (d *Detail) factsOfPerson() []Fact {
	var out []Fact
	for _, f := range d.Facts {
		if slices.Contains(d.records, f.Person) {
			out = append(out, f)
		}
	}
	return out
}

// OfFamily returns every matter about the members of a family of scope, newest first.
func OfFamily(ctx context.Context, q db.Querier, scope region.Scope, family id.Family) ([]Line, error) {
	if scope.IsZero() {
		return nil, nil
	}
	all, err := registry.SameFamily(ctx, q, string(scope.Regency()), family)
	if err != nil {
		return nil, fault.Wrap("evidence.OfFamily", err)
	}
	var w db.Where
	w.Within("i.", "village", scope)
	w.And(oneOf(&w, "i.family_id", all))
	list, err := db.All(ctx, q, scanLine, "SELECT "+lineColumns+lineTables+w.String()+" ORDER BY i.id DESC", w.Args...)
	return list, fault.Wrap("evidence.OfFamily", err)
}
