package measure

import (
	"math"
	"sort"

	"tepat/linkage"
)

// Row is what linking at or above a weight would give. The intervals are 95 %
// Wilson; pairs of one cluster are not independent, so they are a little narrow.
type Row struct {
	Weight float64 // log2 Bayes factor
	Score
	PrecisionIn, RecallIn Interval
}

// Thresholds returns a row for each whole weight from the least to the greatest
// of the links. truth has the person of each record, negative when it is alone;
// recall is of all matching pairs, compared or not. Pairs count as linked
// themselves: closure into clusters is not applied, see Pairwise.
func Thresholds(links []linkage.Link, truth []int32) []Row {
	judge := func(l *linkage.Link) bool {
		return int(l.A) < len(truth) && int(l.B) < len(truth) && truth[l.A] >= 0 && truth[l.A] == truth[l.B]
	}
	return table(links, judge, sizes(truth).pairs())
}

// Judged is a pair with a verdict.
type Judged struct {
	A, B  uint32
	Match bool
}

// ThresholdsFromLabels is Thresholds when only some pairs were judged: shares
// are among the judged pairs. A judged match that is not among the links counts
// as missed.
func ThresholdsFromLabels(links []linkage.Link, labels []Judged) []Row {
	verdict := make(map[[2]uint32]bool, len(labels))
	all := int64(0)
	for _, j := range labels {
		key := [2]uint32{min(j.A, j.B), max(j.A, j.B)}
		if _, seen := verdict[key]; !seen && j.Match {
			all++
		}
		if _, seen := verdict[key]; !seen {
			verdict[key] = j.Match
		}
	}
	var known []linkage.Link
	for _, l := range links {
		if _, ok := verdict[[2]uint32{min(l.A, l.B), max(l.A, l.B)}]; ok {
			known = append(known, l)
		}
	}
	judge := func(l *linkage.Link) bool { return verdict[[2]uint32{min(l.A, l.B), max(l.A, l.B)}] }
	return table(known, judge, all)
}

// table counts by whole weight and adds up from the top.
func table(links []linkage.Link, match func(*linkage.Link) bool, all int64) []Row {
	type bin struct{ linked, both int64 }
	bins := map[int]bin{}
	for i := range links {
		w := int(math.Floor(float64(links[i].Weight)))
		b := bins[w]
		b.linked++
		if match(&links[i]) {
			b.both++
		}
		bins[w] = b
	}
	weights := make([]int, 0, len(bins))
	for w := range bins {
		weights = append(weights, w)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(weights)))
	rows := make([]Row, len(weights))
	var linked, both int64
	for i, w := range weights {
		linked += bins[w].linked
		both += bins[w].both
		s := NewScore(both, linked, all)
		rows[len(rows)-1-i] = Row{float64(w), s, Wilson(float64(both), float64(linked)), Wilson(float64(both), float64(all))}
	}
	return rows
}

// Best returns the row of the greatest F1, the one of greater weight among equals.
func Best(rows []Row) Row {
	var best Row
	for _, r := range rows {
		if r.F1 >= best.F1 {
			best = r
		}
	}
	return best
}
