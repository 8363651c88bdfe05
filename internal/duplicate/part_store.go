package duplicate

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// partingTable's rows bear the id of their merge.
var partingTable = db.NewTable("parting", "reason", "asked_by", "asked_name", "asked_at")

// Parting is what undoing a merge takes.
type Parting struct {
	Two    bool    // aid hangs on it: one person asks, another carries it out
	By     id.User // who asked; "" when nobody did yet
	ByName string
	At     db.Time
	Reason string
}

// PartingOf says what undoing a merge takes on day.
func PartingOf(ctx context.Context, q db.Querier, regency string, m registry.Merge, day civil.Date) (Parting, error) {
	p, _, err := db.One(ctx, q, func(p *Parting) []any { return []any{&p.Reason, &p.By, &p.ByName, &p.At} },
		"SELECT reason, asked_by, asked_name, asked_at FROM parting WHERE regency = $1 AND id = $2", regency, string(m.ID))
	if err != nil {
		return p, fault.Wrap("duplicate.PartingOf", err)
	}
	p.Two, err = moneyHangsOn(ctx, q, regency, m, day)
	return p, fault.Wrap("duplicate.PartingOf", err)
}

// moneyHangsOn reports whether two people agreed to m because of aid, or aid
// runs for one of its records today.
func moneyHangsOn(ctx context.Context, q db.Querier, regency string, m registry.Merge, day civil.Date) (bool, error) {
	_, two, err := db.One(ctx, q, db.Self[int], "SELECT 1 FROM suspicion WHERE regency = $1 AND merge_id = $2 AND state = 'same' AND second = 1 LIMIT 1",
		regency, string(m.ID))
	if err != nil || two {
		return two, err
	}
	var people []registry.Person
	if m.Kind == registry.OfFamilies {
		people, err = registry.Members(ctx, q, regency, id.Family(m.Keep))
	} else {
		people, err = recordsOf(ctx, q, regency, id.Person(m.Keep), id.Person(m.Drop))
	}
	if err != nil {
		return false, err
	}
	aid, err := aidOf(ctx, q, regency, people, day)
	for i := range people {
		if len(aid.of(&people[i], nil)) > 0 {
			return true, err
		}
	}
	return false, err
}

func recordsOf(ctx context.Context, q db.Querier, regency string, ids ...id.Person) ([]registry.Person, error) {
	known, err := registry.PeopleByID(ctx, q, region.NewScope(region.Code(regency)), ids)
	var out []registry.Person
	for _, p := range known {
		out = append(out, p)
	}
	return out, err
}

// TakeApart undoes a merge or split, wherever it was made, and reports whether that
// is done. Where aid hangs on it the first person only asks, and another one
// carries it out: what merged by two does not come apart by one. The pair that
// was judged "same" waits in the queue again. Faults: those of
// registry.Unmerge; duplicate.part_waits for whoever asked already.
func TakeApart(ctx context.Context, tx *db.Tx, merge id.Merge, reason string) (bool, error) {
	m, err := registry.MayUnmerge(ctx, tx, merge, reason)
	if err != nil {
		return false, err
	}
	p, err := PartingOf(ctx, tx, tx.Actor.Regency(), m, today(tx))
	if err != nil {
		return false, err
	}
	switch {
	case p.Two && p.By == tx.Actor.User && !p.At.IsZero():
		return false, fault.NewConflict("duplicate.part_waits", p.At)
	case p.Two && p.At.IsZero():
		if err := tx.Insert(ctx, partingTable, string(merge), reason, string(tx.Actor.User), tx.Actor.Name, tx.Now); err != nil {
			return false, err
		}
		return false, tx.Record("duplicate.part_asked", m.Keep, m.Village, map[string]any{"say": []string{m.DropName, m.KeepName, reason}, "merge": merge})
	case !p.At.IsZero():
		if _, err := tx.Exec(ctx, "DELETE FROM parting WHERE regency = $1 AND id = $2", tx.Actor.Regency(), string(merge)); err != nil {
			return false, err
		}
		tx.Touch(partingTable, string(merge))
	}
	if err := evidence.Unmerge(ctx, tx, merge, reason); err != nil {
		return false, err
	}
	return true, askAgain(ctx, tx, merge, reason)
}

// askAgain puts the pair whose merge is no more back into the queue.
func askAgain(ctx context.Context, tx *db.Tx, merge id.Merge, reason string) error {
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+" FROM suspicion s WHERE s.regency = $1 AND s.merge_id = $2 AND s.state = 'same' AND s.kind = 'pair' ORDER BY s.id",
		tx.Actor.Regency(), string(merge))
	if err != nil {
		return err
	}
	for i := range list {
		list[i].forget()
		if err := store(ctx, tx, &list[i]); err != nil {
			return err
		}
		if err := addStep(ctx, tx, &list[i], "undone", "", reason); err != nil {
			return err
		}
	}
	return reopen(ctx, tx, string(merge))
}

// paidSince reports whether a list was frozen with one of people, or something
// was handed over to one of them, at since or later.
func paidSince(ctx context.Context, q db.Querier, regency string, since db.Time, people ...id.Person) (bool, error) {
	all, _, err := registry.Selves(ctx, q, regency, people)
	if err != nil {
		return false, err
	}
	var w db.Where
	w.And("n.regency = ?", regency)
	args := make([]any, len(all))
	for i, p := range all {
		args[i] = string(p)
	}
	w.In("n.person_id", args...)
	w.And("(l.frozen_at >= ? OR h.at >= ?)", since, since)
	_, paid, err := db.One(ctx, q, db.Self[int], `SELECT 1 FROM pay_line n JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		LEFT JOIN handover h ON h.regency = n.regency AND h.pay_line_id = n.id`+w.String()+" LIMIT 1", w.Args...)
	return paid, err
}
