package registry

import (
	"context"
	"encoding/json"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// Change is one entry of the provenance of a person or family.
type Change struct {
	ID      string
	Kind    string // "person" or "family"
	Subject string
	Version int
	At      db.Time
	Actor   string
	Origin
	Fields Diff // nil for a creation
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

// ChangePerson stores p over the version it was read at. Nothing changed is
// no error and writes nothing (the returned Diff is empty). Somebody else's
// change in between is a Conflict. It records no event; EditPerson does.
func ChangePerson(ctx context.Context, tx *db.Tx, p Person, from Origin) (Diff, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	regency := tx.Actor.Regency()
	old, found, err := db.One(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person p WHERE regency = $1 AND id = $2", regency, string(p.ID))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NewNotFound("registry.person_gone")
	}
	d := personDiff(old, p)
	if len(d) == 0 {
		return d, nil
	}
	n, err := tx.ExecMany(ctx, `UPDATE person SET nik = $4, name = $5, name_key = $6, sex = $7, birth_on = $8, birth_precision = $9,
		birth_place = $10, mother_name = $11, occupation = $12, life = $13, life_on = $14, village = $15, family_id = $16,
		relation = $17, version = version + 1, updated_at = $18 WHERE regency = $1 AND id = $2 AND version = $3`,
		append([]any{regency, string(p.ID), p.Version}, append(personValues(p)[:14:14], tx.Now)...)...)
	if err != nil {
		return nil, uniqueNumber(err)
	}
	if n == 0 {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.Name)
	}
	tx.Touch(personTable, string(p.ID))
	if err := followPerson(ctx, tx, old, p, from); err != nil {
		return nil, err
	}
	return d, addChange(ctx, tx, subjectPerson, string(p.ID), p.Version+1, from, d)
}

// followPerson keeps what hangs on a person in step: former NIK, name index,
// head of family, memberships.
func followPerson(ctx context.Context, tx *db.Tx, old, p Person, from Origin) error {
	if old.NIK != p.NIK && old.NIK != "" {
		if err := keepNumber(ctx, tx, "nik", old.NIK.Reveal(), string(p.ID), from.Source); err != nil {
			return err
		}
	}
	if old.Name != p.Name {
		if err := unindexName(ctx, tx, old); err != nil {
			return err
		}
		if err := indexName(ctx, tx, p); err != nil {
			return err
		}
		if err := renameHead(ctx, tx, p); err != nil {
			return err
		}
	}
	if old.FamilyID == p.FamilyID {
		return nil
	}
	return moveFamily(ctx, tx, old, p, from)
}

func renameHead(ctx context.Context, tx *db.Tx, p Person) error {
	n, err := tx.Exec(ctx, "UPDATE family SET head_name = $3, head_key = $4, updated_at = $5 WHERE regency = $1 AND id = $6 AND head_id = $2",
		tx.Actor.Regency(), string(p.ID), p.Name, Key(p.Name), tx.Now, string(p.FamilyID))
	if err != nil || n == 0 {
		return err
	}
	tx.Touch(familyTable, string(p.FamilyID))
	return nil
}

func moveFamily(ctx context.Context, tx *db.Tx, old, p Person, from Origin) error {
	regency := tx.Actor.Regency()
	today := civil.Of(tx.Now.Std())
	if old.FamilyID != "" {
		ids, err := db.All(ctx, tx, db.Self[string], `SELECT id FROM membership
			WHERE regency = $1 AND person_id = $2 AND family_id = $3 AND until_on IS NULL`, regency, string(p.ID), string(old.FamilyID))
		if err != nil {
			return err
		}
		for _, m := range ids {
			if _, err := tx.Exec(ctx, "UPDATE membership SET until_on = $3, reason = $4 WHERE regency = $1 AND id = $2",
				regency, m, today, from.Reason); err != nil {
				return err
			}
		}
		tx.Touch(membershipTable, ids...)
		if err := resize(ctx, tx, old.FamilyID, old, -1); err != nil {
			return err
		}
	}
	if p.FamilyID == "" {
		return nil
	}
	return join(ctx, tx, p, today, from.Source)
}

// ChangeFamily is ChangePerson for families. HeadID, HeadName and Members
// follow from the people and are not changed here.
func ChangeFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Diff, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	regency := tx.Actor.Regency()
	old, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE regency = $1 AND id = $2", regency, string(f.ID))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NewNotFound("registry.family_gone")
	}
	d := familyDiff(old, f)
	if len(d) == 0 {
		return d, nil
	}
	n, err := tx.ExecMany(ctx, `UPDATE family SET kk = $4, address = $5, rt = $6, rw = $7, hamlet = $8, village = $9, desil = $10,
		rank_regency = $11, ranked_on = $12, receives = $13, review = $14, version = version + 1, updated_at = $15
		WHERE regency = $1 AND id = $2 AND version = $3`, regency, string(f.ID), f.Version, f.KK.Reveal(), f.Address, f.RT, f.RW, f.Hamlet,
		string(f.Village), intOrNull(f.Desil), intOrNull(f.RankRegency), f.RankedOn, f.Receives, string(f.Review), tx.Now)
	if err != nil {
		return nil, uniqueNumber(err)
	}
	if n == 0 {
		return nil, fault.NewConflict("registry.changed_meanwhile", old.HeadName)
	}
	tx.Touch(familyTable, string(f.ID))
	if old.KK != f.KK && old.KK != "" {
		if err := keepNumber(ctx, tx, "kk", old.KK.Reveal(), string(f.ID), from.Source); err != nil {
			return nil, err
		}
	}
	f.Members = old.Members
	if err := retally(ctx, tx, old, f); err != nil {
		return nil, err
	}
	return d, addChange(ctx, tx, subjectFamily, string(f.ID), f.Version+1, from, d)
}

func keepNumber(ctx context.Context, tx *db.Tx, kind, number, subject, source string) error {
	return tx.Insert(ctx, formerTable, tx.NewID(), kind, number, subject, tx.Now, source)
}

func uniqueNumber(err error) error {
	if db.IsUnique(err) {
		return fault.NewConflict("registry.number_taken").Because(err)
	}
	return err
}

// EditPerson is ChangePerson as a command of its own, with its event. The
// event holds the names of the fields, not their values.
func EditPerson(ctx context.Context, tx *db.Tx, p Person, from Origin) (Diff, error) {
	d, err := ChangePerson(ctx, tx, p, from)
	if err != nil {
		return nil, err
	}
	if len(d) == 0 {
		tx.Unchanged()
		return d, nil
	}
	return d, tx.Record("person.changed", string(p.ID), p.Village,
		map[string]any{"say": []string{p.Name}, "fields": d.names(), "source": from.Source, "reason": from.Reason})
}

// EditFamily is ChangeFamily as a command of its own, with its event.
func EditFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Diff, error) {
	d, err := ChangeFamily(ctx, tx, f, from)
	if err != nil {
		return nil, err
	}
	if len(d) == 0 {
		tx.Unchanged()
		return d, nil
	}
	return d, tx.Record("family.changed", string(f.ID), f.Village,
		map[string]any{"say": []string{f.HeadName}, "fields": d.names(), "source": from.Source, "reason": from.Reason})
}

// SetStanding writes what evidence knows about a family: the programmes it
// receives and whether a case is open. It returns whether anything changed.
func SetStanding(ctx context.Context, tx *db.Tx, family id.Family, receives string, review Review, from Origin) (bool, error) {
	f, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), string(family))
	if err != nil || !found || (f.Receives == receives && f.Review == review) {
		return false, err
	}
	f.Receives, f.Review = receives, review
	_, err = ChangeFamily(ctx, tx, f, from)
	return err == nil, err
}

// SetLife writes the outcome of a decided case: dead or moved on a day, or
// alive again ("hidupkan"). It records no event; the case does.
func SetLife(ctx context.Context, tx *db.Tx, person id.Person, life Life, on civil.Date, from Origin) error {
	p, found, err := db.One(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person p WHERE regency = $1 AND id = $2",
		tx.Actor.Regency(), string(person))
	if err != nil {
		return err
	}
	if !found {
		return fault.NewNotFound("registry.person_gone")
	}
	p.Life, p.LifeOn = life, on
	_, err = ChangePerson(ctx, tx, p, from)
	return err
}
