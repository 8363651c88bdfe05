package registry

import (
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Precision says how much of a birth date is known.
type Precision string

// A date known to the day is the normal case. Conventional days (1 July for
// "day and month unknown", the 15th for "day unknown") are kept as Year and
// Month, so that they count as little evidence (domain brief §1.1).
const (
	ByDay   Precision = "day"
	ByMonth Precision = "month"
	ByYear  Precision = "year"
	NoBirth Precision = ""
)

// Life is the state of a person as the registry believes it.
type Life string

// A person is alive until a decided case says otherwise.
const (
	Alive Life = "alive"
	Dead  Life = "dead"
	Moved Life = "moved" // left the regency
)

// Relation is the relation to the head of the family, SHDK in SIAK's own code
// system (1 kepala keluarga … 11 lainnya; domain brief §1.3). 0 is unknown.
// DTKS and Regsosek number the same words differently: never map by number.
type Relation int

// The relations the rules ask about.
const (
	HeadOfFamily Relation = 1
	Husband      Relation = 2
	Wife         Relation = 3
	Child        Relation = 4
)

// Valid reports whether r is 0 (unknown) or a SIAK code.
func (r Relation) Valid() bool { return r >= 0 && r <= 11 }

// Person is the golden record of one human being. Empty text and zero values
// mean "not known".
type Person struct {
	ID             id.Person
	NIK            nik.NIK
	Name           string // as the source of truth writes it, capitals kept
	Sex            nik.Sex
	BirthOn        civil.Date
	BirthPrecision Precision
	BirthPlace     string
	MotherName     string
	Occupation     string
	Life           Life
	LifeOn         civil.Date  // day of death or move
	Village        region.Code // domicile
	FamilyID       id.Family   // current family, "" for none
	Relation       Relation
	MergedInto     id.Person // who speaks for this record since a merge; "" for itself
	Version        int
	CreatedAt      db.Time
	UpdatedAt      db.Time
}

// Check reports the first thing that makes p impossible to store.
func (p Person) Check() error {
	switch {
	case p.Name == "":
		return fault.NewInvalid("registry.name_missing").At("name")
	case len(p.Name) > 200:
		return fault.NewInvalid("registry.name_long").At("name")
	case p.Village.Level() != region.Village:
		return fault.NewInvalid("registry.village_missing").At("village")
	case !p.BirthOn.IsZero() && !p.BirthOn.Valid():
		return fault.NewInvalid("registry.birth_impossible").At("birth_on")
	case !p.Relation.Valid():
		return fault.NewInvalid("registry.relation_unknown").At("relation")
	}
	return nil
}

// Family is the golden record of one family (keluarga), known by its card
// number as long as it keeps that card.
type Family struct {
	ID          id.Family
	KK          nik.KK
	HeadID      id.Person
	HeadName    string
	Address     string
	RT, RW      string
	Hamlet      string // dusun or lingkungan
	Village     region.Code
	Desil       int // 1–10; 0 is "belum berperingkat", which is not a rank
	RankRegency int // peringkat_kab_kota, from 1; 0 is unranked
	RankedOn    civil.Date
	Members     int
	Receives    string // programme codes, sorted, separated by spaces; kept by evidence
	Review      Review
	MergedInto  id.Family // which family speaks for this record since a merge; "" for itself
	Version     int
	CreatedAt   db.Time
	UpdatedAt   db.Time
}

// Review says whether a validation case about a member is open.
type Review string

// A family is clear until evidence opens a case.
const (
	ReviewClear Review = ""
	ReviewOpen  Review = "open"
)

// Check reports the first thing that makes f impossible to store.
func (f Family) Check() error {
	switch {
	case f.Village.Level() != region.Village:
		return fault.NewInvalid("registry.village_missing").At("village")
	case f.Desil < 0 || f.Desil > 10:
		return fault.NewInvalid("registry.desil_range", f.Desil).At("desil")
	case f.RankRegency < 0:
		return fault.NewInvalid("registry.rank_range").At("rank_regency")
	}
	return nil
}

// Membership says that a person belonged to a family from one day until
// another; an unknown From means "since before we knew", an unknown Until "still".
type Membership struct {
	ID       id.Membership
	FamilyID id.Family
	PersonID id.Person
	Relation Relation
	From     civil.Date
	Until    civil.Date
	Reason   string
}

// Origin says where a value comes from: the sender, and for files the batch
// and row. Reason is what the person who typed it said.
type Origin struct {
	Source string // "dukcapil", "dtsen", "manual", …
	Batch  id.Batch
	Row    int
	Reason string
}
