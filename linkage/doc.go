// Package linkage finds the records that speak of the same person, firm or
// thing, in one source or several, by probabilistic record linkage.
//
// The model is that of Fellegi and Sunter (A theory for record linkage, JASA
// 64, 1969): every field is compared into a few levels, every level carries two
// probabilities, m (among records of the same person) and u (among records of
// different ones), and the log2 ratios add up to a match weight. m and u are
// learned without labels by expectation-maximisation over counts of comparison
// vectors.
//
// It owns tables of records, comparison, blocking, training, scoring,
// clustering, the index for single look-ups, and explanations. It refuses to
// decide by anything but the weights it can show. It knows no country; see
// the package indonesia for names and numbers of one.
package linkage
