package linkage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Limits of Recommend: rules tried, rules given back, and the least share of
// the expected matches a rule must add.
const (
	mostTried     = 48
	mostRules     = 16
	leastNewShare = 0.002
)

// Recommend finds blocking rules that together propose as many of the expected
// matches as they can with at most budget pairs (0: those of the options). It
// tries keys of every compared column and couples of them, learns a model from
// what the cheaper ones propose, and then takes again and again the rule that
// finds the most new matches for its pairs. The rules of m play no part, its
// probabilities are left alone.
func Recommend(m *Model, t *Table, budget int64, o Options) ([]Rule, error) {
	t.rest()
	if t.n < 2 {
		return nil, fmt.Errorf("linkage: %d records in the table; rules cannot be tried", t.n)
	}
	if budget <= 0 {
		budget = o.maxPairs(t.n)
	}
	trial := m.clone()
	trial.Blocking = candidateRules(m, t, budget)
	if len(trial.Blocking) == 0 {
		return nil, fmt.Errorf("linkage: no column makes blocks within %d pairs; allow more, or add columns", budget)
	}
	r := &trainer{m: trial, t: t, o: o, total: comparablePairs(trial, t)}
	if err := r.look(context.Background()); err != nil {
		return nil, err
	}
	t.pairs = nil
	if err := r.learn(context.Background()); err != nil {
		return nil, err
	}
	s, err := newScorer(trial)
	if err != nil {
		return nil, err
	}
	found := make([]proposal, 0, len(r.vector))
	for _, v := range r.vector {
		p := trial.Probability(s.weight(v.Levels, float64(v.Shift)))
		found = append(found, proposal{v.Rules, p * v.Count})
	}
	return takeRules(trial.Blocking, r.cache.rules, found, budget), nil
}

// proposal is expected matches that a set of rules proposes.
type proposal struct {
	rules   uint64
	matches float64
}

// takeRules is the greedy choice.
func takeRules(rules []Rule, sizes []RuleSize, found []proposal, budget int64) []Rule {
	total := 0.0
	for _, p := range found {
		total += p.matches
	}
	var out []Rule
	var taken uint64
	left := budget
	for len(out) < mostRules {
		best, bestValue := -1, 0.0
		for r := range rules {
			if taken>>r&1 == 1 || sizes[r].Alone > left {
				continue
			}
			gain := 0.0
			for _, p := range found {
				if p.rules&taken == 0 && p.rules>>r&1 == 1 {
					gain += p.matches
				}
			}
			if gain < leastNewShare*total {
				continue
			}
			if value := gain / float64(sizes[r].Alone+1); best < 0 || value > bestValue {
				best, bestValue = r, value
			}
		}
		if best < 0 {
			return out
		}
		taken |= 1 << best
		left -= sizes[best].Alone
		out = append(out, rules[best])
	}
	return out
}

// clone copies what training changes.
func (m *Model) clone() *Model {
	c := *m
	c.Comparisons = slices.Clone(m.Comparisons)
	for k := range c.Comparisons {
		c.Comparisons[k].Levels = slices.Clone(m.Comparisons[k].Levels)
	}
	return &c
}

// candidateRules are single keys and couples of keys within the budget, by
// their sizes on a sample of the records, the smallest first.
func candidateRules(m *Model, t *Table, budget int64) []Rule {
	keys := candidateKeys(m, t.layout)
	type sized struct {
		rule  Rule
		pairs float64
	}
	sample := t.someRecords(sampleRecords)
	scale := float64(t.n) / float64(len(sample)) * float64(t.n) / float64(len(sample))
	var list []sized
	try := func(keys ...Key) bool {
		b, err := compileRule(Rule{keys}, t.layout)
		if err != nil {
			return false
		}
		b.prepare()
		pairs := sampledPairs(&b, t, sample) * scale
		if pairs == 0 || pairs > float64(budget)/2 {
			return false
		}
		list = append(list, sized{Rule{keys}, pairs})
		return true
	}
	alone := make([]bool, len(keys))
	for i, k := range keys {
		alone[i] = try(k)
	}
	for i := range keys {
		for j := range i {
			// Two keys of one field, or a key that is selective by itself, need
			// no company.
			same := t.layout.byName[keys[i].Column].input == t.layout.byName[keys[j].Column].input
			if !same && !(alone[i] && alone[j]) {
				try(keys[j], keys[i])
			}
		}
	}
	slices.SortStableFunc(list, func(x, y sized) int { return cmp.Compare(x.pairs, y.pairs) })
	var out []Rule
	for _, x := range list[:min(len(list), mostTried)] {
		out = append(out, x.rule)
	}
	return out
}

// candidateKeys are the columns compared and their parts.
func candidateKeys(m *Model, l *layout) []Key {
	parts := map[Kind][]string{
		Text: {"", "prefix:4"}, Name: {"", "sound", "each_word", "sorted_words"}, Date: {"", "year", "month_day"}, Digits: {""}, Set: {"", "each_word"},
	}
	var keys []Key
	var seen []string
	for _, c := range m.Comparisons {
		for _, name := range columnsOf(c) {
			if slices.Contains(seen, name) {
				continue
			}
			seen = append(seen, name)
			for _, p := range parts[l.byName[name].Kind] {
				keys = append(keys, Key{name, p})
			}
		}
	}
	return keys
}

// sampledPairs counts the pairs a rule makes among some records.
func sampledPairs(b *blockRule, t *Table, records []uint32) float64 {
	var hashes []uint64
	for _, i := range records {
		if b.multi {
			hashes = b.all(t.row(int(i)), hashes)
		} else if h := b.of(t.row(int(i))); h != 0 {
			hashes = append(hashes, h)
		}
	}
	slices.Sort(hashes)
	pairs, run := 0.0, 0.0
	for i := range hashes {
		if i > 0 && hashes[i] != hashes[i-1] {
			run = 0
		}
		pairs += run
		run++
	}
	return pairs
}
