// Package synth invents labelled data sets for record linkage, after the ones
// that the literature measures on: FEBRL-style (Christen, Probabilistic data
// generation for deduplication and data linkage, IDEAL 2005), noisy historical
// lists with many records of each person, census-style lists of names and birth
// dates, and small contact lists full of gaps.
//
// It owns the populations, their errors and the truth: each set's first column
// is the record's id and its last one the person behind it. It refuses real
// people: all values are drawn from word lists and combinations of its own, and
// none of the published files is copied or needed.
//
// The same options give the same bytes on every machine, a set of ten million
// records is a stream that holds one person at a time. Error rates are those
// which the papers print or which make the set as hard as the published one by
// a yardstick that the tests check; none of them was fitted to what package
// linkage finds. Read synth_test.go first.
package synth
