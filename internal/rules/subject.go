package rules

import (
	"tepat/internal/civil"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// DesilState says why a desil is or is not there. Registered but not yet ranked
// is not the same as never seen by the registry; neither is desil 0.
type DesilState uint8

// The states of a desil. The zero value is the careful one.
const (
	DesilAbsent   DesilState = iota // not found in the registry
	DesilUnranked                   // found, not ranked yet
	DesilRanked                     // Subject.Desil holds 1..10
)

// Subject is what one candidate brings: values only, no pointers but two
// slices, so a loop over a regency fills one and evaluates it again and again
// without allocating. The zero value knows nothing.
type Subject struct {
	Birth      civil.Date // zero: unknown
	BirthLast  civil.Date // zero: Birth is exact; else the birth lies in Birth..BirthLast
	Desil      int        // meaningful when DesilState is DesilRanked
	DesilState DesilState
	Village    region.Code // may be coarser than a village; empty: unknown
	Alive      Truth
	Sex        nik.Sex // empty: unknown
	Head       Truth   // is the head of the family
	// Receives holds, per programme of the vocabulary, whether the person
	// receives it in the period that the caller loaded; FamilyReceives the same
	// for the family. A clause about the family joins both, so fill both.
	Receives       Truths
	FamilyReceives Truths
	Facts          Truths
	FamilyFacts    Truths
	Components     Truths
	// Members are the birth dates of all members, a zero Date where unknown. nil
	// means that the family is not known.
	Members []civil.Date
}

// MaxTerms bounds each list of a Vocabulary.
const MaxTerms = 128

// Truths holds one Truth per term of a vocabulary in 32 bytes. The zero value
// is Unknown throughout.
type Truths struct{ yes, no mask }

type mask [MaxTerms / 64]uint64

func (m *mask) set(i int) { m[i>>6] |= 1 << (i & 63) }

// Set states t for term i. An index outside the vocabulary, as returned for an
// unknown code, is ignored: no rule can ask for it.
func (s *Truths) Set(i int, t Truth) {
	if i < 0 || i >= MaxTerms {
		return
	}
	w, bit := i>>6, uint64(1)<<(i&63)
	s.yes[w] &^= bit
	s.no[w] &^= bit
	switch t {
	case Yes:
		s.yes[w] |= bit
	case No:
		s.no[w] |= bit
	}
}

// At returns what is stated for term i; Unknown outside the vocabulary.
func (s *Truths) At(i int) Truth {
	if i < 0 || i >= MaxTerms {
		return Unknown
	}
	w, bit := i>>6, uint64(1)<<(i&63)
	switch {
	case s.yes[w]&bit != 0:
		return Yes
	case s.no[w]&bit != 0:
		return No
	}
	return Unknown
}

// Fill states t for the first n terms: what a complete source says about
// everything it does not list.
func (s *Truths) Fill(n int, t Truth) {
	for i := range min(n, MaxTerms) {
		s.Set(i, t)
	}
}

// any is the Kleene disjunction over the terms in m.
func (s *Truths) any(m *mask) Truth {
	known := true
	for w := range m {
		if s.yes[w]&m[w] != 0 {
			return Yes
		}
		known = known && s.no[w]&m[w] == m[w]
	}
	if known {
		return No
	}
	return Unknown
}

// Term is one word of a vocabulary with its names for people.
type Term struct {
	Code   string
	NameID string // Indonesian; empty: Code is shown
	NameEN string // English; empty: NameID
}

// Vocabulary lists the programmes, fact kinds and components that rules may
// name, at most MaxTerms each. The position in the list is the index in Truths.
type Vocabulary struct {
	Programs   []Term
	Facts      []Term
	Components []Term
	// Area names an area for people; nil or "" shows the code.
	Area func(region.Code) string
}

// Program returns the index of a programme, -1 when it is unknown.
func (v *Vocabulary) Program(code string) int { return find(v.Programs, code) }

// Fact returns the index of a fact kind, -1 when it is unknown.
func (v *Vocabulary) Fact(code string) int { return find(v.Facts, code) }

// Component returns the index of a component, -1 when it is unknown.
func (v *Vocabulary) Component(code string) int { return find(v.Components, code) }

func find(terms []Term, code string) int {
	for i := range terms {
		if terms[i].Code == code {
			return i
		}
	}
	return -1
}
