package rules

import (
	"math/bits"

	"tepat/internal/civil"
	"tepat/internal/region"
)

// Undecided is the Deciding of a verdict that no single clause settled.
const Undecided = -1

// Verdict is what the rules say about one candidate.
type Verdict struct {
	// Truth: Yes is eligible, No is not, Unknown goes to the review queue.
	Truth Truth
	// Raw is the verdict without the "if_unknown" policies. Where it differs from
	// Truth, a policy and not a fact decided, and the decree must be able to say so.
	Raw Truth
	// Deciding is the index (see Clause and Number) of the outermost clause that
	// settled it: for No the first in written order that fails by fact, or else by
	// policy; for Unknown the first left open; for Yes Undecided, all held.
	Deciding int
	// Open has a bit for every clause whose value is not known and whose outermost
	// clause is therefore open; see Compiled.Open.
	Open uint64
}

// Evaluate judges s on day today, the date of the decree. It allocates nothing.
// A verdict with Raw = Yes or No stays the same whatever the unknown values turn
// out to be (strong Kleene logic is monotone in information).
func (c *Compiled) Evaluate(s *Subject, today civil.Date) Verdict {
	v := Verdict{Truth: Yes, Raw: Yes, Deciding: Undecided}
	byFact, byPolicy, open := Undecided, Undecided, Undecided
	for i := 0; i < len(c.nodes); i = c.nodes[i].end {
		raw, truth := c.judge(i, s, today, &v.Open)
		if c.nodes[i].reject {
			raw, truth = raw.Not(), truth.Not()
		}
		v.Raw, v.Truth = v.Raw.And(raw), v.Truth.And(truth)
		switch {
		case raw == No && byFact == Undecided:
			byFact = i
		case truth == No && byPolicy == Undecided:
			byPolicy = i
		case truth == Unknown && open == Undecided:
			open = i
		}
	}
	switch {
	case v.Truth == Unknown:
		v.Deciding = open
	case v.Truth == No && byFact != Undecided:
		v.Deciding = byFact
	case v.Truth == No:
		v.Deciding = byPolicy
	}
	return v
}

// judge returns the truth of node i without and with the policies for unknown
// values, and marks in open what is not known in it.
func (c *Compiled) judge(i int, s *Subject, today civil.Date, open *uint64) (Truth, Truth) {
	n := &c.nodes[i]
	if n.kind != All && n.kind != Any {
		raw := n.ask(s, today)
		if raw.Known() {
			return raw, raw
		}
		*open |= 1 << i
		return raw, n.assume
	}
	before := *open
	raw, truth := TruthOf(n.kind == All), TruthOf(n.kind == All)
	for j := i + 1; j < n.end; j = c.nodes[j].end {
		r, t := c.judge(j, s, today, open)
		if n.kind == All {
			raw, truth = raw.And(r), truth.And(t)
			continue
		}
		raw, truth = raw.Or(r), truth.Or(t)
	}
	if raw.Known() {
		*open = before // what is unknown inside cannot change this group any more
	}
	return raw, truth
}

// ask puts the question of a single clause.
func (n *node) ask(s *Subject, today civil.Date) Truth {
	switch n.kind {
	case Age:
		return n.aged(s.Birth, s.BirthLast, today)
	case MemberAge:
		return n.memberAged(s.Members, today)
	case Desil:
		if s.DesilState != DesilRanked || s.Desil < 1 || s.Desil > maxDesil {
			return Unknown
		}
		return TruthOf(s.Desil >= n.min && s.Desil <= n.max)
	case Domicile:
		return within(s.Village, n.areas)
	case InDesa:
		return inDesa(s.Village)
	case Alive:
		return s.Alive
	case Receives:
		return n.named(&s.Receives, &s.FamilyReceives)
	case ReceivesNot:
		return n.named(&s.Receives, &s.FamilyReceives).Not()
	case Fact:
		return n.named(&s.Facts, &s.FamilyFacts)
	case FactNot:
		return n.named(&s.Facts, &s.FamilyFacts).Not()
	case Component:
		return s.Components.any(&n.terms)
	case Sex:
		if s.Sex == "" {
			return Unknown
		}
		return TruthOf(s.Sex == n.sex)
	case Head:
		return s.Head
	}
	return Unknown
}

// named asks whether any of the named terms holds in the chosen scope. A family
// without the person's own answer is not answered: were "no" of the family taken
// alone, learning of the person's own receipt would overturn a decided verdict.
func (n *node) named(person, family *Truths) Truth {
	own := person.any(&n.terms)
	if !n.family {
		return own
	}
	return own.Or(family.any(&n.terms))
}

// aged compares the completed years on the clause's day. A birth known only as
// a stretch of days is decided when both ends agree. A birth after the day is an
// error in the data and therefore unknown.
func (n *node) aged(birth, last, today civil.Date) Truth {
	at := n.at
	if at.IsZero() {
		at = today
	}
	oldest := birth.Age(at)
	youngest := oldest
	if !last.IsZero() {
		youngest = last.Age(at)
	}
	switch {
	case oldest < 0 || youngest < 0 || youngest > oldest:
		return Unknown
	case youngest >= n.min && oldest <= n.max:
		return Yes
	case oldest < n.min || youngest > n.max:
		return No
	}
	return Unknown
}

func (n *node) memberAged(members []civil.Date, today civil.Date) Truth {
	if members == nil {
		return Unknown
	}
	t := No
	for _, birth := range members {
		t = t.Or(n.aged(birth, civil.Date{}, today))
	}
	return t
}

// within reports whether a place lies in one of areas. A place known only as
// the kecamatan around a named village is unknown, neither inside nor outside.
func within(place region.Code, areas []region.Code) Truth {
	if place.Level() == region.AnyLevel {
		return Unknown
	}
	t := No
	for _, a := range areas {
		if a.Contains(place) {
			return Yes
		}
		if place.Contains(a) {
			t = Unknown
		}
	}
	return t
}

// inDesa reads the kind digit of a village code: 1 is a kelurahan, 2 a desa, 3 a
// desa adat (Permendagri 72/2019, annex).
func inDesa(village region.Code) Truth {
	if village.Level() != region.Village {
		return Unknown
	}
	return TruthOf(village[6] != '1')
}

// Len returns the number of clauses and groups.
func (c *Compiled) Len() int { return len(c.nodes) }

// Clause returns the clause with index i, as in Verdict.Deciding.
func (c *Compiled) Clause(i int) *Clause { return c.nodes[i].clause }

// Number returns the printed number of clause i: "3", or "3b" inside a group.
func (c *Compiled) Number(i int) string { return c.nodes[i].number }

// Open lists the indices of the clauses that a verdict left open, in written
// order: what has to be found out.
func (c *Compiled) Open(v Verdict) []int {
	var out []int
	for m := v.Open; m != 0; m &= m - 1 {
		out = append(out, bits.TrailingZeros64(m))
	}
	return out
}
