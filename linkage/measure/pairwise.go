package measure

import (
	"fmt"
	"slices"
)

// Score is agreement over pairs: of those linked (found) and those that match
// (true). Shares are 0..1; 1 when there is nothing to get wrong.
type Score struct {
	Both, Found, True     int64 // pairs in both, linked, matching
	Precision, Recall, F1 float64
}

// NewScore computes the shares from counts.
func NewScore(both, found, truth int64) Score {
	s := Score{Both: both, Found: found, True: truth, Precision: 1, Recall: 1, F1: 1}
	if found > 0 {
		s.Precision = float64(both) / float64(found)
	}
	if truth > 0 {
		s.Recall = float64(both) / float64(truth)
	}
	if found+truth > 0 {
		s.F1 = 2 * float64(both) / float64(found+truth)
	}
	return s
}

func (s Score) String() string {
	return fmt.Sprintf("P %.4f R %.4f F1 %.4f (%d linked, %d matching, %d both)", s.Precision, s.Recall, s.F1, s.Found, s.True, s.Both)
}

// Pairwise compares two partitions of the same records over all pairs that each
// implies. A negative label is a record alone. It counts without listing pairs:
// O(n log n) time, 12 bytes a record.
func Pairwise(found, truth []int32) Score {
	n := min(len(found), len(truth))
	var nf, nb int64
	eachCell(found[:n], truth[:n], func(c cell) { nb += choose2(c.both) },
		func(size int64) { nf += choose2(size) })
	return NewScore(nb, nf, sizes(truth[:n]).pairs())
}

func choose2(n int64) int64 { return n * (n - 1) / 2 }

// cell is a cluster found, a true one and the records they share.
type cell struct {
	found, truth int32
	both         int64
}

// eachCell visits every overlapping pair of a found and a true cluster, and the
// size of every found cluster. Records alone on either side are skipped in cells.
func eachCell(found, truth []int32, visit func(cell), size func(int64)) {
	keys := make([]uint64, 0, len(found))
	for i, f := range found {
		if f >= 0 {
			keys = append(keys, uint64(uint32(f))<<32|uint64(uint32(truth[i])))
		}
	}
	slices.Sort(keys)
	for i := 0; i < len(keys); {
		start := i
		for i < len(keys) && keys[i]>>32 == keys[start]>>32 {
			j := i
			for i < len(keys) && keys[i] == keys[j] {
				i++
			}
			if t := int32(uint32(keys[j])); t >= 0 {
				visit(cell{int32(uint32(keys[j] >> 32)), t, int64(i - j)})
			}
		}
		size(int64(i - start))
	}
}

// sizes counts the records of each label; negative labels are left out.
func sizes(labels []int32) tally {
	top := int32(-1)
	for _, l := range labels {
		top = max(top, l)
	}
	t := tally{}
	if int(top) < 4*len(labels)+1024 {
		t.list = make([]int64, top+1)
	} else {
		t.sparse = make(map[int32]int64)
	}
	for _, l := range labels {
		switch {
		case l < 0:
		case t.list != nil:
			t.list[l]++
		default:
			t.sparse[l]++
		}
	}
	return t
}

// tally is counts by label: a list when the labels are dense.
type tally struct {
	list   []int64
	sparse map[int32]int64
}

func (t tally) of(label int32) int64 {
	if t.list != nil {
		return t.list[label]
	}
	return t.sparse[label]
}

// pairs is the number of pairs within labels.
func (t tally) pairs() int64 {
	sum := int64(0)
	for _, n := range t.list {
		sum += choose2(n)
	}
	for _, n := range t.sparse {
		sum += choose2(n)
	}
	return sum
}
