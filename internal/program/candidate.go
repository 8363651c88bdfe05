package program

import (
	"strings"

	"tepat/internal/civil"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// CandidateID identifies a row of a list of candidates.
type CandidateID string

// CandidateState is what became of a candidate in the village's validation.
type CandidateState string

// The states. Listed waits for an answer.
const (
	Listed CandidateState = "listed"
	Kept   CandidateState = "kept"
	Gone   CandidateState = "left"
)

// Candidate is one row of a list that was sent for a programme. Two rows may
// name the same family; the ranking lets only the first of them in.
type Candidate struct {
	ID       CandidateID
	Program  id.Program
	Family   id.Family
	Person   id.Person // whom the row names
	Key      string    // the list's own number of the row, which answers repeat; may be empty
	Listed   string    // the name as the list writes it
	Village  region.Code
	ListedNo int // in the list, from 1
	State    CandidateState
	Reason   string     // why he left, in the village's word
	Note     string     // what the minutes say beside it
	Answered civil.Date // day of the village meeting
	Answer   id.Batch   // who said so
	AnswerN  int        // row of Answer
	Batch    id.Batch
	Row      int
	Version  int
	Name     string // of the person in the registry

	joined bool // Person or Family speaks for the record that the list named
}

// cleanReason keeps reasons comparable, so that they can be counted.
func cleanReason(text string) string { return strings.ToUpper(strings.Join(strings.Fields(text), " ")) }

// claim hands the rows of a validation to candidates. A family may stand in the
// list twice, so each candidate takes one answer.
type claim struct {
	byKey    map[string][]*Candidate
	byPerson map[id.Person][]*Candidate
	byFamily map[id.Family][]*Candidate
	byName   map[nameAt][]*Candidate
	taken    map[CandidateID]bool
}

type nameAt struct {
	key     string
	village region.Code
}

func newClaim(list []Candidate) *claim {
	c := &claim{map[string][]*Candidate{}, map[id.Person][]*Candidate{}, map[id.Family][]*Candidate{}, map[nameAt][]*Candidate{}, map[CandidateID]bool{}}
	for i := range list {
		x := &list[i]
		if x.Key != "" {
			c.byKey[x.Key] = append(c.byKey[x.Key], x)
		}
		c.byPerson[x.Person] = append(c.byPerson[x.Person], x)
		c.byFamily[x.Family] = append(c.byFamily[x.Family], x)
		n := nameAt{registry.Key(x.Listed), x.Village}
		c.byName[n] = append(c.byName[n], x)
	}
	return c
}

// answer is what a row of a validation says about whom.
type answer struct {
	key     string
	person  id.Person
	family  id.Family
	name    string
	village region.Code
}

// find returns the candidate that a is about: the one with the list's own
// number, else the one whose person, family or name and village it gives, and
// among several the one whose listed name is written alike. It returns nil when
// there is none.
func (c *claim) find(a answer) *Candidate {
	lists := [][]*Candidate{c.byKey[a.key]}
	if a.person != "" {
		lists = append(lists, c.byPerson[a.person])
	}
	if a.family != "" {
		lists = append(lists, c.byFamily[a.family])
	}
	lists = append(lists, c.byName[nameAt{registry.Key(a.name), a.village}])
	for _, list := range lists {
		if x := c.pick(list, a.name); x != nil {
			return x
		}
	}
	return nil
}

// pick prefers the name written alike, then who has no answer yet.
func (c *claim) pick(list []*Candidate, name string) *Candidate {
	var best *Candidate
	score := -1
	for _, x := range list {
		if c.taken[x.ID] {
			continue
		}
		n := 0
		if sameText(x.Listed, name) {
			n += 2
		}
		if x.State == Listed {
			n++
		}
		if n > score {
			best, score = x, n
		}
	}
	return best
}

func sameText(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
