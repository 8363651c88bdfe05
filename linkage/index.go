package linkage

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"sync"
)

// lookupPairs is how many records one look-up compares at most, lookupBlock how
// many of one block: a block of 200,000 must not make one look-up slow. Small
// blocks, whose records are likelier, come first.
const (
	lookupPairs = 1200
	lookupBlock = 400
)

// Index finds the records like a given one. It takes the table over: add and
// remove records through the index only. It is safe for several goroutines,
// one at a time being served.
type Index struct {
	mu     sync.Mutex
	t      *Table
	s      *scorer
	m      *Model
	b      *blocker
	e      *evaluator
	sorted []sortedRule
	fresh  []map[uint64][]uint32 // by rule: records added since, by reduced hash
	gone   map[uint32]bool
	row    []uint32
	found  []uint32
	hashes []uint64
}

// NewIndex makes the blocking rules of a trained model into an index over the
// table: 8 bytes a record and rule.
func NewIndex(m *Model, t *Table, o Options) (*Index, error) {
	t.rest()
	s, err := newScorer(m)
	if err != nil {
		return nil, err
	}
	p, err := m.program(t, o)
	if err != nil {
		return nil, err
	}
	b, err := newBlocker(m, t, o)
	if err != nil {
		return nil, err
	}
	// Records added later need places of their own.
	b.low = max(b.low, 26)
	ix := &Index{t: t, s: s, m: m, b: b, e: newEvaluator(p), gone: map[uint32]bool{}, row: make([]uint32, t.layout.stride)}
	for r := range b.rules {
		o.tell("index", int64(r), int64(len(b.rules)))
		ix.sorted = append(ix.sorted, b.sort(r))
		ix.fresh = append(ix.fresh, map[uint64][]uint32{})
	}
	for _, c := range t.layout.cols {
		if c.coded() {
			c.dict.lookups()
			c.fixed = uint32(c.dict.len())
			if w := c.feats.words; w != nil {
				w.dict.lookups()
				w.fixed = uint32(w.dict.len())
			}
		}
	}
	return ix, nil
}

// Find returns the records most like the one given by its cells in the order
// of the table's fields: at most limit, the likeliest first.
func (ix *Index) Find(values []string, limit int) ([]Hit, error) {
	if len(values) > len(ix.t.layout.fields) {
		return nil, fmt.Errorf("linkage: %d cells, the table has %d fields", len(values), len(ix.t.layout.fields))
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	marks := ix.code(values)
	hits := ix.score(ix.candidates(), limit)
	ix.forget(marks)
	return hits, nil
}

// code cleans and codes a record into ix.row, growing the dictionaries where
// needed; the lengths before are returned for forget.
func (ix *Index) code(values []string) []mark {
	l := ix.t.layout
	marks := make([]mark, 0, len(l.cols))
	for _, in := range l.inputs {
		raw := joinFields(in, values)
		for _, c := range in.cols {
			if c.coded() {
				marks = append(marks, markOf(c))
			}
			c.write(ix.row, raw)
			c.extend()
		}
	}
	return marks
}

func joinFields(in *input, values []string) string {
	out := ""
	for _, f := range in.fields {
		if f < len(values) && values[f] != "" {
			if out != "" {
				out += " "
			}
			out += values[f]
		}
	}
	return out
}

// forget takes back what code added.
func (ix *Index) forget(marks []mark) {
	for i := len(marks) - 1; i >= 0; i-- {
		marks[i].restore()
	}
}

// candidates gathers the records that share a block with ix.row, each once.
func (ix *Index) candidates() []uint32 {
	type run struct {
		list  []uint64
		added []uint32
	}
	var runs []run
	for r := range ix.b.rules {
		rule := &ix.b.rules[r]
		ix.hashes = ix.hashes[:0]
		if rule.multi {
			ix.hashes = rule.all(ix.row, ix.hashes)
		} else if h := rule.of(ix.row); h != 0 {
			ix.hashes = append(ix.hashes, h)
		}
		for _, h := range ix.hashes {
			runs = append(runs, run{ix.b.block(ix.sorted[r], h), ix.fresh[r][ix.b.reduce(h)]})
		}
	}
	slices.SortStableFunc(runs, func(x, y run) int {
		return cmp.Compare(len(x.list)+len(x.added), len(y.list)+len(y.added))
	})
	ix.found = ix.found[:0]
	for _, x := range runs {
		for _, e := range x.list[:min(len(x.list), lookupBlock)] {
			ix.found = append(ix.found, uint32(ix.b.record(e)))
		}
		ix.found = append(ix.found, x.added[max(0, len(x.added)-lookupBlock):]...)
		if len(ix.found) > 2*lookupPairs {
			break
		}
	}
	slices.Sort(ix.found)
	ix.found = slices.Compact(ix.found)
	return ix.found
}

// block returns the entries with a hash.
func (b *blocker) block(s sortedRule, h uint64) []uint64 {
	k := h >> (64 - bucketBits)
	list := s.entries[s.start[k]:s.start[k+1]]
	want := h << bucketBits >> b.low
	from := sort.Search(len(list), func(i int) bool { return list[i]>>b.low >= want })
	to := from
	for to < len(list) && to-from < lookupBlock+1 && list[to]>>b.low == want {
		to++
	}
	return list[from:to]
}

// score compares ix.row with the candidates and keeps the best.
func (ix *Index) score(list []uint32, limit int) []Hit {
	var hits []Hit
	for _, i := range list {
		if ix.gone[i] {
			continue
		}
		row := ix.t.row(int(i))
		pattern := ix.e.pattern(ix.row, row)
		w := ix.s.weight(pattern, ix.e.p.shift(pattern, ix.row, row))
		if len(hits) == limit && (limit == 0 || w <= hits[limit-1].Weight) {
			continue
		}
		at, _ := slices.BinarySearchFunc(hits, w, func(h Hit, w float64) int { return cmp.Compare(w, h.Weight) })
		for at < len(hits) && hits[at].Weight == w {
			at++
		}
		hits = slices.Insert(hits, at, Hit{Position: int(i), Weight: w})
		hits = hits[:min(len(hits), limit)]
	}
	for k := range hits {
		h := &hits[k]
		h.Source, h.ID = ix.t.sources[ix.t.row(h.Position)[0]].Name, string(ix.t.id(h.Position))
		h.Probability = ix.m.Probability(h.Weight)
	}
	return hits
}

// Add adds a record; the source may be new. Frequencies stay as they were.
func (ix *Index) Add(source string, r Record) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	t := ix.t
	if t.n+1 >= 1<<ix.b.low || len(r.Values) > len(t.layout.fields) {
		return fmt.Errorf("%w: %d records and %d cells; an index takes %d records and a record %d cells", ErrTooLarge, t.n, len(r.Values), 1<<ix.b.low-1, len(t.layout.fields))
	}
	s := slices.IndexFunc(t.sources, func(x Source) bool { return x.Name == source })
	if s < 0 {
		s = len(t.sources)
		t.sources = append(t.sources, Source{Name: source})
	}
	ix.code(r.Values)
	ix.row[0] = uint32(s)
	at := t.n
	t.rows = append(t.rows, ix.row...)
	t.ids = append(t.ids, r.ID...)
	t.idEnds = append(t.idEnds, uint32(len(t.ids)))
	t.n++
	t.pairs = nil
	if t.byID != nil {
		if 2*t.n > len(t.byID) {
			t.indexIDs()
		} else {
			t.insertID(at)
		}
	}
	for k := range ix.b.rules {
		ix.hashes = ix.b.rules[k].all(ix.row, ix.hashes[:0])
		for _, h := range ix.hashes {
			red := ix.b.reduce(h)
			ix.fresh[k][red] = append(ix.fresh[k][red], uint32(at))
		}
	}
	return nil
}

// Remove takes a record out; false when it is not there. Its place in the
// table stays.
func (ix *Index) Remove(source, id string) bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	i, ok := ix.t.findLive(source, id, ix.gone)
	if ok {
		ix.gone[uint32(i)] = true
	}
	return ok
}

// Len is how many records can be found.
func (ix *Index) Len() int {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.t.n - len(ix.gone)
}
