package run

import (
	"cmp"
	"fmt"
	"slices"

	"tepat/linkage"
)

// rules are the blocking rules of a proposed model, chosen by their sizes.
//
// Learning and finding want different ones. Among the pairs of a broad rule,
// such as the sound of a surname alone, all agree on the surname without being
// matches, which misleads expectation-maximisation; so training sees the narrow
// rules only. Prediction may look far, as weights are known by then.
type rules struct {
	learn, find []linkage.Rule
}

// Pairs for each record: of one rule, and of all rules together.
const (
	learnEach, learnAll = 4, 20
	findEach, findAll   = 8, 40
	fewPairs            = 50_000 // always affordable for one rule
)

// choose picks among the candidates by the sizes of their blocks.
func choose(candidates []linkage.Rule, sizes []linkage.RuleSize, n int, limit int64) rules {
	order := make([]int, len(candidates))
	for i := range order {
		order[i] = i
	}
	var r rules
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[a].Alone, sizes[b].Alone) })
	total := max(findAll*int64(n), 4*fewPairs)
	if limit > 0 {
		total = min(total, limit)
	}
	used, learned := int64(0), int64(0)
	var found []int
	for _, i := range order {
		alone := sizes[i].Alone
		if alone == 0 {
			continue
		}
		if alone <= learnEach*int64(n) && learned+alone <= learnAll*int64(n) {
			learned += alone
			r.learn = append(r.learn, candidates[i])
		}
		if alone <= max(findEach*int64(n), fewPairs) && used+alone <= total {
			used += alone
			found = append(found, i)
		}
	}
	if len(found) == 0 && len(order) > 0 { // all are too broad: the narrowest, whose blocks are split
		found = order[:1]
		for _, i := range order {
			if sizes[i].Alone > 0 {
				found = []int{i}
				break
			}
		}
	}
	slices.Sort(found)
	for _, i := range found {
		if !slices.ContainsFunc(found, func(k int) bool { return covers(candidates[k], candidates[i]) }) {
			r.find = append(r.find, candidates[i])
		}
	}
	if len(r.learn) < 2 {
		r.learn = r.find
	}
	return r
}

// covers says that a proposes every pair of b: its keys are some of b's.
func covers(a, b linkage.Rule) bool {
	if len(a.Keys) >= len(b.Keys) {
		return false
	}
	for _, k := range a.Keys {
		if !slices.Contains(b.Keys, k) {
			return false
		}
	}
	return true
}

// choose selects the blocking rules of a proposed model.
func (j *job) choose() error {
	if !j.chosen.chosen || j.table.Len() < 2 {
		return nil
	}
	sizes, err := j.model.Estimate(j.table, j.chosen.options)
	if err != nil {
		return fmt.Errorf("run: sizes of blocking rules: %w", err)
	}
	r := choose(j.model.Blocking, sizes, j.table.Len(), j.c.MaxPairs)
	j.model.Blocking, j.wide = r.learn, r.find
	j.count = int64(len(r.find))
	return nil
}
