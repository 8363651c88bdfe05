package linkage

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// split is what was done to an oversized block: parted by a further key, or
// only neighbours compared.
type split struct {
	key    *blockKey
	parts  map[uint64]*split // parts that are oversized themselves, by hash
	window int               // neighbours on each side; 0: parted
	none   bool              // no pairs at all
}

// group is a piece of an oversized block ready to be visited.
type group struct {
	hash    uint64 // reduced hash of the block
	entries []uint64
	window  int // 0: all pairs
}

const (
	deepest     = 3   // further keys one after the other
	sampleBlock = 200 // records looked at to choose a key, or up to twice as many
)

// furtherKeys are the keys by which oversized blocks may be split: those of the
// columns that are compared.
func furtherKeys(m *Model, l *layout) []blockKey {
	var keys []blockKey
	seen := map[string]bool{}
	var walk func(t Test)
	walk = func(t Test) {
		for _, name := range t.Columns {
			if c := l.byName[name]; c != nil && !seen[name] {
				seen[name] = true
				keys = append(keys, partsOf(c)...)
			}
		}
		for _, s := range t.Of {
			walk(s)
		}
	}
	for _, c := range m.Comparisons {
		for _, level := range c.Levels {
			walk(level.Test)
		}
	}
	return keys
}

func partsOf(c *column) []blockKey {
	switch c.Kind {
	case Digits:
		return nil
	case Date:
		return []blockKey{{col: c, part: "year", how: yearKey}, {col: c}}
	case Name, Text:
		return []blockKey{{col: c, part: "prefix:3", how: partKey, n: 3}, {col: c, part: "word:1", how: partKey, n: 1}, {col: c}}
	}
	return []blockKey{{col: c}}
}

// big is an oversized block.
type big struct {
	hash    uint64
	entries []uint64
	pairs   int64
}

// splitOversize splits the oversized blocks of a rule into pieces, and reports
// them.
func (b *blocker) splitOversize(r int, s sortedRule, limit int64) ([]group, []Block) {
	byBucket := make([][]big, buckets)
	each(buckets, b.o.workers(), func(k int) {
		b.blocks(s, k, func(block []uint64) {
			if n := int64(len(block)); n*(n-1)/2 <= limit {
				return
			}
			if pairs := b.pairsIn(block); pairs > limit {
				byBucket[k] = append(byBucket[k], big{b.hashOf(k, block), block, pairs})
			}
		})
	})
	blocks := slices.Concat(byBucket...)
	b.splits[r] = make(map[uint64]*split, len(blocks))
	if len(blocks) == 0 {
		return []group{}, nil
	}
	first := b.firstKeys(r, blocks, limit)
	work := make([]splitter, len(blocks))
	done := make([]*split, len(blocks))
	each(len(blocks), b.o.workers(), func(i int) {
		x := blocks[i]
		work[i] = splitter{b: b, rule: r, hash: x.hash, limit: limit, first: first[sizeBin(x.pairs)/4]}
		done[i] = work[i].split(x.entries, x.pairs, 0)
	})
	var groups []group
	var told []Block
	for i, x := range blocks {
		b.splits[r][x.hash] = done[i]
		groups = append(groups, work[i].groups...)
		told = append(told, Block{
			Rule: r, Key: b.rules[r].say(b.t.row(b.record(x.entries[0]))), Size: len(x.entries), Pairs: x.pairs, Kept: work[i].kept, Done: work[i].done(),
		})
	}
	slices.SortStableFunc(told, func(x, y Block) int {
		return cmp.Or(cmp.Compare(y.Pairs, x.Pairs), cmp.Compare(x.Key, y.Key))
	})
	return groups, told
}

// firstKeys chooses, for every size of oversized blocks, the key to split by
// first, by looking at the largest such block.
func (b *blocker) firstKeys(r int, blocks []big, limit int64) map[int]*blockKey {
	largest := map[int]big{}
	for _, x := range blocks {
		bin := sizeBin(x.pairs) / 4
		if y := largest[bin]; x.pairs > y.pairs || x.pairs == y.pairs && x.hash < y.hash {
			largest[bin] = x
		}
	}
	keys := map[int]*blockKey{}
	for bin, x := range largest {
		w := splitter{b: b, rule: r, limit: limit}
		keys[bin] = w.choose(x.entries, float64(limit)/float64(x.pairs))
	}
	return keys
}

// splitter splits one oversized block.
type splitter struct {
	b      *blocker
	rule   int
	hash   uint64
	limit  int64
	first  *blockKey // chosen for blocks of this size
	groups []group
	kept   int64
	by     []string
	window int
	lost   bool
}

// split parts entries with the given number of pairs, at some depth.
func (w *splitter) split(entries []uint64, pairs int64, depth int) *split {
	key := w.first
	w.first = nil
	if key == nil && depth < deepest {
		key = w.choose(entries, float64(w.limit)/float64(pairs))
	}
	if key == nil {
		return w.neighbours(entries)
	}
	if text := (Key{key.col.Name, key.part}).String(); !slices.Contains(w.by, text) {
		w.by = append(w.by, text)
	}
	// Keys were made ready by newBlocker. Sorting brings parts together and
	// leaves the records of each in their order.
	type item struct{ hash, entry uint64 }
	items := make([]item, len(entries))
	for i, e := range entries {
		items[i] = item{key.of(w.b.t.row(w.b.record(e))), e}
	}
	slices.SortFunc(items, func(x, y item) int {
		return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.entry, y.entry))
	})
	sorted := make([]uint64, len(items))
	for i := range items {
		sorted[i] = items[i].entry
	}
	out := &split{key: key}
	for i := 0; i < len(items); {
		j := i + 1
		for j < len(items) && items[j].hash == items[i].hash {
			j++
		}
		if j > i+1 {
			w.part(out, items[i].hash, sorted[i:j:j], depth)
		}
		i = j
	}
	return out
}

func (w *splitter) part(out *split, h uint64, entries []uint64, depth int) {
	pairs := w.b.pairsIn(entries)
	if pairs > w.limit {
		if out.parts == nil {
			out.parts = map[uint64]*split{}
		}
		out.parts[h] = w.split(entries, pairs, depth+1)
		return
	}
	w.kept += pairs
	if pairs > 0 {
		w.groups = append(w.groups, group{hash: w.hash, entries: entries})
	}
}

// choose picks the further key that keeps the most pairs while it brings the
// block down to the share wanted; else the one that keeps the fewest, if it
// splits at all. Keys that would make the rule a special case of another are
// left out: their pairs are proposed anyway.
func (w *splitter) choose(entries []uint64, share float64) *blockKey {
	var best *blockKey
	bestRate := 0.0
	step := max(len(entries)/sampleBlock, 1)
	for i := range w.b.further {
		key := &w.b.further[i]
		if w.covered(key) {
			continue
		}
		rate := w.rate(key, entries, step)
		if rate > 0.7 {
			continue
		}
		better := best == nil
		if best != nil {
			fits, bestFits := rate <= share, bestRate <= share
			better = fits && (!bestFits || rate > bestRate) || !fits && !bestFits && rate < bestRate
		}
		if better {
			best, bestRate = key, rate
		}
	}
	return best
}

// covered says that the rule with the key added, or the rule itself, has the
// column already or is covered by another rule.
func (w *splitter) covered(key *blockKey) bool {
	has := func(keys []blockKey, k *blockKey) bool {
		return slices.ContainsFunc(keys, func(x blockKey) bool { return x.col == k.col && x.part == k.part })
	}
	mine := w.b.rules[w.rule].keys
	if has(mine, key) {
		return true
	}
	for q := range w.b.rules {
		if q == w.rule {
			continue
		}
		inside := true
		for i := range w.b.rules[q].keys {
			k := &w.b.rules[q].keys[i]
			inside = inside && (has(mine, k) || k.col == key.col && k.part == key.part)
		}
		if inside {
			return true
		}
	}
	return false
}

// rate is the share of pairs that would stay together, by a sample.
func (w *splitter) rate(key *blockKey, entries []uint64, step int) float64 {
	var buf [2 * sampleBlock]uint64
	hashes := buf[:0]
	for i := 0; i < len(entries); i += step {
		hashes = append(hashes, key.of(w.b.t.row(w.b.record(entries[i]))))
	}
	slices.Sort(hashes)
	same, run := 0, 0
	for i := range hashes {
		if i > 0 && hashes[i] != hashes[i-1] {
			run = 0
		}
		same += run
		run++
	}
	n := float64(len(hashes))
	return float64(same) / max(n*(n-1)/2, 1)
}

// neighbours sorts the records by their compared texts and compares each with
// the next few (the sorted neighbourhood of Hernández and Stolfo, 1995). Under
// a rule with several values a record nothing is compared: a record may stand
// in several blocks there and would need several places.
func (w *splitter) neighbours(entries []uint64) *split {
	b := w.b
	if b.rules[w.rule].multi {
		w.lost = true
		return &split{none: true}
	}
	window := int(min(max(w.limit/int64(len(entries)), 4), 40))
	sorted := b.byText(entries)
	place := b.placesOf(w.rule)
	for at, e := range sorted {
		place[b.record(e)] = uint32(at)
	}
	w.window = max(w.window, window)
	g := group{hash: w.hash, entries: sorted, window: window}
	w.groups = append(w.groups, g)
	for at := range sorted {
		for _, e := range sorted[at+1 : min(at+1+window, len(sorted))] {
			if b.allowed(b.record(sorted[at]), b.record(e)) {
				w.kept++
			}
		}
	}
	return &split{window: window}
}

// placesOf makes the places of a rule when the first block needs them.
func (b *blocker) placesOf(rule int) []uint32 {
	b.making.Lock()
	defer b.making.Unlock()
	if b.place[rule] == nil {
		b.place[rule] = make([]uint32, b.t.n)
	}
	return b.place[rule]
}

func (w *splitter) done() string {
	var parts []string
	if len(w.by) > 0 {
		parts = append(parts, "split by "+strings.Join(w.by, ", then "))
	}
	if w.window > 0 {
		parts = append(parts, fmt.Sprintf("compared with up to %d neighbours in the order of their texts", w.window))
	}
	if w.lost {
		parts = append(parts, "what remained too big was left out")
	}
	return strings.Join(parts, "; ")
}

// byText orders entries by the first letters of the first two compared texts,
// records alike in them by their identity, so that the order of input does not
// matter.
func (b *blocker) byText(entries []uint64) []uint64 {
	type item struct{ first, second, id, entry uint64 }
	var cols []*column
	for _, k := range b.further {
		if k.col.coded() && !slices.Contains(cols, k.col) && len(cols) < 2 {
			cols = append(cols, k.col)
		}
	}
	items := make([]item, len(entries))
	for i, e := range entries {
		rec := b.record(e)
		row := b.t.row(rec)
		items[i] = item{id: idHash(0, b.t.id(rec)), entry: e}
		if len(cols) > 0 {
			items[i].first = eightLetters(cols[0].value(row))
		}
		if len(cols) > 1 {
			items[i].second = eightLetters(cols[1].value(row))
		}
	}
	slices.SortFunc(items, func(x, y item) int {
		return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(x.second, y.second), cmp.Compare(x.id, y.id), cmp.Compare(x.entry, y.entry))
	})
	out := make([]uint64, len(items))
	for i := range items {
		out[i] = items[i].entry
	}
	return out
}

// eightLetters are the first eight bytes as a number that sorts like them.
func eightLetters(s string) uint64 {
	var b [8]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:])
}

// allowed says that two records may be compared at all.
func (b *blocker) allowed(i, j int) bool {
	s := b.t.row(i)[0]
	return !b.any || s != b.t.row(j)[0] || !b.skip[s]
}

// kept says that a pair of one block is still proposed after its splitting.
func (b *blocker) kept(r int, hash uint64, i, j int, x, y []uint32) bool {
	s := b.splits[r][hash]
	for s != nil {
		switch {
		case s.none:
			return false
		case s.window > 0:
			p, q := int(b.place[r][i]), int(b.place[r][j])
			return max(p-q, q-p) <= s.window
		}
		h := s.key.of(x)
		if h != s.key.of(y) {
			return false
		}
		s = s.parts[h]
	}
	return true
}

// visitGroup visits the pairs of a piece that nothing earlier proposed.
func (b *blocker) visitGroup(r int, g *group, w int, visit func(worker, rule int, i, j uint32)) int64 {
	if g.window == 0 {
		return b.visitAll(r, g.hash, g.entries, w, visit)
	}
	n := int64(0)
	for at, e := range g.entries {
		for _, f := range g.entries[at+1 : min(at+1+g.window, len(g.entries))] {
			i, j := b.record(e), b.record(f)
			if i > j {
				i, j = j, i
			}
			if b.fresh(r, g.hash, i, j) {
				visit(w, r, uint32(i), uint32(j))
				n++
			}
		}
	}
	return n
}
