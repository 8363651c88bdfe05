package rules

import (
	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// Compiled is a rule set ready to judge many candidates. It is immutable and
// safe for concurrent use.
type Compiled struct {
	unit    Unit
	nodes   []node // preorder: Require, then Reject
	require int    // nodes before this index belong to Require
	vocab   Vocabulary
}

// node is one clause or group, flattened.
type node struct {
	clause *Clause
	kind   Kind
	end    int    // index after the last node inside this one
	reject bool   // stands in Reject: Yes is bad for the candidate
	depth  int    // groups around it
	number string // "3" or "3b", as printed
	assume Truth  // what Unknown becomes; Unknown: review
	min    int
	max    int
	at     civil.Date
	areas  []region.Code
	terms  mask
	family bool
	sex    nik.Sex
}

// Compile checks rs against itself and against the vocabulary and prepares it.
// It fails with the first of rs.Problems, or with rules.unknown_program,
// rules.unknown_fact, rules.unknown_component or rules.vocabulary. The clauses
// of rs are kept, not copied: rs must not be changed afterwards.
func Compile(rs RuleSet, v Vocabulary) (*Compiled, error) {
	if err := rs.Validate(); err != nil {
		return nil, err
	}
	if max(len(v.Programs), len(v.Facts), len(v.Components)) > MaxTerms {
		return nil, fault.NewInvalid("rules.vocabulary", MaxTerms)
	}
	c := &Compiled{unit: rs.Unit, vocab: v}
	if err := c.add(rs.Require, false, 0); err != nil {
		return nil, err
	}
	c.require = len(c.nodes)
	if err := c.add(rs.Reject, true, 0); err != nil {
		return nil, err
	}
	c.numbers()
	return c, nil
}

func (c *Compiled) add(list []Clause, reject bool, depth int) error {
	for i := range list {
		n, err := c.node(&list[i], reject, depth)
		if err != nil {
			return err
		}
		at := len(c.nodes)
		c.nodes = append(c.nodes, n)
		if err := c.add(n.clause.Clauses, reject, depth+1); err != nil {
			return err
		}
		c.nodes[at].end = len(c.nodes)
	}
	return nil
}

func (c *Compiled) node(cl *Clause, reject bool, depth int) (node, error) {
	n := node{clause: cl, kind: cl.Kind, reject: reject, depth: depth, at: cl.At,
		areas: cl.Areas, family: cl.Scope == ScopeFamily, sex: cl.Sex, assume: assumption(cl.IfUnknown, reject)}
	n.min, n.max = cl.limits(0, maxAge)
	var err error
	switch cl.Kind {
	case Receives, ReceivesNot:
		n.terms, err = c.programs(cl)
	case Fact, FactNot:
		n.terms, err = terms(cl, cl.Facts, c.vocab.Facts, "rules.unknown_fact")
	case Component:
		n.terms, err = terms(cl, cl.Components, c.vocab.Components, "rules.unknown_component")
	}
	return n, err
}

// assumption turns "pass" and "fail", which speak about the candidate, into the
// truth of the clause.
func assumption(u IfUnknown, reject bool) Truth {
	t := Unknown
	switch u {
	case Pass:
		t = Yes
	case Fail:
		t = No
	}
	if reject {
		return t.Not()
	}
	return t
}

func (c *Compiled) programs(cl *Clause) (mask, error) {
	if cl.Programs[0] != AnyProgram {
		return terms(cl, cl.Programs, c.vocab.Programs, "rules.unknown_program")
	}
	except, err := terms(cl, cl.Except, c.vocab.Programs, "rules.unknown_program")
	if err != nil {
		return mask{}, err
	}
	var m mask
	for i := range c.vocab.Programs {
		m.set(i)
	}
	for w := range m {
		m[w] &^= except[w]
	}
	return m, nil
}

func terms(cl *Clause, codes []string, vocab []Term, key string) (mask, error) {
	var m mask
	for _, code := range codes {
		i := find(vocab, code)
		if i < 0 {
			return mask{}, fault.NewInvalid(key, cl.ID, code).At(cl.ID)
		}
		m.set(i)
	}
	return m, nil
}
