// Package cluster turns scored pairs of records into people.
//
// Connected components trust every chain: a father and a son of one name, joined
// by one bridging record, become one person. Constrained cuts such chains: it
// joins records only while the whole of the evidence between two groups speaks
// for it, and never across a human "no", two different confirmed identities, or
// two records of a source that holds each person once. Every cut is reported
// with its reason.
//
// It owns the grouping and nothing else: it refuses to compare records itself
// (Options.Weigh does, when given) and to depend on the order of its input or on
// the number of workers. Read TestOrderIndependent first.
package cluster
