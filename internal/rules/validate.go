package rules

import (
	"slices"

	"tepat/internal/fault"
	"tepat/internal/nik"
)

const (
	maxDepth = 2  // groups within groups; deeper, and no official can read it
	maxNodes = 64 // clauses and groups together; Verdict.Open has one bit for each
	maxAge   = 150
	maxDesil = 10
	maxBasis = 500 // characters
	maxID    = 40
)

// The fields a kind may fill. ID, Kind and Basis belong to all.
type param uint16

const (
	pRange param = 1 << iota
	pAt
	pAreas
	pPrograms
	pFacts
	pScope
	pComponents
	pSex
	pUnknown
	pClauses
)

var allowed = map[Kind]param{
	Age:         pRange | pAt | pUnknown,
	MemberAge:   pRange | pAt | pUnknown,
	Desil:       pRange | pUnknown,
	Domicile:    pAreas | pUnknown,
	InDesa:      pUnknown,
	Alive:       pUnknown,
	Receives:    pPrograms | pScope | pUnknown,
	ReceivesNot: pPrograms | pScope | pUnknown,
	Fact:        pFacts | pScope | pUnknown,
	FactNot:     pFacts | pScope | pUnknown,
	Component:   pComponents | pUnknown,
	Sex:         pSex | pUnknown,
	Head:        pUnknown,
	All:         pClauses,
	Any:         pClauses,
}

// params returns the fields that c fills.
func (c *Clause) params() param {
	var p param
	set := func(filled bool, q param) {
		if filled {
			p |= q
		}
	}
	set(c.Min != nil || c.Max != nil, pRange)
	set(!c.At.IsZero(), pAt)
	set(c.Areas != nil, pAreas)
	set(c.Programs != nil || c.Except != nil, pPrograms)
	set(c.Facts != nil, pFacts)
	set(c.Scope != "", pScope)
	set(c.Components != nil, pComponents)
	set(c.Sex != "", pSex)
	set(c.IfUnknown != "", pUnknown)
	set(c.Clauses != nil, pClauses)
	return p
}

// Validate returns the first of Problems, or nil.
func (rs *RuleSet) Validate() error {
	if p := rs.Problems(); len(p) > 0 {
		return p[0]
	}
	return nil
}

// Problems returns everything that keeps rs from being used, in the order of
// the clauses. Field of each fault is the clause's id. Whether the programmes
// and facts exist is known only to Compile.
func (rs *RuleSet) Problems() []*fault.Fault {
	v := validator{ids: map[string]bool{}}
	if rs.Format != 0 && rs.Format != Format {
		v.report("", "rules.format", rs.Format, Format)
	}
	if rs.Unit != Person && rs.Unit != Family {
		v.report("", "rules.unit")
	}
	if len(rs.Require) == 0 {
		v.report("", "rules.empty")
	}
	v.list(rs.Require, 0)
	v.list(rs.Reject, 0)
	if v.nodes > maxNodes {
		v.report("", "rules.too_many", v.nodes, maxNodes)
	}
	if len(v.found) == 0 {
		v.contradictions(rs)
	}
	return v.found
}

type validator struct {
	found []*fault.Fault
	ids   map[string]bool
	nodes int
}

func (v *validator) report(id, key string, args ...any) {
	v.found = append(v.found, fault.NewInvalid(key, args...).At(id))
}

func (v *validator) list(clauses []Clause, depth int) {
	for i := range clauses {
		v.clause(&clauses[i], depth)
	}
}

func (v *validator) clause(c *Clause, depth int) {
	v.nodes++
	v.identity(c)
	may, known := allowed[c.Kind]
	if !known {
		v.report(c.ID, "rules.unknown_kind", c.ID, string(c.Kind))
		return
	}
	if c.params()&^may != 0 {
		v.report(c.ID, "rules.foreign_field", c.ID, string(c.Kind))
	}
	switch c.IfUnknown {
	case "", Review, Pass, Fail:
	default:
		v.report(c.ID, "rules.if_unknown", c.ID)
	}
	if len([]rune(c.Basis)) > maxBasis {
		v.report(c.ID, "rules.basis_long", c.ID, maxBasis)
	}
	if c.group() {
		v.grouping(c, depth)
		return
	}
	v.leaf(c)
}

func (v *validator) identity(c *Clause) {
	if !validID(c.ID) {
		v.report(c.ID, "rules.id", c.ID, maxID)
		return
	}
	if v.ids[c.ID] {
		v.report(c.ID, "rules.id_twice", c.ID)
	}
	v.ids[c.ID] = true
}

func validID(id string) bool {
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

func (v *validator) grouping(c *Clause, depth int) {
	if depth == maxDepth {
		v.report(c.ID, "rules.too_deep", maxDepth)
		return
	}
	if len(c.Clauses) == 0 {
		v.report(c.ID, "rules.group_empty", c.ID)
	}
	v.list(c.Clauses, depth+1)
}

func (v *validator) leaf(c *Clause) {
	switch c.Kind {
	case Age, MemberAge:
		v.limits(c, 0, maxAge, "rules.age_range")
		if !c.At.IsZero() && !c.At.Valid() {
			v.report(c.ID, "rules.at", c.ID)
		}
	case Desil:
		v.limits(c, 1, maxDesil, "rules.desil_range")
	case Domicile:
		v.areas(c)
	case Receives, ReceivesNot:
		v.programs(c)
		v.scope(c)
	case Fact, FactNot:
		v.codes(c, c.Facts)
		v.scope(c)
	case Component:
		v.codes(c, c.Components)
	case Sex:
		if c.Sex != nik.Male && c.Sex != nik.Female {
			v.report(c.ID, "rules.sex", c.ID)
		}
	}
}

func (v *validator) limits(c *Clause, low, high int, key string) {
	if c.Min == nil && c.Max == nil {
		v.report(c.ID, "rules.no_limit", c.ID)
		return
	}
	lo, hi := c.limits(low, high)
	if lo < low || lo > high || hi < low || hi > high {
		v.report(c.ID, key, c.ID, low, high)
		return
	}
	if lo > hi {
		v.report(c.ID, "rules.min_above_max", c.ID, lo, hi)
	}
}

// limits returns Min and Max with the given defaults for open ends.
func (c *Clause) limits(low, high int) (int, int) {
	if c.Min != nil {
		low = *c.Min
	}
	if c.Max != nil {
		high = *c.Max
	}
	return low, high
}

func (v *validator) areas(c *Clause) {
	if len(c.Areas) == 0 {
		v.report(c.ID, "rules.area_empty", c.ID)
	}
	for _, a := range c.Areas {
		if !a.Valid() {
			v.report(c.ID, "rules.area", c.ID, string(a))
		}
	}
}

func (v *validator) programs(c *Clause) {
	v.codes(c, c.Programs)
	star := slices.Contains(c.Programs, AnyProgram)
	if star && len(c.Programs) > 1 || !star && len(c.Except) > 0 {
		v.report(c.ID, "rules.any_program", c.ID)
	}
	if len(c.Except) > 0 {
		v.codes(c, c.Except)
	}
}

func (v *validator) codes(c *Clause, codes []string) {
	if len(codes) == 0 {
		v.report(c.ID, "rules.nothing_named", c.ID)
	}
	for i, code := range codes {
		if code == "" || slices.Contains(codes[:i], code) {
			v.report(c.ID, "rules.code", c.ID, code)
		}
	}
}

func (v *validator) scope(c *Clause) {
	if c.Scope != ScopePerson && c.Scope != ScopeFamily {
		v.report(c.ID, "rules.scope", c.ID)
	}
}
