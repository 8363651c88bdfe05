package linkage

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// blocker proposes candidate pairs rule by rule. Every rule sorts the records by
// a hash of their keys: equal keys stand together and make a block. A pair is
// proposed by the first rule that proposes it at all.
type blocker struct {
	t            *Table
	o            Options
	rules        []blockRule
	skip         []bool   // by source: no pairs within it
	any          bool     // skip has a true
	source       []uint16 // by record; nil when every source stands in one piece
	bounds       []int    // where the sources begin, and the end
	low          int      // bits of an entry that hold the record
	limit        int64
	allowedPairs int64
	below        uint64 // 0, or the greatest spread hash of the blocks visited
	sizes        []sizes
	sorted       []sortedRule
	further      []blockKey
	splits       []map[uint64]*split // by rule, by reduced hash of an oversized block
	groups       [][]group           // by rule: pieces of oversized blocks
	oversize     [][]Block
	place        [][]uint32 // by rule: place of a record in the order of a windowed block
	making       sync.Mutex
}

// Entries are 64-bit words: the lower bits hold the record, the upper ones the
// hash without its first bucketBits bits, which the bucket implies.
const (
	bucketBits = 12
	buckets    = 1 << bucketBits
)

// sortedRule is the entries of one rule by bucket, and within it by hash, then
// record.
type sortedRule struct {
	entries []uint64
	start   []int
}

func newBlocker(m *Model, t *Table, o Options) (*blocker, error) {
	rules, err := compileRules(m, t.layout)
	if err != nil {
		return nil, err
	}
	for i := range rules {
		rules[i].prepare()
	}
	b := &blocker{t: t, o: o, rules: rules, low: max(bits.Len(uint(t.n)), bucketBits), allowedPairs: o.maxPairs(t.n)}
	block := o.maxBlock()
	b.limit = int64(block) * int64(block-1) / 2
	b.skip, b.any = skipWithin(m, t)
	if b.any {
		b.placeSources()
	}
	b.splits = make([]map[uint64]*split, len(rules))
	b.place = make([][]uint32, len(rules))
	b.groups = make([][]group, len(rules))
	b.oversize = make([][]Block, len(rules))
	b.further = furtherKeys(m, t.layout)
	for i := range b.further {
		b.further[i].prepare()
	}
	return b, nil
}

func (o Options) maxBlock() int {
	if o.MaxBlock > 1 {
		return o.MaxBlock
	}
	return 2000
}

func (o Options) maxPairs(records int) int64 {
	if o.MaxPairs > 0 {
		return o.MaxPairs
	}
	return max(5_000_000, 8*int64(records))
}

// sort brings the entries of a rule into order.
func (b *blocker) sort(rule int) sortedRule {
	n, workers := b.t.n, b.o.workers()
	r := &b.rules[rule]
	parts := min(workers, 1+n/4096)
	counts := make([][buckets + 1]int, parts)
	hashes := make([][]uint64, parts)
	refs := make([][]uint32, parts) // of rules with several hashes a record
	each(parts, workers, func(p int) {
		hashes[p], refs[p] = b.hash(r, n*p/parts, n*(p+1)/parts, &counts[p])
	})
	s := sortedRule{start: make([]int, buckets+1)}
	total := 0
	for k := range buckets {
		s.start[k] = total
		for p := range parts {
			c := counts[p][k]
			counts[p][k] = total
			total += c
		}
	}
	s.start[buckets] = total
	s.entries = make([]uint64, total)
	each(parts, workers, func(p int) {
		b.scatter(s.entries, hashes[p], refs[p], n*p/parts, &counts[p])
	})
	spare := make([][]uint64, workers)
	eachBy(buckets, workers, func(w, k int) {
		spare[w] = sortEntries(s.entries[s.start[k]:s.start[k+1]], spare[w])
	})
	return s
}

// sortEntries sorts a bucket: hashes are spread evenly, so that one pass by
// their next eight bits leaves little to do. spare is used again.
func sortEntries(list, spare []uint64) []uint64 {
	const shift = 64 - 8
	if len(list) < 48 {
		slices.Sort(list)
		return spare
	}
	var end [256]int
	for _, e := range list {
		end[e>>shift]++
	}
	at := 0
	for i, n := range end {
		end[i], at = at, at+n
	}
	spare = append(spare[:0], list...)
	for _, e := range spare {
		list[end[e>>shift]] = e
		end[e>>shift]++
	}
	from := 0
	for _, to := range end {
		sortFew(list[from:to])
		from = to
	}
	return spare
}

func sortFew(list []uint64) {
	if len(list) > 16 {
		slices.Sort(list)
		return
	}
	for i := 1; i < len(list); i++ {
		e, j := list[i], i
		for ; j > 0 && list[j-1] > e; j-- {
			list[j] = list[j-1]
		}
		list[j] = e
	}
}

// hash works out the hashes of records from..to and counts their buckets.
// Without several hashes a record, hash i is of record from+i.
func (b *blocker) hash(r *blockRule, from, to int, counts *[buckets + 1]int) ([]uint64, []uint32) {
	hashes := make([]uint64, 0, to-from)
	if !r.multi {
		for i := from; i < to; i++ {
			h := r.of(b.t.row(i))
			hashes = append(hashes, h)
			if h != 0 {
				counts[h>>(64-bucketBits)]++
			}
		}
		return hashes, nil
	}
	refs := make([]uint32, 0, to-from)
	for i := from; i < to; i++ {
		hashes = r.all(b.t.row(i), hashes)
		for len(refs) < len(hashes) {
			counts[hashes[len(refs)]>>(64-bucketBits)]++
			refs = append(refs, uint32(i))
		}
	}
	return hashes, refs
}

func (b *blocker) scatter(to []uint64, hashes []uint64, refs []uint32, from int, at *[buckets + 1]int) {
	keep := ^uint64(0) << b.low
	for i, h := range hashes {
		if h == 0 {
			continue
		}
		ref := uint64(from + i)
		if refs != nil {
			ref = uint64(refs[i])
		}
		k := h >> (64 - bucketBits)
		to[at[k]] = h<<bucketBits&keep | ref
		at[k]++
	}
}

// reduce is what entries keep of a hash.
func (b *blocker) reduce(h uint64) uint64 { return h >> (b.low - bucketBits) }

// record is the record of an entry.
func (b *blocker) record(e uint64) int { return int(e & (1<<b.low - 1)) }

// blocks calls f with every block of two entries or more of a bucket.
func (b *blocker) blocks(s sortedRule, bucket int, f func(block []uint64)) {
	list := s.entries[s.start[bucket]:s.start[bucket+1]]
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j]>>b.low == list[i]>>b.low {
			j++
		}
		if j > i+1 {
			f(list[i:j])
		}
		i = j
	}
}

// run proposes the pairs of all rules. visit is called with each pair once,
// from several goroutines, by worker number; nil only measures. Counts are
// exact.
func (b *blocker) run(ctx context.Context, visit func(worker, rule int, i, j uint32)) ([]RuleSize, int64, error) {
	b.plan()
	out := make([]RuleSize, len(b.rules))
	compared := int64(0)
	for r := range b.rules {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		b.o.tell("compare", int64(r), int64(len(b.rules)))
		out[r] = b.rule(ctx, r, visit)
		compared += out[r].Added
	}
	b.o.tell("compare", int64(len(b.rules)), int64(len(b.rules)))
	return out, compared, ctx.Err()
}

// rule proposes the pairs of one rule.
func (b *blocker) rule(ctx context.Context, r int, visit func(worker, rule int, i, j uint32)) RuleSize {
	s, z, limit := b.sorted[r], b.sizes[r], b.limit
	if s.start == nil {
		s = b.sort(r)
	}
	size := RuleSize{Text: b.rules[r].text, Blocks: z.blocks, Largest: z.largest, Alone: z.total}
	if b.groups[r] == nil {
		b.groups[r], b.oversize[r] = b.splitOversize(r, s, limit)
	}
	groups := b.groups[r]
	size.Oversize = b.oversize[r]
	size.Pairs = size.Alone
	for _, o := range size.Oversize {
		size.Pairs += o.Kept - o.Pairs
	}
	if visit == nil {
		return size
	}
	var added, sink atomic.Int64
	eachBy(buckets+len(groups), b.o.workers(), func(w, k int) {
		if ctx.Err() != nil {
			return
		}
		if k >= buckets {
			if g := &groups[k-buckets]; b.chosen(g.hash) {
				added.Add(b.visitGroup(r, g, w, visit))
			}
			return
		}
		n := int64(0)
		sink.Add(b.touch(s, k))
		b.blocks(s, k, func(block []uint64) {
			if h := b.hashOf(k, block); b.chosen(h) && b.pairsIn(block) <= limit {
				n += b.visitAll(r, h, block, w, visit)
			}
		})
		added.Add(n)
	})
	size.Added = added.Load()
	return size
}

// touch reads a word of every row of a bucket's blocks, so that the rows are
// fetched from memory side by side and not one after the other when compared.
func (b *blocker) touch(s sortedRule, bucket int) int64 {
	sum := uint32(0)
	stride, rows := b.t.layout.stride, b.t.rows
	b.blocks(s, bucket, func(block []uint64) {
		if !b.chosen(b.hashOf(bucket, block)) {
			return
		}
		for _, e := range block {
			at := b.record(e) * stride
			sum += rows[at] ^ rows[at+stride-1]
		}
	})
	return int64(sum)
}

// hashOf is the reduced hash of a block.
func (b *blocker) hashOf(bucket int, block []uint64) uint64 {
	return uint64(bucket)<<(64-b.low) | block[0]>>b.low
}

// visitAll visits all pairs of a block that no earlier rule proposed.
func (b *blocker) visitAll(r int, h uint64, block []uint64, w int, visit func(worker, rule int, i, j uint32)) int64 {
	n := int64(0)
	for x, e := range block {
		i := b.record(e)
		for _, f := range block[x+1:] {
			if j := b.record(f); b.fresh(r, h, i, j) {
				visit(w, r, uint32(i), uint32(j))
				n++
			}
		}
	}
	return n
}

// fresh says that a pair may be compared and that neither an earlier rule nor
// an earlier shared value of this one proposes it.
func (b *blocker) fresh(r int, h uint64, i, j int) bool {
	x, y := b.t.row(i), b.t.row(j)
	if b.any && x[0] == y[0] && b.skip[x[0]] {
		return false
	}
	for q := range r {
		if b.rules[q].agree(x, y) && b.proposes(q, i, j, x, y) {
			return false
		}
	}
	return !b.rules[r].multi || b.rules[r].shareOne(x, y) || b.firstShared(r, i, j, x, y) == h
}

// proposes says that a rule under whose keys two records agree did not lose
// them to the splitting of a block.
func (b *blocker) proposes(q, i, j int, x, y []uint32) bool {
	if len(b.splits[q]) == 0 {
		return true
	}
	if b.rules[q].multi {
		return b.firstShared(q, i, j, x, y) != math.MaxUint64
	}
	return b.kept(q, b.reduce(b.rules[q].of(x)), i, j, x, y)
}

// reaches says that some rule proposes a pair.
func (b *blocker) reaches(i, j int) bool {
	x, y := b.t.row(i), b.t.row(j)
	for q := range b.rules {
		if b.rules[q].agree(x, y) && b.proposes(q, i, j, x, y) {
			return true
		}
	}
	return false
}

// firstShared is the least reduced hash that two records share under a rule
// with several values and whose block still holds the pair.
func (b *blocker) firstShared(r, i, j int, x, y []uint32) uint64 {
	var bufX, bufY [32]uint64
	p, q := b.rules[r].all(x, bufX[:0]), b.rules[r].all(y, bufY[:0])
	least := uint64(math.MaxUint64)
	for _, h := range p {
		if red := b.reduce(h); red < least && slices.Contains(q, h) && b.kept(r, red, i, j, x, y) {
			least = red
		}
	}
	return least
}

func (o Options) tell(phase string, done, total int64) {
	if o.Progress != nil {
		o.Progress(Progress{phase, done, total})
	}
}
