package linkage

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
)

// pairCache is all candidate pairs of a table, compared: what training and
// scoring share.
type pairCache struct {
	print    string // of the model and options that made it
	pairs    [][]pair
	classes  []class
	rules    []RuleSize
	compared int64
	share    float64 // of the blocks; below 1 there are classes only
	b        *blocker
}

// pair is a compared pair.
type pair struct {
	a, b  uint32
	class uint32
}

// class is pairs that are alike to training: same pattern, same use of
// blocking, nearly the same frequencies.
type class struct {
	pattern uint64
	rules   uint64
	bucket  int32 // sum of the adjustments
	count   int64
	tf      [MaxComparisons]int64 // adjustments by comparison, summed over the pairs, in 1/1024 bit
}

const shiftUnit = 1024

// classTable numbers classes for one goroutine.
type classTable struct {
	slots []uint32 // number+1, open addressing
	list  []class
}

func newClassTable() *classTable { return &classTable{slots: make([]uint32, 1<<10)} }

// add counts a pair and returns the number of its class.
func (t *classTable) add(pattern, rules uint64, tf *[MaxComparisons]float64, comps int) uint32 {
	sum := 0.0
	for k := range comps {
		sum += tf[k]
	}
	i := t.number(pattern, rules, int32(math.Round(sum/2)))
	c := &t.list[i]
	c.count++
	for k := range comps {
		c.tf[k] += int64(math.Round(tf[k] * shiftUnit))
	}
	return i
}

// number finds or makes a class.
func (t *classTable) number(pattern, rules uint64, bucket int32) uint32 {
	h := hash2(pattern, rules<<8^uint64(uint32(bucket)))
	mask := uint64(len(t.slots) - 1)
	i := h & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		c := &t.list[t.slots[i]-1]
		if c.pattern == pattern && c.rules == rules && c.bucket == bucket {
			return t.slots[i] - 1
		}
	}
	t.list = append(t.list, class{pattern: pattern, rules: rules, bucket: bucket})
	t.slots[i] = uint32(len(t.list))
	if len(t.list)*2 > len(t.slots) {
		t.grow()
	}
	return uint32(len(t.list) - 1)
}

func (t *classTable) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for n, c := range t.list {
		i := hash2(c.pattern, c.rules<<8^uint64(uint32(c.bucket))) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(n + 1)
	}
}

// mergeClasses makes one list, in an order that depends on the classes alone,
// and returns the new numbers by table and old number.
func mergeClasses(tables []*classTable) ([]class, [][]uint32) {
	all := newClassTable()
	for _, t := range tables {
		for _, c := range t.list {
			sum := &all.list[all.number(c.pattern, c.rules, c.bucket)]
			sum.count += c.count
			for k := range c.tf {
				sum.tf[k] += c.tf[k]
			}
		}
	}
	order := make([]int, len(all.list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		a, b := &all.list[x], &all.list[y]
		return cmp.Or(cmp.Compare(a.pattern, b.pattern), cmp.Compare(a.rules, b.rules), cmp.Compare(a.bucket, b.bucket))
	})
	list := make([]class, len(order))
	place := make([]uint32, len(order))
	for to, from := range order {
		list[to], place[from] = all.list[from], uint32(to)
	}
	maps := make([][]uint32, len(tables))
	for k, t := range tables {
		maps[k] = make([]uint32, len(t.list))
		for i, c := range t.list {
			maps[k][i] = place[all.number(c.pattern, c.rules, c.bucket)]
		}
	}
	return list, maps
}

// Training looks at all candidate pairs when there are no more than keptPairs,
// and keeps them compared for Predict; of more, at about trainPairs.
const (
	keptPairs  = 1_000_000
	trainPairs = 400_000
)

// collect compares the candidate pairs of a table at rest, or those of a share
// of the blocks when there are more than training needs.
func collect(ctx context.Context, m *Model, t *Table, p *program, o Options) (*pairCache, error) {
	b, err := newBlocker(m, t, o)
	if err != nil {
		return nil, err
	}
	cache := &pairCache{print: fingerprint(m, o), share: b.share(keptPairs, trainPairs)}
	workers := o.workers()
	evals := make([]*evaluator, workers)
	tables := make([]*classTable, workers)
	lists := make([][]pair, workers)
	for w := range workers {
		evals[w], tables[w] = newEvaluator(p), newClassTable()
	}
	cache.rules, cache.compared, err = b.run(ctx, func(w, r int, i, j uint32) {
		x, y := t.row(int(i)), t.row(int(j))
		pattern := evals[w].pattern(x, y)
		var tf [MaxComparisons]float64
		for k := range p.comps {
			tf[k] = p.tfOf(k, pattern, x, y)
		}
		c := tables[w].add(pattern, b.holding(r, x, y), &tf, len(p.comps))
		if cache.share == 1 {
			lists[w] = append(lists[w], pair{i, j, c})
		}
	})
	if err != nil {
		return nil, err
	}
	classes, maps := mergeClasses(tables)
	each(workers, workers, func(w int) {
		for i := range lists[w] {
			lists[w][i].class = maps[w][lists[w][i].class]
		}
	})
	nameRules(m, cache.rules)
	cache.pairs, cache.classes, cache.b = lists, classes, b
	return cache, nil
}

// holding is the set of rules under whose keys two rows agree.
func (b *blocker) holding(r int, x, y []uint32) uint64 {
	rules := uint64(1) << r
	for q := range b.rules {
		if q != r && b.rules[q].agree(x, y) {
			rules |= 1 << q
		}
	}
	return rules
}

func nameRules(m *Model, sizes []RuleSize) {
	for i := range sizes {
		sizes[i].Rule = m.Blocking[i]
	}
}

// fingerprint tells whether compared pairs may be used again: all of a model
// that comparing and blocking read, and the limits.
func fingerprint(m *Model, o Options) string {
	c := *m
	c.Prior, c.HouseholdPrior, c.RelativesPrior, c.Threshold = 0, 0, 0, 0
	c.HouseholdU, c.RelativesU, c.Dependences, c.Household = nil, nil, nil, ""
	c.Comparisons = slices.Clone(m.Comparisons)
	for i := range c.Comparisons {
		levels := slices.Clone(c.Comparisons[i].Levels)
		for k := range levels {
			levels[k].M, levels[k].U = 0, 0
		}
		c.Comparisons[i].Levels = levels
	}
	text, err := json.Marshal(struct {
		Model    Model
		MaxPairs int64
		MaxBlock int
	}{c, o.MaxPairs, o.MaxBlock})
	if err != nil {
		return ""
	}
	return string(text)
}

// forcedBy has, for every blocking rule, the set of comparisons that read a
// field which the rule reads too.
func forcedBy(m *Model) []uint64 {
	fields := map[string][]string{}
	for _, c := range m.Columns {
		fields[c.Name] = c.From
		if len(c.From) == 0 {
			fields[c.Name] = []string{c.Name}
		}
	}
	out := make([]uint64, len(m.Blocking))
	for r, rule := range m.Blocking {
		var read []string
		for _, k := range rule.Keys {
			read = append(read, fields[k.Column]...)
		}
		for k, c := range m.Comparisons {
			for _, col := range columnsOf(c) {
				if slices.ContainsFunc(fields[col], func(f string) bool { return slices.Contains(read, f) }) {
					out[r] |= 1 << k
				}
			}
		}
	}
	return out
}

// columnsOf are the columns the tests of a comparison read.
func columnsOf(c Comparison) []string {
	var out []string
	var walk func(t Test)
	walk = func(t Test) {
		for _, name := range t.Columns {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
		for _, s := range t.Of {
			walk(s)
		}
	}
	for _, level := range c.Levels {
		walk(level.Test)
	}
	return out
}
