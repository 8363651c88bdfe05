// Package calibrate turns match weights into a decision without labels: the
// threshold at which the expected F1 is greatest, and estimates of precision,
// recall and blocking coverage with intervals.
//
// It owns arithmetic on posterior probabilities and on counts of pairs by the
// blocking rules that proposed them. It refuses to look at records. Read
// TestThresholdOnSimulators first.
package calibrate
