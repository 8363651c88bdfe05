package cluster_test

import (
	"testing"

	"tepat/linkage"
	"tepat/linkage/cluster"
)

// TestOneRecordRepeated is a file of one row, again and again, in which every
// row is linked with the thirty after it: it ends, and it is one cluster.
func TestOneRecordRepeated(t *testing.T) {
	const n, near = 110_000, 20
	var links []linkage.Link
	for a := range uint32(n) {
		for b := a + 1; b <= min(a+near, n-1); b++ {
			links = append(links, linkage.Link{A: a, B: b, Weight: 30})
		}
	}
	if r := cluster.Constrained(n, links, cluster.Options{MinWeight: 10}); r.Count != 1 {
		t.Fatalf("%d clusters of one record repeated", r.Count)
	}
	sources := func(i int) int { return i % 2 }
	r := cluster.Constrained(n, links, cluster.Options{MinWeight: 10, Source: sources, Clean: []bool{true, false}})
	clean := map[int32]bool{}
	for i, c := range r.Of {
		if i%2 == 0 && clean[c] {
			t.Fatalf("two records of a clean source in cluster %d", c)
		} else if i%2 == 0 {
			clean[c] = true
		}
	}
	doubtful := links
	for i := range doubtful {
		doubtful[i].Weight = 11
	}
	if r := cluster.Constrained(n, doubtful, cluster.Options{MinWeight: 10}); r.Count != n {
		t.Fatalf("a chain of doubtful links through %d records made %d clusters", n, r.Count)
	}
}
