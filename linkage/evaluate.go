package linkage

import (
	"math"
	"strconv"
	"unicode/utf8"

	"tepat/linkage/similar"
)

// evaluator compares rows for one goroutine.
type evaluator struct {
	p     *program
	now   uint64 // number of the pair
	seen  []uint64
	value []float64
	memo  []pairMemo
	words map[*column]*pairMemo
}

// pairMemo remembers a number for pairs of distinct values, direct-mapped.
type pairMemo struct {
	key   []uint64
	value []float64
}

const pairMemoBits = 12

func newPairMemo() pairMemo {
	return pairMemo{make([]uint64, 1<<pairMemoBits), make([]float64, 1<<pairMemoBits)}
}

func newEvaluator(p *program) *evaluator {
	e := &evaluator{p: p, seen: make([]uint64, len(p.slots)), value: make([]float64, len(p.slots)), words: map[*column]*pairMemo{}}
	for _, s := range p.slots {
		e.memo = append(e.memo, newPairMemo())
		if s.op == Words && e.words[s.col] == nil {
			m := newPairMemo()
			e.words[s.col] = &m
		}
	}
	return e
}

// pattern compares two rows into 4 bits a comparison.
func (e *evaluator) pattern(a, b []uint32) uint64 {
	e.now++
	out := uint64(0)
	for k := range e.p.comps {
		out |= e.level(&e.p.comps[k], a, b) << (4 * k)
	}
	return out
}

// level is the first level whose test holds, counted from 1; 0 when every test
// met a missing cell.
func (e *evaluator) level(c *comp, a, b []uint32) uint64 {
	decided := false
	for i := range c.levels {
		n := &c.levels[i]
		if n.op == Else {
			if decided || i == 0 {
				return uint64(i + 1)
			}
			return 0
		}
		switch e.test(n, a, b) {
		case yes:
			return uint64(i + 1)
		case no:
			decided = true
		}
	}
	return 0
}

// test decides one test.
func (e *evaluator) test(n *node, a, b []uint32) verdict {
	switch n.op {
	case Else:
		return yes
	case And:
		return e.all(n, a, b, yes, no)
	case Or:
		return e.all(n, a, b, no, yes)
	case Not:
		return [...]verdict{unknown, yes, no}[e.test(&n.of[0], a, b)]
	}
	if n.a.missing(a) || n.a.missing(b) {
		return unknown
	}
	switch n.op {
	case Exact:
		return verdictOf(n.a.same(a, b))
	case JaroWinkler, Jaro, Jaccard, Words, Overlap:
		return verdictOf(e.measure(n.slot, a, b) >= n.limit)
	case Levenshtein, Damerau:
		return verdictOf(e.measure(n.slot, a, b) <= n.limit)
	case Swapped:
		return n.swapped(a, b)
	case Custom:
		return verdictOf(e.asked(n, a, b))
	}
	return verdictOf(n.plain(a, b))
}

// all is And (every one yes, a no decides) and Or (every one no, a yes
// decides).
func (e *evaluator) all(n *node, a, b []uint32, every, decides verdict) verdict {
	out := every
	for i := range n.of {
		switch e.test(&n.of[i], a, b) {
		case decides:
			return decides
		case unknown:
			out = unknown
		}
	}
	return out
}

// plain is the tests of one column that need no memory.
func (n *node) plain(a, b []uint32) bool {
	c := n.a
	switch n.op {
	case DateSwap:
		return similar.DateSwap(similar.Date(a[c.word]), similar.Date(b[c.word]))
	case DateSlip:
		return similar.DateSlip(similar.Date(a[c.word]), similar.Date(b[c.word]))
	case DateWithin:
		days, ok := similar.DaysApart(similar.Date(a[c.word]), similar.Date(b[c.word]))
		return ok && float64(days) <= n.limit
	case DateYear:
		return math.Abs(float64(similar.Date(a[c.word]).Year()-similar.Date(b[c.word]).Year())) <= n.limit
	case Within:
		return math.Abs(c.numberAt(a[c.word])-c.numberAt(b[c.word])) <= n.limit
	case WithinPart:
		x, y := c.numberAt(a[c.word]), c.numberAt(b[c.word])
		return math.Abs(x-y) <= n.limit*max(math.Abs(x), math.Abs(y))
	case Kilometres:
		return kilometres(c.pointAt(a[c.word]), c.pointAt(b[c.word])) <= n.limit
	case DigitSlip:
		return similar.DigitSlip(c.number(a), c.number(b), int(n.limit))
	case Prefix:
		return samePrefix(c.value(a), c.value(b), int(n.limit))
	}
	return false
}

// asked is a custom test, remembered for pairs of values; it need not be
// symmetric.
func (e *evaluator) asked(n *node, a, b []uint32) bool {
	c := n.a
	x, y := a[c.word], b[c.word]
	if c.wide || c.fixed != 0 && max(x, y) >= c.fixed {
		return n.custom(c.value(a), c.value(b))
	}
	key := uint64(x)<<32 | uint64(y)
	at := spread(key) >> (64 - pairMemoBits)
	m := &e.memo[n.slot]
	if m.key[at] != key {
		m.key[at], m.value[at] = key, 0
		if n.custom(c.value(a), c.value(b)) {
			m.value[at] = 1
		}
	}
	return m.value[at] != 0
}

// swapped says that two columns are exchanged and differ.
func (n *node) swapped(a, b []uint32) verdict {
	if n.b.missing(a) || n.b.missing(b) {
		return unknown
	}
	return verdictOf(!n.a.same(a, b) && n.a.value(a) == n.b.value(b) && n.b.value(a) == n.a.value(b))
}

// samePrefix compares the first n characters.
func samePrefix(a, b string, n int) bool {
	for range n {
		if a == "" || b == "" {
			return a == b
		}
		x, i := utf8.DecodeRuneInString(a)
		y, j := utf8.DecodeRuneInString(b)
		if x != y {
			return false
		}
		a, b = a[i:], b[j:]
	}
	return true
}

// measure is a similarity or distance, worked out once a pair and remembered
// for pairs of values.
func (e *evaluator) measure(slot int, a, b []uint32) float64 {
	if e.seen[slot] == e.now {
		return e.value[slot]
	}
	e.seen[slot] = e.now
	s := &e.p.slots[slot]
	v := e.remembered(slot, s, a, b)
	e.value[slot] = v
	return v
}

func (e *evaluator) remembered(slot int, s *slot, a, b []uint32) float64 {
	c := s.col
	if c.same(a, b) && s.op != Overlap && s.op != Words {
		if s.op == Levenshtein || s.op == Damerau {
			return 0
		}
		return 1
	}
	if c.wide {
		return textMeasure(s.op, c.value(a), c.value(b))
	}
	x, y := a[c.word], b[c.word]
	if x > y {
		x, y = y, x
	}
	if c.fixed != 0 && y >= c.fixed {
		return e.work(s, x, y)
	}
	key := uint64(y)<<32 | uint64(x)
	at := spread(key) >> (64 - pairMemoBits)
	m := &e.memo[slot]
	if m.key[at] != key {
		m.key[at] = key
		m.value[at] = e.work(s, x, y)
	}
	return m.value[at]
}

func (e *evaluator) work(s *slot, x, y uint32) float64 {
	c := s.col
	switch {
	case s.op == Words:
		return e.align(c, x, y)
	case s.op == Overlap:
		w := c.feats.words
		return float64(overlap(w.of(x), w.of(y)))
	case c.Kind == Date:
		return textMeasure(s.op, similar.Date(x).String(), similar.Date(y).String())
	}
	return textMeasure(s.op, c.dict.get(x), c.dict.get(y))
}

func textMeasure(op Op, a, b string) float64 {
	switch op {
	case JaroWinkler:
		return similar.JaroWinkler(a, b)
	case Jaro:
		return similar.Jaro(a, b)
	case Jaccard:
		return similar.Jaccard(a, b)
	case Levenshtein:
		return float64(similar.Levenshtein(a, b))
	}
	return float64(similar.Damerau(a, b))
}

// align is similar.Words on codes, with the likeness of two words remembered.
func (e *evaluator) align(c *column, x, y uint32) float64 {
	w := c.feats.words
	p, q := w.of(x), w.of(y)
	memo := e.words[c]
	return similar.Align(len(p), len(q), func(i, j int) float64 {
		if p[i] == q[j] {
			return 1
		}
		lo, hi := min(p[i], q[j]), max(p[i], q[j])
		if w.fixed != 0 && hi >= w.fixed {
			return similar.Word(w.dict.get(lo), w.dict.get(hi))
		}
		key := uint64(hi)<<32 | uint64(lo)
		at := spread(key) >> (64 - pairMemoBits)
		if memo.key[at] != key {
			memo.key[at] = key
			memo.value[at] = similar.Word(w.dict.get(lo), w.dict.get(hi))
		}
		return memo.value[at]
	})
}

// overlap counts the words two lists share, each once.
func overlap(a, b []uint32) int {
	n := 0
	for i, x := range a {
		if contains(b, x) && !contains(a[:i], x) {
			n++
		}
	}
	return n
}

func contains(list []uint32, x uint32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// numbers works out the numbers of the distinct values once.
func (c *column) numbers() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for code := len(c.feats.numbers); code < c.dict.len(); code++ {
		c.feats.numbers = append(c.feats.numbers, parseNumber(c.dict.get(uint32(code))))
	}
}

// parseNumber reads a canonical number; 0 for the empty one.
func parseNumber(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

func (c *column) numberAt(code uint32) float64 { return c.feats.numbers[code] }

// points works out the points of the distinct values once.
func (c *column) points() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for code := len(c.feats.points); code < c.dict.len(); code++ {
		lat, lon, _ := parsePoint(c.dict.get(uint32(code)))
		c.feats.points = append(c.feats.points, [2]float64{lat, lon})
	}
}

func (c *column) pointAt(code uint32) [2]float64 { return c.feats.points[code] }

// kilometres is the great-circle distance on a sphere of 6371 km (haversine).
func kilometres(p, q [2]float64) float64 {
	const rad = math.Pi / 180
	dLat, dLon := (q[0]-p[0])*rad/2, (q[1]-p[1])*rad/2
	h := math.Pow(math.Sin(dLat), 2) + math.Cos(p[0]*rad)*math.Cos(q[0]*rad)*math.Pow(math.Sin(dLon), 2)
	return 2 * 6371 * math.Asin(math.Sqrt(min(h, 1)))
}
