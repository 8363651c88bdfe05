// Package report writes the account of a linkage as one HTML file that needs
// nothing else: no script, no network, drawings as SVG made here. It opens on
// a machine without internet, prints, and can be kept with the result.
//
// It owns the order in which the account is told (result, quality, weights,
// parameters, pairs, clusters, blocking, columns, method), its words in
// Indonesian and English, and the masking of long numbers of persons. It
// refuses to compute: it shows what it is given. Read report_test.go first.
package report
