package registry

import (
	"context"
	"encoding/json"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// UndoBatch takes out what a batch put in: people and families it created are
// removed, fields it changed get their former values. It refuses when somebody
// changed one of the records afterwards, naming the first; the caller adds
// what else may depend on them. It returns how many records it touched and
// records no event.
func UndoBatch(ctx context.Context, tx *db.Tx, batch id.Batch) (int, error) {
	type row struct {
		kind, subject, fields string
		version               int
	}
	rows, err := db.All(ctx, tx, func(r *row) []any { return []any{&r.kind, &r.subject, &r.version, &r.fields} },
		`SELECT subject_kind, subject_id, version, fields FROM change WHERE regency = $1 AND batch_id = $2 AND batch_id <> '' ORDER BY id DESC`,
		tx.Actor.Regency(), string(batch))
	if err != nil {
		return 0, err
	}
	from := Origin{Source: "undo", Reason: "undo"}
	restored := map[string]int{} // version of what this undo itself put back
	for _, r := range rows {
		if v, ok := restored[r.subject]; ok {
			r.version = v
		}
		restored[r.subject] = r.version + 1
		if r.fields == "" {
			err = remove(ctx, tx, r.kind, r.subject, r.version)
		} else {
			err = restore(ctx, tx, r.kind, r.subject, r.version, r.fields, from)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

func remove(ctx context.Context, tx *db.Tx, kind, subject string, version int) error {
	if kind == subjectFamily {
		return removeFamily(ctx, tx, subject, version)
	}
	p, found, err := db.One(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person p WHERE p.regency = $1 AND p.id = $2", tx.Actor.Regency(), subject)
	if err != nil || !found {
		return err
	}
	if p.Version != version {
		return fault.NewConflict("registry.undo_changed", p.Name)
	}
	if err := unindexName(ctx, tx, p); err != nil {
		return err
	}
	members, err := db.All(ctx, tx, db.Self[string], "SELECT id FROM membership WHERE regency = $1 AND person_id = $2", tx.Actor.Regency(), subject)
	if err != nil {
		return err
	}
	tx.Touch(membershipTable, members...)
	if _, err := tx.ExecMany(ctx, "DELETE FROM membership WHERE regency = $1 AND person_id = $2", tx.Actor.Regency(), subject); err != nil {
		return err
	}
	tx.Touch(personTable, subject)
	if _, err := tx.ExecMany(ctx, "DELETE FROM person WHERE regency = $1 AND id = $2", tx.Actor.Regency(), subject); err != nil {
		return dependent(err, p.Name)
	}
	if p.FamilyID == "" {
		return nil
	}
	return resize(ctx, tx, p.FamilyID, p, -1)
}

func removeFamily(ctx context.Context, tx *db.Tx, subject string, version int) error {
	f, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE f.regency = $1 AND f.id = $2", tx.Actor.Regency(), subject)
	if err != nil || !found {
		return err
	}
	if f.Version != version {
		return fault.NewConflict("registry.undo_changed", f.HeadName)
	}
	tx.Touch(familyTable, subject)
	if _, err := tx.ExecMany(ctx, "DELETE FROM family WHERE regency = $1 AND id = $2", tx.Actor.Regency(), subject); err != nil {
		return dependent(err, f.HeadName)
	}
	return tally(ctx, tx, f, -1)
}

func dependent(err error, name string) error {
	if db.IsForeign(err) {
		return fault.NewConflict("registry.undo_in_use", name).Because(err)
	}
	return err
}

func restore(ctx context.Context, tx *db.Tx, kind, subject string, version int, fields string, from Origin) error {
	var d Diff
	if err := json.Unmarshal([]byte(fields), &d); err != nil {
		return err
	}
	if kind == subjectFamily {
		f, found, err := db.One(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM family f WHERE f.regency = $1 AND f.id = $2", tx.Actor.Regency(), subject)
		if err != nil || !found {
			return err
		}
		if f.Version != version {
			return fault.NewConflict("registry.undo_changed", f.HeadName)
		}
		if err := d.revertFamily(&f); err != nil {
			return err
		}
		_, err = ChangeFamily(ctx, tx, f, from)
		return err
	}
	p, found, err := db.One(ctx, tx, scanPerson, "SELECT "+personColumns+" FROM person p WHERE p.regency = $1 AND p.id = $2", tx.Actor.Regency(), subject)
	if err != nil || !found {
		return err
	}
	if p.Version != version {
		return fault.NewConflict("registry.undo_changed", p.Name)
	}
	if err := d.revertPerson(&p); err != nil {
		return err
	}
	_, err = ChangePerson(ctx, tx, p, from)
	return err
}

// revertPerson puts the old values of d back into p.
func (d Diff) revertPerson(p *Person) error {
	for field, v := range d {
		var err error
		switch field {
		case "nik":
			p.NIK = nik.NIK(v[0])
		case "name":
			p.Name = v[0]
		case "sex":
			p.Sex = nik.Sex(v[0])
		case "birth_on":
			p.BirthOn, err = civil.Parse(v[0])
		case "birth_precision":
			p.BirthPrecision = Precision(v[0])
		case "birth_place":
			p.BirthPlace = v[0]
		case "mother_name":
			p.MotherName = v[0]
		case "occupation":
			p.Occupation = v[0]
		case "life":
			p.Life = Life(v[0])
		case "life_on":
			p.LifeOn, err = civil.Parse(v[0])
		case "village":
			p.Village = region.Code(v[0])
		case "family_id":
			p.FamilyID = id.Family(v[0])
		case "relation":
			p.Relation = Relation(atoi(v[0]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// revertFamily puts the old values of d back into f.
func (d Diff) revertFamily(f *Family) error {
	for field, v := range d {
		var err error
		switch field {
		case "kk":
			f.KK = nik.KK(v[0])
		case "address":
			f.Address = v[0]
		case "rt":
			f.RT = v[0]
		case "rw":
			f.RW = v[0]
		case "hamlet":
			f.Hamlet = v[0]
		case "village":
			f.Village = region.Code(v[0])
		case "desil":
			f.Desil = atoi(v[0])
		case "rank_regency":
			f.RankRegency = atoi(v[0])
		case "ranked_on":
			f.RankedOn, err = civil.Parse(v[0])
		case "receives":
			f.Receives = v[0]
		case "review":
			f.Review = Review(v[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
