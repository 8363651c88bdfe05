package linkage

import (
	"math"
	"math/bits"
)

// placeSources notes where each source stands, or the source of every record.
func (b *blocker) placeSources() {
	t := b.t
	b.bounds = make([]int, len(t.sources)+1)
	b.bounds[len(t.sources)] = t.n
	source, last := make([]uint16, t.n), uint32(0)
	whole := true
	for i := range t.n {
		s := t.rows[i*t.layout.stride]
		source[i] = uint16(s)
		whole = whole && s >= last
		for ; last < s; last++ {
			b.bounds[last+1] = i
		}
	}
	for last++; int(last) < len(t.sources); last++ {
		b.bounds[last] = t.n
	}
	if !whole {
		b.source = source
	}
}

// skipWithin says of which sources pairs within are not compared.
func skipWithin(m *Model, t *Table) ([]bool, bool) {
	skip, any := make([]bool, len(t.sources)), false
	for i, s := range t.sources {
		skip[i] = m.Link == LinkOnly || m.Link == LinkAndDedupe && s.Clean
		any = any || skip[i]
	}
	return skip, any
}

// comparable counts the pairs that may be compared at all, blocked or not.
func comparablePairs(m *Model, t *Table) float64 {
	skip, _ := skipWithin(m, t)
	counts := make([]float64, len(t.sources))
	for i := range t.n {
		counts[t.rows[i*t.layout.stride]]++
	}
	n := float64(t.n)
	pairs := n * (n - 1) / 2
	for s, c := range counts {
		if skip[s] {
			pairs -= c * (c - 1) / 2
		}
	}
	return pairs
}

// pairsIn counts the comparable pairs of a block.
func (b *blocker) pairsIn(block []uint64) int64 {
	n := int64(len(block))
	all := n * (n - 1) / 2
	if !b.any {
		return all
	}
	if b.source != nil {
		return all - b.skippedIn(block)
	}
	// Entries of a block stand in the order of their records.
	from, at := 0, 0
	for i, e := range block {
		if r := b.record(e); r >= b.bounds[at+1] {
			all -= b.within(at, int64(i-from))
			for from = i; r >= b.bounds[at+1]; {
				at++
			}
		}
	}
	return all - b.within(at, int64(len(block)-from))
}

// within counts the pairs among n records of a source that are not compared.
func (b *blocker) within(source int, n int64) int64 {
	if !b.skip[source] {
		return 0
	}
	return n * (n - 1) / 2
}

// skippedIn is the pairs of a block that are not compared, when the sources
// are mixed.
func (b *blocker) skippedIn(block []uint64) int64 {
	counts := make([]int64, len(b.skip))
	for _, e := range block {
		counts[b.source[b.record(e)]]++
	}
	sum := int64(0)
	for s, c := range counts {
		sum += b.within(s, c)
	}
	return sum
}

// sizes counts the pairs of blocks by a quarter of the logarithm of the pairs
// of their block.
type sizes struct {
	pairs   [260]int64
	blocks  int64
	largest int
	total   int64
}

// sizeBin is the bin of a block of p >= 1 pairs; binTop the most pairs of a
// block in the bins up to it.
func sizeBin(p int64) int {
	n := bits.Len64(uint64(p))
	return 4*n + int(uint64(p)<<(64-n)>>61&3)
}

func binTop(bin int) int64 {
	n := bin / 4
	return int64((uint64(4+bin%4+1)<<(max(n, 1)-1))>>2) - 1
}

func (b *blocker) measure(s sortedRule) sizes {
	each1 := make([]sizes, b.o.workers())
	eachBy(buckets, len(each1), func(w, k int) {
		b.blocks(s, k, func(block []uint64) {
			p := b.pairsIn(block)
			if p == 0 {
				return
			}
			z := &each1[w]
			z.pairs[sizeBin(p)] += p
			z.total += p
			z.blocks++
			z.largest = max(z.largest, len(block))
		})
	})
	var sum sizes
	for _, z := range each1 {
		sum.blocks += z.blocks
		sum.total += z.total
		sum.largest = max(sum.largest, z.largest)
		for i := range z.pairs {
			sum.pairs[i] += z.pairs[i]
		}
	}
	return sum
}

// plan sorts and measures all rules and sets the limit: the number of pairs
// from which a block is oversized, the same for all rules. It is that of the
// options, or the greatest one at which the rules keep within the pairs
// allowed: a match is as likely in each of many small blocks as in one large
// one, but costs less to find.
func (b *blocker) plan() {
	if b.sizes != nil {
		return
	}
	b.sizes = make([]sizes, len(b.rules))
	b.sorted = make([]sortedRule, len(b.rules))
	var all sizes
	held := 0
	for r := range b.rules {
		b.o.tell("sort", int64(r), int64(len(b.rules)))
		s := b.sort(r)
		b.sizes[r] = b.measure(s)
		for i, p := range b.sizes[r].pairs {
			all.pairs[i] += p
		}
		if held += len(s.entries); held <= heldEntries {
			b.sorted[r] = s
		}
	}
	total := int64(0)
	for bin, p := range all.pairs {
		if total += p; total > b.allowedPairs {
			b.limit = max(min(b.limit, binTop(bin-1)), 3)
			break
		}
	}
}

// heldEntries is up to how many entries stay sorted between measuring and
// visiting; beyond, rules are sorted again.
const heldEntries = 32 << 20

// share limits visiting to a share of the blocks, chosen by their hashes, so
// that about wanted pairs are visited when there are more than most; it returns
// the share.
func (b *blocker) share(most, wanted int64) float64 {
	b.plan()
	total := int64(0)
	for r := range b.sizes {
		for bin, p := range b.sizes[r].pairs {
			if binTop(bin) <= b.limit {
				total += p
			}
		}
	}
	if total <= most {
		return 1
	}
	rate := float64(wanted) / float64(total)
	b.below = uint64(rate * math.MaxUint64)
	return rate
}

// chosen says that a block is visited.
func (b *blocker) chosen(hash uint64) bool { return b.below == 0 || spread(hash) <= b.below }
