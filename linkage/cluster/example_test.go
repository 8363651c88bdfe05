package cluster_test

import (
	"fmt"

	"tepat/linkage"
	"tepat/linkage/cluster"
)

func ExampleConstrained() {
	links := []linkage.Link{
		{A: 0, B: 1, Weight: 12}, // the register and the list agree
		{A: 1, B: 2, Weight: 9},  // so do the list and another row of the register
	}
	source := []int{0, 1, 0}
	r := cluster.Constrained(3, links, cluster.Options{
		MinWeight: 4,
		Source:    func(record int) int { return source[record] },
		Clean:     []bool{true, false}, // the register holds each person once
	})
	fmt.Println(r.Of)
	for _, c := range r.Cuts {
		fmt.Println(c.A, c.B, c.Reason, c.C, c.D)
	}
	// Output:
	// [0 0 1]
	// 1 2 clean_source 0 2
}
