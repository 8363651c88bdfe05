package cluster

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"tepat/linkage"
)

// Constrained partitions n records. Links at or above MinWeight span connected
// components; within each, groups are joined greedily in the order of the mean
// excess of probability over the threshold between them, as long as the sum over
// all pairs between the groups is positive and nothing forbids the union.
//
// The objective is that of correlation clustering (Bansal, Blum and Chawla,
// Machine Learning 56, 2004) with the value p - t of a pair of probability p,
// t being the threshold: since the expected pairwise F1 of a partition is
// 2·sum(p)/(linked+matches), the partition that maximises it also maximises the
// sum of p - F1/2 over the pairs it joins. The search is greedy additive edge
// contraction (Keuper et al., Efficient decomposition of image and mesh graphs
// by lifted multicuts, ICCV 2015).
func Constrained(n int, links []linkage.Link, o Options) Result {
	w := newWork(n, links, o)
	w.collect(w.components())
	cuts, contradictions := w.solveAll()
	labels, count := w.forest.labels()
	slices.SortFunc(cuts, compareCuts)
	slices.SortFunc(contradictions, compareCuts)
	return Result{Of: labels, Count: count, Cuts: cuts, Contradictions: contradictions, Repeated: w.repeated()}
}

func (w *work) repeated() int {
	n := 0
	for _, p := range w.parts {
		if size := int(p.records[1] - p.records[0]); w.huge(size) {
			n += size
		}
	}
	return n
}

// huge reports that a part of so many records is joined by its sure links only.
func (w *work) huge(records int) bool {
	limit := hugeSize
	if w.o.hugeFrom > 0 {
		limit = w.o.hugeFrom
	}
	return records > limit && w.o.Conflict == nil
}

func compareCuts(x, y Cut) int {
	return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B), cmp.Compare(x.C, y.C), cmp.Compare(x.D, y.D))
}

// work is one call of Constrained.
type work struct {
	o         Options
	n         int
	links     []linkage.Link
	threshold float64
	absent    int64
	cannot    map[Pair]bool
	forest    forest // the result: unions that were accepted
	parts     []part
	records   []int32  // of the parts, one after the other, ascending in each
	edges     []uint32 // of the parts: places in links
	must      map[int32][]Pair
	apart     map[int32][]Pair // Cannot within a part
}

// part is a component that needs more than union, as ranges of records and edges.
type part struct {
	records, edges [2]uint32
}

func newWork(n int, links []linkage.Link, o Options) *work {
	w := &work{o: o, n: n, links: links, cannot: make(map[Pair]bool, len(o.Cannot))}
	w.threshold = o.probability(o.MinWeight)
	absent := o.AbsentProbability
	if absent <= 0 {
		absent = absentShare * w.threshold
	}
	w.absent = min(fixed(absent-w.threshold), -1)
	for _, p := range o.Cannot {
		w.cannot[ordered(p)] = true
	}
	return w
}

func ordered(p Pair) Pair {
	if p.A > p.B {
		return Pair{p.B, p.A}
	}
	return p
}

func (w *work) inside(a, b uint32) bool { return int(a) < w.n && int(b) < w.n && a != b }

// components joins everything that might be joined.
func (w *work) components() forest {
	whole := newForest(w.n)
	for i := range w.links {
		if l := &w.links[i]; float64(l.Weight) >= w.o.MinWeight && w.inside(l.A, l.B) {
			whole.union(int32(l.A), int32(l.B))
		}
	}
	for _, p := range w.o.Must {
		if w.inside(p.A, p.B) {
			whole.union(int32(p.A), int32(p.B))
		}
	}
	for i := range whole {
		whole[i] = whole.find(int32(i))
	}
	return whole
}

// collect joins components of two records that nothing forbids and gathers the
// others: root has the least record of each record's component.
func (w *work) collect(root forest) {
	w.forest = newForest(w.n)
	size := make([]int32, w.n)
	for _, r := range root {
		size[r]++
	}
	hard := w.hard(root)
	number := make([]int32, w.n) // by root: 1 + place in parts
	for i, r := range root {
		switch {
		case size[r] == 2 && int32(i) != r && !hard[r]:
			if _, forbidden := w.forbids(r, int32(i)); forbidden {
				number[r] = w.newPart(2)
			} else {
				w.forest[i] = r
			}
		case int32(i) == r && (size[r] > 2 || size[r] == 2 && hard[r]):
			number[r] = w.newPart(size[r])
		}
	}
	w.fillRecords(root, number)
	w.fillEdges(root, number)
	w.must, w.apart = w.pairsByPart(w.o.Must, root, number), w.pairsByPart(w.o.Cannot, root, number)
}

// hard has the roots of components that Must reaches.
func (w *work) hard(root forest) map[int32]bool {
	hard := map[int32]bool{}
	for _, p := range w.o.Must {
		if w.inside(p.A, p.B) {
			hard[root[p.A]] = true
		}
	}
	return hard
}

func (w *work) newPart(size int32) int32 {
	from := uint32(0)
	if k := len(w.parts); k > 0 {
		from = w.parts[k-1].records[1]
	}
	w.parts = append(w.parts, part{records: [2]uint32{from, from + uint32(size)}})
	return int32(len(w.parts))
}

func (w *work) fillRecords(root forest, number []int32) {
	if len(w.parts) == 0 {
		return
	}
	w.records = make([]int32, w.parts[len(w.parts)-1].records[1])
	next := make([]uint32, len(w.parts))
	for i, r := range root {
		if k := number[r]; k > 0 {
			p := &w.parts[k-1]
			w.records[p.records[0]+next[k-1]] = int32(i)
			next[k-1]++
		}
	}
}

// fillEdges groups the links within parts, in their order.
func (w *work) fillEdges(root forest, number []int32) {
	of := func(l *linkage.Link) int32 {
		if !w.inside(l.A, l.B) || root[l.A] != root[l.B] {
			return 0
		}
		return number[root[l.A]]
	}
	count := make([]uint32, len(w.parts)+1)
	for i := range w.links {
		if k := of(&w.links[i]); k > 0 {
			count[k]++
		}
	}
	for k := range w.parts {
		count[k+1] += count[k]
		w.parts[k].edges = [2]uint32{count[k], count[k]}
	}
	w.edges = make([]uint32, count[len(w.parts)])
	for i := range w.links {
		if k := of(&w.links[i]); k > 0 {
			p := &w.parts[k-1]
			w.edges[p.edges[1]] = uint32(i)
			p.edges[1]++
		}
	}
}

func (w *work) pairsByPart(pairs []Pair, root forest, number []int32) map[int32][]Pair {
	by := map[int32][]Pair{}
	for _, p := range pairs {
		if w.inside(p.A, p.B) && root[p.A] == root[p.B] && number[root[p.A]] > 0 {
			k := number[root[p.A]] - 1
			by[k] = append(by[k], ordered(p))
		}
	}
	return by
}

// solveAll hands the parts to workers. They write to disjoint records of the
// forest, so the result does not depend on who does what.
func (w *work) solveAll() ([]Cut, []Cut) {
	workers := w.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	const batch = 256
	workers = max(min(workers, len(w.parts)/batch+1), 1)
	var next atomic.Int64
	var wait sync.WaitGroup
	solvers := make([]*solver, workers)
	for i := range solvers {
		s := &solver{w: w}
		solvers[i] = s
		wait.Go(func() {
			for {
				from := int(next.Add(batch)) - batch
				if from >= len(w.parts) {
					return
				}
				for k := from; k < min(from+batch, len(w.parts)); k++ {
					s.solve(int32(k))
				}
			}
		})
	}
	wait.Wait()
	var cuts, contradictions []Cut
	for _, s := range solvers {
		cuts = append(cuts, s.cuts...)
		contradictions = append(contradictions, s.contradictions...)
	}
	return cuts, contradictions
}
