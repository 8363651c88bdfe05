package registry

import (
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// People and families field by field. These two lists are the only place in
// this package that knows columns by name: the statements, the diff of a
// change and its way back follow from them. Their order is part of the seals
// of stored rows.
var (
	people = newRecord("person", func(p *Person) any { return &p.ID }, []field[Person]{
		digits("nik", func(p *Person) *nik.NIK { return &p.NIK }),
		text("name", func(p *Person) *string { return &p.Name }),
		derived("name_key", func(p *Person) any { return Key(p.Name) }),
		text("sex", func(p *Person) *nik.Sex { return &p.Sex }),
		date("birth_on", func(p *Person) *civil.Date { return &p.BirthOn }),
		text("birth_precision", func(p *Person) *Precision { return &p.BirthPrecision }),
		text("birth_place", func(p *Person) *string { return &p.BirthPlace }),
		text("mother_name", func(p *Person) *string { return &p.MotherName }),
		text("occupation", func(p *Person) *string { return &p.Occupation }),
		text("life", func(p *Person) *Life { return &p.Life }),
		date("life_on", func(p *Person) *civil.Date { return &p.LifeOn }),
		text("village", func(p *Person) *region.Code { return &p.Village }),
		text("family_id", func(p *Person) *id.Family { return &p.FamilyID }).orNull("''"),
		number("relation", func(p *Person) *Relation { return &p.Relation }),
		text("merged_into", func(p *Person) *id.Person { return &p.MergedInto }),
		number("version", func(p *Person) *int { return &p.Version }).kept(),
		moment("created_at", func(p *Person) *db.Time { return &p.CreatedAt }),
		moment("updated_at", func(p *Person) *db.Time { return &p.UpdatedAt }),
	})
	families = newRecord("family", func(f *Family) any { return &f.ID }, []field[Family]{
		digits("kk", func(f *Family) *nik.KK { return &f.KK }),
		text("head_id", func(f *Family) *id.Person { return &f.HeadID }).kept(),
		text("head_name", func(f *Family) *string { return &f.HeadName }).kept(),
		derived("head_key", func(f *Family) any { return Key(f.HeadName) }).kept(),
		text("address", func(f *Family) *string { return &f.Address }),
		text("rt", func(f *Family) *string { return &f.RT }),
		text("rw", func(f *Family) *string { return &f.RW }),
		text("hamlet", func(f *Family) *string { return &f.Hamlet }),
		text("village", func(f *Family) *region.Code { return &f.Village }),
		number("desil", func(f *Family) *int { return &f.Desil }).orNull("0"),
		number("rank_regency", func(f *Family) *int { return &f.RankRegency }).orNull("0"),
		date("ranked_on", func(f *Family) *civil.Date { return &f.RankedOn }),
		number("members_n", func(f *Family) *int { return &f.Members }).kept(),
		text("receives", func(f *Family) *string { return &f.Receives }).kept(),
		text("review", func(f *Family) *Review { return &f.Review }).kept(),
		text("merged_into", func(f *Family) *id.Family { return &f.MergedInto }),
		number("version", func(f *Family) *int { return &f.Version }).kept(),
		moment("created_at", func(f *Family) *db.Time { return &f.CreatedAt }),
		moment("updated_at", func(f *Family) *db.Time { return &f.UpdatedAt }),
	})
)
