package linkage

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSortEntries(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var spare []uint64
	for _, n := range []int{0, 1, 20, 47, 48, 300, 5000} {
		for _, hashes := range []int{1, 3, 1 << 20} {
			list := make([]uint64, n)
			for i := range list {
				list[i] = spread(uint64(rng.IntN(hashes)))&^(1<<20-1) | uint64(rng.IntN(1<<20))
			}
			want := slices.Sorted(slices.Values(list))
			spare = sortEntries(list, spare)
			if !slices.Equal(list, want) {
				t.Errorf("%d entries of %d hashes are not in order", n, hashes)
			}
		}
	}
}

func TestLinksInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const records = 50
	var want []Link
	lists := make([][]Link, 3)
	for a := range uint32(records) {
		for b := a + 1; b < records; b++ {
			if rng.IntN(3) == 0 {
				want = append(want, Link{A: a, B: b, Weight: float32(a) - float32(b), Pattern: uint64(b)})
			}
		}
	}
	for _, i := range rng.Perm(len(want)) {
		k := rng.IntN(len(lists))
		lists[k] = append(lists[k], want[i])
	}
	if diff := cmp.Diff(want, inOrder(records, lists, 2)); diff != "" {
		t.Errorf("links by A, then B (-want +got):\n%s", diff)
	}
}
