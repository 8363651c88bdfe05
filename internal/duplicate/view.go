package duplicate

import (
	"cmp"
	"slices"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// View is everything that people weigh about one suspicion.
type View struct {
	ID            id.Suspicion
	Kind          Kind
	State         State
	Zone          Zone
	Version       int
	Village       region.Code
	Score, Max    float64
	Likely        float64 // where the zones Likely and Certain begin, in bits
	Certain       float64
	Headline      Say
	For, Against  []Say
	Fields        []FieldView
	A, B          Side
	Impact        Impact
	Monthly       money.Rupiah
	Stakes        []Say
	Plan          []Say
	Second        bool // another person must confirm "same"
	Row           *RowPlace
	Group         []Member
	Verdict       Verdict
	Reason, Note  string
	Follow        Then
	JudgedBy      id.User
	JudgedName    string
	JudgedAt      db.Time
	ConfirmedBy   id.User
	ConfirmedName string
	ConfirmedAt   db.Time
	Undoable      bool // by the reader
	Steps         []Step
	Lock          Lock
	Merge         id.Merge // of a pair that was merged
	ModelNo       int
	Stale         bool // a record changed since the search; scored anew
}

// Side is one of the two.
type Side struct {
	Person  id.Person // "" for a row
	Family  id.Family
	Name    string
	Origin  Say
	Aid     []Aid
	Monthly money.Rupiah
	Members []string
	Life    registry.Life
	Keeps   bool // this record stays when they are merged
}

// RowPlace is where the row of a suspicion stands.
type RowPlace struct {
	Batch   id.Batch
	File    string
	N       int
	Source  string
	Program string
	MayAdd  bool // the file goes into the registry: the row can make a person
}

// Member is another suspicion of the cluster.
type Member struct {
	ID           id.Suspicion
	NameA, NameB string
	State        State
	Score        float64
}

// Step is what somebody did about a suspicion; "duplicate.deed.<deed>".
type Step struct {
	Deed         string
	Reason, Note string
	At           db.Time
	Name         string
}

// tellingFor and tellingAgainst are from which weight a field is a reason worth
// a sentence.
const (
	tellingFor     = 2.0
	tellingAgainst = -1.0
	maxReasons     = 3
)

// argue turns the lines into the sentences of the headline: the strongest
// reasons, and everything that speaks against.
func (v *View) argue() {
	byWeight := slices.Clone(v.Fields)
	slices.SortStableFunc(byWeight, func(a, b FieldView) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, f := range byWeight {
		if f.Weight >= tellingFor && len(v.For) < maxReasons {
			v.For = append(v.For, say("for."+f.Key+"."+string(f.Match)))
		}
	}
	for _, f := range v.Fields {
		switch {
		case f.Key == "members" && f.Match == Agrees, f.Key == "members" && f.Match == Alike:
			v.For = append(v.For, f.Word)
		case f.Weight <= tellingAgainst && f.Match != Absent:
			v.Against = append(v.Against, say("against."+f.Key))
		}
	}
	v.Headline = say("headline." + string(v.Zone))
}

// foresee says what follows from "same".
func (v *View) foresee(barred barred) {
	if v.Impact == BothSides {
		if v.Monthly > 0 {
			v.Stakes = append(v.Stakes, say("stake.twice", v.Monthly))
		} else {
			v.Stakes = append(v.Stakes, say("stake.both"))
		}
		for _, a := range v.A.Aid {
			if slices.ContainsFunc(v.B.Aid, func(b Aid) bool { return b.Program == a.Program }) {
				v.Stakes = append(v.Stakes, say("stake.one_program", a.Program))
			}
		}
		if x, y, ok := barred.between(v.A.Aid, v.B.Aid); ok {
			v.Stakes = append(v.Stakes, say("stake.barred", x, y))
		}
	}
	switch {
	case v.Kind == Row:
		v.Plan = append(v.Plan, say("plan.row", v.A.Name))
	case v.A.Keeps:
		v.Plan = append(v.Plan, say("plan.keep_a"))
	default:
		v.Plan = append(v.Plan, say("plan.keep_b"))
	}
	if v.Kind == Pair {
		v.Plan = append(v.Plan, say("plan.follow"))
	}
	if v.Impact > NoAid {
		v.Plan = append(v.Plan, say("plan.aid"))
	}
	if v.Second {
		v.Plan = append(v.Plan, say("plan.second"))
	} else {
		v.Plan = append(v.Plan, say("plan.alone"))
	}
}
