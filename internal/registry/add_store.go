package registry

import (
	"context"
	"encoding/json"

	"tepat/internal/db"
	"tepat/internal/id"
)

// Kinds of subject in the provenance.
const (
	subjectPerson = "person"
	subjectFamily = "family"
)

// AddFamily stores a new family without members and returns it with its
// identifier. It records no event: the caller does, one for a chunk.
func AddFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Family, error) {
	if err := f.Check(); err != nil {
		return f, err
	}
	if f.ID == "" {
		f.ID = id.Family(tx.NewID())
	}
	f.Version, f.CreatedAt, f.UpdatedAt, f.Members = 1, tx.Now, tx.Now, 0
	if err := tx.Insert(ctx, families.table, string(f.ID), families.values(&f)...); err != nil {
		return f, err
	}
	if err := tally(ctx, tx, f, +1); err != nil {
		return f, err
	}
	return f, addChange(ctx, tx, subjectFamily, string(f.ID), 1, from, nil)
}

// AddPerson stores a new person and, when FamilyID is set, the membership and
// the family's count and head. It records no event; see AddFamily.
func AddPerson(ctx context.Context, tx *db.Tx, p Person, from Origin) (Person, error) {
	if p.Life == "" {
		p.Life = Alive
	}
	if p.ID == "" {
		p.ID = id.Person(tx.NewID())
	}
	p.Version, p.CreatedAt, p.UpdatedAt = 1, tx.Now, tx.Now
	if err := addMember(ctx, tx, &p, from); err != nil || p.FamilyID == "" {
		return p, err
	}
	return p, resize(ctx, tx, p.FamilyID, +1)
}

// Card is a family card with its people, as one source delivers it.
type Card struct {
	Family Family
	People []Person
	Origin Origin
	Rows   []int // row of each person; may be nil
}

// AddCard stores a family and its people in one go, without reading anything
// back: the way of the importer. The people get c.Family's village unless they
// have their own. It records no event; see AddFamily.
func AddCard(ctx context.Context, tx *db.Tx, c Card) (Card, error) {
	c.complete(tx)
	f := &c.Family
	if err := f.Check(); err != nil {
		return c, err
	}
	if err := tx.Insert(ctx, families.table, string(f.ID), families.values(f)...); err != nil {
		return c, err
	}
	if err := tally(ctx, tx, *f, +1); err != nil {
		return c, err
	}
	if err := addChange(ctx, tx, subjectFamily, string(f.ID), 1, c.Origin, nil); err != nil {
		return c, err
	}
	for i := range c.People {
		from := c.Origin
		if i < len(c.Rows) {
			from.Row = c.Rows[i]
		}
		if err := addMember(ctx, tx, &c.People[i], from); err != nil {
			return c, err
		}
	}
	return c, nil
}

// complete fills in what the registry itself knows of a new card.
func (c *Card) complete(tx *db.Tx) {
	f := &c.Family
	f.ID = id.Family(tx.NewID())
	f.Version, f.CreatedAt, f.UpdatedAt, f.Members = 1, tx.Now, tx.Now, len(c.People)
	for i := range c.People {
		p := &c.People[i]
		p.ID, p.FamilyID, p.Version, p.CreatedAt, p.UpdatedAt = id.Person(tx.NewID()), f.ID, 1, tx.Now, tx.Now
		if p.Life == "" {
			p.Life = Alive
		}
		if p.Village == "" {
			p.Village = f.Village
		}
	}
	f.HeadID, f.HeadName = head(c.People)
}

// addMember stores a complete person with name index, provenance and, in a
// family, membership; the family's count and head are the caller's.
func addMember(ctx context.Context, tx *db.Tx, p *Person, from Origin) error {
	if err := p.Check(); err != nil {
		return err
	}
	if err := tx.Insert(ctx, people.table, string(p.ID), people.values(p)...); err != nil {
		return err
	}
	if err := indexName(ctx, tx, p.ID, p.Name); err != nil {
		return err
	}
	if p.FamilyID != "" {
		err := tx.Insert(ctx, membershipTable, tx.NewID(), string(p.FamilyID), string(p.ID), int(p.Relation), nil, nil, from.Source)
		if err != nil {
			return err
		}
	}
	return addChange(ctx, tx, subjectPerson, string(p.ID), 1, from, nil)
}

func addChange(ctx context.Context, tx *db.Tx, kind, subject string, version int, from Origin, d Diff) error {
	fields := ""
	if d != nil {
		b, err := json.Marshal(d)
		if err != nil {
			return err
		}
		fields = string(b)
	}
	return tx.Insert(ctx, changeTable, tx.NewID(), kind, subject, version, tx.Now, string(tx.Actor.User), tx.Actor.Name,
		from.Source, string(from.Batch), from.Row, from.Reason, fields)
}
