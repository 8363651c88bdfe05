package program

import (
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/ranking"
	"tepat/internal/region"
)

// RankingState is where a ranking stands.
type RankingState string

// A ranking is final once a decree was proposed from it.
const (
	RankingDraft RankingState = "draft"
	RankingFinal RankingState = "final"
)

// PlaceState is where a subject stands in a ranking.
type PlaceState string

// The states of a line. Unknown is the queue "perlu ditinjau": something that
// decides is not known, and nobody may assume it.
const (
	PlaceIn         PlaceState = "in"
	PlaceReserve    PlaceState = "reserve"
	PlaceBelow      PlaceState = "below"
	PlaceIneligible PlaceState = "ineligible"
	PlaceUnknown    PlaceState = "unknown"
)

// PlaceStates lists the states in the order of the list.
func PlaceStates() []PlaceState {
	return []PlaceState{PlaceIn, PlaceReserve, PlaceBelow, PlaceUnknown, PlaceIneligible}
}

// Counts tells how the subjects of a ranking came out.
type Counts struct {
	Subjects, In, Reserve, Below, Ineligible, Unknown int
}

// AddUp reports whether everybody who was judged stands somewhere.
func (c Counts) AddUp() bool {
	return c.Subjects == c.In+c.Reserve+c.Below+c.Ineligible+c.Unknown
}

// Eligible is everybody who meets the rules, with or without a place.
func (c Counts) Eligible() int { return c.In + c.Reserve + c.Below }

// Of returns the count of one state.
func (c Counts) Of(s PlaceState) int {
	switch s {
	case PlaceIn:
		return c.In
	case PlaceReserve:
		return c.Reserve
	case PlaceBelow:
		return c.Below
	case PlaceIneligible:
		return c.Ineligible
	case PlaceUnknown:
		return c.Unknown
	}
	return 0
}

func (c *Counts) add(s PlaceState, n int) {
	c.Subjects += n
	switch s {
	case PlaceIn:
		c.In += n
	case PlaceReserve:
		c.Reserve += n
	case PlaceBelow:
		c.Below += n
	case PlaceIneligible:
		c.Ineligible += n
	case PlaceUnknown:
		c.Unknown += n
	}
}

// Ranking is one run of a rule version over its candidates, kept as it was.
type Ranking struct {
	ID           id.Ranking
	Program      id.Program
	RuleVersion  id.Version
	AsOf         civil.Date // the day that ages count on
	State        RankingState
	RulesDigest  string
	InputsDigest string // over everything that was known of every subject
	ResultDigest string // over the whole list; see ranking.Result.Digest
	Seed         string
	Counts       Counts
	Spent        money.Rupiah
	Line         int // rank of the last who is in by order
	Limit        ranking.Limit
	MadeBy       id.User
	MadeAt       db.Time
	Version      int
}

// Line is one subject of a ranking.
type Line struct {
	ID        string
	Ranking   id.Ranking
	Place     int // rank, from 1; 0 for who is not eligible
	State     PlaceState
	Person    id.Person
	Family    id.Family
	Village   region.Code
	ListedNo  int // place in the list that was sent; 0: none
	Reason    int // number of a Reason of the same ranking
	Policy    bool
	Keys      []int64
	Missing   uint64
	Cost      money.Rupiah
	ReserveNo int
	DecidedBy int
	TiedWith  int
	Name      string // of the person
	Members   int    // of the family
	Text      [2]string
	Clause    string
}

// Reason is one way to come out of a ranking, and how many did.
type Reason struct {
	No     int
	State  PlaceState // eligible lines share one reason under PlaceIn
	Clause string     // printed number of the deciding clause; "" for none
	Text   [2]string  // Indonesian, English
	N      int
}

// In returns the text of the reason in lang.
func (r Reason) In(lang string) string { return inLang(r.Text, lang) }

// Why returns the reason of the line in lang.
func (l Line) Why(lang string) string { return inLang(l.Text, lang) }

func inLang(text [2]string, lang string) string {
	if lang == "en" {
		return text[1]
	}
	return text[0]
}
