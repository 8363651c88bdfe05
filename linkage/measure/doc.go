// Package measure tells how good linked records are: precision, recall and F1
// over pairs, B-cubed over records, tables by threshold, with intervals.
//
// It owns counting against truth or labels, and estimates without either. It
// refuses to judge by its own standard: what is a match is given. Read
// TestPairwiseAgreesWithBruteForce first.
package measure
