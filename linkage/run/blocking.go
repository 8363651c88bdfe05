package run

import (
	"cmp"
	"fmt"
	"slices"

	"tepat/linkage"
)

// Pairs for each record: of one rule, and of all rules together.
const (
	findEach, findAll = 8, 40
	fewPairs          = 50_000 // always affordable for one rule
)

// choose picks among the candidates by the sizes of their blocks: the narrow
// ones first, as far as the budget of pairs goes, and none whose pairs another
// one proposes as well. Training and prediction use the same rules: training
// knows that a rule's pairs agree on what the rule reads.
func choose(candidates []linkage.Rule, sizes []linkage.RuleSize, n int, limit int64) []linkage.Rule {
	order := make([]int, len(candidates))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[a].Alone, sizes[b].Alone) })
	total := max(findAll*int64(n), 4*fewPairs)
	if limit > 0 {
		total = min(total, limit)
	}
	used := int64(0)
	var found []int
	for _, i := range order {
		alone := sizes[i].Alone
		if alone > 0 && alone <= max(findEach*int64(n), fewPairs) && used+alone <= total {
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
	var out []linkage.Rule
	for _, i := range found {
		if !slices.ContainsFunc(found, func(k int) bool { return covers(candidates[k], candidates[i]) }) {
			out = append(out, candidates[i])
		}
	}
	return out
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
	j.model.Blocking = choose(j.model.Blocking, sizes, j.table.Len(), j.c.MaxPairs)
	j.count = int64(len(j.model.Blocking))
	return nil
}
