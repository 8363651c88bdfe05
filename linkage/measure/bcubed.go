package measure

// BCubed returns precision, recall and F1 of Bagga and Baldwin (Algorithms for
// scoring coreference chains, 1998): for each record the share of its found
// cluster that is the same person, and the share of the person in its found
// cluster, averaged over records. Records with a negative label on either side
// are alone there. It is milder than pairs on one big mistake.
func BCubed(found, truth []int32) (float64, float64, float64) {
	n := min(len(found), len(truth))
	if n == 0 {
		return 1, 1, 1
	}
	found, truth = found[:n], truth[:n]
	nf, nt := sizes(found), sizes(truth)
	precision, recall := 0.0, 0.0
	shared := 0
	eachCell(found, truth, func(c cell) {
		square := float64(c.both) * float64(c.both)
		precision += square / float64(nf.of(c.found))
		recall += square / float64(nt.of(c.truth))
		shared += int(c.both)
	}, func(int64) {})
	for i := range n {
		if found[i] >= 0 && truth[i] >= 0 {
			continue
		}
		precision += alone(found[i], nf)
		recall += alone(truth[i], nt)
	}
	p, r := precision/float64(n), recall/float64(n)
	return p, r, 2 * p * r / (p + r)
}

// alone is what a record that shares only itself gets.
func alone(label int32, sizes tally) float64 {
	if label < 0 {
		return 1
	}
	return 1 / float64(sizes.of(label))
}
