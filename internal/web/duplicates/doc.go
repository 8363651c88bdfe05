// Package duplicates is the pages under /validasi/ganda: the queue of records
// that may be one person, the screen on which people decide a pair, and the page
// that tells how good matching is.
//
// It owns words and layout; it refuses to weigh or decide anything: package
// duplicate scores, says who must agree and carries verdicts out. Read
// duplicates_test.go first.
package duplicates
