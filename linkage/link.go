package linkage

// Link is a compared pair of records, by their places in the table, A < B.
type Link struct {
	A, B    uint32
	Weight  float32 // log2 Bayes factor, prior not included
	Pattern uint64  // 4 bits a comparison, the first in the lowest: 0 missing, k = Levels[k-1]
}
