package ranking

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"tepat/internal/fault"
)

// Draw is the public draw for one candidate: SHA-256 over the bytes of the seed
// followed directly by the bytes of the candidate's ID. The smaller value, read
// as a big number, goes first. Anybody can repeat it with
// printf '%s%s' SEED ID | sha256sum.
func Draw(seed, candidate string) [sha256.Size]byte {
	return sha256.Sum256([]byte(seed + candidate))
}

// Rank orders candidates by spec, draws the line and fills the reserve. The
// result does not depend on the order of the input. It fails when the spec or a
// candidate is not usable; positions in faults count from 1.
func Rank(spec Spec, candidates []Candidate) (*Result, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if spec.Format == 0 {
		spec.Format = Format
	}
	if err := checkCandidates(&spec, candidates); err != nil {
		return nil, err
	}
	tickets := draw(&spec, candidates)
	if i := repeated(tickets, candidates); i > 0 {
		return nil, fault.NewInvalid("ranking.candidate_twice", i)
	}
	r := &Result{Spec: spec, Places: order(&spec, candidates, tickets)}
	r.explainOrder()
	r.cut()
	return r, nil
}

func checkCandidates(spec *Spec, candidates []Candidate) error {
	for i := range candidates {
		c := &candidates[i]
		switch {
		case !validCandidateID(c.ID):
			return fault.NewInvalid("ranking.candidate_id", i+1)
		case len(c.Keys) != len(spec.Keys):
			return fault.NewInvalid("ranking.candidate_keys", i+1, len(c.Keys), len(spec.Keys))
		case c.Missing>>len(spec.Keys) != 0:
			return fault.NewInvalid("ranking.candidate_missing", i+1)
		case c.Cost < 0:
			return fault.NewInvalid("ranking.candidate_cost", i+1)
		case c.Village != "" && !c.Village.Valid():
			return fault.NewInvalid("ranking.candidate_village", i+1)
		}
	}
	return refuseMissing(spec, candidates)
}

func validCandidateID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

func refuseMissing(spec *Spec, candidates []Candidate) error {
	for k, key := range spec.Keys {
		if key.Missing != MissingRefuse {
			continue
		}
		n := 0
		for i := range candidates {
			n += int(candidates[i].Missing >> k & 1)
		}
		if n > 0 {
			return fault.NewInvalid("ranking.missing_refused", key.Name, n).At("keys")
		}
	}
	return nil
}

// ticket is what sorting moves around: the first key and the start of the draw
// settle nearly every comparison without touching the candidate.
type ticket struct {
	first   int64 // first key, turned so that small goes first
	draw    uint64
	index   int32
	missing bool
}

// draw makes a ticket for every candidate.
func draw(spec *Spec, candidates []Candidate) []ticket {
	tickets := make([]ticket, len(candidates))
	buf := append(make([]byte, 0, len(spec.Seed)+maxID), spec.Seed...)
	for i := range candidates {
		c := &candidates[i]
		sum := sha256.Sum256(append(buf, c.ID...)) // the same bytes as Draw, without its allocation
		t := ticket{draw: binary.BigEndian.Uint64(sum[:8]), index: int32(i)}
		if len(spec.Keys) > 0 {
			t.missing = c.Missing&1 != 0
			if !t.missing {
				t.first = turned(spec.Keys[0].Order, c.Keys[0])
			}
		}
		tickets[i] = t
	}
	return tickets
}

// repeated returns the position, from 1, of a candidate whose ID came before, or
// 0. Equal IDs have equal draws, so sorting the draws spares a table of all IDs.
func repeated(tickets []ticket, candidates []Candidate) int {
	draws := make([]uint64, len(tickets))
	for i, t := range tickets {
		draws[i] = t.draw
	}
	slices.Sort(draws)
	if len(slices.Compact(draws)) == len(tickets) {
		return 0
	}
	seen := make(map[string]bool, len(candidates))
	for i := range candidates {
		if seen[candidates[i].ID] {
			return i + 1
		}
		seen[candidates[i].ID] = true
	}
	return 0
}

func order(spec *Spec, candidates []Candidate, tickets []ticket) []Place {
	slices.SortFunc(tickets, func(a, b ticket) int {
		if a.missing != b.missing {
			return missingLast(a.missing)
		}
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return settle(spec, candidates, a, b)
	})
	places := make([]Place, len(tickets))
	for i, t := range tickets {
		places[i] = Place{Candidate: candidates[t.index], Rank: i + 1}
	}
	return places
}

// settle compares two tickets whose first keys are equal.
func settle(spec *Spec, candidates []Candidate, a, b ticket) int {
	ca, cb := &candidates[a.index], &candidates[b.index]
	if len(spec.Keys) > 1 {
		if o, by := compare(spec, ca, cb); by != ByDraw {
			return o
		}
	}
	if a.draw != b.draw {
		return cmp.Compare(a.draw, b.draw)
	}
	da, db := Draw(spec.Seed, ca.ID), Draw(spec.Seed, cb.ID)
	return cmp.Or(bytes.Compare(da[:], db[:]), cmp.Compare(ca.ID, cb.ID))
}

// turned maps v so that small goes first in either direction. The bitwise
// complement reverses the order of all int64 without overflow.
func turned(d Direction, v int64) int64 {
	if d == Descending {
		return ^v
	}
	return v
}

func missingLast(aMissing bool) int {
	if aMissing {
		return 1
	}
	return -1
}

// compare orders two candidates by the keys alone and says which key settled
// it; 0 and ByDraw when none does.
func compare(spec *Spec, a, b *Candidate) (int, int) {
	for k := range spec.Keys {
		ma, mb := a.Missing>>k&1 != 0, b.Missing>>k&1 != 0
		if ma != mb {
			return missingLast(ma), k
		}
		if ma || a.Keys[k] == b.Keys[k] {
			continue
		}
		return cmp.Compare(turned(spec.Keys[k].Order, a.Keys[k]), turned(spec.Keys[k].Order, b.Keys[k])), k
	}
	return 0, ByDraw
}

// explainOrder fills DecidedBy and TiedWith.
func (r *Result) explainOrder() {
	start := 0
	for i := range r.Places {
		r.Places[i].DecidedBy = Topmost
		if i > 0 {
			_, r.Places[i].DecidedBy = compare(&r.Spec, &r.Places[i-1].Candidate, &r.Places[i].Candidate)
		}
		if r.Places[i].DecidedBy != ByDraw {
			r.tie(start, i)
			start = i
		}
	}
	r.tie(start, len(r.Places))
}

func (r *Result) tie(from, to int) {
	for i := from; i < to; i++ {
		r.Places[i].TiedWith = to - from - 1
	}
}
