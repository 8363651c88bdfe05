package ranking

import "slices"

// cut draws the line. Floors take their places first, each the best of its area
// and the innermost floors before those around them (the greedy choice for
// lower bounds on nested sets: no other choice of the same size has a better
// member left out); the places left are given in order.
func (r *Result) cut() {
	tree := newFloorTree(r.Spec.Floors)
	picks, counts := r.floorPicks(tree)
	in, limit := r.fill(picks)
	plain := in
	if len(r.Spec.Floors) > 0 {
		plain, _ = r.fill(make([]int, len(r.Places)))
	}
	r.Limit = limit
	for r.Line < len(in) && in[r.Line] {
		r.Line++
	}
	for i := r.Line; i < len(in); i++ {
		p := &r.Places[i]
		if in[i] {
			p.Floor = tree.floors[picks[i]-1].Area // nothing else lets anybody past the line
		}
		p.Displaced = plain[i] && !in[i]
	}
	r.state(in)
	r.countFloors(tree, counts)
}

// fill gives the places: to the picks first, while the budget lasts, and then to
// everybody in order until quota or budget end.
func (r *Result) fill(picks []int) ([]bool, Limit) {
	in := make([]bool, len(r.Places))
	seats, left := r.Spec.Quota, r.Spec.Budget
	give := func(i int) Limit {
		switch {
		case seats == 0:
			return QuotaLimit
		case r.Spec.Budget > 0 && r.Places[i].Cost > left:
			return BudgetLimit
		}
		seats--
		left -= r.Places[i].Cost
		in[i] = true
		return NoLimit
	}
	for i := range picks {
		if picks[i] != 0 && give(i) != NoLimit {
			break
		}
	}
	for i := range in {
		if in[i] {
			continue
		}
		if limit := give(i); limit != NoLimit {
			return in, limit
		}
	}
	return in, NoLimit
}

// floorPicks returns for every place the number (from 1, innermost first) of the
// floor that takes it, 0 for none; and the candidates in each floor.
func (r *Result) floorPicks(tree floorTree) ([]int, []int) {
	picks := make([]int, len(r.Places))
	if len(tree.floors) == 0 {
		return picks, nil
	}
	index := tree.index()
	best := make([][]int, len(tree.floors)) // the first Min places of each area are enough
	counts := make([]int, len(tree.floors))
	for i := range r.Places {
		if r.Places[i].Village == "" {
			r.Unplaced++
		}
		for f := index.innermost(r.Places[i].Village); f >= 0; f = tree.around[f] {
			counts[f]++
			if len(best[f]) < tree.floors[f].Min {
				best[f] = append(best[f], i)
			}
		}
	}
	have := make([]int, len(tree.floors))
	for f := range tree.floors {
		for _, i := range best[f] {
			if have[f] >= tree.floors[f].Min {
				break
			}
			if picks[i] != 0 {
				continue
			}
			picks[i] = f + 1
			for g := f; g >= 0; g = tree.around[g] {
				have[g]++
			}
		}
	}
	return picks, counts
}

// state gives every place its state and adds up.
func (r *Result) state(in []bool) {
	reserve := 0
	for i := range r.Places {
		p := &r.Places[i]
		switch {
		case in[i]:
			p.State = In
			r.In++
			r.Spent += p.Cost
		case reserve < r.Spec.Reserve:
			reserve++
			p.State, p.ReserveNo = Reserve, reserve
		default:
			p.State = Below
		}
	}
}

func (r *Result) countFloors(tree floorTree, candidates []int) {
	r.Floors = make([]FloorResult, len(r.Spec.Floors))
	in := r.inFloors(tree)
	for i, f := range r.Spec.Floors {
		at := slices.Index(tree.floors, f)
		r.Floors[i] = FloorResult{Floor: f, Candidates: candidates[at], In: in[at]}
	}
}

// inFloors counts who is in, per floor of the tree.
func (r *Result) inFloors(tree floorTree) []int {
	in := make([]int, len(tree.floors))
	if len(in) == 0 {
		return in
	}
	index := tree.index()
	for i := range r.Places {
		if r.Places[i].State != In {
			continue
		}
		for f := index.innermost(r.Places[i].Village); f >= 0; f = tree.around[f] {
			in[f]++
		}
	}
	return in
}
