package rules

import (
	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Kind names what a clause asks. The words are stored and never change meaning.
type Kind string

// The kinds of clause. In a rule set for families, age, sex and alive ask about
// the head of the family.
const (
	Age         Kind = "age"          // completed years within Min..Max on the day At
	MemberAge   Kind = "member_age"   // some member of the family is within Min..Max years
	Desil       Kind = "desil"        // national desil within Min..Max
	Domicile    Kind = "domicile"     // lives in one of Areas
	InDesa      Kind = "in_desa"      // lives in a desa, which has a village fund, not a kelurahan
	Alive       Kind = "alive"        // not dead
	Receives    Kind = "receives"     // receives at least one of Programs
	ReceivesNot Kind = "not_receives" // receives none of Programs
	Fact        Kind = "fact"         // at least one of Facts is stated
	FactNot     Kind = "not_fact"     // none of Facts is stated (pensioner, ASN, …)
	Component   Kind = "component"    // has at least one of Components (PKH)
	Sex         Kind = "sex"          // is of sex Sex
	Head        Kind = "head"         // is the head of the family
	All         Kind = "all"          // every one of Clauses
	Any         Kind = "any"          // at least one of Clauses
)

// AnyProgram in Programs stands for every programme of the vocabulary that is
// not in Except. The programme itself belongs in Except, or nobody who already
// receives it can be decreed again.
const AnyProgram = "*"

// Scope says whose receipts or facts count. It has no default: the office must
// choose, because Natuna's published text left it open.
type Scope string

// The two scopes.
const (
	ScopePerson Scope = "person"
	ScopeFamily Scope = "family"
)

// IfUnknown says what happens when the value a clause needs is not known.
type IfUnknown string

// The empty IfUnknown means Review. Pass and Fail speak about the candidate: in
// a reject clause, Pass means "not rejected".
const (
	Review IfUnknown = "review"
	Pass   IfUnknown = "pass"
	Fail   IfUnknown = "fail"
)

// Clause is one condition as data. Which fields a kind uses is the table in
// validate.go; any other filled field is refused.
type Clause struct {
	ID         string        `json:"id"` // stable: a–z, 0–9, - and _, at most 40
	Kind       Kind          `json:"kind"`
	Min        *int          `json:"min,omitempty"` // inclusive
	Max        *int          `json:"max,omitempty"` // inclusive
	At         civil.Date    `json:"at,omitzero"`   // age counts on this day; zero: the day of the decree
	Areas      []region.Code `json:"areas,omitempty"`
	Programs   []string      `json:"programs,omitempty"`
	Except     []string      `json:"except,omitempty"` // only beside AnyProgram
	Facts      []string      `json:"facts,omitempty"`
	Scope      Scope         `json:"scope,omitempty"`
	Components []string      `json:"components,omitempty"`
	Sex        nik.Sex       `json:"sex,omitempty"`
	IfUnknown  IfUnknown     `json:"if_unknown,omitempty"`
	Basis      string        `json:"basis,omitempty"` // legal basis, free text
	Clauses    []Clause      `json:"clauses,omitempty"`
}

// group reports whether c joins other clauses.
func (c *Clause) group() bool { return c.Kind == All || c.Kind == Any }
