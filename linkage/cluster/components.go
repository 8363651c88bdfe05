package cluster

import "tepat/linkage"

// Components returns for each of n records the number of its connected component
// over the links of at least minWeight (log2 Bayes factor). Components are
// numbered from 0 in the order of their first records. Links beyond n are
// ignored.
func Components(n int, links []linkage.Link, minWeight float64) []int32 {
	u := newForest(n)
	for i := range links {
		l := &links[i]
		if float64(l.Weight) >= minWeight && int(l.A) < n && int(l.B) < n {
			u.union(int32(l.A), int32(l.B))
		}
	}
	labels, _ := u.labels()
	return labels
}

// forest is union-find with path halving; a root is the least record of its
// tree, so the result does not depend on the order of unions (Tarjan and van
// Leeuwen, Worst-case analysis of set union algorithms, 1984).
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(x int32) int32 {
	for f[x] != x {
		f[x] = f[f[x]]
		x = f[x]
	}
	return x
}

func (f forest) union(a, b int32) {
	a, b = f.find(a), f.find(b)
	switch {
	case a < b:
		f[b] = a
	case b < a:
		f[a] = b
	}
}

// labels numbers the trees from 0 by first record and counts them.
func (f forest) labels() ([]int32, int) {
	out := make([]int32, len(f))
	next := int32(0)
	for i := range f {
		root := f.find(int32(i))
		if root == int32(i) {
			out[i] = next
			next++
			continue
		}
		out[i] = out[root] // the root is less than i, so it has its number
	}
	return out, int(next)
}
