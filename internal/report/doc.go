// Package report reads across all records for the pages that compare: Beranda,
// the badges of the menu, printed summaries.
//
// It owns the counting; every count names what the list behind it filters by,
// so that a number and the list it opens agree. It refuses to write, to decide,
// and to show a person: it only counts. Everything of one page comes from one
// snapshot. Read home_test.go first.
package report
