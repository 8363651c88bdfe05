// Package detect looks at the header and some rows of a csv file nobody has
// described and proposes how to link it: what each column is, with the reason,
// and from that a linkage model with comparisons and candidates for blocking.
//
// It owns the words that headers use (English and Indonesian), the recognition
// of values (dates, numbers of a person, codes), the finding of columns that
// say the same twice, and the choice of levels for each kind of column. It
// refuses to use labels of the truth for matching, and it learns nothing: the
// probabilities come from training. Read detect_test.go first.
package detect
