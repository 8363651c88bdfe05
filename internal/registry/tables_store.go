package registry

import (
	"tepat/internal/db"
)

// Column lists, once per table, beside the pointers that fill them.
var (
	personTable = db.NewTable("person", "nik", "name", "name_key", "sex", "birth_on", "birth_precision", "birth_place",
		"mother_name", "occupation", "life", "life_on", "village", "family_id", "relation", "version", "created_at", "updated_at")
	familyTable = db.NewTable("family", "kk", "head_id", "head_name", "head_key", "address", "rt", "rw", "hamlet", "village",
		"desil", "rank_regency", "ranked_on", "members_n", "receives", "review", "version", "created_at", "updated_at")
	membershipTable = db.NewTable("membership", "family_id", "person_id", "relation", "from_on", "until_on", "reason")
	formerTable     = db.NewTable("former_number", "kind", "number", "subject_id", "until_at", "source")
	changeTable     = db.NewTable("change", "subject_kind", "subject_id", "version", "at", "actor_id", "actor_name",
		"source", "batch_id", "row_n", "reason", "fields")
)

// Tables lists the sealed tables of the registry, for the verifier.
func Tables() []*db.Table {
	return []*db.Table{personTable, familyTable, membershipTable, formerTable, changeTable}
}

// Both lists are read from "person p" and "family f".
const personColumns = `p.id, p.nik, p.name, p.sex, p.birth_on, p.birth_precision, p.birth_place, p.mother_name, p.occupation,
	p.life, p.life_on, p.village, COALESCE(p.family_id, ''), p.relation, p.version, p.created_at, p.updated_at`

func scanPerson(p *Person) []any {
	return []any{&p.ID, &p.NIK, &p.Name, &p.Sex, &p.BirthOn, &p.BirthPrecision, &p.BirthPlace, &p.MotherName, &p.Occupation,
		&p.Life, &p.LifeOn, &p.Village, &p.FamilyID, &p.Relation, &p.Version, &p.CreatedAt, &p.UpdatedAt}
}

func personValues(p Person) []any {
	return []any{p.NIK.Reveal(), p.Name, Key(p.Name), string(p.Sex), p.BirthOn, string(p.BirthPrecision), p.BirthPlace,
		p.MotherName, p.Occupation, string(p.Life), p.LifeOn, string(p.Village), textOrNull(string(p.FamilyID)),
		int(p.Relation), p.Version, p.CreatedAt, p.UpdatedAt}
}

const familyColumns = `f.id, f.kk, f.head_id, f.head_name, f.address, f.rt, f.rw, f.hamlet, f.village, COALESCE(f.desil, 0),
	COALESCE(f.rank_regency, 0), f.ranked_on, f.members_n, f.receives, f.review, f.version, f.created_at, f.updated_at`

func scanFamily(f *Family) []any {
	return []any{&f.ID, &f.KK, &f.HeadID, &f.HeadName, &f.Address, &f.RT, &f.RW, &f.Hamlet, &f.Village, &f.Desil,
		&f.RankRegency, &f.RankedOn, &f.Members, &f.Receives, &f.Review, &f.Version, &f.CreatedAt, &f.UpdatedAt}
}

func familyValues(f Family) []any {
	return []any{f.KK.Reveal(), string(f.HeadID), f.HeadName, Key(f.HeadName), f.Address, f.RT, f.RW, f.Hamlet, string(f.Village),
		intOrNull(f.Desil), intOrNull(f.RankRegency), f.RankedOn, f.Members, f.Receives, string(f.Review), f.Version, f.CreatedAt, f.UpdatedAt}
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func intOrNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
