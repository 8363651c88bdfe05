package ranking

import (
	"tepat/internal/money"
	"tepat/internal/region"
)

// Candidate is one eligible person or family.
type Candidate struct {
	ID   string  // id.Person, id.Family or the like; 1..64 printable ASCII characters, never a NIK
	Keys []int64 // one value per Spec.Keys
	// Missing has bit i set when the value of key i is not known; Keys[i] is then
	// not looked at.
	Missing uint64
	Village region.Code  // for the floors; empty: unknown, counts for no floor
	Cost    money.Rupiah // what this candidate takes from the budget
}

// State is where a candidate stands.
type State string

// The four states. Out comes only from Replace.
const (
	In      State = "in"
	Reserve State = "reserve"
	Below   State = "below"
	Out     State = "out"
)

// What settled the order between a place and the one above it, when it was no key.
const (
	ByDraw  = -1 // all keys equal: the public draw
	Topmost = -2 // nobody is above
)

// Place is one line of the list.
type Place struct {
	Candidate
	Rank      int // 1, 2, … in the order of the rule; floors and quota do not change it
	State     State
	ReserveNo int         // 1, 2, … for who is or was on the reserve list; else 0
	DecidedBy int         // index in Spec.Keys of what put this place after the one above; ByDraw; Topmost
	TiedWith  int         // how many others have all keys equal, so that only the draw parts them
	Floor     region.Code // in only because of the floor of this area
	Displaced bool        // would be in if there were no floors
	Replaces  int         // rank of the one whose place was taken over; else 0
}

// Unranked reports whether the first key is missing: "belum berperingkat".
func (p *Place) Unranked() bool { return p.Missing&1 != 0 }

// Limit says what drew the line.
type Limit string

// The limits.
const (
	NoLimit     Limit = "" // everybody is in
	QuotaLimit  Limit = "quota"
	BudgetLimit Limit = "budget"
)

// FloorResult says what became of a floor.
type FloorResult struct {
	Floor
	Candidates int // in the area
	In         int // of these, in
}

// Met reports whether the floor holds, or every candidate of the area is in.
func (f FloorResult) Met() bool { return f.In >= min(f.Min, f.Candidates) }

// Replacement says who took whose place. By is 0 while the place stays open.
type Replacement struct {
	Dropped int // rank
	By      int // rank
}

// Result is a whole ranking. It is not changed after it was made.
type Result struct {
	Spec   Spec
	Places []Place // by Rank
	In     int     // places given
	Spent  money.Rupiah
	// Line is the quota line: everybody from rank 1 to Line is in by order, and
	// whoever is in below it owes it to a floor or a replacement.
	Line         int
	Limit        Limit
	Floors       []FloorResult // in the order of Spec.Floors
	Unplaced     int           // candidates without a village, who count for no floor
	Replacements []Replacement
	drops        [][]string // arguments of every Replace, for Canonical
}

// Tied returns the first and the last rank of those whose first n keys equal
// those of the given rank: the bracket "skor sama" on the screen. Both are 0
// when there is no such rank.
func (r *Result) Tied(rank, n int) (int, int) {
	if rank < 1 || rank > len(r.Places) {
		return 0, 0
	}
	n = min(n, len(r.Spec.Keys))
	same := func(i int) bool {
		_, by := compare(&r.Spec, &r.Places[rank-1].Candidate, &r.Places[i].Candidate)
		return by == ByDraw || by >= n
	}
	first, last := rank-1, rank-1
	for first > 0 && same(first-1) {
		first--
	}
	for last < len(r.Places)-1 && same(last+1) {
		last++
	}
	return first + 1, last + 1
}
