package people

import (
	"cmp"

	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/program"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// knowledge is everything the records hold about a family, or about one
// person, read from one state of the database.
type knowledge struct {
	family   registry.Family
	members  []registry.Person
	names    map[string]string // of people and the family, by identifier
	changes  []registry.Change
	merges   []registry.Merge
	entries  []ledger.Entry
	facts    []evidence.Fact
	cases    []evidence.Line
	holds    map[id.Person]evidence.Hold
	payments []delivery.Payment
	standing []standing
	alone    bool // about one person
}

// standing is how a family came out of the latest ranking of a programme.
type standing struct {
	program program.Program
	ranking program.Ranking
	line    program.Line
	why     []string             // how the place stands to the quota line
	clauses []program.ClauseLine // how every clause of the rules stands, today
}

const historyLimit = 200

func (d Deps) know(r *page.Request, f registry.Family) (knowledge, error) {
	k := knowledge{family: f, names: map[string]string{string(f.ID): headName(r, f)}}
	err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if k.members, err = registry.Members(r.Ctx(), q, string(r.Session.Scope.Regency()), f.ID); err != nil {
			return err
		}
		if k.facts, err = evidence.FactsOf(r.Ctx(), q, r.Session.Scope, "", f.ID); err != nil {
			return err
		}
		if k.cases, err = evidence.OfFamily(r.Ctx(), q, r.Session.Scope, f.ID); err != nil {
			return err
		}
		if k.payments, err = delivery.PaymentsOf(r.Ctx(), q, r.Session.Scope, f.ID); err != nil {
			return err
		}
		if k.standing, err = standings(r, q, f.ID); err != nil {
			return err
		}
		return k.trace(r, q, string(f.ID))
	})
	return k, err
}

func (d Deps) knowPerson(r *page.Request, p registry.Person) (knowledge, error) {
	k := knowledge{members: []registry.Person{p}, names: map[string]string{}, alone: true}
	err := d.DB.Snapshot(r.Ctx(), func(q db.Querier) error {
		var err error
		if k.facts, err = evidence.FactsOf(r.Ctx(), q, r.Session.Scope, p.ID, ""); err != nil {
			return err
		}
		return k.trace(r, q)
	})
	return k, err
}

// trace reads who changed and opened what, of the given subjects and members.
func (k *knowledge) trace(r *page.Request, q db.Querier, subjects ...string) error {
	regency := string(r.Session.Scope.Regency())
	people := make([]id.Person, len(k.members))
	for i, p := range k.members {
		people[i], k.names[string(p.ID)] = p.ID, p.Name
		subjects = append(subjects, string(p.ID))
	}
	others, err := k.joined(r, q, people)
	if err != nil {
		return err
	}
	subjects = append(subjects, others...)
	if k.merges, err = registry.Merges(r.Ctx(), q, regency, subjects...); err != nil {
		return err
	}
	for _, m := range k.merges {
		k.names[m.Drop], k.names[m.Keep] = cmp.Or(k.names[m.Drop], m.DropName), cmp.Or(k.names[m.Keep], m.KeepName)
	}
	if len(people) > 0 {
		if k.holds, err = evidence.Suspended(r.Ctx(), q, regency, people); err != nil {
			return err
		}
	}
	if k.changes, err = registry.History(r.Ctx(), q, regency, historyLimit, subjects...); err != nil {
		return err
	}
	for _, s := range subjects {
		entries, err := ledger.EntriesOf(r.Ctx(), q, regency, s)
		if err != nil {
			return err
		}
		k.entries = append(k.entries, entries...)
	}
	return nil
}

// joined lists the records that were merged into those of people, and into the
// family unless the page is about a person.
func (k *knowledge) joined(r *page.Request, q db.Querier, people []id.Person) ([]string, error) {
	regency := string(r.Session.Scope.Regency())
	_, records, err := registry.Selves(r.Ctx(), q, regency, people)
	if err != nil {
		return nil, err
	}
	var out []string
	for from := range records {
		out = append(out, string(from))
	}
	if k.alone {
		return out, nil
	}
	same, err := registry.SameFamily(r.Ctx(), q, regency, k.family.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range same[1:] {
		out = append(out, string(f))
	}
	return out, nil
}

// standings finds the family in the latest ranking of every programme.
func standings(r *page.Request, q db.Querier, family id.Family) ([]standing, error) {
	programs, err := program.Programs(r.Ctx(), q, r.Session.Scope)
	if err != nil {
		return nil, err
	}
	var out []standing
	for _, o := range programs {
		rankings, err := program.Rankings(r.Ctx(), q, r.Session.Scope, o.ID, 1)
		if err != nil {
			return nil, err
		}
		if len(rankings) == 0 {
			continue
		}
		lines, err := program.Lines(r.Ctx(), q, r.Session.Scope, rankings[0].ID, program.LineFilter{Family: family}, 0, 1)
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			continue
		}
		v, err := program.VersionByID(r.Ctx(), q, r.Session.Scope, rankings[0].RuleVersion)
		if err != nil {
			return nil, err
		}
		why, err := program.WhyLines(r.Ctx(), q, r.Session.Scope, rankings[0], v, lines, r.Lang())
		if err != nil {
			return nil, err
		}
		clauses, err := clausesOf(r, q, v, lines[0])
		if err != nil {
			return nil, err
		}
		out = append(out, standing{o.Program, rankings[0], lines[0], why[0], clauses})
	}
	return out, nil
}

// clausesOf explains the rules for the person whom the line names, or the
// family's head. A family that lost its people has nobody to judge.
func clausesOf(r *page.Request, q db.Querier, v program.RuleVersion, l program.Line) ([]program.ClauseLine, error) {
	all, err := program.Explain(r.Ctx(), q, r.Session.Scope, v, l.Family, today(r), r.Lang())
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.Person == l.Person || len(all) == 1 {
			return e.Clauses, nil
		}
	}
	return nil, nil
}
