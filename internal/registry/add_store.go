package registry

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
)

// Kinds of subject in the provenance.
const (
	subjectPerson = "person"
	subjectFamily = "family"
)

// AddFamily stores a new family without members and returns it with its
// identifier. It records no event: bulk callers record one for a chunk, and
// single callers use Register.
func AddFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Family, error) {
	if err := f.Check(); err != nil {
		return f, err
	}
	if f.ID == "" {
		f.ID = id.Family(tx.NewID())
	}
	f.Version, f.CreatedAt, f.UpdatedAt, f.Members = 1, tx.Now, tx.Now, 0
	if err := tx.Insert(ctx, familyTable, string(f.ID), familyValues(f)...); err != nil {
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
	if err := p.Check(); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = id.Person(tx.NewID())
	}
	p.Version, p.CreatedAt, p.UpdatedAt = 1, tx.Now, tx.Now
	if err := tx.Insert(ctx, personTable, string(p.ID), personValues(p)...); err != nil {
		return p, err
	}
	if err := indexName(ctx, tx, p); err != nil {
		return p, err
	}
	if err := addChange(ctx, tx, subjectPerson, string(p.ID), 1, from, nil); err != nil {
		return p, err
	}
	if p.FamilyID == "" {
		return p, nil
	}
	return p, join(ctx, tx, p, civil.Date{}, from.Source)
}

// join writes the membership of p in p.FamilyID and adjusts the family.
func join(ctx context.Context, tx *db.Tx, p Person, since civil.Date, reason string) error {
	err := tx.Insert(ctx, membershipTable, tx.NewID(), string(p.FamilyID), string(p.ID), int(p.Relation), since, nil, reason)
	if err != nil {
		return err
	}
	return resize(ctx, tx, p.FamilyID, p, +1)
}

// resize adds n living members to a family and makes p its head if p is the
// head by relation, or the first member of a family that has none.
func resize(ctx context.Context, tx *db.Tx, family id.Family, p Person, n int) error {
	regency := tx.Actor.Regency()
	f, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE regency = $1 AND id = $2", regency, string(family))
	if err != nil || !found {
		return err
	}
	before := f
	f.Members += n
	if n > 0 && (p.Relation == HeadOfFamily || f.HeadID == "") {
		f.HeadID, f.HeadName = p.ID, p.Name
	}
	_, err = tx.ExecMany(ctx, `UPDATE family SET members_n = $3, head_id = $4, head_name = $5, head_key = $6, updated_at = $7
		WHERE regency = $1 AND id = $2`, regency, string(f.ID), f.Members, string(f.HeadID), f.HeadName, Key(f.HeadName), tx.Now)
	if err != nil {
		return err
	}
	tx.Touch(familyTable, string(f.ID))
	return retally(ctx, tx, before, f)
}

// Household is a whole family as one source delivers it, the head first.
type Household struct {
	Family Family
	People []Person
	Origin Origin
	Rows   []int // row of each person; may be nil
}

// AddHousehold stores a family and its people in one go, without reading
// anything back: the way of the importer. The people get h.Family's village
// unless they have their own.
func AddHousehold(ctx context.Context, tx *db.Tx, h Household) (Household, error) {
	f := h.Family
	f.ID = id.Family(tx.NewID())
	f.Version, f.CreatedAt, f.UpdatedAt, f.Members = 1, tx.Now, tx.Now, len(h.People)
	for i := range h.People {
		p := &h.People[i]
		p.ID, p.FamilyID, p.Version, p.CreatedAt, p.UpdatedAt = id.Person(tx.NewID()), f.ID, 1, tx.Now, tx.Now
		if p.Life == "" {
			p.Life = Alive
		}
		if p.Village == "" {
			p.Village = f.Village
		}
		if f.HeadID == "" || p.Relation == HeadOfFamily {
			f.HeadID, f.HeadName = p.ID, p.Name
		}
	}
	h.Family = f
	if err := f.Check(); err != nil {
		return h, err
	}
	if err := tx.Insert(ctx, familyTable, string(f.ID), familyValues(f)...); err != nil {
		return h, err
	}
	if err := tally(ctx, tx, f, +1); err != nil {
		return h, err
	}
	if err := addChange(ctx, tx, subjectFamily, string(f.ID), 1, h.Origin, nil); err != nil {
		return h, err
	}
	for i, p := range h.People {
		from := h.Origin
		if i < len(h.Rows) {
			from.Row = h.Rows[i]
		}
		if err := addMember(ctx, tx, p, from); err != nil {
			return h, err
		}
	}
	return h, nil
}

func addMember(ctx context.Context, tx *db.Tx, p Person, from Origin) error {
	if err := p.Check(); err != nil {
		return err
	}
	if err := tx.Insert(ctx, personTable, string(p.ID), personValues(p)...); err != nil {
		return err
	}
	if err := indexName(ctx, tx, p); err != nil {
		return err
	}
	err := tx.Insert(ctx, membershipTable, tx.NewID(), string(p.FamilyID), string(p.ID), int(p.Relation), nil, nil, from.Source)
	if err != nil {
		return err
	}
	return addChange(ctx, tx, subjectPerson, string(p.ID), 1, from, nil)
}

func indexName(ctx context.Context, tx *db.Tx, p Person) error {
	for _, w := range distinct(Words(p.Name)) {
		_, err := tx.ExecMany(ctx, "INSERT INTO person_name (regency, word, person_id) VALUES ($1, $2, $3)",
			tx.Actor.Regency(), w, string(p.ID))
		if err != nil {
			return err
		}
	}
	return nil
}

// unindexName removes the words of the name that p had, by key.
func unindexName(ctx context.Context, tx *db.Tx, p Person) error {
	for _, w := range distinct(Words(p.Name)) {
		_, err := tx.ExecMany(ctx, "DELETE FROM person_name WHERE regency = $1 AND word = $2 AND person_id = $3",
			tx.Actor.Regency(), w, string(p.ID))
		if err != nil {
			return err
		}
	}
	return nil
}

// Register stores one family with its people and records the event.
func Register(ctx context.Context, tx *db.Tx, h Household) (Household, error) {
	h, err := AddHousehold(ctx, tx, h)
	if err != nil {
		return h, err
	}
	return h, tx.Record("family.registered", string(h.Family.ID), h.Family.Village,
		map[string]any{"say": []string{h.Family.HeadName}, "members": len(h.People), "source": h.Origin.Source})
}
