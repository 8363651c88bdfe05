package cluster

import "math"

// absentShare of the threshold is what an unlinked pair is worth by default. On
// simulated populations 0.6 did best or within 0.003 of it, from 0.02 to 1.
const absentShare = 0.6

// Pair is two records by position.
type Pair struct{ A, B uint32 }

// Options say what may be joined. The zero value joins every link of positive
// weight subject to the check of whole groups.
type Options struct {
	// MinWeight is the weight (log2 Bayes factor) from which a link may join; use
	// Model.Weight(Model.Threshold). Weaker links still count against a union.
	MinWeight float64
	// Probability turns a weight into the probability of a match; use
	// Model.Probability. Nil: even odds at MinWeight.
	Probability func(weight float64) float64
	// Source is the source of a record; needed for Clean only.
	Source func(record int) int
	// Clean marks the sources that hold each person once: a cluster has at most
	// one record of each.
	Clean []bool
	// Identity is a confirmed identity by record, 0 where there is none. Two
	// different ones never share a cluster. Nil: none.
	Identity []uint64
	// Must and Cannot are decisions of people. Must goes before everything but
	// Cannot of the same pair; a chain of Must that contradicts a Cannot or an
	// identity is reported and holds.
	Must, Cannot []Pair
	// Conflict reports that two records can never be one person. It must be
	// symmetric and pure; it is called from several goroutines.
	Conflict func(a, b int) bool
	// Weigh returns the weight of a pair that is not among the links; nil: such
	// a pair counts with AbsentProbability. Pure, called from several goroutines.
	Weigh func(a, b int) float64
	// AbsentProbability is what a pair within a component that no link tells
	// about is worth; 0 means 0.6 of the threshold: the blocking may have missed a
	// match, so a chain of sure links survives a few such pairs.
	AbsentProbability float64
	// Key orders records for breaking ties; give a hash of source and ID to make
	// the result independent of the order of records. Nil: position.
	Key []uint64
	// Workers is how many goroutines to use; 0: GOMAXPROCS. It never changes the
	// result.
	Workers int

	hugeFrom int // tests only; 0: hugeSize
}

// Reason says why a link that was strong enough did not join.
type Reason string

// The reasons.
const (
	CannotLink  Reason = "cannot_link"  // a person decided so
	CleanSource Reason = "clean_source" // two records of a source that holds each person once
	Identities  Reason = "identities"   // two different confirmed identities
	Conflicts   Reason = "conflict"     // Options.Conflict
	Weak        Reason = "weak"         // the other pairs between the two groups speak against it
)

// Cut is a link strong enough to join that was not followed.
type Cut struct {
	A, B   uint32
	Weight float32
	Reason Reason
	// C and D are the pair that forbade the union; for Weak the pair of least
	// probability between the groups.
	C, D uint32
}

// Result is a partition of the records.
type Result struct {
	Of    []int32 // cluster of each record, numbered from 0 by first record
	Count int
	Cuts  []Cut // by A, then B
	// Contradictions are pairs within a cluster that Must joined against a Cannot,
	// an identity, a clean source or a conflict; by A, then B.
	Contradictions []Cut
	// Repeated counts the records of components so large that only sure links
	// were followed in them: one record repeated, or a value everybody shares.
	Repeated int
}

func (o *Options) probability(w float64) float64 {
	if o.Probability != nil {
		return o.Probability(w)
	}
	return 1 / (1 + math.Exp2(o.MinWeight-w))
}
