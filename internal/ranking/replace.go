package ranking

import (
	"slices"

	"tepat/internal/fault"
	"tepat/internal/region"
)

// Replace takes the dropped candidates (dead, moved, refused) out and gives each
// place to the reserve, in order of rank on both sides. Where the one who left
// brings an area under its floor, the first reserve from that area goes before
// the others. A reserve that does not fit the budget is not passed over: the
// places stay open. r itself is not changed. It fails when an ID is not in the
// list (NotFound) or was dropped before (Conflict).
func (r *Result) Replace(dropped []string) (*Result, error) {
	next := *r
	next.Places = slices.Clone(r.Places)
	next.Floors = slices.Clone(r.Floors)
	next.Replacements = slices.Clone(r.Replacements)
	vacant, err := next.drop(dropped)
	if err != nil {
		return nil, err
	}
	if ids := slices.Compact(slices.Sorted(slices.Values(dropped))); len(ids) > 0 {
		next.drops = append(slices.Clone(r.drops), ids)
	}
	next.refill(vacant)
	return &next, nil
}

// drop marks the dropped and returns the indices of those who were in, by rank.
func (r *Result) drop(dropped []string) ([]int, error) {
	wanted := make(map[string]bool, len(dropped))
	for _, id := range dropped {
		wanted[id] = true
	}
	var vacant []int
	found := 0
	for i := range r.Places {
		p := &r.Places[i]
		if !wanted[p.ID] {
			continue
		}
		found++
		switch p.State {
		case Out:
			return nil, fault.NewConflict("ranking.dropped_before", p.Rank)
		case In:
			vacant = append(vacant, i)
			r.In--
			r.Spent -= p.Cost
		}
		p.State = Out
	}
	if found != len(wanted) {
		return nil, fault.NewNotFound("ranking.not_in_list", len(wanted)-found)
	}
	return vacant, nil
}

// refill gives the vacant places to the reserve.
func (r *Result) refill(vacant []int) {
	tree := newFloorTree(r.Spec.Floors)
	w := waiting{r: r, tree: tree, index: tree.index(), have: r.inFloors(tree)}
	for i := range r.Places {
		if r.Places[i].State == Reserve {
			w.line = append(w.line, i)
		}
	}
	for _, v := range vacant {
		r.Replacements = append(r.Replacements, Replacement{Dropped: r.Places[v].Rank, By: w.promote(v)})
	}
	for i, f := range r.Spec.Floors {
		r.Floors[i].In = w.have[slices.Index(tree.floors, f)]
	}
}

// waiting is the reserve while places are given to it.
type waiting struct {
	r     *Result
	tree  floorTree
	index areaIndex
	have  []int // who is in, per floor of the tree
	line  []int // indices of the reserve, in order
	shut  bool  // the next one does not fit the budget
}

// promote gives the place of v to the reserve and returns the rank of who took
// it, 0 when it stays open.
func (w *waiting) promote(v int) int {
	if len(w.line) == 0 || w.shut {
		return 0
	}
	at, area := w.successor(v)
	p := &w.r.Places[w.line[at]]
	if w.r.Spec.Budget > 0 && p.Cost > w.r.Spec.Budget-w.r.Spent {
		w.shut = true
		return 0
	}
	w.line = slices.Delete(w.line, at, at+1)
	p.State, p.Replaces, p.Floor = In, w.r.Places[v].Rank, area
	w.r.In++
	w.r.Spent += p.Cost
	for f := w.index.innermost(p.Village); f >= 0; f = w.tree.around[f] {
		w.have[f]++
	}
	return p.Rank
}

// successor returns the position in line of who takes the place of v: the first
// from the innermost area that v leaves under its floor, with that area when he
// goes before others, or else the first.
func (w *waiting) successor(v int) (int, region.Code) {
	for f := w.index.innermost(w.r.Places[v].Village); f >= 0; f = w.tree.around[f] {
		area := w.tree.floors[f].Area
		if w.have[f] >= w.tree.floors[f].Min {
			continue
		}
		at := slices.IndexFunc(w.line, func(i int) bool { return area.Contains(w.r.Places[i].Village) })
		if at == 0 {
			return 0, ""
		}
		if at > 0 {
			return at, area
		}
	}
	return 0, ""
}
