package program

import (
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// world is everything that is known when a programme is judged.
type world struct {
	vocab rules.Vocabulary
	known *evidence.Known
	// own are the receipts that the regency's own signed decrees establish, by
	// index in vocab.Programs.
	ownPerson map[id.Person][]int
	ownFamily map[id.Family][]int
	ownCount  int // the first programmes of vocab are our own, and known to the last recipient

	silentReceives rules.Truths // what silence means, per programme
	silentFacts    rules.Truths
	births         []civil.Date // reused
	living         []soul       // reused
}

// settle works out what silence of each source means: where a list was taken
// in, who is not on it does not receive; where none was, nobody knows.
func (w *world) settle() {
	for i, term := range w.vocab.Programs {
		w.silentReceives.Set(i, rules.Unknown)
		if i < w.ownCount || w.known.Programs[term.Code] {
			w.silentReceives.Set(i, rules.No)
		}
	}
	for i, f := range factNames {
		w.silentFacts.Set(i, evidence.Silent.Truth(w.known.Listed[f.kind]))
	}
}

// subject fills s for one person of home h (-1 for none). Every source is
// asked for the person and for the whole family; what nobody knows stays
// Unknown.
func (w *world) subject(c *census, at, h int32, s *rules.Subject) {
	p := &c.souls[at]
	members := c.members(h)
	*s = rules.Subject{Birth: p.birth, BirthLast: p.last, Village: p.village, Alive: w.alive(p), Sex: p.sex,
		Head: rules.TruthOf(p.relation == registry.HeadOfFamily)}
	if p.life == registry.Moved {
		s.Village = elsewhere
	}
	if p.relation == 0 {
		s.Head = rules.Unknown
	}
	s.Facts = w.facts(p)
	s.Receives = w.receives(w.known.PersonReceives[p.id], w.ownPerson[p.id])
	if h < 0 {
		return
	}
	f := &c.homes[h]
	if p.id == f.head {
		s.Head = rules.Yes
	}
	switch {
	case f.desil > 0:
		s.DesilState, s.Desil = rules.DesilRanked, f.desil
	case f.ranked:
		s.DesilState = rules.DesilUnranked
	}
	s.FamilyFacts = w.familyFacts(members)
	s.FamilyReceives = w.receives(w.known.FamilyReceives[f.id], w.ownFamily[f.id])
	w.births = w.births[:0]
	for i := range members {
		if members[i].present() {
			w.births = append(w.births, members[i].birth)
		}
	}
	s.Members = w.births
}

// alive joins the registry with a death that is stated but not yet settled: the
// first is an answer, the second only a doubt.
func (w *world) alive(p *soul) rules.Truth {
	if p.life == registry.Dead {
		return rules.No
	}
	switch w.known.People[p.id].Of(evidence.Death) {
	case evidence.Stated, evidence.Found:
		return rules.Unknown
	}
	return rules.Yes
}

func (w *world) facts(p *soul) rules.Truths {
	t := w.silentFacts
	if said, ok := w.known.People[p.id]; ok {
		for i, f := range factNames {
			t.Set(i, said.Of(f.kind).Truth(w.known.Listed[f.kind]))
		}
	}
	switch p.life {
	case registry.Dead:
		t.Set(w.vocab.Fact(string(evidence.Death)), rules.Yes)
	case registry.Moved:
		t.Set(w.vocab.Fact(string(evidence.Left)), rules.Yes)
	}
	return t
}

// familyFacts is the disjunction over the members. Most families have nothing
// said about anybody, and then silence is the answer.
func (w *world) familyFacts(members []soul) rules.Truths {
	quiet := true
	for i := range members {
		if _, said := w.known.People[members[i].id]; said || !members[i].present() {
			quiet = false
			break
		}
	}
	if quiet {
		return w.silentFacts
	}
	var out rules.Truths
	out.Fill(len(factNames), rules.No)
	for i := range members {
		t := w.facts(&members[i])
		for k := range factNames {
			out.Set(k, out.At(k).Or(t.At(k)))
		}
	}
	return out
}

func (w *world) receives(codes string, own []int) rules.Truths {
	t := w.silentReceives
	if codes != "" {
		for code := range strings.FieldsSeq(codes) {
			t.Set(w.vocab.Program(code), rules.Yes)
		}
	}
	for _, i := range own {
		t.Set(i, rules.Yes)
	}
	return t
}

// waits reports whether something is stated about a member that people have not
// settled.
func (w *world) waits(members []soul) bool {
	for i := range members {
		if said, ok := w.known.People[members[i].id]; ok && slices.Contains(said[:], evidence.Stated) {
			return true
		}
	}
	return false
}

// present returns the members who still live in the regency, reused.
func (w *world) present(members []soul) []soul {
	w.living = w.living[:0]
	for i := range members {
		if members[i].present() {
			w.living = append(w.living, members[i])
		}
	}
	return w.living
}
